"""What learners keep when they import release after release, seen in the real Anki with its default options."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import yaml
from msgspec.structs import replace

from conftest import EPOCH, ROOT, edit
from rolecards.notes import look
from rolecards.notes.note_type import NoteField, note_types

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400


@pytest.fixture
def release(small, run, monkeypatch):
    """Builds the content as it stands, some days after the first release; returns the folder of the artifacts."""

    def build(days: int, *options: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + days * DAY))
        out = small.parent / f"day{days}"
        built = run("build", small, "--out", out, "--only", "apkg,retired", *options)
        assert built.status == 0, built.out
        return out

    return build


def change_fact(path: Path, fact_id: str, change) -> None:
    role = yaml.safe_load(path.read_text(encoding="utf-8"))
    (fact,) = [fact for fact in role["facts"] if fact["id"] == fact_id]
    change(fact)
    path.write_text(yaml.safe_dump(role, allow_unicode=True, sort_keys=False), encoding="utf-8")


def remove_fact(path: Path, fact_id: str) -> dict:
    role = yaml.safe_load(path.read_text(encoding="utf-8"))
    (fact,) = [fact for fact in role["facts"] if fact["id"] == fact_id]
    role["facts"].remove(fact)
    path.write_text(yaml.safe_dump(role, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return fact


def scheduling(state: dict) -> dict:
    return {name: card["scheduling"] for name, card in state["cards"].items()}


def test_a_rebuild_on_another_day_in_another_folder_is_the_same_file_and_updates_nothing(small, release, run, anki):
    first = release(0) / "small.apkg"
    elsewhere = small.parent / "elsewhere" / "content"
    shutil.copytree(small, elsewhere)
    second = elsewhere.parent / "out" / "small.apkg"
    assert run("build", elsewhere, "--out", second.parent, "--only", "apkg", "--locked").status == 0
    assert second.read_bytes() == first.read_bytes()
    _, log = anki(("import", first), ("import", second))
    assert log == {"new": 0, "updated": 0, "duplicate": 10, "conflicting": 0}


def test_only_the_notes_whose_own_content_changed_are_updated(small, release, anki):
    first = release(0) / "small.apkg"
    cook, waiter = small / "roles" / "cook.yaml", small / "roles" / "waiter.yaml"
    change_fact(cook, "cook-knife", lambda fact: fact["qa"].update(a="Their knife"))
    change_fact(waiter, "waiter-pad", lambda fact: fact["qa"].update(q="What does a waiter write the orders on?"))
    remove_fact(cook, "cook-learns")
    moved = remove_fact(waiter, "waiter-brings")
    topic = {"schema": "rolecards/topic@1", "id": "tops", "name": "More", "facts": []}
    role = yaml.safe_load(waiter.read_text(encoding="utf-8"))
    role["facts"].append(moved)
    new = {
        "id": "cook-apron",
        "slot": "tools",
        "part": "core",
        "src": ["book"],
        "cloze": "A cook wears {{c1::an apron}} at work.",
    }
    cook_role = yaml.safe_load(cook.read_text(encoding="utf-8"))
    cook_role["facts"].insert(0, new)
    cook.write_text(yaml.safe_dump(cook_role, sort_keys=False), encoding="utf-8")
    waiter.unlink()
    (small / "roles" / "another-name.yaml").write_text(yaml.safe_dump(role, sort_keys=False), encoding="utf-8")
    assert topic
    second = release(1) / "small.apkg"
    own = {"id": "scenario-soup", "field": "Why", "value": "My own words"}
    _, _, _, before, log, after = anki(
        ("import", first), ("study", None), ("edit", own), ("state", None), ("import", second), ("state", None)
    )
    assert log == {"new": 1, "updated": 2, "duplicate": 7, "conflicting": 0}
    assert after["reviews"] == before["reviews"] == 11
    assert scheduling(before).items() <= scheduling(after).items()
    assert list(after["note_types"]) == list(before["note_types"])
    assert after["notes"]["scenario-soup"]["Why"] == "My own words"
    assert "mine" in after["tags"]["scenario-soup"]
    assert after["notes"]["cook-knife"]["Back"] == "Their knife"
    assert after["empty"] == []


def test_a_note_that_moves_to_another_file_and_role_keeps_its_reviews(small, release, anki):
    first = release(0) / "small.apkg"
    fact = remove_fact(small / "roles" / "waiter.yaml", "waiter-pad")
    cook = small / "roles" / "cook.yaml"
    role = yaml.safe_load(cook.read_text(encoding="utf-8"))
    role["facts"].append(fact)
    cook.write_text(yaml.safe_dump(role, sort_keys=False), encoding="utf-8")
    second = release(1) / "small.apkg"
    _, _, before, log, after = anki(
        ("import", first), ("study", None), ("state", None), ("import", second), ("state", None)
    )
    assert log["new"] == 0
    assert scheduling(after) == scheduling(before)
    assert "small::role::cook" in after["tags"]["waiter-pad"]


def test_every_correction_of_three_releases_in_a_row_arrives(small, release, anki):
    steps: list = []
    for day, answer in enumerate(("The knife", "A knife", "The sharp knife")):
        if day:
            change_fact(
                small / "roles" / "cook.yaml", "cook-knife", lambda fact, answer=answer: fact["qa"].update(a=answer)
            )
        steps += [("import", release(day) / "small.apkg"), ("study", None), ("state", None)]
    states = [result for result in anki(*steps) if isinstance(result, dict) and "notes" in result]
    assert [state["notes"]["cook-knife"]["Back"] for state in states] == ["The knife", "A knife", "The sharp knife"]
    assert states[-1]["reviews"] == 11


def test_a_change_of_the_card_templates_arrives_without_touching_a_note(small, release, anki):
    first = release(0) / "small.apkg"
    own = small.parent / "own" / "anki"
    own.mkdir(parents=True)
    shutil.copy(ROOT / "templates" / "anki" / "style.css", own)
    edit(own / "style.css", "font-size: 22px", "font-size: 24px")
    second = release(1, "--templates", "own") / "small.apkg"
    _, before, log, after = anki(("import", first), ("state", None), ("import", second), ("state", None))
    assert log == {"new": 0, "updated": 0, "duplicate": 10, "conflicting": 0}
    assert after["notes"] == before["notes"]
    assert all("font-size: 24px" in note_type["css"] for note_type in after["note_types"].values())


def test_a_renamed_spare_field_arrives_and_notes_still_update(small, release, anki, monkeypatch):
    first = release(0) / "small.apkg"

    def renamed(*deck):
        qa, *others = note_types(*deck)
        return (
            replace(
                qa,
                fields=tuple(
                    NoteField("Etymology", field.id) if field.name == "Spare 2" else field for field in qa.fields
                ),
            ),
            *others,
        )

    monkeypatch.setattr(look, "note_types", renamed)
    change_fact(small / "roles" / "cook.yaml", "cook-learns", lambda fact: fact["qa"].update(a="Two years"))
    second = release(1) / "small.apkg"
    _, log, after = anki(("import", first), ("import", second), ("state", None))
    assert log == {"new": 0, "updated": 1, "duplicate": 9, "conflicting": 0}
    assert "Etymology" in after["note_types"]["Small Deck Q&A"]["fields"]
    assert after["notes"]["cook-learns"]["Back"] == "Two years"
    assert len(after["note_types"]) == 2


def test_an_added_tag_arrives(small, release, anki):
    first = release(0) / "small.apkg"
    change_fact(small / "roles" / "cook.yaml", "cook-learns", lambda fact: fact.update(slot="skills"))
    second = release(1) / "small.apkg"
    _, log, after = anki(("import", first), ("import", second), ("state", None))
    assert log["updated"] == 1
    assert "small::slot::skills" in after["tags"]["cook-learns"]


def test_retired_notes_go_by_empty_cards_and_nothing_else_does(small, release, anki):
    first = release(0) / "small.apkg"
    remove_fact(small / "roles" / "cook.yaml", "cook-prepares")
    remove_fact(small / "roles" / "waiter.yaml", "waiter-pad")
    (small / "reverse.yaml").unlink()
    second = release(1)
    _, _, _, before, _, removed, after = anki(
        ("import", first),
        ("study", None),
        ("import", second / "small.apkg"),
        ("state", None),
        ("import", second / "small-retired.apkg"),
        ("remove_empty_cards", None),
        ("state", None),
    )
    assert before["empty"] == []
    assert removed == ["cook-prepares#0", "cook-prepares#1", "set-apron#0", "waiter-pad#0"]
    kept = {name: card for name, card in scheduling(before).items() if name not in removed}
    assert scheduling(after) == kept
    assert set(after["notes"]) == set(before["notes"]) - {"cook-prepares", "set-apron", "waiter-pad"}
    assert after["empty"] == []
    assert after["database"][1] is True


def test_a_retired_note_says_so_and_bears_a_tag_until_it_is_removed(small, release, anki):
    first = release(0) / "small.apkg"
    remove_fact(small / "roles" / "waiter.yaml", "waiter-pad")
    second = release(1)
    _, _, state = anki(("import", first), ("import", second / "small-retired.apkg"), ("state", None))
    assert state["tags"]["waiter-pad"] == ["small::retired"]
    assert state["notes"]["waiter-pad"]["Retired"] == "2023-11-15"


def test_the_main_package_never_contains_retired_notes(small, release, anki):
    release(0)
    remove_fact(small / "roles" / "waiter.yaml", "waiter-pad")
    _, state = anki(("import", release(1) / "small.apkg"), ("state", None))
    assert "waiter-pad" not in state["notes"]


def test_a_change_made_under_an_older_source_date_still_arrives(small, release, anki):
    first = release(5) / "small.apkg"
    change_fact(small / "roles" / "cook.yaml", "cook-knife", lambda fact: fact["qa"].update(a="A knife"))
    second = release(2) / "small.apkg"
    _, log, after = anki(("import", first), ("import", second), ("state", None))
    assert log["updated"] == 1
    assert after["notes"]["cook-knife"]["Back"] == "A knife"


def test_a_renamed_note_keeps_its_reviews_and_its_number(small, release, anki):
    first = release(0) / "small.apkg"
    edit(small / "roles" / "cook.yaml", "id: cook-knife", "id: cook-sharpens")
    with (small / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write("renames:\n  cook-knife: cook-sharpens\n")
    second = release(1) / "small.apkg"
    _, _, before, log, after = anki(
        ("import", first), ("study", None), ("state", None), ("import", second), ("state", None)
    )
    assert log == {"new": 0, "updated": 1, "duplicate": 9, "conflicting": 0}
    assert after["cards"]["cook-sharpens#0"]["scheduling"] == before["cards"]["cook-knife#0"]["scheduling"]
    assert after["notes"]["cook-sharpens"]["Number"] == before["notes"]["cook-knife"]["Number"]
    assert after["notes"]["cook-sharpens"]["guid"] == before["notes"]["cook-knife"]["guid"]
    assert (release(2) / "small.apkg").read_bytes() == second.read_bytes()


def test_a_cloze_that_gains_a_number_gives_one_more_card(small, release, anki):
    first = release(0) / "small.apkg"
    text = "A waiter {{c1::brings}} the meals from the {{c2::kitchen}} to the table."
    change_fact(small / "roles" / "waiter.yaml", "waiter-brings", lambda fact: fact.update(cloze=text))
    second = release(1) / "small.apkg"
    _, _, before, _, after = anki(
        ("import", first), ("study", None), ("state", None), ("import", second), ("state", None)
    )
    assert set(after["cards"]) - set(before["cards"]) == {"waiter-brings#1"}
    assert after["cards"]["waiter-brings#1"]["deck"] == "Small Deck::1 Core"
    assert scheduling(before).items() <= scheduling(after).items()
