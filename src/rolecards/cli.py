"""The command line: what the program prints, writes and exits with."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rolecards import __version__
from rolecards.diagnostics import ContentError, Location, Problem, Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolecards.build import Artifact, Edition
    from rolecards.lint.check import Found
    from rolecards.publish import Clock
    from rolecards.templates import Templates

    Command = Callable[[argparse.Namespace], int]
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

FINE, PROBLEMS, USAGE = 0, 1, 2

EARLIEST_EPOCH = 315_532_800
"""1980: zip files know no earlier time, and Anki's ids must lie above zero."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        return FINE
    except ContentError as error:
        problems = error.problems
    except OSError as error:
        message = f"this can't be read or written: {error.strerror or error}"
        problems = (Problem(location=Location(str(error.filename or ".")), code="RC150", message=message),)
    status = _report(problems)
    if options.run is _build:
        _notice("nothing was written")
    return status


# ---------------------------------------------------------------- the commands


def _build(options: argparse.Namespace) -> int:
    from rolecards.build import MAKERS, out_of_date
    from rolecards.write import write_all

    made = _edition(options)
    problems = [*made.problems, *(out_of_date(made) if options.locked else ())]
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    _report(problems)
    artifacts = [artifact for name in options.only if (artifact := MAKERS[name](made))]
    files = {made.lock_path: made.lock_text.encode()}
    files |= {options.out / artifact.file_name: artifact.data for artifact in artifacts}
    written = write_all(files)
    _print_artifacts(artifacts, options.out, set(written))
    _print_changes(made)
    if left := sum(len(page.skipped) for page in made.content.study):
        _notice(f"{left} {'passage' if left == 1 else 'passages'} of the notes gave no card; `rolecards check` lists them")
    return FINE


def _check(options: argparse.Namespace) -> int:
    import gc

    gc.disable()  # nothing read here goes in circles, and looking for them takes a third of the time
    if options.stats and options.format != "text":
        _notice("--stats draws for a person: leave out --format")
        return USAGE
    if options.fix:
        _fix(options)
    try:
        made, found = _checked(options)
    except ContentError as error:
        return _report(error.problems, form=options.format, strict=options.strict)
    status = _report(found, form=options.format, strict=options.strict)
    for page in made.content.study:
        for left in page.skipped:
            _notice(str(left))
    if options.stats:
        from rolecards import statistics

        notes = [item.note for item in made.release.published]
        print(statistics.as_text(statistics.measure(made.content, notes)), end="")
    return status


def _checked(options: argparse.Namespace) -> tuple[Edition, list[Problem]]:
    from rolecards.lint.check import problems

    made = _edition(options)
    findings, missing = _findings(options, made)
    notes = [item.note for item in made.release.published]
    return made, [*made.problems, *missing, *problems(findings, made.content, notes)]


def _findings(options: argparse.Namespace, made: Edition) -> tuple[list[Found], list[Problem]]:
    from rolecards.lint.check import lint
    from rolecards.source.texts import read_source_texts

    texts, missing = read_source_texts(made.content, options.content)
    notes = [item.note for item in made.release.published]
    return lint(made.content, notes, made.release.new, texts), missing


def _fix(options: argparse.Namespace) -> None:
    """Mend what can be mended; what only comes to light by that, in a second and a third round."""
    from rolecards.fix import mended
    from rolecards.write import write_all

    for _ in range(3):
        try:
            made = _edition(options)
        except ContentError:
            return
        findings = [finding for _, finding in _findings(options, made)[0] if finding.edits]
        for path in write_all(mended(findings, made.content.places)):
            _notice(f"{path} mended")


def _explain(options: argparse.Namespace) -> int:
    from rolecards import explain

    if options.all:
        print(explain.as_markdown(), end="")
        return FINE
    code = explain.by_name(options.code or "")
    if not code:
        near = explain.closest(options.code or "")
        _notice(f"there is no code `{options.code or ''}`" + (f"; did you mean {near}?" if near else ""))
        return USAGE
    print(explain.as_text(code), end="")
    return FINE


def _diff(options: argparse.Namespace) -> int:
    from rolecards import diff, diff_report
    from rolecards.package import read_package

    difference = diff.compare(read_package(options.old), read_package(options.new))
    forms: dict[str, Callable[[diff.Difference], str]] = {
        "text": lambda found: diff_report.as_text(found, colour=_colour()),
        "markdown": diff_report.as_markdown,
        "json": diff_report.as_json,
    }
    print(forms[options.format](difference), end="")
    return FINE


