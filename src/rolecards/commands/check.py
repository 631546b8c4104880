"""`rolecards check`."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from rolecards.check import run as rules
from rolecards.check.fix import corrected
from rolecards.codes import Severity
from rolecards.commands.project import font_problems, read_edition
from rolecards.commands.report import mistyped, notice, report, verdict
from rolecards.content import Content
from rolecards.problems import ContentError, Problem, counted, problem
from rolecards.release.edition import Edition
from rolecards.schema.old_form import rewritten
from rolecards.source.folder import read_folder, unfit
from rolecards.write import write_all


def run(options: Namespace) -> int:
    """Report problems in the content; with --fix, first correct what can be corrected automatically."""
    if (options.stats or options.cards) and options.format != "text":
        notice("--stats and --cards cannot be combined with --format")
        return 2
    if options.fix:
        _fix(options)
    try:
        edition, found = _checked(options)
    except ContentError as error:
        status = report(error.problems, form=options.format)
        rest = "" if mistyped(error.problems) else "; the rest is checked after these are corrected"
        notice(verdict(error.problems) + rest)
        return status
    if options.strict:
        raised = {Severity.WARNING: Severity.ERROR}
        found = [replace(each, severity=raised.get(each.severity, each.severity)) for each in found]
    status = report(found, form=options.format)
    _report_state(edition, found)
    if options.cards or options.stats:
        from rolecards.check import listings  # noqa: PLC0415 - only if needed

        notes = [item.note for item in edition.release.published]
        if options.cards:
            print(*listings.card_texts(notes), sep="\n")
        if options.stats:
            print(listings.statistics(edition.content, notes), end="")
    return status


def _report_state(edition: Edition, found: Sequence[Problem]) -> None:
    for page in edition.content.study:
        notice(f"{page.name}: {page.summary}")
    if not edition.content.deck.licence:
        notice("deck.yaml has no `licence`; add one, such as CC-BY-4.0, before you share the deck")
    if edition.lock_before is None:
        notice(f"{edition.lock_path} does not exist, so all notes are new; if learners have notes, restore it from git")
    notice(verdict(found) or f"{counted(len(edition.release.published), 'note')}, no problems")


def _checked(options: Namespace) -> tuple[Edition, list[Problem]]:
    edition = read_edition(options)
    texts, missing = read_source_texts(edition.content, options.content)
    found = rules.problems(edition, texts)
    renamed = rules.old_role_names(edition.content, edition.release.renamed_roles)
    return edition, [*edition.problems, *renamed, *missing, *font_problems(edition), *found]


def read_source_texts(content: Content, folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The text of each source that has one, by its code, and a warning for each text that cannot be read."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for code, source in content.sources.items():
        path = folder / source.text
        if source.text and (fault := unfit(path, folder)):
            place = content.places[f"source {code}"].of("text")
            hint = "cards are not compared with this source"
            problems.append(problem("RC512", place, f"{source.text}: {fault.message}", hint))
        elif source.text:
            texts[code] = path.read_text(encoding="utf-8", errors="replace")
    return texts, problems


def _fix(options: Namespace) -> None:
    """Correct the files in up to three rounds, because a correction can reveal another problem."""
    old = {Path(file.path): rewritten(file) for file in read_folder(options.content)}
    for path in write_all({path: data for path, data in old.items() if data}):
        notice(f"{path} corrected")
    for _ in range(3):
        try:
            edition = read_edition(options)
        except ContentError:
            return
        texts, _ = read_source_texts(edition.content, options.content)
        edits = [finding for finding in rules.lint(edition, texts) if finding.edits]
        for path in write_all(corrected(edits, edition.content.places)):
            notice(f"{path} corrected")
