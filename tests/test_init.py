"""`rolecards init`: an installed program is enough to start from."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from conftest import EPOCH, ROOT, edit


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_example_has_a_role_and_notes_and_nothing_to_complain_of(tmp_path, run):
    assert run("init", tmp_path / "mine").status == 0
    assert {path.suffix for path in (tmp_path / "mine").rglob("[!.]*.*")} == {".yaml", ".md"}
    checked = run("check", tmp_path / "mine", "--strict")
    assert (checked.status, checked.out) == (0, "")


def test_the_example_becomes_a_deck_of_both_kinds_in_the_real_anki(tmp_path, run, anki, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    run("init", tmp_path / "mine")
    assert run("build", tmp_path / "mine", "--out", tmp_path / "out", "--only", "apkg").status == 0
    log, state = anki(("import", tmp_path / "out" / "mine.apkg"), ("state", None))
    assert log == {"new": 14, "updated": 0, "duplicate": 0, "conflicting": 0}
    assert state["empty"] == []
    assert state["database"][1]
    assert {"da-labels", "evaluation-recall-is-the-share-of-real-3ca0b-explain"} <= set(state["notes"])


@pytest.mark.parametrize(
    ("folder", "deck_id", "name"),
    [
        ("hospital ward", "hospital-ward", "Hospital Ward"),
        ("Élan_vital-2", "elan-vital-2", "Élan Vital 2"),
        ("GANs/content", "gans", "GANs"),
        ("42", "42", "42"),
    ],
)
def test_the_deck_has_the_id_and_name_of_its_folder(tmp_path, run, folder, deck_id, name):
    assert run("init", tmp_path / folder).status == 0
    text = (tmp_path / folder / "deck.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[2:] == [f"id: {deck_id}", f"name: {name}"]
    assert run("check", tmp_path / folder, "--strict").out == ""


def test_check_warns_while_the_id_of_the_example_is_in_use(tmp_path, run):
    run("init", tmp_path / "看護")
    assert "name: 看護" in (tmp_path / "看護" / "deck.yaml").read_text(encoding="utf-8")
    assert "warning RC174 this is the id of the example deck" in run("check", tmp_path / "看護").out


def test_a_deck_that_nobody_has_is_renamed_without_errors_and_retired_cards(tmp_path, run):
    folder, out = tmp_path / "mine", tmp_path / "out"
    run("init", folder)
    edit(folder / "deck.yaml", "id: mine\nname: Mine", "id: ward\nname: Ward")
    first = run("build", folder, "--out", out, "--only", "apkg,retired")
    assert (first.status, "RC" in first.out, "retired" in first.out) == (0, False, False)
    edit(folder / "deck.yaml", "id: ward\nname: Ward", "id: hospital\nname: Hospital")
    refused = run("build", folder, "--out", out, "--only", "apkg,retired")
    assert refused.status == 1
    assert "if nobody has the deck yet, delete cards.lock and build" in refused.out
    (folder / "cards.lock").unlink()
    second = run("build", folder, "--out", out, "--only", "apkg,retired")
    assert (second.status, "RC" in second.out, "retired" in second.out) == (0, False, False)


def test_without_the_example_role_there_is_nothing_to_correct(tmp_path, run):
    folder = tmp_path / "mine"
    run("init", folder)
    (folder / "roles" / "data-annotator.yaml").unlink()
    assert "RC513" not in run("check", folder).out


def test_the_full_deck_is_the_one_that_we_ship(tmp_path, run):
    assert run("init", tmp_path / "full", "--full").status == 0
    assert files_of(tmp_path / "full") == files_of(ROOT / "content")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, run):
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    refused = run("init", tmp_path)
    assert refused.status == 2
    assert refused.out.startswith(f"{tmp_path.as_posix()}: error RC106")
    assert files_of(tmp_path) == {"notes.md": b"mine"}


def test_an_empty_folder_that_exists_is_filled(tmp_path, run):
    (tmp_path / "mine").mkdir()
    assert run("init", tmp_path / "mine").status == 0


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path, run):
    (tmp_path / "mine").write_text("a file", encoding="utf-8")
    assert run("init", tmp_path / "mine").status == 2
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "a file"


def test_a_folder_must_be_named(run):
    assert run("init").status == 2


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.mark.parametrize("option", [[], ["--full"]])
def test_a_wheel_alone_has_all_that_init_writes(tmp_path, wheel, option):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    site = str(tmp_path / "site")
    script = f"import sys; sys.path.insert(0, {site!r}); from rolecards.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "init", tmp_path / "new", *option]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    made_of = files_of(ROOT / ("content" if option else "src/rolecards/examples"))
    if not option:
        deck = made_of["deck.yaml"].replace(b"my-first-deck", b"new").replace(b"My First Deck", b"New")
        made_of["deck.yaml"] = deck
    attributes = {".gitattributes": (ROOT / "content" / ".gitattributes").read_bytes()}
    assert files_of(tmp_path / "new") == made_of | attributes
