"""`rolecards init`: an installed program is enough to start from."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest
import yaml

from conftest import EPOCH, ROOT, edit
from paper_reading import notes
from rolecards.release.edition import edition
from rolecards.release.release import Clock
from rolecards.schema.kinds import LISTS
from rolecards.schema.models import SCHEMAS
from rolecards.templates import Templates, bundled_folder


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_example_has_each_kind_of_entry_once_and_nothing_to_complain_of(tmp_path, run):
    assert run("init", tmp_path / "mine").status == 0
    checked = run("check", tmp_path / "mine" / "content", "--strict")
    assert (checked.status, checked.out) == (0, "")
    clock = Clock(stamp=EPOCH, now=EPOCH)
    content = edition(tmp_path / "mine" / "content", Templates(folders=(bundled_folder(),)), clock).content
    counts = {key: len(content.entries[key]) for key in LISTS if key != "facts"}
    assert counts == dict.fromkeys(counts, 1), "add an entry of each kind to src/rolecards/examples/content"
    assert (len(content.roles), len(content.topics), len(content.study)) == (2, 1, 1)


def test_beside_the_content_are_schemas_editor_settings_and_a_workflow(tmp_path, run):
    folder = tmp_path / "mine"
    run("init", folder)
    (setting,) = json.loads((folder / ".vscode" / "settings.json").read_text(encoding="utf-8"))["yaml.schemas"].items()
    assert (folder / setting[0]).is_file()
    assert list(folder.glob(setting[1]))
    workflow = yaml.safe_load((folder / ".github" / "workflows" / "deck.yml").read_text(encoding="utf-8"))
    (content,) = (step["with"]["content"] for step in workflow["jobs"]["deck"]["steps"] if "with" in step)
    assert (folder / content / "deck.yaml").is_file()
    schemas = files_of(folder / "schemas")
    assert {name.removesuffix(".json") for name in schemas} == {
        "content",
        *(kind.split("/")[1][:-2] for kind in SCHEMAS),
    }
    assert run("build", folder / "content", "--out", tmp_path / "out", "--only", "apkg").status == 0
    assert files_of(folder / "schemas") == schemas


def test_bare_is_the_content_alone(tmp_path, run):
    run("init", tmp_path / "mine")
    assert run("init", tmp_path / "bare" / "mine", "--bare").status == 0
    bare, whole = files_of(tmp_path / "bare" / "mine"), files_of(tmp_path / "mine" / "content")
    assert bare.keys() == whole.keys()
    assert [name for name in bare if bare[name] != whole[name]] == ["deck.yaml"]
    assert b"schemas" not in bare["deck.yaml"]
    assert run("check", tmp_path / "bare" / "mine", "--strict").out == ""


def test_the_example_becomes_a_deck_in_the_real_anki(tmp_path, run, anki, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    run("init", tmp_path / "mine")
    assert run("build", tmp_path / "mine" / "content", "--out", tmp_path / "out", "--only", "apkg").status == 0
    log, state = anki(("import", tmp_path / "out" / "mine.apkg"), ("state", None))
    assert log == {"new": len(notes(tmp_path / "out" / "mine.apkg")), "updated": 0, "duplicate": 0, "conflicting": 0}
    assert state["empty"] == []
    assert state["database"][1]
    assert {"baker-kneads", "who-has-the-oven"} <= set(state["notes"])


@pytest.mark.parametrize(
    ("folder", "deck_id", "name"),
    [
        ("hospital ward", "hospital-ward", "Hospital ward"),
        ("Élan_vital-2", "elan-vital-2", "Élan vital 2"),
        ("iPhone-basics", "iphone-basics", "iPhone basics"),
        ("DNS-und-DHCP", "dns-und-dhcp", "DNS und DHCP"),
        ("GANs/content", "gans", "GANs"),
        ("42", "42", "42"),
    ],
)
def test_the_deck_has_the_id_and_name_of_its_folder(tmp_path, run, folder, deck_id, name):
    assert run("init", tmp_path / folder, "--bare").status == 0
    text = (tmp_path / folder / "deck.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[2:4] == [f"id: {deck_id}", f"name: {name}"]
    assert run("check", tmp_path / folder, "--strict").out == ""


def test_check_warns_while_the_id_of_the_example_is_in_use(tmp_path, run):
    run("init", tmp_path / "看護", "--bare")
    assert "name: 看護" in (tmp_path / "看護" / "deck.yaml").read_text(encoding="utf-8")
    assert "warning RC174 this is the id of the example deck" in run("check", tmp_path / "看護").out


def test_a_deck_that_nobody_has_is_renamed_without_errors_and_retired_cards(tmp_path, run):
    folder, out = tmp_path / "mine", tmp_path / "out"
    run("init", folder, "--bare")
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


@pytest.mark.parametrize("option", [[], ["--bare"], ["--full"]])
def test_a_wheel_alone_has_all_that_init_writes(tmp_path, run, wheel, option):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    site = str(tmp_path / "site")
    script = f"import sys; sys.path.insert(0, {site!r}); from rolecards.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "init", tmp_path / "new", *option]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert run("init", tmp_path / "here" / "new", *option).status == 0
    assert files_of(tmp_path / "new") == files_of(tmp_path / "here" / "new")
