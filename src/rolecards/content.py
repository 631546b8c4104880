"""The validated content: files that match their schemas, with unique ids and existing references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from os.path import normpath
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import Struct

from rolecards.codes import Severity
from rolecards.problems import ContentError, Location, Problem, problem
from rolecards.schema import models as schema
from rolecards.schema import references
from rolecards.schema.kinds import BY_MODEL, LISTS
from rolecards.schema.references import YamlPlace
from rolecards.schema.shape import kind, shaped
from rolecards.source.folder import NOTES_SUFFIXES, SourceFile
from rolecards.source.media import MediaFile, MediaFolder
from rolecards.source.yaml import Document, read_yaml
from rolecards.templates import Templates, of_deck_file

if TYPE_CHECKING:  # only decks with study notes or pictures need these
    from rolecards.source.credits import Credit
    from rolecards.study.labels import Labels
    from rolecards.study.page import StudyPage

Model = TypeVar("Model", bound=schema.Sourced)


class Content(Struct, frozen=True, kw_only=True):
    """The whole content folder."""

    deck: schema.DeckSettings
    roles: Mapping[str, schema.Role]  # by id, in the deck's order
    topics: tuple[schema.Topic, ...]
    entries: Mapping[str, tuple[schema.Sourced, ...]]  # by list key; those of roles come first, in the deck's order
    sources: Mapping[str, schema.Source]
    map: schema.PhaseMap | None  # who leads in which phase, if there is a `map.yaml`
    study: tuple[StudyPage, ...]  # the pages of study notes, in the order of their paths
    media: Mapping[str, MediaFile]  # the pictures and sounds that entries and notes name, by their paths
    credits: Mapping[str, Credit]  # the rows of `pictures.csv`, by path; empty if nothing names a picture or sound
    warnings: tuple[Problem, ...]  # what is wrong with usable pictures and sounds
    places: Mapping[str, YamlPlace]  # of roles, topics and entries by id, of `@deck`, `@map` and `source C`

    def of(self, model: type[Model]) -> tuple[Model, ...]:
        """The entries of one kind, by its model."""
        return cast("tuple[Model, ...]", self.entries[BY_MODEL[model].list_key])

    @property
    def owners(self) -> tuple[schema.Role | schema.Topic, ...]:
        """The roles and topics, which own the facts."""
        return (*self.roles.values(), *self.topics)

    def part(self, entry: schema.Written) -> str:
        """The key of the part that an entry belongs to."""
        return getattr(entry, "part", "") or self.deck.part_keys[0]

    def facts(self) -> Iterator[tuple[schema.Role | schema.Topic, schema.Fact]]:
        """Every fact with its role or topic."""
        for owner in self.owners:
            for fact in owner.facts:
                yield owner, fact


def read_content(folder: PurePath, files: Sequence[SourceFile], templates: Templates | None = None) -> Content:
    """The content of the files. Raises ContentError with all problems."""
    notes = [file for file in files if file.path.lower().endswith(NOTES_SUFFIXES)]
    others = [file for file in files if not file.path.lower().endswith(NOTES_SUFFIXES)]
    documents, unread, problems = _read(folder, others)
    checked = [_checked(document) for document in documents]
    values = [value for value, _ in checked if value]
    places, duplicates = references.places_of(documents)
    problems += [fault for _, faults in checked for fault in faults]
    problems += [*duplicates, *references.same_names(documents), *references.dangling(documents, unread)]
    problems += _deck_problems(folder, documents, unread)
    deck = next((value for value in values if isinstance(value, schema.DeckSettings)), None)
    problems += references.strangers(documents, deck) if deck else ()
    media_folder = MediaFolder(Path(folder))
    study, faults = _study(notes, places, deck, templates, media_folder)
    listed, warnings = _media(media_folder, documents, deck)
    problems += [fault for fault in (*faults, *warnings) if fault.severity is Severity.ERROR]
    if problems:
        raise ContentError(problems)
    media, warned = media_folder.files, tuple(warnings)
    return _assemble(values, study=study, media=media, credits=listed, warnings=warned, places=places)


def _assemble(files: Sequence[schema.File], **others: Any) -> Content:  # noqa: ANN401 - all that is in no YAML file
    (deck,) = [file for file in files if isinstance(file, schema.DeckSettings)]
    roles = {file.id: file for file in files if isinstance(file, schema.Role)}
    roles = {key: roles[key] for key in (*deck.roles, *roles)}
    topics = tuple(file for file in files if isinstance(file, schema.Topic))
    rest = [file for file in files if not isinstance(file, schema.Role | schema.Topic)]
    owners = (*roles.values(), *topics, *rest)
    return Content(
        deck=deck,
        roles=roles,
        topics=topics,
        entries={key: tuple(entry for owner in owners for entry in getattr(owner, key, ())) for key in LISTS},
        sources={source.code: source for file in rest for source in getattr(file, "sources", ())},
        map=next((file for file in files if isinstance(file, schema.PhaseMap)), None),
        **others,
    )


def _read(folder: PurePath, files: Iterable[SourceFile]) -> tuple[list[Document], list[SourceFile], list[Problem]]:
    """The files that are valid YAML, those that are not, and the problems of both; no files of the deck's templates."""
    documents: list[Document] = []
    unread: list[SourceFile] = []
    problems: list[Problem] = []
    for file in files:
        document, faults = read_yaml(file)
        problems += faults
        if document is not None and all(fault.code == "RC115" for fault in faults):
            documents.append(document)
        else:
            unread.append(file)
    decks = [document for document in documents if kind(document) == "rolecards/deck@1"]
    names = [name for name in (document.top("templates") for document in decks) if isinstance(name, str)]
    paths = [f"{normpath(folder / name)}/" for name in names]
    templates = tuple(path for path in paths if not f"{folder.as_posix()}/".startswith(path))
    kept = [document for document in documents if not document.path.startswith(templates)]
    return kept, unread, problems


