"""The locks of releases that learners have, and a lock brought up to them after it was reverted or lost."""

from __future__ import annotations

from functools import reduce
from itertools import count
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.compare.archive import open_archive, refusal
from rolecards.compare.package import read_package
from rolecards.notes.note_type import FieldName
from rolecards.problems import ContentError, problem
from rolecards.release.lock import EARLIEST, LOCK_NAME, DeckEntry, Entry, Lock, TypeEntry, read_lock, write_lock
from rolecards.release.release import digest
from rolecards.release.twins import is_slip
from rolecards.text import cloze
from rolecards.text.plain import to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rolecards.compare.package import PackageNote, PackageNoteType
    from rolecards.notes.note_type import Form

LATEST = 2**33
"""Seconds since 1970, in the year 2242: a later time in a package is a fault."""


def package_lock(path: Path) -> Lock | None:
    """The lock that made a package; None if the package carries none. Raises ContentError if it is damaged."""
    with open_archive(path) as archive:
        if LOCK_NAME not in archive:
            return None
        return read_lock(f"{path.as_posix()}/{LOCK_NAME}", archive.content(LOCK_NAME).decode("utf-8", "replace"))


def read_releases(path: Path) -> list[Lock]:
    """The locks of a package, or of all packages in a folder; raises ContentError if there is none to read."""
    packages = sorted(path.glob("*.apkg")) if path.is_dir() else [path]
    if not packages:
        raise refusal(path, "RC801", "there is no package in this folder", "name an .apkg file, or its folder")
    return [package_lock(package) or _lock_of_notes(package) for package in packages]


def _lock_of_notes(path: Path) -> Lock:
    """The lock as far as the notes of a package tell it; raises ContentError if they do not.

    A package does not have the headings of study notes: the build finds their notes by the texts.
    """
    package = read_package(path)
    notes = package.notes.values()
    decks = {tag.partition("::")[0] for note in notes for tag in note.tags if "::kind::" in tag}
    names = {card.deck.rpartition("::")[0] for note in notes for card in note.cards}
    numbers = {note.fields.get(FieldName.NUMBER, "") for note in notes}
    if len(decks) != 1 or len(names) != 1 or numbers != {*map(str, range(1, len(notes) + 1))} or not _dated(notes):
        message = "this package carries no lock, and its notes are not all that rolecards ever wrote for one deck"
        raise refusal(path, "RC227", message, "use the package that `rolecards build` wrote")
    entries = [_entry_of_note(note, package.note_types[note.note_type]) for note in notes]
    lock = Lock(
        path=path.as_posix(),
        deck=DeckEntry(id=decks.pop(), name=names.pop(), numbers=len(entries)),
        entries={entry.id: entry for entry in entries},
        types={entry.key: entry for entry in map(_entry_of_type, package.note_types.values())},
    )
    return read_lock(lock.path, write_lock(lock))  # with the checks that every lock must pass


