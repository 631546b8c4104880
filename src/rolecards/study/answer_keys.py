"""Answers apart from their questions: numbered below a heading such as `Answer key`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rolecards.study.labels import Labels
from rolecards.text.tree import Block, cut, words

DEEPEST = 6
FEWEST = 2
"""The fewest answers in a key."""

_NUMBER = re.compile(r"\W*(?:[^\W\d_]{1,12}\W{0,3})?(\d{1,3})\b[\s.:)\u2013\u2014-]*")


def number_of(block: Block) -> int:
    """The number that a question or answer starts with, as in `Question 4` and `4.`; -1 if there is none."""
    if block.kind == "item" and block.number >= 0:
        return block.number
    match = _NUMBER.match(words(block.nodes))
    return int(match[1]) if match else -1


class Key(NamedTuple):
    """The answers below a title such as `## Answers`."""

    questions: slice
    """The blocks above it, from the nearest heading that contains it on."""
    where: slice
    """Its own blocks, with its title."""
    answers: Mapping[int, tuple[Block, ...]]
    """By number."""


def answer_keys(blocks: Sequence[Block], labels: Labels) -> Iterator[Key]:
    """All answer keys among these blocks, the last one first.

    `## Answers`, `1. Blue`, `2. Red` → `{1: (Blue,), 2: (Red,)}`.
    """
    for start, title in reversed([*enumerate(blocks)]):
        if not _may_be_title(title) or not labels.has("answer", words(title.nodes)):
            continue
        end = start + 1
        while title.info != "details" and end < len(blocks) and not 0 < blocks[end].level <= (title.level or DEEPEST):
            end += 1
        around = (at for at in range(start, -1, -1) if 0 < blocks[at].level < title.level)
        answers = _answers(title, blocks[start + 1 : end])
        if len(answers) >= FEWEST and -1 not in answers:
            yield Key(slice(next(around, 0), start), slice(start, end), answers)


def _answers(title: Block, below: Sequence[Block]) -> Mapping[int, tuple[Block, ...]]:
    """The answers of a key by number; -1 for blocks before the first number."""
    answers: dict[int, tuple[Block, ...]] = {}
    inside = [*title.blocks, *(each for one in below for each in (one.blocks if one.info == "details" else (one,)))]
    number = -1
    for block in inside:
        own = number_of(block) if block.kind == inside[0].kind and "?" not in words(block.nodes) else -1
        number = own if own >= 0 and own not in answers else number
        answers[number] = (*answers.get(number, ()), *(_answer(block) if number == own else (block,)))
    return answers


def _may_be_title(block: Block) -> bool:
    """Whether a block can be the title of a key: a heading, a collapsible text, or a line such as `**Answers:**`."""
    is_line = block.kind == "paragraph" and words(block.nodes).rstrip().endswith(":")
    return is_line or block.kind == "heading" or block.info == "details"


def _answer(block: Block) -> tuple[Block, ...]:
    """The answer in a block that starts with its number; a heading contains only the number."""
    if block.kind == "heading":
        return ()
    match = None if block.kind == "item" and block.number >= 0 else _NUMBER.match(words(block.nodes))
    nodes = cut(block.nodes, match.end()) if match else block.nodes
    return (*((replace(block, kind="paragraph", nodes=nodes, blocks=(), number=-1),) if nodes else ()), *block.blocks)
