"""A lock that was reverted or lost, brought up to what was released."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from apkg_samples import zipped
from conftest import EPOCH, edit
from test_releases import DAY, change_fact, remove_fact

if TYPE_CHECKING:
    from pathlib import Path


class Author:
    """A content folder with its history, from which releases are built on given days."""

    def __init__(self, content: Path, run, monkeypatch) -> None:
        self.content, self.run, self.monkeypatch = content, run, monkeypatch
        self.cook = content / "roles" / "cook.yaml"
        self.waiter = content / "roles" / "waiter.yaml"

    def build(self, day: int, *options):
        self.monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + day * DAY))
        out = self.content.parent / f"day{day}"
        return self.run("build", self.content, "--out", out, "--only", "apkg,retired", *options)

    def release(self, day: int, *options) -> Path:
        outcome = self.build(day, *options)
        assert outcome.status == 0, outcome.out
        return self.content.parent / f"day{day}" / "small.apkg"

    def commit(self, name: str) -> None:
        shutil.copytree(self.content, self.content.parent / name)

    def checkout(self, name: str) -> None:
        shutil.rmtree(self.content)
        shutil.copytree(self.content.parent / name, self.content)

    def answer(self, text: str) -> None:
        change_fact(self.cook, "cook-knife", lambda fact: fact["qa"].update(a=text))

    def add(self, name: str, answer: str, question: str = "") -> None:
        fact = FACT.format(name=name, answer=answer, question=question or f"What does a cook use for the {name}?")
        text = self.cook.read_text(encoding="utf-8").replace("facts:\n", fact, 1)
        self.cook.write_text(text, encoding="utf-8")


def notes_of(lock: Path) -> list[str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "\t" in line and not line.startswith("@")]


FACT = """facts:
- id: cook-{name}
  slot: tools
  part: core
  src: [book]
  qa: {{q: "{question}", a: "{answer}"}}
