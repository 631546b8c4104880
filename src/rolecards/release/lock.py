"""What learners already have: the identity, times, card number and text of each published note, kept in `cards.lock`.

The file has one line per note, sorted by id and separated by empty lines, so that git merges branches that change
different notes line by line. Each line ends with its checksum, so a change by hand is noticed.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import count, filterfalse, islice
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import astuple, replace

from rolecards.notes.note import GUID, digest, guid
from rolecards.notes.note_type import Form
from rolecards.problems import ContentError, Location, Problem, limited, problem
from rolecards.text import cloze
from rolecards.text.allowed import foreign_markup

MOST = 10_000_000  # the highest card number: what is beyond it was not given out by us
EARLIEST = 315_532_800  # 1980: zip files have no earlier time, and Anki's ids must be above zero
LATEST = 253_402_300_799  # the last second of the year 9999, which has no fifth digit
DEEPEST = 8  # how deep Anki reads cloze deletions inside each other
HIGHEST_ID = (1 << 63) - 1  # of a note type, a field or a card template in Anki
Number = Annotated[int, Meta(ge=1, le=MOST)]
Time = Annotated[int, Meta(ge=EARLIEST, le=LATEST)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
LOCK_NAME = "cards.lock"
FORMAT = 2
_HEADER = (
    f"rolecards lock {FORMAT}",
    "# What learners already have. `rolecards build` writes this file; commit it, and never change it by hand.",
)
_RESTORE = "restore the file from git, then build again"
_FIRST_LINE = re.compile(r"rolecards lock ([0-9]{1,9})")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Entry(Struct, frozen=True, kw_only=True):
    """A published note. Texts are the fields' HTML; times are seconds since 1970."""

    id: Annotated[str, Meta(pattern=r"^[\w.:-]+\Z")]
    note_type: str  # the key of its note type
    number: Number  # the card number on card and paper, and the note's place in the order of new cards
    created: Time  # Anki's note id is this in milliseconds; no other note has the same
    modified: Time = 0  # when the note's own content last changed; Anki takes an update only if this is later
    retired: Time = 0  # when it was taken out of the content; 0 while it is in
    guid: Name  # its identity in the collections of learners: from its first id, or from a deck that was taken over
    adopted: bool = False  # whether its texts are HTML that was taken over with an existing deck
    under: str = ""  # for a note without an id of its own: the file and heading it was under
    fingerprint: str = ""  # of its fields, tags and media
    hides: dict[Annotated[int, Meta(ge=1, le=cloze.MOST)], str] = {}  # by cloze number ever published, its last words
    front: str = ""  # the question, or the text of a cloze note
    back: str = ""

    @property
    def form(self) -> Form:
        """The form of its note type: only a cloze note hides words."""
        return "cloze" if self.hides else "qa"


Named = tuple[str, Annotated[int, Meta(ge=-HIGHEST_ID - 1, le=HIGHEST_ID)]]  # of a field or template


class TypeEntry(Struct, frozen=True, kw_only=True):
    """A published note type."""

    key: Name
    id: Annotated[int, Meta(ge=1, le=HIGHEST_ID)]
    name: Name
    form: Form
    modified: Time  # when its name, its fields' names or its look last changed; Anki applies only later ones
    fields: tuple[Named, ...]
    templates: tuple[Named, ...]
    look: str  # fingerprint of the card templates' texts and the stylesheet

    @property
    def schema(self) -> tuple[object, ...]:
        """What must never change: with other ids or another order, Anki would update none of its notes."""
        return self.id, self.form, [key for _, key in self.fields], [key for _, key in self.templates]


class DeckEntry(Struct, frozen=True, kw_only=True):
    """The published deck; without an id, none was published."""

    id: Annotated[str, Meta(min_length=1)] = ""  # all GUIDs depend on it
    name: str = ""  # Anki finds the deck by it
    numbers: Annotated[int, Meta(ge=0, le=MOST)] = 0  # card numbers so far: a lock with fewer lines lost some
    words: str = ""  # fingerprint of the words around the content on cards; empty in locks of earlier versions
    parts: dict[str, str] = {}  # by key, the published names of the parts, by which Anki finds their decks


Line = Entry | TypeEntry | DeckEntry  # what one line of the file says; its columns are the fields in their order


class Lock(Struct, frozen=True, kw_only=True):
    """Everything that was published."""

    path: str
    deck: DeckEntry = DeckEntry()
    entries: Mapping[str, Entry] = {}  # by note id
    types: Mapping[str, TypeEntry] = {}  # by key
    lines: Mapping[str, int] = {}  # the line of each note, by its id, and of each note type, by `@` and its key

    def at(self, name: str) -> Location:
        """The place of a note or a note type in the file."""
        return Location(self.path, self.lines.get(name, 1))


