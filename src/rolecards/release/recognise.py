"""Notes without an id of their own, recognised by what they say: an edited note keeps its place in the lock.

Text that is found again word for word is the same note wherever it went. What is left is compared first with what stood
under the same heading, then with all the rest. Where two answers are about as good as each other, nobody guesses: the
author is asked to pin an id.

A retired note that is put back word for word is that note again, for learners may still have its reviews. The rule that
a retired id is never used again keeps another note from inheriting them, and here is no other note. An author who
writes ids is refused the old one all the same: that may be any text, and there are other ids. These notes have none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from rolecards.problems import Problem, problem
from rolecards.text import cloze
from rolecards.text.inline import to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from rolecards.notes.note import Note
    from rolecards.problems import Location
    from rolecards.release.lock import Entry, Lock

ALIKE = 0.6
"""Similarity from which other hidden words count as the same, corrected."""

MARGIN = 0.05
"""What the best candidate must be better by than the next, or it is doubtful which is meant."""

SAME_HEADING, ELSEWHERE = 0.5, 0.65
"""Similarity that a text needs to be the one that stood under this heading, or under any other."""

NEARLY_ALL = 0.85
"""Similarity of the text around them from which even quite other hidden words make no other note."""

_NUMBER = re.compile(r"\{\{c(\d+)::")
_BOLD = re.compile(r"<strong>(.*?)</strong>")


def named(
    notes: Sequence[Note], lock: Lock, renames: Mapping[str, str]
) -> tuple[tuple[Note, ...], Lock, list[Problem]]:
    """The notes with their ids and cloze numbers, the lock with ids newly pinned, and which notes are doubtful."""
    lock = _with_pins(notes, lock, renames)
    spoken_for = {note.id for note in notes if not note.under} | {*renames}
    entries = [entry for entry in lock.entries.values() if entry.under and entry.id not in spoken_for]
    retired = sorted((entry for entry in entries if entry.retired), key=lambda entry: -entry.retired)
    search = _Search(
        lock,
        living=[_Said.entry(entry) for entry in entries if not entry.retired],
        retired=[_Said.entry(entry) for entry in retired],
    )
    unnamed = [_Said.note(note, at) for at, note in enumerate(notes) if note.under]
    found = search.find(unnamed)
    ids = _Ids({*spoken_for, *lock.entries, *renames.values()})
    done: list[Note] = []
    for at, note in enumerate(notes):
        entry = found.get(at) if note.under else lock.entries.get(note.id)
        note_id = note.id if not note.under else entry.id if entry else ids.free(note.id)
        done.append(_renumbered(note if note.id == note_id else replace(note, id=note_id), entry))
    return tuple(done), lock, search.problems


# ---------------------------------------------------------------- what is compared


class _Said(Struct, frozen=True, kw_only=True):
    """What a note or an entry says, as bare words."""

    form: str
    under: str
    key: str
    """What it turns on: the words that a cloze note hides, the question of another (its bold words, if it has any)."""
    around: str
    """The rest: the text around the gaps, or the answer."""
    at: int = -1
    """The note's position."""
    made: Note | None = None
    published: Entry | None = None

    @classmethod
    def note(cls, note: Note, at: int) -> _Said:
        """Of a note."""
        key, around = _words(note.text, note.front, note.back)
        return cls(form="cloze" if note.text else "qa", under=note.under, key=key, around=around, at=at, made=note)

    @classmethod
    def entry(cls, entry: Entry) -> _Said:
        """Of an entry of the lock."""
        text, front = (entry.front, "") if entry.form == "cloze" else ("", entry.front)
        key, around = _words(text, front, entry.back)
        return cls(form=entry.form, under=entry.under, key=key, around=around, published=entry)


def _words(text: str, front: str, back: str) -> tuple[str, str]:
    if text:
        pieces = cloze.parse_field(text)
        hidden = " ".join(cloze.hidden(pieces).values())
        return to_plain(hidden).casefold(), to_plain(cloze.blank(pieces, None, lambda _: " … ")).casefold()
    return to_plain(" ".join(_BOLD.findall(front)) or front).casefold(), to_plain(back).casefold()


def _alike(one: str, other: str) -> float:
    """Similarity of two texts, from 0 to 1: by their letters and by their words, half and half."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most builds have no two texts to compare

    letters = Indel.normalized_similarity(one, other)
    return (letters + Indel.normalized_similarity(one.split(), other.split())) / 2


def _alike_keys(one: str, other: str) -> float:
    """The same for a few words, of which a typo is no other: `Jupiter`, `Jupyter`."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415

    letters = Indel.normalized_similarity(one, other)
    return letters if letters >= NEARLY_ALL else _alike(one, other)


