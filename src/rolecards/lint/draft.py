"""The content as the rules of `check` read it: texts as authors wrote them, notes as learners meet them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from rolecards import ambiguity, cloze
from rolecards.generate import index_of
from rolecards.inline import to_plain
from rolecards.lint.likeness import alike
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolecards.content import Content
    from rolecards.notes import Note
    from rolecards.source.yaml import Route

Writing = schema.Fact | schema.Contrast | schema.Handoff | schema.Scenario | schema.Reverse | schema.Role
"""What a note is made from."""

_TEXTS: Mapping[type[schema.Entry], tuple[Route, ...]] = {
    schema.DeckSettings: (("title",), ("subtitle",), ("credit",)),
    schema.Role: (("one_line",),),
    schema.Topic: (("intro",),),
    schema.Fact: (("cloze",), ("why",), ("qa", "q"), ("qa", "a"), ("qa", "why")),
    schema.Contrast: (("q",), ("a_ans",), ("b_ans",), ("why",)),
    schema.Handoff: (("to_name",), ("what",), ("why",)),
    schema.Scenario: (("text",), ("why",)),
    schema.Reverse: (("why",),),
    schema.Ask: (("text",),),
}
"""Where learners' words stand in each kind of entry."""

_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_NOT_PROSE = re.compile(r"`[^`]*`|https?://[^\s()\[\]]+")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been being but by can could did do does for from had has have he her here his how if in "
        "into is it its may might must of on or other own she should so some such than that the their them then there "
        "these they this those to too was we were what when where which while who whom whose why will with would you "
        "your",
    )
)
"""English words that tell nothing by themselves."""


class Text(Struct, frozen=True, kw_only=True):
    """A text that an author wrote for learners."""

    entry: str
    steps: Route
    value: str
    prose: str
    """The same with code and addresses blanked, character by character."""


class Card(Struct, frozen=True, kw_only=True):
    """A question and its answer in plain words, and where each was written."""

    number: int
    """The cloze number; 0 for a question with an answer."""
    question: str
    answer: str
    question_at: Route
    answer_at: Route
    question_words: int
    answer_words: int
    said: frozenset[str]
    """All words of the question, the small ones too: they tell questions apart."""
    asked: frozenset[str]
    """The telling words of the question, each in its plain form."""
    answered: frozenset[str]


class Draft(Struct, frozen=True, kw_only=True):
    """A note before it goes out, with the entry it is made from."""

    note: Note
    entry: str
    """Key of the entry in `Content.places`; the note's own id where it comes from study notes."""
    written: Writing | None
    """None where it comes from study notes."""
    cards: tuple[Card, ...]
    answer: str
    """All its answers, case folded."""
    seen: frozenset[str]
    """The words that a learner sees before any answer: of a cloze text those that no card hides."""

    @property
    def is_fact(self) -> bool:
        """Whether both its sides are as an author wrote them."""
        return self.note.kind in {"fact", "note"}

    @property
    def cloze(self) -> str:
        """Its cloze text as it was written; empty for a question with an answer."""
        return self.written.cloze if isinstance(self.written, schema.Fact) else self.note.text


@dataclass(frozen=True, kw_only=True)
class Deck:
    """Everything that a rule may ask for."""

    content: Content
    limits: schema.Limits
    texts: tuple[Text, ...]
    drafts: tuple[Draft, ...]
    index: ambiguity.Index
    role_words: Mapping[str, frozenset[str]]
    """Per role, the words of its names: they are in the question anyway."""
    role_names: re.Pattern[str]
    """Any name of any role."""
    shared_relations: frozenset[str]
    """Relations that the index holds for more than one role."""
    unpublished: frozenset[str]
    """Ids of the notes no learner has yet."""
    source_words: Mapping[str, tuple[str, ...]]
    """Per source code, the words of its text where there is one."""

    @cached_property
    def look_alikes(self) -> tuple[tuple[Draft, Draft], ...]:
        """Notes whose questions share most of their words."""
        return tuple(_look_alikes(self.drafts, self.role_words, self.limits.alike_percent))


def read_deck(
    content: Content, notes: Iterable[Note], unpublished: Iterable[str], source_texts: Mapping[str, str]
) -> Deck:
    """The deck as the rules see it."""
    index, writings = index_of(content), _writings(content)
    drafts = tuple(_draft(note, writings) for note in notes)
    return Deck(
        content=content,
        limits=content.deck.limits,
        texts=tuple(_texts(content)),
        drafts=drafts,
        index=index,
        role_words={role.id: _name_words(role) for role in content.roles.values()},
        role_names=_any_name(content),
        shared_relations=_shared(index),
        unpublished=frozenset(unpublished),
        source_words={code: tuple(words(text)) for code, text in source_texts.items()},
    )


def words(text: str) -> list[str]:
    """The words of a text, case folded."""
    return _WORD.findall(text.casefold())


def telling(text: str) -> frozenset[str]:
    """The words that carry meaning, without plural and possessive endings."""
    return _telling(words(text))


def entries(content: Content) -> Iterator[tuple[str, schema.Entry]]:
    """Every entry of the content by its key in `places`."""
    yield "@deck", content.deck
    for owner in content.owners:
        yield owner.id, owner
        yield from ((fact.id, fact) for fact in owner.facts)
    for role in content.roles.values():
        yield from ((entry.id, entry) for entry in (*role.practice, *role.ask_them))
    for group in (content.contrasts, content.handoffs, content.scenarios, content.reverses):
        yield from ((entry.id, entry) for entry in group)
    yield from ((f"source {code}", source) for code, source in content.sources.items())


