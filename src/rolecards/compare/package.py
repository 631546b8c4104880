"""The content of a legacy Anki package: note types, decks, notes with their cards, and media."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from rolecards.compare.archive import Archive, open_archive, package_problem, refusal
from rolecards.compare.collection import Collection, open_collection
from rolecards.problems import ContentError, counted

NO_DECK = "[no deck]"  # what Anki shows for a card whose deck is not in the package
LARGEST_DATABASE = 256 * 2**20  # bytes; 100,000 notes take 57 MB, and four times as much memory
MOST_SHOWN = 20  # problems of one kind that are reported
RETIRED_TAG = "::retired"  # ends the tag of a note that is there only so that learners can remove its cards
_TOKEN = re.compile(r"\{\{([#^/]?)\s*([^{}]*)\}\}")
_DELETION = re.compile(r"\{\{c([0-9]{1,3})::([^{}:]*)")
_CLOZE = 1
_T = TypeVar("_T")


class PackageField(Struct, frozen=True, kw_only=True):
    """A field of a note type; Anki identifies it by `id`, which is None in older packages, and requires the rest."""

    name: str
    id: int | None = None
    font: str
    rtl: bool
    size: int
    sticky: bool


class PackageTemplate(Struct, frozen=True, kw_only=True):
    """A card template with the HTML of its two sides."""

    name: str
    id: int | None = None
    front: str = field(name="qfmt")
    back: str = field(name="afmt")


class PackageNoteType(Struct, frozen=True, kw_only=True):
    """A note type with its fields and card templates, in order, and its stylesheet."""

    id: int
    name: str
    type: int
    modified: int = field(name="mod")  # seconds since 1970; Anki updates templates and CSS only if this time is later
    css: str
    fields: tuple[PackageField, ...] = field(name="flds")
    templates: tuple[PackageTemplate, ...] = field(name="tmpls")
    usn: int
    sortf: int
    did: int | None

    @property
    def kind(self) -> Literal["standard", "cloze"]:
        """The kind in words."""
        return "cloze" if self.type == _CLOZE else "standard"

    @property
    def field_names(self) -> list[str]:
        """The names of its fields, in order."""
        return [field.name for field in self.fields]


class PackageNote(Struct, frozen=True, kw_only=True):
    """A note as learners would receive it."""

    id: int  # its id in the package; Anki keeps it for notes that are new to a learner
    guid: str
    note_type: int
    modified: int  # seconds since 1970; Anki updates the note only if this time is later
    tags: tuple[str, ...]  # in alphabetical order
    fields: Mapping[str, str]  # HTML by field name, in the order of the note type
    cards: Mapping[int, str]  # by ordinal from 0 (a card template, or a cloze number minus one), its decks

    @property
    def is_retired(self) -> bool:
        """Whether it is in the package only so that learners can remove its cards."""
        return any(tag.endswith(RETIRED_TAG) for tag in self.tags)

    @property
    def deletions(self) -> set[tuple[int, str]]:
        """Its cloze deletions: number and words."""
        return {(int(number), text) for value in self.fields.values() for number, text in _DELETION.findall(value)}

    def gives_up(self, new: "PackageNote", ordinal: int) -> bool:
        """Whether `new` takes a card away: the note is retired, its words are not hidden, or it has no reverse."""
        if new.is_retired:
            return True
        words = {text for number, text in self.deletions if number == ordinal + 1}
        if ordinal and not words:  # a card that asks back, as long as the field with its question is filled
            return any(value and not new.fields.get(name) for name, value in self.fields.items())
        return bool(words) and words.isdisjoint(text for _, text in new.deletions)

    def is_blank(self, note_type: PackageNoteType, ordinal: int) -> bool:
        """Whether the front of the card shows no field of the note."""
        is_cloze = note_type.kind == "cloze"
        sides = note_type.templates[:1] if is_cloze else note_type.templates[ordinal : ordinal + 1]
        sections: list[bool] = []
        for kind, name in (token for side in sides for token in _TOKEN.findall(side.front)):
            filters, _, field = name.strip().rpartition(":")
            value = self.fields.get(field, "").strip()
            if kind == "/":
                del sections[-1:]
            elif kind:
                sections.append(bool(value) is (kind == "#"))
            elif all(sections) and value:
                numbers = {int(number) for number, _ in _DELETION.findall(value) if "cloze" in filters.split(":")}
                if not is_cloze or ordinal + 1 in numbers:
                    return False
        return True


class Package(Struct, frozen=True, kw_only=True):
    """A package; its notes are in the order of their ids."""

    path: str
    note_types: Mapping[int, PackageNoteType]  # the note types that have notes, by id
    decks: frozenset[str]
    notes: Mapping[str, PackageNote]  # by GUID
    media: Mapping[str, str] = {}  # the SHA-256 digest of the bytes, by file name


class _Deck(Struct):
    """What Anki requires of a deck."""

    id: int
    name: str
    usn: int
    dyn: int
    collapsed: bool
    newToday: tuple[int, int]  # noqa: N815 - Anki's names
    revToday: tuple[int, int]  # noqa: N815
    lrnToday: tuple[int, int]  # noqa: N815
    timeToday: tuple[int, int]  # noqa: N815
    desc: str = ""


def read_package(path: Path, copy: Path | None = None) -> Package:
    """Read a legacy `.apkg` of any program; `copy` gets one with only the checked content. Raises ContentError."""
    with open_archive(path) as archive:
        member = _collection_member(archive)
        database = archive.content(member, LARGEST_DATABASE)
        with open_collection(database, path) as collection:
            package = _package(collection)
        media = _media_members(archive)
        if copy:
            archive.copy({member: database}, media, copy)
        digests = {media[each]: archive.sha256(each) for each in sorted(media, key=media.__getitem__)}
        return replace(package, media=digests)


def _collection_member(archive: Archive) -> str:
    if "collection.anki21b" in archive or ("meta" in archive and archive.content("meta").startswith(b"\x08\x03")):
        message = "this package is in Anki's newer format, which rolecards does not read"
        hint = "export it again with “Support older Anki versions” selected in Anki's export dialog"
        raise refusal(archive.path, "RC806", message, hint)
    for member in ("collection.anki21", "collection.anki2"):
        if member in archive:
            return member
    raise refusal(archive.path, "RC805", "this is not an Anki package: the zip file contains no collection")


def _package(collection: Collection) -> Package:
    row = next(collection.rows("col"), None)
    if row is None:
        raise refusal(collection.path, "RC803", "the package's database has no note types and decks")
    models, decks, *settings = (value.encode(errors="replace") for value in row)
    for text in settings:
        _parsed(dict[str, object], text, "settings", collection.path)
    raw = _parsed(dict[int, PackageNoteType], models, "list of note types", collection.path)
    note_types = {key: replace(note_type, id=key) for key, note_type in raw.items()}
    names = {key: deck.name for key, deck in _parsed(dict[int, _Deck], decks, "list of decks", collection.path).items()}
    cards: dict[int, dict[int, str]] = defaultdict(dict)
    for _, note, deck, ordinal, _, _, home in collection.rows("cards"):
        cards[note][ordinal] = names.get(home or deck, NO_DECK)
    notes = _notes(collection, note_types, cards)
    return Package(
        path=str(collection.path),
        note_types={key: note_types[key] for key in sorted({note.note_type for note in notes.values()})},
        decks=frozenset(names.values()),
        notes=notes,
    )


def _parsed(form: type[_T], raw: bytes, what: str, path: Path) -> _T:
    try:
        return msgspec.json.decode(raw, type=form, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusal(path, "RC809", f"the package's {what} can't be read: {error}") from error


def _notes(
    collection: Collection, note_types: Mapping[int, PackageNoteType], cards: Mapping[int, Mapping[int, str]]
) -> dict[str, PackageNote]:
    rows = [(*row, unicodedata.normalize("NFC", fields)) for *row, fields in collection.rows("notes")]
    repeated = sorted(guid for guid, count in Counter(row[1] for row in rows).items() if count > 1)
    hint = "give each note a GUID of its own; otherwise Anki adds them all but updates only one"
    refused = "Anki would refuse the package"
    faults = [("RC811", f"more than one note has the GUID `{guid}`", hint) for guid in repeated[:MOST_SHOWN]]
    mismatches = filter(None, (_mismatch(guid, note_types.get(key), key, fields) for _, guid, key, *_, fields in rows))
    faults += [("RC810", message, refused) for message in islice(mismatches, MOST_SHOWN)]
    if faults:
        raise ContentError(package_problem(collection.path, *fault) for fault in faults)
    return {
        guid: PackageNote(
            id=key,
            guid=guid,
            note_type=note_type,
            modified=modified,
            tags=tuple(sorted(set(re.split("[ \u3000]+", tags)) - {""})),
            fields=dict(zip(note_types[note_type].field_names, fields.split("\x1f"), strict=True)),
            cards=dict(sorted(cards.get(key, {}).items())),
        )
        for key, guid, note_type, modified, tags, fields in rows
    }


def _mismatch(guid: str, note_type: PackageNoteType | None, key: int, fields: str) -> str:
    if not note_type:
        return f"the note `{guid}` has a note type ({key}) that is not in the package"
    names, count = note_type.field_names, fields.count("\x1f") + 1
    if len({*names}) != len(names):
        return f"the note type `{note_type.name}` has two fields with the same name"
    if count != len(names):
        return f"the note `{guid}` has {count} fields, but its note type `{note_type.name}` has {len(names)}"
    return ""


def _media_members(archive: Archive) -> dict[str, str]:
    """The file names by member."""
    listed = archive.content("media") if "media" in archive else b"{}"
    members = _parsed(dict[str, str], listed, "media list", archive.path)
    absent = sorted(name for member, name in members.items() if member not in archive)
    if absent:
        missing = counted(len(absent), "media file")
        message = f"the package lacks {missing} of its media list, such as `{absent[0]}`"
        raise refusal(archive.path, "RC812", message, "Anki would refuse the package")
    return members