def _score(one: _Said, other: _Said, least: float) -> float:
    """How well the two fit; 0 where they are different notes."""
    if one.form != other.form:
        return 0
    around, key = _alike(one.around, other.around), _alike_keys(one.key, other.key)
    if key >= NEARLY_ALL:
        fits = around >= least or one.form == "qa"
    elif around >= NEARLY_ALL:
        fits = key >= least or len(one.around.split()) > 4
    else:
        fits = key >= least and around >= least + 0.15
    return 0.6 * around + 0.4 * key if fits else 0


# ---------------------------------------------------------------- the search


class _Search(Struct):
    """Looks for notes among the entries of which none is one yet."""

    lock: Lock
    living: list[_Said]
    retired: list[_Said]
    """The latest first: its reviews are the likeliest to be there still."""
    problems: list[Problem] = []
    found: dict[int, Entry] = {}
    unnamed: list[_Said] = []
    """The notes that are looked for."""

    def find(self, unnamed: list[_Said]) -> dict[int, Entry]:
        """Per position of a note, the entry that it is."""
        self.unnamed = unnamed
        left = self._equal(unnamed, self.living)
        # Before what is retired: nearly the same words, still there, are the card that learners have.
        left = self._nearest(left, lambda said: (said.form, said.under), NEARLY_ALL)
        left = self._equal(left, self.retired)
        left = self._nearest(left, lambda said: (said.form, said.under), SAME_HEADING)
        left = self._nearest(left, lambda said: (said.form, said.key), ELSEWHERE)
        self._nearest(left, lambda said: said.form, ELSEWHERE)
        return self.found

    def _equal(self, notes: list[_Said], entries: list[_Said]) -> list[_Said]:
        """Match what says the same word for word, at best under the same heading; the notes that are left."""
        left = self._same(notes, entries, lambda said: (said.form, said.under, said.key, said.around))
        return self._same(left, entries, lambda said: (said.form, said.key, said.around))

    def _same(self, notes: list[_Said], entries: list[_Said], by: Callable[[_Said], Hashable]) -> list[_Said]:
        """Match what is equal by these words; the notes that are left."""
        waiting: dict[Hashable, list[_Said]] = defaultdict(list)
        for entry in reversed(self._free(entries)):
            waiting[by(entry)].append(entry)
        left = []
        for note in notes:
            if waiting[by(note)]:
                self._match(note, waiting[by(note)].pop())
            else:
                left.append(note)
        return left

    def _nearest(self, notes: list[_Said], by: Callable[[_Said], Hashable], least: float) -> list[_Said]:
        """Match what is most alike among those equal by these words; the notes that are left, doubtful ones not."""
        groups: dict[Hashable, list[_Said]] = defaultdict(list)
        for entry in self._free(self.living):
            groups[by(entry)].append(entry)
        pairs = [
            (score, note, entry)
            for note in notes
            for entry in groups.get(by(note), ())
            if (score := _score(note, entry, least))
        ]
        self._settle(sorted(pairs, key=lambda pair: -pair[0]))
        doubtful = {problem.location for problem in self.problems}
        return [note for note in notes if note.at not in self.found and _place(note) not in doubtful]

    def _settle(self, pairs: list[tuple[float, _Said, _Said]]) -> None:
        """The best pair first, as long as no other pair with the same note or entry comes near it."""
        by_note, by_entry = defaultdict(list), defaultdict(list)
        for pair in pairs:
            by_note[pair[1].at].append(pair)
            by_entry[_id(pair[2])].append(pair)
        doubtful: set[int] = set()
        taken: set[str] = set()
        for score, note, entry in pairs:
            if note.at in self.found or note.at in doubtful or _id(entry) in taken:
                continue
            others = [
                _id(other) for near, _, other in by_note[note.at] if near > score - MARGIN and _id(other) not in taken
            ]
            rivals = [
                rival.at
                for near, rival, _ in by_entry[_id(entry)]
                if near > score - MARGIN and rival.at not in self.found and rival.at not in doubtful
            ]
            if len(others) > 1 or len(rivals) > 1:
                doubtful.add(note.at)
                taken |= self._in_doubt(note, others)
            else:
                self._match(note, entry)
                taken.add(_id(entry))

    def _in_doubt(self, note: _Said, ids: list[str]) -> set[str]:
        """Ask the author which it is; a part of a pinned bullet is what was published beside that. The id taken."""
        assert note.made
        if not note.made.part:
            self.problems.append(self._doubt(note, ids))
            return set()
        whole = self._whole(note)
        if not whole:
            return set()
        beside = min(ids, key=lambda note_id: abs(self.lock.entries[note_id].number - whole.number))
        self.found[note.at] = self.lock.entries[beside]
        return {beside}

    def _whole(self, part: _Said) -> Entry | None:
        """What the first note of the same bullet is; None where that is new, or in doubt itself."""
        assert part.made
        if part.made.pin:
            return self.lock.entries.get(part.made.pin)
        wholes = (said for said in self.unnamed if said.made and not said.made.part)
        at = next((said.at for said in wholes if _place(said) == _place(part)), None)
        return None if at is None else self.found.get(at)

    def _match(self, note: _Said, entry: _Said) -> None:
        assert entry.published
        self.found[note.at] = entry.published

    def _free(self, entries: list[_Said]) -> list[_Said]:
        taken = {entry.id for entry in self.found.values()}
        return [entry for entry in entries if _id(entry) not in taken]

    def _doubt(self, note: _Said, ids: list[str]) -> Problem:
        named = " or ".join(f"`{note_id}` ({self.lock.at(note_id)})" for note_id in ids)
        message = f"this may be {named}, changed, or something new: learners' reviews hang on which it is"
        hint = f"end it with {{#{ids[0]}}} if it is the same, or with a new id of your own if it is new"
        return problem("RC222", _place(note), message, hint)


