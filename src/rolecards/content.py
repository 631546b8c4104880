"""The checked content: every file against its schema, every id once, every reference to something that exists."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rolecards import cloze, schema
from rolecards.diagnostics import ContentError, Location, Problem, Severity
from rolecards.source.folder import NOTES_SUFFIXES
from rolecards.source.yaml import Document, Plain, Route, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from rolecards.source.folder import SourceFile
    from rolecards.study.page import StudyPage


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlPlace:
    """Where an entry of a YAML file was written."""

    document: Document
    route: Route

    def of(self, *steps: str | int, key: bool = False, words: str = "") -> Location:
        """The place of a value inside the entry, of its key, or of some words in it."""
        return self.document.locate(self.route + steps, key=key, words=words)


Checked = tuple[Document, schema.File | None]
"""A file, and what it says where it keeps to its schema."""


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
    study: tuple[StudyPage, ...]
    """The files of study notes, in the order of their paths."""
    places: Mapping[str, YamlPlace]
    """By id: roles, topics and everything with an id inside them; `deck` is the deck file, `source C` source C."""

    def facts(self) -> Iterator[tuple[schema.Role | schema.Topic, schema.Fact]]:
        """Every fact with the role or topic that it stands under."""
        owners: list[schema.Role | schema.Topic] = [*self.roles.values(), *self.topics]
        for owner in owners:
            for fact in owner.facts:
                yield owner, fact


def read_content(files: Iterable[SourceFile]) -> Content:
    """Raises ContentError with every problem of every file."""
    problems: list[Problem] = []
    checked: list[Checked] = []
    files = tuple(files)
    notes = [file for file in files if file.path.endswith(NOTES_SUFFIXES)]
    read = [file for file in files if not file.path.endswith(NOTES_SUFFIXES)]
    unread: list[SourceFile] = []
    for file in read:
        document, found = read_yaml(file)
        problems += found
        if document is not None and all(problem.code == "RC115" for problem in found):
            checked.append((document, _validate(document, problems)))
        else:
            unread.append(file)
    places = _places(checked, problems)
    problems += [problem for document, _ in checked for problem in _cloze_problems(document)]
    problems += _dangling(checked, unread)
    deck = _the_deck(checked, problems)
    study = _study(notes, places, problems)
    if problems or deck is None:
        raise ContentError(problems)
    return _assemble([file for _, file in checked if file is not None], deck, places, study)


def _study(files: list[SourceFile], places: Mapping[str, YamlPlace], problems: list[Problem]) -> tuple[StudyPage, ...]:
    """The study notes; none of them where one of their files can't be read."""
    if not files:
        return ()
    from rolecards.source.markdown import read_markdown  # noqa: PLC0415 - a deck without notes need not load all this
    from rolecards.study.read import read_study  # noqa: PLC0415

    read = [read_markdown(file) for file in files]
    unreadable = [problem for _, found in read for problem in found]
    if unreadable:
        problems += unreadable
        return ()
    folder = PurePosixPath(places["@deck"].document.path).parent if "@deck" in places else PurePosixPath()
    study = read_study([page for page, _ in read if page], folder.as_posix())
    problems += [problem for page in study for problem in page.problems if problem.severity is Severity.ERROR]
    return study


# ---------------------------------------------------------------- one file against its schema


def _validate(document: Document, problems: list[Problem]) -> schema.File | None:
    if not isinstance(document.value, dict):
        problems.append(
            _problem(document.locate(()), "RC120", "a content file is a mapping", "its first line is `schema: …`")
        )
        return None
    name = _kind(document)
    if name not in schema.SCHEMAS:
        problems.append(_unknown_schema(document, name))
        return None
    try:
        return schema.SCHEMAS[name].model_validate(document.value)
    except ValidationError as error:
        problems += [_schema_problem(document, detail) for detail in error.errors(include_url=False)]
        return None


def _kind(document: Document) -> str:
    """What the file says it is; empty where it does not say."""
    name = _value(document, "schema")
    return name if isinstance(name, str) else ""


def _value(document: Document, key: str) -> Plain | None:
    """What stands under a key at the top of the file."""
    return document.value.get(key) if isinstance(document.value, dict) else None


