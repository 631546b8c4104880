"""Inline Markdown of notes against a CommonMark parser of its own."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rolecards.study.phrase import read_phrase
from rolecards.text.parse import parse_text

PIECES = st.sampled_from(["**", "**", "a", "é", "日", "9", " ", " ", *".,():-→—>"])


def bold_letters(shown: str) -> list[tuple[str, bool]]:
    """Each letter and whether it is bold: blanks and punctuation at a term's end are ours to leave out of it."""
    depth = 0
    found = []
    for piece in re.split("(</?strong>)", shown):
        depth += {"<strong>": 1, "</strong>": -1}.get(piece, 0)
        found += [(letter, depth > 0) for letter in html.unescape(piece) if letter.isalnum() and "strong>" not in piece]
    return found


@pytest.mark.fuzz
@given(st.lists(PIECES, max_size=30).map("".join))
def test_bold_begins_and_ends_where_commonmark_has_it(text):
    ours = "".join(
        f"<strong>{span.html}</strong>" if span.term else span.html
        for span in read_phrase(parse_text(text).nodes).spans
    )
    assert bold_letters(ours) == bold_letters(MarkdownIt("commonmark").renderInline(text.strip()))
