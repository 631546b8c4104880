"""Tables: how columns share the width, and how headers repeat on later pages."""

from __future__ import annotations

import pytest
from pdf_reading import CONTENT, all_words, laid, lay, page_of, prose, texts_of, words

from rolecards.pdf.pages import Box

CELLS = "table { font-size: 0.001mm } td { padding: 0; background-color: #eee } "
BOXES = "".join(f".w{size} {{ display: inline-block; width: {size}mm }} " for size in (10, 50, 60, 80, 150))


def cell(size: int, count: int = 1, attributes: str = "") -> str:
    """A cell of boxes `size` mm wide, with possible line breaks between them."""
    boxes = [f'<span class="w{size}"></span>'] * count
    return f"<td {attributes}>{' '.join(boxes)}</td>"


def widths(width: int, *rows: str, css: str = "") -> list[float]:
    """The widths of the cells, row by row, in a table of this width."""
    table = f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    layout = lay(table, f"{CELLS}{BOXES}table {{ width: {width}mm }} {css}")
    return [item.width for item in layout.pages[0] if isinstance(item, Box) and item.background]


def about(*expected: float) -> object:
    return pytest.approx(expected, abs=0.05)


def test_a_narrow_column_has_its_full_width_and_others_share_the_rest_by_need() -> None:
    assert widths(120, cell(10, 2) + cell(10, 16) + cell(10, 6)) == about(20, 70, 30)


def test_columns_with_room_to_spare_grow_in_proportion_to_their_content() -> None:
    assert widths(160, cell(10) + cell(10, 3)) == about(40, 120)


def test_columns_without_enough_room_shrink_in_proportion_to_their_widest_words() -> None:
    assert widths(115, cell(150) + cell(80, 4)) == about(75, 40)


def test_columns_without_content_have_equal_widths() -> None:
    assert widths(90, "<td></td><td></td><td></td>") == about(30, 30, 30)


def test_a_column_with_a_width_keeps_it_and_the_others_share_the_rest() -> None:
    assert widths(100, cell(10, 1, 'class="fixed"') + cell(10), css=".fixed { width: 70mm }") == about(70, 30)


def test_the_first_width_in_a_column_counts() -> None:
    css = ".first { width: 70mm } .second { width: 20mm }"
    rows = (cell(10, 1, 'class="first"') + cell(10), cell(10, 1, 'class="second"') + cell(10))
    assert widths(100, *rows, css=css) == about(70, 30, 70, 30)


def test_widths_that_exceed_the_table_shrink_in_proportion() -> None:
    assert widths(
        60, cell(10, 1, 'class="a"') + cell(10, 1, 'class="b"'), css=".a { width: 80mm } .b { width: 40mm }"
    ) == (about(40, 20))


def test_a_fixed_column_that_would_split_a_word_takes_room_from_the_others() -> None:
    css = ".a { width: 10mm } .b { width: 90mm }"
    assert widths(100, cell(50, 1, 'class="a"') + cell(10, 3, 'class="b"'), css=css) == about(50, 50)
    assert widths(40, cell(50, 1, 'class="a"') + cell(10, 3, 'class="b"'), css=css) == about(4, 36)


def test_a_cell_over_several_columns_does_not_change_their_widths() -> None:
    rows = cell(10) + cell(10) + cell(10, 2), cell(80, 1, "colspan=2") + cell(10)
    assert widths(160, *rows) == about(40, 40, 80, 80, 80)


def test_padding_is_part_of_the_width_of_a_column() -> None:
    assert widths(220, cell(10) + cell(10, 2), css="td { padding: 0 20mm }") == about(100, 120)


# ---------------------------------------------------------------- repeated headers


def table(header: str, rows: str) -> str:
    return f"<table><thead>{header}</thead><tbody>{rows}</tbody></table>"


def numbered(count: int) -> str:
    return "".join(f"<tr><td>r{number}</td></tr>" for number in range(count))


