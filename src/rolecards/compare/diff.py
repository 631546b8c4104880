"""Changes between two packages, and their effects on learners."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from rolecards.compare.limits import MOST_ENTRIES
from rolecards.compare.text_diff import DiffSpan, TextChange, field_spans, line_spans, readable, shortened, unescaped
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rolecards.compare.package import Package, PackageField, PackageNote, PackageNoteType, PackageTemplate

    Parts = Sequence[PackageField] | Sequence[PackageTemplate]
    _Texts = tuple[str, str, str]
    """A name, the old text and the new one."""

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


class NoteTypeChange(Struct, frozen=True, kw_only=True):
    """A note type with a changed name, schema, template or stylesheet."""

    name: str
    schema: tuple[str, ...]
    """Changes of its name, kind, fields and card templates, one clause each."""
    texts: tuple[TextChange, ...]
    """Changed sides of card templates and the changed stylesheet, by lines."""
    conflicting: bool
    """Whether Anki would copy the note type and not update its notes."""
    unraised: bool
    """Whether its name, names in it or its texts changed, but its modification time is not later."""


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


@dataclass(frozen=True)
class _Pair:
    """The two versions of a note, with their note types."""

    label: NoteLabel
    old: PackageNote
    new: PackageNote
    old_type: PackageNoteType
    new_type: PackageNoteType

    @cached_property
    def conflicts(self) -> bool:
        """Whether Anki would treat their note types as different."""
        return _conflict(self.old_type, self.new_type)

    @cached_property
    def fields(self) -> list[_Texts]:
        """The changed fields; a renamed field counts as the same field."""
        old, new = self.old.fields, self.new.fields
        if self.conflicts:
            values = [(name, old.get(name, ""), new.get(name, "")) for name in dict.fromkeys([*new, *old])]
        else:
            values = [*zip(new, old.values(), new.values(), strict=True)]
        return [each for each in values if each[1] != each[2]]

    def is_altered(self, media: set[str]) -> bool:
        """Whether the note's fields, tags, note type or these changed media files differ."""
        before, after = ((note.tags, note.note_type) for note in (self.old, self.new))
        values = self.new.fields.values() if media else ()
        names = (name for value in values for match in _MEDIA.findall(value) for name in match)
        return before != after or bool(self.fields) or any(unescaped(name) in media for name in names)


def compare(old: Package, new: Package, retired: AbstractSet[str] = frozenset(), now: float = inf) -> Difference:
    """All changes from OLD to NEW, with cautions about what learners would not receive or would lose.

    `retired` has the GUIDs that are retired in NEW's lock; `now` is in seconds since 1970.
    """
    pairs = _pairs(old, new)
    absent = old.notes.keys() - new.notes.keys()
    tagged = {pair.new.guid for pair in pairs if pair.new.is_retired and not pair.old.is_retired}
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
        added=note_labels(old, new, new.notes.keys() - old.notes.keys()),
        changed=tuple(
            NoteChange(note=pair.label, fields=_changes(pair.fields, field_spans)) for pair in pairs if pair.fields
        ),
        retagged=_set_changes(pairs, lambda note: set(note.tags)),
        retired=note_labels(old, new, tagged | absent.intersection(retired)),
        removed=note_labels(old, new, absent.difference(retired)),
        cards=_set_changes(pairs, lambda note: {ordinal + 1 for ordinal in note.cards}),
        moved=tuple(move for move in moves if (move.old, move.new) not in renamed),
        renamed_decks=tuple(sorted(renamed)),
        note_types=_note_type_changes(old, new),
        media=_media_change(old, new),
        cautions=(),
        search=_search([pair.new for pair in pairs if pair.fields]),
    )
    misplaced = _misplaced(old, new, retired, now + LEEWAY)
    return replace(difference, cautions=tuple(_cautions(old, new, difference, pairs, misplaced)))


