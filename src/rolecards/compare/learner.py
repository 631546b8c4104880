"""The learner of a rehearsal: a collection in Anki's own library.

Only this module imports `anki`, which has the AGPL licence, and it only runs in the child process. The learner's edits
are one second later than OLD, as if made before NEW was built; Anki would keep all edits that are later than NEW.
"""

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

EDIT_EVERY = 10  # the learner edits one note in this many
LEARNERS_TAG = "learners-own-tag"
LEARNERS_TEXT = " (the learner's own words)"
_RATINGS = (CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.EASY)
_CARDS = """
    select c.id, n.guid, c.ord, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses, c.left,
        c.odue, c.odid, c.flags, c.data
    from cards c join notes n on n.id = c.nid order by c.id
"""
_OUTCOMES = {"new": "new", "updated": "updated", "unchanged": "duplicate"}  # in the report: in Anki's import log


class _RefusedError(Exception):
    """Anki does not import a package; the arguments are its file name and Anki's reason."""


def rehearse(folder: Path) -> dict[str, Any]:
    """Import OLD, study and edit its notes, then import NEW; the report, or the package that Anki does not import."""
    with redirect_stdout(sys.stderr):  # Anki prints messages
        anki.lang.set_lang("en")
        collection = Collection(str(folder / "collection.anki2"))
        try:
            _import(collection, folder / "old.apkg")
            _study(collection)
            edited = _edit(collection)
            before = _state(collection)
            outcomes = _import(collection, folder / "new.apkg")
            after = _state(collection)
        except _RefusedError as error:
            package, reason = error.args
            return {"refused": package, "reason": reason}
    return {"anki": version, "edited": edited, "outcomes": outcomes, "before": before, "after": after}


def _import(collection: Collection, path: Path) -> dict[str, list[str]]:
    """Import with Anki's default options; the GUIDs of the notes by outcome."""
    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    try:
        log = collection.import_anki_package(request).log
    except BackendError as error:
        raise _RefusedError(path.name, str(error)) from error
    guids = dict(_rows(collection, "select id, guid from notes"))
    return {outcome: sorted({guids[note.id.nid] for note in getattr(log, name)}) for outcome, name in _OUTCOMES.items()}


def _study(collection: Collection) -> None:
    """Answer every card once with “Grade Now”, with the four ratings in turn."""
    cards = [card for (card,) in _rows(collection, "select id from cards order by id")]
    for first, rating in enumerate(_RATINGS):
        if batch := cards[first :: len(_RATINGS)]:
            collection._backend.grade_now(card_ids=batch, rating=rating)  # noqa: SLF001  (no public call)


def _edit(collection: Collection) -> list[str]:
    """Add a text and a tag to one in `EDIT_EVERY` notes; returns their GUIDs."""
    rows = _rows(collection, "select id, mod from notes order by id")
    time = max((modified for _, modified in rows), default=0) + 1
    notes = [collection.get_note(key) for key, _ in rows[::EDIT_EVERY]]
    for note in notes:
        last = max(place for place, text in enumerate(note.fields) if text or place == 0)
        note.fields[last] += LEARNERS_TEXT
        note.add_tag(LEARNERS_TAG)
    collection.update_notes(notes)
    for note in notes:
        _rows(collection, "update notes set mod = ? where id = ?", time, note.id)
    return [note.guid for note in notes]


def _state(collection: Collection) -> dict[str, Any]:
    """The content of the collection: cards by id, notes by GUID."""
    notes, cards = _rows(collection, "select guid, flds, tags from notes"), _rows(collection, _CARDS)
    # Tools → Empty Cards has no public call.
    blank = collection._backend.get_empty_cards()  # noqa: SLF001
    return {
        "notes": {guid: content for guid, *content in notes},
        "cards": {card: [guid, ordinal, scheduling] for card, guid, ordinal, *scheduling in cards},
        "reviews": _rows(collection, "select * from revlog order by id"),
        "blank": sorted(card for note in blank.notes for card in note.card_ids),
        "note_types": {note_type["id"]: note_type["name"] for note_type in collection.models.all()},
        "missing_media": sorted(collection.media.check().missing),
    }


def _rows(collection: Collection, query: str, *values: int) -> list[Any]:
    assert collection.db is not None
    return list(collection.db.all(query, *values))
