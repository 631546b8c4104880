"""Rules about sources: dates, citations, and copied text."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from rolecards.check.deck import words
from rolecards.check.rule import Finding, rule
from rolecards.codes import ERROR
from rolecards.schema import models as schema
from rolecards.text.paper import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolecards.check.deck import AuthorText, CheckedNote, Deck

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CLOZE_MARK = re.compile(r"\{\{c[\d,]+::|(?:::[^{}]*)?\}\}")
_FIGURE = re.compile(r"\d")
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)

Runs = dict[tuple[str, ...], list[tuple[str, int]]]
"""By a few consecutive words, the first places where sources contain them: code and position."""

MOST_PLACES = 5
"""Places that are remembered of the same words, so that repetitions in a source do not take quadratic time."""

LONGEST_QUOTE = 25
"""Words of the source that a message repeats."""


@rule("RC510", over="note")
def no_date(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    fact, note = item.written, item.note
    if not isinstance(fact, schema.Fact) or fact.as_of or note.part == deck.content.deck.part_keys[0]:
        return
    text = f"{note.front} {note.back}" if fact.qa else note.text
    prose = FORMULA.sub("", _CODE.sub("", text))
    figures = _FIGURE.search(re.sub(r"\{\{c[\d,]+::|&#\d+;|<[^>]*>", "", prose))
    if (fact.slot == "tools" or figures) and not _YEAR.search(text):
        subject = "tools" if fact.slot == "tools" else "a number"
        message = f"this fact mentions {subject} but has no date"
        yield Finding(item.entry, (), message, "add `as_of:` with the year")


@rule("RC511", over="deck")
def copied(deck: Deck) -> Iterator[Finding]:
    least = deck.limits.copied_words
    runs = _runs(deck.source_words, least)
    for text in deck.texts if runs else ():
        run, code = _longest_run(words(_CLOZE_MARK.sub(" ", text.prose)), runs, deck.source_words, least)
        if run:
            most = deck.limits.copied_words_most
            message = f"{len(run)} words are copied from the source {code}: “{' '.join(run[:LONGEST_QUOTE])}”"
            severity = ERROR if len(run) >= most else None
            quoted = _as_written(text, run)
            yield Finding(text.entry, text.steps, message, "use your own words", words=quoted, severity=severity)


def _runs(sources: Mapping[str, Sequence[str]], length: int) -> Runs:
    runs: Runs = {}
    for code, source in sources.items():
        for at in range(len(source) - length + 1):
            places = runs.setdefault(tuple(source[at : at + length]), [])
            if len(places) < MOST_PLACES:
                places.append((code, at))
    return runs


def _longest_run(
    text: Sequence[str], runs: Runs, sources: Mapping[str, Sequence[str]], least: int
) -> tuple[tuple[str, ...], str]:
    """The longest run of words that is also in a source, and the code of the source; empty if none is long enough."""
    best: tuple[tuple[str, ...], str] = ((), "")
    start = 0
    while start <= len(text) - least:
        longest = least
        for code, at in runs.get(tuple(text[start : start + least]), ()):
            length = least
            source = sources[code]
            while text[start + length : start + length + 1] == list(source[at + length : at + length + 1]) != []:
                length += 1
            longest = max(longest, length)
            if length > len(best[0]):
                best = tuple(text[start : start + length]), code
        start += longest - least + 1
    return best


def _as_written(text: AuthorText, run: Sequence[str]) -> str:
    """The run as in the text, with its capitals and punctuation."""
    pattern = r"\W+(?:c\d+::)?".join(map(re.escape, run))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text.value, re.IGNORECASE)
    return match[0] if match else ""


@rule("RC513", over="deck")
def uncited(deck: Deck) -> Iterator[Finding]:
    in_roles = [each for role in deck.content.roles.values() for each in (role.skills, *role.loop) if each]
    citing = chain(in_roles, *deck.content.entries.values())
    cited = {code.partition("#")[0] for entry in citing for code in entry.src}
    for code in deck.content.sources:
        if cited and code not in cited:  # a new deck, or one of notes, has no entries yet
            message = f"no entry cites the source {code}"
            yield Finding(f"source {code}", ("code",), message, words=code)
