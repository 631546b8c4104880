"""Pages as values: items with positions in mm from the top left corner. A document has thousands of them."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from rolecards.pdf.fonts import FontSet
from rolecards.pdf.parse import Element
from rolecards.pdf.style import Colour, Edge
from rolecards.problems import Location, Problem
from rolecards.text.formula import SetFormula


class Paper(NamedTuple):
    """A sheet of paper, in millimetres."""

    width: float
    height: float


class Metadata(NamedTuple):
    """The metadata of a PDF file."""

    title: str
    created: datetime  # with a time zone; written in UTC
    author: str = ""
    subject: str = ""
    language: str = "en"
    keywords: tuple[str, ...] = ()


class TextItem(Struct, frozen=True):
    """Text in one font; `y` is the baseline."""

    x: float
    y: float
    text: str
    font: Path
    size: float  # in points
    colour: Colour
    block: Element | None = None  # its paragraph or heading; None in footers
    right_to_left: bool = False
    formula: SetFormula | None = None  # what is drawn for the text, which is then its TeX source


class Rectangle(Struct, frozen=True):
    """A part of a page."""

    x: float
    y: float
    width: float
    height: float


class Box(Rectangle, frozen=True):
    """A rectangle with an optional background and optional edges: top, right, bottom, left."""

    background: Colour | None = None
    edges: tuple[Edge | None, ...] = (None, None, None, None)


class PlacedPicture(Rectangle, frozen=True):
    """An SVG, PNG or JPEG file, scaled to a rectangle."""

    data: bytes
    alt: str
    place: Location  # the location of its element
    image: Element | None = None  # its element


class LinkArea(Rectangle, frozen=True):
    """A rectangle that links to a URL or to a `Target` in the document."""

    goal: "str | Target"


class Target(NamedTuple):
    """A position in the document."""

    page: int  # from 1
    y: float


class OutlineEntry(NamedTuple):
    """An entry of the outline."""

    level: int  # from 0
    title: str
    target: Target


Item: TypeAlias = TextItem | Box | PlacedPicture | LinkArea


class Layout(NamedTuple):
    """A document, ready to be drawn unless it has problems."""

    paper: Paper
    fonts: FontSet
    pages: tuple[tuple[Item, ...], ...]  # the items of each page in reading order
    outline: tuple[OutlineEntry, ...] = ()
    problems: tuple[Problem, ...] = ()

    def digest(self) -> str:
        """SHA-256 in hexadecimal of texts, outline and page count. It is the same on every machine."""
        digest = hashlib.sha256(f"{len(self.pages)}\n".encode())
        for entry in self.outline:
            digest.update(f"{entry.level} {entry.target.page} {entry.title}\n".encode())
        for page in self.pages:
            digest.update(b"\f")
            for text in (item.text for item in page if isinstance(item, TextItem)):
                digest.update(text.encode("utf-8", "surrogatepass") + b"\n")
        return digest.hexdigest()
