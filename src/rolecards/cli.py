"""The command line: its commands and their options."""

from __future__ import annotations

import argparse
import math
import re
import sys
from typing import TYPE_CHECKING, NoReturn

from rolecards import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Commands = argparse._SubParsersAction["_Parser"]  # noqa: SLF001 - it has no public name

_NOT_A_CHOICE = re.compile(r"invalid choice: '(.+?)' \(choose from (.+)\)")
"""How argparse answers a word that is none of those known."""

MOST_SHIFTED = 10
"""By how many mm the backs of cards can be moved: cards have a border half as wide, and no printer is so far out."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 fine, 1 problems, 2 wrong usage."""
    options, unknown = _parser().parse_known_args(argv)
    if unknown:
        options.parser.error(_unrecognized(unknown, options.parser.format_help()))
    if options.command == "build" and options.layout == "fold" and (options.offset_x or options.offset_y):
        options.parser.error(
            "--offset-x and --offset-y move the backs of double-sided cards; those to fold have none: "
            "leave them out, or add --layout long-edge or --layout short-edge"
        )
    from rolecards.commands import run  # noqa: PLC0415 - `--version` and `--help` need nothing more

    return run(options)


class _Parser(argparse.ArgumentParser):
    """Answers a slip of typing with what was meant."""

    def error(self, message: str) -> NoReturn:
        wrong = _NOT_A_CHOICE.search(message)
        super().error(message + (_meant(wrong[1], re.findall(r"[\w-]+", wrong[2])) if wrong else ""))


def _unrecognized(unknown: Sequence[str], known: str) -> str:
    """What is said of arguments that a command does not take; `known` is its help."""
    options = [word.partition("=")[0] for word in unknown if word.startswith("--")]
    hints = (_meant(option, re.findall(r"--[a-z-]+", known)) for option in options)
    return f"unrecognized arguments: {' '.join(unknown)}" + next(filter(None, hints), "")


def _meant(word: str, known: Sequence[str]) -> str:
    from rolecards.diagnostics import did_you_mean  # noqa: PLC0415 - only where something is misspelt

    hint = did_you_mean(word, known)
    return f"; {hint}" if hint else ""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rolecards", description="One content folder becomes an Anki deck, printed handouts and reports."
    )
    parser.add_argument("--version", action="version", version=f"rolecards {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    build = commands.add_parser(
        "build", help="make the deck and the papers", description="Make the deck and the papers."
    )
    _content_arguments(build)
    build.add_argument("--out", type=_path, default="build", metavar="DIR", help="where they go (default: build)")
    build.add_argument("--locked", action="store_true", help="fail where the lock is not up to date; for CI")
    build.add_argument(
        "--only", type=_names, default=_names(""), metavar="NAME,…", help=f"some of: {', '.join(_ARTIFACTS)}"
    )
    _paper_arguments(build)
    build.set_defaults(command="build", parser=build)
    _check_arguments(commands)
    _explain_arguments(commands)
    _init_arguments(commands)
    _package_arguments(commands, "diff", "tell two packages apart", ["text", "markdown", "json"])
    _package_arguments(commands, "rehearse", "try an upgrade in the real Anki", ["text", "json"])
    return parser


def _check_arguments(commands: Commands) -> None:
    check = commands.add_parser(
        "check",
        help="report every problem, and edit the cards",
        description="Report every problem, and all that an editor would object to; nothing is written without --fix. "
        "What shows only on paper, such as a character that no font has, is reported by build.",
    )
    _content_arguments(check)
    check.add_argument(
        "--format",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="form of the report (default: text)",
    )
    check.add_argument("--strict", action="store_true", help="turn warnings into errors")
    check.add_argument("--stats", action="store_true", help="add the deck in numbers")
    check.add_argument("--fix", action="store_true", help="mend slips of typing in the files first")
    check.set_defaults(command="check", parser=check)


def _explain_arguments(commands: Commands) -> None:
    explain = commands.add_parser("explain", help="tell what a code means", description="Tell what a code means.")
    which = explain.add_mutually_exclusive_group(required=True)
    which.add_argument("code", nargs="?", metavar="CODE", help="such as RC301, or the rule's name")
    which.add_argument("--all", action="store_true", help="all codes, as Markdown")
    explain.set_defaults(command="explain", parser=explain)


def _init_arguments(commands: Commands) -> None:
    init = commands.add_parser(
        "init", help="write a content folder to start from", description="Write a content folder to start from."
    )
    init.add_argument("folder", type=_path, metavar="DIR", help="the new folder")
    init.add_argument("--full", action="store_true", help="the whole deck that we ship instead of a small example")
    init.set_defaults(command="init", parser=init)


def _package_arguments(commands: Commands, name: str, does: str, forms: Sequence[str]) -> None:
    parser = commands.add_parser(name, help=does, description=f"{does.capitalize()}.")
    parser.add_argument("old", type=_path, metavar="OLD.apkg", help="the release that learners have")
    parser.add_argument("new", type=_path, metavar="NEW.apkg", help="the release that they will import")
    parser.add_argument("--format", choices=forms, default="text", help="form of the report (default: text)")
    parser.set_defaults(command=name, parser=parser)


def _paper_arguments(build: argparse.ArgumentParser) -> None:
    paper = build.add_argument_group("papers")
    paper.add_argument(
        "--paper", type=str.lower, choices=["a4", "letter"], default="a4", help="paper size (default: a4)"
    )
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
        choices=["a7-safe", "a7", "business", "3x5", "avery-5371", "letter-eighth"],
        default="",
        help="of the cards to cut out (default: a7-safe, 95 by 68 mm, on A4; letter-eighth, 4 by 2.625 in, on Letter)",
    )
    for side, towards in (("x", "right"), ("y", "down")):
        paper.add_argument(
            f"--offset-{side}",
            type=_offset,
            default=0.0,
            metavar="MM",
            help=f"move the backs of double-sided cards {towards}, for a printer that shifts them "
            f"(from -{MOST_SHIFTED} to {MOST_SHIFTED})",
        )


def _content_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "content",
        nargs="?",
        type=_path,
        default="content",
        metavar="CONTENT",
        help="the content folder (default: content)",
    )
    parser.add_argument("--templates", type=_path, metavar="DIR", help="templates of your own, looked into first")


def _path(text: str) -> Path:
    from pathlib import Path  # noqa: PLC0415 - a fifth of the start of `--version`

    return Path(text)


def _offset(text: str) -> float:
    try:
        offset = float(text)
    except ValueError:
        offset = math.nan
    if not math.isfinite(offset):
        raise argparse.ArgumentTypeError(f"`{text}` is not a length in millimetres, such as -1.5")
    if abs(offset) > MOST_SHIFTED:
        raise argparse.ArgumentTypeError(
            f"{text} mm is further than any printer shifts: {MOST_SHIFTED} mm is the most, either way"
        )
    return offset


_ARTIFACTS = ("apkg", "retired", "handout", "quiz", "cards")


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip())) or _ARTIFACTS
    for name in names:
        if name not in _ARTIFACTS:
            raise argparse.ArgumentTypeError(f"`{name}` is not one of {', '.join(_ARTIFACTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
