"""The words of a paragraph, and the runs of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Element
    from rolecards.pdf.style import Style
    from rolecards.problems import Location
    from rolecards.text.formula import SetFormula

SPACE, JOIN, SOFT, NEW_LINE = range(4)
"""How a word follows the word before: after a space, joined, after a possible line break, on a new line."""
HAIR = 1e-6


class InlineSpan(Struct, frozen=True):
    """The style and context of inline content."""

    style: Style
    unit: float
    """A thousandth of the type size, in mm."""
    fonts: tuple[Font, ...]
    block: Element
    """The block that contains it."""
    place: Location
    """The location for problems with its text."""
    rise: float = 0
    """The height above the baseline, in mm."""
    link: str = ""
    counter: str = ""
    """`page`, `pages`, or the `#id` whose page number is shown."""
    boxed: bool = False
    """Whether it is an inline box, which has no line breaks inside."""
    formula: SetFormula | None = None


class Word(Struct, frozen=True):
    """A word, or a part of one between possible line breaks. Lengths are in mm."""

    text: str
    width: float
    gap: float
    """The width of the space before it."""
    glue: int
    """How it follows the word before."""
    span: InlineSpan
    font: Font
    level: int = 0
    """The embedding level; odd levels are right-to-left."""


class Run(Struct, frozen=True):
    """Adjacent words of one span on one line. Lengths are in mm."""

    text: str
    width: float
    gap: float
    """The width of the space after it; the text then ends with a space."""
    span: InlineSpan
    font: Font
    level: int = 0


def positions(words: Iterable[Word]) -> tuple[list[float], list[float]]:
    """The starts and ends of the words on one line of unlimited width, in mm."""
    starts: list[float] = []
    ends: list[float] = []
    end = 0.0
    for word in words:
        starts.append(end + word.gap)
        end = starts[-1] + word.width
        ends.append(end)
    return starts, ends


def widest(words: list[Word]) -> tuple[float, float]:
    """The widths of the widest word and of the widest line without wrapping, in mm."""
    narrow = wide = part = line = 0.0
    for word, start, end in zip(words, *positions(words), strict=True):
        line = start if word.glue == NEW_LINE else line
        part = start if word.glue == NEW_LINE or word.gap else part
        narrow, wide = max(narrow, end - part), max(wide, end - line)
    return narrow, wide
