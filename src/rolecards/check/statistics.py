"""Statistics about a deck: counts by part, kind, slot and role, missing slots, and the days to study it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from rolecards.problems import counted
from rolecards.text.plain import to_plain
from rolecards.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rolecards.content import Content
    from rolecards.notes.note import Note

NEW_A_DAY = 20
"""New cards a day, Anki's default."""

BAR = 30
"""Columns of the longest bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The number of some notes and of their cards."""

    notes: int
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLengths:
    """How many words one side of the cards has."""

    median: int
    most: int
    longest: str
    """The id of the note with the most words; empty if there are no cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Statistics about a deck."""

    total: Tally
    tables: Mapping[str, Mapping[str, Tally]]
    """By title: part, kind, slot, role; a note about two roles counts for both."""
    coverage: Mapping[str, Mapping[str, int]]
    """Facts by role and slot."""
    questions: SideLengths
    answers: SideLengths
    days: int
    """Days until every card has been seen, at `NEW_A_DAY`."""


def measure(content: Content, notes: Sequence[Note]) -> Statistics:
    """The statistics of a deck with these notes."""
    total, slots = _count(notes), content.deck.slot_keys
    names = {role.id: one_line(role.name) for role in content.roles.values()}
    return Statistics(
        total=total,
        tables={
            "part": _table(notes, lambda note: (note.part,), content.deck.part_keys),
            "kind": _table(notes, lambda note: (note.kind,), ()),
            "slot": _table(notes, lambda note: (note.slot,) if note.slot else (), slots),
            "role": _table(notes, lambda note: tuple(names[role] for role in note.roles), names.values()),
        },
        coverage={
            names[role.id]: {slot: sum(fact.slot == slot for fact in role.facts) for slot in slots}
            for role in content.roles.values()
        },
        questions=_words(notes, lambda note: note.text or note.front),
        answers=_words([note for note in notes if not note.text], lambda note: note.back),
        days=ceil(total.cards / NEW_A_DAY),
    )


def _count(notes: Iterable[Note]) -> Tally:
    ordinals = [len(note.ordinals) for note in notes]
    return Tally(notes=len(ordinals), cards=sum(ordinals))


def _table(
    notes: Sequence[Note], names_of: Callable[[Note], tuple[str, ...]], first: Iterable[str]
) -> dict[str, Tally]:
    """Counts by name, those in `first` before the others; names without notes are left out."""
    groups: dict[str, list[Note]] = {name: [] for name in first}
    for note in notes:
        for name in names_of(note):
            groups.setdefault(name, []).append(note)
    return {name: _count(group) for name, group in groups.items() if group}


def _words(notes: Sequence[Note], side: Callable[[Note], str]) -> SideLengths:
    lengths = [(len(to_plain(side(note)).split()), note.id) for note in notes]
    if not lengths:
        return SideLengths(median=0, most=0, longest="")
    most, longest = max(lengths, key=lambda length: length[0])
    return SideLengths(median=round(median(length for length, _ in lengths)), most=most, longest=longest)


# ---------------------------------------------------------------- text


def as_text(deck: Statistics) -> str:
    """The statistics with bars, and the table of roles by slot, in which missing slots are marked."""
    days = counted(deck.days, "day")
    parts = [
        f"{deck.total.notes} notes, {deck.total.cards} cards, {days} to see them all at {NEW_A_DAY} new cards a day"
    ]
    parts += [_bars(title, table) for title, table in deck.tables.items() if table]
    if deck.coverage:
        parts.append(_matrix(deck.coverage))
    parts.append("Words a side\n" + _side("questions", deck.questions) + _side("answers", deck.answers))
    return "\n".join(parts)


def _bars(title: str, table: Mapping[str, Tally]) -> str:
    wide, most = max(map(len, table)), max(count.cards for count in table.values())
    lines = [f"By {title} (notes, cards)"]
    for name, count in table.items():
        bar = "█" * max(1, round(BAR * count.cards / most))
        lines.append(f"  {name:<{wide}} {count.notes:>5} {count.cards:>5}  {bar}")
    return "\n" + "\n".join(lines)


def _matrix(coverage: Mapping[str, Mapping[str, int]]) -> str:
    wide, slots = max(map(len, coverage)), next(iter(coverage.values()))
    lines = [
        "Facts by role and slot; · is a missing slot",
        f"  {'':<{wide}} " + " ".join(f"{slot:>10}" for slot in slots),
    ]
    for role, counts in coverage.items():
        lines.append(f"  {role:<{wide}} " + " ".join(f"{counts[slot] or '·':>10}" for slot in slots))
    return "\n" + "\n".join(lines) + "\n"


def _side(name: str, side: SideLengths) -> str:
    longest = f" ({side.longest})" if side.longest else ""
    return f"  {name:<9} median {side.median}, most {side.most}{longest}\n"
