"""`rolecards pin`."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from rolecards.codes import Severity
from rolecards.commands.project import clock, read_edition
from rolecards.commands.report import notice
from rolecards.notes.note_type import FieldName
from rolecards.problems import ContentError, counted
from rolecards.release.edition import Edition, edition
from rolecards.release.recognise import bullet_id
from rolecards.source.page import MarkdownPlace
from rolecards.study.pins import with_pins
from rolecards.write import write_all


def run(options: Namespace) -> int:
    """Write the ids of all notes into the notes files, unless that would change a note."""
    before = read_edition(options)
    errors = [problem for problem in before.problems if problem.severity is Severity.ERROR]
    if errors:
        raise ContentError(errors)
    pins = _pins(before)
    files = before.files
    for file in [file for file in before.files if file.path in pins]:
        pinned = replace(file, data=with_pins(file.data, pins[file.path].values()))
        changed = tuple(pinned if other is file else other for other in files)
        try:
            same = _notes(edition(options.content, before.templates, clock(), files=changed)) == _notes(before)
        except ContentError:
            same = False
        if same:
            files = changed
        else:
            notice(f"{file.path} stays as it is, because ids would change a note in it")
    written = write_all({Path(file.path): file.data for file in files})
    count = counted(sum(len(pins[path.as_posix()]) for path in written), "id")
    notice(f"{count} written; run `rolecards build` and commit the lock" if written else "no file changed")
    return 0


def _pins(before: Edition) -> dict[str, dict[int, tuple[MarkdownPlace, str]]]:
    """Per file and line, the blocks without an id, and the id that leads to the present ids of all their notes."""
    pins: dict[str, dict[int, tuple[MarkdownPlace, str]]] = {}
    unfit: set[tuple[str, int]] = set()
    for item in before.release.published:
        note, place = item.note, item.note.place
        if note.under and isinstance(place, MarkdownPlace):
            path, line = place.page.path, place.block.line
            pin = bullet_id(note, note.id)
            first = pins.setdefault(path, {}).setdefault(line, (place, pin))
            if first[1] != pin or (note.bullet_part and pin == note.id):
                unfit.add((path, line))
    for path, line in unfit:
        del pins[path][line]
    return pins


def _notes(some: Edition) -> dict[str, dict[FieldName, str]]:
    return {item.entry.id: item.note.fields(item.entry.number) for item in some.release.published}
