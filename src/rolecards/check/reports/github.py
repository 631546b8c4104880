"""Problems as the workflow commands from which GitHub makes annotations beside the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.problems import Problem


def as_github(problems: Sequence[Problem]) -> str:
    """One workflow command a problem."""
    return "".join(f"{_command(problem)}\n" for problem in problems)


def _command(problem: Problem) -> str:
    place = problem.location
    options = {"file": place.path, "line": place.line, "col": place.column}
    if problem.words and "\n" not in problem.words:
        options["endColumn"] = place.column + len(problem.words)
    options["title"] = problem.code
    said = ",".join(f"{key}={_option(str(value))}" for key, value in options.items())
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"::{problem.severity} {said}::{_data(problem.message + hint)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _option(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
