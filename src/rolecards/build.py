"""The pipeline: a content folder to its release, and the release to its artifacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.content import Content, read_content
from rolecards.diagnostics import Location, Problem
from rolecards.generate import generate
from rolecards.lock import LOCK_NAME, read_lock, write_lock
from rolecards.look import Look, read_looks
from rolecards.publish import Clock, Release, publish
from rolecards.source.folder import read_folder, read_text
from rolecards.wording import Wording, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rolecards.export.apkg import Row
    from rolecards.export.paper import Press, Printout
    from rolecards.lock import Form
    from rolecards.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """How the papers are wanted."""

    paper: str = "a4"
    seed: int | None = None
    """Gives the quiz another order."""
    layout: str = "fold"
    """How the two sides of a card to cut out come together."""
    size: str = ""
    """That of the cards; empty for the usual one."""
    offset_x: float = 0
    offset_y: float = 0
    """By how much the backs of cards are moved, in mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A content folder read, checked, and held against its lock: all that the artifacts are made from."""

    content: Content
    wording: Wording
    templates: Templates
    looks: tuple[Look, ...]
    release: Release
    lock_path: Path
    lock_before: str
    problems: tuple[Problem, ...]
    printing: Printing

    @property
    def lock_text(self) -> str:
        """The lock file as it must be once this edition is out."""
        return write_lock(self.release.lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file for learners."""

    file_name: str
    data: bytes
    digest: str
    """Of its content: equal on every machine, as the bytes may not be."""
    summary: str


def edition(folder: Path, templates: Templates, clock: Clock, printing: Printing = Printing()) -> Edition:
    """Read everything and work out the release. Raises ContentError where that makes no sense with such content."""
    content = read_content(read_folder(folder))
    words = wording(templates, content)
    notes, problems = generate(content, words)
    looks = read_looks(templates)
    lock_path = folder / LOCK_NAME
    lock_before = read_text(lock_path)
    release, refused = publish(content, notes, looks, read_lock(lock_path.as_posix(), lock_before), clock)
    return Edition(
        content=content,
        wording=words,
        templates=templates,
        looks=looks,
        release=release,
        lock_path=lock_path,
        lock_before=lock_before,
        problems=(*problems, *refused),
        printing=printing,
    )


def out_of_date(made: Edition) -> list[Problem]:
    """What the committed lock does not have yet, each at its place."""
    if made.lock_text == made.lock_before.replace("\r\n", "\n"):
        return []
    release, lock = made.release, made.release.lock
    places = {item.note.id: item.note.place.of() for item in release.published}
    found = [(places[note_id], f"`{note_id}` is not in the lock yet") for note_id in release.new]
    found += [(places[note_id], f"`{note_id}` has changed since the lock was written") for note_id in release.changed]
    found += [(lock.at(note_id), f"`{note_id}` is no longer in the content") for note_id in release.retired]
    found = found or [
        (Location(lock.path), "the lock is not as `rolecards build` writes it, or the card templates changed")
    ]
    hint = f"run `rolecards build` and commit {LOCK_NAME}"
    return [Problem(location=location, code="RC221", message=message, hint=hint) for location, message in found]


def _deck(made: Edition) -> Artifact:
    from rolecards.export import apkg  # noqa: PLC0415 - loads genanki

    deck, looks = made.content.deck, _looks(made)
    rows = [apkg.row(item, deck.name, deck.id, looks[item.entry.form]) for item in made.release.published]
    return _packed(made, f"{deck.id}.apkg", made.wording.description(), rows)


def _retired(made: Edition) -> Artifact | None:
    """The package that takes retired notes away from learners; none while there are no such notes."""
    from rolecards.export import apkg  # noqa: PLC0415

    deck, looks = made.content.deck, _looks(made)
    entries = [entry for entry in made.release.lock.entries.values() if entry.retired]
    rows = [apkg.retired_row(entry, deck.name, deck.id, looks[entry.form]) for entry in entries]
    return _packed(made, f"{deck.id}-retired.apkg", "", rows) if rows else None


def _handout(made: Edition) -> Artifact:
    from rolecards.export.handout import handout  # noqa: PLC0415 - loads the page builder

    return _printed(made, "handout", handout(_press(made)))


def _quiz(made: Edition) -> Artifact:
    from rolecards.export.quiz import quiz  # noqa: PLC0415

    return _printed(made, "quiz", quiz(_press(made), made.printing.seed))


def _cards(made: Edition) -> Artifact:
    from rolecards.export.cutouts import Cut, cutouts  # noqa: PLC0415
    from rolecards.export.imposition import Spot  # noqa: PLC0415

    asked = made.printing
    cut = Cut(way=asked.layout, size=asked.size, offset=Spot(asked.offset_x, asked.offset_y))
    return _printed(made, "cards", cutouts(_press(made), cut))


def _press(made: Edition) -> Press:
    from rolecards.export.paper import PAPERS, Press  # noqa: PLC0415
    from rolecards.export.printed import guide  # noqa: PLC0415

    return Press(
        guide=guide(made.content, made.release),
        templates=made.templates,
        folder=made.lock_path.parent,
        paper=PAPERS[made.printing.paper],
        modified=made.release.modified,
    )


def _printed(made: Edition, name: str, printout: Printout) -> Artifact:
    return Artifact(
        file_name=f"{made.content.deck.id}-{name}.pdf",
        data=printout.data,
        digest=printout.digest,
        summary=_counted(printout.pages, "page"),
    )


def _packed(made: Edition, file_name: str, description: str, rows: list[Row]) -> Artifact:
    from rolecards.export import apkg  # noqa: PLC0415

    types = [(look, made.release.lock.types[form]) for form, look in _looks(made).items()]
    package = apkg.package(made.content.deck.name, description, types, rows)
    cards = sum(len(row.ordinals) for row in rows)
    summary = f"{_counted(len(rows), 'note')}, {_counted(cards, 'card')}"
    return Artifact(file_name=file_name, data=package.data, digest=package.digest, summary=summary)


def _looks(made: Edition) -> dict[Form, Look]:
    return {"cloze" if look.note_type.is_cloze else "qa": look for look in made.looks}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


MAKERS: Mapping[str, Callable[[Edition], Artifact | None]] = {
    "apkg": _deck,
    "retired": _retired,
    "handout": _handout,
    "quiz": _quiz,
    "cards": _cards,
}
"""Per name that `--only` takes, the function that makes the artifact, where there is one to make."""
