"""What the handout's figures and tables show, worked out from content and notes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rolecards.codes import Severity
from rolecards.notes import index as ambiguity
from rolecards.notes.generate import index_of
from rolecards.pdf.right_to_left import RIGHT_TO_LEFT
from rolecards.problems import Problem, problem
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.content import Content
    from rolecards.papers.guide import Printed


class Claim(NamedTuple):
    """A row of the comparison matrix: what is said, as its author spelled it first, and of which roles."""

    value: str
    roles: tuple[str, ...]


class Standing(NamedTuple):
    """A role's place in one column of the skills chart."""

    role: schema.Role
    rank: int
    shared: bool
    """Whether another role has the same rank."""


class Day(NamedTuple):
    """What a learner meets on one day."""

    number: int
    cards: int
    notes: tuple[Printed, ...]
    """Those of which the first card comes up on this day."""

    @property
    def runs(self) -> list[tuple[Printed, Printed]]:
        """The runs of its notes, core and others apart."""
        return [run for _, group in groupby(self.notes, key=lambda note: note.core) for run in runs([*group])]


def runs(notes: Sequence[Printed]) -> list[tuple[Printed, Printed]]:
    """The first and the last note of each run of neighbouring numbers."""
    groups = groupby(enumerate(notes), key=lambda place: place[1].number - place[0])
    found = [[note for _, note in group] for _, group in groups]
    return [(run[0], run[-1]) for run in found]


def claims(content: Content) -> dict[str, list[Claim]]:
    """What the facts' `index` says, by relation; the relation of which most is said comes first."""
    spelling: dict[ambiguity.Claim, str] = {}
    indexes = (fact.index for role in content.roles.values() for fact in role.facts)
    for relation, values in (entry for index in indexes for entry in index.items()):
        for value in values:
            spelling.setdefault((ambiguity.normal(relation), ambiguity.normal(value)), value)
    by_relation: dict[str, list[Claim]] = {}
    for (relation, value), roles in index_of(content).items():
        by_relation.setdefault(relation, []).append(Claim(spelling[relation, value], roles))
    return dict(sorted(by_relation.items(), key=lambda item: -len(item[1])))


def standings(content: Content) -> dict[str, list[Standing]]:
    """Per skill of the chart, the roles from the first to the last."""
    ranks: dict[str, dict[str, int]] = {}
    for role in content.roles.values():
        for skill, rank in role.skills.ranks.items() if role.skills else ():
            ranks.setdefault(skill, {})[role.id] = rank
    return {skill: _standings(content, found) for skill, found in ranks.items()}


def _standings(content: Content, ranks: dict[str, int]) -> list[Standing]:
    all_ranks = list(ranks.values())
    found = [Standing(content.roles[role], rank, all_ranks.count(rank) > 1) for role, rank in ranks.items()]
    return sorted(found, key=lambda each: each.rank)


def figures_left_out(content: Content) -> Iterator[Problem]:
    """A warning for each right-to-left text that keeps a figure off the handout."""
    shown = [role for role in content.roles.values() if role.skills or content.of(schema.Handoff)]
    texts = [(role.id, "name", role.name) for role in shown]
    texts += [
        (each.id, key, text)
        for each in content.of(schema.Handoff)
        for key, text in (("what", each.what), ("to_name", each.to_name))
    ]
    for owner, key, text in texts:
        if RIGHT_TO_LEFT.search(text):
            message = f"the handout leaves out the figures that show `{text}`: figures cannot show right-to-left text"
            yield problem("RC709", content.places[owner].of(key), message, severity=Severity.WARNING)


def days(notes: Sequence[Printed], a_day: int) -> list[Day]:
    """The plan of study at so many new cards a day."""
    begun: list[list[Printed]] = []
    total = 0
    for note in notes:
        begun += [[] for _ in range(len(begun), total // a_day + 1)]
        begun[total // a_day].append(note)
        total += note.cards
    begun += [[] for _ in range(len(begun), -(-total // a_day))]
    return [
        Day(number, min(a_day, total - (number - 1) * a_day), tuple(found)) for number, found in enumerate(begun, 1)
    ]
