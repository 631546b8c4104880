"""The quiz: everything the deck asks, on paper, with the answers on pages of their own."""

from __future__ import annotations

import hashlib
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecards import schema
    from rolecards.papers.guide import Printed
    from rolecards.papers.press import Press, Printout

    Item = TypeVar("Item", Printed, schema.Practice)

WHOSE = ("who", "scenario")
"""The kinds of note that are answered with the name of a role."""


def quiz(press: Press, seed: int | None) -> Printout:
    """The quiz in the order of study, or in the one that a seed gives. Raises ContentError, as the handout does."""
    notes = press.guide.notes
    roles = press.guide.content.roles
    by_role = zip_longest(*(role.practice for role in roles.values()))
    prompts = [prompt for round_ in by_role for prompt in round_ if prompt]
    values = press.values() | {
        "gaps": _ordered((note for note in notes if note.text), seed),
        "questions": _ordered((note for note in notes if not note.text and note.note.kind not in WHOSE), seed),
        # With a single role there is nothing to choose from.
        "whose": _ordered((note for note in notes if note.note.kind in WHOSE and len(roles) > 1), seed),
        "prompts": _ordered(prompts, seed),
    }
    return press.printout(press.laid_out("quiz.html.j2", press.setting("quiz.css"), values))


def _ordered(items: Iterable[Item], seed: int | None) -> list[Item]:
    """The items as they come, or mixed by the seed; a further item leaves the order of the others as it is."""
    if seed is None:
        return list(items)
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed} {item.id}".encode()).digest())
