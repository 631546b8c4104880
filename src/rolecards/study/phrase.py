r"""The inline Markdown of notes: a phrase is its plain stretches and its bold terms, with its links set apart.

Unlike content files, notes may hold math (`$…$`, `\(…\)`), inline HTML, pictures and footnotes; a line break is a
space. Links keep their words and lose their address, which belongs on a card's back.
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
"""Words of a bold term; longer bold text is stressed rather than a term (nine in ten real ones are shorter)."""

MATH, END_MATH, DISPLAY, END_DISPLAY = "\ufdd4", "\ufdd5", "\ufdd6", "\ufdd7"
r"""Stand for Anki's `\(`, `\)`, `\[` and `\]` until all else that looks like them is disarmed."""

_MATH_ENDS = {MATH: r"\(", END_MATH: r"\)", DISPLAY: r"\[", END_DISPLAY: r"\]"}
_MATH_MARK = re.compile(f"[{MATH}{END_MATH}{DISPLAY}{END_DISPLAY}]")
_MATH_SIGN = re.compile(r"\\[A-Za-z]|[\^={}+<>]|(?<!\\)_")
_WORDS = r"[^\\`*_\[\]<&$!\n]*"
_PLAIN_AND_BOLD = re.compile(rf"{_WORDS}(?:(?<!\S)\*\*(?=\w){_WORDS}(?<=\w)\*\*(?=[\s.,:;?)]|\Z){_WORDS})*")
"""Words, and bold words whose stars can only be meant so: what nearly all texts of notes are."""
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
class Span:
    """A stretch of a phrase: HTML, as yet without the guards of `shown`."""

    html: str
    term: bool = False
    """Whether it is a bold term, which a card may hide."""

    @cached_property
    def plain(self) -> str:
        """Its words."""
        return to_plain(_MATH_MARK.sub("", self.html))

    @property
    def printed(self) -> str:
        """Its HTML for paper: a formula stands as its TeX."""
        return _MATH_MARK.sub(lambda mark: "<em>" if mark[0] in (MATH, DISPLAY) else "</em>", self.html)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was taken off a phrase."""

    words: str
    address: str

    @property
    def leads_out(self) -> bool:
        """Whether its address is one of the web or of a mailbox, not of another file."""
        return bool(_ADDRESS.fullmatch(self.address))

    @property
    def html(self) -> str:
        """The link as HTML; its words alone where the address leads nowhere outside the notes."""
        words = html.escape(self.words or self.address, quote=False)
        if not self.leads_out:
            return disarmed(words)
        return disarmed(f'<a href="{html.escape(self.address)}">{words}</a>')


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A text of the notes."""

    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: int = 0
    footnotes: tuple[str, ...] = ()
    """The names of the footnotes it points at."""

    @cached_property
    def plain(self) -> str:
        """Its words."""
        return to_plain(_MATH_MARK.sub("", "".join(span.html for span in self.spans)))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its bold terms as words, each once."""
        return tuple(dict.fromkeys(span.plain for span in self.spans if span.term))

    def shown(self, hide: Mapping[str, int] | None = None) -> str:
        """The phrase as a field's HTML, terms in bold; those in `hide` are hidden under their number."""
        numbers = hide or {}
        shown = "".join(_shown(span, numbers.get(span.plain) if span.term else None) for span in self.spans)
        return apart(shown.strip())


def _shown(span: Span, number: int | None) -> str:
    inner = finished(span.html)
    if not span.term:
        return inner
    if number is None:
        return f"<strong>{inner}</strong>"
    guarded = _CLOZE_SIGN.sub(lambda found: "".join(f"&#{ord(mark)};" for mark in found[0]), inner)
    return f"{{{{c{number}::{guarded}}}}}"


def apart(text: str) -> str:
    """A cloze text in which a backslash before cloze markup is text too, for our parser as it is for Anki."""
    return _BEFORE_MARKUP.sub("&#92;", text)


def finished(rendered: str) -> str:
    """HTML of spans as it may go into a field: what Anki would act on disarmed, math in its marks."""
    return _MATH_MARK.sub(lambda mark: _MATH_ENDS[mark[0]], disarmed(rendered))


def formula(text: str, *, display: bool = False) -> str:
    """A TeX formula as HTML for a span; double braces are parted, for Anki takes them for the end of a deletion."""
    parted = re.sub(r"(?<=\{)(?=\{)|(?<=\})(?=\})|(?<=:)(?=:)", " ", " ".join(text.split()))
    start, end = (DISPLAY, END_DISPLAY) if display else (MATH, END_MATH)
    return f"{start}{html.escape(parted, quote=False)}{end}"


