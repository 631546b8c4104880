"""The content in the form that the rules need: texts as in the files, notes as on the cards."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from msgspec import Struct

from rolecards.check.likeness import alike
from rolecards.check.rule import Edit, Finding
from rolecards.content import Content
from rolecards.notes import index as ambiguity
from rolecards.notes.generate import index_of
from rolecards.notes.leak import any_of
from rolecards.notes.note import Note
from rolecards.release.edition import Edition
from rolecards.schema import models as schema
from rolecards.schema.kinds import BY_MODEL, LISTS, EntryKind, Steps
from rolecards.schema.models import Fact
from rolecards.source.yaml import Route
from rolecards.text.paper import FORMULA
from rolecards.text.parse import parse_text
from rolecards.text.plain import to_plain
from rolecards.text.tree import all_nodes
from rolecards.words import function_words

WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_NOT_PROSE = re.compile(
    r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1|\Z)|`[^`]*`|https?://[^\s()\[\]]+|(?<=\n)[ \t]+|[ \t]+(?=\|)|(?<=\|)[ \t]+",
    re.DOTALL | re.MULTILINE,
)


class AuthorText(Struct, frozen=True, kw_only=True):
    """A text of an entry, as the author wrote it."""

    entry: str
    steps: Route
    value: str
    prose: str  # with null characters of the same length instead of code, formulas, addresses and indentation

    def finding(self, start: int, end: int, message: str, hint: str = "", edits: tuple[Edit, ...] = ()) -> Finding:
        """A violation in the characters from `start` to `end` (exclusive)."""
        words = self.value[start:end]
        return Finding(self.entry, self.steps, message, hint, start=start, words=words, edits=edits)


class PlainCard(Struct, frozen=True):
    """A question and its answer as plain text, with the routes to both."""

    number: int  # the cloze number; 0 for a question with an answer
    question: str
    answer: str
    question_at: Route
    answer_at: Route


class CheckedNote(Struct, frozen=True, dict=True):
    """A note in the form that the rules need."""

    note: Note

    @property
    def kind(self) -> EntryKind | None:
        """The kind of the entry that it was made from; None if it comes from study notes."""
        return BY_MODEL[type(self.note.written)] if self.note.written else None

    @cached_property
    def cards(self) -> Sequence[PlainCard]:
        """Its cards."""
        note, sides = self.note, self.kind.sides if self.kind else (((), ()),)
        if note.text:
            cards = [(number, to_plain(text), to_plain(words)) for number, text, words in note.cards(lambda _: " … ")]
            return [PlainCard(*card, ("cloze",), ("cloze",)) for card in cards]
        front = to_plain(note.front)
        backs = [to_plain(note.back) if len(sides) == 1 else getattr(note.written, *answer) for _, answer in sides]
        return [PlainCard(0, front, back, *places) for back, places in zip(backs, sides, strict=True)]

    @cached_property
    def answer(self) -> str:
        """All answers, case folded."""
        return "; ".join(card.answer for card in self.cards).casefold()

    @cached_property
    def visible_words(self) -> frozenset[str]:
        """The words of the question, function words too; of a cloze text, the words that no card hides."""
        visible = [frozenset(words(card.question)) for card in self.cards]
        return frozenset.intersection(*visible) if visible else frozenset()

    @property
    def entry(self) -> str:
        """The key of that entry in `Content.places`; the id of the note if it comes from study notes."""
        return self.note.written.id if self.note.written else self.note.id

    @property
    def is_fact(self) -> bool:
        """Whether the author wrote both sides in full."""
        return self.kind is None or self.kind.verbatim

    @property
    def cloze(self) -> str:
        """The cloze text as the author wrote it; empty for a question with an answer."""
        return self.note.written.cloze if isinstance(self.note.written, Fact) else self.note.text


class Deck(Struct, frozen=True, kw_only=True, dict=True):
    """All values that rules use."""

    content: Content
    limits: schema.Limits
    texts: tuple[AuthorText, ...]
    notes: tuple[CheckedNote, ...]
    index: ambiguity.Index
    function_words: frozenset[str]  # the words of the deck's language that carry no content of their own
    role_words: Mapping[str, frozenset[str]]  # by role id, the terms in its names
    role_names: re.Pattern[str]  # matches any name of any role
    unpublished: frozenset[str]  # ids of notes that are not in the lock
    source_texts: Mapping[str, str]  # by source code; only sources that have a text

    @cached_property
    def look_alikes(self) -> tuple[tuple[CheckedNote, CheckedNote], ...]:
        """Pairs of notes whose questions share most of their words, and more than function words and names of roles."""
        compared = [item for item in self.notes if item.kind is None or item.kind.compared]
        names = [[self.role_words[role] for role in item.note.roles] for item in compared]
        seen = [_terms(item.visible_words, self.function_words) for item in compared]
        terms = [each.difference(*some) for each, some in zip(seen, names, strict=True)]
        return tuple(
            (compared[one], compared[other])
            for one, other in alike([item.visible_words for item in compared], self.limits.alike_percent)
            if len(terms[one] & terms[other]) * 3 > len(terms[one]) + len(terms[other]) or terms[one] == terms[other]
        )

    def terms_of(self, text: str) -> frozenset[str]:
        """The content words of a text, without plural and possessive endings."""
        return _terms_of(text, self.function_words)


def read_deck(edition: Edition, source_texts: Mapping[str, str]) -> Deck:
    """The deck in the form that the rules need."""
    content, stop = edition.content, function_words(edition.templates.words)
    names = {name for role in content.roles.values() for name in role.names}
    return Deck(
        content=content,
        limits=content.deck.limits,
        texts=tuple(texts(content)),
        notes=tuple(CheckedNote(item.note) for item in edition.release.published),
        index=index_of(content),
        function_words=stop,
        role_words={role.id: _terms_of(" ".join(role.names), stop) for role in content.roles.values()},
        role_names=any_of(tuple(sorted(names, key=len, reverse=True))),
        unpublished=frozenset(edition.release.new),
        source_texts=source_texts,
    )


def words(text: str) -> list[str]:
    """The words of a text, case folded."""
    return WORD.findall(text.casefold())


def entries(content: Content) -> Iterator[tuple[str, schema.ContentEntry]]:
    """Every entry of the content with its key in `places`."""
    yield "@deck", content.deck
    yield from [("@map", content.map)] if content.map else []
    yield from ((owner.id, owner) for owner in content.owners)
    yield from ((entry.id, entry) for key in LISTS for entry in content.entries[key])


def texts(content: Content) -> Iterator[AuthorText]:
    """The texts of all entries that learners read."""
    for key, entry in entries(content):
        for steps in BY_MODEL[type(entry)].texts:
            for route, value in values_at(entry, steps, ()) if getattr(entry, steps[0]) else ():
                prose = value
                for start, end, _ in formulas_of(value):
                    prose = f"{prose[:start]}{chr(0) * (end - start)}{prose[end:]}"
                if "`" in prose or "://" in prose or "\n" in prose:
                    prose = _NOT_PROSE.sub(lambda code: "\0" * len(code[0]), prose)
                yield AuthorText(entry=key, steps=route, value=value, prose=prose)


def values_at(value: Any, steps: Steps, route: Route) -> Iterator[tuple[Route, str]]:  # noqa: ANN401 - as models have it
    """The text that the steps lead to from here, or each text if they lead to lists or mappings."""
    if isinstance(value, tuple | dict):
        for at, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from values_at(each, steps, (*route, at))
    elif steps:
        if inner := getattr(value, steps[0], ""):
            yield from values_at(inner, steps[1:], (*route, steps[0]))
    else:
        yield route, value


def formulas_of(value: str) -> Iterator[tuple[int, int, str]]:
    """Start and end in the text, and the TeX, of each formula."""
    source = value.encode()
    for node in all_nodes(parse_text(value, cloze=True).blocks) if "$" in value or "\\" in value else ():
        if node.kind in {"formula", "display"}:
            yield len(source[: node.start].decode()), len(source[: node.end].decode()), node.text


def word_count(text: str) -> int:
    """The number of words; a formula counts as one."""
    return len(words(FORMULA.sub("x", text)))


def _terms(some_words: Iterable[str], stop: frozenset[str]) -> frozenset[str]:
    return frozenset(_plain_form(word) for word in some_words if len(word) > 1 and word not in stop)


@cache
def _terms_of(text: str, stop: frozenset[str]) -> frozenset[str]:
    return _terms(words(text), stop)


@cache
def _plain_form(word: str) -> str:
    """An approximate stem, to compare the forms of a word."""
    word = word.removesuffix("'s").removesuffix("\u2019s")
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu" else word