def _rehearse(options: argparse.Namespace) -> int:
    from rolecards import rehearse

    try:
        rehearsal = rehearse.rehearse(options.old, options.new)
    except rehearse.AnkiMissingError as missing:
        _notice(str(missing))
        return USAGE
    print({"text": rehearse.as_text, "json": rehearse.as_json}[options.format](rehearsal), end="")
    return PROBLEMS if rehearsal.lost else FINE


def _colour() -> bool:
    """Whether colour can be seen and is wanted (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _init(options: argparse.Namespace) -> int:
    from rolecards.init import new_folder
    from rolecards.write import write_all

    written = write_all(new_folder(options.folder, full=options.full))
    print("".join(f"{path}\n" for path in written), end="")
    _notice(f"now try: rolecards build {options.folder}")
    return FINE


def _edition(options: argparse.Namespace) -> Edition:
    from dataclasses import fields

    from rolecards.build import Printing, edition

    asked = {field.name: getattr(options, field.name) for field in fields(Printing) if field.name in options}
    return edition(options.content, _templates(options), _clock(), Printing(**asked))


def _templates(options: argparse.Namespace) -> Templates:
    from rolecards.templates import Templates, bundled_folder

    own = options.templates
    if own and not own.is_dir():
        raise ContentError(
            [
                Problem(
                    location=Location(own.as_posix()),
                    code="RC140",
                    message="there is no templates folder here",
                )
            ]
        )
    return Templates(folders=((own.resolve(),) if own else ()) + (bundled_folder(),))


def _clock() -> Clock:
    from rolecards.publish import Clock

    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isdecimal() and EARLIEST_EPOCH <= int(given) <= now):
        _notice(
            f"SOURCE_DATE_EPOCH is `{given}`; it must be seconds since 1970, from {EARLIEST_EPOCH} (1980) up to now"
        )
        raise SystemExit(USAGE)
    return Clock(stamp=int(given) if given else now, now=now)


# ---------------------------------------------------------------- what is printed


def _report(problems: Sequence[Problem], *, form: str = "text", strict: bool = False) -> int:
    """Print the problems; the exit status they ask for."""
    ordered = in_order(replace(problem, severity=Severity.ERROR) if strict else problem for problem in problems)
    print(_formatted(ordered, form), end="")
    errors = sum(problem.severity is Severity.ERROR for problem in ordered)
    if errors:
        _notice(f"{errors} {'problem' if errors == 1 else 'problems'}")
    return PROBLEMS if errors else FINE


def _formatted(problems: Sequence[Problem], form: str) -> str:
    from rolecards.reports import github, json_list, text

    if form == "sarif":
        from rolecards.reports.sarif import as_sarif

        return as_sarif(problems)
    if form == "text" and sys.stdout.isatty():
        return text.as_marked_text(problems, _lines_of, colour=_colour())
    return {"text": text.as_text, "json": json_list.as_json, "github": github.as_github}[form](problems)


@cache
def _lines_of(path: str) -> Sequence[str]:
    """A file's lines as YAML counts them; none where it can't be read."""
    try:
        return re.split(r"\r\n|[\n\r\x85\u2028\u2029]", Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return ()


_FORMATS = ("text", "json", "github", "sarif")


def _print_artifacts(artifacts: Sequence[Artifact], out: Path, written: set[Path]) -> None:
    for artifact in artifacts:
        path = out / artifact.file_name
        state = "written" if path in written else "unchanged"
        print(f"{path}  {state}: {artifact.summary}; content {artifact.digest[:16]}")


def _print_changes(made: Edition) -> None:
    release = made.release
    counts = {"new": release.new, "changed": release.changed, "retired": release.retired}
    said = ", ".join(f"{len(ids)} {word}" for word, ids in counts.items() if ids)
    if said:
        _notice(f"{made.lock_path.name} brought up to date: {said}; commit it")
    if release.retired:
        package = f"{made.content.deck.id}-retired.apkg"
        _notice(f"learners remove the retired cards in two steps: import {package}, then choose Tools → Empty Cards")


def _notice(text: str) -> None:
    print(f"rolecards: {text}", file=sys.stderr)


# ---------------------------------------------------------------- the arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rolecards", description="One content folder becomes an Anki deck, printed handouts and reports."
    )
    parser.add_argument("--version", action="version", version=f"rolecards {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    build = commands.add_parser(
        "build", help="make the deck and the papers", description="Make the deck and the papers."
    )
    _content_arguments(build)
    build.add_argument("--out", type=Path, default=Path("build"), metavar="DIR", help="where they go (default: build)")
    build.add_argument("--locked", action="store_true", help="fail where the lock is not up to date; for CI")
    build.add_argument(
        "--only", type=_names, default=_names(""), metavar="NAME,…", help=f"some of: {', '.join(_ARTIFACTS)}"
    )
    _paper_arguments(build)
    build.set_defaults(run=_build)
    _check_arguments(commands)
    _explain_arguments(commands)
    _init_arguments(commands)
    _package_arguments(commands, "diff", "tell two packages apart", ["text", "markdown", "json"], _diff)
    _package_arguments(commands, "rehearse", "try an upgrade in the real Anki", ["text", "json"], _rehearse)
    return parser


def _check_arguments(commands: Commands) -> None:
    check = commands.add_parser(
        "check",
        help="report every problem, and edit the cards",
        description="Report every problem, and all that an editor would object to; nothing is written without --fix.",
    )
    _content_arguments(check)
    check.add_argument("--format", choices=_FORMATS, default="text", help="form of the report (default: text)")
    check.add_argument("--strict", action="store_true", help="turn warnings into errors")
    check.add_argument("--stats", action="store_true", help="add the deck in numbers")
    check.add_argument("--fix", action="store_true", help="mend slips of typing in the files first")
    check.set_defaults(run=_check)


def _explain_arguments(commands: Commands) -> None:
    explain = commands.add_parser("explain", help="tell what a code means", description="Tell what a code means.")
    which = explain.add_mutually_exclusive_group(required=True)
    which.add_argument("code", nargs="?", metavar="CODE", help="such as RC301, or the rule's name")
    which.add_argument("--all", action="store_true", help="all codes, as Markdown")
    explain.set_defaults(run=_explain)


def _init_arguments(commands: Commands) -> None:
    init = commands.add_parser(
        "init", help="write a content folder to start from", description="Write a content folder to start from."
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="the new folder")
    init.add_argument("--full", action="store_true", help="the whole deck that we ship instead of a small example")
    init.set_defaults(run=_init)


def _package_arguments(commands: Commands, name: str, does: str, forms: Sequence[str], run: Command) -> None:
    parser = commands.add_parser(name, help=does, description=f"{does.capitalize()}.")
    parser.add_argument("old", type=Path, metavar="OLD.apkg", help="the release that learners have")
    parser.add_argument("new", type=Path, metavar="NEW.apkg", help="the release that they will import")
    parser.add_argument("--format", choices=forms, default="text", help="form of the report (default: text)")
    parser.set_defaults(run=run)


def _paper_arguments(build: argparse.ArgumentParser) -> None:
    paper = build.add_argument_group("papers")
    paper.add_argument("--paper", choices=["a4", "letter"], default="a4", help="paper size (default: a4)")
    paper.add_argument("--seed", type=int, metavar="N", help="another order of the quiz: the same N, the same order")
    paper.add_argument(
        "--layout",
        choices=["fold", "long-edge", "short-edge"],
        default="fold",
        help="cards to cut and fold, or double-sided, turned over an edge of the paper (default: fold)",
    )
    paper.add_argument(
        "--card-size",
        dest="size",
        choices=["a7", "business", "3x5", "avery-5371"],
        default="",
        help="of the cards to cut out (default: a7 on A4, 3x5 inches on Letter)",
    )
    for side, towards in (("x", "right"), ("y", "down")):
        paper.add_argument(
            f"--offset-{side}",
            type=float,
            default=0.0,
            metavar="MM",
            help=f"move the backs of double-sided cards {towards}, for a printer that shifts them",
        )


def _content_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "content",
        nargs="?",
        type=Path,
        default=Path("content"),
        metavar="CONTENT",
        help="the content folder (default: content)",
    )
    parser.add_argument("--templates", type=Path, metavar="DIR", help="templates of your own, looked into first")


_ARTIFACTS = ("apkg", "retired", "handout", "quiz", "cards")


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip())) or _ARTIFACTS
    for name in names:
        if name not in _ARTIFACTS:
            raise argparse.ArgumentTypeError(f"`{name}` is not one of {', '.join(_ARTIFACTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
