"""From a finding to the exact place of its words in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from rolecards.problems import Location, Problem, problem
from rolecards.schema.references import YamlPlace
from rolecards.source.text import LINE_ENDS

if TYPE_CHECKING:
    from rolecards.check.rule import Finding, Rule
    from rolecards.problems import Place


def located(finding: Finding, rule: Rule, place: Place) -> Problem:
    """The finding as a problem at its words, or at its value where the words are written otherwise there."""
    if isinstance(place, YamlPlace) and not finding.key:
        location, words = _spot(finding, place)
    else:
        said = "" if finding.key else finding.words
        location, words = place.of(*finding.steps, key=finding.key, words=said), finding.words
    return problem(rule.row.code, location, finding.message, finding.hint, words=words, severity=finding.severity)


def _spot(finding: Finding, place: YamlPlace) -> tuple[Location, str]:
    """The place of the words, and the words as the file has them; of the value, and none, where they aren't in it."""
    document = place.document
    node = document.node((*place.route, *finding.steps))
    mark, (start, end) = node.start_mark, _span(finding, node, document.text)
    lines = LINE_ENDS.split(document.text[mark.index : max(start, mark.index)])
    column = len(lines[-1]) + 1 + (mark.column if len(lines) == 1 else 0)
    return Location(document.path, mark.line + len(lines), column), document.text[start:end]


def _span(finding: Finding, node: yaml.Node, text: str) -> tuple[int, int]:
    """From where to before where the words stand in the file; twice the node's start where they don't."""
    nowhere = node.start_mark.index, node.start_mark.index
    if not finding.words or not isinstance(node, yaml.ScalarNode):
        return nowhere
    start = finding.start
    if start < 0:
        found = re.search(rf"(?<!\w){re.escape(finding.words)}(?!\w)", node.value)
        start = found.start() if found else node.value.find(finding.words)
    places = places_of(node, text)
    return (places[start], places[start + len(finding.words)]) if places and start >= 0 else nowhere


def places_of(node: yaml.ScalarNode, text: str) -> list[int]:
    """For each character of the value, and for its end, the place in the file; empty where that can't be told."""
    style, begin, end = node.style or "", node.start_mark.index, node.end_mark.index
    if style in {"'", '"'}:
        begin, end = begin + 1, end - 1
    elif header := _BLOCK_HEADER.match(text, begin, end) if style else None:
        begin = header.end()
    pieces = [(piece.start(), _meaning(piece[0], style)) for piece in _PIECES[style].finditer(text, begin, end)]
    if not "".join(means for _, means in pieces).startswith(node.value):
        return []
    places = [start for start, means in pieces for _ in means]
    return [*places, end][: len(node.value) + 1]


_BLOCK_HEADER = re.compile(r"[^\n]*\n? *")
_FOLD = r"[ \t]*(?:\r?\n[ \t]*)+"
_PIECES = {
    "": re.compile(rf"{_FOLD}|.", re.DOTALL),
    ">": re.compile(rf"{_FOLD}|.", re.DOTALL),
    "|": re.compile(r"(?:\r?\n[ ]*)|.", re.DOTALL),
    "'": re.compile(rf"''|{_FOLD}|.", re.DOTALL),
    '"': re.compile(rf"\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|\r?\n[ \t]*|.)|{_FOLD}|.", re.DOTALL),
}
"""By the style of a scalar, the smallest pieces of the file that stand for characters of its value."""


def _meaning(piece: str, style: str) -> str:
    """The characters of the value that a piece stands for."""
    breaks = piece.count("\n")
    if style == '"' and piece.startswith("\\"):
        return "" if breaks else str(yaml.safe_load(f'"{piece}"'))
    if breaks:
        return "\n" * breaks if style == "|" else " " if breaks == 1 else "\n" * (breaks - 1)
    return "'" if style == "'" and piece == "''" else piece
