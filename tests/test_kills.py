"""Commands that are killed, terminated or interrupted: whole files, no process, no temporary file."""

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
from hypothesis import settings

from conftest import DATA, EPOCH, edit

if TYPE_CHECKING:
    from pathlib import Path

    from fork_server import ForkServer

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals are different there")

KILLS = 500 if settings.default is settings.get_profile("long") else 20
KINDS = ("first build", "rebuild", "fix")
SECONDS = {"first build": 1.6, "rebuild": 1.6, "fix": 0.6}
"""Somewhat more than each takes on a slow machine that runs other tests too."""


def command(kind: str) -> list[str]:
    return ["check", "--fix"] if kind == "fix" else ["build", "--only", "apkg,retired,quiz,handout"]


def its_own(folder: Path) -> dict[str, str]:
    """The variables of a build in a folder, with a folder for its temporary files."""
    (folder / "tmp").mkdir(exist_ok=True)
    return {"SOURCE_DATE_EPOCH": str(EPOCH), "TMPDIR": str(folder / "tmp")}


def start(folder: Path, *arguments: str, program: tuple[str, ...] = ("-m", "rolecards")) -> subprocess.Popen[str]:
    """The program in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=folder,
        env=os.environ | its_own(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What the process printed; fails if anything in its group outlives it, which would hold the pipes open."""
    try:
        printed = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        printed = ("", "")
    alive = living(process.pid)
    for _ in range(20):
        if not alive:
            return printed
        time.sleep(0.05)
        alive = living(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("a process is still alive:\n" + "\n".join(alive))


def living(group: int) -> list[str]:
    """The processes of a group that have not ended; an ended one may wait to be collected by the system."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return []
    table = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,pid=,args="], capture_output=True, text=True, check=True)
    return [row for row in table.stdout.splitlines() if row.split()[0] == str(group) and row.split()[1][0] != "Z"]


def complete(program: ForkServer, folder: Path, *arguments: str) -> None:
    """Run the program to its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in its_own(folder).items():
            patch.setenv(name, value)
        done = program.run(*arguments)
    assert done.returncode == 0, done


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".part" and "tmp" not in path.relative_to(folder).parts
    }


def temporary(folder: Path) -> list[Path]:
    """The temporary files; Jinja keeps its compiled templates beside them."""
    return [path for path in (folder / "tmp").iterdir() if not path.name.startswith("_jinja2-cache-")]


@pytest.fixture(scope="module")
def states(program, tmp_path_factory):
    """For each kind of command a folder before it and one after it."""
    folders = {}
    for kind in KINDS:
        before, after = (tmp_path_factory.mktemp(kind.replace(" ", "-")) / name for name in ("before", "after"))
        shutil.copytree(DATA / "small", before / "content")
        if kind == "rebuild":
            complete(program, before, *command(kind))
            edit(before / "content" / "roles" / "cook.yaml", "The knife", "A knife")
            (before / "content" / "scenarios.yaml").unlink()
        elif kind == "fix":
            for path in (before / "content" / "roles").glob("*.yaml"):
                path.write_text(path.read_text(encoding="utf-8").replace("The ", "The  "), encoding="utf-8")
        shutil.copytree(before, after)
        complete(program, after, *command(kind))
        assert files(before) != files(after)
        folders[kind] = before, after
    return folders


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_command_stopped_at_any_moment_leaves_whole_files_and_no_process(states, program, tmp_path, seed):
    dice = random.Random(seed)
    kind, number = KINDS[seed % 3], (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[seed // 3 % 3]
    before, after = states[kind]
    folder = tmp_path / "work"
    shutil.copytree(before, folder)
    process = start(folder, *command(kind))
    time.sleep(dice.uniform(0.05, SECONDS[kind]))
    process.send_signal(number)
    _, errors = finish(process)

    old, new = files(before), files(after)
    for path, data in files(folder).items():
        assert data in (old.get(path), new.get(path)), f"{path} is neither old nor new"
    assert "Traceback" not in errors
    if number != signal.SIGKILL:
        assert not temporary(folder)
        assert not list(folder.rglob("*.part"))
        stopped = process.returncode == 128 + number
        assert stopped == errors.endswith(("rolecards: terminated\n", "rolecards: interrupted\n"))

    complete(program, folder, *command(kind))
    assert files(folder) == new
    if kind == "fix":
        complete(program, folder, "build", "--only", "apkg")
    assert not list(folder.rglob("*.part"))
    assert not temporary(folder)


INTERRUPTED_IMPORT = """
import os, signal, sys
from rolecards.__main__ import start

left = int(sys.argv.pop(1))

class Interrupter:
    def find_spec(self, name, path, target=None):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
start()
"""


@pytest.mark.parametrize("step", [1, 2, 3, 5, 10, 20, 40, 80, 160])
def test_ctrl_c_during_any_import_is_one_line_and_status_130(small, step):
    process = start(small.parent, str(step), "check", program=("-c", INTERRUPTED_IMPORT))
    assert finish(process) == ("", "rolecards: interrupted\n")
    assert process.returncode == 130


def test_a_background_job_of_a_shell_ignores_ctrl_c(small):
    script = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from rolecards.__main__ import start; start()"
    )
    process = start(small.parent, "build", program=("-c", script))
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    finish(process)
    assert process.returncode == 0


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core needs no other process")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_with_its_parent_and_so_does_a_pipe(small, number):
    endless = (
        "import os, time, rolecards.cli; from rolecards.__main__ import start; from rolecards.cores import side_by_side\n"
        "def work():\n"
        "    os.write(1, b'.')\n"
        "    while True: pass\n"
        "rolecards.cli.main = lambda: side_by_side([work, work])\n"
        "start()"
    )
    process = start(small.parent, program=("-c", endless))
    assert process.stdout.read(2) == ".."
    process.send_signal(number)
    finish(process)
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)


def test_a_worker_that_is_stopped_alone_is_replaced(small):
    stopping = (
        "import os, signal, rolecards.cli; from rolecards.__main__ import start; from rolecards.cores import side_by_side\n"
        "parent = os.getpid()\n"
        "def work():\n"
        "    if os.getpid() != parent: os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return 0\n"
        "rolecards.cli.main = lambda: sum(side_by_side([work, work]))\n"
        "start()"
    )
    process = start(small.parent, program=("-c", stopping))
    assert finish(process) == ("", "")
    assert process.returncode == 0
