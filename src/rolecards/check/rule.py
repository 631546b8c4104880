"""What a rule is, what it finds, and the list of all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from rolecards.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolecards.codes import Code, Severity
    from rolecards.source.yaml import Route

Over = Literal["text", "note", "deck"]
"""What a rule looks at: one text an author wrote, one note, or the whole deck."""

Edit = tuple[int, int, str]
"""From this character of a text to before that one, what should stand there."""


class Finding(Struct, frozen=True, kw_only=True):
    """What a rule objects to, at a value of one entry of the content."""

    entry: str
    """Key of the entry in `Content.places`."""
    message: str
    steps: Route = ()
    """The way from the entry to the value."""
    words: str = ""
    start: int = -1
    """Where the words stand in the value, where the rule knows; -1 for the first place they stand at."""
    key: bool = False
    """Whether it is the value's key that the words are, not the value."""
    hint: str = ""
    severity: Severity | None = None
    """Where it is not the rule's own."""
    edits: tuple[Edit, ...] = ()
    """What mends it without changing what the text says; empty where only an author can."""


class Rule(Struct, frozen=True, kw_only=True):
    """One thing that `check` looks for: a row of the codes and the function that finds violations of it."""

    row: Code
    over: Over
    check: Callable[..., Iterator[Finding]]
    """Called with the text or note, if it is over one, and with the deck."""


RULES: dict[str, Rule] = {}
"""Every rule by its code, once all families are imported."""


def rule(code: str, *, over: Over) -> Callable[[Callable[..., Iterator[Finding]]], Callable[..., Iterator[Finding]]]:
    """Register the function as the check of a code; `codes.py` says what the code requires."""

    def register(check: Callable[..., Iterator[Finding]]) -> Callable[..., Iterator[Finding]]:
        assert code not in RULES, code
        RULES[code] = Rule(row=CODES[code], over=over, check=check)
        return check

    return register
