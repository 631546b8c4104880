r"""Converts inline Markdown to the HTML of a card field.

It supports CommonMark's bold, italic, code and links only; a line break stays a line break. Text that Anki would
interpret is disarmed: braces, `[sound:…]`, `[latex]`, `\(…\)` (rslib: cloze.rs, text.rs, latex.rs).
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

from rolecards.text import cloze

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Placeholders for the ends of a cloze deletion while Markdown is parsed: noncharacters, which no text may contain."""

_PLAIN = re.compile(r"[^\\`*_\[\]\n]*")
_INTERPRETED = re.compile(r"\{\{|\}\}|\[(?=/?(?:sound:|anki:|latex\]|\$))|\\(?=[()\[\]])", re.IGNORECASE)
_PERHAPS_INTERPRETED = re.compile(r"[{}\[\\]")
_TAG = re.compile(r"<[^<>]+>")


def to_html(text: str) -> str:
    """The HTML of a card field for a text in inline Markdown."""
    if _PLAIN.fullmatch(text):
        return disarmed(html.escape(text, quote=False))
    return disarmed(_markdown().renderInline(text.strip("\n")).replace("<br />\n", "<br>"))


def disarmed(rendered: str) -> str:
    """HTML that looks the same, without anything that Anki would interpret."""
    return _INTERPRETED.sub(_entities, rendered) if _PERHAPS_INTERPRETED.search(rendered) else rendered


def cloze_to_html(pieces: cloze.Pieces, render: Callable[[str], str] = to_html) -> str:
    """The HTML of a card field, with Anki's cloze markup, for a cloze text in inline Markdown."""
    deletions: list[cloze.Deletion] = []
    return _with_markup(render(_with_marks(pieces, deletions)), deletions)


def to_plain(field: str) -> str:
    """The text of a field without markup, for comparisons and terminals."""
    if "<" not in field and "&" not in field:
        return " ".join(field.split())
    return " ".join(html.unescape(_TAG.sub("", field.replace("<br>", " "))).split())


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - costs 30 ms, and most commands do not need it

    parser = MarkdownIt("zero", {"breaks": True, "xhtmlOut": True})
    parser.validateLink = lambda url: url.startswith(("https://", "http://", "mailto:"))  # type: ignore[method-assign]
    return parser.enable(["emphasis", "backticks", "link", "escape", "newline"])


def _entities(match: re.Match[str]) -> str:
    """The characters as entities; an empty element separates a backslash from its bracket."""
    mark = match[0]
    return "\\<span></span>" if mark == "\\" else "".join(f"&#{ord(character)};" for character in mark)


def _with_marks(pieces: cloze.Pieces, deletions: list[cloze.Deletion]) -> str:
    """The text with each deletion between placeholders; appends each deletion to `deletions` in that order."""
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            deletions.append(piece)
            parts.append(f"{_OPEN}{_with_marks(piece.content, deletions)}{_CLOSE}")
    return "".join(parts)


def _with_markup(rendered: str, deletions: list[cloze.Deletion]) -> str:
    """Replaces placeholders by `{{c1::` and `::hint}}`."""
    waiting, stack, parts = iter(deletions), list[cloze.Deletion](), list[str]()
    for part in re.split(f"([{_OPEN}{_CLOSE}])", rendered):
        if part == _OPEN:
            stack.append(next(waiting))
            parts.append(f"{{{{c{','.join(map(str, stack[-1].numbers))}::")
        elif part == _CLOSE:
            # If a link's address contains the opening placeholder, RC134 reports it.
            hint = stack.pop().hint if stack else ""
            parts.append(f"::{_inert(to_html(hint))}}}}}" if hint else "}}")
        else:
            parts.append(_inert(part) if stack else part)
    return "".join(parts)


def _inert(text: str) -> str:
    """Text inside a deletion, escaped so that Anki cannot read it as the end of the deletion or as a hint."""
    text = text.replace("{", "&#123;").replace("}", "&#125;").replace("::", ":&#58;")
    return f"{text[:-1]}&#58;" if text.endswith(":") else text
