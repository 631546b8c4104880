"""Tagged structure: what is a heading, a paragraph or a figure, for those who have pages read to them.

fpdf2 writes a flat structure tree and has no public way to fill it, so its internals are used here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fpdf.structure_tree import StructElem

if TYPE_CHECKING:
    from fpdf.syntax import PDFObject

    from rolecards.pdf.parse import Element
    from rolecards.pdf.stream import Stream

TYPES = {"h1": "/H1", "h2": "/H2", "h3": "/H3", "h4": "/H4", "figcaption": "/Caption", "blockquote": "/BlockQuote"}
"""What an element is called in the structure tree; any other is a paragraph."""


class Block(StructElem):
    """A block's place in the tree, written at once: fpdf2 looks through all attributes of every object it writes."""

    __slots__ = ()
    pg: Any
    """The page, which fpdf2 sets when the file is written."""

    def serialize(self, obj_dict: object = None, _security_handler: object = None) -> str:  # noqa: ARG002  # fpdf2's
        """The object as it stands in the file."""
        kids = " ".join(map(str, self.k))
        looks = f"/K [{kids}]\n/P {self.p.ref}\n/Pg {self.pg.ref}\n/S {self.s}\n/Type /StructElem"
        return f"{self.id} 0 obj\n<<\n{looks}\n>>\nendobj"


class Tags:
    """Marks what is drawn on the page in hand. Whatever is neither text nor figure is an artifact."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.pdf = pdf = stream.pdf
        self.open: Element | str | None = None
        self.blocks: dict[Element, Block] = {}
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
            self._mark("/Artifact BMC")
            self.open = "artifact"

    def close(self) -> None:
        """End the stretch in hand."""
        if self.open is not None:
            self.stream.write("EMC")
        self.open = None

    def _mark(self, operator: str) -> None:
        self.stream.write(operator if self.open is None else f"EMC {operator}")

    def _begin(self, kind: str, block: Element | None, alt: str | None = None) -> None:
        self._mark(f"{kind} <</MCID {self.marked}>> BDC")
        known = self.blocks.get(block) if block else None
        if known:
            known.k.append(self.marked)
            self._parents().append(known)
        elif block:
            self.blocks[block] = self._add(kind)
        else:
            tree, page = self.pdf.struct_builder, self.pdf.page
            _, self.pdf.pages[page].struct_parents = tree.add_marked_content(page, kind, self.marked, alt_text=alt)
        self.marked += 1

    def _add(self, kind: str) -> Block:
        """Put a block into the tree, as fpdf2 puts a figure there."""
        tree, page = self.pdf.struct_builder, self.pdf.page
        numbers = tree.spid_per_page_number
        self.pdf.pages[page].struct_parents = numbers.setdefault(page, len(numbers))
        block = Block(kind, tree.doc_struct_elem, [self.marked], page)
        tree.doc_struct_elem.k.append(block)
        self._parents().append(block)
        return block

    def _parents(self) -> list[PDFObject]:
        """The elements of the page's stretches, by their numbers."""
        tree = self.pdf.struct_builder
        return tree.struct_tree_root.parent_tree.nums[tree.spid_per_page_number[self.pdf.page]]
