"""The build: writes the artifacts of an edition that are not up to date into an output folder."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from rolecards.codes import Severity
from rolecards.cores import side_by_side
from rolecards.export.artifacts import ARTIFACTS
from rolecards.export.up_to_date import LEDGER_NAME, Record, inputs_of, is_up_to_date, read_ledger
from rolecards.papers.sheets import PrintOptions
from rolecards.problems import MOST_ALIKE, ContentError, Problem, first_of_many, in_order
from rolecards.release.edition import Artifact, Edition
from rolecards.source.folder import beside
from rolecards.write import remove_leftovers, write_all


class Outcome(NamedTuple):
    """A file of the output folder after a build."""

    path: Path
    record: Record
    changed: bool  # whether the build changed the file
    problems: Sequence[Problem]  # warnings about what it shows of study notes; none if it was up to date


def build(edition: Edition, names: Sequence[str], options: PrintOptions, out: Path) -> list[Outcome]:
    """Make these artifacts and write them, the lock first, the ledger last. Raises ContentError before it writes."""
    ledger = read_ledger(out)
    inputs = {name: inputs_of(ARTIFACTS[name], edition, options) for name in names}
    files_of = {name: ARTIFACTS[name].file_name(edition, options.choice) for name in names}
    due = [name for name in names if not is_up_to_date(out / files_of[name], ledger.get(files_of[name]), inputs[name])]
    files: dict[Path, bytes | None] = {edition.lock_path: edition.lock_text.encode()}
    artifacts = _make(edition, options, due)
    for name, artifact in artifacts.items():
        ledger.pop(files_of[name], None)
        # Without an artifact, an earlier file does harm: a package for notes no longer retired removes live cards.
        files[out / files_of[name]] = artifact.data if artifact else None
        if artifact:
            sha256 = hashlib.sha256(artifact.data).hexdigest()
            ledger[files_of[name]] = Record(inputs[name], sha256, artifact.digest, artifact.summary)
    files[out / LEDGER_NAME] = msgspec.json.encode(dict(sorted(ledger.items())))
    files |= _schema_files(edition)
    # A killed `check --fix` leaves its temporary files beside any content file.
    remove_leftovers({Path(file.path).parent for file in edition.files})
    changed = set(write_all(files))
    return [
        Outcome(out / file, ledger[file], out / file in changed, made.problems if (made := artifacts.get(name)) else ())
        for name, file in files_of.items()
        if file in ledger
    ]


def _schema_files(edition: Edition) -> dict[Path, bytes | None]:
    """The schemas for editors, in the folder that the deck file names; none if it names none."""
    deck = edition.content.deck
    if not deck.schemas:
        return {}
    from rolecards.schema.json_schemas import editor_schemas  # noqa: PLC0415 - few decks ask for them

    folder = beside(edition.lock_path.parent, deck.schemas, edition.content.places["@deck"].of("schemas"))
    return {folder / name: text.encode() for name, text in editor_schemas(deck).items()}


def _make(edition: Edition, options: PrintOptions, names: Sequence[str]) -> dict[str, Artifact | None]:
    """The artifacts by name, None for those that are not needed; two or more papers use all cores."""
    jobs = [partial(_attempt, name, edition, options) for name in names]
    on_cores = sum(ARTIFACTS[name].on_paper for name in names) > 1
    if on_cores:
        import rolecards.pdf.draw  # noqa: F401, PLC0415 - loaded once here, not again in each process
    results = side_by_side(jobs) if on_cores else [job() for job in jobs]
    if problems := [problem for _, problems in results for problem in problems]:
        raise ContentError(shortened(problems))
    return {name: artifact for name, (artifact, _) in zip(names, results, strict=True)}


def shortened(problems: Iterable[Problem]) -> list[Problem]:
    """The problems: for a script that no font has, only the first word; of many texts that do not fit, only some."""

    def script(each: Problem) -> str | None:
        name = unicodedata.name(each.words[0], "") if each.code == "RC704" and each.words else ""
        return name.partition(" ")[0] or None

    def no_room(each: Problem) -> Severity | None:
        return each.severity if each.code == "RC705" else None

    found = first_of_many(in_order(problems), script, "words in this script")
    return [*first_of_many(found, no_room, "do not fit", most=MOST_ALIKE)]


def _attempt(name: str, edition: Edition, options: PrintOptions) -> tuple[Artifact | None, Sequence[Problem]]:
    try:
        return ARTIFACTS[name].make(edition, options), ()
    except ContentError as error:
        return None, error.problems
