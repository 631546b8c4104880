"""What authors are told about mistakes: each file in `data/problems` is content and the report that it must give.

In a report, `{schemas}` and `{deck keys}` stand for all there are.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import DATA, edit
from rolecards.schema.models import SCHEMAS, json_schema

CASES = sorted((DATA / "problems").glob("*.txt"))
DECK = "schema: rolecards/deck@1\nid: small\nname: Small Deck\n"
SOURCES = "schema: rolecards/sources@1\nsources:\n- {code: book, title: A Book}\n"


def read_case(path: Path) -> dict[str, str]:
    """The sections of a case: files by name, and `problems`."""
    parts = re.split(r"^=== (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_mistake_is_reported_at_its_place_and_nothing_is_written(case, tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    sections = read_case(case)
    expected = sections.pop("problems")
    deck_keys = json_schema("rolecards/deck@1")["$defs"]["DeckSettings"]["properties"]
    for name, known in (("schemas", SCHEMAS), ("deck keys", deck_keys)):
        expected = expected.replace(f"{{{name}}}", ", ".join(f"`{each}`" for each in known))
    for name, text in ({"deck.yaml": DECK, "sources.yaml": SOURCES} | sections).items():
        path = Path("content", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    built = run("build")
    assert built.out == expected
    assert built.status == 1
    assert "nothing was written" in built.err
    assert sorted(tmp_path.rglob("*")) == before


def test_build_warns_about_words_that_yaml_drops_as_a_comment(small, run):
    edit(small / "roles" / "waiter.yaml", "a: A pad", "a: Rings #1 and C#")
    edit(small / "roles" / "waiter.yaml", "orders down?", "orders down? # as in the book")
    built = run("build", "--only", "apkg")
    assert built.status == 0
    message = "warning RC118 YAML drops `#1 and C#` as a comment (put the value in quotes)"
    assert built.out.count("RC118") == 1
    assert f"roles/waiter.yaml:19:8: {message}" in built.out
