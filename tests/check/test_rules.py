"""What every rule objects to, and what it lets pass, in the fixture decks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fixture_decks import CODES as FIXTURES
from fixture_decks import folder_of, found_in, marked, spot

from rolecards.check.rule import RULES
from rolecards.check.run import MANY, lint
from rolecards.cli import main
from rolecards.codes import CHAPTERS, CODES
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
    assert not [problem for problem in found_in(folder) if RULES[problem.code].row.english]


def test_published_cloze_numbers_are_let_alone(tmp_path: Path) -> None:

    folder = folder_of("RC316", tmp_path)
    made = edition(folder, Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9))
    notes = [item.note for item in made.release.published]
    codes = {rule.row.code for rule, _ in lint(made.content, notes, (), {})}
    assert "RC316" not in codes


def test_a_large_deck_is_gone_through_on_all_cores_and_told_the_same(tmp_path: Path) -> None:
    facts = "".join(_fact(number) for number in range(MANY + 100))
    head = "schema: rolecards/topic@1\nid: large\nname: Large\nfacts:\n"
    folder = folder_of("RC601", tmp_path)
    (folder / "large.yaml").write_text(head + facts, encoding="utf-8")
    made = edition(folder, Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9))
    notes = [item.note for item in made.release.published]
    one_by_one = sorted((rule.row.code, finding.message) for rule, finding in lint(made.content, notes, (), {}))
    # In a process of its own, for in one with threads nothing is forked.
    command = [sys.executable, "-m", "rolecards", "check", str(folder), "--format", "json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    on_all_cores = [(each["code"], each["message"]) for each in told]
    assert sorted(on_all_cores) == one_by_one
    places = {(each["code"], each["line"]) for each in told if each["path"].endswith("large.yaml")}
    assert {line for code, line in places if code == "RC601"} == {5 + 6 * number + 4 for number in GAPS[1:]}
    assert [line for code, line in places if code == "RC170"] == [5 + 6 + 5], "only what nothing needs is told"


GAPS = range(0, MANY + 100, 100)


def _fact(number: int) -> str:
    """A fact of six lines; every hundredth has a space too many."""
    allow = {0: '{RC601: "a gap"}', 1: '{RC601: "not needed"}'}.get(number, "{}")
    gap = "  " if number in GAPS else " "
    return (
        f"- id: fact-{number}\n  slot: function\n  part: core\n  src: [book]\n"
        f"  qa: {{q: What comes{gap}of {number}?, a: Word{number}}}\n  allow: {allow}\n"
    )


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
    assert {code[2] for code in codes} == set(CHAPTERS)


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
