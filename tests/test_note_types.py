"""The note types of a deck over its life, seen in the real Anki: what is filled, renamed or restyled after the release.

tests/data/published/ has a package as it was published, and the content that it was made from: every later version of
rolecards must be able to follow it.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from conftest import DATA, EPOCH, ROOT, edit
from rolecards.notes import look
from rolecards.notes.note import Note
from rolecards.notes.note_type import FieldName, NoteField, note_types

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = DATA / "published"


@pytest.fixture
def build(tmp_path, run, monkeypatch):
    """Builds a content folder some days after the first release; returns the folder of the packages."""
    monkeypatch.chdir(tmp_path)

    def build(content: Path, days: int, *options: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + days * 86_400))
        out = tmp_path / f"{content.name}-{days}"
        built = run("build", content, "--out", out, "--only", "apkg,retired", *options)
        assert built.status == 0, built.out
        return out

    return build


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The published content, with the lock that its package carries."""
    content = tmp_path / "small"
    shutil.copytree(PUBLISHED / "small", content)
    with zipfile.ZipFile(PUBLISHED / "small.apkg") as package:
        package.extract("cards.lock", content)
    return content


def style(folder: Path, size: str) -> str:
    """A folder of templates with a stylesheet of its own."""
    (folder / "anki").mkdir(parents=True)
    shutil.copy(ROOT / "templates" / "anki" / "style.css", folder / "anki")
    edit(folder / "anki" / "style.css", "font-size: 22px", f"font-size: {size}")
    return str(folder)


def fill(monkeypatch: pytest.MonkeyPatch, filled: dict[str, dict[FieldName, str]]) -> None:
    """From now on these notes have these fields too; one with a reverse question has a second card."""
    fields, ordinals = Note.fields, Note.ordinals
    assert isinstance(ordinals, property)
    monkeypatch.setattr(Note, "fields", lambda note, number: fields(note, number) | filled.get(note.id, {}))
    both = property(lambda note: (0, 1) if FieldName.REVERSE in filled.get(note.id, {}) else ordinals.__get__(note))
    monkeypatch.setattr(Note, "ordinals", both)


def scheduling(state: dict) -> dict:
    return {name: card["scheduling"] for name, card in state["cards"].items()}


@pytest.mark.parametrize(
    "front", sorted((ROOT / "templates" / "anki").glob("*-front.html")), ids=lambda path: path.stem
)
def test_each_front_has_a_field_outside_of_every_section(front):
    """Anki 23.10 appends the first field to a front without one when a field is renamed, so that blank cards appear."""
    text, sections = front.read_text(encoding="utf-8"), 1
    while sections:
        text, sections = re.subn(r"\{\{[#^]([^{}]+)\}\}(?:(?!\{\{[#^/]).)*\{\{/\1\}\}", "", text, flags=re.DOTALL)
    assert re.search(r"\{\{[^#^/]", text)


def test_anki_ignores_the_lock_in_a_package(published, build, anki, tmp_path):
    package, bare = build(published, 0) / "small.apkg", tmp_path / "bare.apkg"
    with zipfile.ZipFile(package) as full, zipfile.ZipFile(bare, "w") as rest:
        assert full.read("cards.lock") == (published / "cards.lock").read_bytes()
        for name in set(full.namelist()) - {"cards.lock"}:
            rest.writestr(name, full.read(name))
    (log, state), (bare_log, bare_state) = (anki(("import", path), ("state", None)) for path in (package, bare))
    assert (log, state) == (bare_log, bare_state)
    assert log["new"] == 10
    assert state["media"] == []


