"""The pictures of notes: each is found in the content folder, or left out with a warning."""

import re
from itertools import chain
from pathlib import PurePosixPath

from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.problems import Problem, limited
from rolecards.source.media import MediaFolder
from rolecards.source.page import Page
from rolecards.text.tree import Block, Inline, Nodes, words


def has_pictures(text: bytes) -> bool:
    """Whether a page may name pictures."""
    return b"![" in text


def with_pictures(
    blocks: tuple[Block, ...], page: Page, name: str, media: MediaFolder
) -> tuple[tuple[Block, ...], list[Problem]]:
    """The blocks of a page with the paths of usable pictures and without the others, and warnings about the latter."""
    found: list[Problem] = []

    def shown(node: Inline) -> Nodes:
        if node.kind != "picture":
            return (replace(node, nodes=all_shown(node.nodes)) if node.nodes else node,)
        alt = words(node.nodes).strip()
        file, faults = media.file(node.text, "picture", page.location(node.start), text=name, alt=alt)
        found.extend(faults)
        alt = alt or re.sub(r"[\W_]+", " ", PurePosixPath(node.text).stem)
        return (replace(node, text=file.path, nodes=(Inline("text", 0, 0, alt),)),) if file else ()

    def all_shown(nodes: Nodes) -> Nodes:
        return tuple(chain.from_iterable(map(shown, nodes)))

    def changed(block: Block) -> Block:
        rows = tuple(tuple(map(all_shown, row)) for row in block.rows)
        return replace(block, nodes=all_shown(block.nodes), rows=rows, blocks=tuple(map(changed, block.blocks)))

    blocks = tuple(map(changed, blocks)) if has_pictures(page.text) else blocks
    return blocks, [replace(fault, severity=Severity.WARNING) for fault in limited(found)]
