"""What a legacy Anki package holds: note types, decks, notes with their cards, and media, as values."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import msgspec

from rolecards.compare.archive import Archive, open_archive, package_problem, refusal
from rolecards.compare.collection import Collection, open_collection
from rolecards.problems import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    from rolecards.problems import Problem

NO_DECK = "[no deck]"
"""What Anki shows for a card whose deck the package does not hold."""
MOST_SHOWN = 20
"""Problems of one kind that are listed; the others are of the same make."""

_CLOZE = 1
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a note type; `id` is what Anki knows it by when it is renamed, None in older packages."""

    name: str
    id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTemplate:
    """A card template: the HTML of its two sides."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteType:
    """A note type with its schema (fields and card templates in their order) and its looks."""

    id: int
    name: str
    kind: Literal["standard", "cloze"]
    modified: int
    """Seconds since 1970; Anki takes new templates and CSS only with a later one."""
    css: str
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card of a note: which template or cloze number makes it, and where it starts."""

    ordinal: int
    """From 0: the place of its card template, or its cloze number less one."""
    deck: str
    position: int | None
    """Its place among the new cards; None for a card that was studied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as learners would get it."""

    guid: str
    note_type: int
    modified: int
    """Seconds since 1970; Anki takes a new content only with a later one."""
    tags: tuple[str, ...]
    """In alphabetical order."""
    fields: Mapping[str, str]
    """HTML by field name, in the note type's order."""
    cards: tuple[Card, ...]
    """In the order of their ordinals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A whole package; notes stand in the order of their ids."""

    path: str
    note_types: Mapping[int, NoteType]
    """The ones that a note uses, by id."""
    decks: Mapping[str, str]
    """The description, by name."""
    notes: Mapping[str, Note]
    """By GUID."""
    media: Mapping[str, str]
    """The SHA-256 of the bytes, by file name."""


class _Field(msgspec.Struct):
    name: str
    id: int | None = None


class _Template(_Field, kw_only=True):
    qfmt: str
    afmt: str


class _NoteType(msgspec.Struct):
    name: str
    flds: list[_Field]
    tmpls: list[_Template]
    type: int = 0
    mod: int = 0
    css: str = ""


class _Deck(msgspec.Struct):
    name: str
    desc: str = ""


def read_package(path: str | PathLike[str]) -> Package:
    """Read a legacy `.apkg` of any program; raises ContentError, placed at the path, where that fails."""
    path = Path(path)
    with open_archive(path) as archive, tempfile.TemporaryDirectory(prefix="rolecards-") as folder:
        file = Path(folder, "collection")
        with file.open("wb") as target:
            target.writelines(archive.chunks(_collection_member(archive)))
        with open_collection(file, path) as collection:
            return _package(archive, collection)


def _collection_member(archive: Archive) -> str:
    if "collection.anki21b" in archive or ("meta" in archive and archive.text("meta").startswith(b"\x08\x03")):
        message = "this package is in Anki's newer format, which is not read here"
        hint = "export it again with “Support older Anki versions” ticked in Anki's export dialog"
        raise refusal(archive.path, "RC806", message, hint)
    for member in ("collection.anki21", "collection.anki2"):
        if member in archive:
            return member
    raise refusal(archive.path, "RC805", "this is not an Anki package: there is no collection in the zip file")


def _package(archive: Archive, collection: Collection) -> Package:
    note_types, decks = _description(collection)
    cards = _cards(collection, {key: deck.name for key, deck in decks.items()})
    notes = _notes(collection, note_types, cards)
    used = {note.note_type for note in notes.values()}
    return Package(
        path=str(archive.path),
        note_types={key: note_types[key] for key in sorted(used)},
        decks={deck.name: deck.desc for deck in sorted(decks.values(), key=lambda deck: deck.name)},
        notes=notes,
        media=_media(archive),
    )


def _description(collection: Collection) -> tuple[dict[int, NoteType], dict[int, _Deck]]:
    row = next(collection.rows("col"), None)
    if row is None:
        raise refusal(collection.path, "RC803", "the package's database describes no note types and decks")
    models, decks = (str(value).encode(errors="replace") for value in row)
    raw = _parsed(dict[int, _NoteType], models, "list of note types", collection.path)
    note_types = {key: _note_type(key, value) for key, value in raw.items()}
    return note_types, _parsed(dict[int, _Deck], decks, "list of decks", collection.path)


