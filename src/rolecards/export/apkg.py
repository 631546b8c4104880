"""Anki packages: genanki makes the collection, its note types and decks; notes and cards go in with their times from the lock."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import genanki

from rolecards import cloze
from rolecards.inline import to_plain
from rolecards.notes import TIER_DECKS, guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolecards.lock import Entry, TypeEntry
    from rolecards.look import Look
    from rolecards.publish import Published

FIRST_DECK_ID = 1_763_910_000_300
"""Anki matches decks by name; the ids only have to be there and stay."""

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can hold: a package carries no clock."""

NOT_SYNCED = -1
"""Anki's `usn` of what no server has seen."""

RETIRED = "Retired on {day}. Tools → Empty Cards removes this card."
"""What a retired note shows until it is removed."""

_INSERT_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')"
_INSERT_CARD = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A note as it goes into the package."""

    guid: str
    created: int
    modified: int
    number: int
    deck: str
    look: Look
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    ordinals: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A finished package."""

    data: bytes
    digest: str
    """Of what learners get from it, whatever versions of SQLite and zlib made the bytes."""


def package(name: str, description: str, looks: Iterable[tuple[Look, TypeEntry]], rows: Iterable[Row]) -> Package:
    """The rows as an Anki package in the legacy format, which every Anki since 2.1.54 reads."""
    rows = sorted(rows, key=lambda row: row.created)
    collection = _collection(name, description, list(looks), rows)
    digest = _digest(collection)
    database = collection.serialize()
    collection.close()
    return Package(
        data=_zipped({"collection.anki2": database, "media": b"{}", "digest": digest.encode()}), digest=digest
    )


def row(published: Published, deck_name: str, deck_id: str, look: Look) -> Row:
    """A published note as its row."""
    note, entry = published.note, published.entry
    return Row(
        guid=guid(deck_id, entry.origin),
        created=entry.created,
        modified=entry.modified,
        number=entry.number,
        deck=f"{deck_name}::{TIER_DECKS[note.tier]}",
        look=look,
        fields=note.fields(entry.number),
        tags=note.tags(deck_id),
        ordinals=note.ordinals,
    )


def retired_row(entry: Entry, deck_name: str, deck_id: str, look: Look) -> Row:
    """A retired note as its row: `Retired` is filled and no cloze markup is left, so that Anki calls its cards empty.

    Its cards come along: Anki leaves those of a learner who has them as they are, and one who has not can remove them
    by the same command, while a note without cards would stay in the collection unseen.
    """
    words = cloze.reveal(cloze.parse(entry.front)[0]) if entry.form == "cloze" else entry.front
    day = datetime.fromtimestamp(entry.retired, UTC).date()
    told = {"Id": entry.id, "Number": str(entry.number), "Retired": RETIRED.format(day=day)}
    return Row(
        guid=guid(deck_id, entry.origin),
        created=entry.created,
        modified=entry.modified,
        number=entry.number,
        deck=deck_name,
        look=look,
        fields=told | ({"Text": words} if entry.form == "cloze" else {"Front": words, "Back": entry.back}),
        tags=(f"{deck_id}::retired",),
        ordinals=tuple(number - 1 for number in entry.hides) if entry.form == "cloze" else (0,),
    )


# ---------------------------------------------------------------- the collection


def _collection(
    name: str, description: str, looks: list[tuple[Look, TypeEntry]], rows: list[Row]
) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA secure_delete = ON")
    decks = _decks(name, description)
    decks[name].models = {look.note_type.id: _model(look) for look, _ in looks}
    genanki.Package(list(decks.values())).write_to_db(connection.cursor(), 0, iter(()))
    _set_types(connection, {str(look.note_type.id): entry for look, entry in looks})
    deck_ids = {deck.name: deck.deck_id for deck in decks.values()}
    connection.executemany(_INSERT_NOTE, map(_note_row, rows))
    connection.executemany(_INSERT_CARD, _card_rows(rows, deck_ids))
    connection.commit()
    connection.execute("VACUUM")
    return connection


def _decks(name: str, description: str) -> dict[str, genanki.Deck]:
    """The deck and the tier decks below it; parents are written too, for only then their description arrives."""
    names = [name, *(f"{name}::{tier}" for tier in TIER_DECKS.values())]
    return {
        each: genanki.Deck(FIRST_DECK_ID + at, each, description if each == name else "")
        for at, each in enumerate(names)
    }


def _model(look: Look) -> genanki.Model:
    note_type = look.note_type
    return genanki.Model(
        note_type.id,
        note_type.name,
        fields=[{"name": field.name, "id": field.id} for field in note_type.fields],
        templates=[
            {"name": template.name, "id": template.id, "qfmt": front, "afmt": back}
            for template, (front, back) in zip(note_type.templates, look.sides, strict=True)
        ],
        css=look.css,
        model_type=genanki.Model.CLOZE if note_type.is_cloze else genanki.Model.FRONT_BACK,
        sort_field_index=note_type.field_names.index(note_type.sort_field),
    )


def _set_types(connection: sqlite3.Connection, entries: Mapping[str, TypeEntry]) -> None:
    """Give each note type its own time (genanki knows only one for all), and the JSON an order that never changes."""
    ((models, decks),) = connection.execute("SELECT models, decks FROM col").fetchall()
    types = json.loads(models)
    for type_id, entry in entries.items():
        types[type_id]["mod"] = entry.modified
    written = {type_id: types[type_id] for type_id in entries}
    connection.execute(
        "UPDATE col SET models = ?, decks = ?",
        (json.dumps(written, sort_keys=True), json.dumps(json.loads(decks), sort_keys=True)),
    )


def _note_row(row: Row) -> tuple[object, ...]:
    values = [row.fields.get(name, "") for name in row.look.note_type.field_names]
    sort_value = to_plain(row.fields.get(row.look.note_type.sort_field, ""))
    tags = f" {' '.join(row.tags)} "
    return (
        row.created * 1000,
        row.guid,
        row.look.note_type.id,
        row.modified,
        tags,
        "\x1f".join(values),
        sort_value,
    )


def _card_rows(rows: Iterable[Row], deck_ids: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    """A note's cards follow its id: notes lie a second apart, and no note has a thousand cards."""
    for row in rows:
        note_id = row.created * 1000
        for ordinal in row.ordinals:
            yield note_id + ordinal, note_id, deck_ids[row.deck], ordinal, row.modified, row.number


# ---------------------------------------------------------------- bytes


def _digest(collection: sqlite3.Connection) -> str:
    digest = hashlib.sha256()
    for query in (
        "SELECT models, decks FROM col",
        "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id",
        "SELECT id, nid, did, ord, due FROM cards ORDER BY id",
    ):
        for found in collection.execute(query):
            digest.update(repr(found).encode())
    return digest.hexdigest()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()
