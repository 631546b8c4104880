"""The properties of a style sheet: the values that each can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import tinycss2
from tinycss2.color3 import parse_color

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIDES = ("top", "right", "bottom", "left")
FOUR = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}
"""For one to four lengths, as in CSS: the index of the length of each side."""
UNITS = {"mm": ("mm", 1.0), "cm": ("mm", 10.0), "pt": ("mm", 25.4 / 72), "em": ("em", 1.0)}
BORDER_STYLES = ("none", "solid", "dashed")

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


class Border(NamedTuple):
    """The border of one side; without a colour, it has that of the text."""

    width: Length = Length(0, "mm")
    style: str = "none"
    colour: tuple[int, int, int] | None = None


def _length(token: Token, units: str = "mm em") -> Length | None:
    length = None
    if token.type == "dimension" and token.lower_unit in UNITS:
        unit, factor = UNITS[token.lower_unit]
        length = Length(token.value * factor, unit)
    elif token.type == "number" and token.value == 0:
        length = Length(0, "mm")
    elif token.type == "percentage" and "%" in units:
        length = Length(token.value / 100, "%")
    return None if length is None or length.value < 0 else length


def _one(name: str, read_token: Callable[[Token], object]) -> Property:
    """A property with one token, whose value must not be None."""

    def read_value(tokens: list[Token]) -> Declarations | None:
        value = read_token(tokens[0]) if len(tokens) == 1 else None
        return None if value is None else {name: value}

    return read_value


def _one_length(name: str, units: str = "mm em") -> Property:
    return _one(name, lambda token: _length(token, units))


def _four_lengths(name: str) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        lengths = [_length(token) for token in tokens]
        if len(lengths) not in FOUR or None in lengths:
            return None
        return {f"{name}_{side}": lengths[at] for side, at in zip(SIDES, FOUR[len(lengths)], strict=True)}

    return read_value


def _word(name: str, *words: str) -> Property:
    return _meaning(name, {word: word for word in words})


def _meaning(name: str, meanings: Mapping[str, object]) -> Property:
    """A property whose value is one of these words."""
    return _one(name, lambda token: meanings.get(tinycss2.serialize([token]).lower()))


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


def _background(tokens: list[Token]) -> Declarations | None:
    if len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value in ("none", "transparent"):
        return {"background": None}
    return _one("background", _rgb)(tokens)


def _border(*sides: str) -> Property:
    def read_value(tokens: list[Token]) -> Declarations | None:
        border = Border()
        for token in tokens:
            part = _border_part(token)
            if part is None:
                return None
            border = border._replace(**part)
        return {f"border_{side}": border for side in sides}

    return read_value


def _border_part(token: Token) -> dict[str, Any] | None:
    if token.type == "ident" and token.lower_value in BORDER_STYLES:
        return {"style": token.lower_value}
    length, colour = _length(token), _rgb(token)
    return {"width": length} if length else {"colour": colour} if colour else None


def _line_height(token: Token) -> Length | None:
    if token.type == "number" and token.value > 0:
        return Length(token.value, "em")
    return _length(token, "mm em %")


PROPERTIES: dict[str, Property] = {
    "font-family": _word("font_family", "sans", "mono"),
    "font-size": _one_length("font_size", "mm em %"),
    "font-weight": _meaning("bold", {"normal": False, "bold": True, "400": False, "700": True}),
    "font-style": _meaning("italic", {"normal": False, "italic": True}),
    "color": _one("color", _rgb),
    "line-height": _one("line_height", _line_height),
    "text-align": _word("text_align", "left", "right", "center"),
    "white-space": _word("white_space", "normal", "pre"),
    "display": _word("display", "block", "row", "inline-block"),
    "width": _one_length("width", "mm em %"),
    "height": _one_length("height"),
    "max-height": _one_length("max_height"),
    "vertical-align": _word("vertical_align", "baseline", "super", "sub", "top", "middle", "bottom"),
    "background-color": _background,
    "background": _background,
    "break-before": _word("break_before", "auto", "page", "avoid"),
    "break-after": _word("break_after", "auto", "avoid"),
    "break-inside": _word("break_inside", "auto", "avoid"),
    "margin": _four_lengths("margin"),
    "padding": _four_lengths("padding"),
    "border": _border(*SIDES),
    **{f"margin-{side}": _one_length(f"margin_{side}") for side in SIDES},
    **{f"padding-{side}": _one_length(f"padding_{side}") for side in SIDES},
    **{f"border-{side}": _border(side) for side in SIDES},
}
PAGE_PROPERTIES = {name: value for name, value in PROPERTIES.items() if name.startswith("margin")}
FACE_PROPERTIES: dict[str, Property] = {
    **{name: PROPERTIES[name] for name in ("font-family", "font-weight", "font-style")},
    "src": _file,
}
