"""What learners already have: per published note its identity, times, card number and text, kept in `cards.lock`.

The file has one line a note, sorted by id and parted by empty lines, so that git merges branches that touch different
notes line by line. Each line ends in a check of itself: nobody changes it by hand unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from itertools import count, filterfalse, islice
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rolecards.notes.note import guid
from rolecards.problems import ContentError, Location, Problem, limited, problem
from rolecards.text import cloze
from rolecards.text.allowed import foreign_markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rolecards.notes.note_type import Form

LOCK_NAME = "cards.lock"
FORMAT = 2
_HEADER = (
    f"rolecards lock {FORMAT}",
    "# What learners already have. `rolecards build` writes this file; commit it, and never change it by hand.",
)


class Entry(Struct, frozen=True, kw_only=True):
    """A published note. Texts are the fields' HTML; times are seconds since 1970."""

    id: str
    note_type: str
    """The key of its note type."""
    form: Form
    """That of its note type."""
    number: int
    """The card number on card and paper, and the note's place in the order of new cards."""
    created: int
    """Anki's note id is this in milliseconds; no other note has the same."""
    modified: int
    """When the note's own content last changed; Anki takes an update only if this has grown."""
    retired: int = 0
    """When it was taken out of the content; 0 while it is in."""
    guid: str
    """Its identity in the collections of learners: from its first id, or as it came with a deck that was taken over."""
    adopted: bool = False
    """Whether its texts are HTML that was taken over with an existing deck."""
    under: str = ""
    """For a note without an id of its own: the file and heading it stood under."""
    fingerprint: str
    """Of its fields, tags and media."""
    hides: Mapping[int, str] = {}
    """Per cloze number ever published, the words it hid last: a number given up is never used again."""
    front: str
    """The question, or the text of a cloze note."""
    back: str


Named = tuple[str, int | None]
"""A field or card template: its name and its id, which is None where a deck that was taken over had none."""


class TypeEntry(Struct, frozen=True, kw_only=True):
    """A published note type."""

    key: str
    id: int
    name: str
    form: Form
    modified: int
    """When its name, its fields' names or its look last changed; Anki takes them over only if this has grown."""
    fields: tuple[Named, ...]
    templates: tuple[Named, ...]
    look: str
    """Fingerprint of the card templates' texts and the stylesheet."""

    @property
    def schema(self) -> tuple[object, ...]:
        """What must never change: with other ids or another order, Anki would update none of its notes."""
        fields, templates = ([each[1] or each[0] for each in some] for some in (self.fields, self.templates))
        return self.id, self.form, fields, templates


class DeckEntry(Struct, frozen=True, kw_only=True):
    """The published deck."""

    id: str
    """All GUIDs hang on it."""
    name: str
    """Anki finds the deck by it."""
    numbers: int
    """How many card numbers were given out: a lock with fewer lines has lost some."""
    words: str = ""
    """Fingerprint of the words around the content on cards; empty in locks of earlier versions."""
    parts: Mapping[str, str] = {}
    """By key, the published names of the parts, by which Anki finds their decks."""


class Lock(Struct, frozen=True, kw_only=True):
    """All that was published."""

    path: str
    deck: DeckEntry | None = None
    entries: Mapping[str, Entry] = {}
    """By note id."""
    types: Mapping[str, TypeEntry] = {}
    """By key."""
    lines: Mapping[str, int] = {}
    """The line in which a note stands, by its id, or a note type, by `@` and its key."""

    def at(self, name: str) -> Location:
        """The place of a note or a note type in the file."""
        return Location(self.path, self.lines.get(name, 1))


# ---------------------------------------------------------------- reading


