"""`rolecards build`."""

from argparse import Namespace

from rolecards.codes import Severity
from rolecards.commands.project import font_problems, read_edition, text_problems
from rolecards.commands.report import notice, report, verdict
from rolecards.export.artifacts import ARTIFACTS
from rolecards.export.build import build, shortened
from rolecards.export.build_options import complete, print_options
from rolecards.problems import ContentError, Location, counted, problem
from rolecards.release.choice import Choice, choice_problems
from rolecards.release.edition import Edition, out_of_date
from rolecards.text.printable import one_line


def run(options: Namespace) -> int:
    """Build the artifacts, update the lock, and print the results."""
    complete(options)
    if options.out.exists() and not options.out.is_dir():
        hint = "name a folder after --out; `build` creates it if it does not exist"
        raise ContentError([problem("RC107", Location(options.out.as_posix()), "this is a file", hint)])
    edition = read_edition(options, after=options.after)
    problems = [*edition.problems, *text_problems(edition), *(out_of_date(edition) if options.locked else ())]
    problems += font_problems(edition) if any(ARTIFACTS[name].on_paper for name in options.only) else []
    choices = print_options(options)
    problems += choice_problems(edition.content, edition.release, choices.choice)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    problems = [problem for problem in problems if problem.severity is not Severity.NOTICE]
    outcomes = build(edition, options.only, choices, options.out)
    problems += shortened(problem for outcome in outcomes for problem in outcome.problems)
    report(problems)
    for outcome in outcomes:
        state = "written" if outcome.changed else "unchanged"
        record = outcome.record
        print(one_line(f"{outcome.path}  {state}: {record.summary}; content {record.digest[:16]}"))
    _report_changes(edition, options)
    if problems:
        notice(verdict(problems))
    return 0


def _report_changes(edition: Edition, options: Namespace) -> None:
    release = edition.release
    if edition.forgotten:
        notice(f"{edition.lock_path.name} was behind {options.after} in {counted(len(edition.forgotten), 'line')}")
    counts = {"new": release.new, "changed": release.changed, "retired": release.retired}
    changes = ", ".join(f"{len(ids)} {word}" for word, ids in counts.items() if ids)
    changes = f": {changes}" if changes else ""
    name = edition.lock_path.name
    if edition.lock_before is None:
        restore = "" if options.after else " (if learners have the deck, restore it from git, or use --after)"
        notice(f"{name} created{changes}; commit it{restore}")
    elif out_of_date(edition):
        notice(f"{name} updated{changes}; commit it")
    package = ARTIFACTS["retired"].file_name(edition, Choice())
    if "retired" in options.only and not any(entry.retired for entry in release.lock.entries.values()):
        if options.only == ("retired",):
            notice(f"no note is retired, so `build` does not create {package}")
    elif release.retired and "retired" not in options.only:
        notice(f"to let learners remove the retired cards, create {package} with --only retired")
    elif release.retired:
        notice(f"to remove the retired cards, learners import {package}, then choose Tools → Empty Cards")
    if skipped := sum(len(page.skipped) for page in edition.content.study):
        notice(f"{counted(skipped, 'passage')} in the notes produced no card; `rolecards check` lists them")
