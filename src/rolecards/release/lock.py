"""What learners already have: per published note its identity, times, card number and text, kept in `cards.lock`.

The file has one line a note, sorted by id and parted by empty lines, so that git merges branches that touch different
notes line by line. Each line ends in a check of itself: nobody changes it by hand unnoticed.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rolecards.problems import ContentError, Location, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

LOCK_NAME = "cards.lock"
FORMAT = 1
_HEADER = (
    f"rolecards lock {FORMAT}",
    "# What learners already have. `rolecards build` writes this file; commit it, and never change it by hand.",
)

Form = Literal["qa", "cloze"]


class Entry(Struct, frozen=True, kw_only=True):
    """A published note. Texts are the fields' HTML; times are seconds since 1970."""

    id: str
    form: Form
    number: int
    """The card number on card and paper, and the note's place in the order of new cards."""
    created: int
    """Anki's note id is this in milliseconds; no other note has the same."""
    modified: int
    """When the note's own content last changed; Anki takes an update only if this has grown."""
    retired: int = 0
    """When it was taken out of the content; 0 while it is in."""
    origin: str
    """The id that its GUID is made from: its first one, however often it was renamed."""
    under: str = ""
    """For a note without an id of its own: the file and heading it stood under."""
    fingerprint: str
    """Of its fields, tags and media."""
    hides: Mapping[int, str] = {}
    """Per cloze number ever published, the words it hid last: a number given up is never used again."""
    front: str
    """The question, or the text of a cloze note."""
    back: str


class TypeEntry(Struct, frozen=True, kw_only=True):
    """A published note type."""

    form: Form
    modified: int
    schema: str
    """Fingerprint of what must never change: ids, fields, card templates by id."""
    look: str
    """Fingerprint of what may: names, the templates' text, the style sheet."""


class DeckEntry(Struct, frozen=True, kw_only=True):
    """The published deck."""

    id: str
    """All GUIDs hang on it."""
    name: str
    """Anki finds the deck by it."""
    numbers: int
    """How many card numbers were given out: a lock with fewer lines has lost some."""


class Lock(Struct, frozen=True, kw_only=True):
    """All that was published."""

    path: str
    deck: DeckEntry | None = None
    entries: Mapping[str, Entry] = {}
    """By note id."""
    types: Mapping[Form, TypeEntry] = {}
    lines: Mapping[str, int] = {}
    """By note id, the line it stands in."""

    def at(self, note_id: str) -> Location:
        """The place of an entry in the file."""
        return Location(self.path, self.lines.get(note_id, 1))


# ---------------------------------------------------------------- reading


def read_lock(path: str, text: str | None) -> Lock:
    """The lock in `text`, which is None for a deck never published. Raises ContentError with every problem."""
    if text is None:
        return Lock(path=path)
    lines = text.replace("\r\n", "\n").split("\n")
    _refuse_foreign(path, lines)
    places = [at for at, line in enumerate(lines, start=1) if at > 1 and line and not line.startswith("#")]
    read = {at: _read_line(lines[at - 1]) for at in places}
    problems = [
        problem("RC211", Location(path, at), found, "take the file back from git, then build again")
        for at, found in read.items()
        if isinstance(found, str)
    ]
    entries = {at: found for at, found in read.items() if isinstance(found, Entry)}
    types = [found for found in read.values() if isinstance(found, TypeEntry)]
    decks = [found for found in read.values() if isinstance(found, DeckEntry)]
    problems = problems or _missing_lines(path, entries.values(), types, decks)
    if problems:
        raise ContentError(problems)
    return Lock(
        path=path,
        deck=max(decks, key=lambda deck: deck.numbers),
        entries=_settled(entries.values()),
        types={entry.form: entry for entry in sorted(types, key=lambda entry: entry.modified)},
        lines={entry.id: at for at, entry in entries.items()},
    )


