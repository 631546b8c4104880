"""The visual order of left-to-right and right-to-left text on a line (Unicode Standard Annex 9)."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from rolecards.pdf.words import JOIN, NEW_LINE, MeasuredWords, Run

if TYPE_CHECKING:
    from rolecards.pdf.words import Stretch


def levelled(words: MeasuredWords) -> tuple[MeasuredWords, int]:
    """The words with their embedding levels, and that of the paragraph. A word with several levels is split.

    Odd levels are right-to-left.
    """
    if not words.has_right_to_left:
        return words, 0
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415  # needed only for right-to-left text

    stretches = [words.alone(at) for at in range(len(words.texts))]
    leads = ["\n" if stretch.glue == NEW_LINE else " " if stretch.gap else "" for stretch in stretches]
    text = "".join(lead + word for lead, word in zip(leads, words.texts, strict=True))
    paragraph = BidiParagraph(text, preserve_bn_chars=True)
    levels = [character.embedding_level for character in paragraph.get_characters()]
    result = MeasuredWords()
    start = 0
    for at, stretch in enumerate(stretches):
        start += len(leads[at])
        end = start + len(words.texts[at])
        _add_parts(result, words.texts[at], words.width(at), stretch, levels[start:end] or [0])
        start = end
    return result, paragraph.base_embedding_level


def _add_parts(result: MeasuredWords, text: str, width: float, stretch: Stretch, levels: list[int]) -> None:
    """Add a word in parts of one level each."""
    at = 0
    for level, same in groupby(levels):
        end = at + len(list(same))
        whole = end - at == len(levels)
        part = width / stretch.span.unit if whole else stretch.font.width(text[at:end]) or 0
        # Right-to-left words of one run are drawn as one text, with the spaces of its font.
        space = stretch.font.space * stretch.span.unit if stretch.gap and level % 2 else stretch.gap
        gap, glue = (0.0, JOIN) if at else (space, stretch.glue)
        result.add([text[at:end]], [part], replace(stretch, glue=glue, gap=gap, level=level))
        at = end


class _LinePart(NamedTuple):
    """A run, or the width of the space between two runs."""

    level: int
    content: Run | float


def reordered(runs: list[Run], base: int) -> list[Run]:
    """The runs of a line from left to right (rule L2), each with the space on its right."""
    if not base and not any(run.level for run in runs):
        return runs
    parts: list[_LinePart] = []
    for run, after in zip_longest(runs, runs[1:]):
        parts.append(_LinePart(run.level, run))
        if run.gap and after:
            parts.append(_LinePart(min(run.level, after.level), run.gap))
    for level in range(max((part.level for part in parts), default=0), 0, -1):
        stretches = groupby(parts, key=lambda part: part.level >= level)  # consumed in the same iteration
        parts = [part for is_high, some in stretches for part in (reversed(list(some)) if is_high else some)]
    placed: list[Run] = []
    for _, content in parts:
        if isinstance(content, Run):
            placed.append(replace(content, text=content.text.rstrip(" "), gap=0))
        else:
            placed[-1] = replace(placed[-1], text=placed[-1].text + " ", gap=content)
    is_wrapped = bool(runs) and runs[-1].text.endswith(" ")
    return [*placed[:-1], replace(placed[-1], text=placed[-1].text + " ")] if is_wrapped else placed
