"""Notes, with the fields and tags that learners get."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from rolecards.notes.note_type import FieldName, Form
from rolecards.text import cloze
from rolecards.text.field import attribute, escaped

if TYPE_CHECKING:
    from rolecards.problems import Place
    from rolecards.schema.kinds import NoteKind
    from rolecards.schema.models import Written
    from rolecards.source.media import MediaFile


class Shown(NamedTuple):
    """A picture of a note."""

    file: MediaFile
    alt: str  # the alternative text, without markup

    @property
    def html(self) -> str:
        """The picture in a field."""
        return f'<img src="{self.file.name}" alt="{attribute(self.alt)}">'


class Note(Struct, frozen=True, kw_only=True):
    """One note before it is published. Texts are the HTML of card fields."""

    id: str
    kind: NoteKind
    part: str  # the key of its part of the deck
    place: Place
    written: Written | None = None  # the entry that it was made from; None if it comes from study notes
    roles: tuple[str, ...] = ()  # the ids of the roles that it is about
    slot: str = ""
    topic: str = ""
    own_tags: tuple[str, ...] = ()  # the tags that its authors gave to it, its role or topic, and the deck
    text: str = ""  # a cloze note's text with Anki's cloze markup; empty for a Q&A note
    front: str = ""
    back: str = ""
    choices: str = ""  # the answers to choose from, below the question; empty if they are too many or not known
    why: str = ""
    src: tuple[str, ...] = ()  # the codes of its sources, with their places
    source: str = ""
    head: str = ""  # what kind of question it is, and its role unless the answer names it
    as_of: str = ""
    language: str = ""  # the language of its words; empty for that of the deck
    context: str = ""  # its subject, if the text does not name it; shown above the text
    under: str = ""  # of a note without an id: the file, the headings and the term above it; `id` is then a proposal
    pinned_under: str = ""  # the same, for a note of study notes with an id in its file
    bullet_part: str = ""  # the part of its bullet that it asks for; empty for the first note of the bullet
    image: Shown | None = None
    back_image: Shown | None = None
    sound: MediaFile | None = None
    pictures: tuple[Shown, ...] = ()  # the pictures in its texts
    credit: str = ""  # who must be named for its pictures
    hint: str = ""
    reverse: str = ""  # the question of a second card, which asks back; empty if there is none
    reverse_answer: str = ""  # its answer; empty if that is the front
    typed: str = ""  # the word to type, as plain text
    numbered: bool = True  # whether its author wrote the cloze numbers; else they follow the lock

    @property
    def form(self) -> Form:
        """Whether it is a cloze text or a question with an answer."""
        return "cloze" if self.text else "qa"

    @property
    def pieces(self) -> cloze.Pieces:
        """The parsed text of a cloze note."""
        return cloze.parse_field(self.text)

    @property
    def ordinals(self) -> tuple[int, ...]:
        """Its cards as Anki's ordinals, from 0. Anki imports the cards of the package and generates no others."""
        if self.text:
            return tuple(number - 1 for number in cloze.numbers(self.pieces))
        return (0, 1) if self.reverse else (0,)

    def cards(self, gap: Callable[[cloze.Deletion], str]) -> Iterator[tuple[int, str, str]]:
        """Per card, its cloze number (0 for a question), the text with `gap` for the hidden words, and the answer."""
        if not self.text:
            yield 0, self.front, self.back
        for number, words in cloze.hidden(self.pieces).items():
            yield number, cloze.blank(self.pieces, number, gap), words

    @property
    def media(self) -> tuple[MediaFile, ...]:
        """The pictures and sounds that its fields name."""
        shown = (self.image, self.back_image, *self.pictures)
        return (*(each.file for each in shown if each), *((self.sound,) if self.sound else ()))

    @property
    def asked_pictures(self) -> tuple[Shown, ...]:
        """The pictures that learners see before they answer."""
        asked = cloze.blank(self.pieces, None, lambda _: "") if self.text and self.pictures else self.front
        texts = (shown for shown in self.pictures if f'src="{shown.file.name}"' in asked)
        return (*((self.image,) if self.image else ()), *texts)

    def fields(self, number: int) -> dict[FieldName, str]:
        """Its filled fields; `number` is the card number that learners see."""
        fields = {
            FieldName.ID: self.id,
            FieldName.TEXT: self.text,
            FieldName.FRONT: self.front + (f'<div class="choices">{self.choices}</div>' if self.choices else ""),
            FieldName.BACK: self.back,
            FieldName.WHY: self.why,
            FieldName.SOURCE: self.source,
            FieldName.AS_OF: self.as_of,
            FieldName.NUMBER: str(number),
            FieldName.CONTEXT: self.context,
            FieldName.HINT: self.hint,
            FieldName.IMAGE: self.image.html if self.image else "",
            FieldName.BACK_IMAGE: self.back_image.html if self.back_image else "",
            FieldName.SOUND: f"[sound:{self.sound.name}]" if self.sound else "",
            FieldName.CREDIT: self.credit,
            FieldName.REVERSE: self.reverse,
            FieldName.REVERSE_ANSWER: self.reverse_answer,
            FieldName.TYPED: escaped(self.typed),
            FieldName.HEAD: self.head,
        }
        return {name: value for name, value in fields.items() if value}

    def tags(self, deck_id: str) -> tuple[str, ...]:
        """Hierarchical tags below the deck's own, sorted."""
        return _tags(deck_id, (self.part, self.kind, self.slot, self.topic), self.roles, self.own_tags)


@cache
def _tags(deck_id: str, filed: tuple[str, ...], roles: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    branches = [*zip(("part", "kind", "slot", "topic"), filed, strict=True), *(("role", role) for role in roles)]
    names = [f"{branch}::{leaf}" for branch, leaf in branches if leaf]
    return tuple(sorted(f"{deck_id}::{name}" for name in {*names, *own}))


GUID = re.compile(r"[0-9a-f]{16}")  # what `guid` returns


def guid(deck_id: str, note_id: str) -> str:
    """The identity of the note in learners' collections, which depends only on the two ids."""
    return digest(deck_id, note_id)


def digest(*parts: str) -> str:
    """The fingerprint of these texts: 16 hexadecimal digits."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
