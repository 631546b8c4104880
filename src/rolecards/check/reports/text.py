"""Problems for a person: one line each and, on a terminal, the author's line with the words underlined."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rolecards.codes import Severity
from rolecards.compare.text_diff import printable

if TYPE_CHECKING:
    from rolecards.problems import Problem

Lines = Callable[[str], Sequence[str]]
"""The lines of the file at a path; none where it can't be read."""

WIDEST = 100
"""Columns of an author's line that are shown."""

_BOLD, _DIM, _END = "\033[1m", "\033[2m", "\033[0m"
_COLOURS = {Severity.ERROR: "\033[1;31m", Severity.WARNING: "\033[1;33m"}


def as_text(problems: Sequence[Problem]) -> str:
    """One line a problem, to read and to grep."""
    return "".join(f"{problem}\n" for problem in problems)


def as_marked_text(problems: Sequence[Problem], lines: Lines, *, colour: bool) -> str:
    """The same, each with the line it is about below it."""
    return "".join(f"{_headline(problem, colour=colour)}\n{_excerpt(problem, lines, colour)}" for problem in problems)


def _headline(problem: Problem, *, colour: bool) -> str:
    if not colour:
        return str(problem)
    hint = f" ({problem.hint})" if problem.hint else ""
    severity = f"{_COLOURS[problem.severity]}{problem.severity} {problem.code}{_END}"
    return f"{_BOLD}{problem.place}:{_END} {severity} {problem.message}{_DIM}{hint}{_END}"


def _excerpt(problem: Problem, lines: Lines, colour: bool) -> str:  # noqa: FBT001
    place = problem.location
    written = lines(place.path)
    if not 1 <= place.line <= len(written):
        return ""
    line, at = written[place.line - 1], place.column - 1
    marked = _marked(problem.words, line[at:])
    line, at = _cropped(line, at, len(marked))
    gutter = f"{place.line:>6} | "
    margin = f"{'':>6} | {' ' * _width(line[:at])}"
    carets = "^" * max(1, _width(marked))
    if colour:
        gutter, carets = f"{_DIM}{gutter}{_END}", f"{_COLOURS[problem.severity]}{carets}{_END}"
    return f"{gutter}{printable(line.expandtabs(1))}\n{margin}{carets}\n"


def _marked(words: str, rest: str) -> str:
    """As many of the words as stand in the rest of the line: a folded text goes on in the next one."""
    same = 0
    while same < min(len(words), len(rest)) and words[same] == rest[same]:
        same += 1
    return rest[:same]


def _cropped(line: str, at: int, length: int) -> tuple[str, int]:
    """A long line cut so that the words stay in view, and where they are in it then."""
    if _width(line) <= WIDEST:
        return line, at
    start = max(0, min(at - (WIDEST - length) // 2, len(line) - WIDEST))
    cut = line[start : start + WIDEST]
    left, right = "…" if start else "", "…" if start + WIDEST < len(line) else ""
    return f"{left}{cut[len(left) : len(cut) - len(right)]}{right}", at - start


def _width(text: str) -> int:
    """The columns a terminal gives the text."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
