"""The properties of a style sheet: the values that each can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import tinycss2
from tinycss2.color3 import parse_color

if TYPE_CHECKING:
    from collections.abc import Callable

SIDES = ("top", "right", "bottom", "left")
UNITS = {"mm": ("mm", 1.0), "cm": ("mm", 10.0), "pt": ("mm", 25.4 / 72), "em": ("em", 1.0)}
BORDER_STYLES = ("none", "solid", "dashed", "dotted")

Token: TypeAlias = Any
"""A node of tinycss2, which has no types."""
Declarations: TypeAlias = "dict[str, object]"
"""Values by field of `Style`. Lengths are not resolved yet."""
Property: TypeAlias = "Callable[[list[Token]], Declarations | None]"
"""Reads the tokens of a value; None if the property cannot have this value."""


class Length(NamedTuple):
    """A length in `mm`, in `em` (the font size) or in `%` (of the width or type size, depending on the property)."""

    value: float
    unit: str


def _length(token: Token, units: str = "mm em") -> Length | None:
    if token.type == "dimension" and token.lower_unit in UNITS:
        unit, factor = UNITS[token.lower_unit]
        return Length(token.value * factor, unit)
    if token.type == "number" and token.value == 0:
        return Length(0, "mm")
    if token.type == "percentage" and "%" in units:
        return Length(token.value / 100, "%")
    return None


def _one_length(name: str, units: str = "mm em", *, negative: bool = False) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        length = _length(tokens[0], units) if len(tokens) == 1 else None
        return None if length is None or (length.value < 0 and not negative) else {name: length}

    return read_value


def _four_lengths(name: str, *, negative: bool = False) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        lengths = [_length(token) for token in tokens]
        if not 1 <= len(lengths) <= 4:
            return None
        if any(length is None or (length.value < 0 and not negative) for length in lengths):
            return None
        return {f"{name}_{side}": length for side, length in zip(SIDES, _around(lengths), strict=True)}

    return read_value


def _around(values: list[Any]) -> list[Any]:
    """The values of the four sides, from one to four values as in CSS."""
    top = values[0]
    right = values[1] if len(values) > 1 else top
    bottom = values[2] if len(values) > 2 else top
    left = values[3] if len(values) > 3 else right
    return [top, right, bottom, left]


def _word(name: str, *words: str) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        word = tokens[0].lower_value if len(tokens) == 1 and tokens[0].type == "ident" else None
        return {name: word} if word in words else None

    return read_value


def _any_word(name: str) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        word = tokens[0].value if len(tokens) == 1 and tokens[0].type in ("ident", "string") else None
        return {name: word} if word else None

    return read_value


def _file(tokens: list[Token]) -> Declarations | None:
    """The name of a file in the folder of the style sheet."""
    is_quoted = len(tokens) == 1 and tokens[0].type == "function" and tokens[0].lower_name == "url"
    inner = tokens[0].arguments if is_quoted else tokens
    name = inner[0].value if len(inner) == 1 and inner[0].type in ("url", "string") else ""
    return {"src": name} if name and not set(name) & set("/\\:") else None


def _rgb(token: Token) -> tuple[int, int, int] | None:
    colour = parse_color(token)
    if colour is None or colour == "currentColor" or colour.alpha != 1:
        return None
    return round(colour.red * 255), round(colour.green * 255), round(colour.blue * 255)


def _colour(name: str) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        colour = _rgb(tokens[0]) if len(tokens) == 1 else None
        return {name: colour} if colour else None

    return read_value


def _background(tokens: list[Token]) -> Declarations | None:
    if len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in ("none", "transparent"):
        return {"background": None}
    return _colour("background")(tokens)


def _border(*sides: str) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        parts: dict[str, object] = {"width": Length(0, "mm"), "style": "none", "color": None}
        for token in tokens:
            part = _border_part(token)
            if part is None:
                return None
            parts |= part
        return {f"border_{side}_{key}": value for side in sides for key, value in parts.items()}

    return read_value


def _border_part(token: Token) -> dict[str, object] | None:
    if token.type == "ident" and token.lower_value in BORDER_STYLES:
        return {"style": token.lower_value}
    length = _length(token)
    if length is not None:
        return {"width": length} if length.value >= 0 else None
    colour = _rgb(token)
    return {"color": colour} if colour else None


def _each_border(key: str, read_token: Callable[[Token], object]) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        values = [read_token(token) for token in tokens]
        if not 1 <= len(values) <= 4 or None in values:
            return None
        return {f"border_{side}_{key}": value for side, value in zip(SIDES, _around(values), strict=True)}

    return read_value


def _border_style(token: Token) -> str | None:
    return token.lower_value if token.type == "ident" and token.lower_value in BORDER_STYLES else None


def _line_height(tokens: list[Token]) -> Declarations | None:
    if len(tokens) != 1:
        return None
    if tokens[0].type == "number" and tokens[0].value > 0:
        return {"line_height": Length(tokens[0].value, "em")}
    return _one_length("line_height", "mm em %")(tokens)


def _weight(tokens: list[Token]) -> Declarations | None:
    weights = {"normal": False, "bold": True, "400": False, "700": True}
    text = tinycss2.serialize(tokens).strip().lower()
    return {"bold": weights[text]} if text in weights else None


def _slant(tokens: list[Token]) -> Declarations | None:
    value = _word("italic", "normal", "italic")(tokens)
    return value and {"italic": value["italic"] == "italic"}


PROPERTIES: dict[str, Property] = {
    "font-family": _word("font_family", "sans", "mono"),
    "font-size": _one_length("font_size", "mm em %"),
    "font-weight": _weight,
    "font-style": _slant,
    "color": _colour("color"),
    "line-height": _line_height,
    "text-align": _word("text_align", "left", "right", "center"),
    "text-indent": _one_length("text_indent"),
    "text-transform": _word("text_transform", "none", "uppercase"),
    "list-style-type": _word("list_style_type", "disc", "dash", "none", "decimal", "lower-alpha"),
    "white-space": _word("white_space", "normal", "pre"),
    "display": _word("display", "block", "row", "inline", "inline-block", "none"),
    "width": _one_length("width", "mm em %"),
    "height": _one_length("height"),
    "vertical-align": _word("vertical_align", "baseline", "super", "sub", "top", "middle", "bottom"),
    "background-color": _background,
    "background": _background,
    "border-radius": _one_length("border_radius"),
    "break-before": _word("break_before", "auto", "page", "avoid"),
    "break-after": _word("break_after", "auto", "page", "avoid"),
    "break-inside": _word("break_inside", "auto", "avoid"),
    "page": _any_word("page"),
    "margin": _four_lengths("margin", negative=True),
    "padding": _four_lengths("padding"),
    "border": _border(*SIDES),
    "border-width": _each_border("width", _length),
    "border-style": _each_border("style", _border_style),
    "border-color": _each_border("color", _rgb),
    **{f"margin-{side}": _one_length(f"margin_{side}", negative=True) for side in SIDES},
    **{f"padding-{side}": _one_length(f"padding_{side}") for side in SIDES},
    **{f"border-{side}": _border(side) for side in SIDES},
}
PAGE_PROPERTIES: dict[str, Property] = {
    "margin": _four_lengths("margin"),
    **{f"margin-{side}": _one_length(f"margin_{side}") for side in SIDES},
    "background-color": _background,
}
FACE_PROPERTIES: dict[str, Property] = {
    **{name: PROPERTIES[name] for name in ("font-family", "font-weight", "font-style")},
    "src": _file,
}
