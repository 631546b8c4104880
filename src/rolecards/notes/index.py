"""The index of claims: which roles each keyword fits. A reverse question must fit exactly the roles in its answer."""

from collections.abc import Iterable, Mapping, Sequence

Claim = tuple[str, str]  # a relation and a value, such as ("tool", "docker")
Index = dict[Claim, tuple[str, ...]]  # by claim, the roles that it fits, in the order of the content


def build_index(made: Iterable[tuple[str, Claim]]) -> Index:
    """The index of roles and the claims made about them."""
    index: dict[Claim, dict[str, None]] = {}
    for role, claim in made:
        index.setdefault(claim, {})[role] = None
    return {claim: tuple(roles) for claim, roles in index.items()}


def claims(keywords: Mapping[str, Sequence[str]]) -> list[Claim]:
    """The claims of a mapping from relations to values, whose case and spacing do not matter."""
    return [(normal(relation), normal(value)) for relation, values in keywords.items() for value in values]


def roles_with(index: Index, all_of: Sequence[Claim]) -> tuple[str, ...]:
    """The roles that all these claims fit."""
    first, *others = all_of
    return tuple(role for role in index.get(first, ()) if all(role in index.get(claim, ()) for claim in others))


def narrower(index: Index, all_of: Sequence[Claim], role: str) -> Claim | None:
    """The first claim that, added to the others, fits `role` only; None if there is none."""
    for claim, roles in index.items():
        if role in roles and roles_with(index, [*all_of, claim]) == (role,):
            return claim
    return None


def normal(text: str) -> str:
    """A relation or value for comparison: case and spacing do not matter."""
    return " ".join(text.casefold().split())
