"""Notes and their two note types, in Anki's own terms.

The ids below are permanent: Anki identifies a note type, its fields and its card templates by them, and every
learner's collection keeps them. Anki adds no field or card template to a note type that a learner already has, so the
note types have spare fields from the first release on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from rolecards.text import cloze

if TYPE_CHECKING:
    from rolecards.problems import Place
    from rolecards.schema.kinds import NoteKind
    from rolecards.schema.models import Tier, Written

TIER_DECKS: dict[Tier, str] = {"seed": "1 Core", "course": "2 More", "beyond": "3 Beyond"}
"""Anki finds decks by name and never moves an existing card, so these names are permanent."""

TIER_NAMES: dict[Tier, str] = {"seed": "core", "course": "more", "beyond": "beyond"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card template of a note type; its two sides are template files, used unchanged."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True, kw_only=True)
class NoteType:
    """A note type, as it is in learners' collections."""

    name: str
    id: int
    is_cloze: bool
    sort_field: str
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """The fields in their order."""
        return tuple(field.name for field in self.fields)


QA = NoteType(
    name="Rolecards Q&A",
    id=1_763_910_000_101,
    is_cloze=False,
    sort_field="Front",
    fields=(
        Field("Id", 4_101_000_000_000_001),
        Field("Front", 4_101_000_000_000_002),
        Field("Back", 4_101_000_000_000_003),
        Field("Why", 4_101_000_000_000_004),
        Field("Source", 4_101_000_000_000_005),
        Field("As of", 4_101_000_000_000_006),
        Field("Number", 4_101_000_000_000_007),
        Field("Context", 4_101_000_000_000_008),
        Field("Hint", 4_101_000_000_000_009),
        Field("Image", 4_101_000_000_000_010),
        Field("Sound", 4_101_000_000_000_011),
        Field("Reverse", 4_101_000_000_000_012),
        Field("Spare 1", 4_101_000_000_000_013),
        Field("Spare 2", 4_101_000_000_000_014),
        Field("Spare 3", 4_101_000_000_000_015),
        Field("Retired", 4_101_000_000_000_016),
    ),
    templates=(
        CardTemplate("Question", 4_102_000_000_000_001, "qa-front.html", "qa-back.html"),
        CardTemplate("Reverse", 4_102_000_000_000_002, "reverse-front.html", "reverse-back.html"),
    ),
)

CLOZE = NoteType(
    name="Rolecards Cloze",
    id=1_763_910_000_202,
    is_cloze=True,
    sort_field="Text",
    fields=(
        Field("Id", 4_201_000_000_000_001),
        Field("Text", 4_201_000_000_000_002),
        Field("Why", 4_201_000_000_000_003),
        Field("Source", 4_201_000_000_000_004),
        Field("As of", 4_201_000_000_000_005),
        Field("Number", 4_201_000_000_000_006),
        Field("Context", 4_201_000_000_000_007),
        Field("Image", 4_201_000_000_000_008),
        Field("Sound", 4_201_000_000_000_009),
        Field("Spare 1", 4_201_000_000_000_010),
        Field("Spare 2", 4_201_000_000_000_011),
        Field("Spare 3", 4_201_000_000_000_012),
        Field("Retired", 4_201_000_000_000_013),
    ),
    templates=(CardTemplate("Cloze", 4_202_000_000_000_001, "cloze-front.html", "cloze-back.html"),),
)

NOTE_TYPES = (QA, CLOZE)


_NO_MORE_QA = ("",) * 8
_NO_MORE_CLOZE = ("",) * 6
"""The fields that no note uses yet, from the hint or the image on."""


class Note(Struct, frozen=True, kw_only=True):
    """One note before it is published. Texts are the HTML of card fields."""

    id: str
    kind: NoteKind
    tier: Tier
    place: Place
    written: Written | None = None
    """The entry that it was made from; None if it comes from study notes."""
    roles: tuple[str, ...] = ()
    """The ids of the roles that it is about."""
    slot: str = ""
    topic: str = ""
    text: str = ""
    """A cloze note's text with Anki's cloze markup; empty for a Q&A note."""
    front: str = ""
    back: str = ""
    why: str = ""
    source: str = ""
    as_of: str = ""
    context: str = ""
    """Its subject, if the text does not name it; shown above the text."""
    under: str = ""
    """For a note without an id in its file: the file and the headings above it. Its `id` is then a proposal."""
    part: str = ""
    """The part of its bullet that it asks for, if the bullet makes several notes; empty for the first."""
    numbered: bool = True
    """Whether its author wrote the cloze numbers; else they follow the lock."""

    @property
    def note_type(self) -> NoteType:
        """The note type of the note."""
        return CLOZE if self.text else QA

    @property
    def pieces(self) -> cloze.Pieces:
        """The parsed text of a cloze note."""
        return cloze.parse_field(self.text)

    @property
    def ordinals(self) -> tuple[int, ...]:
        """Its cards as Anki's ordinals, from 0. Anki imports the cards of the package and generates no others."""
        return tuple(number - 1 for number in cloze.numbers(self.pieces)) if self.text else (0,)

    def values(self, number: int) -> tuple[str, ...]:
        """Its fields in the order of its note type; `number` is the card number that learners see."""
        shared = (self.why, self.source, self.as_of, str(number), self.context)
        if self.text:
            return (self.id, self.text, *shared, *_NO_MORE_CLOZE)
        return (self.id, self.front, self.back, *shared, *_NO_MORE_QA)

    def tags(self, deck_id: str) -> tuple[str, ...]:
        """Hierarchical tags below the deck's own, sorted."""
        roles = tuple(("role", role) for role in self.roles)
        filed = (("tier", TIER_NAMES[self.tier]), ("kind", self.kind), ("slot", self.slot), ("topic", self.topic))
        return _tags(deck_id, (*filed, *roles))


@cache
def _tags(deck_id: str, filed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(sorted(f"{deck_id}::{branch}::{leaf}" for branch, leaf in filed if leaf))


def guid(deck_id: str, note_id: str) -> str:
    """The identity of the note in learners' collections: 16 hexadecimal digits, which depend only on the two ids."""
    return hashlib.sha256(f"{deck_id}\x1f{note_id}".encode()).hexdigest()[:16]
