"""The child process of a rehearsal: plays one learner with Anki's own library, and tells what is there.

It is the only module that imports `anki`, whose licence is the AGPL, and it is only ever run as a program of
its own: `{"old": …, "new": …, "folder": …}` comes in on standard input, what was seen goes out as JSON.

The order of times is the one of real life: OLD is built, the learner imports and studies it and edits some
notes, then the changed notes of NEW are built. So the learner's edits get the second after the latest
modification time in OLD. With the clock's time instead they would be later than a NEW that was built before
the rehearsal, and Anki would keep them all, whatever NEW does.
"""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import anki.lang
from anki.buildinfo import version
from anki.collection import Collection
from anki.errors import BackendError
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.scheduler_pb2 import CardAnswer

EDIT_EVERY = 10
"""One note in this many is edited by the learner."""
LEARNERS_TAG = "learners-own-tag"
LEARNERS_WORDS = " (the learner's own words)"

_RATINGS = (CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.EASY)
_CARDS = """
    select c.id, n.guid, c.ord, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses, c.left,
        c.odue, c.odid, c.flags, c.data
    from cards c join notes n on n.id = c.nid order by c.id
"""
_OUTCOMES = {"new": "new", "updated": "updated", "unchanged": "duplicate"}
"""Our words for what became of a note, and those of Anki's import log; what is in none of them conflicts."""


class _RefusedError(Exception):
    """Anki does not import a package; the cause is its own error."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def main() -> None:
    """Read the paths from standard input and write what a learner would see to standard output."""
    request = json.load(sys.stdin)
    with redirect_stdout(sys.stderr):  # Anki prints notes of its own
        try:
            answer = _rehearse(**request)
        except _RefusedError as error:
            answer = {"refused": error.path, "reason": str(error.__cause__)}
    json.dump(answer, sys.stdout)


def _rehearse(old: str, new: str, folder: str) -> dict[str, Any]:
    anki.lang.set_lang("en")
    collection = Collection(str(Path(folder, "collection.anki2")))
    try:
        _import(collection, old)
        _study(collection)
        edited = _edit(collection)
        before = _seen(collection, folder)
        outcomes = _import(collection, new)
        after = _seen(collection, folder)
    finally:
        collection.close()
    return {"anki": version, "edited": edited, "outcomes": outcomes, "before": before, "after": after}


def _import(collection: Collection, path: str) -> dict[str, list[str]]:
    """Import with Anki's default options; the GUIDs of the notes by what became of them."""
    request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
    try:
        log = collection.import_anki_package(request).log
    except BackendError as error:
        raise _RefusedError(path) from error
    guids = dict(_rows(collection, "select id, guid from notes"))
    return {ours: sorted({guids[note.id.nid] for note in getattr(log, name)}) for ours, name in _OUTCOMES.items()}


def _study(collection: Collection) -> None:
    """Answer every card once through the scheduler (Anki's “Grade Now”), with all four ratings in turn."""
    cards = [card for (card,) in _rows(collection, "select id from cards order by id")]
    for first, rating in enumerate(_RATINGS):
        if some := cards[first :: len(_RATINGS)]:
            collection._backend.grade_now(card_ids=some, rating=rating)  # noqa: SLF001  (no public call)


def _edit(collection: Collection) -> list[str]:
    """Write into the last filled field of every so many notes, and tag them; the notes' GUIDs."""
    rows = _rows(collection, "select id, mod from notes order by id")
    time = max((modified for _, modified in rows), default=0) + 1
    notes = [collection.get_note(key) for key, _ in rows[::EDIT_EVERY]]
    for note in notes:
        last = max(place for place, text in enumerate(note.fields) if text or place == 0)
        note.fields[last] += LEARNERS_WORDS
        note.add_tag(LEARNERS_TAG)
    collection.update_notes(notes)
    for note in notes:
        _rows(collection, "update notes set mod = ? where id = ?", time, note.id)
    return [note.guid for note in notes]


def _seen(collection: Collection, folder: str) -> dict[str, Any]:
    """Tell what is in the collection now; cards are by id, notes by GUID."""
    notes, cards = _rows(collection, "select guid, flds, tags from notes"), _rows(collection, _CARDS)
    # There is no public call for what Tools → Empty Cards shows.
    blank = collection._backend.get_empty_cards()  # noqa: SLF001
    return {
        "notes": {guid: content for guid, *content in notes},
        "cards": {card: [guid, ordinal, scheduling] for card, guid, ordinal, *scheduling in cards},
        "reviews": _rows(collection, "select * from revlog order by id"),
        "blank": sorted(card for note in blank.notes for card in note.card_ids),
        "note_types": {note_type["id"]: note_type["name"] for note_type in collection.models.all()},
        "check": _check(collection, folder),
        "missing_media": sorted(collection.media.check().missing),
    }


def _rows(collection: Collection, query: str, *values: int) -> list[Any]:
    assert collection.db is not None
    return list(collection.db.all(query, *values))


def _check(collection: Collection, folder: str) -> list[str]:
    """Run “Check Database” on a copy, since it repairs what it finds; its complaints."""
    copied = Path(folder, "check", "collection.anki2")
    copied.parent.mkdir(exist_ok=True)
    collection.close()
    shutil.copyfile(collection.path, copied)
    collection.reopen()
    copy = Collection(str(copied))
    try:
        message, fine = copy.fix_integrity()
    finally:
        copy.close()
    return [] if fine else message.replace("\u2068", "").replace("\u2069", "").splitlines()


if __name__ == "__main__":
    main()
