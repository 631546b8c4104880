"""The cards of study notes as plain text, to be read without Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.text import cloze
from rolecards.text.plain import to_plain
from rolecards.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.notes.note import Note


def card_texts(notes: Iterable[Note]) -> Iterator[str]:
    """Two lines for each card, its question with its place and its answer, in the order of the files."""
    for note in sorted((note for note in notes if note.kind == "note"), key=lambda note: note.place.of()):
        for question, answer in _cards(note):
            context = f"[{to_plain(note.context)}] " if note.context else ""
            yield one_line(f"{note.place.of()}: {context}{to_plain(question)}")
            yield one_line(f"    {to_plain(answer)}")


def _cards(note: Note) -> Iterator[tuple[str, str]]:
    """The question and the answer of each card, as HTML."""
    if not note.text:
        yield note.front, note.back
    for number, words in cloze.hidden(note.pieces).items():
        yield cloze.blank(note.pieces, number, lambda deletion: f"[{deletion.hint or '…'}]"), words
