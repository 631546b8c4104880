"""The data of the map's foot: what the facts say about each role in keywords, and the ranks of its skills."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rolecards.notes import index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.content import Content
    from rolecards.schema import models as schema


class Rank(NamedTuple):
    """A role's rank in one skill."""

    rank: int
    shared: bool
    """Whether another role has the same rank."""


def on_map(content: Content) -> list[schema.Role]:
    """The roles that lead or help in a phase of the map."""
    phases = content.map.phases if content.map else ()
    return [role for key, role in content.roles.items() if any(key in {**each.leads, **each.helps} for each in phases)]


def keywords(roles: Sequence[schema.Role], relation: str) -> dict[str, list[str]]:
    """By role id, the values that its facts have for a relation, each once; empty if no role has one."""
    values = {role.id: [each for fact in role.facts for each in fact.index.get(relation, ())] for role in roles}
    found = {key: [*{index.normal(each): each for each in some}.values()] for key, some in values.items()}
    return found if any(found.values()) else {}


def ranks(roles: Sequence[schema.Role]) -> dict[str, dict[str, Rank]]:
    """By skill and role id, the ranks."""
    by_skill: dict[str, dict[str, int]] = {}
    for role in roles:
        for skill, rank in role.skills.ranks.items() if role.skills else ():
            by_skill.setdefault(skill, {})[role.id] = rank
    counts = {skill: Counter(by_role.values()) for skill, by_role in by_skill.items()}
    return {
        skill: {key: Rank(rank, counts[skill][rank] > 1) for key, rank in by_role.items()}
        for skill, by_role in by_skill.items()
    }
