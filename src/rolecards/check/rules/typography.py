"""Rules about characters: spaces, punctuation, brackets, markup and formulas."""

import html
import re
from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from rolecards.check.deck import AuthorText, Deck, formulas_of
from rolecards.check.rule import Finding, rule
from rolecards.codes import WARNING
from rolecards.problems import Location
from rolecards.text.field import to_html
from rolecards.text.paper import FORMULA

# The two lookbehinds and the possessive `*+` keep these linear in long words and long gaps.
_SPACES = re.compile(r"(?<!\S)\S*+( {2,}| *\t[ \t]*)")
# In scripts without spaces, a zero-width space marks the end of a word.
_INVISIBLE = re.compile("(?<![\u0e00-\u109f\u1780-\u17ff])\u200b|[\u2060\ufeff\u00ad\r\u0085\u2028\u2029]")
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_DASHES = re.compile(r"(?<=\w) -{2,3} (?=\w)")
_SPACE_AND_SIGN = re.compile(r" [,.;:!?](?=\s|$)")
_BEFORE_SIGN = re.compile(r"(?<![^\s\0])(?<! (?= ))[^\s\0]*+( ++)[,.;:!?](?=\s|$)")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
_TWICE = re.compile(r"\b(?<!-)([^\W\d_]{2,}+) \1(?![\w-])", re.IGNORECASE)
_MEANT_TWICE = frozenset({"had", "that", "bye", "so", "very"})
_PRONOUNS = {"de": frozenset({"der", "die", "das", "den", "dem", "sie", "ihr"})}
"""By language, pronouns that are also articles or other pronouns: *Leute, die die Akten führen*."""
_MARKUP = re.compile(
    r"</?(?:b|i|u|em|strong|br|p|div|span|img|sub|sup|[uo]l|li|a|font|code|h[1-6]|table|tr|t[dh])(?:\s[^<>]*)?/?>"
    r"|&(?:nbsp|amp|lt|gt|quot|mdash|ndash|#\d+);|\\[()\[\]]|\$\$|\{%|~~",
    re.IGNORECASE,
)
_STARS = re.compile(r"\*\*|__")
_PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}
_BRACKETS = re.compile(r"[()\[\]“”«»]")
_LIST_MARK = re.compile(r"(?:^|\s)(?:\w|\d\d|[:;]-?)$")  # what is before the bracket of `a)` and `1)`, and of a smiley
_CODE = re.compile(r"<code>.*?</code>")
_WHOLE = re.compile(rf"(?:{FORMULA.pattern})(?:(?:[^\\]|\\[^()\[\]])*+\\[)\]])?")
r"""A formula, to its last `\)`: if it contains another one, cards and papers end it there."""


