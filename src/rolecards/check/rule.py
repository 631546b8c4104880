"""The findings of rules, and the registry of all rules."""

from collections.abc import Callable, Hashable, Iterable
from typing import Literal

from msgspec import Struct

from rolecards.codes import CODES, Severity
from rolecards.source.yaml import Route

Check = Callable[..., Iterable["Finding"]]

Over = Literal["text", "note", "fact", "cloze", "question", "deck", "exceptions"]
"""What a check reads: a text, a note, the deck, or the exceptions of the deck and those that other checks used.

A `fact` is a note in its author's words: a `cloze` text, or a `question` with an answer.
"""

Edit = tuple[int, int, str]  # start and end (exclusive) in a text, and the replacement


class Finding(Struct, frozen=True):
    """A violation of a rule, at a value of an entry of the content."""

    entry: str  # key of the entry in `Content.places`
    steps: Route  # the route from the entry to the value
    message: str
    hint: str = ""
    words: str = ""
    start: int = -1  # the index of the words in the value; -1 for their first occurrence
    key: bool = False  # whether the words are the key of the value
    severity: Severity | None = None  # only if it differs from the severity of the rule
    series: Hashable = None  # what findings of a rule have in common; of many of them, one is reported
    edits: tuple[Edit, ...] = ()  # the correction; empty if only an author can correct it
    code: str = ""  # of the rule, once `run` has it


RULES: dict[str, tuple[Over, Check]] = {}  # by code, subject and check, once all families are imported


def rule(code: str, *, over: Over) -> Callable[[Check], Check]:
    """Register the check of a code. Its parameters are the text or note and the deck, or only the deck."""

    def register(check: Check) -> Check:
        assert code in CODES, f"add a row for {code} to codes.py"
        assert code not in RULES, code
        RULES[code] = over, check
        return check

    return register
