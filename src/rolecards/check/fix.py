"""Corrects findings in the author's files; comments and layout stay as they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from rolecards.check.place import places_of
from rolecards.check.rule import Edit, Finding
from rolecards.schema.references import YamlPlace
from rolecards.source.folder import SourceFile
from rolecards.source.yaml import Document, Route, read_yaml

Correction = tuple[str, list["Edit"]]  # the new value, and the edits of the file that produce it


def corrected(findings: Iterable[Finding], places: Mapping[str, YamlPlace]) -> dict[Path, bytes]:
    """The files by path with all safe edits: when read again, a file differs only in the values that they correct."""
    by_file: dict[str, dict[Route, list[Edit]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        place = places[finding.entry]
        by_file[place.document.path][*place.route, *finding.steps] += finding.edits
    documents = {place.document.path: place.document for place in places.values()}
    files = {Path(path): _file(documents[path], by_file[path]) for path in sorted(by_file)}
    return {path: data for path, data in files.items() if data is not None}


def _file(document: Document, edits: Mapping[Route, list[Edit]]) -> bytes | None:
    """The corrected file; None if no edit is safe."""
    before = Path(document.path).read_bytes()
    if before.decode("utf-8-sig") != document.text:
        return None
    corrections: dict[Route, Correction] = {}
    for route, some in edits.items():
        node, ordered = document.node(route), sorted(set(some))
        # Without places, the file contains the value in another form.
        if isinstance(node, yaml.ScalarNode) and (places := places_of(node, document.text)):
            in_file = [(places[start], places[end], instead) for start, end, instead in ordered]
            corrections[route] = _edited(node.value, ordered), in_file
    safe = _safe(document, corrections)
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    return mark + _text(document, safe).encode() if safe else None


def _edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with these edits, which are in order."""
    parts, at = [], 0
    for start, end, instead in edits:
        parts += [text[at:start], instead]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _text(document: Document, corrections: Mapping[Route, Correction]) -> str:
    return _edited(document.text, sorted(edit for _, edits in corrections.values() for edit in edits))


def _safe(document: Document, corrections: dict[Route, Correction]) -> dict[Route, Correction]:
    """The corrections after which the file has the expected values; searches halves if not all of them are safe."""
    data = _text(document, corrections).encode()
    read_again, problems = read_yaml(SourceFile(path=document.path, data=data))
    if read_again and not problems and read_again.value == _expected(document, corrections):
        return corrections
    listed = list(corrections.items())
    halves = (listed[: len(listed) // 2], listed[len(listed) // 2 :]) if len(listed) > 1 else ()
    return {route: correction for half in halves for route, correction in _safe(document, dict(half)).items()}


def _expected(document: Document, corrections: Mapping[Route, Correction]) -> Any:  # noqa: ANN401 - a YAML value
    top: Any = [deepcopy(document.value)]
    for route, (value, _) in corrections.items():
        parent, steps = top, (0, *route)
        for step in steps[:-1]:
            parent = parent[step]
        parent[steps[-1]] = value
    return top[0]
