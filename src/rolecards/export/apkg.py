"""Anki packages: genanki creates the collection, note types and decks; the rows have the times of the lock."""

import functools
import hashlib
import io
import json
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from errno import EIO
from itertools import islice
from shutil import copyfileobj
from typing import BinaryIO

import msgspec

from rolecards.notes.look import Look
from rolecards.notes.note_type import FieldName, NoteType
from rolecards.papers.sheets import PrintOptions
from rolecards.problems import counted
from rolecards.release.edition import Artifact, Edition
from rolecards.release.lock import LOCK_NAME, Entry, TypeEntry
from rolecards.signals import held
from rolecards.text import cloze
from rolecards.write import temporary_file

sys.modules.setdefault("cached_property", functools)  # genanki's own loads asyncio, a tenth of the time of a build
import genanki  # noqa: E402

FIRST_DECK_ID = 1_763_910_000_300  # Anki matches decks by name; the ids only have to be there and stay
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: a package carries no clock
COMPRESSION = 1  # of nine levels: four times as fast as the usual sixth, for a file that is an eighth larger
AT_ONCE = 1_000  # notes that are put in by one command
CHUNK = 1 << 20  # bytes of the collection that are deflated at once
_UNGUARDED = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = ON;
"""
"""The file is temporary, so nothing protects it from a crash; but deleted data must leave no trace in it."""
_INSERT_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, '', 0, 0, '')"
_INSERT_CARD = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"
Types = Mapping[str, NoteType]  # by key
Columns = tuple[int | str, ...]
Row = tuple[Columns, list[Columns]]  # the columns of a note and of its cards that Anki does not fill in when it imports


def deck(edition: Edition, options: PrintOptions) -> Artifact:
    """The package that learners import, with the notes that the options choose."""
    settings, types = edition.content.deck, {look.note_type.key: look.note_type for look in edition.looks}
    chosen = options.choice.of(edition.content, edition.release)
    oldest_first = sorted(chosen, key=lambda item: item.entry.created)
    used = {item.note.part for item in oldest_first}
    parts = {key: name for key, name in edition.templates.vocabulary.parts.items() if key in used}
    ids = {key: FIRST_DECK_ID + at for at, key in enumerate(parts, start=1)}
    rows = (
        _row(each.entry, types, ids[each.note.part], each.fields, each.note.tags(settings.id), each.note.ordinals)
        for each in oldest_first
    )
    # The parent is written too, for only then its description arrives.
    decks = [genanki.Deck(FIRST_DECK_ID, settings.name, edition.wording.description())]
    decks += [genanki.Deck(ids[key], f"{settings.name}::{name}") for key, name in parts.items()]
    return package(edition, decks, rows, {file.name: file.data for each in oldest_first for file in each.note.media})


def retired(edition: Edition, _: PrintOptions) -> Artifact | None:
    """The package that removes retired notes from the collections of learners; None if no note is retired.

    In it, the field `Retired` is filled and no cloze markup is left, so that Anki treats the cards as empty. It
    contains the cards: Anki does not change those that a learner has, and other learners can remove them with the same
    command. A note without cards would stay unnoticed.
    """
    settings, types = edition.content.deck, {look.note_type.key: look.note_type for look in edition.looks}
    entries = [entry for entry in edition.release.lock.entries.values() if entry.retired]
    tags = (f"{settings.id}::retired",)
    rows = (
        _row(entry, types, FIRST_DECK_ID, _retired_values(entry), tags, [number - 1 for number in entry.hides or [1]])
        for entry in sorted(entries, key=lambda entry: entry.created)
    )
    return package(edition, [genanki.Deck(FIRST_DECK_ID, settings.name)], rows, {}) if entries else None


def _row(  # noqa: PLR0913, PLR0917 - all that is in a row
    entry: Entry,
    types: Types,
    deck_id: int,
    values: Mapping[FieldName, str],
    tags: Iterable[str],
    ordinals: Iterable[int],
) -> Row:
    note_type = types[entry.note_type]
    # The ids of its cards follow that of a note: notes lie a second apart, and no note has a thousand cards.
    note_id, modified, fields = entry.created * 1000, entry.modified, "\x1f".join(note_type.values(values))
    note = note_id, entry.guid, note_type.id, modified, f" {' '.join(tags)} ", fields
    return note, [(note_id + at, note_id, deck_id, at, modified, entry.number) for at in ordinals]


def _retired_values(entry: Entry) -> dict[FieldName, str]:
    words = cloze.reveal(cloze.parse_field(entry.front))
    sides = {FieldName.TEXT: words} if entry.form == "cloze" else {FieldName.FRONT: words, FieldName.BACK: entry.back}
    day = datetime.fromtimestamp(entry.retired, UTC).date().isoformat()
    return sides | {FieldName.ID: entry.id, FieldName.NUMBER: str(entry.number), FieldName.RETIRED: day}


def package(edition: Edition, decks: list[genanki.Deck], rows: Iterable[Row], media: Mapping[str, bytes]) -> Artifact:
    """The rows, oldest first, as an Anki package in the legacy format, which every Anki since 2.1.54 reads.

    Rows are inserted one after the other, and the collection is a temporary file, so only a few pages of a large deck
    are in memory. `media` has the files that fields name. The package also contains the lock, which Anki ignores.
    Raises OSError if there is no room for the file.
    """
    types = [(look, edition.release.lock.types[look.note_type.key]) for look in edition.looks]
    with _collection(decks, types) as (collection, file):
        digest, notes, cards = _fill(collection, rows)
        names = {str(at): name for at, name in enumerate(sorted(media))}
        members: dict[str, bytes | BinaryIO] = {
            "collection.anki2": file,
            "media": json.dumps(names).encode(),
            "digest": digest.encode(),
            LOCK_NAME: edition.lock_text.encode(),
            **{member: media[name] for member, name in names.items()},
        }
        data = _zipped(members)
    return Artifact(data=data, digest=digest, summary=f"{counted(notes, 'note')}, {counted(cards, 'card')}")


@contextmanager
def _collection(
    decks: Sequence[genanki.Deck], looks: Sequence[tuple[Look, TypeEntry]]
) -> Iterator[tuple[sqlite3.Connection, BinaryIO]]:
    """A collection with the decks and the note types in it and no notes yet, and its file to read at the end."""
    with held():  # while the file has a name: a build that is stopped or killed leaves nothing behind
        handle, path = temporary_file()
        connection = sqlite3.connect(path)
        with suppress(PermissionError):  # on Windows, which removes no open file
            path.unlink()
    try:
        with open(handle, "rb") as file, closing(connection):  # noqa: PTH123 - a descriptor has no path
            connection.executescript(_UNGUARDED)
            decks[0].models = {look.note_type.id: _model(look) for look, _ in looks}
            genanki.Package(decks).write_to_db(connection.cursor(), 0, iter(()))
            _set_types(connection, {str(look.note_type.id): entry for look, entry in looks})
            yield connection, file
    except sqlite3.OperationalError as error:
        raise OSError(EIO, f"a collection cannot be created here: {error}", str(path.parent)) from error
    finally:
        path.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, rows: Iterable[Row]) -> tuple[str, int, int]:
    """Insert the rows, then create the indexes, which is faster; returns the digest, and counts notes and cards."""
    indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name").fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    digest = hashlib.sha256(msgspec.json.encode(connection.execute("SELECT models, decks FROM col").fetchall()))
    notes = cards = 0
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        note_rows, card_rows = [note for note, _ in some], [card for _, of_note in some for card in of_note]
        digest.update(msgspec.json.encode((note_rows, card_rows)))
        connection.executemany(_INSERT_NOTE, note_rows)
        connection.executemany(_INSERT_CARD, card_rows)
        notes, cards = notes + len(note_rows), cards + len(card_rows)
    for _, sql in indexes:
        connection.execute(sql)
    connection.commit()
    return digest.hexdigest(), notes, cards


@functools.lru_cache(8)  # genanki works out from the templates which fields a card needs, once for each model
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
        model_type=genanki.Model.CLOZE if note_type.form == "cloze" else genanki.Model.FRONT_BACK,
        sort_field_index=note_type.field_names.index(note_type.sort_field),
    )


def _set_types(connection: sqlite3.Connection, entries: Mapping[str, TypeEntry]) -> None:
    """Give each note type its own time (genanki has one for all), and sort the keys of the JSON."""
    ((models, decks),) = connection.execute("SELECT models, decks FROM col").fetchall()
    types = json.loads(models)
    timed = {type_id: types[type_id] | {"mod": entry.modified} for type_id, entry in entries.items()}
    texts = [json.dumps(each, sort_keys=True) for each in (timed, json.loads(decks))]
    connection.execute("UPDATE col SET models = ?, decks = ?", texts)


def _zipped(members: Mapping[str, bytes | BinaryIO]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info._compresslevel = COMPRESSION  # type: ignore[attr-defined]  # noqa: SLF001  # public from Python 3.13 on
            info.create_system = 3
            info.external_attr = 0o644 << 16
            with archive.open(info, "w") as member:
                copyfileobj(io.BytesIO(content) if isinstance(content, bytes) else content, member, CHUNK)
    return buffer.getvalue()
