"""Line breaking: inline content becomes words, and words become lines that fit a width."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolecards.diagnostics import Location
    from rolecards.pdf.context import Context
    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Element, Node
    from rolecards.pdf.style import Area, Style, Styled

SPACE, JOIN, SOFT, NEW_LINE = range(4)
"""How a piece follows the one before: after a space, inseparable, separable without a space, on a new line."""

WORDS = re.compile(r"[^ \t\n\r\f]+")
BLANK = " \t\n\r\f"
CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
SEPARABLE = re.compile(rf"(?<=[^\W\d][-–—/_.])(?=\w)|(?<=\w[/@])(?=\w)|(?<=[{CJK}])|(?=[{CJK}])")  # noqa: RUF001
PLAIN = str.maketrans({"\u00ad": "", "\u200b": "", "\u2011": "-", "\u2009": "\u00a0", "\u202f": "\u00a0"})
HAIR = 1e-6
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+")
RISE = {"super": 0.33, "sub": -0.15}
PLACEHOLDER = "000"


class Span(NamedTuple):
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


class Piece(NamedTuple):
    """A word or a part of one, in one font."""

    text: str
    width: float
    span: Span
    font: Font
    gap: float
    """The width of the space before it."""
    glue: int


class Run(NamedTuple):
    """Neighbouring pieces of one span on one line."""

    text: str
    width: float
    gap: float
    """The space after it, which its text then ends with."""
    span: Span
    font: Font


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
    collector = _Collector(context)
    collector.nodes(nodes, owner, span)
    if area.width <= 0 and collector.pieces:
        context.report("RC705", owner.element.source, f"<{owner.element.tag}> has no room for its text")
        return []
    broken = _broken(context, collector.pieces, area.width, style.text_indent)
    lines = []
    for number, pieces in enumerate(broken):
        indent = 0 if number else style.text_indent
        follower = broken[number + 1][0] if number + 1 < len(broken) else None
        spaced = follower is not None and (follower.gap > 0 or follower.glue == NEW_LINE)
        lines.append(_line(pieces, span, area.less(indent, 0), spaced=spaced))
    return lines


def widest(context: Context, nodes: Iterable[Node], owner: Styled) -> tuple[float, float]:
    """The widest unbreakable piece of inline content, and its width on a single line."""
    collector = _Collector(context, silent=True)
    collector.nodes(nodes, owner, plain_span(context, owner))
    narrow = total = longest = word = 0.0
    for piece in collector.pieces:
        word = piece.width + (word if piece.glue == JOIN else 0)
        total = piece.width + (0 if piece.glue == NEW_LINE else total + piece.gap)
        narrow, longest = max(narrow, word), max(longest, total)
    return narrow, longest


class _Collector:
    """Walks inline content and measures its words."""

    def __init__(self, context: Context, *, silent: bool = False) -> None:
        self.context = context
        self.silent = silent
        self.pieces: list[Piece] = []
        self.glue = JOIN
        self.gap = 0.0

    def nodes(self, nodes: Iterable[Node], parent: Styled, span: Span) -> None:
        for node in nodes:
            if isinstance(node, str):
                self.text(node, span)
            elif node.tag == "br":
                self.glue, self.gap = NEW_LINE, 0
            else:
                self.element(node, parent, span)

    def element(self, element: Element, parent: Styled, outer: Span) -> None:
        styled = self.context.cascade.styled(element, parent)
        if styled.style.display == "none":
            return
        span = _inner_span(self.context, styled, outer)
        if span.counter:
            self.word(PLACEHOLDER, span)
        elif span.boxed:
            self.box(element.text(), span)
        else:
            self.nodes(element.children, styled, span)

    def box(self, text: str, span: Span) -> None:
        """An inline box: a ruled blank, a checkbox, or a few words in a frame."""
        style = span.style
        text = _prepared(text, style)
        inner = (span.fonts[0].width(text) or self._mixed_width(text, span)) * span.unit if text else 0
        wide = inner if style.width is None else style.span(0) or 0
        width = wide + sum(style.inset(side) for side in ("left", "right")) + style.margin_left + style.margin_right
        self.add(Piece(text, width, span, span.fonts[0], self.gap, self.glue))

    def _mixed_width(self, text: str, span: Span) -> int:
        return sum(font.width(part) or 0 for part, font in self.in_fonts(text, span))

    def text(self, text: str, span: Span) -> None:
        text = self.left_to_right(_prepared(text, span.style), span)
        if span.style.white_space == "pre":
            self.preformatted(text, span)
            return
        if text[:1] in BLANK:
            self.space(span)
        words = WORDS.findall(text)
        self.words(words, span)
        if words and text[-1] in BLANK:
            self.space(span)

    def words(self, words: list[str], span: Span) -> None:
        """Add words with spaces between them: most of a document, so nothing is called that can be done without."""
        font, unit, pieces = span.fonts[0], span.unit, self.pieces
        space = (font.width(" ") or 250) * unit
        for word in words:
            width = font.width(word)
            if width is None:
                self.word(word, span)
            else:
                pieces.append(Piece(word, width * unit, span, font, self.gap, self.glue))
            self.glue, self.gap = SPACE, space
        if words:
            self.glue, self.gap = JOIN, 0

    def left_to_right(self, text: str, span: Span) -> str:
        """The text without right-to-left letters, which would come out in the wrong order."""
        found = None if text.isascii() else RIGHT_TO_LEFT.search(text)
        if not found:
            return text
        if not self.silent:
            message = f"{_quoted(found[0])} is written from right to left, which paper can't be set in yet"
            self.context.report("RC709", span.place, message, "build without paper: --only apkg")
        return RIGHT_TO_LEFT.sub("", text)

    def preformatted(self, text: str, span: Span) -> None:
        for number, row in enumerate(text.expandtabs(4).strip("\n").split("\n")):
            if number:
                self.glue, self.gap = NEW_LINE, 0
            self.word(row or " ", span)

    def space(self, span: Span) -> None:
        if self.glue == JOIN and self.pieces:
            self.glue, self.gap = SPACE, (span.fonts[0].width(" ") or 250) * span.unit

    def word(self, word: str, span: Span) -> None:
        font = span.fonts[0]
        width = font.width(word)
        if width is not None:
            self.add(Piece(word, width * span.unit, span, font, self.gap, self.glue))
            return
        for part, other in self.in_fonts(word, span):
            self.add(Piece(part, (other.width(part) or 0) * span.unit, span, other, self.gap, self.glue))

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.glue, self.gap = JOIN, 0

    def in_fonts(self, word: str, span: Span) -> Iterator[tuple[str, Font]]:
        """The word in stretches, each with the first font that has its characters."""
        part, current = "", span.fonts[0]
        for character in word:
            font = next((font for font in span.fonts if character in font.widths), None)
            if font is None:
                self.missing(character, word, span)
            elif font is current:
                part += character
            else:
                if part:
                    yield part, current
                part, current = character, font
        if part:
            yield part, current

    def missing(self, character: str, word: str, span: Span) -> None:
        if self.silent:
            return
        shown = f"“{character}” " if character.isprintable() else ""
        name = unicodedata.name(character, "a control character or an unassigned code")
        self.context.report(
            "RC704",
            span.place,
            f"no font has the character {shown}U+{ord(character):04X} ({name}) of {_quoted(word)}",
            "name a font that has it under `fonts:` in deck.yaml, or build without paper: --only apkg",
        )


def _quoted(word: str) -> str:
    printable = "".join(each if each.isprintable() else "\ufffd" for each in word)
    return f"“{printable}”" if len(printable) < 60 else f"“{printable[:59]}…”"


def plain_span(context: Context, owner: Styled) -> Span:
    """How text directly in a block is set."""
    style = owner.style
    element = owner.element
    return Span(style, style.em / 1000, context.faces(style), element, element.source)


def _inner_span(context: Context, styled: Styled, outer: Span) -> Span:
    element, _, style = styled
    counter = element.attributes.get("data-counter", "")
    href = element.attributes.get("href", outer.link)
    return Span(
        style=style,
        unit=style.em / 1000,
        fonts=context.faces(style),
        block=outer.block,
        place=element.source,
        rise=outer.rise + RISE.get(style.vertical_align, 0) * outer.style.em,
        link=href,
        counter=href if counter == "target-page" else counter,
        boxed=style.display == "inline-block",
    )


def _prepared(text: str, style: Style) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(PLAIN)
    return text.upper() if style.text_transform == "uppercase" else text


def _broken(context: Context, pieces: list[Piece], width: float, indent: float) -> list[list[Piece]]:
    """The pieces in lines, each as full as possible."""
    lines: list[list[Piece]] = []
    waiting = pieces[::-1]
    while waiting:
        lines.append(_next_line(context, waiting, width if lines else width - indent))
    return lines


def _next_line(context: Context, waiting: list[Piece], room: float) -> list[Piece]:
    """Take as many pieces as there is room for; the last of those waiting is next."""
    line: list[Piece] = []
    used = 0.0
    while waiting and not (line and waiting[-1].glue == NEW_LINE):
        count, needed = _unit(waiting)
        gap = waiting[-1].gap if line else 0
        if used + gap + needed <= room + HAIR:
            line.extend(waiting.pop() for _ in range(count)) if count > 1 else line.append(waiting.pop())
            used += gap + needed
        elif _separate(waiting, count):
            continue
        elif line:
            break
        elif not _split(context, waiting, count, room):
            line += _taken(waiting, count)
            used += needed
    return line


def _unit(waiting: list[Piece]) -> tuple[int, float]:
    """How many of the next pieces belong together, and how wide they are."""
    needed = waiting[-1].width
    for count in range(1, len(waiting)):
        piece = waiting[-1 - count]
        if piece.glue != JOIN:
            return count, needed
        needed += piece.width
    return len(waiting), needed


def _taken(waiting: list[Piece], count: int) -> list[Piece]:
    taken = waiting[: -count - 1 : -1]
    del waiting[-count:]
    return taken


def _separate(waiting: list[Piece], count: int) -> bool:
    """Put pieces separated after hyphens and slashes in the place of a word; False when it has none."""
    taken = waiting[-count:]
    parts = [part for piece in reversed(taken) for part in _parts(piece)]
    if len(parts) == count:
        return False
    waiting[-count:] = parts[::-1]
    return True


def _parts(piece: Piece) -> list[Piece]:
    texts = [piece.text] if piece.span.boxed else [text for text in SEPARABLE.split(piece.text) if text]
    return _renewed(piece, texts) if len(texts) > 1 else [piece]


def _renewed(piece: Piece, texts: Sequence[str]) -> list[Piece]:
    width = [(piece.font.width(text) or 0) * piece.span.unit for text in texts]
    first = piece._replace(text=texts[0], width=width[0])
    rest = zip(texts[1:], width[1:], strict=True)
    return [first, *(Piece(text, wide, piece.span, piece.font, 0, SOFT) for text, wide in rest)]


def _split(context: Context, waiting: list[Piece], count: int, room: float) -> bool:
    """Break a word that is wider than its column between characters; False when that can't be done."""
    taken = waiting[-count:]
    parts = [part for piece in reversed(taken) for part in _stretches(piece, room)]
    if len(parts) > count:
        waiting[-count:] = [part._replace(glue=SOFT) if part.glue == JOIN else part for part in parts[::-1]]
        return True
    if count > 1:
        waiting[-count:] = [part._replace(glue=SOFT) if part.glue == JOIN else part for part in taken]
        return True
    piece = taken[0]
    context.report(
        "RC705", piece.span.place,
        f"{_quoted(piece.text) if piece.text else 'a box'} is {piece.width - room:.1f} mm wider than its column",
    )  # fmt: skip
    return False


