"""Papers and packages for one reader: `--role`, `--part`, `--count`, `--large`, and the study plan."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from ctypes import byref, c_float
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from pypdf import PdfReader

from conftest import edit
from paper_reading import notes, outline, pages, squeezed
from rolecards.papers.sheets import CARD_SIZES


def guids(package: str) -> set[str]:
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(Path("build", package)) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    return {guid for (guid,) in connection.execute("SELECT guid FROM notes")}


def numbers(package: str) -> dict[str, str]:
    return {note.id: note.number for note in notes(Path("build", package))}


def test_a_role_has_its_notes_with_the_guids_and_numbers_of_the_whole(shipped, run):
    assert run("build", "--only", "apkg").status == 0
    chosen = run("build", "--only", "apkg", "--role", "mle")
    assert chosen.status == 0
    assert "retired" not in chosen.err
    whole, part = numbers("ml-team-roles.apkg"), numbers("ml-team-roles-mle.apkg")
    about = {note.id for note in notes(Path("build/ml-team-roles.apkg")) if "::role::mle" in note.tags}
    assert part.keys() == about
    assert part.items() <= whole.items()
    assert guids("ml-team-roles-mle.apkg") <= guids("ml-team-roles.apkg")


def test_a_choice_leaves_the_lock_as_the_whole_makes_it(shipped, run):
    run("build", "--only", "apkg")
    lock = (shipped / "cards.lock").read_bytes()
    run("build", "--only", "apkg,quiz", "--role", "mle,ds", "--part", "core", "--count", "3")
    assert (shipped / "cards.lock").read_bytes() == lock


def test_no_part_overwrites_the_whole(small, run):
    choices = ((), ("--role", "cook"), ("--part", "core"), ("--count", "2"), ("--role", "cook", "--part", "core"))
    for choice in choices:
        assert run("build", *choice).status == 0
    names = sorted(path.name for path in Path("build").glob("*-quiz.pdf"))
    assert names == [
        "small-2-quiz.pdf",
        "small-cook-core-quiz.pdf",
        "small-cook-quiz.pdf",
        "small-core-quiz.pdf",
        "small-quiz.pdf",
    ]
    again = run("build")
    assert again.out.count("unchanged") == len(again.out.splitlines())


def test_the_choice_is_in_the_title(small, run):
    assert run("build", "--role", "cook", "--part", "core").status == 0
    for name in ("handout", "quiz", "cards"):
        path = Path(f"build/small-cook-core-{name}.pdf")
        assert PdfReader(path).metadata.title == "Small Deck: Cook, Core"
        assert "Cook, Core" in pages(path)[0]


def test_the_guide_for_a_role_has_its_page_and_none_of_others(printed):
    printed("--only", "handout", "--role", "mle")
    titles = outline(Path("build/ml-team-roles-mle-handout.pdf"))
    assert "ML Engineer" in titles
    assert "Data Engineer" not in titles
    assert "Tell them apart" in titles


def test_a_count_takes_the_first_notes_in_the_order_of_study(shipped, run):
    assert run("build", "--only", "apkg").status == 0
    core = [int(note.number) for note in notes(Path("build/ml-team-roles.apkg")) if "::part::core" in note.tags]
    assert run("build", "--only", "apkg", "--count", "5").status == 0
    assert sorted(map(int, numbers("ml-team-roles-5.apkg").values())) == sorted(core)[:5]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (("--role", "coock"), "--role: error RC151 `coock` does not exist (did you mean `cook`?)"),
        (("--role", "x"), "--role: error RC151 `x` does not exist (choose from cook, waiter)"),
        (("--part", "x"), "--part: error RC151 `x` does not exist (choose from core, more, beyond, all)"),
        (("--role", "waiter", "--part", "beyond"), "error RC151 no note fits this choice (there are notes in core"),
    ],
)
def test_an_empty_choice_is_wrong_usage_that_names_what_there_is(small, run, choice, said):
    refused = run("build", *choice)
    assert refused.status == 2
    assert said in refused.out
    assert not Path("build").exists()


@pytest.mark.parametrize("option", ["--count", "--days", "--minutes"])
@pytest.mark.parametrize("number", ["0", "-1", "x", "9999"])
def test_a_number_out_of_range_is_wrong_usage(small, run, option, number):
    refused = run("build", option, number)
    assert refused.status == 2
    assert "is not an integer from 1 to" in refused.err


# ---------------------------------------------------------------- study plan


def plan(path: Path) -> dict[int, str]:
    """What the plan on the cover says of each day."""
    said = re.split(r"☐ Day (\d+)", pages(path)[0])
    return {int(day): text for day, text in zip(said[1::2], said[2::2], strict=True)}


def planned(text: str) -> set[int]:
    found = re.findall(r"(?<![\dT])(\d+)(?:–(\d+))?(?=◆)", text)
    return {number for first, last in found for number in range(int(first), int(last or first) + 1)}


def test_without_options_the_core_is_learnt_in_a_week(shipped_papers):
    days = plan(Path("build/ml-team-roles-handout.pdf"))
    assert list(days) == [1, 2, 3, 4, 5, 6, 7]
    core = {int(note.number) for note in notes(Path("build/ml-team-roles.apkg")) if "::part::core" in note.tags}
    assert set().union(*map(planned, days.values())) == core
    assert "reviews" in days[7]


def test_a_plan_for_a_date_has_its_days_and_minutes_prompts_and_what_is_left_out(shipped, run):
    assert run("build", "--only", "handout", "--days", "4", "--minutes", "10", "--role", "mle").status == 0
    cover = pages(Path("build/ml-team-roles-mle-handout.pdf"))[0]
    assert list(plan(Path("build/ml-team-roles-mle-handout.pdf"))) == [1, 2, 3, 4]
    assert "At most 10 min a day" in cover
    assert "T1" in cover
    left_out = int(re.search(r"no time is left: (\d+)\.", cover)[1])
    assert run("build", "--only", "handout", "--days", "8", "--minutes", "20", "--role", "mle").status == 0
    longer = pages(Path("build/ml-team-roles-mle-handout.pdf"))[0]
    assert left_out > 0
    assert "no time is left" not in longer


def test_the_plan_puts_the_core_first_and_contrasts_last(shipped, run):
    assert run("build", "--only", "apkg,handout", "--days", "8", "--minutes", "20", "--role", "mle").status == 0
    days = plan(Path("build/ml-team-roles-mle-handout.pdf"))
    contrast = next(
        note for note in notes(Path("build/ml-team-roles-mle.apkg")) if note.id == "contrast-mle-mlr-interview"
    )
    first = next(day for day, text in days.items() if re.search(rf"(?<!\d){contrast.number}(?!\d)", text))
    assert all("◆" not in text for day, text in days.items() if day > first)


# ---------------------------------------------------------------- large type


def sizes(path: Path) -> set[float]:
    """The type sizes of a paper, in points."""
    found = set()
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            for run in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)):
                size = c_float()
                pdfium.FPDFTextObj_GetFontSize(run, byref(size))
                found.add(round(size.value * run.get_matrix().a, 2))
    return found


@pytest.mark.parametrize(("name", "smallest"), [("handout", 7.5), ("quiz", 7.5), ("cards", 7)])
def test_large_type_is_at_least_11_points_and_says_all_that_small_type_says(printed, name, smallest):
    path = Path(f"build/ml-team-roles-{name}.pdf")
    printed()
    assert min(sizes(path)) >= smallest - 0.01
    words = set(" ".join(pages(path)).split())
    printed("--large")
    assert min(sizes(path)) >= 11
    assert max(size for size in sizes(path) if size < 15) > 13.9
    large = squeezed(" ".join(pages(path)))
    missing = {word for word in words if squeezed(word) not in large and not re.fullmatch(r"[\d,.–◆(%)]+", word)}
    assert missing <= {"Below", "across", "columns,"}, "large type sets the map and the pairs as lists"


def test_large_type_has_larger_cards(small, run):
    assert run("build", "--only", "cards", "--large").status == 0
    assert "95 × 132 mm" in pages(Path("build/small-cards.pdf"))[0]


def test_a_long_question_is_printed_whole_in_large_type_too(small, run):
    question = "Which dish " + "and which other dish " * 19 + "is it?"
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", question)
    assert run("build", "--large", "--part", "all").status == 0
    for name in ("handout", "quiz", "cards"):
        assert squeezed(question) in squeezed(" ".join(pages(Path(f"build/small-all-{name}.pdf"))))


def test_an_option_that_is_repeated_takes_both_names(small, run):
    assert run("build", "--only", "quiz", "--only", "handout", "--role", "cook", "--role", "waiter").status == 0
    assert {path.name for path in Path("build").glob("*.pdf")} == {
        "small-cook-waiter-quiz.pdf",
        "small-cook-waiter-handout.pdf",
    }


@pytest.mark.parametrize("option", ["--role", "--part"])
def test_an_empty_name_is_no_choice(small, run, option):
    built = run("build", option, "")
    assert built.status == 2
    assert f"{option}: error RC151 `` does not exist" in built.out


@pytest.mark.parametrize("size", CARD_SIZES)
def test_large_type_fits_on_cards_of_any_size(small, run, size):
    printed = run("build", "--large", "--only", "cards", "--card-size", size)
    codes = {line.split(" error ")[1].split()[0] for line in printed.out.splitlines() if " error " in line}
    assert codes <= {"RC705"}
