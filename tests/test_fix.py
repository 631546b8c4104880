"""`check --fix`: typing errors in the file are corrected, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """\
# Our cook   keeps this comment, with   its spaces ...
schema: rolecards/role@1
id: de
name:   Data Engineer        # spaces that mean nothing
one_line: "Gets data  to where it is\\tneeded ."
facts:
- id: folded
  slot: function
  part: core
  src: [book]   # two  spaces
  qa:
    q: >-
      What does  a data engineer
      build ... and why ?
    a: 'Pipelines -- that''s all'
- {id: flow, slot: function, part: core, src: [book], qa: {q: "What does a DE  watch?", a: "`a  b`, data"}}
- id: numbers
  slot: function
  part: core
  src: [book]
  cloze: "A data engineer collects {{c2::logs}} at night, and {{c4::tables}} by day, then {{c2::joins}} them."
"""
AFTER = """\
# Our cook   keeps this comment, with   its spaces ...
schema: rolecards/role@1
id: de
name:   Data Engineer        # spaces that mean nothing
one_line: "Gets data to where it is needed."
facts:
- id: folded
  slot: function
  part: core
  src: [book]   # two  spaces
  qa:
    q: >-
      What does a data engineer
      build … and why?
    a: 'Pipelines \u2013 that''s all'
- {id: flow, slot: function, part: core, src: [book], qa: {q: "What does a DE watch?", a: "`a  b`, data"}}
- id: numbers
  slot: function
  part: core
  src: [book]
  cloze: "A data engineer collects {{c1::logs}} at night, and {{c2::tables}} by day, then {{c1::joins}} them."
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    content = tmp_path / "content"
    content.mkdir()
    (content / "deck.yaml").write_text("schema: rolecards/deck@1\nid: d\nname: D\n", encoding="utf-8")
    sources = "schema: rolecards/sources@1\nsources:\n- {code: book, title: A Book}\n"
    (content / "sources.yaml").write_text(sources, encoding="utf-8")
    (content / "role.yaml").write_text(BEFORE, encoding="utf-8")
    return content


def test_only_the_typing_errors_change(folder, run):
    run("check", "--fix")
    assert (folder / "role.yaml").read_text(encoding="utf-8") == AFTER


def test_corrected_problems_are_no_longer_reported_but_the_others_are(folder, run):
    found = run("check", "--fix")
    codes = [line.split()[2] for line in found.out.splitlines()]
    assert codes == ["RC172", "RC307"]
    assert found.err.startswith("rolecards: content/role.yaml corrected\n")


def test_a_second_time_there_is_nothing_to_correct(folder, run):
    run("check", "--fix")
    assert "corrected" not in run("check", "--fix").err


def test_check_alone_writes_nothing(folder, run):
    run("check")
    assert (folder / "role.yaml").read_text(encoding="utf-8") == BEFORE


def test_line_ends_and_the_byte_order_mark_stay(folder, run):
    data = b"\xef\xbb\xbf" + BEFORE.replace("\n", "\r\n").encode()
    (folder / "role.yaml").write_bytes(data)
    run("check", "--fix")
    assert (folder / "role.yaml").read_bytes() == b"\xef\xbb\xbf" + AFTER.replace("\n", "\r\n").encode()


def test_published_cloze_numbers_stay(folder, run):
    run("build", "--only", "apkg")
    run("check", "--fix")
    assert "{{c4::tables}}" in (folder / "role.yaml").read_text(encoding="utf-8")


def test_an_allowed_typing_error_stays(folder, run):
    text = BEFORE.replace("  src: [book]   # two  spaces\n", "  src: [book]\n  allow: {RC603: a quotation}\n")
    (folder / "role.yaml").write_text(text, encoding="utf-8")
    run("check", "--fix")
    assert "build ... and why?" in (folder / "role.yaml").read_text(encoding="utf-8")


def test_a_broken_folder_is_reported_and_not_touched(folder, run):
    text = BEFORE.replace("part: core", "part: cor", 1)
    (folder / "role.yaml").write_text(text, encoding="utf-8")
    assert run("check", "--fix").status == 1
    assert (folder / "role.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "value", ["Pipelines \u00ad# all of them", "Pipelines:\u00ad all of them"], ids=["comment", "key"]
)
def test_an_edit_after_which_the_file_would_say_something_else_is_not_made_and_the_others_are(folder, run, value):
    """Without its soft hyphen the value would end in a comment, or be a key with a value of its own."""
    before = BEFORE.replace("'Pipelines -- that''s all'", value)
    (folder / "role.yaml").write_text(before, encoding="utf-8")
    found = run("check", "--fix")
    after = AFTER.replace("'Pipelines \u2013 that''s all'", value)
    assert (folder / "role.yaml").read_text(encoding="utf-8") == after
    assert "invisible character U+00AD" in found.out


OLD = """\
schema: rolecards/role@1   # tier: seed was the core
id: cook
name: Cook
one_line: Cooks.
facts:
- catch_all: true
  id: salt
  slot: function
  "tier": 'seed'   # catch_all: no
  src: [book]
  qa:
    q: |
      What follows?
      tier: seed
    a: Salt
- {id: tea, slot: function, tier: course, src: [book], qa: {q: "What does a cook pour?", a: Tea}, catch_all: true}
- id: oil
  slot: function
  src: [book]
  qa: {q: What does a cook heat?, a: Oil}
  catch_all: true"""
NEW = """\
schema: rolecards/role@1   # tier: seed was the core
id: cook
name: Cook
one_line: Cooks.
facts:
- id: salt
  slot: function
  "part": 'core'   # catch_all: no
  src: [book]
  qa:
    q: |
      What follows?
      tier: seed
    a: Salt
- {id: tea, slot: function, part: more, src: [book], qa: {q: "What does a cook pour?", a: Tea}}
- id: oil
  slot: function
  src: [book]
  qa: {q: What does a cook heat?, a: Oil}
"""


def test_old_keys_are_rewritten_wherever_they_are_and_texts_and_comments_are_not(folder, run):
    (folder / "role.yaml").write_text(OLD, encoding="utf-8")
    run("check", "--fix")
    assert (folder / "role.yaml").read_text(encoding="utf-8") == NEW
