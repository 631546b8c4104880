"""The words of the program in one language, and a deck's own nouns."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from os.path import normpath
from pathlib import Path
from typing import NamedTuple

from jinja2 import TemplateRuntimeError
from markupsafe import Markup, escape
from msgspec.structs import replace

from rolecards.problems import ContentError, Location, Problem, did_you_mean, problem
from rolecards.schema.models import DEFAULT_PARTS, DEFAULT_SLOTS, DeckSettings, Noun, Relation
from rolecards.source.folder import SourceFile
from rolecards.source.yaml import Document, Route, read_yaml
from rolecards.templates import Templates, shown_path
from rolecards.text.field import to_html

FOLDER = "words"
DEFAULT = "en"  # the language whose file is complete by definition: it defines all phrases and their placeholders
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LETTER = re.compile(r"[^\W\d_]")
_PLACE_IN_ORDER = re.compile(r"^\d+[.)]?\s+")
_BRACES = re.compile(r"\{[^{}\s]*\}?|\}")
Words = Mapping[str, Mapping[str, "TranslatedPhrase"]]  # by section and name, as in `words.guide.contents`
NOUNS = frozenset({"role", "roles", "subject", "core"})  # the deck's nouns, which every phrase may name


class TranslatedPhrase:
    """A text with placeholders: `{{ words.quiz.title }}` as it is, `{{ words.plan.lead(count=20) }}` filled in."""

    def __init__(self, text: str, nouns: Mapping[str, str] | None = None) -> None:
        self.text = text
        self.nouns = nouns or {}

    @cached_property
    def html(self) -> str:
        """The text with its inline Markdown as HTML, placeholders still in it."""
        return to_html(self.text)

    def __call__(self, **values: object) -> Markup:
        """The phrase with values in its placeholders, as HTML. Raises TemplateRuntimeError for one without a value."""
        values = {**self.nouns, **values}
        if missing := self.placeholders - values.keys():
            raise TemplateRuntimeError(f"the phrase needs a value for `{min(missing)}`")
        return Markup(_PLACEHOLDER.sub(lambda found: str(escape(values[found[1]])), self.html))  # noqa: S704 - escaped

    def __html__(self) -> str:
        return self()

    def __str__(self) -> str:
        return self.text

    @property
    def placeholders(self) -> frozenset[str]:
        """The names in its braces."""
        return frozenset(_PLACEHOLDER.findall(self.text))


def read_words(templates: Templates, language: str, deck: Document | None = None) -> tuple[Words, list[Problem]]:
    """The phrases of a language, with English ones where it has none, and their problems.

    Those of `de-AT` come before those of `de`, a file in the author's templates folder before ours, and `words` in the
    deck file before all. Raises ContentError if a file is not YAML.
    """
    english = [templates.folders[-1] / FOLDER / f"{DEFAULT}.yaml"]
    complete = _read(english)
    of_deck = _entries(deck, ("words",)) if deck and deck.top("words") else {}
    folders = [folder / FOLDER for folder in reversed(templates.folders)]  # ours first, so that the author's replace it
    codes = [code.casefold() for code in dict.fromkeys((language.partition("-")[0], language))]
    found = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    files = [path for code in codes for path in found if path.stem.casefold() == code]
    own = (complete if files == english else _read(files)) | of_deck
    checked = {route: entry for route, entry in own.items() if entry is not complete.get(route)}
    faults = {route: fault for route, entry in checked.items() if (fault := _fault(route, entry, complete))}
    usable = {route: entry for route, entry in own.items() if route not in faults}
    missing = [".".join(route) for route in complete if route not in own]
    if missing and not any(path.parent == folders[0] for path in files):
        some = f", such as `{missing[0]}`, are English, because" if files else " are English, because"
        message = f"{len(missing)} of {len(complete)} phrases{some} there are no words for them in `{language}`"
        beside = Path(normpath(Path(deck.path if deck else FOLDER).parent / "../own"))
        default = (templates.own or beside) / FOLDER / f"{language}.yaml"
        target = shown_path(str(files[-1] if files else default))
        also = "" if templates.own else " and write `templates: ../own` in deck.yaml"
        hint = f"translate {shown_path(str(folders[0]))}/{DEFAULT}.yaml as {target}{also}"
        place = deck.locate(("language",)) if deck and deck.top("language") else Location(target)
        faults[()] = problem("RC145", Location(target) if files else place, message, hint)
    words: dict[str, dict[str, TranslatedPhrase]] = {}
    for (section, name), entry in (complete | usable).items():
        words.setdefault(section, {})[name] = entry.phrase
    return words, [*faults.values()]


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
        phrase = TranslatedPhrase(own) if own else self.phrases["card"][name]
        return phrase(relation=relation.heading, value=value)


def worded(templates: Templates, deck: DeckSettings, file: Document | None = None) -> tuple[Templates, list[Problem]]:
    """The templates with the words of a deck, and what is wrong with the words. `file` is the deck file."""
    words, problems = read_words(templates, deck.language, file)
    role = deck.role or Noun(one=str(words["role"]["one"]), many=str(words["role"]["many"]))
    parts = deck.parts or {key: str(words["parts"][key]) for key in DEFAULT_PARTS}
    slots = deck.slots or {key: str(words["slots"][key]) for key in DEFAULT_SLOTS}
    core = _PLACE_IN_ORDER.sub("", next(iter(parts.values())))
    nouns = {"role": role.one, "roles": role.many, "subject": deck.subject, "core": core}
    phrases = {
        section: {name: TranslatedPhrase(phrase.text, nouns) for name, phrase in some.items()}
        for section, some in words.items()
    }
    settings = {name: getattr(deck, name) for name in deck.__struct_fields__}
    own = Vocabulary(**settings | {"role": role, "parts": parts, "slots": slots, "phrases": phrases})
    return replace(templates, words=phrases, vocabulary=own), problems


def function_words(words: Words) -> frozenset[str]:
    """The function words of a language."""
    return frozenset(word.strip().casefold() for word in str(words["notes"]["function_words"]).split(","))


class _PlacedPhrase(NamedTuple):
    """A phrase and where it was written."""

    phrase: TranslatedPhrase
    document: Document
    route: Route


_PlacedPhrases = dict[tuple[str, ...], _PlacedPhrase]  # by the route of keys that leads to each phrase


def _read(files: Iterable[Path]) -> _PlacedPhrases:
    entries: _PlacedPhrases = {}
    for path in files:
        entries |= _phrases(SourceFile(path=shown_path(str(path)), data=path.read_bytes()))
    return entries


@lru_cache(8)  # a command reads the English file more than once
def _phrases(file: SourceFile) -> _PlacedPhrases:
    document, problems = read_yaml(file)
    if problems or not document:
        raise ContentError(problems)
    return _entries(document, ())


def _entries(document: Document, top: Route) -> _PlacedPhrases:
    """The phrases below a key of a file, or of the whole file."""
    value = document.top(str(top[0])) if top else document.value
    return {route: _PlacedPhrase(TranslatedPhrase(text), document, (*top, *route)) for route, text in _texts(value, ())}


def _texts(value: object, route: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*route, key))
    else:
        yield route, value if isinstance(value, str) else ""


def _fault(route: tuple[str, ...], entry: _PlacedPhrase, complete: _PlacedPhrases) -> Problem | None:
    """A phrase that no template uses, or a placeholder that gets no value."""
    name, at = ".".join(route) or FOLDER, entry.document.locate
    if route not in complete:
        inside = any(known[: len(route)] == route for known in complete)
        message = f"`{name}` must contain phrases by name" if inside else f"there is no phrase `{name}`"
        return problem("RC146", at(entry.route, key=True), message, did_you_mean(name, map(".".join, complete)))
    if not isinstance(entry.document.at(entry.route), str):
        return problem("RC146", at(entry.route), f"`{name}` must be a text")
    if route[0] != "notes" and not entry.phrase.text.strip() and _LETTER.search(complete[route].phrase.text):
        return problem("RC146", at(entry.route), f"`{name}` must not be empty")
    if route[0] == "card" and (lost := complete[route].phrase.placeholders - NOUNS - entry.phrase.placeholders):
        return problem("RC146", at(entry.route), f"`{name}` must contain `{{{min(lost)}}}`")
    usable = [*_BRACES.findall(complete[route].phrase.text), *(f"{{{noun}}}" for noun in NOUNS)]
    if extra := set(_BRACES.findall(entry.phrase.text)) - {*usable}:
        hint = f"placeholders of this phrase: {', '.join(f'`{each}`' for each in sorted({*usable}))}"
        return problem("RC146", at(entry.route), f"`{min(extra)}` has no value here", hint)
    return None
