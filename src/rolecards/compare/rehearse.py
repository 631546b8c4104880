"""The rehearsal of an upgrade with Anki's own library: a learner who has OLD imports NEW."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from rolecards.compare.archive import refusal
from rolecards.compare.blank import is_given_up
from rolecards.compare.diff import NoteLabel, altered, note_label
from rolecards.compare.limits import as_limited_json
from rolecards.compare.package import Package, read_package
from rolecards.compare.text_diff import shortened
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

LONGEST_NAME = 60
"""Characters of a name in the text report."""
TIME_LIMIT = 600
"""Seconds. A deck of 20,000 notes takes 20."""
LARGEST_REPORT = 256 * 2**20
"""Bytes of the report of the child process."""
LONGEST_ERROR = 4_000
"""Bytes at the end of the child's standard error that are read."""
MOST_NAMES = 10
"""Notes that a line of the text report names; it counts the rest."""


class AnkiMissingError(Exception):
    """Anki's library is not installed; the message is one line with the command that installs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLabel:
    """The name of a card in reports: its note, and its number from 1."""

    note: NoteLabel
    card: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesOutcome:
    """The effect of the import on the notes of NEW, sorted by name."""

    added: tuple[NoteLabel, ...]
    updated: tuple[NoteLabel, ...]
    unchanged: int
    shared: int
    """Notes that are in both packages."""
    conflicting: tuple[NoteLabel, ...]
    """Notes that Anki did not update because their note type differs."""
    undelivered: tuple[NoteLabel, ...]
    """Notes that changed in NEW and that the learner did not edit, but that Anki did not update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsOutcome:
    """The effect of the import on the notes that the learner edited."""

    kept: tuple[NoteLabel, ...]
    replaced: tuple[NoteLabel, ...]
    """Edits that were replaced by a change in NEW, as Anki intends."""
    lost: tuple[NoteLabel, ...]
    """Edits that were overwritten although NEW does not change the note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsOutcome:
    """The effect of the import on the cards."""

    studied: int
    """Cards that were answered before the import of NEW."""
    disturbed: tuple[CardLabel, ...]
    """Cards whose schedule or review history changed."""
    blank: tuple[CardLabel, ...]
    """Cards that became blank."""
    cleared: tuple[CardLabel, ...]
    """Cards that became blank because NEW retires their notes, or gives up their cloze deletions."""
    left_over: tuple[CardLabel, ...]
    """Cards that the learner has and that are not in NEW."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The effect of the upgrade from OLD to NEW on a learner."""

    old: str
    new: str
    anki: str
    """The version of Anki's library."""
    notes: NotesOutcome
    edits: EditsOutcome
    cards: CardsOutcome
    note_types_copied: tuple[str, ...]
    check_database: tuple[str, ...]
    """Problems that Anki's “Check Database” reports only after the import of NEW."""
    missing_media: tuple[str, ...]

    @property
    def lost(self) -> bool:
        """Whether the learner lost something, so that NEW must not be released."""
        return not self.notes.shared or any(_losses(self).values())


_Named: TypeAlias = "tuple[NoteLabel | CardLabel | str, ...]"


def _losses(rehearsal: Rehearsal) -> dict[str, _Named]:
    return {
        "cards whose reviews or schedule were lost": rehearsal.cards.disturbed,
        "notes where the learner's edit was overwritten without a change in the package": rehearsal.edits.lost,
        "notes whose change did not arrive": rehearsal.notes.undelivered,
        "notes that conflict, so that Anki does not update them": rehearsal.notes.conflicting,
        "note types that Anki copied": rehearsal.note_types_copied,
        "cards that became blank": rehearsal.cards.blank,
    }


def _notices(rehearsal: Rehearsal) -> dict[str, _Named]:
    return {
        "new notes": rehearsal.notes.added,
        "updated notes": rehearsal.notes.updated,
        "notes that keep the learner's edit": rehearsal.edits.kept,
        "notes where a change replaced the learner's edit": rehearsal.edits.replaced,
        "cards that were given up, which learners can remove with Tools → Empty Cards": rehearsal.cards.cleared,
        "cards that are not in the new package and remain": rehearsal.cards.left_over,
        "problems reported by Check Database": rehearsal.check_database,
        "missing media files": rehearsal.missing_media,
    }


class _State(TypedDict):
    """The state of the collection, as reported by the child process."""

    notes: dict[str, list[str]]
    cards: dict[str, tuple[str, int, list[int | str]]]
    reviews: list[list[int]]
    blank: list[int]
    note_types: dict[str, str]
    check: list[str]
    missing_media: list[str]


