"""The program with all that its commands load, for processes that fork."""

import os
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path

from rolecards.cli import main

SMALL = Path(__file__).parent / "data" / "small"

for name in ("__main__", "check.reports", "check.run", "papers.cutouts", "papers.handout", "papers.quiz", "pdf.draw"):
    import_module(f"rolecards.{name}")


def prepare() -> None:
    """Let forks find what a build of any deck reads and compiles on first use, such as the words."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        shutil.copytree(SMALL, Path(folder) / "content")
        os.chdir(folder)
        assert main(["build", "--only", "apkg"]) == 0
        os.chdir(here)
