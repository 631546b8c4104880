"""Where things come to stand on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pdf_reading import CONTENT, LETTER, SVG, all_words, fitted, laid, lay, page_of, prose, texts_of, width, words

from rolecards.pdf import Family, FontSet, default_fonts
from rolecards.pdf.pages import Box, LinkArea, PlacedPicture, Target, TextItem

if TYPE_CHECKING:
    from rolecards.pdf.pages import Item

PIXEL = 25.4 / 96
ROW = ".row { display: row } .next { break-before: page } h2 { margin: 0 } td { padding: 0 }"


def lines(page: tuple[Item, ...]) -> list[float]:
    """The texts by baseline, from the top."""
    return sorted({round(text.y, 3) for text in texts_of(page)})


AT_THE_FOOT = range(30, 37)
"""The numbers of lines of text behind which what follows meets the foot of the page."""


def test_a_heading_never_stands_alone_at_the_foot_of_a_page() -> None:
    for before in AT_THE_FOOT:
        layout = laid("<p>a</p>" * before + f"<h2>Head</h2><h3>Under</h3><p>{prose(60)}</p>")
        assert page_of(layout, "Head") == page_of(layout, "Under") == page_of(layout, "w0")


def test_a_heading_stays_with_the_first_row_of_a_table() -> None:
    for before in AT_THE_FOOT:
        rows = "<tr><td>first</td></tr><tr><td>second</td></tr>"
        table = f"<table><thead><tr><th>Th</th></tr></thead><tbody>{rows}</tbody></table>"
        layout = laid("<p>a</p>" * before + "<h2>Head</h2>" + table)
        assert page_of(layout, "Head") == page_of(layout, "first")


def test_a_heading_stays_with_the_start_of_a_row_that_is_cut() -> None:
    for before in AT_THE_FOOT:
        layout = laid("<p>a</p>" * before + f"<h2>Head</h2><table><tr><td>{prose(3000)}</td><td>b</td></tr></table>")
        assert page_of(layout, "Head") == page_of(layout, "w0")


def test_a_paragraph_leaves_at_least_two_lines_on_either_page() -> None:
    for before in AT_THE_FOOT:
        layout = laid("<p>a</p>" * before + f"<p>{prose(150)}</p>")
        for page in layout.pages:
            rows = {text.y for text in texts_of(page) if text.text.startswith("w")}
            assert len(rows) != 1


def test_a_box_that_is_not_to_be_broken_is_not() -> None:
    for before in AT_THE_FOOT:
        layout = laid("<p>a</p>" * before + "<div><p>top</p><p>mid</p><p>low</p></div>", "div { break-inside: avoid }")
        assert page_of(layout, "top") == page_of(layout, "low")


def test_an_unbreakable_box_taller_than_a_page_is_broken_all_the_same() -> None:
    layout = laid("<p>a</p><div>" + "<p>b</p>" * 90 + "</div>", "div { break-inside: avoid }")
    assert all_words(layout) == ["a", *["b"] * 90]
    assert len(layout.pages) == 3


def test_table_headers_repeat_on_every_page() -> None:
    rows = "".join(f"<tr><td>r{number}</td></tr>" for number in range(90))
    layout = laid(f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>")
    assert len(layout.pages) == 3
    assert all(words(page)[0] == "Head" for page in layout.pages)
    assert [word for word in all_words(layout) if word != "Head"] == [f"r{number}" for number in range(90)]


def test_a_row_that_has_no_room_under_its_repeated_header_is_an_error_and_not_an_endless_document() -> None:
    rows = "<tr><td>a</td></tr>" + '<tr><td><img src="tall" alt="a"></td></tr>' * 2
    html = f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    tall = SVG.replace(b"0 0 100 50", b"0 0 10 2000")
    layout = lay(html, images={"tall": tall})
    assert {problem.code for problem in layout.problems} == {"RC705"}
    assert len(layout.pages) == 3


def test_what_a_row_is_too_tall_by_counts_the_headers_above_it() -> None:
    inner = (
        '<table><thead><tr><th>x</th></tr></thead><tr><td><img src="tall" alt="a"></td></tr><tr><td>y</td></tr></table>'
    )
    rows = f'<tr><td><img src="low" alt="a"></td></tr><tr><td>{inner}</td></tr>'
    images = {"tall": SVG.replace(b"0 0 100 50", b"0 0 100 1200"), "low": SVG.replace(b"0 0 100 50", b"0 0 100 150")}
    layout = lay(f"<table><thead><tr><th>H</th></tr></thead>{rows}</table>", "img { width: 20mm }", images=images)
    assert {problem.message for problem in layout.problems} == {"`<tr>` is 1.3 mm taller than the space on the page"}


def test_a_row_taller_than_a_page_goes_on_on_the_next() -> None:
    layout = laid(f"<table><tr><td>{prose(2000)}</td><td>{prose(900, 'v')}</td></tr></table>")
    found = all_words(layout)
    assert [word for word in found if word[0] == "w"] == prose(2000).split()
    assert [word for word in found if word[0] == "v"] == prose(900, "v").split()
    assert all(text.y < CONTENT.bottom for page in layout.pages for text in texts_of(page))


def test_a_row_taller_than_a_page_inside_another_one_is_cut_too() -> None:
    inner = f"<table><tr><td>{prose(2000)}</td></tr></table>"
    layout = laid(f"<table><tr><td>{inner}</td></tr></table>")
    assert all_words(layout) == prose(2000).split()


def test_margins_between_siblings_collapse() -> None:
    layout = laid("<p>a</p><p>b</p>", "p { margin: 3mm 0 5mm; line-height: 10mm }")
    first, second = lines(layout.pages[0])
    assert second - first == pytest.approx(15)


def test_margins_inside_a_frame_give_way_to_its_padding() -> None:
    layout = laid("<div><p>a</p></div><p>b</p>", "p { margin: 5mm 0; line-height: 10mm } div { padding: 2mm }")
    first, second = lines(layout.pages[0])
    assert second - first == pytest.approx(10 + 2 + 5)


def test_a_narrow_column_gets_all_it_wants_beside_a_wide_one() -> None:
    layout = laid(f"<table><tr><td>Fact number 1</td><td>{prose(100)}</td></tr></table>")
    assert next(texts_of(layout.pages[0])).text == "Fact number 1"


def test_side_by_side_boxes_stand_at_one_height() -> None:
    layout = laid('<div class="row"><p>left</p><p>right</p></div>', ".row { display: row } p { width: 50% }")
    left, right = texts_of(layout.pages[0])
    assert left.y == right.y
    assert (left.x, right.x) == (20, 105)


@pytest.mark.parametrize(("align", "x"), [("left", 20), ("center", 105), ("right", 190)])
def test_text_is_aligned(align: str, x: float) -> None:
    (text,) = texts_of(laid("<p>word</p>", f"p {{ text-align: {align} }}").pages[0])
    share = {"left": 0, "center": 0.5, "right": 1}[align]
    assert text.x + share * width(text) == pytest.approx(x)


def test_a_word_wider_than_its_column_is_broken_inside_it() -> None:
    layout = laid("<p>" + "x" * 1000 + "</p>")
    texts = list(texts_of(layout.pages[0]))
    assert "".join(text.text for text in texts) == "x" * 1000
    assert all(text.x + width(text) <= CONTENT.right + 0.01 for text in texts)


def test_a_compound_is_broken_after_its_hyphen_without_a_space() -> None:
    layout = laid("<p>machine-learning</p>", "p { width: 20mm }")
    assert [text.text for text in texts_of(layout.pages[0])] == ["machine-", "learning"]


def test_a_wrapped_line_ends_in_a_space() -> None:
    texts = [text.text for text in texts_of(laid(f"<p>{prose(60)}</p>").pages[0])]
    assert all(text.endswith(" ") for text in texts[:-1])
    assert not texts[-1].endswith(" ")


def test_a_style_break_inside_a_word_keeps_the_word_together() -> None:
    layout = laid("<p>" + "un<b>break</b>able " * 40 + "</p>")
    rows: dict[float, list[str]] = {}
    for text in texts_of(layout.pages[0]):
        rows.setdefault(text.y, []).append(text.text)
    assert all("".join(row).replace("unbreakable", "").split() == [] for row in rows.values())


def test_the_footer_counts_pages() -> None:
    html = "<footer><p><span data-counter=page></span> of <span data-counter=pages></span></p></footer>"
    layout = laid(html + "<p>a</p>" * 90)
    assert [words(page)[-3:] for page in layout.pages] == [["1", "of", "3"], ["2", "of", "3"], ["3", "of", "3"]]


def test_a_footer_after_the_cover_leaves_the_cover_alone() -> None:
    html = '<section><p>Cover</p></section><footer>foot</footer><p class="new">a</p>'
    layout = laid(html, ".new { break-before: page }")
    assert [words(page) for page in layout.pages] == [["Cover"], ["a", "foot"]]


def test_a_footer_before_a_row_that_goes_on_over_pages_is_on_its_pages() -> None:
    html = f'<footer>foot</footer><div class="row"><div>{"<p>a</p>" * 60}</div><div><p>b</p></div></div>'
    layout = laid(html, ".row { display: row }")
    assert len(layout.pages) > 1
    assert all(words(page)[-1] == "foot" for page in layout.pages)


def test_a_footer_runs_from_the_section_that_has_it() -> None:
    html = "".join(f"<section><footer><p>foot{n}</p></footer>{'<p>a</p>' * 60}</section>" for n in range(2))
    layout = laid(html, "section { break-before: page }")
    assert [words(page)[-1] for page in layout.pages] == ["foot0", "foot0", "foot1", "foot1"]
    assert all([*texts_of(page)][-1].y > CONTENT.bottom for page in layout.pages)


def test_contents_give_the_page_of_each_target() -> None:
    html = '<p><a href="#there">There</a> <a href="#there" data-counter="target-page"></a></p>'
    layout = laid(html + '<h1 id="there">Goal</h1>', "h1 { break-before: page }")
    assert words(layout.pages[0]) == ["There", "2"]
    goals = [item.goal for item in layout.pages[0] if isinstance(item, LinkArea)]
    assert [isinstance(goal, Target) and goal.page for goal in goals] == [2, 2]


PARTS = {
    "a column": '<div class="row"><p>left</p><h2 id="x">Goal</h2></div>',
    "an empty column": '<div class="row"><h2>Goal</h2><div id="x"></div></div>',
    "a cell": '<table><tr><th>Head</th><td id="x"><h2>Goal</h2></td></tr></table>',
    "a line of a table": '<table><tr id="x"><td><h2>Goal</h2></td></tr></table>',
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_links_and_the_outline_lead_into_columns_and_tables(part: str) -> None:
    layout = laid(f'<p><a href="#x">there</a></p><div class="next">{part}</div>', ROW)
    (link,) = (item for item in layout.pages[0] if isinstance(item, LinkArea))
    assert link.goal == Target(2, 20)
    assert [(entry.title, entry.target.page) for entry in layout.outline] == [("Goal", 2)]


def test_the_outline_has_headings_of_two_levels_as_plain_text() -> None:
    layout = laid("<h1>One <b>bold</b> head</h1><h2>Two <code>x</code></h2><h3>Three</h3><h1>Four</h1>")
    assert [(entry.level, entry.title) for entry in layout.outline] == [
        (0, "One bold head"), (1, "Two x"), (0, "Four"),
    ]  # fmt: skip


def test_a_box_over_two_pages_is_closed_only_at_its_ends() -> None:
    layout = laid("<div>" + "<p>a</p>" * 60 + "</div>", "div { border: 0.3mm solid #000; padding: 2mm }")
    first, second = (next(item for item in page if isinstance(item, Box)) for page in layout.pages)
    assert [bool(edge) for edge in first.edges] == [True, True, False, True]
    assert [bool(edge) for edge in second.edges] == [False, True, True, True]


def test_ruled_lines_blanks_and_checkboxes_have_their_sizes() -> None:
    layout = laid(
        '<div class="rule"></div><p>A <span class="blank"></span> b <span class="tick"></span></p>',
        ".rule { height: 8mm; border-bottom: 0.2mm solid #999 }"
        ".blank { display: inline-block; width: 25mm; border-bottom: 0.2mm solid #000 }"
        ".tick { display: inline-block; width: 3mm; height: 3mm; border: 0.2mm solid #000 }",
    )
    rule, blank, tick = (item for item in layout.pages[0] if isinstance(item, Box))
    assert (rule.width, rule.height) == pytest.approx((170, 8.2))
    assert blank.width == pytest.approx(25)
    assert (tick.width, tick.height) == pytest.approx((3.4, 3.4))


def test_an_image_keeps_its_shape_and_its_column() -> None:
    layout = laid('<img src="a" alt="a"><img class="wide" src="a" alt="a">', ".wide { width: 100% }", images={"a": SVG})
    small, large = (item for item in layout.pages[0] if isinstance(item, PlacedPicture))
    assert (small.width, small.height) == pytest.approx((100 * PIXEL, 50 * PIXEL))
    assert (large.width, large.height) == pytest.approx((170, 85))


def test_lists_are_numbered_from_their_start() -> None:
    layout = laid('<ol start="9"><li>a</li><li>b</li></ol>')
    assert all_words(layout) == ["9.", "a", "10.", "b"]


def test_white_space_of_pre_is_kept() -> None:
    (first, second) = texts_of(laid("<pre>if x:\n    y</pre>").pages[0])
    assert (first.text.rstrip(), second.text) == ("if x:", "    y")


def test_a_character_missing_in_italics_is_set_upright() -> None:
    text, _ = texts_of(laid("<p><i>β beta</i></p>").pages[0])
    assert (text.text.strip(), text.font.name) == ("β", "SourceSansPro-Regular.ttf")


def test_a_character_missing_in_the_family_is_set_in_the_first_fallback_that_has_it() -> None:
    files = default_fonts().families
    only_mono = {"sans": Family(regular=files["mono"].regular)}
    fonts = FontSet(families=only_mono, fallbacks=(files["mono"].regular, files["sans"].regular))
    texts = list(texts_of(laid("<p>tick ☐ box</p>", fonts=fonts).pages[0]))
    names = [(text.text.strip(), text.font.name) for text in texts]
    assert names == [
        ("tick", "IBMPlexMono-Regular.ttf"),
        ("☐", "SourceSansPro-Regular.ttf"),
        ("box", "IBMPlexMono-Regular.ttf"),
    ]


def test_a_style_the_family_lacks_is_set_in_the_nearest_it_has() -> None:
    files = default_fonts().families["sans"]
    fonts = FontSet(families={"sans": Family(regular=files.regular, bold=files.bold)})
    layout = laid("<p><b><i>a</i></b> <i>b</i></p>", fonts=fonts)
    assert [text.font for text in texts_of(layout.pages[0])] == [files.bold, files.regular]


def test_letter_paper_has_its_own_pages() -> None:
    layout = laid("<p>a</p>", paper=LETTER)
    assert layout.paper == LETTER
    assert len(laid("<p>a</p>" * 44, paper=LETTER).pages) > len(laid("<p>a</p>" * 44).pages) - 1


def test_a_custom_property_changes_every_colour_that_uses_it() -> None:
    layout = laid("<h1>a</h1><p>b</p>", ":root { --accent: #abcdef } h1 { color: var(--accent) }")
    assert [text.colour for text in texts_of(layout.pages[0])] == [(0xAB, 0xCD, 0xEF), (0, 0, 0)]


def test_the_later_and_the_more_specific_rule_wins() -> None:
    css = ".a { font-size: 20pt } p { font-size: 12pt } div p { font-size: 14pt } p { font-size: 13pt }"
    sizes = [text.size for text in texts_of(laid('<p>a</p><p class="a">b</p><div><p>c</p></div>', css).pages[0])]
    assert sizes == pytest.approx([13, 20, 14])


def test_fitting_makes_type_smaller_until_the_text_fits() -> None:
    sizes = []
    for count in (10, 60, 90):
        card = fitted(f"<p>{prose(count)}</p>", "body { font-size: 11pt }")
        assert card.problems == ()
        assert card.height <= 40
        sizes.append(next(item.size for item in card.items if isinstance(item, TextItem)))
    assert sizes[0] == pytest.approx(11)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 11


def test_a_fitted_fragment_can_be_put_anywhere() -> None:
    card = fitted("<p>a</p>")
    (here,), (there,) = card.at(0, 0), card.at(10, 20)
    assert (there.x - here.x, there.y - here.y) == (10, 20)


def test_nothing_but_whitespace_makes_no_page_content() -> None:
    assert [words(page) for page in lay(" \n ").pages] == []
