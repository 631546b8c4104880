"""Rules over single characters: what looks like a slip on the card and on paper."""

from __future__ import annotations

import re
from collections import Counter
from operator import eq
from typing import TYPE_CHECKING

from rolecards.check.deck import words
from rolecards.check.rule import Finding, rule
from rolecards.text.inline import to_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.check.deck import Deck, Text


_SPACES = re.compile(r"\S*( {2,}| *\t[ \t]*)")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]")
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_DASHES = re.compile(r"(?<=\w) -{2,3} (?=\w)")
_SPACE_AND_SIGN = re.compile(r" [,.;:!?](?=\s|$)")
_BEFORE_SIGN = re.compile(r"[^\s\0]*( +)[,.;:!?](?=\s|$)")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
_TWICE = re.compile(r"(?<![\w-])([^\W\d_]{2,}) \1(?![\w-])", re.IGNORECASE)
_MEANT_TWICE = frozenset({"had", "that", "bye", "so", "very"})
_MARKUP = re.compile(
    r"(?P<picture>!\[[^\]]*\]\()"
    r"|(?P<formula>(?<![\\$\w])\$(?=[^\s$])(?=[^$\n\\^_]*[\\^_])[^$\n]+(?<!\s)\$(?![\w$]))"
    r"|</?(?:b|i|u|em|strong|br|p|div|span|img|sub|sup|[uo]l|li|a|font|code|h[1-6]|table|tr|t[dh])(?:\s[^<>]*)?/?>"
    r"|&(?:nbsp|amp|lt|gt|quot|mdash|ndash|#\d+);|\\[()\[\]]|\$\$|\{%|~~",
    re.IGNORECASE,
)
_FOREIGN = {
    "picture": ("a picture, and cards have none", "say in words what it shows"),
    "formula": ("a formula, which stays on the card as it is typed", "write it in words or in Unicode"),
}
"""By group of `_MARKUP`, what the markup is and what helps."""
_STARS = re.compile(r"\*\*|__")
_PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}
_BRACKETS = re.compile(r"[()\[\]“”«»]")
_CODE = re.compile(r"<code>.*?</code>")


@rule("RC601", over="text")
def stray_spaces(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001 - every rule over texts is called alike
    value, prose = text.value, text.prose
    if "  " not in value and "\t" not in value and value == value.strip(" "):
        return
    lead, trail = len(value) - len(value.lstrip(" ")), len(value) - len(value.rstrip(" "))
    if lead:
        yield _mend(text, 0, lead, "", "there are spaces before the text")
    for found in _SPACES.finditer(prose, lead, len(prose) - trail):
        yield _mend(text, *found.span(1), " ", "more than one space, or a tab, between two words", shown=found.start())
    if trail:
        yield _mend(text, len(value) - trail, len(value), "", "there are spaces after the text")


@rule("RC602", over="text")
def invisible_character(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for found in _INVISIBLE.finditer(text.value) if not text.value.isascii() or not text.value.isprintable() else ():
        if found[0] != "\0":
            name = f"U+{ord(found[0]):04X}"
            instead = " " if found[0] in "\u2028\u2029" else ""
            yield _mend(text, *found.span(), instead, f"the invisible character {name} stands here")


@rule("RC603", over="text")
def three_dots(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for found in _DOTS.finditer(text.prose) if "..." in text.prose else ():
        yield _mend(text, *found.span(), "…", "three full stops stand for an ellipsis")


@rule("RC604", over="text")
def double_hyphen(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for found in _DASHES.finditer(text.prose) if " --" in text.prose else ():
        yield _mend(text, *found.span(), " \u2013 ", "hyphens stand for a dash")


@rule("RC605", over="text")
def space_before_sign(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for found in _BEFORE_SIGN.finditer(text.prose) if _SPACE_AND_SIGN.search(text.prose) else ():
        if found.start(1):
            yield _mend(
                text, *found.span(1), "", f"a space before “{found[0][-1]}”", shown=found.start(), upto=found.end()
            )


@rule("RC606", over="deck")
def two_apostrophes(deck: Deck) -> Iterator[Finding]:
    some = [text for text in deck.texts if "'" in text.prose or "\u2019" in text.prose]
    found = [(text, mark) for text in some for mark in _APOSTROPHE.finditer(text.prose)]
    kinds = Counter(mark[0] for _, mark in found)
    if len(kinds) < 2:
        return
    usual = max(kinds, key=lambda kind: (kinds[kind], kind == "'"))
    for text, mark in found:
        if mark[0] != usual:
            yield _mend(text, *mark.span(), usual, f"most of the deck writes this apostrophe as {usual}")


@rule("RC607", over="text")
def half_pair(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    open_now: list[re.Match[str]] = []
    for sign in _BRACKETS.finditer(text.prose):
        if sign[0] not in _PAIRS:
            open_now.append(sign)
        elif open_now and open_now[-1][0] == _PAIRS[sign[0]]:
            open_now.pop()
        elif not _is_list_mark(text.prose, sign):
            yield _words(text, *sign.span(), f"“{sign[0]}” has no partner before it")
    yield from (_words(text, *sign.span(), f"“{sign[0]}” has no partner after it") for sign in open_now)


def _is_list_mark(prose: str, sign: re.Match[str]) -> bool:
    """Whether the bracket belongs to `a)` or `1)`, or to a smiley."""
    return sign[0] == ")" and bool(re.search(r"(?:^|\s)(?:\w|\d\d|[:;]-?)$", prose[: sign.start()]))


@rule("RC608", over="text")
def raw_markup(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    hint = "write **bold**, *italic* or `code`; put it in backticks where learners should see it so"
    for found in _MARKUP.finditer(text.prose):
        message, instead = _FOREIGN.get(found.lastgroup or "", ("markup that is not used here", hint))
        yield _words(text, *found.span(), f"“{found[0]}” is {message}", instead)
    left = _STARS.search(text.prose)
    if left and "**" in _CODE.sub("", to_html(text.value)):
        yield _words(text, *left.span(), f"“{left[0]}” has no partner, so learners would see it", hint)


@rule("RC609", over="text")
def word_twice(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    said = words(text.prose)
    for found in _TWICE.finditer(text.prose) if any(map(eq, said, said[1:])) else ():
        if found[1].casefold() not in _MEANT_TWICE and (found[0].islower() or not found[1].isupper()):
            yield _words(text, *found.span(), f"“{found[1]}” stands here twice", f"write “{found[1]}” once")


def _mend(  # noqa: PLR0913
    text: Text, start: int, end: int, instead: str, message: str, *, shown: int = -1, upto: int = -1
) -> Finding:
    """A finding that `--fix` mends by putting `instead` from `start` to before `end`."""
    first = shown if shown >= 0 else start
    return Finding(
        entry=text.entry,
        steps=text.steps,
        start=first,
        words=text.value[first : max(end, upto)],
        message=message,
        hint="`rolecards check --fix` mends it",
        edits=((start, end, instead),),
    )


def _words(text: Text, start: int, end: int, message: str, hint: str = "") -> Finding:
    return Finding(
        entry=text.entry, steps=text.steps, start=start, words=text.value[start:end], message=message, hint=hint
    )
