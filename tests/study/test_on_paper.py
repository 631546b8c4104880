"""Study notes on paper: handout, quiz and cards to cut out of a folder with notes in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from paper_reading import CardNote, addresses, notes, outline, pages, pages_as_drawn, squeezed
from rolecards.cli import main

CONSTRUCTS = sorted((Path(__file__).parent / "constructs").glob("*.md"))
ROLES = (Path(__file__).parent / "constructs" / "roles.md").read_bytes()
VIDEO = "https://www.youtube.com/watch?v=bridge_crew"
DECK, HANDOUT, QUIZ, CARDS = (Path(f"build/crew{end}") for end in (".apkg", "-handout.pdf", "-quiz.pdf", "-cards.pdf"))
TEX = re.compile(r"\\[()\[\]]")


DECK_FILE = "schema: rolecards/deck@1\nid: crew\nname: Crew of a Ship\n"


class Papers(NamedTuple):
    """The notes of a deck, and what its papers say of them."""

    notes: tuple[CardNote, ...]
    cards: str
    key: str
    left_out: set[str]  # the numbers that the quiz leaves out
    handout: set[str]  # the numbers beside its lines


@pytest.fixture
def content(tmp_path, monkeypatch) -> Path:
    """A content folder with nothing but a deck file of three lines."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "deck.yaml").write_text(DECK_FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return folder


def write(content: Path, text: str) -> None:
    (content / "notes.md").write_text(text, encoding="utf-8")


def text(path: Path) -> str:
    """All its text, without the marks of list items."""
    return " ".join(pages(path)).replace("•", "")


def test_a_file_of_notes_alone_gives_a_handout_without_parts_about_roles(content, run):
    (content / "roles.md").write_bytes(ROLES)
    assert run("build").status == 0
    assert list(outline(HANDOUT)) == ["Crew", "Summary"]
    contents = pages(HANDOUT)[0]
    assert "2 Crew" in contents
    for absent in ("Roles", "Sources", "Skills", "hands what"):
        assert absent not in contents


def test_the_handout_shows_the_outline_with_card_numbers_title_description_and_source(content, run):
    (content / "roles.md").write_bytes(ROLES)
    run("build", "--only", "handout")
    page = pages(HANDOUT)[1]
    assert page.startswith("Crew Who works on a ship's bridge? What does each of them need to know?")
    assert "1, 2◆ The Harbour Pilot is someone who guides ships" in page
    assert "3◆ This person climbs aboard" in page
    assert f"Source: Crew - On the bridge, {VIDEO}" in page
    assert VIDEO in addresses(HANDOUT)


def test_every_number_of_a_note_stands_once_beside_a_line(content, run):
    (content / "roles.md").write_bytes(ROLES)
    run("build", "--only", "handout")
    found = re.findall(r"(\d+(?:, \d+)*)◆ ", pages(HANDOUT)[1].partition("Study plan")[0])
    assert sorted(int(number) for group in found for number in group.split(", ")) == list(range(1, 25))


@pytest.fixture(scope="module")
def papers_of_all(tmp_path_factory) -> Papers:
    """What a deck of all constructs has on paper, read once."""
    folder = tmp_path_factory.mktemp("constructs")
    (folder / "content").mkdir()
    (folder / "content" / "deck.yaml").write_text(DECK_FILE, encoding="utf-8")
    for file in CONSTRUCTS:
        shutil.copy(file, folder / "content")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        assert main(["build"]) == 0
        key, _, left_out = squeezed(text(QUIZ)).rpartition("Countonepoint")[2].partition("Leftout")
        handout = " ".join(pages(HANDOUT)[1:])
        numbers = {number for group in re.findall(r"(\d+(?:, \d+)*)◆", handout) for number in group.split(", ")}
        return Papers(tuple(notes(DECK)), squeezed(text(CARDS)), key, set(re.findall(r"\d+", left_out)), numbers)


