"""Line breaking: words become lines of a given width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.bidi import levelled, reordered
from rolecards.pdf.inline import inline_words, quoted
from rolecards.pdf.shaping import clusters
from rolecards.pdf.words import HAIR, JOIN, SOFT, MeasuredWords, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.pdf.context import Context
    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Node
    from rolecards.pdf.style import Area, Style, Styled
    from rolecards.pdf.words import Stretch

CLEAR = 200
"""Space above and below a formula, in thousandths of the type size."""
SMALLEST = 0.8
"""A formula that is wider than its line is scaled down to fit; smaller than this, it is reported."""
MIRRORED = {"left": "right", "right": "left"}
"""The alignment of right-to-left paragraphs."""


class TextLine(Struct, frozen=True):
    """A line: the left edge and width of its column, and the runs that are aligned in it. Lengths are in mm."""

    x: float
    width: float
    align: str
    height: float
    baseline: float
    runs: Sequence[Run]


def set_lines(context: Context, nodes: Sequence[Node], owner: Styled, area: Area) -> list[TextLine]:
    """Break inline content into lines. Words wider than the column are split; boxes wider than it are reported."""
    style = owner.style
    words, base = levelled(inline_words(context, nodes, owner))
    if area.width <= 0 and words.texts:
        context.report("RC705", owner.element.source, f"`<{owner.element.tag}>` has no room for its text")
        return []
    align = MIRRORED.get(style.text_align, style.text_align) if base else style.text_align
    lines: list[TextLine] = []
    for runs in _broken(context, words, area.width):
        above, below = _measures(context, style, runs)
        lines.append(TextLine(area.x, area.width, align, above + below, above, reordered(runs, base)))
    return lines


def _broken(context: Context, words: MeasuredWords, width: float) -> Iterator[list[Run]]:
    """The runs of each line; every line takes as many words as fit."""
    first, whole = 0, True
    while first < len(words.texts):
        end = words.fitting(first, width)
        if end == first and whole:
            words, first, whole = _split(context, words, first, width), 0, False
            continue
        if end == first:
            end = words.unit(first)
            _overflow(context, words, first, end, width)
        yield _runs(words, first, end)
        first = end


def _split(context: Context, words: MeasuredWords, first: int, width: float) -> MeasuredWords:
    """The words from `first` on, those wider than `width` split between characters."""
    result = MeasuredWords()
    while first < len(words.texts):
        end = words.unit(first)
        fits = words.ends[end - 1] - words.starts[first] <= width + HAIR
        for at in range(first, end):
            stretch = words.alone(at)
            if fits:
                result.add([words.texts[at]], [words.width(at) / stretch.span.unit], stretch)
            else:
                if stretch.span.formula and words.width(at) * SMALLEST > width + HAIR:
                    _overflow(context, words, at, at + 1, width)
                _add_split(result, words.texts[at], words.width(at), stretch, width)
        first = end
    return result


def _add_split(result: MeasuredWords, text: str, width: float, stretch: Stretch, room: float) -> None:
    unit, font = stretch.span.unit, stretch.font
    texts, widths = [text], [width / unit]
    if stretch.span.formula and width > room:
        stretch = replace(stretch, span=replace(stretch.span, unit=unit * room / width))
    if width > room + HAIR and not stretch.span.boxed:
        texts = list(_chunks(text, font, room / unit))
        widths = [font.width(each) or 0 for each in texts]
    glue = SOFT if stretch.glue == JOIN else stretch.glue
    result.add(texts, widths, replace(stretch, glue=glue, joint=""))


def _chunks(text: str, font: Font, room: float) -> Iterator[str]:
    """The text in parts that fit the room (in thousandths of the type size), of at least one cluster each."""
    chunk, used = "", 0.0
    for cluster in clusters(text):
        width = font.width(cluster) or 0
        if chunk and used + width > room:
            yield chunk
            chunk, used = "", 0.0
        chunk += cluster
        used += width
    yield chunk


def _overflow(context: Context, words: MeasuredWords, first: int, end: int, room: float) -> None:
    name = quoted(words.texts[first]) if words.texts[first] else "a box"
    excess = words.ends[end - 1] - words.starts[first] - room
    context.report("RC705", words.alone(first).span.place, f"{name} is {excess:.1f} mm wider than its column")


def _runs(words: MeasuredWords, first: int, end: int) -> list[Run]:
    """The runs of words `first` to `end`. Adjacent stretches of the same span and font are one run."""
    runs: list[Run] = []
    for stretch, at, stop in words.parts(first, end):
        text, width = stretch.joint.join(words.texts[at:stop]), words.ends[stop - 1] - words.starts[at]
        gap = words.starts[stop] - words.ends[stop - 1] if stop < end else 0.0
        if runs and _is_same_run(runs[-1], stretch):
            before = runs.pop()
            text, width = before.text + text, before.width + before.gap + width
        # A space at the end of a wrapped line keeps the words apart in copied text.
        spaced = gap > 0 or (stop == end and words.is_apart(end))
        runs.append(Run(f"{text} " if spaced else text, width, gap, stretch.span, stretch.font, stretch.level))
    return runs


def _is_same_run(run: Run, stretch: Stretch) -> bool:
    same = run.span is stretch.span and run.font is stretch.font and run.level == stretch.level
    # The space in a text is that of its font, which may be wider than the space between the words.
    spaced = not run.gap or abs(run.gap - run.font.space * run.span.unit) < HAIR
    return same and spaced and not (run.span.boxed or run.span.counter)


def _measures(context: Context, style: Style, runs: Sequence[Run]) -> tuple[float, float]:
    """The height of a line above and below its baseline, with room for every run."""
    above, below = context.extent(style)
    for run in runs:
        if formula := run.span.formula:
            above = max(above, (formula.above + CLEAR) * run.span.unit)
            below = max(below, (formula.below + CLEAR) * run.span.unit)
        elif run.span.style is not style and not run.span.rise:
            up, down = context.extent(run.span.style)
            above, below = max(above, up), max(below, down)
    return above, below