@rule("RC601", over="text")
def stray_spaces(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001 - as for all texts
    value, prose = text.value, text.prose
    if "  " not in value and "\t" not in value and value == value.strip(" "):
        return
    lead, trail = len(value) - len(value.lstrip(" ")), len(value) - len(value.rstrip(" "))
    if lead:
        yield _slip(text, 0, lead, "", "the text starts with spaces")
    for match in _SPACES.finditer(prose, lead, len(prose) - trail):
        yield _slip(text, *match.span(1), " ", "several spaces or a tab between two words", shown=match.start())
    if trail:
        yield _slip(text, len(value) - trail, len(value), "", "the text ends with spaces")


@rule("RC602", over="text")
def invisible_character(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for match in _INVISIBLE.finditer(text.value) if not text.value.isascii() or not text.value.isprintable() else ():
        instead = " " if match[0] in "\u2028\u2029" else ""
        yield _slip(text, *match.span(), instead, f"invisible character U+{ord(match[0]):04X}")


@rule("RC603", over="text")
def three_dots(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for match in _DOTS.finditer(text.prose) if "..." in text.prose else ():
        yield _slip(text, *match.span(), "…", "three full stops instead of an ellipsis")


@rule("RC604", over="text")
def double_hyphen(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for match in _DASHES.finditer(text.prose) if " --" in text.prose else ():
        yield _slip(text, *match.span(), " \u2013 ", "hyphens instead of a dash")


@rule("RC605", over="text")
def space_before_sign(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for match in _BEFORE_SIGN.finditer(text.prose) if _SPACE_AND_SIGN.search(text.prose) else ():
        if match.start(1):
            message = f"space before “{match[0][-1]}”"
            yield _slip(text, *match.span(1), "", message, shown=match.start(), upto=match.end())


@rule("RC606", over="deck")
def two_apostrophes(deck: Deck) -> Iterator[Finding]:
    some = [text for text in deck.texts if "'" in text.prose or "\u2019" in text.prose]
    marks = [(text, mark) for text in some for mark in _APOSTROPHE.finditer(text.prose)]
    kinds = Counter(mark[0] for _, mark in marks)
    if len(kinds) < 2:
        return
    usual = max(kinds, key=lambda kind: (kinds[kind], kind == "'"))
    for text, mark in marks:
        if mark[0] != usual:
            yield _slip(text, *mark.span(), usual, f"most apostrophes in the deck are {usual}")


@rule("RC607", over="text")
def half_pair(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    open_now: list[re.Match[str]] = []
    for sign in _BRACKETS.finditer(text.prose):
        if sign[0] not in _PAIRS:
            open_now.append(sign)
        elif open_now and open_now[-1][0] == _PAIRS[sign[0]]:
            open_now.pop()
        elif sign[0] != ")" or not _LIST_MARK.search(text.prose, max(0, sign.start() - 3), sign.start()):
            yield text.finding(*sign.span(), f"“{sign[0]}” has no opening partner")
    yield from (text.finding(*sign.span(), f"“{sign[0]}” has no closing partner") for sign in open_now)


@rule("RC608", over="text")
def raw_markup(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    hint = "use **bold**, *italic* or `code`; put it in backticks if learners should see it"
    for match in _MARKUP.finditer(text.prose):
        yield text.finding(*match.span(), f"“{match[0]}” is markup that cards do not support", hint)
    stars = _STARS.search(text.prose)
    if stars and "**" in _CODE.sub("", to_html(text.value)):
        yield text.finding(*stars.span(), f"“{stars[0]}” has no partner, so learners would see it", hint)


@rule("RC610", over="deck")
def broken_formula(deck: Deck) -> Iterator[Finding]:
    texts = [(text, *formula) for text in deck.texts for formula in formulas_of(text.value)]
    formulas = [(tex, text.finding(start, end, "")) for text, start, end, tex in texts]
    of_pages: dict[tuple[Location, str], Finding] = {}  # every formula of study notes once
    for note in (item.note for item in deck.notes if item.kind is None):
        for match in _WHOLE.finditer(f"{note.text}{note.front}{note.back}{note.why}"):
            tex = html.unescape(match[0][2:-2])
            of_pages.setdefault((note.place.of(), tex), Finding(note.id, (), "", words=tex))
    formulas += [(tex, finding) for (_, tex), finding in of_pages.items()]
    if not formulas:
        return
    from rolecards.text.formula import NOT_IN_ANKI, FormulaError, set_formula  # noqa: PLC0415 - loads a parser of XML

    for tex, finding in formulas:
        try:
            set_formula(tex)
        except FormulaError as error:
            yield replace(finding, message=f"this formula cannot be set: {error}")
        for macro in dict.fromkeys(NOT_IN_ANKI.findall(tex)):
            yield replace(finding, message=f"Anki's MathJax does not have `{macro}`", severity=WARNING)


@rule("RC609", over="text")
def word_twice(text: AuthorText, deck: Deck) -> Iterator[Finding]:
    meant = _MEANT_TWICE | _PRONOUNS.get(deck.content.deck.language[:2], set())
    for match in _TWICE.finditer(text.prose):
        if match[1].casefold() not in meant and (match[0].islower() or not match[1].isupper()):
            yield text.finding(*match.span(), f"repeated word “{match[1]}”", "remove one of them")


def _slip(  # noqa: PLR0913
    text: AuthorText, start: int, end: int, instead: str, message: str, *, shown: int = -1, upto: int = -1
) -> Finding:
    """A finding that `--fix` corrects: `instead` replaces the characters from `start` to `end` (exclusive)."""
    edits, hint = ((start, end, instead),), "`rolecards check --fix` corrects it"
    return text.finding(shown if shown >= 0 else start, max(end, upto), message, hint, edits)
