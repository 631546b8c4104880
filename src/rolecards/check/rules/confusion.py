"""Rules about pairs of cards and roles that learners confuse."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from rolecards.check.deck import name_of, words
from rolecards.check.rule import Finding, rule
from rolecards.notes import index as ambiguity
from rolecards.notes.generate import LONGEST_SET
from rolecards.notes.leak import clues, leaks
from rolecards.schema import models as schema
from rolecards.text.function_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from rolecards.check.deck import CheckedNote, Deck

SERIES = 4
"""From this many pairs with the same pattern on, they are a series."""


class ConfusedPair(NamedTuple):
    """Two notes that learners confuse, and the number of further pairs of the same series."""

    first: CheckedNote
    second: CheckedNote
    more: int


@rule("RC410", over="deck")
def near_duplicate(deck: Deck) -> Iterator[Finding]:
    for pair in _first_each(deck, lambda first, second: first.answer == second.answer):
        message = f"this question is nearly the same as that of `{pair.first.entry}` and has the same answer"
        yield _pair_finding(pair, message, "remove one of them", deck)


@rule("RC412", over="deck")
def interference(deck: Deck) -> Iterator[Finding]:
    linked = _linked_roles(deck)
    for pair in _first_each(deck, lambda first, second: _interfere(first, second, linked)):
        first = pair.first
        message = f"this question is nearly the same as that of `{first.entry}`, whose answer is “{first.answer}”"
        hint = "begin them with different words"
        hint += ", or add a contrast between the two roles" if deck.content.roles else ""
        yield _pair_finding(pair, message, hint, deck)


@rule("RC413", over="deck")
def leak(deck: Deck) -> Iterator[Finding]:
    names = {role.id: name_of(role) for role in deck.content.roles.values()}
    stop = FUNCTION_WORDS.get(deck.content.deck.language.partition("-")[0], frozenset())
    notes = {note.note.id: note for note in deck.notes}
    found = leaks({name: clues(note.note, names, stop) for name, note in notes.items()})
    pairs = ((notes[next(given)[0]], notes[second]) for second, given in groupby(found, key=itemgetter(1)))

    def pattern(first: CheckedNote, second: CheckedNote) -> Hashable:
        hidden = frozenset(words(second.answer)).union(*(deck.role_words[role] for role in first.note.roles))
        frames = (note.visible_words - hidden for note in (first, second))
        return tuple(frozenset(word for word in frame if not word.isdecimal()) for frame in frames)

    for pair in _by_pattern(pairs, pattern):
        message = f"the question of `{pair.first.entry}` contains this answer, “{pair.second.answer}”"
        yield _pair_finding(pair, message, "reword one of them", deck)


def _by_pattern(
    pairs: Iterable[tuple[CheckedNote, CheckedNote]], pattern: Callable[[CheckedNote, CheckedNote], Hashable]
) -> Iterator[ConfusedPair]:
    """The pairs; of a series with the same pattern, only the first."""
    series: dict[Hashable, list[tuple[CheckedNote, CheckedNote]]] = defaultdict(list)
    for pair in pairs:
        series[pattern(*pair)].append(pair)
    for alike in series.values():
        reported = alike if len(alike) < SERIES else alike[:1]
        yield from (ConfusedPair(*pair, len(alike) - len(reported)) for pair in reported)


def _interfere(first: CheckedNote, second: CheckedNote, linked: AbstractSet[frozenset[str]]) -> bool:
    if first.answer == second.answer or (linked and frozenset((*first.note.roles, *second.note.roles)) in linked):
        return False
    return not all(map(str.isdecimal, first.visible_words ^ second.visible_words))


def _first_each(deck: Deck, condition: Callable[[CheckedNote, CheckedNote], bool]) -> Iterator[ConfusedPair]:
    """The similar notes that meet the condition, at most one pair for each second note and each series."""
    pairs: dict[str, tuple[CheckedNote, CheckedNote]] = {}
    for first, second in deck.look_alikes:
        if second.entry not in pairs and condition(first, second):
            pairs[second.entry] = first, second
    return _by_pattern(pairs.values(), lambda first, second: first.visible_words & second.visible_words)


@rule("RC411", over="deck")
def no_contrast(deck: Deck) -> Iterator[Finding]:
    covered = {claim for reverse in deck.content.of(schema.Reverse) for claim in ambiguity.claims(reverse.of)}
    linked = _linked_roles(deck)
    for claim, roles in ambiguity.collisions(deck.index).items():
        for pair in combinations(roles, 2) if len(roles) <= LONGEST_SET else ():
            if claim not in covered and frozenset(pair) not in linked:
                names = " and ".join(deck.content.roles[role].name for role in pair)
                message = f"{claim[0]} “{claim[1]}” applies to {names}, but no card distinguishes them"
                hint = "add a contrast, or a reverse question with `ask: set`"
                linked.add(frozenset(pair))
                yield Finding(pair[1], ("name",), message, hint)


def _linked_roles(deck: Deck) -> set[frozenset[str]]:
    return {frozenset((contrast.a, contrast.b)) for contrast in deck.content.of(schema.Contrast)}


def _pair_finding(pair: ConfusedPair, message: str, hint: str, deck: Deck) -> Finding:
    first, second, more = pair
    where = deck.content.places.get(first.entry, first.note.place).of()
    series = f"; {more} more pairs have this pattern" if more else ""
    return Finding(second.entry, second.cards[0].question_at, f"{message} ({where}){series}", hint)
