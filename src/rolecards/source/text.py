"""Bytes of a content file as text, and an index in a text as a place."""

import re
import unicodedata
from bisect import bisect
from functools import lru_cache
from itertools import islice

from rolecards.problems import Location, Problem, problem
from rolecards.source.folder import SourceFile

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, characters that change the text direction, and noncharacters."""
REMEMBERED = 1_000  # texts whose lines are known: findings of one rule go from file to file
MOST_REPORTED = 20  # unseen characters reported for one file
LINE_ENDS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # the line ends of YAML


def decode(file: SourceFile) -> tuple[str, list[Problem]]:
    """The file's text in composed form (NFC), without a byte-order mark, and its problems."""
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = file.data[: error.start].decode("utf-8-sig")
        message = f"byte {file.data[error.start]:#04x} is not valid UTF-8"
        location = place(file.path, before, len(before))
        return "", [problem("RC110", location, message, "save the file as UTF-8 in your editor")]
    text = unicodedata.normalize("NFC", text) if not text.isascii() else text
    return text, [
        problem("RC111", place(file.path, text, character.start()), unseen_message(character[0]), "remove it")
        for character in islice(UNSEEN.finditer(text), MOST_REPORTED)
    ]


def unseen_message(character: str) -> str:
    """The message about a character that readers cannot see."""
    return f"the invisible character U+{ord(character):04X} is not allowed because it changes how text is displayed"


def place(path: str, text: str, index: int) -> Location:
    """The location of an index in a text."""
    starts = _line_starts(text)
    line = bisect(starts, index)
    return Location(path, line, index - starts[line - 1] + 1)


@lru_cache(REMEMBERED)
def _line_starts(text: str) -> list[int]:
    return [0, *(end.end() for end in LINE_ENDS.finditer(text))]
