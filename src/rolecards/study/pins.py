"""Ids written into Markdown, each behind the text of its block; nothing else of the file changes."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecards.source.markdown import Block

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_AFTER = re.compile(r"[ \t]*(?:#+[ \t]*)?")
"""What may follow the text of a block in its line: the closing marks of a heading."""


def with_pins(data: bytes, pins: Iterable[tuple[Block, str]]) -> bytes:
    """The file with the ids behind their blocks; blocks whose text does not end a line stay as they are."""
    lines = _LINE.findall(data.decode())
    for block, pin in pins:
        at = block.line - 1 + block.text.count("\n")
        lines[at] = _with_pin(lines[at], block.text.rpartition("\n")[2].rstrip(), pin)
    return "".join(lines).encode()


def _with_pin(line: str, text: str, pin: str) -> str:
    bare = unicodedata.normalize("NFC", line.rstrip("\r\n"))
    _, found, after = bare.rpartition(text)
    if not found or not _AFTER.fullmatch(after):
        return line
    end = len(line.rstrip("\r\n")) - len(after)
    return f"{line[:end]} {{#{pin}}}{line[end:]}"
