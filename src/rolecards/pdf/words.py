"""The words of a paragraph with their positions on one line of unlimited width."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


class Stretch(Struct, frozen=True):
    """What adjacent words share."""

    span: InlineSpan
    font: Font
    glue: int
    """How the first word follows the word before."""
    gap: float
    """The width of the space before the first word, in mm."""
    joint: str = " "
    """Between its words: a space, or nothing between the parts of one word."""
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


class MeasuredWords:
    """The words of a paragraph on one line of unlimited width; lengths are in mm."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.stretches: list[Stretch] = []
        self.bounds: list[int] = []
        """The index of the first word of each stretch."""
        self.joined: set[int] = set()
        """The indexes of words without a line break before them."""
        self.new_lines: list[int] = []
        """The indexes of words that start a new line."""
        self.has_right_to_left = False

    def add(self, texts: Sequence[str], widths: Iterable[float], stretch: Stretch) -> None:
        """Append a stretch of words. Their widths are in thousandths of the type size."""
        first, unit, glue = len(self.texts), stretch.span.unit, stretch.glue
        if glue == NEW_LINE:
            self.new_lines.append(first)
        elif glue == JOIN and first:
            self.joined.add(first)
        self.bounds.append(first)
        self.stretches.append(stretch)
        self.texts += texts
        between = stretch.font.space * unit if stretch.joint else 0.0
        start = (self.ends[-1] if first else 0.0) + stretch.gap
        for width in widths:
            end = start + width * unit
            self.starts.append(start)
            self.ends.append(end)
            start = end + between

    def fitting(self, first: int, room: float) -> int:
        """The index after the last word of the longest line that starts at `first` and fits; `first` if none fits."""
        end = bisect_right(self.ends, self.starts[first] + room + HAIR, first)
        if self.new_lines:
            at = bisect_right(self.new_lines, first)
            if at < len(self.new_lines) and self.new_lines[at] <= end:
                return self.new_lines[at]
        while end in self.joined and end > first:
            end -= 1
        return end

    def unit(self, first: int) -> int:
        """The index after the words that are joined to `first`."""
        end = first + 1
        while end in self.joined:
            end += 1
        return end

    def parts(self, first: int, end: int) -> Iterator[tuple[Stretch, int, int]]:
        """The stretches of words `first` to `end`, each with the indexes of its words."""
        at = bisect_right(self.bounds, first) - 1
        while first < end:
            stop = min(self.bounds[at + 1], end) if at + 1 < len(self.bounds) else end
            yield self.stretches[at], first, stop
            first, at = stop, at + 1

    def alone(self, at: int) -> Stretch:
        """The stretch of a word if it were on its own."""
        number = bisect_right(self.bounds, at) - 1
        stretch = self.stretches[number]
        if self.bounds[number] == at:
            return stretch
        return replace(stretch, glue=SPACE if stretch.joint else SOFT, gap=self.starts[at] - self.ends[at - 1])

    def width(self, at: int) -> float:
        """The width of a word, in mm."""
        return self.ends[at] - self.starts[at]

    def is_apart(self, at: int) -> bool:
        """Whether there is a space or a new line before a word."""
        return at < len(self.texts) and (self.starts[at] > self.ends[at - 1] or self.alone(at).glue == NEW_LINE)


def widest(words: MeasuredWords) -> tuple[float, float]:
    """The widths of the widest word and of the widest line without wrapping, in mm."""
    narrow = wide = 0.0
    first = line = 0
    new_lines = {*words.new_lines, len(words.texts)}
    for end in range(1, len(words.texts) + 1):
        if end in new_lines:
            wide = max(wide, words.ends[end - 1] - words.starts[line])
            line = end
        if end in new_lines or words.starts[end] > words.ends[end - 1]:
            narrow = max(narrow, words.ends[end - 1] - words.starts[first])
            first = end
    return narrow, wide
