"""Styles: the properties of elements and pages, and the values that each can have in a stylesheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple, TypeAlias

import tinycss2
from msgspec import Struct
from tinycss2.color3 import parse_color

MM_PER_POINT = 25.4 / 72
SIDES = ("top", "right", "bottom", "left")
FOUR = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}  # by number of lengths, that of each side
UNITS = {"mm": ("mm", 1.0), "cm": ("mm", 10.0), "pt": ("mm", MM_PER_POINT), "em": ("em", 1.0)}
INHERITED = ("font_family", "font_size", "bold", "italic", "color", "line_height", "text_align", "white_space")
Colour: TypeAlias = tuple[int, int, int]  # red, green and blue, each from 0 to 255
Token: TypeAlias = Any  # a node of tinycss2, which has no types
Declarations: TypeAlias = dict[str, Any]  # by field of `Style`, unresolved; borders have `width`, `style` and `colour`
Reader: TypeAlias = "Callable[[Token], object]"  # reads a token; None if the property cannot have this value


class Length(NamedTuple):
    """A length in `mm`, in `em` (the font size) or in `%` (of the width or type size, depending on the property)."""

    value: float
    unit: str


class Edge(NamedTuple):
    """One side of a box."""

    width: float
    style: str  # `solid` or `dashed`
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Style:
    """The resolved style of an element, compared by identity. Lengths are in mm unless noted."""

    font_family: str = "sans"
    font_size: float = 10  # in points
    bold: bool = False
    italic: bool = False
    color: Colour = (0, 0, 0)
    line_height: float = 1.35  # in multiples of the type size
    text_align: str = "left"
    white_space: str = "normal"
    display: str = ""  # empty: the default of the element
    width: float | Length | None = None
    height: float | None = None
    max_height: float = inf  # of an image
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
    edges: tuple[Edge | None, ...] = (None, None, None, None)  # the borders: top, right, bottom, left
    insets: Mapping[str, float] = field(init=False)  # the width of border and padding by side
    children: dict[tuple[str, str], "Style"] = field(default_factory=dict)  # so far, by tag and `class`

    def __post_init__(self) -> None:
        """Compute what layout needs most often."""
        sides = zip(SIDES, self.edges, strict=True)
        insets = {side: getattr(self, f"padding_{side}") + (edge.width if edge else 0.0) for side, edge in sides}
        object.__setattr__(self, "insets", insets)

    def span(self, available: float) -> float | None:
        """The `width` in mm for an available width; None if the style does not set it."""
        return self.width.value * available if isinstance(self.width, Length) else self.width

    @property
    def em(self) -> float:
        """The type size in millimetres."""
        return self.font_size * MM_PER_POINT

    def child(self, declarations: Declarations, scale: float) -> "Style":
        """The style of a child element with these declarations; `scale` applies to type sizes in mm."""
        values = {name: getattr(self, name) for name in INHERITED}
        size = declarations.get("font_size")
        if size:
            in_points = size.value / MM_PER_POINT * scale
            values["font_size"] = in_points if size.unit == "mm" else size.value * self.font_size
        em, colour = values["font_size"] * MM_PER_POINT, declarations.get("color", self.color)
        others = {name: value for name, value in declarations.items() if name != "font_size"}
        values |= {name: _resolved(name, value, em, colour) for name, value in others.items()}
        return Style(edges=tuple(values.pop(f"border_{side}", None) for side in SIDES), **values)


def _resolved(name: str, value: Any, em: float, colour: Colour) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        width = _resolved("width", value.get("width", 0), em, colour)
        is_drawn = width and value.get("style", "none") != "none"
        return Edge(width, value["style"], value.get("colour", colour)) if is_drawn else None
    if not isinstance(value, Length):
        return value
    if name == "line_height":
        return value.value / em if value.unit == "mm" else value.value
    if value.unit == "em":
        return value.value * em
    return value if value.unit == "%" else value.value


class Area(Struct, frozen=True):
    """The horizontal extent of a block, in mm from the left margin of the page."""

    x: float
    width: float

    def less(self, left: float, right: float) -> "Area":
        """The area, narrower by these widths on the left and right."""
        return Area(self.x + left, max(0.0, self.width - left - right))

    def inside(self, style: Style) -> "Area":
        """The area inside borders and padding."""
        return self.less(style.insets["left"], style.insets["right"])


def _length(token: Token) -> Length | None:
    length = _length_or_share(token)
    return length if length and length.unit != "%" else None


def _length_or_share(token: Token) -> Length | None:
    length = None
    if token.type == "dimension" and token.lower_unit in UNITS:
        unit, factor = UNITS[token.lower_unit]
        length = Length(token.value * factor, unit)
    elif token.type == "number" and token.value == 0:
        length = Length(0, "mm")
    elif token.type == "percentage":
        length = Length(token.value / 100, "%")
    return None if length is None or length.value < 0 else length


def _line_height(token: Token) -> Length | None:
    return Length(token.value, "em") if token.type == "number" and token.value > 0 else _length_or_share(token)


def _words(*words: str, **meanings: object) -> Reader:
    """Reads one of these words, or the meaning of one."""
    known = {word: word for word in words} | meanings
    return lambda token: known.get(tinycss2.serialize([token]).lower())


def _file(token: Token) -> str | None:
    """The name of a file in the folder of the stylesheet."""
    is_quoted = token.type == "function" and token.lower_name == "url" and len(token.arguments) == 1
    inner = token.arguments[0] if is_quoted else token
    name = inner.value if inner.type in ("url", "string") else ""
    return name if name and not set(name) & set("/\\:") else None


def _colour(token: Token) -> Colour | None:
    colour = parse_color(token)
    if colour is None or colour == "currentColor" or colour.alpha != 1:
        return None
    return round(colour.red * 255), round(colour.green * 255), round(colour.blue * 255)


def _border_part(token: Token) -> tuple[str, object]:
    if token.type == "ident" and token.lower_value in ("none", "solid", "dashed"):
        return "style", token.lower_value
    length = _length(token)
    return ("width", length) if length else ("colour", _colour(token))


READERS: dict[str, Reader] = {  # by property; its value is one token
    "font-family": _words("sans", "mono"),
    "font-size": _length_or_share,
    "font-weight": _words(**{"normal": False, "bold": True, "400": False, "700": True}),
    "font-style": _words(normal=False, italic=True),
    "color": _colour,
    "line-height": _line_height,
    "text-align": _words("left", "right", "center"),
    "white-space": _words("normal", "pre"),
    "display": _words("block", "row", "inline-block"),
    "width": _length_or_share,
    "height": _length,
    "max-height": _length,
    "vertical-align": _words("baseline", "super", "sub", "top", "middle", "bottom"),
    "background-color": _colour,
    "background": _colour,
    "break-before": _words("auto", "page", "avoid"),
    "break-after": _words("auto", "avoid"),
    "break-inside": _words("auto", "avoid"),
    **{f"{name}-{side}": _length for name in ("margin", "padding") for side in SIDES},
    "src": _file,
}
FIELDS = {"font-weight": "bold", "font-style": "italic", "background-color": "background"}
"""The fields of `Style` that have other names than their properties."""
PAGE_PROPERTIES = ("margin", *(f"margin-{side}" for side in SIDES))
FACE_PROPERTIES = ("font-family", "font-weight", "font-style", "src")
PROPERTIES = (
    *(name for name in READERS if name != "src"), "margin", "padding", "border", *(f"border-{side}" for side in SIDES),
)  # fmt: skip


def declared(name: str, tokens: list[Token]) -> Declarations | None:
    """The values that a property sets; None if it cannot have the value of these tokens."""
    group, _, side = name.partition("-")
    if group == "border":
        parts = [_border_part(token) for token in tokens]
        border = {part: value for part, value in parts if value is not None}
        return {f"border_{each}": border for each in ([side] if side else SIDES)} if len(border) == len(parts) else None
    if name in ("margin", "padding"):
        lengths, order = [_length(token) for token in tokens], FOUR.get(len(tokens), ())
        values = {f"{name}_{each}": lengths[at] for each, at in zip(SIDES, order, strict=False)}
        return values if values and None not in lengths else None
    value = READERS[name](tokens[0]) if len(tokens) == 1 else None
    return None if value is None else {FIELDS.get(name, name.replace("-", "_")): value}
