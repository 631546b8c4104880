"""The texts of sources, with which cards are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.problems import Problem, problem
from rolecards.source.folder import unfit

if TYPE_CHECKING:
    from pathlib import Path

    from rolecards.content import Content


def read_source_texts(content: Content, folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The text of each source that names one, by its code, and a warning for each text that cannot be read."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for code, source in content.sources.items():
        if not source.text:
            continue
        path = folder / source.text
        if fault := unfit(path, folder):
            place = content.places[f"source {code}"].of("text")
            hint = "cards are not compared with this source"
            problems.append(problem("RC512", place, f"{source.text}: {fault.message}", hint))
        else:
            texts[code] = path.read_text(encoding="utf-8", errors="replace")
    return texts, problems
