"""What a child bullet is about. The term of its parent replaces the pronoun that the child starts with.

Below `**Overfitting** is a low error on training data only`, the bullet `It becomes more likely with fewer examples`
becomes `**Overfitting** becomes …`, and `Regularisation prevents it` becomes `**Overfitting**: Regularisation …`.
"""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from rolecards.study.labels import SIGNS
from rolecards.study.phrase import Phrase, TextSpan
from rolecards.text.paper import FORMULA
from rolecards.text.tree import Block

_INTRODUCTION = r"(?P<before>(?:[^,.;:<>&]{1,60}, )?)"
_ALONE = r"\b(?! (?:of|who|whose|that|which|in|on|with|for|responsible)\b)"
"""What may not follow `the person` or `the role`: `the person who …` is another person."""
_PERSON = re.compile(rf"{_INTRODUCTION}(?:this|that|the) (?:person|individual){_ALONE}", re.IGNORECASE)
_ROLE = re.compile(rf"{_INTRODUCTION}(?:this|that|the) (?P<noun>role|job|position|title){_ALONE}", re.IGNORECASE)
_ASIDE = re.compile(r"\s*(\([^()]{1,40}\):?\s*)(?=\S)")
_SEPARATOR = re.compile(r"\s*(?:\.(?=\s)|::?=?|\uff1a|[-=]&gt;|[\u2190-\u21ff]|[=\u2013\u2014]|--?)\s*(?=\S)")
_ENDINGS = r"(?:e?s|e[mnr]?|n|ed|ing)?"  # the endings of a word in English and German
_EMPHASIS = re.compile(r"</?(?:su[bp]|em|del|mark)>|<strong>\W*\w{0,2}\W*</strong>")  # signs of a bold formula
LONGEST_STEP = 10  # the most words of a text in the line above a card
LONG_WORD = 5  # the fewest letters of a plural whose singular is hidden too
FEW = 2  # the most words besides a term in a label such as `The **bridge** crew:`


class Subject(Struct, frozen=True, kw_only=True):
    """What the children of a bullet are about."""

    blocks: tuple[Block, ...]  # the bullets above the child, from the one that names the subject to its parent
    term: TextSpan | None = None  # the leading term of the first of them, if it has one
    article: str = ""  # the article before the term, with its space
    noun: str = ""  # the words after the term if the bullet is a label: ` crew` for `The **bridge** crew:`
    chain: tuple[Phrase, ...] = ()  # the texts between the term and the child

    @property
    def name(self) -> str:
        """The leading term, or the text of the bullet above if it has none."""
        return self.term.plain if self.term else self.chain[-1].plain

    @property
    def lead(self) -> tuple[TextSpan, ...]:
        """The spans that can introduce a text about the subject."""
        assert self.term
        return (TextSpan(self.article), self.term, TextSpan(self.noun)) if self.noun and self.article else (self.term,)

    @property
    def context(self) -> list[str]:
        """The term and the short texts above a child, as HTML."""
        short = (phrase.shown() for phrase in self.chain if len(phrase.plain.split()) <= LONGEST_STEP)
        return [*([self.term.html] if self.term else []), *short]


def subject_of(block: Block, phrase: Phrase, above: Subject | None) -> Subject | None:
    """The subject of the children of this bullet, which is itself below `above`."""
    lead = phrase.lead
    if lead:
        noun = phrase.spans[-1].html.rstrip(": ") if is_label(phrase) and phrase.spans[-2:-1] == (lead[1],) else ""
        return Subject(blocks=(block,), term=lead[1], article=lead[0], noun=noun)
    if not phrase.plain:
        return above
    if above:
        return replace(above, blocks=(*above.blocks, block), chain=(*above.chain, phrase))
    return Subject(blocks=(block,), chain=(phrase,))


def without_repetition(phrase: Phrase) -> Phrase:
    """The text without a leading term that its next words repeat, as in `**Kerberos** Kerberos is a service`."""
    lead = phrase.lead
    if not lead or phrase.spans[0] is not lead[1] or not phrase.spans[1:]:
        return phrase
    _, second, *others = phrase.spans
    if others[:1] == [lead[1]] and not any(map(str.isalnum, second.plain)):
        return replace(phrase, spans=phrase.spans[2:])
    text, size = second.html.lstrip(" :\u2013\u2014-"), len(lead[1].html)
    if not text.startswith(lead[1].html) or text[size : size + 1].isalnum():
        return phrase
    is_definition = phrase.labels and phrase.labels["defines_at_once"].match(text[size:])
    if second.html.strip() != text.strip() and not is_definition:
        return phrase  # `**Log**: log of the speed`
    return replace(phrase, spans=(lead[1], TextSpan(text[size:]), *others))


def asks_something(phrase: Phrase) -> bool:
    """Whether enough words stay visible if the terms are hidden: more than articles, labels and links inside pages."""
    rest = _EMPHASIS.sub("", _without_terms(phrase))
    for link in phrase.links:
        rest = rest.replace(link.words, "") if link.address[:1] == "#" else rest
    return not is_label(phrase) and any(map(str.isalnum, rest))


