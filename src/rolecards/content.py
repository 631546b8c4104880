"""The checked content: every file against its schema, every id once, every reference to something that exists."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rolecards import schema
from rolecards.diagnostics import ContentError, Location, Problem
from rolecards.source.yaml import Document, Route, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from rolecards.source.folder import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlPlace:
    """Where an entry of a YAML file was written."""

    document: Document
    route: Route

    def of(self, *steps: str | int, key: bool = False, words: str = "") -> Location:
        """The place of a value inside the entry, of its key, or of some words in it."""
        return self.document.locate(self.route + steps, key=key, words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that the content folder says."""

    deck: schema.DeckSettings
    roles: Mapping[str, schema.Role]
    """By id, in the deck's order."""
    topics: tuple[schema.Topic, ...]
    contrasts: tuple[schema.Contrast, ...]
    handoffs: tuple[schema.Handoff, ...]
    scenarios: tuple[schema.Scenario, ...]
    reverses: tuple[schema.Reverse, ...]
    sources: Mapping[str, schema.Source]
    places: Mapping[str, YamlPlace]
    """By id: roles, topics and everything with an id inside them; `deck` is the deck file."""

    def facts(self) -> Iterator[tuple[schema.Role | schema.Topic, schema.Fact]]:
        """Every fact with the role or topic that it stands under."""
        owners: list[schema.Role | schema.Topic] = [*self.roles.values(), *self.topics]
        for owner in owners:
            for fact in owner.facts:
                yield owner, fact


def read_content(files: Iterable[SourceFile]) -> Content:
    """Raises ContentError with every problem of every file."""
    read = [read_yaml(file) for file in files]
    problems = [problem for _, found in read for problem in found]
    documents = [document for document, _ in read if document is not None]
    checked = [(document, _validate(document, problems)) for document in documents]
    if problems:
        raise ContentError(problems)
    places = _places(checked, problems)
    content = _assemble([file for _, file in checked if file is not None], places, problems)
    problems += _dangling(content)
    if problems:
        raise ContentError(problems)
    return content


# ---------------------------------------------------------------- one file against its schema


def _validate(document: Document, problems: list[Problem]) -> schema.File | None:
    if not isinstance(document.value, dict):
        problems.append(
            _problem(document.locate(()), "RC120", "a content file is a mapping", "its first line is `schema: …`")
        )
        return None
    name = document.value.get("schema")
    if not isinstance(name, str) or name not in schema.SCHEMAS:
        problems.append(_unknown_schema(document, name))
        return None
    try:
        return schema.SCHEMAS[name].model_validate(document.value)
    except ValidationError as error:
        problems += [_schema_problem(document, detail) for detail in error.errors(include_url=False)]
        return None


def _unknown_schema(document: Document, name: object) -> Problem:
    if not isinstance(name, str):
        return _problem(
            document.locate(()),
            "RC121",
            "the key `schema` is missing",
            f"it is one of {', '.join(schema.SCHEMAS)}",
        )
    kind, _, version = name.partition("@")
    if any(known.partition("@")[0] == kind for known in schema.SCHEMAS) and version.isdigit():
        hint = "this file was written for another version of rolecards"
    else:
        hint = _did_you_mean(name, schema.SCHEMAS) or f"it is one of {', '.join(schema.SCHEMAS)}"
    return _problem(document.locate(("schema",)), "RC121", f"`{name}` is not a kind of content file", hint)


def _schema_problem(document: Document, detail: ErrorDetails) -> Problem:
    route: Route = tuple(detail["loc"])
    kind = detail["type"]
    if kind == "missing":
        return _problem(document.locate(route[:-1]), "RC122", f"the key `{route[-1]}` is missing here")
    if kind == "extra_forbidden":
        keys = _keys_of(document.value, route[:-1])
        hint = _did_you_mean(str(route[-1]), keys)
        return _problem(
            document.locate(route, key=True), "RC123", f"`{route[-1]}` is not a key that may stand here", hint
        )
    return _problem(document.locate(route), "RC124", _said(detail))


