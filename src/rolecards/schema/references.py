"""Everything with an id in the content files, checked across files: ids, references, and what an entry must make sense.

All of it works on the text as written, so that an entry is checked also where another part of its file is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from rolecards import cloze
from rolecards.diagnostics import Location, Problem, did_you_mean
from rolecards.schema.models import SCHEMAS
from rolecards.schema.shape import kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rolecards.source.folder import SourceFile
    from rolecards.source.yaml import Document, Plain, Route

LISTS = ("facts", "practice", "ask_them", "contrasts", "handoffs", "scenarios", "reverse")
"""The keys under which entries stand, each with an id and sources."""

_TAKEN = re.compile(r"collection|backup-.*|con|prn|aux|nul|com\d|lpt\d")
"""Anki takes packages of the first two names for a whole collection; Windows takes the others for devices."""

_CODE = re.compile(r"[A-Za-z0-9-]+")
"""The form of a source's code, which the schema holds it to: what has another is reported for that alone."""


class YamlPlace(Struct, frozen=True, kw_only=True):
    """Where an entry of a YAML file was written."""

    document: Document
    route: Route

    def of(self, *steps: str | int, key: bool = False, words: str = "") -> Location:
        """The place of a value inside the entry, of its key, or of some words in it."""
        return self.document.locate(self.route + steps, key=key, words=words)


class Written(NamedTuple):
    """An entry as an author wrote it."""

    list_key: str
    route: Route
    values: Mapping[str, Plain]

    def text(self, key: str) -> str:
        """The text under a key; empty where there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[tuple[int, str]]:
        """The texts of the list under a key, with their positions."""
        value = self.values.get(key)
        return [(at, text) for at, text in enumerate(value if isinstance(value, list) else ()) if isinstance(text, str)]


def written(document: Document, *keys: str) -> Iterator[Written]:
    """The entries that stand under these keys at the top of the file."""
    for key in keys:
        listed = document.top(key)
        for at, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, dict):
                yield Written(key, (key, at), entry)


def _itself(document: Document) -> Written:
    """The file as an entry of its own, which a role and a topic are."""
    return Written("", (), document.value if isinstance(document.value, dict) else {})


# ---------------------------------------------------------------- ids


def places_of(documents: Iterable[Document]) -> tuple[dict[str, YamlPlace], list[Problem]]:
    """Where each id was written (`@deck` is the deck file, `source C` the source C), and ids that are used twice."""
    places: dict[str, YamlPlace] = {}
    problems: list[Problem] = []
    for document in documents:
        for name, route, id_key in _named(document):
            if name in places and id_key == "code":
                message, hint = f"the {name} is listed twice", f"it is also in {places[name].of(id_key)}; keep one"
                problems.append(_problem(document.locate((*route, id_key)), "RC201", message, hint))
            elif name in places and name != "@deck":
                hint = f"it is also in {places[name].of(id_key)}; every id is used once in the whole folder"
                location = document.locate((*route, id_key))
                problems.append(_problem(location, "RC201", f"the id `{name}` is used twice", hint))
            else:
                places[name] = YamlPlace(document=document, route=route)
    return places, problems


def _named(document: Document) -> Iterator[tuple[str, Route, str]]:
    """Each name in the file, the route to what it names, and the key it stands under there."""
    if kind(document) == "rolecards/deck@1":
        yield "@deck", (), "id"
    elif name := _itself(document).text("id"):
        yield name, (), "id"
    for entry in written(document, *LISTS):
        if name := entry.text("id"):
            yield name, entry.route, "id"
    for source in written(document, "sources"):
        if name := source.text("code"):
            yield f"source {name}", source.route, "code"


def same_names(documents: Iterable[Document]) -> Iterator[Problem]:
    """Roles that are called alike: a card that asks for one would reject the other's name, which is the same."""
    first: dict[str, tuple[Document, Route]] = {}
    for document in documents:
        if kind(document) != "rolecards/role@1":
            continue
        role = _itself(document)
        names: list[tuple[Route, str]] = [((key,), role.text(key)) for key in ("name", "full_name")]
        names += [(("aliases", at), alias) for at, alias in role.texts("aliases")]
        own = {_normal(name): route for route, name in names if name.strip()}
        for name, route in own.items():
            if name in first:
                other, there = first[name]
                message = f"another role is called `{name}` too ({other.locate(there)})"
                hint = "learners could not tell which of them a card means"
                yield _problem(document.locate(route), "RC225", message, hint)
            first.setdefault(name, (document, route))


def _normal(name: str) -> str:
    return " ".join(name.casefold().split())


# ---------------------------------------------------------------- references


