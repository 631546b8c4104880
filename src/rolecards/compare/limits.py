"""Limits on the size of a report, because a package may come from anyone."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

MOST_ENTRIES = 1_000
"""Entries of a list."""
MOST_TEXT = 2_000
"""Characters of a text, such as the changes of a field."""
MOST_CHARACTERS = 2_000_000
"""Characters of a report."""
LONGEST_NAME = 200
"""Characters of a name."""
MOST_NAMES = 10
"""Names in a line of a report; it counts the rest."""


class ReportSpace(Struct):
    """The number of characters that still fit into a report; no entry is added when it is used up."""

    characters: int = MOST_CHARACTERS

    def takes(self, text: str) -> bool:
        """Whether the text, or the rest of a report, still fits; uses up its characters."""
        self.characters -= len(text) + 1
        return self.characters >= 0


def limited_text(text: str, most: int = MOST_TEXT) -> str:
    """The text with at most this many characters, then the number of characters that were left out."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} more characters)"


def some_names(names: Sequence[str], omitted: int = 0) -> str:
    """The first of these names in one line, and the number of the others."""
    rest = len(names) + omitted - MOST_NAMES
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(names[:MOST_NAMES]) + more