"""


@pytest.fixture
def author(small, run, monkeypatch):
    return Author(small, run, monkeypatch)


def reverted(author: Author) -> list[Path]:
    """Two releases; then the author goes back to the first commit and adds another note."""
    first = author.release(0)
    author.commit("first")
    author.answer("A knife")
    author.add("soup", "A ladle")
    second = author.release(1)
    author.checkout("first")
    author.add("bread", "An oven")
    return [first, second]


def test_diff_fails_for_a_reverted_lock_and_passes_after_it_is_brought_up(author, run):
    _, second = reverted(author)
    lost = run("diff", second, author.release(2))
    assert lost.status == 1
    assert "learners never receive the change (cook-knife)" in lost.out
    assert "not retired: Anki does not delete notes, so learners keep them (cook-soup)" in lost.out
    assert "the card number belongs to another note too (cook-bread)" in lost.out
    assert f"rolecards build --after {second}" in lost.err
    author.release(3, "--after", second)
    kept = run("diff", second, author.content.parent / "day3" / "small.apkg")
    assert (kept.status, kept.err) == (0, "")
    assert "Notes retired (1)\n- cook-soup" in kept.out


def test_diff_of_two_decks_says_so_and_suggests_no_correction(author, run):
    first = author.release(0)
    edit(author.content / "deck.yaml", "id: small", "id: other")
    (author.content / "cards.lock").unlink()
    assert author.build(1).status == 0
    compared = run("diff", first, first.parents[1] / "day1" / "other.apkg")
    assert compared.status == 1
    assert "these packages are of two decks, `small` and `other`; compare two releases of the same deck" in compared.err
    assert "--after" not in compared.err


def test_a_reverted_correction_arrives_and_what_was_withdrawn_goes(author, anki):
    first, second = reverted(author)
    third = author.release(3, "--after", second)
    *_, before, log, _, removed, after = anki(
        ("import", first), ("import", second), ("study", None), ("state", None), ("import", third),
        ("import", third.parent / "small-retired.apkg"), ("remove_empty_cards", None), ("state", None),
    )  # fmt: skip
    assert log["new"] == log["updated"] == 1
    assert before["notes"]["cook-knife"]["Back"] == "A knife"
    assert after["notes"]["cook-knife"]["Back"] == "The knife"
    assert removed == ["cook-soup#0"]
    assert after["notes"]["cook-bread"]["Number"] == "12"
    kept = {name: card["scheduling"] for name, card in before["cards"].items() if name not in removed}
    assert kept.items() <= {name: card["scheduling"] for name, card in after["cards"].items()}.items()


def test_locked_fails_for_a_lock_that_knows_less_than_the_release(author):
    _, second = reverted(author)
    author.release(2)
    refused = author.build(3, "--locked", "--after", second)
    assert refused.status == 1
    lines = (author.content / "cards.lock").read_text(encoding="utf-8").split("\n")
    (line,) = [at for at, line in enumerate(lines, start=1) if line.startswith("cook-bread\t")]
    said = "the lock and the release that --after names differ in `cook-bread` and 2 more"
    assert f"content/cards.lock:{line}:1: error RC227 {said}" in refused.out
    author.release(3, "--after", second)
    assert author.build(3, "--locked", "--after", second).status == 0


def test_a_lock_ahead_of_the_release_stays_as_it_is(author):
    first = author.release(0)
    author.answer("A knife")
    author.add("soup", "A ladle")
    remove_fact(author.waiter, "waiter-pad")
    author.release(1)
    lock = (author.content / "cards.lock").read_bytes()
    outcome = author.build(2, "--after", first, "--locked")
    assert (outcome.status, outcome.err) == (0, "")
    assert (author.content / "cards.lock").read_bytes() == lock


@pytest.mark.parametrize("rebuilt", [False, True])
def test_a_lost_lock_comes_back_from_the_release(author, run, anki, rebuilt):
    author.answer("A knife")
    author.release(0)
    remove_fact(author.waiter, "waiter-pad")
    released = author.release(1)
    notes = notes_of(author.content / "cards.lock")
    (author.content / "cards.lock").unlink()
    if rebuilt:
        assert run("diff", released, author.release(2)).status == 1
    author.release(3, "--after", released)
    assert notes_of(author.content / "cards.lock") == notes
    _, log = anki(("import", released), ("import", author.content.parent / "day3" / "small.apkg"))
    assert log["updated"] == log["new"] == 0


def without_lock(package: Path) -> Path:
    """The package as another program would write it."""
    with zipfile.ZipFile(package) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "cards.lock"}
    return zipped(package, members)


def test_a_package_without_a_lock_does_not_tell_what_was_released(author):
    released = without_lock(author.release(0))
    refused = author.build(1, "--after", released)
    assert refused.status == 1
    assert f"{released}: error RC227 this package has no lock" in refused.out


def test_a_lost_lock_is_seen_although_nothing_else_changed(author, run):
    released = author.release(0)
    (author.content / "cards.lock").unlink()
    outcome = run("diff", released, author.release(1))
    assert outcome.status == 1
    assert "published again with another note id and time" in outcome.out


def test_a_hotfix_and_the_main_branch_both_arrive(author, anki, run):
    first = author.release(0)
    author.commit("main")
    author.answer("A sharp knife")
    author.add("soup", "A ladle")
    hotfix = author.release(5)
    author.checkout("main")
    author.answer("A big knife")
    author.add("bread", "An oven")
    author.release(3)
    third = author.release(4, "--after", hotfix)
    assert run("diff", hotfix, third).status == 0
    _, _, _, state = anki(("import", first), ("import", hotfix), ("import", third), ("state", None))
    assert state["notes"]["cook-knife"]["Back"] == "A big knife"
    assert (state["notes"]["cook-soup"]["Number"], state["notes"]["cook-bread"]["Number"]) == ("11", "12")


def test_of_a_folder_of_releases_each_is_known(author, anki):
    first = author.release(0)
    author.commit("first")
    author.answer("A knife")
    second = author.release(1)
    author.checkout("first")
    author.add("soup", "A ladle")
    third = author.release(2)
    folder = author.content.parent / "releases"
    folder.mkdir()
    for at, path in enumerate((first, second, third)):
        shutil.copy(path, folder / f"{at}.apkg")
    author.checkout("first")
    last = author.release(3, "--after", folder)
    for order in ((first, second), (second, first), (first, third), (third, second), (second, third)):
        *_, state = anki(*(("import", path) for path in order), ("import", last), ("state", None))
        assert state["notes"]["cook-knife"]["Back"] == "The knife"
    assert "cook-soup" in (author.content / "cards.lock").read_text(encoding="utf-8")


def test_a_reverted_rename_keeps_the_note_and_its_number(author, anki):
    author.release(0)
    author.commit("first")
    edit(author.cook, "id: cook-knife", "id: cook-sharpens")
    with (author.content / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write("renames:\n  cook-knife: cook-sharpens\n")
    second = author.release(1)
    author.checkout("first")
    third = author.release(2, "--after", second)
    _, before, log, after = anki(("import", second), ("state", None), ("import", third), ("state", None))
    assert log == {"new": 0, "updated": 1, "duplicate": 9, "conflicting": 0}
    assert after["notes"]["cook-knife"]["Number"] == before["notes"]["cook-sharpens"]["Number"]


def test_a_cloze_number_that_a_release_gave_out_is_not_used_for_other_words(author):
    author.release(0)
    author.commit("main")
    change = "A waiter {{c1::brings}} the meals from the {{c2::kitchen}} to the table."
    change_fact(author.waiter, "waiter-brings", lambda fact: fact.update(cloze=change))
    hotfix = author.release(1)
    author.checkout("main")
    other = change.replace("{{c2::kitchen}}", "kitchen").replace("table", "{{c2::table}}")
    change_fact(author.waiter, "waiter-brings", lambda fact: fact.update(cloze=other))
    author.release(2)
    refused = author.build(3, "--after", hotfix)
    assert refused.status == 1
    assert "RC206" in refused.out


def test_another_decks_release_is_refused(author):
    released = author.release(0)
    edit(author.content / "deck.yaml", "id: small", "id: other")
    (author.content / "cards.lock").unlink()
    refused = author.build(1, "--after", released)
    assert refused.status == 1
    assert f"{released}/cards.lock: error RC227 this is a release of the deck `small`, not of `other`" in refused.out


def test_an_empty_folder_is_refused(author):
    folder = author.content.parent / "empty"
    folder.mkdir()
    refused = author.build(0, "--after", folder)
    assert refused.status == 2
    assert "there is no package in this folder" in refused.out
    assert not (author.content / "cards.lock").exists()


def test_the_search_of_diff_finds_the_corrected_cards(author, run, anki):
    first = author.release(0)
    author.answer("A knife")
    change_fact(author.cook, "cook-learns", lambda fact: fact["qa"].update(a="Two years"))
    second = author.release(1)
    printed = run("diff", first, second).out.splitlines()[-1]
    search = printed.removeprefix("To find the corrected cards in Anki, search for: ")
    assert search.startswith('deck:"Small Deck" (')
    _, _, found, state = anki(("import", first), ("import", second), ("find", [search]), ("state", None))
    numbers = [state["notes"][name]["Number"] for name in ("cook-knife", "cook-learns")]
    assert found == [2]
    assert all(f"Number:{number}" in search for number in numbers)


def test_retired_notes_are_listed_and_do_not_fail(author, run):
    first = author.release(0)
    remove_fact(author.waiter, "waiter-pad")
    outcome = run("diff", first, author.release(1))
    assert outcome.status == 0
    assert "Notes retired (1)\n- waiter-pad" in outcome.out


def test_a_text_that_comes_under_another_id_fails(author, run):
    first = author.release(0)
    (author.content / "cards.lock").unlink()
    edit(author.cook, "id: cook-knife", "id: cook-sharpens")
    outcome = run("diff", first, author.release(1))
    assert outcome.status == 1
    assert "learners get it twice, or with other reviews (cook-sharpens)" in outcome.out


NOTES = """# Overfitting

