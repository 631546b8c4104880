"""The data of the handout's figures and tables."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rolecards.codes import Severity
from rolecards.notes import index
from rolecards.notes.generate import index_of
from rolecards.pdf.shaping import SHAPED
from rolecards.problems import Problem, problem
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.content import Content
    from rolecards.papers.guide import Printed


class ComparedValue(NamedTuple):
    """A row of the comparison matrix: a value in its first spelling, and the roles that it fits."""

    value: str
    roles: tuple[str, ...]


class Standing(NamedTuple):
    """A role's place in one column of the skills chart."""

    role: schema.Role
    rank: int
    shared: bool
    """Whether another role has the same rank."""


class Day(NamedTuple):
    """The new cards of one day."""

    number: int
    cards: int
    notes: tuple[Printed, ...]
    """The notes whose first card is on this day."""

    @property
    def runs(self) -> list[tuple[Printed, Printed]]:
        """The runs of its notes, separately for the core and the rest."""
        return [run for _, group in groupby(self.notes, key=lambda note: note.core) for run in runs([*group])]


def runs(notes: Sequence[Printed]) -> list[tuple[Printed, Printed]]:
    """The first and the last note of each run of consecutive numbers."""
    groups = groupby(enumerate(notes), key=lambda place: place[1].number - place[0])
    all_runs = [[note for _, note in group] for _, group in groups]
    return [(run[0], run[-1]) for run in all_runs]


def claims(content: Content) -> dict[str, list[ComparedValue]]:
    """By relation, the values in the `index` of all facts; the relation with the most values is first."""
    spelling: dict[index.Claim, str] = {}
    mappings = (fact.index for role in content.roles.values() for fact in role.facts)
    for relation, values in (entry for mapping in mappings for entry in mapping.items()):
        for value in values:
            spelling.setdefault((index.normal(relation), index.normal(value)), value)
    by_relation: dict[str, list[ComparedValue]] = {}
    for (relation, value), roles in index_of(content).items():
        by_relation.setdefault(relation, []).append(ComparedValue(spelling[relation, value], roles))
    return dict(sorted(by_relation.items(), key=lambda item: -len(item[1])))


def standings(content: Content) -> dict[str, list[Standing]]:
    """By skill of the chart, the roles in the order of their ranks."""
    ranks: dict[str, dict[str, int]] = {}
    for role in content.roles.values():
        for skill, rank in role.skills.ranks.items() if role.skills else ():
            ranks.setdefault(skill, {})[role.id] = rank
    columns: dict[str, list[Standing]] = {}
    for skill, by_role in ranks.items():
        counts = Counter(by_role.values())
        column = (Standing(content.roles[role], rank, counts[rank] > 1) for role, rank in by_role.items())
        columns[skill] = sorted(column, key=lambda standing: standing.rank)
    return columns


def omitted_figures(content: Content) -> Iterator[Problem]:
    """A warning for each text that needs shaping, because of which the handout omits a figure."""
    shown = [role for role in content.roles.values() if role.skills or content.of(schema.Handoff)]
    texts = [(role.id, "name", role.name) for role in shown]
    texts += [
        (each.id, key, text)
        for each in content.of(schema.Handoff)
        for key, text in (("what", each.what), ("to_name", each.to_name))
    ]
    for owner, key, text in texts:
        if SHAPED.search(text):
            message = f"the handout omits the figures that contain `{text}`: figures cannot set it"
            yield problem("RC709", content.places[owner].of(key), message, severity=Severity.WARNING)


def days(notes: Sequence[Printed], a_day: int) -> list[Day]:
    """The study plan with this number of new cards a day."""
    new_notes: list[list[Printed]] = []
    total = 0
    for note in notes:
        new_notes += [[] for _ in range(len(new_notes), total // a_day + 1)]
        new_notes[total // a_day].append(note)
        total += note.cards
    new_notes += [[] for _ in range(len(new_notes), -(-total // a_day))]
    return [
        Day(number, min(a_day, total - (number - 1) * a_day), tuple(day)) for number, day in enumerate(new_notes, 1)
    ]