def read_phrase(text: str, references: Mapping[str, object] | None = None) -> Phrase:
    """A text in the inline Markdown of notes; an arrow before it leads the eye and says nothing."""
    text = _ARROW.sub("", text)
    if _PLAIN_AND_BOLD.fullmatch(text):
        parts = html.escape(text, quote=False).split("**")
        return Phrase(spans=tuple(_sober(Span(part, term=at % 2 == 1)) for at, part in enumerate(parts) if part))
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(text.strip(), parser, {"references": references or {}}, tokens)
    fold = _Fold()
    for token in tokens:
        fold.take(token)
    return fold.phrase()


@dataclass(slots=True)
class _Fold:
    """Gathers markdown-it's inline tokens into a phrase."""

    spans: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    pictures: int = 0
    _parts: list[str] = field(default_factory=list)
    _bold: int = 0
    _linked: list[tuple[str, int]] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)

    def take(self, token: Token) -> None:
        kind = token.type
        if kind in {"strong_open", "strong_close"}:
            self._bolden(1 if kind == "strong_open" else -1)
        elif kind == "link_open":
            self._linked.append((str(token.attrGet("href") or ""), len(self._words)))
        elif kind == "link_close" and self._linked:
            address, start = self._linked.pop()
            self.links.append(Link(" ".join("".join(self._words[start:]).split()), address))
        elif kind == "image":
            self.pictures += 1
        elif kind == "footnote_ref":
            self.footnotes.append(token.content)
        else:
            self._words.append(token.content or " ")
            self._parts.append(_html(token))

    def _bolden(self, step: int) -> None:
        """Enter or leave bold; bold inside bold is the same term."""
        self._bold += step
        if self._bold == (1 if step > 0 else 0):
            self._cut(term=step < 0)

    def _cut(self, *, term: bool) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        end = _PUNCTUATION.search(text) if term else None
        if text:
            self.spans.append(Span(text[: end.start()] if end else text, term=term))
        if end:
            self.spans.append(Span(text[end.start() :]))

    def phrase(self) -> Phrase:
        self._cut(term=False)
        spans = tuple(_sober(span) for span in self.spans if span.html)
        return Phrase(spans=spans, links=tuple(self.links), pictures=self.pictures, footnotes=tuple(self.footnotes))


def _sober(span: Span) -> Span:
    """Bold text too long for a term, or with no letter in it, is no term but stays bold."""
    if not span.term:
        return span
    words = [word for word in span.plain.split() if any(map(str.isalnum, word))]
    if 0 < len(words) <= MOST_WORDS:
        return Span(span.html.strip(), term=True)
    return Span(f"<strong>{span.html}</strong>")


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
    """Tags that say something are kept without their attributes, those of layout dropped; `List<int>` is text."""
    found = _HTML_NAME.match(tag)
    name = found[1].lower() if found else ""
    if name in {"br", "hr"}:
        return "<br>"
    if name in _KEPT_HTML:
        return f"</{name}>" if tag.startswith("</") else f"<{name}>"
    return "" if name in _DROPPED_HTML or tag.startswith("<!--") else html.escape(tag, quote=False)


# ---------------------------------------------------------------- markdown-it and its further rules


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - costs 30 ms

    parser = MarkdownIt("commonmark", {"maxNesting": 20})
    parser.validateLink = lambda url: not url.lower().startswith(("javascript:", "data:"))  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.inline.ruler.before("escape", "math", _math)
    parser.inline.ruler.before("link", "footnote_ref", _footnote)
    return parser


def _math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
    found = _formula_at(state.src, state.pos)
    if not found:
        return False
    text, end, kind = found
    if not silent:
        token = state.push("math", "", 0)
        token.content, token.info = text, kind
    state.pos = end
    return True


def _formula_at(source: str, at: int) -> tuple[str, int, str] | None:
    r"""The formula that starts here, where it ends, and its kind.

    A `$` before a blank opens none, a `$` after a blank or before a digit closes none, and what starts with a digit
    needs a sign of math in it: `$5 or $6` is money. GitBook writes plain parentheses as `\(…\)`, so that needs one too.
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
    found = re.compile(r"\[\^([^\]\s]+)\]").match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = found[1]
    state.pos = found.end()
    return True
