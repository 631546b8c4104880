"""The pictures of notes: each is found in the content folder, or left out with a warning."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.problems import limited, problem
from rolecards.text.tree import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecards.problems import Location, Problem
    from rolecards.source.media import MediaFolder
    from rolecards.source.page import Page
    from rolecards.text.tree import Block, Inline, Nodes


class PagePictures:
    """Replaces the addresses of the pictures of a page by their paths in the content folder."""

    def __init__(self, page: Page, name: str, media: MediaFolder) -> None:
        self.page, self.name, self.media = page, name, media
        self.named: list[tuple[str, Location]] = []
        """The paths of the usable pictures, with their places."""
        self._faults: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the pictures, as warnings."""
        return tuple(
            replace(fault, message=fault.message + more, severity=Severity.WARNING)
            for fault, more in limited(self._faults)
        )

    def shown(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """The blocks with these paths, and without the pictures that cannot be used."""
        if b"![" not in self.page.text:
            return tuple(blocks)
        return tuple(
            replace(
                block,
                nodes=self._nodes(block.nodes),
                rows=tuple(tuple(map(self._nodes, row)) for row in block.rows),
                blocks=self.shown(block.blocks),
            )
            for block in blocks
        )

    def _nodes(self, nodes: Nodes) -> Nodes:
        return tuple(each for node in nodes for each in (self._picture(node) if node.kind == "picture" else (
            replace(node, nodes=self._nodes(node.nodes)) if node.nodes else node,
        )))  # fmt: skip

    def _picture(self, node: Inline) -> Nodes:
        place, alt = self.page.location(node.start), words(node.nodes).strip()
        file, faults = self.media.file(node.text, "picture", place, text=self.name)
        self._faults += faults
        if file is None:
            return ()
        self.named.append((file.path, place))
        if not alt:
            hint = "write what it shows between the brackets: `![words](file)`, or `![[file|words]]`"
            self._faults.append(problem("RC124", place, "the picture has no alternative text", hint))
            alt = re.sub(r"[\W_]+", " ", PurePosixPath(file.path).stem)
        return (replace(node, text=file.path, nodes=(replace(node, kind="text", text=alt, nodes=()),)),)
