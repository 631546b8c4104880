"""The blocks of a page as the table of forms reads them: one for each question, answer and folded text."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.source.page import LONGEST_TEXT
from rolecards.study.marks import TAGS, may_have_marks, without_marks
from rolecards.text.parse import parse_page
from rolecards.text.tree import Block, lines, moved, without_start, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rolecards.source.page import Page
    from rolecards.text.tree import Inline, InlineKind, Nodes

    Opens = Callable[[Nodes, Nodes], bool]
    """Whether a line starts a block of its own, given the lines above it in its block."""

_FOLD = re.compile(r"(<details\b[^>]*>|</details\s*>|<summary\b[^>]*>.*?</summary\s*>)", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"</?summary\b[^>]*>")
_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*")
_SENTENCE_END = re.compile(r"[.!?:;…。]\W*\Z")


def pieces(page: Page, opens: Opens) -> tuple[Block, ...]:
    """The blocks of a page; a line that starts a form is a block of its own."""
    return tuple(_pieces(page, page.blocks, opens, 0)[0])


def _pieces(page: Page, blocks: Iterable[Block], opens: Opens, column: int) -> tuple[list[Block], list[Block]]:
    """The blocks of a list item whose text starts in a column, and those that belong behind its list.

    A line that is not indented as the text of its item is only part of it because no empty line is above it.
    """
    found: list[Block] = []
    lazy: list[Block] = []
    for block in _joined(_folded(blocks, page)):
        one, behind = _piece(page, block, opens)
        found += one
        for each in behind:
            (lazy if _column(page, each) < column else found).append(each)
    return found, lazy


def _piece(page: Page, block: Block, opens: Opens) -> tuple[list[Block], list[Block]]:
    if block.nodes and block.nodes[-1].end - block.start > LONGEST_TEXT:
        return [replace(block, kind="html", nodes=(), info="long")], []
    if block.kind == "item" and not block.nodes and block.blocks and block.blocks[0].kind == "heading":
        heading, *rest = block.blocks
        block = replace(
            block, nodes=heading.nodes, pin=heading.pin, start=heading.start, blocks=tuple(rest), info="heading"
        )
    first, *others = _split(block.nodes, opens)
    pieces = [_shown(page, _placed(page, block, part)) for part in others]
    column = _column(page, block) if block.kind == "item" else 0
    inside, behind = _pieces(page, block.blocks, opens, column) if block.blocks else ([], [])
    block = _shown(page, replace(block, nodes=first) if others else block)
    if block.kind != "item":
        return [replace(block, blocks=tuple(inside)) if block.blocks else block, *pieces], behind
    own = [each for each in pieces if _column(page, each) >= column]
    outside = [each for each in pieces if _column(page, each) < column]
    return [replace(block, blocks=(*own, *inside)) if own or inside else block], [*outside, *behind]


def _shown(page: Page, block: Block) -> Block:
    """The block without the marks of other programs; its tags are in `info`."""
    if not block.nodes or not may_have_marks(block.nodes):
        return block
    highlight: InlineKind = "bold" if page.front_text("highlight") == "cloze" else "mark"
    tags = TAGS.search(words(block.nodes[-1:]))
    info = f"{block.info} {tags[0].strip()}".strip() if tags else block.info
    return replace(block, nodes=without_marks(block.nodes, highlight), info=info)


def _column(page: Page, block: Block) -> int:
    return block.start - page.starts[block.line - 1]


def _split(nodes: Nodes, opens: Opens) -> list[Nodes]:
    """The lines of a text; those that start no form stay with the line above."""
    rows = lines(nodes)
    if len(rows) == 1:
        return [nodes]
    breaks = [node for node in nodes if node.kind in {"space", "break"}]
    found: list[Nodes] = [rows[0]]
    for between, row in zip(breaks, rows[1:], strict=True):
        if opens(row, found[-1]):
            found.append(row)
        else:
            found[-1] = (*found[-1], between, *row)
    return found


def _placed(page: Page, block: Block, nodes: Nodes) -> Block:
    """A paragraph in the lines of these elements."""
    start = nodes[0].start if nodes else block.start
    line = bisect_right(page.starts, start)
    last = bisect_right(page.starts, nodes[-1].end) if nodes else line
    return Block(kind="paragraph", start=start, line=line, end=last, nodes=nodes, pin=block.pin)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with a formula as part of the sentence around it."""
    before: Block | None = None
    for block in blocks:
        if block.kind == "code" and block.info == "math":
            block = replace(block, kind="math")  # noqa: PLW2901
        is_open = before is not None and before.kind == "paragraph" and not _SENTENCE_END.search(words(before.nodes))
        if before and is_open and block.kind == "math" and block.nodes:
            before = replace(before, end=block.end, nodes=(*before.nodes, _space(block), *block.nodes))
        elif before and block.kind == "paragraph" and _goes_on(before, block):
            before = replace(before, end=block.end, pin=block.pin, nodes=(*before.nodes, _space(block), *block.nodes))
        else:
            if before:
                yield before
            before = block
    if before:
        yield before


