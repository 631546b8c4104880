"""Words: inline content in the fonts that have its characters, measured on an endless line."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.shaping import RIGHT_TO_LEFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolecards.diagnostics import Location
    from rolecards.pdf.context import Context
    from rolecards.pdf.fonts import Font
    from rolecards.pdf.parse import Element, Node
    from rolecards.pdf.style import Style, Styled

SPACE, JOIN, SOFT, NEW_LINE = range(4)
"""How words follow those before: after a space, inseparable, separable without a space, on a new line."""
HAIR = 1e-6

WORDS = re.compile(r"[^ \t\n\r\f]+")
BLANK = " \t\n\r\f"
CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
SEPARABLE = re.compile(rf"(?<=[^\W\d][-–—/_.])(?=\w)|(?<=\w[/@])(?=\w)|(?<=[{CJK}])(?=.)|(?<=.)(?=[{CJK}])")  # noqa: RUF001
"""Where a word may go on in the next line."""
PERHAPS_SEPARABLE = re.compile(rf"[-–—/_.@](?=\w)|[{CJK}]")  # noqa: RUF001
PLAIN = str.maketrans({"\u00ad": "", "\u200b": "", "\u2011": "-", "\u2009": "\u00a0", "\u202f": "\u00a0"})
RISE = {"super": 0.33, "sub": -0.15}
PLACEHOLDER = "000"


class Span(Struct, frozen=True):
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

    span: Span
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
    span: Span
    font: Font
    level: int = 0


class Words:
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


def widest(words: Words) -> tuple[float, float]:
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


def measured(context: Context, nodes: Sequence[Node], owner: Styled) -> Words:
    """Inline content as words, kept for when it is set."""
    words = collected(context, nodes, owner)
    if nodes is owner.element.children:
        context.measured[owner.element] = words
    return words


def collected(context: Context, nodes: Sequence[Node], owner: Styled) -> Words:
    """Inline content as words in reading order; characters that no font has are left out, and reported."""
    if nodes is owner.element.children and owner.element in context.measured:
        return context.measured.pop(owner.element)
    collector = _Collector(context)
    collector.nodes(nodes, owner, plain_span(context, owner))
    return collector.words


class _Collector:
    """Walks inline content and measures its words."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.words = Words()
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
        text = self.prepared(text, style)
        font = next((font for font in span.fonts if font.width(text) is not None), None)
        if font is None:
            text, font = "".join(part for part, _ in self.in_fonts(text, span)), span.fonts[0]
        wide = (font.width(text) or 0) * span.unit if style.width is None else style.span(0) or 0
        width = wide + sum(style.inset(side) for side in ("left", "right")) + style.margin_left + style.margin_right
        self.add([text], [width / span.unit], span, font)

    def text(self, text: str, span: Span) -> None:
        text = self.prepared(text, span.style)
        if span.style.white_space == "pre":
            self.preformatted(text, span)
            return
        if text[:1] in BLANK:
            self.space(span)
        words = WORDS.findall(text)
        if words:
            if PERHAPS_SEPARABLE.search(text) is None:
                self.several(words, span)
            else:
                self.one_by_one(words, span)
            if text[-1] in BLANK:
                self.space(span)

    def prepared(self, text: str, style: Style) -> str:
        """The text with the characters that are drawn."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text).translate(PLAIN)
            self.words.turned = self.words.turned or RIGHT_TO_LEFT.search(text) is not None
        return text.upper() if style.text_transform == "uppercase" else text

    def several(self, words: list[str], span: Span) -> None:
        """Add words with spaces between them, all at once where one font has all their characters."""
        font = span.fonts[0]
        widths = [width for word in words if (width := font.words[word]) is not None]
        if len(widths) == len(words):
            self.add(words, widths, span, font)
        else:
            self.one_by_one(words, span)

    def one_by_one(self, words: list[str], span: Span) -> None:
        for number, word in enumerate(words):
            if number:
                self.space(span)
            self.word(word, span)

    def preformatted(self, text: str, span: Span) -> None:
        for number, row in enumerate(text.expandtabs(4).strip("\n").split("\n")):
            if number:
                self.glue, self.gap = NEW_LINE, 0
            self.word(row or " ", span)

    def space(self, span: Span) -> None:
        """What follows stands after a space, unless it starts a line."""
        if self.glue == JOIN and self.words.texts:
            self.glue, self.gap = SPACE, span.fonts[0].space * span.unit

    def word(self, word: str, span: Span) -> None:
        """Add a word, in the fonts that have its characters, in the parts that may stand on lines of their own."""
        for part, font in self.in_fonts(word, span):
            texts = SEPARABLE.split(part)
            self.add(texts, [font.width(text) or 0 for text in texts], span, font, "")

    def add(self, texts: list[str], widths: Iterable[float], span: Span, font: Font, joint: str = " ") -> None:
        self.words.add(texts, widths, Stretch(span, font, self.glue, self.gap, joint))
        self.glue, self.gap = JOIN, 0.0

    def in_fonts(self, word: str, span: Span) -> Iterator[tuple[str, Font]]:
        """The word in stretches, each with the first font that has its characters."""
        part, current = "", span.fonts[0]
        if current.width(word) is not None:
            yield word, current
            return
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
        if missing:
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
    element, style = styled.element, styled.style
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