def _id(said: _Said) -> str:
    assert said.published
    return said.published.id


def _place(said: _Said) -> Location:
    assert said.made
    return said.made.place.of()


# ---------------------------------------------------------------- ids and cloze numbers


def _with_pins(notes: Iterable[Note], lock: Lock, renames: Mapping[str, str]) -> Lock:
    """The lock with entries under the ids that their authors have pinned to them since."""
    if not any(entry.under and not entry.retired for entry in lock.entries.values()):
        return lock
    fresh = {_exact(_Said.note(note, 0)): note.id for note in notes if not note.under and note.id not in lock.entries}
    entries = dict(lock.entries)
    lines = dict(lock.lines)
    for entry in lock.entries.values():
        if not entry.under or entry.retired or entry.id in renames:
            continue
        new = fresh.pop(_exact(_Said.entry(entry)), None)
        if new:
            entries[new] = replace(entries.pop(entry.id), id=new)
            lines[new] = lines.pop(entry.id, 1)
    return replace(lock, entries=entries, lines=lines)


def _exact(said: _Said) -> tuple[str, str, str]:
    return said.form, said.key, said.around


class _Ids(Struct):
    """Gives out ids that nothing has or ever had."""

    taken: set[str]
    _next: dict[str, int] = {}

    def free(self, proposal: str) -> str:
        """The proposal, with a number where it is taken."""
        note_id = proposal
        while note_id in self.taken:
            number = self._next[proposal] = self._next.get(proposal, 1) + 1
            note_id = f"{proposal}-{number}"
        self.taken.add(note_id)
        return note_id


def _renumbered(note: Note, entry: Entry | None) -> Note:
    """The note with the cloze numbers that the lock has for the words it hides; new words get new numbers."""
    if note.numbered or not note.text or not entry or entry.form != "cloze":
        return note
    hidden = {number: to_plain(words) for number, words in cloze.hidden(note.pieces).items()}
    numbers = dict(_numbers(hidden, entry.hides))
    text = _NUMBER.sub(lambda found: f"{{{{c{numbers[int(found[1])]}::", note.text)
    return replace(note, text=text)


def _numbers(hidden: Mapping[int, str], before: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Per provisional number, the one to publish."""
    free = dict(before)
    waiting: dict[int, str] = {}
    for number, words in hidden.items():
        same = next((old for old, hid in free.items() if hid == words), None)
        if same is None:
            waiting[number] = words
        else:
            del free[same]
            yield number, same
    unused = max(before, default=0) + 1
    for number, words in waiting.items():
        near = max(free, key=lambda old: likeness(free[old], words), default=0)
        if near and likeness(free[near], words) >= ALIKE:
            del free[near]
            yield number, near
        else:
            yield number, unused
            unused += 1


def likeness(before: str, now: str) -> float:
    """Similarity of hidden words, from 0 to 1."""
    return SequenceMatcher(None, before.casefold(), now.casefold(), autojunk=False).ratio()
