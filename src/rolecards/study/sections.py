"""The sections of a page, by heading, and which of them is the summary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.study.phrase import read_phrase
from rolecards.text.tree import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.text.tree import Block

_SUMMARY = re.compile(
    r"(?:summary|executive summary|tl;?dr|recap|in short|in brief|at a glance|overview|"
    r"(?:key|main) (?:points|ideas|takeaways|terms|facts)|takeaways)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and the blocks up to the next heading."""

    heading: Block | None
    path: tuple[str, ...]
    """The headings above it and its own, without markup."""
    blocks: tuple[Block, ...]
    """Its blocks; a list is inside the paragraph that announces it, as if that were a bullet."""

    @property
    def title(self) -> str:
        """Its heading without markup; empty for text above the first heading."""
        return self.path[-1] if self.path else ""

    @property
    def sums_up(self) -> bool:
        """Whether it is under a heading such as `Summary`."""
        return any(_SUMMARY.fullmatch(title) for title in self.path)

    @property
    def topic(self) -> str:
        """The nearest heading that is not a summary heading; empty if there is none."""
        return next((title for title in reversed(self.path) if not _SUMMARY.fullmatch(title)), "")


def sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """The sections in order."""
    heading: Block | None = None
    above: list[tuple[int, str]] = []
    content: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            content.append(block)
            continue
        yield _section(heading, above, content)
        above = [(level, title) for level, title in above if level < block.level]
        above.append((block.level, read_phrase(block.nodes).plain))
        heading, content = block, []
    yield _section(heading, above, content)


def _section(heading: Block | None, above: Iterable[tuple[int, str]], content: Iterable[Block]) -> Section:
    return Section(heading=heading, path=tuple(title for _, title in above), blocks=tuple(_nested(content)))


def _nested(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with each list moved into the paragraph that announces it."""
    announcing: Block | None = None
    items: list[Block] = []
    for block in [*blocks, None]:
        if block and block.kind == "item":
            items.append(block)
            continue
        yield from [replace(announcing, blocks=tuple(items))] if announcing else items
        announcing = block if block and block.kind == "paragraph" and _announces(block) else None
        items = []
        if block and not announcing:
            yield block


def _announces(block: Block) -> bool:
    """Whether a paragraph ends in a colon or is entirely bold."""
    text = words(block.nodes)
    return text.endswith(":") or ([node.kind for node in block.nodes] == ["bold"] and not text.endswith((".", "!")))
