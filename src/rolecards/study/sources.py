"""Where a page's facts come from: its front matter, its videos, the link above its lists."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rolecards.source.markdown import Block, Page, every, tag_name
from rolecards.study.phrase import Link, read_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE_KEYS = ("source", "url", "link", "video")
"""The keys of a page's front matter that name what it comes from; the first that is there counts."""

_ATTRIBUTE = re.compile(r"""\b(url|src|caption|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FRAME = re.compile(r"<(?:iframe|video|embed|audio)\b", re.IGNORECASE)
_FIRST_LINK = re.compile(r"(?:\]\(|<)(https?://[^\s)>]+)")


def is_embed(block: Block) -> bool:
    """Whether the block shows a video, slides or another page."""
    return (block.kind == "tag" and tag_name(block) == "embed") or (
        block.kind == "html" and bool(_FRAME.search(block.text))
    )


def embedded(block: Block) -> Link | None:
    """The link that the block stands for, named by its caption or its host."""
    found = {name.lower(): _ESCAPE.sub(r"\1", one or other) for name, one, other in _ATTRIBUTE.findall(block.text)}
    address = found.get("url", found.get("src", "")).strip().strip("<>")
    if not address.startswith(("https://", "http://")):
        return None
    inside = block.text.partition("%}")[2].partition("{%")[0] if block.kind == "tag" else ""
    words = found.get("caption") or found.get("title") or read_phrase(inside).plain or _host(address)
    return Link(words, address)


def page_source(page: Page) -> Link | None:
    """What the whole page comes from: its front matter's source, its first embed, or the first link above all lists."""
    address = page.front_text(*SOURCE_KEYS)
    if address:
        return Link(address if " " in address else _host(address), address)
    embeds = (embedded(block) for block in every(page.blocks) if is_embed(block))
    return next((link for link in embeds if link), None) or next(_links(page), None)


def _links(page: Page) -> Iterator[Link]:
    for block in takewhile(lambda block: block.kind != "item", page.blocks):
        if block.kind in {"heading", "paragraph"} and _FIRST_LINK.search(block.text):
            links = read_phrase(block.text, page.references).links
            yield from (link for link in links if link.address.startswith(("https://", "http://")))


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.removeprefix("www.") or address
    except ValueError:
        return address
