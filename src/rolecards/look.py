"""How the cards look: the texts of the note types' templates and their style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.notes import NOTE_TYPES, NoteType

if TYPE_CHECKING:
    from rolecards.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The texts of a note type that may change from release to release."""

    note_type: NoteType
    sides: tuple[tuple[str, str], ...]
    """Front and back of each card template."""
    css: str


def read_looks(templates: Templates) -> tuple[Look, ...]:
    """The looks of all note types, from `templates/anki/`, taken as they stand: Anki's own `{{Field}}` is no Jinja."""
    css = templates.text("anki/style.css")
    return tuple(
        Look(
            note_type=note_type,
            sides=tuple(
                (templates.text(f"anki/{template.front}"), templates.text(f"anki/{template.back}"))
                for template in note_type.templates
            ),
            css=css,
        )
        for note_type in NOTE_TYPES
    )
