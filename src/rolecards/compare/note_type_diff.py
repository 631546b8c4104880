"""What changed in a note type between two packages, and whether Anki still takes it for the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rolecards.compare.words import TextChange, line_spans
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.compare.package import CardTemplate, Field, NoteType, Package

_Part = TypeVar("_Part", "Field", "CardTemplate")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTypeChange:
    """A note type that changed in name, schema or looks."""

    name: str
    schema: tuple[str, ...]
    """What happened to its name, kind, fields and card templates, a clause each."""
    texts: tuple[TextChange, ...]
    """Sides of card templates and the style sheet, by lines."""
    conflicting: bool
    """Whether Anki would copy the note type and leave its notes as they are."""
    unraised: bool
    """Whether its texts changed while its modification time did not rise."""


def note_type_changes(old: Package, new: Package) -> tuple[NoteTypeChange, ...]:
    """Compare the note types that both packages hold, by their ids."""
    both = sorted(old.note_types.keys() & new.note_types.keys())
    changes = (_note_type_change(old.note_types[key], new.note_types[key]) for key in both)
    return tuple(change for change in changes if change.schema or change.texts)


def _note_type_change(old: NoteType, new: NoteType) -> NoteTypeChange:
    conflicting, texts = conflict(old, new), tuple(_template_texts(old, new))
    return NoteTypeChange(
        name=printable(new.name),
        schema=tuple(_schema_clauses(old, new)),
        texts=texts,
        conflicting=conflicting,
        unraised=bool(texts) and new.modified <= old.modified and not conflicting,
    )


def conflict(old: NoteType, new: NoteType) -> bool:
    """Whether Anki would take the two for different note types: it wants the same parts in the same order."""
    if (old.id, old.kind, len(old.fields)) != (new.id, new.kind, len(new.fields)):
        return True
    fields, templates = _keyed(old.fields, new.fields), _keyed(old.templates, new.templates)
    return list(fields[0]) != list(fields[1]) or list(templates[0]) != list(templates[1])


def _identity(part: Field | CardTemplate, *, by_id: bool) -> object:
    return part.id if by_id else part.name


def _keyed(old: Sequence[_Part], new: Sequence[_Part]) -> tuple[dict[object, _Part], dict[object, _Part]]:
    """Both lists by what Anki knows a part by: its id where every part has one, else its name."""
    by_id = all(part.id is not None for part in (*old, *new))
    before, after = ({_identity(part, by_id=by_id): part for part in parts} for parts in (old, new))
    return before, after


def _schema_clauses(old: NoteType, new: NoteType) -> Iterator[str]:
    if old.name != new.name:
        yield f"renamed from “{printable(old.name)}”"
    if old.kind != new.kind:
        yield f"from {old.kind} to {new.kind}"
    yield from _part_clauses("field", old.fields, new.fields)
    yield from _part_clauses("card template", old.templates, new.templates)


def _part_clauses(what: str, old: Sequence[_Part], new: Sequence[_Part]) -> Iterator[str]:
    parts = _keyed(old, new)
    before, after = ({key: printable(part.name) for key, part in each.items()} for each in parts)
    yield from (f"{what} “{name}” added" for key, name in after.items() if key not in before)
    yield from (f"{what} “{name}” removed" for key, name in before.items() if key not in after)
    both = (key for key in before if key in after)
    yield from (f"{what} “{before[key]}” renamed to “{after[key]}”" for key in both if before[key] != after[key])
    if list(before) != list(after) and before.keys() == after.keys():
        yield f"{what}s in another order"


def _template_texts(old: NoteType, new: NoteType) -> Iterator[TextChange]:
    before, after = _keyed(old.templates, new.templates)
    for key in (key for key in after if key in before):
        name = printable(after[key].name)
        for side in ("front", "back"):
            sides = getattr(before[key], side), getattr(after[key], side)
            if sides[0] != sides[1]:
                yield TextChange(name=f"{side} of “{name}”", spans=line_spans(*sides))
    if old.css != new.css:
        yield TextChange(name="CSS", spans=line_spans(old.css, new.css))
