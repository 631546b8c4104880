"""Which questions give away the answers to others."""

from __future__ import annotations

import pytest

from rolecards.notes.leak import clues_of, leaks
from rolecards.release.edition import edition
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder
from rolecards.words import function_words

ROLES = {"cook": "Cook", "waiter": "Waiter", "host": "Host"}
FACTS = """\
facts:
- {id: pot, slot: function, part: core, src: [book], cloze: "A cook {{c1::seasons}} what is in the {{c2::copper pot}}."}
- {id: same-words, slot: function, part: core, src: [book], qa: {q: Why does a cook need a copper pot?, a: It is hot}}
- {id: one-word, slot: tools, part: core, src: [book], qa: {q: What does a cook do with a pot?, a: Cleans it}}
- {id: other-form, slot: tools, part: core, src: [book], qa: {q: Which seasoning does a cook like?, a: Salt}}
- {id: who-asks, slot: tools, part: core, src: [book], qa: {q: Who pays the cook?, a: The waiter}}
- {id: names-waiter, slot: tools, part: core, src: [book], qa: {q: What does a cook tell a waiter?, a: Nothing}}
"""
WAITER = """\
facts:
- {id: elsewhere, slot: tools, part: core, src: [book], qa: {q: Which copper pot does a waiter polish?, a: The best}}
- {id: both, slot: tools, part: core, src: [book], qa: {q: When does a waiter taste soups with a cook?, a: At noon}}
"""
SET = "- {id: tasters, ask: set, of: {tastes: [soups]}, part: core, src: [book]}\n"


@pytest.fixture
def gives(tmp_path):
    """Whether the question with one id gives away the answer to that with another."""
    for role, name in ROLES.items():
        head = f"schema: rolecards/role@1\nid: {role}\nname: {name}\none_line: Does what a {role} does.\n"
        facts = {"cook": FACTS, "waiter": WAITER}.get(role, "")
        index = ", index: {tastes: [soups]}}"
        facts = facts.replace("a: It is hot}}", "a: It is hot}" + index).replace(
            "a: The best}}", "a: The best}" + index
        )
        (tmp_path / f"{role}.yaml").write_text(head + facts, encoding="utf-8")
    (tmp_path / "reverse.yaml").write_text(f"schema: rolecards/reverse@1\nreverse:\n{SET}", encoding="utf-8")
    found = leaks_of(tmp_path, "en")
    return lambda one, other: (one, other) in found


def leaks_of(folder, language):
    """Which question gives away the answer to which other one, in the roles of the folder."""
    deck = f"schema: rolecards/deck@1\nid: x\nname: X\nlanguage: {language}\n"
    (folder / "deck.yaml").write_text(deck, encoding="utf-8")
    source = "schema: rolecards/sources@1\nsources: [{code: book, title: A Book}]\n"
    (folder / "sources.yaml").write_text(source, encoding="utf-8")
    deck = edition(folder, Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9))
    assert not deck.problems
    notes = clues_of((item.note for item in deck.release.published), deck.content, function_words(deck.templates.words))
    return {*leaks(notes)}


def test_a_front_with_all_words_of_an_answer_gives_it_away(gives):
    assert gives("same-words", "pot")
    assert not gives("pot", "same-words")


def test_some_words_of_an_answer_are_not_enough(gives):
    assert not gives("one-word", "pot")


def test_another_form_of_a_word_gives_it_away_too(gives):
    assert gives("other-form", "pot")


def test_the_same_words_about_another_role_give_nothing_away(gives):
    assert not gives("elsewhere", "pot")


def test_the_name_of_a_role_gives_nothing_away(gives):
    assert not gives("names-waiter", "who-asks")


def test_a_front_that_names_two_roles_and_what_they_share_gives_away_the_set(gives):
    assert gives("both", "tasters")
    assert not gives("names-waiter", "tasters")


@pytest.mark.parametrize(
    ("language", "asks", "answer"),
    [
        ("en", "Why does a cook polish the copper pot?", "With a copper pot"),
        ("de", "Warum putzt ein Koch den Kupfertopf?", "Nur durch einen Kupfertopf"),
    ],
)
def test_function_words_of_the_deck_s_language_need_not_be_in_the_question_that_gives_an_answer_away(
    tmp_path, language, asks, answer
):
    facts = f"- {{id: asks, slot: tools, src: [book], qa: {{q: '{asks}', a: Salt}}}}\n"
    facts += f"- {{id: other, slot: tools, src: [book], qa: {{q: 'Womit?', a: '{answer}'}}}}\n"
    head = "schema: rolecards/role@1\nid: cook\nname: Cook\none_line: Does what a cook does.\nfacts:\n"
    (tmp_path / "cook.yaml").write_text(head + facts, encoding="utf-8")
    assert ("asks", "other") in leaks_of(tmp_path, language)
