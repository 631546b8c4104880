"""The quiz: all questions of the deck, with the answers on separate pages."""

from __future__ import annotations

import hashlib
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from rolecards.papers.press import press_of
from rolecards.schema.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecards.papers.guide import Printed
    from rolecards.papers.press import Printout
    from rolecards.papers.sheets import PrintOptions
    from rolecards.release.edition import Edition
    from rolecards.schema import models as schema

    Item = TypeVar("Item", Printed, schema.Practice)

WHOSE = {name for kind in KINDS for name in kind.whose}
"""The kinds of note whose answer is the name of a role."""


def quiz(edition: Edition, options: PrintOptions) -> Printout:
    """Prints the quiz in study order, or shuffled by a seed. Raises ContentError, as the handout does."""
    press, seed = press_of(edition, options.paper), options.seed
    notes = press.guide.notes
    roles = press.guide.content.roles
    by_role = zip_longest(*(role.practice for role in roles.values()))
    prompts = [prompt for round_ in by_role for prompt in round_ if prompt]
    values = press.values() | {
        "gaps": _ordered((note for note in notes if note.text), seed),
        "questions": _ordered((note for note in notes if not note.text and note.note.kind not in WHOSE), seed),
        # With a single role there is no choice.
        "whose": _ordered((note for note in notes if note.note.kind in WHOSE and len(roles) > 1), seed),
        "prompts": _ordered(prompts, seed),
    }
    return press.printout(press.laid_out("quiz.html.j2", press.setting("quiz.css"), values))


def _ordered(items: Iterable[Item], seed: int | None) -> list[Item]:
    """The items, shuffled if there is a seed; adding an item does not change the order of the others."""
    if seed is None:
        return list(items)
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed} {item.id}".encode()).digest())
