"""All rules over one deck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.diagnostics import Severity
from rolecards.lint import accessibility, confusion, sources, structure, typography, wording
from rolecards.lint.draft import entries, read_deck
from rolecards.lint.place import problem
from rolecards.lint.rule import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolecards.content import Content
    from rolecards.diagnostics import Place, Problem
    from rolecards.lint.draft import Deck
    from rolecards.lint.rule import Finding, Rule
    from rolecards.notes import Note

FAMILIES = (structure, wording, confusion, sources, typography, accessibility)
"""The modules whose rules stand in `RULES`, because importing them enters them there."""

Found = tuple["Rule", "Finding"]


def lint(
    content: Content, notes: Iterable[Note], unpublished: Iterable[str], source_texts: Mapping[str, str]
) -> list[Found]:
    """What the rules object to and no `allow` lets pass, and the `allow`s that let nothing pass."""
    deck = read_deck(content, notes, unpublished, source_texts)
    allowed = _allowed(content)
    used: set[tuple[str, str]] = set()
    kept: list[Found] = []
    for rule, finding in _found(deck):
        passes = {(finding.entry, rule.code), ("@deck", rule.code)} & allowed
        used |= passes
        if not passes:
            kept.append((rule, finding))
    return [*kept, *((RULES[structure.IDLE_ALLOW], finding) for finding in structure.idle(allowed, used))]


def problems(found: Iterable[Found], content: Content, notes: Iterable[Note]) -> list[Problem]:
    """The findings, each at its place; lecture notes were not written as cards, so nothing there is an error."""
    by_id = {note.id: note for note in notes}
    places: dict[str, Place] = {note_id: note.place for note_id, note in by_id.items()}
    places |= content.places
    taken = {note_id for note_id, note in by_id.items() if note.kind == "note"}
    return [
        replace(told, severity=Severity.WARNING) if finding.entry in taken else told
        for rule, finding in found
        for told in (problem(finding, rule, places[finding.entry]),)
    ]


def _found(deck: Deck) -> Iterator[Found]:
    english = deck.content.deck.language.partition("-")[0] == "en"
    subjects = {"text": deck.texts, "note": deck.drafts}
    for rule in RULES.values():
        if rule.english and not english:
            continue
        if rule.over == "deck":
            yield from ((rule, finding) for finding in rule.check(deck))
            continue
        for subject in subjects[rule.over]:
            for finding in rule.check(subject, deck):
                yield rule, finding


def _allowed(content: Content) -> set[tuple[str, str]]:
    return {(key, code) for key, entry in entries(content) for code in getattr(entry, "allow", ())}