def _dated(notes: Iterable[PackageNote]) -> bool:
    return all(EARLIEST <= time < LATEST for note in notes for time in (note.id // 1000, note.modified))


def _entry_of_note(note: PackageNote, note_type: PackageNoteType) -> Entry:
    fields, form = note.fields, _FORMS[note_type.kind]
    text = fields.get(FieldName.TEXT, "")
    return Entry(
        id=fields.get(FieldName.ID, ""),
        note_type=form,
        form=form,
        number=int(fields[FieldName.NUMBER]),
        created=note.id // 1000,
        modified=note.modified,
        guid=note.guid,
        under="unknown" if any(tag.endswith("::kind::note") for tag in note.tags) else "",
        fingerprint=digest(*(part for field in fields.items() if field[1] for part in field), " ".join(note.tags)),
        hides={number: to_plain(words) for number, words in cloze.hidden(cloze.parse_field(text)).items()},
        front=text or fields.get(FieldName.FRONT, ""),
        back=fields.get(FieldName.BACK, ""),
    )


def _entry_of_type(note_type: PackageNoteType) -> TypeEntry:
    form = _FORMS[note_type.kind]
    return TypeEntry(
        key=form,
        id=note_type.id,
        name=note_type.name,
        form=form,
        modified=note_type.modified,
        fields=tuple((field.name, field.id) for field in note_type.fields),
        templates=tuple((template.name, template.id) for template in note_type.templates),
        look=digest(note_type.css, *(side for each in note_type.templates for side in (each.front, each.back))),
    )


_FORMS: dict[str, Form] = {"standard": "qa", "cloze": "cloze"}


def caught_up(lock: Lock, releases: Sequence[Lock], deck_id: str) -> Lock:
    """The lock with everything that the releases gave to learners.

    What the releases say decides about identities: numbers, note ids and cloze numbers. Raises ContentError if they are
    of another deck, or if an id would belong to two notes.
    """
    ours = [release for release in releases if release.deck and release.deck.id == deck_id]
    if not ours:
        message = f"this is not a release of the deck `{deck_id}`"
        hint = "`id` in deck.yaml must be as it was released; to start over with a deck that nobody has, omit --after"
        raise ContentError([problem("RC227", releases[0].at(""), message, hint)])
    released = reduce(lambda older, newer: _merged(older, newer, _later), sorted(ours, key=_time))
    merged = _merged(lock, released, _released)
    return replace(merged, path=lock.path, lines=lock.lines)


def _time(lock: Lock) -> int:
    return max((entry.modified for entry in lock.entries.values()), default=0)


def _merged(lock: Lock, release: Lock, choose: Callable[[Entry, Entry], Entry]) -> Lock:
    """All notes of both; `choose` decides about those in both, and the notes of the release keep their numbers."""
    known = {entry.guid: entry for entry in lock.entries.values()}
    entries = [
        choose(known.pop(entry.guid), entry) if entry.guid in known else entry for entry in release.entries.values()
    ]
    entries += _renumbered(list(known.values()), entries)
    _refuse_shared_ids(entries, lock, release)
    types = dict(lock.types)
    for key, entry in release.types.items():
        if key not in types or types[key].modified <= entry.modified:
            types[key] = entry
    deck = release.deck and DeckEntry(id=release.deck.id, name=release.deck.name, numbers=len(entries))
    return replace(lock, deck=deck, entries={entry.id: entry for entry in entries}, types=types)


def _later(older: Entry, newer: Entry) -> Entry:
    """The line of two releases that was changed last."""
    return replace(older, number=newer.number) if older.modified > newer.modified else newer


def _released(entry: Entry, release: Entry) -> Entry:
    """The line of a note that is in the lock and in a release; at equal times Anki would not update the release's.

    Two notes with the same GUID and different note ids were published separately: such a lock was lost and begun anew.
    """
    same = (entry.modified, entry.fingerprint, entry.retired) == (
        release.modified,
        release.fingerprint,
        release.retired,
    )
    descends = entry.created == release.created
    line = entry if descends and (same or entry.modified > release.modified) else release
    hides = {
        number: words
        for number, words in release.hides.items()
        if number not in line.hides or not is_slip(words, line.hides[number])
    }
    return replace(
        line,
        id=entry.id,
        under=entry.under,
        number=release.number,
        created=release.created,
        hides={**line.hides, **hides},
    )


def _renumbered(entries: list[Entry], released: Sequence[Entry]) -> list[Entry]:
    """The notes that no release has, with the next numbers and with note ids that are free."""
    seconds = {entry.created for entry in released}
    numbers = count(len(released) + 1)
    renumbered = []
    for entry in sorted(entries, key=lambda entry: (entry.number, entry.created, entry.id)):
        created = next(second for second in range(entry.created, 0, -1) if second not in seconds)
        seconds.add(created)
        renumbered.append(replace(entry, number=next(numbers), created=created))
    return renumbered


def _refuse_shared_ids(entries: Sequence[Entry], lock: Lock, release: Lock) -> None:
    owners: dict[str, Entry] = {}
    for entry in entries:
        other = owners.setdefault(entry.id, entry)
        if other is not entry:
            message = f"`{entry.id}` is one note in the lock, and another in {release.path}"
            hint = "give the newer note another id, or take the lock back from git as it was at the release"
            raise ContentError([problem("RC227", lock.at(entry.id), message, hint)])
