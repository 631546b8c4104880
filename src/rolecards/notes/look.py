"""How the cards look: the texts of the note types' templates and their stylesheet."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from rolecards.notes.note_type import NoteType, note_types
from rolecards.problems import Location, Problem, did_you_mean, problem
from rolecards.schema.models import DeckSettings
from rolecards.templates import Templates, render

_NAMED = re.compile(r"\{\{[#^/]?\s*(?:[\w-]+:)*([^{}:]+?)\s*\}\}")
_OPENED = re.compile(r"\{\{[#^]\s*([^{}]+?)\s*\}\}")
_CLOSED = re.compile(r"\{\{/\s*([^{}]+?)\s*\}\}")
_SPECIAL = frozenset({"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag"})  # besides the note's fields


class Look(Struct, frozen=True, kw_only=True):
    """The texts of a note type that may change from release to release."""

    note_type: NoteType
    sides: tuple[tuple[str, str], ...]  # front and back of each card template
    css: str


def look_problems(looks: Iterable[Look], templates: Templates) -> Iterator[Problem]:
    """What in the card templates would leave learners with cards that are blank, broken or impossible to retire."""
    for look in looks:
        for template, (front, back) in zip(look.note_type.templates, look.sides, strict=True):
            for name, text in zip(template.sides, (front, back), strict=True):
                location = Location(templates.shown(f"anki/{name}"))
                known = {*look.note_type.field_names, *_SPECIAL}
                unknown = next((found for found in _NAMED.finditer(text) if found[1] not in known), None)
                if sorted(_OPENED.findall(text)) != sorted(_CLOSED.findall(text)):
                    message = "a section is opened but not closed, or closed but not opened"
                    yield problem("RC143", location, message)
                if unknown:
                    hint = did_you_mean(unknown[1], known)
                    message = f"`{{{{{unknown[1]}}}}}` is not a field of “{look.note_type.name}”"
                    before = text[: unknown.start()].split("\n")
                    yield problem("RC143", Location(location.path, len(before), len(before[-1]) + 1), message, hint)
            for needed in (template.asks, "{{^Retired}}", "{{/Retired}}"):
                if needed not in front:
                    message = f"`{needed}` is missing: without it cards would be blank, or could not be retired"
                    yield problem("RC144", Location(templates.shown(f"anki/{template.sides[0]}")), message)


def read_looks(templates: Templates, deck: DeckSettings) -> tuple[Look, ...]:
    """The looks of all note types, from `templates/anki/`."""
    css, environment = templates.text("anki/style.css"), templates.card_environment()
    looks = []
    for note_type in note_types(deck.id, deck.name):
        files = [template.sides for template in note_type.templates]
        texts = {name: render(environment, f"anki/{name}", {}) for sides in files for name in sides}
        sides = tuple((texts[front], texts[back]) for front, back in files)
        looks.append(Look(note_type=note_type, sides=sides, css=css))
    return tuple(looks)
