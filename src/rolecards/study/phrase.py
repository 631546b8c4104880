r"""The inline Markdown of notes. A phrase consists of plain text, bold terms and links.

Unlike content files, notes may contain math (`$…$`, `\(…\)`), inline HTML, pictures and footnotes; a line break is a
space. The words of a link stay in the text; its address goes to the back of the card.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from rolecards.text.inline import disarmed, to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

MOST_WORDS = 6
"""The most words of a bold term; longer bold text is emphasis (nine of ten terms in real notes are shorter)."""

MATH, END_MATH, DISPLAY, END_DISPLAY = "\ufdd4", "\ufdd5", "\ufdd6", "\ufdd7"
r"""Placeholders for Anki's `\(`, `\)`, `\[` and `\]` until all other text that looks like them is disarmed."""

_MATH_ENDS = {MATH: r"\(", END_MATH: r"\)", DISPLAY: r"\[", END_DISPLAY: r"\]"}
_MATH_MARK = re.compile(f"[{MATH}{END_MATH}{DISPLAY}{END_DISPLAY}]")
_MATH_SIGN = re.compile(r"\\[A-Za-z]|[\^={}+<>]|(?<!\\)_")
_WORDS = r"[^\\`*_\[\]<&$!\n]*"
_PLAIN_AND_BOLD = re.compile(rf"{_WORDS}(?:(?<!\S)\*\*(?=\w){_WORDS}(?<=\w)\*\*(?=[\s.,:;?)]|\Z){_WORDS})*")
"""Matches most texts: plain words, and bold words with unambiguous stars."""
_CLOZE_SIGN = re.compile(r"[{}]|::")
_BEFORE_MARKUP = re.compile(r"\\(?=\{\{c\d|\}\})")
_ARROW = re.compile(r"\A(?:[\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u25b6\u25ba\u27a1]\ufe0f?|[-=]>)\s+")
_PUNCTUATION = re.compile(r"[\s:;,.!?\u2013\u2014-]+$")
_HTML_NAME = re.compile(r"</?\s*([A-Za-z][A-Za-z0-9]*)")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")
_KEPT_HTML = frozenset({"sub", "sup"})
_DROPPED_HTML = frozenset(
    {"a", "abbr", "audio", "b", "big", "center", "div", "em", "figure", "font", "i", "iframe", "img", "ins", "kbd"}
    | {"mark", "p", "s", "small", "source", "span", "strike", "strong", "u", "video"}
)
_MARKS = {"em_open": "<em>", "em_close": "</em>", "hardbreak": "<br>"}


@dataclass(frozen=True)
class TextSpan:
    """A part of a phrase as HTML, before `Phrase.shown` makes it safe for a field."""

    html: str
    term: bool = False
    """Whether it is a bold term, which a card can hide."""

    @cached_property
    def plain(self) -> str:
        """The text without markup."""
        return to_plain(_MATH_MARK.sub("", self.html))

    @property
    def printed(self) -> str:
        """The HTML for paper, where a formula is its TeX source."""
        return _MATH_MARK.sub(lambda mark: "<em>" if mark[0] in (MATH, DISPLAY) else "</em>", self.html)


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
        words = html.escape(self.words or self.address, quote=False)
        if not self.is_external:
            return disarmed(words)
        return disarmed(f'<a href="{html.escape(self.address)}">{words}</a>')


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
        return to_plain(_MATH_MARK.sub("", "".join(span.html for span in self.spans)))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The bold terms without markup, each once."""
        return tuple(dict.fromkeys(span.plain for span in self.spans if span.term))

    def shown(self, hide: Mapping[str, int] | None = None) -> str:
        """The HTML of a card field, with terms in bold; `hide` maps terms to the cloze numbers that hide them."""
        numbers = hide or {}
        spans = (_shown(span, numbers.get(span.plain) if span.term else None) for span in self.spans)
        return guard_backslashes("".join(spans).strip())


def _shown(span: TextSpan, number: int | None) -> str:
    inner = field_html(span.html)
    if not span.term:
        return inner
    if number is None:
        return f"<strong>{inner}</strong>"
    escaped = _CLOZE_SIGN.sub(lambda match: "".join(f"&#{ord(mark)};" for mark in match[0]), inner)
    return f"{{{{c{number}::{escaped}}}}}"


def guard_backslashes(text: str) -> str:
    """The cloze text with backslashes before cloze markup as entities: `cloze.parse` would read them as escapes."""
    return _BEFORE_MARKUP.sub("&#92;", text)


def field_html(rendered: str) -> str:
    """The HTML of spans made safe for a field: text that Anki would interpret is disarmed, math is marked."""
    return _MATH_MARK.sub(lambda mark: _MATH_ENDS[mark[0]], disarmed(rendered))


def formula(text: str, *, display: bool = False) -> str:
    """A TeX formula as HTML for a span; double braces are separated because Anki would read them as cloze markup."""
    separated = re.sub(r"(?<=\{)(?=\{)|(?<=\})(?=\})|(?<=:)(?=:)", " ", " ".join(text.split()))
    start, end = (DISPLAY, END_DISPLAY) if display else (MATH, END_MATH)
    return f"{start}{html.escape(separated, quote=False)}{end}"


def read_phrase(text: str, references: Mapping[str, object] | None = None) -> Phrase:
    """Parses a text in the inline Markdown of notes; an arrow before the text is dropped."""
    text = _ARROW.sub("", text)
    if _PLAIN_AND_BOLD.fullmatch(text):
        parts = html.escape(text, quote=False).split("**")
        return Phrase(spans=tuple(_limited(TextSpan(part, term=at % 2 == 1)) for at, part in enumerate(parts) if part))
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(text.strip(), parser, {"references": references or {}}, tokens)
    builder = _PhraseBuilder()
    for token in tokens:
        builder.take(token)
    return builder.phrase()


@dataclass(slots=True)
class _PhraseBuilder:
    """Builds a phrase from markdown-it's inline tokens."""

    spans: list[TextSpan] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    pictures: int = 0
    _parts: list[str] = field(default_factory=list)
    _bold: int = 0
    _open_links: list[tuple[str, int]] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)

    def take(self, token: Token) -> None:
        kind = token.type
        if kind in {"strong_open", "strong_close"}:
            self._bolden(1 if kind == "strong_open" else -1)
        elif kind == "link_open":
            self._open_links.append((str(token.attrGet("href") or ""), len(self._words)))
        elif kind == "link_close" and self._open_links:
            address, start = self._open_links.pop()
            self.links.append(Link(" ".join("".join(self._words[start:]).split()), address))
        elif kind == "image":
            self.pictures += 1
        elif kind == "footnote_ref":
            self.footnotes.append(token.content)
        else:
            self._words.append(token.content or " ")
            self._parts.append(_html(token))

    def _bolden(self, step: int) -> None:
        """Enters or leaves bold text; bold text inside bold text belongs to the same term."""
        self._bold += step
        if self._bold == (1 if step > 0 else 0):
            self._cut(term=step < 0)

    def _cut(self, *, term: bool) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        end = _PUNCTUATION.search(text) if term else None
        if text:
            self.spans.append(TextSpan(text[: end.start()] if end else text, term=term))
        if end:
            self.spans.append(TextSpan(text[end.start() :]))

    def phrase(self) -> Phrase:
        self._cut(term=False)
        spans = tuple(_limited(span) for span in self.spans if span.html)
        return Phrase(spans=spans, links=tuple(self.links), pictures=self.pictures, footnotes=tuple(self.footnotes))


