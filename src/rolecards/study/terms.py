"""Cards made from bold terms: the terms hidden, a leading one explained, and what stands below it asked back to it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from rolecards.study.draft import Sides
from rolecards.study.markup import markup
from rolecards.study.phrase import Phrase, Span
from rolecards.study.sheet import announced
from rolecards.study.subject import (
    about,
    asks_something,
    explanation,
    lead_of,
    led_by,
    mentioning,
    starts_with_pronoun,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.source.markdown import Block
    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject

MOST_HIDDEN = 3
"""Cloze deletions of one note: more are siblings that give each other away."""

_CLAUSE_END = re.compile(r"[.;!?](?=\s)")


def terms(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """Hide the bold terms, and ask the other way round for one that leads; whether there were any to hide."""
    if not phrase.terms:
        return False
    announces = announced(block, phrase)
    below = markup(announces, sheet.phrase)
    if not below and not asks_something(phrase):
        return False
    lead = lead_of(phrase)
    if lead and _summary_has(sheet, block, lead[1].plain):
        return True
    text = (about(phrase, above) if above else None) or led(sheet, phrase, above)
    context = sheet.context(above, phrase.terms) if text is phrase else ""
    for at, hidden in enumerate(_by_sense(phrase)):
        shown = text.shown({term: number for number, term in enumerate(hidden, start=1)}) + below
        part = str(at + 1) if at else ""
        sides = Sides(text=shown, context=context, part=part, ours=True)
        sheet.add(block, phrases=(phrase,), words=text.plain, shows=announces, **sides)
    if context or text is not phrase:
        sheet.use(above)
    if lead:
        _explain(sheet, block, phrase, context, below)
    return True


def _explain(sheet: Sheet, block: Block, phrase: Phrase, context: str, below: str) -> None:
    """Ask what the text says of the term that it leads with."""
    lead = lead_of(phrase)
    said = explanation(phrase) or below
    if lead and said:
        words, front = f"explain {lead[1].plain}", Phrase(spans=(lead[1],)).shown()
        sides = Sides(front=front, back=said, context=context, part="explain", explain=True)
        sheet.add(block, phrases=(phrase,), words=words, **sides)


def clue(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """A plain text below a bullet with a term says something of that term: ask of which."""
    if not above or not above.term or not says_something(phrase):
        return False
    text = about(phrase, above) or _naming(phrase, above)
    hidden = above.term.plain.casefold()
    hide = {span.plain: 1 for span in text.spans if span.term and span.plain.casefold() == hidden}
    sheet.use(above)
    sheet.add(block, phrases=(phrase,), words=text.plain, text=text.shown(hide), ours=True)
    return True


def _naming(phrase: Phrase, above: Subject) -> Phrase:
    """The text with the subject's term where it stands in it, else behind the subject and what stands between."""
    assert above.term
    mentions = mentioning(phrase, above.term)
    return mentions if mentions and not above.chain else led_by(above.lead, mentions or phrase, above.chain)


def led(sheet: Sheet, phrase: Phrase, above: Subject | None) -> Phrase:
    """The text behind its subject or its heading where it starts with a pronoun: no card may."""
    if not starts_with_pronoun(phrase):
        return phrase
    if above and above.term:
        return led_by(above.lead, phrase, above.chain)
    title = sheet.section.topic or sheet.page.front_text("title")
    return led_by((Span(html.escape(title, quote=False)),), phrase) if title and not above else phrase


def says_something(phrase: Phrase) -> bool:
    """Whether there are words in it besides the words of links."""
    words = phrase.plain
    for link in phrase.links:
        words = words.replace(link.words, "", 1)
    return any(map(str.isalnum, words))


def _summary_has(sheet: Sheet, block: Block, term: str) -> bool:
    """Whether a text outside the summary leads with a term that the summary leads with too."""
    if sheet.section.sums_up:
        sheet.summed_up.add(term.casefold())
        return False
    if term.casefold() not in sheet.summed_up:
        return False
    sheet.skip(block, f"the summary has “{term}”", also=True)
    sheet.kept.add(block.line)
    return True


def _by_sense(phrase: Phrase) -> Iterator[list[str]]:
    """The terms by note: those of one clause together where they fit, first ones first."""
    group: list[str] = []
    for clause in _clauses(phrase):
        for start in range(0, len(clause), MOST_HIDDEN):
            chunk = clause[start : start + MOST_HIDDEN]
            if len(group) + len(chunk) > MOST_HIDDEN:
                yield group
                group = []
            group = [*group, *chunk]
    yield group


def _clauses(phrase: Phrase) -> list[list[str]]:
    """The terms clause by clause, each where it first stands."""
    clauses: list[list[str]] = [[]]
    fresh = set(phrase.terms)
    for span in phrase.spans:
        if not span.term:
            clauses += [[] for _ in _CLAUSE_END.finditer(f"{span.html} ")]
        elif span.plain in fresh:
            fresh.remove(span.plain)
            clauses[-1].append(span.plain)
    return clauses
