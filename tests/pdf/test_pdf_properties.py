"""What holds for every document."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_reading import CONTENT, all_words, laid, lay, texts_of, width, words

if TYPE_CHECKING:
    from collections.abc import Callable

CSS = """
.row { display: row } .row div { padding: 0 2mm; border: 0.2mm solid #999 }
.keep { break-inside: avoid; background-color: #eee; padding: 3mm; margin: 4mm 0 }
blockquote { border-left: 1mm solid #999; padding-left: 3mm }
"""
LENGTHS = st.sampled_from((1, 2, 5, 12, 30, 70, 160, 400))


class Writer:
    """Writes blocks of words that are never the same; those of headings start with a Q."""

    def __init__(self) -> None:
        self.numbers = count()
        self.words: list[str] = []

    def prose(self, length: int, mark: str = "w") -> str:
        new = [f"{mark}{next(self.numbers)}" for _ in range(length)]
        self.words += new
        return " ".join(new)

    def heading(self, level: int, length: int) -> str:
        return f"<h{level}>{self.prose(min(length, 30), 'Q')}</h{level}>"

    def paragraph(self, _: int, length: int) -> str:
        return f"<p>{self.prose(length)} <b>{self.prose(1)}</b><i>{self.prose(0)}</i></p>"

    def items(self, many: int, length: int) -> str:
        return "<ul>" + "".join(f"<li>{self.prose(length)}</li>" for _ in range(many)) + "</ul>"

    def table(self, many: int, length: int) -> str:
        rows = (f"<tr><td>{self.prose(1)}</td><td>{self.prose(length)}</td></tr>" for _ in range(many * 3))
        return "<table>" + "".join(rows) + "</table>"

    def row(self, many: int, length: int) -> str:
        cells = (f"<div><p>{self.prose(min(length, 70))}</p></div>" for _ in range(many))
        return '<div class="row">' + "".join(cells) + "</div>"

    def quote(self, many: int, length: int) -> str:
        return "<blockquote>" + "".join(f"<p>{self.prose(length)}</p>" for _ in range(many)) + "</blockquote>"

    def kept(self, many: int, length: int) -> str:
        return '<div class="keep">' + self.heading(3, 3) + self.items(many, length) + "</div>"


BLOCKS = (
    Writer.heading, Writer.paragraph, Writer.items, Writer.table, Writer.row, Writer.quote, Writer.kept,
)  # fmt: skip
Blocks: TypeAlias = "list[tuple[Callable[[Writer, int, int], str], int, int]]"
DOCUMENTS = st.lists(st.tuples(st.sampled_from(BLOCKS), st.integers(1, 4), LENGTHS), min_size=1, max_size=25)


def written(blocks: Blocks) -> tuple[str, list[str]]:
    writer = Writer()
    return "".join(block(writer, many, length) for block, many, length in blocks), writer.words


@pytest.mark.fuzz
@given(DOCUMENTS)
def test_no_word_is_lost_doubled_or_out_of_order(blocks: Blocks) -> None:
    html, expected = written(blocks)
    found = [word for word in all_words(laid(html, CSS)) if word != "•"]
    assert found == expected


@pytest.mark.fuzz
@given(DOCUMENTS)
def test_nothing_stands_outside_the_margins(blocks: Blocks) -> None:
    html, _ = written(blocks)
    for page in laid(html, CSS).pages:
        for text in texts_of(page):
            assert text.x >= CONTENT.left - 0.01
            assert text.x + width(text) <= CONTENT.right + 0.01
            assert CONTENT.top < text.y < CONTENT.bottom


@pytest.mark.fuzz
@given(DOCUMENTS)
def test_no_heading_is_stranded_and_no_page_is_empty(blocks: Blocks) -> None:
    html, expected = written(blocks)
    layout = laid(html, CSS)
    for page in layout.pages:
        last = words(page)[-1]
        assert last[0] != "Q" or last == expected[-1]


@pytest.mark.fuzz
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_is_laid_out_or_has_problems_with_a_place(html: str, css: str) -> None:
    layout = lay(html, css)
    assert all(problem.location.line >= 1 and problem.code.startswith("RC7") for problem in layout.problems)