class _Report(TypedDict):
    """The report of the child process."""

    anki: str
    edited: list[str]
    outcomes: dict[str, list[str]]
    before: _State
    after: _State


def rehearse(old_path: str | PathLike[str], new_path: str | PathLike[str]) -> Rehearsal:
    """Import NEW over a studied and edited OLD, in a temporary collection.

    Raises AnkiMissingError without the extra `rolecards[anki]`, and ContentError if a package can't be read or Anki
    can't import it.
    """
    if importlib.util.find_spec("anki") is None:
        raise AnkiMissingError("a rehearsal needs Anki's library; install it: pip install 'rolecards[anki]'")
    with _learner() as (process, folder):
        copies = [Path(folder, name) for name in ("old.apkg", "new.apkg")]
        old, new = (read_package(path, copy) for path, copy in zip((old_path, new_path), copies, strict=True))
        return _rehearsal(old, new, _report(process, copies, old, new))


@contextmanager
def _learner() -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A child process and its temporary folder, so that this process never imports Anki's library."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "rolecards.compare.rehearsal_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": tempfile.gettempdir()},
        start_new_session=True,
    )
    folder = None
    try:
        assert process.stdout
        line = process.stdout.readline().decode()
        if not line:
            raise OSError(0, "no temporary folder can be made here")  # noqa: TRY301 - its place is added below
        folder = Path(line.removesuffix("\n"))
        yield process, folder
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or tempfile.gettempdir()) from error
    finally:
        if folder:
            _end(process)
            shutil.rmtree(folder, ignore_errors=True)
        with suppress(BrokenPipeError):
            process.communicate()


def _report(process: subprocess.Popen[bytes], copies: list[Path], old: Package, new: Package) -> _Report:
    """The report of the child process; raises ContentError if it fails or is stopped at a limit."""
    assert process.stdin
    folder = copies[0].parent
    with suppress(BrokenPipeError):  # if it has already failed
        process.stdin.write(json.dumps({"old": str(copies[0]), "new": str(copies[1])}).encode() + b"\n")
        process.stdin.flush()
    try:
        status = process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired as error:
        message = f"the rehearsal was stopped after {TIME_LIMIT} seconds"
        raise refusal(
            Path(new.path), "RC821", message, "the packages need more time than a rehearsal may take"
        ) from error
    answer = folder / "report.json"
    if status < 0 or (not status and answer.stat().st_size > LARGEST_REPORT):
        hint = "the packages need more memory or disk space than a rehearsal may use"
        raise refusal(Path(new.path), "RC821", "the rehearsal was stopped at a limit", hint)
    if status:
        with (folder / "errors.txt").open("rb") as errors:
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - LONGEST_ERROR))
            last_line = errors.read().decode(errors="replace").strip().rsplit("\n", 1)[-1]
        reason = last_line or f"it gave no reason; {tempfile.gettempdir()} may be full"
        raise refusal(Path(new.path), "RC821", f"Anki's library failed: {reason}")
    report = json.loads(answer.read_bytes())
    if "refused" in report:
        package = old if report["refused"] == str(copies[0]) else new
        raise refusal(Path(package.path), "RC820", f"Anki does not import the package: {report['reason']}")
    return report  # type: ignore[no-any-return]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the child process and its own child processes, which are a session of their own."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _rehearsal(old: Package, new: Package, report: _Report) -> Rehearsal:
    before, after, labels = report["before"], report["after"], _Labels(old, new)
    edited, changed = set(report["edited"]), altered(old, new)
    overwritten = {guid for guid in edited if before["notes"][guid] != after["notes"].get(guid)}
    return Rehearsal(
        old=old.path,
        new=new.path,
        anki=report["anki"],
        notes=_notes_outcome(report["outcomes"], changed - edited, labels),
        edits=EditsOutcome(
            kept=labels.notes(edited - overwritten),
            replaced=labels.notes(overwritten & changed),
            lost=labels.notes(overwritten - changed),
        ),
        cards=_cards_outcome(before, after, labels),
        note_types_copied=tuple(sorted(_copies(before, after, new))),
        check_database=tuple(line for line in after["check"] if line not in before["check"]),
        missing_media=tuple(after["missing_media"]),
    )


def _notes_outcome(outcomes: dict[str, list[str]], expected: set[str], labels: _Labels) -> NotesOutcome:
    """Group the notes of NEW; `expected` are the changed notes that the learner did not edit."""
    return NotesOutcome(
        added=labels.notes(outcomes["new"]),
        updated=labels.notes(outcomes["updated"]),
        unchanged=len(outcomes["unchanged"]),
        shared=len(labels.old.notes.keys() & labels.new.notes.keys()),
        conflicting=labels.notes(labels.new.notes.keys() - set(chain.from_iterable(outcomes.values()))),
        undelivered=labels.notes(expected & {*outcomes["unchanged"]}),
    )


