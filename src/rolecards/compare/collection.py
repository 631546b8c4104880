"""The SQLite database of an Anki package, opened as untrusted and read as checked rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.compare.archive import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rolecards.problems import ContentError

_TABLES = {
    "col": ("models", "decks"),
    "notes": ("id", "guid", "mid", "mod", "tags", "flds"),
    "cards": ("id", "nid", "did", "ord", "type", "due", "odid"),
}
_TEXTS = {"models", "decks", "guid", "tags", "flds"}
_BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; UnicodeDecodeError if its message quotes a name that is not UTF-8."""
_AGAIN = "download or build it again"
_SAFETY = ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An open collection; its rows are tuples in the order of the columns in `_TABLES`."""

    path: Path
    """The package, which is the location of every problem."""
    connection: sqlite3.Connection

    def rows(self, table: str) -> Iterator[tuple[int | str, ...]]:
        """The rows by id; raises ContentError if a value does not have the type of its column."""
        columns = _TABLES[table]
        types = [str if column in _TEXTS else int for column in columns]
        query = f"select {', '.join(columns)} from {table} order by id"  # noqa: S608  (our own names)
        try:
            for row in self.connection.execute(query):
                for column, expected, value in zip(columns, types, row, strict=True):
                    if type(value) is not expected:
                        message = f"a row of the table `{table}` has a value of the wrong type in `{column}`"
                        raise refusal(self.path, "RC809", message, "Anki would refuse the package")
                yield row
        except _BROKEN as error:
            raise _damaged(self.path, error) from error


@contextmanager
def open_collection(file: Path, package: Path) -> Iterator[Collection]:
    """Open the database read-only; raises ContentError if it is not a collection."""
    # `immutable` can read a database in WAL mode and writes no file next to it.
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
        try:
            for pragma in _SAFETY:
                connection.execute(f"PRAGMA {pragma}")
            _refuse_cut_off(connection, file, package)
            for table in _TABLES:
                _refuse_disguised(connection, table, package)
        except _BROKEN as error:
            raise _damaged(package, error) from error
        yield Collection(path=package, connection=connection)


def _refuse_cut_off(connection: sqlite3.Connection, file: Path, package: Path) -> None:
    (pages,), (size,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    if file.stat().st_size < pages * size:
        raise refusal(package, "RC803", "the package's database is damaged: it is incomplete", _AGAIN)


def _refuse_disguised(connection: sqlite3.Connection, table: str, package: Path) -> None:
    """Refuse views and virtual tables, which have no root page, and columns with values that are computed."""
    row = connection.execute(
        "select rootpage from sqlite_master where type = 'table' and name = ?", (table,)
    ).fetchone()
    if not row or not row[0]:
        raise refusal(
            package, "RC803", f"the package's database has no table `{table}`", "it is not an Anki collection"
        )
    plain = {name for _, name, _, _, default, _ in connection.execute(f"PRAGMA table_info({table})") if default is None}
    for column in _TABLES[table]:
        if column not in plain:
            message = f"the table `{table}` in the package's database has no plain column `{column}`"
            raise refusal(package, "RC803", message, "it is not an Anki collection of the legacy format")


def _damaged(package: Path, error: Exception) -> ContentError:
    return refusal(package, "RC803", f"the package's database is damaged ({error})", _AGAIN)
