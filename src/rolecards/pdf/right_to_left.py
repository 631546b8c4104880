"""Right-to-left text: how wide it is as its letters join, and the order of its characters in SVG files."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Letters that are written from right to left."""
ORDER_MARKS = "\u202d", "\u202c"
"""Between them text is to be drawn in the order in which it comes (Unicode's left-to-right override and its end)."""

ORDERED = re.compile(f"{ORDER_MARKS[0]}[^{ORDER_MARKS[1]}]*{ORDER_MARKS[1]}")
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
PRESENTATION_FORMS = range(0xFB50, 0xFEFD)
LAM_ALEF = re.compile("\u0644[\u0622\u0623\u0625\u0627]")
"""Two letters that are always written as one."""


def shaped_width(path: Path, text: str) -> int:
    """The width of right-to-left text as one piece, in thousandths of the type size."""
    import uharfbuzz  # noqa: PLC0415  # only for such text

    font = _font(path.resolve())
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl"
    uharfbuzz.shape(font, buffer)
    advance: int = sum(each.x_advance for each in buffer.glyph_positions)
    units: int = font.face.upem
    return round(advance * 1000 / units)


@lru_cache(maxsize=16)
def _font(path: Path) -> Any:  # noqa: ANN401  # the library's types are its own
    import uharfbuzz  # noqa: PLC0415

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))


def drawn(text: str) -> str:
    """The text in the order in which its characters stand; one without right-to-left letters stays as it is."""
    if not RIGHT_TO_LEFT.search(text):
        return text
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415  # only for such text

    characters = BidiParagraph(_joined(text)).get_reordered_characters()
    return "".join(
        each.character.translate(MIRRORED) if each.embedding_level % 2 else each.character for each in characters
    )


def has_unordered(svg: bytes) -> bool:
    """Whether an SVG file has right-to-left letters that are not marked as drawn in their order."""
    return RIGHT_TO_LEFT.search(ORDERED.sub("", svg.decode("utf-8", "ignore"))) is not None


def unmarked(svg: bytes) -> bytes:
    """The SVG file without the marks, which no font has."""
    for mark in ORDER_MARKS if b"<text" in svg else ():
        svg = svg.replace(mark.encode(), b"")
    return svg


def _joined(text: str) -> str:
    """The text with each Arabic letter in the form that it takes beside its neighbours. Unicode Standard, 9.2."""
    letters = re.findall(f"{LAM_ALEF.pattern}|.", text, re.DOTALL)
    return "".join(_form(letters, at) for at in range(len(letters)))


def _form(letters: list[str], at: int) -> str:
    forms = _forms().get(letters[at], {})
    before = _forms().get(_next(letters, at, -1), {})
    after = _forms().get(_next(letters, at, 1), {})
    joins_before = "final" in forms and "initial" in before
    joins_after = "initial" in forms and "final" in after
    kind = ("medial" if joins_after else "final") if joins_before else ("initial" if joins_after else "isolated")
    return forms.get(kind, letters[at])


def _next(letters: list[str], at: int, step: int) -> str:
    """The nearest letter on one side, marks above and below letters left out; empty where there is none."""
    at += step
    while 0 <= at < len(letters) and unicodedata.combining(letters[at][0]):
        at += step
    return letters[at] if 0 <= at < len(letters) else ""


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    """Per letter, or pair of letters that is written as one, its forms by name, as Unicode's own data has them."""
    forms: dict[str, dict[str, str]] = {}
    for code in PRESENTATION_FORMS:
        kind, *codes = unicodedata.decomposition(chr(code)).split() or [""]
        letters = "".join(chr(int(each, 16)) for each in codes)
        if len(letters) == 1 or LAM_ALEF.fullmatch(letters):
            forms.setdefault(letters, {})[kind.strip("<>")] = chr(code)
    return forms
