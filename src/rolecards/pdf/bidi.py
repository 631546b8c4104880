"""The order in which text of both directions stands on a line. Unicode Standard Annex 9."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rolecards.pdf.shaping import RIGHT_TO_LEFT
from rolecards.pdf.words import JOIN, NEW_LINE, Piece, Run, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Levelled(NamedTuple):
    """A paragraph's words with their levels: odd ones run from right to left."""

    words: list[Piece | Stretch]
    base: int
    """The paragraph's own level."""


def levelled(words: list[Piece | Stretch]) -> Levelled:
    """Find the level of each word; one that has several is parted."""
    if not any(isinstance(word, Piece) and _is_turned(word.text) for word in words):
        return Levelled(words, 0)
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415  # only for such text

    pieces = list(_single(words))
    text = "".join(_lead(piece) + piece.text for piece in pieces)
    paragraph = BidiParagraph(text, preserve_bn_chars=True)
    levels = [character.embedding_level for character in paragraph.get_characters()]
    found: list[Piece | Stretch] = []
    at = 0
    for piece in pieces:
        at += len(_lead(piece))
        found += _parted(piece, levels[at : at + len(piece.text)])
        at += len(piece.text)
    return Levelled(found, paragraph.base_embedding_level)


def _is_turned(text: str) -> bool:
    return not text.isascii() and RIGHT_TO_LEFT.search(text) is not None


def _single(words: Iterable[Piece | Stretch]) -> Iterator[Piece]:
    for word in words:
        rest: Piece | Stretch | None = word
        while isinstance(rest, Stretch):
            piece, rest = rest.parted(0)
            yield piece
        if rest:
            yield rest


def _lead(piece: Piece) -> str:
    """What stands before a piece."""
    return "\n" if piece.glue == NEW_LINE else " " if piece.gap else ""


def _parted(piece: Piece, levels: list[int]) -> Iterator[Piece]:
    at = 0
    for level, same in groupby(levels):
        end = at + len(list(same))
        text = piece.text[at:end]
        whole = end - at == len(levels)
        width = piece.width if whole else (piece.font.width(text) or 0) * piece.span.unit
        # Words drawn as one have the spaces of their own font between them.
        space = piece.font.space * piece.span.unit if piece.gap and level % 2 else piece.gap
        gap, glue = (0, JOIN) if at else (space, piece.glue)
        yield Piece(text, width, piece.span, piece.font, gap, glue, level)
        at = end
    if not levels:
        yield piece


class _Part(NamedTuple):
    """A run, or the space between two."""

    level: int
    content: Run | float


def reordered(runs: tuple[Run, ...], base: int) -> tuple[Run, ...]:
    """A line's runs as they stand from left to right (rule L2), each with the space that is then after it."""
    if not base and not any(run.level for run in runs):
        return runs
    parts: list[_Part] = []
    for run, after in zip_longest(runs, runs[1:]):
        parts.append(_Part(run.level, run))
        if run.gap and after:
            parts.append(_Part(min(run.level, after.level), run.gap))
    placed: list[Run] = []
    for _, content in _turned(parts):
        if isinstance(content, Run):
            placed.append(content._replace(text=content.text.rstrip(" "), gap=0))
        else:
            placed[-1] = placed[-1]._replace(text=placed[-1].text + " ", gap=content)
    is_wrapped = bool(runs) and runs[-1].text.endswith(" ")
    return (*placed[:-1], placed[-1]._replace(text=placed[-1].text + " ")) if is_wrapped else tuple(placed)


def _turned(parts: list[_Part]) -> list[_Part]:
    """Reverse every stretch of a level or higher, from the highest level to the lowest odd one."""
    levels = {part.level for part in parts}
    lowest = min((level for level in levels if level % 2), default=max(levels, default=0) + 1)
    for level in range(max(levels, default=0), lowest - 1, -1):
        stretches = groupby(parts, key=lambda part: part.level >= level)  # used up at once
        parts = [part for is_high, some in stretches for part in (reversed(list(some)) if is_high else some)]
    return parts
