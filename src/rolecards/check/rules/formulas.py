"""Rules about formulas."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.check.rule import Finding, rule
from rolecards.codes import Severity
from rolecards.text.formula import NOT_IN_ANKI, FormulaError, set_formula
from rolecards.text.paper import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.check.deck import Deck


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
            yield replace(finding, message=message, severity=Severity.WARNING)


def _formulas(deck: Deck) -> Iterator[tuple[str, Finding]]:
    """Every formula, and a finding about it; one in study notes is a warning, because the other notes can be built."""
    for text in deck.texts:
        for start, end, tex in text.formulas:
            words = text.value[start:end]
            yield tex, Finding(entry=text.entry, steps=text.steps, start=start, words=words, message="")
    found: set[tuple[str, str]] = set()
    for note in (item.note for item in deck.notes if item.kind is None):
        for field in (
            (note.text, note.front, note.back, note.why) if "\\" in f"{note.text}{note.front}{note.back}" else ()
        ):
            for match in FORMULA.finditer(field):
                tex = html.unescape(match[1] or match[2])
                if (str(note.place.of()), tex) not in found:
                    found.add((str(note.place.of()), tex))
                    yield tex, Finding(entry=note.id, words=tex, message="", severity=Severity.WARNING)
