"""Time and memory against deck size, as ratios taken in one run: `make bench`.

Every figure is the fastest of some runs in processes of their own, ours and what it is held against in turns, so that
a busy machine slows all alike. Writes benchmarks/results/table.md and plot.svg.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from decks import write_content
from plot import write_plot

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
SIZES = (100, 1_000, 10_000, 100_000)
RUNS = {100: 5, 1_000: 5, 10_000: 3, 100_000: 2}

MEASURED = """
import json, resource, sys, time
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
{code}
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, extra if "extra" in globals() else 0]))
"""

ROLECARDS = "import gc; gc.disable()\nimport contextlib, io; from rolecards.cli import main\nwith contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()): extra = main({arguments!r})"

PARSE = """
import yaml
from pathlib import Path
parsed = [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in sorted(Path({content!r}).glob("*.yaml"))]
"""

NOTES = """
import gc; gc.disable()
from pathlib import Path
from rolecards.release.edition import edition
from rolecards.export import apkg
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder
made = edition(Path({content!r}), Templates(folders=(bundled_folder(),)), Clock(stamp=1_700_000_000, now=1_900_000_000))
extra = sum(len(item.note.ordinals) for item in made.release.published)
"""

ROWS = (
    NOTES
    + """
looks = {{look.note_type.key: look for look in made.looks}}
oldest_first = sorted(made.release.published, key=lambda item: item.entry.created)
rows = [apkg.row(item, "Big Deck", "big", looks[item.entry.note_type]) for item in oldest_first]
start = time.perf_counter()
"""
)

PACKAGE = (
    ROWS
    + """
extra = len(apkg.package(made, "", rows).data)
"""
)

FLOOR = (
    ROWS
    + """
import io, sqlite3, zipfile
from genanki.apkg_schema import APKG_SCHEMA
notes = list(map(apkg._note_row, rows))
decks = {{row.deck: 1 for row in rows}}
cards = list(apkg._card_rows(rows, decks))
start = time.perf_counter()
connection = sqlite3.connect(":memory:")
connection.executescript(APKG_SCHEMA)
connection.executemany(apkg._INSERT_NOTE, notes)
connection.executemany(apkg._INSERT_CARD, cards)
connection.commit()
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("collection.anki2", connection.serialize())
extra = len(buffer.getvalue())
"""
)

GENANKI = (
    ROWS
    + """
import genanki, os, tempfile
gc.collect(); gc.freeze(); gc.enable()
models = {{look.note_type.id: genanki.Model(
    look.note_type.id, look.note_type.name,
    fields=[{{"name": field.name}} for field in look.note_type.fields],
    templates=[{{"name": "Card", "qfmt": "{{{{cloze:Text}}}}" if look.note_type.is_cloze else "{{{{Front}}}}", "afmt": "{{{{Back}}}}"}}],
    model_type=int(look.note_type.is_cloze)) for look in looks.values()}}
start = time.perf_counter()
deck = genanki.Deck(1, "Big Deck")
for row in rows:
    deck.add_note(genanki.Note(models[row.look.note_type.id], list(row.values), guid=row.entry.guid, tags=list(row.tags)))
name = os.path.join(tempfile.mkdtemp(), "g.apkg")
genanki.Package(deck).write_to_file(name, timestamp=1_700_000_000)
extra = os.path.getsize(name)
"""
)


def measured(code: str) -> tuple[float, float, int]:
    """Seconds, peak megabytes, and what the code left in `extra`."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(code=code)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    seconds, kilobytes, extra = json.loads(done.stdout.splitlines()[-1])
    return seconds, kilobytes / 1024, extra


