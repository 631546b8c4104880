"""Time `diff` and `rehearse` on a deck of 10,000 notes of which every twentieth was corrected.

Run with the project's interpreter: python benchmarks/diff_rehearse.py [NOTES]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from apkg_samples import LATER, Sample, build, cloze, question
from rolecards.compare import diff_report
from rolecards.compare.diff import compare
from rolecards.compare.package import read_package
from rolecards.compare.rehearse import rehearse

SENTENCE = "keeps the data pipeline running and hands the features over to the people who train the models"


def note(number: int, word: str, **more: Any) -> Sample:
    if number % 2:
        return question(f"n{number}", f"Who {word} {SENTENCE} ({number})?", **more)
    return cloze(f"n{number}", f"The {{{{c1::{word}}}}} {SENTENCE} of {{{{c2::team {number}}}}}", (0, 1), **more)


def timed(what: str, start: float) -> float:
    now = time.perf_counter()
    print(f"{what:<40} {now - start:6.2f} s")
    return now


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        corrected = [note(n, "better", modified=LATER) if n % 20 == 0 else note(n, "old") for n in range(count)]
        old = build(Path(folder, "old.apkg"), [note(n, "old") for n in range(count)])
        new, all_new = build(Path(folder, "new.apkg"), corrected), Path(folder, "all.apkg")
        build(all_new, [note(n, "better", modified=LATER) for n in range(count)])
        clock = time.perf_counter()
        before, after, everything = map(read_package, (old, new, all_new))
        clock = timed("read three packages", clock)
        difference = compare(before, after)
        clock = timed(f"compare, {len(difference.changed)} notes changed", clock)
        everywhere = compare(before, everything)
        clock = timed(f"compare, {len(everywhere.changed)} notes changed", clock)
        for render in (diff_report.as_markdown, diff_report.as_json):
            render(everywhere)
        clock = timed("Markdown and JSON of it", clock)
        rehearsal = rehearse(old, new)
        timed(f"rehearse, {rehearsal.studied} cards studied", clock)


if __name__ == "__main__":
    main()
