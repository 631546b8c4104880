"""Rules about pairs of cards and roles that learners confuse."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import combinations, groupby
from operator import itemgetter

from rolecards.check.deck import CheckedNote, Deck, words
from rolecards.check.rule import Finding, rule
from rolecards.notes import index as ambiguity
from rolecards.notes.generate import LONGEST_SET
from rolecards.notes.leak import clues_of, leaks
from rolecards.schema import models as schema

Pair = tuple[CheckedNote, CheckedNote]


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
    # Only a card about the same role gives an answer away.
    notes = {item.note.id: item for item in deck.notes if deck.content.roles}
    found = leaks(clues_of((item.note for item in notes.values()), deck.content, deck.function_words))
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
    """A finding at the second note of each pair; pairs with the same pattern are a series."""
    for first, second in pairs:
        where = deck.content.places.get(first.entry, first.note.place).of()
        text, steps = f"{message.format(first, second)} ({where})", second.cards[0].question_at
        yield Finding(second.entry, steps, text, hint, series=pattern(first, second))


@rule("RC411", over="deck")
def no_contrast(deck: Deck) -> Iterator[Finding]:
    covered = {claim for reverse in deck.content.of(schema.Reverse) for claim in ambiguity.claims(reverse.of)}
    linked = _linked_roles(deck)
    for claim, roles in deck.index.items():
        for pair in combinations(roles, 2) if len(roles) <= LONGEST_SET else ():
            if claim not in covered and frozenset(pair) not in linked:
                names = " and ".join(deck.content.roles[role].name for role in pair)
                message = f"{claim[0]} “{claim[1]}” applies to {names}, but no card distinguishes them"
                hint = "add a contrast, or a reverse question with `ask: set`"
                linked.add(frozenset(pair))
                yield Finding(pair[1], ("name",), message, hint)


def _linked_roles(deck: Deck) -> set[frozenset[str]]:
    return {frozenset((contrast.a, contrast.b)) for contrast in deck.content.of(schema.Contrast)}
