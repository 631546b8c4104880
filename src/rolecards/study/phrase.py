"""A text of notes as cards need it: plain text, bold terms and links.

A line break is a space. The words of a link stay in the text; its address goes to the back of the card.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct

from rolecards.study.choices import ANSWER_LETTER
from rolecards.study.labels import SIGNS, Labels
from rolecards.study.text_parts import COLONS, QUOTES
from rolecards.text.field import attribute, escaped, inert, nodes_html, tags
from rolecards.text.plain import to_plain
from rolecards.text.tree import QUESTION_MARKS, Inline, Nodes, every_node

MOST_WORDS = 6
"""The most words of a bold term; longer bold text is emphasis (nine of ten terms in real notes are shorter)."""
SHORT = 2  # the most words of a term that can end in a full stop
FEWEST_IN_CLAUSE = 3  # the fewest words of a clause, which is not a term
REMEMBERED = 10_000
_PICTURE = re.compile("<img[^<>]*>")
_MATH_END = re.compile(r"\\[()\[\]]")
_ARROW = re.compile(
    r"\A(?:[\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u25b6\u25ba\u27a1]\ufe0f?|[-=]&gt;|[-\u2022\u25cf])\s+"
)
_STOPS = r"\s:;,.!?\u2013\u2014\uff1a\uff0c\u3002-"
_LAST = re.compile(rf"(?:&#?\w+;|[^{_STOPS}])(?=([{_STOPS}]*)\Z)")
"""The last character of bold text that is not punctuation."""
_SENTENCE_START = re.compile(
    r"<(?!br)[^<>]*>|(?<!\be\.g)(?<!\beg)(?<!\bi\.e)(?<!\bie)(?<!\bvs)(?<!\betc)(?<!\bcf)(?<!\bDr)(?<!\bz\.B)(?<!\bd\.h)(?<!\b[^\W\d_])[.!?][)\u201d\"]?\s+(?=[^a-z\s]|\Z)"
)
_LETTERS = re.compile(r"[A-Za-z\xc0-\u024f]+")
_LAST_LETTER = re.compile(r"[A-Za-z\xc0-\u024f]\Z")
_YEAR = re.compile(r"[12]\d{3}(?:\s?[/\u2013\u2014-]\s?\d{1,4})?")
_DATE = re.compile(r"20\d\d-\d\d?-\d\d?\b")  # of an entry in a log, unlike 1789-07-14
_NAMES = {"US", "IT"}  # which are function words in lower case
_COMPARING = {"vs", "vs.", "versus"}
_LABEL_END = re.compile(r"[:(]")
_NUMBERED = re.compile(r"\d+[.)](?:\s|\Z)")
_NOT = re.compile(r"n['\u2019]t\b")
_DASH = re.compile(r"\s*[-:\u2013\u2014]")
_SEPARATOR = re.compile(r"\s*(?::|[-\u2013\u2014=]\s)")
_JOINED = re.compile(r"\s*(?:and|or|vs\.?|,|/|&amp;|\+)\s*(?:the\s+|an?\s+)?", re.IGNORECASE)  # between two terms
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")


class TextSpan(Struct, frozen=True, dict=True):
    """A part of a phrase as the HTML of a field."""

    html: str
    term: bool = False  # whether it is a bold term, which a card can hide
    mentions: str = ""  # the term that it mentions again, if it is not bold in the notes

    @cached_property
    def plain(self) -> str:
        """The text without markup."""
        return _plain(self.html)

    @property
    def inert(self) -> str:
        """The HTML inside a deletion."""
        return inert(self.html)


class Link(Struct, frozen=True):
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
        return f'<a href="{attribute(self.address)}">{words}</a>' if self.is_external else words


class Phrase(Struct, frozen=True, kw_only=True, dict=True):
    """A text of the notes, parsed."""

    spans: tuple[TextSpan, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: int = 0
    labels: Labels | None = None  # the labels with which it was read

    @cached_property
    def plain(self) -> str:
        """The text without markup."""
        return _plain("".join(span.html for span in self.spans))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The bold terms without markup, each once."""
        return tuple(dict.fromkeys(span.plain for span in self.spans if span.term))

    @cached_property
    def lead(self) -> tuple[str, TextSpan] | None:
        """The article and the term that the text starts with; None for two terms joined by “and”."""
        spans = self.spans
        article = ""
        if len(spans) > 1 and not spans[0].term and SIGNS.fullmatch(spans[0].html):
            spans = spans[1:]  # behind a sign such as an emoji
        known = self.labels["article"] if self.labels else None
        if len(spans) > 1 and not spans[0].term and known and known.fullmatch(spans[0].html.strip()):
            article, spans = spans[0].html.lstrip(), spans[1:]
        if not spans or not spans[0].term:
            return None
        two = len(spans) > 2 and spans[2].term and _JOINED.fullmatch(spans[1].html)
        return None if two else (article, spans[0])

    def shown(self, hide: Mapping[str, int] | None = None) -> str:
        """The HTML of a card field, with terms in bold; `hide` maps terms to the cloze numbers that hide them."""
        numbers = hide or {}
        spans = (_shown(span, numbers.get(span.mentions or span.plain) if span.term else None) for span in self.spans)
        return "".join(spans).strip()

    def sentences(self) -> list["Phrase"]:
        """The sentences of the text."""
        found: list[list[TextSpan]] = [[]]
        depth = 0
        for span in self.spans:
            at = 0
            for mark in _SENTENCE_START.finditer(span.html) if not span.term else ():
                depth += (mark[0][:1] == "<") * (-1 if mark[0][:2] == "</" else mark[0][:4] != "<img")
                if not depth and mark[0][:1] != "<":
                    found[-1].append(TextSpan(span.html[at : mark.end()]))
                    found.append([])
                    at = mark.end()
            found[-1].append(TextSpan(span.html[at:], span.term) if at else span)
        return [Phrase(spans=tuple(span for span in spans if span.html)) for spans in found if spans]


