"""Inline content as measured words, each in a font that has its characters."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.context import Context
from rolecards.pdf.fonts import Font
from rolecards.pdf.parse import Element, Node
from rolecards.pdf.shaping import SHAPED, clusters
from rolecards.pdf.style import Style
from rolecards.problems import Location
from rolecards.text.formula import FormulaError, SetFormula, set_formula

WORDS = re.compile(r"[^ \t\n\r\f]+")
BLANK = " \t\n\r\f"
CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
SEPARABLE = re.compile(rf"(?<=[^\W\d][-–—/_.])(?=\w)|(?<=\w[/@])(?=\w)|(?<=[{CJK}])(?=.)|(?<=.)(?=[{CJK}])")  # noqa: RUF001
"""Positions of possible line breaks inside a word."""
is_separable = cache(re.compile(rf"[-–—/_.@](?=\w)|[{CJK}\u0e01-\u0e5b\u200b]").search)  # noqa: RUF001
"""Whether a word may have parts. The same words occur again and again."""
THAI = re.compile("[\u0e01-\u0e5b]{2,}")
PLAIN = str.maketrans(
    dict.fromkeys("\u00ad\u2060\ufeff", "")
    | dict.fromkeys((*map(chr, range(0x2000, 0x200B)), "\u202f", "\u205f"), "\u00a0")
    | {"\u2011": "-", "\u2028": " ", "\u2029": " "}
)
BOX = "\u2610"  # what is printed for a character that no font has
RISE = {"super": 0.33, "sub": -0.15}
PLACEHOLDER = "000"  # the text of a page number until it is known
SPACE, JOIN, SOFT, NEW_LINE = range(4)  # how it follows the word before; SOFT: after a possible line break
HAIR = 1e-6  # the tolerance for lengths that should be equal, in mm


class InlineSpan(Struct, frozen=True):
    """The style and context of inline content."""

    style: Style
    unit: float  # a thousandth of the type size, in mm
    fonts: tuple[Font, ...]
    block: Element  # the block that contains it
    place: Location  # the location for problems with its text
    rise: float = 0  # the height above the baseline, in mm
    link: str = ""
    counter: str = ""  # `page`, `pages`, or the `#id` whose page number is shown
    boxed: bool = False  # whether it is an inline box, which has no line breaks inside
    formula: SetFormula | None = None


class Run(Struct, frozen=True):
    """Adjacent words of one span on one line. Lengths are in mm."""

    text: str
    width: float
    gap: float  # the width of the space after it; the text then ends with a space
    span: InlineSpan
    font: Font
    level: int = 0  # the embedding level; odd levels are right-to-left


class Word(Run, frozen=True):
    """A word, or a part of one between possible line breaks. Its gap is the space before it."""

    glue: int = JOIN  # how it follows the word before


@lru_cache(1_000)  # a table needs the words of its cells twice
def inline_words(context: Context, nodes: tuple[Node, ...], owner: Element) -> list[Word]:
    """Inline content as words in reading order. Characters that no font has are reported and left out."""
    collector = _Collector(context)
    collector.nodes(nodes, plain_span(context, owner))
    return collector.words


class _Collector:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.words: list[Word] = []
        self.glue = JOIN
        self.gap = 0.0

    def nodes(self, nodes: Iterable[Node], span: InlineSpan) -> None:
        for node in nodes:
            if isinstance(node, str):
                self.text(node, span)
            elif node.tag == "br":
                self.glue, self.gap = NEW_LINE, 0
            else:
                self.element(node, _inner_span(self.context, node, span))

    def element(self, element: Element, span: InlineSpan) -> None:
        if span.counter:
            self.word(PLACEHOLDER, span)
        elif element.tag == "math":
            self.formula(element, span)
        elif span.boxed:
            self.box(element, span)
        else:
            self.nodes(element.children, span)

    def formula(self, element: Element, span: InlineSpan) -> None:
        """Add a formula; one that the typesetter cannot read is printed as its source."""
        try:
            formula = set_formula(element.text(), display="display" in element.classes)
        except FormulaError:
            self.text(element.text(), span)
        else:
            self.add(element.text(), formula.width, replace(span, formula=formula, boxed=True), span.fonts[0])

    def box(self, element: Element, span: InlineSpan) -> None:
        """Add an inline box, which is empty: a blank line or a checkbox."""
        if element.text():
            self.context.report("RC701", element.at, f"text cannot be inside the inline block `<{element.tag}>`")
        style = span.style
        sides = style.insets["left"] + style.insets["right"] + style.margin_left + style.margin_right
        self.add("", ((style.span(0) or 0) + sides) / span.unit, span, span.fonts[0])

    def text(self, text: str, span: InlineSpan) -> None:
        text = text if text.isascii() else unicodedata.normalize("NFC", text).translate(PLAIN)
        if span.style.white_space == "pre":
            for number, row in enumerate(text.expandtabs(4).strip("\n").split("\n")):
                if number:
                    self.glue, self.gap = NEW_LINE, 0
                self.word(row or " ", span)
            return
        if text[:1] in BLANK:
            self.space(span)
        words, font, unit = WORDS.findall(text), span.fonts[0], span.unit
        add, glue, gap, space = self.words.append, self.glue, self.gap, font.space * unit
        for word in words:
            width = None if is_separable(word) else font.width(word)
            if width is None:
                self.glue, self.gap = glue, gap
                self.word(word, span)
            else:  # most words; without further calls, because a long paper has hundreds of thousands
                add(Word(word, width * unit, gap, span, font, 0, glue))
            glue, gap = SPACE, space
        if words:
            self.glue, self.gap = (SPACE, space) if text[-1] in BLANK else (JOIN, 0.0)

    def space(self, span: InlineSpan) -> None:
        """Put a space before the next word, unless it starts a line."""
        if self.glue == JOIN and self.words:
            self.glue, self.gap = SPACE, span.fonts[0].space * span.unit

    def word(self, word: str, span: InlineSpan) -> None:
        """Add a word in parts: by font, and between possible line breaks."""
        spaced = THAI.sub(lambda text: "\u200b".join(_thai_words()(text[0])), word)
        for piece in spaced.split("\u200b"):
            for part, font in self.in_fonts(piece, span):
                # Shaped text is measured as it is drawn: in one piece.
                texts = [part] if SHAPED.search(part) else SEPARABLE.split(part)
                for text in texts:
                    self.add(text, font.width(text) or 0, span, font)
                    self.glue = SOFT
                self.glue = JOIN
            self.glue = SOFT
        self.glue = JOIN

    def add(self, text: str, width: float, span: InlineSpan, font: Font) -> None:
        """Add a word or a part of one; its width is in thousandths of the type size."""
        self.words.append(Word(text, width * span.unit, self.gap, span, font, glue=self.glue))
        self.glue, self.gap = JOIN, 0.0

    def in_fonts(self, word: str, span: InlineSpan) -> Iterator[tuple[str, Font]]:
        """The parts of a word, each with the first font that can set it."""
        if span.fonts[0].width(word) is not None:
            yield word, span.fonts[0]
            return
        parts = clusters(word) if SHAPED.search(word) else word
        fonts = [(next((font for font in span.fonts if font.width(each) is not None), None), each) for each in parts]
        boxed = next(((font, BOX) for font in span.fonts if BOX in font.widths), (span.fonts[0], "?"))
        for font, run in groupby(((font, each) if font else boxed for font, each in fonts), key=itemgetter(0)):
            yield "".join(each for _, each in run), font
        unset = dict.fromkeys(each for font, each in fonts if not font)
        if unset:
            known = set().union(*(font.widths for font in span.fonts))
            missing = [each for each in dict.fromkeys("".join(unset)) if each not in known]
            said = f"has {_characters(missing, word)}" if missing else f"can set {_characters(unset, word)}"
            hint = "add a font that has it under `fonts:` in deck.yaml, or build without papers: `--only apkg`"
            self.context.report("RC704", span.place, f"no font {said}", hint, (missing or [*unset])[0])


@cache
def _thai_words() -> Callable[[str], list[str]]:
    """Finds the words of a text in Thai, which has no spaces."""
    from budoux import load_default_thai_parser  # noqa: PLC0415 - only Thai needs it

    return load_default_thai_parser().parse


def _characters(missing: Iterable[str], word: str) -> str:
    """The characters of a word for a message: one with its name, as it may be invisible; several as text."""
    characters = "".join(missing)
    if len(characters) > 1:
        of = "" if characters == word else f" of {quoted(word)}"
        return f"the {len(characters)} characters {quoted(characters)}{of}"
    shown = f"`{characters}` " if characters.isprintable() else ""
    name = unicodedata.name(characters, "control character or unassigned code")
    return f"the character {shown}U+{ord(characters):04X} ({name}) of {quoted(word)}"


def quoted(word: str) -> str:
    """A word for a message, in backticks and with at most 60 characters."""
    printable = "".join(each if each.isprintable() else "\ufffd" for each in word)
    return f"`{printable}`" if len(printable) < 60 else f"`{printable[:59]}…`"


def plain_span(context: Context, owner: Element) -> InlineSpan:
    """The span of text directly in a block."""
    style = owner.style
    return InlineSpan(style, style.em / 1000, context.faces(style), owner, owner.source)


def _inner_span(context: Context, element: Element, outer: InlineSpan) -> InlineSpan:
    href, counter = element.attributes.get("href", outer.link), element.attributes.get("data-counter", "")
    rise = outer.rise + RISE.get(element.style.vertical_align, 0) * outer.style.em
    counter = href if counter == "target-page" else counter
    boxed = element.style.display == "inline-block"
    return replace(plain_span(context, element), block=outer.block, rise=rise, link=href, counter=counter, boxed=boxed)


def positions(words: Iterable[Word]) -> tuple[list[float], list[float]]:
    """The starts and ends of the words on one line of unlimited width, in mm."""
    starts: list[float] = []
    ends: list[float] = []
    end = 0.0
    for word in words:
        starts.append(end + word.gap)
        end = starts[-1] + word.width
        ends.append(end)
    return starts, ends


def widest(words: list[Word]) -> tuple[float, float]:
    """The widths of the widest word and of the widest line without wrapping, in mm."""
    narrow = wide = part = line = 0.0
    for word, start, end in zip(words, *positions(words), strict=True):
        line = start if word.glue == NEW_LINE else line
        part = start if word.glue == NEW_LINE or word.gap else part
        narrow, wide = max(narrow, end - part), max(wide, end - line)
    return narrow, wide
