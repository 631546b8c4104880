"""The tables of paper sizes, card sizes and card layouts. Lengths in millimetres.

To add a size, add a row. The command line reads these tables, so this module imports next to nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from rolecards.release.choice import Choice

UNITS = {"mm": 1.0, "inches": 25.4}
"""The length of each unit in millimetres."""


class CardSize(NamedTuple):
    """The size of a card to cut out."""

    name: str
    width: float
    height: float


class PaperSize(NamedTuple):
    """A size of paper."""

    name: str
    width: float
    height: float
    card: CardSize
    """The usual card on this paper."""
    large_card: CardSize
    """The usual card for large type."""
    unit: str = "mm"
    """The unit for card sizes where this paper is used; one of `UNITS`."""

    def measures(self, card: CardSize) -> str:
        """The width and height of a card in the unit of this paper."""
        unit = UNITS[self.unit]
        return f"{card.width / unit:.4g} × {card.height / unit:.4g} {self.unit}"  # noqa: RUF001 - the multiplication sign


class CardLayout(NamedTuple):
    """How a card gets its two sides."""

    name: str
    mirrored: str = ""
    """What is mirrored on the back of the sheet, `columns` or `rows`; empty for cards to fold."""

    @property
    def double_sided(self) -> bool:
        """Whether backs are printed on the back of the sheet."""
        return bool(self.mirrored)


CARD_SIZES = {
    size.name: size
    for size in (
        CardSize("a7-safe", 95, 68),
        CardSize("a7", 105, 74),  # fills A4 to its edge, where many printers cannot print
        CardSize("business", 85, 55),
        CardSize("3x5", 127, 76.2),
        CardSize("avery-5371", 88.9, 50.8),  # pre-cut sheets of two by five cards
        CardSize("letter-eighth", 101.6, 66.675),  # 4 by 2⅝ inches leave a margin of a quarter inch
        CardSize("poker", 63, 88),  # the size of playing cards, for which sleeves and boxes are sold
        CardSize("quarter", 95, 132),
    )
}

PAPER_SIZES = {
    size.name: size
    for size in (
        PaperSize("a4", 210, 297, CARD_SIZES["a7-safe"], CARD_SIZES["quarter"]),
        PaperSize("letter", 215.9, 279.4, CARD_SIZES["letter-eighth"], CARD_SIZES["quarter"], unit="inches"),
    )
}

CARD_LAYOUTS = {
    layout.name: layout
    for layout in (
        CardLayout("long-edge", mirrored="columns"),
        CardLayout("short-edge", mirrored="rows"),
        CardLayout("fold"),
    )
}


class PrintOptions(NamedTuple):
    """The choices for a print run."""

    paper: PaperSize = PAPER_SIZES["a4"]
    seed: int | None = None
    """Shuffles the quiz; None keeps the study order."""
    layout: CardLayout = CARD_LAYOUTS["long-edge"]
    card: CardSize | None = None
    """None for the usual card on the paper."""
    offset_x: float = 0
    offset_y: float = 0
    """How far the backs of cards are moved to the right and down."""
    choice: Choice = Choice()
    """The notes to print, or to put into the package."""
    large: bool = False
    """Whether body text is 14 pt and no text smaller than 11 pt."""
    days: int = 0
    """The days until the interview, for the study plan; 0 for a week."""
    minutes: int = 0
    """The minutes a day, for the study plan; 0 for as many as the core takes."""

    @property
    def card_size(self) -> CardSize:
        """The size of the cards to cut out."""
        return self.card or (self.paper.large_card if self.large else self.paper.card)
