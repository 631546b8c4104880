"""Rules over where facts come from: dated, cited, and in words of one's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards.check.deck import words
from rolecards.check.rule import Finding, rule
from rolecards.codes import ERROR
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolecards.check.deck import Deck, Draft, Text

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CLOZE_MARK = re.compile(r"\{\{c[\d,]+::|(?:::[^{}]*)?\}\}")
_FIGURE = re.compile(r"\d")

Runs = dict[tuple[str, ...], list[tuple[str, int]]]
"""Per few words in a row, the sources that have them and where."""


@rule("RC510", over="note")
def no_date(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    fact, note = draft.written, draft.note
    if not isinstance(fact, schema.Fact) or fact.as_of or fact.tier == "seed":
        return
    said = f"{note.text}{note.front} {note.back}" if fact.qa else fact.cloze
    figures = _FIGURE.search(re.sub(r"\{\{c[\d,]+::|&#\d+;", "", said))
    if (fact.slot == "tools" or figures) and not _YEAR.search(said):
        what = "tools" if fact.slot == "tools" else "a figure"
        yield Finding(
            entry=draft.entry, message=f"this has {what} in it and no date", hint="add `as_of:` with the year"
        )


@rule("RC511", over="deck")
def copied(deck: Deck) -> Iterator[Finding]:
    least = deck.limits.copied_words
    runs = _runs(deck.source_words, least)
    for text in deck.texts if runs else ():
        run, code = _longest_run(words(_CLOZE_MARK.sub(" ", text.prose)), runs, deck.source_words, least)
        if run:
            most = deck.limits.copied_words_most
            yield Finding(
                entry=text.entry,
                steps=text.steps,
                words=_as_written(text, run),
                message=f"{len(run)} words in a row are as in the source {code}: “{' '.join(run)}”",
                hint="say it in words of your own",
                severity=ERROR if len(run) >= most else None,
            )


def _runs(sources: Mapping[str, Sequence[str]], length: int) -> Runs:
    runs: Runs = {}
    for code, said in sources.items():
        for at in range(len(said) - length + 1):
            runs.setdefault(tuple(said[at : at + length]), []).append((code, at))
    return runs


def _longest_run(
    said: Sequence[str], runs: Runs, sources: Mapping[str, Sequence[str]], least: int
) -> tuple[tuple[str, ...], str]:
    """The longest run of words that a source has too, and the source's code; empty where none is long enough."""
    best: tuple[tuple[str, ...], str] = ((), "")
    for start in range(len(said) - least + 1):
        for code, at in runs.get(tuple(said[start : start + least]), ()):
            length = least
            source = sources[code]
            while said[start + length : start + length + 1] == list(source[at + length : at + length + 1]) != []:
                length += 1
            if length > len(best[0]):
                best = tuple(said[start : start + length]), code
    return best


def _as_written(text: Text, run: Sequence[str]) -> str:
    """The run with the capitals and signs it has in the text."""
    pattern = r"\W+(?:c\d+::)?".join(map(re.escape, run))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text.value, re.IGNORECASE)
    return found[0] if found else ""


@rule("RC513", over="deck")
def uncited(deck: Deck) -> Iterator[Finding]:
    cited = {code.partition("#")[0] for code in _citations(deck)}
    for code in deck.content.sources:
        if code not in cited:
            message = f"nothing cites the source {code}"
            yield Finding(entry=f"source {code}", steps=("code",), words=code, message=message)


def _citations(deck: Deck) -> Iterator[str]:
    for role in deck.content.roles.values():
        if role.skills:
            yield from role.skills.src
    for entries in deck.content.entries.values():
        for entry in entries:
            yield from entry.src
