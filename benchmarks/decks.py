"""Content folders of any size for the benchmarks: half cloze notes with two cards, half questions.

Their notes are as long as those of the deck we ship: 470 characters in the fields, 100 in the tags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WORDS = [
    "model",
    "data",
    "pipeline",
    "server",
    "metric",
    "label",
    "feature",
    "drift",
    "latency",
    "sample",
    "kernel",
    "batch",
    "shard",
    "queue",
    "index",
    "cache",
    "token",
    "layer",
    "gradient",
    "weight",
    "score",
    "prompt",
    "vector",
    "tensor",
    "epoch",
    "split",
    "fold",
    "error",
    "bias",
    "rate",
    "budget",
    "release",
    "review",
    "owner",
    "contract",
    "schema",
    "column",
    "record",
    "stream",
    "event",
    "partition",
    "replica",
    "region",
    "cluster",
]
SOURCES = """schema: rolecards/sources@1
sources:
- {code: book, title: "The Book of Running Things in Production, third edition", url: "https://example.org/the-book"}
- {code: talk, title: "A talk about the same, with slides", url: "https://example.org/talks/running-things"}
"""
ROLES = ("planner", "builder", "keeper", "finder")
FACTS_A_FILE = 500
NOTES_A_PAGE = 72


def write_content(folder: Path, notes: int) -> None:
    """A content folder whose deck has exactly `notes` notes; the same for the same number."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text("schema: rolecards/deck@1\nid: big\nname: Big Deck\n", encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    facts = notes - len(ROLES)
    for at, role in enumerate(ROLES):
        (folder / f"{role}.yaml").write_text(_role(role, at), encoding="utf-8")
    for start in range(0, facts, FACTS_A_FILE):
        numbers = range(start, min(start + FACTS_A_FILE, facts))
        (folder / f"topic{start:06}.yaml").write_text(_topic(start, numbers), encoding="utf-8")


def _role(role: str, at: int) -> str:
    line = f"Looks after the {WORDS[at]} and the {WORDS[-1 - at]} of the whole team."
    return f"schema: rolecards/role@1\nid: {role}\nname: {role.title()}\none_line: {line}\n"


def _topic(start: int, numbers: range) -> str:
    head = f"schema: rolecards/topic@1\nid: topic-{start}\nname: Topic {start}\nfacts:\n"
    return head + "".join(_fact(number) for number in numbers)


def _fact(number: int) -> str:
    one, two, three, four = (WORDS[(number // len(WORDS) ** power + power * 7) % len(WORDS)] for power in range(4))
    part = ("core", "more", "beyond")[number % 3]
    head = f"- id: fact-{number}\n  slot: function\n  part: {part}\n  src: [book#p{number % 300}, talk]\n"
    why = f"Otherwise the {two} would have to wait for the {one} each time that something changes."
    if number % 2:
        said = f"In case {number} the {one} of a {two} needs a {{{{c1::{three}::thing}}}} before {{{{c2::{four}}}}} can run."
        return f'{head}  cloze: "{said}"\n  why: {why}\n'
    question = f"Which {one} does the {two} of case {number} need before it can run?"
    return f"{head}  qa:\n    q: {question}\n    a: The {three} {four} {number}\n    why: {why}\n"


def write_pages(folder: Path, notes: int) -> None:
    """Pages of Markdown notes that make exactly `notes` cards, in a form that ankivalenz reads too."""
    (folder / "notes").mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text("schema: rolecards/deck@1\nid: big\nname: Big Deck\n", encoding="utf-8")
    (folder / "ankivalenz.json").write_text('{"deck_name": "big", "deck_id": 1}', encoding="utf-8")
    for start in range(0, notes, NOTES_A_PAGE):
        numbers = range(start, min(start + NOTES_A_PAGE, notes))
        (folder / "notes" / f"page{start:06}.md").write_text(_page(start, numbers), encoding="utf-8")


def _page(start: int, numbers: range) -> str:
    lines = [f"# Page {start}"]
    for number in numbers:
        one, two, three = (WORDS[(number // len(WORDS) ** power) % len(WORDS)] for power in range(3))
        if number % 12 == start % 12:
            lines += ["", f"## Section {number} of the {one}", ""]
        lines.append(f"- What does the {one} number {number} need? :: A **{two}** beside the *{three}* of page {start}")
    return "\n".join(lines) + "\n"
