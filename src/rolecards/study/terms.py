"""Cards from bold terms: hidden terms, explanations of a leading term, and clues below a bullet with a term."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards.study.draft import Sides
from rolecards.study.phrase import Phrase, TextSpan
from rolecards.study.sheet import announced
from rolecards.study.subject import (
    asks_something,
    explanation,
    lead_of,
    mark_term,
    prepend_lead,
    replace_pronoun,
    starts_with_pronoun,
)
from rolecards.text.field import back_html, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject
    from rolecards.text.tree import Block

MOST_HIDDEN = 3
"""The most cloze deletions of one note: a note with more has siblings that give each other away."""

_CLAUSE_END = re.compile(r"[.;!?](?=\s)")


def terms(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """Add cards that hide the bold terms and one that explains a leading term; returns whether a term can be hidden."""
    if not phrase.terms:
        return False
    announces = announced(block, phrase)
    below = back_html(announces)
    if not below and not asks_something(phrase):
        return False
    lead = lead_of(phrase)
    if lead and _in_summary(sheet, block, lead[1].plain):
        return True
    text = (replace_pronoun(phrase, above) if above else None) or name_subject(sheet, phrase, above)
    context = sheet.context(above, phrase.terms) if text is phrase else ""
    for at, group in enumerate(_groups(phrase)):
        field = text.shown({term: number for number, term in enumerate(group, start=1)}) + below
        sides = Sides(text=field, context=context, part=str(at + 1) if at else "", numbered=False)
        sheet.add(block, phrases=(phrase,), words=text.plain, shows=announces, **sides)
    if context or text is not phrase:
        sheet.use(above)
    if lead and (back := explanation(phrase) or below):
        _explain(sheet, block, phrase, lead[1], Sides(back=back, context=context))
    return True


def _explain(sheet: Sheet, block: Block, phrase: Phrase, term: TextSpan, sides: Sides) -> None:
    """Add a card that asks the learner to explain a term."""
    sides |= Sides(front=Phrase(spans=(term,)).shown(), part="explain", explain=True)
    sheet.add(block, phrases=(phrase,), words=f"explain {term.plain}", **sides)


def clue(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """Add a plain text below a bullet with a term as a clue that asks for the term; returns whether it is one."""
    if not above or not above.term or not has_words(phrase):
        return False
    text = replace_pronoun(phrase, above)
    if not text:
        mention = mark_term(phrase, above.term)
        text = mention if mention and not above.chain else prepend_lead(above.lead, mention or phrase, above.chain)
    answer = above.term.plain.casefold()
    hide = {span.plain: 1 for span in text.spans if span.term and span.plain.casefold() == answer}
    sheet.use(above)
    sheet.add(block, phrases=(phrase,), words=text.plain, text=text.shown(hide), numbered=False)
    return True


def name_subject(sheet: Sheet, phrase: Phrase, above: Subject | None) -> Phrase:
    """The text after its subject or heading if it starts with a pronoun, which would be unclear on a card."""
    if not starts_with_pronoun(phrase):
        return phrase
    if above and above.term:
        return prepend_lead(above.lead, phrase, above.chain)
    title = sheet.section.topic or sheet.page.front_text("title")
    return prepend_lead((TextSpan(escaped(title)),), phrase) if title and not above else phrase


def has_words(phrase: Phrase) -> bool:
    """Whether the text contains words outside its links."""
    words = phrase.plain
    for link in phrase.links:
        words = words.replace(link.words, "", 1)
    return any(map(str.isalnum, words))


def _in_summary(sheet: Sheet, block: Block, term: str) -> bool:
    """Whether the summary has a text with the same leading term; such a duplicate outside the summary is skipped."""
    if sheet.section.sums_up:
        sheet.summary_terms.add(term.casefold())
        return False
    if term.casefold() not in sheet.summary_terms:
        return False
    sheet.skip(block, f"the summary already has “{term}”", partly=True)
    sheet.card_lines.add(block.line)
    return True


def _groups(phrase: Phrase) -> Iterator[list[str]]:
    """The terms of each note: terms of one clause stay together if possible."""
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
    """The terms of each clause; a repeated term counts only at its first position."""
    clauses: list[list[str]] = [[]]
    fresh = set(phrase.terms)
    for span in phrase.spans:
        if not span.term:
            clauses += [[] for _ in _CLAUSE_END.finditer(f"{span.html} ")]
        elif span.plain in fresh:
            fresh.remove(span.plain)
            clauses[-1].append(span.plain)
    return clauses