def read_lock(path: str, text: str | None) -> Lock:
    """The lock in `text`, which is None for a deck never published. Raises ContentError with every problem."""
    if text is None:
        return Lock(path=path)
    lines = text.replace("\r\n", "\n").split("\n")
    _refuse_foreign(path, lines)
    numbered = enumerate(lines[1:], start=2)
    read = {at: _parsed(line) for at, line in numbered if line and not line.startswith("#")}
    faults = [(at, fault) for at, fault in read.items() if isinstance(fault, str)]
    problems = [*limited(problem("RC211", Location(path, at), fault, _RESTORE) for at, fault in faults)]
    entries = {at: line for at, line in read.items() if isinstance(line, Entry)}
    types = {at: line for at, line in read.items() if isinstance(line, TypeEntry)}
    decks = {at: line for at, line in read.items() if isinstance(line, DeckEntry)}
    problems = problems or [*_foreign_lines(path, decks, entries), *_missing_lines(path, entries, types, decks)]
    if problems:
        raise ContentError(problems)
    return Lock(
        path=path,
        deck=max(decks.values(), key=lambda deck: deck.numbers),
        entries=settled(_one_a_note(entries.values(), next(iter(decks.values())).id)),
        types={entry.key: entry for entry in sorted(types.values(), key=lambda entry: entry.modified)},
        lines={entry.id: at for at, entry in entries.items()} | {f"@{entry.key}": at for at, entry in types.items()},
    )


