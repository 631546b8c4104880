"""The benchmarks run: what they print are times, which no test judges."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT


def test_the_benchmarks_of_whole_commands_fill_every_cell_of_their_table(tmp_path):
    table = tmp_path / "table.md"
    subprocess.run([sys.executable, ROOT / "benchmarks" / "run.py", "--out", table, "24"], check=True)
    head, _, *rows = table.read_text(encoding="utf-8").splitlines()
    assert head == "| | 24 notes |"
    assert len(rows) == 11
    assert all(" s, " in row.split("|")[2] for row in rows)


def test_the_benchmarks_of_papers_set_pages(tmp_path):
    command = [sys.executable, ROOT / "benchmarks" / "paper.py", "1"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert [line.split()[0] for line in printed.splitlines()] == ["quiz", "cards", "rolecards"]
