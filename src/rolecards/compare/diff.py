"""Changes between two packages, and their effects on learners."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain, takewhile
from math import inf
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from rolecards.compare.limits import MOST_ENTRIES
from rolecards.compare.note_type_diff import NoteTypeChange, conflict, note_type_changes
from rolecards.compare.text_diff import TextChange, field_spans, readable, shortened, unescaped
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from rolecards.compare.package import Package, PackageNote, PackageNoteType

LEEWAY = 86_400
"""Seconds that the time of a note may lie ahead: two machines' clocks."""
_NAME_WIDTH = 60
_TEXT_WIDTH = 120
_ABOUT_NOTE = {"Id", "Number"}
"""Fields that identify a note and are not part of its text."""
_SIDES = {"Front", "Back", "Text"}
"""Fields with the text of a note; if a note type has none of them, all its fields count."""
_MEDIA = re.compile(r"""(?:src|data)=["']?([^"'<>]+)|\[sound:([^\[\]]+)\]""", re.IGNORECASE)
_HASH = re.compile(r"-[0-9a-f]{8}(?=\.\w+$)")
"""The hash in the names that rolecards gives to media files: it changes with the content."""
_SPECIAL = re.compile(r'[\\"*_]')
"""What a search must escape to mean the character itself."""
_FAILURES = {
    "conflicting": "the note type differs from the one that learners have: Anki does not update these notes",
    "same-time": "changed, but the modification time is not later: learners never receive the change",
    "lock-lost": "unchanged, but published anew with another note id and time: "
    "learners lose their own edits of the note",
    "card-blank": "a card that learners have becomes blank, although its note or its words are still there",
    "future": "the time of the note or its note type is in the future: learners lose edits, and later corrections",
    "removed": "no longer in the package, and not retired: Anki does not delete notes, so learners keep them",
    "text-twice": "the text belongs to another note in OLD: learners get it twice, or with other reviews",
    "number-twice": "the card number belongs to another note too",
    "note-type-copied": "the schema of the note type “{}” changed: Anki creates a copy of it for new notes",
    "note-type-same-time": "the note type “{}” changed, but its modification time is not later: "
    "learners never receive the change",
}
"""By code, why NEW must not be published; `{}` is the name of a note type."""
_NOTICES = {
    "time-only": "unchanged, but the modification time is later: learners lose their own edits of the note",
    "card-left-over": "a card was removed: learners keep it, and it may be blank, until they use Tools → Empty Cards",
    "deck-move": "the deck changed: learners who have these cards keep them in the old deck",
    "deck-renamed": "the deck “{}” was renamed: learners keep its cards there, and get new ones in the new deck",
}
"""By code, what else authors should know; `{}` is the name of a deck."""


class NoteLabel(Struct, frozen=True, kw_only=True, order=True):
    """The name of a note in reports."""

    name: str
    """The field `Id`, else the start of the first field, else the GUID."""
    guid: str
    text: str
    """The start of the first field that is not the name."""


class NoteChange(Struct, frozen=True, kw_only=True):
    """A note with changed fields."""

    note: NoteLabel
    fields: tuple[TextChange, ...]


class SetChange(Struct, frozen=True, kw_only=True):
    """A note with added or removed tags, or cards, which are numbered from 1."""

    note: NoteLabel
    added: tuple[str | int, ...]
    removed: tuple[str | int, ...]


class DeckMove(Struct, frozen=True, kw_only=True):
    """A card that is in a different deck in each package; cards are numbered from 1."""

    note: NoteLabel
    card: int
    old: str
    new: str