def measure(size: int, folder: Path) -> dict[str, tuple[float, float, int]]:
    """All figures of one deck size."""
    content, out, changed = folder / "content", folder / "out", folder / "changed"
    write_content(content, size)
    old, new = str(out / "big.apkg"), str(changed / "big.apkg")
    build = ["build", str(content), "--out", str(out), "--only", "apkg"]
    measured(ROLECARDS.format(arguments=build))
    text = (content / "topic000000.yaml").read_text(encoding="utf-8")
    other = folder / "other"
    write_content(other, size)
    (other / "cards.lock").write_bytes((content / "cards.lock").read_bytes())
    (other / "topic000000.yaml").write_text(text.replace(" needs a ", " wants a "), encoding="utf-8")
    measured(ROLECARDS.format(arguments=["build", str(other), "--out", str(changed), "--only", "apkg"]))
    names = {"content": str(content)}
    tasks = {
        "interpreter and imports": "import rolecards.export.build, rolecards.export.apkg",
        "parsing the YAML": PARSE.format(**names),
        "floor: the same rows, inserted and deflated": FLOOR.format(**names),
        "genanki, the same notes": GENANKI.format(**names),
        "the package alone": PACKAGE.format(**names),
        "build, nothing changed": ROLECARDS.format(arguments=build),
        "check": ROLECARDS.format(arguments=["check", str(content)]),
        "diff": ROLECARDS.format(arguments=["diff", old, new, "--format", "json"]),
    }
    best: dict[str, tuple[float, float, int]] = {}
    for _ in range(RUNS[size]):
        for name, code in tasks.items():
            best[name] = min(best.get(name, (float("inf"), 0.0, 0)), measured(code))
        (content / "cards.lock").unlink()
        (out / "big.apkg").unlink()
        from_nothing = {
            "reading and making the notes": NOTES.format(**names),
            "build from nothing": ROLECARDS.format(arguments=build),
        }
        for name, code in from_nothing.items():
            best[name] = min(best.get(name, (float("inf"), 0.0, 0)), measured(code))
    return best


def table(results: dict[int, dict[str, tuple[float, float, int]]]) -> str:
    """The figures in Markdown: seconds and peak memory per size, then the ratios that matter."""
    names = list(next(iter(results.values())))
    head = "| | " + " | ".join(f"{size:,} notes" for size in results) + " |\n|---|" + "---:|" * len(results) + "\n"
    rows = "".join(
        f"| {name} | "
        + " | ".join(f"{found[name][0]:.3f} s, {found[name][1]:.0f} MB" for found in results.values())
        + " |\n"
        for name in names
    )
    return f"{head}{rows}\n{head}" + "".join(_ratio_rows(results))


def _ratio_rows(results: dict[int, dict[str, tuple[float, float, int]]]) -> list[str]:
    ratios = {
        "package / floor": lambda found: (
            found["the package alone"][0] / found["floor: the same rows, inserted and deflated"][0]
        ),
        "genanki / package": lambda found: found["genanki, the same notes"][0] / found["the package alone"][0],
        "genanki's size / ours": lambda found: found["genanki, the same notes"][2] / found["the package alone"][2],
        "build from nothing / (parsing + floor)": lambda found: (
            found["build from nothing"][0]
            / (found["parsing the YAML"][0] + found["floor: the same rows, inserted and deflated"][0])
        ),
        "memory of a build beyond its notes, KB a card": lambda found: (
            (found["build from nothing"][1] - found["reading and making the notes"][1])
            * 1024
            / found["reading and making the notes"][2]
        ),
        "build, nothing changed / check": lambda found: found["build, nothing changed"][0] / found["check"][0],
    }
    return [
        f"| {name} | " + " | ".join(f"{ratio(found):.2f}" for found in results.values()) + " |\n"
        for name, ratio in ratios.items()
    ]


def main() -> None:
    """Measure all sizes, or those named on the command line."""
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    results = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            results[size] = measure(size, Path(name))
        print(f"{size:,} notes measured", file=sys.stderr)
    RESULTS.mkdir(exist_ok=True)
    text = table(results)
    (RESULTS / "table.md").write_text(text, encoding="utf-8")
    write_plot(RESULTS / "plot.svg", results)
    print(text)


if __name__ == "__main__":
    main()
