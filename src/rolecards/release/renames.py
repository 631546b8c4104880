"""Ids that authors changed: the lines under `renames`, which may stay after a build has applied them."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from rolecards.content import Content
from rolecards.notes.note import Note, guid
from rolecards.problems import Problem, problem
from rolecards.release.lock import Entry, Lock
from rolecards.release.recognise import bullet_id

_RESTORE = "restore the earlier lock from git, then build with this line"
_ONE_BY_ONE = "rename one note at a time and build after each; to swap ids, rename the first to an unused id"


def ends(renames: Mapping[str, str], known: AbstractSet[str]) -> dict[str, str]:
    """Per old id, the next known id that the lines lead to: itself if they lead in a circle, empty without one."""
    found: dict[str, str] = {}
    for old in renames:
        path: list[str] = []
        new = old
        while new in renames and new not in found and not (path and new in known):
            path.append(new)
            found[new] = ""  # so that a circle ends
            new = renames[new]
        found |= dict.fromkeys(path, new if new in known else found.get(new, ""))
    return found


def renamed(renames: Mapping[str, str], notes: Mapping[str, Note], lock: Lock) -> dict[str, Entry]:
    """The entries under their present ids; a line is also about the other notes of a bullet in study notes.

    It is applied only if its old id is in the lock but not in the content, and its new id the other way round.
    """
    entries, ids, before = dict(lock.entries), notes.keys(), {new: old for old, new in renames.items()}
    bullets = ((note, bullet_id(note, note.id)) for note in notes.values() if note.bullet_part)
    parts = {f"{before[new]}-{note.bullet_part}": note.id for note, new in bullets if new in before}
    for old, new in ends({**parts, **renames}, ids | entries.keys()).items():
        if old in entries and not entries[old].retired and old not in ids and new in ids - entries.keys():
            entries[new] = replace(entries.pop(old), id=new)
    return entries


def refused_renames(
    content: Content, entries: Mapping[str, Entry], ids: AbstractSet[str], changed: AbstractSet[str]
) -> Iterator[Problem]:
    """The lines that neither this nor an earlier build has applied.

    `entries` have their present ids; `changed` are the notes with the same id as before whose content changed.
    """
    renames = content.deck.renames
    later = {*renames.values()}
    published = {entry.guid: entry for entry in entries.values()}
    own = {entry.id for entry in entries.values() if entry.guid == guid(content.deck.id, entry.id)}
    for old, end in ends(renames, ids | entries.keys()).items():
        entry, new, both = entries.get(old), renames[old], {old, end}
        present, other = (published.get(guid(content.deck.id, each)) for each in (old, new))
        is_own = entry and present is entry and not entry.retired
        gone = is_own and other and old not in ids
        if entry:  # another note may have got the old id since, or this one may have got it back
            applied = end in entries and (old in ids | later or new != end or not both & own)
        else:
            applied = old not in ids and (old in later or end in entries)
        swapped = old in later and old != end and both <= own & ids and both & changed
        moved_up = is_own and not applied and (old in later & ids or (new in renames and end in entries))
        refusals = (  # the first that applies
            (old == new, f"`{old}` is renamed to itself", "remove this line"),
            (swapped or moved_up, "an id can't be given up and taken in the same build", _ONE_BY_ONE),
            (gone, f"`{new}` was already published as another note", "remove this line"),
            (applied, "", ""),
            (entry and entry.retired, f"`{old}` is already retired", _RESTORE),
            (entry and end in entries, f"`{end}` was already published as another note", _RESTORE),
            (old in ids, f"the content still has `{old}`", "remove one of the two"),
            (entry, f"the content has no `{new}`", "write the new id as it is in the content"),
            (present, f"`{old}` is `{present.id if present else ''}` now", f"rename that id to `{new}` instead"),
            (True, f"nothing was published as `{old}`", "remove this line"),
        )
        message, hint = next((message, hint) for applies, message, hint in refusals if applies)
        if message:
            yield problem("RC208", content.places["@deck"].of("renames", old, key=True), message, hint)
