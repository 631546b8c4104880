"""Line breaking: words become lines that fit a width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rolecards.pdf.bidi import levelled, reordered
from rolecards.pdf.words import JOIN, NEW_LINE, SOFT, Piece, Run, Stretch, collected, plain_span, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolecards.pdf.context import Context
    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Node
    from rolecards.pdf.style import Area, Styled
    from rolecards.pdf.words import Span

CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
SEPARABLE = re.compile(rf"(?<=[^\W\d][-–—/_.])(?=\w)|(?<=\w[/@])(?=\w)|(?<=[{CJK}])|(?=[{CJK}])")  # noqa: RUF001
HAIR = 1e-6
TURNED = {"left": "right", "right": "left"}
"""How a paragraph is aligned that runs from right to left."""


class Line(NamedTuple):
    """One line: where its column starts, how wide that is, and the runs to be aligned in it."""

    x: float
    width: float
    align: str
    height: float
    baseline: float
    runs: tuple[Run, ...]


def set_lines(context: Context, nodes: Iterable[Node], owner: Styled, area: Area) -> list[Line]:
    """Set inline content in a column; words wider than it are broken, and reported where even that fails."""
    style = owner.style
    span = plain_span(context, owner)
    words, base = levelled(collected(context, nodes, owner))
    if area.width <= 0 and words:
        context.report("RC705", owner.element.source, f"<{owner.element.tag}> has no room for its text")
        return []
    broken = _broken(context, words, area.width, style.text_indent)
    strut = _extent(span)
    align = TURNED.get(style.text_align, style.text_align) if base else style.text_align
    lines = []
    for number, pieces in enumerate(broken):
        follower = broken[number + 1][0] if number + 1 < len(broken) else None
        spaced = follower is not None and (follower.gap > 0 or follower.glue == NEW_LINE)
        runs = reordered(_runs(pieces, spaced=spaced), base)
        above, below = _measures(strut, span, runs)
        x, width = area if number else area.less(style.text_indent, 0)
        lines.append(Line(x, width, align, above + below, above, runs))
    return lines


def _broken(context: Context, words: list[Piece | Stretch], width: float, indent: float) -> list[list[Piece]]:
    """The words in lines, each as full as possible."""
    lines: list[list[Piece]] = []
    waiting = words[::-1]
    while waiting:
        lines.append(_next_line(context, waiting, width if lines else width - indent))
    return lines


def _next_line(context: Context, waiting: list[Piece | Stretch], room: float) -> list[Piece]:
    """Take as many words as there is room for; the last of those waiting is next."""
    line: list[Piece] = []
    used = 0.0
    while waiting and not (line and waiting[-1].glue == NEW_LINE):
        gap = waiting[-1].gap if line else 0
        unit = _unit(waiting, room - used - gap + HAIR)
        needed = unit[0].width if len(unit) == 1 else sum(piece.width for piece in unit)
        if used + gap + needed <= room + HAIR:
            line += unit
            used += gap + needed
        elif parts := _separated(unit):
            waiting += parts[::-1]
        elif line:
            waiting += unit[::-1]
            break
        elif parts := _split(unit, room):
            waiting += parts[::-1]
        else:
            _overflow(context, unit[0], room)
            line += unit
            used += needed
    return line


def _unit(waiting: list[Piece | Stretch], room: float) -> list[Piece]:
    """Take the next pieces that belong together, or as many words of a stretch as fit, but at least one."""
    first = waiting.pop()
    if isinstance(first, Stretch):
        piece, rest = first.parted(room)
        if rest:
            waiting.append(rest)
        return [piece]
    unit = [first]
    while waiting and isinstance(joined := waiting[-1], Piece) and joined.glue == JOIN:
        unit.append(joined)
        waiting.pop()
    return unit


def _separated(unit: list[Piece]) -> list[Piece]:
    """The word in pieces that may be separated after hyphens and slashes; none when it has no such place."""
    parts = [part for piece in unit for part in _parts(piece)]
    return parts if len(parts) > len(unit) else []


def _parts(piece: Piece) -> list[Piece]:
    texts = [piece.text] if piece.span.boxed else [text for text in SEPARABLE.split(piece.text) if text]
    return _renewed(piece, texts) if len(texts) > 1 else [piece]


def _renewed(piece: Piece, texts: Sequence[str]) -> list[Piece]:
    width = [(piece.font.width(text) or 0) * piece.span.unit for text in texts]
    first = piece._replace(text=texts[0], width=width[0])
    rest = zip(texts[1:], width[1:], strict=True)
    return [first, *(Piece(text, wide, piece.span, piece.font, 0, SOFT, piece.level) for text, wide in rest)]


def _split(unit: list[Piece], room: float) -> list[Piece]:
    """The parts of a word that is wider than its column, parted between characters; none when that can't be done."""
    parts = [part for piece in unit for part in _chunks(piece, room)]
    return [part._replace(glue=SOFT) if part.glue == JOIN else part for part in parts] if len(parts) > 1 else []


def _chunks(piece: Piece, room: float) -> list[Piece]:
    if piece.width <= room or piece.span.boxed:
        return [piece]
    texts, start, used = [], 0, 0.0
    for index, character in enumerate(piece.text):
        width = piece.font.widths[character] * piece.span.unit
        if used + width > room and index > start:
            texts.append(piece.text[start:index])
            start, used = index, 0.0
        used += width
    return _renewed(piece, [*texts, piece.text[start:]])


def _overflow(context: Context, piece: Piece, room: float) -> None:
    what = quoted(piece.text) if piece.text else "a box"
    context.report("RC705", piece.span.place, f"{what} is {piece.width - room:.1f} mm wider than its column")


def _runs(pieces: list[Piece], *, spaced: bool) -> tuple[Run, ...]:
    """A line's pieces, those drawn as one together; each run knows the space after it."""
    runs: list[Run] = []
    last = len(pieces) - 1
    text, width = "", 0.0
    for at, (word, wide, span, font, _, _, level) in enumerate(pieces):
        text, width = text + word, width + wide
        gap = pieces[at + 1].gap if at < last else 0.0
        if at < last and _is_drawn_with(pieces[at + 1], span, font, level):
            text, width = f"{text} " if gap else text, width + gap
            continue
        # A wrapped line ends in a space, so that the words are apart when the text is copied.
        is_spaced = gap > 0 or (at == last and spaced)
        runs.append(Run(f"{text} " if is_spaced else text, width, gap, span, font, level))
        text, width = "", 0.0
    return tuple(runs)


def _is_drawn_with(piece: Piece, span: Span, font: Font, level: int) -> bool:
    return piece.span is span and piece.font is font and piece.level == level and not (span.boxed or span.counter)


def _measures(strut: tuple[float, float], span: Span, runs: Sequence[Run]) -> tuple[float, float]:
    """The line's height above and below its baseline: room for the strut and for every larger run."""
    above, below = strut
    for run in runs:
        if run.span is not span and not run.span.rise:
            up, down = _extent(run.span)
            above, below = max(above, up), max(below, down)
    return above, below


def _extent(span: Span) -> tuple[float, float]:
    style, font = span.style, span.fonts[0]
    ascent, descent = font.ascent * span.unit, font.descent * span.unit
    if span.boxed:
        room = style.inset("top") + style.inset("bottom")
        return max(ascent, style.height or 0) + room, descent
    leading = style.line_height * style.em - ascent - descent
    return ascent + leading / 2, descent + leading / 2
