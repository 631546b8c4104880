from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from cards_as_text import as_text, content_of, notes_of

from rolecards.source.folder import SourceFile
from rolecards.source.page import read_page
from rolecards.study.cards import LEFT_OUT, REASONS
from rolecards.study.forms import FORMS
from rolecards.text.tree import CARD_KINDS, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.text.tree import Block

FOLDER = Path(__file__).parent
CONSTRUCTS = sorted((*(FOLDER / "constructs").glob("*.md"), *(FOLDER / "forms").glob("*.md")))


@pytest.mark.parametrize("notes", CONSTRUCTS, ids=lambda path: path.stem)
def test_a_notes_file_gives_the_cards_written_down_beside_it(notes):
    expected = notes.with_suffix(".cards").read_text(encoding="utf-8")
    assert as_text(content_of(notes.read_bytes(), notes.name)) == expected


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_of_the_table_has_an_example_with_its_cards(form):
    example = FOLDER / "forms" / f"{form.name}.md"
    (page,) = content_of(example.read_bytes()).study
    lists = {"contents" for skipped in page.skipped if skipped.reason == LEFT_OUT}
    assert form.name in {draft.form for draft in page.drafts} | lists


def test_every_kind_of_block_is_in_an_example():
    pages = [read_page(SourceFile(path=each.name, data=each.read_bytes()))[0] for each in CONSTRUCTS]
    assert set(get_args(BlockKind)) == {kind for page in pages if page for kind in kinds(page.blocks)}


def test_the_text_of_every_kind_of_block_is_on_a_card_or_reported():
    structure = {"heading", "rule", "tag"}
    lost = set(get_args(BlockKind)) - CARD_KINDS - REASONS.keys() - structure
    assert lost == set(), "add each to CARD_KINDS in text/tree.py, or to REASONS in study/cards.py"


def kinds(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield block.kind
        yield from kinds(block.blocks)


@pytest.mark.parametrize("notes", CONSTRUCTS, ids=lambda path: path.stem)
def test_line_ends_and_a_byte_order_mark_change_no_card(notes):
    text, expected = notes.read_bytes(), notes.with_suffix(".cards").read_text(encoding="utf-8")
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


TWO_RULES = (
    "  * Nobody is on board who is not needed for the sails or for the cargo, for each man costs the owner food.\n"
    "  * They sign on for one voyage, and are paid off at its end in the port that they sailed from.\n"
)


@pytest.mark.parametrize("words", ["crew", "watch crew"])
def test_a_line_of_at_most_two_words_beside_its_term_names_what_stands_below_it(words):
    notes = notes_of(content_of(f"# Ships\n\n* The **harbour** {words}:\n{TWO_RULES}".encode()))
    assert [note.place.of().line for note in notes] == [3, 5]
    assert notes[0].front == f"The <strong>harbour</strong> {words}:"
    assert notes[1].text.startswith(f"The {{{{c1::harbour}}}} {words}: they sign on")


def test_a_line_of_three_words_beside_its_term_is_asked_itself():
    notes = notes_of(content_of(f"# Ships\n\n* The **harbour** night watch crew:\n{TWO_RULES}".encode()))
    assert [note.place.of().line for note in notes] == [3, 3, 5]
    assert notes[0].text.startswith("The {{c1::harbour}} night watch crew:<ul><li>Nobody is on board")
