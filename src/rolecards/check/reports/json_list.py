"""Problems for another program: a JSON list of objects, one a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.problems import Problem


def as_json(problems: Sequence[Problem]) -> str:
    """The problems as JSON; programs read it, so a key may be added and none changed."""
    found = [
        {
            "path": problem.location.path,
            "line": problem.location.line,
            "column": problem.location.column,
            "severity": problem.severity.value,
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
            "words": problem.words,
        }
        for problem in problems
    ]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
