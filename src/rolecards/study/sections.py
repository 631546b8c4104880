"""A page by its headings: what stands under which, and which section sums the page up."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.source.markdown import Block

_SUMMARY = re.compile(
    r"(?:summary|executive summary|tl;?dr|recap|in short|in brief|at a glance|overview|"
    r"(?:key|main) (?:points|ideas|takeaways|terms|facts)|takeaways)\W*",
    re.IGNORECASE,
)

_ANNOUNCES = re.compile(r":[*_]{0,2}\Z|\A\*\*[^*]*[^*.!]\*\*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands between one heading and the next."""

    heading: Block | None
    path: tuple[str, ...]
    """The headings above it and its own, as bare words."""
    blocks: tuple[Block, ...]
    """What stands below it; a list stands inside the paragraph that announces it, as it would inside a bullet."""

    @property
    def sums_up(self) -> bool:
        """Whether it stands under a heading such as `Summary`."""
        return any(_SUMMARY.fullmatch(title) for title in self.path)

    @property
    def topic(self) -> str:
        """The nearest heading that says what it is about."""
        return next((title for title in reversed(self.path) if not _SUMMARY.fullmatch(title)), "")


def sections(blocks: Iterable[Block], titles: Iterator[str]) -> Iterator[Section]:
    """The sections in order; `titles` gives the bare words of each heading in turn."""
    heading: Block | None = None
    above: list[tuple[int, str]] = []
    inside: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            inside.append(block)
            continue
        yield _section(heading, above, inside)
        above = [(level, title) for level, title in above if level < block.level]
        above.append((block.level, next(titles)))
        heading, inside = block, []
    yield _section(heading, above, inside)


def _section(heading: Block | None, above: Iterable[tuple[int, str]], inside: Iterable[Block]) -> Section:
    return Section(heading=heading, path=tuple(title for _, title in above), blocks=tuple(_announced(inside)))


def _announced(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, lists put inside the paragraph right above that announces them."""
    announcing: Block | None = None
    items: list[Block] = []
    for block in [*blocks, None]:
        if block and block.kind == "item":
            items.append(block)
            continue
        yield from [replace(announcing, blocks=tuple(items))] if announcing else items
        announcing, items = block if block and _announces(block) else None, []
        if block and not announcing:
            yield block


def _announces(block: Block) -> bool:
    """Whether it is a paragraph that ends in a colon, or is bold as a whole: a heading in all but name."""
    return block.kind == "paragraph" and bool(_ANNOUNCES.search(block.text))
