"""The credits of pictures and sounds: `pictures.csv` in the content folder."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from os.path import normpath
from pathlib import Path
from typing import NamedTuple

from rolecards.problems import Location, Problem, did_you_mean, problem
from rolecards.source.folder import SourceFile, unfit
from rolecards.source.text import decode
from rolecards.text.field import attribute

CREDITS_NAME = "pictures.csv"
_ASKS = re.compile(r"\b(?:BY|GFDL|FAL|OGL|ODbL|MIT|BSD|Apache)\b|attribution", re.IGNORECASE)
"""Licences that ask for the author's name wherever the work is shown; CC0 and the public domain do not."""


class Credit(NamedTuple):
    """A row: who made a file, and on which terms."""

    file: str
    source: str
    author: str
    licence: str
    changes: str
    place: Location

    @property
    def is_asked_for(self) -> bool:
        """Whether the licence asks for the author's name on the card."""
        return bool(_ASKS.search(self.licence))

    @property
    def html(self) -> str:
        """Author, licence and changes on one line, with a link to the source."""
        author = attribute(self.author or self.source)
        if self.source.startswith(("https://", "http://")):
            author = f'<a href="{attribute(self.source)}">{author}</a>'
        return " · ".join([author, *(attribute(text) for text in (self.licence, self.changes) if text)])


def read_credits(folder: Path) -> tuple[dict[str, Credit] | None, list[Problem]]:
    """The rows by file, and what is wrong with them; None if there is no such file."""
    path = folder / CREDITS_NAME
    if not path.exists() and not path.is_symlink():
        return None, []
    if fault := unfit(path, folder):
        return None, [fault]
    text, problems = decode(SourceFile(path=path.as_posix(), data=path.read_bytes()))
    if problems:
        return None, problems
    lines = csv.reader(StringIO(text, newline=""))
    try:
        rows = [(lines.line_num, [" ".join(value.split()) for value in row]) for row in lines if any(row)]
    except csv.Error as error:
        return {}, [problem("RC186", Location(path.as_posix(), lines.line_num), f"this line cannot be read: {error}")]
    columns, names = rows.pop(0)[1] if rows else [], Credit._fields[:-1]
    if sorted(columns) != sorted(names):
        hint = f"start the file with `{','.join(names)}`, and separate values with commas, not semicolons"
        return {}, [problem("RC186", Location(path.as_posix()), "the first line does not name the columns", hint)]
    listed: dict[str, Credit] = {}
    for line, row in rows:
        place = Location(path.as_posix(), line)
        if len(row) != len(columns):
            message = f"this row has {len(row)} values, not {len(columns)}"
            problems.append(problem("RC186", place, message, "put a value with a comma in double quotes"))
            continue
        values = dict(zip(columns, row, strict=True))
        file = normpath(values.pop("file"))
        if file in listed:
            problems.append(problem("RC186", place, f"`{file}` has a row already"))
        listed.setdefault(file, Credit(file=file, place=place, **values))
    return listed, problems


def credit_warnings(named: Sequence[tuple[str, str, Location]], listed: Mapping[str, Credit]) -> Iterator[Problem]:
    """Warnings about pictures without a row, where they are first named, and about rows whose file nothing names."""
    files = {path: (kind, place) for path, kind, place in reversed(named)}
    for path, (kind, place) in files.items():
        if kind == "picture" and path not in listed:
            hint = did_you_mean(path, listed) or "add one with its author and licence"
            yield problem("RC187", place, f"`{path}` has no row in {CREDITS_NAME}", hint)
    for path, credit in listed.items():
        if path not in files:
            yield problem("RC187", credit.place, f"nothing names the file `{path}` of this row", "remove the row")
