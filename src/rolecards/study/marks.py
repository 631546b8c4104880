"""Marks of other programs in a text: wiki links, tags, comments, names of blocks, highlights, emoji, stray stars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.text.tree import Inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.text.tree import Nodes

_MARK = re.compile(
    r"(?P<picture>!\[\[[^\[\]\n]+\]\])|\[\[(?:[^\[\]|\n]*\|)?(?P<link>[^\[\]|\n]+)\]\]"
    r"|(?P<dropped>%%.*?%%|(?<![\w:]):[a-z][a-z0-9_+-]*[a-z0-9]:(?![\w:])|[ \t]\^[\w-]+\s*\Z)"
    r"|(?P<tags>(?:(?:\A|[ \t]+)\#[A-Za-z][\w/-]*)+\s*\Z)"
    r"|==(?P<mark>[^=\s](?:[^=]*[^=\s])?)==|~~(?P<struck>[^~\s](?:[^~]*[^~\s])?)~~"
    r"|\*\*\s?(?P<bold>[^*\s](?:[^*]*[^*\s])?)\s?\*\*"
)
_SIGNS = ("[[", "%%", "==", "~~", "**", "#", "^", ":")
CARD_TAGS = frozenset({"#card", "#flashcard", "#flashcards"})


def inert_marks(nodes: Nodes) -> bool:
    """Whether a text may have such marks."""
    return any(node.nodes or (node.kind == "text" and any(sign in node.text for sign in _SIGNS)) for node in nodes)


def without_marks(nodes: Nodes) -> Nodes:
    """The text as these programs show it."""
    return tuple(each for at, node in enumerate(nodes) for each in _shown(node, last=at == len(nodes) - 1))


def _shown(node: Inline, *, last: bool) -> Iterator[Inline]:
    if node.kind != "text":
        yield replace(node, nodes=without_marks(node.nodes)) if node.nodes and node.kind != "picture" else node
        return
    at = 0
    for match in _MARK.finditer(node.text):
        kind = match.lastgroup
        if kind in {"dropped", "tags"} and match.end() == len(node.text) and not last and kind == "tags":
            continue
        if before := node.text[at : match.start()]:
            yield replace(node, text=before)
        at = match.end()
        inner = (replace(node, text=match[kind]),) if kind else ()
        if kind == "picture":
            yield Inline("picture", node.start, node.end, match[0][3:-2])
        elif kind in {"link"}:
            yield inner[0]
        elif kind in {"mark", "struck", "bold"}:
            yield Inline(kind, node.start, node.end, "", inner)
    if rest := node.text[at:]:
        yield replace(node, text=rest) if at else node
