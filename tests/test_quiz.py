"""The quiz, read back as a file: what it asks, what its key says, and the order."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from conftest import ROOT, edit
from paper_reading import notes, outline, pages, squeezed, words

QUIZ = Path("build/ml-team-roles-quiz.pdf")
SMALL = Path("build/small-quiz.pdf")
NUMBER = re.compile(r"(\d+)")
HEADING = re.compile(r"[A-E] .+")


def parts(path: Path) -> tuple[str, str]:
    """The text of the questions, and that of the key."""
    asked, key = " ".join(pages(path)).split("Key Count one point")
    return asked, key


def numbers_in_order(path: Path) -> list[int]:
    """The card numbers beside the questions, from the first page to the key."""
    key = outline(path)["Key"]
    runs = [word for page in words(path)[:key] for word in page if word.x < 19]
    return [int(found[1]) for run in runs if (found := NUMBER.fullmatch(run.text.strip()))]


def left_out(path: Path) -> list[int]:
    """The numbers of the notes that the key says are not asked."""
    said = re.search(r"would answer it: ([\d, ]+)\.", parts(path)[1])
    return [int(number) for number in said[1].split(", ")] if said else []


def leaf_of(path: Path) -> dict[int, int]:
    """The leaf on which each card number is asked."""
    key = outline(path)["Key"]
    marks = ((at // 2, word) for at, page in enumerate(words(path)[:key]) for word in page if word.x < 19)
    return {int(word.text): leaf for leaf, word in marks if NUMBER.fullmatch(word.text.strip())}


def test_every_note_of_the_core_is_asked_once_and_answered_or_is_said_to_be_left_out(shipped_papers):
    core = [note for note in notes(Path("build/ml-team-roles.apkg")) if "::part::core" in note.tags]
    asked = numbers_in_order(QUIZ)
    assert sorted([*asked, *left_out(QUIZ)]) == sorted(int(note.number) for note in core)
    key = squeezed(parts(QUIZ)[1])
    for note in core:
        if "::kind::fact" in note.tags and len(note.texts) == 2 and int(note.number) in asked:
            assert note.number + squeezed(note.texts[1]) in key, note.id


def test_no_question_gives_away_another_on_its_leaf(printed):
    for arguments in ((), ("--paper", "letter"), ("--large",)):
        printed(*arguments)
        leaves = leaf_of(QUIZ)
        assert len(leaves) > 30
        for one, other in PAIRS:
            both_asked = one in leaves and other in leaves
            assert not (both_asked and leaves[one] == leaves[other]), (arguments, one, other)


PAIRS = [(15, 124), (23, 124), (123, 15), (124, 15), (124, 23)]
"""Questions of the shipped core of which a reader found that the first answers the second."""


def test_a_quiz_of_20_is_a_leaf_with_the_key_below_a_fold(shipped, run):
    for paper in ("a4", "letter"):
        assert run("build", "--only", "quiz", "--count", "20", "--paper", paper).status == 0
        path = Path("build/ml-team-roles-20-quiz.pdf")
        text = pages(path)
        assert len(text) == 2
        assert text[1].index("Fold back or cut off here") < text[1].index("Key Count one point")
        (page,) = (page for page in words(path)[1:])
        fold = next(word.y for word in page if "Fold back" in word.text)
        asked = [word for page in words(path) for word in page if word.x < 19 and NUMBER.fullmatch(word.text.strip())]
        numbers = {int(word.text) for word in asked if word in words(path)[0] or word.y < fold}
        assert len(numbers) == 20
        assert [pair for pair in PAIRS if set(pair) <= numbers] == []


def test_a_quiz_of_few_questions_is_a_leaf_too_and_names_what_it_leaves_out(small, run):
    assert run("build", "--only", "apkg,quiz", "--part", "core").status == 0
    path = Path("build/small-core-quiz.pdf")
    text = " ".join(pages(path))
    assert len(pages(path)) <= 2
    assert text.index("Fold back or cut off here") < text.index("Key Count one point")
    asked = int(re.search(r"Date of (\d+)", text)[1])
    assert asked + len(left_out(path)) == len(notes(Path("build/small-core.apkg")))


def test_every_part_that_is_named_is_asked(shipped, run):
    assert run("build", "--only", "apkg,quiz", "--part", "all").status == 0
    path = Path("build/ml-team-roles-all-quiz.pdf")
    assert sorted([*numbers_in_order(path), *left_out(path)]) == sorted(
        int(note.number) for note in notes(Path("build/ml-team-roles-all.apkg"))
    )


def test_pairs_are_matched_by_letters_and_equal_endings_are_listed_once(small, run):
    edit(small / "contrasts.yaml", "In the dining room", "In the kitchen")
    assert run("build", "--only", "quiz", "--part", "all").status == 0
    asked, key = parts(Path("build/small-all-quiz.pdf"))
    assert asked.count("a In the kitchen") == 1
    assert " a, a" in key


def test_the_key_gives_the_hidden_words_beside_the_number(small, run):
    run("build", "--only", "apkg,quiz")
    key = squeezed(parts(SMALL)[1])
    found = {note.id: note.number for note in notes(Path("build/small.apkg"))}
    assert f"{found['cook-prepares']}prepares·tastes" in key
    assert f"{found['cook-knife']}Theknife" in key


def test_gaps_show_their_hints_but_neither_the_words_nor_raw_markup(small, run):
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


def test_lines_for_name_date_and_points_head_the_quiz(small, run):
    run("build", "--only", "quiz")
    assert pages(SMALL)[0].startswith("Small Deck Name Date of 5 Quiz: Core. Questions: 5.")


@pytest.mark.parametrize("options", [(), ("--only", "quiz", "--paper", "letter")], ids=["a4", "letter"])
def test_in_large_type_the_endings_are_on_the_page_of_their_pairs(printed, options):
    printed("--large", *options)
    page = next(page for page in pages(QUIZ) if "Write a letter into each box" in page)
    assert "Both bring models to users." in page
    assert "l What the figures mean" in page


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


def test_without_a_seed_each_section_is_in_the_order_of_the_deck(shipped_papers):
    order = numbers_in_order(QUIZ)
    falls = sum(later < earlier for earlier, later in pairwise(order))
    assert falls == len([title for title in outline(QUIZ) if HEADING.fullmatch(title)]) - 1


def test_a_seed_gives_another_order_and_always_the_same(shipped, run, shipped_as):
    orders = {"": numbers_in_order(shipped_as() / QUIZ)}
    for seed in ("1", "2", "1"):
        run("build", "--only", "quiz", "--seed", seed)
        order = numbers_in_order(QUIZ)
        assert orders.setdefault(seed, order) == order
    assert len({tuple(order) for order in orders.values()}) == 3
    assert len({tuple(sorted(order)) for order in orders.values()}) == 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_page_of_the_quiz_is_empty_and_no_text_starts_outside_the_margins(printed, paper):
    printed("--paper", paper)
    width = 210 if paper == "a4" else 215.9
    for page in words(QUIZ):
        assert len(page) > 3
        assert all(13.9 <= word.x < width - 14 for word in page)


def test_a_long_question_is_asked_whole(small, run):
    question = "Which dish " + "and which other dish " * 19 + "is it?"
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", question)
    run("build", "--only", "quiz", "--part", "all")
    assert squeezed(question) in squeezed(parts(Path("build/small-all-quiz.pdf"))[0])


@pytest.mark.parametrize(("paper", "bottom"), [("a4", 12), ("a4", 35), ("a4", 47), ("letter", 29), ("letter", 59)])
def test_no_heading_and_no_question_beside_one_stands_alone_however_high_the_page(shipped, run, paper, bottom):
    style = (ROOT / "templates" / "handout" / "quiz.css").read_text(encoding="utf-8")
    assert "@page { margin: 9mm 14mm 9mm 14mm }" in style
    Path("own/handout").mkdir(parents=True)
    style = style.replace("9mm 14mm 9mm", f"9mm 14mm {bottom}mm", 1)
    Path("own/handout/quiz.css").write_text(style, encoding="utf-8")
    asked = run("build", "--only", "quiz", "--paper", paper, "--part", "all", "--templates", "own")
    assert asked.status == 0
    path = Path("build/ml-team-roles-all-quiz.pdf")
    found = 0
    for page in words(path)[: outline(path)["Key"]]:
        texts = [word.text.strip() for word in page if word.x < 19]
        marks = [text for text in texts if HEADING.fullmatch(text) or NUMBER.fullmatch(text)]
        places = [at for at, text in enumerate(marks) if HEADING.fullmatch(text)]
        found += len(places)
        assert all(at < len(marks) - 2 for at in places), marks
    assert found == 4


def test_the_key_of_a_short_quiz_is_below_a_fold_or_on_the_back(shipped, run):
    for role in ("pm", "de", "mlr", "mle", "do", "ds", "aie"):
        for paper in ("a4", "letter"):
            run("build", "--only", "quiz", "--role", role, "--paper", paper)
            asked, *back = pages(Path(f"build/ml-team-roles-{role}-quiz.pdf"))
            assert len(back) <= 1
            assert ("Fold back" in asked) == (not back), (role, paper)
            assert "Fold back" not in "".join(back)


def test_the_letters_to_choose_from_are_on_the_page_of_the_first_question(shipped, run):
    for role in ("mle,aie", "mle,ds", "pm,de", "mlr"):
        run("build", "--only", "quiz", "--role", role, "--large", "--paper", "letter")
        (path,) = Path("build").glob(f"*-{role.replace(',', '-')}-*quiz.pdf")
        page = next(page for page in pages(path) if "Write the letter." in page)
        assert re.search(r"Research Engineer \d+ ", page.partition("Write the letter.")[2])
