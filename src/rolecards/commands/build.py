"""`rolecards build`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from rolecards.artifacts import Printing
from rolecards.build import build
from rolecards.commands.project import read_edition
from rolecards.commands.report import notice, report
from rolecards.diagnostics import ContentError, Severity
from rolecards.edition import out_of_date

if TYPE_CHECKING:
    from argparse import Namespace

    from rolecards.diagnostics import Problem
    from rolecards.edition import Edition


def run(options: Namespace) -> int:
    """Make the artifacts, bring the lock up to date, and say what came of it."""
    made = read_edition(options)
    problems = [*made.problems, *(out_of_date(made) if options.locked else ())]
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    report([*problems, *_typeface(made, options)])
    printing = Printing(**{field.name: getattr(options, field.name) for field in fields(Printing)})
    for outcome in build(made, options.only, printing, options.out):
        state = "written" if outcome.written else "unchanged"
        print(f"{outcome.path}  {state}: {outcome.summary}; content {outcome.digest[:16]}")
    _say_changes(made, options)
    return 0


def _typeface(made: Edition, options: Namespace) -> list[Problem]:
    """What the papers' typeface lacks; ours lacks nothing, and is not looked at."""
    if not options.templates or not {"handout", "quiz", "cards"} & {*options.only}:
        return []
    from rolecards.export.theme import styles_missing  # noqa: PLC0415 - loads the page builder

    return styles_missing(made.templates)


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
    if left := sum(len(page.skipped) for page in made.content.study):
        notice(
            f"{left} {'passage' if left == 1 else 'passages'} of the notes gave no card; `rolecards check` lists them"
        )
