"""Ids written into Markdown, each after the text of its block; nothing else in the file changes."""

import re
import unicodedata
from collections.abc import Iterable

from rolecards.source.page import MarkdownPlace

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_AFTER = re.compile(r"[ \t]*(?:#+[ \t]*|\"|\|.*)?")
"""What may follow the text of a block on its line: marks of a heading, a title's quotation mark, or a cell's end."""


def with_pins(data: bytes, pins: Iterable[tuple[MarkdownPlace, str]]) -> bytes:
    """The file with the ids after their blocks; blocks whose text does not end a line stay as they are."""
    lines = _LINE.findall(data.decode())
    for place, pin in pins:
        end = place.page.location(place.stop)
        assert end.line
        assert end.column
        lines[end.line - 1] = _with_pin(lines[end.line - 1], end.column - 1, pin)
    return "".join(lines).encode()


def _with_pin(line: str, column: int, pin: str) -> str:
    bare = unicodedata.normalize("NFC", line.rstrip("\r\n").removeprefix("\ufeff"))
    after = bare[len(bare[:column].rstrip()) :]
    if not _AFTER.fullmatch(after):
        return line
    end = len(line.rstrip("\r\n")) - len(after)
    return f"{line[:end]} {{#{pin}}}{line[end:]}"
