"""The build: an edition into an output folder, doing no more than has to be done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rolecards.cores import side_by_side
from rolecards.export.artifacts import ARTIFACTS
from rolecards.export.up_to_date import LEDGER_NAME, inputs_of, is_up_to_date, read_ledger, record, write_ledger
from rolecards.problems import ContentError, Problem
from rolecards.write import write_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rolecards.export.artifacts import Artifact
    from rolecards.papers.sheets import PrintOptions
    from rolecards.release.edition import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A file of the output folder after a build."""

    path: Path
    digest: str
    summary: str
    changed: bool
    """Whether the build changed the file."""


def build(edition: Edition, names: Sequence[str], options: PrintOptions, out: Path) -> list[Outcome]:
    """Make the artifacts with these names and write them, the lock first.

    Raises ContentError with the problems of all of them, or OSError; in both cases nothing is written.
    """
    ledger = read_ledger(out)
    inputs = {name: inputs_of(ARTIFACTS[name], edition, options) for name in names}
    due = [name for name in names if not is_up_to_date(out, ledger.get(name), inputs[name])]
    artifacts = _make(edition, options, due)
    paths = {name: out / ARTIFACTS[name].file_name(edition) for name in due}
    files = {edition.lock_path: edition.lock_text.encode()}
    changed = set(write_all(files | {paths[name]: artifact.data for name, artifact in artifacts.items()}))
    for name in due:
        ledger.pop(name, None)
        if name in artifacts:
            ledger[name] = record(paths[name].name, artifacts[name], inputs[name])
        else:
            # An earlier file does harm: a package for notes that are no longer retired removes live cards.
            paths[name].unlink(missing_ok=True)
    write_all({out / LEDGER_NAME: write_ledger(ledger)})
    return [
        Outcome(
            path=out / ledger[name].file_name,
            digest=ledger[name].digest,
            summary=ledger[name].summary,
            changed=out / ledger[name].file_name in changed,
        )
        for name in names
        if name in ledger
    ]


def _make(edition: Edition, options: PrintOptions, names: Sequence[str]) -> dict[str, Artifact]:
    """The artifacts by name, without those that there is no reason to make; two or more papers use all cores."""
    jobs = [partial(_artifact_or_problems, name, edition, options) for name in names]
    on_cores = sum(ARTIFACTS[name].on_paper for name in names) > 1
    if on_cores:
        import rolecards.pdf  # noqa: F401, PLC0415 - loaded once here, not again in each process
    results = side_by_side(jobs) if on_cores else [job() for job in jobs]
    problems = [problem for result in results if isinstance(result, list) for problem in result]
    if problems:
        raise ContentError(problems)
    return {
        name: result for name, result in zip(names, results, strict=True) if result and not isinstance(result, list)
    }


def _artifact_or_problems(name: str, edition: Edition, options: PrintOptions) -> Artifact | list[Problem] | None:
    try:
        return ARTIFACTS[name].make(edition, options)
    except ContentError as error:
        return list(error.problems)
