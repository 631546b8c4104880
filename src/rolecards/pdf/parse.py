"""Parsing: HTML of a strict subset becomes a tree of elements with their locations."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import groupby
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.style import Style
from rolecards.problems import Location, Problem, problem

DEEPEST = 60
VOID = frozenset({"br", "hr", "img", "area", "base", "col", "embed", "input", "link", "meta", "source", "wbr"})
INLINE = frozenset({"span", "b", "strong", "i", "em", "code", "a", "br", "sup", "sub", "mark", "del", "math"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
BLOCK = HEADINGS | {
    "p", "div", "section", "footer", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td",
    "hr", "img", "figure", "figcaption", "blockquote", "pre",
}  # fmt: skip
PARENTS = {
    "li": {"ul", "ol"},
    "tr": {"thead", "tbody", "table"},
    "td": {"tr"},
    "th": {"tr"},
    "thead": {"table"},
    "tbody": {"table"},
    "figcaption": {"figure"},
}
WITHOUT_TEXT = frozenset({"ul", "ol", "table", "thead", "tbody", "tr"})  # they contain only elements of `PARENTS`
ONLY_INLINE_INSIDE = INLINE | HEADINGS | {"p", "pre"}
IN_PARAGRAPHS = frozenset({"ul", "ol", "table", "pre", "blockquote", "img"})
"""Blocks of an author's text, which templates put into a paragraph."""
EVERYWHERE = frozenset({"class", "id", "data-from"})
ATTRIBUTES: dict[str, dict[str, range | tuple[str, ...] | None]] = {  # with the values that each can have; None for all
    "a": {"href": None, "data-counter": ("target-page",)},
    "span": {"data-counter": ("page", "pages")},
    "img": {"src": None, "alt": None},
    "td": {"colspan": range(1, 101)},
    "th": {"colspan": range(1, 101)},
    "section": {"data-max-pages": range(1, 1001)},
    "div": {"data-max-pages": range(1, 1001), "data-spare": None},
    "ol": {"start": range(1, 1_000_001)},
}
ATTRIBUTE_HINTS = {"style": "use a class and the stylesheet", "rowspan": "a cell cannot span rows"}
PLACE = re.compile("(.*):([0-9]+):([0-9]+)")
Node: TypeAlias = "Element | str"


class Element(Struct, kw_only=True, eq=False):
    """An element of the document. Parsing adds its children one by one."""

    tag: str
    attributes: dict[str, str]
    at: Location  # location of the tag
    source: Location  # location of the content: that of the nearest `data-from`, or `at`
    children: list[Node] = []
    parent: "Element | None" = None
    classes: frozenset[str] = frozenset()
    style: Style = Style()  # set by the cascade

    @property
    def elements(self) -> list["Element"]:
        """The child elements, without text."""
        return [child for child in self.children if isinstance(child, Element)]

    def within(self) -> Iterator["Element"]:
        """The element and its descendants, in document order."""
        yield self
        for child in self.elements:
            yield from child.within()

    def number(self, name: str) -> int:
        """An integer attribute; 1 without it. Parsing has checked its value."""
        return int(self.attributes.get(name, 1))

    def text(self) -> str:
        """The text of the element and its descendants, with single spaces."""
        return " ".join(_all_text(self).split())


def _all_text(node: Node) -> str:
    if isinstance(node, str):
        return node
    return " " if node.tag == "br" else "".join(map(_all_text, node.children))


def groups(element: Element) -> Iterator[Element | tuple[Node, ...]]:
    """The blocks inside an element, and adjacent inline nodes together. Blank groups are left out."""
    for block, nodes in groupby(element.children, lambda node: node if getattr(node, "tag", "") in BLOCK else None):
        inline = tuple(nodes)
        if isinstance(block, Element):
            yield block
        elif any(not isinstance(node, str) or node.strip() for node in inline):
            yield inline


def parse(html: str, *, path: str, locate: Callable[[str], Location | None]) -> tuple[Element, tuple[Problem, ...]]:
    """Parse a document or a fragment. Elements with problems are left out of the tree."""
    reader = _HtmlReader(path, locate)
    reader.feed(html)
    reader.close()
    is_open = any(each.code == "RC706" for each in reader.problems)
    return reader.root, (*reader.problems, *(() if is_open else reader.misplaced))


