"""Laying small documents out and reading the pages back."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from pypdf import PdfReader

from rolecards.pdf import Fitted, Layout, Metadata, Paper, Setting, StyleSource, default_fonts, fit, lay_out
from rolecards.pdf.fonts import load
from rolecards.pdf.pages import TextItem
from rolecards.pdf.style import MM_PER_POINT
from rolecards.problems import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolecards.pdf import FontSet
    from rolecards.pdf.pages import Item

METADATA = Metadata(
    title="Roles", created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), author="A. Author", language="en",
    subject="Interviews", keywords=("roles", "cards"),
)  # fmt: skip
A4, LETTER = Paper(width=210, height=297), Paper(width=215.9, height=279.4)
PAGE = "@page { margin: 20mm }"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><rect width="90" height="40"/></svg>'


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


CONTENT = Area(20, 20, 190, 277)


def locate(key: str) -> Location | None:
    return Location("content/roles/mle.yaml", 7, 3) if key == "mle" else None


def lay(
    html: str, css: str = "", *, fonts: FontSet | None = None, images: Mapping[str, bytes] | None = None,
    paper: Paper = A4,
) -> Layout:  # fmt: skip
    sheet = StyleSource("handout.css", PAGE + css)
    setting = Setting(sheet=sheet, fonts=fonts or default_fonts(), images=images or {}, locate=locate)
    return lay_out(html, setting, paper=paper, path="handout.html")


def fitted(html: str, css: str = "") -> Fitted:
    """A fragment in a box of 60 × 40 mm."""  # noqa: RUF002
    setting = Setting(sheet=StyleSource("card.css", css), fonts=default_fonts(), locate=locate)
    return fit(html, setting, width=60, height=40)


def laid(html: str, css: str = "", **more: object) -> Layout:
    """A layout that has no problems."""
    layout = lay(html, css, **more)  # type: ignore[arg-type]
    assert layout.problems == ()
    return layout


def pdf(layout: Layout) -> PdfReader:
    from rolecards.pdf.draw import draw  # noqa: PLC0415 - layout alone loads neither fpdf2 nor HarfBuzz

    return PdfReader(BytesIO(draw(layout, METADATA)))


def width(text: TextItem) -> float:
    measured = load(text.font).width(text.text.rstrip())
    assert measured is not None
    return measured * text.size * MM_PER_POINT / 1000


def texts_of(page: tuple[Item, ...]) -> Iterator[TextItem]:
    """The texts of a page in reading order."""
    return (item for item in page if isinstance(item, TextItem))


def words(page: tuple[Item, ...]) -> list[str]:
    return "".join(text.text if text.text.endswith(" ") else f"{text.text} " for text in texts_of(page)).split()


def all_words(layout: Layout) -> list[str]:
    return [word for page in layout.pages for word in words(page)]


def page_of(layout: Layout, word: str) -> int:
    (page,) = [number for number, page in enumerate(layout.pages, 1) if word in words(page)]
    return page


def prose(count: int, name: str = "w") -> str:
    return " ".join(f"{name}{number}" for number in range(count))