def name_of(role: schema.Role) -> tuple[str, ...]:
    """All that a role is called."""
    return tuple(name for name in (role.name, role.full_name, *role.aliases) if name)


# ---------------------------------------------------------------- texts


def _texts(content: Content) -> Iterator[Text]:
    for key, entry in entries(content):
        if isinstance(entry, schema.Practice):
            yield from _practice_texts(entry)
        for steps in _TEXTS.get(type(entry), ()):
            value = _value(entry, steps)
            if value:
                yield Text(entry=key, steps=steps, value=value, prose=_prose(value))


def _practice_texts(practice: schema.Practice) -> Iterator[Text]:
    values: list[tuple[Route, str]] = [(("prompt",), practice.prompt)]
    values += [(("listen_for", at), value) for at, value in enumerate(practice.listen_for)]
    for steps, value in values:
        yield Text(entry=practice.id, steps=steps, value=value, prose=_prose(value))


def _value(entry: object, steps: Route) -> str:
    for step in steps:
        entry = getattr(entry, str(step), None)
    return entry if isinstance(entry, str) else ""


def _prose(value: str) -> str:
    if "`" not in value and "://" not in value:
        return value
    return _NOT_PROSE.sub(lambda found: "\0" * len(found[0]), value)


# ---------------------------------------------------------------- notes


def _writings(content: Content) -> dict[str, Writing]:
    writings: dict[str, Writing] = {f"who-{role.id}": role for role in content.roles.values()}
    writings |= {fact.id: fact for _, fact in content.facts()}
    for group in (content.contrasts, content.handoffs, content.scenarios, content.reverses):
        writings |= {entry.id: entry for entry in group}
    return writings


def _draft(note: Note, writings: Mapping[str, Writing]) -> Draft:
    written = writings.get(note.id)
    entry = written.id if written else note.id
    cards = tuple(_cards(note, written))
    seen = frozenset.intersection(*(card.said for card in cards)) if cards else frozenset()
    answer = "; ".join(card.answer for card in cards).casefold()
    return Draft(note=note, entry=entry, written=written, cards=cards, answer=answer, seen=seen)


def _cards(note: Note, written: Writing | None) -> Iterator[Card]:
    if note.text:
        for number, hidden in cloze.hidden(note.pieces).items():
            question = cloze.blank(note.pieces, number, lambda _: " … ")
            yield _card(number, to_plain(question), to_plain(hidden), ("cloze",), ("cloze",))
        return
    front = to_plain(note.front)
    if isinstance(written, schema.Contrast):
        yield _card(0, front, written.a_ans, ("q",), ("a_ans",))
        yield _card(0, front, written.b_ans, ("q",), ("b_ans",))
    else:
        yield _card(0, front, to_plain(note.back), *_SIDES.get(type(written), ((), ())))


_SIDES: Mapping[type, tuple[Route, Route]] = {
    schema.Fact: (("qa", "q"), ("qa", "a")),
    schema.Handoff: ((), ("what",)),
    schema.Scenario: (("text",), ("role",)),
    schema.Reverse: (("of",), ("of",)),
    schema.Role: (("one_line",), ("name",)),
}
"""Where the two sides of a note were written."""


def _card(number: int, question: str, answer: str, question_at: Route, answer_at: Route) -> Card:
    asks, tells = words(question), words(answer)
    said = frozenset(asks)
    return Card(
        number=number,
        question=question,
        answer=answer,
        question_at=question_at,
        answer_at=answer_at,
        question_words=len(asks),
        answer_words=len(tells),
        said=said,
        asked=_telling(said),
        answered=_telling(tells),
    )


# ---------------------------------------------------------------- notes that look alike


def _look_alikes(
    drafts: Iterable[Draft], role_words: Mapping[str, frozenset[str]], percent: int
) -> Iterator[tuple[Draft, Draft]]:
    """Pairs that share more than small words and role names: “build” and “watch” make two questions of one pattern."""
    asked = [draft for draft in drafts if draft.note.kind in {"fact", "note", "scenario"}]
    about = [_telling(draft.seen).difference(*(role_words[role] for role in draft.note.roles)) for draft in asked]
    for one, other in alike([draft.seen for draft in asked], percent):
        shared = len(about[one] & about[other])
        if shared * 3 > len(about[one]) + len(about[other]) or about[one] == about[other]:
            yield asked[one], asked[other]


# ---------------------------------------------------------------- words


def _telling(said: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_plain_form, said)) - {""}


@cache
def _plain_form(word: str) -> str:
    """Near enough to a word's stem to see that two forms are one word; empty for a word that tells nothing."""
    if word in _STOP or len(word) < 2:
        return ""
    word = word.removesuffix("'s").removesuffix("\u2019s")
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu" else word


def _name_words(role: schema.Role) -> frozenset[str]:
    return frozenset().union(*(telling(name) for name in name_of(role)))


def _any_name(content: Content) -> re.Pattern[str]:
    names = sorted({name for role in content.roles.values() for name in name_of(role)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w{{3}})", re.IGNORECASE)


def _shared(index: ambiguity.Index) -> frozenset[str]:
    roles: dict[str, set[str]] = defaultdict(set)
    for (relation, _), holders in index.items():
        roles[relation].update(holders)
    return frozenset(relation for relation, holders in roles.items() if len(holders) > 1)