def read_lock(path: str, text: str | None) -> Lock:
    """The lock in `text`, which is None for a deck never published. Raises ContentError with every problem."""
    if text is None:
        return Lock(path=path)
    lines = text.replace("\r\n", "\n").split("\n")
    _refuse_foreign(path, lines)
    numbered = {at: line for at, line in enumerate(lines, start=1) if at > 1 and line and not line.startswith("#")}
    special = {at: _parsed(line, {}) for at, line in numbered.items() if line.startswith("@")}
    types = {at: line for at, line in special.items() if isinstance(line, TypeEntry)}
    forms = {entry.key: entry.form for entry in types.values()}
    notes = {at: _parsed(line, forms) for at, line in numbered.items() if at not in special}
    faults = [(at, fault) for at, fault in sorted((special | notes).items()) if isinstance(fault, str)]
    problems = [
        problem("RC211", Location(path, at), fault + rest, "restore the file from git, then build again")
        for (at, fault), rest in limited(faults)
    ]
    entries = {at: line for at, line in notes.items() if isinstance(line, Entry)}
    decks = {at: line for at, line in special.items() if isinstance(line, DeckEntry)}
    problems = problems or [*_foreign_lines(path, decks, entries), *_missing_lines(path, entries, types, decks)]
    if problems:
        raise ContentError(problems)
    return Lock(
        path=path,
        deck=max(decks.values(), key=lambda deck: deck.numbers),
        entries=_settled(entries.values(), next(iter(decks.values())).id),
        types={entry.key: entry for entry in sorted(types.values(), key=lambda entry: entry.modified)},
        lines={entry.id: at for at, entry in entries.items()} | {f"@{entry.key}": at for at, entry in types.items()},
    )


