"""Pages as pictures, held against reference pictures that somebody has looked at.

After a wanted change of looks: delete tests/pictures/, run this file, look at the new pictures, commit them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from rolecards.export.artifacts import ARTIFACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES = Path(__file__).parent / "pictures"
TOLERANCE = 1.5
"""The mean difference of grey values, of 255, that other versions of fonts and renderers may make."""

PAGES = [
    ("handout", 1, "a4", ()),
    ("handout", 2, "a4", ()),
    ("handout", 2, "letter", ()),
    ("quiz", 1, "a4", ()),
    ("quiz", 1, "letter", ()),
    ("cards", 1, "a4", ("--layout", "fold")),
    ("cards", 2, "a4", ("--layout", "fold")),
    ("cards", 2, "letter", ("--layout", "long-edge")),
    ("cards", 4, "letter", ("--layout", "short-edge")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page[0]}-{page[1]}-{page[2]}{''.join(page[3][1:])}")
def test_a_page_looks_as_it_did_when_somebody_last_looked_at_it(small, run, page):
    name, number, paper, further = page
    assert run("build", "--only", name, "--paper", paper, *further).status == 0
    compare(Path(f"build/small-{name}.pdf"), number, "-".join((name, str(number), paper, *further[1:])))


@pytest.mark.parametrize(("name", "number"), [("handout", 2), ("cards", 3), ("quiz", 1)])
def test_study_notes_look_as_they_did_when_somebody_last_looked_at_them(small, run, name, number):
    shutil.copy(PICTURES.parent / "study" / "constructs" / "roles.md", small / "crew.md")
    assert run("build", "--only", name).status == 0
    compare(Path(f"build/small-{name}.pdf"), number, f"notes-{name}-{number}")


def test_every_paper_has_a_reference_picture():
    papers = {row.name for row in ARTIFACTS.values() if row.on_paper}
    assert papers == {page[0] for page in PAGES}, "add a page of each paper to PAGES"


def compare(pdf: Path, number: int, reference_name: str) -> None:
    """Hold a page against its reference picture."""
    drawn = picture(pdf, number)
    reference = PICTURES / f"{reference_name}.png"
    if not reference.exists():
        PICTURES.mkdir(exist_ok=True)
        drawn.save(reference)
        pytest.fail(f"{reference.name} was missing and has been drawn: look at it, then commit it")
    assert max(differences(drawn, Image.open(reference))) < TOLERANCE


def picture(pdf: Path, number: int) -> Image.Image:
    """A page in grey at 50 dots an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[number - 1].render(scale=50 / 72, grayscale=True).to_pil().convert("L")


def differences(one: Image.Image, other: Image.Image) -> Iterator[float]:
    """The mean difference in each of 5 × 7 fields, after a blur that forgives a different rasteriser."""  # noqa: RUF002
    assert one.size == other.size
    blurred = [image.convert("L").filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    difference = ImageChops.difference(*blurred)
    width, height = difference.width // 5, difference.height // 7
    for column in range(5):
        for row in range(7):
            box = (column * width, row * height, (column + 1) * width, (row + 1) * height)
            yield ImageStat.Stat(difference.crop(box)).mean[0]


def test_a_moved_line_is_more_than_the_tolerance():
    page = Image.new("L", (400, 600), 255)
    text = page.copy()
    for at in range(40, 200, 8):
        text.paste(0, (at, 100, at + 5, 106))
    assert max(differences(page, text)) > TOLERANCE