def _shown(span: TextSpan, number: int | None) -> str:
    if not span.term:
        return span.html
    return f"<strong>{span.html}</strong>" if number is None else f"{{{{c{number}::{span.inert}}}}}"


def _plain(field: str) -> str:
    """The words of a field, without its pictures."""
    field = _PICTURE.sub("", field) if "<img" in field else field
    return to_plain(_MATH_END.sub("", field) if "\\" in field else field)


@lru_cache(REMEMBERED)
def read_phrase(nodes: Nodes, labels: Labels | None = None) -> Phrase:
    """The phrase of inline elements, without an arrow before the text. Bold labels and function words are not terms."""
    spans: list[TextSpan] = []
    for shown, bold in _parts(nodes, labels):
        is_listed = bold and labels and spans and not spans[-1].term and labels["exemplifies"].match(spans[-1].html)
        term = bold and not is_listed  # nobody can guess examples
        part = shown if term or not bold else f"<strong>{shown}</strong>"
        if not term and spans and not spans[-1].term:
            spans[-1] = TextSpan(spans[-1].html + part)
        else:
            spans.append(TextSpan(part, term))
    for at, span in enumerate(spans):
        around = spans[at - 1 : at], spans[at + 1 : at + 2]
        is_symbol = at and len(span.plain) == 1 and span.plain.isascii()
        is_label = (
            at == 0
            and labels
            and labels.has("colon_labels", span.plain)
            and around[1]
            and _DASH.match(around[1][0].html)
        )
        if span.term and (is_symbol or is_label or _is_in_word(span, *around) or _is_choice(span, *around)):
            spans[at] = TextSpan(f"<strong>{span.html}</strong>")
    if spans and not spans[0].term:
        spans[0] = TextSpan(_ARROW.sub("", spans[0].html.lstrip()))
    if spans and not spans[-1].term:
        spans[-1] = TextSpan(spans[-1].html.rstrip())
    inside = [node for node in every_node(nodes) if node.kind not in {"text", "space", "bold"}]
    return Phrase(
        spans=tuple(span for span in spans if span.html),
        links=tuple(Link(_plain(nodes_html(node.nodes)), node.text) for node in inside if node.kind == "link"),
        pictures=sum(node.kind == "picture" for node in inside),
        labels=labels,
    )


def _is_in_word(term: TextSpan, before: Sequence[TextSpan], after: Sequence[TextSpan]) -> bool:
    """Whether bold letters are a part of a word, as in `**I**ndependent`; in `**cat**s`, the rest is an ending."""
    ending = _LETTERS.match(after[0].html) if after else None
    is_start = ending is not None and (len(term.plain) <= SHORT or len(ending[0]) > SHORT)
    return is_start or bool(before and _LAST_LETTER.search(before[0].html))


