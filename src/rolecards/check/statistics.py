"""Statistics about a deck: counts by part, kind, slot and role, missing slots, and the days to study it."""

from __future__ import annotations

from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from rolecards.problems import counted
from rolecards.text.plain import to_plain
from rolecards.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rolecards.content import Content
    from rolecards.notes.note import Note

NEW_A_DAY = 20
"""New cards a day, Anki's default."""

BAR = 30
"""Columns of the longest bar."""


def as_text(content: Content, notes: Sequence[Note]) -> str:
    """The statistics with bars, and the table of roles by slot, in which missing slots are marked."""
    cards, slots = _cards(notes), content.deck.slot_keys
    names = {role.id: one_line(role.name) for role in content.roles.values()}
    days = counted(ceil(cards / NEW_A_DAY), "day")
    parts = [
        f"{len(notes)} notes, {cards} cards, {days} to see them all at {NEW_A_DAY} new cards a day",
        _bars("part", notes, lambda note: (note.part,), content.deck.part_keys),
        _bars("kind", notes, lambda note: (note.kind,), ()),
        _bars("slot", notes, lambda note: (note.slot,) if note.slot else (), slots),
        _bars("role", notes, lambda note: tuple(names[role] for role in note.roles), names.values()),
        _matrix(content) if names else "",
        "Words a side\n"
        + _side("questions", [(note.text or note.front, note.id) for note in notes])
        + _side("answers", [(note.back, note.id) for note in notes if not note.text]),
    ]
    return "\n".join(filter(None, parts))


def _cards(notes: Iterable[Note]) -> int:
    return sum(len(note.ordinals) for note in notes)


def _bars(title: str, notes: Sequence[Note], names_of: Callable[[Note], tuple[str, ...]], first: Iterable[str]) -> str:
    """Counts by name, those in `first` before the others; names without notes are left out."""
    groups: dict[str, list[Note]] = {name: [] for name in first}
    for note in notes:
        for name in names_of(note):
            groups.setdefault(name, []).append(note)
    rows = [(name, len(group), _cards(group)) for name, group in groups.items() if group]
    if not rows:
        return ""
    wide, most = max(len(name) for name, _, _ in rows), max(cards for _, _, cards in rows)
    lines = [f"\nBy {title} (notes, cards)"]
    for name, count, cards in rows:
        lines.append(f"  {name:<{wide}} {count:>5} {cards:>5}  {'█' * max(1, round(BAR * cards / most))}")
    return "\n".join(lines)


def _matrix(content: Content) -> str:
    slots, wide = content.deck.slot_keys, max(len(one_line(role.name)) for role in content.roles.values())
    lines = [
        "\nFacts by role and slot; · is a missing slot",
        f"  {'':<{wide}} " + " ".join(f"{slot:>10}" for slot in slots),
    ]
    for role in content.roles.values():
        counts = [sum(fact.slot == slot for fact in role.facts) for slot in slots]
        lines.append(f"  {one_line(role.name):<{wide}} " + " ".join(f"{count or '·':>10}" for count in counts))
    return "\n".join(lines) + "\n"


def _side(name: str, texts: Iterable[tuple[str, str]]) -> str:
    """The numbers of words of these texts, each with the id of its note."""
    lengths = [(len(to_plain(text).split()), note_id) for text, note_id in texts] or [(0, "")]
    most, longest = max(lengths, key=lambda length: length[0])
    middle = round(median(length for length, _ in lengths))
    return f"  {name:<9} median {middle}, most {most}" + (f" ({longest})\n" if longest else "\n")
