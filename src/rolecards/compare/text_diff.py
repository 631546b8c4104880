"""Differences between two texts, by words or by lines, and HTML as readable text."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from msgspec import Struct

from rolecards.text.printable import printable

CONTEXT = 40  # characters of unchanged text that are shown before and after a change
MOST_TEXT = 2_000  # characters of a text, such as the changes of a field, in a report
LONGEST_NAME = 200  # characters of a name in a report
MOST_NAMES = 10  # names in a line of a report; it counts the rest
MOST_COMPARISONS = 50_000_000  # old words times new words; beyond this limit, a text is shown as replaced completely
_PICTURE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc=["']?([^"'<>]+)""", re.IGNORECASE)
_HUGE_REFERENCE = re.compile(r"&#x?[0-9a-f]{9,}", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|hr|div|p|li|[uo]l|t[rdh]|table|pre|blockquote|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_WORD = re.compile(r"\{\{c[\d,]+::|\}\}|\w+|\s+|[^\w\s]")


class DiffSpan(Struct, frozen=True):
    """A part of a text that is in both versions or only in one."""

    kind: Literal["same", "removed", "added"]
    text: str


class TextChange(Struct, frozen=True, kw_only=True):
    """A field, a side of a card template or a stylesheet with a changed text."""

    name: str
    spans: tuple[DiffSpan, ...]


def short_name(name: str) -> str:
    """A name as reports print it: on one line, and not too long."""
    return shortened(" ".join(printable(name).split()), LONGEST_NAME)


def some_names(names: Sequence[str], omitted: int = 0) -> str:
    """The first of these names in one line, and the number of the others."""
    rest = len(names) + omitted - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def said(text: str) -> TextChange:
    """A text without a change."""
    return text_change("", (DiffSpan("same", printable(text)),))


def replaced(name: str, old: str, new: str) -> TextChange:
    """A text that was replaced completely."""
    return text_change(name, (DiffSpan("removed", printable(old)), DiffSpan("added", printable(new))))


def text_change(name: str, spans: Iterable[DiffSpan]) -> TextChange:
    """A change within the limits of a report, which counts the characters that were left out."""
    space, shown = MOST_TEXT, []
    for span in spans:
        shown += [DiffSpan(span.kind, span.text[:space])] if span.text and space > 0 else []
        space -= len(span.text)
    more = [DiffSpan("same", f"… ({-space} more characters)")] if space < 0 else []
    return TextChange(name=short_name(name), spans=(*shown, *more))


def readable(field: str) -> str:
    """A field's HTML as one line of text, with the names of pictures and the source of cloze deletions."""
    text = _TAG.sub("", _BREAK.sub(" ", _PICTURE.sub(_picture, field)))
    return printable(" ".join(unescaped(text).split()))


def _picture(image: re.Match[str]) -> str:
    source = _SOURCE.search(image[1])
    return f" [picture: {source[1]}] " if source else ""


def unescaped(text: str) -> str:
    """The text with its HTML character references replaced."""
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))  # which raises an error for thousands of digits


def shortened(text: str, width: int) -> str:
    """The text, cut after a word to at most `width` characters including an ellipsis."""
    if len(text) <= width:
        return text
    start = text[: width - 1]
    return (start.rsplit(" ", 1)[0] if " " in start else start) + "…"


def field_spans(old: str, new: str) -> Iterator[DiffSpan]:
    """Compare the words of two fields, or their HTML if only that differs."""
    before, after = readable(old), readable(new)
    if before == after:
        before, after = printable(old), printable(new)
    return _spans(_WORD.findall(before), _WORD.findall(after))


def line_spans(old: str, new: str) -> Iterator[DiffSpan]:
    """Compare the lines of two texts, such as stylesheets."""
    return _spans(printable(old).splitlines(keepends=True), printable(new).splitlines(keepends=True))


def _spans(old: list[str], new: list[str]) -> Iterator[DiffSpan]:
    """Unchanged and changed runs, as far as they are next to a change; white space between two changes is one."""
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415 - reports on problems compare no texts

    opcodes: list[Any] = [("replace", 0, len(old), 0, len(new))]
    if len(old) * len(new) <= MOST_COMPARISONS:
        # difflib takes cubic time for texts that repeat a word.
        opcodes = list(LCSseq.opcodes(old, new))
    same = (code[0] == "equal" and (code[1] == 0 or not "".join(old[code[1] : code[2]]).isspace()) for code in opcodes)
    for kept, run in groupby(zip(same, opcodes, strict=True), itemgetter(0)):
        codes = [code for _, code in run]
        before, after = "".join(old[codes[0][1] : codes[-1][2]]), "".join(new[codes[0][3] : codes[-1][4]])
        if not kept:
            yield from (DiffSpan("removed", before), DiffSpan("added", after))
        elif len(before) <= 3 * CONTEXT:
            yield DiffSpan("same", before)
        else:
            start = before[:CONTEXT].rpartition(" ")[0] + " " if codes[0] is not opcodes[0] else ""
            end = " " + before[-CONTEXT:].partition(" ")[2] if codes[-1] is not opcodes[-1] else ""
            yield DiffSpan("same", f"{start}…{end}")
