"""Whole commands against a lower bound and against other programs, as ratios taken in one run: `make bench`.

Every figure is the fastest of some runs in processes of their own, ours and what it is compared with in turns, so that
a busy machine slows all alike. `python benchmarks/run.py --peers PYTHON 100 1000` measures two sizes; PYTHON has
ankivalenz, without it the row is left out. Writes benchmarks/results/table.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

from decks import write_content, write_pages

RESULTS = Path(__file__).parent / "results"
SIZES = (100, 1_000, 10_000, 100_000)
RUNS = {100: 7, 1_000: 5, 10_000: 3, 100_000: 2}
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As on a learner's machine, where Python keeps what it compiled: libraries come compiled, a checkout does not."""

LOAD = """
import sys, pathlib, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
"""
PARSE = """
import sys, pathlib, pyromark
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.md")):
    pyromark.events_with_range(path.read_text(encoding="utf-8"))
"""
GENANKI = """
import sys, json, pathlib, genanki
notes = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
def model(fields, cloze):
    side = "{{cloze:F1}}" if cloze else "{{F1}}"
    names = [{"name": f"F{at}"} for at in range(fields)]
    return genanki.Model(fields * 2 + cloze, "Type", fields=names, model_type=cloze,
        templates=[{"name": "Card", "qfmt": side, "afmt": side}])
models = {key: model(*key) for key in {(len(fields), int("{{c1::" in fields[1])) for fields in notes}}
deck = genanki.Deck(1, "Big Deck")
for fields in notes:
    deck.add_note(genanki.Note(models[len(fields), int("{{c1::" in fields[1])], fields))
genanki.Package(deck).write_to_file(sys.argv[2])
"""


class Case(NamedTuple):
    """A row of the table: a command, the row it is compared with, and the files that it must not find."""

    name: str
    command: list[str]
    against: str = ""
    fresh: tuple[Path, ...] = ()


class Figure(NamedTuple):
    """Seconds of the clock, and the most memory used."""

    seconds: float
    megabytes: float


def cases(folder: Path, size: int, peers: str | None) -> list[Case]:
    """The rows for a deck of so many notes, whose files are written into the folder."""
    content, pages, out, changed = (folder / name for name in ("content", "pages", "out", "changed"))
    write_content(content, size)
    write_pages(pages, size)
    build = rolecards("build", content, "--out", out, "--only", "apkg")
    from_pages = rolecards("build", pages, "--out", folder / "from-pages", "--only", "apkg")
    run(build)
    run(from_pages)
    shutil.copytree(content, folder / "corrected")
    topic = folder / "corrected" / "topic000000.yaml"
    topic.write_text(topic.read_text(encoding="utf-8").replace(" needs a ", " wants a "), encoding="utf-8")
    run(rolecards("build", folder / "corrected", "--out", changed, "--only", "apkg"))
    rows = folder / "rows.json"
    rows.write_text(json.dumps(fields_of(out / "big.apkg")), encoding="utf-8")
    packages = [out / "big.apkg", changed / "big.apkg"]
    python = [sys.executable, "-c"]
    found = [
        Case("interpreter", [*python, "pass"]),
        Case("`rolecards --version`", rolecards("--version"), "interpreter"),
        Case("loading the YAML", [*python, LOAD, str(content)]),
        Case("check", rolecards("check", content), "loading the YAML"),
        Case("build, nothing changed", build, "check"),
        Case("genanki, the same notes", [*python, GENANKI, str(rows), str(folder / "genanki.apkg")]),
        Case(
            "build the package from nothing",
            rolecards("build", folder / "corrected", "--out", folder / "new", "--only", "apkg"),
            "genanki, the same notes",
            (folder / "corrected" / "cards.lock", folder / "new" / "big.apkg"),
        ),
        Case("diff", rolecards("diff", *packages), "loading the YAML"),
        Case("rehearse", rolecards("rehearse", *packages), "loading the YAML"),
        Case("parsing pages of Markdown", [*python, PARSE, str(pages)]),
        Case(
            "build the package from the pages",
            from_pages,
            "parsing pages of Markdown",
            (pages / "cards.lock", folder / "from-pages" / "big.apkg"),
        ),
    ]
    if peers:
        ankivalenz = [peers, "-m", "ankivalenz", "run", str(pages)]
        found.append(Case("ankivalenz, the same pages", ankivalenz, "build the package from the pages"))
    return found


def rolecards(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "rolecards", *map(str, arguments)]


def fields_of(package: Path) -> list[list[str]]:
    """The fields of every note in a package."""
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(package) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    return [fields.split("\x1f") for (fields,) in connection.execute("SELECT flds FROM notes ORDER BY id")]


def run(command: list[str]) -> Figure:
    """Run a command, which may find problems but must not fail; the memory is that of the largest process so far."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=ENVIRONMENT, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        assert b"Traceback" not in errors.read()
    return Figure(seconds, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


def measure(size: int, peers: str | None) -> dict[str, tuple[Figure, str]]:
    """All figures of one size by name, each with the name of the row it is compared with."""
    with tempfile.TemporaryDirectory() as folder:
        rows = cases(Path(folder), size, peers)
        best: dict[str, Figure] = {}
        for _ in range(RUNS.get(size, 1)):
            for case in rows:
                for path in case.fresh:
                    path.unlink(missing_ok=True)
                best[case.name] = min(best.get(case.name, Figure(float("inf"), 0)), run(case.command))
    return {case.name: (best[case.name], case.against) for case in rows}


def table(results: dict[int, dict[str, tuple[Figure, str]]]) -> str:
    """The figures in Markdown: seconds, memory, and how many times as long as the row that the first cell names."""
    lines = ["| | " + " | ".join(f"{size:,} notes" for size in results), "|---" + "|---:" * len(results)]
    for name, (_, against) in next(iter(results.values())).items():
        cells = [f"| {name}" + (f" (times {against})" if against else "")]
        for found in results.values():
            (seconds, megabytes), _ = found[name]
            ratio = f" ({seconds / found[against][0].seconds:.2f})" if against else ""
            cells.append(f"{seconds:.3f} s, {megabytes:.0f} MB{ratio}")
        lines.append(" | ".join(cells))
    return "".join(f"{line} |\n" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has ankivalenz")
    parser.add_argument("--out", type=Path, default=RESULTS / "table.md", help="where the table is written")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="how many notes")
    options = parser.parse_args()
    results = {}
    for size in options.sizes:
        results[size] = measure(size, options.peers)
        print(f"{size:,} notes measured", file=sys.stderr)
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(table(results), encoding="utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