def _checked(document: Document) -> tuple[schema.File | None, list[Problem]]:
    """The value of a file, and its problems; an entry that does not match its schema gets no further checks."""
    value, misfits = shaped(document)
    entries = {route[:2] for route, _ in misfits}
    problems = [fault for _, fault in misfits]
    problems += [fault for route, fault in references.inconsistent(document) if route not in entries]
    return value, [*problems, *references.cloze_problems(document)]


def _study(
    files: list[SourceFile],
    places: Mapping[str, YamlPlace],
    deck: schema.DeckSettings | None,
    templates: Templates | None,
    media_folder: MediaFolder,
) -> tuple[tuple[StudyPage, ...], list[Problem]]:
    """The pages of study notes, none if one of the files cannot be read, and their problems."""
    if not files:
        return (), []
    from rolecards.source.page import read_page  # noqa: PLC0415 - only decks with study notes need it
    from rolecards.study.labels import read_labels  # noqa: PLC0415
    from rolecards.study.read import DeckOfNotes, read_study  # noqa: PLC0415

    try:
        file = places["@deck"].document if deck else None
        known = of_deck_file(templates or Templates(), media_folder.folder, deck, file) if deck and file else None
        wrong: Sequence[Problem] = ()
    except ContentError as error:
        known, wrong = None, error.problems
    if not (deck and file and known):
        return (), [*wrong, *(fault for each in files for fault in read_page(each)[1])]

    @cache
    def labels(language: str) -> Labels:
        return read_labels(known, language or deck.language, file)

    of_deck, folder = DeckOfNotes(deck.part_keys, labels, explains=deck.explain), PurePosixPath(file.path).parent
    study, unreadable = read_study(files, folder.as_posix(), of_deck, media_folder)
    return study, unreadable or [fault for page in study for fault in page.problems]


def _media(
    found: MediaFolder, documents: Sequence[Document], deck: schema.DeckSettings | None
) -> tuple[Mapping[str, Credit], list[Problem]]:
    """The credits of the pictures and sounds that entries and notes name, and what is wrong with all of them."""
    named = references.media(documents)
    problems = [fault for path, what, place, alt in named for fault in found.file(path, what, place, alt=alt)[1]]
    if not found.named:
        return {}, problems
    from rolecards.source.credits import credit_warnings, read_credits  # noqa: PLC0415 - few decks have pictures

    listed, faults = read_credits(found.folder)
    if listed is not None or (deck and deck.licence):
        problems += credit_warnings(found.named, listed or {})
    return listed or {}, [*problems, *faults]


def _deck_problems(folder: PurePath, documents: Sequence[Document], unread: Sequence[SourceFile]) -> Iterator[Problem]:
    """Problems if there is not exactly one deck file. An unreadable file or one of an unknown kind may be that file."""
    decks = [document for document in documents if kind(document) == "rolecards/deck@1"]
    for other in decks[1:]:
        message = f"this is a second deck file besides `{decks[0].path}`"
        yield problem("RC125", other.locate(()), message, "remove one of them")
    unknown = any(kind(document) not in schema.SCHEMAS for document in documents)
    if not decks and not unknown and not any(b"rolecards/deck" in file.data for file in unread):
        location = Location((folder / "deck.yaml").as_posix())
        hint = "create it with the keys `schema: rolecards/deck@1`, `id` and `name`"
        yield problem("RC125", location, "missing deck file", hint)
