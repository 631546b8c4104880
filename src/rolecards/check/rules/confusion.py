"""Rules over pairs of cards and roles that a learner mixes up."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rolecards.check.rule import Finding, rule
from rolecards.notes import index as ambiguity
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from rolecards.check.deck import Deck, Draft


@rule("RC410", over="deck")
def near_duplicate(deck: Deck) -> Iterator[Finding]:
    for first, second in _first_each(deck, lambda first, second: first.answer == second.answer):
        message = f"this asks nearly the same as `{first.entry}`, and the answer is the same"
        yield _pair_finding(first, second, message, "keep one of them", deck)


@rule("RC412", over="deck")
def interference(deck: Deck) -> Iterator[Finding]:
    linked = _linked_roles(deck)
    for first, second in _first_each(deck, lambda first, second: _interfere(first, second, linked)):
        message = f"this reads nearly like `{first.entry}` and wants another answer: “{first.answer}”"
        hint = "let the first words differ, or write a contrast for the two"
        yield _pair_finding(first, second, message, hint, deck)


def _interfere(first: Draft, second: Draft, linked: AbstractSet[frozenset[str]]) -> bool:
    if first.answer == second.answer or (linked and frozenset((*first.note.roles, *second.note.roles)) in linked):
        return False
    return not all(map(str.isdecimal, first.seen ^ second.seen))


def _first_each(deck: Deck, wanted: Callable[[Draft, Draft], bool]) -> Iterator[tuple[Draft, Draft]]:
    """Of the look-alikes that are wanted, for each second note its first: one finding is enough to look at it."""
    told: set[str] = set()
    for first, second in deck.look_alikes:
        if second.entry not in told and wanted(first, second):
            told.add(second.entry)
            yield first, second


@rule("RC411", over="deck")
def no_contrast(deck: Deck) -> Iterator[Finding]:
    asked = {claim for reverse in deck.content.of(schema.Reverse) for claim in ambiguity.claims(reverse.of)}
    linked = _linked_roles(deck)
    for claim, roles in ambiguity.collisions(deck.index).items():
        for pair in combinations(roles, 2):
            if claim not in asked and frozenset(pair) not in linked:
                names = " and ".join(deck.content.roles[role].name for role in pair)
                message = f"{claim[0]} “{claim[1]}” holds for {names}, and no card tells them apart"
                hint = "write a contrast, or a reverse question with `ask: set`"
                linked.add(frozenset(pair))
                yield Finding(entry=pair[1], steps=("name",), message=message, hint=hint)


def _linked_roles(deck: Deck) -> set[frozenset[str]]:
    return {frozenset((contrast.a, contrast.b)) for contrast in deck.content.of(schema.Contrast)}


def _pair_finding(first: Draft, second: Draft, message: str, hint: str, deck: Deck) -> Finding:
    where = deck.content.places.get(first.entry, first.note.place).of()
    return Finding(entry=second.entry, steps=second.cards[0].question_at, message=f"{message} ({where})", hint=hint)
