"""The positions of cards on a sheet, and of their backs. Lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.papers.sheets import CardLayout, CardSize, PaperSize


class Spot(NamedTuple):
    """The top left corner of a card on its sheet."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Cards edge to edge, centred on a sheet."""

    paper: PaperSize
    card: CardSize
    columns: int
    rows: int

    @property
    def start(self) -> Spot:
        """The top left corner of the first card."""
        width, height = self.columns * self.card.width, self.rows * self.card.height
        return Spot((self.paper.width - width) / 2, (self.paper.height - height) / 2)

    def spot(self, column: int, row: int) -> Spot:
        """The position of the card in this column and row, both from 0."""
        return Spot(self.start.x + column * self.card.width, self.start.y + row * self.card.height)

    def cells(self) -> Iterator[tuple[int, int]]:
        """The column and row of each card, row by row."""
        return ((column, row) for row in range(self.rows) for column in range(self.columns))


class Pair(NamedTuple):
    """The positions of the two sides of one card."""

    front: Spot
    back: Spot


def grid(paper: PaperSize, card: CardSize, layout: CardLayout) -> Grid:
    """As many cards as the paper holds, possibly none.

    Cards to fold are in pairs, and in portrait format if two of them are too wide for the paper.
    """
    if not layout.double_sided and 2 * card.width > paper.width:
        card = card._replace(width=card.height, height=card.width)
    columns, rows = int(paper.width // card.width), int(paper.height // card.height)
    return Grid(paper=paper, card=card, columns=columns if layout.double_sided else columns // 2 * 2, rows=rows)


def pairs(sheet: Grid, layout: CardLayout) -> list[Pair]:
    """The positions of fronts and backs, in the order in which cards fill a sheet.

    With cards to fold, a back is to the right of its front. With double-sided cards, backs are mirrored as the printer
    turns the sheet, so they are behind their fronts even on a sheet that is not full.
    """
    if not layout.double_sided:
        fronts = [(column, row) for column, row in sheet.cells() if column % 2 == 0]
        return [Pair(sheet.spot(column, row), sheet.spot(column + 1, row)) for column, row in fronts]
    last_column, last_row = sheet.columns - 1, sheet.rows - 1
    if layout.mirrored == "columns":
        return [Pair(sheet.spot(column, row), sheet.spot(last_column - column, row)) for column, row in sheet.cells()]
    return [Pair(sheet.spot(column, row), sheet.spot(column, last_row - row)) for column, row in sheet.cells()]