def test_all_rows_of_a_header_repeat_in_order_and_only_once_a_page() -> None:
    layout = laid(table("<tr><th>Upper</th></tr><tr><th>Lower</th></tr>", numbered(90)))
    assert len(layout.pages) > 2
    for page in layout.pages:
        assert words(page)[:2] == ["Upper", "Lower"]
        assert (words(page).count("Upper"), words(page).count("Lower")) == (1, 1)


@pytest.mark.parametrize(("lines", "repeats"), [(20, True), (40, False)])
def test_a_header_repeats_only_if_it_is_lower_than_half_a_page(lines: int, repeats: bool) -> None:  # noqa: FBT001
    css = "th { padding: 0; line-height: 5mm } p { margin: 0 }"
    layout = laid(table(f"<tr><th>{'<p>Head</p>' * lines}</th></tr>", numbered(90)), css)
    assert ["Head" in words(page) for page in layout.pages[1:]] == [repeats] * (len(layout.pages) - 1)
    assert [word for word in all_words(layout) if word != "Head"] == [f"r{number}" for number in range(90)]


def test_a_header_repeats_above_the_rest_of_a_row_that_is_cut() -> None:
    layout = laid(table("<tr><th>Head</th></tr>", f"<tr><td>{prose(3000)}</td></tr>"))
    assert len(layout.pages) > 2
    assert all(words(page)[0] == "Head" for page in layout.pages)


def test_a_row_that_has_no_room_below_a_repeated_header_starts_on_the_page_of_the_row_before() -> None:
    rows = f"<tr><td>short</td></tr><tr><td>{'<p>tall</p>' * 50}</td></tr>"
    css = "th, td { padding: 0; border: none } th { line-height: 10mm } p { margin: 0; line-height: 5mm }"
    layout = laid(table("<tr><th>Head</th></tr>", rows), css)
    assert ["tall" in words(page) for page in layout.pages] == [True, True]


def test_a_row_stays_if_it_has_no_room_below_a_repeated_header_together_with_the_block_that_keeps_to_it() -> None:
    css = "table { margin: 0 } th, td { padding: 0; border: none } th { line-height: 10mm }"
    css += ".low { height: 100mm } .tall { height: 120mm } .kept { height: 130mm; break-before: avoid }"
    rows = '<tr><td class="low">a</td></tr><tr><td class="tall">b</td></tr>'
    layout = laid(table("<tr><th>Head</th></tr>", rows) + '<div class="kept">c</div>', css)
    assert [words(page) for page in layout.pages] == [["Head", "a", "b"], ["c"]]


def test_a_header_does_not_repeat_above_what_follows_the_table() -> None:
    layout = laid(table("<tr><th>Head</th></tr>", numbered(3)) + "<p>a</p>" * 60)
    assert page_of(layout, "Head") == 1
    assert len(layout.pages) > 1


@pytest.mark.parametrize("height", [5, 250])
def test_rows_below_a_repeated_header_stay_on_the_page(height: int) -> None:
    rows = '<tr><td><p class="tall">r</p></td></tr>' * 4
    layout = laid(table("<tr><th>Head</th></tr>", rows + numbered(90)), f".tall {{ height: {height}mm; margin: 0 }}")
    assert all(text.y < CONTENT.bottom for page in layout.pages for text in texts_of(page))


def test_a_row_that_fills_a_page_is_cut_below_its_heading() -> None:
    lines = "<p>line</p>" * 50
    for height in range(200, 240, 5):
        css = f".row {{ display: row }} .tall {{ height: {height}mm }}"
        layout = laid(f'<p>Before</p><h2>Head</h2><div class="row"><div>{lines}</div><div>{lines}</div></div>', css)
        heads = [page for page in layout.pages if any(text.text == "Head" for text in texts_of(page))]
        assert any(text.text == "line" for text in texts_of(heads[0]))
