"""Tagged structure: what is a heading, a paragraph or a figure, for those who have pages read to them.

fpdf2 writes a flat structure tree and has no public way to fill it, so its internals are used here, and only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.structure_tree import StructElem
    from fpdf.syntax import PDFObject

    from rolecards.pdf.parse import Element

TYPES = {"h1": "/H1", "h2": "/H2", "h3": "/H3", "h4": "/H4", "figcaption": "/Caption", "blockquote": "/BlockQuote"}
"""What an element is called in the structure tree; any other is a paragraph."""


class Tags:
    """Marks what is drawn on the page in hand. Whatever is neither text nor figure is an artifact."""

    def __init__(self, pdf: FPDF) -> None:
        self.pdf = pdf
        self.open: Element | str | None = None
        self.blocks: dict[Element, StructElem] = {}
        self.marked = 0
        """How many stretches of the page's content are in the tree: each has its number from 0."""
        pdf.pdf_version = max(pdf.pdf_version, "1.4")

    def page(self) -> None:
        """Begin a page."""
        self.blocks.clear()
        self.marked = 0

    def text(self, block: Element | None) -> None:
        """What is drawn next is text of this block."""
        if block is None:
            self.artifact()
        elif self.open is not block:
            self._begin(TYPES.get(block.tag, "/P"), block)
            self.open = block

    def figure(self, alt: str) -> None:
        """What is drawn next is a figure."""
        self._begin("/Figure", None, alt)
        self.open = "figure"

    def artifact(self) -> None:
        """What is drawn next is decoration, or runs along on every page."""
        if self.open != "artifact":
            self.close()
            self.pdf._out("/Artifact BMC")  # noqa: SLF001
            self.open = "artifact"

    def close(self) -> None:
        """End the stretch in hand."""
        if self.open is not None:
            self.pdf._out("EMC")  # noqa: SLF001
        self.open = None

    def _begin(self, kind: str, block: Element | None, alt: str | None = None) -> None:
        self.close()
        self.pdf._out(f"{kind} <</MCID {self.marked}>> BDC")  # noqa: SLF001
        known = self.blocks.get(block) if block else None
        if known:
            known.k.append(self.marked)
            self._parents().append(known)
        else:
            tree, page = self.pdf.struct_builder, self.pdf.page
            element, number = tree.add_marked_content(page, kind, self.marked, alt_text=alt)
            self.pdf.pages[page].struct_parents = number
            if block:
                self.blocks[block] = element
        self.marked += 1

    def _parents(self) -> list[PDFObject]:
        """The elements of the page's stretches, by their numbers."""
        tree = self.pdf.struct_builder
        return tree.struct_tree_root.parent_tree.nums[tree.spid_per_page_number[self.pdf.page]]
