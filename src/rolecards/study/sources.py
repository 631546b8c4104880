"""The sources of a page: its front matter, the line that names one, and its embedded videos and pages."""

import re
from urllib.parse import urlsplit

from rolecards.source.page import Page, tag_name
from rolecards.study.phrase import Link, read_phrase
from rolecards.text.parse import parse_page
from rolecards.text.tree import Block, every, words

SOURCE_KEYS = ("source", "url", "link", "video")
"""The keys of the front matter that name a source; the first one present counts."""
_ATTRIBUTE = re.compile(r"""\b(url|src|caption|title)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FRAME = re.compile(r"<(?:iframe|video|embed|audio)\b", re.IGNORECASE)


def is_embed(block: Block) -> bool:
    """Whether the block embeds a video, slides or another page."""
    return (block.kind == "tag" and tag_name(block) == "embed") or (
        block.kind == "html" and bool(_FRAME.search(block.text))
    )


def embedded(block: Block) -> Link | None:
    """The link to the embedded page, with its caption or host as words; None without a web address."""
    matches = _ATTRIBUTE.findall(block.text)
    attributes = {name.lower(): _ESCAPE.sub(r"\1", double or single) for name, double, single in matches}
    address = attributes.get("url", attributes.get("src", "")).strip().strip("<>")
    if not address.startswith(("https://", "http://")):
        return None
    inner = block.text.partition("%}")[2].partition("{%")[0] if block.kind == "tag" else ""
    caption = attributes.get("caption") or attributes.get("title") or read_phrase(parse_page(inner).nodes).plain
    return Link(caption or _host(address), address)


def page_source(page: Page, source_line: re.Pattern[str]) -> Link | None:
    """The source of the whole page: from its front matter, else a line such as `Source: …`, else its first embed."""
    address = page.front_text(*SOURCE_KEYS)
    if address:
        return Link(address if " " in address else _host(address), address)
    blocks = [block for block in every(page.blocks) if is_embed(block) or block.kind == "paragraph"]
    named = (block for block in blocks if block.kind == "paragraph" and source_line.match(words(block.nodes[:2])))
    links = [link for block in named for link in read_phrase(block.nodes).links if link.is_external]
    return next(iter(links), None) or next(filter(None, map(embedded, filter(is_embed, blocks))), None)


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.removeprefix("www.") or address
    except ValueError:
        return address
