"""`rolecards check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.check.role_names import old_role_names
from rolecards.check.run import lint, problems
from rolecards.check.texts import read_source_texts
from rolecards.codes import Severity
from rolecards.commands.project import font_problems, read_edition, without_card
from rolecards.commands.report import mistyped, notice, report, verdict
from rolecards.problems import ContentError, Problem

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from rolecards.notes.note import Note
    from rolecards.release.edition import Edition


def run(options: Namespace) -> int:
    """Report what is wrong and what an editor would object to; with --fix mend what can be mended first."""
    if options.stats and options.format != "text":
        notice("--stats draws for a person: leave out --format")
        return 2
    if options.fix:
        _fix(options)
    try:
        made, found = _checked(options)
    except ContentError as error:
        return _stopped(error, options)
    if options.strict:
        found = [replace(problem, severity=Severity.ERROR) for problem in found]
    status = report(found, form=options.format)
    _say_state(made, found)
    if options.stats:
        from rolecards.check import statistics  # noqa: PLC0415 - only where asked for

        print(statistics.as_text(statistics.measure(made.content, _notes(made))), end="")
    return status


def _stopped(error: ContentError, options: Namespace) -> int:
    """Report what kept the content from being read; the exit status."""
    status = report(error.problems, form=options.format)
    rest = "" if mistyped(error.problems) else "; mend these first, the rest is checked then"
    notice(verdict(error.problems) + rest)
    return status


def _say_state(made: Edition, found: Sequence[Problem]) -> None:
    """What is no fault and yet good to know: what gave no card, and that nothing is published yet; then the verdict."""
    for page in made.content.study:
        for skipped in page.skipped:
            notice(str(skipped))
    if made.lock_before is None:
        notice(f"there is no {made.lock_path}, so every note counts as new; if learners have some, take it from git")
    left = without_card(made)
    clean = f"{len(made.release.published)} notes, no problems" + (f", but {left}" if left else "")
    notice(verdict(found) or clean)


def _checked(options: Namespace) -> tuple[Edition, list[Problem]]:
    made = read_edition(options, keep_nodes=True)
    texts, missing = read_source_texts(made.content, options.content)
    found = problems(made.content, _notes(made), made.release.new, texts)
    renamed = old_role_names(made.content, made.release.renamed_roles)
    return made, [*made.problems, *renamed, *missing, *font_problems(made), *found]


def _notes(made: Edition) -> list[Note]:
    return [item.note for item in made.release.published]


def _fix(options: Namespace) -> None:
    """Mend what can be mended; what only comes to light by that, in a second and a third round."""
    from rolecards.check.fix import mended  # noqa: PLC0415 - only where asked for
    from rolecards.write import write_all  # noqa: PLC0415

    for _ in range(3):
        try:
            made = read_edition(options, keep_nodes=True)
        except ContentError:
            return
        texts, _ = read_source_texts(made.content, options.content)
        found = lint(made.content, _notes(made), made.release.new, texts)
        findings = [finding for _, finding in found if finding.edits]
        for path in write_all(mended(findings, made.content.places)):
            notice(f"{path} mended")
