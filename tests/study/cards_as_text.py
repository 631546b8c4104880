"""The cards of notes files as lines of text that a person can check against the notes."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from rolecards.codes import Severity
from rolecards.content import read_content
from rolecards.notes.generate import generate
from rolecards.notes.wording import Wording
from rolecards.source.folder import SourceFile
from rolecards.templates import Templates, bundled_folder
from rolecards.words import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.content import Content
    from rolecards.notes.note import Note

DECK = b"schema: rolecards/deck@1\nid: notes\nname: Notes\n"


def content_of(text: bytes, name: str = "notes.md") -> Content:
    """A content folder of one notes file and the smallest deck file."""
    return read_content(
        PurePath("content"),
        [SourceFile(path="content/deck.yaml", data=DECK), SourceFile(path=f"content/{name}", data=text)],
    )


def notes_of(content: Content) -> tuple[Note, ...]:
    """Its notes."""
    return generate(content, _wording(content))[0]


def as_text(content: Content) -> str:
    """Its cards, what is left out, and its problems."""
    notes, problems = generate(content, _wording(content))
    lines = [line for note in notes for line in _lines(note)]
    lines += [f"skipped {left.line}-{left.end}: {left.reason}" for page in content.study for left in page.skipped]
    lines += [str(problem) for problem in problems if problem.severity is not Severity.NOTICE]
    return "\n".join(lines) + "\n"


def templates_of(content: Content) -> Templates:
    """The built-in templates with the words of its language."""
    return worded(Templates(folders=(bundled_folder(),)), content.deck)[0]


def _wording(content: Content) -> Wording:
    templates = templates_of(content)
    return Wording(environment=templates.environment(), content=content, templates=templates)


def _lines(note: Note) -> Iterator[str]:
    context = f"[{note.context}] " if note.context else ""
    name = "" if note.under else f" #{note.id}"
    yield f"{note.place.of().line}{name}: {context}{note.text or f'{note.front} => {note.back}'}"
    yield from (f"    {label}: {text}" for label, text in (("why", note.why), ("from", note.source)) if text)
