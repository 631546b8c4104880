"""The structure tree, for those who have pages read to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pdf_reading import SVG, laid, pdf, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

DOCUMENT = (
    '<footer><p>Footer <span data-counter="page"></span></p></footer><h1>Title</h1><p>One <b>two</b> three.</p>'
    '<h2>Part</h2><figure><img src="bars" alt="Bars of “skill”"><figcaption>Skill</figcaption></figure>'
    "<p>" + prose(1000) + "</p>"
)


def kids(element: Any) -> list[Any]:
    """The elements below one in the tree."""
    inner = [each.get_object() for each in element["/K"] if not isinstance(each, int)]
    return [each for each in inner if "/S" in each]


def elements(reader: PdfReader) -> list[Any]:
    (document,) = reader.root_object["/StructTreeRoot"]["/K"]  # type: ignore[index]
    return kids(document.get_object())


def outlined(element: Any) -> str:
    """An element with those inside it, as `L(LI(LBody))`."""
    inner = " ".join(map(outlined, kids(element)))
    return str(element["/S"])[1:] + (f"({inner})" if inner else "")


def tree(html: str, css: str = "") -> str:
    return " ".join(map(outlined, elements(pdf(laid(html, css, images={"bars": SVG})))))


def page_of(element: Any) -> int:
    return int(element.raw_get("/Pg").idnum)


def number_of(page: Any) -> int:
    return int(page.indirect_reference.idnum)


def read() -> PdfReader:
    return pdf(laid(DOCUMENT, images={"bars": SVG}))


def test_headings_paragraphs_and_figures_stand_in_the_tree_in_reading_order() -> None:
    assert tree(DOCUMENT) == "H1 P H2 Figure(Caption) P"


def test_a_paragraph_that_goes_on_overleaf_is_one_element() -> None:
    reader = read()
    here, overleaf = elements(reader)[-1]["/K"]
    assert page_of(elements(reader)[-1]) == number_of(reader.pages[0])
    assert isinstance(here, int)
    assert page_of(overleaf) == number_of(reader.pages[1])


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<section><h2>A</h2><div><p>b</p>c</div></section>", "Sect(H2 P P)"),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", "L(LI(LBody(L(LI(LBody)))) LI(LBody(P)))"),
        (
            "<table><thead><tr><th></th><th>a</th></tr></thead><tr><td>b</td><td></td></tr></table>",
            "Table(THead(TR(TH TH)) TR(TD TD))",
        ),
        ('<img src="bars" alt="Bars"><p>a</p>', "Figure P"),
    ],
)
def test_what_contains_something_in_the_document_contains_it_in_the_tree(html: str, found: str) -> None:
    assert tree(html) == found


def test_heads_say_that_they_are_those_of_columns_and_wide_cells_how_many_they_cover() -> None:
    reader = pdf(laid('<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td colspan="2">c</td></tr></table>'))
    (table,) = elements(reader)
    head, body = kids(table)
    assert [cell["/A"]["/Scope"] for cell in kids(kids(head)[0])] == ["/Column", "/Column"]
    assert [cell["/A"]["/ColSpan"] for cell in kids(body)] == [2]


def test_a_head_repeated_overleaf_is_read_once() -> None:
    rows = "".join(f"<tr><td>row {number}</td></tr>" for number in range(80))
    reader = pdf(laid(f"<table><thead><tr><th>Head</th></tr></thead>{rows}</table>"))
    (table,) = elements(reader)
    assert len(reader.pages) > 1
    assert "Head" in reader.pages[1].extract_text()
    assert list(kids(kids(kids(table)[0])[0])[0]["/K"]) == [0]


def test_a_figure_has_its_alternative_text() -> None:
    (figure,) = [each for each in elements(read()) if each["/S"] == "/Figure"]
    assert figure["/Alt"] == "Bars of “skill”"


def stretches(element: Any) -> Iterator[tuple[int, int]]:
    """The pages and numbers of the text directly in an element."""
    for each in element["/K"]:
        if isinstance(each, int):
            yield page_of(element), each
        elif "/MCID" in each.get_object():
            yield page_of(each.get_object()), each.get_object()["/MCID"]


def test_every_stretch_of_a_page_leads_to_its_element() -> None:
    reader = read()
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]  # type: ignore[index]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page in reader.pages:
        marked = page.get_contents().get_data().count(b"/MCID")  # type: ignore[union-attr]
        found = [each.get_object() for each in parents[page["/StructParents"]]]
        assert len(found) == marked
        for number, element in enumerate(found):
            assert (number_of(page), number) in stretches(element)


def test_text_in_several_stretches_is_one_element() -> None:
    html = '<p>Before <span class="blank"></span> after</p><p>Next</p>'
    reader = pdf(laid(html, ".blank { display: inline-block; border-bottom: 0.2mm solid #000 }"))
    first, second = elements(reader)
    assert (len(first["/K"]), len(second["/K"])) == (2, 1)


def test_what_runs_along_on_every_page_and_what_only_decorates_is_left_out() -> None:
    reader = pdf(laid("<footer><p>Footer</p></footer><div><p>Text</p></div>", "div { background: #ddd }"))
    data = reader.pages[0].get_contents().get_data()  # type: ignore[union-attr]
    assert len(elements(reader)) == 1
    assert data.count(b"/Artifact BMC") == 2
    assert data.count(b"BMC") + data.count(b"BDC") == data.count(b"EMC")
