"""Cards that show nothing: the rule that the diff and the rehearsal share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecards.compare.package import PackageNote, PackageNoteType

RETIRED_TAG = "::retired"
"""The end of the tag of a retired note, which is in a package only so that learners can remove its cards."""
_TOKEN = re.compile(r"\{\{([#^/]?)\s*([^{}]*)\}\}")
_DELETION = re.compile(r"\{\{c([0-9]{1,3})::([^{}:]*)")


def is_retired(note: PackageNote) -> bool:
    """Whether the note is in the package only so that learners can remove its cards."""
    return any(tag.endswith(RETIRED_TAG) for tag in note.tags)


def is_given_up(old: PackageNote, new: PackageNote, ordinal: int) -> bool:
    """Whether the author took the card away: its note is retired, its words are not hidden, or it asks nothing back."""
    if is_retired(new):
        return True
    words = {text for number, text in _deletions(old) if number == ordinal + 1}
    if ordinal and not words:  # a card that asks back, as long as the field with its question is filled
        return any(value and not new.fields.get(name) for name, value in old.fields.items())
    return bool(words) and words.isdisjoint(text for _, text in _deletions(new))


def _deletions(note: PackageNote) -> set[tuple[int, str]]:
    return {(int(number), text) for value in note.fields.values() for number, text in _DELETION.findall(value)}


def is_blank(note: PackageNote, note_type: PackageNoteType, ordinal: int) -> bool:
    """Whether the front of the card shows no field of the note."""
    is_cloze = note_type.kind == "cloze"
    sides = note_type.templates[:1] if is_cloze else note_type.templates[ordinal : ordinal + 1]
    sections: list[bool] = []
    for kind, name in (token for side in sides for token in _TOKEN.findall(side.front)):
        filters, _, field = name.strip().rpartition(":")
        value = note.fields.get(field, "").strip()
        if kind == "/":
            del sections[-1:]
        elif kind:
            sections.append(bool(value) is (kind == "#"))
        elif all(sections) and value:
            numbers = {int(number) for number, _ in _DELETION.findall(value) if "cloze" in filters.split(":")}
            if not is_cloze or ordinal + 1 in numbers:
                return False
    return True
