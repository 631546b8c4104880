"""Problems as text: one line each and, on a terminal, the line of the file with the words underlined."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from os.path import commonprefix
from typing import TYPE_CHECKING

from rolecards.codes import Severity
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from rolecards.problems import Problem

Lines = Callable[[str], Sequence[str]]
"""Returns the lines of the file at a path; none if it cannot be read."""

WIDEST = 100
"""Columns that are shown of a line of the file."""

_BOLD, _DIM, _END = "\033[1m", "\033[2m", "\033[0m"
_COLOURS = {Severity.ERROR: "\033[1;31m", Severity.WARNING: "\033[1;33m", Severity.NOTICE: "\033[1;36m"}


def as_text(problems: Sequence[Problem]) -> str:
    """One line for each problem."""
    return "".join(f"{problem}\n" for problem in problems)


def as_marked_text(problems: Sequence[Problem], lines: Lines, *, colour: bool) -> str:
    """One line for each problem, followed by the line of the file that it is about."""
    return "".join(f"{_headline(problem, colour=colour)}\n{_excerpt(problem, lines, colour)}" for problem in problems)


def _headline(problem: Problem, *, colour: bool) -> str:
    if not colour:
        return str(problem)
    severity = f"{_COLOURS[problem.severity]}{problem.severity} {problem.code}{_END}"
    return f"{_BOLD}{problem.place}:{_END} {severity} {problem.message}{_DIM}{problem.advice}{_END}"


def _excerpt(problem: Problem, lines: Lines, colour: bool) -> str:  # noqa: FBT001
    place = problem.location
    file_lines = lines(place.path)
    if not 1 <= place.line <= len(file_lines):
        return ""
    line, at = file_lines[place.line - 1], place.column - 1
    marked = commonprefix([problem.words, line[at:]])  # noqa: RUF071 - a folded text continues in the next line
    line, at = _cropped(line, at, len(marked))
    gutter = f"{place.line:>6} | "
    margin = f"{'':>6} | {' ' * _width(line[:at])}"
    carets = "^" * max(1, _width(marked))
    if colour:
        gutter, carets = f"{_DIM}{gutter}{_END}", f"{_COLOURS[problem.severity]}{carets}{_END}"
    return f"{gutter}{printable(line.expandtabs(1))}\n{margin}{carets}\n"


def _cropped(line: str, at: int, length: int) -> tuple[str, int]:
    """A long line shortened around the words, and the index of the words in it."""
    if _width(line) <= WIDEST:
        return line, at
    start = max(0, min(at - (WIDEST - length) // 2, len(line) - WIDEST))
    cut = line[start : start + WIDEST]
    before, after = "…" if start else "", "…" if start + WIDEST < len(line) else ""
    return f"{before}{cut[len(before) : len(cut) - len(after)]}{after}", at - start


def _width(text: str) -> int:
    """The number of columns that the text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
