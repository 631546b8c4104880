"""Cloze numbers compared with the lock: each is a card, and keeps the words that it was published with."""

import re
from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from rolecards.content import Content
from rolecards.notes.note import Note
from rolecards.problems import Problem, did_you_mean, problem
from rolecards.release.lock import Entry
from rolecards.release.renames import ends
from rolecards.release.twins import alike, is_slip
from rolecards.text import cloze
from rolecards.text.plain import to_plain

NEAR = 0.6  # similarity from which the author is asked whether other words are the same card
_NUMBER = re.compile(r"\{\{c(\d+)::")
_PLURAL = re.compile(r"e?s\Z")


def hidden_words(note: Note) -> dict[int, str]:
    """Per cloze number, the words it hides; empty for a question."""
    if not note.text:
        return {}
    hidden = {number: to_plain(words) for number, words in cloze.hidden(note.pieces).items()}
    return hidden if note.numbered else {number: _once(words) for number, words in hidden.items()}


def _once(words: str) -> str:
    """The words of a bold term without its other occurrences in the text, which may be plurals or one of its names."""
    found = {_PLURAL.sub("", each.casefold()): each for each in reversed(words.split(" … "))}
    names = [each for each in found.values() if each.endswith(")")]  # such as `Estimated Time of Arrival (ETA)`
    kept = (each for each in found.values() if not any(f"({each})" in name or f"{each} (" in name for name in names))
    return " … ".join(reversed([*kept]))


def same_cards(
    content: Content, notes: Mapping[str, Note], published: Mapping[str, Entry]
) -> tuple[dict[str, Entry], list[Problem]]:
    """The entries with hidden words replaced as `same_cards` says, if the text still has the new ones, and problems."""
    entries = dict(published)
    problems: list[Problem] = []
    present_ids = ends(content.deck.renames, published.keys())
    for old, lines in content.deck.same_cards.items():
        note_id = old if old in entries else present_ids.get(old, "")
        place = content.places["@deck"].of("same_cards", old, key=True)
        if note_id not in entries:
            hint = did_you_mean(old, entries) or "remove this line"
            problems.append(problem("RC208", place, f"nothing was published as `{old}`", hint))
            continue
        entry, present = entries[note_id], hidden_words(notes[note_id]).values() if note_id in notes else ()
        hides = {number: _reworded(hid, lines, present) for number, hid in entry.hides.items()}
        entries[note_id] = replace(entry, hides=hides)
    return entries, problems


def _reworded(words: str, lines: Mapping[str, str], present: Collection[str]) -> str:
    """The present words of the card that was published with these: the first of the chain that the text still has."""
    chain = [words]
    while chain[-1] not in present and (later := lines.get(chain[-1])) and later not in chain:
        chain.append(later)
    return chain[-1] if chain[-1] in present else words


def renumbered(note: Note, entry: Entry | None) -> Note:
    """The note with the published numbers of the words it hides, if its author wrote none; new words get new ones."""
    if note.numbered or not note.text or not entry or not entry.hides:
        return note
    numbers = _numbers(hidden_words(note), entry.hides)
    return replace(note, text=_NUMBER.sub(lambda mark: f"{{{{c{numbers[int(mark[1])]}::", note.text))


def _numbers(now: Mapping[int, str], before: Mapping[int, str]) -> dict[int, int]:
    """Per provisional number, the one to publish."""
    old = {_once(words): number for number, words in sorted(before.items(), reverse=True)}
    numbers = {number: old.pop(words) for number, words in now.items() if words in old}
    new = {number: words for number, words in now.items() if number not in numbers}
    slips = [(number, was) for number, words in new.items() for was in old if is_slip(was, words)]
    for number, was in slips:
        if sum(number == other or was == rival for other, rival in slips) == 1:
            numbers[number] = old[was]
    unused = max(before) + 1
    for number in new.keys() - numbers.keys():
        numbers[number] = unused
        unused += 1
    return numbers


def moved_clozes(note: Note, entry: Entry) -> Iterator[Problem]:
    """Published numbers that hide other words now, words that may be a published card's, and cards that are gone."""
    now = hidden_words(note)
    if not note.numbered:
        entry = replace(entry, hides={number: _once(words) for number, words in entry.hides.items()})
    free = max((*now, *entry.hides), default=0) + 1
    published = cloze.numbers(cloze.parse_field(entry.front))
    gone = {number: entry.hides.get(number, "") for number in published if number not in now}
    for number, words in now.items():
        before = entry.hides.get(number)
        slip = before is not None and words not in entry.hides.values() and is_slip(before, words)
        if before is not None and before != words and not slip:  # a typing error may be corrected
            message = (
                f"cloze {number} was published as hiding “{before}”; now it hides “{words}”, "
                "and learners' reviews of one would count for the other"
            )
            own = next((old for old, hid in entry.hides.items() if hid == words), 0)
            hint = f"give these words their number back: {{{{c{own}::{words}}}}}"
            if not own:
                hint = f"use the next free number: {{{{c{free}::{words}}}}}; {_same(entry.id, before, words)}"
                free += 1
            yield problem("RC206", note.place.of("cloze", words=f"{{{{c{number}::"), message, hint)
        elif before is None and not note.numbered:
            yield from _perhaps_same(note, entry, number, words, gone)
    for number, words in gone.items():
        name = f"cloze {number} (“{words}”)" if note.numbered else f"the card that asks for **{words}**"
        message = f"{name} is gone: learners keep a blank card until they use Tools → Empty Cards"
        yield problem("RC207", note.place.of("cloze"), message)


def _perhaps_same(note: Note, entry: Entry, number: int, words: str, gone: Mapping[int, str]) -> Iterator[Problem]:
    """Asks the author if bold words look like those of a card that is gone."""
    near = [before for before in gone.values() if alike(before, words) >= NEAR]
    if near:
        message = f"**{words}** may be **{near[0]}** in other words, or a new card: its reviews depend on that"
        hint = f"if it is new, write {{{{c{number}::{words}}}}}; {_same(entry.id, near[0], words)}"
        yield problem("RC206", note.place.of(words=words), message, hint)


def _same(note_id: str, before: str, now: str) -> str:
    return f"if it is the same card, add to deck.yaml: `same_cards: {{{note_id}: {{{before}: {now}}}}}`"
