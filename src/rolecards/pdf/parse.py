"""Parsing: HTML of a strict subset becomes a tree of elements with their locations."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.style import Style
from rolecards.problems import Location, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
WITHOUT_TEXT = frozenset({"ul", "ol", "table", "thead", "tbody", "tr"})
"""Elements that contain only the elements of `PARENTS`."""
ONLY_INLINE_INSIDE = INLINE | HEADINGS | {"p", "pre"}
IN_PARAGRAPHS = frozenset({"ul", "ol", "table", "pre", "blockquote", "img"})
"""Blocks of an author's text, which templates put into a paragraph."""
EVERYWHERE = frozenset({"class", "id", "data-from"})
ATTRIBUTES = {
    "a": {"href", "data-counter"},
    "span": {"data-counter"},
    "img": {"src", "alt"},
    "td": {"colspan"},
    "th": {"colspan"},
    "section": {"data-max-pages"},
    "div": {"data-max-pages", "data-spare"},
    "ol": {"start"},
}
COUNTERS = {"span": ("page", "pages"), "a": ("target-page",)}
ATTRIBUTE_HINTS = {"style": "use a class and the style sheet", "rowspan": "a cell cannot span rows"}
INTEGERS = {"colspan": 100, "data-max-pages": 1000, "start": 1_000_000}

Node: TypeAlias = "Element | str"


class Element(Struct, kw_only=True, eq=False):
    """An element of the document. Parsing adds its children one by one."""

    tag: str
    attributes: dict[str, str]
    at: Location
    """Location of the tag."""
    source: Location
    """Location of the content: that of the nearest `data-from`, or `at`."""
    children: list[Node] = []
    parent: Element | None = None
    style: Style = Style()
    """Set by the cascade."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The names in the `class` attribute."""
        return tuple(self.attributes.get("class", "").split())

    @property
    def elements(self) -> list[Element]:
        """The children without text."""
        return [child for child in self.children if isinstance(child, Element)]

    def within(self) -> Iterator[Element]:
        """The element and its descendants, in document order."""
        yield self
        for child in self.elements:
            yield from child.within()

    def number(self, name: str, default: int) -> int:
        """An integer attribute. Parsing has checked its value."""
        return int(self.attributes.get(name, default))

    def text(self) -> str:
        """The text of the element and its descendants, with single spaces."""
        return " ".join(_all_text(self).split())


def _all_text(node: Node) -> str:
    if isinstance(node, str):
        return node
    return " " if node.tag == "br" else "".join(map(_all_text, node.children))


def groups(element: Element) -> Iterator[Element | list[Node]]:
    """The blocks inside an element, and adjacent inline nodes together. Blank groups are left out."""
    for block, nodes in groupby(element.children, lambda node: node if getattr(node, "tag", "") in BLOCK else None):
        inline = list(nodes)
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
        self.misplaced: list[Problem] = []
        """Elements in the wrong place. Reported only if all elements are closed: a missing end tag causes them too."""

    def here(self) -> Location:
        line, offset = self.getpos()
        return Location(self.path, line, offset + 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        at = _template_location(attributes.pop("data-at", "")) or self.here()
        around = self._closed_around(tag)
        # An element that is not allowed is not part of the tree, but its content is still checked.
        element = Element(tag=tag, attributes={}, at=at, source=at, parent=self.open[-1])
        if self._is_allowed(tag, at):
            if attributes or tag == "a":
                element.attributes = self._valid_attributes(tag, attributes, at)
            element.source = self._source(element.attributes, at)
            self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)
        for each in around:
            self.open[-1].children.append(again := replace(each, children=[], parent=self.open[-1]))
            self.open.append(again)

    def _closed_around(self, tag: str) -> list[Element]:
        """Close the inline elements around an image, which is a block; returns them to be opened again behind it."""
        first = len(self.open)
        while tag == "img" and self.open[first - 1].tag in INLINE:
            first -= 1
        around, self.open[first:] = self.open[first:], []
        return around

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not any(element.tag == tag for element in self.open[:0:-1]):
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
        names = EVERYWHERE | ATTRIBUTES.get(tag, frozenset())
        for name in attributes:
            if name not in names:
                self._report("RC702", at, f"unknown attribute `{name}` of `<{tag}>`", ATTRIBUTE_HINTS.get(name, ""))
        attributes = {name: value for name, value in attributes.items() if name in names}
        if tag == "a":
            self._check_link(attributes, at)
        return {name: value for name, value in attributes.items() if self._is_valid(tag, name, value, at)}

    def _source(self, attributes: dict[str, str], at: Location) -> Location:
        if "data-from" in attributes:
            return self.locate(attributes["data-from"]) or at
        parent = self.open[-1]
        return at if parent.source == parent.at else parent.source

    def _is_valid(self, tag: str, name: str, value: str, at: Location) -> bool:
        if name in INTEGERS and not (re.fullmatch("[0-9]{1,8}", value) and 1 <= int(value) <= INTEGERS[name]):
            message = f"`{name}` of `<{tag}>` must be an integer from 1 to {INTEGERS[name]}, not `{value}`"
            return self._report("RC702", at, message)
        if name == "data-counter" and value not in COUNTERS[tag]:
            choice = " or ".join(f"`{counter}`" for counter in COUNTERS[tag])
            return self._report("RC702", at, f"`data-counter` of `<{tag}>` must be {choice}, not `{value}`")
        if name == "id" and value in self.ids:
            return self._report("RC707", at, f"the id `{value}` is used twice")
        self.ids.update([value] if name == "id" else [])
        return True

    def _check_link(self, attributes: dict[str, str], at: Location) -> None:
        goal = attributes.get("href", "")
        if not goal.startswith(("http://", "https://", "mailto:", "#")):
            message = f"a link cannot lead to `{goal}`" if goal else "a link has no `href`"
            self._report("RC707", at, message, "use an `http(s)` or `mailto` address or `#id`")
            attributes.pop("href", None)
        elif "data-counter" in attributes and not goal.startswith("#"):
            self._report("RC707", at, f"`{goal}` has no page number (only `#id` has)")

    def _report(self, code: str, location: Location, message: str, hint: str = "") -> bool:
        self.problems.append(problem(code, location, message, hint))
        return False


def _misplaced(tag: str, inside: str) -> bool:
    if tag in PARENTS:
        return inside not in PARENTS[tag]
    if inside == "p" and tag in IN_PARAGRAPHS:
        return False
    return inside in WITHOUT_TEXT or (tag in BLOCK and inside in ONLY_INLINE_INSIDE)


def _template_location(value: str) -> Location | None:
    parts = re.fullmatch("(.*):([0-9]+):([0-9]+)", value)
    return Location(parts[1], int(parts[2]), int(parts[3])) if parts else None