def _cards_outcome(before: _State, after: _State, labels: _Labels) -> CardsOutcome:
    blank = [_key(after, card) for card in sorted({*after["blank"]} - {*before["blank"]})]
    old, new = labels.old.notes, labels.new.notes
    given_up = {
        key for key in blank if key[0] in old.keys() & new.keys() and is_given_up(old[key[0]], new[key[0]], key[1])
    }
    shipped = {(note.guid, card.ordinal) for note in labels.new.notes.values() for card in note.cards}
    return CardsOutcome(
        studied=len(before["cards"]),
        disturbed=labels.cards(_disturbed(before, after)),
        blank=labels.cards(set(blank) - given_up),
        cleared=labels.cards(given_up),
        left_over=labels.cards({_key(after, card) for card in after["cards"]} - shipped),
    )


@dataclass(frozen=True, slots=True)
class _Labels:
    """The names of notes and cards, from NEW if it contains the note, else from OLD."""

    old: Package
    new: Package

    def notes(self, guids: Iterable[str]) -> tuple[NoteLabel, ...]:
        return tuple(sorted(map(self._label, guids)))

    def cards(self, keys: Iterable[tuple[str, int]]) -> tuple[CardLabel, ...]:
        labels = [CardLabel(note=self._label(guid), card=ordinal + 1) for guid, ordinal in keys]
        return tuple(sorted(labels, key=lambda label: (label.note, label.card)))

    def _label(self, guid: str) -> NoteLabel:
        return note_label(self.new if guid in self.new.notes else self.old, guid)


def _key(state: _State, card: int | str) -> tuple[str, int]:
    """A card as packages identify it: the GUID of its note, and its ordinal."""
    guid, ordinal, _ = state["cards"][str(card)]
    return guid, ordinal


def _disturbed(before: _State, after: _State) -> Iterator[tuple[str, int]]:
    """The studied cards that were removed, rescheduled, or have lost a review."""
    reviews = {tuple(review) for review in after["reviews"]}
    missing = {str(review[1]) for review in before["reviews"] if tuple(review) not in reviews}
    for card, content in before["cards"].items():
        if after["cards"].get(card) != content or card in missing:
            yield _key(before, card)


def _copies(before: _State, after: _State, new: Package) -> Iterator[str]:
    """The note types that were imported with a different id or name than in NEW."""
    for key, name in after["note_types"].items():
        shipped = new.note_types.get(int(key))
        if key not in before["note_types"] and (shipped is None or name.startswith(f"{shipped.name}+")):
            yield printable(name)


def as_text(rehearsal: Rehearsal) -> str:
    """The report for a terminal: the effects of the import, then the losses."""
    cards, notes = rehearsal.cards, rehearsal.notes
    lines = [
        f"{printable(rehearsal.old)} → {printable(rehearsal.new)}, rehearsed with Anki {rehearsal.anki}",
        f"  cards: {cards.studied} studied, {cards.studied - len(cards.disturbed)} with unchanged reviews",
        f"  notes: {len(notes.added)} new, {len(notes.updated)} updated, {notes.unchanged} unchanged",
        *_lines(_notices(rehearsal)),
        "Lost:" if any(_losses(rehearsal).values()) else "Nothing was lost." if notes.shared else _UNRELATED,
        *_lines(_losses(rehearsal)),
    ]
    return "\n".join(lines) + "\n"


_UNRELATED = "The packages share no note: NEW is no later version of OLD, so learners would get all its notes anew."


def _lines(items: dict[str, _Named]) -> list[str]:
    return [_line(title, [*map(_name, named)]) for title, named in items.items() if named]


def _line(title: str, names: list[str]) -> str:
    others = len(names) - MOST_NAMES
    more = f" and {others} more" if others > 0 else ""
    return f"  {title}: {len(names)} ({', '.join(names[:MOST_NAMES])}{more})"


def _name(item: NoteLabel | CardLabel | str) -> str:
    if isinstance(item, str):
        return shortened(" ".join(printable(item).split()), LONGEST_NAME)
    return item.name if isinstance(item, NoteLabel) else f"{item.note.name} card {item.card}"


def as_json(rehearsal: Rehearsal) -> str:
    """The report for programs: `lost`, then the field names of `Rehearsal`, in order."""
    return as_limited_json(rehearsal, lost=rehearsal.lost)