def _goes_on(before: Block, block: Block) -> bool:
    """Whether a paragraph goes on with the sentence that a formula is part of."""
    ends_in_formula = before.kind == "paragraph" and bool(before.nodes) and before.nodes[-1].kind == "display"
    return ends_in_formula and words(before.nodes[:1]).strip() != "" and words(block.nodes)[:1].islower()


def _space(block: Block) -> Inline:
    return replace(block.nodes[0], kind="space", text="", nodes=())


# ---------------------------------------------------------------- folded texts and callouts


def _folded(blocks: Iterable[Block], page: Page) -> Iterator[Block]:
    """The blocks, with `<details>` and callouts as quotations that have a title."""
    tokens = iter(list(_tokens(blocks)))
    for token in tokens:
        if isinstance(token, Block):
            yield _callout(token, page) if token.kind == "quote" else token
        elif token.text[:2] != "</" and token.text[:8].lower() == "<details":
            yield _details(token, tokens, page)


class _Tag:
    """A tag of a folded text."""

    def __init__(self, text: str, block: Block) -> None:
        self.text = text
        self.block = block


def _tokens(blocks: Iterable[Block]) -> Iterator[Block | _Tag]:
    for block in blocks:
        if block.kind != "html" or "<" not in block.text or not _FOLD.search(block.text):
            yield block
            continue
        before = 0
        for at, part in enumerate(_FOLD.split(block.text)):
            here = moved(block, block.text[:before].count("\n"), len(block.text[:before].encode()))
            before += len(part)
            if at % 2:
                yield _Tag(part, here)
            elif part.strip():
                inner = parse_page(part.replace("\n    ", "\n")).blocks
                yield from (moved(each, here.line - 1, here.start) for each in inner)


def _details(opening: _Tag, tokens: Iterator[Block | _Tag], page: Page) -> Block:
    """The folded text that has just been opened."""
    title: Nodes = ()
    inside: list[Block] = []
    end = opening.block.line
    for token in tokens:
        if isinstance(token, Block):
            inside.append(token)
            end = max(end, token.end)
            continue
        end = max(end, token.block.line)
        name = token.text[:9].lower()
        if name == "</details":
            break
        if name.startswith("<details"):
            inside.append(_details(token, tokens, page))
        elif not title:
            inner = parse_page(_TAGS.sub("", token.text).strip().replace("<b>", "").replace("</b>", "")).nodes
            title = tuple(moved(Block(kind="quote", start=0, line=1, end=1, nodes=inner), 0, token.block.start).nodes)
    blocks = tuple(_folded(inside, page))
    return replace(opening.block, kind="quote", info="details", end=end, text="", nodes=title, blocks=blocks)


def _callout(quote: Block, page: Page) -> Block:
    """A quotation that starts with `[!question] Title`, with its title as `nodes`."""
    first = quote.blocks[0] if quote.blocks else None
    match = _CALLOUT.match(words(first.nodes[:1])) if first and first.kind == "paragraph" and first.nodes else None
    if not match or not first:
        return quote
    title, *others = _split(without_start(first.nodes, match.end()), lambda _row, _above: True)
    rest = tuple(node for row in others if row for node in (replace(row[0], kind="space", text="", nodes=()), *row))
    body = [_placed(page, first, rest[1:])] if rest else []
    return replace(quote, info=match[1].lower(), nodes=title, blocks=(*body, *quote.blocks[1:]))
