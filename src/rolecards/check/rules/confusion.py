"""Rules about pairs of cards and roles that learners confuse."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rolecards.check.rule import Finding, rule
from rolecards.notes import index as ambiguity
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from rolecards.check.deck import CheckedNote, Deck


@rule("RC410", over="deck")
def near_duplicate(deck: Deck) -> Iterator[Finding]:
    for first, second in _first_each(deck, lambda first, second: first.answer == second.answer):
        message = f"this question is nearly the same as that of `{first.entry}` and has the same answer"
        yield _pair_finding(first, second, message, "remove one of them", deck)


@rule("RC412", over="deck")
def interference(deck: Deck) -> Iterator[Finding]:
    linked = _linked_roles(deck)
    for first, second in _first_each(deck, lambda first, second: _interfere(first, second, linked)):
        message = f"this question is nearly the same as that of `{first.entry}`, whose answer is “{first.answer}”"
        hint = "begin them with different words"
        hint += ", or add a contrast between the two roles" if deck.content.roles else ""
        yield _pair_finding(first, second, message, hint, deck)


def _interfere(first: CheckedNote, second: CheckedNote, linked: AbstractSet[frozenset[str]]) -> bool:
    if first.answer == second.answer or (linked and frozenset((*first.note.roles, *second.note.roles)) in linked):
        return False
    return not all(map(str.isdecimal, first.visible_words ^ second.visible_words))


def _first_each(
    deck: Deck, condition: Callable[[CheckedNote, CheckedNote], bool]
) -> Iterator[tuple[CheckedNote, CheckedNote]]:
    """The similar notes that meet the condition, at most one pair for each second note."""
    reported: set[str] = set()
    for first, second in deck.look_alikes:
        if second.entry not in reported and condition(first, second):
            reported.add(second.entry)
            yield first, second


@rule("RC411", over="deck")
def no_contrast(deck: Deck) -> Iterator[Finding]:
    covered = {claim for reverse in deck.content.of(schema.Reverse) for claim in ambiguity.claims(reverse.of)}
    linked = _linked_roles(deck)
    for claim, roles in ambiguity.collisions(deck.index).items():
        for pair in combinations(roles, 2):
            if claim not in covered and frozenset(pair) not in linked:
                names = " and ".join(deck.content.roles[role].name for role in pair)
                message = f"{claim[0]} “{claim[1]}” applies to {names}, but no card distinguishes them"
                hint = "add a contrast, or a reverse question with `ask: set`"
                linked.add(frozenset(pair))
                yield Finding(pair[1], ("name",), message, hint)


def _linked_roles(deck: Deck) -> set[frozenset[str]]:
    return {frozenset((contrast.a, contrast.b)) for contrast in deck.content.of(schema.Contrast)}


def _pair_finding(first: CheckedNote, second: CheckedNote, message: str, hint: str, deck: Deck) -> Finding:
    where = deck.content.places.get(first.entry, first.note.place).of()
    return Finding(second.entry, second.cards[0].question_at, f"{message} ({where})", hint)
