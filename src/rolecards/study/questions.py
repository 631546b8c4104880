"""Cards whose question is in the notes: `Q:` and `A:`, cloze markup, question headings, and announced lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.problems import problem
from rolecards.source.page import MarkdownPlace
from rolecards.study import pairs
from rolecards.study.draft import Sides
from rolecards.study.phrase import read_phrase
from rolecards.study.subject import lead_of, prepend_lead, replace_pronoun
from rolecards.study.terms import name_subject
from rolecards.text.field import back_html, nodes_html
from rolecards.text.plain import to_plain
from rolecards.text.tree import CARD_KINDS, every, every_node, words

if TYPE_CHECKING:
    from rolecards.study.phrase import Phrase
    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject
    from rolecards.text.tree import Block, Nodes

LONGEST_ANSWER = 7
"""The most lines of a list or text that one answer may have."""

LONGEST_LIST = 30
"""The most words of a list that is one answer about a term; a longer list consists of separate facts."""

_MISPLACED = re.compile(r"\{#[\w-]+\}\s*$")


def pair(sheet: Sheet, block: Block, following: Block | None) -> bool | None:
    """Add the cards of `Q:` and `A:`; returns whether the next block is an answer, or None if there is no `Q:`."""
    questions = pairs.questions(block.nodes)
    for at, (question, answer) in enumerate(questions, start=1):
        if answer:
            _ask(sheet, block, question, answer, part=str(at) if at > 1 else "")
    if not questions:
        return None
    question, answer = questions[-1]
    part = str(len(questions)) if len(questions) > 1 else ""
    return not answer and _answer_elsewhere(sheet, block, question, following, part)


def _answer_elsewhere(sheet: Sheet, block: Block, question: Nodes, following: Block | None, part: str) -> bool:
    """Add a `Q:` whose answer is the next block, which starts with `A:`, or the blocks below the bullet."""
    follows = following is not None and pairs.answer(following.nodes) is not None
    answer = (following,) if follows and following else block.blocks
    if answer:
        first, *others = answer
        nodes = pairs.answer(first.nodes) or first.nodes
        opening = replace(first, nodes=nodes, kind="paragraph" if first.kind == "item" else first.kind)
        back = back_html([opening, *others])
        sheet.answer_lines |= {each.line for each in answer}
        asked = read_phrase(question)
        front = asked.shown()
        if not back or not sheet.add(block, words=asked.plain, front=front, back=back, part=part, shows=answer):
            for each in every(tuple(answer)):
                sheet.skip(each, "an answer that is on no card")
    else:
        sheet.skip(block, "a question without an answer", partly=True)
    return follows


def two_sides(sheet: Sheet, block: Block) -> bool:
    """Add the card of `front :: back`; returns whether the text has this form."""
    sides = pairs.front_and_back(block.nodes)
    if sides:
        _ask(sheet, block, *sides)
    return bool(sides)


def _ask(sheet: Sheet, block: Block, question: Nodes, answer: Nodes, part: str = "") -> None:
    if misplaced := _MISPLACED.search(words(question)):
        place = MarkdownPlace(page=sheet.page, block=block).of(words=misplaced[0].strip())
        message = f"`{misplaced[0].strip()}` is at the end of a question, so it would be part of its text"
        sheet.problems.append(problem("RC163", place, message, "move it to the end of the answer"))
    front, back = read_phrase(question), read_phrase(answer)
    if front.shown() and back.shown():
        sides = Sides(front=front.shown(), back=back.shown(), part=part)
        sheet.add(block, phrases=(front, back), words=front.plain, **sides)


def cloze_markup(sheet: Sheet, block: Block, above: Subject | None) -> bool:
    """Add the card of a text with `{{c1::…}}`; returns whether the text has such markup."""
    deletions = [node for node in every_node(block.nodes) if node.kind == "cloze"]
    if not deletions:
        return False
    hidden = [to_plain(nodes_html(node.nodes)) for node in deletions]
    text = nodes_html(block.nodes).strip()
    sheet.add(block, words=read_phrase(block.nodes).plain, text=text, context=sheet.context(above, hidden))
    return True


def question_heading(sheet: Sheet) -> None:
    """Add the heading of the section if it is a question and the text below it is short enough to be its answer."""
    heading = sheet.section.heading
    question = read_phrase(heading.nodes) if heading else None
    if heading is None or question is None or not question.plain.endswith("?"):
        return
    answer = [block for block in sheet.section.blocks if block.kind in CARD_KINDS]
    lines = [block for block in every(tuple(answer)) if block.nodes or block.text or block.rows]
    has_pairs = any(pairs.question(block.nodes) is not None or pairs.front_and_back(block.nodes) for block in lines)
    back = back_html(answer)
    if back and len(lines) <= LONGEST_ANSWER and not has_pairs:
        sheet.add(heading, phrases=(question,), words=question.plain, front=question.shown(), back=back, shows=answer)


def announced_list(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """Add a bullet that announces the list below it, such as `Three reasons:`; returns whether it does."""
    items = [child for child in block.blocks if child.kind == "item"]
    if not phrase.plain.endswith((":", "?")) or not 0 < len(items) <= LONGEST_ANSWER:
        return False
    answers = [read_phrase(item.nodes) for item in items]
    if any(item.blocks for item in items) or any(answer.terms for answer in answers):
        return False
    if lead_of(phrase) and sum(len(answer.plain.split()) for answer in answers) > LONGEST_LIST:
        return False  # sentences about a term: each is a separate fact
    front = (replace_pronoun(phrase, above) if above else None) or name_subject(sheet, phrase, above)
    if front is phrase and above and above.term:
        front = prepend_lead(above.lead, phrase, above.chain)
    back = back_html(items)
    added = sheet.add(block, phrases=(phrase,), words=front.plain, front=front.shown(), back=back, shows=items)
    if added and front is not phrase:
        sheet.use(above)
    return True
