"""Problems in SARIF 2.1.0, the format that code scanning services read."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rolecards import __version__
from rolecards.codes import CODES, Severity
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.problems import Problem

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(problems: Sequence[Problem]) -> str:
    """One run with a result for each problem, and the rules concerned."""
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "rolecards", "semanticVersion": __version__, "rules": [_rule(code) for code in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return printable(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(code: str) -> dict[str, Any]:
    row = CODES[code]
    return {
        "id": code,
        "name": row.name,
        "shortDescription": {"text": row.requires},
        "help": {"text": f"{row.requires} {row.reason}".strip()},
    }


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
