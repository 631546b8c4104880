"""Which roles a (relation, value) fits: what makes a question from what is done back to who does it safe to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Claim = tuple[str, str]
"""A relation and a value, such as ("tool", "docker")."""

Index = dict[Claim, tuple[str, ...]]
"""Per claim, the roles it holds for, in the order of the content."""


def build_index(triples: Iterable[tuple[str, str, str]]) -> Index:
    """From (role, relation, value) triples; case and spacing of relation and value do not count."""
    found: dict[Claim, dict[str, None]] = {}
    for role, relation, value in triples:
        found.setdefault((normal(relation), normal(value)), {})[role] = None
    return {claim: tuple(roles) for claim, roles in found.items()}


def collisions(index: Index) -> Index:
    """The claims that hold for more than one role: asked for "the role", a card would reject a right answer."""
    return {claim: roles for claim, roles in index.items() if len(roles) > 1}


def claims(of: Mapping[str, Sequence[str]]) -> list[Claim]:
    """Relations with their values as single claims."""
    return [(normal(relation), normal(value)) for relation, values in of.items() for value in values]


def roles_with(index: Index, wanted: Sequence[Claim]) -> tuple[str, ...]:
    """The roles for which all the claims hold."""
    first, *others = wanted
    return tuple(role for role in index.get(first, ()) if all(role in index.get(claim, ()) for claim in others))


def narrower(index: Index, wanted: Sequence[Claim], role: str) -> Claim | None:
    """A further claim that leaves `role` alone with `wanted`; the first in the order of the content."""
    for claim, roles in index.items():
        if role in roles and roles_with(index, [*wanted, claim]) == (role,):
            return claim
    return None


def normal(text: str) -> str:
    """A relation or value as it is compared: case and spacing do not count."""
    return " ".join(text.casefold().split())
