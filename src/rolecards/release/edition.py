"""A content folder as one edition: read, checked, made into notes, and compared with the lock."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from rolecards.content import Content, read_content
from rolecards.notes.generate import generate
from rolecards.notes.look import Look, look_problems, read_looks
from rolecards.notes.wording import Wording
from rolecards.problems import ContentError, Location, Problem, counted, problem
from rolecards.release.lock import LOCK_NAME, Lock, read_lock, write_lock
from rolecards.release.release import Clock, Release, publish
from rolecards.source.folder import SourceFile, beside, read_folder, read_text
from rolecards.templates import Templates, of_deck_file
from rolecards.words import worded


class Edition(Struct, frozen=True, kw_only=True, dict=True):
    """A content folder read, checked, and compared with its lock: all that the artifacts are made from."""

    content: Content
    wording: Wording
    templates: Templates
    looks: tuple[Look, ...]
    release: Release
    files: tuple[SourceFile, ...]  # what it was read from
    lock_path: Path
    lock_before: str | None
    forgotten: tuple[str, ...]  # notes and note types that the lock did not have, or not as releases have them
    problems: tuple[Problem, ...]

    @cached_property
    def lock_text(self) -> str:
        """The lock file as it must be once this edition is out."""
        return write_lock(self.release.lock)


class Artifact(NamedTuple):
    """A finished file for learners."""

    data: bytes
    digest: str  # the digest of what learners get from it, which is the same on every machine
    summary: str  # its size in words
    problems: tuple[Problem, ...] = ()  # warnings about study notes, which it shows all the same


def edition(
    folder: Path,
    templates: Templates,
    clock: Clock,
    *,
    after: Path | None = None,  # a release that learners have, or a folder of releases
    files: tuple[SourceFile, ...] = (),  # instead of those on the disk
) -> Edition:
    """Read everything and work out the release. Raises ContentError if that is not possible with this content."""
    files = files or read_folder(folder)
    lock_path = folder / LOCK_NAME
    lock_before = read_text(lock_path)
    content, lock = _content_and_lock(folder, files, lock_before, templates)
    known = lock
    if after:
        from rolecards.release.released import caught_up  # noqa: PLC0415 - loads the reader of packages

        lock = caught_up(lock, after, content.deck.id)
    deck_file = content.places["@deck"].document
    if content.deck.schemas:
        beside(folder, content.deck.schemas, deck_file.locate(("schemas",)))
    templates = of_deck_file(templates, folder, content.deck, deck_file)
    templates, unusable = worded(templates, content.deck, deck_file)
    words = Wording(environment=templates.environment(), content=content, templates=templates)
    notes, problems = generate(content, words)
    if not notes:
        hint = "write a role, a topic or study notes; `rolecards init` creates an example"
        problems = [*problems, problem("RC126", Location(deck_file.path), "the content produces no notes", hint)]
    looks = read_looks(templates, content.deck)
    release, refused = publish(content, notes, looks, lock, clock)
    pairs = (("", known.entries, lock.entries), ("@", known.types, lock.types))
    parts_place = deck_file.locate(("parts",) if content.deck.parts else ("id",))
    release, differing = _with_words(release, lock, words.fingerprint(), templates.vocabulary.parts, parts_place)
    return Edition(
        content=content,
        wording=words,
        templates=templates,
        looks=looks,
        release=release,
        files=files,
        lock_path=lock_path,
        lock_before=lock_before,
        forgotten=tuple(mark + key for mark, old, new in pairs for key in sorted(new) if old.get(key) != new[key]),
        problems=(*unusable, *problems, *look_problems(looks, templates), *refused, *differing),
    )


def _with_words(
    release: Release, lock: Lock, words: str, parts: Mapping[str, str], in_deck_file: Location
) -> tuple[Release, list[Problem]]:
    """The release with its words and parts in the lock, and how learners would notice a change in them."""
    before = lock.deck
    problems = []
    for key, name in parts.items():
        if (published := before.parts.get(key, name)) != name:
            message = f"the part `{key}` was published as “{published}”, and is now “{name}”"
            hint = f"under `parts` in the deck file, write `{key}: {published}`"
            problems.append(problem("RC229", in_deck_file, message, hint))
    generated = {item.note.id for item in release.published if item.note.kind not in ("fact", "note")}
    changed = len(generated & {*release.changed})
    if before.words not in ("", words) and changed:
        notes = counted(changed, "published note")
        message = f"the words around the content differ from those of the last build, which changes {notes}"
        hint = "if you changed neither words nor language, name your templates in deck.yaml"
        problems.append(problem("RC228", Location(lock.path), message, hint))
    deck = replace(release.lock.deck, words=words, parts={**before.parts, **parts})
    return replace(release, lock=replace(release.lock, deck=deck)), problems


def _content_and_lock(
    folder: Path, files: Sequence[SourceFile], lock_text: str | None, templates: Templates
) -> tuple[Content, Lock]:
    """The content and the lock. Raises ContentError with the problems of both."""
    try:
        lock = read_lock((folder / LOCK_NAME).as_posix(), lock_text)
    except ContentError as damaged:
        try:
            read_content(folder, files, templates)
        except ContentError as wrong:
            raise ContentError([*wrong.problems, *damaged.problems]) from None
        raise
    return read_content(folder, files, templates), lock


def out_of_date(edition: Edition) -> list[Problem]:
    """What the committed lock does not have yet, each at its place."""
    if edition.lock_text == (edition.lock_before or "").replace("\r\n", "\n"):
        return []
    if edition.forgotten:
        more = f" and {len(edition.forgotten) - 1} more" if len(edition.forgotten) > 1 else ""
        name = next(filter(edition.release.lock.lines.__contains__, edition.forgotten), edition.forgotten[0])
        message = f"the lock and the release that --after names differ in `{name.lstrip('@')}`{more}"
        hint = f"run `rolecards build` with the same --after and commit {LOCK_NAME}"
        return [problem("RC227", edition.release.lock.at(name), message, hint)]
    release, lock = edition.release, edition.release.lock
    hint = f"run `rolecards build` and commit {LOCK_NAME}"
    if edition.lock_before is None:
        message = "there is no lock here, so every note counts as new"
        hint += "; if learners already have the deck, restore it from git"
        return [problem("RC221", Location(lock.path), message, hint)]
    places = {item.note.id: item.note.place.of() for item in release.published}
    found = [(places[note_id], f"`{note_id}` is not in the lock yet") for note_id in release.new]
    found += [(places[note_id], f"`{note_id}` has changed since the lock was written") for note_id in release.changed]
    found += [(lock.at(note_id), f"`{note_id}` is no longer in the content") for note_id in release.retired]
    found = found or [(lock.at(""), "the lock is not as `rolecards build` writes it, or the card templates changed")]
    return [problem("RC221", location, message, hint) for location, message in found]