@pytest.mark.parametrize("file", CONSTRUCTS, ids=lambda file: file.stem)
def test_each_construct_of_notes_is_on_every_paper(papers_of_all, file):
    found = [note for note in papers_of_all.notes if f" crew::topic::{file.stem} " in note.tags]
    assert found
    for note in found:
        asked, answered = (squeezed(TEX.sub("", side)) for side in (note.texts[0], note.texts[-1]))
        assert asked in papers_of_all.cards, note
        assert answered in papers_of_all.cards, note
        assert len(note.texts) == 1 or answered in papers_of_all.key or note.number in papers_of_all.left_out, note
        assert note.number in papers_of_all.handout, note


@pytest.mark.parametrize("name", ["pairs", "roles", "indents", "mkdocs", "footnotes"])
def test_the_handout_says_a_sentence_once_however_many_cards_ask_for_it(content, run, name):
    (content / "notes.md").write_bytes((CONSTRUCTS[0].parent / f"{name}.md").read_bytes())
    run("build", "--only", "apkg,handout")
    handout = squeezed(" ".join(pages(HANDOUT)[1:]))
    answers = [squeezed(note.texts[1]) for note in notes(DECK) if len(note.texts) == 2 and len(note.texts[1]) > 15]
    assert answers
    assert [handout.count(answer) for answer in answers] == [1] * len(answers)


def test_questions_stand_in_the_handout_with_their_answers_and_clozes_without_markup(content, run):
    write(content, "# Ship\n\nQ: Which side is port?\nA: Left.\n\n- bow :: the front\n\nThe {{c1::keel}} is below.\n")
    run("build", "--only", "handout")
    page = pages(HANDOUT)[1]
    assert "Which side is port? Left." in page
    assert "bow the front" in page
    assert "The keel is below." in page
    assert not re.search(r"\{\{|::|Q:|A:", page)


def test_a_heading_that_is_asked_says_by_which_card(content, run):
    write(
        content,
        "# Rules\n\n## Who gives way?\n\n* Who has the **other** to starboard.\n\n## What rings?\n\n```\nbell\n```\n",
    )
    run("build", "--only", "apkg,handout")
    numbers = {note.texts[0]: note.number for note in notes(DECK)}
    page = pages(HANDOUT)[1]
    assert f"Who gives way? {numbers['Who gives way?']}◆ asks for this heading" in page
    assert page.count("Who has the other to starboard.") == 1
    assert f"{numbers['What rings?']}◆ What rings? bell" in page


def test_an_answer_with_a_label_below_a_heading_is_printed_once(content, run):
    write(content, "### Q: How does a lock work?\n**A:** It fills with water.\n")
    run("build", "--only", "handout")
    assert pages(HANDOUT)[1].count("It fills with water.") == 1


def test_code_and_lists_below_a_bullet_are_printed_with_it(content, run):
    write(content, "# Code\n\n* A **loop** runs again:\n\n  ```python\n  for each in crew:\n      row(each)\n  ```\n")
    assert run("build").status == 0
    for paper in (HANDOUT, CARDS, QUIZ):
        # A reader of PDF files may see a space between words in two colours.
        assert "row(each)" in text(paper).replace(" ", "")


def test_the_context_of_a_card_stands_on_quiz_and_cards(content, run):
    write(content, "# Knots\n\n* A **bowline** makes a loop.\n")
    run("build", "--only", "quiz,cards")
    assert "1 Knots A makes a loop." in pages(QUIZ)[0]
    assert "Knots A makes a loop." in text(CARDS)
    assert "Knots Explain: bowline" in text(CARDS)


def test_a_tag_that_a_note_taker_never_closed_spoils_no_paper(content, run):
    write(content, "# Slips\n\n* The **tide** <sub>falls and </sup> *rises <sup>again*.\n")
    assert run("build").status == 0
    for paper in (HANDOUT, CARDS):
        assert "The tide falls and rises again." in " ".join(pages_as_drawn(paper))


def test_a_character_that_no_font_has_is_printed_as_a_box_with_one_warning(content, run):
    write(content, "# Ship\n\n* The **anchor** 锚 holds.\n* The **anker** 锚 holds.\n* A **sail** 帆\u2009pulls.\n")
    built = run("build")
    assert built.status == 0
    assert built.out.count("content/notes.md:3:3: warning RC704 no font has the character `锚`") == 1
    assert "content/notes.md:5:3: warning RC704" in built.out
    assert "The anchor ☐ holds." in text(HANDOUT)


