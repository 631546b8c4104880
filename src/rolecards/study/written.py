"""Cards that stand in the notes as such: questions with their answers, cloze markup, lists that something announces."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rolecards.problems import problem
from rolecards.source.markdown import MarkdownPlace, every
from rolecards.study import pairs
from rolecards.study.draft import Sides
from rolecards.study.markup import SHOWN, markup
from rolecards.study.phrase import apart
from rolecards.study.subject import about, lead_of, led_by
from rolecards.study.terms import led
from rolecards.text import cloze
from rolecards.text.inline import cloze_to_html

if TYPE_CHECKING:
    from rolecards.source.markdown import Block
    from rolecards.study.phrase import Phrase
    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject

LONGEST_ANSWER = 7
"""Lines of a list or text that one answer may have."""

LONGEST_LIST = 30
"""Words of a list that is one answer about a term; a longer one is sentences, and nobody recalls those as one."""

_CLOZE = re.compile(r"\{\{c\d|\{\{\s*[cC]?\d+::")


def pair(sheet: Sheet, block: Block, following: Block | None) -> bool | None:
    """Ask what stands behind `Q:`; whether the answer is the block that follows, None where there is no `Q:`."""
    asked = pairs.questions(block.text)
    for at, (question, answer) in enumerate(asked, start=1):
        if answer:
            _ask(sheet, block, question, answer, part=str(at) if at > 1 else "")
    if not asked:
        return None
    question, answer = asked[-1]
    part = str(len(asked)) if len(asked) > 1 else ""
    return _answered_elsewhere(sheet, block, question, following, part) if not answer else False


def _answered_elsewhere(sheet: Sheet, block: Block, question: str, following: Block | None, part: str) -> bool:
    """The answer to a `Q:` is the next block's `A:`, or what stands below the bullet."""
    follows = following is not None and pairs.answer(following.text) is not None
    inside = (following,) if follows and following else block.blocks
    if inside:
        first, *others = inside
        text = pairs.answer(first.text) or first.text
        opening = replace(first, text=text, kind="paragraph") if first.kind == "item" else replace(first, text=text)
        back = markup([opening, *others], sheet.phrase)
        sheet.answers |= {answer.line for answer in inside}
        asked = sheet.phrase(question).shown()
        if not back or not sheet.add(block, words=question, front=asked, back=back, part=part, shows=inside):
            for left in every(tuple(inside)):
                sheet.skip(left, "an answer that stands on no card")
    else:
        sheet.skip(block, "a question without an answer", also=True)
    return follows


def two_sides(sheet: Sheet, block: Block) -> bool:
    """Ask `front :: back`."""
    sides = pairs.front_and_back(block.text)
    if sides:
        _ask(sheet, block, *sides)
    return bool(sides)


def _ask(sheet: Sheet, block: Block, question: str, answer: str, part: str = "") -> None:
    front, back = sheet.phrase(question), sheet.phrase(answer)
    if front.shown() and back.shown():
        sides = Sides(front=front.shown(), back=back.shown(), part=part)
        sheet.add(block, phrases=(front, back), words=front.plain, **sides)


def cloze_markup(sheet: Sheet, block: Block, above: Subject | None) -> bool:
    """Take a text with `{{c1::…}}` as its author wrote it."""
    if not _CLOZE.search(block.text):
        return False
    pieces, faults = cloze.parse(block.text)
    place = MarkdownPlace(page=sheet.page, block=block)
    sheet.problems += [problem("RC131", place.of(words=fault.words), fault.message, fault.hint) for fault in faults]
    if not faults and cloze.numbers(pieces):
        text = apart(cloze_to_html(pieces, lambda words: sheet.phrase(words).shown()))
        words = sheet.phrase(cloze.reveal(pieces)).plain
        sheet.add(block, words=words, text=text, context=sheet.context(above, cloze.hidden(pieces).values()))
    return True


def question_heading(sheet: Sheet) -> None:
    """Ask a heading that is a question, where what stands under it is short enough to be its answer."""
    heading = sheet.section.heading
    question = sheet.phrase(heading.text) if heading else None
    if heading is None or question is None or not question.plain.endswith("?"):
        return
    answer = [block for block in sheet.section.blocks if block.kind in SHOWN]
    lines = [block for block in every(tuple(answer)) if block.text or block.rows]
    asks = any(pairs.question(block.text) is not None or pairs.front_and_back(block.text) for block in lines)
    back = markup(answer, sheet.phrase)
    if back and len(lines) <= LONGEST_ANSWER and not asks:
        sheet.add(heading, phrases=(question,), words=question.plain, front=question.shown(), back=back, shows=answer)


def announced_list(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> bool:
    """Ask for what stands below a bullet that announces or asks for it: `Three reasons:`."""
    inside = [inner for inner in block.blocks if inner.kind == "item"]
    if not phrase.plain.endswith((":", "?")) or not 0 < len(inside) <= LONGEST_ANSWER:
        return False
    said = [sheet.phrase(inner.text) for inner in inside]
    if any(inner.blocks for inner in inside) or any(phrase.terms for phrase in said):
        return False
    if lead_of(phrase) and sum(len(text.plain.split()) for text in said) > LONGEST_LIST:
        return False  # sentences about a term: each is a fact of its own
    front = (about(phrase, above) if above else None) or led(sheet, phrase, above)
    if front is phrase and above and above.term:
        front = led_by(above.lead, phrase, above.chain)
    back = markup(inside, sheet.phrase)
    added = sheet.add(block, phrases=(phrase,), words=front.plain, front=front.shown(), back=back, shows=inside)
    if added and front is not phrase:
        sheet.use(above)
    return True