def _refuse_foreign(path: str, lines: list[str]) -> None:
    """Raise ContentError for a file with merge conflicts in it, of another format, or of another kind."""
    marks = [at for at, line in enumerate(lines, start=1) if line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    header = _FIRST_LINE.fullmatch(lines[0])
    if marks:
        code, message = "RC212", "this is a merge conflict"
        hint = "keep the lines of both sides; `cards.lock merge=union` in .gitattributes does it for you"
    elif not header:
        code, message, hint = "RC211", "this is not a lock file", "restore the file from git"
    elif int(header[1]) > FORMAT:
        message = f"a newer rolecards wrote this lock (format {header[1]}; this version reads {FORMAT})"
        code, hint = "RC213", "install the newer version"
    elif int(header[1]) < FORMAT:
        code, message = "RC213", f"this lock has format {header[1]}, from before the first release"
        hint = "delete it and build: the deck starts over, and learners of an earlier build must delete their deck once"
    else:
        return
    raise ContentError([problem(code, Location(path, *marks[:1]), message, hint)])


def _parsed(line: str) -> Line | str:
    """The value of a line, or what is wrong with it."""
    body, _, check = line.rpartition("\t")
    if check != _check(body):
        return "this line was changed by hand or is damaged"
    try:
        entry = _entry(body)
    except (ValueError, KeyError, OverflowError, RecursionError):
        return "this line is malformed"
    if not isinstance(entry, Entry) or ("<" not in body and "[" not in body):
        return entry
    # A tag can be in two halves around a cloze deletion, which the package of retired notes reveals.
    texts = (entry.front + entry.back, cloze.reveal(cloze.parse_field(entry.front)))
    if foreign := next(filter(None, map(foreign_markup, texts)), ""):
        return f"this line contains {foreign}, which rolecards never writes"
    return entry


def _entry(body: str) -> Line:
    texts = body.split("\t")
    model = _MODELS.get(texts[0], Entry)
    if model is DeckEntry and len(texts) == _OLD_COLUMNS:
        texts += ["", "{}"]
    values = {
        name: _COLUMNS.get(name, _TEXT).read(text)
        for name, text in zip(model.__struct_fields__, texts[model is not Entry :], strict=True)
        if text != "-" or name not in _OPTIONAL
    }
    if _CONTROL.search(body) or cloze.depth(values.get("front", "")) > DEEPEST:
        raise ValueError("rolecards does not write such a line, or it is nested too deep")
    line: Line = msgspec.convert(values, model, strict=False)
    if isinstance(line, Entry) and not line.adopted:
        is_empty = line.hides and "{{c" not in line.front
        if line.note_type != line.form or is_empty or not GUID.fullmatch(line.guid):
            raise ValueError("rolecards gives no note of this kind such a note type, text or GUID")
    return line


def _foreign_lines(path: str, decks: Mapping[int, DeckEntry], entries: Mapping[int, Entry]) -> Iterator[Problem]:
    """Lines that cannot be merged: of another deck, or of another note with the same id."""
    names = [deck.id for deck in decks.values()]
    foreign = ((at, deck.id) for at, deck in decks.items() if deck.id != names[0])
    messages = {at: f"this line belongs to the deck `{name}`, the lock to `{names[0]}`" for at, name in foreign}
    ids: dict[str, Entry] = {}
    guids: dict[str, Entry] = {}
    for at, entry in entries.items():
        same_id, same_guid = ids.setdefault(entry.id, entry), guids.setdefault(entry.guid, entry)
        if same_id.guid != entry.guid:
            messages[at] = f"this line has the id `{entry.id}`, but another line with that id has another GUID"
        elif entry.id != same_guid.id and entry.created != same_guid.created:  # else a branch renamed the note
            messages[at] = f"this line has the GUID of `{same_guid.id}`, which is another note"
    yield from (problem("RC211", Location(path, at), message, _RESTORE) for at, message in messages.items())


def _missing_lines(
    path: str, entries: Mapping[int, Entry], types: Mapping[int, TypeEntry], decks: Mapping[int, DeckEntry]
) -> list[Problem]:
    """Numbers are assigned without gaps and stay with retired notes, so a gap means that somebody removed a line."""
    hint = "restore the file from git; retired notes keep their lines"
    known = {entry.key for entry in types.values()}
    if not decks or not types or any(entry.note_type not in known for entry in entries.values()):
        message = "lines are missing here: those of the deck and of the note types"
        return [problem("RC214", Location(path), message, hint)]
    numbers = {entry.number for entry in entries.values()}
    given = range(1, max(*numbers, *(deck.numbers for deck in decks.values()), 0) + 1)
    gaps = [*islice(filterfalse(numbers.__contains__, given), 6)]
    shown = ", ".join(map(str, gaps[:5])) + (" …" if len(gaps) > 5 else "")
    message = f"lines are missing here: no note has the number {shown}"
    return [problem("RC214", Location(path), message, hint)] if gaps else []


def settled(entries: Collection[Entry]) -> dict[str, Entry]:
    """The entries by id, with unique numbers and seconds: the lower number, then the older note keeps them.

    If its second is taken, a note gets the nearest free one before it; if its number is taken, the lowest free one.
    """
    kept: dict[str, Entry] = {}
    free_numbers = filterfalse({entry.number for entry in entries}.__contains__, count(1))
    numbers: set[int] = set()
    seconds: set[int] = set()
    free: dict[int, int] = {}
    for entry in sorted(entries, key=lambda entry: (entry.number, entry.created, entry.id)):
        number = next(free_numbers) if entry.number in numbers else entry.number
        created = free.get(entry.created, entry.created)
        while created in seconds:
            created -= 1
        free[entry.created] = created - 1
        numbers.add(number)
        seconds.add(created)
        same = (number, created) == (entry.number, entry.created)
        kept[entry.id] = entry if same else replace(entry, number=number, created=created)
    return kept


def _one_a_note(entries: Iterable[Entry], deck_id: str) -> list[Entry]:
    """One line per GUID: one that renamed the note, else one that did not retire it, else the latest.

    If learners may have other content with the same or a later time, the time becomes later than that.
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


def write_lock(lock: Lock) -> str:
    """The text of the file; it does not depend on the order of the entries."""
    types = [lock.types[key] for key in sorted(lock.types)]
    entries: list[Line] = [lock.deck, *types, *(lock.entries[note_id] for note_id in sorted(lock.entries))]
    return "\n".join([*_HEADER, "", *(part for entry in entries for part in (_line(entry), ""))])


def _line(entry: Line) -> str:
    texts = [word for word, model in _MODELS.items() if type(entry) is model]
    for value, (write, is_optional) in zip(astuple(entry), _writers(type(entry)), strict=True):
        texts.append(" ".join(write(value).split()) if value or not is_optional else "-")
    body = "\t".join(texts)
    return f"{body}\t{_check(body)}"


@cache
def _writers(model: type[Line]) -> list[tuple[Callable[[Any], str], bool]]:
    """How the columns of a line are written, and whether each is optional."""
    return [(_COLUMNS.get(name, _TEXT).write, name in _OPTIONAL) for name in model.__struct_fields__]


def _check(body: str) -> str:
    return digest(body)[:6]


@cache
def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _seconds(text: str) -> int:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without its zone would be read in the machine's own")
    return int(time.timestamp())


class _Column(NamedTuple):
    """How a value is read from its text, and written."""

    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str


_TEXT, _TIME = _Column(), _Column(_seconds, _time)
_json = json.JSONEncoder(ensure_ascii=False).encode
_NAMES = _Column(msgspec.json.decode, lambda names: msgspec.json.encode(names).decode())
_COLUMNS = {  # by field; the others are texts and numbers
    "created": _TIME,
    "modified": _TIME,
    "retired": _TIME,
    "adopted": _Column({"html": True}.__getitem__, lambda _: "html"),
    "hides": _Column(msgspec.json.decode, lambda hides: _json({str(key): hides[key] for key in sorted(hides)})),
    "fields": _NAMES,
    "templates": _NAMES,
    "parts": _Column(msgspec.json.decode, _json),
}
_OPTIONAL = {"retired", "adopted", "under", "hides"}  # the fields that are a hyphen in the file if they are empty
_MODELS: dict[str, type[Line]] = {"@deck": DeckEntry, "@note-type": TypeEntry}  # by the first word of a line
_OLD_COLUMNS = 4  # the columns of the deck's line in locks of earlier versions, which have neither words nor parts
