"""The command line: its commands and their options."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, NoReturn

from rolecards import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Commands = argparse._SubParsersAction["_Parser"]  # noqa: SLF001 - it has no public name

_NOT_A_CHOICE = re.compile(r"invalid choice: '(.+?)' \(choose from (.+)\)")  # a message of argparse


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status: 0 for success, 1 for problems, 2 for wrong usage."""
    words = sys.argv[1:] if argv is None else argv
    options, unknown = _parser(words).parse_known_args(words)
    if unknown:
        known = re.findall(r"--[a-z-]+", options.parser.format_help())
        hints = (_suggestion(word.partition("=")[0], known) for word in unknown if word.startswith("--"))
        options.parser.error(f"unrecognized arguments: {' '.join(unknown)}" + next(filter(None, hints), ""))
    from rolecards.commands import run  # noqa: PLC0415 - `--version` and `--help` need nothing more

    return run(options)


class _Parser(argparse.ArgumentParser):
    """A parser that suggests the correct spelling of a misspelled command or choice."""

    def error(self, message: str) -> NoReturn:
        wrong = _NOT_A_CHOICE.search(message)
        from rolecards.text.printable import one_line  # noqa: PLC0415 - only if there is an error

        super().error(one_line(message + (_suggestion(wrong[1], re.findall(r"[\w-]+", wrong[2])) if wrong else "")))


def _suggestion(word: str, known: Sequence[str]) -> str:
    from rolecards.problems import did_you_mean  # noqa: PLC0415 - only misspelled words need it

    hint = did_you_mean(word, known)
    return f"; {hint}" if hint else ""


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    text = "Build an Anki deck, printed papers and reports from one content folder."
    parser = _Parser(prog="rolecards", description=text)
    parser.add_argument("--version", action="version", version=f"rolecards {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, prog="rolecards")  # else argparse formats help
    build = _on_content(_command(commands, "build", "build the deck and the papers"))
    if "build" in words:
        from rolecards.export.build_options import add_build_options  # noqa: PLC0415 - only `build` needs the tables

        add_build_options(build)
    _add_check(commands)
    explain = _command(commands, "explain", "explain a problem code")
    explain.add_argument("code", metavar="CODE", help="a code such as RC301, or the name of a rule such as long-answer")
    text = "Write an id after every bullet, question or heading that produces cards, so that it can be edited freely."
    text += " Cards and review history stay the same."
    _on_content(_command(commands, "pin", "write ids into study notes", text))
    _add_init(commands)
    diff = _on_packages(_command(commands, "diff", "list the changes between two packages"))
    _add_format(diff, "text", "markdown", "json")
    text = "import two packages into the real Anki and report what a learner would see"
    _on_packages(_command(commands, "rehearse", text))
    return parser


def _command(commands: Commands, name: str, summary: str, description: str = "") -> _Parser:
    """The parser of a command; `description` is for its own help, if it says more than the summary."""
    description = description or f"{summary[:1].upper()}{summary[1:]}."
    parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(command=name, parser=parser)
    return parser


def _add_check(commands: Commands) -> None:
    text = "Report all errors in the content, and warn about cards that are hard to study. Without --fix, it changes"
    text += " no file. `rolecards build` reports problems that only appear in print."
    check = _on_content(_command(commands, "check", "report problems in the content", text))
    _add_format(check, "text", "json", "github", "sarif")
    check.add_argument("--strict", action="store_true", help="treat warnings as errors")
    check.add_argument("--stats", action="store_true", help="add statistics about the deck")
    check.add_argument("--cards", action="store_true", help="add the cards of study notes as text")
    check.add_argument("--fix", action="store_true", help="correct typing errors in the files before the check")


def _add_init(commands: Commands) -> None:
    text = "Create a folder with a small example of a deck, JSON Schemas, editor settings and a CI workflow."
    init = _command(commands, "init", "create a deck to start from", text)
    init.add_argument("folder", type=_path, metavar="DIR", help="the new folder")
    what = init.add_mutually_exclusive_group()
    what.add_argument("--bare", action="store_true", help="write only the content")
    what.add_argument("--full", action="store_true", help="write only the content of the whole shipped deck")


def _on_content(parser: _Parser) -> _Parser:
    text = "the content folder (default: content)"
    parser.add_argument("content", nargs="?", type=_path, default="content", metavar="CONTENT", help=text)
    text = "folder with templates that replace the built-in ones"
    parser.add_argument("--templates", type=_path, metavar="DIR", help=text)
    return parser


def _on_packages(parser: _Parser) -> _Parser:
    parser.add_argument("old", type=_path, metavar="OLD.apkg", help="the package that learners have")
    parser.add_argument("new", type=_path, metavar="NEW.apkg", help="the package that learners will import")
    return parser


def _add_format(parser: _Parser, *formats: str) -> None:
    parser.add_argument("--format", choices=formats, default="text", help="format of the report (default: text)")


def _path(text: str) -> Path:
    from pathlib import Path  # noqa: PLC0415 - would take a fifth of the time of `--version`

    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
