"""Questions and answers as people write them in lists for interviews and exams: thirty styles, 420 pairs."""

from __future__ import annotations

import re
from itertools import cycle, islice
from pathlib import Path
from textwrap import indent

import pytest
from cards_as_text import content_of, notes_of

from rolecards.text.field import back_html
from rolecards.text.parse import parse_page
from rolecards.text.plain import to_plain

FACTS = [line.split(" | ") for line in (Path(__file__).parent / "facts.txt").read_text(encoding="utf-8").splitlines()]
PER_PAGE = 14
MORE = (
    "",
    "\n\nThere is more to say about it.",
    "\n\n- first of all, this\n- and then that",
    '\n\n```python\nprint("an example")\n```',
    "\n\n1. begin\n2. go on\n3. end",
    "\n\n| case | result |\n|------|--------|\n| one  | two    |",
    "\n\n$$a = \\frac{b}{c}$$\n\nThe formula says it.",
)
"""What follows the first paragraph of an answer."""


def inside(text: str) -> str:
    """Text below the first line of a list item."""
    return indent(text, "   ").lstrip()


def folded(question: str, answer: str) -> str:
    return f"<details>\n<summary>{question}</summary>\n\n{answer}\n\n</details>"


STYLES = {
    "headings": lambda _at, q, a: f"## {q}\n\n{a}",
    "numbered headings": lambda at, q, a: f"### {at}. {q}\n\n{a}",
    "headings with links to the top": lambda at, q, a: f"### {at}) {q} [⬆](#questions)\n\n{a}",
    "headings with sources": lambda _at, q, a: f"#### {q} [[src](https://example.org/src)]\n\n{a}",
    "headings with levels": lambda _at, q, a: f"## {q} 👶\n\n{a}",
    "headings with subheadings": lambda _at, q, a: f"## {q}\n\n{a}\n\n### Note on this\n\nSee the book.",
    "headings with Q": lambda _at, q, a: f"### Q: {q}\n\nA: {a}",
    "bold": lambda _at, q, a: f"**{q}**\n\n{a}",
    "bold with emoji": lambda _at, q, a: f"**{q} ⭐️**\n\n{a}",
    "bold above the line": lambda _at, q, a: f"**{q}**\n{a}",
    "bold with numbers": lambda at, q, a: f"**{at}. {q}**\n\n{a}",
    "bold items": lambda at, q, a: f"{at}. **{q}**\n\n   {inside(a)}",
    "bold items, answers not indented": lambda at, q, a: f"{at}. **{q}**\n\n{a}",
    "items": lambda at, q, a: f"{at}. {q}\n\n   {inside(a)}",
    "items with bullets": lambda at, q, a: f"{at}. {q}\n   - {indent(a, '     ').lstrip()}",
    "headings in items": lambda at, q, a: f"{at}. ### {q}\n\n   {inside(a)}",
    "Q and A": lambda _at, q, a: f"Q: {q}\nA: {a}",
    "Q and A apart": lambda _at, q, a: f"**Q:** {q}\n\n**A:** {a}",
    "Q and A all bold": lambda _at, q, a: f"**Q: {q}**\n\nA: {a}",
    "numbered Q and A": lambda at, q, a: f"**Question {at}.** {q}\n\n**Answer:** {a}",
    "Q and A as items": lambda _at, q, a: f"- Q: {q}\n\n  A: {indent(a, '  ').lstrip()}",
    "Q and A as two items": lambda _at, q, a: f"- Question: {q}\n- Answer: {a.partition(chr(10))[0]}",
    "Q1": lambda at, q, a: f"Q{at}. {q}\n\nAns: {a}",
    "folded": lambda _at, q, a: folded(q, a),
    "folded and bold": lambda at, q, a: folded(f"<b>{at}. {q}</b>", a),
    "folded answers": lambda at, q, a: f"##### {at}. {q}\n\n{folded('Show the answer', a)}\n\n---",
    "callouts": lambda _at, q, a: "> [!question] " + q + "\n" + indent(a, "> ", lambda _line: True),
    "colons": lambda _at, q, a: f"{q.rstrip('?')} :: {a.partition(chr(10))[0]}",
    "question marks": lambda _at, q, a: f"{q}\n?\n{a.partition(chr(10))[0]}",
    "tags": lambda _at, q, a: f"{q} #card\n\n{a}",
}
SHORT = {"Q and A as two items", "colons", "question marks"}
"""Styles whose answers are one line."""

INTRODUCTION = "# Questions\n\nA list of questions that were asked in *real* interviews; corrections are welcome.\n\n"


def pages():
    """Per style, its page and the wanted pairs."""
    facts = cycle(FACTS)
    for style, write in STYLES.items():
        pairs = []
        for at, (question, answer) in enumerate(islice(facts, PER_PAGE)):
            more = "" if style in SHORT else MORE[at % len(MORE)]
            pairs.append((f"{question}?", f"{answer}{more}"))
        text = "\n\n".join(write(at, *pair) for at, pair in enumerate(pairs, start=1))
        yield style, INTRODUCTION + text + "\n", pairs


def plain(text: str) -> str:
    return re.sub(r"\W", "", to_plain(text))


def wanted(question: str, answer: str, style: str) -> tuple[str, str]:
    if style == "headings with subheadings":
        answer += "\n\n### Note on this\n\nSee the book."
    return plain(question), plain(back_html(parse_page(answer).blocks))


PAGES = list(pages())


@pytest.mark.parametrize(("style", "text", "pairs"), PAGES, ids=[page[0] for page in PAGES])
def test_every_pair_of_a_page_is_the_right_card_and_there_are_no_others(style, text, pairs):
    cards = [(plain(note.front), plain(note.back)) for note in notes_of(content_of(text.encode()))]
    assert cards == [wanted(*pair, style) for pair in pairs]


def test_there_are_thirty_pages_and_420_pairs():
    assert len(PAGES) == 30
    assert sum(len(pairs) for _, _, pairs in PAGES) == 420