def dangling(documents: Iterable[Document], unread: Collection[SourceFile]) -> Iterator[Problem]:
    """References to roles and sources that no file has, not even one that is wrong in another way or can't be read."""
    documents = tuple(documents)
    roles = {_itself(document).text("id").strip() for document in documents if kind(document) == "rolecards/role@1"}
    sources = {source.text("code") for document in documents for source in written(document, "sources")}
    known = {"role": roles, "source": sources}
    unsure = {name for name in known for file in unread if f"rolecards/{name}".encode() in file.data}
    if any(kind(document) not in SCHEMAS for document in documents):
        unsure = set(known)
    for document in documents:
        for name, wanted, route in _references(document):
            meant = wanted.strip() if name == "role" else _CODE.fullmatch(wanted)
            if meant and wanted not in known[name] and name not in unsure:
                hint = did_you_mean(wanted, sorted(known[name])) or _missing_hint(name)
                code = "RC202" if name == "role" else "RC501"
                yield _problem(document.locate(route), code, f"there is no {name} `{wanted}`", hint)


def _missing_hint(name: str) -> str:
    return "add it to sources.yaml" if name == "source" else ""


def _references(document: Document) -> Iterator[tuple[str, str, Route]]:
    """Each role and source that the file names, with its place."""
    itself = _itself(document)
    if kind(document) == "rolecards/deck@1":
        yield from (("role", role, ("roles", at)) for at, role in itself.texts("roles"))
    skills = itself.values.get("skills")
    cited = [Written("skills", ("skills",), skills)] if isinstance(skills, dict) else []
    for entry in (*cited, *written(document, *LISTS)):
        for at, code in entry.texts("src"):
            yield "source", code.partition("#")[0], (*entry.route, "src", at)
        for key in _ROLE_KEYS.get(entry.list_key, ()):
            yield "role", entry.text(key), (*entry.route, key)
            yield from (("role", role, (*entry.route, key, at)) for at, role in entry.texts(key))


_ROLE_KEYS = {"contrasts": ("a", "b"), "handoffs": ("from", "to"), "scenarios": ("role",)}
"""By list, the keys whose values are role ids or lists of them."""


# ---------------------------------------------------------------- sense


def senseless(document: Document) -> Iterator[tuple[Route, Problem]]:
    """What no schema can say of single entries, with the route of what is meant."""
    for entry in (*written(document, "facts", "contrasts", "handoffs"), _itself(document)):
        if said := _nonsense(document, entry):
            route = entry.route or ("id",)
            yield route, _problem(document.locate(route), "RC124", said)


def _nonsense(document: Document, entry: Written) -> str:
    values = entry.values
    if entry.list_key == "facts" and ("cloze" in values) == ("qa" in values):
        return "a fact has either `cloze` or `qa`, and just one of them"
    if entry.list_key == "contrasts" and entry.text("a") == entry.text("b"):
        return "a contrast is between two different roles"
    if entry.list_key == "handoffs":
        return _no_handoff(entry)
    if not entry.list_key and kind(document) == "rolecards/deck@1" and _TAKEN.fullmatch(entry.text("id")):
        return "Anki or Windows would take a file of this name for something else"
    return ""


def _no_handoff(entry: Written) -> str:
    receivers = [role for _, role in entry.texts("to")]
    if not receivers and not entry.text("to_name").strip():
        return "a handoff needs a receiver: `to`, `to_name` or both"
    if len({entry.text("from"), *receivers}) <= len(receivers):
        return "a handoff goes from one role to others, each of them named once"
    return ""


def cloze_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the cloze markup of the file's facts."""
    for fact in written(document, "facts"):
        text = fact.text("cloze")
        if text.strip():
            yield from _faults(document, (*fact.route, "cloze"), text)
        question = fact.values.get("qa")
        for side, words in question.items() if isinstance(question, dict) else ():
            if side in {"q", "a"} and "{{c" in words:
                location = document.locate((*fact.route, "qa", side), words="{{c")
                message = "cloze markup does nothing in a question or an answer"
                yield _problem(location, "RC133", message, "write the fact as `cloze:`")


def _faults(document: Document, route: Route, text: str) -> Iterator[Problem]:
    pieces, faults = cloze.parse(text)
    for fault in faults:
        location = document.locate(route, words=fault.words, nth=text.count(fault.words, 0, fault.at))
        yield _problem(location, "RC131", fault.message, fault.hint)
    if not faults and not cloze.numbers(pieces):
        message = "this cloze text hides nothing, so it would give no card"
        yield _problem(document.locate(route), "RC132", message, "hide words with {{c1::…}}, or write it as `qa`")


def _problem(location: Location, code: str, message: str, hint: str = "") -> Problem:
    return Problem(location=location, code=code, message=message, hint=hint)
