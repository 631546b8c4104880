"""All rules over one deck."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from rolecards.check.deck import entries, read_deck
from rolecards.check.place import located
from rolecards.check.rule import RULES
from rolecards.check.rules import accessibility, confusion, sources, structure, typography, wording
from rolecards.codes import Severity
from rolecards.cores import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolecards.check.deck import Deck
    from rolecards.check.rule import Finding, Over, Rule
    from rolecards.content import Content
    from rolecards.notes.note import Note
    from rolecards.problems import Place, Problem

FAMILIES = (structure, wording, confusion, sources, typography, accessibility)
"""The modules whose rules stand in `RULES`, because importing them enters them there."""

MANY = 2_000
"""Notes from which it pays to go through them on all cores."""

Found = tuple["Rule", "Finding"]
Passes = set[tuple[str, str]]
"""Entries, each with the code of a rule that its `allow` switches off there."""


class Share(NamedTuple):
    """A part of what the rules look at: the deck, or every so many a note or text from the first on."""

    over: Over
    first: int = 0
    step: int = 1


SHARES = (Share("deck"), Share("note"), Share("text", 0, 2), Share("text", 1, 2))
"""All there is to look at; on two cores, one has the deck and the other the notes, which takes about as long."""


def lint(
    content: Content, notes: Sequence[Note], unpublished: Iterable[str], source_texts: Mapping[str, str]
) -> list[Found]:
    """What the rules object to and no `allow` lets pass, and the `allow`s that let nothing pass."""
    deck, allowed = read_deck(content, notes, unpublished, source_texts), _allowed(content)
    judged = [_judged(deck, share, allowed) for share in SHARES]
    return [*chain.from_iterable(kept for kept, _ in judged), *_idle(allowed, [used for _, used in judged])]


def problems(
    content: Content, notes: Sequence[Note], unpublished: Iterable[str], source_texts: Mapping[str, str]
) -> list[Problem]:
    """The same as problems, each at its place; large decks are gone through on all cores."""
    deck, allowed = read_deck(content, notes, unpublished, source_texts), _allowed(content)
    by_id = {note.id: note for note in notes}

    def work(share: Share) -> tuple[list[Problem], Passes]:
        kept, used = _judged(deck, share, allowed)
        return [_problem(found, content, by_id) for found in kept], used

    jobs = [partial(work, share) for share in SHARES]
    done = side_by_side(jobs) if len(notes) >= MANY else [job() for job in jobs]
    idle = [_problem(found, content, by_id) for found in _idle(allowed, [used for _, used in done])]
    return [*chain.from_iterable(told for told, _ in done), *idle]


def _judged(deck: Deck, share: Share, allowed: Passes) -> tuple[list[Found], Passes]:
    """What is found and not allowed, and the passes that were made use of."""
    used: Passes = set()
    kept: list[Found] = []
    for rule, finding in _found(deck, share):
        passes = {(finding.entry, rule.row.code), ("@deck", rule.row.code)} & allowed
        used |= passes
        if not passes:
            kept.append((rule, finding))
    return kept, used


def _found(deck: Deck, share: Share) -> Iterator[Found]:
    english = deck.content.deck.language.partition("-")[0] == "en"
    rules = [rule for rule in RULES.values() if rule.over == share.over and (english or not rule.row.english)]
    if share.over == "deck":
        yield from ((rule, finding) for rule in rules for finding in rule.check(deck))
        return
    subjects = (deck.texts if share.over == "text" else deck.drafts)[share.first :: share.step]
    for rule in rules:
        for subject in subjects:
            for finding in rule.check(subject, deck):
                yield rule, finding


def _allowed(content: Content) -> Passes:
    return {(key, code) for key, entry in entries(content) for code in getattr(entry, "allow", ())}


def _idle(allowed: Passes, used: Iterable[Passes]) -> list[Found]:
    """The exceptions that nothing needs."""
    return [(RULES[structure.IDLE_ALLOW], finding) for finding in structure.idle(allowed, set().union(*used))]


def _problem(found: Found, content: Content, notes: Mapping[str, Note]) -> Problem:
    """A finding at its place; lecture notes were not written as cards, so nothing there is an error."""
    rule, finding = found
    note = notes.get(finding.entry)
    place: Place = content.places[finding.entry] if finding.entry in content.places or not note else note.place
    told = located(finding, rule, place)
    return replace(told, severity=Severity.WARNING) if note and note.kind == "note" else told
