"""How long notes take to read, and whether twice the text takes twice the time: `python benchmarks/study.py`."""

from __future__ import annotations

import time

from rolecards.source.folder import SourceFile
from rolecards.source.markdown import read_markdown
from rolecards.study.read import read_study

BULLETS = """
## Part {at}

* The **sextant {at}** is someone's best friend on a clear night, if the horizon can be seen at all.
  * This tool number {at} measures the angle between a star and the horizon, and little else besides.
  * It needs a steady hand, a good clock and [tables](https://example.org/{at}) of the sky.
* Of **compass {at}**, **chart {at}** and **log {at}**, the first shows where north is, and where it is not.
"""
PLAIN = "\n{at} Some text that goes on for a while, without any list or stress, until the line is full of it.\n"
HOSTILE = {
    "brackets": "[" * 4_900 + "\n\n",
    "stars": "* " + "*a **" * 900 + "\n\n",
    "short items": "* a\n",
    "levels": "".join(f"{'  ' * level}* a\n" for level in range(30)),
    "tags": "{% embed url=x %}\n",
}


def main() -> None:
    for name, text in {"bullets": BULLETS, "paragraphs": PLAIN}.items():
        for size in (250_000, 500_000, 1_000_000):
            made = "".join(text.replace("{at}", str(at)) for at in range(size // len(text)))
            print(f"{name:12} {_line(made)}")
    for name, text in HOSTILE.items():
        for size in (100_000, 200_000):
            print(f"{name:12} {_line(text * (size // len(text)))}")


def _line(text: str) -> str:
    start = time.perf_counter()
    page, problems = read_markdown(SourceFile(path="notes.md", data=text.encode()))
    read = time.perf_counter()
    pages = read_study([page] if page else [], ".")
    done = time.perf_counter()
    drafts = sum(len(page.drafts) for page in pages)
    parts = f"tree {read - start:5.2f} s, cards {done - read:5.2f} s"
    return f"{len(text) / 1e6:5.2f} MB: {parts}; {drafts} notes, {len(problems)} problems"


if __name__ == "__main__":
    main()
