"""Whole commands on the shipped content against a bare interpreter with the same libraries: `python benchmarks/startup.py`.

Each figure is the fastest of several runs, taken in turns so that a busy machine slows all alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 15
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As on a learner's machine, where Python keeps what it compiled: libraries come compiled, a checkout does not."""


def commands(out: str) -> dict[str, list[str]]:
    python = [sys.executable]
    rolecards = [str(Path(sys.executable).with_name("rolecards"))]
    content = str(ROOT / "content")
    return {
        "bare interpreter": [*python, "-c", "pass"],
        "rolecards --version": [*rolecards, "--version"],
        "import yaml, jinja2": [*python, "-c", "import yaml, jinja2"],
        "rolecards check": [*rolecards, "check", content],
        "import genanki, jinja2, fpdf": [*python, "-c", "import genanki, jinja2, fpdf"],
        "rolecards build": [*rolecards, "build", content, "--out", out, "--locked"],
    }


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as out:
        all_commands = commands(out)
        best = dict.fromkeys(all_commands, float("inf"))
        for _ in range(RUNS):
            for name, command in all_commands.items():
                best[name] = min(best[name], seconds(command))
    names = list(best)
    print(f"{'':32}{'ms':>7}  ratio")
    for base, name in zip(names[::2], names[1::2], strict=True):
        print(f"{base:32}{best[base] * 1000:7.0f}")
        print(f"{name:32}{best[name] * 1000:7.0f}  {best[name] / best[base]:.2f}")


if __name__ == "__main__":
    main()