def altered(old: Package, new: Package) -> set[str]:
    """The GUIDs of the notes in both packages with different fields, tags, note type or media content."""
    media = set(_media_change(old, new).changed)
    return {pair.new.guid for pair in _pairs(old, new) if pair.is_altered(media)}


def note_labels(old: Package, new: Package, guids: Iterable[str]) -> tuple[NoteLabel, ...]:
    """The names of these notes as in NEW, or as in OLD if they are not in NEW, sorted."""
    labels = []
    for guid in guids:
        note = new.notes.get(guid) or old.notes[guid]
        texts = {name: readable(value) for name, value in note.fields.items()}
        first = next(iter(texts.values()), "")
        name = shortened(texts.get("Id") or first or printable(guid), _NAME_WIDTH)
        text = next((text for field, text in texts.items() if field != "Id" and text and text != name), "")
        labels.append(NoteLabel(name=name, guid=guid, text=shortened(text, _TEXT_WIDTH)))
    return tuple(sorted(labels))


def _pairs(old: Package, new: Package) -> list[_Pair]:
    pairs = []
    for label in note_labels(old, new, old.notes.keys() & new.notes.keys()):
        before, after = old.notes[label.guid], new.notes[label.guid]
        types = old.note_types[before.note_type], new.note_types[after.note_type]
        pairs.append(_Pair(label, before, after, *types))
    return pairs


def _set_changes(pairs: Iterable[_Pair], of: Callable[[PackageNote], set[Any]]) -> tuple[SetChange, ...]:
    changes = ((pair.label, of(pair.old), of(pair.new)) for pair in pairs)
    return tuple(
        SetChange(note=label, added=tuple(sorted(after - before)), removed=tuple(sorted(before - after)))
        for label, before, after in changes
        if before != after
    )


def _note_type_changes(old: Package, new: Package) -> tuple[NoteTypeChange, ...]:
    """Compare the note types that are in both packages, by id."""
    both = sorted(old.note_types.keys() & new.note_types.keys())
    changes = (
        NoteTypeChange(
            name=printable(after.name),
            schema=tuple(_schema_clauses(before, after)),
            texts=_changes(_template_texts(before, after), line_spans),
            conflicting=_conflict(before, after),
            unraised=after.modified <= before.modified and not _conflict(before, after),
        )
        for before, after in ((old.note_types[key], new.note_types[key]) for key in both)
    )
    return tuple(change for change in changes if change.schema or change.texts)


def _conflict(old: PackageNoteType, new: PackageNoteType) -> bool:
    """Whether Anki would treat these as different note types: their parts or the order of their parts differ."""
    parts = (_keyed(old.fields, new.fields), _keyed(old.templates, new.templates))
    kinds = ((each.id, each.kind, len(each.fields)) for each in (old, new))
    return len({*kinds}) > 1 or any(list(before) != list(after) for before, after in parts)


def _keyed(old: Parts, new: Parts) -> list[dict[int | str | None, PackageField | PackageTemplate]]:
    """Both lists by what identifies a part: its id if every part has one, else its name."""
    by_id = all(part.id is not None for part in (*old, *new))
    return [{part.id if by_id else part.name: part for part in parts} for parts in (old, new)]


def _schema_clauses(old: PackageNoteType, new: PackageNoteType) -> Iterator[str]:
    if old.name != new.name:
        yield f"renamed from “{printable(old.name)}”"
    if old.kind != new.kind:
        yield f"from {old.kind} to {new.kind}"
    fields, templates = _keyed(old.fields, new.fields), _keyed(old.templates, new.templates)
    for noun, parts in (("field", fields), ("card template", templates)):
        before, after = ({key: printable(part.name) for key, part in each.items()} for each in parts)
        yield from (f"{noun} “{name}” added" for key, name in after.items() if key not in before)
        yield from (f"{noun} “{name}” removed" for key, name in before.items() if key not in after)
        both = [key for key in before if key in after]
        yield from (f"{noun} “{before[key]}” renamed to “{after[key]}”" for key in both if before[key] != after[key])
        if list(before) != list(after) and before.keys() == after.keys():
            yield f"order of {noun}s changed"


