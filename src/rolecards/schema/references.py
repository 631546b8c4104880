"""Checks across content files: unique ids, references that exist, and entries that make sense.

The checks read the files as written, so an entry is checked even if another part of its file is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from rolecards.problems import did_you_mean, limited, problem
from rolecards.schema.kinds import LISTS
from rolecards.schema.models import SCHEMAS
from rolecards.schema.shape import kind
from rolecards.text import cloze

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from rolecards.problems import Location, Problem
    from rolecards.source.folder import SourceFile
    from rolecards.source.yaml import Document, Plain, Route

_TAKEN = re.compile(r"collection|backup-.*|con|prn|aux|nul|com\d|lpt\d")
"""Anki takes packages of the first two names for a whole collection; Windows takes the others for devices."""

_CODE = re.compile(r"[A-Za-z0-9-]+")
"""The form of a source code. The schema reports a code of another form, so it is not reported again here."""


class YamlPlace(Struct, frozen=True, kw_only=True):
    """The place of an entry in a YAML file."""

    document: Document
    route: Route

    def of(self, *steps: str | int, key: bool = False, words: str = "") -> Location:
        """The location of a value inside the entry, of its key, or of some words in it."""
        return self.document.locate(self.route + steps, key=key, words=words)


class RawEntry(NamedTuple):
    """An entry as it is in the file, whether or not it fits its schema."""

    list_key: str
    route: Route
    values: Mapping[str, Plain]

    def text(self, key: str) -> str:
        """The text under a key; empty if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[tuple[int, str]]:
        """The texts of the list under a key, with their positions."""
        value = self.values.get(key)
        return [(at, text) for at, text in enumerate(value if isinstance(value, list) else ()) if isinstance(text, str)]


def raw_entries(document: Document, *keys: str) -> Iterator[RawEntry]:
    """The entries in the lists under these top-level keys."""
    for key in keys:
        listed = document.top(key)
        for at, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, dict):
                yield RawEntry(key, (key, at), entry)


def _itself(document: Document) -> RawEntry:
    """The whole file as one entry, which a role and a topic are."""
    return RawEntry("", (), document.value if isinstance(document.value, dict) else {})


# ---------------------------------------------------------------- ids


def places_of(documents: Iterable[Document]) -> tuple[dict[str, YamlPlace], list[Problem]]:
    """The place of each id (`@deck` is the deck file, `source C` the source C), and the ids that are used twice."""
    places: dict[str, YamlPlace] = {}
    problems: list[Problem] = []
    for document in documents:
        for name, route, id_key in _named(document):
            if name in places and id_key == "code":
                message, hint = f"the {name} is listed twice", f"it is also in {places[name].of(id_key)}; keep one"
                problems.append(problem("RC201", document.locate((*route, id_key)), message, hint))
            elif name in places and name != "@deck":
                hint = f"it is also in {places[name].of(id_key)}; every id is used once in the whole folder"
                location = document.locate((*route, id_key))
                problems.append(problem("RC201", location, f"the id `{name}` is used twice", hint))
            else:
                places[name] = YamlPlace(document=document, route=route)
    return places, problems


def _named(document: Document) -> Iterator[tuple[str, Route, str]]:
    """Each name in the file, the route to the entry that it names, and the key that holds it."""
    if kind(document) == "rolecards/deck@1":
        yield "@deck", (), "id"
    elif name := _itself(document).text("id"):
        yield name, (), "id"
    for entry in raw_entries(document, *LISTS):
        if name := entry.text("id"):
            yield name, entry.route, "id"
    for source in raw_entries(document, "sources"):
        if name := source.text("code"):
            yield f"source {name}", source.route, "code"


def same_names(documents: Iterable[Document]) -> Iterator[Problem]:
    """Roles that share a name; a card that asks for one of them would reject the other."""
    first: dict[str, tuple[Document, Route]] = {}
    for document in documents:
        if kind(document) != "rolecards/role@1":
            continue
        role = _itself(document)
        names: list[tuple[Route, str]] = [((key,), role.text(key)) for key in ("name", "full_name")]
        names += [(("aliases", at), alias) for at, alias in role.texts("aliases")]
        own = {" ".join(name.casefold().split()): route for route, name in names if name.strip()}
        for name, route in own.items():
            if name in first:
                other, there = first[name]
                message = f"another role is called `{name}` too ({other.locate(there)})"
                hint = "learners could not tell which of them a card means"
                yield problem("RC225", document.locate(route), message, hint)
            first.setdefault(name, (document, route))


# ---------------------------------------------------------------- references


