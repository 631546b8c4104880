"""The questions on a page with their answers, and the blocks that are left."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from rolecards.study.answer_keys import DEEPEST_HEADING, FEWEST, answer_keys, is_key_title, number_of
from rolecards.study.answers import answer_of, without_sources
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
from rolecards.study.ends import LISTED, announces, end_of, next_number, starts_list
from rolecards.study.forms import FORMS, SOLUTION, Form, Opened, Opening, opening_of
from rolecards.study.labels import Labels
from rolecards.study.rows import question_rows
from rolecards.study.siblings import with_siblings
from rolecards.study.text_parts import tidy
from rolecards.text.tree import QUESTION_MARKS, Block, Nodes, every, lines, whole_kind, words

MOST_CHOICES = 8  # from A to H
LONGEST_PAGE = 300  # the most words of a page that is as a whole the answer to its only question
_GAP = re.compile("_{3,}")  # in a numbered sentence to complete
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


_KEYED = replace(FORMS[-1], ends_answers=True)  # an item that an answer key answers


def claims(blocks: Sequence[Block], labels: Labels) -> Iterator[Claim | Block]:
    """The questions of these blocks, and the blocks that belong to none."""
    blocks = _with_solutions([each for block in blocks for each in _unquoted(block, labels)], labels)
    blocks = _unlisted(_with_statements(blocks), labels)
    openings = [opening_of(block, following, labels) for block, following in pairwise((*blocks, None)) if block]
    openings = _without_reasons(blocks, with_siblings(blocks, openings, labels), labels)
    blocks, openings, answered = _without_keys(blocks, openings, labels)
    headings = [block for block in blocks if block.kind == "heading"]
    # The first heading, if it is the only one on its level or above.
    title = headings[0] if headings and all(each.level > headings[0].level for each in headings[1:]) else None
    is_only = sum(bool(opening and opening[0].ends_answers) for opening in openings) == 1
    is_answer = is_only and sum(len(block.words.split()) for block in every(blocks)) <= LONGEST_PAGE
    at = 0
    while at < len(blocks):
        opening = openings[at]
        if opening is None:
            rows = list(question_rows(blocks[at], labels))
            yield from claims(rows, labels) if rows else (blocks[at],)
            at += 1
            continue
        form, asked = opening
        end = at + 1 + asked.blocks
        if not asked.blocks and asked.goes_on:
            end = end_of(blocks, openings, at, None if is_answer else title, labels)
        elif not asked.blocks:
            end = next_number(blocks, openings, at)
        claim = _claim(form, asked, blocks[at], blocks[at + 1 : end], labels)
        if answer := answered.get(blocks[at].line):
            claim = _from_key(claim, (*asked.answer, *blocks[at + 1 : end]), answer, labels)
        names_others = blocks[at].kind == "heading" and any(
            each.kind != "heading" or each.level > blocks[at].level for each in blocks[end : end + 1]
        )
        yield claim._replace(reason="title") if names_others and not claim.answer else claim
        at = at + 1 if asked.labelled and not (claim.answer or claim.covers) else end


def _without_reasons(blocks: Sequence[Block], openings: list[Opened], labels: Labels) -> list[Opened]:
    """The openings, with none in texts such as `Why not A?` below a question with choices: they explain its answer."""
    reasons = {at: reason for at, each in enumerate(blocks) if (reason := labels["refutes"].match(each.words))}
    choices, level = list[list[str]](), 0  # the words of the choices above
    for at, block in enumerate(blocks if reasons else ()):
        named = {*(reasons[at]["name"] or "").casefold().split()} if at in reasons else set[str]()
        is_reason = at in reasons and block.number < 0 and (not block.level or block.level > level > 0)
        if is_reason and any(map(named.issubset, choices)):
            openings[at] = None
        elif openings[at] or block.kind == "rule" or (block.level and answer_of(block, labels) is None):
            choices, level = [], block.level or level
        rows = [replace(each, nodes=row) for each in (block, *block.blocks) for row in lines(each.nodes)]
        listed = [row.words.casefold().split() for row in rows if is_choice(row)]
        choices = [*choices, *listed][-MOST_CHOICES:]
    return openings


def _without_keys(
    blocks: list[Block], openings: list[Opened], labels: Labels
) -> tuple[list[Block], list[Opened], dict[int, tuple[Block, ...]]]:
    """The blocks without answer keys, their openings, and titles and answers by the first lines of their questions."""
    answered: dict[int, tuple[Block, ...]] = {}
    asks = _asks(blocks, openings, labels)
    for where, answers in answer_keys(blocks, labels):
        last = where.start - 1
        if blocks[last].kind != "item" and number_of(blocks[last]) < 0 and not is_key_title(blocks[last], labels):
            last -= 1  # a text that seems to be a task because of the title
        above = takewhile(lambda at: not is_key_title(blocks[at], labels), range(last, -1, -1))
        questions = _asked(blocks, (at for at in above if asks[at]), answers)
        between = blocks[min(questions, default=where.start) : where.start]
        if len(questions) < FEWEST or any(answer_of(each, labels) is not None for each in between):
            continue
        for at in questions:
            block, opening = blocks[at], openings[at]
            keyed = block.kind == "item" or opening is None or not opening[0].ends_answers
            openings[at] = (_KEYED, Opening(tidy(block.nodes), block.blocks)) if keyed else opening
            answered[block.line] = (blocks[where.start], *answers[number_of(block)])
        # The first of two rules may be the line below the last question.
        rule = replace(blocks[where.start], kind="rule", info="", nodes=(), blocks=())
        blocks[where], openings[where] = [rule, rule], [None, None]
    return blocks, openings, answered


def _asks(blocks: Iterable[Block], openings: Iterable[Opened], labels: Labels) -> list[bool]:
    """By block, whether a key may answer it: a question, a gap, or a numbered item that is not a choice."""
    found: list[bool] = []
    below = False
    for block, opening in zip(blocks, openings, strict=True):
        is_gap = block.kind == "paragraph" and number_of(block) >= 0 and _GAP.search(block.words)
        is_asked = opening is not None and (opening[0].ends_answers or block.kind == "item")
        found.append(is_asked or bool(is_gap) or (block.kind == "item" and block.number >= 0 and not below))
        if block.kind in {"heading", "rule"} or is_asked or (below and answer_of(block, labels)):
            below = is_asked and block.kind != "item" and opening is not None and opening[1].goes_on
    return found


def _asked(blocks: Sequence[Block], above: Iterable[int], answers: Mapping[int, tuple[Block, ...]]) -> list[int]:
    """Where the questions to these answers are, from the nearest one up, as long as the numbers fall."""
    found: list[int] = []
    last = max(answers) + 1
    for at in above:
        number = number_of(blocks[at])
        if not 0 <= number < last:
            break
        last = number
        found += [at] * (number in answers)
    return found


def _from_key(claim: Claim, behind: Sequence[Block], answer: tuple[Block, ...], labels: Labels) -> Claim:
    """The question with its answer in the key, unless it has one of its own."""
    if any(answer_of(each, labels) is not None or "[x]" in each.info for each in behind):
        return claim
    title, *shown = answer
    if shown[1:] and shown[0].words.strip() == words(claim.question).strip():
        del shown[0]  # `Answer 2: Depth` below `Question 2: Depth`
    covers = (*behind, replace(title, blocks=()), *answer[1:])
    extra = without_sources(behind, labels)
    asked = (*extra, replace(claim.block, nodes=claim.question))
    return claim._replace(extra=extra, answer=with_named(asked, tuple(shown), labels), covers=covers)


def _unquoted(block: Block, labels: Labels) -> tuple[Block, ...]:
    """The blocks of a quotation or callout with labelled questions, between its title and its end; else the block."""
    if block.kind != "quote" or not any(labels["question"].match(each.words) for each in block.blocks):
        return (block,)
    title = replace(block, kind="heading", level=DEEPEST_HEADING + 1, blocks=())
    return (*([title] if block.nodes else []), *block.blocks, replace(title, kind="rule", nodes=()))


def _with_statements(blocks: Iterable[Block]) -> list[Block]:
    """The blocks; a list that starts at 1 again below a numbered question is part of the question."""
    found: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        above, below = found[-1] if found else (block, [])
        last = next((each.number for each in (*below[-1:], *above.blocks[-1:])), 0)
        goes_on = block.number == last + 1 != above.number + 1 and (last > 0 or "?" in above.words)
        if above.kind == block.kind == "item" and goes_on and above.number > 1 and "?" not in block.words:
            below.append(block)
        else:
            found.append((block, []))
    return [
        replace(above, end=below[-1].end, blocks=(*above.blocks, *below)) if below else above for above, below in found
    ]


def _with_solutions(blocks: Sequence[Block], labels: Labels) -> list[Block]:
    """The blocks; `P: …`, which is a problem, and `S: …` below it are `Q: …` and `A: …`."""
    found = [*blocks]
    for at, (above, block) in enumerate(pairwise(blocks)):
        asks = above.words.startswith("P: ") and ("?" in above.words or labels["asks"].match(above.words, 3))
        if asks and SOLUTION.match(block.words):
            for place, label in ((at, "Q"), (at + 1, "A")):
                first, *rest = found[place].nodes
                nodes = (replace(first, text=label + first.text[1:]), *rest)
                found[place] = replace(found[place], nodes=nodes)
    return found


def _unlisted(blocks: Sequence[Block], labels: Labels) -> list[Block]:
    """The blocks; a bullet that is a whole list, and a question with its answer behind it, is a bold line."""
    found = [*blocks]
    for at, (above, block, below) in enumerate(zip((None, *blocks), blocks, blocks[1:], strict=False)):
        is_bullet = block.kind == "item" and block.number < 0 and bool(block.nodes) and not block.blocks
        if not is_bullet or below.kind in {"item", "heading", "rule"}:
            continue
        text, is_listed = block.words.rstrip(), above and (above.kind == "item" or announces(above))
        is_first = above is None or above.level or above.kind == "rule" or answer_of(above, labels) is not None
        is_answered = is_first and answer_of(below, labels) is not None
        if not is_listed and (is_answered or text.endswith(QUESTION_MARKS) or labels["commands"].match(text)):
            nodes = (replace(block.nodes[0], kind="bold", text="", nodes=block.nodes),)
            found[at] = replace(block, kind="paragraph", nodes=nodes, info=LISTED)
    return found


def _claim(form: Form, asked: Opening, block: Block, behind: Sequence[Block], labels: Labels) -> Claim:
    whole = (*asked.answer, *behind)
    if form.exact and not whole[1:]:
        said = with_named((replace(block, nodes=asked.question),), whole, labels)
        return Claim(form, block, asked.question, (), said, whole)
    front = words(asked.question)
    content = with_ticks(without_sources(whole, labels), labels, front)
    unasked = {each.start for each in _with_lists(content, lambda each: labels["follow_ups"].match(each.words))}
    content = [each for each in content if each.start not in unasked]
    while content and _is_title(content, labels):
        unasked.add(content[-1].start)
        content = content[:-1]
    answers = _answers_in(content, labels)
    labelled = [at for at, answer in enumerate(answers) if answer is not None]
    if not asked.question and not labelled and any("[x]" in each.info for each in content):
        text, *options = content  # below `Question 1`
        claim = _claim(form, Opening(text.nodes), block, options, labels)
        return claim._replace(covers=(text, *claim.covers))
    # `A: …` above a collapsible answer is the first of several choices.
    first = next((at for at in labelled if content[at].info == "details"), labelled[0] if labelled else 0)
    open_choices = bool(content) and not labelled and all(is_open_choice(each, labels) for each in content)
    if open_choices or (asked.labelled and not labelled and (not asked.question or form.name != "label")):
        return Claim(form, block, asked.question, (), (), ())
    inside = ((each,) if answer is None else answer for each, answer in zip(content, answers, strict=True))
    answer = tuple(each for several in list(inside)[first:] for each in several)
    points_to = "table" if labels["shows_table"].search(front) else "code" if labels["points"].search(front) else ""
    if not first and points_to:
        none = len(answer) if points_to == "table" or labels["shows"].search(front) else 0
        first = next((at for at, each in enumerate(answer) if each.kind != points_to), none)
        content, answer = answer, answer[first:]
    # What has a heading of its own before the answer is not asked.
    end = next((at for at, each in enumerate(content[:first]) if each.kind == "heading"), first)
    explains = (at for at, each in enumerate(content[:end]) if _explains(each, labels))
    explained = content[next(explains, end) : end]
    about = _with_lists(content[: end - len(explained)], lambda each: _is_about(each, labels))
    unasked |= {each.start for each in (*about, *content[end:first])}
    asked_too = [each for each in content[: end - len(explained)] if each.start not in unasked]
    is_name = [each.kind == "paragraph" and labels["numbered"].match(each.words) for each in asked_too]
    extra = tuple(each for each, name in zip(asked_too, is_name, strict=True) if not name)  # without `Question:`
    answer = answer if form.name == "two-sides" else without_mark(answer, labels)
    extra, answer = with_choices(extra, (*answer, *explained), labels)
    scores = (labels["score"].match(each.words) for each in content)
    answer = () if any(score and score["points"] != score["most"] for score in scores) else answer  # it was wrong
    answer = with_named((replace(block, nodes=asked.question),), answer, labels)  # its lines may be choices
    covers = tuple(each for each in whole if each.start not in unasked)
    return Claim(form, block, asked.question, extra, answer, covers, asked.text, asked.reason)


def _explains(block: Block, labels: Labels) -> bool:
    """Whether a text explains the answer, such as `Explanation: …` and `Why A is wrong: …`."""
    text = block.words
    reason = labels["refutes"].match(text)
    return labels["explanation"].match(text) is not None or (reason is not None and not reason["name"])


def _is_title(content: Sequence[Block], labels: Labels) -> bool:
    """Whether the last block of an answer belongs to what is behind it: a heading, or a line that ends in a colon."""
    last = content[-1]
    is_open = last.kind == "paragraph" and bool(content[1:]) and whole_kind(last.nodes) == "bold" and announces(last)
    return (last.kind == "heading" or is_open) and answer_of(last, labels) is None


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
        before, has_choices = each, has_choices or is_choice(each) or _is_about(each, labels)
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


def _is_about(block: Block, labels: Labels) -> bool:
    """Whether a line between a question and its answer says something about the question, such as `Level: easy`."""
    text = block.words
    label, colon, _ = text.partition(":")
    is_label = bool(colon) and (labels.has("about_questions", label) or bool(labels["source"].match(text)))
    return is_label or bool(labels["announces"].match(text) or labels["score"].match(text))