def _limited(span: TextSpan) -> TextSpan:
    """The span as emphasis instead of a term if it is too long or contains no letter or digit."""
    if not span.term:
        return span
    words = [word for word in span.plain.split() if any(map(str.isalnum, word))]
    if 0 < len(words) <= MOST_WORDS:
        return TextSpan(span.html.strip(), term=True)
    return TextSpan(f"<strong>{span.html}</strong>")


def _html(token: Token) -> str:
    match token.type:
        case "text" | "text_special":
            return html.escape(token.content, quote=False)
        case "code_inline":
            return f"<code>{html.escape(token.content, quote=False)}</code>"
        case "softbreak":
            return " "
        case "math":
            return formula(token.content, display=token.info == "display")
        case "html_inline":
            return _inline_html(token.content)
        case kind:
            return _MARKS.get(kind, "")


def _inline_html(tag: str) -> str:
    """Keeps `<sub>` and `<sup>` without attributes, drops tags for layout, and escapes others such as `List<int>`."""
    match = _HTML_NAME.match(tag)
    name = match[1].lower() if match else ""
    if name in {"br", "hr"}:
        return "<br>"
    if name in _KEPT_HTML:
        return f"</{name}>" if tag.startswith("</") else f"<{name}>"
    return "" if name in _DROPPED_HTML or tag.startswith("<!--") else html.escape(tag, quote=False)


# ---------------------------------------------------------------- rules for markdown-it


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - costs 30 ms

    parser = MarkdownIt("commonmark", {"maxNesting": 20})
    parser.validateLink = lambda url: not url.lower().startswith(("javascript:", "data:"))  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.inline.ruler.before("escape", "math", _math)
    parser.inline.ruler.before("link", "footnote_ref", _footnote)
    return parser


def _math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature that markdown-it requires
    match = _formula_at(state.src, state.pos)
    if not match:
        return False
    text, end, kind = match
    if not silent:
        token = state.push("math", "", 0)
        token.content, token.info = text, kind
    state.pos = end
    return True


def _formula_at(source: str, at: int) -> tuple[str, int, str] | None:
    r"""The formula that starts at this position, its end, and its kind; None if there is none.

    A `$` before a space does not open a formula; a `$` after a space or before a digit does not close one. Text that
    starts with a digit must contain a math character, because `$5 or $6` is money. So must text in `\(…\)`, because
    GitBook writes plain parentheses in this way.
    """
    for mark, closing, kind in (("$$", "$$", "display"), ("$", "$", ""), (r"\(", r"\)", "")):
        if not source.startswith(mark, at):
            continue
        start = at + len(mark)
        end = source.find(closing, start)
        text = source[start:end]
        after = source[end + len(closing) : end + len(closing) + 1]
        if end <= start or "\n\n" in text:
            return None
        if mark == "$" and (text != text.strip() or text.endswith("\\") or after.isdigit()):
            return None
        if (mark == r"\(" or text[0].isdigit()) and not _MATH_SIGN.search(text):
            return None
        return text.strip(), end + len(closing), kind
    return None


def _footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    match = re.compile(r"\[\^([^\]\s]+)\]").match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = match[1]
    state.pos = match.end()
    return True
