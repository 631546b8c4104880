"""Limits on the size of a report, because a package may come from anyone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ENTRIES = 1_000
"""Entries of a list."""
MOST_TEXT = 2_000
"""Characters of a text, such as the changes of a field."""
MOST_CHARACTERS = 2_000_000
"""Characters of a report."""
MOST_NAMES = 10
"""Names in a line of a report; it counts the rest."""


class ReportSpace(Struct):
    """The number of characters that still fit into a report; no entry is added when it is used up."""

    characters: int = MOST_CHARACTERS

    def takes(self, text: str) -> bool:
        """Whether the text, or the rest of a report, still fits; uses up its characters."""
        self.characters -= len(text) + 1
        return self.characters >= 0


def as_limited_json(report: Struct | dict[str, Any]) -> str:
    """The report as JSON.

    A text that is cut ends with the number of characters that were left out. For each list that is cut, a key with the
    suffix `_omitted` has the number of entries that were left out.
    """
    return json.dumps(_limited_mapping(msgspec.to_builtins(report), ReportSpace()), indent=2) + "\n"


def _limited_mapping(values: dict[str, object], space: ReportSpace) -> dict[str, object]:
    space.takes(str([*values]))
    limited: dict[str, object] = {}
    for key, value in values.items():
        limited[key] = entries = _limited(value, space)
        if isinstance(value, list | tuple) and isinstance(entries, list) and len(entries) < len(value):
            limited[f"{key}_omitted"] = len(value) - len(entries)
    return limited


def _limited(value: object, space: ReportSpace) -> object:
    if isinstance(value, dict):
        return _limited_mapping(value, space)
    if isinstance(value, list | tuple):
        entries = []
        for entry in value[:MOST_ENTRIES]:
            if not space.takes("" if isinstance(entry, dict) else str(entry)[:MOST_TEXT]):
                break
            entries.append(_limited(entry, space))
        return entries
    if isinstance(value, str):
        space.takes(value[:MOST_TEXT])
        return limited_text(value)
    return value


def limited_text(text: str, most: int = MOST_TEXT) -> str:
    """The text with at most this many characters, then the number of characters that were left out."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} more characters)"


def some_names(names: Sequence[str]) -> str:
    """The first of these names in one line, and the number of the others."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
