"""Answers apart from their questions: numbered below a title such as `## Answer key`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from rolecards.study.labels import Labels
from rolecards.study.text_parts import after_label, paragraph
from rolecards.text.tree import Block, Inline, Nodes, cut, whole_kind, words

FEWEST = 2  # the fewest answers in a key
DEEPEST_HEADING = 6
_ALSO = re.compile(r"\s*[/&(+]")  # as in `Answers / Hints`
_NUMBER = re.compile(r"\W*(?:[^\W\d_]{1,12}\W{0,3})?(\d{1,3})\b[\s.:)\u2013\u2014-]*")
_LISTED = re.compile(
    r"(\d{1,3})(?:\s*[-.):]\s*|\s?(?=[A-Ha-h](?:[,;\s]|\Z)))"
    r"([^,;]*?[^,;\s])(?=[,;]|\s+\d{1,3}\s*[-.):]|\s*\Z)"
)
"""An answer in a line with several, such as `1-a` and `1a`."""
_QUOTES = re.compile(r"[\"'{}\[\]]")
_PART = re.compile(r"[^\d:]{1,40}:\s*(?=\d)")  # the label of such a line, as in `Part A: 1. C, 2. B`


class Key(NamedTuple):
    """An answer key."""

    where: slice  # its blocks, with its title
    answers: Mapping[int, tuple[Block, ...]]  # by number


def answer_keys(blocks: Sequence[Block], labels: Labels) -> Iterator[Key]:
    """All answer keys among these blocks, the last one first.

    `## Answers`, `1. Blue`, `2. Red` → `{1: (Blue,), 2: (Red,)}`.
    """
    limit = len(blocks)
    for at in range(len(blocks) - 1, -1, -1):
        answers, length = dict[int, tuple[Block, ...]](), 0
        if is_key_title(blocks[at], labels):
            answers, length = _titled(blocks[at], blocks[at + 1 : limit])
            limit = at
        elif at and blocks[at - 1].number >= 0:
            answers = _inline(blocks[at], labels)
        if len(answers) >= FEWEST:
            yield Key(slice(at, at + 1 + length), answers)


def _titled(title: Block, below: Sequence[Block]) -> tuple[dict[int, tuple[Block, ...]], int]:
    """The answers below a title by number, and how many blocks they take."""
    if title.kind == "quote" or (below and below[0].info == "details"):
        folded = title if title.kind == "quote" else below[0]
        answers, used = _answers(folded.blocks)
        if answers and used:
            answers[max(answers)] += folded.blocks[used:]
        return answers, int(folded is not title)
    deepest = title.level or DEEPEST_HEADING
    inside = [*takewhile(lambda block: not 0 < block.level <= deepest, below)]
    return ({}, 0) if _repeats(inside) else _answers(inside)


def is_key_title(block: Block, labels: Labels) -> bool:
    """Whether a block is a heading, the title of a collapsible text, or a line such as `**Answers:**`."""
    text = block.words.rstrip()
    is_title = text.endswith(":") or whole_kind(block.nodes) == "bold" or len(text.split()) > 1
    is_line = block.kind == "paragraph" and is_title
    is_line = is_line and number_of(block) < 0  # `Answer 1:` is an answer
    may_be = is_line or block.kind == "heading" or (block.kind == "quote" and bool(block.info))
    return may_be and labels.has("answer", _ALSO.split(text)[0])


def number_of(block: Block) -> int:
    """The number that a question or answer starts with, as in `Question 4` and `4.`; -1 if there is none."""
    if block.kind == "item" and block.number >= 0:
        return block.number
    match = _NUMBER.match(block.words)
    return int(match[1]) if match else -1


def _answers(blocks: Sequence[Block]) -> tuple[dict[int, tuple[Block, ...]], int]:
    """The answers by number, and how many blocks they take. A list ends at the first other block."""
    if blocks and blocks[0].kind in {"table", "code"}:
        return (_rows if blocks[0].kind == "table" else _in_data)(blocks[0]), 1
    answers: dict[int, tuple[Block, ...]] = {}
    kind = next((block.kind for block in blocks if number_of(block) >= 0), "rule")
    number = -1
    for at, block in enumerate(blocks):
        label = _PART.match(block.words) if block.kind == "paragraph" else None
        if label and (several := _listed(block, cut(block.nodes, label.end()))):
            answers |= several
            continue
        own = number_of(block) if block.kind == kind and (kind == "item" or "?" not in block.words) else -1
        if own >= 0 and own not in answers:
            number = own
            answers[number] = _answer(block)
        elif kind == "item" and number >= 0:
            return answers, at
        elif number >= 0:
            answers[number] += (block,)
    return answers, len(blocks)


def _inline(block: Block, labels: Labels) -> dict[int, tuple[Block, ...]]:
    """The answers in a line such as `Answers: 1-a, 2-c`."""
    return _listed(block, after_label(block.nodes, labels["answer"]) or ()) if block.kind == "paragraph" else {}


def _listed(block: Block, nodes: Nodes) -> dict[int, tuple[Block, ...]]:
    """The answers in a line that starts with the number of the first of them."""
    found = _LISTED.finditer(words(nodes)) if words(nodes)[:1].isdigit() else ()
    return {int(each[1]): (replace(block, nodes=cut(nodes, each.start(2), each.end(2))),) for each in found}


def _in_data(code: Block) -> dict[int, tuple[Block, ...]]:
    """The answers in JSON or YAML, or in lines such as `1. B`."""
    text = _QUOTES.sub("", code.text)
    found = () if any(map(str.isalnum, _LISTED.sub("", text))) else _LISTED.finditer(text)
    texts = {int(each[1]): (Inline("text", code.start, code.start, each[2]),) for each in found}
    return {number: (paragraph(code, nodes),) for number, nodes in texts.items()}


def _rows(table: Block) -> dict[int, tuple[Block, ...]]:
    """The cells behind each number in a row."""
    answers: dict[int, tuple[Block, ...]] = {}
    for line, cells in enumerate(table.rows, table.line):
        row = replace(table, kind="paragraph", line=line + (line > table.line), end=line + 1, rows=())
        number = -1
        for cell in cells:
            if match := _NUMBER.fullmatch(words(cell)):
                number = int(match[1])
            elif number >= 0 and cell:
                answers[number] = (*answers.get(number, ()), replace(row, start=cell[0].start, nodes=cell))
    return answers


def _repeats(blocks: Sequence[Block]) -> bool:
    """Whether two lists or tables of answers have the same numbers, so that their questions are uncertain."""
    lists = [*takewhile(lambda block: block.kind in {"heading", "item", "table"}, blocks)]
    numbers = [number_of(block) for block in lists if block.number >= 0]
    return len(numbers) > len({*numbers}) or sum(block.kind == "table" for block in lists) > 1


def _answer(block: Block) -> tuple[Block, ...]:
    """The answer in a block that starts with its number."""
    match = None if block.kind == "item" and block.number >= 0 else _NUMBER.match(block.words)
    nodes = cut(block.nodes, match.end()) if match else block.nodes
    return (*((replace(block, kind="paragraph", nodes=nodes, blocks=(), number=-1),) if nodes else ()), *block.blocks)
