"""The checked content: every file against its schema, every id once, every reference to something that exists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rolecards.diagnostics import ContentError, Location, Problem, Severity
from rolecards.schema import models as schema
from rolecards.schema.references import cloze_problems, dangling, places_of, same_names, senseless
from rolecards.schema.shape import kind, shaped
from rolecards.source.folder import NOTES_SUFFIXES
from rolecards.source.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import PurePath

    from rolecards.schema.references import YamlPlace
    from rolecards.source.folder import SourceFile
    from rolecards.source.yaml import Document
    from rolecards.study.page import StudyPage


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
    """By id: roles, topics and everything with an id inside them; `@deck` is the deck file, `source C` source C."""

    @property
    def owners(self) -> tuple[schema.Role | schema.Topic, ...]:
        """What facts stand under."""
        return (*self.roles.values(), *self.topics)

    def facts(self) -> Iterator[tuple[schema.Role | schema.Topic, schema.Fact]]:
        """Every fact with the role or topic that it stands under."""
        for owner in self.owners:
            for fact in owner.facts:
                yield owner, fact


def read_content(folder: PurePath, files: Iterable[SourceFile], *, keep_nodes: bool = False) -> Content:
    """The content of the files of a folder; raises ContentError with every problem of every file.

    With `keep_nodes`, places can be asked for by the thousand, and reading takes three times the memory.
    """
    files = tuple(files)
    notes = [file for file in files if file.path.endswith(NOTES_SUFFIXES)]
    documents, unread, problems = _read(
        [file for file in files if not file.path.endswith(NOTES_SUFFIXES)], keep_nodes=keep_nodes
    )
    values: list[schema.File] = []
    for document in documents:
        value, found = _checked(document)
        problems += found
        values += [value] if value else []
    places, twice = places_of(documents)
    problems += [*twice, *same_names(documents), *dangling(documents, unread)]
    problems += _deck_problems(folder, documents, unread)
    study = _study(notes, places, problems)
    if problems:
        raise ContentError(problems)
    return _assemble(values, places, study)


def _read(files: Iterable[SourceFile], *, keep_nodes: bool) -> tuple[list[Document], list[SourceFile], list[Problem]]:
    """The files that are YAML, those that are not, and why."""
    documents: list[Document] = []
    unread: list[SourceFile] = []
    problems: list[Problem] = []
    for file in files:
        document, found = read_yaml(file, keep_nodes=keep_nodes)
        problems += found
        if document is not None and all(problem.code == "RC115" for problem in found):
            documents.append(document)
        else:
            unread.append(file)
    return documents, unread, problems


def _checked(document: Document) -> tuple[schema.File | None, list[Problem]]:
    """What the file says, and what is wrong in it; an entry of the wrong shape is not held to make sense as well."""
    value, differences = shaped(document)
    wrong = {difference.route[: len(difference.route[:2])] for difference in differences}
    problems = [difference.problem for difference in differences]
    problems += [problem for route, problem in senseless(document) if route not in wrong]
    return value, [*problems, *cloze_problems(document)]


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


def _assemble(files: Sequence[schema.File], places: Mapping[str, YamlPlace], study: tuple[StudyPage, ...]) -> Content:
    (deck,) = [file for file in files if isinstance(file, schema.DeckSettings)]
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


def _deck_problems(folder: PurePath, documents: Sequence[Document], unread: Sequence[SourceFile]) -> Iterator[Problem]:
    """There is one deck file; where a file can't be read, or is of no known kind, it may be that one."""
    decks = [document for document in documents if kind(document) == "rolecards/deck@1"]
    for other in decks[1:]:
        message = f"there are two deck files; the other is {decks[0].path}"
        yield Problem(location=other.locate(()), code="RC125", message=message, hint="keep one")
    unknown = any(kind(document) not in schema.SCHEMAS for document in documents)
    if not decks and not unknown and not any(b"rolecards/deck" in file.data for file in unread):
        location = Location((folder / "deck.yaml").as_posix())
        hint = "it starts with `schema: rolecards/deck@1`, then `id:` and `name:`"
        yield Problem(location=location, code="RC125", message="this file is missing: it names the deck", hint=hint)
