"""The questions on a page with their answers, and the blocks that are left."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, takewhile

from msgspec.structs import replace

from rolecards.study.answer_keys import DEEPEST_HEADING, FEWEST, answer_keys, is_key_title, number_of
from rolecards.study.answers import answer_of, without_sources
from rolecards.study.choices import is_choice, with_named
from rolecards.study.ends import LISTED, announces, end_of, next_number
from rolecards.study.forms import FORMS, SOLUTION, Opened, Opening, opening_of
from rolecards.study.labels import Labels
from rolecards.study.question import Claim, claim_of
from rolecards.study.rows import question_rows
from rolecards.study.siblings import with_siblings
from rolecards.study.text_parts import tidy
from rolecards.text.tree import QUESTION_MARKS, Block, every, has_question_mark, lines, words

MOST_QUESTIONS = 1_000  # more than the number of any question that a key answers
MOST_CHOICES = 8  # from A to H
LONGEST_PAGE = 300  # the most words of a page that is as a whole the answer to its only question
_GAP = re.compile("_{3,}")  # in a numbered sentence to complete
_KEYED = replace(FORMS[-1], ends_answers=True)  # an item that an answer key answers


def claims(blocks: Sequence[Block], labels: Labels) -> Iterator[Claim | Block]:
    """The questions of these blocks, and the blocks that belong to none."""
    blocks = _with_solutions([each for block in blocks for each in _unquoted(block, labels)], labels)
    blocks = _unlisted(_with_statements(blocks), labels)
    openings = [opening_of(block, below, labels) for block, below in zip(blocks, _following(blocks), strict=True)]
    openings = with_siblings(blocks, _without_last(blocks, openings, labels), labels)
    openings = _without_labels(blocks, openings)
    openings = _without_reasons(blocks, _without_hints(blocks, openings, labels), labels)
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
        if asked.blocks:
            end += len([*takewhile(lambda block: block.kind == "math", blocks[end:])])
        if not asked.blocks and asked.goes_on:
            end = end_of(blocks, openings, at, None if is_answer else title, labels)
        elif not asked.blocks:
            end = next_number(blocks, openings, at)
        if end > at + 1 and labels["elsewhere"].match(blocks[at + 1].words):
            end = at + 2  # what follows is no answer
        claim = claim_of(form, asked, blocks[at], blocks[at + 1 : end], labels)
        if _is_chapter(claim, labels):
            yield blocks[at]
            at += 1
            continue
        if answer := answered.get(blocks[at].line):
            claim = _from_key(claim, (*asked.answer, *blocks[at + 1 : end]), answer, labels)
        names_others = blocks[at].kind == "heading" and any(
            each.kind not in {"heading", "rule"} or each.level > blocks[at].level for each in blocks[end : end + 1]
        )
        yield claim._replace(reason="title") if names_others and not claim.answer else claim
        at = at + 1 if asked.labelled and not (claim.answer or claim.covers) else end


def _following(blocks: Sequence[Block]) -> list[Block | None]:
    """By block, the next one that a card can show, unlike HTML."""
    found: list[Block | None] = []
    below: Block | None = None
    for block in reversed(blocks):
        found.append(below)
        below = below if block.kind == "html" else block
    return found[::-1]


def _is_chapter(claim: Claim, labels: Labels) -> bool:
    """Whether a heading such as `How ships are built` is the title of several sections instead of a question."""
    title = words(claim.question)
    is_statement = claim.form.name == "heading" and not has_question_mark(title)
    if not is_statement or labels["commands"].match(title) or claim.extra:
        return False
    sections = sum(each.level > 0 for each in claim.answer)
    return sections > 1 and sum(len(each.words.split()) for each in every(claim.answer)) > LONGEST_PAGE


def _without_last(blocks: Sequence[Block], openings: Sequence[Opened], labels: Labels) -> list[Opened]:
    """The openings; the text below a list of questions without answers is no answer to the last of them."""
    found = [*openings]
    for at, (above, block) in enumerate(pairwise(blocks), start=1):
        opening = openings[at]
        is_next = above.kind == block.kind == "item" and block.number == above.number + 1 > 1
        asks = has_question_mark(above.words) or labels["commands"].match(above.words)
        is_list = is_next and asks and not (openings[at - 1] or above.blocks)
        if is_list and opening and opening[1].goes_on and not opening[1].answer:
            start = next(each for each in range(at, -1, -1) if each == 0 or blocks[each - 1].kind != "item")
            is_announced = start > 0 and announces(blocks[start - 1])  # all items are its list
            found[at] = None if is_announced else (opening[0], opening[1]._replace(goes_on=False))
    return found


def _without_labels(blocks: Sequence[Block], openings: list[Opened]) -> list[Opened]:
    """The openings, with none in a heading such as `Who?` above bullets that ask and answer something themselves."""
    found = [*openings]
    for at, (title, block) in enumerate(pairwise(blocks)):
        is_word = title.level > 0 and " " not in title.words.strip()
        if is_word and openings[at + 1] and block.kind == "item" and block.blocks:
            found[at] = None
    return found


def _without_hints(blocks: Sequence[Block], openings: list[Opened], labels: Labels) -> list[Opened]:
    """The openings, with no task in the text below a heading such as `Hint`, above the solution."""
    hinted = [above is not None and above.level and labels.has("task_hints", above.words) for above in (None, *blocks)]
    tasks = (opening and opening[0].name == "task" for opening in openings)
    return [None if all(each) else opening for opening, *each in zip(openings, hinted, tasks, strict=False)]


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
    last = MOST_QUESTIONS
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
    if block.kind == "quote" and block.blocks and not block.info and answer_of(block.blocks[0], labels) == ():
        return block.blocks
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
        may_ask = labels["question"].match(text) or (is_first and not is_listed)
        asks = not is_listed and (text.endswith(QUESTION_MARKS) or labels["commands"].match(text))
        if asks or (may_ask and answer_of(below, labels) is not None):
            nodes = (replace(block.nodes[0], end=block.nodes[-1].end, kind="bold", text="", nodes=block.nodes),)
            found[at] = replace(block, kind="paragraph", nodes=nodes, info=LISTED)
    return found