def _unknown_schema(document: Document, name: str) -> Problem:
    if not name:
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
    if detail["type"] == "string_pattern_mismatch":
        wanted = _FORMS.get(context["pattern"], context["pattern"])
        return (
            f"`{detail['input']}` does not have the form it must have here: {wanted}"
            if detail["input"]
            else "this is empty"
        )
    if detail["type"] == "literal_error":
        choices = context["expected"].replace(" or ", ", ").replace("'", "`")
        return f"`{detail['input']}` is not one of {choices}"
    return _SAID.get(detail["type"], detail["msg"]).format(**detail)


_SAID = {
    "string_type": "text must stand here",
    "tuple_type": "a list must stand here",
    "dict_type": "a mapping with keys must stand here",
    "model_type": "a mapping with keys must stand here",
    "model_attributes_type": "a mapping with keys must stand here",
    "too_short": "this list is empty",
    "int_parsing": "`{input}` is not a whole number from 1 to 99",
    "greater_than_equal": "`{input}` is not a whole number from 1 to 99",
    "less_than_equal": "`{input}` is not a whole number from 1 to 99",
    "bool_parsing": "`{input}` is neither true nor false",
}

_FORMS = {
    r"\S": "not only blanks",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and single hyphens, such as `mle-tools`",
    r"^(https?://\S+)?$": "an address that starts with https:// or http://",
    r"^[12]\d{3}$": "a year of four digits",
    r"^[A-Za-z0-9-]+$": "letters, digits and hyphens",
    r"^[^:\"\s](?:[^:\"]*[^:\"\s])?$": "a deck name without colons or quotation marks",
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$": "a language code such as `en` or `pt-BR`",
}


# ---------------------------------------------------------------- all files together


def _places(checked: list[Checked], problems: list[Problem]) -> dict[str, YamlPlace]:
    places: dict[str, YamlPlace] = {}
    for document, file in checked:
        for key, route in _ids(file):
            if key in places:
                hint = f"it is also in {places[key].of('id')}; every id is used once in the whole folder"
                problems.append(
                    _problem(document.locate((*route, "id")), "RC201", f"the id `{key}` is used twice", hint)
                )
            else:
                places[key] = YamlPlace(document=document, route=route)
    return places


def _ids(file: schema.File | None) -> Iterator[tuple[str, Route]]:
    if isinstance(file, schema.DeckSettings):
        yield "@deck", ()
    if isinstance(file, schema.Role | schema.Topic):
        yield file.id, ()
    yield from ((entry.id, route) for route, entry in _entries(file))
    for at, source in enumerate(getattr(file, "sources", ())):
        yield f"source {source.code}", ("sources", at)


def _assemble(
    files: list[schema.File], deck: schema.DeckSettings, places: dict[str, YamlPlace], study: tuple[StudyPage, ...]
) -> Content:
    roles = {file.id: file for file in files if isinstance(file, schema.Role)}
    sources = [source for file in files if isinstance(file, schema.SourceList) for source in file.sources]
    return Content(
        deck=deck,
        roles={key: roles[key] for key in (*deck.roles, *roles)},
        topics=tuple(file for file in files if isinstance(file, schema.Topic)),
        contrasts=tuple(entry for file in files if isinstance(file, schema.Contrasts) for entry in file.contrasts),
        handoffs=tuple(entry for file in files if isinstance(file, schema.Handoffs) for entry in file.handoffs),
        scenarios=tuple(entry for file in files if isinstance(file, schema.Scenarios) for entry in file.scenarios),
        reverses=tuple(entry for file in files if isinstance(file, schema.Reverses) for entry in file.reverse),
        sources={source.code: source for source in sources},
        study=study,
        places=places,
    )


def _the_deck(checked: list[Checked], problems: list[Problem]) -> schema.DeckSettings | None:
    named = [document for document, _ in checked if _kind(document) == "rolecards/deck@1"]
    if len(named) == 1 or not checked:
        return next((file for _, file in checked if isinstance(file, schema.DeckSettings)), None)
    if named:
        location, message, hint = (
            named[1].locate(()),
            f"there are two deck files; the other is {named[0].path}",
            "keep one",
        )
    else:
        folder = PurePosixPath(checked[0][0].path).parents[-2]
        location, message = Location((folder / "deck.yaml").as_posix()), "this file is missing: it names the deck"
        hint = "it starts with `schema: rolecards/deck@1`, then `id:` and `name:`"
    problems.append(_problem(location, "RC125", message, hint))
    return None