def test_a_card_that_does_not_fit_is_left_out_of_the_cards_to_cut_out(content, run):
    answer = "\n\n".join(f"Line {at} of an answer that goes on." for at in range(60))
    write(content, f"# Ship\n\n## What is long?\n\n{answer}\n\n## What is short?\n\nThis.\n")
    built = run("build")
    assert built.status == 0
    assert "content/notes.md:3:4: warning RC705 card 1, back: " in built.out
    assert "so it is left out" in built.out
    assert "Line 59" not in text(CARDS)
    assert "What is short?" in text(CARDS)
    assert "Line 59" in text(HANDOUT)


def test_letters_from_right_to_left_that_no_font_has_are_missing_at_the_line_of_the_notes(content, run):
    write(content, "# Ship\n\n* The **anchor** עוגן holds.\n")
    built = run("build", "--only", "quiz")
    assert built.status == 0
    assert "content/notes.md:3:3: warning RC704" in built.out


def test_notes_beside_roles_follow_them_in_the_handout(small, run):
    (small / "crew.md").write_bytes(ROLES)
    assert run("build").status == 0
    titles = list(outline(Path("build/small-handout.pdf")))
    assert titles.index("Waiter") < titles.index("Crew") < titles.index("Cases")


def test_notes_without_heading_are_called_by_the_name_of_their_file(content, run):
    (content / "sailing_ships-of-old.md").write_text(
        "* The **collier** carries coal from Newcastle.\n", encoding="utf-8"
    )
    assert run("build", "--only", "handout").status == 0
    assert "Sailing ships of old" in outline(HANDOUT)


def test_notes_of_which_no_card_was_made_are_no_chapter(content, run):
    (content / "roles.md").write_bytes(ROLES)
    write(content, "# Empty words\n\nNothing to hide here.\n")
    assert run("build", "--only", "handout").status == 0
    assert "Empty words" not in outline(HANDOUT)


def test_the_quiz_asks_for_a_term_or_its_explanation_but_not_for_both(content, run):
    write(content, "# Boats\n\n* The **tiller** is the lever that turns the rudder of a small boat.\n")
    assert run("build", "--only", "apkg,quiz").status == 0
    assert len(notes(DECK)) == 2
    quiz = text(QUIZ)
    assert "is the lever that turns the rudder" in quiz
    assert "Explain: tiller" not in quiz
    assert "Left out, because another question on the same sheet would answer it: 2." in quiz


def test_a_question_with_choices_is_printed_once_with_the_right_one_as_its_answer(content, run):
    write(
        content,
        "# Boats\n\n## Which side is red?\n\n- [ ] starboard\n- [x] port\n\n## What is a keel?\n\nThe lowest part.\n",
    )
    run("build", "--only", "handout")
    page = pages(HANDOUT)[1]
    assert "Which side is red? • starboard • port port" in page
    assert page.count("starboard") == 1
    assert page.count("What is a keel?") == page.count("The lowest part.") == 1


def test_sections_of_an_answer_are_printed_once_and_links_back_to_the_top_not_at_all(content, run):
    question = (
        "## What is a sail?\n\nA cloth in the wind.\n\n### Its parts\n\nThe luff is in front.\n\n[Back to top](#top)\n"
    )
    write(content, f"# Sails\n\n{question}\n## Masts\n\nA **mast** carries the sails.\n")
    assert run("build", "--only", "handout").status == 0
    printed = text(HANDOUT)
    assert printed.count("The luff is in front.") == 1
    assert "Back to top" not in printed
    assert "carries the sails" in printed


def test_several_questions_on_a_line_are_printed_once(content, run):
    twins = "| Word | Meaning | Word | Meaning |\n|---|---|---|---|\n| hull | the body | keel | the beam |\n"
    write(content, f"# Ropes\n\n**What is a hawser?** A rope. **What is a fender?** A cushion.\n\n## Words\n\n{twins}")
    assert run("build").status == 0
    printed = text(HANDOUT)
    assert [printed.count(words) for words in ("A rope.", "A cushion.", "the body", "the beam")] == [1, 1, 1, 1]