def _keys_of(value: object, route: Route) -> list[str]:
    """The keys an author may use at `route`, found by walking the models along it."""
    model: object = schema.SCHEMAS[str(value["schema"])] if isinstance(value, dict) else None
    for step in route:
        if isinstance(step, str) and isinstance(model, type) and issubclass(model, schema.Entry):
            model = _model_in(model, step)
    if not (isinstance(model, type) and issubclass(model, schema.Entry)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(model: type[schema.Entry], key: str) -> object:
    """The model of the entries under `key`, looked up through `tuple[...]` and `... | None`."""
    kinds: list[object] = [field.annotation for name, field in model.model_fields.items() if key in {name, field.alias}]
    while kinds:
        kind = kinds.pop()
        if isinstance(kind, type) and issubclass(kind, schema.Entry):
            return kind
        kinds.extend(getattr(kind, "__args__", ()))
    return None


def _said(detail: ErrorDetails) -> str:
    """What pydantic found, in an author's words."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "string_pattern_mismatch" if context["pattern"] == r"\S":
            return "this is empty"
        case "string_pattern_mismatch":
            return f"`{detail['input']}` does not have the form it must have here: {_FORMS.get(context['pattern'], context['pattern'])}"
        case "literal_error":
            return f"`{detail['input']}` is not one of {context['expected'].replace(' or ', ', ')}"
        case "string_type":
            return "text must stand here"
        case "tuple_type" | "list_type":
            return "a list must stand here"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "a mapping with keys must stand here"
        case "too_short":
            return "this list is empty"
        case "int_parsing" | "greater_than_equal" | "less_than_equal":
            return f"`{detail['input']}` is not a whole number from 1 to 99"
        case "bool_parsing":
            return f"`{detail['input']}` is neither true nor false"
        case _:
            return detail["msg"]


_FORMS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and single hyphens, such as `mle-tools`",
    r"^[12]\d{3}$": "a year of four digits",
    r"^[A-Za-z0-9-]+$": "letters, digits and hyphens",
    r"^[^:\"\s](?:[^:\"]*[^:\"\s])?$": "a deck name without colons or quotation marks",
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$": "a language code such as `en` or `pt-BR`",
}


# ---------------------------------------------------------------- all files together


def _places(checked: list[tuple[Document, schema.File | None]], problems: list[Problem]) -> dict[str, YamlPlace]:
    places: dict[str, YamlPlace] = {}
    for document, file in checked:
        for key, route in _ids(file):
            if key in places:
                first = places[key].of("id")
                hint = f"it is also in {first}; every id is used once in the whole folder"
                problems.append(
                    _problem(document.locate((*route, "id")), "RC201", f"the id `{key}` is used twice", hint)
                )
            else:
                places[key] = YamlPlace(document=document, route=route)
    return places


def _ids(file: schema.File | None) -> Iterator[tuple[str, Route]]:
    if isinstance(file, schema.DeckSettings):
        yield "deck", ()
    if isinstance(file, schema.Role | schema.Topic):
        yield file.id, ()
    for key in ("facts", "practice", "ask_them", "contrasts", "handoffs", "scenarios", "reverse"):
        for at, entry in enumerate(getattr(file, key, ())):
            yield entry.id, (key, at)


def _assemble(files: list[schema.File], places: dict[str, YamlPlace], problems: list[Problem]) -> Content:
    by_kind: dict[type, list[schema.File]] = defaultdict(list)
    for file in files:
        by_kind[type(file)].append(file)
    deck = _the_deck(files, places, problems)
    roles = {file.id: file for file in files if isinstance(file, schema.Role)}
    sources = [source for file in files if isinstance(file, schema.SourceList) for source in file.sources]
    return Content(
        deck=deck,
        roles={key: roles[key] for key in (*deck.roles, *roles) if key in roles},
        topics=tuple(file for file in files if isinstance(file, schema.Topic)),
        contrasts=tuple(c for file in files if isinstance(file, schema.Contrasts) for c in file.contrasts),
        handoffs=tuple(h for file in files if isinstance(file, schema.Handoffs) for h in file.handoffs),
        scenarios=tuple(s for file in files if isinstance(file, schema.Scenarios) for s in file.scenarios),
        reverses=tuple(r for file in files if isinstance(file, schema.Reverses) for r in file.reverse),
        sources={source.code: source for source in sources},
        places=places,
    )


def _the_deck(files: list[schema.File], places: dict[str, YamlPlace], problems: list[Problem]) -> schema.DeckSettings:
    decks = [file for file in files if isinstance(file, schema.DeckSettings)]
    if len(decks) == 1:
        return decks[0]
    first = next(iter(places.values())).document.path
    location = Location(first) if decks else Location((PurePosixPath(first).parents[-2] / "deck.yaml").as_posix())
    message = "there are two deck files; keep one" if decks else "this file is missing: it names the deck"
    hint = "" if decks else "it starts with `schema: rolecards/deck@1`, then `id:` and `name:`"
    raise ContentError([*problems, _problem(location, "RC125", message, hint)])


def _dangling(content: Content) -> list[Problem]:
    """References to roles and sources that do not exist."""
    return [*_unknown_roles(content), *_unknown_sources(content)]


def _unknown_roles(content: Content) -> Iterator[Problem]:
    named: list[tuple[str, Location]] = [
        (role, content.places["deck"].of("roles", at)) for at, role in enumerate(content.deck.roles)
    ]
    for contrast in content.contrasts:
        place = content.places[contrast.id]
        named += [(contrast.a, place.of("a")), (contrast.b, place.of("b"))]
    for handoff in content.handoffs:
        place = content.places[handoff.id]
        named += [
            (handoff.from_, place.of("from")),
            *((role, place.of("to", at)) for at, role in enumerate(handoff.to)),
        ]
    named += [(scenario.role, content.places[scenario.id].of("role")) for scenario in content.scenarios]
    for role, location in named:
        if role not in content.roles:
            hint = _did_you_mean(role, content.roles) or f"the roles are {', '.join(content.roles) or 'none yet'}"
            yield _problem(location, "RC202", f"there is no role `{role}`", hint)


def _unknown_sources(content: Content) -> Iterator[Problem]:
    cited: list[tuple[str, tuple[str, ...]]] = [(fact.id, fact.src) for _, fact in content.facts()]
    for role in content.roles.values():
        cited += [(entry.id, entry.src) for entry in (*role.practice, *role.ask_them)]
    cited += [(contrast.id, contrast.src) for contrast in content.contrasts]
    cited += [(handoff.id, handoff.src) for handoff in content.handoffs]
    cited += [(scenario.id, scenario.src) for scenario in content.scenarios]
    cited += [(reverse.id, reverse.src) for reverse in content.reverses]
    for key, codes in cited:
        for at, code in enumerate(codes):
            if code.partition("#")[0] not in content.sources:
                hint = _did_you_mean(code.partition("#")[0], content.sources) or "add it to sources.yaml"
                yield _problem(content.places[key].of("src", at), "RC501", f"there is no source `{code}`", hint)


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""


def _problem(location: Location, code: str, message: str, hint: str = "") -> Problem:
    return Problem(location=location, code=code, message=message, hint=hint)
