"""One question: what is asked, what answers it, and what belongs to neither."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from rolecards.study.answers import answer_of, is_about, without_sources
from rolecards.study.choices import (
    CHOICE,
    FEWEST_CHOICES,
    is_choice,
    is_open_choice,
    lettered,
    with_choices,
    with_named,
    with_ticks,
    without_mark,
)
from rolecards.study.ends import announces, starts_list
from rolecards.study.forms import Form, Opening
from rolecards.study.labels import Labels
from rolecards.text.tree import Block, Nodes, cut, lines, whole_kind, words

LONGEST_TITLE = 8  # the most words of a line such as `🚢 Ships and boats` above the next questions
_SECTION = re.compile(r"[\U0001f300-\U0001faff]\ufe0f?\s.*[^.!?:;]", re.DOTALL)
_ARROW = re.compile(r"(?:[-=]{1,2}>|[\u2192\u21d2\u27a1]\ufe0f?)\s+(?=\S)")
_FIRST_CHOICE = re.compile(r"\W*A\s?:\s")
_SECOND_CHOICE = re.compile(r"\W*[Bb](?:[.)]|\s?:)\s")


class Claim(NamedTuple):
    """A question with its answer."""

    form: Form
    block: Block
    question: Nodes
    extra: tuple[Block, ...]  # the blocks between question and answer, which are part of the question
    answer: tuple[Block, ...]
    covers: tuple[Block, ...]  # all blocks after the question that belong to it
    text: Nodes = ()
    reason: str = ""  # why there is no card


def claim_of(form: Form, asked: Opening, block: Block, behind: Sequence[Block], labels: Labels) -> Claim:
    """The question in a block, with its answer in the blocks behind it.

    `Which side is port?`, `A) left`, `B) right`, `Answer: A` → the choices are asked, and the answer is `A) left`.
    """
    whole, front = (*asked.answer, *behind), replace(block, nodes=asked.question)
    if form.exact and not whole[1:]:
        return Claim(form, block, asked.question, (), with_named((front,), whole, labels), whole)
    content = with_ticks(without_sources(whole, labels), labels, front.words)
    about = [*takewhile(lambda each: is_about(each, labels), content)]
    is_titled = any(each.level for each in content[len(about) : len(about) + 1])
    about = about if is_titled else []
    content = content[len(about) :]
    further = {each.start for each in _with_lists(content, lambda each: labels["follow_ups"].match(each.words))}
    further |= {each.start for each in about}
    content = [each for each in content if each.start not in further]
    while content and _is_title(content, labels):
        further.add(content[-1].start)
        content = content[:-1]
    answers = _answers_in(content, labels)
    has_label = any(answer is not None for answer in answers)
    if not asked.question and not has_label and any("[x]" in each.info for each in content):
        text, *options = content  # below `Question 1`
        claim = claim_of(form, Opening(text.nodes), block, options, labels)
        return claim._replace(covers=(text, *claim.covers))
    may_be_open = not has_label and block.info != "details"
    is_open = may_be_open and bool(content) and all(is_open_choice(each, labels) for each in content)
    if is_open or (asked.labelled and not has_label and (not asked.question or form.name != "label")):
        return Claim(form, block, asked.question, (), (), ())
    before, answer = _split(content, answers, front.words, labels)
    extra, explained, asides = _of_question(before, labels)
    answer = answer if form.exact else _without_arrow(without_mark(answer, labels))
    extra, answer = with_choices(extra, (*answer, *explained), labels)
    scores = (labels["score"].match(each.words) for each in content)
    answer = () if any(score and score["points"] != score["most"] for score in scores) else answer  # it was wrong
    answer = with_named((front,), answer, labels)  # its lines may be choices
    covers = tuple(each for each in whole if each.start not in further | asides)
    return Claim(form, block, asked.question, extra, answer, covers, asked.text, asked.reason)


def _split(
    content: Sequence[Block], answers: Sequence[tuple[Block, ...] | None], front: str, labels: Labels
) -> tuple[Sequence[Block], tuple[Block, ...]]:
    """The blocks before the answer, and the answer without labels.

    Without a label, all blocks are the answer, except the code or table that the question is about.
    """
    labelled = [at for at, answer in enumerate(answers) if answer is not None]
    # `A: …` above a collapsible answer is the first of several choices.
    first = next((at for at in labelled if content[at].info == "details"), labelled[0] if labelled else 0)
    inside = [(each,) if answer is None else answer for each, answer in zip(content, answers, strict=True)]
    answer = tuple(each for several in inside[first:] for each in several)
    kind = "table" if labels["shows_table"].search(front) else "code" if labels["points"].search(front) else ""
    if first or not kind:
        return content[:first], answer
    none = len(answer) if kind == "table" or labels["shows"].search(front) else 0
    first = next((at for at, each in enumerate(answer) if each.kind != kind), none)
    return answer[:first], answer[first:]


def _without_arrow(answer: tuple[Block, ...]) -> tuple[Block, ...]:
    """The answer without an arrow in front of its first text."""
    first, *others = answer or (None,)
    arrow = _ARROW.match(first.words) if first and first.kind == "paragraph" else None
    return (replace(first, nodes=cut(first.nodes, arrow.end())), *others) if first and arrow else answer


def _of_question(before: Sequence[Block], labels: Labels) -> tuple[tuple[Block, ...], Sequence[Block], set[int]]:
    """Of the blocks before an answer, those that are part of the question, those that explain the answer, and asides.

    What has a heading of its own before the answer is not asked, nor what has a bold title below the choices.
    """
    end = next((at for at, each in enumerate(before) if _has_title(before[at - 1 : at], each, labels)), len(before))
    explains = next((at for at, each in enumerate(before[:end]) if _explains(each, labels)), end)
    about = _with_lists(before[:explains], lambda each: is_about(each, labels))
    asides = {each.start for each in (*about, *before[end:])}
    asked = (each for each in before[:explains] if each.start not in asides)
    # without `Question:`
    extra = tuple(each for each in asked if each.kind != "paragraph" or not labels["numbered"].match(each.words))
    return extra, before[explains:end], asides


def _has_title(above: Sequence[Block], block: Block, labels: Labels) -> bool:
    """Whether a block starts something else: a heading, or a bold line below a choice."""
    is_line = whole_kind(block.nodes) == "bold" and not (is_choice(block) or _explains(block, labels))
    return block.kind == "heading" or (is_line and any(map(is_choice, above)))


def _explains(block: Block, labels: Labels) -> bool:
    """Whether a text explains the answer, such as `Explanation: …` and `Why A is wrong: …`."""
    text = block.words
    reason = labels["refutes"].match(text)
    return labels["explanation"].match(text) is not None or (reason is not None and not reason["name"])


def _is_title(content: Sequence[Block], labels: Labels) -> bool:
    """Whether the last block of an answer belongs to what is behind it: a heading, or a line that ends in a colon."""
    last = content[-1]
    is_open = last.kind == "paragraph" and bool(content[1:]) and whole_kind(last.nodes) == "bold" and announces(last)
    above, is_line = content[-2:-1], last.kind == "paragraph" and len(last.words.split()) <= LONGEST_TITLE
    is_section = bool(is_line and above and _SECTION.fullmatch(last.words) and not _SECTION.match(above[0].words))
    is_title = last.kind == "heading" or is_open or is_section
    return is_title and answer_of(last, labels) is None


def _answers_in(content: Sequence[Block], labels: Labels) -> list[tuple[Block, ...] | None]:
    """By block, the answer in it without its label; None if it has no label.

    `Solution:` in an item is not a label unless the items above it are choices; `A:` is not a label if `B:` follows.
    """
    found: list[tuple[Block, ...] | None] = []
    before, has_choices = None, False  # or lines about the question
    for each in content:
        goes_on = before and each.kind == before.kind == "item" and not starts_list(before, each)
        answer = None if goes_on and not has_choices else answer_of(each, labels)
        found.append(answer_of(each, labels, "ticked") if answer is None and has_choices else answer)
        before, has_choices = each, has_choices or is_choice(each) or is_about(each, labels)
    rows = [row for each in content for row in lines(each.nodes)]
    if any(_SECOND_CHOICE.match(words(row)) or _has_choices(row) for row in rows):
        firsts = [_FIRST_CHOICE.match(each.words) for each in content]
        return [None if first else answer for first, answer in zip(firsts, found, strict=True)]
    if any(answer is not None for answer in found):
        return found
    is_ticked = any("[x]" in each.info for each in content)
    if has_choices and not is_ticked and any(labels["explanation"].match(each.words) for each in content):
        return [answer_of(each, labels, "explanation") for each in content]
    return [answer_of(each, labels, "answer_letter") for each in content]


def _has_choices(row: Nodes) -> bool:
    """Whether a line has several choices, such as `A. one B. two C. three`."""
    return bool(CHOICE.match(words(row))) and len([*lettered(row)]) >= FEWEST_CHOICES


def _with_lists(blocks: Sequence[Block], is_aside: Callable[[Block], object]) -> Iterator[Block]:
    """The blocks that are asides, with the lists of bare items below them."""
    below = False
    for block in blocks:
        is_first, is_listed = bool(is_aside(block)), block.kind == "item" and not block.blocks
        if is_first or (below and is_listed and not is_choice(block)):
            yield block
        below = (is_first and not is_listed) or (below and is_listed)
