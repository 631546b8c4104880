r"""Inline Markdown to the HTML of a card field, so that Anki shows exactly what was written.

CommonMark's bold, italic, code and links, and nothing else; a line break stays a line break. Whatever Anki would act
on in a field is disarmed: braces, `[sound:…]`, `[latex]`, `\(…\)` (rslib: cloze.rs, text.rs, latex.rs).
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
"""Stand for the ends of a cloze deletion while Markdown is read: noncharacters, which no text may contain."""

_PLAIN = re.compile(r"[^\\`*_\[\]\n]*")
_ANKI_ACTS_ON = re.compile(r"\{\{|\}\}|\[(?=/?(?:sound:|anki:|latex\]|\$))|\\(?=[()\[\]])", re.IGNORECASE)
_PERHAPS_ACTED_ON = re.compile(r"[{}\[\\]")
_TAG = re.compile(r"<[^<>]+>")


def to_html(text: str) -> str:
    """A text in inline Markdown as a field's HTML."""
    return disarmed(_markdown_html(text))


def disarmed(rendered: str) -> str:
    """HTML that shows the same to a reader, with nothing in it that Anki would act on."""
    return _ANKI_ACTS_ON.sub(_entities, rendered) if _PERHAPS_ACTED_ON.search(rendered) else rendered


def cloze_to_html(pieces: cloze.Pieces, render: Callable[[str], str] = to_html) -> str:
    """A cloze text in inline Markdown as a field's HTML, with Anki's cloze markup in it."""
    inner: list[cloze.Deletion] = []
    rendered = render(_with_marks(pieces, inner))
    return _with_markup(rendered, inner)


def to_plain(field: str) -> str:
    """The words of a field, for comparing and for terminals."""
    if "<" not in field and "&" not in field:
        return " ".join(field.split())
    return " ".join(html.unescape(_TAG.sub("", field.replace("<br>", " "))).split())


def _markdown_html(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return html.escape(text, quote=False)
    return str(_markdown().renderInline(text.strip("\n"))).replace("<br />\n", "<br>")


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - costs 30 ms that most commands need not pay

    parser = MarkdownIt("zero", {"breaks": True, "xhtmlOut": True})
    parser.validateLink = lambda url: url.startswith(("https://", "http://", "mailto:"))  # type: ignore[method-assign]
    return parser.enable(["emphasis", "backticks", "link", "escape", "newline"])


def _entities(found: re.Match[str]) -> str:
    """The same characters for the reader, but not for Anki; an empty element parts a backslash from its bracket."""
    mark = found[0]
    return "\\<span></span>" if mark == "\\" else "".join(f"&#{ord(character)};" for character in mark)


def _with_marks(pieces: cloze.Pieces, inner: list[cloze.Deletion]) -> str:
    """The text with each deletion between marks; `inner` collects the deletions in the order of their opening marks."""
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            inner.append(piece)
            parts.append(f"{_OPEN}{_with_marks(piece.content, inner)}{_CLOSE}")
    return "".join(parts)


def _with_markup(rendered: str, inner: list[cloze.Deletion]) -> str:
    """Marks into `{{c1::` and `::hint}}`; a `::` inside a deletion is text, so it must not look like a hint to Anki."""
    waiting, open_now, parts = iter(inner), list[cloze.Deletion](), list[str]()
    for part in re.split(f"([{_OPEN}{_CLOSE}])", rendered):
        if part == _OPEN:
            open_now.append(next(waiting))
            parts.append(f"{{{{c{','.join(map(str, open_now[-1].numbers))}::")
        elif part == _CLOSE:
            # Where the address of a link took the opening mark, the author is told of that elsewhere.
            hint = open_now.pop().hint if open_now else ""
            parts.append(f"::{_inert(to_html(hint))}}}}}" if hint else "}}")
        else:
            parts.append(_inert(part) if open_now else part)
    return "".join(parts)


def _inert(text: str) -> str:
    """Text of a deletion that can't be taken for its end or for its hint, whatever it stands next to."""
    text = text.replace("{", "&#123;").replace("}", "&#125;").replace("::", ":&#58;")
    return f"{text[:-1]}&#58;" if text.endswith(":") else text
