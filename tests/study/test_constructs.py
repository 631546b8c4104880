from __future__ import annotations

from pathlib import Path

import pytest
from cards_as_text import as_text, content_of

CONSTRUCTS = sorted((Path(__file__).parent / "constructs").glob("*.md"))


@pytest.mark.parametrize("notes", CONSTRUCTS, ids=lambda path: path.stem)
def test_a_notes_file_gives_the_cards_written_down_beside_it(notes):
    expected = notes.with_suffix(".cards").read_text(encoding="utf-8")
    assert as_text(content_of(notes.read_bytes(), notes.name)) == expected


@pytest.mark.parametrize("notes", CONSTRUCTS, ids=lambda path: path.stem)
def test_line_ends_and_a_byte_order_mark_change_no_card(notes):
    text = notes.read_bytes()
    expected = as_text(content_of(text, notes.name))
    assert as_text(content_of(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"), notes.name)) == expected
    assert as_text(content_of(text.replace(b"\n", b"\r"), notes.name)) == expected


def test_notes_without_front_matter_give_the_same_cards_under_earlier_lines():
    text = (Path(__file__).parent / "constructs" / "roles.md").read_text(encoding="utf-8")
    bare = text[text.index("# Crew") :]
    with_front = [(note.text, note.front) for page in content_of(text.encode()).study for note in page.drafts]
    assert [(note.text, note.front) for page in content_of(bare.encode()).study for note in page.drafts] == with_front


def test_tabs_instead_of_spaces_nest_the_same():
    text = (Path(__file__).parent / "constructs" / "roles.md").read_text(encoding="utf-8")
    tabbed = text.replace("\n  * ", "\n\t* ")
    assert tabbed != text
    assert [draft.text for page in content_of(tabbed.encode()).study for draft in page.drafts] == [
        draft.text for page in content_of(text.encode()).study for draft in page.drafts
    ]
