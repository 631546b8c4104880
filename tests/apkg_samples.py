"""Small packages written with genanki, each note with a modification time of its own."""

from __future__ import annotations

import sqlite3
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import genanki

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

RELEASED = 1_700_000_000
LATER = RELEASED + 100_000

QA_FIELDS = ("Id", "Front", "Back", "Retired")
QA_TEMPLATES = (("Card", "{{^Retired}}{{Front}}{{/Retired}}", "{{FrontSide}}<hr>{{Back}}"),)


@dataclass(frozen=True)
class Looks:
    """What differs between the versions of the two note types."""

    fields: tuple[str, ...] = QA_FIELDS
    field_ids: tuple[int, ...] = (11, 12, 13, 14, 15)
    templates: tuple[tuple[str, str, str], ...] = QA_TEMPLATES
    css: str = ".card { color: black; }"
    modified: int = RELEASED

    def question_type(self) -> genanki.Model:
        fields = [{"name": name, "id": key} for name, key in zip(self.fields, self.field_ids, strict=False)]
        templates = [
            {"name": name, "id": 21 + place, "qfmt": front, "afmt": back}
            for place, (name, front, back) in enumerate(self.templates)
        ]
        return genanki.Model(1607392319, "RC QA", fields=fields, templates=templates, css=self.css)

    def cloze_type(self) -> genanki.Model:
        fields = [{"name": name, "id": 31 + place} for place, name in enumerate(("Id", "Text", "Retired"))]
        side = "{{^Retired}}{{cloze:Text}}{{/Retired}}"
        templates = [{"name": "Cloze", "id": 41, "qfmt": side, "afmt": "{{cloze:Text}}"}]
        return genanki.Model(1607392320, "RC Cloze", fields=fields, templates=templates, model_type=genanki.Model.CLOZE)


@dataclass(frozen=True)
class Sample:
    """A note as a test describes it; `cards` are ordinals."""

    id: str
    fields: tuple[str, ...]
    cloze: bool = False
    cards: tuple[int, ...] = (0,)
    tags: tuple[str, ...] = ()
    modified: int = RELEASED
    deck: str = "Roles"
    looks: Looks = field(default_factory=Looks)


def question(note_id: str, front: str, back: str = "yes", **more: Any) -> Sample:
    return Sample(id=note_id, fields=(note_id, front, back, ""), **more)


def cloze(note_id: str, text: str, cards: tuple[int, ...] = (0,), **more: Any) -> Sample:
    return Sample(id=note_id, fields=(note_id, text, ""), cloze=True, cards=cards, **more)


class _TimedNote(genanki.Note):  # type: ignore[misc]
    """A note that keeps its own modification time, where genanki gives all notes one."""

    modified = RELEASED

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Any) -> None:
        super().write_to_db(cursor, timestamp, deck_id, id_gen)
        # genanki counts ids up, and finding a guid would take the longer, the more notes there are.
        cursor.execute("update notes set mod = ? where id = (select max(id) from notes)", (self.modified,))


def build(path: Path, samples: Iterable[Sample], *, media: Iterable[Path] = (), types_modified: int = RELEASED) -> Path:
    """Write the package; the note types' modification time is the package's."""
    decks: dict[str, genanki.Deck] = {}
    for position, sample in enumerate(samples, start=1):
        deck = decks.setdefault(sample.deck, genanki.Deck(1_000 + len(decks), sample.deck))
        deck.add_note(_note(sample, position))
    package = genanki.Package(list(decks.values()), [str(file) for file in media])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # genanki warns of `<` in fields
        package.write_to_file(str(path), timestamp=types_modified)
    return path


def _note(sample: Sample, position: int) -> _TimedNote:
    model = sample.looks.cloze_type() if sample.cloze else sample.looks.question_type()
    guid, tags = f"guid-{sample.id}", list(sample.tags)
    note = _TimedNote(model=model, fields=list(sample.fields), guid=guid, tags=tags, due=position)
    note.modified = sample.modified
    note.__dict__["cards"] = [genanki.Card(ordinal) for ordinal in sample.cards]
    return note


def repacked(path: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """The package with its database changed by hand."""
    database = path.with_suffix(".db")
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    database.write_bytes(members["collection.anki2"])
    connection = sqlite3.connect(database, isolation_level=None)
    change(connection)
    connection.close()
    return zipped(path, {**members, "collection.anki2": database.read_bytes()})


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


def script(*statements: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.executescript(";".join(statements))
