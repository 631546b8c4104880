"""Problems for another program: a JSON list of objects, one a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.diagnostics import Problem

_TEXT, _COUNT = {"type": "string"}, {"type": "integer", "minimum": 1}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What `rolecards check --format json` prints",
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["path", "line", "column", "severity", "code", "message", "hint", "words"],
        "properties": {
            "path": _TEXT | {"description": "The file, as seen from the working folder."},
            "line": _COUNT | {"description": "From 1."},
            "column": _COUNT | {"description": "From 1, in characters."},
            "severity": {"enum": ["error", "warning"]},
            "code": _TEXT | {"pattern": "^RC[0-9]{3}$", "description": "`rolecards explain` tells more about it."},
            "message": _TEXT | {"description": "What is wrong."},
            "hint": _TEXT | {"description": "What to do about it; may be empty."},
            "words": _TEXT | {"description": "The words from that place on that are concerned; may be empty."},
        },
    },
}
"""A promise to the programs that read it: a key may be added, none changed."""


def as_json(problems: Sequence[Problem]) -> str:
    """The problems as JSON, of the form that `SCHEMA` describes."""
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
