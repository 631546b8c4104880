"""What every rule objects to, and what it lets pass, in the fixture decks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixture_decks import CODES as FIXTURES
from fixture_decks import folder_of, found_in, marked, spot

from rolecards.check.rule import RULES
from rolecards.check.run import lint
from rolecards.cli import main
from rolecards.codes import CODES
from rolecards.release.edition import edition
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"


@pytest.mark.parametrize("code", FIXTURES)
def test_a_rule_objects_to_the_marked_words_and_to_nothing_else(code: str, tmp_path: Path) -> None:
    folder = folder_of(code, tmp_path)
    found = {spot(problem) for problem in found_in(folder) if problem.code == code}
    assert found == marked(folder)
    assert found


@pytest.mark.parametrize("code", FIXTURES)
def test_the_words_of_a_finding_stand_at_its_place_in_the_file(code: str, tmp_path: Path) -> None:
    for problem in found_in(folder_of(code, tmp_path)):
        place = problem.location
        line = Path(place.path).read_text(encoding="utf-8").split("\n")[place.line - 1]
        assert line[place.column - 1 :].startswith(problem.words.partition("\n")[0]), problem


def test_every_rule_has_a_fixture() -> None:
    assert set(RULES) - set(FIXTURES) == set()


def test_our_own_content_passes_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(CONTENT), "--strict"]) == 0
    assert capsys.readouterr().out == ""


def test_an_exception_in_the_deck_file_holds_for_every_note(tmp_path: Path) -> None:
    folder = folder_of("RC305", tmp_path)
    with (folder / "deck.yaml").open("a", encoding="utf-8") as deck:
        deck.write("allow: {RC305: the examination asks so}\n")
    assert not [problem for problem in found_in(folder) if problem.code in {"RC305", "RC170"}]


def test_a_limit_in_the_deck_file_moves_the_line(tmp_path: Path) -> None:
    folder = folder_of("RC301", tmp_path)
    with (folder / "deck.yaml").open("a", encoding="utf-8") as deck:
        deck.write("limits: {answer_words: 25, answer_words_most: 99}\n")
    found = [problem for problem in found_in(folder) if problem.code == "RC301"]
    assert [(problem.message, problem.severity) for problem in found] == [
        ("the answer has 26 words, more than 25", "warning")
    ]


def test_rules_that_know_english_keep_silent_in_other_languages(tmp_path: Path) -> None:
    folder = folder_of("RC305", tmp_path)
    with (folder / "deck.yaml").open("a", encoding="utf-8") as deck:
        deck.write("language: de\n")
    assert not [problem for problem in found_in(folder) if CODES[problem.code].english]


def test_german_pronouns_may_be_next_to_the_same_article(tmp_path: Path) -> None:
    folder = folder_of("RC609", tmp_path)
    deck, role = folder / "deck.yaml", folder / "role.yaml"
    deck.write_text(deck.read_text(encoding="utf-8") + "language: de\n", encoding="utf-8")
    german = "one_line: Leute, die die Akten führen und und der Arzt, mit der der Dienst"
    role.write_text(re.sub("(?m)^one_line: .*", german, role.read_text(encoding="utf-8")), encoding="utf-8")
    said = [problem.message for problem in found_in(folder) if problem.code == "RC609"]
    assert "repeated word “und”" in said
    assert not {"repeated word “die”", "repeated word “der”"} & {*said}


def test_a_long_answer_of_study_notes_is_not_to_be_moved_to_a_key_that_they_lack(tmp_path: Path) -> None:
    folder = folder_of("RC301", tmp_path)
    (folder / "notes.md").write_text(f"# Notes\n\nQ: What is said?\nA: {'word ' * 30}\n", encoding="utf-8")
    (hint,) = {each.hint for each in found_in(folder) if each.code == "RC301" and each.location.path.endswith(".md")}
    assert "why" not in hint


def test_published_cloze_numbers_are_let_alone(tmp_path: Path) -> None:

    folder = folder_of("RC316", tmp_path)
    made = edition(folder, Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9))
    notes = [item.note for item in made.release.published]
    codes = {code for code, _ in lint(made.content, notes, (), {})}
    assert "RC316" not in codes


def test_every_code_is_reported_somewhere_and_every_reported_code_has_a_row() -> None:
    sources = [path for path in (ROOT / "src").rglob("*.py") if path.name != "codes.py"]
    reported = {code for path in sources for code in re.findall(r'"(RC\d{3})"', path.read_text(encoding="utf-8"))}
    assert sorted(reported - set(CODES)) == [], "add a row to codes.py"
    assert sorted(set(CODES) - reported) == [], "remove the row from codes.py, or report the code"


def test_only_rules_can_be_allowed_and_each_has_a_reason_and_two_examples() -> None:
    assert {code for code, row in CODES.items() if row.can_be_allowed} == set(RULES)
    for code in RULES:
        row = CODES[code]
        assert row.reason, f"{code} has no reason"
        assert row.good, f"{code} has no good example"


def test_the_rows_are_in_order_and_their_names_and_codes_are_unique() -> None:
    codes = list(CODES)
    assert codes == sorted(codes)
    assert len({row.name for row in CODES.values()}) == len(codes)


def test_an_explanation_has_the_code_its_severity_and_what_it_requires(capsys: pytest.CaptureFixture[str]) -> None:
    for code, row in CODES.items():
        assert main(["explain", code]) == 0
        text = capsys.readouterr().out
        assert text.startswith(f"{code} {row.name} ({row.severity}")
        assert row.requires in text
        assert row.requires.endswith((".", ")"))


def test_explain_takes_codes_in_any_case_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "rc305"]) == main(["explain", "yes-no"]) == 0
    first, second = capsys.readouterr().out.split("RC305 yes-no")[1:]
    assert first == second


def test_explain_asks_back_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "yes-or-no"]) == 2
    assert capsys.readouterr().err == "rolecards: unknown code `yes-or-no` (did you mean RC305 (yes-no)?)\n"
