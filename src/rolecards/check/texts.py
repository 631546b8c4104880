"""The words of sources, for holding cards against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.problems import Problem, problem
from rolecards.source.folder import LARGEST_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from rolecards.content import Content


def read_source_texts(content: Content, folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """Per source code, its text; a text that is not there, as on a machine it may not be copied to, is a warning."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for code, source in content.sources.items():
        if not source.text:
            continue
        fault = _fault(folder / source.text, folder)
        if fault:
            place = content.places[f"source {code}"].of("text")
            hint = "cards are not held against this source"
            problems.append(problem("RC512", place, fault, hint))
        else:
            texts[code] = (folder / source.text).read_text(encoding="utf-8", errors="replace")
    return texts, problems


def _fault(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        return "this path leads out of the content folder"
    if not path.is_file():
        return "there is no such text file in the content folder"
    return "this text is larger than 64 MB, the most that is read" if path.stat().st_size > LARGEST_FILE else ""
