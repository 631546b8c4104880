"""The rehearsal of an upgrade with Anki's own library: a learner who has OLD imports NEW."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any

from msgspec import Struct

from rolecards.compare.archive import refusal
from rolecards.compare.diff import Comparison, note_entries
from rolecards.compare.package import Package, read_package
from rolecards.compare.text_diff import short_name, some_names
from rolecards.signals import held
from rolecards.text.printable import printable

TIME_LIMIT = 600  # seconds; a deck of 20,000 notes takes 20
LARGEST_REPORT = 256 * 2**20  # bytes of the report of the child process
LONGEST_ERROR = 4_000  # bytes at the end of the child's standard error that are read
_LOSSES = {
    "disturbed": "cards whose reviews or schedule were lost",
    "overwritten": "notes where the learner's edit was overwritten without a change in the package",
    "undelivered": "notes whose change did not arrive",
    "conflicting": "notes that conflict, so that Anki does not update them",
    "note_types_copied": "note types that Anki copied",
    "blank": "cards that became blank",
}
_NOTICES = {
    "added": "new notes",
    "updated": "updated notes",
    "kept": "notes that keep the learner's edit",
    "replaced": "notes where a change replaced the learner's edit",
    "cleared": "cards that NEW gave up, which learners can remove with Tools → Empty Cards",
    "left_over": "cards that are not in NEW, but stay with the learner",
    "missing_media": "missing media files",
}
_UNRELATED = "The packages share no note: NEW is not a later version of OLD, so learners would get all notes as new."


class Rehearsal(Struct, frozen=True, kw_only=True):
    """The effect of the upgrade from OLD to NEW on a learner."""

    old: str
    new: str
    anki: str  # the version of Anki's library
    studied: int  # cards that were answered before the import of NEW
    unchanged: int  # notes of NEW that the learner has already
    shared: int  # notes that are in both packages
    effects: Mapping[str, Sequence[str]]  # by the keys of `_LOSSES` and `_NOTICES`, the names concerned, sorted

    @property
    def lost(self) -> bool:
        """Whether the learner lost something, so that NEW must not be released."""
        return not self.shared or any(self.effects[name] for name in _LOSSES)


def rehearse(old_path: Path, new_path: Path) -> Rehearsal:
    """Import NEW over a studied and edited OLD, in a temporary collection. Raises ContentError if that fails."""
    if importlib.util.find_spec("anki") is None:
        raise refusal(Path(old_path), "RC822", "`rehearse` needs the package `anki`", "pip install 'rolecards[anki]'")
    with _learner() as (process, folder):
        old, new = read_package(old_path, folder / "old.apkg"), read_package(new_path, folder / "new.apkg")
        return _rehearsal(old, new, _report(process, folder, old, new))


@contextmanager
def _learner() -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A child process, which alone imports Anki's library, and its folder, which it deletes if this one is killed."""
    with held():  # the search for a folder writes a file into it
        temporary = tempfile.gettempdir()
    folder = Path(temporary, f"rolecards-{token_hex(8)}")
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-P", "-m", "rolecards.compare.rehearsal_process", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | dict.fromkeys(["TMPDIR", "TEMP", "TMP"], str(folder)),
        start_new_session=True,
    )
    try:
        folder.mkdir(mode=0o700)
        yield process, folder
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or temporary) from error
    finally:
        process.kill()
        with suppress(BrokenPipeError):
            process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _report(process: subprocess.Popen[bytes], folder: Path, old: Package, new: Package) -> dict[str, Any]:
    """The report of the child process; raises ContentError if it fails or is stopped at a limit."""
    assert process.stdin
    failed = partial(refusal, Path(new.path), "RC821")
    with suppress(BrokenPipeError):  # if it has already failed
        process.stdin.write(b"\n")
        process.stdin.flush()
    try:
        status = process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired as error:
        message = f"the rehearsal was stopped after {TIME_LIMIT} seconds"
        raise failed(message, "the packages need more time than a rehearsal may take") from error
    answer = folder / "report.json"
    if status < 0 or (not status and answer.stat().st_size > LARGEST_REPORT):
        hint = "the packages need more memory or disk space than a rehearsal may use"
        raise failed("the rehearsal was stopped at a limit", hint)
    if status:
        with (folder / "errors.txt").open("rb") as errors:
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - LONGEST_ERROR))
            *_, last_line = errors.read().decode(errors="replace").strip().split("\n")
        reason = last_line or f"it gave no reason; {tempfile.gettempdir()} may be full"
        raise failed(f"Anki's library failed: {reason}")
    report = json.loads(answer.read_bytes())
    if "refused" in report:
        package = old if report["refused"] == "old.apkg" else new
        raise refusal(Path(package.path), "RC820", f"Anki does not import the package: {report['reason']}")
    return report  # type: ignore[no-any-return]


