"""`rolecards pin` writes ids into notes, and changes nothing else of a file and nothing of the deck."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from conftest import EPOCH

if TYPE_CHECKING:
    from pathlib import Path

DECK = "schema: rolecards/deck@1\nid: notes\nname: Notes\n"
NOTES = """---
title: Ships
---

# Ships

* The **collier** carries coal from Newcastle to London.
  * It was black from keel to mast.
* The **clipper** carries tea
  from **Canton** to **London** in **winter**; the **crew** sleeps little.
* [ ] A **mast** stands on the keel.

  ```python
  * The **code** is no bullet
  ```
- short :: long

Q: What is a keel?
A: The lowest beam.
Q: What is a rudder?
A: The blade that turns the ship.

## Anchors

The **anchor** holds the ship.~~

## Sails

Three sails:

1. jib
2. spanker
3. topsail

## Why do ships float? ##

They push water aside.

| a | **b** |
|---|---|
| c | d |
"""
PIN = re.compile(r" \{#[a-z0-9-]+\}")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "deck.yaml").write_text(DECK, encoding="utf-8")
    return tmp_path / "content"


def collection(out: Path) -> bytes:
    with ZipFile(out / "notes.apkg") as package:
        return package.read("collection.anki2")


@pytest.mark.parametrize("built", [True, False], ids=["published", "never built"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_ids_are_all_that_changes_and_the_collection_is_the_same(folder, run, built, end):
    path = folder / "ships.md"
    before = NOTES.replace("~~", "  ").replace("\n", end).encode()
    path.write_bytes(before)
    assert run("build", "--only", "apkg", "--out", "one").status == 0
    if not built:
        (folder / "cards.lock").unlink()
    assert run("pin").status == 0
    after = path.read_bytes()
    assert PIN.sub("", after.decode()).encode() == before
    assert len(PIN.findall(after.decode())) == 10
    assert run("build", "--only", "apkg", "--out", "two").status == 0
    assert collection(folder.parent / "two") == collection(folder.parent / "one")
    assert "no file changed" in run("pin").err
    assert path.read_bytes() == after


def test_every_card_of_a_pinned_bullet_keeps_its_history_whatever_it_says(folder, run, anki):
    path = folder / "s.md"
    path.write_text("* A **type I error** is a false alarm.\n", encoding="utf-8")
    run("build", "--only", "apkg", "--out", "one")
    run("pin")
    pin = PIN.findall(path.read_text(encoding="utf-8"))[0]
    path.write_text(
        f"* A **type I error** stops a good drug.{pin}\n* A **type II error** is a false alarm.\n", encoding="utf-8"
    )
    assert run("build", "--only", "apkg", "--out", "two").status == 0
    log = anki(("import", "one/notes.apkg"), ("import", "two/notes.apkg"))[-1]
    assert log == {"new": 2, "updated": 2, "duplicate": 0, "conflicting": 0}


def test_notes_in_doubt_are_asked_about_before_anything_is_written(folder, run):
    path = folder / "s.md"
    path.write_text("* A **type I error** is a false alarm.\n", encoding="utf-8")
    run("build", "--only", "apkg")
    path.write_text("* A **type II error** is a false alarm.\n", encoding="utf-8")
    outcome = run("pin")
    assert outcome.status == 1
    assert "RC222" in outcome.out
    assert path.read_text(encoding="utf-8") == "* A **type II error** is a false alarm.\n"


def test_a_block_whose_id_would_change_its_note_is_named_and_the_others_get_theirs(folder, run):
    path = folder / "boxes.md"
    lines = ["> [!question] What is a tiller?", "> It turns.", "", '!!! question "What is a boom?"', "    A pole.", ""]
    path.write_text("\n".join([*lines, "## What is a mast?", "", "A pole for sails.", ""]), encoding="utf-8")
    run("build", "--only", "apkg", "--out", "one")
    said = run("pin").err
    assert "content/boxes.md:1 stays as it is, because an id would change its note" in said
    assert "2 ids written" in said
    assert re.search(r'\n!!! question "What is a boom\? \{#[\w-]+\}"\n', path.read_text(encoding="utf-8"))
    run("build", "--only", "apkg", "--out", "two")
    assert collection(folder.parent / "two") == collection(folder.parent / "one")
