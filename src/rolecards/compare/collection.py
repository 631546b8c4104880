"""The SQLite database of an Anki package, opened as untrusted and read as checked rows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from rolecards.compare.archive import refusal

_TABLES = {
    "col": ("models", "decks", "conf", "dconf", "tags"),
    "notes": ("id", "guid", "mid", "mod", "tags", "flds"),
    "cards": ("id", "nid", "did", "ord", "type", "due", "odid"),
}
_COLUMNS = {  # every column that Anki reads when it imports a package
    "col": "id crt mod scm ver dty usn ls conf models decks dconf tags",
    "notes": "id guid mid mod usn tags flds sfld csum",
    "cards": "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data",
    "revlog": "id cid usn ease ivl lastIvl factor time type",
    "graves": "usn oid type",
}
_REFUSED = {  # rows that Anki does not import, besides those with a wrong type in a column of `_TABLES`
    "col": "ver != 11 or typeof(crt) != 'integer'",
    "notes": "typeof(usn) != 'integer' or typeof(sfld) = 'blob'",
    "cards": "typeof(usn) != 'integer' or ord not between 0 and 65535"
    " or type not between 0 and 3 or queue not between -3 and 4",
}
_TEXTS = {"models", "decks", "conf", "dconf", "guid", "tags", "flds"}
_SCHEMA = {  # the tables and indexes of Anki's own packages
    *_TABLES,
    *("revlog", "graves", "sqlite_stat1", "sqlite_stat4"),
    *("ix_notes_usn", "ix_notes_csum", "ix_cards_usn", "ix_cards_nid", "ix_cards_sched", "ix_revlog_usn"),
    *("ix_revlog_cid", "idx_notes_mid", "idx_cards_odid", "idx_graves_pending"),
}
_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_NAME = r'\s*(?:"\w+"|\w+)\s*'
_COLUMN = _NAME + r"(?:\b(?:integer|int|text)\s*)?(?:\b(?:primary\s+key|not\s+null)\s*)*"
_TABLE = re.compile(rf'create table "?(\w+)"?\s*\({_COLUMN}(?:,{_COLUMN})*\)\s*', re.IGNORECASE)
_INDEX = re.compile(rf'create index "?(\w+)"?\s+on\b{_NAME}\({_NAME}(?:,{_NAME})*\)\s*', re.IGNORECASE)
_LONGEST_STATEMENT = 4_000  # characters; the longest of Anki's has 700
_ERRORS = (sqlite3.Error, UnicodeDecodeError)  # the second for a message with a name that is not UTF-8
_AGAIN = "download or build it again"
_SAFETY = ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "temp_store = MEMORY")
_JOURNAL_MODE = slice(18, 20)  # of the header: whether it is in WAL mode, which a database in memory can't be


class Collection(Struct, frozen=True, kw_only=True):
    """An open collection; its rows are tuples in the order of the columns in `_TABLES`."""

    path: Path  # the package, which is the location of every problem
    connection: sqlite3.Connection

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """The rows by id; raises ContentError if a value does not have the type of its column."""
        columns = _TABLES[table]
        types = [str if column in _TEXTS else int for column in columns]
        query = f"select {', '.join(columns)} from {table} order by id"  # noqa: S608  (names from `_TABLES`)
        for row in self.connection.execute(query):
            for column, expected, value in zip(columns, types, row, strict=True):
                if type(value) is not expected:
                    message = f"a row of the table `{table}` has a value of the wrong type in `{column}`"
                    raise refusal(self.path, "RC809", message, "Anki would refuse the package")
            yield row


@contextmanager
def open_collection(database: bytes, package: Path) -> Iterator[Collection]:
    """Open the database in memory; raises ContentError, also in the block, if it is not a plain, intact collection."""
    if not database:
        raise refusal(package, "RC803", "the package's database is empty", _AGAIN)
    raw = bytearray(database)
    raw[_JOURNAL_MODE] = b"\1\1"
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "backslashreplace")
        try:
            connection.deserialize(raw)
            for pragma in _SAFETY:
                connection.execute(f"PRAGMA {pragma}")
            _refuse_unexpected_schema(connection, package)
            counts = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")]
            if len(raw) < counts[0] * counts[1]:
                raise refusal(package, "RC803", "the package's database is damaged: it is incomplete", _AGAIN)
            # Of pages that are missing or used twice, a tree can have more rows than fit on any disk.
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise refusal(package, "RC803", f"the package's database is damaged ({verdict})", _AGAIN)
            for table, condition in _REFUSED.items():
                if connection.execute(f"select 1 from {table} where {condition} limit 1").fetchone():  # noqa: S608 - our own
                    message = f"a row of the table `{table}` has a value that Anki does not accept"
                    raise refusal(package, "RC809", message, "Anki would refuse the package")
            yield Collection(path=package, connection=connection)
        except _ERRORS as error:
            raise refusal(package, "RC803", f"the package's database is damaged ({error})", _AGAIN) from error


def _refuse_unexpected_schema(connection: sqlite3.Connection, package: Path) -> None:
    """Refuse everything that could run or compute: only tables and indexes with plain columns are known to be safe."""
    for name, statement in connection.execute("select name, sql from sqlite_master"):
        plain = _COMMENT.sub(" ", str(statement)[:_LONGEST_STATEMENT])
        shape = _TABLE.fullmatch(plain) or _INDEX.fullmatch(plain)
        if not shape or shape[1] != name or name not in _SCHEMA:
            message = f"`{name}` in the package's database is not a plain table or index of an Anki collection"
            raise refusal(package, "RC803", message, "do not import this package into Anki")
    for table, columns in _COLUMNS.items():
        known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        missing = [column for column in columns.split() if column not in known]
        if missing:
            message = f"the package's database has no table `{table}` with the column `{missing[0]}`"
            raise refusal(package, "RC803", message, "it is not an Anki collection of the legacy format")
