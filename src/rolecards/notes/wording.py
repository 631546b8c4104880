"""The words around generated cards: each kind of card is a template file with a front, a line `---` and a back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rolecards.notes.note_type import note_types
from rolecards.problems import ContentError, Location, problem
from rolecards.templates import Templates, render

if TYPE_CHECKING:
    import jinja2

    from rolecards.content import Content

_LINE_BREAK = re.compile(r"\s*\n\s*")


@dataclass(slots=True)
class Wording:
    """Renders `templates/cards/`."""

    environment: jinja2.Environment
    content: Content
    _sources: dict[tuple[str, ...], str] = field(default_factory=dict)

    def front_and_back(self, kind: str, **values: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever the template uses
        """The two sides of a card, as HTML."""
        front, line, back = self._rendered(kind, values).partition("\n---\n")
        if not (line and front.strip() and back.strip()):
            message = "this template has no front or no back: between them stands a line `---`"
            raise ContentError([problem("RC142", Location(f"templates/cards/{kind}.j2"), message)])
        return _one_line(front), _one_line(back)

    def source(self, codes: tuple[str, ...]) -> str:
        """The line that names where a fact comes from, as HTML."""
        if codes not in self._sources:
            parted = [code.partition("#") for code in codes]
            cited = [{"source": self.content.sources[code], "place": place} for code, _, place in parted]
            self._sources[codes] = _one_line(self._rendered("source", {"cited": cited}))
        return self._sources[codes]

    def description(self) -> str:
        """The text below the deck's name in Anki, as HTML."""
        catch_all = next((role.name for role in self.content.roles.values() if role.catch_all), "")
        deck = self.content.deck
        values = {"deck": deck, "catch_all": catch_all, "note_types": note_types(deck.id, deck.name)}
        return _one_line(self._rendered("description", values))

    def _rendered(self, name: str, values: dict[str, Any]) -> str:
        return render(self.environment, f"cards/{name}.j2", values)


def wording(templates: Templates, content: Content) -> Wording:
    """The wordings of these template folders for this content."""
    return Wording(environment=templates.environment(), content=content)


def _one_line(text: str) -> str:
    """HTML knows no line breaks but `<br>`, and neither does a field."""
    return _LINE_BREAK.sub(" ", text.strip())
