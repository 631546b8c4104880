"""What every rule objects to, and what it lets pass, in the fixture decks."""

from __future__ import annotations

import re
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    assert set(RULES) - set(FIXTURES) == set(), "add tests/check/fixtures/CODE/role.yaml for each"


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


@pytest.mark.parametrize("choices", ["- [ ] {}\n- [x] {}\n", "A) {}\nB) {}\n\nAnswer: B\n"])
def test_choices_are_no_words_of_their_question(tmp_path: Path, choices: str) -> None:
    folder = folder_of("RC308", tmp_path)
    page = f"# Masts\n\n## Which of these is a mast?\n\n{choices.format('jib ' * 30, 'The mizzen mast')}"
    (folder / "notes.md").write_text(page, encoding="utf-8")
    codes = {each.code for each in found_in(folder) if each.location.path.endswith(".md")}
    assert codes.isdisjoint({"RC302", "RC308"})


def test_published_cloze_numbers_are_let_alone(tmp_path: Path) -> None:
    folder = folder_of("RC316", tmp_path)
    templates, clock = Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9)
    (folder / "cards.lock").write_text(edition(folder, templates, clock).lock_text, encoding="utf-8")
    codes = {finding.code for finding in lint(edition(folder, templates, clock), {})}
    assert "RC316" not in codes


def test_every_code_is_reported_somewhere_and_every_reported_code_has_a_row() -> None:
    sources = [path for path in (ROOT / "src").rglob("*.py") if path.name != "codes.py"]
    reported = {code for path in sources for code in re.findall(r'"(RC\d{3})"', path.read_text(encoding="utf-8"))}
    assert sorted(reported - set(CODES)) == [], "add a row to codes.py"
    assert sorted(set(CODES) - reported) == [], "remove the row from codes.py, or report the code"


def test_only_rules_can_be_allowed_and_each_has_a_reason_and_two_examples() -> None:
    rows = {code for code, row in CODES.items() if row.can_be_allowed}
    hint = "a rule needs a row in codes.py, a function in check/rules/, and its file in FAMILIES of check/run.py"
    assert rows == set(RULES), f"{hint}: {rows ^ set(RULES)}"
    for code in RULES:
        row = CODES[code]
        assert row.reason, f"{code} has no reason"
        assert row.good, f"{code} has no good example"


NO_LANGUAGE = {"RC303", "RC609", "RC750"} | {"RC510", "RC608"}
"""Rules that look for words of several languages or find little in others; and those for HTML."""


def test_a_rule_that_looks_for_english_words_is_off_for_other_languages() -> None:
    looks = {code: words for code, (_, check) in RULES.items() if (words := {*searched(check, set())})}
    wrong = {code: words for code, words in looks.items() if not CODES[code].english and code not in NO_LANGUAGE}
    assert wrong == {}, "set `english=True` in codes.py, or add the rule to NO_LANGUAGE if other languages need it"
    assert looks.keys() >= NO_LANGUAGE


def searched(function: FunctionType, seen: set[str]) -> Iterator[str]:
    """The words in the patterns and lists that a function of a rule uses, itself or through others of its module."""
    for name in function.__code__.co_names:
        value = function.__globals__.get(name) if name not in seen else None
        seen.add(name)
        if isinstance(value, FunctionType) and value.__module__ == function.__module__:
            yield from searched(value, seen)
        text = (
            value.pattern if isinstance(value, re.Pattern) else " ".join(value) if isinstance(value, frozenset) else ""
        )
        yield from re.findall(r"[a-z]{2,}", re.sub(r"\\\w|\(\?\w*|\[[^]]*\]|<\w+>|&\w+;|https?|www", " ", text))


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


CAPITALS = ("Oslo", "Rome", "Bern", "Riga", "Lima", "Kyiv")


def pattern_deck(folder: Path, per_role: str) -> None:
    """Roles that have one fact each, all with the same pattern."""
    folder.mkdir()
    (folder / "deck.yaml").write_text("schema: rolecards/deck@1\nid: x\nname: X\n", encoding="utf-8")
    sources = "schema: rolecards/sources@1\nsources: [{code: own, title: Own}]\n"
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    for at, capital in enumerate(CAPITALS):
        head = f"schema: rolecards/role@1\nid: r{at}\nname: Land {at}\none_line: Is the {at}th land.\n"
        fact = f"- {{id: f{at}, slot: function, src: [own], cloze: '{per_role.format(at=at, capital=capital)}'}}\n"
        (folder / f"r{at}.yaml").write_text(f"{head}facts:\n{fact}", encoding="utf-8")


@pytest.mark.parametrize("code", ["RC171", "RC172", "RC312"])
def test_entries_of_one_pattern_are_reported_once_with_their_number(code: str, tmp_path: Path) -> None:
    pattern_deck(tmp_path / "content", "The capital of Land {at} is {{{{c1::{capital}}}}}.")
    (found,) = [problem for problem in found_in(tmp_path / "content") if problem.code == code]
    assert found.location.path.endswith("r0.yaml")
    assert found.message.endswith("; 5 more have this pattern")


def test_an_exception_for_one_entry_of_a_pattern_leaves_the_others(tmp_path: Path) -> None:
    pattern_deck(tmp_path / "content", "The capital of Land {at} is {{{{c1::{capital}}}}}.")
    with (tmp_path / "content" / "r0.yaml").open("a", encoding="utf-8") as role:
        role.write("allow: {RC171: there is no other, RC172: nothing is known}\n")
    found = {problem.code: problem for problem in found_in(tmp_path / "content") if problem.code in {"RC171", "RC172"}}
    assert all(problem.location.path.endswith("r1.yaml") for problem in found.values())
    assert all(problem.message.endswith("; 4 more have this pattern") for problem in found.values())


@pytest.mark.parametrize(
    ("deck", "page", "reported"),
    [("en", "", True), ("en", "de", False), ("de", "", False), ("de", "en", True), ("de", "en-GB", True)],
)
def test_rules_that_know_english_follow_the_language_of_the_page(
    deck: str, page: str, reported: object, tmp_path: Path
) -> None:
    (tmp_path / "deck.yaml").write_text(f"schema: rolecards/deck@1\nid: x\nname: X\nlanguage: {deck}\n")
    front = f"---\nlang: {page}\n---\n" if page else ""
    (tmp_path / "notes.md").write_text(f"{front}# Wale\n\n## Is a whale a fish?\n\nNo, it breathes air.\n")
    assert ("RC305" in {problem.code for problem in found_in(tmp_path)}) is reported
