"""A text of notes as cards need it: plain text, bold terms and links.

A line break is a space. The words of a link stay in the text; its address goes to the back of the card.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from rolecards.text.field import disarmed, escaped, inert, nodes_html, tags
from rolecards.text.plain import to_plain
from rolecards.text.tree import every_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolecards.text.tree import Inline, Nodes

MOST_WORDS = 6
"""The most words of a bold term; longer bold text is emphasis (nine of ten terms in real notes are shorter)."""

REMEMBERED = 10_000

_MATH_END = re.compile(r"\\[()\[\]]")
_ARROW = re.compile(r"\A(?:[\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u25b6\u25ba\u27a1]\ufe0f?|[-=]&gt;)\s+")
_STOPS = r"\s:;,.!?\u2013\u2014-"
_LAST = re.compile(rf"(?:&#?\w+;|[^{_STOPS}])(?=([{_STOPS}]*)\Z)")
"""The last character of bold text that is no punctuation."""
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")


@dataclass(frozen=True)
class TextSpan:
    """A part of a phrase as the HTML of a field."""

    html: str
    term: bool = False
    """Whether it is a bold term, which a card can hide."""

    @cached_property
    def plain(self) -> str:
        """The text without markup."""
        return _plain(self.html)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a phrase."""

    words: str
    address: str

    @property
    def is_external(self) -> bool:
        """Whether it leads to a web page or mailbox instead of another file."""
        return bool(_ADDRESS.fullmatch(self.address))

    @property
    def html(self) -> str:
        """The link as HTML; only its words if it is not external."""
        words = escaped(self.words or self.address)
        return f'<a href="{disarmed(html.escape(self.address))}">{words}</a>' if self.is_external else words


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A text of the notes, parsed."""

    spans: tuple[TextSpan, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: int = 0
    footnotes: tuple[str, ...] = ()
    """The names of the footnotes that it refers to."""

    @cached_property
    def plain(self) -> str:
        """The text without markup."""
        return _plain("".join(span.html for span in self.spans))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The bold terms without markup, each once."""
        return tuple(dict.fromkeys(span.plain for span in self.spans if span.term))

    def shown(self, hide: Mapping[str, int] | None = None) -> str:
        """The HTML of a card field, with terms in bold; `hide` maps terms to the cloze numbers that hide them."""
        numbers = hide or {}
        spans = (_shown(span, numbers.get(span.plain) if span.term else None) for span in self.spans)
        return "".join(spans).strip()


def _shown(span: TextSpan, number: int | None) -> str:
    if not span.term:
        return span.html
    return f"<strong>{span.html}</strong>" if number is None else f"{{{{c{number}::{inert(span.html)}}}}}"


def _plain(field: str) -> str:
    return to_plain(_MATH_END.sub("", field) if "\\" in field else field)


@lru_cache(REMEMBERED)
def read_phrase(nodes: Nodes) -> Phrase:
    """The phrase of inline elements; an arrow before the text is dropped."""
    spans: list[TextSpan] = []
    for part, term in _parts(nodes):
        if not term and spans and not spans[-1].term:
            spans[-1] = TextSpan(spans[-1].html + part)
        else:
            spans.append(TextSpan(part, term))
    if spans and not spans[0].term:
        spans[0] = TextSpan(_ARROW.sub("", spans[0].html.lstrip()))
    if spans and not spans[-1].term:
        spans[-1] = TextSpan(spans[-1].html.rstrip())
    inside = [node for node in every_node(nodes) if node.kind not in {"text", "space", "bold"}]
    return Phrase(
        spans=tuple(span for span in spans if span.html),
        links=tuple(Link(_plain(nodes_html(node.nodes)), node.text) for node in inside if node.kind == "link"),
        pictures=sum(node.kind == "picture" for node in inside),
        footnotes=tuple(node.text for node in inside if node.kind == "footnote"),
    )


def _parts(nodes: Iterable[Inline]) -> Iterator[tuple[str, bool]]:
    """The HTML of parts of a text, and whether each is a term; a deletion is its words, a link its words."""
    for node in nodes:
        if node.kind == "bold":
            yield from _bold("".join(part for part, _ in _parts(node.nodes)))
        elif node.kind in {"link", "cloze"}:
            yield from _parts(node.nodes)
        elif node.kind in {"italic", "sub", "sup"}:
            before, after = tags(node.kind)
            yield before, False
            yield from _parts(node.nodes)
            yield after, False
        else:
            yield nodes_html((node,)), False


def _bold(text: str) -> Iterator[tuple[str, bool]]:
    """Bold text as a term, without the punctuation at its end; as emphasis if it is too long or has no letter."""
    last = _LAST.search(text)
    text, end = (text[: last.end()], last[1]) if last else (text, "")
    words = [word for word in _plain(text).split() if any(map(str.isalnum, word))]
    if 0 < len(words) <= MOST_WORDS:
        yield text.strip(), True
    elif text:
        yield f"<strong>{text}</strong>", False
    yield end, False
