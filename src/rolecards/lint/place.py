"""From a finding to the exact place of its words in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards.diagnostics import Location, Problem

if TYPE_CHECKING:
    import yaml

    from rolecards.content import YamlPlace
    from rolecards.lint.rule import Finding, Rule

_LINE_ENDS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def problem(finding: Finding, rule: Rule, place: YamlPlace) -> Problem:
    """The finding as a problem at its words, or at its value where the words are written otherwise there."""
    document = place.document
    node = document.node((*place.route, *finding.steps))
    index = index_of(finding.words, finding.start, node, document.text)
    mark = node.start_mark
    lines = _LINE_ENDS.split(document.text[mark.index : max(index, mark.index)])
    column = len(lines[-1]) + 1 + (mark.column if len(lines) == 1 else 0)
    return Problem(
        location=Location(document.path, mark.line + len(lines), column),
        code=rule.code,
        message=finding.message,
        hint=finding.hint,
        severity=finding.severity or rule.severity,
        words=finding.words if index >= 0 else "",
    )


def index_of(words: str, start: int, node: yaml.Node, text: str) -> int:
    """Where in the file the words stand that begin at `start` of the node's value; -1 where that can't be told."""
    raw, first = text[node.start_mark.index : node.end_mark.index], node.start_mark.index
    if not words or not isinstance(node.value, str):
        return -1
    if start < 0:
        found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", raw)
        at = found.start() if found else raw.find(words)
    elif (verbatim := raw.find(node.value)) >= 0:
        at = verbatim + start
    else:
        at = _nth(raw, words, node.value.count(words, 0, start))
    return first + at if at >= 0 else -1


def _nth(raw: str, words: str, before: int) -> int:
    """The place of the words in the file's form of a value, past as many others as there are before it."""
    at = raw.find(words)
    for _ in range(before):
        at = raw.find(words, at + len(words)) if at >= 0 else -1
    return at
