"""The build: an edition into an output folder, doing no more than has to be done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rolecards.cores import side_by_side
from rolecards.diagnostics import ContentError, Problem
from rolecards.export.artifacts import MAKERS
from rolecards.export.up_to_date import (
    LEDGER_NAME,
    ON_PAPER,
    Record,
    inputs_of,
    read_ledger,
    record,
    still_there,
    write_ledger,
)
from rolecards.write import write_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rolecards.edition import Edition
    from rolecards.export.artifacts import Artifact, Printing


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A file of the output folder after a build."""

    path: Path
    digest: str
    summary: str
    written: bool
    """Whether it is another file than before."""


def build(made: Edition, names: Sequence[str], printing: Printing, out: Path) -> list[Outcome]:
    """Make the artifacts of these names and write them, the lock first.

    Raises ContentError with the problems of all of them, or OSError; nothing is written then.
    """
    ledger = read_ledger(out)
    inputs = {name: inputs_of(name, made, printing) for name in names}
    due = [name for name in names if not _up_to_date(out, ledger.get(name), inputs[name])]
    artifacts = _make(made, printing, due)
    files = {made.lock_path: made.lock_text.encode()}
    files |= {out / artifact.file_name: artifact.data for artifact in artifacts.values()}
    fresh = {name: record(artifact, inputs[name]) for name, artifact in artifacts.items()}
    ledger = {name: noted for name, noted in ledger.items() if name not in due} | fresh
    written = set(write_all(files))
    _clear_away(made, out, set(due) - set(artifacts))
    write_all({out / LEDGER_NAME: write_ledger(ledger)})
    return [_outcome(out, ledger[name], written) for name in names if name in ledger]


def _clear_away(made: Edition, out: Path, without: set[str]) -> None:
    """Where there is nothing to retire any more, an earlier package would take live cards from learners."""
    if "retired" in without:
        (out / f"{made.content.deck.id}-retired.apkg").unlink(missing_ok=True)


def _up_to_date(out: Path, noted: Record | None, inputs: str) -> bool:
    return noted is not None and noted.inputs == inputs and still_there(out, noted)


def _outcome(out: Path, noted: Record, written: set[Path]) -> Outcome:
    path = out / noted.file_name
    return Outcome(path=path, digest=noted.digest, summary=noted.summary, written=path in written)


def _make(made: Edition, printing: Printing, names: Sequence[str]) -> dict[str, Artifact]:
    """The artifacts by name, where there is one to make; with more than one paper among them, on all cores."""
    jobs = [partial(_one, name, made, printing) for name in names]
    papers = len(ON_PAPER.intersection(names))
    if papers > 1:
        import rolecards.pdf  # noqa: F401, PLC0415 - loaded once here, not again in each process
    results = side_by_side(jobs) if papers > 1 else [job() for job in jobs]
    problems = [problem for result in results if isinstance(result, list) for problem in result]
    if problems:
        raise ContentError(problems)
    return {
        name: result for name, result in zip(names, results, strict=True) if result and not isinstance(result, list)
    }


def _one(name: str, made: Edition, printing: Printing) -> Artifact | list[Problem] | None:
    """The artifact, or what keeps it from being made."""
    try:
        return MAKERS[name](made, printing)
    except ContentError as error:
        return list(error.problems)
