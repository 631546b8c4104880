"""The up-to-date check: a build makes a file anew if any of its inputs changed, and skips it otherwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from sysconfig import get_path
from typing import TYPE_CHECKING

import pytest

from conftest import DATA, EPOCH, ROOT, edit
from rolecards.cli import main
from rolecards.export.artifacts import ARTIFACTS
from rolecards.pdf import default_fonts

if TYPE_CHECKING:
    from collections.abc import Callable

SANS, MONO = default_fonts().families["sans"].regular, default_fonts().families["mono"].regular
LEDGER = Path("build/.rolecards.json")
PLANTED = "as the ledger says"


def skipped(built: str) -> set[str]:
    """The files of a build that were skipped."""
    return {line.split()[0].removeprefix("build/small") for line in built.splitlines() if PLANTED in line}


def plant() -> None:
    """Change the summaries in the ledger, which a build repeats only for files that it skips."""
    records = json.loads(LEDGER.read_bytes())
    LEDGER.write_text(json.dumps({name: record | {"summary": PLANTED} for name, record in records.items()}))


def own_template(name: str) -> Path:
    """A copy of one of our templates in the folder `own`."""
    path = Path("own", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "templates" / name, path)
    return path


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory) -> Path:
    """The working folder of a content folder with fonts and templates of its own, of which all artifacts were built."""
    folder = tmp_path_factory.mktemp("built")
    content = shutil.copytree(DATA / "small", folder / "content")
    shutil.copy(SANS, content / "further.ttf")
    edit(content / "deck.yaml", "name: Small Deck", "name: Small Deck\nfonts: [further.ttf]")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
        for name in ("handout/cover.html.j2", "handout/quiz.css", "cards/set.j2", "cards/description.j2"):
            own_template(name)
        own_template("anki/style.css")
        shutil.copy(SANS, "own/handout/own.ttf")
        assert main(["build", "--templates", "own"]) == 0
        plant()
    return folder


@pytest.fixture
def built(small, built_once):
    """A copy of it, as the working folder."""
    shutil.copytree(built_once, small.parent, dirs_exist_ok=True)
    return small


EVERYTHING = {row.suffix for row in ARTIFACTS.values()} - {"-retired.apkg"}
CHANGES: dict[str, Callable[[Path], object]] = {
    "a text": lambda content: edit(content / "roles" / "cook.yaml", "Three years", "Four years"),
    "a comment": lambda content: append(content / "roles" / "cook.yaml", "# see the book\n"),
    "a setting of the deck": lambda content: edit(content / "deck.yaml", "name: Small Deck", "name: Smaller Deck"),
    "a font of the deck": lambda content: shutil.copy(MONO, content / "further.ttf"),
    "a font of the theme": lambda _: shutil.copy(MONO, "own/handout/own.ttf"),
    "a template of papers": lambda _: append(Path("own/handout/cover.html.j2"), "<p>New.</p>\n"),
    "a stylesheet of papers": lambda _: append(Path("own/handout/quiz.css"), "h1 { color: #123456 }\n"),
    "a template of wording": lambda _: append(Path("own/cards/set.j2"), "{# new #}\n"),
    "the description": lambda _: append(Path("own/cards/description.j2"), "New.\n"),
    "a stylesheet of Anki": lambda _: append(Path("own/anki/style.css"), ".new { color: red }\n"),
}
ONLY_PAPERS = {
    "a comment",
    "a font of the deck",
    "a font of the theme",
    "a template of papers",
    "a stylesheet of papers",
}


def test_nothing_is_made_anew_if_nothing_changed(built, run):
    assert skipped(run("build", "--templates", "own").out) == EVERYTHING


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_file_makes_all_anew_that_depends_on_it(built, run, name):
    CHANGES[name](built)
    done = run("build", "--templates", "own")
    assert done.status == 0, done.out
    papers = EVERYTHING - {".apkg"}
    assert not papers & skipped(done.out)
    assert (".apkg" in skipped(done.out)) == (name in ONLY_PAPERS)


@pytest.mark.parametrize(
    "options",
    [
        ("--paper", "letter"),
        ("--seed", "7"),
        ("--card-size", "business"),
        ("--layout", "fold"),
        ("--large",),
        ("--days", "3"),
    ],
)
def test_another_option_for_papers_makes_all_papers_anew(built, run, options):
    assert skipped(run("build", "--templates", "own", *options).out) == {".apkg"}


@pytest.mark.parametrize("offset", ["--offset-x", "--offset-y"])
def test_another_offset_makes_the_cards_anew(small, run, offset):
    build = ("build", "--only", "cards", "--layout", "long-edge")
    run(*build)
    plant()
    assert skipped(run(*build).out) == {"-cards.pdf"}
    assert skipped(run(*build, offset, "1").out) == set()


def test_a_file_that_was_changed_or_deleted_is_made_anew(built, run):
    Path("build/small-quiz.pdf").write_bytes(b"%PDF")
    Path("build/small.apkg").unlink()
    assert skipped(run("build", "--templates", "own").out) == EVERYTHING - {".apkg", "-quiz.pdf"}


@pytest.mark.parametrize("ledger", ["", "[]", '{"apkg": {}}', '{"apkg": 1}'])
def test_a_damaged_ledger_makes_all_anew(built, run, ledger):
    LEDGER.write_text(ledger)
    assert skipped(run("build", "--templates", "own").out) == set()


def test_compiled_templates_are_kept_for_the_next_process_and_never_trusted_when_damaged(small, run, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(small.parent))
    paper = Path("build/small-quiz.pdf")

    def build() -> tuple[bytes, dict[Path, int]]:
        paper.unlink(missing_ok=True)
        assert run("build", "--only", "quiz").status == 0
        return paper.read_bytes(), {path: path.stat().st_mtime_ns for path in small.parent.glob("*jinja2*/*")}

    first, kept = build()
    assert kept
    assert build() == (first, kept), "no template is compiled again"
    for path in kept:
        path.write_bytes(path.read_bytes()[:-9])
    assert build()[0] == first


def test_a_build_needs_no_folder_for_compiled_templates(small, run, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(small / "deck.yaml"))
    assert run("build", "--only", "quiz").status == 0


def test_another_installed_package_makes_all_anew(small):
    """In an environment of its own, which sees the packages of this one."""
    place = small.parent / "environment"
    venv.create(place, symlinks=os.name != "nt")
    packages = Path(get_path("purelib", vars={"base": str(place)}))
    (packages / "here.pth").write_text(f"{get_path('purelib')}\n{ROOT / 'src'}\n")
    python = place / Path(sys.executable).relative_to(sys.prefix)

    def build() -> set[str]:
        command = [python, "-m", "rolecards", "build", "--only", "apkg,quiz"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONUTF8": "1"})
        return skipped(done.stdout)

    build()
    plant()
    assert build() == {".apkg", "-quiz.pdf"}
    (packages / "another-1.0.dist-info").mkdir()
    assert build() == set()