def test_a_published_deck_is_upgraded_with_new_fields_a_new_name_and_a_new_look(published, build, anki, monkeypatch):
    def renamed(*deck):
        return tuple(
            replace(
                each,
                fields=tuple(
                    NoteField("Etymology", field.id) if field.name == FieldName.SPARE_2 else field
                    for field in each.fields
                ),
            )
            for each in note_types(*deck)
        )

    everything = {
        "Etymology": "From Latin",
        FieldName.HEAD: "Recall",
        FieldName.HINT: "Sharp",
        FieldName.CREDIT: "A. B.",
    }
    monkeypatch.setattr(look, "note_types", renamed)
    notes = [line.split("\t")[0] for line in (published / "cards.lock").read_text("utf-8").split("\n")[4:] if line]
    fill(monkeypatch, {note: everything for note in notes if not note.startswith("@")})
    edit(published / "deck.yaml", "name: Small Deck", "name: Kitchen Deck")
    second = build(published, 1, "--templates", style(published.parent / "own", "24px")) / "small.apkg"
    _, _, before, log, after = anki(
        ("import", PUBLISHED / "small.apkg"), ("study", None), ("state", None), ("import", second), ("state", None)
    )
    assert log == {"new": 0, "updated": 10, "duplicate": 0, "conflicting": 0}
    assert scheduling(after) == scheduling(before)
    assert after["reviews"] == before["reviews"] == 11
    assert set(before["note_types"]) == {"Small Deck Q&A", "Small Deck Cloze"}
    assert set(after["note_types"]) == {"Kitchen Deck Q&A", "Kitchen Deck Cloze"}
    assert all("font-size: 24px" in note_type["css"] for note_type in after["note_types"].values())
    assert {note["Etymology"] for note in after["notes"].values()} == {"From Latin"}
    assert (after["empty"], after["database"][1]) == ([], True)


def test_a_reverse_card_and_a_typed_answer_come_later_and_may_go_again(published, build, anki, monkeypatch):
    first = build(published, 1) / "small.apkg"
    with monkeypatch.context() as patch:
        reverse = {FieldName.REVERSE: "What is the knife for?", FieldName.TYPED: "knife"}
        fill(patch, {"cook-knife": reverse})
        second = build(published, 2) / "small.apkg"
    third = build(published, 3) / "small.apkg"
    _, _, _, before, log, filled, _, emptied = anki(
        ("import", PUBLISHED / "small.apkg"),
        ("import", first),
        ("study", None),
        ("state", None),
        ("import", second),
        ("state", None),
        ("import", third),
        ("state", None),
    )
    assert log == {"new": 0, "updated": 1, "duplicate": 9, "conflicting": 0}
    assert set(filled["cards"]) - set(before["cards"]) == {"cook-knife#1"}
    assert "What is the knife for?" in filled["cards"]["cook-knife#1"]["question"]
    assert "[[type:Typed]]" in filled["cards"]["cook-knife#0"]["question"]
    assert (before["empty"], filled["empty"], emptied["empty"]) == ([], [], ["cook-knife#1"])
    assert "Empty Cards removes it" in emptied["cards"]["cook-knife#1"]["question"]
    assert "[[type:" not in emptied["cards"]["cook-knife#0"]["question"]
    assert scheduling(before).items() <= scheduling(emptied).items()


def test_decks_of_two_authors_each_keep_their_look_and_their_cards(published, build, anki, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "deck.yaml").write_text("schema: rolecards/deck@1\nid: other\nname: Other Deck\nversion: 0.1.0\n")
    (other / "baking.md").write_text(
        "# Baking\n\n* An **oven** bakes bread. {#oven}\n* A **whisk** beats eggs. {#whisk}\n"
    )
    small = build(published, 0, "--templates", style(tmp_path / "a", "24px")) / "small.apkg"
    first = build(other, 0, "--templates", style(tmp_path / "b", "30px")) / "other.apkg"
    edit(other / "baking.md", "bakes bread", "bakes cakes")
    second = build(other, 1, "--templates", style(tmp_path / "c", "33px")) / "other.apkg"

    def sizes(state: dict) -> dict[str, set[str]]:
        css = {name: note_type["css"] for name, note_type in state["note_types"].items()}
        of = {
            name: {size for size in ("24px", "30px", "33px") if f"font-size: {size}" in text}
            for name, text in css.items()
        }
        return {deck: set().union(*(of[name] for name in of if name.startswith(deck))) for deck in ("Small", "Other")}

    for packages in ((small, first), (first, small)):
        *_, before, log, after = anki(
            *(("import", package) for package in packages),
            ("study", None),
            ("state", None),
            ("import", second),
            ("state", None),
        )
        assert sizes(before) == {"Small": {"24px"}, "Other": {"30px"}}
        assert sizes(after) == {"Small": {"24px"}, "Other": {"33px"}}
        assert (log["new"], log["conflicting"]) == (0, 0)
        assert log["updated"] >= 1
        assert scheduling(after) == scheduling(before)
        theirs = {note: fields for note, fields in before["notes"].items() if not note.startswith(("oven", "whisk"))}
        assert len(theirs) == 10
        assert theirs.items() <= after["notes"].items()
