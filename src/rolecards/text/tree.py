"""A text as a tree: blocks such as paragraphs, items and tables, and the inline elements inside them."""

import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

InlineKind = Literal[
    "text", "code", "formula", "display", "space", "break", "picture", "footnote",
    "bold", "italic", "sub", "sup", "mark", "struck", "link", "cloze",
]  # fmt: skip
BlockKind = Literal[
    "heading", "item", "paragraph", "code", "math", "table", "quote", "html", "tag", "admonition", "footnote", "rule"
]


class Inline(Struct, frozen=True):
    """An inline element. `start` and `end` are bytes of the source in UTF-8."""

    kind: InlineKind
    start: int
    end: int
    text: str = ""
    """The words of text and code; TeX; the address of a link; the path of a picture; the name of a footnote."""
    nodes: "Nodes" = ()  # the elements inside; of a picture, its alternative text
    title: str = ""  # the title of a link
    numbers: tuple[int, ...] = ()  # of a cloze deletion, the numbers of the cards that hide it
    hint: "Nodes" = ()


Nodes = tuple[Inline, ...]


class Block(Struct, frozen=True, kw_only=True, dict=True):
    """A block. An item has its first paragraph as `nodes` and all other blocks of it as `blocks`."""

    kind: BlockKind
    start: int  # the first byte of its text in the source
    line: int  # the first line, from 1
    end: int  # the last line, including the blocks inside
    nodes: Nodes = ()
    text: str = ""  # the source of code, HTML, a formula or a tag
    pin: str = ""  # the id in `{#…}`
    info: str = ""  # the language of code; the name of a footnote; the missing end of a tag
    level: int = 0  # of a heading, from 1
    indent: int = 0  # columns before the marker of an item
    number: int = -1
    """Of an item of an ordered list; negative for a bullet, by its marker: -1 for `-`, -2 for `*`, -3 for `+`."""
    rows: tuple[tuple[Nodes, ...], ...] = ()  # the cells of a table, starting with its header
    blocks: tuple["Block", ...] = ()

    @cached_property
    def words(self) -> str:
        """The characters of its text, with a space for a line break."""
        return words(self.nodes)


class Fault(Struct, frozen=True, kw_only=True):
    """A mistake in cloze markup, and the words concerned."""

    words: str
    at: int  # the byte of the source at which the words start
    message: str
    hint: str = ""


_BREAKS = frozenset({"space", "break"})
QUESTION_MARKS = ("?", "\uff1f")
CARD_KINDS = frozenset({"paragraph", "item", "code", "math", "table"})  # the kinds of block that a card can show


def has_question_mark(text: str) -> bool:
    """Whether there is a question mark anywhere in a text."""
    return any(mark in text for mark in QUESTION_MARKS)


def every(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks, each before the blocks inside it."""
    for block in blocks:
        yield block
        yield from every(block.blocks)


def every_node(nodes: Iterable[Inline]) -> Iterator[Inline]:
    """All inline elements, each before the elements inside it and those of its hint."""
    for node in nodes:
        yield node
        if node.nodes or node.hint:
            yield from every_node(node.nodes + node.hint)


def whole_kind(nodes: Nodes) -> str:
    """The kind of the only element that a text is, without italics around it; empty if it has several."""
    while len(nodes) == 1 and nodes[0].kind == "italic":
        nodes = nodes[0].nodes
    return nodes[0].kind if len(nodes) == 1 else ""


def all_nodes(blocks: Iterable[Block]) -> Iterator[Inline]:
    """All inline elements of blocks, also in tables."""
    for block in every(blocks):
        for nodes in (block.nodes, *(cell for row in block.rows for cell in row)):
            yield from every_node(nodes)


def words(nodes: Iterable[Inline]) -> str:
    """The characters of inline elements, with a space for a line break."""
    text = ""  # most texts have few elements
    for node in nodes:
        if node.kind == "text":
            text += node.text
        elif node.nodes:
            text += words(node.nodes)
        else:
            text += " " if node.kind in _BREAKS else node.text
    return text


def lines(nodes: Nodes) -> list[Nodes]:
    """The lines of a text."""
    breaks = [at for at, node in enumerate(nodes) if node.kind in _BREAKS]
    if not breaks:
        return [nodes]
    return [nodes[start + 1 : end] for start, end in pairwise((-1, *breaks, len(nodes)))]


def cut(nodes: Nodes, start: int, end: int = sys.maxsize) -> Nodes:
    """The elements with the characters from `start` to `end`."""
    if not start and end == sys.maxsize:
        return nodes
    found: list[Inline] = []
    at = 0
    for node in nodes:
        size = len(words((node,)))
        first, last = max(start - at, 0), min(end - at, size)
        if (first, last) == (0, size):
            found.append(node)
        elif first < last:
            found.append(replace(node, text=node.text[first:last], nodes=cut(node.nodes, first, last)))
        at += size
    return tuple(found)


def moved(block: Block, rows: int, by: int) -> Block:
    """The block further down in its source, by lines and bytes."""
    return replace(
        block,
        start=block.start + by,
        line=block.line + rows,
        end=block.end + rows,
        nodes=_moved(block.nodes, by),
        rows=tuple(tuple(_moved(cell, by) for cell in row) for row in block.rows),
        blocks=tuple(moved(each, rows, by) for each in block.blocks),
    )


def _moved(nodes: Nodes, by: int) -> Nodes:
    return tuple(
        replace(node, start=node.start + by, end=node.end + by, nodes=_moved(node.nodes, by)) for node in nodes
    )
