"""Changes of a note type between two packages, and whether Anki can update it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from msgspec import Struct

from rolecards.compare.text_diff import TextChange, line_spans
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.compare.package import Package, PackageField, PackageNoteType, PackageTemplate

_Part = TypeVar("_Part", "PackageField", "PackageTemplate")
_Parts: TypeAlias = "dict[int | str | None, _Part]"


class NoteTypeChange(Struct, frozen=True, kw_only=True):
    """A note type with a changed name, schema, template or stylesheet."""

    name: str
    schema: tuple[str, ...]
    """Changes of its name, kind, fields and card templates, one clause each."""
    texts: tuple[TextChange, ...]
    """Changed sides of card templates and the changed stylesheet, by lines."""
    conflicting: bool
    """Whether Anki would copy the note type and not update its notes."""
    unraised: bool
    """Whether its name, names in it or its texts changed, but its modification time is not later."""


def note_type_changes(old: Package, new: Package) -> tuple[NoteTypeChange, ...]:
    """Compare the note types that are in both packages, by id."""
    both = sorted(old.note_types.keys() & new.note_types.keys())
    changes = (
        NoteTypeChange(
            name=printable(after.name),
            schema=tuple(_schema_clauses(before, after)),
            texts=tuple(_template_texts(before, after)),
            conflicting=conflict(before, after),
            unraised=after.modified <= before.modified and not conflict(before, after),
        )
        for before, after in ((old.note_types[key], new.note_types[key]) for key in both)
    )
    return tuple(change for change in changes if change.schema or change.texts)


def conflict(old: PackageNoteType, new: PackageNoteType) -> bool:
    """Whether Anki would treat these as different note types: their parts or the order of their parts differ."""
    parts = (_keyed(old.fields, new.fields), _keyed(old.templates, new.templates))
    kinds = ((each.id, each.kind, len(each.fields)) for each in (old, new))
    return len({*kinds}) > 1 or any(list(before) != list(after) for before, after in parts)


def _keyed(old: Sequence[_Part], new: Sequence[_Part]) -> tuple[_Parts[_Part], _Parts[_Part]]:
    """Both lists by what identifies a part: its id if every part has one, else its name."""
    by_id = all(part.id is not None for part in (*old, *new))
    before, after = ({part.id if by_id else part.name: part for part in parts} for parts in (old, new))
    return before, after


def _schema_clauses(old: PackageNoteType, new: PackageNoteType) -> Iterator[str]:
    if old.name != new.name:
        yield f"renamed from “{printable(old.name)}”"
    if old.kind != new.kind:
        yield f"from {old.kind} to {new.kind}"
    yield from _part_clauses("field", old.fields, new.fields)
    yield from _part_clauses("card template", old.templates, new.templates)


def _part_clauses(noun: str, old: Sequence[_Part], new: Sequence[_Part]) -> Iterator[str]:
    before, after = ({key: printable(part.name) for key, part in each.items()} for each in _keyed(old, new))
    yield from (f"{noun} “{name}” added" for key, name in after.items() if key not in before)
    yield from (f"{noun} “{name}” removed" for key, name in before.items() if key not in after)
    both = (key for key in before if key in after)
    yield from (f"{noun} “{before[key]}” renamed to “{after[key]}”" for key in both if before[key] != after[key])
    if list(before) != list(after) and before.keys() == after.keys():
        yield f"order of {noun}s changed"


def _template_texts(old: PackageNoteType, new: PackageNoteType) -> Iterator[TextChange]:
    before, after = _keyed(old.templates, new.templates)
    for key in (key for key in after if key in before):
        name = printable(after[key].name)
        for side in ("front", "back"):
            sides = getattr(before[key], side), getattr(after[key], side)
            if sides[0] != sides[1]:
                yield TextChange(name=f"{side} of “{name}”", spans=line_spans(*sides))
    if old.css != new.css:
        yield TextChange(name="CSS", spans=line_spans(old.css, new.css))
