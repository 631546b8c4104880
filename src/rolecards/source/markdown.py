"""Markdown text as a tree of blocks, each with its place: front matter, headings, items, paragraphs and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from rolecards.diagnostics import Location, Problem, Severity
from rolecards.source.dialects import TooDeepError, add_rules
from rolecards.source.folder import SourceFile
from rolecards.source.text import decode, place
from rolecards.source.yaml import Document, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST = 30
"""Levels of lists and quotations. The deepest notes seen have three."""

LONGEST_TEXT = 5_000
"""Characters of one paragraph, heading or table cell: more than a page, and no card."""

Kind = Literal[
    "heading", "item", "paragraph", "code", "math", "table", "quote", "html", "tag", "admonition", "footnote", "rule"
]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufddf\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?")
_PIN = re.compile(r"\s*\{#([^{}\s]*)\}$")
_TASK = re.compile(r"\[[ xX]\]\s+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
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
_KNOWN_TAGS = frozenset({"hint", "content-ref", "file", "embed", "page-ref", "tabs", "tab", "code", "stepper", "step"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the page."""

    kind: Kind
    line: int
    """Its first line, from 1."""
    end: int
    """Its last line, those of the blocks inside it included."""
    text: str = ""
    """The inline Markdown of a heading, paragraph or item; the code, formula, HTML or tag as written."""
    pin: str = ""
    """The id that its author gave it."""
    info: str = ""
    """The language of code, the name of a footnote."""
    level: int = 0
    """Of a heading, from 1."""
    indent: int = 0
    """Columns before an item's mark."""
    ordered: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    """The cells of a table, its head first."""
    blocks: tuple[Block, ...] = ()
    """What stands inside an item, below its own text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A Markdown file."""

    path: str
    lines: tuple[str, ...]
    front: Document | None
    """Its front matter."""
    blocks: tuple[Block, ...]
    references: Mapping[str, object] = field(default_factory=dict)
    """The link definitions, as markdown-it keeps them."""

    def front_text(self, *keys: str) -> str:
        """The text of the first of these keys that the front matter has."""
        value = self.front.value if self.front else None
        found = [value[key] for key in keys if key in value] if isinstance(value, dict) else []
        return next((text for text in found if isinstance(text, str) and text.strip()), "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownPlace:
    """Where a block stands."""

    page: Page
    block: Block

    def of(self, *_steps: str | int, key: bool = False, words: str = "") -> Location:  # noqa: ARG002 - a block has no keys
        """The place of the block's text, or of some words in it."""
        sought = words or self.block.text.partition("\n")[0].strip()
        for at in range(self.block.line, min(self.block.end, len(self.page.lines)) + 1):
            column = self.page.lines[at - 1].find(sought)
            if column >= 0:
                return Location(self.page.path, at, column + 1)
        line = self.page.lines[self.block.line - 1] if self.block.line <= len(self.page.lines) else ""
        return Location(self.page.path, self.block.line, len(line) - len(line.lstrip()) + 1)


def read_markdown(file: SourceFile) -> tuple[Page | None, list[Problem]]:
    """The file as a page, or what keeps it from being one; a page may have problems too."""
    text, problems = decode(file)
    text = _LINE_END.sub("\n", text)
    if problems or (problems := _forbidden(file.path, text)):
        return None, problems
    front, body, problems = _front_matter(file.path, text)
    environment: dict[str, dict[str, object]] = {}
    try:
        tokens = _parser().parse(body, environment)
    except TooDeepError as error:
        message = f"lists and quotations are nested deeper than {DEEPEST} levels, the most that is read"
        return None, [Problem(location=Location(file.path, error.line + 1), code="RC112", message=message)]
    reader = _Reader(iter(tokens))
    page = Page(
        path=file.path,
        lines=tuple(text.split("\n")),
        front=front,
        blocks=tuple(reader.blocks()),
        references=environment.get("references", {}),
    )
    return page, [*problems, *_block_problems(page)]


def _forbidden(path: str, text: str) -> list[Problem]:
    """Characters that Anki's files and our own use as marks, and that no editor shows."""
    found = _FORBIDDEN.search(text)
    if not found:
        return []
    message = f"the character U+{ord(found[0]):04X} may not stand here"
    return [Problem(location=place(path, text, found.start()), code="RC111", message=message, hint="remove it")]


def _front_matter(path: str, text: str) -> tuple[Document | None, str, list[Problem]]:
    """The front matter, and the text with empty lines in its place, so that lines keep their numbers."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return None, text, []
    body = "\n" * found[0].count("\n") + text[found.end() :]
    if not (found[1] or "").strip():
        return None, body, []
    front, problems = read_yaml(SourceFile(path=path, data=f"\n{found[1]}".encode()))
    if front and not isinstance(front.value, dict):
        return None, text, []
    return front, body, problems


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - costs 30 ms that a folder without notes need not pay

    parser = MarkdownIt("commonmark", {"maxNesting": 4 * DEEPEST}).enable("table").disable("code")
    parser.core.ruler.enableOnly(["block"])
    add_rules(parser, DEEPEST)
    return parser


class _Reader:
    """Turns markdown-it's flat list of tokens into the tree."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self._tokens = tokens

    def blocks(self, until: str = "") -> list[Block]:
        """The blocks up to the token `until`."""
        found: list[Block] = []
        for token in self._tokens:
            if token.type == until:
                break
            if token.type in _LISTS:
                for item in self._items(token):
                    _place_item(found, item)
            elif block := self._block(token):
                found.append(block)
        return found

    def _items(self, opening: Token) -> Iterator[Block]:
        closing = opening.type.replace("open", "close")
        for token in self._tokens:
            if token.type == closing:
                return
            inside = self.blocks("list_item_close")
            yield _item(token, inside, ordered=opening.type.startswith("ordered"))

    def _block(self, token: Token) -> Block | None:
        line, end = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
        if token.type in _LEAVES:
            text, info = token.content.strip("\n"), token.info.strip()
            return Block(kind=_LEAVES[token.type], line=line, end=end, text=text, info=info)
        if token.type == "heading_open":
            text, pin = _unpinned(next(self._tokens).content)
            return Block(kind="heading", line=line, end=end, text=text, pin=pin, level=int(token.tag[1:]))
        if token.type == "paragraph_open":
            text, pin = _unpinned(next(self._tokens).content)
            return Block(kind="paragraph", line=line, end=end, text=text, pin=pin)
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
    """A text without the id at its end, and that id."""
    found = _PIN.search(text) if text.endswith("}") else None
    return (text[: found.start()], found[1]) if found else (text, "")


def _item(token: Token, inside: list[Block], *, ordered: bool) -> Block:
    assert token.map
    first = inside[0] if inside and inside[0].kind == "paragraph" else None
    text = first.text if first else ""
    task = _TASK.match(text) if text.startswith("[") else None
    return Block(
        kind="item",
        line=token.map[0] + 1,
        end=max(token.map[1] if first is None else first.end, *(block.end for block in inside), 0, 0),
        text=text[task.end() :] if task else text,
        pin=first.pin if first else "",
        info=token.info,
        indent=token.attrGet("indent") or 0,  # type: ignore[arg-type]
        ordered=ordered,
        blocks=tuple(inside[1:] if first else inside),
    )


def _place_item(found: list[Block], item: Block) -> None:
    """Add the item; one that stands two columns further in than the item before is meant to belong below that.

    CommonMark wants it below the text of the item before, and many editors indent by less.
    """
    before = found[-1] if found else None
    if before is None or before.kind != "item" or item.indent < before.indent + 2:
        found.append(item)
        return
    inside = list(before.blocks)
    _place_item(inside, item)
    found[-1] = replace(before, end=max(before.end, item.end), blocks=tuple(inside))


# ---------------------------------------------------------------- what an author should change


def _block_problems(page: Page) -> Iterator[Problem]:
    for block in every(page.blocks):
        at = MarkdownPlace(page=page, block=block)
        if block.pin and not _ID.fullmatch(block.pin):
            hint = "an id has small letters, digits and single hyphens, such as {#mle-tools}"
            yield _problem(at.of(words=f"{{#{block.pin}"), "RC163", f"`{block.pin}` can't be an id", hint)
        if max(map(len, (block.text, *(cell for row in block.rows for cell in row)))) > LONGEST_TEXT:
            if block.kind not in {"code", "html", "admonition", "tag"}:
                message = f"this text is longer than {LONGEST_TEXT:,} characters, the most that is read as one"
                yield _problem(at.of(), "RC164", message, "part it with empty lines")
        if block.kind == "tag":
            yield from _tag_problems(block, at)


def _tag_problems(block: Block, at: MarkdownPlace) -> Iterator[Problem]:
    name = tag_name(block)
    if block.info:
        yield _problem(at.of(), "RC161", f"`{{% {name} %}}` is never closed: `{block.info}` is missing")
    if name.removeprefix("end") not in _KNOWN_TAGS:
        message = f"`{{% {name} %}}` is not a GitBook block that is known here, so it is left out"
        yield replace(_problem(at.of(), "RC162", message), severity=Severity.WARNING)


def tag_name(block: Block) -> str:
    """The name of a GitBook tag."""
    return block.text.lstrip("{%- \t\n").split()[0].rstrip("-%}") if block.text.lstrip("{%- \t\n") else ""


def every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All blocks, outer ones before those inside them."""
    for block in blocks:
        yield block
        yield from every(block.blocks)


def _problem(location: Location, code: str, message: str, hint: str = "") -> Problem:
    return Problem(location=location, code=code, message=message, hint=hint)
