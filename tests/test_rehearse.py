"""What the rehearsal says of an upgrade, with the real Anki library in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from apkg_samples import (
    LATER,
    QA_FIELDS,
    RELEASED,
    Looks,
    Sample,
    build,
    cloze,
    question,
    repacked,
    script,
    zipped,
)
from rolecards.compare.package import read_package
from rolecards.compare.rehearse import Rehearsal, _disturbed, _rehearsal, as_text, rehearse
from rolecards.problems import ContentError

if TYPE_CHECKING:
    from pathlib import Path

    from fork_server import ForkServer

anki_is_there = importlib.util.find_spec("anki") is not None
needs_anki = pytest.mark.skipif(not anki_is_there, reason="the extra `rolecards[anki]` is not installed")

TWELVE = [question(f"n{number:02}", f"What is {number}?") for number in range(12)]
"""The learner edits the first and the eleventh of them."""


IN_FORK = """
import json, sys
from pathlib import Path
from rolecards.compare import learner
json.dump(learner.rehearse(Path(sys.stdin.read())), sys.__stdout__)
"""


class Rehearser:
    """Builds two packages from samples and rehearses the upgrade, in a fork of a process that has loaded Anki."""

    def __init__(self, folder: Path, anki: ForkServer) -> None:
        self.folder = folder
        self.anki = anki

    def packages(self, old: list[Sample], new: list[Sample], *, types: int = RELEASED) -> tuple[Path, Path]:
        return build(self.folder / "old.apkg", old), build(self.folder / "new.apkg", new, types_modified=types)

    def __call__(self, old: list[Sample], new: list[Sample], *, types: int = RELEASED) -> Rehearsal:
        learner = self.folder / "learner"
        shutil.rmtree(learner, ignore_errors=True)
        learner.mkdir()
        first, second = self.packages(old, new, types=types)
        packages = read_package(first, learner / "old.apkg"), read_package(second, learner / "new.apkg")
        done = self.anki.run(script=IN_FORK, text=str(learner))
        assert done.returncode == 0, done.stderr
        return _rehearsal(*packages, json.loads(done.stdout))


@pytest.fixture
def upgrade(tmp_path: Path, anki_loaded: ForkServer) -> Rehearser:
    return Rehearser(tmp_path, anki_loaded)


@needs_anki
def test_an_unchanged_package_changes_nothing(upgrade: Rehearser) -> None:
    rehearsal = upgrade(TWELVE, TWELVE)
    assert (rehearsal.studied, rehearsal.unchanged, rehearsal.lost) == (12, 12, False)
    assert rehearsal.effects["kept"] == ["n00", "n10"]
    assert not any(rehearsal.effects[key] for key in ("added", "updated", "left_over", "missing_media"))


@needs_anki
def test_corrections_arrive_and_cost_no_review(upgrade: Rehearser) -> None:
    corrected = question("n01", "What is one?", modified=LATER)
    reworded = cloze("n02", "{{c1::x}} and {{c2::z}}", (0, 1), modified=LATER)
    old = [*TWELVE[:2], cloze("n02", "{{c1::x}} and {{c2::y}}", (0, 1)), *TWELVE[3:]]
    rehearsal = upgrade(old, [question("top", "New?", modified=LATER), TWELVE[0], corrected, reworded, *TWELVE[4:]])
    assert rehearsal.effects["added"] == ["top"]
    assert rehearsal.effects["updated"] == ["n01", "n02"]
    assert rehearsal.effects["kept"] == ["n00", "n10"]
    assert rehearsal.effects["left_over"] == ["n03 card 1"]
    assert (rehearsal.unchanged, rehearsal.effects["disturbed"], rehearsal.lost) == (9, [], False)


@needs_anki
def test_a_learners_edit_gives_way_to_a_change_and_that_is_no_loss(upgrade: Rehearser) -> None:
    rehearsal = upgrade(TWELVE, [question("n00", "What is zero?", modified=LATER), *TWELVE[1:]])
    assert rehearsal.effects["replaced"] == ["n00"]
    assert not rehearsal.lost


@needs_anki
def test_a_build_clock_in_every_note_loses_the_learners_edits(upgrade: Rehearser) -> None:
    rehearsal = upgrade(TWELVE, [question(note.id, note.fields[1], modified=LATER) for note in TWELVE])
    assert rehearsal.effects["overwritten"] == ["n00", "n10"]
    assert rehearsal.lost


@needs_anki
def test_the_rehearsal_does_not_depend_on_when_it_is_held(upgrade: Rehearser) -> None:
    soon = int(time.time()) + 1_000_000
    old = [question(note.id, note.fields[1], modified=soon) for note in TWELVE]
    rehearsal = upgrade(old, [question("n00", "What is zero?", modified=soon + 100), *old[1:]])
    assert rehearsal.effects["replaced"] == ["n00"]
    assert rehearsal.effects["kept"] == ["n10"]


@needs_anki
def test_a_correction_under_the_old_date_does_not_arrive(upgrade: Rehearser) -> None:
    rehearsal = upgrade(TWELVE, [TWELVE[0], question("n01", "What is one?"), *TWELVE[2:]])
    assert rehearsal.effects["undelivered"] == ["n01"]
    assert rehearsal.lost


@needs_anki
def test_a_changed_schema_copies_the_note_type_and_its_notes_conflict(upgrade: Rehearser) -> None:
    looks = Looks(fields=(*QA_FIELDS, "More"))
    new = [Sample(note.id, (*note.fields, ""), modified=LATER, looks=looks) for note in TWELVE]
    rehearsal = upgrade(TWELVE, [*new, Sample("new", ("new", "New?", "yes", "", ""), looks=looks)])
    assert rehearsal.effects["note_types_copied"] == ["RC QA+"]
    assert len(rehearsal.effects["conflicting"]) == 12
    assert rehearsal.lost


@needs_anki
def test_a_renamed_field_with_an_id_and_new_css_lose_nothing(upgrade: Rehearser) -> None:
    looks = Looks(fields=("Id", "Question", "Back", "Retired"), css=".card { color: navy; }")
    new = [Sample(note.id, note.fields, looks=looks) for note in TWELVE]
    rehearsal = upgrade(TWELVE, new, types=LATER)
    assert (rehearsal.unchanged, rehearsal.effects["note_types_copied"], rehearsal.lost) == (12, [], False)


@needs_anki
def test_a_note_under_another_note_type_conflicts(upgrade: Rehearser) -> None:
    rehearsal = upgrade(TWELVE, [*TWELVE[:5], cloze("n05", "{{c1::x}}", modified=LATER), *TWELVE[6:]])
    assert rehearsal.effects["conflicting"] == ["n05"]
    assert rehearsal.lost


@needs_anki
def test_a_deletion_that_is_given_up_loses_nothing_and_one_that_is_renumbered_a_card(upgrade: Rehearser) -> None:
    old = [*TWELVE, cloze("c", "{{c1::x}} {{c2::y}}", (0, 1))]
    rehearsal = upgrade(old, [*TWELVE, cloze("c", "{{c1::x}} y", modified=LATER)])
    assert rehearsal.effects["cleared"] == ["c card 2"]
    assert not rehearsal.lost
    rehearsal = upgrade(old, [*TWELVE, cloze("c", "{{c2::x}} {{c3::y}}", (1, 2), modified=LATER)])
    assert rehearsal.effects["blank"] == ["c card 1"]
    assert rehearsal.lost


@needs_anki
def test_retired_notes_are_cleared_on_purpose_and_nothing_else_is(upgrade: Rehearser) -> None:
    old = [*TWELVE, cloze("c", "{{c1::x}} {{c2::y}}", (0, 1))]
    answer = Sample("n05", ("n05", "What is 5?", "yes", "retired"), tags=("deck::retired",), modified=LATER)
    text = Sample("c", ("c", "x y", "retired"), cloze=True, cards=(0, 1), tags=("deck::retired",), modified=LATER)
    rehearsal = upgrade(old, [answer, text])
    assert rehearsal.effects["cleared"] == ["c card 1", "c card 2", "n05 card 1"]
    assert (rehearsal.effects["blank"], rehearsal.effects["disturbed"], rehearsal.lost) == ([], [], False)


@needs_anki
def test_missing_media_are_named(upgrade: Rehearser) -> None:
    notes = [question("a", '<img src="a.png">')]
    assert upgrade(notes, notes).effects["missing_media"] == ["a.png"]


@needs_anki
def test_the_reports_say_what_was_lost(upgrade: Rehearser) -> None:
    rehearsal = upgrade(TWELVE, [question(note.id, note.fields[1], modified=LATER) for note in TWELVE])
    text = as_text(rehearsal)
    assert "cards: 12 studied, 12 with unchanged reviews" in text
    assert (
        "Lost:\n  notes where the learner's edit was overwritten without a change in the package: 2 (n00, n10)" in text
    )


@needs_anki
@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_temporary_folder_without_space_is_named(tmp_path: Path) -> None:
    package = build(tmp_path / "great.apkg", [question(f"n{number}", "What? " * 100) for number in range(200)])
    program = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)); from rolecards.__main__ import start; start()"
    command = [sys.executable, "-c", program, "rehearse", package, package]
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{temporary}: error RC150")
    assert not list(temporary.iterdir())


@needs_anki
def test_packages_without_a_common_note_are_no_upgrade(upgrade: Rehearser) -> None:
    rehearsal = upgrade([question("a", "A?")], [question("b", "B?")])
    assert rehearsal.lost
    assert "The packages share no note" in as_text(rehearsal)


def test_a_fine_upgrade_is_called_fine(upgrade: Rehearser) -> None:
    assert as_text(upgrade(TWELVE, TWELVE)).endswith("Nothing was lost.\n")


@needs_anki
def test_two_rehearsals_report_the_same_bytes(upgrade: Rehearser) -> None:
    new = [question("n00", "What is zero?", modified=LATER), *TWELVE[2:], question("new", "New?")]
    first, second = (as_text(rehearse(*upgrade.packages(TWELVE, new))) for _ in range(2))
    assert first == second


@needs_anki
def test_ankis_library_stays_out_of_this_process_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, package = tmp_path / "scratch", build(tmp_path / "deck.apkg", TWELVE)
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    rehearse(package, package)
    assert "anki" not in sys.modules
    assert list(scratch.iterdir()) == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["deck.apkg", "scratch"]


@needs_anki
def test_a_package_that_makes_ankis_library_fail_is_a_problem_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, package = tmp_path / "scratch", build(tmp_path / "deck.apkg", TWELVE)
    repacked(
        package, script("update notes set id = 0 where guid = 'guid-n03'", "update cards set nid = 0 where due = 4")
    )
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with pytest.raises(ContentError, match="RC821 Anki's library failed"):
        rehearse(package, package)
    assert list(scratch.iterdir()) == []


@needs_anki
def test_a_module_in_the_working_folder_is_not_taken_for_ankis(
    upgrade: Rehearser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "anki.py").write_text("raise SystemExit('the wrong anki')")
    monkeypatch.chdir(tmp_path)
    assert not rehearse(*upgrade.packages(TWELVE, TWELVE)).lost


@needs_anki
def test_a_package_that_anki_refuses_is_a_problem_at_its_path(upgrade: Rehearser, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_text("picture")
    old = build(tmp_path / "old.apkg", TWELVE)
    new = build(tmp_path / "new.apkg", TWELVE, media=[picture])
    with zipfile.ZipFile(new) as file:
        members = {name: file.read(name) for name in file.namelist()}
    zipped(new, {**members, "media": b'{"0": "../a.png"}'})
    with pytest.raises(ContentError) as caught:
        rehearse(old, new)
    assert [(problem.code, problem.location.path) for problem in caught.value.problems] == [("RC820", str(new))]


@needs_anki
def test_a_package_that_cannot_be_read_is_a_problem_at_its_path(tmp_path: Path) -> None:
    old = build(tmp_path / "old.apkg", TWELVE)
    with pytest.raises(ContentError) as caught:
        rehearse(old, tmp_path / "none.apkg")
    assert [problem.code for problem in caught.value.problems] == ["RC801"]


def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ContentError) as caught:
        rehearse(tmp_path / "old.apkg", tmp_path / "new.apkg")
    assert str(caught.value).endswith("RC822 `rehearse` needs the package `anki` (pip install 'rolecards[anki]')")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("cards", "reviews"),
    [
        ({}, [[7, 1]]),
        ({"1": ["guid-a", 0, ["rescheduled"]]}, [[7, 1]]),
        ({"1": ["guid-a", 0, ["due"]]}, []),
    ],
)
def test_a_card_that_is_gone_rescheduled_or_without_its_review_is_disturbed(
    cards: dict[str, Any], reviews: list[list[int]]
) -> None:
    before: Any = {"cards": {"1": ["guid-a", 0, ["due"]]}, "reviews": [[7, 1]]}
    after: Any = {"cards": cards, "reviews": reviews}
    assert list(_disturbed(before, before)) == []
    assert list(_disturbed(before, after)) == [("guid-a", 0)]
