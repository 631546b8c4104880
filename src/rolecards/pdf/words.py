"""Words: inline content in the fonts that have its characters, measured, and what may not be parted."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.diagnostics import Location
    from rolecards.pdf.context import Context
    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Element, Node
    from rolecards.pdf.style import Style, Styled

SPACE, JOIN, SOFT, NEW_LINE = range(4)
"""How a piece follows the one before: after a space, inseparable, separable without a space, on a new line."""

WORDS = re.compile(r"[^ \t\n\r\f]+")
BLANK = " \t\n\r\f"
PLAIN = str.maketrans({"\u00ad": "", "\u200b": "", "\u2011": "-", "\u2009": "\u00a0", "\u202f": "\u00a0"})
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
    level: int = 0
    """Odd: it is read from right to left."""


class Run(NamedTuple):
    """Neighbouring pieces of one span on one line."""

    text: str
    width: float
    gap: float
    """The space after it, which its text then ends with."""
    span: Span
    font: Font
    level: int = 0


class Stretch(NamedTuple):
    """Words with spaces between them in one font, of which a line takes as many as it has room for.

    Nothing is joined to them: a word with no space before or after it is a piece.
    """

    words: list[str]
    ends: list[int]
    """Where each word and the space after it end, in thousandths of the type size."""
    span: Span
    font: Font
    gap: float
    """The width of the space before them."""
    glue: int
    first: int = 0
    """The word that is next: those before it stand on lines already."""

    def parted(self, room: float) -> tuple[Piece, Stretch | None]:
        """As many words as fit, but at least one, as a piece; and those after them, if there are any."""
        words, ends, span, font, gap, glue, first = self
        start, space = ends[first - 1] if first else 0, font.space
        end = max(bisect_right(ends, room / span.unit + start + space, first), first + 1)
        width = (ends[end - 1] - space - start) * span.unit
        piece = Piece(" ".join(words[first:end]), width, span, font, gap, glue)
        rest = Stretch(words, ends, span, font, space * span.unit, SPACE, end) if end < len(words) else None
        return piece, rest

    def whole(self) -> Piece:
        """All its words as a piece."""
        return self.parted(inf)[0]

    @property
    def longest(self) -> float:
        """The width of the widest word."""
        return max(self.font.width(word) or 0 for word in self.words) * self.span.unit


def collected(context: Context, nodes: Iterable[Node], owner: Styled, *, silent: bool = False) -> list[Piece | Stretch]:
    """Inline content as words in reading order; characters that no font has are left out, and reported."""
    collector = _Collector(context, silent=silent)
    collector.nodes(nodes, owner, plain_span(context, owner))
    return collector.pieces


def widest(context: Context, nodes: Iterable[Node], owner: Styled) -> tuple[float, float]:
    """The widest unbreakable piece of inline content, and its width on a single line."""
    narrow = total = longest = word = 0.0
    for each in collected(context, nodes, owner, silent=True):
        piece = each.whole() if isinstance(each, Stretch) else each
        unbroken = each.longest if isinstance(each, Stretch) else each.width
        word = unbroken + (word if piece.glue == JOIN else 0)
        total = piece.width + (0 if piece.glue == NEW_LINE else total + piece.gap)
        narrow, longest = max(narrow, word), max(longest, total)
    return narrow, longest


class _Collector:
    """Walks inline content and measures its words."""

    def __init__(self, context: Context, *, silent: bool = False) -> None:
        self.context = context
        self.silent = silent
        self.pieces: list[Piece | Stretch] = []
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
        font = next((font for font in span.fonts if font.width(text) is not None), None)
        if font is None:
            text, font = "".join(part for part, _ in self.in_fonts(text, span)), span.fonts[0]
        wide = (font.width(text) or 0) * span.unit if style.width is None else style.span(0) or 0
        width = wide + sum(style.inset(side) for side in ("left", "right")) + style.margin_left + style.margin_right
        self.add(Piece(text, width, span, font, self.gap, self.glue))

    def text(self, text: str, span: Span) -> None:
        text = _prepared(text, span.style)
        if span.style.white_space == "pre":
            self.preformatted(text, span)
            return
        if text[:1] in BLANK:
            self.space(span)
        words = WORDS.findall(text)
        if words:
            self.words(words, span)
            if text[-1] in BLANK:
                self.space(span)

    def words(self, words: list[str], span: Span) -> None:
        """Add words with spaces between them, all at once where one font has all their characters."""
        font, space = span.fonts[0], span.fonts[0].space
        if self.glue == JOIN:
            self.word(words.pop(0), span)
            self.space_after(span)
        widths = [font.words[word] for word in words]
        if None in widths:
            for word in words:
                self.word(word, span)
                self.space_after(span)
        elif words:
            ends = list(accumulate([width + space for width in widths if width is not None]))
            self.pieces.append(Stretch(words, ends, span, font, self.gap, self.glue))
        self.glue, self.gap = JOIN, 0

    def preformatted(self, text: str, span: Span) -> None:
        for number, row in enumerate(text.expandtabs(4).strip("\n").split("\n")):
            if number:
                self.glue, self.gap = NEW_LINE, 0
            self.word(row or " ", span)

    def space(self, span: Span) -> None:
        """What follows stands after a space, unless it starts a line."""
        if self.glue == JOIN and self.pieces:
            self.space_after(span)

    def space_after(self, span: Span) -> None:
        self.glue, self.gap = SPACE, span.fonts[0].space * span.unit

    def word(self, word: str, span: Span) -> None:
        font = span.fonts[0]
        width = font.width(word)
        if width is not None:
            self.add(Piece(word, width * span.unit, span, font, self.gap, self.glue))
            return
        for part, other in self.in_fonts(word, span):
            self.add(Piece(part, (other.width(part) or 0) * span.unit, span, other, self.gap, self.glue))

    def add(self, piece: Piece) -> None:
        if piece.glue == JOIN and self.pieces:
            self.set_last_word_apart(self.pieces.pop())
        self.pieces.append(piece)
        self.glue, self.gap = JOIN, 0

    def set_last_word_apart(self, last: Piece | Stretch) -> None:
        """What follows is joined to the last word, and only to that."""
        if isinstance(last, Piece):
            self.pieces.append(last)
            return
        words, ends, span, font, gap, glue, _ = last
        if len(words) > 1:
            self.pieces.append(Stretch(words[:-1], ends[:-1], span, font, gap, glue))
            glue, gap = SPACE, font.space * span.unit
        self.pieces.append(Piece(words[-1], (font.width(words[-1]) or 0) * span.unit, span, font, gap, glue))

    def in_fonts(self, word: str, span: Span) -> Iterator[tuple[str, Font]]:
        """The word in stretches, each with the first font that has its characters."""
        part, current = "", span.fonts[0]
        missing: dict[str, None] = {}
        for character in word:
            font = next((font for font in span.fonts if character in font.widths), None)
            if font is None:
                missing[character] = None
            elif font is current:
                part += character
            else:
                if part:
                    yield part, current
                part, current = character, font
        if part:
            yield part, current
        if missing and not self.silent:
            hint = "name a font that has it under `fonts:` in deck.yaml, or build without paper: --only apkg"
            self.context.report("RC704", span.place, f"no font has {_characters(missing, word)}", hint)


def _characters(missing: Iterable[str], word: str) -> str:
    """The characters of a word: one by its name, as it may not be seen; more than one as they are."""
    characters = "".join(missing)
    if len(characters) > 1:
        of = "" if characters == word else f" of {quoted(word)}"
        return f"the {len(characters)} characters {quoted(characters)}{of}"
    shown = f"“{characters}” " if characters.isprintable() else ""
    name = unicodedata.name(characters, "a control character or an unassigned code")
    return f"the character {shown}U+{ord(characters):04X} ({name}) of {quoted(word)}"


def quoted(word: str) -> str:
    """A word for a message, in quotation marks and not too long."""
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
