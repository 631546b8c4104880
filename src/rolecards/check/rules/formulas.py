"""Rules about formulas."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.check.rule import Finding, rule
from rolecards.text.formula import NOT_IN_ANKI, FormulaError, set_formula
from rolecards.text.paper import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.check.deck import Deck
    from rolecards.problems import Location


@rule("RC610", over="deck")
def broken_formula(deck: Deck) -> Iterator[Finding]:
    for tex, finding in _formulas(deck):
        try:
            set_formula(tex)
        except FormulaError as error:
            yield replace(finding, message=f"this formula cannot be set: {error}")


@rule("RC611", over="deck")
def macro_not_in_anki(deck: Deck) -> Iterator[Finding]:
    for tex, finding in _formulas(deck):
        for macro in dict.fromkeys(NOT_IN_ANKI.findall(tex)):
            message = f"Anki's MathJax does not have `{macro}`"
            yield replace(finding, message=message)


def _formulas(deck: Deck) -> Iterator[tuple[str, Finding]]:
    """Every formula once, and a finding about it."""
    for text in deck.texts:
        for start, end, tex in text.formulas:
            words = text.value[start:end]
            yield tex, Finding(entry=text.entry, steps=text.steps, start=start, words=words, message="")
    of_pages: dict[tuple[Location, str], str] = {}
    for note in (item.note for item in deck.notes if item.kind is None):
        fields = f"{note.text}{note.front}{note.back}{note.why}"
        for match in FORMULA.finditer(fields) if "\\" in fields else ():
            of_pages.setdefault((note.place.of(), html.unescape(match[1] or match[2])), note.id)
    for (_, tex), note_id in of_pages.items():
        yield tex, Finding(entry=note_id, words=tex, message="")
