"""Locks from strangers: each line's check is a plain hash, so a forged line has a good one.

Whatever is in the lock, `check` and `build` report the same problem at its line, and neither ends in a traceback.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import DATA, EPOCH
from rolecards.cli import main
from rolecards.release.lock import _check

RETIRED = "2023-11-15T00:00:00Z"
HUGE = "1" + "0" * 20
NESTED = "{{c1::" * 50_000 + "x" + "}}" * 50_000
COLUMNS = ["id", "type", "number", "created", "modified", "retired", "guid", "html", "under", "print", "hides"]
AT = {name: at for at, name in enumerate([*COLUMNS, "front", "back"])} | {"deck number": 3, "type id": 2, "ids": 6}

NUMBERS = ["0", "-5", HUGE, "9" * 5_000, "10000001", "9999999", "x", "", "1.0"]
TIMES = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00Z", "2023-11-15", "soon", HUGE]
HIDES = [f'{{"{HUGE}": "x"}}', '{"501": "x"}', '{"9999999": "x"}', '{"-1": "x"}', '{"1": 1}', "[" * 100_000, "{"]
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example>",
    "<script\x0c>",
    "<scr\x00ipt>",
    "<script",
    "<!--><script>--></script>",
    "<img src=x onerror=alert(1)>",
    "<img/onerror=alert(1)>",
    '<b title="x"onclick="alert(1)">',
    "<b\u2028onclick=alert(1)>",
    '<a href="javascript:alert(1)">',
    "<a href='JAVASCRIPT:alert(1)'>",
    '<a href="java&#115;cript:alert(1)">',
    '<a href="java&Tab;script:alert(1)">',
    '<a href="&#1; javascript:alert(1)">',
    "<a href=vbscript:x>",
    '<img src="data:text/html,x">',
    '<iframe src="https://x.example">',
    "<svg/onload=alert(1)>",
    "<math><mi>",
    "<style>@import url(//x.example)",
    '<meta http-equiv="refresh" content="0">',
    "<form action=//x.example>",
    '<img src="https://x.example/a.png">',
    '<audio src="a.mp3">',
    '<b style="background: url(//x.example)">',
    '<a href="//x.example">',
    "[latex]\\input{/etc/passwd}[/latex]",
    "[$]x[/$]",
    "[sound:a.mp3]",
    '<img alt="',
    "</script>",
]

NOTES = [
    *[("cook-knife", {"number": number}) for number in NUMBERS],
    *[("cook-knife", {column: time}) for column in ("created", "modified", "retired") for time in TIMES],
    *[("cook-prepares", {"hides": hides}) for hides in HIDES],
    *[(note, {"front": f"A knife {attack}"}) for note in ("cook-knife", "waiter-brings") for attack in ATTACKS],
    ("cook-knife", {"back": ATTACKS[0]}),
    *[(note, {"front": NESTED}) for note in ("cook-prepares", "cook-knife")],
    ("cook-knife", {"type": "evil"}),
    ("cook-knife", {"type": "cloze"}),
    ("cook-knife", {"type": "cloze", "hides": '{"1": "x"}'}),
    ("cook-prepares", {"type": "qa"}),
    ("cook-prepares", {"front": ""}),
    ("cook-knife", {"guid": "cook-knife"}),
    ("cook-knife", {"html": "yes"}),
    ("cook-knife", {"guid": ""}),
    *[("cook-knife", {"id": name}) for name in ("<script>", "a b", "@evil", "")],
    ("@deck", {"deck number": "-5"}),
    ("@deck", {"deck number": HUGE}),
    *[("@note-type\tqa", {"type id": number}) for number in ("0", "-5", HUGE, "12")],
    *[("@note-type\tqa", {"ids": ids}) for ids in ('[["Id", 99999999999999999999]]', "[" * 100_000, "[]", '[["", 1]]')],
    ("@note-type\tqa", {"retired": "[]"}),
    ("@note-type\tqa", {"modified": "9999-12-31T23:59:59Z", "created": "qa"}),
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small content, published."""
    folder = tmp_path_factory.mktemp("forged")
    shutil.copytree(DATA / "small", folder / "content")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
        assert main(["build", "--only", "apkg"]) == 0
    return folder / "content"