def is_label(phrase: Phrase) -> bool:
    """Whether the text only names what is below it: `The **bridge** crew:`."""
    rest = _without_terms(phrase).strip() if ":" in phrase.plain else ""
    return phrase.lead is not None and rest.endswith(":") and len(rest.split()) <= FEW


def _without_terms(phrase: Phrase) -> str:
    rest = "".join(span.html for span in phrase.spans if not span.term).strip()
    return phrase.labels["article"].sub("", rest) if phrase.labels else rest


def explanation(phrase: Phrase) -> str:
    """The explanation of the leading term, as HTML: the text after a colon, dash or full stop, else the whole text."""
    lead = phrase.lead
    assert lead
    at = phrase.spans.index(lead[1])
    is_first = not at or SIGNS.fullmatch("".join(span.html for span in phrase.spans[:at]))
    rest = replace(phrase, spans=phrase.spans[at + 1 :])
    if not any(character.isalnum() for character in rest.plain):
        return ""
    if is_first and rest.spans and (separator := _SEPARATOR.match(rest.spans[0].html)):
        first = TextSpan(rest.spans[0].html[separator.end() :])
        return replace(rest, spans=(first, *rest.spans[1:])).shown()
    if is_first and rest.spans and (aside := _ASIDE.match(rest.spans[0].html)) and aside[1].rstrip().endswith(":"):
        first = TextSpan(f"{aside[1].rstrip(': ')} {rest.spans[0].html[aside.end() :]}")
        return replace(rest, spans=(first, *rest.spans[1:])).shown()
    return phrase.shown()


def replace_pronoun(phrase: Phrase, subject: Subject) -> Phrase | None:
    """The text with the term of its subject instead of its first pronoun; None if that is not grammatical.

    `It becomes …` → `**Overfitting** becomes …`, `In short, this person trains …` → `In short, the **MLE** trains …`.
    """
    if not subject.term or subject.chain or not phrase.spans or phrase.spans[0].term or not phrase.labels:
        return None
    first, *others = phrase.spans
    for pattern in (_PERSON, _ROLE, phrase.labels["subject"]):
        if pronoun := pattern.match(first.html):
            before, noun = pronoun["before"], pronoun.groupdict().get("noun", "").lower()
            article = "the " if noun or (pattern is _PERSON and not subject.article) else subject.article
            article = article.lower() if before else article[:1].upper() + article[1:]
            rest = TextSpan(f"{' ' * bool(noun)}{noun}{first.html[pronoun.end() :]}")
            spans = (TextSpan(before + article), subject.term, rest, *others)
            return replace(phrase, spans=tuple(span for span in spans if span.html))
    return None


def prepend_lead(lead: Sequence[TextSpan], phrase: Phrase, between: Sequence[Phrase] = ()) -> Phrase:
    """The text after a lead that names its subject: `Lead: between → text`, or `Lead? Text`."""
    first, *others = (*between, phrase)
    spans = first.spans
    ends = lead[-1].plain.endswith(("?", "!", ":", "."))
    if spans and not spans[0].term and starts_with_pronoun(first) and not ends:
        spans = (TextSpan(spans[0].html[:1].lower() + spans[0].html[1:]), *spans[1:])
    further = [span for step in others for span in (TextSpan(" → "), *step.spans)]
    return replace(phrase, spans=(*lead, TextSpan(" " if ends else ": "), *spans, *further))


def mark_term(phrase: Phrase, term: TextSpan) -> Phrase | None:
    """The text with every other mention of a term as a term, except in formulas; None if there is none."""
    folded, words = term.plain.casefold(), term.html
    if len(words) >= LONG_WORD and words.endswith("s") and not words.endswith("ss"):
        words = words[:-2] if words.endswith(("ches", "shes", "sses", "xes")) else words[:-1]
        folded = words.casefold()
    if not any(folded in span.html.casefold() for span in phrase.spans if not span.term):
        return None
    # `Transporter` is no mention of `Transport`, but `Bilder` is one of `Bild`.
    other = "(?!er\\b)" if words[:1].isupper() and len(words) > LONG_WORD else ""
    pattern = re.compile(
        rf"{FORMULA.pattern}|<[^<>]+>|(?<![\w$])(?P<term>{re.escape(words)}{other}{_ENDINGS})(?!\w)",
        0 if term.plain.isupper() else re.IGNORECASE,
    )
    spans: list[TextSpan] = []
    for span in phrase.spans:
        at = 0
        for match in pattern.finditer(span.html) if not span.term else ():
            if match["term"]:
                spans += [
                    TextSpan(span.html[at : match.start()]),
                    TextSpan(match["term"], term=True, mentions=term.mentions or term.plain),
                ]
                at = match.end()
        spans.append(replace(span, html=span.html[at:]))
    spans = [span for span in spans if span.html]
    return replace(phrase, spans=tuple(spans)) if len(spans) > len(phrase.spans) else None


def starts_with_pronoun(phrase: Phrase) -> bool:
    """Whether the text starts with a pronoun or other word that is unclear without its context."""
    return bool(phrase.labels and phrase.labels["refers_back"].match(phrase.plain))
