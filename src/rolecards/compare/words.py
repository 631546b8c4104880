"""What a reader sees of a field's HTML, and how one text became another, word by word or line by line."""

from __future__ import annotations

import difflib
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COMPARISONS = 4_000_000
"""Old words times new words, which the search takes time for; beyond it a text is replaced whole."""

_PICTURE = re.compile(r"""<img\b[^<>]*?\bsrc=["']?([^"'<>]+)[^<>]*>""", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|hr|div|p|li|[uo]l|t[rdh]|table|pre|blockquote|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_WORD = re.compile(r"\{\{c[\d,]+::|\}\}|\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that both versions have, or only one."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """A field, a side of a card template or a style sheet whose text changed."""

    name: str
    spans: tuple[Span, ...]


def readable(field: str) -> str:
    """Show a field's HTML as one line of text: pictures by name, cloze deletions as they are written."""
    text = _PICTURE.sub(r" [picture: \1] ", field)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    return printable(" ".join(html.unescape(text).split()))


def shortened(text: str, width: int) -> str:
    """Cut the text at a word to at most this many characters, with an ellipsis for what is missing."""
    if len(text) <= width:
        return text
    start = text[: width - 1]
    return (start.rsplit(" ", 1)[0] if " " in start else start) + "…"


def field_spans(old: str, new: str) -> tuple[Span, ...]:
    """Compare the words of two fields as a reader sees them; their HTML where only that differs."""
    before, after = readable(old), readable(new)
    if before == after:
        before, after = printable(old), printable(new)
    return _spans(_WORD.findall(before), _WORD.findall(after))


def line_spans(old: str, new: str) -> tuple[Span, ...]:
    """Compare the lines of two texts, such as style sheets."""
    return _spans(printable(old).splitlines(keepends=True), printable(new).splitlines(keepends=True))


def _spans(old: Sequence[str], new: Sequence[str]) -> tuple[Span, ...]:
    spans = []
    for same, before, after in _runs(old, new):
        if same:
            spans.append(Span("same", before))
        else:
            spans += [Span(kind, text) for kind, text in (("removed", before), ("added", after)) if text]  # type: ignore[arg-type]
    return tuple(spans)


def _runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[bool, str, str]]:
    """List runs that are the same and runs that changed; two changes with just a blank between are one."""
    runs: list[tuple[bool, str, str]] = []
    for tag, start, end, new_start, new_end in _opcodes(old, new):
        before, after = "".join(old[start:end]), "".join(new[new_start:new_end])
        same = tag == "equal" and (not runs or bool(before.strip()))
        if runs and not same and not runs[-1][0]:
            _, left, right = runs.pop()
            before, after = left + before, right + after
        runs.append((same, before, after))
    return runs


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if len(old) * len(new) > MOST_COMPARISONS:
        return [("replace", 0, len(old), 0, len(new))]
    return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
