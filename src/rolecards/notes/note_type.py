"""The note types of a deck: their fields and card templates, which never change.

Anki identifies a note type, its fields and its card templates by their ids. A field or card template cannot be added to
a note type that learners have, because all its notes would conflict from then on. So the first release already has all
that later versions may need. A spare can get a name and a use later: Anki applies a rename if the id stays the same.
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Literal, NamedTuple

from msgspec import Struct

Form = Literal["qa", "cloze"]  # a question with an answer, or a text with cloze deletions


class FieldName(StrEnum):
    """Every field of both note types, by the name that learners see."""

    ID = "Id"  # the note's id, for authors
    FRONT = "Front"
    BACK = "Back"
    TEXT = "Text"  # the text of a cloze note, with its deletions
    WHY = "Why"  # why the answer is right; on the back
    SOURCE = "Source"
    AS_OF = "As of"  # the year for which the note is true
    NUMBER = "Number"  # the card number, as on paper
    CONTEXT = "Context"  # what the note is about, above its text
    HEAD = "Head"  # the kind of question and the role, at the top of the card
    HINT = "Hint"  # what a learner may reveal before answering
    IMAGE = "Image"  # a picture for the question
    BACK_IMAGE = "Back image"  # a picture for the answer
    SOUND = "Sound"
    CREDIT = "Credit"  # the author and licence of a picture, where the licence asks for it
    REVERSE = "Reverse"  # the question of the second card; without it there is none
    REVERSE_ANSWER = "Reverse answer"  # the answer of the second card, where the front alone is not the answer
    TYPED = "Typed"  # the word to type, as plain text
    RETIRED = "Retired"  # the day on which the note was retired; cards of such a note are empty
    SPARE_1 = "Spare 1"  # for a later feature with a card of its own: the spare card template depends on it
    SPARE_2 = "Spare 2"
    SPARE_3 = "Spare 3"
    SPARE_4 = "Spare 4"


class NoteField(NamedTuple):
    """A field, as learners' collections know it."""

    name: FieldName
    id: int


class CardTemplate(NamedTuple):
    """A card template; its two sides are the template files `anki/FILE-front.html` and `anki/FILE-back.html`."""

    name: str
    id: int
    file: str
    asks: str  # what its front must show, in Anki's notation

    @property
    def sides(self) -> tuple[str, str]:
        """The names of its two files."""
        return f"{self.file}-front.html", f"{self.file}-back.html"


class NoteType(Struct, frozen=True, dict=True):
    """A note type of a deck."""

    key: str  # its name in the lock
    form: Form
    id: int
    name: str
    sort_field: FieldName
    fields: tuple[NoteField, ...]
    templates: tuple[CardTemplate, ...]

    @cached_property
    def field_names(self) -> tuple[FieldName, ...]:
        """The fields in their order."""
        return tuple(field.name for field in self.fields)

    def values(self, fields: Mapping[FieldName, str]) -> tuple[str, ...]:
        """These fields in the order of the note type, with empty ones between them."""
        return tuple(fields.get(name, "") for name in self.field_names)


_F = FieldName
_ABOUT = (_F.WHY, _F.SOURCE, _F.AS_OF, _F.NUMBER, _F.CONTEXT, _F.HEAD, _F.HINT, _F.IMAGE, _F.BACK_IMAGE, _F.SOUND)
_SPARES = (_F.SPARE_1, _F.SPARE_2, _F.SPARE_3, _F.SPARE_4)
_QA = (_F.ID, _F.FRONT, _F.BACK, *_ABOUT, _F.CREDIT, _F.REVERSE, _F.REVERSE_ANSWER, _F.TYPED, _F.RETIRED, *_SPARES)
_CLOZE = (_F.ID, _F.TEXT, *_ABOUT, _F.CREDIT, _F.RETIRED, *_SPARES)
_QA_FIELDS = tuple(NoteField(name, 4_101_000_000_000_001 + at) for at, name in enumerate(_QA))
_CLOZE_FIELDS = tuple(NoteField(name, 4_201_000_000_000_001 + at) for at, name in enumerate(_CLOZE))
_QA_CARDS = (
    CardTemplate("Question", 4_102_000_000_000_001, "qa", "{{Front}}"),
    CardTemplate("Reverse", 4_102_000_000_000_002, "reverse", "{{Reverse}}"),
    CardTemplate("Spare", 4_102_000_000_000_003, "spare", "{{Spare 1}}"),
)
_CLOZE_CARDS = (CardTemplate("Cloze", 4_202_000_000_000_001, "cloze", "{{cloze:Text}}"),)


def note_types(deck_id: str, deck_name: str) -> tuple[NoteType, NoteType]:
    """The note types of a deck: ids depend on its id, names on its name; ids of fields and templates are constants."""
    qa_id, cloze_id = _type_id(deck_id, "qa"), _type_id(deck_id, "cloze")
    return (
        NoteType("qa", "qa", qa_id, f"{deck_name} Q&A", _F.FRONT, _QA_FIELDS, _QA_CARDS),
        NoteType("cloze", "cloze", cloze_id, f"{deck_name} Cloze", _F.TEXT, _CLOZE_FIELDS, _CLOZE_CARDS),
    )


def _type_id(deck_id: str, key: str) -> int:
    """A number between 2**48 and 2**49: far from Anki's own, which are times, and exact in every program's numbers."""
    return (1 << 48) + int.from_bytes(hashlib.sha256(f"{deck_id}\x1f{key}".encode()).digest()[:6])
