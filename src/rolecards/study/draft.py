"""A card note as the pages give it: what it says and where it stands, but not yet how it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from rolecards.text import cloze
from rolecards.text.inline import to_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.source.markdown import MarkdownPlace


class Sides(TypedDict, total=False):
    """What a kind of card decides itself of a draft; its fields are those of `Draft`."""

    text: str
    ours: bool
    front: str
    back: str
    explain: bool
    context: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A note to be. Texts are HTML as a card field holds it."""

    place: MarkdownPlace
    under: str
    """The file and the headings it stands under."""
    words: str
    """What it says, as bare words."""
    pin: str = ""
    part: str = ""
    """Tells apart the notes that one bullet gives; joins a pinned id."""
    text: str = ""
    """A cloze note's text."""
    ours: bool = False
    """Whether its cloze numbers are ours to give: the author wrote bold terms, not cloze markup."""
    front: str = ""
    back: str = ""
    explain: bool = False
    """Whether the front is just a term, and a template makes the question of it."""
    context: str = ""
    why: str = ""
    source: str = ""

    def questions(self) -> Iterator[str]:
        """What each of its cards asks, as bare words."""
        if not self.text:
            yield to_plain(f"{self.explain} {self.front}").casefold()
            return
        pieces = cloze.parse_field(self.text)
        for number in cloze.numbers(pieces):
            yield to_plain(f"{self.context} {cloze.blank(pieces, number, lambda _: ' … ')}").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Lines of a page that give no card."""

    place: MarkdownPlace
    line: int
    end: int
    reason: str

    def __str__(self) -> str:
        return f"{self.place.of()}: skipped: {self.reason}"
