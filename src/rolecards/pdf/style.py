"""The cascade: the style of each element, with lengths in millimetres and type sizes in points."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib.resources import files
from math import inf
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from rolecards.pdf.css import Selector, StyleRule, StyleSheet, StyleSource, read
from rolecards.pdf.fonts import MM_PER_POINT
from rolecards.pdf.pages import Edge
from rolecards.pdf.properties import SIDES, Border, Length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolecards.pdf.pages import Colour
    from rolecards.pdf.parse import Element

INHERITED = frozenset({
    "font_family", "font_size", "bold", "italic", "color", "line_height", "text_align", "white_space",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Style:
    """The resolved style of an element, compared by identity. Lengths are in mm unless noted."""

    font_family: str = "sans"
    font_size: float = 10
    """In points."""
    bold: bool = False
    italic: bool = False
    color: Colour = (0, 0, 0)
    line_height: float = 1.35
    """In multiples of the type size."""
    text_align: str = "left"
    white_space: str = "normal"
    display: str = ""
    """Empty: the default of the element."""
    width: float | Length | None = None
    height: float | None = None
    max_height: float = inf
    """Of an image."""
    vertical_align: str = "baseline"
    background: Colour | None = None
    break_before: str = "auto"
    break_after: str = "auto"
    break_inside: str = "auto"
    margin_top: float = 0
    margin_right: float = 0
    margin_bottom: float = 0
    margin_left: float = 0
    padding_top: float = 0
    padding_right: float = 0
    padding_bottom: float = 0
    padding_left: float = 0
    edges: tuple[Edge | None, ...] = (None, None, None, None)
    """The borders: top, right, bottom, left."""
    _insets: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        """Compute what layout needs most often."""
        sides = zip(SIDES, self.edges, strict=True)
        insets = {side: getattr(self, f"padding_{side}") + (edge.width if edge else 0.0) for side, edge in sides}
        object.__setattr__(self, "_insets", insets)

    def inset(self, side: str) -> float:
        """The width of border and padding on one side."""
        return self._insets[side]

    def span(self, available: float) -> float | None:
        """The `width` in mm for an available width; None if the style does not set it."""
        return self.width.value * available if isinstance(self.width, Length) else self.width

    @property
    def em(self) -> float:
        """The type size in millimetres."""
        return self.font_size * MM_PER_POINT


@dataclass(slots=True, kw_only=True, eq=False)
class Kind:
    """All elements with the same tag, classes and parent kind: they have the same style."""

    tag: str
    classes: frozenset[str]
    parent: Kind | None
    style: Style
    children: dict[tuple[str, str], Kind] = field(default_factory=dict)
    """The kinds of child elements so far, by tag and `class`."""


class Styled(Struct, frozen=True):
    """An element with its style."""

    element: Element
    kind: Kind
    style: Style


class Area(Struct, frozen=True):
    """The horizontal extent of a block, in mm from the left margin of the page."""

    x: float
    width: float

    def less(self, left: float, right: float) -> Area:
        """The area, narrower by these widths on the left and right."""
        return Area(self.x + left, max(0.0, self.width - left - right))

    def inside(self, style: Style) -> Area:
        """The area inside borders and padding."""
        return self.less(style.inset("left"), style.inset("right"))


INITIAL = {each.name: each.default for each in fields(Style) if each.init and each.name not in INHERITED}


class Cascade:
    """Finds the style of elements from the default and the given style sheet. `scale` applies to type sizes in mm."""

    def __init__(self, sheet: StyleSheet, scale: float) -> None:
        self.scale = scale
        base = StyleSource("base.css", (files(__package__) / "base.css").read_text("utf-8"))
        self.rules = (*read(base).rules, *sheet.rules)
        self.roots: dict[tuple[str, str], Kind] = {}

    def styled(self, element: Element, parent: Styled | None) -> Styled:
        """The element with its style. Only the root element has no parent."""
        kinds = parent.kind.children if parent else self.roots
        key = element.tag, element.attributes.get("class", "")
        kind = kinds.get(key)
        if kind is None:
            kind = kinds[key] = self._kind(element, parent.kind if parent else None)
        return Styled(element, kind, kind.style)

    def _kind(self, element: Element, parent: Kind | None) -> Kind:
        classes = frozenset(element.classes)
        rules = [
            rule
            for rule in self.rules
            if rule.selectors[-1].matches(element.tag, classes) and _inside(rule.selectors[:-1], parent)
        ]
        style = self._resolve(rules, parent.style if parent else Style())
        return Kind(tag=element.tag, classes=classes, parent=parent, style=style)

    def _resolve(self, rules: Iterable[StyleRule], parent: Style) -> Style:
        values: dict[str, Any] = dict(INITIAL)
        values.update({name: getattr(parent, name) for name in INHERITED})
        declarations: dict[str, Any] = {}
        for rule in rules:
            declarations.update(rule.declarations)
        size = declarations.pop("font_size", None)
        if isinstance(size, Length):
            in_points = size.value / MM_PER_POINT * self.scale
            values["font_size"] = in_points if size.unit == "mm" else size.value * parent.font_size
        em = values["font_size"] * MM_PER_POINT
        borders = [declarations.pop(f"border_{side}", Border()) for side in SIDES]
        values.update({name: _resolved(name, value, em) for name, value in declarations.items()})
        values["edges"] = tuple(_edge(border, em, values["color"]) for border in borders)
        return Style(**values)


@lru_cache(maxsize=64)
def cascade(sheet: StyleSource, scale: float = 1) -> Cascade:
    """The cascade of a style sheet. It is cached, as it caches the styles of elements."""
    return Cascade(read(sheet), scale)


def _inside(selectors: tuple[Selector, ...], parent: Kind | None) -> bool:
    """Whether the selectors match ancestors, in order."""
    for selector in reversed(selectors):
        while parent and not selector.matches(parent.tag, parent.classes):
            parent = parent.parent
        if parent is None:
            return False
        parent = parent.parent
    return True


def _edge(border: Border, em: float, colour: Colour) -> Edge | None:
    width = border.width.value * (em if border.width.unit == "em" else 1)
    return Edge(width, border.style, border.colour or colour) if width and border.style != "none" else None


def _resolved(name: str, value: object, em: float) -> object:
    if not isinstance(value, Length):
        return value
    if name == "line_height":
        return value.value / em if value.unit == "mm" else value.value
    if value.unit == "em":
        return value.value * em
    return value if value.unit == "%" else value.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStyle:
    """The margins of pages in mm."""

    margin_top: float = 20
    margin_right: float = 20
    margin_bottom: float = 20
    margin_left: float = 20


def page_style(declarations: Mapping[str, object]) -> PageStyle:
    """The style of the pages from the declarations of `@page`."""
    values: dict[str, Any] = {key: _resolved(key, value, 10 * MM_PER_POINT) for key, value in declarations.items()}
    return PageStyle(**values)
