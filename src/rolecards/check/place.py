"""The exact place of the words of a finding in the file."""

import re
from collections.abc import Sequence
from functools import lru_cache

import yaml

from rolecards.check.rule import Finding
from rolecards.problems import Place, Problem, problem
from rolecards.schema.references import YamlPlace
from rolecards.source.text import place as location_of


def located(finding: Finding, place: Place) -> Problem:
    """The finding as a problem at its words, or at its value if the file does not contain the words."""
    words = finding.words
    if isinstance(place, YamlPlace) and not finding.key:
        document = place.document
        start, end = _span(finding, document.node((*place.route, *finding.steps)), document.text)
        location, words = location_of(document.path, document.text, start), document.text[start:end]
    else:
        location = place.of(*finding.steps, key=finding.key, words="" if finding.key else words)
    return problem(finding.code, location, finding.message, finding.hint, words=words, severity=finding.severity)


def _span(finding: Finding, node: yaml.Node, text: str) -> tuple[int, int]:
    """Start and end of the words in the file; twice the start of the node if the file does not contain them."""
    nowhere = node.start_mark.index, node.start_mark.index
    if not finding.words or not isinstance(node, yaml.ScalarNode):
        return nowhere
    start = finding.start
    if start < 0:
        match = re.search(rf"(?<!\w){re.escape(finding.words)}(?!\w)", node.value)
        start = match.start() if match else node.value.find(finding.words)
    places = places_of(node, text)
    return (places[start], places[start + len(finding.words)]) if places and start >= 0 else nowhere


@lru_cache(8)  # one text may have many findings
def places_of(node: yaml.ScalarNode, text: str) -> Sequence[int]:
    """The index in the file of each character of the value and of its end; empty if they cannot be matched."""
    style, begin, end = node.style or "", node.start_mark.index, node.end_mark.index
    if style in {"'", '"'}:
        begin, end = begin + 1, end - 1
    elif header := _BLOCK_HEADER.match(text, begin, end) if style else None:
        begin = header.end()
    if text[begin:end] == node.value:
        return range(begin, end + 1)
    pattern = re.compile(_PIECES[style], re.DOTALL)
    pieces = [(piece.start(), _meaning(piece[0], style)) for piece in pattern.finditer(text, begin, end)]
    if not "".join(characters for _, characters in pieces).startswith(node.value):
        return []
    places = [start for start, characters in pieces for _ in characters]
    return [*places, end][: len(node.value) + 1]


_BLOCK_HEADER = re.compile(r"[^\n]*\n? *")
_FOLD = r"(?<![ \t])[ \t]*+(?:\r?\n[ \t]*+)+"  # linear in long gaps
_PIECES = {  # by the style of a scalar: the smallest parts of the file that produce characters of its value
    "": rf"{_FOLD}|.",
    ">": rf"{_FOLD}|.",
    "|": r"(?:\r?\n[ ]*)|.",
    "'": rf"''|{_FOLD}|.",
    '"': rf"\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|\r?\n[ \t]*|.)|{_FOLD}|.",
}


def _meaning(piece: str, style: str) -> str:
    """The characters of the value that a part of the file produces."""
    breaks = piece.count("\n")
    if style == '"' and piece.startswith("\\"):
        return "" if breaks else str(yaml.safe_load(f'"{piece}"'))
    if breaks:
        return "\n" * breaks if style == "|" else " " if breaks == 1 else "\n" * (breaks - 1)
    return "'" if style == "'" and piece == "''" else piece