@pytest.fixture
def lock(published, monkeypatch):
    """The path of its lock, which is put back after the test."""
    monkeypatch.chdir(published.parent)
    path = published / "cards.lock"
    before = path.read_bytes()
    yield path
    path.unlink() if path.is_symlink() or not path.is_dir() else path.rmdir()
    path.write_bytes(before)


def signed(columns: list[str]) -> str:
    body = "\t".join(columns)
    return f"{body}\t{_check(body)}"


def forge(path: Path, start: str, changes: dict[str, str]) -> int:
    """Change columns of the line that starts so, and give it a good check; returns its number."""
    lines = path.read_text(encoding="utf-8").split("\n")
    (at,) = [at for at, line in enumerate(lines) if line.startswith(f"{start}\t")]
    columns = lines[at].split("\t")[:-1]
    for name, value in changes.items():
        columns[AT[name]] = value
    lines[at] = signed(columns)
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    return at + 1


def reports(run) -> list[str]:
    """The errors that `check` prints about the lock, which `build` prints too, with no other sign of trouble."""
    outputs = [run(*command) for command in (("check",), ("build", "--only", "apkg,retired"))]
    errors = [
        [line for line in each.out.splitlines() if "cards.lock:" in line and " error " in line] for each in outputs
    ]
    assert [each.status for each in outputs] == [1, 1], outputs
    assert errors[0] == errors[1]
    assert errors[0]
    assert all(len(error) < 1_000 for error in errors[0])
    return errors[0]


def test_a_forged_line_is_reported_at_its_line_by_check_and_build(lock, run):
    before = lock.read_bytes()
    for start, changes in NOTES:
        line = forge(lock, start, changes)
        found = reports(run)
        # What makes other lines look missing is reported at the file's first line.
        assert any(re.match(rf"content/cards.lock:({line}|1):", error) for error in found), (start, changes, found)
        lock.write_bytes(before)


def test_a_second_line_of_another_deck_or_of_a_known_id_is_reported_at_its_line(lock, run):
    before = lock.read_text(encoding="utf-8")
    added = before.rstrip("\n").count("\n") + 2
    note = next(line for line in before.split("\n") if line.startswith("cook-knife\t")).split("\t")[:-1]
    twin = ["cook-other", *note[1:3], "2023-11-13T00:00:00Z", *note[4:]]
    for columns in (["@deck", "other", "Other", "10"], [*note[:6], "0123456789abcdef", *note[7:]], twin):
        lock.write_text(before.rstrip("\n") + f"\n{signed(columns)}\n", encoding="utf-8")
        assert reports(run)[0].startswith(f"content/cards.lock:{added}:1: error RC211 this line")


@pytest.mark.parametrize("version", ["9" * 5_000, "-1", "2.0", "", "2 <script>"])
def test_a_first_line_with_another_version_is_reported(lock, run, version):
    lock.write_text(lock.read_text(encoding="utf-8").replace("lock 2", f"lock {version}", 1), encoding="utf-8")
    assert reports(run)[0].startswith("content/cards.lock:1:1: error RC21")


def test_words_that_look_like_an_attack_are_published_and_read_again(lock, run):
    fact = (
        "- id: cook-web\n  slot: tools\n  part: core\n  src: [book]\n"
        '  cloze: "{{c1::`<script>`}} runs [code](https://x.example/data:on=1), if a < b and onclick=1."\n'
    )
    role = lock.parent / "roles" / "cook.yaml"
    before = role.read_text(encoding="utf-8")
    role.write_text(before + fact, encoding="utf-8")
    built = run("build", "--only", "apkg")
    checked = run("check")
    role.write_text(before, encoding="utf-8")
    assert (built.status, checked.status) == (0, 0), built.out + checked.out
    assert "&lt;script&gt;" in lock.read_text(encoding="utf-8")


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def outside(path: Path) -> None:
    (path.parents[1] / "other.lock").write_bytes(b"")
    path.symlink_to("../other.lock")


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (device, "RC103"),
        (dangling, "RC104"),
        (outside, "RC103"),
        (os.mkfifo, "RC104"),
        (Path.mkdir, "RC104"),
        (huge, "RC105"),
    ],
    ids=["device", "dangling", "outside", "pipe", "folder", "huge"],
)
def test_a_lock_that_is_no_plain_file_is_reported_and_not_waited_for(lock, run, make, code):
    lock.unlink()
    make(lock)
    assert reports(run)[0].startswith(f"content/cards.lock:1:1: error {code}")
