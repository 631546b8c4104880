"""`check` with every rule against parsing the same YAML alone: `python benchmarks/check.py [SIZE…]`.

It is measured against a program that does nothing but load every file into plain values with libyaml, by `yaml.load`
and its C loader. Both times are of whole processes, the fastest of some in turns. Two decks of each size: `prose` has
sentences with words as frequent as in real texts; `pattern` has one sentence for all cards, so that each is like all
others and more than two are found wrong with every note. The last column holds what compares cards with each other.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from decks import write_content

from rolecards.check.likeness import alike

SIZES = (1_000, 10_000, 100_000)
RUNS = 3
FACTS_A_FILE = 1_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_prose(folder: Path, facts: int) -> None:
    """Roles of a thousand facts each, half of them cloze texts; some words are frequent and most are rare."""
    (folder / "roles").mkdir(parents=True)
    (folder / "deck.yaml").write_text("schema: rolecards/deck@1\nid: big\nname: Big\n", encoding="utf-8")
    sources = "schema: rolecards/sources@1\nsources:\n- {code: book, title: A Book}\n"
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    chance = random.Random(7)
    words = sentences(chance)
    for first in range(0, facts, FACTS_A_FILE):
        role = f"role-{first // FACTS_A_FILE}"
        head = f"schema: rolecards/role@1\nid: {role}\nname: {role.title()}\n"
        head += f"one_line: Does {words(6)}.\nfacts:\n"
        body = "".join(_fact(number, role.title(), words) for number in range(first, min(facts, first + FACTS_A_FILE)))
        (folder / "roles" / f"{role}.yaml").write_text(head + body, encoding="utf-8")


def sentences(chance: random.Random):
    """A function from a number to so many words."""
    vocabulary = ["".join(chance.choices(LETTERS, k=chance.randint(3, 10))) for _ in range(8_000)]
    weights = [1 / (rank + 10) for rank in range(8_000)]
    return lambda count: " ".join(chance.choices(vocabulary, weights, k=count))


def _fact(number: int, role: str, words) -> str:
    head = f"- id: fact-{number}\n  slot: function\n  part: core\n  src: [book]\n"
    if number % 2:
        text = f"The {role} {words(6)} {{{{c1::{words(2)}::{words(2)}}}}} and {{{{c2::{words(1)}}}}} {words(4)}."
        return f'{head}  cloze: "{text}"\n'
    return f"{head}  qa:\n    q: What does the {role} {words(8)}?\n    a: {words(5)}\n    why: {words(14)}.\n"


PARSE = """
import sys, pathlib, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
"""


def seconds(*command: str) -> float:
    """How long a Python program runs, start and end included."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr
    return time.perf_counter() - start


def seconds_to_compare(size: int) -> float:
    words = sentences(random.Random(size))
    texts = [frozenset(words(12).split()) | {"what", "does", "the"} for _ in range(size)]
    start = time.perf_counter()
    list(alike(texts, 70))
    return time.perf_counter() - start


def main(sizes: tuple[int, ...]) -> None:
    print(f"{'facts':>8} {'deck':>8} {'load':>8} {'check':>8} {'times':>6} {'compare':>8}   (seconds)")
    for size in sizes:
        for name, write in (("prose", write_prose), ("pattern", write_content)):
            with tempfile.TemporaryDirectory() as folder:
                content = Path(folder) / "content"
                write(content, size)
                read = check = float("inf")
                for _ in range(RUNS):
                    read = min(read, seconds("-c", PARSE, str(content)))
                    check = min(check, seconds("-m", "rolecards", "check", str(content)))
            compare = seconds_to_compare(size)
            print(f"{size:>8} {name:>8} {read:>8.2f} {check:>8.2f} {check / read:>6.1f} {compare:>8.2f}", flush=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
