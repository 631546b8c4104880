"""`rolecards build`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from rolecards.commands.project import font_problems, read_edition, without_card
from rolecards.commands.report import notice, report, verdict
from rolecards.diagnostics import ContentError, Location, Problem, Severity
from rolecards.edition import out_of_date
from rolecards.export.artifacts import Printing
from rolecards.export.build import build
from rolecards.export.up_to_date import ON_PAPER

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from rolecards.edition import Edition


def run(options: Namespace) -> int:
    """Make the artifacts, bring the lock up to date, and say what came of it."""
    _refuse_file(options.out)
    made = read_edition(options)
    problems = [*made.problems, *(out_of_date(made) if options.locked else ())]
    problems += font_problems(made) if ON_PAPER & {*options.only} else []
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    report(problems)
    printing = Printing(**{field.name: getattr(options, field.name) for field in fields(Printing)})
    for outcome in build(made, options.only, printing, options.out):
        state = "written" if outcome.written else "unchanged"
        print(f"{outcome.path}  {state}: {outcome.summary}; content {outcome.digest[:16]}")
    _say_changes(made, options)
    if problems:
        notice(verdict(problems))
    return 0


def _refuse_file(out: Path) -> None:
    if out.exists() and not out.is_dir():
        hint = "name a folder after --out; one that does not exist yet is made"
        raise ContentError(
            [Problem(location=Location(out.as_posix()), code="RC107", message="this is a file", hint=hint)]
        )


def _say_changes(made: Edition, options: Namespace) -> None:
    release = made.release
    counts = {"new": release.new, "changed": release.changed, "retired": release.retired}
    said = ", ".join(f"{len(ids)} {word}" for word, ids in counts.items() if ids)
    if said:
        notice(f"{made.lock_path.name} brought up to date: {said}; commit it")
    package = f"{made.content.deck.id}-retired.apkg"
    if "retired" in options.only and not any(entry.retired for entry in release.lock.entries.values()):
        if options.only == ("retired",):
            notice(f"no note is retired, so there is no {package} to make")
    elif release.retired and "retired" not in options.only:
        notice(f"learners remove the retired cards with {package}: make it with --only retired")
    elif release.retired:
        notice(f"learners remove the retired cards in two steps: import {package}, then choose Tools → Empty Cards")
    if left := without_card(made):
        notice(f"{left}; `rolecards check` lists them")
