"""What the tests share: content to work on, the program as people call it, and the real Anki."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from rolecards.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

settings.register_profile(
    "quick", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60, derandomize=True
)
settings.register_profile(
    "long", settings.get_profile("quick"), max_examples=int(os.environ.get("FUZZ_CASES", "100000")), derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
EPOCH = 1_700_000_000
"""November 2023: what the tests take for now, where a build may know the time."""


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Calls the program with arguments as typed."""

    def call(*arguments: str | Path) -> Outcome:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        printed = capsys.readouterr()
        return Outcome(status=status, out=printed.out, err=printed.err)

    return call


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small content folder, `content`, in a working folder of its own."""
    shutil.copytree(DATA / "small", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    return tmp_path / "content"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the deck that we ship, in a working folder of its own."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return tmp_path / "content"


@pytest.fixture
def anki() -> Callable[..., list[Any]]:
    """A session with the real Anki library: steps in, their results out."""
    if importlib.util.find_spec("anki") is None:
        pytest.skip("the anki library is not installed")

    def session(*steps: tuple[str, Any]) -> list[Any]:
        script = Path(__file__).with_name("anki_session.py")
        done = subprocess.run(
            [sys.executable, script], input=json.dumps(steps, default=str), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        results: list[Any] = json.loads(done.stdout)
        return results

    return session


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as an author would; `old` must stand in it once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")
