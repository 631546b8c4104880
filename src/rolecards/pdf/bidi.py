"""The visual order of left-to-right and right-to-left text on a line (Unicode Standard Annex 9)."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.pdf.shaping import RIGHT_TO_LEFT
from rolecards.pdf.words import JOIN, NEW_LINE, Run, Word

if TYPE_CHECKING:
    from collections.abc import Iterator


def levelled(words: list[Word]) -> tuple[list[Word], int]:
    """The words with their embedding levels, and that of the paragraph. A word with several levels is split.

    Odd levels are right-to-left.
    """
    if not any(RIGHT_TO_LEFT.search(word.text) for word in words if not word.text.isascii() and not word.span.formula):
        return words, 0
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415  # needed only for right-to-left text

    leads = ["\n" if word.glue == NEW_LINE else " " if word.gap else "" for word in words]
    text = "".join(lead + word.text for lead, word in zip(leads, words, strict=True))
    paragraph = BidiParagraph(text, preserve_bn_chars=True)
    levels = [character.embedding_level for character in paragraph.get_characters()]
    result: list[Word] = []
    end = 0
    for lead, word in zip(leads, words, strict=True):
        start, end = end + len(lead), end + len(lead) + len(word.text)
        result += _parts(word, levels[start:end] or [0])
    return result, paragraph.base_embedding_level


def _parts(word: Word, levels: list[int]) -> Iterator[Word]:
    """The word in parts of one level each."""
    at, unit = 0, word.span.unit
    for level, same in groupby(levels):
        end = at + len(list(same))
        text = word.text[at:end]
        width = word.width if text == word.text else (word.font.width(text) or 0) * unit
        # Right-to-left words of one run are drawn as one text, with the spaces of its font.
        space = word.font.space * unit if word.gap and level % 2 else word.gap
        gap, glue = (0.0, JOIN) if at else (space, word.glue)
        yield replace(word, text=text, width=width, gap=gap, glue=glue, level=level)
        at = end


def reordered(runs: list[Run], base: int) -> list[Run]:
    """The runs of a line from left to right (rule L2), each with the space on its right."""
    if not base and not any(run.level for run in runs):
        return runs
    # The level of each run, and of each space between two runs with its width.
    parts: list[tuple[int, Run | float]] = []
    for run, after in zip_longest(runs, runs[1:]):
        parts.append((run.level, run))
        if run.gap and after:
            parts.append((min(run.level, after.level), run.gap))
    for level in range(max((level for level, _ in parts), default=0), 0, -1):
        stretches = groupby(parts, key=lambda part: part[0] >= level)  # consumed in the same iteration
        parts = [part for is_high, some in stretches for part in (reversed(list(some)) if is_high else some)]
    placed: list[Run] = []
    for _, content in parts:
        if isinstance(content, Run):
            placed.append(replace(content, text=content.text.rstrip(" "), gap=0))
        else:
            placed[-1] = replace(placed[-1], text=placed[-1].text + " ", gap=content)
    is_wrapped = bool(runs) and runs[-1].text.endswith(" ")
    return [*placed[:-1], replace(placed[-1], text=placed[-1].text + " ")] if is_wrapped else placed
