"""Notes and the two note types they are made in, in Anki's own terms.

The ids below are permanent: Anki knows a note type, its fields and its card templates by them, and a learner's
collection keeps them for ever. Anki takes no further field or card template into a note type that a learner
already has, so all that may ever be wanted stand here from the first release, the spares included.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from rolecards import cloze

if TYPE_CHECKING:
    from rolecards.diagnostics import Place
    from rolecards.schema.kinds import NoteKind
    from rolecards.schema.models import Tier, Written

TIER_DECKS: dict[Tier, str] = {"seed": "1 Core", "course": "2 More", "beyond": "3 Beyond"}
"""Anki finds decks by name and never moves an existing card, so these names stay."""

TIER_NAMES: dict[Tier, str] = {"seed": "core", "course": "more", "beyond": "beyond"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card template of a note type; its two sides are template files, taken as they stand."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True, kw_only=True)
class NoteType:
    """A note type: what learners' collections know it by."""

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
"""The fields that no note fills yet, from the hint or the image on."""


class Note(Struct, frozen=True, kw_only=True):
    """What one note says, before it is published. Texts are HTML as a card field holds it."""

    id: str
    kind: NoteKind
    tier: Tier
    place: Place
    written: Written | None = None
    """The entry that it was made from; None if it comes from study notes."""
    roles: tuple[str, ...] = ()
    """The roles it is about; it is filed under the first."""
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
    """What it is about, where its text does not say it; shown above the text."""
    under: str = ""
    """For a note whose author gave it no id: the file and headings it stands under. Its `id` is then a proposal."""
    part: str = ""
    """Which part of its bullet it asks for, where the bullet gives more than one note; empty for the first."""
    pin: str = ""
    """The id that its author gave the bullet which it is a part of."""
    numbered: bool = True
    """Whether its author gave the cloze numbers; else they follow what the lock has for the words hidden."""

    @property
    def note_type(self) -> NoteType:
        """The note type it is made in."""
        return CLOZE if self.text else QA

    @property
    def pieces(self) -> cloze.Pieces:
        """A cloze note's text taken apart."""
        return cloze.parse_field(self.text)

    @property
    def ordinals(self) -> tuple[int, ...]:
        """Its cards, as Anki's ordinals from 0. Anki takes them from the package and makes none itself on import."""
        return tuple(number - 1 for number in cloze.numbers(self.pieces)) if self.text else (0,)

    def values(self, number: int) -> tuple[str, ...]:
        """Its fields in the order of its note type; `number` is the card number that learners see and search for."""
        told = (self.why, self.source, self.as_of, str(number), self.context)
        said = (self.id, self.text, *told) if self.text else (self.id, self.front, self.back, *told)
        return said + (_NO_MORE_CLOZE if self.text else _NO_MORE_QA)

    def tags(self, deck_id: str) -> tuple[str, ...]:
        """Hierarchical tags below the deck's own, sorted."""
        roles = tuple(("role", role) for role in self.roles)
        filed = (("tier", TIER_NAMES[self.tier]), ("kind", self.kind), ("slot", self.slot), ("topic", self.topic))
        return _tags(deck_id, (*filed, *roles))


@cache
def _tags(deck_id: str, filed: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(sorted(f"{deck_id}::{branch}::{leaf}" for branch, leaf in filed if leaf))


def guid(deck_id: str, note_id: str) -> str:
    """The note's identity in every learner's collection: 16 hex digits from the two ids, and from nothing else."""
    return hashlib.sha256(f"{deck_id}\x1f{note_id}".encode()).hexdigest()[:16]
