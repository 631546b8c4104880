"""Rules about pairs of cards and roles that learners confuse."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from rolecards.check.deck import name_of, words
from rolecards.check.rule import Finding, rule
from rolecards.notes import index as ambiguity
from rolecards.notes.generate import LONGEST_SET
from rolecards.notes.leak import clues, leaks
from rolecards.schema import models as schema
from rolecards.text.function_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from rolecards.check.deck import CheckedNote, Deck

    Pair = tuple[CheckedNote, CheckedNote]

SERIES = 4
"""From this many pairs with the same pattern on, they are a series."""


@rule("RC410", over="deck")
def near_duplicate(deck: Deck) -> Iterator[Finding]:
    pairs = _first_each((first, second) for first, second in deck.look_alikes if first.answer == second.answer)
    message = "this question is nearly the same as that of `{0.entry}` and has the same answer"
    return _findings(deck, pairs, _shared_words, message, "remove one of them")


@rule("RC412", over="deck")
def interference(deck: Deck) -> Iterator[Finding]:
    linked = _linked_roles(deck)
    pairs = _first_each(
        (first, second)
        for first, second in deck.look_alikes
        if first.answer != second.answer
        and frozenset((*first.note.roles, *second.note.roles)) not in linked
        and not all(map(str.isdecimal, first.visible_words ^ second.visible_words))
    )
    message = "this question is nearly the same as that of `{0.entry}`, whose answer is “{0.answer}”"
    hint = "begin them with different words"
    hint += ", or add a contrast between the two roles" if deck.content.roles else ""
    return _findings(deck, pairs, _shared_words, message, hint)


@rule("RC413", over="deck")
def leak(deck: Deck) -> Iterator[Finding]:
    names = {role.id: name_of(role) for role in deck.content.roles.values()}
    stop = FUNCTION_WORDS.get(deck.content.deck.language.partition("-")[0], frozenset())
    notes = {note.note.id: note for note in deck.notes if names}  # only cards about the same role tell the answer
    found = leaks({name: clues(note.note, names, stop) for name, note in notes.items()})
    pairs = ((notes[next(given)[0]], notes[second]) for second, given in groupby(found, key=itemgetter(1)))

    def pattern(first: CheckedNote, second: CheckedNote) -> Hashable:
        hidden = frozenset(words(second.answer)).union(*(deck.role_words[role] for role in first.note.roles))
        frames = (note.visible_words - hidden for note in (first, second))
        return tuple(frozenset(word for word in frame if not word.isdecimal()) for frame in frames)

    message = "the question of `{0.entry}` contains this answer, “{1.answer}”"
    return _findings(deck, pairs, pattern, message, "reword one of them")


def _first_each(pairs: Iterable[Pair]) -> Iterable[Pair]:
    """The first pair of each second note."""
    firsts: dict[str, Pair] = {}
    for first, second in pairs:
        firsts.setdefault(second.entry, (first, second))
    return firsts.values()


def _shared_words(first: CheckedNote, second: CheckedNote) -> Hashable:
    return first.visible_words & second.visible_words


def _findings(
    deck: Deck, pairs: Iterable[Pair], pattern: Callable[[CheckedNote, CheckedNote], Hashable], message: str, hint: str
) -> Iterator[Finding]:
    """A finding at the second note of each pair; of a series of pairs with the same pattern, only at the first one."""
    series: dict[Hashable, list[Pair]] = defaultdict(list)
    for pair in pairs:
        series[pattern(*pair)].append(pair)
    for alike in series.values():
        reported = alike if len(alike) < SERIES else alike[:1]
        more = f"; {len(alike) - 1} more pairs have this pattern" if len(alike) > len(reported) else ""
        for first, second in reported:
            where = deck.content.places.get(first.entry, first.note.place).of()
            text = f"{message.format(first, second)} ({where}){more}"
            yield Finding(second.entry, second.cards[0].question_at, text, hint)


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
