"""The study plan: what to learn, say aloud and read on each day before an interview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rolecards.papers.guide import Guide, Printed

USUAL_DAYS = 7
LONGEST = 21  # the most days; the cover has no room for more
SECONDS_A_VIEW = 15  # the time to read, answer and grade a card once
FIRST_VIEWS = 3  # how often Anki shows a new card on its first day: at once, and after its two learning steps
REVIEWS = (1, 4, 12)  # days after its first on which Anki's default schedule shows a card: intervals of 1, 3 and 8
ALOUD = 4  # prompts take at most one in this many minutes; a single one may take half of a day's minutes
MINUTES_ALOUD = 2  # the time for a prompt that names none
FEWEST_MINUTES, MOST_MINUTES = 5, 180


class Day(NamedTuple):
    """What there is to do on one day."""

    number: int
    notes: list[Printed]  # the new notes
    prompts: list[int]  # the numbers of the prompts to say aloud
    pages: list[str]  # the ids of the headings to read


class Plan(NamedTuple):
    """The days until an interview."""

    days: list[Day]
    minutes: int  # the minutes that each day takes at most
    left_out: list[Printed]  # the notes for which there is no time
    unsaid: int  # the number of prompts for which there is no time


def study_plan(guide: Guide, days: int, minutes: int, pages: Sequence[str]) -> Plan:
    """The plan for these days in as few minutes a day as it takes: the core, further notes, then contrasts.

    Without minutes, it is for the core, or for all notes of the chosen roles; with minutes, it is for all notes and
    prompts that fit into these minutes. `pages` has the ids of the headings of the guide; the first is for the first
    day, the last for the last day.
    """
    notes = sorted(guide.notes, key=lambda note: (not note.core, note.note.kind == "contrast"))
    if not minutes and not guide.choice.roles:
        notes = [note for note in notes if note.core] or notes
    most = minutes or MOST_MINUTES
    for each in range(min(FEWEST_MINUTES, most), most + 1):
        plan = _plan(guide, notes, days or USUAL_DAYS, each, pages)
        if not (plan.left_out or (minutes and plan.unsaid)):
            break
    return plan


def _plan(guide: Guide, notes: Sequence[Printed], length: int, minutes: int, pages: Sequence[str]) -> Plan:
    practice = [each for role in guide.roles for each in role.practice]
    prompts = [(guide.prompts[each.id], each.minutes or MINUTES_ALOUD) for each in practice]
    queue, days = list(notes), list[Day]()
    for number in range(1, length + 1):
        day = Day(number, [], [], [])
        due = [note.cards for after in REVIEWS if after < number for note in days[number - 1 - after].notes]
        seconds = 60 * minutes - SECONDS_A_VIEW * sum(due)
        spoken = 0
        while prompts and (spoken + prompts[0][1]) * (ALOUD if day.prompts else 2) <= minutes:
            day.prompts.append(prompts[0][0])
            spoken += prompts.pop(0)[1]
        seconds -= 60 * spoken
        # The last day is for reviews only.
        while queue and number < max(length, 2) and (time := queue[0].cards * FIRST_VIEWS * SECONDS_A_VIEW) <= seconds:
            day.notes.append(queue.pop(0))
            seconds -= time
        days.append(day)
    for at, page in enumerate(pages):
        days[at * (length - 1) // max(len(pages) - 1, 1)].pages.append(page)
    return Plan(days, minutes, queue, len(prompts))


def runs(notes: Iterable[Printed]) -> list[tuple[Printed, Printed]]:
    """The first and the last note of each run of consecutive numbers that is all core or all not."""
    ordered = sorted(notes, key=lambda note: note.number)
    groups = groupby(enumerate(ordered), key=lambda place: (place[1].number - place[0], place[1].core))
    all_runs = [[note for _, note in group] for _, group in groups]
    return [(run[0], run[-1]) for run in all_runs]
