"""Content folders with what a rule must find written below the words it is about.

A line `#  ^^^^ RC301 warning` in a YAML file says that the rule objects to the words above the carets.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rolecards.check.run import problems
from rolecards.commands.check import read_source_texts
from rolecards.release.edition import edition
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder

if TYPE_CHECKING:
    from rolecards.problems import Problem

FIXTURES = Path(__file__).parent / "fixtures"
CODES = sorted(folder.name for folder in FIXTURES.iterdir() if folder.is_dir())
NOW = 1_800_000_000

_MARK = re.compile(r"^\s*#\s*(\^+) (RC\d{3}) (error|warning)$")
_COMMON = {
    "deck.yaml": "schema: rolecards/deck@1\nid: fixture\nname: Fixture\n",
    "sources.yaml": "schema: rolecards/sources@1\nsources:\n- {code: book, title: A Book}\n",
}


@dataclass(frozen=True, order=True)
class Spot:
    """Where a rule objects, and to how many characters."""

    file: str
    line: int
    column: int
    length: int
    code: str
    severity: str


def folder_of(code: str, tmp_path: Path) -> Path:
    """A copy of the fixture with the files that every content folder needs."""
    folder = tmp_path / code
    shutil.copytree(FIXTURES / code, folder)
    for name, text in _COMMON.items():
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def found_in(folder: Path) -> list[Problem]:
    """All that `check` would print."""
    made = edition(folder, Templates(folders=(bundled_folder(),)), Clock(stamp=NOW, now=NOW))
    texts, missing = read_source_texts(made.content, folder)
    return [*made.problems, *missing, *problems(made, texts)]


def spot(problem: Problem) -> Spot:
    place = problem.location
    length = max(1, len(problem.words))
    return Spot(Path(place.path).name, place.line, place.column, length, problem.code, problem.severity.value)


def marked(folder: Path) -> set[Spot]:
    """What the carets say."""
    return {found for path in sorted(folder.rglob("*.yaml")) for found in _marked(path)}


def _marked(path: Path) -> list[Spot]:
    spots, at = [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        mark = _MARK.match(line)
        if mark:
            spots.append(Spot(path.name, at, mark.start(1) + 1, len(mark[1]), mark[2], mark[3]))
        else:
            at = number
    return spots
