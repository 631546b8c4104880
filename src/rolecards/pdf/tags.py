"""Tagged PDF: the structure tree for screen readers, made with internals of fpdf2, whose own tree is flat."""

from collections.abc import Callable, Iterator

from fpdf import FPDF
from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFObject, PDFString

from rolecards.pdf.parse import Element

TYPES = {  # the structure types of elements, ISO 32000-1, 14.8.4; other elements are not in the tree
    "section": "/Sect", "blockquote": "/BlockQuote", "ul": "/L", "ol": "/L", "li": "/LI", "table": "/Table",
    "thead": "/THead", "tbody": "/TBody", "tr": "/TR", "th": "/TH", "td": "/TD", "figure": "/Figure", "img": "/Figure",
    "h1": "/H1", "h2": "/H2", "h3": "/H3", "h4": "/H4", "p": "/P", "pre": "/P", "figcaption": "/Caption",
}  # fmt: skip
HOLDING_TEXT = frozenset({"h1", "h2", "h3", "h4", "p", "pre", "figcaption", "li", "th", "td"})
"""Elements with text directly inside. In other elements, text is a paragraph in the tree."""


class Node(StructElem):
    """The node of an element."""

    __slots__ = ("attributes", "marks", "page", "pdf")

    def __init__(self, kind: str, parent: StructElem, pdf: FPDF, attributes: str = "") -> None:
        super().__init__(kind, parent, [], pdf.page)
        self.pdf = pdf
        self.attributes = attributes  # its attributes in PDF syntax
        self.page = pdf.page
        self.marks: list[Node | tuple[int, int]] = []  # its children: nodes, and marked content by page and number

    def serialize(self, obj_dict: object = None, _security_handler: object = None) -> str:  # noqa: ARG002  # fpdf2's
        """The PDF object. fpdf2's own method inspects all attributes, which is slow."""
        kids, pages = [], self.pdf.pages
        for kid in self.marks:
            if isinstance(kid, Node):
                kids.append(kid.ref)
            else:
                elsewhere = f"<</Type /MCR /Pg {pages[kid[0]].ref} /MCID {kid[1]}>>"
                kids.append(str(kid[1]) if kid[0] == self.page else elsewhere)
        place = f"/P {self.p.ref} /Pg {pages[self.page].ref}"
        return f"{self._id} 0 obj\n<</S {self.s} {place} /K [{' '.join(kids)}]{self.attributes}>>\nendobj"


class Tags(StructureTreeBuilder):
    """The structure tree of fpdf2 with more than one level. Everything except text and figures is an artifact."""

    def __init__(self, pdf: FPDF, write: Callable[[str], None]) -> None:
        super().__init__()
        self.pdf = pdf
        self.write = write
        self.pdf.struct_builder = self
        self.pdf.pdf_version = max(self.pdf.pdf_version, "1.4")
        self.added: list[Node] = []
        self.nodes: dict[Element, Node | None] = {}  # the node for the content of each element; None for the document
        self.paragraphs: dict[Element, Node] = {}
        self.open: Element | str | None = None
        self.marked = 0  # the number of marked contents on the page, which are numbered from 0

    def __iter__(self) -> Iterator[PDFObject]:
        """All PDF objects of the tree."""
        yield self.struct_tree_root
        yield self.doc_struct_elem
        yield self.struct_tree_root.parent_tree
        yield from self.added

    def text(self, block: Element | None) -> None:
        """Tag what is drawn next as text of a block, or as an artifact if None."""
        if self.open is block and block is not None:
            return
        node = self._text_node(block) if block is not None else None
        if block is None or node is None or (block.tag == "th" and node.page != self.pdf.page):
            # A repeated table header is an artifact, like a page number.
            self.artifact()
        else:
            self._begin(node, block)

    def figure(self, image: Element | None, alt: str) -> None:
        """Tag what is drawn next as a figure."""
        whole = image.parent if image and image.parent and image.parent.tag == "figure" else image
        node = (self._node(whole) if whole else None) or self._add("/Figure", None)
        node.attributes = f" /Alt {PDFString(alt).serialize()}"
        self._begin(node, "figure")

    def artifact(self) -> None:
        """Tag what is drawn next as an artifact."""
        if self.open != "artifact":
            self._mark("/Artifact BMC")
            self.open = "artifact"

    def close(self) -> None:
        """End the current marked content."""
        if self.open is not None:
            self.write("EMC")
        self.open = None

    def _mark(self, operator: str) -> None:
        self.write(operator if self.open is None else f"EMC {operator}")

    def _begin(self, node: Node, owner: Element | str) -> None:
        self._mark(f"{node.s} <</MCID {self.marked}>> BDC")
        page, numbers = self.pdf.page, self.spid_per_page_number
        self.pdf.pages[page].struct_parents = at = numbers.setdefault(page, len(numbers))
        node.marks.append((page, self.marked))
        self.struct_tree_root.parent_tree.nums[at].append(node)
        self.marked += 1
        self.open = owner

    def _text_node(self, block: Element) -> Node | None:
        if block.tag in HOLDING_TEXT:
            return self._node(block)
        if block not in self.paragraphs:
            self.paragraphs[block] = self._add("/P", self._node(block))
        return self.paragraphs[block]

    def _node(self, element: Element) -> Node | None:
        if element not in self.nodes and element.parent:
            self._node(element.parent)
        if element not in self.nodes:
            above = self.nodes[element.parent] if element.parent else None
            self.nodes[element] = self._added(element, above) if element.tag in TYPES else above
        return self.nodes[element]

    def _added(self, element: Element, above: Node | None) -> Node:
        node = self._add(TYPES[element.tag], above, _table_attributes(element))
        if element.tag == "tr":
            # All cells are added now, because cells without text must also be in the tree.
            self.nodes.update({cell: self._added(cell, node) for cell in element.elements})
        return self._add("/LBody", node) if element.tag == "li" else node

    def _add(self, kind: str, parent: Node | None, attributes: str = "") -> Node:
        """Append a node to its parent, or to the document."""
        node = Node(kind, parent or self.doc_struct_elem, self.pdf, attributes)
        self.added.append(node)
        (parent.marks if parent else self.doc_struct_elem.k).append(node)
        return node


def _table_attributes(element: Element) -> str:
    """The table attributes of a cell in PDF syntax. ISO 32000-1, 14.8.5.7."""
    span = f" /ColSpan {element.number('colspan')}" if element.number("colspan") > 1 else ""
    scope = " /Scope /Column" if element.tag == "th" else ""
    return f" /A <</O /Table{scope}{span}>>" if scope or span else ""
