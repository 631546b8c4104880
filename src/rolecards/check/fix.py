"""Slips mended in the author's files: only those characters change, comments and layout stay."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from rolecards.check.place import places_of
from rolecards.source.folder import SourceFile
from rolecards.source.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolecards.check.rule import Edit, Finding
    from rolecards.schema.references import YamlPlace
    from rolecards.source.yaml import Document, Plain, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one value becomes, and where the file is cut for it."""

    cuts: tuple[Edit, ...]
    value: str


def mended(findings: Iterable[Finding], places: Mapping[str, YamlPlace]) -> dict[Path, bytes]:
    """The files with every edit made that can be made safely, by path.

    Each edit is proved: the file is read again, and but for the mended value it must say what it said before.
    """
    by_file: dict[str, dict[Route, list[Edit]]] = defaultdict(lambda: defaultdict(list))
    documents: dict[str, Document] = {}
    for finding in findings:
        place = places[finding.entry]
        documents[place.document.path] = place.document
        by_file[place.document.path][*place.route, *finding.steps] += finding.edits
    files = {Path(path): _file(documents[path], by_file[path]) for path in sorted(by_file)}
    return {path: data for path, data in files.items() if data is not None}


def _file(document: Document, edits: Mapping[Route, list[Edit]]) -> bytes | None:
    """The mended file; None where no edit could be made."""
    before = Path(document.path).read_bytes()
    if before.decode("utf-8-sig") != document.text:
        return None
    all_changes = {route: _change(document, route, sorted(set(some))) for route, some in edits.items()}
    changes = {route: change for route, change in all_changes.items() if change.cuts}
    if not _proved(document, changes):
        changes = {route: change for route, change in changes.items() if _proved(document, {route: change})}
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    return mark + _cut(document.text, changes).encode() if changes else None


def _change(document: Document, route: Route, edits: list[Edit]) -> Change:
    """The edits of one value as cuts in the file; no cuts where the value is not written as it reads."""
    node = document.node(route)
    places = places_of(node, document.text) if isinstance(node, yaml.ScalarNode) else []
    if not places:
        return Change(cuts=(), value=node.value)
    value = node.value
    for start, end, instead in reversed(edits):
        value = f"{value[:start]}{instead}{value[end:]}"
    return Change(cuts=tuple((places[start], places[end], instead) for start, end, instead in edits), value=value)


def _cut(text: str, changes: Mapping[Route, Change]) -> str:
    """The file's text with the cuts made, the last one first."""
    for start, end, instead in sorted((cut for change in changes.values() for cut in change.cuts), reverse=True):
        text = f"{text[:start]}{instead}{text[end:]}"
    return text


def _proved(document: Document, changes: Mapping[Route, Change]) -> bool:
    """Whether the file with the cuts says what it said, but for the mended values."""
    data = _cut(document.text, changes).encode()
    now, problems = read_yaml(SourceFile(path=document.path, data=data))
    wanted = document.value
    for route, change in changes.items():
        wanted = _with(wanted, route, change.value)
    return now is not None and not problems and now.value == wanted


def _with(whole: Plain, route: Route, value: str) -> Plain:
    if not route:
        return value
    first, *rest = route
    if isinstance(whole, dict):
        return whole | {str(first): _with(whole[str(first)], tuple(rest), value)}
    assert isinstance(whole, list)
    assert isinstance(first, int)
    return [*whole[:first], _with(whole[first], tuple(rest), value), *whole[first + 1 :]]
