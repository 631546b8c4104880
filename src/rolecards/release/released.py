"""The locks of releases that learners have, and a lock brought up to date with them after it was reverted or lost."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path

from msgspec.structs import replace

from rolecards.compare.archive import open_archive, refusal
from rolecards.problems import ContentError, problem
from rolecards.release.lock import LOCK_NAME, DeckEntry, Entry, Lock, read_lock, settled
from rolecards.release.twins import is_slip


def package_lock(path: Path) -> Lock | None:
    """The lock in a package; None if the package has none. Raises ContentError if it is damaged."""
    with open_archive(path) as archive:
        if LOCK_NAME not in archive:
            return None
        return read_lock(f"{path.as_posix()}/{LOCK_NAME}", archive.content(LOCK_NAME).decode("utf-8", "replace"))


def _read_releases(path: Path) -> list[Lock]:
    """The locks of a package, or of all packages in a folder; raises ContentError if there is none to read."""
    packages = sorted(path.glob("*.apkg")) if path.is_dir() else [path]
    if not packages:
        raise refusal(path, "RC801", "there is no package in this folder", "name an .apkg file, or its folder")
    locks = []
    for package in packages:
        lock = package_lock(package)
        if not lock:
            hint = "use the package that `rolecards build` wrote"
            raise refusal(package, "RC227", "this package has no lock, so it does not show what was released", hint)
        locks.append(lock)
    return locks


def caught_up(lock: Lock, path: Path, deck_id: str) -> Lock:
    """The lock with all that learners got from releases, which take precedence. Raises ContentError for other decks."""
    releases = _read_releases(path)
    ours = [release for release in releases if release.deck.id == deck_id]
    if not ours:
        names = " or ".join(sorted({f"`{release.deck.id}`" for release in releases}))
        message = f"this is a release of the deck {names}, not of `{deck_id}`"
        hint = "name a release of this deck; if its `id` was changed in deck.yaml, restore it"
        raise ContentError([problem("RC227", releases[0].at(""), message, hint)])

    def latest(older: Entry, newer: Entry) -> Entry:
        return replace(older, number=newer.number) if older.modified > newer.modified else newer

    ours.sort(key=lambda release: max((entry.modified for entry in release.entries.values()), default=0))
    released = reduce(lambda older, newer: _merged(older, newer, latest), ours)
    return replace(_merged(lock, released, _released), path=lock.path, lines=lock.lines)


def _merged(lock: Lock, release: Lock, choose: Callable[[Entry, Entry], Entry]) -> Lock:
    """All notes of both; `choose` decides about those in both, and the notes of the release keep their numbers."""
    known = {entry.guid: entry for entry in lock.entries.values()}
    entries = [choose(known.pop(line.guid), line) if line.guid in known else line for line in release.entries.values()]
    rest = sorted(known.values(), key=lambda entry: (entry.number, entry.created, entry.id))
    entries += [replace(entry, number=number) for number, entry in enumerate(rest, start=len(entries) + 1)]
    owners: dict[str, Entry] = {}
    for entry in entries:
        if owners.setdefault(entry.id, entry) is not entry:
            message = f"`{entry.id}` is one note in the lock, and another in {release.path}"
            hint = "give the newer note another id, or restore the lock of the release from git"
            raise ContentError([problem("RC227", lock.at(entry.id), message, hint)])
    types = dict(lock.types)
    for key, each in release.types.items():
        if key not in types or types[key].modified <= each.modified:
            types[key] = each
    deck = DeckEntry(id=release.deck.id, name=release.deck.name, numbers=len(entries))
    return replace(lock, deck=deck, entries=settled(entries), types=types)


def _released(entry: Entry, release: Entry) -> Entry:
    """The line of a note that is in the lock and in a release; with equal times, Anki would not update the note.

    Two notes with the same GUID and different note ids were published separately: that lock was lost and started again.
    """
    marks = [(each.modified, each.fingerprint, each.retired) for each in (entry, release)]
    descends = entry.created == release.created
    line = entry if descends and (marks[0] == marks[1] or entry.modified > release.modified) else release
    hides = {
        number: words
        for number, words in release.hides.items()
        if number not in line.hides or not is_slip(words, line.hides[number])
    }
    line = replace(line, id=entry.id, under=entry.under, hides={**line.hides, **hides})
    return replace(line, number=release.number, created=release.created)
