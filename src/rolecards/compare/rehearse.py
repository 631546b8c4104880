"""An upgrade rehearsed with the real Anki: what becomes of a learner who has OLD and imports NEW."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from rolecards.compare.archive import refusal
from rolecards.compare.diff import NoteLabel, altered, is_retired, note_label
from rolecards.compare.package import Package, read_package
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

MOST_NAMES = 10
"""Notes that a line of the text report names; the others it counts."""


class AnkiMissingError(Exception):
    """Anki's library is not installed; the message is one line that says how to install it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLabel:
    """A card as reports name it: its note, and its number from 1."""

    note: NoteLabel
    card: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSeen:
    """What became of the notes of NEW, in the order of their names."""

    added: tuple[NoteLabel, ...]
    updated: tuple[NoteLabel, ...]
    unchanged: int
    conflicting: tuple[NoteLabel, ...]
    """Notes that Anki refused to update, because their note type differs."""
    undelivered: tuple[NoteLabel, ...]
    """Notes that differ in NEW and that the learner had left alone, yet stayed as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsSeen:
    """What became of the notes that the learner had edited."""

    kept: tuple[NoteLabel, ...]
    replaced: tuple[NoteLabel, ...]
    """Edits that gave way to a change in NEW, as Anki means it."""
    lost: tuple[NoteLabel, ...]
    """Edits that were overwritten though NEW changes nothing in the note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsSeen:
    """What became of the cards."""

    studied: int
    """Cards that were answered before NEW came."""
    disturbed: tuple[CardLabel, ...]
    """Cards whose schedule or review history is not what it was."""
    blank: tuple[CardLabel, ...]
    """Cards that the import turned blank."""
    cleared: tuple[CardLabel, ...]
    """Cards that NEW turned blank on purpose, since it retires their notes."""
    left_over: tuple[CardLabel, ...]
    """Cards that the learner has and NEW does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a learner would see of the upgrade from OLD to NEW."""

    old: str
    new: str
    anki: str
    """The version of the library."""
    notes: NotesSeen
    edits: EditsSeen
    cards: CardsSeen
    note_types_copied: tuple[str, ...]
    check_database: tuple[str, ...]
    """What Anki's “Check Database” complains of after the import and did not before."""
    missing_media: tuple[str, ...]

    @property
    def lost(self) -> bool:
        """Whether the learner lost something: an upgrade to be stopped."""
        return any(_losses(self).values())


_Named: TypeAlias = "tuple[NoteLabel | CardLabel | str, ...]"


def _losses(rehearsal: Rehearsal) -> dict[str, _Named]:
    return {
        "cards whose reviews or schedule were lost": rehearsal.cards.disturbed,
        "notes where the learner's edit was overwritten though nothing changed": rehearsal.edits.lost,
        "notes whose change did not arrive": rehearsal.notes.undelivered,
        "notes that conflict, so that Anki leaves them as they are": rehearsal.notes.conflicting,
        "note types that Anki made a copy of": rehearsal.note_types_copied,
        "cards that turned blank": rehearsal.cards.blank,
    }


def _notices(rehearsal: Rehearsal) -> dict[str, _Named]:
    return {
        "notes new": rehearsal.notes.added,
        "notes updated": rehearsal.notes.updated,
        "notes that keep the learner's edit": rehearsal.edits.kept,
        "notes where the learner's edit gave way to a change": rehearsal.edits.replaced,
        "cards of retired notes, which Tools → Empty Cards now removes": rehearsal.cards.cleared,
        "cards that are not in the new package and stay": rehearsal.cards.left_over,
        "complaints of Check Database": rehearsal.check_database,
        "media files that are missing": rehearsal.missing_media,
    }


class _Seen(TypedDict):
    """The state of the collection, as the child process tells it."""

    notes: dict[str, list[str]]
    cards: dict[str, tuple[str, int, list[int | str]]]
    reviews: list[list[int]]
    blank: list[int]
    note_types: dict[str, str]
    check: list[str]
    missing_media: list[str]


class _Told(TypedDict):
    """All that the child process tells."""

    anki: str
    edited: list[str]
    outcomes: dict[str, list[str]]
    before: _Seen
    after: _Seen


def rehearse(old_path: str | PathLike[str], new_path: str | PathLike[str]) -> Rehearsal:
    """Import NEW over a studied and edited OLD, in a collection that is thrown away.

    Raises AnkiMissingError without the extra `rolecards[anki]`, and ContentError where a package can't be
    read or Anki refuses it.
    """
    if importlib.util.find_spec("anki") is None:
        raise AnkiMissingError("a rehearsal needs Anki's own library: pip install 'rolecards[anki]'")
    old, new = read_package(old_path), read_package(new_path)
    return _judged(old, new, _told(old.path, new.path))


def _told(old: str, new: str) -> _Told:
    """Run the learner in a process of its own, so that Anki's library never comes into this one."""
    with tempfile.TemporaryDirectory(prefix="rolecards-") as folder:
        request = {"old": str(Path(old).resolve()), "new": str(Path(new).resolve()), "folder": folder}
        run = subprocess.run(
            [sys.executable, "-P", "-m", "rolecards.compare.rehearsal"],
            input=json.dumps(request).encode(),
            capture_output=True,
            check=False,
            env={**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
        )
    if run.returncode:
        last = run.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]
        raise refusal(Path(new), "RC821", f"Anki's library failed during the rehearsal: {printable(last)}")
    told = json.loads(run.stdout)
    if "refused" in told:
        path = old if told["refused"] == request["old"] else new
        raise refusal(Path(path), "RC820", f"Anki refuses to import the package: {printable(told['reason'])}")
    return told  # type: ignore[no-any-return]


