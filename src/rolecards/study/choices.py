"""Choices with the right ones ticked: all of them are part of the question, and the right ones are the answer."""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from rolecards.study.text_parts import paragraph
from rolecards.text.tree import Block, Nodes, cut, every_node, lines, words

FEWEST_CHOICES = 3
"""The fewest items that count as choices because some are marked as right."""
CHOICE = re.compile(r"\s*\(?[A-Ha-h][.):]\s")
_RIGHT = re.compile(r"\s*(?:[\u2713\u2714\u2611\u2705]\ufe0f?|\((?i:correct|right|richtig)( answer)?\))\W*\Z")
"""The mark after a right choice."""


def is_choice(block: Block) -> bool:
    """Whether a block has a box, or a letter such as `A)` at its start."""
    return "[]" in block.info or "[x]" in block.info or bool(CHOICE.match(words(block.nodes)))


def is_open_choice(block: Block) -> bool:
    """Whether a block is one choice, or several on lines, with none marked as right."""
    if "[]" in block.info or "[x]" in block.info:
        return "[]" in block.info
    rows = [words(row) for row in lines(block.nodes)]
    is_marked = any(node.kind == "bold" for node in every_node(block.nodes)) or any(map(_RIGHT.search, rows))
    return not is_marked and not block.blocks and all(map(CHOICE.match, rows))


def with_choices(extra: tuple[Block, ...], answer: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The parts of question and answer, if the answer is a list of choices with the right ones ticked."""
    choices: list[tuple[bool, list[Block]]] = []
    before, others = [*extra], list[Block]()
    for block in _ticked(answer):
        if "[]" in block.info or "[x]" in block.info:
            # `- [ ] :` is above its code.
            choices.append(("[x]" in block.info, [block] if words(block.nodes).strip(" :") else list(block.blocks)))
        elif choices and not others and block.kind in {"code", "math"}:
            choices[-1][1].append(block)
        else:
            (others if choices else before).append(block)
    ticked = [choice for is_right, choice in choices if is_right]
    if not ticked or len(ticked) == len(choices):
        return extra, answer
    right = [block for choice in ticked for block in choice]
    if len(ticked) == 1 and right and right[0].kind == "item":
        right[:1] = [paragraph(right[0], right[0].nodes), *right[0].blocks]
    # What is below a choice explains it, unless the choice goes on with code or a formula.
    explained = [each for is_right, choice in choices if not is_right for each in choice if _explained(each)]
    shown = [replace(each, blocks=()) if _explained(each) else each for _, choice in choices for each in choice]
    return (*before, *(replace(each, nodes=_without_bold(each.nodes)) for each in shown)), (*right, *explained, *others)


def _without_bold(nodes: Nodes) -> Nodes:
    return tuple(inner for node in nodes for inner in (node.nodes if node.kind == "bold" else (node,)))


def _explained(choice: Block) -> bool:
    return choice.kind == "item" and any(each.kind in {"paragraph", "item", "quote"} for each in choice.blocks)


def _choice_lines(block: Block) -> Iterable[Block]:
    """The lines of a paragraph as items if they are choices and one has a mark after it."""
    rows = lines(block.nodes) if block.kind == "paragraph" else []
    marked = any(_RIGHT.search(words(row)) for row in rows) and all(CHOICE.match(words(row)) for row in rows)
    return [replace(block, kind="item", nodes=row) for row in rows] if marked else [block]


def _ticked(blocks: Sequence[Block]) -> Iterable[Block]:
    """The blocks, with ticked boxes instead of marks such as `(correct)` after right choices."""
    blocks = [each for block in blocks for each in _choice_lines(block)]
    marks = [block.kind == "item" and _RIGHT.search(words(block.nodes)) for block in blocks]
    items = [block.kind for block in blocks].count("item")
    if not 0 < sum(map(bool, marks)) < items or items < FEWEST_CHOICES:
        return blocks
    return [
        replace(block, nodes=cut(block.nodes, 0, mark.start()) if mark else block.nodes, info="[x]" if mark else "[]")
        if block.kind == "item"
        else block
        for block, mark in zip(blocks, marks, strict=True)
    ]