class MediaChange(Struct, frozen=True, kw_only=True):
    """The names of media files that were added, removed, or changed; a hash in the name does not count as a name."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


class Caution(Struct, frozen=True, kw_only=True):
    """A change that learners would not receive, or content they would lose, by importing NEW over OLD."""

    code: str
    message: str
    fails: bool
    """Whether NEW must not be published with it."""
    notes: tuple[NoteLabel, ...] = ()


class Difference(Struct, frozen=True, kw_only=True):
    """All changes from OLD to NEW; notes are sorted by name."""

    old: str
    new: str
    added: tuple[NoteLabel, ...]
    changed: tuple[NoteChange, ...]
    retagged: tuple[SetChange, ...]
    retired: tuple[NoteLabel, ...]
    """Notes that are tagged as retired in NEW only, or are not in NEW and retired in its lock."""
    removed: tuple[NoteLabel, ...]
    """Notes that are not in NEW, and not retired."""
    cards: tuple[SetChange, ...]
    moved: tuple[DeckMove, ...]
    """Without the cards of renamed decks."""
    renamed_decks: tuple[tuple[str, str], ...]
    """The old name and the new one."""
    note_types: tuple[NoteTypeChange, ...]
    media: MediaChange
    cautions: tuple[Caution, ...]
    search: str
    """A search for Anki's browser that finds the changed notes; empty if they have no numbers."""

    @property
    def fails(self) -> bool:
        """Whether learners would miss a change, get a note twice, or lose something unannounced."""
        return any(caution.fails for caution in self.cautions)


class _Pair(Struct, frozen=True):
    """The two versions of a note, with their note types."""

    label: NoteLabel
    old: PackageNote
    new: PackageNote
    old_type: PackageNoteType
    new_type: PackageNoteType


def compare(old: Package, new: Package, retired: Collection[str] = (), now: float = inf) -> Difference:
    """All changes from OLD to NEW, with cautions about what learners would not receive or would lose.

    `retired` has the GUIDs that are retired in NEW's lock; `now` is in seconds since 1970.
    """
    pairs = _pairs(old, new)
    absent = old.notes.keys() - new.notes.keys()
    tagged = (pair.label for pair in pairs if pair.new.is_retired and not pair.old.is_retired)
    changed = tuple(_note_changes(pairs))
    moves = [
        DeckMove(note=pair.label, card=ordinal + 1, old=before, new=after)
        for pair in pairs
        for ordinal, after in pair.new.cards.items()
        if (before := pair.old.cards.get(ordinal, after)) != after and not pair.new.is_retired
    ]
    renamed = {(move.old, move.new) for move in moves if move.old not in new.decks and move.new not in old.decks}
    difference = Difference(
        old=old.path,
        new=new.path,
        added=_labels(new, new.notes.keys() - old.notes.keys()),
        changed=changed,
        retagged=_set_changes(pairs, lambda note: set(note.tags)),
        retired=tuple(sorted((*tagged, *_labels(old, absent.intersection(retired))))),
        removed=_labels(old, absent.difference(retired)),
        cards=_set_changes(pairs, lambda note: {ordinal + 1 for ordinal in note.cards}),
        moved=tuple(move for move in moves if (move.old, move.new) not in renamed),
        renamed_decks=tuple(sorted(renamed)),
        note_types=note_type_changes(old, new),
        media=_media_change(old, new),
        cautions=(),
        search=_search(new, [change.note.guid for change in changed]),
    )
    named = {**_repeated(old, new, retired), "future": _early(new, now + LEEWAY)}
    return replace(difference, cautions=tuple(_cautions(difference, pairs, named)))


def _early(new: Package, latest: float) -> list[NoteLabel]:
    """The notes whose time, or that of their note type, is later than this."""
    types = {key for key, note_type in new.note_types.items() if note_type.modified > latest}
    return [
        note_label(new, guid)
        for guid, note in new.notes.items()
        if max(note.modified, note.id / 1000) > latest or note.note_type in types
    ]


def altered(old: Package, new: Package) -> set[str]:
    """The GUIDs of the notes in both packages with different fields, tags, note type or media content."""
    media = set(_media_change(old, new).changed)
    return {pair.new.guid for pair in _pairs(old, new) if _is_altered(pair, media)}


