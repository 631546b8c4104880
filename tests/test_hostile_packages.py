"""Packages from strangers: `diff` and `rehearse` report a problem, whatever the package contains, and leave nothing behind."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apkg_samples import LATER, Sample, build, question, repacked, script, zipped
from rolecards.compare import diff, rehearse
from rolecards.compare.text_diff import LONGEST_NAME, field_spans, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fork_server import ForkServer

needs_anki = pytest.mark.skipif(importlib.util.find_spec("anki") is None, reason="the anki library is not installed")

ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count() from n"
SMALLEST_REPORT = 2 * diff.MOST_CHARACTERS


def sample(folder: Path, name: str = "deck.apkg") -> Path:
    return build(folder / name, [question("a", "What?"), question("b", "Which?")])


def schema_edit(statement: str) -> str:
    """Statements that change the schema in a way that no SQL statement could."""
    return f"pragma writable_schema = on; {statement}; pragma writable_schema = off"


def column(definition: str) -> str:
    """Statements that replace the last column of the notes by this one."""
    return f"alter table notes drop column data; alter table notes add column {definition}"


HOSTILE_SCHEMAS = {
    "trigger": f"create trigger t before update on notes begin {ENDLESS}; end",
    "trigger with the name of an index": f"drop index ix_notes_usn; create trigger ix_notes_usn after insert on cards begin {ENDLESS}; end",
    "trigger on a table that Anki empties": f"create trigger t after delete on graves begin {ENDLESS}; end",
    "view": f"create view endless as {ENDLESS}",
    "view instead of a table": f"drop table graves; create view graves as {ENDLESS}",
    "virtual table": "create virtual table words using fts5(x)",
    "virtual table instead of a table": "drop table revlog; create virtual table revlog using rtree(id, a, b)",
    "index on an expression": "create index heavy on notes (hex(zeroblob(1000000)))",
    "index of Anki on an expression": "drop index ix_notes_usn; create index ix_notes_usn on notes (abs(usn))",
    "partial index": "drop index ix_notes_usn; create index ix_notes_usn on notes (usn) where usn > abs(-1)",
    "unexpected index": "create index more on notes (flds)",
    "unexpected table": "create table more (id integer)",
    "generated column": column("data text as (hex(zeroblob(100000000)))"),
    "generated column with a hidden comment": column('"data--" text as (hex(zeroblob(100000000))\n)'),
    "check": column("data text check (length(hex(zeroblob(100000000))))"),
    "default": column("data text default 'x'"),
    "foreign key": column("data text references cards (id) on update cascade"),
    "unique column": "drop table graves; create table graves (usn integer, oid integer unique, type integer)",
    "table without rowids": "drop table graves; create table graves (oid integer primary key) without rowid",
    "trigger registered as a table": schema_edit(
        f"insert into sqlite_master values ('table', 'graves', 'graves', 0, 'CREATE TRIGGER graves after update on notes begin {ENDLESS}; end')"
    ),
    "two definitions": schema_edit(
        "update sqlite_master set sql = 'CREATE TABLE graves (usn integer, oid as (hex(1)))' where name = 'graves'"
    ),
    "long definition": schema_edit(
        "update sqlite_master set sql = replace(sql, 'graves', 'graves ' || replace(hex(zeroblob(200000)), '0', '/*')) where name = 'graves'"
    ),
}


@pytest.mark.parametrize("command", ["diff", pytest.param("rehearse", marks=needs_anki)])
@pytest.mark.parametrize("statements", HOSTILE_SCHEMAS.values(), ids=HOSTILE_SCHEMAS)
def test_a_database_with_more_than_plain_tables_and_indexes_is_refused_at_once(
    tmp_path: Path, run: Callable[..., Any], command: str, statements: str
) -> None:
    good, bad = sample(tmp_path), repacked(sample(tmp_path, "bad.apkg"), script(statements))
    for arguments in ((good, bad), (bad, good)):
        start = time.monotonic()
        outcome = run(command, *arguments)
        assert time.monotonic() - start < 2
        assert outcome.status == 1
        assert outcome.out.startswith(f"{bad}:1:1: error RC803 ")
        assert len(outcome.out.splitlines()) == 1


REFUSED_BY_ANKI = {
    "no table of reviews": "drop table revlog",
    "no checksum": "drop index ix_notes_csum; alter table notes drop column csum",
    "no intervals": "alter table cards drop column ivl",
    "no presets": "alter table col drop column dconf",
    "later version": "update col set ver = 99",
    "broken presets": "update col set dconf = 'x'",
    "broken settings": "update col set conf = '['",
    "broken tags": "update col set tags = '['",
    "text as time": "update col set crt = 'x'",
    "ordinal below zero": "update cards set ord = -1",
    "great ordinal": "update cards set ord = 70000",
    "unknown kind of card": "update cards set type = 9",
    "unknown queue": "update cards set queue = 77",
    "text as number": "update notes set usn = 'x'",
    "bytes as text": "update notes set sfld = x'ff'",
    "note type without id": "update col set models = replace(models, '\"sortf\"', '\"x\"')",
    "field without font": "update col set models = replace(models, '\"font\"', '\"x\"')",
    "deck without count": "update col set decks = replace(decks, '\"newToday\"', '\"x\"')",
}


@pytest.mark.parametrize("statements", REFUSED_BY_ANKI.values(), ids=REFUSED_BY_ANKI)
def test_what_anki_does_not_import_is_refused_by_diff_too(
    tmp_path: Path, run: Callable[..., Any], anki_loaded: ForkServer, statements: str
) -> None:
    good, bad = sample(tmp_path), repacked(sample(tmp_path, "bad.apkg"), script(statements))
    compared = run("diff", good, bad)
    assert compared.status == 1
    assert re.match(re.escape(str(bad)) + ":1:1: error RC80[39] ", compared.out)
    learner = (
        "import sys; from anki.collection import *; from anki.import_export_pb2 import *\n"
        "request = ImportAnkiPackageRequest(package_path=sys.argv[1], options=ImportAnkiPackageOptions())\n"
        "Collection(sys.argv[2]).import_anki_package(request)"
    )
    assert anki_loaded.run(bad, tmp_path / "new.anki2", script=learner).returncode


def pages_used_again(database: bytes) -> bytes:
    """The database with a table whose tree has the same page hundreds of times, at three levels."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(database)
    connection.executescript("pragma page_size = 4096; vacuum")
    (root,) = connection.execute("select rootpage from sqlite_master where name = 'notes'").fetchone()
    raw, pages = bytearray(connection.serialize()), connection.execute("pragma page_count").fetchone()[0]
    leaf = bytes(raw[(root - 1) * 4096 : root * 4096])
    for level in range(3):
        child, page = pages + level + 1, bytearray(4096)
        cells = [4096 - 5 * (count + 1) for count in range(500)]
        page[0:12] = bytes([5, 0, 0, 500 >> 8, 500 & 255, cells[-1] >> 8, cells[-1] & 255, 0]) + child.to_bytes(
            4, "big"
        )
        for count, cell in enumerate(cells):
            page[12 + 2 * count : 14 + 2 * count] = cell.to_bytes(2, "big")
            page[cell : cell + 5] = child.to_bytes(4, "big") + b"\1"
        if level == 0:
            raw[(root - 1) * 4096 : root * 4096] = page
        else:
            raw += page
    raw += leaf
    raw[28:32] = (len(raw) // 4096).to_bytes(4, "big")
    return bytes(raw)


def test_a_database_that_uses_a_page_twice_is_refused_at_once(tmp_path: Path, run: Callable[..., Any]) -> None:
    path = sample(tmp_path)
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    bad = zipped(tmp_path / "bad.apkg", members | {"collection.anki2": pages_used_again(members["collection.anki2"])})
    outcome = run("diff", path, bad)
    assert outcome.out.startswith(f"{bad}:1:1: error RC803 the package's database is damaged")


@needs_anki
def test_anki_gets_only_the_collection_that_was_checked(tmp_path: Path, run: Callable[..., Any]) -> None:
    good, bad = sample(tmp_path), repacked(sample(tmp_path, "bad.apkg"), script(HOSTILE_SCHEMAS["trigger"]))
    with zipfile.ZipFile(good) as first, zipfile.ZipFile(bad) as second:
        both = {
            "collection.anki21": first.read("collection.anki2"),
            "collection.anki2": second.read("collection.anki2"),
        }
    for meta in ({}, {"meta": b"\x08\x01"}, {"meta": b"\x08\x81\x00"}):
        outcome = run("rehearse", good, zipped(tmp_path / "both.apkg", {**both, **meta, "media": b"{}"}))
        assert (outcome.status, outcome.err) == (0, "")
        assert "2 unchanged" in outcome.out


DEEP, LONG_NUMBER = "[" * 100_000, "9" * 10_000
NOTE_TYPE = '{"1607392319": {"name": "x", "flds": [], "tmpls": [], %s}}'
BROKEN_JSON = {
    "nested list": DEEP,
    "nested list that ends": DEEP + "]" * 100_000,
    "nested mapping": '{"1":' * 100_000,
    "nested in an unknown key": NOTE_TYPE % f'"more": {DEEP}{"]" * 100_000}',
    "nested mappings in an unknown key": NOTE_TYPE % f'"more": {{"a":{DEEP}',
    "long number": LONG_NUMBER,
    "long number as a key": f'{{"{LONG_NUMBER}": {{"name": "x"}}}}',
    "long number as an id": NOTE_TYPE % f'"mod": {LONG_NUMBER}',
    "long fraction": NOTE_TYPE % f'"mod": 0.{LONG_NUMBER}',
    "huge exponent": NOTE_TYPE % '"mod": 1e999999999',
    "not a number": NOTE_TYPE % '"mod": NaN',
    "wrong type": NOTE_TYPE % '"css": []',
    "empty": "",
    "null": "null",
    "cut": '{"1": {"name": "x',
    "half a surrogate pair": '{"1": {"name": "\\ud800", "flds": [], "tmpls": 1}}',
}


@pytest.mark.parametrize("part", ["models", "decks", "media"])
@pytest.mark.parametrize("text", BROKEN_JSON.values(), ids=BROKEN_JSON)
def test_json_of_any_depth_and_size_is_a_problem_or_read(
    tmp_path: Path, run: Callable[..., Any], part: str, text: str
) -> None:
    path, bad = sample(tmp_path), sample(tmp_path, "bad.apkg")
    if part == "media":
        with zipfile.ZipFile(bad) as package:
            database = package.read("collection.anki2")
        zipped(bad, {"collection.anki2": database, "media": text.encode()})
    else:
        repacked(bad, lambda connection: connection.execute(f"update col set {part} = ?", (text,)))
    outcome = run("diff", path, bad)
    assert outcome.out.startswith((f"{bad}:1:1: error RC8", f"{path} → {bad}: "))
    assert len(outcome.out) < 4_000


def many(count: int, front: str = "New?") -> list[Sample]:
    return [question(f"n{number:04}", front) for number in range(count)]


def tagged(*tags: str) -> Sample:
    return question("a", "What?", tags=tags, modified=LATER)


GREAT_CHANGES = {
    "a field of a megabyte": ([question("a", "x " * 500_000)], "more characters)"),
    "a field of a megabyte without blanks": ([question("a", "x" * 1_000_000)], "more characters)"),
    "a field of a megabyte of lines": ([question("a", "<br>\n" * 200_000 + "x")], ""),
    "200,000 tags": ([tagged(*(f"t{number}" for number in range(200_000)))], "more characters)"),
    "a tag of a megabyte": ([tagged("x" * 1_000_000)], "more characters)"),
    "3,000 notes": (many(3_000), "and 2000 more"),
    "3,000 notes with great fields": (many(3_000, "y " * 1_000), "and 2000 more"),
    "3,000 notes in decks with great names": (
        [question(f"n{number}", "?", deck="d" * 5_000 + str(number // 50)) for number in range(3_000)],
        "and 2000 more",
    ),
}


@pytest.mark.parametrize(("samples", "count"), GREAT_CHANGES.values(), ids=GREAT_CHANGES)
def test_reports_have_a_limit_and_a_count_of_the_rest(
    tmp_path: Path, run: Callable[..., Any], samples: list[Sample], count: str
) -> None:
    old, new = build(tmp_path / "old.apkg", [question("a", "What?")]), build(tmp_path / "new.apkg", samples)
    reports = {form: run("diff", old, new, "--format", form) for form in ("text", "markdown", "json")}
    for form, outcome in reports.items():
        assert outcome.status in {0, 1}
        assert len(outcome.out) < SMALLEST_REPORT
        assert count in outcome.out or form == "json"
    report = json.loads(reports["json"].out)
    assert len(report["added"]) + report.get("added_omitted", 0) == len(samples) - (samples[0].id == "a")


def test_a_change_late_in_a_great_field_is_shown(tmp_path: Path, run: Callable[..., Any]) -> None:
    old = build(tmp_path / "old.apkg", [question("a", "word " * 1_000 + "first")])
    new = build(tmp_path / "new.apkg", [question("a", "word " * 1_000 + "second", modified=LATER)])
    assert "[-first-]{+second+}" in run("diff", old, new).out


def test_a_great_name_is_cut_in_every_report(tmp_path: Path, run: Callable[..., Any]) -> None:
    picture = tmp_path / ("p" * 200 + ".png")
    picture.write_bytes(b"picture")
    old, new = sample(tmp_path, "old.apkg"), build(tmp_path / "new.apkg", [question("a", "?")], media=[picture])
    with zipfile.ZipFile(new) as package:
        members = {name: package.read(name) for name in package.namelist()}
    zipped(new, members | {"media": json.dumps({"0": "p\n" * 500_000}).encode()})
    assert max(map(len, run("diff", old, new).out.splitlines())) < 2 * LONGEST_NAME
    assert len(run("diff", old, new, "--format", "json").out) < SMALLEST_REPORT


def test_a_problem_quotes_only_the_start_of_a_great_text(tmp_path: Path, run: Callable[..., Any]) -> None:
    bad = repacked(
        sample(tmp_path), script("update notes set guid = hex(zeroblob(1000000)) || char(10) || '::error::x'")
    )
    (line,) = run("diff", bad, bad).out.splitlines()
    assert len(line) < 1_000


SLOW_TEXTS = [
    "<img " + "src=" * 300_000,
    "<img " + "src=" * 300_000 + ">",
    "<img" * 200_000,
    "[sound:" * 200_000,
    "<" * 500_000,
    "<a " * 200_000,
    "&" * 500_000,
    "{{c1" * 200_000,
    "{{c" + "1," * 200_000,
    " " * 500_000,
    "&#" + "9" * 5_000 + ";",
    "&#x" + "f" * 5_000 + ";",
    "&#0000000000065;" * 50_000,
    " ".join(f"c u{number}" for number in range(900)),
]


@pytest.mark.parametrize("text", SLOW_TEXTS, ids=lambda text: text[:12])
def test_every_text_is_read_and_compared_in_linear_time(tmp_path: Path, run: Callable[..., Any], text: str) -> None:
    start = time.process_time()
    readable(text)
    field_spans(text, text.replace("u", "v") + "x")
    media = tmp_path / "a.png"
    packages = []
    for name in ("old", "new"):
        media.write_text(name)
        package = build(tmp_path / f"{name}.apkg", [question("a", "What?")], media=[media])
        fields = f"a\x1f{text}\x1f{name}\x1f"
        packages.append(
            repacked(package, lambda database, fields=fields: database.execute("update notes set flds = ?", (fields,)))
        )
    assert run("diff", *packages).status in {0, 1}
    assert time.process_time() - start < 4


def test_diff_needs_no_temporary_folder(tmp_path: Path) -> None:
    path = sample(tmp_path)
    command = [sys.executable, "-m", "rolecards", "diff", path, path]
    nowhere = {**os.environ, "TMPDIR": str(tmp_path / "none")}
    before = sorted(tmp_path.iterdir())
    assert subprocess.run(command, env=nowhere, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    assert sorted(tmp_path.iterdir()) == before


@needs_anki
def test_a_rehearsal_that_takes_too_long_is_stopped(
    tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, scratch = build(tmp_path / "deck.apkg", many(300)), tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setattr(rehearse, "TIME_LIMIT", 0.05)  # importing Anki alone takes longer
    outcome = run("rehearse", path, path)
    assert outcome.status == 1
    assert outcome.out.startswith(f"{path}:1:1: error RC821 the rehearsal was stopped after 0.05 seconds")
    assert list(scratch.iterdir()) == []
    assert list(processes_with(scratch)) == []


LIMITED = """
import sys
from rolecards.compare import rehearsal_process
setattr(rehearsal_process, sys.argv[1], int(sys.argv[2]))
rehearsal_process.limit_resources()
exec(sys.argv[3])
"""


@needs_anki
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not enforce these limits")
@pytest.mark.parametrize(
    ("limit", "size", "statement", "error"),
    [
        ("MOST_MEMORY", 3 * 2**30, "bytearray(3 * 2**30)", "MemoryError"),
        ("LARGEST_FILE", 2**20, "open('file', 'wb', buffering=0).write(bytes(2**20 + 1)) == 2**20 or exit(1)", ""),
        (
            "LARGEST_FILE",
            2**20,
            "file = open('file', 'ab', buffering=0); file.write(bytes(2**20)); file.write(b'1')",
            "File too large",
        ),
    ],
)
def test_the_child_process_has_limits_of_memory_and_file_size(
    tmp_path: Path, limit: str, size: int, statement: str, error: str
) -> None:
    command = [sys.executable, "-c", LIMITED, limit, str(size), statement]
    child = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert error in child.stderr
    assert bool(child.returncode) == bool(error)


def processes_with(folder: Path) -> Iterator[int]:
    """The processes that have this folder in their environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in environment:
            yield int(process.name)


@pytest.fixture(scope="module")
def great(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that takes time to study."""
    return build(tmp_path_factory.mktemp("great") / "deck.apkg", many(3_000))


@needs_anki
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.parametrize("moment", ["start", "study"])
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_stopped_rehearsal_leaves_no_process_and_no_file(
    tmp_path: Path, great: Path, stop: signal.Signals, moment: str
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "rolecards", "rehearse", great, great]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    rehearsal = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # A kill before the child exists leaves an empty folder, which no process can prevent.
    started = moment == "start" and stop != signal.SIGKILL
    awaited = "*" if started else "*/collection.anki2"
    until(lambda: any(scratch.glob(awaited)))
    rehearsal.send_signal(stop)
    output, _ = rehearsal.communicate(timeout=20)
    assert "Traceback" not in output
    until(lambda: not [*scratch.iterdir(), *processes_with(scratch)])


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