def _judged(old: Package, new: Package, told: _Told) -> Rehearsal:
    before, after, labels = told["before"], told["after"], _Labels(old, new)
    edited, changed = set(told["edited"]), altered(old, new)
    overwritten = {guid for guid in edited if before["notes"][guid] != after["notes"].get(guid)}
    return Rehearsal(
        old=old.path,
        new=new.path,
        anki=told["anki"],
        notes=_notes_seen(told["outcomes"], changed - edited, labels),
        edits=EditsSeen(
            kept=labels.notes(edited - overwritten),
            replaced=labels.notes(overwritten & changed),
            lost=labels.notes(overwritten - changed),
        ),
        cards=_cards_seen(before, after, labels),
        note_types_copied=tuple(sorted(_copies(before, after, new))),
        check_database=tuple(line for line in after["check"] if line not in before["check"]),
        missing_media=tuple(after["missing_media"]),
    )


def _notes_seen(outcomes: dict[str, list[str]], awaited: set[str], labels: _Labels) -> NotesSeen:
    """Sort the notes of NEW; a change is awaited in notes that the learner left alone."""
    return NotesSeen(
        added=labels.notes(outcomes["new"]),
        updated=labels.notes(outcomes["updated"]),
        unchanged=len(outcomes["unchanged"]),
        conflicting=labels.notes(labels.new.notes.keys() - set(chain.from_iterable(outcomes.values()))),
        undelivered=labels.notes(awaited & {*outcomes["unchanged"]}),
    )


def _cards_seen(before: _Seen, after: _Seen, labels: _Labels) -> CardsSeen:
    blank = [_key(after, card) for card in sorted({*after["blank"]} - {*before["blank"]})]
    retired = {guid for guid, note in labels.new.notes.items() if is_retired(note)}
    return CardsSeen(
        studied=len(before["cards"]),
        disturbed=labels.cards(_disturbed(before, after)),
        blank=labels.cards(key for key in blank if key[0] not in retired),
        cleared=labels.cards(key for key in blank if key[0] in retired),
        left_over=labels.cards(_left_over(after, labels.new)),
    )


@dataclass(frozen=True, slots=True)
class _Labels:
    """The names of notes and cards, from NEW where it has them."""

    old: Package
    new: Package

    def notes(self, guids: Iterable[str]) -> tuple[NoteLabel, ...]:
        return tuple(sorted(map(self._label, guids)))

    def cards(self, keys: Iterable[tuple[str, int]]) -> tuple[CardLabel, ...]:
        labels = [CardLabel(note=self._label(guid), card=ordinal + 1) for guid, ordinal in keys]
        return tuple(sorted(labels, key=lambda label: (label.note, label.card)))

    def _label(self, guid: str) -> NoteLabel:
        return note_label(self.new if guid in self.new.notes else self.old, guid)


def _key(seen: _Seen, card: int | str) -> tuple[str, int]:
    """Name a card by its note's GUID and its ordinal, as the packages know it."""
    guid, ordinal, _ = seen["cards"][str(card)]
    return guid, ordinal


def _disturbed(before: _Seen, after: _Seen) -> Iterator[tuple[str, int]]:
    """Find the studied cards that are gone, are scheduled otherwise, or miss one of their reviews."""
    kept = {tuple(review) for review in after["reviews"]}
    missing = {str(review[1]) for review in before["reviews"] if tuple(review) not in kept}
    for card, state in before["cards"].items():
        if after["cards"].get(card) != state or card in missing:
            yield _key(before, card)


def _left_over(after: _Seen, new: Package) -> Iterator[tuple[str, int]]:
    held = {(note.guid, card.ordinal) for note in new.notes.values() for card in note.cards}
    return (key for card in after["cards"] if (key := _key(after, card)) not in held)


def _copies(before: _Seen, after: _Seen, new: Package) -> Iterator[str]:
    """Find the note types that came with NEW under an id or a name that NEW does not give them."""
    for key, name in after["note_types"].items():
        shipped = new.note_types.get(int(key))
        if key not in before["note_types"] and (shipped is None or name.startswith(f"{shipped.name}+")):
            yield printable(name)


def as_text(rehearsal: Rehearsal) -> str:
    """For a terminal: what a learner would see, then what was lost."""
    cards, notes = rehearsal.cards, rehearsal.notes
    lines = [
        f"{printable(rehearsal.old)} → {printable(rehearsal.new)}, rehearsed with Anki {rehearsal.anki}",
        f"  cards: {cards.studied} studied, {cards.studied - len(cards.disturbed)} keep their reviews",
        f"  notes: {len(notes.added)} new, {len(notes.updated)} updated, {notes.unchanged} unchanged",
        *_lines(_notices(rehearsal)),
        "Lost:" if rehearsal.lost else "Nothing was lost.",
        *_lines(_losses(rehearsal)),
    ]
    return "\n".join(lines) + "\n"


def _lines(items: dict[str, _Named]) -> list[str]:
    return [_line(what, list(map(_name, some))) for what, some in items.items() if some]


def _line(what: str, names: list[str]) -> str:
    others = len(names) - MOST_NAMES
    more = f" and {others} more" if others > 0 else ""
    return f"  {what}: {len(names)} ({', '.join(names[:MOST_NAMES])}{more})"


def _name(item: NoteLabel | CardLabel | str) -> str:
    if isinstance(item, str):
        return printable(item)
    return item.name if isinstance(item, NoteLabel) else f"{item.note.name} card {item.card}"


def as_json(rehearsal: Rehearsal) -> str:
    """For programs: `lost`, then the field names of `Rehearsal` in their order."""
    return json.dumps({"lost": rehearsal.lost, **asdict(rehearsal)}, indent=2) + "\n"