def note_label(package: Package, guid: str) -> NoteLabel:
    """The name of the note in reports."""
    texts = {name: readable(value) for name, value in package.notes[guid].fields.items()}
    first = next(iter(texts.values()), "")
    name = shortened(texts.get("Id") or first or printable(guid), _NAME_WIDTH)
    text = next((text for field, text in texts.items() if field != "Id" and text and text != name), "")
    return NoteLabel(name=name, guid=guid, text=shortened(text, _TEXT_WIDTH))


def _labels(package: Package, guids: Iterable[str]) -> tuple[NoteLabel, ...]:
    return tuple(sorted(note_label(package, guid) for guid in guids))


def _pairs(old: Package, new: Package) -> list[_Pair]:
    pairs = []
    for label in _labels(new, old.notes.keys() & new.notes.keys()):
        before, after = old.notes[label.guid], new.notes[label.guid]
        types = old.note_types[before.note_type], new.note_types[after.note_type]
        pairs.append(_Pair(label, before, after, *types))
    return pairs


def _note_changes(pairs: Iterable[_Pair]) -> Iterator[NoteChange]:
    for pair in pairs:
        values = [(name, old, new) for name, old, new in _field_values(pair) if old != new]
        fields = tuple(TextChange(name=printable(name), spans=field_spans(old, new)) for name, old, new in values)
        if fields:
            yield NoteChange(note=pair.label, fields=fields)


def _field_values(pair: _Pair) -> Iterator[tuple[str, str, str]]:
    """The name, old value and new value of each field; a renamed field counts as the same field."""
    old, new = pair.old.fields, pair.new.fields
    if not conflict(pair.old_type, pair.new_type):
        yield from zip(new, old.values(), new.values(), strict=True)
        return
    for name in dict.fromkeys([*new, *old]):
        yield name, old.get(name, ""), new.get(name, "")


def _set_changes(pairs: Iterable[_Pair], of: Callable[[PackageNote], set[Any]]) -> tuple[SetChange, ...]:
    changes = ((pair.label, of(pair.old), of(pair.new)) for pair in pairs)
    return tuple(
        SetChange(note=label, added=tuple(sorted(after - before)), removed=tuple(sorted(before - after)))
        for label, before, after in changes
        if before != after
    )


def _is_altered(pair: _Pair, changed_media: set[str]) -> bool:
    if (pair.old.tags, pair.old.note_type) != (pair.new.tags, pair.new.note_type):
        return True
    return any(before != after for _, before, after in _field_values(pair)) or _uses(pair.new, changed_media)


def _uses(note: PackageNote, media: set[str]) -> bool:
    if not media:
        return False
    matches = chain.from_iterable(_MEDIA.findall(value) for value in note.fields.values())
    return any(unescaped(name) in media for name in chain.from_iterable(matches))


def _media_change(old: Package, new: Package) -> MediaChange:
    before, after = old.media, new.media
    changed = {name: name for name in before.keys() & after.keys() if before[name] != after[name]}
    gone = {_HASH.sub("", name): name for name in before.keys() - after.keys()}
    changed |= {name: gone[_HASH.sub("", name)] for name in after.keys() - before.keys() if _HASH.sub("", name) in gone}
    return MediaChange(
        added=tuple(sorted(after.keys() - before.keys() - changed.keys())),
        removed=tuple(sorted(before.keys() - after.keys() - {*changed.values()})),
        changed=tuple(sorted(changed)),
    )


def _search(new: Package, guids: Sequence[str]) -> str:
    """The notes by deck and number, in the syntax of Anki's browser."""
    numbers = sorted(filter(None, (_number(new.notes[guid]) for guid in guids)))
    decks = [deck.split("::") for guid in guids for deck in new.notes[guid].cards.values()]
    parts = takewhile(lambda names: len(set(names)) == 1, zip(*decks, strict=False))
    deck = "::".join(names[0] for names in parts)
    if not deck or not numbers or len(numbers) > MOST_ENTRIES:
        return ""
    found = " OR ".join(f"Number:{number}" for number in numbers)
    escaped = _SPECIAL.sub(r"\\\g<0>", deck)
    return f'deck:"{escaped}" ' + (f"({found})" if len(numbers) > 1 else found)


