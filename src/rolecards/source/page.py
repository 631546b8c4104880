"""A file of Markdown notes: its front matter, and the tree of its blocks."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.problems import Location, Problem, problem
from rolecards.source.folder import SourceFile
from rolecards.source.text import UNSEEN, decode
from rolecards.source.yaml import Document, read_yaml
from rolecards.text.parse import TooDeepError, byte_starts, parse_page
from rolecards.text.tree import Block, every

LONGEST_TEXT = 5_000  # characters of one paragraph, heading or table cell: more than a page
_KEY = re.compile(r"[a-z][\w-]*:")
_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n(.*?\n)?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML_KEY = re.compile(r"^([\w-]+)[ \t]*=[ \t]*", re.MULTILINE)
_TOML_TABLE = re.compile(r"^[ \t]*\[.*\][ \t]*$", re.MULTILINE)
_LINE_END = re.compile(r"\r\n?")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
_TAGS = frozenset({"hint", "content-ref", "file", "embed", "page-ref", "tabs", "tab", "code", "stepper", "step"})
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Page(Struct, frozen=True, kw_only=True):
    """A Markdown file."""

    path: str
    text: bytes  # in UTF-8, because places count bytes
    starts: tuple[int, ...]  # the first byte of each line
    front: Document | None  # the front matter
    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...]  # mistakes that do not stop a build

    def front_text(self, *keys: str) -> str:
        """The text of the first of these keys that is in the front matter; empty if none is."""
        value = self.front.value if self.front else None
        values = [value[key] for key in keys if key in value] if isinstance(value, dict) else []
        return next((text for text in values if isinstance(text, str) and text.strip()), "").strip()

    def location(self, at: int) -> Location:
        """The location of a byte of the text."""
        line = bisect_right(self.starts, at)
        return Location(self.path, line, len(self.source(self.starts[line - 1], at)) + 1)

    def place(self, block: Block) -> "MarkdownPlace":
        """The place of a block."""
        stop = block.nodes[-1].end if block.nodes else block.start
        return MarkdownPlace(page=self, start=block.start, stop=stop, line=block.line, end=block.end)

    def source(self, start: int, end: int) -> str:
        """A part of the text."""
        return self.text[start:end].decode(errors="replace")


class MarkdownPlace(Struct, frozen=True, kw_only=True):
    """The place of a block, by bytes and lines of its page."""

    page: Page
    start: int  # the first byte of its text
    stop: int  # the byte after its text, without the blocks inside
    line: int  # the first line, from 1
    end: int  # the last line, including the blocks inside

    @property
    def text(self) -> str:
        """Its text as typed."""
        return self.page.source(self.start, self.stop)

    def of(self, *_steps: str | int, key: bool = False, words: str = "") -> Location:  # noqa: ARG002 - a block has no keys
        """The location of the block's text, or of some words in it."""
        page = self.page
        end = page.starts[self.end] if self.end < len(page.starts) else len(page.text)
        at = page.text.find(words.encode(), page.starts[self.line - 1], end) if words else -1
        return page.location(at if at >= 0 else self.start)


def read_page(file: SourceFile) -> tuple[Page | None, list[Problem]]:
    """The file as a page, or why it cannot be read."""
    text, found = decode(file)
    if found and (not text or "\0" in text):
        return None, found
    unseen = [replace(each, code="RC168", hint="remove it; cards have a space instead") for each in found]
    text = _LINE_END.sub("\n", UNSEEN.sub(" ", text) if unseen else text)
    if marks := _CONFLICT.search(text):
        place = Location(file.path, text.count("\n", 0, marks.start()) + 1)
        return None, [problem("RC167", place, "this is a merge conflict", "decide what to keep and remove the markers")]
    front, body, problems = _front_matter(file.path, text)
    try:
        blocks, faults = parse_page(body)
    except TooDeepError as error:
        return None, [problem("RC112", Location(file.path, error.line), str(error))]
    starts = tuple(byte_starts(text))
    page = Page(path=file.path, text=text.encode(), starts=starts, front=front, blocks=blocks, problems=())
    problems += [problem("RC131", page.location(fault.at), fault.message, fault.hint) for fault in faults]
    warnings = [replace(each, severity=Severity.WARNING) for each in (*unseen, *problems, *_block_problems(page))]
    return replace(page, problems=tuple(warnings)), []


def _front_matter(path: str, text: str) -> tuple[Document | None, str, list[Problem]]:
    """The front matter, the text with blanks instead of it (to keep places), and its problems."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return None, text, []
    body = re.sub(r"[^\n]", lambda character: " " * len(character[0].encode()), match[0]) + text[match.end() :]
    front_text = match[2] or ""
    lines = [line for line in front_text.split("\n") if line.strip()]
    has_keys = any(":" in line and line[0].isalpha() for line in lines)
    is_text = lines and front_text.startswith("\n") and not _KEY.match(lines[0])
    if is_text or (lines and lines[0].startswith("#") and not has_keys):
        return None, text, []  # headings or questions between two rules
    if not lines:
        return None, body, []
    if match[1] == "+++":
        # Simple values are the same in TOML and YAML; tables belong to other programs.
        front_text = _TOML_KEY.sub(r"\1: ", _TOML_TABLE.split(front_text)[0])
    front, problems = read_yaml(SourceFile(path=path, data=f"\n{front_text}".encode()))
    if front and not isinstance(front.value, dict):
        return None, text, []
    return front, body, problems


def _block_problems(page: Page) -> Iterator[Problem]:
    for block in every(page.blocks):
        at = page.place(block)
        if block.pin and not ID.fullmatch(block.pin):
            hint = "use lower-case letters, digits and single hyphens, as in {#mle-tools}"
            yield problem("RC163", at.of(words=f"{{#{block.pin}"), f"invalid id `{block.pin}`", hint)
        texts = [nodes for nodes in (block.nodes, *(cell for row in block.rows for cell in row)) if nodes]
        if any(len(page.source(nodes[0].start, nodes[-1].end)) > LONGEST_TEXT for nodes in texts):
            message = f"this text is longer than {LONGEST_TEXT:,} characters, the maximum"
            yield problem("RC164", at.of(), message, "separate its paragraphs with empty lines")
        if block.kind == "tag" and block.info:
            yield problem("RC161", at.of(), f"`{{% {tag_name(block)} %}}` is not closed", f"add `{block.info}`")
        elif block.kind == "tag" and tag_name(block).removeprefix("end") not in _TAGS:
            yield problem("RC162", at.of(), f"unknown GitBook tag `{{% {tag_name(block)} %}}`, which is skipped")


def tag_name(block: Block) -> str:
    """The name of a GitBook tag."""
    return block.text.lstrip("{%- \t\n").split()[0].rstrip("-%}") if block.text.lstrip("{%- \t\n") else ""
