"""Problems as a JSON list of objects, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.problems import Problem


def as_json(problems: Sequence[Problem]) -> str:
    """The problems as JSON; programs read it, so keys may be added but not changed."""
    objects = [
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
    return printable(json.dumps(objects, indent=2, ensure_ascii=False)) + "\n"
