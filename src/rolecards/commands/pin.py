"""`rolecards pin`."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.commands.project import clock, read_edition
from rolecards.commands.report import notice
from rolecards.notes.note_type import FieldName
from rolecards.problems import ContentError, counted
from rolecards.release.edition import Edition, edition
from rolecards.release.recognise import bullet_id
from rolecards.source.folder import SourceFile
from rolecards.source.page import MarkdownPlace
from rolecards.study.pins import with_pins
from rolecards.write import write_all


def run(options: Namespace) -> int:
    """Write the ids of all notes into the notes files, unless that would change a note."""
    before = read_edition(options)
    errors = [problem for problem in before.problems if problem.severity is Severity.ERROR]
    if errors:
        raise ContentError(errors)
    files = before.files
    for path, pins in _pins(before).items():
        files = _with_ids(before, files, path, dict(pins))
    count, earlier = (sum(file.data.count(b"{#") for file in some) for some in (files, before.files))
    written = f"{counted(count - earlier, 'id')} written; run `rolecards build` and commit the lock"
    notice(written if write_all({Path(file.path): file.data for file in files}) else "no file changed")
    return 0


def _with_ids(
    before: Edition, files: tuple[SourceFile, ...], path: str, pins: dict[int, tuple[MarkdownPlace, str]]
) -> tuple[SourceFile, ...]:
    """The files with ids in one of them; a block stays as it is if its id would change a note."""
    notes = _notes(before)
    lines = {
        item.entry.id: place.line
        for item in before.release.published
        if isinstance(place := item.note.place, MarkdownPlace) and place.page.path == path
    }
    while pins:
        file = next(file for file in files if file.path == path)
        pinned = replace(file, data=with_pins(file.data, pins.values()))
        tried = tuple(pinned if each is file else each for each in files)
        try:
            after = _notes(edition(before.lock_path.parent, before.templates, clock(), files=tried))
        except ContentError:
            after = {}
        wrong = {lines[note] for note in lines if after.get(note) != notes[note]} & pins.keys()
        if after == notes:
            return tried
        for line in sorted(wrong or pins):
            notice(f"{path}:{line} stays as it is, because an id would change its note")
            del pins[line]
    return files


def _pins(before: Edition) -> dict[str, dict[int, tuple[MarkdownPlace, str]]]:
    """Per file and line, the blocks without an id, and the id that leads to the present ids of all their notes."""
    pins: dict[str, dict[int, tuple[MarkdownPlace, str]]] = {}
    unfit: set[tuple[str, int]] = set()
    for item in before.release.published:
        note, place = item.note, item.note.place
        if note.under and isinstance(place, MarkdownPlace):
            path, line = place.page.path, place.line
            pin = bullet_id(note, note.id)
            first = pins.setdefault(path, {}).setdefault(line, (place, pin))
            if first[1] != pin or (note.bullet_part and pin == note.id):
                unfit.add((path, line))
    for path, line in unfit:
        del pins[path][line]
    return pins


def _notes(some: Edition) -> dict[str, Mapping[FieldName, str]]:
    return {item.entry.id: item.fields for item in some.release.published}