class _HtmlReader(HTMLParser):
    def __init__(self, path: str, locate: Callable[[str], Location | None]) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.locate = locate
        start = Location(path)
        self.root = Element(tag="body", attributes={}, at=start, source=start)
        self.open = [self.root]
        self.ids: set[str] = set()
        self.problems: list[Problem] = []
        self.misplaced: list[Problem] = []  # reported if all elements are closed: missing end tags cause them

    def here(self) -> Location:
        line, offset = self.getpos()
        return Location(self.path, line, offset + 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        placed = PLACE.fullmatch(attributes.pop("data-at", ""))
        at = Location(placed[1], int(placed[2]), int(placed[3])) if placed else self.here()
        around = self._closed_around(tag)
        # An element that is not allowed is not part of the tree, but its content is still checked.
        element = Element(tag=tag, attributes={}, at=at, source=at, parent=self.open[-1])
        if self._is_allowed(tag, at):
            if attributes or tag == "a":
                element.attributes = self._valid_attributes(tag, attributes, at)
                element.classes = frozenset(element.attributes.get("class", "").split())
            element.source = self._source(element.attributes, at)
            self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)
        for each in around:
            self.open[-1].children.append(again := replace(each, children=[], parent=self.open[-1]))
            self.open.append(again)

    def _closed_around(self, tag: str) -> list[Element]:
        """Close the inline elements around an image, which is a block; returns them to be opened again after it."""
        first = len(self.open)
        while tag == "img" and self.open[first - 1].tag in INLINE:
            first -= 1
        around, self.open[first:] = self.open[first:], []
        return around

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag not in [element.tag for element in self.open[1:]]:
            self._report("RC706", self.here(), f"`</{tag}>` closes no element")
            return
        while (element := self.open.pop()).tag != tag:
            self._report("RC706", element.at, f"`<{element.tag}>` is not closed before `</{tag}>`")

    def handle_data(self, data: str) -> None:
        inside = self.open[-1]
        if inside.tag in WITHOUT_TEXT:
            if data.strip():
                self._report("RC701", inside.source, f"text cannot be directly inside `<{inside.tag}>`")
        elif inside.children and isinstance(inside.children[-1], str):
            inside.children[-1] += data
        else:
            inside.children.append(data)

    def unknown_decl(self, data: str) -> None:
        self._report("RC701", self.here(), f"`<![{data[:20]}…` is not allowed in a document")

    def close(self) -> None:
        super().close()
        for element in self.open[1 : DEEPEST + 1]:
            self._report("RC706", element.at, f"`<{element.tag}>` is not closed", f"add `</{element.tag}>`")

    def _is_allowed(self, tag: str, at: Location) -> bool:
        inside = self.open[-1].tag
        if tag not in BLOCK and tag not in INLINE:
            self._report("RC701", at, f"unknown element `<{tag}>`")
        elif len(self.open) > DEEPEST:
            if len(self.open) == DEEPEST + 1:
                self._report("RC706", at, f"elements are nested more than {DEEPEST} deep")
        elif _misplaced(tag, inside):
            self.misplaced.append(problem("RC701", at, f"`<{tag}>` cannot be inside `<{inside}>`"))
        else:
            return True
        return False

    def _valid_attributes(self, tag: str, attributes: dict[str, str], at: Location) -> dict[str, str]:
        known = ATTRIBUTES.get(tag, {})
        for name, value in [*attributes.items()]:
            if name not in EVERYWHERE and name not in known:
                self._report("RC702", at, f"unknown attribute `{name}` of `<{tag}>`", ATTRIBUTE_HINTS.get(name, ""))
            elif choice := _choice(known.get(name), value):
                self._report("RC702", at, f"`{name}` of `<{tag}>` must be {choice}, not `{value}`")
            elif name == "id" and value in self.ids:
                self._report("RC707", at, f"the id `{value}` is used twice")
            else:
                self.ids.update([value] if name == "id" else [])
                continue
            del attributes[name]
        if tag == "a":
            self._check_link(attributes, at)
        return attributes

    def _source(self, attributes: dict[str, str], at: Location) -> Location:
        if "data-from" in attributes:
            return self.locate(attributes["data-from"]) or at
        parent = self.open[-1]
        return at if parent.source == parent.at else parent.source

    def _check_link(self, attributes: dict[str, str], at: Location) -> None:
        goal = attributes.get("href", "")
        if not goal.startswith(("http://", "https://", "mailto:", "#")):
            message = f"a link cannot lead to `{goal}`" if goal else "a link has no `href`"
            self._report("RC707", at, message, "use an `http(s)` or `mailto` address or `#id`")
            attributes.pop("href", None)
        elif "data-counter" in attributes and not goal.startswith("#"):
            self._report("RC707", at, f"`{goal}` has no page number (only `#id` has)")

    def _report(self, code: str, location: Location, message: str, hint: str = "") -> None:
        self.problems.append(problem(code, location, message, hint))


def _misplaced(tag: str, inside: str) -> bool:
    if tag in PARENTS:
        return inside not in PARENTS[tag]
    if inside == "p" and tag in IN_PARAGRAPHS:
        return False
    return inside in WITHOUT_TEXT or (tag in BLOCK and inside in ONLY_INLINE_INSIDE)


def _choice(values: range | tuple[str, ...] | None, value: str) -> str:
    """What the value must be instead; empty if it is valid."""
    if isinstance(values, range):
        is_valid = re.fullmatch("[0-9]{1,8}", value) and int(value) in values
        return "" if is_valid else f"an integer from {values[0]} to {values[-1]}"
    return " or ".join(f"`{each}`" for each in values) if values and value not in values else ""
