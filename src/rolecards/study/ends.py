"""Where the answer to a question ends.

It ends at the next question, the next heading of the same level, a rule, or the end of its list item.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rolecards.study.answer_keys import DEEPEST_HEADING, number_of
from rolecards.study.answers import LABEL_NUMBER, TEXTS, answer_of, is_about
from rolecards.study.forms import Opened
from rolecards.study.labels import Labels
from rolecards.study.rows import question_rows
from rolecards.study.text_parts import has_number
from rolecards.text.tree import QUESTION_MARKS, Block, has_question_mark, whole_kind, words

LISTED = "listed"  # the `info` of a question that was the only bullet of its list


class _Asked(NamedTuple):
    """A question whose answer is open."""

    at: int
    block: Block
    opened: Opened


def end_of(blocks: Sequence[Block], openings: Sequence[Opened], at: int, title: Block | None, labels: Labels) -> int:
    """Where the answer to the question at this position ends; if the title of the page asks, at any heading."""
    block = blocks[at] if blocks[at] is not title else replace(blocks[at], level=DEEPEST_HEADING)
    opened = openings[at]
    if block.kind == "paragraph" and not (opened and opened[1].answer):
        block = replace(block, level=_level_inside(blocks, at, labels))
    asked = _Asked(at, block, opened)
    ends = (end for end in range(at + 1, len(blocks)) if _is_end(blocks, openings, end, asked, labels))
    return next(ends, len(blocks))


def _is_end(blocks: Sequence[Block], openings: Sequence[Opened], end: int, asked: _Asked, labels: Labels) -> bool:
    """Whether the answer to a question ends before this block."""
    at, question, opened = asked
    before, block, below = blocks[end - 1], blocks[end], blocks[end + 1 : end + 2]
    opening = openings[end]
    is_answered_below = block.kind == "rule" and any(answer_of(each, labels) is not None for each in below)
    if block.kind == "rule" and (question.kind in {"heading", "item"} or is_answered_below):
        is_begun = end > at + 1 and answer_of(before, labels) != ()
        # A quotation, a deeper heading or an answer behind the rule belongs to the answer before it.
        return is_begun and not (is_answered_below or any(each.level > question.level > 0 for each in below))
    is_labelled = labels["question"].match(question.words) and answer_of(block, labels) is not None
    number = LABEL_NUMBER.match(block.words) if is_labelled else None
    is_of_other = number and number_of(question) not in (-1, int(number[1]))  # `A1:` below `Q2:`
    is_subtitle = block.level > question.level > 0 and has_number(question.nodes) and not has_number(block.nodes)
    is_part = is_subtitle and not has_question_mark(block.words)
    is_separate = _is_separate(blocks, openings, end) and not (is_part or _is_meant(blocks, openings, at, end, labels))
    if is_of_other or (is_separate and _is_another(opened, opening, question, block)):
        return True
    if opened and opened[0].only_lists and block.kind in {"paragraph", "quote"}:
        return True
    if opening and question.kind == "paragraph" and opening[1].answer and block.blocks:
        return True  # an item with its own answer
    first = at if opened and opened[1].answer else at + 1
    is_answered = end > first and not announces(before) and answer_of(before, labels) != ()
    is_named = block.kind == "code" or (bool(block.rows) and labels.has("columns", words(block.rows[0][0])))
    rows = (is_named or has_question_mark(row.words.partition(" :: ")[0]) for row in question_rows(block, labels))
    asks_on = question.kind in TEXTS and any(rows)  # a table of questions or terms, or a list
    asks_on = asks_on or (len(below) == 1 and all(_is_question_item(each, labels) for each in (block, *below)))
    if is_answered and asks_on:
        return True
    is_italic = bool(opened and question.nodes) and question.nodes[0].kind == "italic"
    is_aside = is_italic and whole_kind(block.nodes) == "bold"
    is_bullet = block.kind == "item" and "item" not in {each.kind for each in (before, *below)}  # a whole list
    is_next = is_bullet and question.info == LISTED and block.number == question.number
    is_ended = is_aside or is_next or _ends_definition(blocks, at, end)
    return is_ended or _is_behind(question, before, block, labels)


def next_number(blocks: Sequence[Block], openings: Sequence[Opened], at: int) -> int:
    """Where the next question of a numbered list is, if only texts are before it; else the next block."""
    for end in range(at + 1, len(blocks) if blocks[at].number >= 0 and not blocks[at].blocks else 0):
        block = blocks[end]
        following = end + (block.kind == "rule")
        if openings[following : following + 1] not in ([], [None]):
            return end if blocks[following].number == blocks[at].number + 1 else at + 1
        if block.level or block.kind == "rule" or block.number >= 0 or whole_kind(block.nodes) == "bold":
            break
    return at + 1


def _is_separate(blocks: Sequence[Block], openings: Sequence[Opened], at: int) -> bool:
    """Whether there is a question here that is separate from the one in the heading above it."""
    opening = openings[at]
    below = blocks[at - 1].kind == "heading" and openings[at - 1]
    # `Question:` alone below a heading that asks only announces the rest of the question.
    announces = opening is not None and opening[1].labelled and not opening[1].question
    return opening is not None and (not below or (opening[0].heads and not announces))


def _is_meant(blocks: Sequence[Block], openings: Sequence[Opened], at: int, end: int, labels: Labels) -> bool:
    """Whether the question here is the one that a label such as `Question 4` announces."""
    opened, opening = openings[at], openings[end]
    if not opened or opened[1].question or not opening:
        return False
    between = range(at + 1, end)
    is_rest = bool(between) and all(blocks[each].kind == "paragraph" and not openings[each] for each in between)
    is_open = all(answer_of(blocks[each], labels) is None for each in between)
    return is_open and (not opening[0].heads or (is_rest and opening[0].guesses))


def _is_another(opened: Opened, opening: Opened, question: Block, block: Block) -> bool:
    """Whether a question ends the answer to one above it."""
    if not opened or not opening:
        return False
    return opening[0].ends_answers or question.kind == block.kind == "item" or opening[0] is opened[0]


def _level_inside(blocks: Sequence[Block], at: int, labels: Labels) -> int:
    """The level of the heading above a question, if its answer starts with a deeper one; else 0."""
    start = next((here for here in range(at + 1, len(blocks)) if not is_about(blocks[here], labels)), len(blocks))
    below = blocks[start : start + 2]
    if len(below) > 1 and below[1].level and answer_of(below[0], labels) == ():
        below = below[1:]
    above = next((block.level for block in reversed(blocks[:at]) if block.level), 1) if below and below[0].level else 0
    return above if 0 < above < below[0].level else 0


def _ends_definition(blocks: Sequence[Block], at: int, end: int) -> bool:
    """Whether a text is behind the meanings of the term at this position in a definition list."""
    before, block = blocks[end - 1], blocks[end]
    is_meaning = [words(each.nodes[:1]).startswith(": ") for each in (blocks[at + 1], block)]
    goes_on = announces(before) or before.kind == block.kind == "item"
    return is_meaning == [True, False] and block.kind in TEXTS and not goes_on


def announces(block: Block) -> bool:
    """Whether a text announces what is below it."""
    return block.words.rstrip().endswith(":")


def _is_behind(question: Block, before: Block, block: Block, labels: Labels) -> bool:
    """Whether a block that is not a question is after the end of an answer."""
    match block.kind, question.kind:
        case "rule", _:
            return True
        case "heading", _:
            number = LABEL_NUMBER.match(block.words)  # of `Answer 2`
            is_own = number is None or number_of(question) in (-1, int(number[1]))
            goes_on = is_own and answer_of(block, labels) is not None
            is_part = block.level == question.level and announces(block) and _is_about_question(block, labels)
            is_other = not question.level or (block.level <= question.level and not is_part)
            return not goes_on and (is_other or labels.has("left_out", block.words))
        case "item", "item":
            answered = any(answer_of(block, labels, label) is not None for label in ("answer", "answer_letter"))
            return not answered and not starts_list(question, block)
        case "item", "paragraph":
            is_next = before.kind != "item" and block.number == number_of(question) + 1 > 1
            return is_next or (before.kind == "item" and starts_list(before, block))
    return False


def _is_question_item(block: Block, labels: Labels) -> bool:
    """Whether a block is a numbered question."""
    return (
        block.number >= 0
        and block.words.rstrip().endswith(QUESTION_MARKS)
        and labels["asks"].match(block.words) is not None
    )


def _is_about_question(block: Block, labels: Labels) -> bool:
    """Whether a heading is a label such as `Example:`, which is about the question above it."""
    return labels.is_aspect(block.words) or labels.has("any_label", block.words)


def starts_list(before: Block, block: Block) -> bool:
    """Whether an item after another starts a new list."""
    return block.number <= before.number if block.number >= 0 <= before.number else block.number != before.number
