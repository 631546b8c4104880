"""Listings of a deck as plain text: the cards of its study notes, and statistics."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from statistics import median

from rolecards.content import Content
from rolecards.notes.note import Note
from rolecards.problems import counted
from rolecards.text.plain import to_plain
from rolecards.text.printable import one_line

NEW_A_DAY = 20  # new cards a day, Anki's default
BAR = 30  # columns of the longest bar


def card_texts(notes: Iterable[Note]) -> Iterator[str]:
    """For each card, a line with its place and question, a line with its answer, and a line with its explanation."""
    for note in sorted((note for note in notes if note.kind == "note"), key=lambda note: note.place.of()):
        for _, question, answer in note.cards(lambda deletion: f"[{deletion.hint or '…'}]"):
            context = f"[{to_plain(note.context)}] " if note.context else ""
            yield one_line(f"{note.place.of()}: {context}{to_plain(question)}")
            yield one_line(f"    {to_plain(answer)}")
            if note.why:
                yield one_line(f"    ({to_plain(note.why)})")


def statistics(content: Content, notes: Sequence[Note]) -> str:
    """Days to study the deck, counts with bars, and the table of roles by slot, in which missing slots are marked."""
    cards = sum(len(note.ordinals) for note in notes)
    names = {role.id: one_line(role.name) for role in content.roles.values()}
    days = counted(ceil(cards / NEW_A_DAY), "day")
    parts = [
        f"{len(notes)} notes, {cards} cards, {days} to see them all at {NEW_A_DAY} new cards a day",
        _bars("part", notes, lambda note: (note.part,), content.deck.part_keys),
        _bars("kind", notes, lambda note: (note.kind,), ()),
        _bars("slot", notes, lambda note: (note.slot,) if note.slot else (), content.deck.slot_keys),
        _bars("role", notes, lambda note: tuple(names[role] for role in note.roles), names.values()),
        _matrix(content) if names else "",
        "Words per side\n"
        + _side("questions", [(note.text or note.front, note.id) for note in notes])
        + _side("answers", [(note.back, note.id) for note in notes if not note.text]),
    ]
    return "\n".join(filter(None, parts))


def _bars(title: str, notes: Sequence[Note], names_of: Callable[[Note], tuple[str, ...]], first: Iterable[str]) -> str:
    """Counts by name, those in `first` before the others; names without notes are left out."""
    groups: dict[str, list[Note]] = {name: [] for name in first}
    for note in notes:
        for name in names_of(note):
            groups.setdefault(name, []).append(note)
    cards = {name: sum(len(note.ordinals) for note in group) for name, group in groups.items() if group}
    wide, most = max(map(len, cards), default=0), max(cards.values(), default=0)
    lines = [f"\nBy {title} (notes, cards)"] if cards else []
    for name, count in cards.items():
        bar = "█" * max(1, round(BAR * count / most))
        lines.append(f"  {name:<{wide}} {len(groups[name]):>5} {count:>5}  {bar}")
    return "\n".join(lines)


def _matrix(content: Content) -> str:
    slots = content.deck.slot_keys
    rows: list[tuple[str, Iterable[object]]] = [("", slots)]
    for role in content.roles.values():
        rows += [(one_line(role.name), [sum(fact.slot == slot for fact in role.facts) or "·" for slot in slots])]
    wide = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{wide}} " + " ".join(f"{cell:>10}" for cell in cells) for name, cells in rows]
    return "\n".join(["\nFacts by role and slot; · is a missing slot", *lines, ""])


def _side(name: str, texts: Iterable[tuple[str, str]]) -> str:
    """The median and maximum number of words; `texts` have the ids of their notes."""
    lengths = [(len(to_plain(text).split()), note_id) for text, note_id in texts] or [(0, "")]
    most, longest = max(lengths, key=lambda length: length[0])
    middle = round(median(length for length, _ in lengths))
    return f"  {name:<9} median {middle}, maximum {most}" + (f" ({longest})\n" if longest else "\n")
