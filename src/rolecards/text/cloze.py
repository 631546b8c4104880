"""Cloze deletions in Anki's syntax, `{{c1::hidden::hint}}`: parsing, validation, and text with or without gaps."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 3
"""The most levels of nested deletions. Anki allows eight; more than three are unreadable."""

MOST = 500
"""The highest cloze number that Anki knows."""

REMEMBERED = 10_000
"""The number of parsed texts in the cache: a run needs each text several times, and a text takes a kilobyte."""

_MARKS = r"\{\{c([^:{}\s]*)::|\}\}|::"
_MISSPELLED = r"\{\{\s*(?:[cC]\s*)?(\d+(?:,\d+)*)\s*::?"
_AUTHORED = re.compile(rf"\\.|{_MARKS}|{_MISSPELLED}", re.DOTALL)
_FIELD = re.compile(_MARKS)
_NUMBER = r"(?:[1-9]\d?|[1-4]\d\d|500)"
_NUMBERS = re.compile(rf"{_NUMBER}(,{_NUMBER})*")


class Deletion(Struct, frozen=True, kw_only=True):
    """A cloze deletion: words that a card hides."""

    numbers: tuple[int, ...]
    """The numbers of the cards that hide them: Anki's card ordinals plus one."""
    content: tuple[str | Deletion, ...]
    hint: str = ""


class Fault(Struct, frozen=True, kw_only=True):
    """A mistake in a cloze text, and the words concerned."""

    words: str
    at: int
    """The position of the words in the text."""
    message: str
    hint: str = ""


Pieces = tuple[str | Deletion, ...]
"""A parsed cloze text."""


class _Open(Struct):
    """A deletion whose `}}` has not been read yet."""

    mark: str
    at: int
    numbers: tuple[int, ...]
    content: list[str | Deletion] = []
    hint: str | None = None

    def add_text(self, text: str) -> None:
        if self.hint is not None:
            self.hint += text
        elif self.content and isinstance(self.content[-1], str):
            self.content[-1] += text
        elif text:
            self.content.append(text)

    def add(self, deletion: Deletion) -> None:
        if self.hint is None:
            self.content.append(deletion)


@lru_cache(REMEMBERED)
def parse(text: str) -> tuple[Pieces, tuple[Fault, ...]]:
    """Parse an author's cloze text as Anki does: numbers may be a list, deletions may be nested, `::` starts the hint.

    A backslash escapes the next character. A misspelled opening, which is text to Anki, is a fault. It is still read as
    an opening, so its `}}` is not a second fault.
    """
    return _parsed(text, _AUTHORED)


@lru_cache(REMEMBERED)
def parse_field(field: str) -> Pieces:
    """Parse the field of a card, in which a backslash is an ordinary character, as in Anki."""
    return _parsed(field, _FIELD)[0]


def _parsed(text: str, tokens: re.Pattern[str]) -> tuple[Pieces, tuple[Fault, ...]]:
    faults: list[Fault] = []
    top = _Open(mark="", at=0, numbers=())
    stack, at = [top], 0
    for token in tokens.finditer(text):
        stack[-1].add_text(text[at : token.start()])
        at = token.end()
        _take(token, stack, faults)
    stack[-1].add_text(text[at:])
    faults += [
        Fault(words=open_.mark, at=open_.at, message=f"`{open_.mark}` is not closed", hint="add `}}`")
        for open_ in stack[1:]
    ]
    return tuple(top.content), tuple(faults)


def _take(token: re.Match[str], stack: list[_Open], faults: list[Fault]) -> None:
    mark, nested = token[0], len(stack) > 1
    if mark.startswith("{{"):
        stack.append(_Open(mark=mark, at=token.start(), numbers=_numbers(token, faults)))
        if len(stack) == DEEPEST + 2:
            faults.append(_fault(token, f"cloze deletions are nested deeper than {DEEPEST} levels"))
    elif mark == "}}" and nested:
        closed = stack.pop()
        if not any(isinstance(piece, Deletion) or piece.strip() for piece in closed.content):
            faults.append(Fault(words=closed.mark, at=closed.at, message="empty cloze deletion"))
        stack[-1].add(Deletion(numbers=closed.numbers, content=tuple(closed.content), hint=closed.hint or ""))
    elif mark == "}}":
        faults.append(_fault(token, "`}}` has no opening", r"write `\}}` for literal braces"))
    elif mark == "::" and nested and stack[-1].hint is None:
        stack[-1].hint = ""
    else:
        stack[-1].add_text(mark)


def _numbers(token: re.Match[str], faults: list[Fault]) -> tuple[int, ...]:
    mark, number = token[0], token[1]
    listed = _listed(number) if number else ()
    if listed:
        return listed
    if number is None:
        faults.append(_fault(token, f"`{mark}` does not open a cloze deletion", f"did you mean `{{{{c{token[2]}::`?"))
    elif number:
        faults.append(_fault(token, f"`{number}` is not a cloze number", f"use a number from 1 to {MOST}"))
    else:
        faults.append(_fault(token, "missing cloze number", "write `{{c1::…}}`"))
    return ()


def _fault(token: re.Match[str], message: str, hint: str = "") -> Fault:
    return Fault(words=token[0], at=token.start(), message=message, hint=hint)


@cache
def _listed(text: str) -> tuple[int, ...]:
    """The numbers in a list such as `1,3`; none if it is not a list of cloze numbers."""
    valid = _NUMBERS.fullmatch(text)
    return tuple(dict.fromkeys(int(number) for number in text.split(","))) if valid else ()


def depth(field: str) -> int:
    """How deep the deletions in the field of a card nest, counted without recursion; those never closed count too."""
    now = deepest = 0
    for mark in _FIELD.finditer(field):
        now = now + 1 if mark[0].startswith("{{") else max(0, now - (mark[0] == "}}"))
        deepest = max(deepest, now)
    return deepest


def numbers(pieces: Pieces) -> tuple[int, ...]:
    """The cloze numbers in order; each produces one card."""
    return tuple(sorted({number for deletion in deletions(pieces) for number in deletion.numbers}))


def deletions(pieces: Pieces) -> Iterator[Deletion]:
    """All deletions, each before those nested in it."""
    for piece in pieces:
        if isinstance(piece, Deletion):
            yield piece
            yield from deletions(piece.content)


def reveal(pieces: Pieces, show: Callable[[str, Deletion], str] = lambda words, _: words) -> str:
    """The text without gaps; `show` can change the words of each deletion."""
    return "".join(piece if isinstance(piece, str) else show(reveal(piece.content, show), piece) for piece in pieces)


def blank(pieces: Pieces, number: int | None, gap: Callable[[Deletion], str]) -> str:
    """The text with the gaps of card `number`, or with all gaps if `number` is None."""
    return "".join(
        piece
        if isinstance(piece, str)
        else gap(piece)
        if number is None or number in piece.numbers
        else blank(piece.content, number, gap)
        for piece in pieces
    )


def hidden(pieces: Pieces) -> dict[int, str]:
    """By cloze number, the words that it hides."""
    words: dict[int, list[str]] = {}
    for deletion in deletions(pieces):
        for number in deletion.numbers:
            words.setdefault(number, []).append(reveal(deletion.content))
    return {number: " … ".join(words[number]) for number in sorted(words)}
