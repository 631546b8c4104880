"""The PDF file, read back with a reader."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pdf_reading import METADATA, SVG, laid, pdf, prose

from rolecards.pdf.draw import draw

DOCUMENT = (
    '<h1 id="a">First</h1><p>One <b>two</b> <a href="https://example.org/x">three</a> <a href="#b">four</a>.</p>'
    '<img src="bars" alt="Bars of skill"><h2 id="b">Second</h2><p>' + prose(300) + "</p>"
)


@pytest.fixture(scope="module")
def reader() -> Any:
    return pdf(laid(DOCUMENT, images={"bars": SVG}))


def test_the_text_is_extracted_in_reading_order_with_spaces_between_words(reader: Any) -> None:
    text = " ".join(page.extract_text() for page in reader.pages)
    assert text.split() == ["First", *"One two three four .".replace(" .", ".").split(), "Second", *prose(300).split()]


def test_the_file_describes_itself(reader: Any) -> None:
    assert reader.metadata.title == "Roles"
    assert reader.metadata.author == "A. Author"
    assert reader.metadata.subject == "Interviews"
    assert reader.metadata["/Keywords"] == "roles, cards"
    assert reader.metadata.creation_date == METADATA.created
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"].value is True


def test_the_outline_leads_to_the_headings(reader: Any) -> None:
    first, (second,) = reader.outline
    assert (first.title, second.title) == ("First", "Second")
    assert reader.get_destination_page_number(second) == 0


def test_links_lead_where_they_say(reader: Any) -> None:
    links = [each.get_object() for each in reader.pages[0]["/Annots"]]
    assert links[0]["/A"]["/URI"] == "https://example.org/x"
    assert links[1]["/Dest"][0].idnum == reader.pages[0].indirect_reference.idnum


def test_pages_are_labelled(reader: Any) -> None:
    assert reader.page_labels == [str(number) for number in range(1, len(reader.pages) + 1)]


def test_images_have_their_alternative_text(reader: Any) -> None:
    assert b"Bars of skill" in draw(laid(DOCUMENT, images={"bars": SVG}), METADATA)


SCRIPT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from pdf_reading import METADATA, SVG, laid
from test_pdf_file import DOCUMENT
from rolecards.pdf.draw import draw
layout = laid(DOCUMENT, images={"bars": SVG})
print(hashlib.sha256(draw(layout, METADATA)).hexdigest(), layout.digest())
"""


def test_the_same_layout_gives_the_same_bytes_whatever_hash_seed_and_time_zone() -> None:
    printed = set()
    for seed, zone in (("7", "Asia/Tokyo"), ("99", "America/New_York")):  # this process has others
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)]
        printed.add(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)
        time.sleep(0.4)
    layout = laid(DOCUMENT, images={"bars": SVG})
    time.sleep(0.4)
    digest = hashlib.sha256(draw(layout, METADATA)).hexdigest()
    assert printed == {f"{digest} {layout.digest()}\n"}


def test_the_digest_changes_with_text_outline_and_page_count() -> None:
    documents = ("<p>a</p>", "<p>b</p>", "<h1>a</h1>", '<p>a</p><p class="n">b</p>', "<p>a</p><p>b</p>")
    digests = [laid(html, ".n { break-before: page }").digest() for html in documents]
    assert len(set(digests)) == len(documents)


def test_a_second_reader_reads_the_same_text() -> None:
    data = draw(laid(DOCUMENT, images={"bars": SVG}), METADATA)
    with pypdfium2.PdfDocument(data) as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    assert text.split() == ["First", "One", "two", "three", "four.", "Second", *prose(300).split()]
