"""Reports of problems: text for people, and three formats for programs."""

import json
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from os.path import commonprefix
from typing import Any
from urllib.parse import quote

from msgspec.structs import asdict, replace

from rolecards import __version__
from rolecards.codes import CODES, Severity
from rolecards.problems import SERIES, Problem, some_of
from rolecards.source.folder import NOTES_SUFFIXES
from rolecards.text.printable import one_line, printable

Lines = Callable[[str], Sequence[str]]  # returns the lines of the file at a path; none if it cannot be read
_ABOUT_TEXTS = ("RC3", "RC4")  # how the codes of rules about texts start
WIDEST = 100  # columns that are shown of a line of the file
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BOLD, _DIM, _END = "\033[1m", "\033[2m", "\033[0m"
_COLOURS = {Severity.ERROR: "\033[1;31m", Severity.WARNING: "\033[1;33m", Severity.NOTICE: "\033[1;36m"}


def as_text(problems: Sequence[Problem], lines: Lines = lambda _: (), *, colour: bool = False) -> str:
    """One line for each problem, followed by the line of the file that it is about, if `lines` has it."""

    def painted(text: str, style: str) -> str:
        return f"{style}{text}{_END}" if colour else text

    parts = []
    for problem in _with_pages(problems):
        shade, place = _COLOURS[problem.severity], problem.location
        severity = painted(f"{problem.severity} {problem.code}", shade)
        advice = painted(problem.advice, _DIM) if problem.advice else ""
        parts.append(f"{painted(f'{problem.place}:', _BOLD)} {severity} {problem.message}{advice}\n")
        if 1 <= place.line <= len(file_lines := lines(place.path)):
            line, before, marked = _excerpt(problem, file_lines[place.line - 1])
            parts.append(f"{painted(f'{place.line:>6} | ', _DIM)}{printable(line.expandtabs(1))}\n")
            parts.append(f"{'':>6} | {' ' * before}{painted('^' * max(1, marked), shade)}\n")
    return "".join(parts)


def _with_pages(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems; of many violations of a rule on one page of notes, the first, with the lines of the others."""
    series: dict[object, list[Problem]] = {}
    for at, each in enumerate(problems):
        is_rule = each.location.path.lower().endswith(NOTES_SUFFIXES) and each.code.startswith(_ABOUT_TEXTS)
        series.setdefault((each.location.path, each.code) if is_rule else at, []).append(each)
    for first, *others in series.values():
        lines = dict.fromkeys(str(each.location.line) for each in others)
        more = f"; {len(others)} more on this page, in lines {some_of([*lines])}"
        yield from (first, *others) if len(others) + 1 < SERIES else (replace(first, message=first.message + more),)


def _excerpt(problem: Problem, line: str) -> tuple[str, int, int]:
    """The line, shortened around the words if it is long, and the columns before the words and of the words."""
    at = problem.location.column - 1
    marked = commonprefix([problem.words, line[at:]])  # noqa: RUF071 - a folded text continues in the next line
    if _width(line) > WIDEST:
        start = max(0, min(at - (WIDEST - len(marked)) // 2, len(line) - WIDEST))
        cut = line[start : start + WIDEST]
        before, after = "…" if start else "", "…" if start + WIDEST < len(line) else ""
        line, at = f"{before}{cut[len(before) : len(cut) - len(after)]}{after}", at - start
    return line, _width(line[:at]), _width(marked)


def _width(text: str) -> int:
    """The number of columns that the text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def as_github(problems: Sequence[Problem]) -> str:
    """One workflow command for each problem."""
    commands, escapes = [], str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})
    for problem in problems:
        place = problem.location
        options = {"file": one_line(place.path), "line": place.line, "col": place.column}
        options |= {"endColumn": place.column + problem.shown} if problem.shown else {}
        listed = ",".join(f"{key}={str(value).translate(escapes)}" for key, value in options.items())
        message = f"{problem.message}{problem.advice}".replace("%", "%25")
        commands.append(f"::{problem.severity} {listed},title={problem.code}::{message}\n")
    return "".join(commands)


def as_json(problems: Sequence[Problem]) -> str:
    """The problems as JSON; programs read it, so keys may be added but not changed."""
    keys = ("severity", "code", "message", "hint", "words")
    objects = [asdict(each.location) | {key: getattr(each, key) for key in keys} for each in problems]
    return printable(json.dumps(objects, indent=2, ensure_ascii=False)) + "\n"


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0 for code scanning services: one run with a result for each problem, and the rules concerned."""
    rows = [CODES[code] for code in sorted({problem.code for problem in problems})]
    rules = [
        {
            "id": row.code,
            "name": row.name,
            "shortDescription": {"text": row.requires},
            "help": {"text": f"{row.requires} {row.reason}".strip()},
        }
        for row in rows
    ]
    driver = {"name": "rolecards", "semanticVersion": __version__, "rules": rules}
    results = [_result(problem, rows.index(CODES[problem.code])) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return printable(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    region = {"startLine": problem.location.line, "startColumn": problem.location.column}
    if problem.shown:
        region["endColumn"] = problem.location.column + problem.shown
    file = {"uri": quote(os.fsencode(problem.location.path))}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "note" if problem.severity is Severity.NOTICE else problem.severity.value,
        "message": {"text": problem.message + problem.advice},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
    }
