"""The package reader over broken and hostile packages: a package comes of them, or problems, never a traceback."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkg_samples import build, cloze, question, zipped
from rolecards.compare import diff
from rolecards.compare.package import Package, read_package
from rolecards.problems import ContentError

pytestmark = pytest.mark.fuzz

NOTES = [question("a", "What is <b>it</b>?", tags=("mle",)), cloze("b", "{{c1::x}} {{c2::y}}", (0, 1))]
HARM = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 9)), min_size=1, max_size=5
)
KEYS = st.sampled_from(
    ["1", "2", "1607392319", "name", "id", "flds", "tmpls", "qfmt", "afmt", "type", "mod", "css", "desc"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=8) | st.binary(max_size=8)
COLUMNS = st.sampled_from(
    [
        *(f"notes.{name}" for name in ("id", "guid", "mid", "mod", "tags", "flds")),
        *(f"cards.{name}" for name in ("nid", "did", "ord", "type", "due", "odid")),
        *(f"col.{name}" for name in ("models", "decks")),
    ]
)


@cache
def members() -> dict[str, bytes]:
    """The members of a small package."""
    with TemporaryDirectory() as folder, zipfile.ZipFile(build(Path(folder, "deck.apkg"), NOTES)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def harmed(data: bytes, harm: list[tuple[float, bytes, int]]) -> bytes:
    """The bytes with some of them replaced, put in or left out."""
    for where, instead, gone in harm:
        at = int(where * len(data))
        data = data[:at] + instead + data[at + gone :]
    return data


def read(data: bytes) -> Package | None:
    """What comes of the bytes of a package file; a package can also be held against itself."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "deck.apkg")
        path.write_bytes(data)
        try:
            package = read_package(path)
        except ContentError:
            return None
    assert not diff.compare(package, package).sections["changed"].entries
    return package


def packed(members: dict[str, bytes]) -> bytes:
    with TemporaryDirectory() as folder:
        return zipped(Path(folder, "deck.apkg"), members).read_bytes()


def test_the_package_that_is_harmed_below_can_be_read():
    package = read(packed(members()))
    assert package is not None
    assert len(package.notes) == len(NOTES)


@given(harm=HARM)
def test_a_file_with_wrong_bytes_anywhere(harm):
    read(harmed(packed(members()), harm))


@given(harm=HARM)
def test_a_database_with_wrong_bytes_anywhere(harm):
    read(packed(members() | {"collection.anki2": harmed(members()["collection.anki2"], harm)}))


@given(column=COLUMNS, value=st.one_of(VALUES, JSON.map(json.dumps)))
def test_a_database_with_any_value_in_any_column(column, value):
    table, _, name = column.partition(".")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(members()["collection.anki2"])
    with suppress(sqlite3.IntegrityError):
        connection.execute(f"UPDATE OR IGNORE {table} SET {name} = ?", (value,))
    connection.commit()
    read(packed(members() | {"collection.anki2": connection.serialize()}))
    connection.close()


@given(media=st.one_of(st.binary(max_size=40), JSON.map(lambda value: json.dumps(value).encode())))
def test_any_list_of_media(media):
    read(packed(members() | {"media": media}))
