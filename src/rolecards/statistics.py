"""A deck in numbers: what there is of which kind, where it has holes, and how long it takes to learn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, get_args

from rolecards.inline import to_plain
from rolecards.notes import TIER_NAMES
from rolecards.schema.models import Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rolecards.content import Content
    from rolecards.notes import Note

NEW_A_DAY = 20
"""New cards a day, as Anki has it until a learner changes it."""

BAR = 30
"""Columns of the longest bar."""

SLOTS: tuple[str, ...] = get_args(Slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Notes and the cards they give."""

    notes: int
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How many words a side of a card has."""

    median: int
    most: int
    longest: str
    """Id of the note with the most words; empty where there are no cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A deck in numbers."""

    total: Count
    tables: Mapping[str, Mapping[str, Count]]
    """By title: tiers, kinds, slots, roles; a note about two roles counts for both."""
    coverage: Mapping[str, Mapping[str, int]]
    """Facts by role and slot."""
    questions: Words
    answers: Words
    days: int
    """Until every card has been seen, at `NEW_A_DAY`."""


def measure(content: Content, notes: Sequence[Note]) -> Statistics:
    """Count the deck."""
    total = _count(notes)
    names = {role.id: role.name for role in content.roles.values()}
    return Statistics(
        total=total,
        tables={
            "tier": _table(notes, lambda note: (TIER_NAMES[note.tier],), TIER_NAMES.values()),
            "kind": _table(notes, lambda note: (note.kind,), ()),
            "slot": _table(notes, lambda note: (note.slot,) if note.slot else (), SLOTS),
            "role": _table(notes, lambda note: tuple(names[role] for role in note.roles), names.values()),
        },
        coverage={
            role.name: {slot: sum(fact.slot == slot for fact in role.facts) for slot in SLOTS}
            for role in content.roles.values()
        },
        questions=_words(notes, lambda note: note.text or note.front),
        answers=_words([note for note in notes if not note.text], lambda note: note.back),
        days=ceil(total.cards / NEW_A_DAY),
    )


def _count(notes: Iterable[Note]) -> Count:
    ordinals = [len(note.ordinals) for note in notes]
    return Count(notes=len(ordinals), cards=sum(ordinals))


def _table(
    notes: Sequence[Note], names_of: Callable[[Note], tuple[str, ...]], first: Iterable[str]
) -> dict[str, Count]:
    """Counts by name: those in `first` in their order, others as they come; names without notes are left out."""
    counted: Counter[str] = Counter()
    cards: Counter[str] = Counter()
    for note in notes:
        for name in names_of(note):
            counted[name] += 1
            cards[name] += len(note.ordinals)
    names = dict.fromkeys([*first, *counted])
    return {name: Count(notes=counted[name], cards=cards[name]) for name in names if counted[name]}


def _words(notes: Sequence[Note], side: Callable[[Note], str]) -> Words:
    lengths = [(len(to_plain(side(note)).split()), note.id) for note in notes]
    if not lengths:
        return Words(median=0, most=0, longest="")
    most, longest = max(lengths, key=lambda length: length[0])
    return Words(median=round(median(length for length, _ in lengths)), most=most, longest=longest)


# ---------------------------------------------------------------- drawn


def as_text(told: Statistics) -> str:
    """The numbers with bars, and the matrix of roles by slot with its holes shown."""
    parts = [f"{told.total.notes} notes, {told.total.cards} cards, {_days(told.days)} at {NEW_A_DAY} new cards a day"]
    parts += [_bars(title, table) for title, table in told.tables.items() if table]
    if told.coverage:
        parts.append(_matrix(told.coverage))
    parts.append("Words a side\n" + _side("questions", told.questions) + _side("answers", told.answers))
    return "\n".join(parts)


def _days(days: int) -> str:
    return f"{days} day to see them all" if days == 1 else f"{days} days to see them all"


def _bars(title: str, table: Mapping[str, Count]) -> str:
    wide, most = max(map(len, table)), max(count.cards for count in table.values())
    lines = [f"By {title} (notes, cards)"]
    for name, count in table.items():
        bar = "█" * max(1, round(BAR * count.cards / most))
        lines.append(f"  {name:<{wide}} {count.notes:>5} {count.cards:>5}  {bar}")
    return "\n" + "\n".join(lines)


def _matrix(coverage: Mapping[str, Mapping[str, int]]) -> str:
    wide = max(map(len, coverage))
    lines = ["Facts by role and slot; · is a hole", f"  {'':<{wide}} " + " ".join(f"{slot:>10}" for slot in SLOTS)]
    for role, counts in coverage.items():
        lines.append(f"  {role:<{wide}} " + " ".join(f"{counts[slot] or '·':>10}" for slot in SLOTS))
    return "\n" + "\n".join(lines) + "\n"


def _side(name: str, told: Words) -> str:
    longest = f" ({told.longest})" if told.longest else ""
    return f"  {name:<9} median {told.median}, most {told.most}{longest}\n"
