"""Cloze deletions in the fields of cards, `{{c1::hidden::hint}}`: their words, and text with or without gaps."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct

MOST = 500  # the highest cloze number that Anki knows
REMEMBERED = 50_000
"""The number of parsed texts in the cache: a run needs each text several times, and a text takes a kilobyte."""
_FIELD = re.compile(r"\{\{c([^:{}\s]*)::|\}\}|::")
_NUMBER = r"(?:[1-9]\d?|[1-4]\d\d|500)"
_NUMBERS = re.compile(rf"{_NUMBER}(,{_NUMBER})*")


class Deletion(Struct, frozen=True, kw_only=True):
    """A cloze deletion: words that a card hides."""

    numbers: tuple[int, ...]  # the numbers of the cards that hide them: Anki's card ordinals plus one
    content: tuple["str | Deletion", ...]
    hint: str = ""


Pieces = tuple[str | Deletion, ...]  # a parsed cloze text


class _OpenDeletion(Struct):
    """A deletion whose `}}` has not been read yet."""

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


@lru_cache(REMEMBERED)
def parse_field(field: str) -> Pieces:
    """Parse the field of a card as Anki does: a backslash is an ordinary character."""
    top = _OpenDeletion(numbers=())
    stack, at = [top], 0
    for token in _FIELD.finditer(field):
        stack[-1].add_text(field[at : token.start()])
        at = token.end()
        if token[1] is not None:
            stack.append(_OpenDeletion(numbers=listed(token[1])))
        elif token[0] == "}}" and len(stack) > 1:
            closed = stack.pop()
            inner = Deletion(numbers=closed.numbers, content=tuple(closed.content), hint=closed.hint or "")
            stack[-1].content.append(inner)  # also one inside a hint
        elif token[0] == "::" and len(stack) > 1 and stack[-1].hint is None:
            stack[-1].hint = ""
        else:
            stack[-1].add_text(token[0])
    stack[-1].add_text(field[at:])
    return tuple(top.content)


@cache
def listed(text: str) -> tuple[int, ...]:
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
    return "".join([piece if isinstance(piece, str) else show(reveal(piece.content, show), piece) for piece in pieces])


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


@lru_cache(REMEMBERED)
def hidden(pieces: Pieces) -> Mapping[int, str]:
    """By cloze number, the words that it hides."""
    words: dict[int, list[str]] = {}
    for deletion in deletions(pieces):
        for number in deletion.numbers:
            words.setdefault(number, []).append(reveal(deletion.content))
    return {number: " … ".join(words[number]) for number in sorted(words)}
