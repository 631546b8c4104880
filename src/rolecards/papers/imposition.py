"""Where cards stand on a sheet, and where their backs must stand to lie behind them. Lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.pdf import Paper


class Size(NamedTuple):
    """A card's width and height."""

    width: float
    height: float


SIZES = {
    "a7-safe": Size(95, 68),
    "a7": Size(105, 74),
    "business": Size(85, 55),
    "3x5": Size(127, 76.2),
    "avery-5371": Size(88.9, 50.8),
    "letter-eighth": Size(101.6, 66.675),
}
"""By the name on the command line.

A7 fills A4 to its edge, where many printers can't print. Avery 5371 is a pre-cut sheet of two by five cards.
Eighths of Letter, 4 by 2⅝ inches, leave a quarter of an inch free round the sheet.
"""
USUAL = {"a4": "a7-safe", "letter": "letter-eighth"}
"""The size of card that is taken for a paper where none is asked for."""


class Spot(NamedTuple):
    """A card's top left corner on its sheet."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Cards edge to edge in the middle of a sheet."""

    paper: Paper
    card: Size
    columns: int
    rows: int

    @property
    def start(self) -> Spot:
        """The top left corner of the first card."""
        width, height = self.columns * self.card.width, self.rows * self.card.height
        return Spot((self.paper.width - width) / 2, (self.paper.height - height) / 2)

    def spot(self, column: int, row: int) -> Spot:
        """The place of the card in this column and row, both from 0."""
        return Spot(self.start.x + column * self.card.width, self.start.y + row * self.card.height)

    def cells(self) -> Iterator[tuple[int, int]]:
        """Column and row of every card, row by row."""
        return ((column, row) for row in range(self.rows) for column in range(self.columns))


class Pair(NamedTuple):
    """Where the two sides of one card go."""

    front: Spot
    back: Spot


def grid(paper: Paper, card: Size, way: str) -> Grid:
    """As many cards as the paper holds; to be folded, they lie in pairs, upright where that needs less width."""
    if way == "fold" and 2 * card.width > paper.width:
        card = Size(card.height, card.width)
    columns, rows = int(paper.width // card.width), int(paper.height // card.height)
    return Grid(paper=paper, card=card, columns=columns // 2 * 2 if way == "fold" else columns, rows=rows)


def pairs(sheet: Grid, way: str) -> list[Pair]:
    """The places of fronts and backs, in the order in which cards are put on a sheet.

    To fold, a back stands to the right of its front. Double-sided, backs are mirrored as the sheet is turned, so that
    also those of a sheet that is not full lie behind their fronts.
    """
    if way == "fold":
        left = [(column, row) for column, row in sheet.cells() if column % 2 == 0]
        return [Pair(sheet.spot(column, row), sheet.spot(column + 1, row)) for column, row in left]
    last_column, last_row = sheet.columns - 1, sheet.rows - 1
    if way == "long-edge":
        return [Pair(sheet.spot(column, row), sheet.spot(last_column - column, row)) for column, row in sheet.cells()]
    return [Pair(sheet.spot(column, row), sheet.spot(column, last_row - row)) for column, row in sheet.cells()]