def _number(note: PackageNote) -> int:
    """The card number, or 0 if it has none."""
    text = note.fields.get("Number", "")
    return int(text) if re.fullmatch("[1-9][0-9]{0,7}", text) else 0


def _repeated(old: Package, new: Package, retired: Collection[str]) -> dict[str, list[NoteLabel]]:
    """The notes of NEW with a text or a number that another note has in OLD or NEW."""
    texts, numbers = defaultdict(set), defaultdict(set)
    for note in old.notes.values():
        numbers[_number(note)].add(note.guid)
        if note.guid not in retired:
            texts[_text(note)].add(note.guid)
    for note in new.notes.values():
        numbers[_number(note)].add(note.guid)
    found = {
        "text-twice": [note for note in new.notes.values() if note.guid not in texts.get(_text(note), {note.guid})],
        "number-twice": [note for note in new.notes.values() if _number(note) and len(numbers[_number(note)]) > 1],
    }
    return {code: [note_label(new, note.guid) for note in notes] for code, notes in found.items()}


def _text(note: PackageNote) -> tuple[str, ...]:
    names = note.fields.keys() & _SIDES or note.fields.keys() - _ABOUT_NOTE
    return tuple(" ".join(note.fields[name].split()) for name in sorted(names))


def _caution(code: str, *, notes: tuple[NoteLabel, ...] = (), name: str = "") -> Caution:
    message = (_FAILURES | _NOTICES)[code].replace("{}", printable(name))
    return Caution(code=code, message=message, fails=code in _FAILURES, notes=notes)


def _cautions(difference: Difference, pairs: Sequence[_Pair], named: dict[str, list[NoteLabel]]) -> Iterator[Caution]:
    for change in difference.note_types:
        if change.conflicting:
            yield _caution("note-type-copied", name=change.name)
        if change.unraised:
            yield _caution("note-type-same-time", name=change.name)
    yield from (_caution("deck-renamed", name=old) for old, _ in difference.renamed_decks)
    blank = [pair.label for pair in pairs if _has_blank_card(pair)]
    others = {*blank, *(pair.label for pair in pairs if pair.new.is_retired)}
    removed_cards = (change.note for change in difference.cards if change.removed and change.note not in others)
    notes_by_code = {
        "conflicting": (pair.label for pair in pairs if conflict(pair.old_type, pair.new_type)),
        **_untimely(pairs, set(difference.media.changed)),
        "card-left-over": removed_cards,
        "card-blank": blank,
        "deck-move": (move.note for move in difference.moved),
        "removed": difference.removed,
        **named,
    }
    for code, notes in notes_by_code.items():
        if labels := tuple(dict.fromkeys(notes)):
            yield _caution(code, notes=labels)


def _has_blank_card(pair: _Pair) -> bool:
    """Whether NEW leaves a card blank that OLD does not, and that was not given up."""
    if pair.old.fields == pair.new.fields and pair.old_type.templates == pair.new_type.templates:
        return False
    return any(
        pair.new.is_blank(pair.new_type, ordinal)
        and not pair.old.is_blank(pair.old_type, ordinal)
        and not pair.old.gives_up(pair.new, ordinal)
        for ordinal in pair.old.cards
    )


def _untimely(pairs: Sequence[_Pair], changed_media: set[str]) -> dict[str, list[NoteLabel]]:
    """The notes whose modification time contradicts their content."""
    notes: dict[str, list[NoteLabel]] = {"same-time": [], "time-only": [], "lock-lost": []}
    for pair in pairs:
        change, later = _is_altered(pair, changed_media), pair.new.modified > pair.old.modified
        if change and not later:
            notes["same-time"].append(pair.label)
        elif later and not change:
            lost = pair.new.id != pair.old.id and _number(pair.old)  # other programs give ids by the time of the build
            notes["lock-lost" if lost else "time-only"].append(pair.label)
    return notes
