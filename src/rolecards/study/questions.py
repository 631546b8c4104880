"""Cards whose question is in the notes: `Q:` and `A:`, cloze markup, question headings, and announced lists."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rolecards.problems import problem
from rolecards.source.markdown import MarkdownPlace, every
from rolecards.study import pairs
from rolecards.study.draft import Sides
from rolecards.study.markup import CARD_KINDS, markup
from rolecards.study.phrase import guard_backslashes
from rolecards.study.subject import lead_of, prepend_lead, replace_pronoun
from rolecards.study.terms import name_subject
from rolecards.text import cloze
from rolecards.text.inline import cloze_to_html

if TYPE_CHECKING:
    from rolecards.source.markdown import Block
    from rolecards.study.phrase import Phrase
    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject

LONGEST_ANSWER = 7
"""The most lines of a list or text that one answer may have."""

LONGEST_LIST = 30
"""The most words of a list that is one answer about a term; a longer list consists of separate facts."""

_CLOZE = re.compile(r"\{\{c\d|\{\{\s*[cC]?\d+::")


def pair(sheet: Sheet, block: Block, following: Block | None) -> bool | None:
    """Add the cards of `Q:` and `A:`; returns whether the next block is an answer, or None if there is no `Q:`."""
    questions = pairs.questions(block.text)
    for at, (question, answer) in enumerate(questions, start=1):
        if answer:
            _ask(sheet, block, question, answer, part=str(at) if at > 1 else "")
    if not questions:
        return None
    question, answer = questions[-1]
    part = str(len(questions)) if len(questions) > 1 else ""
    return not answer and _answer_elsewhere(sheet, block, question, following, part)


def _answer_elsewhere(sheet: Sheet, block: Block, question: str, following: Block | None, part: str) -> bool:
    """Add a `Q:` whose answer is the next block, which starts with `A:`, or the blocks below the bullet."""
    follows = following is not None and pairs.answer(following.text) is not None
    answer = (following,) if follows and following else block.blocks
    if answer:
        first, *others = answer
        text = pairs.answer(first.text) or first.text
        opening = replace(first, text=text, kind="paragraph") if first.kind == "item" else replace(first, text=text)
        back = markup([opening, *others], sheet.phrase)
        sheet.answer_lines |= {each.line for each in answer}
        front = sheet.phrase(question).shown()
        if not back or not sheet.add(block, words=question, front=front, back=back, part=part, shows=answer):
            for each in every(tuple(answer)):
                sheet.skip(each, "an answer that is on no card")
    else:
        sheet.skip(block, "a question without an answer", partly=True)
    return follows


def two_sides(sheet: Sheet, block: Block) -> bool:
    """Add the card of `front :: back`; returns whether the text has this form."""
    sides = pairs.front_and_back(block.text)
    if sides:
        _ask(sheet, block, *sides)
    return bool(sides)


_MISPLACED = re.compile(r"\{#[\w-]+\}\s*$")


def _ask(sheet: Sheet, block: Block, question: str, answer: str, part: str = "") -> None:
    if misplaced := _MISPLACED.search(question):
        place = MarkdownPlace(page=sheet.page, block=block).of(words=misplaced[0].strip())
        message = f"`{misplaced[0].strip()}` is at the end of a question, so it would be part of its text"
        sheet.problems.append(problem("RC163", place, message, "move it to the end of the answer"))
    front, back = sheet.phrase(question), sheet.phrase(answer)
    if front.shown() and back.shown():
        sides = Sides(front=front.shown(), back=back.shown(), part=part)
        sheet.add(block, phrases=(front, back), words=front.plain, **sides)


def cloze_markup(sheet: Sheet, block: Block, above: Subject | None) -> bool:
    """Add the card of a text with `{{c1::…}}`; returns whether the text has such markup."""
    if not _CLOZE.search(block.text):
        return False
    pieces, faults = cloze.parse(block.text)
    place = MarkdownPlace(page=sheet.page, block=block)
    sheet.problems += [problem("RC131", place.of(words=fault.words), fault.message, fault.hint) for fault in faults]
    if not faults and cloze.numbers(pieces):
        text = guard_backslashes(cloze_to_html(pieces, lambda words: sheet.phrase(words).shown()))
        words = sheet.phrase(cloze.reveal(pieces)).plain
        sheet.add(block, words=words, text=text, context=sheet.context(above, cloze.hidden(pieces).values()))
    return True


def question_heading(sheet: Sheet) -> None:
    """Add the heading of the section if it is a question and the text below it is short enough to be its answer."""
    heading = sheet.section.heading
    question = sheet.phrase(heading.text) if heading else None
    if heading is None or question is None or not question.plain.endswith("?"):
        return
    answer = [block for block in sheet.section.blocks if block.kind in CARD_KINDS]
    lines = [block for block in every(tuple(answer)) if block.text or block.rows]
    has_pairs = any(pairs.question(block.text) is not None or pairs.front_and_back(block.text) for block in lines)
    back = markup(answer, sheet.phrase)
    if back and len(lines) <= LONGEST_ANSWER and not has_pairs:
        sheet.add(heading, phrases=(question,), words=question.plain, front=question.shown(), back=back, shows=answer)


def announced_list(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """Add a bullet that announces the list below it, such as `Three reasons:`; returns whether it does."""
    items = [child for child in block.blocks if child.kind == "item"]
    if not phrase.plain.endswith((":", "?")) or not 0 < len(items) <= LONGEST_ANSWER:
        return False
    answers = [sheet.phrase(item.text) for item in items]
    if any(item.blocks for item in items) or any(answer.terms for answer in answers):
        return False
    if lead_of(phrase) and sum(len(answer.plain.split()) for answer in answers) > LONGEST_LIST:
        return False  # sentences about a term: each is a separate fact
    front = (replace_pronoun(phrase, above) if above else None) or name_subject(sheet, phrase, above)
    if front is phrase and above and above.term:
        front = prepend_lead(above.lead, phrase, above.chain)
    back = markup(items, sheet.phrase)
    added = sheet.add(block, phrases=(phrase,), words=front.plain, front=front.shown(), back=back, shows=items)
    if added and front is not phrase:
        sheet.use(above)
    return True
