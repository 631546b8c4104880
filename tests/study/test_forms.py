"""Which card a question becomes does not depend on what stands around it."""

from __future__ import annotations

import pytest
from cards_as_text import content_of, notes_of
from hypothesis import given
from hypothesis import strategies as st

from rolecards.cli import main
from rolecards.study.forms import FORMS

QUESTIONS = st.sampled_from(
    [
        "Q: What is {0}?\nA: It is a {0}.",
        "Q: What is {0}?\n\n```\ncode {0}\n```\n\nA: It is a {0}.\n\n- one {0}\n- two {0}",
        "- Q: What is {0}?\n  A: It is a {0}.",
        "**What is {0}?**\n\nIt is a {0}.\n\n1. one {0}\n2. two {0}",
        "**What is {0}?**\nIt is a {0}.",
        "> Q: What is {0}?\n> A: It is a {0}.",
        "START\nBasic\nWhat is {0}?\nBack: It is a {0}\nEND",
        "1. **What is {0}?**\n\n   It is a {0}.",
        "1. ### What is {0}?\n\n   It is a {0}.",
        "<details><summary>What is {0}?</summary>It is a {0}.</details>",
        "<details>\n<summary>What is {0}?</summary>\n\nIt is a {0}.\n\n- one {0}\n\n</details>",
        "> [!question] What is {0}?\n> It is a {0}.",
        "name of {0} :: a {0}",
        "What is {0}\n?\nIt is a {0}.",
        "Name of {0}\n: It is a {0}.",
        "> **Definition 2.1** (Name of {0}).\n> It is a {0}.",
        "What is {0}? #card\nIt is a {0}.",
        "C: A {0} is a [thing].",
        "**Q1. What is {0}?**\n\nIt is a {0}.",
        "Q2: What is {0}?\n\nIt is a {0}.",
        "Question 3 - What is {0}?\nAns. It is a {0}.",
        "**4.** If the {0} is left out\n(a) it falls\n(b) it stands\n\nAnswer: b",
        "> **Q:** What is {0}?\n> **A:** It is a {0}.",
        "| Term | Meaning |\n|---|---|\n| name of {0} | a {0} |",
        "<details>\n<summary>What is {0}?</summary><br><b>\n\nIt is a {0}.\n</b></details>",
        "The thing {0} is a {{{{c1::part}}}} of it.",
        "What is {0}?\n\nAnswer: It is a {0}.",
        "1. Which {0} is it? Select one.\n- [ ] no {0}\n- [x] a {0}",
        "**Follow-up:** What is {0}?\n\n**A:** It is a {0}.",
        "**Sample question**\n\nIs it {0}?\n\nA. one {0}\nB. two {0}\n\n**Suggested answers**\n\n- A\n- B - Correct",
    ]
)
SECTIONS = st.sampled_from(
    [
        "- The **term{0}** is a thing that is known to all of us.\n  - It has a part {0}.",
        "## What is {0}?\n\nIt is a {0}.\n\n### More on {0}\n\nIt has parts.",
        "### Explain {0} to us.\n\nIt is a {0}.",
        "### Cell{0}\n\nThe cell{0} is a small part of all bodies.\n\nIt has more.",
        "### **Cell{0}**: a small part of all bodies\n\nIt has more.",
        "#### What is {0}?\n\n- [ ] no {0}\n- [x] a {0}",
        "### What is {0}?\n\n##### Answer\n\nIt is a {0}.",
        "### Which {0} is it?\n\n* one {0}\n* **two {0}**\n* three {0}",
        "**Length**:\n- **Calm**: three times {0}",
        "Three kinds of {0}:\n\n- first {0}\n- second {0}",
        "1. **one{0}**\n2. **two{0}**",
        "- `code{0}`: it is a part of it",
        "Compute the value of {0} now.\n\nAnswer: it is {0}",
        "* What is {0}? A {0}.",
        "Draw the {0} of it.\n\n**Answer:** a {0}",
        "* `code{0}`: a thing that is known",
        "What does the {0} of a ship do?\n\nIt moves.",
        "> [!note] The {0} of it\n> It moves.",
        '!!! note "The {0} of it"\n    It moves.',
        "Compute it now:\nA) one {0}\nB) two {0}\n\n**Why B is right:** It is {0}.",
        "3. The {0} is:\na) one\nb) two\nSolution: b) two",
        "::::{{grid}}\n:::{{grid-item-card}}\nThe {0}\n:::\n\n:::{{grid-item-card}}\n`{0}`\n:::\n\n::::",
        "**What is {0}?**\n\n| Option | Answer |\n|---|---|\n| a) | one |\n| **b)** | **two** |",
        "### Question 1\n\n<form>\n  <p>Tick {0}</p>\n  <input type='radio'> {0}\n</form>\n\nAnswer: {0}",
        "5. Which is it?\n1. one {0}\n2. two {0}\na) 1 only\nb) 2 only\nSolution: b) 2 only",
        "Kinds of {0}:\n\n- first {0}\n> It moves.\n- second {0}\n> It stands.",
        "## 1. What is the {0}:\n\n## Answers\n\n1. It moves.\n2. It stands.",
    ]
)