def _stretches(piece: Piece, room: float) -> list[Piece]:
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


def _line(pieces: list[Piece], strut: Span, area: Area, *, spaced: bool) -> Line:
    runs: list[Run] = []
    start = 0
    while start < len(pieces):
        end = _end(pieces, start)
        # A wrapped line ends in a space, so that the words are apart when the text is copied.
        gap, space = (pieces[end].gap, False) if end < len(pieces) else (0.0, spaced)
        runs.append(_run(pieces[start:end], gap, spaced=space or gap > 0))
        start = end
    height, baseline = _measures(strut, runs)
    return Line(area.x, area.width, strut.style.text_align, height, baseline, tuple(runs))


def _end(pieces: list[Piece], start: int) -> int:
    """Where the stretch of pieces that are drawn as one ends."""
    _, _, span, font, _, _ = pieces[start]
    end = start + 1
    if not (span.boxed or span.counter):
        while end < len(pieces) and pieces[end].span is span and pieces[end].font is font:
            end += 1
    return end


def _run(pieces: list[Piece], gap: float, *, spaced: bool) -> Run:
    text, width, span, font, _, _ = pieces[0]
    for word, wide, _, _, between, _ in pieces[1:]:
        text += f" {word}" if between else word
        width += wide + between
    return Run(f"{text} " if spaced else text, width, gap, span, font)


def _measures(strut: Span, runs: Sequence[Run]) -> tuple[float, float]:
    """The line's height and where its baseline is: room for the strut and for every larger run."""
    above, below = _extent(strut)
    for run in runs:
        if run.span is not strut and not run.span.rise:
            up, down = _extent(run.span)
            above, below = max(above, up), max(below, down)
    return above + below, above


def _extent(span: Span) -> tuple[float, float]:
    style, font = span.style, span.fonts[0]
    ascent, descent = font.ascent * span.unit, font.descent * span.unit
    if span.boxed:
        room = style.inset("top") + style.inset("bottom")
        return max(ascent, style.height or 0) + room, descent
    leading = style.line_height * style.em - ascent - descent
    return ascent + leading / 2, descent + leading / 2
