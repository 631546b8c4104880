"""Rules about sources: dates, citations, and copied text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from rolecards.check.deck import CheckedNote, Deck, words
from rolecards.check.rule import Finding, rule
from rolecards.codes import ERROR
from rolecards.schema import models as schema
from rolecards.text.paper import FORMULA

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CLOZE_MARK = re.compile(r"\{\{c[\d,]+::|(?:::[^{}]*)?\}\}")
_FIGURE = re.compile(r"\d")
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
LONGEST_QUOTE = 25  # words of the source that a message repeats


@rule("RC510", over="note")
def no_date(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    fact, note = item.note.written, item.note
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
    least, most = deck.limits.copied_words, deck.limits.copied_words_most
    sources = {run: code for code, source in deck.source_texts.items() for run in _runs(words(source), least)}
    for text in deck.texts if sources else ():
        code, run = _longest_copy(words(_CLOZE_MARK.sub(" ", text.prose)), sources, least)
        if run:
            message = f"{len(run)} words are copied from the source {code}: “{' '.join(run[:LONGEST_QUOTE])}”"
            severity = ERROR if len(run) >= most else None
            pattern = r"\W+(?:c\d+::)?".join(map(re.escape, run))
            written = re.search(rf"(?<!\w){pattern}(?!\w)", text.value, re.IGNORECASE)
            quoted = written[0] if written else ""
            yield Finding(text.entry, text.steps, message, "use your own words", words=quoted, severity=severity)


def _runs(text: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Every run of this many words."""
    return zip(*(text[at:] for at in range(length)), strict=False)


def _longest_copy(text: Sequence[str], sources: Mapping[tuple[str, ...], str], least: int) -> tuple[str, Sequence[str]]:
    """The code of a source, and the longest part of the text of which every run of `least` words is in sources."""
    best, code, start = range(0), "", 0
    for at, run in enumerate(_runs(text, least)):
        start = start if run in sources else at + 1
        if at + 1 - start > len(best):
            best, code = range(start, at + 1), sources[run]
    return code, text[best.start : best.stop + least - 1] if best else ()


@rule("RC513", over="deck")
def uncited(deck: Deck) -> Iterator[Finding]:
    in_roles = [each for role in deck.content.roles.values() for each in (role.skills, *role.loop) if each]
    citing = chain(in_roles, *deck.content.entries.values())
    cited = {code.partition("#")[0] for entry in citing for code in entry.src}
    for code in deck.content.sources:
        if cited and code not in cited:  # a new deck, or one of notes, has no entries yet
            yield Finding(f"source {code}", ("code",), f"no entry cites the source {code}", words=code)
