"""The quiz, read back as a file: what it asks, what its key says, and the order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from conftest import ROOT, edit
from paper_reading import notes, outline, pages, squeezed, words

QUIZ = Path("build/ml-team-roles-quiz.pdf")
SMALL = Path("build/small-quiz.pdf")
NUMBER = re.compile(r"(\d+)(?:\s*◆)?")


def parts(path: Path) -> tuple[str, str]:
    """The text of the questions, and that of the key."""
    text, key = pages(path), outline(path)["Key"]
    return " ".join(text[:key]), " ".join(text[key:])


def numbers_in_order(path: Path) -> list[int]:
    """The card numbers beside the questions, from the first page to the key."""
    key = outline(path)["Key"]
    runs = [word for page in words(path)[:key] for word in page if word.x < 19]
    return [int(found[1]) for run in runs if (found := NUMBER.fullmatch(run.text.strip()))]


def test_every_note_is_asked_once_and_answered_once_under_its_card_number(shipped_papers):
    assert sorted(numbers_in_order(QUIZ)) == list(range(1, 121))
    key = squeezed(parts(QUIZ)[1])
    for note in notes(Path("build/ml-team-roles.apkg")):
        if len(note.texts) == 2:
            assert squeezed(note.texts[1]) in key, note.id


def test_the_key_gives_the_hidden_words_beside_the_number(small, run):
    run("build", "--only", "apkg,quiz")
    key = squeezed(parts(SMALL)[1])
    found = {note.id: note.number for note in notes(Path("build/small.apkg"))}
    assert f"{found['cook-prepares']}◆prepares·tastes" in key
    assert f"{found['cook-knife']}◆Theknife" in key
    assert f"{found['contrast-cook-waiter']}Cook:InthekitchenWaiter:Inthediningroom" in key


def test_gaps_show_the_hint_and_neither_the_words_nor_raw_markup(small, run):
    run("build", "--only", "quiz")
    asked, _ = parts(SMALL)
    assert "A cook (verb) meals and (with the tongue) them." in asked
    assert "prepares" not in asked
    assert "{{" not in asked


def test_gaps_are_equally_long_whatever_they_hide(small, run):
    edit(small / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c1::puts in order, cooks and lays out::verb}}")
    run("build", "--only", "quiz")
    long = PdfReader(SMALL).pages[0].get_contents().get_data()
    edit(small / "roles" / "cook.yaml", "{{c1::puts in order, cooks and lays out::verb}}", "{{c1::is::verb}}")
    run("build", "--only", "quiz")
    assert PdfReader(SMALL).pages[0].get_contents().get_data() == long


def test_a_line_for_name_and_date_heads_the_quiz(small, run):
    run("build", "--only", "quiz")
    assert pages(SMALL)[0].startswith("Name Date QUIZ Small Deck")


def test_a_deck_with_a_single_role_does_not_ask_whose_job_it_is_on_paper(small, run):
    for name in ("contrasts", "reverse", "roles/waiter"):
        (small / f"{name}.yaml").unlink()
    edit(small / "deck.yaml", "roles: [cook, waiter]", "")
    assert run("build", "--only", "apkg,quiz").status == 0
    assert "Which role?" not in outline(SMALL)
    left_out = [note for note in notes(Path("build/small.apkg")) if note.id in ("who-cook", "scenario-soup")]
    assert len(left_out) == 2
    assert "soup needs salt" not in " ".join(pages(SMALL))


def test_the_key_starts_on_a_page_of_its_own(shipped_papers):
    assert pages(QUIZ)[outline(QUIZ)["Key"]].startswith("Key ")
    assert "Key" not in pages(QUIZ)[outline(QUIZ)["Key"] - 1].split()


def test_without_a_seed_the_roles_take_turns_as_in_the_deck(shipped_papers):
    asked, _ = parts(QUIZ)
    first = [asked.index(words_) for words_ in ("An ML product manager", "A DevOps engineer", "An ML engineer")]
    assert first == sorted(first)
    assert numbers_in_order(QUIZ)[:3] == [1, 2, 4]


def test_a_seed_gives_another_order_and_always_the_same(shipped, run):
    orders = {}
    for seed in ("1", "2", "1"):
        run("build", "--only", "quiz", "--seed", seed)
        order = numbers_in_order(QUIZ)
        assert orders.setdefault(seed, order) == order
        assert sorted(order) == list(range(1, 121))
    run("build", "--only", "quiz")
    assert len({tuple(order) for order in (*orders.values(), numbers_in_order(QUIZ))}) == 3


def test_practice_prompts_have_lines_and_their_points_stand_in_the_key(shipped_papers):
    asked, key = parts(QUIZ)
    assert "Latency doubled after your release. Talk through the first hour." in asked
    assert "roll back first" not in asked
    assert "roll back first; compare inputs and versions; check load and hardware" in key


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_page_of_the_quiz_is_empty_and_no_text_starts_outside_the_margins(shipped, run, paper):
    run("build", "--only", "quiz", "--paper", paper)
    width = 210 if paper == "a4" else 215.9
    for page in words(QUIZ):
        assert len(page) > 3
        assert all(17.9 <= word.x < width - 18 for word in page)


def test_a_long_question_is_asked_whole(small, run):
    question = "Which dish " + "and which other dish " * 19 + "is it?"
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", question)
    run("build", "--only", "quiz")
    assert squeezed(question) in squeezed(parts(SMALL)[0])


@pytest.mark.parametrize(("paper", "bottom"), [("a4", 17), ("a4", 35), ("a4", 47), ("letter", 29), ("letter", 59)])
def test_no_heading_and_no_question_beside_one_stands_alone_however_high_the_page(shipped, run, paper, bottom):
    style = (ROOT / "templates" / "handout" / "quiz.css").read_text(encoding="utf-8")
    assert "@page { margin: 14mm 18mm 17mm 18mm }" in style
    Path("own/handout").mkdir(parents=True)
    Path("own/handout/quiz.css").write_text(style.replace("17mm", f"{bottom}mm", 1), encoding="utf-8")
    assert run("build", "--only", "quiz", "--paper", paper, "--templates", "own").status == 0
    headings = {"Answer in a few words", "Whose job is it?", "Talk it through"}
    found = 0
    for page in words(QUIZ)[: outline(QUIZ)["Key"]]:
        texts = [word.text.strip() for word in page if word.x < 19]
        marks = [text for text in texts if text in headings or re.fullmatch(r"T?\d+(?:\s*◆)?", text)]
        places = [at for at, text in enumerate(marks) if text in headings]
        found += len(places)
        assert all(at != 1 and at < len(marks) - 2 for at in places), marks
    assert found == len(headings)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_what_is_worth_hearing_stands_together_on_a_page(shipped, run, paper):
    run("build", "--only", "quiz", "--paper", paper)
    (page,) = [page for page in words(QUIZ) if any(word.text.strip() == "What a good answer mentions" for word in page)]
    assert [word.text.strip() for word in page if re.fullmatch(r"T\d+", word.text.strip())] == [
        f"T{number}" for number in range(1, 25)
    ]
