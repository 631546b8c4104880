"""Rules for learners who listen to a card, can't tell colours apart, or see it on a small screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards.check.rule import Finding, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.check.deck import Deck, Text


_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\([^()\s]+\)")
_EMPTY_NAMES = frozenset({"", "here", "click here", "this", "link", "this link", "read more", "more", "see here"})
_SHOUTED = re.compile(r"(?:\b[A-Z]{4,}\b\W+){2,}\b[A-Z]{4,}\b")
_CAPITALS = re.compile("[A-Z]{4}")
_CUES = ("above", "below", " card", "hand", "in red", "in green", "in blue", "in yellow", "in grey")
"""One of them is in every text that the pattern below fits; looking for them is much faster."""
_ELSEWHERE = re.compile(
    r"\b(?:see|as|shown|listed|mentioned|described|given) (?:above|below)\b|\b(?:previous|next|last|other) card\b"
    r"|\bon the (?:left|right)[- ]hand side\b"
    r"|\b(?:shown|marked|highlighted|printed) in (?:red|green|blue|yellow|grey)\b",
    re.IGNORECASE,
)


@rule("RC750", over="text")
def link_without_name(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for found in _LINK.finditer(text.value) if "](" in text.value else ():
        name = found[1].strip().casefold()
        if name in _EMPTY_NAMES or name.startswith(("http://", "https://", "www.")):
            message = f"“{found[1]}” doesn't say where the link leads"
            yield _finding(text, found, message, "name what stands there")


@rule("RC751", over="text")
def shouted(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for found in _SHOUTED.finditer(text.prose) if _CAPITALS.search(text.prose) else ():
        yield _finding(text, found, "these words are in capitals throughout", "write **bold** for emphasis")


@rule("RC752", over="text")
def points_elsewhere(text: Text, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    folded = text.prose.casefold()
    for found in _ELSEWHERE.finditer(text.prose) if any(cue in folded for cue in _CUES) else ():
        yield _finding(text, found, f"“{found[0]}” means nothing where a card is met alone", "say what is meant")


def _finding(text: Text, found: re.Match[str], message: str, hint: str) -> Finding:
    return Finding(entry=text.entry, steps=text.steps, start=found.start(), words=found[0], message=message, hint=hint)