def _refuse_foreign(path: str, lines: list[str]) -> None:
    """Raise ContentError for a file with merge conflicts in it, of another format, or of another kind."""
    marks = [at for at, line in enumerate(lines, start=1) if line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    if marks:
        hint = "keep the lines of both sides; `cards.lock merge=union` in .gitattributes does it for you"
        raise ContentError([problem("RC212", Location(path, marks[0]), "this is a merge conflict", hint)])
    header = _FIRST_LINE.fullmatch(lines[0])
    if not header:
        raise ContentError([problem("RC211", Location(path), "this is not a lock file", "restore the file from git")])
    if int(header[1]) > FORMAT:
        message = f"a newer rolecards wrote this lock (format {header[1]}; this version reads {FORMAT})"
        raise ContentError([problem("RC213", Location(path), message, "install the newer version")])
    if int(header[1]) < FORMAT:
        hint = "delete it and build: the deck starts over, and whoever imported an earlier build deletes that deck once"
        message = f"this lock has format {header[1]}, from before the first release"
        raise ContentError([problem("RC213", Location(path), message, hint)])


def _parsed(line: str, forms: Mapping[str, Form]) -> Entry | TypeEntry | DeckEntry | str:
    """The value of a line, or what is wrong with it; `forms` has the form of each note type."""
    body, _, check = line.rpartition("\t")
    if check != _check(body):
        return "this line was changed by hand or is damaged"
    if _CONTROL.search(body):
        return "this line is malformed"
    columns = body.split("\t")
    try:
        entry = _READERS[columns[0]](columns) if columns[0].startswith("@") else _entry(columns, forms)
    except (ValueError, KeyError, OverflowError, RecursionError, msgspec.MsgspecError):
        return "this line is malformed"
    # A tag can be in two halves around a cloze deletion, which the package of retired notes reveals.
    texts = (entry.front + entry.back, cloze.reveal(cloze.parse_field(entry.front))) if isinstance(entry, Entry) else ()
    if foreign := next(filter(None, map(foreign_markup, texts)), ""):
        return f"this line contains {foreign}, which rolecards never writes"
    return entry


_FIRST_LINE = re.compile(r"rolecards lock ([0-9]{1,9})")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ID = re.compile(r"[\w.:-]+")


MOST = 10_000_000
"""The highest card number: what is beyond it was not given out by us."""

EARLIEST = 315_532_800
"""1980: zip files have no earlier time, and Anki's ids must be above zero."""

LATEST = 253_402_300_799
"""The last second of the year 9999, which has no fifth digit."""

DEEPEST = 8
"""How deep Anki reads cloze deletions inside each other."""

BEYOND = 1 << 63
"""Anki's ids of note types, fields and card templates are below it."""


def _entry(columns: list[str], forms: Mapping[str, Form]) -> Entry:
    note_id, key, number, created, modified, retired, name, adopted, under, fingerprint, hides, front, back = columns
    return Entry(
        id=_matching(_ID, note_id),
        note_type=key,
        form=forms[key],
        number=_number(number),
        created=_seconds(created),
        modified=_seconds(modified),
        retired=0 if retired == "-" else _seconds(retired),
        guid=_filled(name),
        adopted={"-": False, "html": True}[adopted],
        under="" if under == "-" else under,
        fingerprint=fingerprint,
        hides={} if hides == "-" else _hides(hides),
        front=_shallow(front),
        back=back,
    )


def _hides(text: str) -> dict[int, str]:
    hides = msgspec.json.decode(text, type=dict[int, str])
    if not all(1 <= number <= cloze.MOST for number in hides):
        raise ValueError("a cloze number that Anki does not know")
    return hides


def _shallow(text: str) -> str:
    if cloze.depth(text) > DEEPEST:
        raise ValueError("cloze deletions are nested too deep")
    return text


def _number(text: str) -> int:
    if len(text) > len(str(MOST)) or not 1 <= (number := int(text)) <= MOST:
        raise ValueError("a number that rolecards never gives out")
    return number


def _type_id(text: str) -> int:
    if len(text) > len(str(BEYOND)) or not 0 < (number := int(text)) < BEYOND:
        raise ValueError("not an id of Anki's")
    return number


def _named(text: str) -> tuple[Named, ...]:
    named = msgspec.json.decode(text, type=tuple[Named, ...])
    if not all(each is None or -BEYOND <= each < BEYOND for _, each in named):
        raise ValueError("not an id of Anki's")
    return named


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("an id that no note can have")
    return text


def _filled(text: str) -> str:
    if not text or len(text) > 200:
        raise ValueError("a GUID is missing or too long")
    return text


def _type_entry(columns: list[str]) -> TypeEntry:
    _, key, type_id, name, form, modified, fields, templates, look = columns
    return TypeEntry(
        key=_filled(key),
        id=_type_id(type_id),
        name=_filled(name),
        form=_FORMS[form],
        modified=_seconds(modified),
        fields=_named(fields),
        templates=_named(templates),
        look=look,
    )


def _deck_entry(columns: list[str]) -> DeckEntry:
    _, deck_id, name, numbers, *later = columns
    words, parts = later or ("", "{}")
    return DeckEntry(
        id=deck_id,
        name=name,
        numbers=0 if numbers == "0" else _number(numbers),
        words=words,
        parts=msgspec.json.decode(parts, type=dict[str, str]),
    )


_READERS: dict[str, Callable[[list[str]], TypeEntry | DeckEntry]] = {
    "@deck": _deck_entry,
    "@note-type": _type_entry,
}
"""By the word that a line starts with; a note's line starts with its id, which has no `@`."""

_FORMS: dict[str, Form] = {"qa": "qa", "cloze": "cloze"}


def _foreign_lines(path: str, decks: Mapping[int, DeckEntry], entries: Mapping[int, Entry]) -> Iterator[Problem]:
    """Lines that no merge can bring together: of another deck, or of another note with the same id."""
    hint = "restore the file from git, then build again"
    first = next(iter(decks.values()), None)
    for at, deck in decks.items():
        if first and deck.id != first.id:
            message = f"this line is of the deck `{deck.id}`, but the lock is of `{first.id}`"
            yield problem("RC211", Location(path, at), message, hint)
    ids: dict[str, Entry] = {}
    guids: dict[str, Entry] = {}
    for at, entry in entries.items():
        same_id, same_guid = ids.setdefault(entry.id, entry), guids.setdefault(entry.guid, entry)
        if same_id.guid != entry.guid:
            message = f"this line has the id `{entry.id}`, but another line with that id has another GUID"
            yield problem("RC211", Location(path, at), message, hint)
        elif entry.id != same_guid.id and entry.created != same_guid.created:  # else a branch renamed the note
            message = f"this line has the GUID of `{same_guid.id}`, which is another note"
            yield problem("RC211", Location(path, at), message, hint)


def _missing_lines(
    path: str, entries: Mapping[int, Entry], types: Mapping[int, TypeEntry], decks: Mapping[int, DeckEntry]
) -> list[Problem]:
    """Numbers are given out without gaps and stay with retired notes, so a gap is a line that somebody took out."""
    hint = "restore the file from git; retired notes keep their lines"
    if not decks or not types:
        message = "lines are missing here: those of the deck and of the note types"
        return [problem("RC214", Location(path), message, hint)]
    numbers = {entry.number for entry in entries.values()}
    given = range(1, max(*numbers, *(deck.numbers for deck in decks.values()), 0) + 1)
    gaps = list(islice((number for number in given if number not in numbers), 6))
    if not gaps:
        return []
    shown = ", ".join(map(str, gaps[:5])) + (" …" if len(gaps) > 5 else "")
    return [problem("RC214", Location(path), f"lines are missing here: no note has the number {shown}", hint)]


def _settled(entries: Iterable[Entry], deck_id: str) -> dict[str, Entry]:
    """What two branches both took is settled by rule: the note created first keeps it, the other takes a free one."""
    settled: dict[str, Entry] = {}
    merged = _one_a_note(entries, deck_id)
    free_numbers = filterfalse({entry.number for entry in merged}.__contains__, count(1))
    numbers: set[int] = set()
    seconds: set[int] = set()
    free: dict[int, int] = {}
    for entry in sorted(merged, key=lambda entry: (entry.number, entry.created, entry.id)):
        number, created = entry.number, entry.created
        if number in numbers:
            number = next(free_numbers)
        created = free.get(created, created)
        while created in seconds:
            created -= 1
        free[entry.created] = created - 1
        numbers.add(number)
        seconds.add(created)
        same = (number, created) == (entry.number, entry.created)
        settled[entry.id] = entry if same else replace(entry, number=number, created=created)
    return settled


def _one_a_note(entries: Iterable[Entry], deck_id: str) -> list[Entry]:
    """Of several lines with one GUID, one that renamed the note, else one that did not retire it, else the latest.

    If learners may have another content with the same time or a later one, the time moves beyond that.
    """
    by_guid: dict[str, list[Entry]] = {}
    for entry in entries:
        by_guid.setdefault(entry.guid, []).append(entry)
    kept = []
    for lines in by_guid.values():
        best = max(
            lines,
            key=lambda line: (line.guid != guid(deck_id, line.id), not line.retired, line.modified, line.fingerprint),
        )
        latest = max(line.modified + (_content(line) != _content(best)) for line in lines)
        kept.append(best if best.modified == latest else replace(best, modified=latest))
    return kept


def _content(entry: Entry) -> tuple[str, bool]:
    return entry.fingerprint, bool(entry.retired)


# ---------------------------------------------------------------- writing


def write_lock(lock: Lock) -> str:
    """The text of the file: the same for the same lock, whatever order its entries came in."""
    deck = [_deck_line(lock.deck)] if lock.deck else []
    types = [_type_line(lock.types[key]) for key in sorted(lock.types)]
    notes = [_entry_line(lock.entries[note_id]) for note_id in sorted(lock.entries)]
    return "\n".join([*_HEADER, "", *(part for line in (*deck, *types, *notes) for part in (line, ""))])


def _entry_line(entry: Entry) -> str:
    return _checked(
        entry.id,
        entry.note_type,
        str(entry.number),
        _time(entry.created),
        _time(entry.modified),
        _time(entry.retired) if entry.retired else "-",
        entry.guid,
        "html" if entry.adopted else "-",
        entry.under or "-",
        entry.fingerprint,
        json.dumps({str(key): entry.hides[key] for key in sorted(entry.hides)}, ensure_ascii=False)
        if entry.hides
        else "-",
        entry.front,
        entry.back,
    )


def _type_line(entry: TypeEntry) -> str:
    fields, templates = (msgspec.json.encode(some).decode() for some in (entry.fields, entry.templates))
    time = _time(entry.modified)
    return _checked("@note-type", entry.key, str(entry.id), entry.name, entry.form, time, fields, templates, entry.look)


def _deck_line(deck: DeckEntry) -> str:
    parts = json.dumps(dict(deck.parts), ensure_ascii=False)
    later = (deck.words, parts) if deck.words else ()
    return _checked("@deck", deck.id, deck.name, str(deck.numbers), *later)


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
    if not EARLIEST <= (seconds := int(time.timestamp())) <= LATEST:
        raise ValueError("a time before there was Anki, or one that can't be written")
    return seconds
