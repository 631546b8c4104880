"""Tagged structure: headings, lists, tables and figures as a tree, for those who have pages read to them.

fpdf2 writes a flat structure tree and has no public way to fill it, so its internals are used here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFObject, PDFString

from rolecards.pdf.parse import Element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf import FPDF

    from rolecards.pdf.content_stream import Stream

TYPES = {
    "section": "/Sect", "blockquote": "/BlockQuote", "ul": "/L", "ol": "/L", "li": "/LI", "table": "/Table",
    "thead": "/THead", "tbody": "/TBody", "tr": "/TR", "th": "/TH", "td": "/TD", "figure": "/Figure", "img": "/Figure",
    "h1": "/H1", "h2": "/H2", "h3": "/H3", "h4": "/H4", "p": "/P", "pre": "/P", "figcaption": "/Caption",
}  # fmt: skip
"""What an element is called in the structure tree; any other leaves no trace there. ISO 32000-1, 14.8.4."""
HOLDING_TEXT = frozenset({"h1", "h2", "h3", "h4", "p", "pre", "figcaption", "li", "th", "td"})
"""Text directly in any other element is a paragraph of its own."""


class Node(StructElem):
    """An element's place in the tree."""

    __slots__ = ("home", "looks", "marks", "page")

    def __init__(self, kind: str, parent: StructElem, home: FPDF, looks: str = "") -> None:
        super().__init__(kind, parent, [], home.page)
        self.home = home
        self.looks = looks
        """Its further entries."""
        self.page = home.page
        self.marks: list[Node | tuple[int, int]] = []
        """What it contains: nodes, and stretches of text by page and number."""

    def serialize(self, obj_dict: object = None, _security_handler: object = None) -> str:  # noqa: ARG002  # fpdf2's
        """The object as it stands in the file, written at once: fpdf2 would look through all its attributes."""
        kids = " ".join(map(self._kid, self.marks))
        page = self.home.pages[self.page].ref
        return f"{self._id} 0 obj\n<</S {self.s} /P {self.p.ref} /Pg {page} /K [{kids}]{self.looks}>>\nendobj"

    def _kid(self, kid: Node | tuple[int, int]) -> str:
        if isinstance(kid, Node):
            return kid.ref
        page, number = kid
        if page == self.page:
            return str(number)
        return f"<</Type /MCR /Pg {self.home.pages[page].ref} /MCID {number}>>"


class Tree(StructureTreeBuilder):
    """fpdf2's structure tree, with more than one level."""

    def __init__(self, pdf: FPDF) -> None:
        super().__init__()
        self.pdf = pdf
        self.nodes: list[Node] = []

    def __iter__(self) -> Iterator[PDFObject]:
        """All objects of the file that belong to it."""
        yield self.struct_tree_root
        yield self.doc_struct_elem
        yield self.struct_tree_root.parent_tree
        yield from self.nodes

    def add(self, kind: str, parent: Node | None, looks: str = "") -> Node:
        """Add a node as the last one of its parent, or of the document."""
        node = Node(kind, parent or self.doc_struct_elem, self.pdf, looks)
        self.nodes.append(node)
        if parent:
            parent.marks.append(node)
        else:
            self.doc_struct_elem.k.append(node)
        return node

    def mark(self, node: Node, number: int) -> None:
        """The page's stretch with this number belongs to a node."""
        page, numbers = self.pdf.page, self.spid_per_page_number
        self.pdf.pages[page].struct_parents = at = numbers.setdefault(page, len(numbers))
        node.marks.append((page, number))
        self.struct_tree_root.parent_tree.nums[at].append(node)


class Tags:
    """Marks what is drawn on the page in hand. Whatever is neither text nor figure is an artifact."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        pdf = stream.pdf
        pdf.struct_builder = self.tree = Tree(pdf)
        pdf.pdf_version = max(pdf.pdf_version, "1.4")
        self.open: Element | str | None = None
        self.nodes: dict[Element, Node | None] = {}
        """Where what is in an element goes; None: directly into the document."""
        self.paragraphs: dict[Element, Node] = {}
        self.marked = 0
        """How many stretches of the page's content are in the tree: each has its number from 0."""

    def page(self) -> None:
        """Begin a page."""
        self.marked = 0

    def text(self, block: Element | None) -> None:
        """What is drawn next is text of this block."""
        if self.open is block and block is not None:
            return
        node = self._holding_text(block) if block is not None else None
        if block is None or node is None or (block.tag == "th" and node.page != self.stream.pdf.page):
            # A table's head, repeated overleaf, is no more part of the text than a page number.
            self.artifact()
        else:
            self._begin(node, block)

    def figure(self, image: Element | None, alt: str) -> None:
        """What is drawn next is a figure."""
        whole = image.parent if image and image.parent and image.parent.tag == "figure" else image
        node = (self._node(whole) if whole else None) or self.tree.add("/Figure", None)
        node.looks = f" /Alt {PDFString(alt).serialize()}"
        self._begin(node, "figure")

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

    def _begin(self, node: Node, owner: Element | str) -> None:
        self._mark(f"{node.s} <</MCID {self.marked}>> BDC")
        self.tree.mark(node, self.marked)
        self.marked += 1
        self.open = owner

    def _holding_text(self, block: Element) -> Node | None:
        if block.tag in HOLDING_TEXT:
            return self._node(block)
        if block not in self.paragraphs:
            self.paragraphs[block] = self.tree.add("/P", self._node(block))
        return self.paragraphs[block]

    def _node(self, element: Element) -> Node | None:
        if element not in self.nodes and element.parent:
            self._node(element.parent)
        if element not in self.nodes:
            above = self.nodes[element.parent] if element.parent else None
            self.nodes[element] = self._added(element, above) if element.tag in TYPES else above
        return self.nodes[element]

    def _added(self, element: Element, above: Node | None) -> Node:
        node = self.tree.add(TYPES[element.tag], above, _table_looks(element))
        if element.tag == "tr":
            # At once, so that also cells without text are there, and the others stand below their heads.
            cells = [child for child in element.children if isinstance(child, Element)]
            self.nodes.update({cell: self._added(cell, node) for cell in cells})
        return self.tree.add("/LBody", node) if element.tag == "li" else node


def _table_looks(element: Element) -> str:
    """What a cell's node says of its table. ISO 32000-1, 14.8.5.7."""
    columns = element.number("colspan", 1) if element.tag in ("td", "th") else 1
    span = f" /ColSpan {columns}" if columns > 1 else ""
    scope = " /Scope /Column" if element.tag == "th" else ""
    return f" /A <</O /Table{scope}{span}>>" if scope or span else ""
