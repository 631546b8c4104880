"""The rule about formulas."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.check.deck import formulas_of
from rolecards.check.rule import Finding, rule
from rolecards.codes import Severity
from rolecards.text.formula import NOT_IN_ANKI, FormulaError, set_formula
from rolecards.text.paper import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.check.deck import Deck
    from rolecards.problems import Location

_WHOLE = re.compile(rf"(?:{FORMULA.pattern})(?:(?:[^\\]|\\[^()\[\]])*+\\[)\]])?")
r"""A formula, to its last `\)`: if it contains another one, cards and papers end it there."""


@rule("RC610", over="deck")
def broken_formula(deck: Deck) -> Iterator[Finding]:
    for tex, finding in _formulas(deck):
        try:
            set_formula(tex)
        except FormulaError as error:
            yield replace(finding, message=f"this formula cannot be set: {error}")
        for macro in dict.fromkeys(NOT_IN_ANKI.findall(tex)):
            message = f"Anki's MathJax does not have `{macro}`"
            yield replace(finding, message=message, severity=Severity.WARNING)


def _formulas(deck: Deck) -> Iterator[tuple[str, Finding]]:
    """Every formula once, and a finding about it."""
    for text in deck.texts:
        for start, end, tex in formulas_of(text.value):
            yield tex, text.finding(start, end, "")
    of_pages: dict[tuple[Location, str], str] = {}
    for note in (item.note for item in deck.notes if item.kind is None):
        for match in _WHOLE.finditer(f"{note.text}{note.front}{note.back}{note.why}"):
            of_pages.setdefault((note.place.of(), html.unescape(match[0][2:-2])), note.id)
    for (_, tex), note_id in of_pages.items():
        yield tex, Finding(note_id, (), "", words=tex)
