"""The words by which a deck calls its own world: its subject, roles, parts, slots, groups and relations."""

import re

from markupsafe import Markup
from msgspec.structs import replace

from rolecards.problems import Problem
from rolecards.schema.models import DEFAULT_PARTS, DEFAULT_SLOTS, DeckSettings, Noun, Relation
from rolecards.source.yaml import Document
from rolecards.templates import Templates
from rolecards.words import TranslatedPhrase, Words, read_words, with_nouns

_PLACE_IN_ORDER = re.compile(r"^\d+[.)]?\s+")


class Vocabulary(DeckSettings, frozen=True, kw_only=True):
    """The settings of a deck, with the words of its language where it has none of its own."""

    role: Noun
    phrases: Words

    def part_heading(self, key: str) -> str:
        """The name of a part without its number: `Core` for `1 Core`."""
        return _PLACE_IN_ORDER.sub("", self.parts[key])

    def relation_heading(self, key: str) -> str:
        """The heading of a relation; its key if the deck names none."""
        return self.relations[key].heading if key in self.relations else key.replace("_", " ").capitalize()

    def claim(self, key: str, value: str, number: int) -> Markup:
        """What is true of the roles in the answer: `uses Docker` for one role, `use Docker` for several."""
        relation = self.relations.get(key) or Relation(heading=key.replace("_", " "))
        own, name = (relation.one, "claim_one") if number == 1 else (relation.many, "claim_many")
        phrase: TranslatedPhrase = TranslatedPhrase(own) if own else self.phrases["card"][name]
        return phrase(relation=relation.heading, value=value)


def worded(templates: Templates, deck: DeckSettings, file: Document | None = None) -> tuple[Templates, list[Problem]]:
    """The templates with the words of a deck, and what is wrong with the words. `file` is the deck file."""
    words, problems = read_words(templates, deck.language, file)
    settings = {name: getattr(deck, name) for name in deck.__struct_fields__} | {
        "role": deck.role or Noun(one=str(words["role"]["one"]), many=str(words["role"]["many"])),
        "parts": deck.parts or {key: str(words["parts"][key]) for key in DEFAULT_PARTS},
        "slots": deck.slots or {key: str(words["slots"][key]) for key in DEFAULT_SLOTS},
    }
    own = Vocabulary(**settings, phrases=words)
    core = own.part_heading(next(iter(own.parts)))
    nouns = {"role": own.role.one, "roles": own.role.many, "subject": own.subject, "core": core}
    own = replace(own, phrases=with_nouns(words, nouns))
    return replace(templates, words=own.phrases, vocabulary=own), problems
