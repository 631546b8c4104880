"""Problems as GitHub workflow commands, which GitHub shows as annotations beside the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.problems import Problem


def as_github(problems: Sequence[Problem]) -> str:
    """One workflow command for each problem."""
    return "".join(f"{_command(problem)}\n" for problem in problems)


def _command(problem: Problem) -> str:
    place = problem.location
    options = {"file": one_line(place.path), "line": place.line, "col": place.column}
    if problem.shown:
        options["endColumn"] = place.column + problem.shown
    options["title"] = problem.code
    escapes = str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})
    listed = ",".join(f"{key}={str(value).translate(escapes)}" for key, value in options.items())
    return f"::{problem.severity} {listed}::{f'{problem.message}{problem.advice}'.replace('%', '%25')}"
