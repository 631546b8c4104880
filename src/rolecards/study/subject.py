"""What a child bullet is about: its parent's term takes the place of the pronoun that the child starts with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolecards.study.phrase import Phrase, Span, finished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.source.markdown import Block

_INTRODUCTION = r"(?P<before>(?:[^,.;:<>&]{1,60}, )?)"
_ALONE = r"\b(?! (?:of|who|whose|that|which|in|on|with|for|responsible)\b)"
"""Behind `the person` or `the role`: `the person who …` is another one."""

_PERSON = re.compile(rf"{_INTRODUCTION}(?:this|that|the) (?:person|individual){_ALONE}", re.IGNORECASE)
_ROLE = re.compile(rf"{_INTRODUCTION}(?:this|that|the) (?P<noun>role|job|position|title){_ALONE}", re.IGNORECASE)
_IT = re.compile(
    r"(?P<before>)(?:it|he or she|she or he|he|she)(?= (?:is|was|has|can|may|must|will|does|[a-z]+s)\b)", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"(?:it|its|he|his|she|her|they|their|them|you|your|we|our|this|that|these|those|such"
    r"|the (?:role|person|job|title|position))\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:and|or|vs\.?|,|/|&amp;|\+)\s*(?:the\s+|an?\s+)?", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[:=\u2013\u2014-]|::)\s*(?=\S)")


FEW = 2
"""Words beside a term that announce what stands below it and say nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the children of a bullet are about."""

    blocks: tuple[Block, ...]
    """The bullets above the child, outermost first, from the one that names the subject."""
    term: Span | None = None
    """The term that the first of them leads with, if it leads with one."""
    article: str = ""
    """The article before it, with its blank."""
    noun: str = ""
    """What stands behind the term where the bullet just names what is below it: ` crew` of `The **bridge** crew:`."""
    chain: tuple[Phrase, ...] = ()
    """The texts between the term and the child."""

    @property
    def lead(self) -> tuple[Span, ...]:
        """What a text about it can begin with."""
        assert self.term
        return (Span(self.article), self.term, Span(self.noun)) if self.noun and self.article else (self.term,)

    @property
    def context(self) -> str:
        """The line above the text of a child's card, as HTML."""
        name = [finished(self.term.html)] if self.term else []
        return " → ".join([*name, *(phrase.shown() for phrase in self.chain)])


def subject_of(block: Block, phrase: Phrase, above: Subject | None) -> Subject | None:
    """The subject for the children of this bullet, which itself stands below `above`."""
    lead = lead_of(phrase)
    if lead:
        noun = phrase.spans[-1].html.rstrip(": ") if names_only(phrase) and phrase.spans[-2:-1] == (lead[1],) else ""
        return Subject(blocks=(block,), term=lead[1], article=lead[0], noun=noun)
    if not phrase.plain:
        return above
    if above:
        return replace(above, blocks=(*above.blocks, block), chain=(*above.chain, phrase))
    return Subject(blocks=(block,), chain=(phrase,))


def lead_of(phrase: Phrase) -> tuple[str, Span] | None:
    """The article and the term that the text leads with; two terms joined by “and” are no single subject."""
    spans = phrase.spans
    article = ""
    if len(spans) > 1 and not spans[0].term and _ARTICLE.fullmatch(spans[0].html.lstrip()):
        article, spans = spans[0].html.lstrip(), spans[1:]
    if not spans or not spans[0].term:
        return None
    two = len(spans) > 2 and spans[2].term and _JOINED.fullmatch(spans[1].html)
    return None if two else (article, spans[0])


def asks_something(phrase: Phrase) -> bool:
    """Whether words are left where the terms are hidden: neither an article alone tells anything, nor `The … crew:`."""
    return not names_only(phrase) and any(map(str.isalnum, _rest(phrase)))


def names_only(phrase: Phrase) -> bool:
    """Whether the text just names what stands below it: `The **bridge** crew:`."""
    rest = _rest(phrase).strip()
    return lead_of(phrase) is not None and rest.endswith(":") and len(rest.split()) <= FEW


def _rest(phrase: Phrase) -> str:
    """What is left of the text without its terms and articles."""
    return _ARTICLE.sub("", "".join(span.html for span in phrase.spans if not span.term).lstrip())


def explanation(phrase: Phrase) -> str:
    """What a text that leads with a term says of it, as HTML: what follows a colon or dash, else all of it."""
    lead = lead_of(phrase)
    assert lead
    at = phrase.spans.index(lead[1])
    rest = replace(phrase, spans=phrase.spans[at + 1 :])
    if not any(character.isalnum() for character in rest.plain):
        return ""
    if at == 0 and rest.spans and (found := _SEPARATOR.match(rest.spans[0].html)):
        first = Span(rest.spans[0].html[found.end() :])
        return replace(rest, spans=(first, *rest.spans[1:])).shown()
    return phrase.shown()


def about(phrase: Phrase, subject: Subject) -> Phrase | None:
    """The child's text with the parent's term instead of the pronoun it starts with, where grammar allows."""
    if not subject.term or subject.chain or not phrase.spans or phrase.spans[0].term:
        return None
    first = phrase.spans[0].html
    for pattern in (_PERSON, _ROLE, _IT):
        found = pattern.match(first)
        if found:
            return replace(phrase, spans=(*_named(found, subject, pattern), *phrase.spans[1:]))
    return None


def _named(found: re.Match[str], subject: Subject, pattern: re.Pattern[str]) -> tuple[Span, ...]:
    assert subject.term
    article = subject.article if pattern is _IT else subject.article or "the "
    if pattern is _ROLE:
        article = "the "
    before = found["before"]
    article = article.lower() if before else article[:1].upper() + article[1:]
    noun = f" {found['noun'].lower()}" if pattern is _ROLE else ""
    return tuple(
        span for span in (Span(before + article), subject.term, Span(noun + found.string[found.end() :])) if span.html
    )


def led_by(lead: Sequence[Span], phrase: Phrase, between: Sequence[Phrase] = ()) -> Phrase:
    """The text behind a lead that says what it is about: `Lead: between → text`, or `Lead? Text`."""
    first, *others = (*between, phrase)
    spans = first.spans
    ends = lead[-1].plain.endswith(("?", "!", ":", "."))
    if spans and not spans[0].term and starts_with_pronoun(first) and not ends:
        spans = (Span(spans[0].html[:1].lower() + spans[0].html[1:]), *spans[1:])
    further = [span for step in others for span in (Span(" → "), *step.spans)]
    return replace(phrase, spans=(*lead, Span(" " if ends else ": "), *spans, *further))


def mentioning(phrase: Phrase, term: Span) -> Phrase | None:
    """The text with the term made bold wherever it stands in it as a word; nothing where it does not."""
    if term.plain.casefold() not in phrase.plain.casefold():
        return None
    pattern = re.compile(rf"(?<!\w)({re.escape(term.html)})(?!\w)", re.IGNORECASE)
    spans: list[Span] = []
    for span in phrase.spans:
        pieces = [span.html] if span.term else pattern.split(span.html)
        spans += [replace(span, html=piece, term=span.term or at % 2 == 1) for at, piece in enumerate(pieces) if piece]
    return replace(phrase, spans=tuple(spans)) if len(spans) > len(phrase.spans) else None


def starts_with_pronoun(phrase: Phrase) -> bool:
    """Whether the text starts with a word whose meaning stands elsewhere."""
    return bool(_PRONOUN.match(phrase.plain))
