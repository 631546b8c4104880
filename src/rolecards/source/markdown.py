"""Markdown as a tree of blocks with their places: front matter, headings, items, paragraphs and others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from rolecards.problems import Location, Problem, problem
from rolecards.source.dialects import TooDeepError, add_rules
from rolecards.source.folder import SourceFile
from rolecards.source.text import decode
from rolecards.source.yaml import Document, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST = 30
"""Levels of lists and block quotes. The deepest notes seen have three."""

LONGEST_TEXT = 5_000
"""Characters of one paragraph, heading or table cell: more than a page."""

Kind = Literal[
    "heading", "item", "paragraph", "code", "math", "table", "quote", "html", "tag", "admonition", "footnote", "rule"
]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE_END = re.compile(r"\r\n?")
_PIN = re.compile(r"\s*\{#([^{}\n]*?)(?:\s+(?:\.|[\w-]+=)[^{}\n]*)?\}$")
"""An id at the end of a line. Pandoc allows classes and values after it, which are ignored."""
_TASK = re.compile(r"\[[ xX]\]\s+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FAR_IN = 10_000
"""Indentation of an item on the same line as the item around it, so that no other item is nested in it."""
_LISTS = ("bullet_list_open", "ordered_list_open")
_LEAVES: Mapping[str, Kind] = {
    "fence": "code",
    "html_block": "html",
    "hr": "rule",
    "tag": "tag",
    "admonition": "admonition",
    "math": "math",
    "footnote": "footnote",
}


_READ = frozenset({"heading", "item", "paragraph", "math", "table", "footnote"})
"""The kinds whose text is inline Markdown or TeX."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the page."""

    kind: Kind
    line: int
    """The first line, from 1."""
    end: int
    """The last line, including the blocks inside."""
    text: str = ""
    """The inline Markdown of a heading, paragraph or item; otherwise the code, formula, HTML or tag."""
    pin: str = ""
    """The id in `{#…}`."""
    info: str = ""
    """The language of code; the name of a footnote; the missing end of a tag."""
    level: int = 0
    """Of a heading, from 1."""
    indent: int = 0
    """Columns before the marker of an item."""
    ordered: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    """The cells of a table, starting with its header."""
    blocks: tuple[Block, ...] = ()
    """The blocks inside an item, below its own text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A Markdown file."""

    path: str
    lines: tuple[str, ...]
    front: Document | None
    """The front matter."""
    blocks: tuple[Block, ...]
    references: Mapping[str, object] = field(default_factory=dict)
    """The link definitions in the form of markdown-it."""

    def front_text(self, *keys: str) -> str:
        """The text of the first of these keys that is in the front matter; empty if none is."""
        value = self.front.value if self.front else None
        values = [value[key] for key in keys if key in value] if isinstance(value, dict) else []
        return next((text for text in values if isinstance(text, str) and text.strip()), "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownPlace:
    """The place of a block."""

    page: Page
    block: Block

    def of(self, *_steps: str | int, key: bool = False, words: str = "") -> Location:  # noqa: ARG002 - a block has no keys
        """The location of the block's text, or of some words in it."""
        sought = words or self.block.text.partition("\n")[0].strip()
        for at in range(self.block.line, min(self.block.end, len(self.page.lines)) + 1):
            column = self.page.lines[at - 1].find(sought)
            if column >= 0:
                return Location(self.page.path, at, column + 1)
        line = self.page.lines[self.block.line - 1] if self.block.line <= len(self.page.lines) else ""
        return Location(self.page.path, self.block.line, len(line) - len(line.lstrip()) + 1)


def read_markdown(file: SourceFile) -> tuple[Page | None, list[Problem]]:
    """The file as a page, None if it cannot be read, and its problems."""
    text, problems = decode(file)
    text = _LINE_END.sub("\n", text)
    if problems:
        return None, problems
    front, body, problems = _front_matter(file.path, text)
    environment: dict[str, dict[str, object]] = {}
    try:
        reader = _BlockReader(iter(_parser().parse(body, environment)), body.split("\n"))
        blocks = tuple(reader.blocks())
    except TooDeepError as error:
        message = f"lists and block quotes are nested deeper than {DEEPEST} levels, the maximum"
        return None, [problem("RC112", Location(file.path, error.line + 1), message)]
    page = Page(
        path=file.path,
        lines=tuple(text.split("\n")),
        front=front,
        blocks=blocks,
        references=environment.get("references", {}),
    )
    return page, [*problems, *_block_problems(page)]


def _front_matter(path: str, text: str) -> tuple[Document | None, str, list[Problem]]:
    """The front matter, the text with empty lines instead of it (to keep line numbers), and its problems."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return None, text, []
    body = "\n" * match[0].count("\n") + text[match.end() :]
    if not (match[1] or "").strip():
        return None, body, []
    front, problems = read_yaml(SourceFile(path=path, data=f"\n{match[1]}".encode()))
    if front and not isinstance(front.value, dict):
        return None, text, []
    return front, body, problems


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - takes 30 ms; only folders with notes need it

    parser = MarkdownIt("commonmark", {"maxNesting": 4 * DEEPEST}).enable("table").disable("code")
    parser.core.ruler.enableOnly(["block"])
    add_rules(parser, DEEPEST)
    return parser


class _BlockReader:
    """Converts the flat list of tokens to a tree."""

    def __init__(self, tokens: Iterator[Token], lines: Sequence[str]) -> None:
        self._tokens = tokens
        self._lines = lines

    def blocks(self, until: str = "", item_line: int = -1) -> list[Block]:
        """The blocks up to the token `until`, inside the item that starts at `item_line` (from 0)."""
        blocks: list[Block] = []
        for token in self._tokens:
            if token.type == until:
                break
            if token.type in _LISTS:
                blocks += self._items(token, item_line)
            elif block := self._block(token):
                blocks.append(block)
        return _nested(blocks)

    def _items(self, opening: Token, item_line: int) -> Iterator[Block]:
        closing = opening.type.replace("open", "close")
        for token in self._tokens:
            if token.type == closing:
                return
            assert token.map
            line = token.map[0]
            indent = _FAR_IN if line == item_line else _indent(self._lines[line])
            inside = self.blocks("list_item_close", line)
            yield _item(token.map, inside, indent, ordered=opening.type.startswith("ordered"))

    def _block(self, token: Token) -> Block | None:
        line, end = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
        if token.type in _LEAVES:
            text, info = token.content.strip("\n"), token.info.strip()
            return Block(kind=_LEAVES[token.type], line=line, end=end, text=text, info=info)
        if token.type in {"heading_open", "paragraph_open"}:
            kind: Kind = "heading" if token.type == "heading_open" else "paragraph"
            text, pin = _unpinned(next(self._tokens).content)
            level = int(token.tag[1:]) if kind == "heading" else 0
            return Block(kind=kind, line=line, end=end, text=text, pin=pin, level=level)
        if token.type == "blockquote_open":
            return Block(kind="quote", line=line, end=end, blocks=tuple(self.blocks("blockquote_close")))
        if token.type == "table_open":
            return Block(kind="table", line=line, end=end, rows=tuple(self._rows()))
        return None

    def _rows(self) -> Iterator[tuple[str, ...]]:
        row: list[str] = []
        for token in self._tokens:
            if token.type == "table_close":
                return
            if token.type == "inline":
                row.append(token.content)
            elif token.type == "tr_close":
                yield tuple(row)
                row = []


def _unpinned(text: str) -> tuple[str, str]:
    """A text without the id at its end, and the id."""
    match = _PIN.search(text) if text.endswith("}") else None
    return (text[: match.start()], match[1]) if match else (text, "")


def _indent(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip(" "))


def _item(span: Sequence[int], inside: list[Block], indent: int, *, ordered: bool) -> Block:
    first = inside[0] if inside and inside[0].kind == "paragraph" else None
    text = first.text if first else ""
    task = _TASK.match(text)
    return Block(
        kind="item",
        line=span[0] + 1,
        end=max([span[0] + 1, *(block.end for block in inside)]),
        text=text[task.end() :] if task else text,
        pin=first.pin if first else "",
        indent=indent,
        ordered=ordered,
        blocks=tuple(inside[1:] if first else inside),
    )


def _nested(blocks: list[Block]) -> list[Block]:
    """The blocks, with each item that is indented by two more columns than the previous item nested in it.

    CommonMark requires a nested list to start below the text of its item, but many editors indent by less.
    """
    if all(one.indent < two.indent + 2 for two, one in pairwise(blocks)):
        return blocks
    done: list[Block] = []
    waiting: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        while waiting and (block.kind != "item" or block.indent < waiting[-1][0].indent + 2):
            _close(waiting, done)
        if len(waiting) == DEEPEST:
            raise TooDeepError(block.line - 1)
        if block.kind == "item":
            waiting.append((block, []))
        else:
            done.append(block)
    while waiting:
        _close(waiting, done)
    return done


def _close(waiting: list[tuple[Block, list[Block]]], done: list[Block]) -> None:
    item, below = waiting.pop()
    if below:
        item = replace(item, end=max(item.end, below[-1].end), blocks=(*item.blocks, *below))
    (waiting[-1][1] if waiting else done).append(item)


# ---------------------------------------------------------------- problems


def _block_problems(page: Page) -> Iterator[Problem]:
    for block in every(page.blocks):
        at = MarkdownPlace(page=page, block=block)
        if block.pin and not _ID.fullmatch(block.pin):
            hint = "use lower-case letters, digits and single hyphens, as in {#mle-tools}"
            yield problem("RC163", at.of(words=f"{{#{block.pin}"), f"invalid id `{block.pin}`", hint)
        longest = max(map(len, (block.text, *(cell for row in block.rows for cell in row))))
        if longest > LONGEST_TEXT and block.kind in _READ:
            message = f"this text is longer than {LONGEST_TEXT:,} characters, the maximum"
            yield problem("RC164", at.of(), message, "separate its paragraphs with empty lines")
        if block.kind == "tag" and block.info:
            yield problem("RC161", at.of(), f"`{{% {tag_name(block)} %}}` is not closed", f"add `{block.info}`")


def tag_name(block: Block) -> str:
    """The name of a GitBook tag."""
    return block.text.lstrip("{%- \t\n").split()[0].rstrip("-%}") if block.text.lstrip("{%- \t\n") else ""


def every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All blocks, each before the blocks inside it."""
    for block in blocks:
        yield block
        yield from every(block.blocks)