def _refuse_foreign(path: str, lines: list[str]) -> None:
    """Raise ContentError for a file with merge conflicts in it, of a newer format, or of another kind."""
    marks = [at for at, line in enumerate(lines, start=1) if line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    if marks:
        hint = "keep the lines of both sides; `cards.lock merge=union` in .gitattributes does it for you"
        raise ContentError([problem("RC212", Location(path, marks[0]), "this is a merge conflict", hint)])
    kind, _, version = lines[0].rpartition(" ")
    if kind != "rolecards lock" or not (version.isascii() and version.isdecimal()):
        raise ContentError([problem("RC211", Location(path), "this is not a lock file", "take the file back from git")])
    if int(version) != FORMAT:
        message = f"this lock was written by a newer rolecards (format {version}; this one reads {FORMAT})"
        raise ContentError([problem("RC213", Location(path), message, "install the newer version")])


def _read_line(line: str) -> Entry | TypeEntry | DeckEntry | str:
    """What the line holds, or what is wrong with it."""
    body, _, check = line.rpartition("\t")
    if check != _check(body):
        return "this line was changed by hand or damaged"
    columns = body.split("\t")
    try:
        return _READERS.get(columns[0], _entry)(columns)
    except (ValueError, KeyError, msgspec.MsgspecError):
        return "this line does not have the form it must have"


def _entry(columns: list[str]) -> Entry:
    note_id, form, number, created, modified, retired, origin, under, fingerprint, hides, front, back = columns
    return Entry(
        id=note_id,
        form=_FORMS[form],
        number=int(number),
        created=_seconds(created),
        modified=_seconds(modified),
        retired=0 if retired == "-" else _seconds(retired),
        origin=note_id if origin == "-" else origin,
        under="" if under == "-" else under,
        fingerprint=fingerprint,
        hides={} if hides == "-" else msgspec.json.decode(hides, type=dict[int, str]),
        front=front,
        back=back,
    )


def _type_entry(columns: list[str]) -> TypeEntry:
    _, form, modified, schema, look = columns
    return TypeEntry(form=_FORMS[form], modified=_seconds(modified), schema=schema, look=look)


def _deck_entry(columns: list[str]) -> DeckEntry:
    _, deck_id, name, numbers = columns
    return DeckEntry(id=deck_id, name=name, numbers=int(numbers))


_READERS: dict[str, Callable[[list[str]], Entry | TypeEntry | DeckEntry]] = {
    "@deck": _deck_entry,
    "@note-type": _type_entry,
}
"""By the word that a line starts with; a note's starts with its id, which has no `@`."""

_FORMS: dict[str, Form] = {"qa": "qa", "cloze": "cloze"}


def _missing_lines(
    path: str, entries: Collection[Entry], types: Collection[TypeEntry], decks: Collection[DeckEntry]
) -> list[Problem]:
    """Numbers are given out without gaps and stay with retired notes, so a gap is a line that somebody took out."""
    hint = "take the file back from git; retired notes keep their lines"
    if not decks or {entry.form for entry in types} != set(_FORMS.values()):
        message = "lines are missing here: those of the deck and of the note types"
        return [problem("RC214", Location(path), message, hint)]
    numbers = {entry.number for entry in entries}
    given = range(1, max(deck.numbers for deck in decks) + 1)
    gaps = list(islice((number for number in given if number not in numbers), 6))
    if not gaps:
        return []
    shown = ", ".join(map(str, gaps[:5])) + (" …" if len(gaps) > 5 else "")
    return [problem("RC214", Location(path), f"lines are missing here: no note has the number {shown}", hint)]


def _settled(entries: Iterable[Entry]) -> dict[str, Entry]:
    """What two branches both took is settled by rule: the note created first keeps it, the other takes the next."""
    settled: dict[str, Entry] = {}
    merged = _one_a_note(entries)
    highest = max((entry.number for entry in merged), default=0)
    numbers: set[int] = set()
    seconds: set[int] = set()
    for entry in sorted(merged, key=lambda entry: (entry.number, entry.created, entry.id)):
        number, created = entry.number, entry.created
        if number in numbers:
            number = highest = highest + 1
        while created in seconds:
            created -= 1
        numbers.add(number)
        seconds.add(created)
        same = (number, created) == (entry.number, entry.created)
        settled[entry.id] = entry if same else replace(entry, number=number, created=created)
    return settled


def _one_a_note(entries: Iterable[Entry]) -> list[Entry]:
    """Of several lines for one note (one origin: one GUID) a line with a later id of it, else the latest.

    The time is that of the latest in any case: what learners may have of the note is no newer.
    """
    by_origin: dict[str, list[Entry]] = {}
    for entry in entries:
        by_origin.setdefault(entry.origin, []).append(entry)
    kept = []
    for lines in by_origin.values():
        best = max(lines, key=lambda entry: (entry.id != entry.origin, entry.modified, entry.fingerprint))
        latest = max(entry.modified for entry in lines)
        kept.append(best if best.modified == latest else replace(best, modified=latest))
    return kept


# ---------------------------------------------------------------- writing


def write_lock(lock: Lock) -> str:
    """The text of the file: the same for the same lock, whatever order its entries came in."""
    deck = [_deck_line(lock.deck)] if lock.deck else []
    types = [_type_line(lock.types[form]) for form in sorted(lock.types)]
    notes = [_entry_line(lock.entries[note_id]) for note_id in sorted(lock.entries)]
    return "\n".join([*_HEADER, "", *(part for line in (*deck, *types, *notes) for part in (line, ""))])


def _entry_line(entry: Entry) -> str:
    return _checked(
        entry.id,
        entry.form,
        str(entry.number),
        _time(entry.created),
        _time(entry.modified),
        _time(entry.retired) if entry.retired else "-",
        "-" if entry.origin == entry.id else entry.origin,
        entry.under or "-",
        entry.fingerprint,
        json.dumps({str(key): entry.hides[key] for key in sorted(entry.hides)}, ensure_ascii=False)
        if entry.hides
        else "-",
        entry.front,
        entry.back,
    )


def _type_line(entry: TypeEntry) -> str:
    return _checked("@note-type", entry.form, _time(entry.modified), entry.schema, entry.look)


def _deck_line(deck: DeckEntry) -> str:
    return _checked("@deck", deck.id, deck.name, str(deck.numbers))


def _checked(*columns: str) -> str:
    body = "\t".join(" ".join(column.split()) for column in columns)
    return f"{body}\t{_check(body)}"


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:6]


@cache
def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: str) -> int:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without its zone would be read in the machine's own")
    return int(time.timestamp())
