"""Runs all rules over a deck."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from rolecards.check.deck import entries, read_deck
from rolecards.check.place import located
from rolecards.check.rule import RULES
from rolecards.check.rules import accessibility, confusion, formulas, sources, structure, typography, wording
from rolecards.codes import Severity
from rolecards.cores import side_by_side
from rolecards.problems import limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolecards.check.deck import Deck
    from rolecards.check.rule import Finding, Over, Rule
    from rolecards.content import Content
    from rolecards.notes.note import Note
    from rolecards.problems import Place, Problem
    from rolecards.source.yaml import Route

FAMILIES = (structure, wording, confusion, formulas, sources, typography, accessibility)
"""The modules whose import registers the rules."""

MANY = 2_000
"""Number of notes from which all cores are used."""

Violation = tuple["Rule", "Finding"]
Passes = set[tuple[str, str]]
"""Keys of entries, each with a code that its `allow` lists."""


class Share(NamedTuple):
    """A part of the work: the deck, or every `step`-th note or text from `first` on."""

    over: Over
    first: int = 0
    step: int = 1


SHARES = (Share("deck"), Share("note"), Share("text", 0, 2), Share("text", 1, 2))
"""All of the work. On two cores, the deck and the notes take about the same time."""


def lint(
    content: Content, notes: Sequence[Note], unpublished: Iterable[str], source_texts: Mapping[str, str]
) -> list[Violation]:
    """All violations that no `allow` permits, and the unused `allow`s."""
    deck, allowed = read_deck(content, notes, unpublished, source_texts), _allowed(content)
    results = [_filtered(deck, share, allowed) for share in SHARES]
    return [*chain.from_iterable(kept for kept, _ in results), *_unused(allowed, [used for _, used in results])]


def problems(
    content: Content, notes: Sequence[Note], unpublished: Iterable[str], source_texts: Mapping[str, str]
) -> list[Problem]:
    """The violations as problems, at most `MOST_ALIKE` of a rule in one text; a large deck uses all cores."""
    deck, allowed = read_deck(content, notes, unpublished, source_texts), _allowed(content)
    by_id = {note.id: note for note in notes}

    def work(share: Share) -> tuple[list[Problem], Passes]:
        kept, used = _filtered(deck, share, allowed)
        return _problems(kept, content, by_id), used

    jobs = [partial(work, share) for share in SHARES]
    results = side_by_side(jobs) if len(notes) >= MANY else [job() for job in jobs]
    unused = _problems(_unused(allowed, [used for _, used in results]), content, by_id)
    return [*chain.from_iterable(listed for listed, _ in results), *unused]


def _filtered(deck: Deck, share: Share, allowed: Passes) -> tuple[list[Violation], Passes]:
    """The violations that are not allowed, and the passes that were used."""
    used: Passes = set()
    kept: list[Violation] = []
    for rule, finding in _violations(deck, share):
        passes = {(finding.entry, rule.row.code), ("@deck", rule.row.code)} & allowed
        used |= passes
        if not passes:
            kept.append((rule, finding))
    return kept, used


def _violations(deck: Deck, share: Share) -> Iterator[Violation]:
    english = deck.content.deck.language.partition("-")[0] == "en"
    rules = [rule for rule in RULES.values() if rule.over == share.over and (english or not rule.row.english)]
    if share.over == "deck":
        yield from ((rule, finding) for rule in rules for finding in rule.check(deck))
        return
    subjects = (deck.texts if share.over == "text" else deck.notes)[share.first :: share.step]
    for rule in rules:
        for subject in subjects:
            for finding in rule.check(subject, deck):
                yield rule, finding


def _allowed(content: Content) -> Passes:
    return {(key, code) for key, entry in entries(content) for code in getattr(entry, "allow", ())}


def _unused(allowed: Passes, used: Iterable[Passes]) -> list[Violation]:
    return [(RULES[structure.UNUSED_ALLOW], finding) for finding in structure.unused(allowed, set().union(*used))]


def _problems(violations: Iterable[Violation], content: Content, notes: Mapping[str, Note]) -> list[Problem]:
    by_text: dict[tuple[str, str, Route], list[Finding]] = defaultdict(list)
    for rule, finding in violations:
        by_text[rule.row.code, finding.entry, finding.steps].append(finding)
    return [
        _problem(replace(finding, message=finding.message + more), RULES[code], content, notes)
        for (code, _, _), findings in by_text.items()
        for finding, more in limited(findings)
    ]


def _problem(finding: Finding, rule: Rule, content: Content, notes: Mapping[str, Note]) -> Problem:
    """The finding at its place; in study notes, which were not written as cards, it is only a warning."""
    note = notes.get(finding.entry)
    place: Place = content.places[finding.entry] if finding.entry in content.places or not note else note.place
    problem = located(finding, rule, place)
    return replace(problem, severity=Severity.WARNING) if note and note.kind == "note" else problem
