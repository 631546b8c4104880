"""What commands print: reports on standard output, notices on standard error."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from rolecards.codes import CODES, Severity
from rolecards.problems import Problem, counted, in_order
from rolecards.source.text import LINE_ENDS
from rolecards.text.printable import one_line


def report(problems: Sequence[Problem], *, form: str = "text") -> int:
    """Print the problems; returns the exit status: 1 if there is an error, 2 if all are about the command line."""
    from rolecards.check import reports  # noqa: PLC0415 - only if needed

    forms = {"text": reports.as_text, "json": reports.as_json, "github": reports.as_github, "sarif": reports.as_sarif}
    if sys.stdout and sys.stdout.isatty():
        colour = os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")  # no-color.org
        forms["text"] = partial(reports.as_text, lines=_lines_of, colour=colour)
    ordered = in_order(problems)
    print(forms[form](ordered), end="")
    errors = any(problem.severity is Severity.ERROR for problem in ordered)
    return 2 if errors and mistyped(ordered) else 1 if errors else 0


def mistyped(problems: Sequence[Problem]) -> bool:
    """Whether all problems are about paths on the command line."""
    return all(CODES[problem.code].about == "argument" for problem in problems)


def verdict(problems: Sequence[Problem]) -> str:
    """The number of problems, as in `2 errors, 11 warnings`; empty if there are none."""
    counts = Counter(problem.severity for problem in in_order(problems))
    return ", ".join(counted(counts[severity], severity) for severity in Severity if counts[severity])


@cache
def _lines_of(path: str) -> Sequence[str]:
    """The lines of a file as YAML counts them; none if it cannot be read."""
    try:
        return LINE_ENDS.split(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return ()


def notice(text: str) -> None:
    """Print a line that is not part of a report, on standard error."""
    if sys.stderr:  # if it was closed, `print` would use standard output instead
        print(f"rolecards: {one_line(text)}", file=sys.stderr)
