"""The wording of generated cards. Each kind of card has a template file with a front, a line `---` and a back."""

import hashlib
import re
from collections.abc import Hashable
from functools import cached_property
from typing import Any

import jinja2
from msgspec import Struct
from msgspec.structs import replace

from rolecards.content import Content
from rolecards.notes.note import Note
from rolecards.notes.note_type import note_types
from rolecards.problems import ContentError, Location, problem
from rolecards.schema.models import Role
from rolecards.templates import Templates, render, shown_path
from rolecards.text import cloze
from rolecards.text.allowed import foreign_markup
from rolecards.text.plain import to_plain
from rolecards.words import Words, worded

MOST_CHOICES = 12  # the most answers that a question lists; more are no help, and longer than the question


class Wording(Struct, dict=True):
    """Renders `templates/cards/`."""

    environment: jinja2.Environment
    content: Content
    templates: Templates
    _lines: dict[tuple[str, Hashable], str] = {}

    def front_and_back(self, kind: str, **values: Any) -> tuple[str, str]:  # noqa: ANN401 - the values that the template uses
        """The two sides of a card, as HTML."""
        front, line, back = self._rendered(kind, values).partition("\n---\n")
        if not (line and front.strip() and back.strip()):
            message = "this template must have a front, a line `---` and a back"
            raise ContentError([problem("RC142", self.place(kind), message)])
        if foreign := foreign_markup(front + back, self.content.media):
            message = f"a card must not contain {foreign}"
            raise ContentError([problem("RC147", self.place(kind), message)])
        return _one_line(front), _one_line(back)

    def in_language(self, language: str) -> Words:
        """The phrases of a language; those of the deck if it is empty or has no words."""
        if not language or language == self.content.deck.language:
            return self.templates.words
        templates, problems = worded(self.templates, replace(self.content.deck, language=language))
        return (self.templates if problems else templates).words

    def place(self, kind: str) -> Location:
        """The template of a kind of card."""
        return Location(shown_path(self.environment.get_template(f"cards/{kind}.j2").filename or kind))

    def source(self, codes: tuple[str, ...]) -> str:
        """The line that cites the sources of a fact, as HTML."""
        references = (code.partition("#") for code in codes)
        cited = [{"source": self.content.sources[code], "place": place} for code, _, place in references]
        return self._line("source", codes, cited=cited)

    def description(self) -> str:
        """The text below the deck's name in Anki, as HTML."""
        deck = self.content.deck
        return _one_line(self._rendered("description", {"deck": deck, "note_types": note_types(deck.id, deck.name)}))

    def fingerprint(self) -> str:
        """A hash of all words that questions have around the author's text."""
        names = self.environment.list_templates(filter_func=lambda name: name.startswith("cards/"))
        assert self.environment.loader
        texts = [self.environment.loader.get_source(self.environment, name)[0] for name in names]
        phrases = {name: str(phrase) for name, phrase in self.templates.words["card"].items()}
        return hashlib.sha256(repr((texts, phrases)).encode()).hexdigest()[:16]

    @cached_property
    def choices(self) -> str:
        """The names of all roles, to choose the answer from, as HTML; empty if there are fewer than two or too many."""
        roles = tuple(self.content.roles.values())
        return _one_line(self._rendered("choices", {"roles": roles})) if 1 < len(roles) <= MOST_CHOICES else ""

    def head(self, note: Note) -> str:
        """What kind of question a note is, and its role unless the answer names it, as HTML."""
        answers = cloze.hidden(note.pieces).values() if note.text and note.roles else (note.back,)
        answer = to_plain("; ".join(answers)).casefold()
        roles = tuple(key for key in note.roles if not _names(self.content.roles[key], answer))
        topic = next((topic.name for topic in self.content.topics if topic.id == note.topic), "")
        filed, named = {"kind": note.kind, "slot": note.slot}, [self.content.roles[key] for key in roles]
        return self._line("head", (*filed.values(), topic, roles), note=filed, roles=named, topic=topic)

    def _line(self, name: str, key: Hashable, **values: Any) -> str:  # noqa: ANN401 - see `front_and_back`
        """A line of cards, rendered once for all cards with this key."""
        if (name, key) not in self._lines:
            self._lines[name, key] = _one_line(self._rendered(name, values))
        return self._lines[name, key]

    def _rendered(self, name: str, values: dict[str, Any]) -> str:
        return render(self.environment, f"cards/{name}.j2", values)


def _names(role: Role, text: str) -> bool:
    names = map(str.casefold, filter(None, (role.name, role.full_name, role.short, *role.aliases)))
    return any(name in text and re.search(rf"(?<!\w){re.escape(name)}", text) for name in names)


def _one_line(text: str) -> str:
    """Joins the lines: only `<br>` breaks a line in a card field."""
    return " ".join(filter(None, map(str.strip, text.split("\n"))))
