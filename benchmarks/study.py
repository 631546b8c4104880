"""How long notes take to read, and whether twice the text takes twice the time: `python benchmarks/study.py`.

Measured is the way from the bytes of one file to its cards: the tree of blocks, then the notes with fields and sources.
The lock, the package and the papers are not. The parser is markdown-it-py with its CommonMark rules alone, on the same
text in the same run: what reading could cost at least.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, TypeVar

from markdown_it import MarkdownIt

from rolecards.source.folder import SourceFile
from rolecards.source.page import read_page
from rolecards.study.read import read_study

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")
RUNS = 3
SIZES = (250_000, 500_000, 1_000_000, 2_000_000)

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
    gc.disable()  # as the installed command does
    for name, text in {"bullets": BULLETS, "paragraphs": PLAIN}.items():
        for size in SIZES:
            made = "".join(text.replace("{at}", str(at)) for at in range(size // len(text)))
            print(f"{name:12} {_line(made, with_parser=True)}")
    for name, text in HOSTILE.items():
        for size in (100_000, 200_000):
            print(f"{name:12} {_line(text * (size // len(text)))}")


def _line(text: str, *, with_parser: bool = False) -> str:
    file = SourceFile(path="notes.md", data=text.encode())
    tree, (page, problems) = _least(lambda: read_page(file))
    cards, pages = _least(lambda: read_study([page] if page else [], "."))
    drafts = sum(len(page.drafts) for page in pages)
    line = f"{len(text) / 1e6:5.2f} MB: tree {tree:5.2f} s + cards {cards:5.2f} s = {tree + cards:5.2f} s"
    if with_parser:
        parser, _ = _least(lambda: MarkdownIt("commonmark").parse(text))
        line += f", {(tree + cards) / parser:.1f} times the parser's {parser:5.2f} s"
    return f"{line}; {drafts} notes, {len(problems)} problems"


def _least(work: Callable[[], Found]) -> tuple[float, Found]:
    """The least time of some runs in seconds, and what the last one found."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
        gc.collect()
    return min(times), found


if __name__ == "__main__":
    main()
