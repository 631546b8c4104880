"""Answers apart from their questions: numbered below a title such as `## Answer key`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from rolecards.study.labels import Labels
from rolecards.text.tree import Block, cut, whole_kind, words

FEWEST = 2  # the fewest answers in a key
DEEPEST_HEADING = 6
_NUMBER = re.compile(r"\W*(?:[^\W\d_]{1,12}\W{0,3})?(\d{1,3})\b[\s.:)\u2013\u2014-]*")


class Key(NamedTuple):
    """An answer key."""

    where: slice  # its blocks, with its title
    answers: Mapping[int, tuple[Block, ...]]  # by number


def answer_keys(blocks: Sequence[Block], labels: Labels) -> Iterator[Key]:
    """All answer keys among these blocks, the last one first.

    `## Answers`, `1. Blue`, `2. Red` → `{1: (Blue,), 2: (Red,)}`.
    """
    titles = [at for at, block in enumerate(blocks) if is_key_title(block, labels)]
    for start, limit in reversed([*pairwise((*titles, len(blocks)))]):
        title = blocks[start]
        below = blocks[start + 1 : limit]
        if title.kind == "quote" or (below and below[0].info == "details"):
            folded = title if title.kind == "quote" else below[0]
            answers, length = _answers(folded.blocks)[0], int(folded is not title)
        else:
            deepest = title.level or DEEPEST_HEADING
            answers, length = _answers([*takewhile(lambda block: not 0 < block.level <= deepest, below)])  # noqa: B023
        if len(answers) >= FEWEST:
            yield Key(slice(start, start + 1 + length), answers)


def is_key_title(block: Block, labels: Labels) -> bool:
    """Whether a block is a heading, the title of a collapsible text, or a line such as `**Answers:**`."""
    text = words(block.nodes).rstrip()
    is_line = block.kind == "paragraph" and (text.endswith(":") or whole_kind(block.nodes) == "bold")
    may_be = is_line or block.kind == "heading" or (block.kind == "quote" and bool(block.info))
    return may_be and labels.has("answer", text)


def number_of(block: Block) -> int:
    """The number that a question or answer starts with, as in `Question 4` and `4.`; -1 if there is none."""
    if block.kind == "item" and block.number >= 0:
        return block.number
    match = _NUMBER.match(words(block.nodes))
    return int(match[1]) if match else -1


def _answers(blocks: Sequence[Block]) -> tuple[dict[int, tuple[Block, ...]], int]:
    """The answers by number, and how many blocks they take. A list ends at the first other block."""
    if blocks and blocks[0].kind == "table":
        return _rows(blocks[0]), 1
    answers: dict[int, tuple[Block, ...]] = {}
    kind = next((block.kind for block in blocks if number_of(block) >= 0), "rule")
    number = -1
    for at, block in enumerate(blocks):
        own = number_of(block) if block.kind == kind and (kind == "item" or "?" not in words(block.nodes)) else -1
        if own >= 0 and own not in answers:
            number = own
            answers[number] = _answer(block)
        elif kind == "item" and number >= 0:
            return answers, at
        elif number >= 0:
            answers[number] += (block,)
    return answers, len(blocks)


def _rows(table: Block) -> dict[int, tuple[Block, ...]]:
    """The cells behind the number that each row starts with."""
    answers: dict[int, tuple[Block, ...]] = {}
    for line, (first, *cells) in enumerate(table.rows[1:], table.line + 2):
        if number := _NUMBER.fullmatch(words(first)):
            row = replace(table, kind="paragraph", line=line, end=line, rows=())
            answers[int(number[1])] = tuple(replace(row, start=cell[0].start, nodes=cell) for cell in cells if cell)
    return answers


def _answer(block: Block) -> tuple[Block, ...]:
    """The answer in a block that starts with its number."""
    match = None if block.kind == "item" and block.number >= 0 else _NUMBER.match(words(block.nodes))
    nodes = cut(block.nodes, match.end()) if match else block.nodes
    return (*((replace(block, kind="paragraph", nodes=nodes, blocks=(), number=-1),) if nodes else ()), *block.blocks)
