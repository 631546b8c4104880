"""The tables of artifacts, paper sizes, card sizes and card layouts: one row is all that a new one needs."""

from __future__ import annotations

import re
from importlib import import_module, util
from pathlib import Path

import pytest
from pypdf import PdfReader

from conftest import ROOT, edit
from rolecards.export.artifacts import ARTIFACTS, ArtifactType
from rolecards.papers.sheets import CARD_LAYOUTS, CARD_SIZES, PAPER_SIZES, UNITS, PaperSize, grid


def test_every_artifact_has_its_maker_and_a_file_name_of_its_own():
    for row in ARTIFACTS.values():
        module, _, function = row.maker.partition(":")
        assert util.find_spec(module), f"`{row.name}`: there is no module {module}"
        assert callable(getattr(import_module(module), function, None)), f"`{row.name}`: {module} has no {function}()"
        assert row.suffix.endswith(".pdf") == row.on_paper, f"`{row.name}`: on_paper does not fit {row.suffix}"
    assert len({row.suffix for row in ARTIFACTS.values()}) == len(ARTIFACTS), "two artifacts share a file name"


def test_every_artifact_is_built_and_in_the_help(small, run):
    run("build", "--only", "apkg")
    (small / "scenarios.yaml").unlink()
    assert run("build").status == 0
    built = {path.name for path in Path("build").glob("[!.]*")}
    assert built == {f"small{row.suffix}" for row in ARTIFACTS.values()}
    shown = " ".join(run("build", "--help").out.split())
    for row in ARTIFACTS.values():
        assert f"{row.name} ({row.noun})" in shown


def test_a_new_paper_is_rebuilt_when_a_text_changes(small, run, monkeypatch):
    leaflet = ArtifactType("leaflet", "leaflet", "-leaflet.pdf", "rolecards.papers.quiz:quiz", on_paper=True)
    monkeypatch.setitem(ARTIFACTS, "leaflet", leaflet)
    assert "build/small-leaflet.pdf  written" in run("build", "--only", "leaflet").out
    assert "build/small-leaflet.pdf  unchanged" in run("build", "--only", "leaflet").out
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", "How long must a cook learn?")
    assert "build/small-leaflet.pdf  written" in run("build", "--only", "leaflet").out


def test_the_package_of_retired_cards_goes_when_no_note_is_retired(small, run):
    run("build", "--only", "apkg")
    committed = {path: path.read_bytes() for path in (small / "scenarios.yaml", small / "cards.lock")}
    (small / "scenarios.yaml").unlink()
    run("build", "--only", "retired")
    assert Path("build/small-retired.apkg").exists()
    for path, data in committed.items():
        path.write_bytes(data)
    run("build", "--only", "retired")
    assert not Path("build/small-retired.apkg").exists()


@pytest.mark.parametrize("layout", CARD_LAYOUTS.values())
@pytest.mark.parametrize("paper", PAPER_SIZES.values())
def test_the_usual_card_of_a_paper_fits_on_it_in_every_layout(paper, layout):
    assert paper.unit in UNITS
    assert paper.card == CARD_SIZES[paper.card.name]
    sheet = grid(paper, paper.card, layout)
    assert sheet.columns * sheet.rows >= 4


@pytest.mark.parametrize(
    "paper",
    [
        PaperSize("a5", 148, 210, CARD_SIZES["business"], CARD_SIZES["business"], unit="mm"),
        PaperSize("legal", 215.9, 355.6, CARD_SIZES["letter-eighth"], CARD_SIZES["letter-eighth"], unit="inches"),
    ],
)
def test_one_row_adds_a_paper_size_to_all_papers(small, run, monkeypatch, paper):
    monkeypatch.setitem(PAPER_SIZES, paper.name, paper)
    assert f"{paper.card.name} ({paper.measures(paper.card)}) on {paper.name}" in " ".join(
        run("build", "--help").out.split()
    )
    papers = [row for row in ARTIFACTS.values() if row.on_paper]
    for layout in CARD_LAYOUTS:
        built = run("build", "--only", ",".join(row.name for row in papers), "--paper", paper.name, "--layout", layout)
        assert (built.status, built.out.count(" error ")) == (0, 0), built.out
        for row in papers:
            for page in PdfReader(f"build/small{row.suffix}").pages:
                sides = [float(side) * 25.4 / 72 for side in page.mediabox[2:]]
                assert sides == pytest.approx([paper.width, paper.height], abs=0.01)


@pytest.mark.parametrize("name", [*PAPER_SIZES, *CARD_SIZES])
def test_the_readme_names_every_paper_and_card_size(name):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"(?<![\w-]){name}(?![\w-])", readme), f"name {name} in README.md"


@pytest.mark.parametrize("name", PAPER_SIZES)
def test_the_action_names_every_paper_size(name):
    (described,) = re.findall(r"description: (The paper size, .*)", (ROOT / "action.yml").read_text(encoding="utf-8"))
    assert f"`{name}`" in described


def test_cards_that_do_not_fit_on_the_paper_are_refused(small, run, monkeypatch):
    a5 = PaperSize("a5", 148, 210, CARD_SIZES["business"], CARD_SIZES["business"], unit="mm")
    monkeypatch.setitem(PAPER_SIZES, "a5", a5)
    refused = run("build", "--only", "cards", "--paper", "a5", "--card-size", "quarter", "--layout", "fold")
    assert refused.status == 2
    assert "`quarter` cards with the layout `fold` do not fit on `a5` paper" in refused.err
    assert not Path("build").exists()
    assert run("build", "--only", "quiz", "--paper", "a5", "--card-size", "quarter", "--layout", "fold").status == 0
