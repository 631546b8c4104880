"""Answers apart from their questions, by number below a heading such as `Answer key`."""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from rolecards.study.labels import Labels
from rolecards.text.tree import Block, cut, words

FEWEST = 2
"""The fewest answers of a key."""

_NUMBER = re.compile(r"\W*(?:[^\W\d_]{1,12}\W{0,3})?(\d{1,3})\b[\s.:)\u2013\u2014-]*")


def number_of(block: Block) -> int:
    """The number that a question or answer starts with, as in `Question 4` and `4.`; -1 if there is none."""
    if block.kind == "item" and block.number >= 0:
        return block.number
    match = _NUMBER.match(words(block.nodes))
    return int(match[1]) if match else -1


def answer_key(blocks: Sequence[Block], labels: Labels) -> tuple[slice, Mapping[int, tuple[Block, ...]]]:
    """Where the last answer key is among these blocks, with its heading, and its answers by number; else nothing.

    `## Answers`, `1. Blue`, `2. Red` → `{1: (Blue,), 2: (Red,)}`.
    """
    titles = [at for at, block in enumerate(blocks) if block.kind == "heading" or block.info == "details"]
    start = next((at for at in reversed(titles) if labels.has("answer", words(blocks[at].nodes))), -1)
    if start < 0:
        return slice(0, 0), {}
    title, end = blocks[start], start + 1
    while title.kind == "heading" and end < len(blocks) and not 0 < blocks[end].level <= title.level:
        end += 1
    answers: dict[int, tuple[Block, ...]] = {}
    number, below = -1, blocks[start + 1 : end]
    inside = [*title.blocks, *(each for one in below for each in (one.blocks if one.info == "details" else (one,)))]
    for block in inside:
        own = number_of(block) if block.kind == inside[0].kind and "?" not in words(block.nodes) else -1
        number = own if own >= 0 and own not in answers else number
        answers[number] = (*answers.get(number, ()), *(_answer(block) if number == own else (block,)))
    return (slice(start, end), answers) if len(answers) >= FEWEST and -1 not in answers else (slice(0, 0), {})


def _answer(block: Block) -> tuple[Block, ...]:
    """The answer in a block that starts with its number; a heading only names it."""
    if block.kind == "heading":
        return ()
    match = None if block.kind == "item" and block.number >= 0 else _NUMBER.match(words(block.nodes))
    nodes = cut(block.nodes, match.end()) if match else block.nodes
    return (*((replace(block, kind="paragraph", nodes=nodes, blocks=(), number=-1),) if nodes else ()), *block.blocks)