def cards(text: str) -> list[tuple[str, ...]]:
    """Per card, what is on it."""
    notes = notes_of(content_of(text.encode()))
    return sorted((note.context, note.text, note.front, note.back, note.why) for note in notes)


@pytest.mark.fuzz
@given(st.lists(QUESTIONS, min_size=1, max_size=8))
def test_each_question_is_the_card_that_it_is_alone(forms):
    texts = [form.format(f"w{at}x") for at, form in enumerate(forms)]
    alone = [card for text in texts for card in cards(f"# Page\n\n{text}\n")]
    assert len(alone) == len(texts)
    assert cards("# Page\n\n" + "\n\n".join(texts) + "\n") == sorted(alone)


@pytest.mark.fuzz
@given(st.lists(st.one_of(QUESTIONS, SECTIONS), min_size=2, max_size=8), st.randoms())
def test_sections_that_move_or_go_change_no_card_of_others(forms, random):
    texts = [f"# Part w{at}y\n\n{form.format(f'w{at}x')}\n" for at, form in enumerate(forms)]
    each = [cards(text) for text in texts]
    order = [*range(len(texts))]
    random.shuffle(order)
    kept = order[: random.randint(1, len(order))]
    assert cards("\n".join(texts[at] for at in kept)) == sorted(card for at in kept for card in each[at])


def test_the_questions_have_every_form_of_the_table():
    texts = [form.format("x") for form in (*QUESTIONS.elements, *SECTIONS.elements)]
    pages = [page for text in texts for page in content_of(f"# Page\n\n{text}\n".encode()).study]
    missing = {form.name for form in FORMS} - {draft.form for page in pages for draft in page.drafts}
    assert missing == {"contents"}, (
        "add an example to QUESTIONS, or to SECTIONS if it does not end an answer; only `contents` makes no card"
    )


def test_a_question_with_another_answer_on_another_page_names_its_page(tmp_path, capsys):
    (tmp_path / "deck.yaml").write_text("schema: rolecards/deck@1\nid: pods\nname: Pods\n", encoding="utf-8")
    for name, answer in {"1-ships": "A case.", "2-whales": "A group.", "3-whales": "A group."}.items():
        (tmp_path / f"{name}.md").write_text(f"What is a pod?\n\nAnswer: {answer}\n", encoding="utf-8")
    main(["check", "--cards", str(tmp_path)])
    said = capsys.readouterr().out
    assert "1-ships.md:1:1: What is a pod?\n    A case." in said
    assert "2-whales.md:1:1: [Whales] What is a pod?\n    A group." in said
    assert "3-whales.md:1:1: notice" in said