def _rehearsal(old: Package, new: Package, report: dict[str, Any]) -> Rehearsal:
    before, after, outcomes = report["before"], report["after"], report["outcomes"]
    edited, changed = set(report["edited"]), Comparison(old, new).altered
    overwritten = {guid for guid in edited if before["notes"][guid] != after["notes"].get(guid)}
    blank = {_key(after, card) for card in {*after["blank"]} - {*before["blank"]}}
    both = old.notes.keys() & new.notes.keys()
    given_up = {key for key in blank if key[0] in both and old.notes[key[0]].gives_up(new.notes[key[0]], key[1])}
    shipped = {(note.guid, ordinal) for note in new.notes.values() for ordinal in note.cards}

    def notes(guids: Iterable[str]) -> list[str]:
        return [entry.name for entry in note_entries(old, new, guids)]

    def cards(keys: Iterable[tuple[str, int]]) -> list[str]:
        entries = ((entry, ordinal + 1) for guid, ordinal in keys for entry in note_entries(old, new, [guid]))
        return [f"{entry.name} card {card}" for entry, card in sorted(entries)]

    effects = {
        "disturbed": cards(_disturbed(before, after)),
        "overwritten": notes(overwritten - changed),
        "undelivered": notes((changed - edited) & {*outcomes["unchanged"]}),
        "conflicting": notes(new.notes.keys() - set(chain.from_iterable(outcomes.values()))),
        "note_types_copied": sorted(_copies(before, after, new)),
        "blank": cards(blank - given_up),
        "added": notes(outcomes["new"]),
        "updated": notes(outcomes["updated"]),
        "kept": notes(edited - overwritten),
        "replaced": notes(overwritten & changed),
        "cleared": cards(given_up),
        "left_over": cards({_key(after, card) for card in after["cards"]} - shipped),
        "missing_media": after["missing_media"],
    }
    return Rehearsal(
        old=old.path,
        new=new.path,
        anki=report["anki"],
        studied=len(before["cards"]),
        unchanged=len(outcomes["unchanged"]),
        shared=len(both),
        effects=effects,
    )


def _key(state: dict[str, Any], card: int | str) -> tuple[str, int]:
    """A card as packages identify it: the GUID of its note, and its ordinal."""
    guid, ordinal, _ = state["cards"][str(card)]
    return guid, ordinal


def _disturbed(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The studied cards that were removed, rescheduled, or have lost a review."""
    reviews = {tuple(review) for review in after["reviews"]}
    missing = {str(review[1]) for review in before["reviews"] if tuple(review) not in reviews}
    for card, content in before["cards"].items():
        if after["cards"].get(card) != content or card in missing:
            yield _key(before, card)


def _copies(before: dict[str, Any], after: dict[str, Any], new: Package) -> Iterator[str]:
    """The note types that were imported with a different id or name than in NEW."""
    for key, name in after["note_types"].items():
        shipped = new.note_types.get(int(key))
        if key not in before["note_types"] and (shipped is None or name.startswith(f"{shipped.name}+")):
            yield name


def as_text(rehearsal: Rehearsal) -> str:
    """The report for a terminal: the effects of the import, then the losses."""
    effects, losses = rehearsal.effects, [*_lines(rehearsal, _LOSSES)]
    unchanged = rehearsal.studied - len(effects["disturbed"])
    counts = f"{len(effects['added'])} new, {len(effects['updated'])} updated, {rehearsal.unchanged} unchanged"
    lines = [
        f"{printable(rehearsal.old)} → {printable(rehearsal.new)}, rehearsed with Anki {rehearsal.anki}",
        f"  cards: {rehearsal.studied} studied, {unchanged} with unchanged reviews",
        f"  notes: {counts}",
        *_lines(rehearsal, _NOTICES),
        "Lost:" if losses else "Nothing was lost." if rehearsal.shared else _UNRELATED,
        *losses,
    ]
    return "\n".join(lines) + "\n"


def _lines(rehearsal: Rehearsal, titles: Mapping[str, str]) -> Iterator[str]:
    for key, title in titles.items():
        if items := rehearsal.effects[key]:
            yield f"  {title}: {len(items)} ({some_names([*map(short_name, items)])})"