def dangling(documents: Iterable[Document], unread: Collection[SourceFile]) -> Iterator[Problem]:
    """References to roles and sources that no file has, not even a file with other errors or an unreadable one."""
    documents = tuple(documents)
    roles = {_itself(document).text("id").strip() for document in documents if kind(document) == "rolecards/role@1"}
    sources = {source.text("code") for document in documents for source in raw_entries(document, "sources")}
    known = {"role": roles, "source": sources}
    unsure = {name for name in known for file in unread if f"rolecards/{name}".encode() in file.data}
    if any(kind(document) not in SCHEMAS for document in documents):
        unsure = set(known)
    for document in documents:
        for name, wanted, route in _references(document):
            meant = wanted.strip() if name == "role" else _CODE.fullmatch(wanted)
            if meant and wanted not in known[name] and name not in unsure:
                code, advice = ("RC202", "") if name == "role" else ("RC501", "add it to sources.yaml")
                hint = did_you_mean(wanted, sorted(known[name])) or advice
                yield problem(code, document.locate(route), f"there is no {name} `{wanted}`", hint)


def _references(document: Document) -> Iterator[tuple[str, str, Route]]:
    """Each role and source that the file names, with its route."""
    itself = _itself(document)
    if kind(document) == "rolecards/deck@1":
        yield from (("role", role, ("roles", at)) for at, role in itself.texts("roles"))
    skills = itself.values.get("skills")
    cited = [RawEntry("skills", ("skills",), skills)] if isinstance(skills, dict) else []
    for entry in (*cited, *raw_entries(document, *LISTS)):
        for at, code in entry.texts("src"):
            yield "source", code.partition("#")[0], (*entry.route, "src", at)
        for key in LISTS[entry.list_key].role_keys if entry.list_key in LISTS else ():
            yield "role", entry.text(key), (*entry.route, key)
            yield from (("role", role, (*entry.route, key, at)) for at, role in entry.texts(key))


# ---------------------------------------------------------------- sense


def senseless(document: Document) -> Iterator[tuple[Route, Problem]]:
    """Problems of single entries that a schema cannot express, each with the route to the entry."""
    for entry in raw_entries(document, *_NONSENSE):
        if message := _NONSENSE[entry.list_key](entry):
            yield entry.route, problem("RC124", document.locate(entry.route), message)
    if kind(document) == "rolecards/deck@1" and _TAKEN.fullmatch(_itself(document).text("id")):
        message = "Anki or Windows would take a file of this name for something else"
        yield ("id",), problem("RC124", document.locate(("id",)), message)


def _no_fact(entry: RawEntry) -> str:
    one_form = ("cloze" in entry.values) != ("qa" in entry.values)
    return "" if one_form else "a fact has either `cloze` or `qa`, and just one of them"


def _no_contrast(entry: RawEntry) -> str:
    return "a contrast is between two different roles" if entry.text("a") == entry.text("b") else ""


def _no_handoff(entry: RawEntry) -> str:
    receivers = [role for _, role in entry.texts("to")]
    if not receivers and not entry.text("to_name").strip():
        return "a handoff needs a receiver: `to`, `to_name` or both"
    if len({entry.text("from"), *receivers}) <= len(receivers):
        return "a handoff goes from one role to others, each of them named once"
    return ""


_NONSENSE: Mapping[str, Callable[[RawEntry], str]] = {
    "facts": _no_fact,
    "contrasts": _no_contrast,
    "handoffs": _no_handoff,
}
"""By list key, what is wrong with an entry that its schema cannot express."""


def cloze_problems(document: Document) -> Iterator[Problem]:
    """Problems in the cloze markup of the facts."""
    for fact in raw_entries(document, "facts"):
        text = fact.text("cloze")
        if text.strip():
            yield from _faults(document, (*fact.route, "cloze"), text)
        question = fact.values.get("qa")
        for side, words in question.items() if isinstance(question, dict) else ():
            if side in {"q", "a"} and "{{c" in words:
                location = document.locate((*fact.route, "qa", side), words="{{c")
                message = "cloze markup does nothing in a question or an answer"
                yield problem("RC133", location, message, "write the fact as `cloze:`")


def _faults(document: Document, route: Route, text: str) -> Iterator[Problem]:
    pieces, faults = cloze.parse(text)
    for fault, more in limited(faults):
        location = document.locate(route, words=fault.words, nth=text.count(fault.words, 0, fault.at))
        yield problem("RC131", location, fault.message + more, fault.hint)
    if not faults and not cloze.numbers(pieces):
        message = "this cloze text hides nothing, so it would give no card"
        yield problem("RC132", document.locate(route), message, "hide words with {{c1::…}}, or write it as `qa`")