def _parsed(form: type[_T], raw: bytes, what: str, path: Path) -> _T:
    try:
        return msgspec.json.decode(raw, type=form, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusal(path, "RC809", f"the package's {what} can't be read: {error}") from error


def _note_type(key: int, raw: _NoteType) -> NoteType:
    return NoteType(
        id=key,
        name=raw.name,
        kind="cloze" if raw.type == _CLOZE else "standard",
        modified=raw.mod,
        css=raw.css,
        fields=tuple(Field(name=field.name, id=field.id) for field in raw.flds),
        templates=tuple(
            CardTemplate(name=side.name, id=side.id, front=side.qfmt, back=side.afmt) for side in raw.tmpls
        ),
    )


def _cards(collection: Collection, decks: Mapping[int, str]) -> dict[int, list[Card]]:
    """Give the cards of each note, by the note's id in the package."""
    cards = defaultdict(list)
    for _, note, deck, ordinal, kind, due, home in cast("Iterator[tuple[int, ...]]", collection.rows("cards")):
        name = decks.get(home or deck, NO_DECK)
        cards[note].append(Card(ordinal=ordinal, deck=name, position=None if kind else due))
    return cards


def _notes(
    collection: Collection, note_types: Mapping[int, NoteType], cards: Mapping[int, list[Card]]
) -> dict[str, Note]:
    rows = [cast("tuple[int, str, int, int, str, str]", row) for row in collection.rows("notes")]
    problems = [
        *_twice(collection.path, (row[1] for row in rows)),
        *_misfits(collection.path, rows, note_types),
    ]
    if problems:
        raise ContentError(problems)
    return {
        guid: Note(
            guid=guid,
            note_type=note_type,
            modified=modified,
            tags=tuple(sorted(set(re.split("[ \u3000]+", tags)) - {""})),
            fields=dict(zip((field.name for field in note_types[note_type].fields), _texts(fields), strict=True)),
            cards=tuple(sorted(cards.get(key, ()), key=lambda card: card.ordinal)),
        )
        for key, guid, note_type, modified, tags, fields in rows
    }


def _texts(fields: str) -> list[str]:
    """Split a note's fields, in the form that Anki keeps after an import."""
    return unicodedata.normalize("NFC", fields).split("\x1f")


def _twice(path: Path, guids: Iterable[str]) -> Iterator[Problem]:
    repeated = sorted(guid for guid, count in Counter(guids).items() if count > 1)
    for guid in repeated[:MOST_SHOWN]:
        hint = "Anki adds them all and can update only one; give each note a GUID of its own"
        yield package_problem(path, "RC811", f"more than one note has the GUID `{guid}`", hint)


def _misfits(
    path: Path, rows: Iterable[tuple[int, str, int, int, str, str]], note_types: Mapping[int, NoteType]
) -> Iterator[Problem]:
    found = (message for row in rows if (message := _misfit(row, note_types)))
    for message, _ in zip(found, range(MOST_SHOWN), strict=False):
        yield package_problem(path, "RC810", message, "Anki would refuse the package")


def _misfit(row: tuple[int, str, int, int, str, str], note_types: Mapping[int, NoteType]) -> str:
    _, guid, key, _, _, fields = row
    if key not in note_types:
        return f"the note `{guid}` has a note type ({key}) that the package does not hold"
    note_type, count = note_types[key], fields.count("\x1f") + 1
    if len({field.name for field in note_type.fields}) != len(note_type.fields):
        return f"the note type `{note_type.name}` has two fields of one name"
    if count != (wanted := len(note_type.fields)):
        return f"the note `{guid}` has {count} fields, its note type `{note_type.name}` has {wanted}"
    return ""


def _media(archive: Archive) -> dict[str, str]:
    if "media" not in archive:
        return {}
    members = _parsed(dict[str, str], archive.text("media"), "media list", archive.path)
    absent = sorted(name for member, name in members.items() if member not in archive)
    if absent:
        message = f"the package lacks the bytes of {len(absent)} media files, such as `{absent[0]}`"
        raise refusal(archive.path, "RC812", message, "Anki would refuse the package")
    return {name: archive.sha256(member) for member, name in sorted(members.items(), key=lambda item: item[1])}
