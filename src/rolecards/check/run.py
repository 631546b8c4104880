"""Runs all rules over a deck."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.check.deck import entries, read_deck
from rolecards.check.place import located
from rolecards.check.rule import RULES
from rolecards.check.rules import accessibility, confusion, sources, structure, typography, wording
from rolecards.codes import Severity
from rolecards.problems import limited

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from rolecards.check.deck import AuthorText, CheckedNote, Deck
    from rolecards.check.rule import Finding, Over, Rule
    from rolecards.content import Content
    from rolecards.notes.note import Note
    from rolecards.problems import Place, Problem
    from rolecards.source.yaml import Route

    Codes = Collection[str]

FAMILIES = (structure, wording, confusion, sources, typography, accessibility)
"""The modules whose import registers the rules."""

Violation = tuple["Rule", "Finding"]


def problems(
    content: Content, notes: Sequence[Note], unpublished: Iterable[str], texts: Mapping[str, str], only: Codes = ()
) -> list[Problem]:
    """The violations as problems, at most `MOST_ALIKE` of a rule in one text; of some codes only, or of all."""
    by_text: dict[tuple[str, str, Route], list[Finding]] = defaultdict(list)
    for rule, finding in lint(content, notes, unpublished, texts, only):
        by_text[rule.row.code, finding.entry, finding.steps].append(finding)
    by_id = {note.id: note for note in notes}
    return [
        _problem(replace(finding, message=finding.message + more), RULES[code], content, by_id)
        for (code, _, _), findings in by_text.items()
        for finding, more in limited(findings)
    ]


def lint(
    content: Content, notes: Sequence[Note], unpublished: Iterable[str], texts: Mapping[str, str], only: Codes = ()
) -> list[Violation]:
    """All violations that no `allow` permits, and the unused `allow`s; or only those of some codes."""
    deck = read_deck(content, notes, unpublished, texts)
    allowed = {(key, code) for key, entry in entries(content) for code in getattr(entry, "allow", ())}
    used: set[tuple[str, str]] = set()
    kept: list[Violation] = []
    for rule, finding in _violations(deck, only or RULES):
        passes = {(finding.entry, rule.row.code), ("@deck", rule.row.code)} & allowed
        used |= passes
        if not passes:
            kept.append((rule, finding))
    unused = () if only else structure.unused(allowed, used)
    return [*kept, *((RULES[structure.UNUSED_ALLOW], finding) for finding in unused)]


def _violations(deck: Deck, codes: Codes) -> Iterator[Violation]:
    english = deck.content.deck.language.partition("-")[0] == "en"
    subjects: dict[Over, Sequence[AuthorText | CheckedNote | Deck]] = {
        "text": deck.texts,
        "note": deck.notes,
        "cloze": [item for item in deck.notes if item.note.text],
        "question": [item for item in deck.notes if item.is_fact and not item.note.text],
        "deck": (deck,),
    }
    for rule in (rule for code, rule in RULES.items() if code in codes):
        for subject in subjects[rule.over] if english or not rule.row.english else ():
            found = rule.check(deck) if subject is deck else rule.check(subject, deck)
            yield from ((rule, finding) for finding in found)


def _problem(finding: Finding, rule: Rule, content: Content, notes: Mapping[str, Note]) -> Problem:
    """The finding at its place; in study notes, which were not written as cards, it is only a warning."""
    note = notes.get(finding.entry)
    place: Place = content.places[finding.entry] if finding.entry in content.places or not note else note.place
    problem = located(finding, rule, place)
    return replace(problem, severity=Severity.WARNING) if note and note.kind == "note" else problem
