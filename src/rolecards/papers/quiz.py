"""The quiz: questions to answer in writing and to match, with the answers on a page of their own or below a fold."""

import hashlib
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from string import ascii_lowercase
from typing import NamedTuple
from unicodedata import normalize

from msgspec.structs import replace

from rolecards.notes.leak import clues_of, leaks
from rolecards.papers.guide import Printed
from rolecards.papers.press import Press
from rolecards.papers.sheets import PrintOptions
from rolecards.pdf import Layout
from rolecards.release.edition import Artifact, Edition
from rolecards.schema import models as schema
from rolecards.schema.kinds import KINDS
from rolecards.words import function_words

Conflicts = Mapping[str, set[str]]  # per note, the notes that give away its answer, or whose answer it gives away
Sections = Mapping[str, list[Printed]]  # the notes that are asked, by the name of their section
WHOSE = {name for kind in KINDS for name in kind.whose}  # the kinds of note whose answer is the name of a role


class QuizSection(NamedTuple):
    """A part of the quiz."""

    leaf: int  # its leaf: what is visible for matching must not be on the leaf of the questions that it answers
    share: float  # its share of the questions if their number is limited


SECTIONS = {  # if the number is limited, the first get their share first, and the last get what is left
    "whose": QuizSection(2, 0.3),
    "pairs": QuizSection(2, 0.2),
    "sets": QuizSection(2, 0),
    "gaps": QuizSection(1, 0.25),
    "short": QuizSection(1, 0.25),
}
ONE_LEAF = 24  # a quiz of at most this many questions is set on one leaf, with its key below a fold


def quiz(edition: Edition, options: PrintOptions) -> Artifact:
    """Prints the quiz, of the core unless the options name parts. No question gives away another on the same leaf."""
    content, most, seed = edition.content, options.choice.most, options.seed
    whole = options.choice._replace(most=0)
    core = whole._replace(parts=whole.parts or content.deck.part_keys[:1])
    choice = core if core.of(content, edition.release) else whole
    press = Press(edition, options._replace(choice=choice))
    # With a single role there is nothing to match.
    asked = [note for note in press.guide.notes if len(content.roles) > 1 or note.note.kind not in WHOSE]
    conflicts = _conflicts(edition, asked)
    if most or len(asked) <= ONE_LEAF:
        few = _limited(asked, most, seed, conflicts) if most else _sections(_without_leaks(asked, conflicts), seed)
        return press.printout(_laid_out(press, () if most else asked, few, compact=True))
    leaves = [[note for note in asked if SECTIONS[_section(note)].leaf == leaf] for leaf in (1, 2)]
    fair = [note for leaf in leaves for note in _without_leaks(leaf, conflicts)]
    sections = _sections(fair, seed)
    layout = _laid_out(press, asked, sections)
    written = sum(bool(sections[name]) for name in SECTIONS if SECTIONS[name].leaf == 1)
    if written and any(entry.target.page % 2 == 0 for entry in layout.outline[written : written + 1]):
        # The questions to match begin on the back of a leaf with questions to answer in writing.
        fairer = fair if options.large else _without_leaks(asked, conflicts)
        if options.large or fairer != fair:
            layout = _laid_out(press, asked, _sections(fairer, seed), turned=options.large)
    return press.printout(layout)


def _laid_out(
    press: Press, asked: Sequence[Printed], sections: Sections, *, compact: bool = False, turned: bool = False
) -> Layout:
    """The pages; `turned` leaves the back of the last leaf with questions to answer in writing free for notes."""
    notes = {note for some in sections.values() for note in some}
    pairs = [note.written for note in sections["pairs"] if isinstance(note.written, schema.Contrast)]
    endings = {text: pair.id for pair in pairs for text in (pair.a_ans, pair.b_ans)}
    values = press.values() | {
        "sections": sections,
        "total": len(notes),
        "left_out": [note.number for note in asked if note not in notes],
        "compact": compact,
        "turned": turned,
        "names": sorted(press.edition.content.roles.values(), key=lambda role: _in_order(role.name)),
        "endings": dict(sorted(endings.items(), key=lambda ending: _in_order(ending[0]))),
        "letter": _letter,
    }
    return press.laid_out("quiz.html.j2", press.setting("quiz.css"), values)


def _conflicts(edition: Edition, notes: Sequence[Printed]) -> Conflicts:
    stop = function_words(edition.templates.words)
    known = clues_of((note.note for note in notes), edition.content, stop)
    for note in notes:
        if note.note.kind == "note":  # the subject of study notes is their page
            known[note.id] = replace(known[note.id], roles=known[note.id].roles | {note.note.topic})
    found: dict[str, set[str]] = {name: set() for name in known}
    for first, second in leaks(known):
        found[first].add(second)
        found[second].add(first)
    return found


def _section(note: Printed) -> str:
    """The name of the section of a note."""
    kinds = {**dict.fromkeys(WHOSE, "whose"), "contrast": "pairs", "set": "sets"}
    return "gaps" if note.note.text else kinds.get(note.note.kind, "short")


def _sections(notes: Sequence[Printed], seed: int | None) -> Sections:
    """The notes by section, shuffled if there is a seed; adding a note does not change the order of the others."""
    if seed is not None:
        notes = sorted(notes, key=lambda note: hashlib.sha256(f"{seed} {note.id}".encode()).digest())
    return {name: [note for note in notes if _section(note) == name] for name in SECTIONS}


def _without_leaks(notes: Sequence[Printed], conflicts: Conflicts) -> list[Printed]:
    """The notes after dropping the one in most conflicts, repeatedly; of equals, a set goes first, then the last."""
    rest = {note.id for note in notes}
    queue = [(-len(conflicts[note.id] & rest), _section(note) != "sets", -at) for at, note in enumerate(notes)]
    heapify(queue)
    while queue:
        before, order, at = heappop(queue)
        name = notes[-at].id
        if now := len(conflicts[name] & rest):
            if now < -before:
                heappush(queue, (-now, order, at))
            else:
                rest.remove(name)
    return [note for note in notes if note.id in rest]


def _limited(notes: Sequence[Printed], most: int, seed: int | None, conflicts: Conflicts) -> Sections:
    """This many notes, none of which gives away the answer to another; sections with too few leave room for others."""
    taken: list[Printed] = []
    candidates = _sections(notes, seed)
    shares = [(name, round(section.share * most)) for name, section in SECTIONS.items() if section.share]
    for name, room in (*shares, *((name, most) for name, _ in reversed(shares))):
        for note in candidates[name]:
            full = len(taken) == most or room <= sum(_section(each) == name for each in taken)
            if not full and note not in taken and conflicts[note.id].isdisjoint(each.id for each in taken):
                taken.append(note)
    return {name: [note for note in some if note in taken] for name, some in candidates.items()}


def _letter(at: int) -> str:
    """The letter of an answer to choose: `a` to `z`, then `aa`."""
    return ascii_lowercase[at] if at < len(ascii_lowercase) else _letter(at // 26 - 1) + ascii_lowercase[at % 26]


def _in_order(text: str) -> str:
    """What a text is sorted by: without case, and with accents after their letters."""
    return normalize("NFKD", text).casefold()
