"""Bytes of a content file as text, and an index in a text as a place."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from rolecards.diagnostics import Location, Problem

if TYPE_CHECKING:
    from rolecards.source.folder import SourceFile

_LINE_ENDS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def decode(file: SourceFile) -> tuple[str, list[Problem]]:
    """The file's text in Unicode's composed form (NFC), without a byte-order mark; or why it is none."""
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = file.data[: error.start].decode("utf-8-sig")
        problem = Problem(
            location=place(file.path, before, len(before)),
            code="RC110",
            message=f"this file is not UTF-8: byte {file.data[error.start]:#04x} does not belong here",
            hint="save it as UTF-8 in your editor",
        )
        return "", [problem]
    return unicodedata.normalize("NFC", text) if not text.isascii() else text, []


def place(path: str, text: str, index: int) -> Location:
    """The line and column of an index."""
    ends = list(_LINE_ENDS.finditer(text, 0, index))
    start = ends[-1].end() if ends else 0
    return Location(path, len(ends) + 1, index - start + 1)
