"""Changes between two packages, and their effects on learners."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, takewhile
from math import inf
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from rolecards.compare import text_diff
from rolecards.compare.package import Package, PackageField, PackageNote, PackageNoteType, PackageTemplate
from rolecards.compare.text_diff import DiffSpan, TextChange, field_spans, readable, replaced, said, short_name
from rolecards.text.printable import printable

Parts = Sequence[PackageField] | Sequence[PackageTemplate]
_Texts = tuple[str, str, str]  # a name, the old text and the new one
MOST_ENTRIES = 1_000  # entries of a list in a report
MOST_CHARACTERS = 2_000_000  # characters of a report, because a package may come from anyone
LEEWAY = 86_400  # seconds that the time of a note may lie ahead: two machines' clocks
_NAME_WIDTH = 60
_TEXT_WIDTH = 120
_ABOUT_NOTE = {"Id", "Number"}  # fields that identify a note and are not part of its text
_SIDES = {"Front", "Back", "Text"}  # fields with the text of a note; without any of them, all fields count
_MEDIA = re.compile(r"""(?:src|data)=["']?([^"'<>]+)|\[sound:([^\[\]]+)\]""", re.IGNORECASE)
_HASH = re.compile(r"-[0-9a-f]{8}(?=\.\w+$)")  # of a media file's content, in the name that rolecards gives it
_SPECIAL = re.compile(r'[\\"*_]')  # what a search must escape to mean the character itself
_FAILURES = {  # by code, why NEW must not be published; `{}` is the name of a note type
    "conflicting": "the note type differs from the one that learners have: Anki does not update these notes",
    "same-time": "changed, but the modification time is not later: learners never receive the change",
    "lock-lost": "unchanged, but published again with another note id and time: "
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
_NOTICES = {  # by code, what else authors should know; `{}` is the name of a deck
    "time-only": "unchanged, but the modification time is later: learners lose their own edits of the note",
    "card-left-over": "a card was removed: learners keep it, and it may be blank, until they use Tools → Empty Cards",
    "deck-move": "the deck changed: learners who have these cards keep them in the old deck",
    "deck-renamed": "the deck “{}” was renamed: learners keep its cards there, and get new ones in the new deck",
}

SECTIONS = {  # headings, in order; `retired` has what NEW's lock retires too, `moved` no cards of renamed decks
    "note_types": "Note types changed",
    "renamed_decks": "Decks renamed",
    "added": "Notes added",
    "changed": "Notes changed",
    "retagged": "Notes retagged",
    "retired": "Notes retired",
    "removed": "Notes removed",
    "cards": "Cards added and removed",
    "moved": "Cards moved to another deck",
    "media": "Media",
}
Sign = Literal["+", "~", "-", "…"]  # added, changed or removed; `…` counts the entries that do not fit


class Entry(Struct, frozen=True, kw_only=True, order=True):
    """A note, deck, note type or media file in a report, within its limits."""

    name: str  # of a note: the field `Id`, else the start of the first field, else the GUID
    guid: str = ""
    sign: Sign = "~"
    details: tuple[TextChange, ...] = ()  # its changes; of an added or removed note, the start of its text


class Section(Struct, frozen=True, kw_only=True):
    """The entries that fit into a report."""

    entries: tuple[Entry, ...]
    omitted: int  # the number of the others


class Caution(Struct, frozen=True, kw_only=True):
    """A change that learners would not receive, or content they would lose, by importing NEW over OLD."""

    code: str
    message: str
    fails: bool  # whether NEW must not be published with it
    notes: Section


class Difference(Struct, frozen=True, kw_only=True):
    """All changes from OLD to NEW."""

    old: str
    new: str
    sections: dict[str, Section]  # by the keys of `SECTIONS`
    cautions: tuple[Caution, ...]
    search: str  # a search for Anki's browser that finds the changed notes; empty if they have no numbers

    @property
    def fails(self) -> bool:
        """Whether learners would miss a change, get a note twice, or lose something unannounced."""
        return any(caution.fails for caution in self.cautions)


@dataclass(frozen=True)
class _TypePair:
    """The two versions of a note type."""

    old: PackageNoteType
    new: PackageNoteType

    @cached_property
    def conflicts(self) -> bool:
        """Whether Anki would treat them as different note types: their parts or the order of their parts differ."""
        kinds = ((each.id, each.kind, len(each.fields)) for each in (self.old, self.new))
        return len({*kinds}) > 1 or any(list(before) != list(after) for before, after in self.parts.values())

    @cached_property
    def parts(self) -> dict[str, list[dict[int | str | None, PackageField | PackageTemplate]]]:
        """By noun, the old and the new parts, each by what identifies it."""
        templates = _keyed(self.old.templates, self.new.templates)
        return {"field": _keyed(self.old.fields, self.new.fields), "card template": templates}

    @cached_property
    def details(self) -> list[TextChange]:
        """The changes: first the name, kind, fields and card templates as clauses, then the texts line by line."""
        return [*map(said, self._clauses()), *_changes(self._texts(), text_diff.line_spans)]

    def _clauses(self) -> Iterator[str]:
        if self.old.name != self.new.name:
            yield f"renamed from “{printable(self.old.name)}”"
        if self.old.kind != self.new.kind:
            yield f"from {self.old.kind} to {self.new.kind}"
        for noun, parts in self.parts.items():
            before, after = ({key: printable(part.name) for key, part in each.items()} for each in parts)
            yield from (f"{noun} “{name}” added" for key, name in after.items() if key not in before)
            yield from (f"{noun} “{name}” removed" for key, name in before.items() if key not in after)
            both = [(before[key], after[key]) for key in before if key in after]
            yield from (f"{noun} “{was}” renamed to “{now}”" for was, now in both if was != now)
            if list(before) != list(after) and before.keys() == after.keys():
                yield f"order of {noun}s changed"

    def _texts(self) -> Iterator[_Texts]:
        before, after = self.parts["card template"]
        for key in (key for key in after if key in before):
            for side in ("front", "back"):
                yield f"{side} of “{after[key].name}”", getattr(before[key], side), getattr(after[key], side)
        yield "CSS", self.old.css, self.new.css


@dataclass(frozen=True)
class _Pair:
    """The two versions of a note."""

    label: Entry
    old: PackageNote
    new: PackageNote
    types: _TypePair

    @cached_property
    def fields(self) -> list[_Texts]:
        """The changed fields; a renamed field counts as the same field."""
        old, new = self.old.fields, self.new.fields
        if self.types.conflicts:
            values = [(name, old.get(name, ""), new.get(name, "")) for name in dict.fromkeys([*new, *old])]
        else:
            values = [*zip(new, old.values(), new.values(), strict=True)]
        return [each for each in values if each[1] != each[2]]

    def is_altered(self, media: AbstractSet[str]) -> bool:
        """Whether the note's fields, tags, note type or these changed media files differ."""
        before, after = ((note.tags, note.note_type) for note in (self.old, self.new))
        values = self.new.fields.values() if media else ()
        names = (name for value in values for match in _MEDIA.findall(value) for name in match)
        return before != after or bool(self.fields) or any(text_diff.unescaped(name) in media for name in names)

    @property
    def has_blank_card(self) -> bool:
        """Whether NEW leaves a card blank that OLD does not, and that was not given up."""
        if self.old.fields == self.new.fields and self.types.old.templates == self.types.new.templates:
            return False
        return any(
            self.new.is_blank(self.types.new, ordinal)
            and not self.old.is_blank(self.types.old, ordinal)
            and not self.old.gives_up(self.new, ordinal)
            for ordinal in self.old.cards
        )

    def entry(self, *details: TextChange) -> Entry:
        """The note with changes."""
        return replace(self.label, sign="~", details=details)


@dataclass(frozen=True)
class Comparison:
    """Two packages; the GUIDs that are retired in NEW's lock; and the latest time that is not in the future."""

    old: Package
    new: Package
    retired: AbstractSet[str] = frozenset()
    latest: float = inf

    @cached_property
    def types(self) -> list[_TypePair]:
        """The note types that are in both packages and have changed, by id."""
        old, new = self.old.note_types, self.new.note_types
        pairs = (_TypePair(old[key], new[key]) for key in sorted(old.keys() & new.keys()))
        return [pair for pair in pairs if pair.details]

    @cached_property
    def pairs(self) -> list[_Pair]:
        """The notes that are in both packages, sorted by name."""
        old, new = self.old, self.new
        types: dict[tuple[int, int], _TypePair] = {}
        pairs = []
        for label in note_entries(old, new, old.notes.keys() & new.notes.keys()):
            before, after = old.notes[label.guid], new.notes[label.guid]
            both = _TypePair(old.note_types[before.note_type], new.note_types[after.note_type])
            pairs.append(_Pair(label, before, after, types.setdefault((before.note_type, after.note_type), both)))
        return pairs

    @cached_property
    def moves(self) -> tuple[list[tuple[str, str]], list[tuple[_Pair, int, str, str]]]:
        """The renamed decks, and the other cards that are in another deck in NEW; cards are numbered from 1."""
        moves = [
            (pair, ordinal + 1, before, after)
            for pair in self.pairs
            for ordinal, after in pair.new.cards.items()
            if (before := pair.old.cards.get(ordinal, after)) != after and not pair.new.is_retired
        ]
        decks = {(before, after) for *_, before, after in moves}
        renamed = {(old, new) for old, new in decks if old not in self.new.decks and new not in self.old.decks}
        return sorted(renamed), [move for move in moves if move[2:] not in renamed]

    @cached_property
    def media(self) -> dict[str, Sign]:
        """By name, what has happened to a media file; a hash in the name does not count as a name."""
        old, new = self.old.media, self.new.media
        gone = {_HASH.sub("", name): name for name in old.keys() - new.keys()}
        same = {name: gone[_HASH.sub("", name)] for name in new.keys() - old.keys() if _HASH.sub("", name) in gone}
        changed = {name for name in old.keys() & new.keys() if old[name] != new[name]} | same.keys()
        removed = old.keys() - new.keys() - {*same.values()}
        names: dict[Sign, AbstractSet[str]] = {"+": new.keys() - old.keys() - changed, "~": changed, "-": removed}
        return {name: sign for sign in names for name in sorted(names[sign])}

    @cached_property
    def altered(self) -> set[str]:
        """The GUIDs of the notes in both packages with different fields, tags, note type or media content."""
        media = {name for name, sign in self.media.items() if sign == "~"}
        return {pair.label.guid for pair in self.pairs if pair.is_altered(media)}

    def entries(self) -> dict[str, list[Entry]]:
        """By section, what has changed."""
        absent = self.old.notes.keys() - self.new.notes.keys()
        tagged = {pair.label.guid for pair in self.pairs if pair.new.is_retired and not pair.old.is_retired}
        renamed, moved = self.moves
        return {
            "note_types": [_named(pair.new.name, *pair.details) for pair in self.types],
            "renamed_decks": [_named(after, said(f"renamed from “{before}”")) for before, after in renamed],
            "added": note_entries(self.old, self.new, self.new.notes.keys() - self.old.notes.keys(), "+"),
            "changed": [pair.entry(*_changes(pair.fields, field_spans)) for pair in self.pairs if pair.fields],
            "retagged": self._sets("tags", " ", lambda note: set(note.tags)),
            "retired": note_entries(self.old, self.new, tagged | absent.intersection(self.retired), "-"),
            "removed": note_entries(self.old, self.new, absent.difference(self.retired), "-"),
            "cards": self._sets("card", ", ", lambda note: {ordinal + 1 for ordinal in note.cards}),
            "moved": [pair.entry(replaced(f"card {card}", *decks)) for pair, card, *decks in moved],
            "media": [_named(name, sign=sign) for name, sign in self.media.items()],
        }

    def _sets(self, name: str, separator: str, of: Callable[[PackageNote], set[Any]]) -> list[Entry]:
        """The notes with added or removed elements of a set."""
        sets = ((pair, of(pair.old), of(pair.new)) for pair in self.pairs)
        changes = ((pair, (before - after, after - before)) for pair, before, after in sets if before != after)
        return [
            pair.entry(replaced(name, *(separator.join(map(str, sorted(each))) for each in change)))
            for pair, change in changes
        ]

    def cautions(self) -> Iterator[tuple[str, str, AbstractSet[str]]]:
        """What authors should know: its code, the name of a note type or deck, and the GUIDs of notes."""
        for types in self.types:
            if types.conflicts or types.new.modified <= types.old.modified:
                yield "note-type-copied" if types.conflicts else "note-type-same-time", types.new.name, set()
        renamed, moved = self.moves
        yield from (("deck-renamed", before, set()) for before, _ in renamed)
        pairs = {pair.label.guid: pair for pair in self.pairs}
        later = {guid for guid, pair in pairs.items() if pair.new.modified > pair.old.modified}
        # Other programs give ids by the time of the build.
        reissued = {guid for guid, pair in pairs.items() if pair.new.id != pair.old.id and _number(pair.old)}
        blank = {guid for guid, pair in pairs.items() if pair.has_blank_card}
        fewer = {guid for guid, pair in pairs.items() if pair.old.cards.keys() - pair.new.cards.keys()}
        notes: dict[str, AbstractSet[str]] = {
            "conflicting": {guid for guid, pair in pairs.items() if pair.types.conflicts},
            "same-time": self.altered - later,
            "time-only": later - self.altered - reissued,
            "lock-lost": (later - self.altered) & reissued,
            "card-left-over": {guid for guid in fewer - blank if not pairs[guid].new.is_retired},
            "card-blank": blank,
            "deck-move": {pair.label.guid for pair, *_ in moved},
            "removed": self.old.notes.keys() - self.new.notes.keys() - self.retired,
            **self._misplaced(),
        }
        yield from ((code, "", guids) for code, guids in notes.items() if guids)

    def _misplaced(self) -> dict[str, set[str]]:
        """By code, the GUIDs of the notes of NEW with the text or number of another, or with a time in the future."""
        texts, numbers = defaultdict(set), defaultdict(set)
        for note in (*self.old.notes.values(), *self.new.notes.values()):
            numbers[_number(note)].add(note.guid)
        for guid in self.old.notes.keys() - self.retired:
            texts[_text(self.old.notes[guid])].add(guid)
        notes, types = self.new.notes.items(), self.new.note_types
        times = {guid: max(note.modified, note.id / 1000, types[note.note_type].modified) for guid, note in notes}
        return {
            "text-twice": {guid for guid, note in notes if guid not in texts.get(_text(note), {guid})},
            "number-twice": {guid for guid, note in notes if _number(note) and len(numbers[_number(note)]) > 1},
            "future": {guid for guid, time in times.items() if time > self.latest},
        }


def compare(old: Package, new: Package, retired: AbstractSet[str] = frozenset(), now: float = inf) -> Difference:
    """All changes from OLD to NEW; `retired` has the GUIDs that NEW's lock retires, `now` is seconds since 1970."""
    comparison, used = Comparison(old, new, retired, now + LEEWAY), 0

    def section(entries: Sequence[Entry]) -> Section:
        nonlocal used
        sizes = accumulate((len(str(entry)) for entry in entries[:MOST_ENTRIES]), initial=used)
        *_, (shown, used) = enumerate(takewhile(lambda size: size <= MOST_CHARACTERS, sizes))
        return Section(entries=tuple(entries[:shown]), omitted=len(entries) - shown)

    cautions = []
    for code, name, guids in comparison.cautions():
        message = (_FAILURES | _NOTICES)[code].replace("{}", short_name(name))
        notes = section(note_entries(old, new, guids))
        cautions.append(Caution(code=code, message=message, fails=code in _FAILURES, notes=notes))
    return Difference(
        old=old.path,
        new=new.path,
        sections={key: section(entries) for key, entries in comparison.entries().items()},
        cautions=tuple(cautions),
        search=_search([pair.new for pair in comparison.pairs if pair.fields]),
    )


def note_entries(old: Package, new: Package, guids: Iterable[str], sign: Sign = "~") -> list[Entry]:
    """These notes as in NEW, or as in OLD if they are not in NEW, sorted by name."""
    entries = []
    for guid in guids:
        note = new.notes.get(guid) or old.notes[guid]
        texts = {name: readable(value) for name, value in note.fields.items()}
        first = next(iter(texts.values()), "")
        note_id = text_diff.short_name(texts.get("Id", ""))
        name = note_id or text_diff.shortened(first or printable(guid), _NAME_WIDTH)
        text = next((text for field, text in texts.items() if field != "Id" and text and text != name), "")
        details = (said(text_diff.shortened(text, _TEXT_WIDTH)),) if text else ()
        entries.append(Entry(name=name, guid=guid, sign=sign, details=details))
    return sorted(entries)


def _named(name: str, *details: TextChange, sign: Sign = "~") -> Entry:
    return Entry(name=short_name(name), sign=sign, details=details)


def _keyed(old: Parts, new: Parts) -> list[dict[int | str | None, PackageField | PackageTemplate]]:
    """Both lists by what identifies a part: its id if every part has one, else its name."""
    by_id = all(part.id is not None for part in (*old, *new))
    return [{part.id if by_id else part.name: part for part in parts} for parts in (old, new)]


def _changes(texts: Iterable[_Texts], spans: Callable[[str, str], Iterator[DiffSpan]]) -> tuple[TextChange, ...]:
    return tuple(text_diff.text_change(name, spans(old, new)) for name, old, new in texts if old != new)


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


def _text(note: PackageNote) -> tuple[str, ...]:
    names = note.fields.keys() & _SIDES or note.fields.keys() - _ABOUT_NOTE
    return tuple(" ".join(note.fields[name].split()) for name in sorted(names))
