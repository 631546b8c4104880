"""Notes and skipped blocks as the pages produce them, before notes have their ids."""

import re
from collections.abc import Iterator
from typing import TypedDict

from msgspec import Struct

from rolecards.source.page import MarkdownPlace
from rolecards.text import cloze
from rolecards.text.plain import to_plain

_PICTURE = re.compile(r'<img src="([^"]*)"')
COLUMNS, COLUMN_END = ", ", ": "
"""In a row with several columns, what separates their names on the front, and a name from its cell on the back."""
PARENT = " >> "  # separates the place of a note from the term of the bullet above it, if the note is about that term


class Sides(TypedDict, total=False):
    """The fields of a `NoteDraft` that depend on the form of the card."""

    text: str
    numbered: bool
    front: str
    back: str
    explain: bool
    context: str
    part: str
    why: str


class NoteDraft(Struct, frozen=True, kw_only=True):
    """A note without an id. Texts are the HTML of card fields."""

    place: MarkdownPlace
    under: str  # the file and the headings above the note
    words: str  # the text of the note without markup
    pin: str = ""  # the id that the author wrote as `{#id}`
    part: str = ""  # distinguishes the notes of one bullet; appended to a pinned id
    text: str = ""  # the text of a cloze note
    numbered: bool = True  # whether the author wrote the cloze numbers; the numbers of bold terms may change
    front: str = ""
    back: str = ""
    explain: bool = False  # whether the front is only a term, which a template turns into a question
    context: str = ""
    why: str = ""
    source: str = ""
    form: str = ""  # the form of its question; empty if it comes from bold terms or an announced list
    tags: tuple[str, ...] = ()
    covers: frozenset[int] = frozenset()  # the first lines of the blocks that are on its cards

    def questions(self) -> Iterator[str]:
        """The question of each card with its context and the paths of its pictures, without markup."""
        if not self.text:
            yield to_plain(_PICTURE.sub(r"\1 \g<0>", f"{self.explain} {self.context} {self.front}"))
            return
        pieces = cloze.parse_field(self.text)
        for number in cloze.numbers(pieces):
            yield to_plain(f"{self.context} {cloze.blank(pieces, number, lambda _: ' … ')}")


class SkippedBlock(Struct, frozen=True, kw_only=True):
    """Lines of a page that produce no card."""

    place: MarkdownPlace
    line: int
    end: int
    reason: str
    section: str = ""  # the heading above it
    is_question: bool = False  # whether it is a question, which should have a card