* **Overfitting** is a low error on training data but a high error on new data.
* **Dropout** switches off random units during training.
"""


def test_notes_without_ids_come_back_from_a_release_too(author, anki, run):
    notes = author.content / "notes" / "overfitting.md"
    notes.parent.mkdir()
    notes.write_text(NOTES, encoding="utf-8")
    first = author.release(0)
    author.commit("first")
    notes.write_text(NOTES.replace("random units", "some random units") + NEW_BULLET, encoding="utf-8")
    second = author.release(1)
    author.checkout("first")
    notes.write_text(NOTES.replace("new data", "data that is new"), encoding="utf-8")
    third = author.release(2, "--after", second)
    assert run("diff", second, third).status == 0
    _, _, _, before, log, _, removed, after = anki(
        ("import", first), ("import", second), ("study", None), ("state", None), ("import", third),
        ("import", third.parent / "small-retired.apkg"), ("remove_empty_cards", None), ("state", None),
    )  # fmt: skip
    assert (log["new"], log["conflicting"]) == (0, 0)
    assert removed
    assert all("early-stopping" in name for name in removed)
    kept = {name: card["scheduling"] for name, card in before["cards"].items() if name not in removed}
    assert kept == {name: card["scheduling"] for name, card in after["cards"].items()}


NEW_BULLET = "* **Early stopping** ends training when the validation error rises.\n"