def _is_choice(term: TextSpan, before: Sequence[TextSpan], after: Sequence[TextSpan]) -> bool:
    """Whether bold letters are the right choice, as in `**B** - because`."""
    return (
        not before
        and term.plain.isupper()
        and bool(ANSWER_LETTER.fullmatch(term.plain))
        and bool(after)
        and bool(_DASH.match(after[0].html))
    )


def _parts(nodes: Iterable[Inline], labels: Labels | None) -> Iterator[tuple[str, bool]]:
    """The HTML of parts of a text, and whether each is a term; deletions and links are only their words."""
    nodes = [*nodes]
    for above, node, following in zip((None, *nodes), nodes, (*nodes[1:], None), strict=False):
        if node.kind == "bold" or (node.kind == "italic" and above and labels and _names(above, nodes, labels)):
            text, behind = "".join(part for part, _ in _parts(node.nodes, labels)), following.text if following else ""
            is_defined = _SEPARATOR.match(behind) is not None
            yield from _bold(text, labels, is_defined=is_defined, is_first=node is nodes[0])
        elif node.kind in {"link", "cloze"}:
            yield from _parts(node.nodes, labels)
        elif node.kind in {"italic", "sub", "sup", "mark", "struck"}:
            before, after = tags(node.kind)
            yield before, False
            yield from _parts(node.nodes, labels)
            yield after, False
        else:
            yield escaped(node.text) if node.kind == "text" else nodes_html((node,)), False


def _names(above: Inline, nodes: Sequence[Inline], labels: Labels) -> bool:
    """Whether words in italics are a new term: behind `is called`, unless nothing says what `this` is."""
    *_, sentence = re.split(r"[.!?]\s", above.text)
    is_start = above is nodes[0] and sentence is above.text
    is_unclear = is_start and (labels["pronouns"].match(sentence) or labels["dangles"].match(sentence))
    return labels["names"].search(above.text) is not None and not is_unclear


def _bold(text: str, labels: Labels | None, *, is_defined: bool, is_first: bool) -> Iterator[tuple[str, bool]]:
    """Bold text as a term, without the punctuation at its end; as emphasis if it cannot be one.

    `WHERE` is a function word, unless a colon or dash behind it shows that the text is about it.
    """
    last = _LAST.search(text)
    is_key = last is not None and last[1].startswith("-")  # such as `Alt-.`
    text, end = (text[: last.end()], last[1]) if last and not is_key else (text, "")
    words = [word for word in _plain(text).split() if any(map(str.isalnum, word))]
    is_defined = is_defined or end[:1] in COLONS
    is_no_term = labels and _is_no_term(words, end, labels, is_named=text.isupper() and is_defined)
    may_be_clause = labels and len(words) >= FEWEST_IN_CLAUSE and not (is_defined or is_first)
    is_clause = labels and may_be_clause and not labels.words["in_clauses"].isdisjoint(words[1:])
    if 0 < len(words) <= MOST_WORDS and not (is_no_term or is_clause):
        yield text.strip(), True
    elif text:
        yield f"<strong>{text}</strong>", False
    yield end, False


def _is_no_term(words: list[str], end: str, labels: Labels, *, is_named: bool) -> bool:
    """Whether short bold text is a question, sentence, clause, quotation, label, number or function word."""
    text = " ".join(words)
    is_sentence = end[:1] in (*QUESTION_MARKS, "!") or (end[:1] == "." and len(words) > SHORT)
    return (
        is_sentence
        or (len(text.rstrip(")")) == 1 and f"{text}{end}"[1:2] in (".", ")"))  # a letter of a choice
        or not (any(map(str.isalpha, text)) or _YEAR.fullmatch(text))
        or bool(_NUMBERED.match(text) or _DATE.match(text))
        or bool(labels["counted"].match(text))
        or (len(text) > 1 and labels.has("any_label", _LABEL_END.split(text)[0]))
        or (end[:1] in COLONS and labels.is_aspect(text))
        or bool(labels["names_example"].search(text))
        or bool(labels["asks_fully"].match(text) or (end[:1] in COLONS and labels["asks"].match(text)))
        or (len(words) >= FEWEST_IN_CLAUSE and bool(labels["advises"].match(text) or _NOT.search(text)))
        or (len(words) >= FEWEST_IN_CLAUSE and words[-1] in labels.words["pronouns"])
        or not (labels.words["defining"] | _COMPARING).isdisjoint([*words, text.casefold()])
        or text[0] in QUOTES
        or (text[0], text[-1]) == ("(", ")")
        or (labels.has("function_words", text) and text not in _NAMES and len(text) > 1 and not is_named)
    )
