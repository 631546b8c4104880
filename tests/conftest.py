"""What the tests share: content to work on, the program as people call it, and the real Anki."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import shutil
import signal
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from fork_server import ForkServer
from rolecards.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

settings.register_profile(
    "quick", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25, derandomize=True
)
settings.register_profile(
    "long", settings.get_profile("quick"), max_examples=int(os.environ.get("FUZZ_CASES", "100000")), derandomize=False
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
settings.load_profile(PROFILE)

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


@pytest.fixture(scope="session")
def shipped_as(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Builds the deck that we ship with some options, once for all workers; gives the folder, which tests only read."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def build(*options: str) -> Path:
        options = tuple(" ".join(options).replace("--paper a4", "").split())  # the usual paper
        folder = shared / " ".join(("shipped", *options))
        if not folder.exists():
            new = tmp_path_factory.mktemp("new")
            shutil.copytree(ROOT / "content", new / "content")
            with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
                patch.chdir(new)
                patch.delenv("SOURCE_DATE_EPOCH", raising=False)
                assert main(["build", *options]) == 0, printed.getvalue()
            with suppress(OSError):  # another worker was faster
                new.rename(folder)
        return folder

    return build


@pytest.fixture
def printed(shipped_as: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes a build of the deck that we ship the working folder, for tests that only read it."""
    return lambda *options: monkeypatch.chdir(shipped_as(*options))


@pytest.fixture
def shipped_papers(printed: Callable[..., None]) -> None:
    """The same with all papers in their usual form."""
    printed()


@pytest.fixture(scope="session")
def anki_loaded() -> Iterator[ForkServer]:
    """A process that has loaded the real Anki library, and runs scripts in forks of itself."""
    if importlib.util.find_spec("anki") is None:
        pytest.skip("the anki library is not installed")
    server = ForkServer("anki_session")
    yield server
    server.close()


@pytest.fixture(scope="session")
def anki(anki_loaded: ForkServer) -> Callable[..., list[Any]]:
    """A session with the real Anki library: steps in, their results out."""

    def session(*steps: tuple[str, Any]) -> list[Any]:
        text = json.dumps(steps, default=str)
        done = anki_loaded.run(script="import anki_session; anki_session.main()", text=text)
        assert done.returncode == 0, done.stderr
        results: list[Any] = json.loads(done.stdout)
        return results

    return session


@pytest.fixture(scope="session")
def program() -> Iterator[ForkServer]:
    """The program as a process of its own, for tests that kill it, may never hang, or change what it calls."""
    server = ForkServer("loaded_program")
    yield server
    server.close()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: it goes through all of it again and again."""
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_sessionstart() -> None:
    """Let Ctrl-C reach the processes that tests start."""
    # A shell starts its background jobs with Ctrl-C ignored, and processes inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


NOTHING_SKIPPED = "ROLECARDS_NOTHING_SKIPPED"
"""Set where everything that tests need is installed: there, a skipped test is a failure."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get(NOTHING_SKIPPED) and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as an author would; `old` must stand in it once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")
