"""Blocks that are only there to fill a page, such as ruled lines to write on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pdf_reading import laid, lay, page_of, prose, texts_of

from rolecards.pdf.pages import Box

if TYPE_CHECKING:
    from rolecards.pdf import Layout

RULED = ".ruled { height: 7mm; border-bottom: 0.2mm solid #000 }"
LINES = '<div class="ruled" data-spare=""></div>' * 60


def lines_on(layout: Layout, page: int) -> int:
    return sum(isinstance(item, Box) and any(item.edges) for item in layout.pages[page - 1])


def test_spare_blocks_fill_the_page_and_no_further_one() -> None:
    layout = laid(f"<p>Mine</p>{LINES}", RULED)
    assert len(layout.pages) == 1
    assert lines_on(layout, 1) == 34


def test_there_are_fewer_of_them_where_there_is_more_text() -> None:
    layout = laid(f"<p>{prose(300)}</p>{LINES}", RULED)
    assert len(layout.pages) == 1
    assert 0 < lines_on(layout, 1) < 34


def test_what_comes_after_them_is_kept() -> None:
    layout = laid(f"<p>Before</p>{LINES}<p>After</p>", RULED)
    assert page_of(layout, "Before") <= page_of(layout, "After")


def test_a_section_that_ends_with_them_is_still_held_to_its_limit() -> None:
    fits = lay(f'<section data-max-pages="1"><p>a</p>{LINES}</section>', RULED)
    over = lay(f'<section data-max-pages="1"><h2>Cook</h2>{"<p>a</p>" * 80}{LINES}</section>', RULED)
    assert fits.problems == ()
    assert [problem.code for problem in over.problems] == ["RC705"]
    assert over.problems[0].message.startswith("`Cook` is ")


def test_what_keeps_to_a_spare_block_without_room_starts_the_next_page() -> None:
    fold = '<div class="fold" data-spare=""><p>Fold</p></div>'
    key = f'<section class="whole">{"<p>key</p>" * 20}</section>'
    css = ".fold { border-top: 0.2mm solid #000; margin-top: 20mm; break-after: avoid } .whole { break-inside: avoid }"
    for lines in range(70):
        layout = laid(f"<p>ask</p>{'<p>ask</p>' * lines}{fold}{key}", css)
        for page in layout.pages:
            texts = {text.text for text in texts_of(page)}
            assert ("Fold" in texts) == ({"ask", "key"} <= texts)
