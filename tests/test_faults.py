"""Builds that are cut short: what was there stays whole, or what is new is whole, and the next build puts things right."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
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

write.tempfile.mkstemp = dying(write.tempfile.mkstemp)
write.os.fdopen = dying(write.os.fdopen)
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
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        killed += 1
    assert killed >= 8


def test_a_build_killed_at_any_time_leaves_each_file_old_or_new(two_states):
    small, out, before, after = two_states
    dice = random.Random(7)
    for _ in range(8):
        restore(small)
        command = [sys.executable, "-m", "rolecards", "build", small, "--out", out, "--only", "apkg,retired"]
        running = subprocess.Popen(
            command, env=os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH + 99)}, stdout=-3, stderr=-3
        )
        time.sleep(dice.uniform(0, 0.7))
        running.kill()
        running.wait()
        for path, data in files(small, out).items():
            assert data in (before.get(path), after.get(path))


@pytest.mark.parametrize(
    ("artifact", "said"), [("apkg", "no collection can be made here: "), ("quiz", "File too large")]
)
def test_a_disk_that_is_full_leaves_everything_as_it_was(two_states, artifact, said, build):
    """A limit on the size of files stands for it: writing fails in the middle of a file."""
    small, out, before, _ = two_states
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from rolecards.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = build(small, "--out", out, "--only", artifact, script=limited, epoch=EPOCH + 99)
    assert done.returncode == 1
    assert f"error RC150 this can't be read or written: {said}" in done.stdout
    assert "nothing was written" in done.stderr
    assert files(small, out) == before
    assert not list(small.parent.rglob("*.part"))


def test_an_output_folder_that_cannot_be_made_is_named(small, build):
    done = build(small, "--out", "/proc/rolecards", "--only", "apkg")
    assert done.returncode == 1
    assert done.stdout.startswith("/proc/rolecards")
    assert not (small / "cards.lock").exists()


def test_an_output_folder_that_vanishes_midway_is_told_and_the_next_build_is_right(two_states, build):
    small, out, _, after = two_states
    vanishing = (
        "import shutil, sys; from pathlib import Path; import rolecards.write as write; from rolecards.cli import main\n"
        "stage = write._stage\n"
        "def staged(path, data):\n"
        "    done = stage(path, data)\n"
        f"    shutil.rmtree({str(out)!r}, ignore_errors=True)\n"
        "    return done\n"
        "write._stage = staged\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    done = build(small, "--out", out, "--only", "apkg,retired", script=vanishing, epoch=EPOCH + 99)
    assert done.returncode == 1
    assert "error RC150" in done.stdout
    assert "Traceback" not in done.stderr
    assert build(small, "--out", out, "--only", "apkg,retired", epoch=EPOCH + 99).returncode == 0
    assert files(small, out) == after


def test_builds_at_the_same_time_into_one_folder_all_end_well(two_states):
    small, out, _, after = two_states
    command = [sys.executable, "-m", "rolecards", "build", str(small), "--out", str(out), "--only", "apkg,retired"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH + 99)}
    running = [subprocess.Popen(command, env=environment, stdout=-3, stderr=-3) for _ in range(4)]
    assert [each.wait() for each in running] == [0, 0, 0, 0]
    assert files(small, out) == after
    assert not list(small.parent.rglob("*.part"))
