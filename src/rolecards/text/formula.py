"""Sets TeX formulas as drawing operators. Only this module uses the typesetter mathra."""

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree as ET

from msgspec import Struct

_MACROS = """
AA Bqty Rank Res SI Tr aa abs adots ang arccot arccsc arcsec argmax argmin bm bqty comm copyright cross csch curl dd
dv erf euro ev eval fint grad gradient hdots iddots ip lBrack lcm llangle llbracket mathbbm mathds nicefrac norm num
oiint pb pd permil pounds pqty qty quantity rBrack rank rot rrangle rrbracket sech si slashed ss tg textsc tr unit
usepackage va vb vdot vqty vu
"""
NOT_IN_ANKI = re.compile(rf"\\(?:{'|'.join(_MACROS.split())})(?![A-Za-z])")
"""Macros that the typesetter knows and Anki's MathJax lacks: learners see them in red."""
_GROUP = re.compile(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}|\{[^{}]*\}", re.DOTALL)
_MISPLACED = re.compile(
    r"(?<!\\)&|\\hline|\\sqrt\s*\[[^\]]*\Z|\\(?:over|choose)\b.*\\(?:over|choose)\b"
    r"|(?:\A|(?:\A|[^\\A-Za-z])[A-Za-z]|[^\\A-Za-z}*\s])\s*\\limits",
    re.DOTALL,
)
"""What the typesetter accepts outside groups, but MathJax refuses."""

_DELIMITER = re.compile(r"(?<!\\)(?:\\\\)*+(\\[()\[\]])")  # a pair of backslashes is none
_QUOTED = re.compile("'(.+)'")  # the character or colour that an error without a column is about
_SVG = "{http://www.w3.org/2000/svg}"
_PLACED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\) scale\(([\d.]+)\)")
_STEP = re.compile(r"([MLCZ])([^MLCZ]*)")
_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}
_UNSEEN = {"title", "metadata", "style", "defs", "text"}


class FormulaError(Exception):
    """The typesetter cannot read a formula; the message says where and why."""


class SetFormula(Struct, frozen=True):
    """A formula in print. Lengths are in thousandths of the type size."""

    width: float
    above: float  # height above the baseline
    below: float
    operators: str
    """PDF operators that fill the formula; the origin is at its left end on the baseline, and y points up."""
    spoken: str  # the formula in words, for screen readers


@lru_cache(2_000)
def set_formula(tex: str, *, display: bool = False) -> SetFormula:
    """Set a formula. Raises FormulaError."""
    from mathra import tex_to_svg  # noqa: PLC0415 - only texts with formulas need it

    if delimiter := _DELIMITER.search(tex):
        raise FormulaError(f"column {delimiter.start(1) + 1}: `{delimiter[1]}` would start or end another formula")
    if misplaced := _MISPLACED.search(_GROUP.sub(lambda group: "}" * len(group[0]), tex)):
        raise FormulaError(f"column {misplaced.start() + 1}: Anki's MathJax refuses `{misplaced[0].strip()}` here")
    try:
        root = ET.fromstring(tex_to_svg(tex, display=display, strict=True))  # noqa: S314 - from the typesetter
        left, top, width, height = map(float, root.attrib["viewBox"].split())
        glyphs = {f"#{path.get('id')}": _path(path) for path in root.iter(f"{_SVG}path") if path.get("id")}
        operators = f"1 0 0 1 {-left:g} 0 cm {' '.join(_drawn(root, glyphs))}"
    except (ValueError, KeyError) as error:
        message = str(error)
        about = _QUOTED.search(message)
        column = max(0, tex.find(about[1])) + 1 if about else 1
        raise FormulaError(message if message.startswith("column ") else f"column {column}: {message}") from error
    return SetFormula(width, -top, height + top, operators, root.findtext(f"{_SVG}title", ""))


def _path(path: ET.Element) -> str:
    steps = _STEP.findall(path.attrib["d"])
    return " ".join(f"{' '.join(numbers.split())} {_OPERATORS[step]}" for step, numbers in steps)


def _drawn(parent: ET.Element, glyphs: dict[str, str]) -> Iterator[str]:
    """The operators for the elements inside one."""
    for element in parent:
        match element.tag.removeprefix(_SVG):
            case "use":
                placed = _PLACED.fullmatch(element.get("transform", ""))
                x, y, scale = placed.groups() if placed else (element.get("x", "0"), element.get("y", "0"), "1")
                yield _painted(element, f"{scale} 0 0 {scale} {x} {y} cm {glyphs[element.attrib['href']]} f")
            case "path":
                yield _painted(element, f"{_path(element)} f")
            case "rect":
                yield _painted(
                    element, f"{' '.join(element.attrib[key] for key in ('x', 'y', 'width', 'height'))} re f"
                )
            case "line":
                x1, y1, x2, y2, width = (element.attrib[key] for key in ("x1", "y1", "x2", "y2", "stroke-width"))
                yield f"q {width} w {x1} {y1} m {x2} {y2} l S Q"
            case "g" if element.get("transform") in {None, "scale(1,-1)"}:
                yield from _drawn(element, glyphs)
            case name if name not in _UNSEEN and element.tag.startswith(_SVG):
                raise ValueError(f"`<{name}>` cannot be printed")


def _painted(element: ET.Element, operators: str) -> str:
    """The operators in the colour of the element."""
    fill = element.get("fill", "currentColor")
    if fill == "currentColor":
        return f"q {operators} Q"
    from PIL.ImageColor import getrgb  # noqa: PLC0415 - few formulas have colours

    return f"q {' '.join(f'{part / 255:.3f}' for part in getrgb(fill)[:3])} rg {operators} Q"
