"""Cloze deletions: Anki's `{{c1::hidden::hint}}` parsed, checked, revealed and blanked out."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 3
"""Deletions inside deletions. Anki itself stops at eight; nobody can read more than three."""

MOST = 500
"""The highest cloze number that Anki knows."""

REMEMBERED = 10_000
"""Texts whose pieces are kept: each is asked for several times in one run, and takes a kilobyte."""

_MARKS = r"\{\{c([^:{}\s]*)::|\}\}|::"
_MISTYPED = r"\{\{\s*(?:[cC]\s*)?(\d+(?:,\d+)*)\s*::?"
_WRITTEN = re.compile(rf"\\.|{_MARKS}|{_MISTYPED}", re.DOTALL)
_FIELD = re.compile(_MARKS)
_NUMBER = r"(?:[1-9]\d?|[1-4]\d\d|500)"
_NUMBERS = re.compile(rf"{_NUMBER}(,{_NUMBER})*")


class Deletion(Struct, frozen=True, kw_only=True):
    """Words that a card hides."""

    numbers: tuple[int, ...]
    """The cards that hide them: Anki's card ordinals plus one."""
    content: tuple[str | Deletion, ...]
    hint: str = ""


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with a cloze text, and the words concerned."""

    words: str
    at: int
    """Where in the text they stand."""
    message: str
    hint: str = ""


Pieces = tuple[str | Deletion, ...]
"""A cloze text taken apart; joined again by `markup` it is the same text."""


class _Open(Struct):
    """A deletion whose `}}` has not come yet."""

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
    """Take a cloze text apart as Anki does: numbers may be a list, deletions may nest, `::` starts the hint.

    A backslash keeps the character after it from meaning anything here. What is nearly the opening of a deletion is
    text to Anki; here it is a fault, and is taken for the opening, so that its `}}` is none.
    """
    return _taken_apart(text, _WRITTEN)


@lru_cache(REMEMBERED)
def parse_field(field: str) -> Pieces:
    """Take the field of a card apart, in which a backslash is a character like others, as it is to Anki."""
    return _taken_apart(field, _FIELD)[0]


def _taken_apart(text: str, tokens: re.Pattern[str]) -> tuple[Pieces, tuple[Fault, ...]]:
    faults: list[Fault] = []
    top = _Open(mark="", at=0, numbers=())
    stack, at = [top], 0
    for token in tokens.finditer(text):
        stack[-1].add_text(text[at : token.start()])
        at = token.end()
        _take(token, stack, faults)
    stack[-1].add_text(text[at:])
    faults += [
        Fault(words=still.mark, at=still.at, message=f"`{still.mark}` is never closed", hint="add }}")
        for still in stack[1:]
    ]
    return tuple(top.content), tuple(faults)


def _take(token: re.Match[str], stack: list[_Open], faults: list[Fault]) -> None:
    mark, inside = token[0], len(stack) > 1
    if mark.startswith("{{"):
        stack.append(_Open(mark=mark, at=token.start(), numbers=_numbers(token, faults)))
        if len(stack) == DEEPEST + 2:
            faults.append(_fault(token, f"cloze deletions nest deeper than {DEEPEST} levels"))
    elif mark == "}}" and inside:
        closed = stack.pop()
        faults += _hollow(closed)
        stack[-1].add(Deletion(numbers=closed.numbers, content=tuple(closed.content), hint=closed.hint or ""))
    elif mark == "}}":
        faults.append(_fault(token, "`}}` closes nothing", r"write \}} where you mean the braces themselves"))
    elif mark == "::" and inside and stack[-1].hint is None:
        stack[-1].hint = ""
    else:
        stack[-1].add_text(mark)


def _numbers(token: re.Match[str], faults: list[Fault]) -> tuple[int, ...]:
    mark, written = token[0], token[1]
    known = _listed(written) if written else ()
    if known:
        return known
    if written is None:
        faults.append(_fault(token, f"`{mark}` opens no cloze deletion", f"did you mean `{{{{c{token[2]}::`?"))
    elif written:
        hint = f"cloze numbers are 1, 2, 3 …, at most {MOST}, as Anki has it"
        faults.append(_fault(token, f"`{written}` is not a cloze number", hint))
    else:
        faults.append(_fault(token, "this cloze deletion has no number", "write {{c1::…}}"))
    return ()


def _fault(token: re.Match[str], message: str, hint: str = "") -> Fault:
    return Fault(words=token[0], at=token.start(), message=message, hint=hint)


@cache
def _listed(written: str) -> tuple[int, ...]:
    """The numbers in a list such as `1,3`; none where it is not one."""
    found = _NUMBERS.fullmatch(written)
    return tuple(dict.fromkeys(int(number) for number in written.split(","))) if found else ()


def _hollow(closed: _Open) -> list[Fault]:
    if any(isinstance(piece, Deletion) or piece.strip() for piece in closed.content):
        return []
    return [Fault(words=closed.mark, at=closed.at, message="this cloze deletion hides nothing")]


def depth(field: str) -> int:
    """How deep the deletions in the field of a card nest, counted without recursion; those never closed count too."""
    now = deepest = 0
    for mark in _FIELD.finditer(field):
        now = now + 1 if mark[0].startswith("{{") else max(0, now - (mark[0] == "}}"))
        deepest = max(deepest, now)
    return deepest


def numbers(pieces: Pieces) -> tuple[int, ...]:
    """The cloze numbers in use, in order: one card each."""
    return tuple(sorted({number for deletion in deletions(pieces) for number in deletion.numbers}))


def deletions(pieces: Pieces) -> Iterator[Deletion]:
    """All deletions, outer ones before those inside them."""
    for piece in pieces:
        if isinstance(piece, Deletion):
            yield piece
            yield from deletions(piece.content)


def reveal(pieces: Pieces, show: Callable[[str, Deletion], str] = lambda words, _: words) -> str:
    """The text with nothing hidden; `show` may dress the words of each deletion."""
    return "".join(piece if isinstance(piece, str) else show(reveal(piece.content, show), piece) for piece in pieces)


def blank(pieces: Pieces, number: int | None, gap: Callable[[Deletion], str]) -> str:
    """The text as the card `number` asks it, or with every deletion blanked where `number` is None."""
    return "".join(
        piece
        if isinstance(piece, str)
        else gap(piece)
        if number is None or number in piece.numbers
        else blank(piece.content, number, gap)
        for piece in pieces
    )


def hidden(pieces: Pieces) -> dict[int, str]:
    """Per cloze number, the words it hides."""
    found: dict[int, list[str]] = {}
    for deletion in deletions(pieces):
        for number in deletion.numbers:
            found.setdefault(number, []).append(reveal(deletion.content))
    return {number: " … ".join(found[number]) for number in sorted(found)}
