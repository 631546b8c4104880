"""The structure tree, for those who have pages read to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdf_reading import SVG, laid, pdf, prose

if TYPE_CHECKING:
    from pypdf import PdfReader

DOCUMENT = (
    '<footer><p>Footer <span data-counter="page"></span></p></footer><h1>Title</h1><p>One <b>two</b> three.</p>'
    '<h2>Part</h2><figure><img src="bars" alt="Bars of “skill”"><figcaption>Skill</figcaption></figure>'
    "<p>" + prose(1000) + "</p>"
)


def elements(reader: PdfReader) -> list[Any]:
    (document,) = reader.root_object["/StructTreeRoot"]["/K"]  # type: ignore[index]
    return [each.get_object() for each in document.get_object()["/K"]]


def page_of(element: Any) -> int:
    return int(element.raw_get("/Pg").idnum)


def number_of(page: Any) -> int:
    return int(page.indirect_reference.idnum)


def read() -> PdfReader:
    return pdf(laid(DOCUMENT, images={"bars": SVG}))


def test_headings_paragraphs_and_figures_stand_in_the_tree_in_reading_order() -> None:
    kinds = [str(each["/S"]) for each in elements(read())]
    assert kinds == ["/H1", "/P", "/H2", "/Figure", "/Caption", "/P", "/P"]


def test_a_paragraph_that_goes_on_overleaf_has_an_element_on_each_page() -> None:
    reader = read()
    assert [page_of(each) for each in elements(reader)[-2:]] == [number_of(page) for page in reader.pages]


def test_a_figure_has_its_alternative_text() -> None:
    (figure,) = [each for each in elements(read()) if each["/S"] == "/Figure"]
    assert figure["/Alt"] == "Bars of “skill”"


def test_every_stretch_of_a_page_leads_to_its_element() -> None:
    reader = read()
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]  # type: ignore[index]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page in reader.pages:
        marked = page.get_contents().get_data().count(b"/MCID")  # type: ignore[union-attr]
        found = [each.get_object() for each in parents[page["/StructParents"]]]
        assert len(found) == marked
        for number, element in enumerate(found):
            assert number in element["/K"]
            assert page_of(element) == number_of(page)


def test_text_in_several_stretches_is_one_element() -> None:
    html = '<p>Before <span class="blank">box</span> after</p><p>Next</p>'
    reader = pdf(laid(html, ".blank { display: inline-block; border-bottom: 0.2mm solid #000 }"))
    first, second = elements(reader)
    assert (len(first["/K"]), len(second["/K"])) == (2, 1)


def test_what_runs_along_on_every_page_and_what_only_decorates_is_left_out() -> None:
    reader = pdf(laid("<footer><p>Footer</p></footer><div><p>Text</p></div>", "div { background: #ddd }"))
    data = reader.pages[0].get_contents().get_data()  # type: ignore[union-attr]
    assert len(elements(reader)) == 1
    assert data.count(b"/Artifact BMC") == 2
    assert data.count(b"BMC") + data.count(b"BDC") == data.count(b"EMC")
