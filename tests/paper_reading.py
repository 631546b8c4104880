"""Papers read back: their text, outline and links, and the deck's notes to hold them against."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import zipfile
from ctypes import POINTER, c_ushort, cast, create_string_buffer
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class CardNote(NamedTuple):
    """A note of a package, its texts without markup."""

    id: str
    number: str
    texts: tuple[str, ...]
    """What its cards ask and answer, cloze deletions filled in."""
    tags: str


def notes(package: Path) -> list[CardNote]:
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(package) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    models = json.loads(connection.execute("SELECT models FROM col").fetchone()[0])
    rows = connection.execute("SELECT mid, flds, tags FROM notes ORDER BY id").fetchall()
    connection.close()
    return [_note(models[str(model)], fields.split("\x1f"), tags) for model, fields, tags in rows]


def _note(model: dict, values: list[str], tags: str) -> CardNote:
    fields = dict(zip([field["name"] for field in model["flds"]], values, strict=True))
    sides = [fields["Text"]] if "Text" in fields else [fields["Front"], fields["Back"]]
    return CardNote(fields["Id"], fields["Number"], tuple(map(shown, sides)), tags)


def shown(field: str) -> str:
    """A field as a reader of papers sees it: without the choices, which papers list in their own way."""
    field = re.sub(r'<div class="choices">.*?</div>', "", field)
    revealed = re.sub(r"\{\{c\d+::(.*?)(::.*?)?\}\}", r"\1", field.replace("<br>", " "))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", revealed)).split())


def pages(path: Path) -> list[str]:
    """The text of each page, words apart by single spaces."""
    return [*_pages(path.read_bytes())]


@lru_cache(8)  # several tests read the papers of the shipped deck
def _pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [" ".join(_said(page.get_textpage().get_text_range()).split()) for page in document]


def pages_as_drawn(path: Path) -> list[str]:
    """The same in the order of the file, where PDFium reorders: text from right to left, and raised words."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def _said(text: str) -> str:
    """The text with hyphens at the ends of lines, for which PDFium has marks of its own."""
    return text.replace("\x02", "-").replace("\ufffe", "-")


def squeezed(text: str) -> str:
    """Without any spaces, which line ends and bold words may move."""
    return "".join(text.split())


def outline(path: Path) -> dict[str, int]:
    """Titles and the pages they lead to, from 0."""
    return {**_outline(path.read_bytes())}


@lru_cache(8)
def _outline(data: bytes) -> dict[str, int]:
    reader = PdfReader(BytesIO(data))
    return {entry.title: reader.get_destination_page_number(entry) for entry in _flat(reader.outline)}


def _flat(entries: list) -> Iterator:
    for entry in entries:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def addresses(path: Path) -> set[str]:
    """Where the links to the web lead."""
    found = (annotation.get_object() for page in PdfReader(path).pages for annotation in page.get("/Annots", ()))
    return {str(each["/A"]["/URI"]) for each in found if "/A" in each and "/URI" in each["/A"]}


class Word(NamedTuple):
    """A run of text and where it starts, in millimetres from the page's top left corner."""

    text: str
    x: float
    y: float


def words(path: Path) -> list[list[Word]]:
    """The runs of text of each page, in the order they are read."""
    return [*_words_of_pages(path.read_bytes())]


@lru_cache(8)
def _words_of_pages(data: bytes) -> list[list[Word]]:
    with pypdfium2.PdfDocument(data) as document:
        return [_words(page) for page in document]


def _words(page: pypdfium2.PdfPage) -> list[Word]:
    height, texts, found = page.get_height(), page.get_textpage(), []
    for run in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)):
        length = pdfium.FPDFTextObj_GetText(run, texts, None, 0)
        text = create_string_buffer(length)
        pdfium.FPDFTextObj_GetText(run, texts, cast(text, POINTER(c_ushort)), length)
        said = _said(text.raw[:-2].decode("utf-16-le"))
        if said.strip():
            at = run.get_matrix()
            found.append(Word(said, at.e / 72 * 25.4, (height - at.f) / 72 * 25.4))
    return found
