"""The quiz: questions to answer in writing and to match, with the answers on a page of their own or below a fold."""

from __future__ import annotations

import hashlib
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

from rolecards.notes.leak import clues, gives_away
from rolecards.papers.press import press_of
from rolecards.schema.kinds import KINDS
from rolecards.text.function_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rolecards.content import Content
    from rolecards.papers.guide import Printed
    from rolecards.papers.press import Printout
    from rolecards.papers.sheets import PrintOptions
    from rolecards.release.edition import Edition

    Conflict = Callable[[Printed, Printed], bool]

WHOSE = {name for kind in KINDS for name in kind.whose}
"""The kinds of note whose answer is the name of a role."""


class Section(NamedTuple):
    """A part of the quiz."""

    name: str
    holds: Callable[[Printed], bool]
    leaf: int
    """The sections of one leaf must not give away each other's answers."""
    share: float
    """Its share of the questions if their number is limited."""


SECTIONS = (
    Section("whose", lambda note: note.note.kind in WHOSE, 2, 0.3),
    Section("pairs", lambda note: note.note.kind == "contrast", 2, 0.2),
    Section("sets", lambda note: note.note.kind == "set", 2, 0),
    Section("gaps", lambda note: bool(note.note.text), 1, 0.25),
    Section("short", lambda note: True, 1, 0.25),
)
"""A note is in the first section that holds it. Of a limited number, the first sections get theirs first."""


def quiz(edition: Edition, options: PrintOptions) -> Printout:
    """Prints the quiz in study order, or shuffled by a seed. Raises ContentError, as the handout does.

    It asks for the core unless the options name parts of the deck, and no question gives away another on its leaf.
    """
    content, choice = edition.content, options.choice
    core = choice._replace(parts=choice.parts or content.deck.part_keys[:1])
    fitting = core._replace(count=0) if core.of(content, edition.release) else choice._replace(count=0)
    press = press_of(edition, options._replace(choice=fitting))
    # With a single role there is nothing to match.
    asked = [note for note in press.guide.notes if len(content.roles) > 1 or note.note.kind not in WHOSE]
    leaks = _conflicts(content, asked)
    sections = _limited(asked, options, leaks) if choice.count else _whole(asked, options.seed, leaks)
    printed = [note for notes in sections.values() for note in notes]
    endings = sorted({text for note in sections["pairs"] for text in (note.written.a_ans, note.written.b_ans)})
    values = press.values() | {
        "sections": sections,
        "total": len(printed),
        "left_out": [note.number for note in asked if note not in printed] if not choice.count else [],
        "compact": bool(choice.count),
        "names": sorted(content.roles.values(), key=lambda role: role.name.casefold()),
        "endings": endings,
        "letter": _letter,
    }  # fmt: skip
    return press.printout(press.laid_out("quiz.html.j2", press.setting("quiz.css"), values))


def _conflicts(content: Content, notes: Iterable[Printed]) -> Conflict:
    """Whether one of two notes gives away the answer to the other."""
    names = {
        role.id: [name for name in (role.name, role.full_name, *role.aliases) if name]
        for role in content.roles.values()
    }
    stop = FUNCTION_WORDS.get(content.deck.language.partition("-")[0], frozenset())
    known = {note.id: clues(note.note, names, stop) for note in notes}

    def conflict(one: Printed, other: Printed) -> bool:
        first, second = known[one.id], known[other.id]
        return gives_away(first, second) or gives_away(second, first)

    return conflict


def _section(note: Printed) -> Section:
    return next(section for section in SECTIONS if section.holds(note))


def _whole(notes: Sequence[Printed], seed: int | None, conflict: Conflict) -> dict[str, list[Printed]]:
    """By section, all notes without those that conflict with the most others on their leaf."""
    sections: dict[str, list[Printed]] = {section.name: [] for section in SECTIONS}
    for leaf in {section.leaf for section in SECTIONS}:
        for note in _ordered(_without_leaks([note for note in notes if _section(note).leaf == leaf], conflict), seed):
            sections[_section(note).name].append(note)
    return sections


def _without_leaks(notes: list[Printed], conflict: Conflict) -> list[Printed]:
    """The notes without the one with the most conflicts, until there are none; of several, a set or the last one goes."""
    rest = list(notes)
    against = {note.id: [other for other in rest if other is not note and conflict(note, other)] for note in rest}
    while rest:
        counts = [
            (sum(other in rest for other in against[note.id]), -_section(note).share, note.number) for note in rest
        ]
        worst = max(counts)
        if not worst[0]:
            break
        del rest[counts.index(worst)]
    return rest


def _limited(notes: Sequence[Printed], options: PrintOptions, conflict: Conflict) -> dict[str, list[Printed]]:
    """By section, this many notes of which none gives away another; sections with too few leave room for others."""
    count = options.choice.count
    sections: dict[str, list[Printed]] = {section.name: [] for section in SECTIONS}
    taken: list[Printed] = []
    for section, room in [
        *((each, round(each.share * count)) for each in SECTIONS),
        *((each, count) for each in SECTIONS),
    ]:
        for note in _ordered([each for each in notes if _section(each) == section], options.seed):
            full = len(taken) == count or len(sections[section.name]) >= room
            if section.share and not full and note not in taken and not any(conflict(note, one) for one in taken):
                sections[section.name].append(note)
                taken.append(note)
    return {
        name: [note for note in _ordered(notes, options.seed) if note in chosen] for name, chosen in sections.items()
    }


def _ordered(notes: Sequence[Printed], seed: int | None) -> list[Printed]:
    """The notes, shuffled if there is a seed; adding a note does not change the order of the others."""
    if seed is None:
        return list(notes)
    return sorted(notes, key=lambda note: hashlib.sha256(f"{seed} {note.id}".encode()).digest())


def _letter(at: int) -> str:
    """The letter of an answer to choose: `a` to `z`, then `aa`."""
    return ascii_lowercase[at] if at < len(ascii_lowercase) else _letter(at // 26 - 1) + ascii_lowercase[at % 26]
