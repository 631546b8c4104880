"""Builds that fail: every file is whole, old or new; the message is true; and the next build repairs the rest."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from conftest import EPOCH, edit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DYING = """
import os, sys
from pathlib import Path
import rolecards.write as write
from rolecards.cli import main

def dying(function):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
        return function(*arguments, **named)
    return call

write.os.fsync = dying(write.os.fsync)
for name in ("mkdir", "chmod", "replace", "unlink"):
    setattr(Path, name, dying(getattr(Path, name)))
sys.exit(main(sys.argv[1:]))
"""


def files(*folders: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".part"
    }


@pytest.fixture
def build(program, monkeypatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Builds in a process of its own, at a time, perhaps with a script in place of the program."""

    def call(*arguments: object, script: str = "", epoch: int = EPOCH) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
        return program.run("build", *arguments, script=script)

    return call


@pytest.fixture
def two_states(small, build):
    """A published deck whose content was then corrected: the files before, and those that the next build makes."""
    out = small.parent / "build"
    only = ("--only", "apkg,retired")
    assert build(small, "--out", out, *only).returncode == 0
    edit(small / "roles" / "cook.yaml", "The knife", "A knife")
    (small / "scenarios.yaml").unlink()
    before = files(small, out)
    shutil.copytree(small.parent, kept(small))
    assert build(small, "--out", out, *only, epoch=EPOCH + 99).returncode == 0
    after = files(small, out)
    shutil.rmtree(small.parent)
    shutil.copytree(kept(small), small.parent)
    os.chdir(small.parent)
    return small, out, before, after


def kept(small: Path) -> Path:
    """Where the state before the second build is kept."""
    return small.parent.with_name(f"{small.parent.name}-kept")


def restore(small: Path) -> None:
    shutil.rmtree(small)
    shutil.rmtree(small.parent / "build")
    for name in ("content", "build"):
        shutil.copytree(kept(small) / name, small.parent / name)


def test_a_build_killed_at_any_step_leaves_each_file_old_or_new_and_the_next_build_finishes(two_states, build):
    small, out, before, after = two_states
    killed = 0
    for step in range(60):
        restore(small)
        dying = f"left = {step}\n{DYING}"
        done = build(small, "--out", out, "--only", "apkg,retired", script=dying, epoch=EPOCH + 99)
        left = files(small, out)
        for path, data in left.items():
            assert data in (before.get(path), after.get(path)), f"{path} is neither old nor new after step {step}"
        assert set(before) <= set(left)
        assert build(small, "--out", out, "--only", "apkg,retired", epoch=EPOCH + 99).returncode == 0
        assert files(small, out) == after
        assert not list(small.parent.rglob("*.part"))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        killed += 1
    assert killed >= 8


@pytest.mark.parametrize(
    ("artifact", "path", "reason"),
    [
        ("apkg", tempfile.gettempdir(), "a collection cannot be created here: "),
        ("quiz", "{small}/cards.lock", "File too large"),
    ],
)
def test_a_full_disk_leaves_everything_unchanged(two_states, artifact, path, reason, build):
    """A limit on the size of files has the same effect: writing fails in the middle of a file."""
    small, out, before, _ = two_states
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from rolecards.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = build(small, "--out", out, "--only", artifact, script=limited, epoch=EPOCH + 99)
    assert done.returncode == 1
    assert f"{path.format(small=small)}: error RC150 this can't be read or written: {reason}" in done.stdout
    assert "nothing was written" in done.stderr
    assert files(small, out) == before
    assert not list(small.parent.rglob("*.part"))


def test_an_output_folder_that_cannot_be_made_is_named(small, build):
    done = build(small, "--out", "/proc/rolecards", "--only", "apkg")
    assert done.returncode == 1
    assert done.stdout.startswith("/proc/rolecards")
    assert not (small / "cards.lock").exists()


@pytest.mark.parametrize("name", ["small.apkg", "small-retired.apkg", ".rolecards.json"])
def test_a_folder_in_the_place_of_any_file_stops_the_build_before_it_writes(two_states, name, build):
    small, out, before, _ = two_states
    (out / name).unlink(missing_ok=True)
    (out / name / "kept").mkdir(parents=True)
    before.pop(str(out / name), None)
    done = build(small, "--out", out, "--only", "apkg,retired", epoch=EPOCH + 99)
    assert (done.returncode, done.stderr.splitlines()[-1].endswith("; nothing was written")) == (1, True)
    assert f"{out / name}: error RC150 this can't be read or written: Is a directory" in done.stdout
    assert files(small, out) == before


def test_a_folder_in_the_place_of_a_package_that_is_not_needed_stops_the_build_too(small, build):
    (small.parent / "build" / "small-retired.apkg").mkdir(parents=True)
    done = build(small, "--out", "build", "--only", "apkg,retired")
    assert done.stdout.startswith("build/small-retired.apkg: error RC150")
    assert done.stderr == "rolecards: 1 error; nothing was written\n"
    assert not (small / "cards.lock").exists()


def test_an_output_folder_that_vanishes_midway_is_reported_with_the_files_that_changed(two_states, build):
    small, out, _, after = two_states
    vanishing = (
        "import shutil, sys; from pathlib import Path; from rolecards.cli import main\n"
        "replace = Path.replace\n"
        "def replaced(part, path):\n"
        "    replace(part, path)\n"
        f"    shutil.rmtree({str(out)!r}, ignore_errors=True)\n"
        "Path.replace = replaced\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    done = build(small, "--out", out, "--only", "apkg,retired", script=vanishing, epoch=EPOCH + 99)
    assert done.returncode == 1
    assert f"{out / 'small.apkg'}: error RC150" in done.stdout
    assert done.stderr.endswith(f"; {small / 'cards.lock'} changed before that\n")
    assert build(small, "--out", out, "--only", "apkg,retired", epoch=EPOCH + 99).returncode == 0
    assert files(small, out) == after


def test_no_room_for_temporary_files_is_reported_at_their_folder(small):
    unusable = "import sys, tempfile; tempfile.tempdir = '/proc/none'; from rolecards.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", unusable, "build", "--only", "apkg"],
        env=os.environ | {"TMPDIR": "/proc/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "rolecards: 1 error; nothing was written\n")
    assert (
        done.stdout
        == "/proc/none: error RC150 this can't be read or written: a temporary file cannot be created here\n"
    )


def test_a_build_removes_the_temporary_files_of_dead_processes_and_no_others(small, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(small.parent / "tmp"))
    (small.parent / "tmp").mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (small.parent / "build").mkdir()
    left = [
        folder / f".rolecards-{process}-0.part"
        for folder in (small, small / "roles", small.parent / "build", small.parent / "tmp")
        for process in (dead.pid, "9" * 30)
    ]
    kept = [small / f".rolecards-{os.getpid()}-0.part", small / ".rolecards-mine-0.part", small / "roles" / "my.part"]
    for path in (*left, *kept):
        path.write_bytes(b"cut sho")
    command = [sys.executable, "-m", "rolecards", "build", str(small), "--out", "build", "--only", "apkg"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert sorted(small.parent.rglob("*.part")) == sorted(kept)


def test_builds_at_the_same_time_into_one_folder_all_end_well(two_states):
    small, out, _, after = two_states
    command = [sys.executable, "-m", "rolecards", "build", str(small), "--out", str(out), "--only", "apkg,retired"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH + 99)}
    running = [subprocess.Popen(command, env=environment, stdout=-3, stderr=-3) for _ in range(4)]
    assert [each.wait() for each in running] == [0, 0, 0, 0]
    assert files(small, out) == after
    assert not list(small.parent.rglob("*.part"))
