"""A paragraph's words, measured on an endless line."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolecards.diagnostics import Location
    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Element
    from rolecards.pdf.style import Style

SPACE, JOIN, SOFT, NEW_LINE = range(4)
"""How words follow those before: after a space, inseparable, separable without a space, on a new line."""
HAIR = 1e-6


class InlineSpan(Struct, frozen=True):
    """How a stretch of inline content is set."""

    style: Style
    unit: float
    """A thousandth of the type size, in mm."""
    fonts: tuple[Font, ...]
    block: Element
    """The block whose content it is."""
    place: Location
    """Where problems of its text are reported."""
    rise: float = 0
    """How far it stands above the baseline, in mm."""
    link: str = ""
    counter: str = ""
    """`page`, `pages` or the `#id` whose page number is wanted."""
    boxed: bool = False
    """Whether it is an inline box, which is never broken."""


class Stretch(Struct, frozen=True):
    """What neighbouring words have in common."""

    span: InlineSpan
    font: Font
    glue: int
    """How the first of them follows the word before."""
    gap: float
    """The width of the space before the first of them."""
    joint: str = " "
    """What is between them: a space, or nothing where one word may go on in the next line."""
    level: int = 0
    """Odd: they are read from right to left."""


class Run(Struct, frozen=True):
    """Neighbouring words of one span on one line."""

    text: str
    width: float
    gap: float
    """The space after it, which its text then ends with."""
    span: InlineSpan
    font: Font
    level: int = 0


class MeasuredWords:
    """A paragraph's words, as they would stand on an endless line; all lengths are in mm."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.stretches: list[Stretch] = []
        self.bounds: list[int] = []
        """The first word of each stretch."""
        self.joined: set[int] = set()
        """The words that can't be parted from those before them."""
        self.new_lines: list[int] = []
        """The words that start a new line."""
        self.turned = False
        """Whether some of them are read from right to left."""

    def add(self, texts: Sequence[str], widths: Iterable[float], stretch: Stretch) -> None:
        """Put a stretch of words at the end; their widths are in thousandths of the type size."""
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
        """The end of the longest line that starts with a word and fits; the word itself when none does."""
        end = bisect_right(self.ends, self.starts[first] + room + HAIR, first)
        if self.new_lines:
            at = bisect_right(self.new_lines, first)
            if at < len(self.new_lines) and self.new_lines[at] <= end:
                return self.new_lines[at]
        while end in self.joined and end > first:
            end -= 1
        return end

    def unit(self, first: int) -> int:
        """The end of what can't be parted from a word."""
        end = first + 1
        while end in self.joined:
            end += 1
        return end

    def parts(self, first: int, end: int) -> Iterator[tuple[Stretch, int, int]]:
        """The stretches from one word to another: each with its first word there, and its end."""
        at = bisect_right(self.bounds, first) - 1
        while first < end:
            stop = min(self.bounds[at + 1], end) if at + 1 < len(self.bounds) else end
            yield self.stretches[at], first, stop
            first, at = stop, at + 1

    def alone(self, at: int) -> Stretch:
        """The stretch that a word would be by itself."""
        number = bisect_right(self.bounds, at) - 1
        stretch = self.stretches[number]
        if self.bounds[number] == at:
            return stretch
        return replace(stretch, glue=SPACE if stretch.joint else SOFT, gap=self.starts[at] - self.ends[at - 1])

    def width(self, at: int) -> float:
        """The width of a word."""
        return self.ends[at] - self.starts[at]

    def is_apart(self, at: int) -> bool:
        """Whether there is a word, and a space or a new line before it."""
        return at < len(self.texts) and (self.starts[at] > self.ends[at - 1] or self.alone(at).glue == NEW_LINE)


def widest(words: MeasuredWords) -> tuple[float, float]:
    """The widest word, parts and all, and the width of all words on a single line, or of the widest given line."""
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