# ---------------------------------------------------------------- references


def _dangling(checked: list[Checked], unread: list[SourceFile]) -> Iterator[Problem]:
    """References to roles and sources that no file has, not even one that is wrong in another way or can't be read."""
    known = {
        "role": {str(_value(document, "id")) for document, _ in checked if _kind(document) == "rolecards/role@1"},
        "source": {code for document, _ in checked for code in _source_codes(document)},
    }
    unsure = {kind for kind in known for file in unread if f"rolecards/{kind}".encode() in file.data}
    for document, file in checked:
        for kind, name, route in _references(file):
            if name not in known[kind] and kind not in unsure:
                hint = _did_you_mean(name, sorted(known[kind])) or (
                    "add it to sources.yaml" if kind == "source" else ""
                )
                code = "RC202" if kind == "role" else "RC501"
                yield _problem(document.locate(route), code, f"there is no {kind} `{name}`", hint)


def _source_codes(document: Document) -> Iterator[str]:
    listed = _value(document, "sources")
    for source in listed if isinstance(listed, list) else ():
        if isinstance(source, dict):
            yield str(source.get("code"))


def _references(file: schema.File | None) -> Iterator[tuple[str, str, Route]]:
    """Each role and source that the file names, with its place."""
    if isinstance(file, schema.DeckSettings):
        yield from (("role", role, ("roles", at)) for at, role in enumerate(file.roles))
    if isinstance(file, schema.Role) and file.skills:
        yield from _cited(file.skills.src, ("skills",))
    for route, entry in _entries(file):
        yield from _cited(entry.src, route)
        yield from (("role", role, (*route, *steps)) for role, steps in _named_roles(entry))


def _named_roles(entry: schema.Sourced) -> Iterator[tuple[str, Route]]:
    if isinstance(entry, schema.Contrast):
        yield from ((entry.a, ("a",)), (entry.b, ("b",)))
    elif isinstance(entry, schema.Handoff):
        yield entry.from_, ("from",)
        yield from ((role, ("to", at)) for at, role in enumerate(entry.to))
    elif isinstance(entry, schema.Scenario):
        yield entry.role, ("role",)


def _cited(codes: Iterable[str], route: Route) -> Iterator[tuple[str, str, Route]]:
    return (("source", code.partition("#")[0], (*route, "src", at)) for at, code in enumerate(codes))


def _entries(file: schema.File | None) -> Iterator[tuple[Route, schema.Sourced]]:
    """Everything in the file that has an id and sources, with its place."""
    for key in ("facts", "practice", "ask_them", "contrasts", "handoffs", "scenarios", "reverse"):
        for at, entry in enumerate(getattr(file, key, ())):
            yield (key, at), entry


# ---------------------------------------------------------------- cloze texts


def _cloze_problems(document: Document) -> Iterator[Problem]:
    """Of every fact, also of one that is wrong in another way."""
    facts = _value(document, "facts")
    for at, fact in enumerate(facts if isinstance(facts, list) else ()):
        text, question = (fact.get("cloze"), fact.get("qa")) if isinstance(fact, dict) else (None, None)
        if isinstance(text, str) and text.strip():
            yield from _faults(document, ("facts", at, "cloze"), text)
        for side, words in question.items() if isinstance(question, dict) else ():
            if side in {"q", "a"} and "{{c" in words:
                location = document.locate(("facts", at, "qa", side), words="{{c")
                message = "cloze markup does nothing in a question or an answer"
                yield _problem(location, "RC133", message, "write the fact as `cloze:`")


def _faults(document: Document, route: Route, text: str) -> Iterator[Problem]:
    pieces, faults = cloze.parse(text)
    for fault in faults:
        yield _problem(document.locate(route, words=fault.words), "RC131", fault.message, fault.hint)
    if not faults and not cloze.numbers(pieces):
        message = "this cloze text hides nothing, so it would give no card"
        yield _problem(document.locate(route), "RC132", message, "hide words with {{c1::…}}, or write it as `qa`")


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""


def _problem(location: Location, code: str, message: str, hint: str = "") -> Problem:
    return Problem(location=location, code=code, message=message, hint=hint)
