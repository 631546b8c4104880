"""Documents that try to break the builder are refused with a problem, or laid out."""

from __future__ import annotations

import pytest
from pdf_reading import METADATA, all_words, laid, lay, prose

from rolecards.pdf.draw import draw


@pytest.mark.parametrize("tag", ["div", "b", "ul"])
def test_deep_nesting_is_one_problem_and_no_crash(tag: str) -> None:
    opening = "<ul><li>" if tag == "ul" else f"<{tag}>"
    problems = lay(opening * 5000 + "x").problems
    assert "RC706" in {problem.code for problem in problems}
    assert len(problems) < 100


def test_a_word_of_a_hundred_thousand_characters_is_broken_over_pages() -> None:
    layout = laid("<p>" + "x" * 100_000 + "</p>")
    assert "".join(all_words(layout)) == "x" * 100_000


def test_a_paragraph_of_half_a_megabyte_is_laid_out_whole() -> None:
    assert all_words(laid(f"<p>{prose(80_000)}</p>")) == prose(80_000).split()


@pytest.mark.parametrize("text", ["\0", "\ud800", "\U0001f600", "日本語", "\x07bell", "\uffff"])
def test_characters_no_font_has_are_missing_glyphs(text: str) -> None:
    assert {problem.code for problem in lay(f"<p>a {text} b</p>").problems} == {"RC704"}


def test_two_hundred_columns_are_refused() -> None:
    html = "<table><tr>" + "<td>a</td>" * 200 + "</tr></table>"
    assert "RC702" in {problem.code for problem in lay(html).problems}


@pytest.mark.parametrize(
    "html", ["", "<table></table>", "<ul></ul>", "<table><tr></tr></table>", "<h1></h1>", "<p></p>", "</p>"]
)
def test_empty_elements_do_no_harm(html: str) -> None:
    layout = lay(html + "<p>a</p>")
    assert all_words(layout) == ["a"]


@pytest.mark.parametrize("looks", ["height: 400mm", "padding: 200mm 0", "padding: 140mm 0"])
def test_a_cell_that_can_never_fit_a_page_is_an_error_and_not_an_endless_document(looks: str) -> None:
    for text in ("", "a", "a<p>b</p><p>c</p>"):
        layout = lay(f"<table><tr><td>{text}</td><td></td></tr></table>", f"td {{ {looks} }}")
        assert {problem.code for problem in layout.problems} == {"RC705"}
        assert len(layout.pages) <= 3


def test_a_table_of_three_thousand_rows_is_laid_out() -> None:
    html = "<table>" + "".join(f"<tr><td>{number}</td><td>b</td></tr>" for number in range(3000)) + "</table>"
    assert all_words(laid(html))[::2] == [str(number) for number in range(3000)]


def test_an_svg_may_not_read_files() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        b'<image xlink:href="/etc/hostname" width="9" height="9"/></svg>'
    )
    layout = laid('<img src="a" alt="a">', images={"a": svg})
    with pytest.raises(Exception, match="image"):
        draw(layout, METADATA)
