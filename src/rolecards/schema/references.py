"""Checks that a schema cannot express. They read unvalidated files, to check entries beside those that are wrong."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from rolecards.problems import Location, Problem, counted, did_you_mean, limited, problem
from rolecards.schema.kinds import LISTS
from rolecards.schema.models import SCHEMAS, DeckSettings
from rolecards.schema.shape import kind
from rolecards.source.folder import SourceFile
from rolecards.source.media import Kind as MediaKind
from rolecards.source.yaml import Document, Plain, Route
from rolecards.text.parse import Parsed, TooDeepError, parse_text
from rolecards.text.tree import all_nodes, words

_RESERVED = re.compile(r"collection|backup-.*|con|prn|aux|nul|com\d|lpt\d")
"""Anki reads packages with the first two names as a whole collection; Windows reserves the others for devices."""
_CODE = re.compile(r"[A-Za-z0-9-]+")  # of a source code; the schema reports any other form


class YamlPlace(Struct, frozen=True, kw_only=True):
    """The place of an entry in a YAML file."""

    document: Document
    route: Route

    def of(self, *steps: str | int, key: bool = False, words: str = "", nth: int = 0) -> Location:
        """The location of a value inside the entry, of its key, or of occurrence `nth` (from 0) of words in it."""
        return self.document.locate(self.route + steps, key=key, words=words, nth=nth)


class RawEntry(YamlPlace, frozen=True, kw_only=True):
    """An entry, or another mapping of a file, before validation."""

    list_key: str = ""
    values: Mapping[str, Plain]

    def text(self, key: str) -> str:
        """The text under a key; empty if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def texts(self, *keys: str) -> Iterator[tuple[Route, str]]:
        """The texts under these keys and in the lists under them, with their routes; none that is empty."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str):
                yield from [((*self.route, key), value)] if value.strip() else ()
            elif isinstance(value, list):
                listed = enumerate(value)
                yield from (
                    ((*self.route, key, at), each) for at, each in listed if isinstance(each, str) and each.strip()
                )

    def inner(self, key: str) -> "RawEntry":
        """The mapping under a key; empty if there is none."""
        value = self.values.get(key)
        values = value if isinstance(value, dict) else {}
        return RawEntry(document=self.document, route=(*self.route, key), list_key=key, values=values)


def raw_entries(document: Document, *keys: str) -> Iterator[RawEntry]:
    """The entries in the lists under these top-level keys."""
    for key in keys:
        listed = document.top(key)
        for at, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, dict):
                yield RawEntry(document=document, route=(key, at), list_key=key, values=entry)


def _whole(document: Document) -> RawEntry:
    """The whole file as one entry, such as a role or topic."""
    return RawEntry(document=document, route=(), values=document.value if isinstance(document.value, dict) else {})


def _everything(document: Document) -> Iterator[RawEntry]:
    """The whole file, the ranks and rounds of a role, and the entries of all kinds."""
    whole = _whole(document)
    yield whole
    if kind(document) == "rolecards/role@1":
        yield whole.inner("skills")
    yield from raw_entries(document, "loop", *LISTS)


def places_of(documents: Iterable[Document]) -> tuple[dict[str, YamlPlace], list[Problem]]:
    """The place of each id, with `@deck`, `@map`, `source C` and `phase P`, and the ids that are used twice."""
    places: dict[str, YamlPlace] = {}
    problems: list[Problem] = []
    for document in documents:
        for name, entry, id_key in _identifiers(document):
            if name not in places or name == "@deck":
                places[name] = entry
                continue
            prefix, _, shown = name.rpartition(" ")
            unique = "keep one map" if name == "@map" else "ids must be unique in the whole folder"
            hint = f"also used at {places[name].of(id_key)}; {'remove one of them' if prefix else unique}"
            message = "duplicate map" if name == "@map" else f"duplicate {prefix or 'id'} `{shown}`"
            problems.append(problem("RC201", entry.of(id_key), message, hint))
    return places, problems


def _identifiers(document: Document) -> Iterator[tuple[str, RawEntry, str]]:
    """Each identifier in the file, its entry, and its key."""
    whole = _whole(document)
    if kind(document) == "rolecards/deck@1":
        yield "@deck", whole, "id"
    elif kind(document) == "rolecards/map@1":
        yield "@map", whole, "phases"
    elif name := whole.text("id"):
        yield name, whole, "id"
    prefixes = {**dict.fromkeys(LISTS, ""), "sources": "source ", "phases": "phase "}
    for entry in raw_entries(document, *prefixes):
        key = "code" if entry.list_key == "sources" else "id"
        if name := entry.text(key):
            yield prefixes[entry.list_key] + name, entry, key


def same_names(documents: Iterable[Document]) -> Iterator[Problem]:
    """Roles with the same name; a card could mark the right role wrong."""
    first: dict[str, tuple[Document, Route]] = {}
    for document in documents:
        if kind(document) != "rolecards/role@1":
            continue
        names = _whole(document).texts("name", "full_name", "aliases")
        routes = {" ".join(name.casefold().split()): route for route, name in names}
        for name, route in routes.items():
            if name in first:
                other, other_route = first[name]
                hint = f"also used at {other.locate(other_route)}; learners could not tell the roles apart"
                yield problem("RC225", document.locate(route), f"duplicate role name `{name}`", hint)
            first.setdefault(name, (document, route))


_UNKNOWN = {"role": "RC202", "source": "RC501", "card": "RC231", "phase": "RC231"}  # for one that does not exist
_CARDS = [key for key, kind in LISTS.items() if kind.notes]  # the lists whose entries are cards; a role is a card too


def dangling(documents: Iterable[Document], unread: Collection[SourceFile]) -> Iterator[Problem]:
    """References to what does not exist, not even in a file with errors or an unreadable file."""
    documents = tuple(documents)
    roles = {_whole(document).text("id").strip() for document in documents if kind(document) == "rolecards/role@1"}
    known = {
        "role": roles,
        "source": _texts_under("code", documents, "sources"),
        "card": roles | _texts_under("id", documents, *_CARDS),
        "phase": _texts_under("id", documents, "phases"),
    }
    unsure = {name for name in known for file in unread if name == "card" or f"rolecards/{name}".encode() in file.data}
    if any(kind(document) not in SCHEMAS for document in documents):
        unsure = set(known)
    for document in documents:
        for name, reference, route in _references(document):
            target = reference.partition("#")[0]
            valid = name != "source" or _CODE.fullmatch(target)
            if valid and target not in known[name] and name not in unsure:
                other = "add it to `sources.yaml`" if name == "source" else ""
                hint = did_you_mean(target, sorted(known[name])) or other
                yield problem(_UNKNOWN[name], document.locate(route), f"unknown {name} `{target}`", hint)


def _texts_under(key: str, documents: Iterable[Document], *lists: str) -> set[str]:
    return {entry.text(key) for document in documents for entry in raw_entries(document, *lists)}


def _references(document: Document) -> Iterator[tuple[str, str, Route]]:
    """What the file refers to: what it is, its id (with the place in a source), and the route to the reference."""
    for entry in _everything(document):
        yield from (("source", code, route) for route, code in entry.texts("src"))
        role_keys = LISTS[entry.list_key].role_keys if entry.list_key in LISTS else ("roles",)  # of the deck
        yield from (("role", role, route) for route, role in entry.texts(*role_keys))
    for phase in raw_entries(document, "phases"):
        yield from (("phase", name, route) for route, name in phase.texts("back_to"))
        for cells in map(phase.inner, ("leads", "helps", "cards")):
            roles = [role for role in cells.values if (cells.list_key, role) != ("cards", "out")]
            yield from (("role", role, (*cells.route, role)) for role in roles)
        cards = phase.inner("cards")
        yield from (("card", card, route) for route, card in cards.texts(*cards.values))


def strangers(documents: Iterable[Document], deck: DeckSettings) -> Iterator[Problem]:
    """Parts, slots, groups, relations and skills that the deck does not have."""
    listed = {"part": deck.part_keys, "slot": deck.slot_keys, "group": tuple(deck.groups)}
    relations = tuple(deck.relations)
    keyed = dict.fromkeys(("index", "of"), ("relations", relations)) | {"ranks": ("skills", tuple(deck.skills))}
    for document in documents:
        for entry in _everything(document):
            for key, known in listed.items():
                if (value := entry.text(key)) and value not in known:
                    yield unlisted(entry.of(key), f"{key}s", value, known)
            for route, name in entry.texts("rows") if relations else ():
                if name not in relations:
                    yield unlisted(document.locate(route), "relations", name, relations)
            for key, (section, known) in keyed.items():
                for name in entry.inner(key).values if known else ():
                    if name not in known:
                        yield unlisted(entry.of(key, name, key=True), section, name, known)


def unlisted(location: Location, section: str, value: str, known: Sequence[str]) -> Problem:
    """The problem of a key that the deck does not list in this section of `deck.yaml`."""
    hint = did_you_mean(value, known) or f"add it to `{section}` in deck.yaml"
    names = ", ".join(f"`{each}`" for each in known) or "none"
    return problem("RC124", location, f"`{value}` is not one of the deck's {section}: {names}", hint)


def media(documents: Iterable[Document]) -> Iterator[tuple[str, MediaKind, Location, str | None]]:
    """The path of each picture and sound, its kind, the place of the path, and the alternative text beside it."""
    for document in documents:
        for entry in _everything(document):
            for route, path in (*entry.inner("image").texts("file"), *entry.inner("back_image").texts("file")):
                yield path, "picture", document.locate(route), None
            for route, path in entry.texts("sound"):
                yield path, "sound", document.locate(route), None
        yield from _pictures(document)


def inconsistent(document: Document) -> Iterator[tuple[Route, Problem]]:
    """Problems of single entries that a schema cannot express, each with the route to the entry."""
    in_role, columns = kind(document) == "rolecards/role@1", len([*_whole(document).texts("columns")])
    for entry in raw_entries(document, "facts", "contrasts", "handoffs"):
        if message := _fault(entry):
            yield entry.route, problem("RC124", entry.of(), message)
        cells = len([*entry.texts("row")])
        if cells not in {0, columns, max(columns - 1, 0)}:  # `why` can fill the last one
            message = f"this row has {counted(cells, 'cell')}, but its topic has {counted(columns, 'column')}"
            yield entry.route, problem("RC124", entry.of("row"), message)
        if in_role and entry.list_key == "facts" and "slot" not in entry.values:
            yield entry.route, problem("RC122", entry.of(), "missing key `slot`")
    yield from _repeated(document)
    if columns and not any("row" in fact.values for fact in raw_entries(document, "facts")):
        message = "`columns` needs a fact with a `row`"
        yield ("columns",), problem("RC124", document.locate(("columns",), key=True), message)
    if kind(document) == "rolecards/deck@1":
        yield from _inconsistent_deck(_whole(document))


def _repeated(document: Document) -> Iterator[tuple[Route, Problem]]:
    """References that a list contains twice."""
    seen: set[Route] = set()
    for _, reference, route in _references(document):
        if isinstance(route[-1], int) and (*route[:-1], reference) in seen:
            yield route, problem("RC124", document.locate(route), f"`{reference}` is in this list twice", "remove one")
        seen.add((*route[:-1], reference))


def _inconsistent_deck(deck: RawEntry) -> Iterator[tuple[Route, Problem]]:
    parts = deck.inner("parts")
    first: dict[str, Route] = {}
    for route, name in parts.texts(*parts.values):
        if first.setdefault(name, route) != route:
            message = f"two parts have the name `{name}`"
            yield route, problem("RC124", deck.of(*route), message, "choose another name")
    if _RESERVED.fullmatch(deck.text("id")):
        message = f"`{deck.text('id')}` is a reserved file name in Anki or Windows"
        yield ("id",), problem("RC124", deck.of("id"), message, "choose another id")


def _fault(entry: RawEntry) -> str:
    """What is wrong with an entry; empty if nothing is."""
    if entry.list_key == "facts":
        if ("cloze" in entry.values) == ("qa" in entry.values):
            return "a fact must have either `cloze` or `qa`"
        needs = {"reverse": "qa", "typed": "qa", "reverse_answer": "reverse"}
        key = next((key for key, needed in needs.items() if key in entry.values and needed not in entry.values), "")
        return f"`{key}` needs `{needs[key]}`" if key else ""
    if entry.list_key == "contrasts":
        return "a contrast must be between two different roles" if entry.text("a") == entry.text("b") else ""
    receivers = [role for _, role in entry.texts("to")]
    if not receivers and not entry.text("to_name").strip():
        return "a handoff needs a receiver: `to`, `to_name` or both"
    return "a handoff must go to other roles" if entry.text("from") in receivers else ""


def _texts_with(sign: str, value: Plain, route: Route = ()) -> Iterator[tuple[Route, str]]:
    """All texts in a value that contain the sign, with their routes."""
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if not isinstance(inner, str):
            yield from _texts_with(sign, inner, (*route, step))
        elif sign in inner:
            yield (*route, step), inner


def _too_deep(document: Document) -> Iterator[Problem]:
    """Texts whose lists or block quotes are nested too deep; no other function may parse them."""
    for route, text in _texts_with("\n", document.value):
        try:
            parse_text(text)
        except TooDeepError as error:
            yield problem("RC112", document.locate(route), str(error))


def _pictures(document: Document) -> Iterator[tuple[str, MediaKind, Location, str]]:
    """The pictures in the texts of a file, as `media` has them."""
    written = "![" in document.text or "\\" in document.text  # YAML can write both signs as escapes
    for route, text in _texts_with("![", document.value) if written else ():
        source = text.encode()
        with suppress(TooDeepError):
            for node in all_nodes(parse_text(text).blocks):
                if node.kind == "picture":
                    before, picture = source[: node.start].decode(), source[node.start : node.end].decode()
                    place = document.locate(route, words=picture, nth=before.count(picture))
                    yield node.text, "picture", place, words(node.nodes)


def cloze_problems(document: Document) -> Iterator[Problem]:
    """Problems in the cloze markup of the facts, or texts that are nested too deep to be parsed."""
    deep = list(_too_deep(document))
    yield from deep
    for fact in () if deep else raw_entries(document, "facts"):
        if (cloze := fact.text("cloze")).strip():
            yield from _faults(fact, cloze)
        for key in ("q", "a"):
            text = fact.inner("qa").text(key)
            if "{{c" in text and _has_cloze(parse_text(text, cloze=True)):
                message = "cloze markup has no effect in a question or an answer"
                yield problem("RC133", fact.of("qa", key, words="{{c"), message, "put the text under `cloze`")


def _faults(fact: RawEntry, text: str) -> Iterator[Problem]:
    parsed = parse_text(text, cloze=True)
    for fault in limited(parsed.faults):
        before = text.encode()[: fault.at].decode()
        location = fact.of("cloze", words=fault.words, nth=before.count(fault.words))
        yield problem("RC131", location, fault.message, fault.hint)
    if not _has_cloze(parsed):
        message = "this cloze text has no cloze deletion, so it produces no card"
        yield problem("RC132", fact.of("cloze"), message, "mark words with `{{c1::…}}`, or use `qa`")


def _has_cloze(parsed: Parsed) -> bool:
    return bool(parsed.faults) or any(node.kind == "cloze" for node in all_nodes(parsed.blocks))