def _template_texts(old: PackageNoteType, new: PackageNoteType) -> Iterator[_Texts]:
    before, after = _keyed(old.templates, new.templates)
    for key in (key for key in after if key in before):
        for side in ("front", "back"):
            yield f"{side} of “{after[key].name}”", getattr(before[key], side), getattr(after[key], side)
    yield "CSS", old.css, new.css


def _changes(texts: Iterable[_Texts], spans: Callable[[str, str], tuple[DiffSpan, ...]]) -> tuple[TextChange, ...]:
    return tuple(TextChange(name=printable(name), spans=spans(old, new)) for name, old, new in texts if old != new)


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


def _search(notes: Sequence[PackageNote]) -> str:
    """The notes by deck and number, in the syntax of Anki's browser."""
    numbers = sorted(filter(None, map(_number, notes)))
    decks = [deck.split("::") for note in notes for deck in note.cards.values()]
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


def _misplaced(old: Package, new: Package, retired: AbstractSet[str], latest: float) -> dict[str, set[str]]:
    """By code, the GUIDs of the notes of NEW with a text or a number of another note, or with a time after `latest`."""
    texts, numbers = defaultdict(set), defaultdict(set)
    for note in (*old.notes.values(), *new.notes.values()):
        numbers[_number(note)].add(note.guid)
    for guid in old.notes.keys() - retired:
        texts[_text(old.notes[guid])].add(guid)
    times = {key: note_type.modified for key, note_type in new.note_types.items()}
    notes = new.notes.items()
    return {
        "text-twice": {guid for guid, note in notes if guid not in texts.get(_text(note), {guid})},
        "number-twice": {guid for guid, note in notes if _number(note) and len(numbers[_number(note)]) > 1},
        "future": {guid for guid, note in notes if max(note.modified, note.id / 1000, times[note.note_type]) > latest},
    }


def _text(note: PackageNote) -> tuple[str, ...]:
    names = note.fields.keys() & _SIDES or note.fields.keys() - _ABOUT_NOTE
    return tuple(" ".join(note.fields[name].split()) for name in sorted(names))


def _cautions(
    old: Package, new: Package, difference: Difference, pairs: Sequence[_Pair], misplaced: Mapping[str, set[str]]
) -> Iterator[Caution]:
    media = set(difference.media.changed)
    altered = {pair.new.guid for pair in pairs if pair.is_altered(media)}
    later = {pair.new.guid for pair in pairs if pair.new.modified > pair.old.modified}
    # Other programs give ids by the time of the build.
    reissued = {pair.new.guid for pair in pairs if pair.new.id != pair.old.id and _number(pair.old)}
    blank = {pair.new.guid for pair in pairs if _has_blank_card(pair)}
    retired = {pair.new.guid for pair in pairs if pair.new.is_retired}
    notes_by_code = {
        "conflicting": {pair.new.guid for pair in pairs if pair.conflicts},
        "same-time": altered - later,
        "time-only": later - altered - reissued,
        "lock-lost": (later - altered) & reissued,
        "card-left-over": {change.note.guid for change in difference.cards if change.removed} - blank - retired,
        "card-blank": blank,
        "deck-move": {move.note.guid for move in difference.moved},
        "removed": {note.guid for note in difference.removed},
        **misplaced,
    }
    checks = (("note-type-copied", "conflicting"), ("note-type-same-time", "unraised"))
    rows = [
        *((code, each.name, set()) for each in difference.note_types for code, key in checks if getattr(each, key)),
        *(("deck-renamed", before, set()) for before, _ in difference.renamed_decks),
        *((code, "", guids) for code, guids in notes_by_code.items() if guids),
    ]
    for code, name, guids in rows:
        message = (_FAILURES | _NOTICES)[code].replace("{}", printable(name))
        yield Caution(code=code, message=message, fails=code in _FAILURES, notes=note_labels(old, new, guids))


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
