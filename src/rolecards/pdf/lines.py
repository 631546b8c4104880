"""Line breaking: words become lines of a given width, with right-to-left text in visual order."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.context import Context
from rolecards.pdf.fonts import Font
from rolecards.pdf.inline import HAIR, JOIN, NEW_LINE, SOFT, Run, Word, inline_words, positions, quoted
from rolecards.pdf.parse import Element, Node
from rolecards.pdf.shaping import RIGHT_TO_LEFT, clusters
from rolecards.pdf.style import Area, Style

CLEAR = 200  # space above and below a formula, in thousandths of the type size
SMALLEST = 0.8  # a formula that is wider than its line is scaled down to fit; smaller than this, it is reported
MIRRORED = {"left": "right", "right": "left"}  # the alignment of right-to-left paragraphs
ATOM = "\ufffc"  # what a box or formula is among the characters of a right-to-left paragraph: a neutral object


class TextLine(Struct, frozen=True):
    """A line: the left edge and width of its column, and the runs that are aligned in it. Lengths are in mm."""

    x: float
    width: float
    align: str
    height: float
    baseline: float
    runs: Sequence[Run]


def set_lines(context: Context, nodes: tuple[Node, ...], owner: Element, area: Area) -> list[TextLine]:
    """Break inline content into lines. Words wider than the column are split; boxes wider than it are reported."""
    style = owner.style
    words, base = levelled(inline_words(context, nodes, owner), context.setting.direction)
    if area.width <= 0 and words:
        context.report("RC705", owner.source, f"`<{owner.tag}>` has no room for its text")
        return []
    align = MIRRORED.get(style.text_align, style.text_align) if base else style.text_align
    lines: list[TextLine] = []
    for runs in _broken(context, words, area.width):
        above, below = _measures(context, style, runs)
        lines.append(TextLine(area.x, area.width, align, above + below, above, reordered(runs, base)))
    return lines


def _broken(context: Context, words: list[Word], width: float) -> Iterator[list[Run]]:
    """The runs of each line; every line takes as many words as fit."""
    starts, ends = positions(words)
    forced = any(word.glue == NEW_LINE for word in words)
    first, whole = 0, True
    while first < len(words):
        end = bisect_right(ends, starts[first] + width + HAIR, first)
        if forced:
            end = next((at for at in range(first + 1, end) if words[at].glue == NEW_LINE), end)
        while first < end < len(words) and words[end].glue == JOIN:
            end -= 1
        if end == first and whole:
            words, first, whole = _split(context, words[first:], width), 0, False
            starts, ends = positions(words)
            continue
        if end == first:
            end = _unit(words, first)
            _overflow(context, words[first:end], width)
        runs = _runs(words[first:end], starts[first:end], ends[first:end])
        if end < len(words) and (words[end].gap > 0 or words[end].glue == NEW_LINE):
            # A space at the end of a wrapped line keeps the words apart in copied text.
            runs[-1] = replace(runs[-1], text=f"{runs[-1].text} ")
        yield runs
        first = end


def _unit(words: list[Word], first: int) -> int:
    """The index after the words that are joined to `first`."""
    return next((at for at in range(first + 1, len(words)) if words[at].glue != JOIN), len(words))


def _breadth(words: list[Word]) -> float:
    return sum(word.gap + word.width for word in words) - words[0].gap


def _split(context: Context, words: list[Word], width: float) -> list[Word]:
    """The words, those wider than `width` split between characters."""
    result: list[Word] = []
    first = 0
    while first < len(words):
        unit = words[first : _unit(words, first)]
        fits = _breadth(unit) <= width + HAIR
        result += unit if fits else [part for word in unit for part in _split_word(context, word, width)]
        first += len(unit)
    return result


def _split_word(context: Context, word: Word, room: float) -> Iterator[Word]:
    glue, unit = SOFT if word.glue == JOIN else word.glue, word.span.unit
    if word.span.formula and word.width > room:
        smaller = room / word.width
        if smaller + HAIR < SMALLEST:
            _overflow(context, [word], room)
        yield replace(word, width=word.width * smaller, glue=glue, span=replace(word.span, unit=unit * smaller))
    elif word.width <= room + HAIR or word.span.boxed:
        yield replace(word, glue=glue)
    else:
        for at, text in enumerate(_chunks(word.text, word.font, room / unit)):
            gap, glue = (0.0, SOFT) if at else (word.gap, glue)
            yield replace(word, text=text, width=(word.font.width(text) or 0) * unit, gap=gap, glue=glue)


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


def _overflow(context: Context, words: list[Word], room: float) -> None:
    name = quoted(words[0].text) if words[0].text else "a box"
    message = f"{name} is {_breadth(words) - room:.1f} mm wider than its column"
    context.report("RC705", words[0].span.place, message, words=words[0].text)


def _runs(words: list[Word], starts: list[float], ends: list[float]) -> list[Run]:
    """The runs of a line. Adjacent words of the same span and font are one run."""
    runs: list[Run] = []
    first, text, last = 0, "", len(words) - 1
    for at, word in enumerate(words):
        if at == first:
            span, font, level, space = word.span, word.font, word.level, word.font.space * word.span.unit
            alone = span.boxed or span.counter
        text, gap = text + word.text, 0.0
        if at < last:
            after, gap = words[at + 1], starts[at + 1] - ends[at]
            text += " " if gap > 0 else ""
            same = after.span is span and after.font is font and after.level == level
            # The space in a text is that of its font, which may be wider than the space between the words.
            if same and (not gap or abs(gap - space) < HAIR) and not alone:
                continue
        runs.append(Run(text, ends[at] - starts[first], gap, span, font, level))
        first, text = at + 1, ""
    return runs


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


def levelled(words: list[Word], direction: str) -> tuple[list[Word], int]:
    """The words with their embedding levels, and that of the paragraph. A word with several levels is split.

    Odd levels are right-to-left (Unicode Standard Annex 9). Without `rtl`, the first letter decides for the paragraph.
    """
    if not any(RIGHT_TO_LEFT.search(word.text) for word in words if not word.text.isascii() and not word.span.formula):
        return words, 0
    from fpdf.bidi import BidiParagraph  # noqa: PLC0415  # needed only for right-to-left text
    from fpdf.enums import TextDirection  # noqa: PLC0415

    leads = ["\n" if word.glue == NEW_LINE else " " if word.gap else "" for word in words]
    texts = [ATOM if word.span.boxed else word.text for word in words]
    text = "".join(lead + text for lead, text in zip(leads, texts, strict=True))
    base = TextDirection.RTL if direction == "rtl" else None
    paragraph = BidiParagraph(text, base, preserve_bn_chars=True)
    levels = [character.embedding_level for character in paragraph.get_characters()]
    result: list[Word] = []
    end = 0
    for lead, text, word in zip(leads, texts, words, strict=True):
        start, end = end + len(lead), end + len(lead) + len(text)
        result += [replace(word, level=levels[start])] if text == ATOM else _parts(word, levels[start:end] or [0])
    return result, paragraph.base_embedding_level


def _parts(word: Word, levels: list[int]) -> Iterator[Word]:
    """The word in parts, each of one level."""
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
