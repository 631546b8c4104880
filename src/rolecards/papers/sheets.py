"""The sheets that papers are printed on: sizes of paper and of cards, and card layouts. Lengths in millimetres.

A new size is one more row. The command line reads these tables, so they load nothing.
"""

from __future__ import annotations

from typing import NamedTuple

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
    unit: str = "mm"
    """The unit, one of `UNITS`, in which people who use this paper measure cards."""

    def measures(self, card: CardSize) -> str:
        """The width and height of a card in the unit of this paper."""
        unit = UNITS[self.unit]
        return f"{card.width / unit:.4g} × {card.height / unit:.4g} {self.unit}"  # noqa: RUF001 - the sign of sizes


class CardLayout(NamedTuple):
    """How the two sides of a card come together."""

    name: str
    mirrored: str = ""
    """What double-sided printing mirrors on the back of the sheet, `columns` or `rows`; empty for cards to fold."""

    @property
    def double_sided(self) -> bool:
        """Whether backs are printed on the back of the sheet."""
        return bool(self.mirrored)


CARD_SIZES = {
    size.name: size
    for size in (
        CardSize("a7-safe", 95, 68),
        CardSize("a7", 105, 74),  # fills A4 to its edge, where many printers can't print
        CardSize("business", 85, 55),
        CardSize("3x5", 127, 76.2),
        CardSize("avery-5371", 88.9, 50.8),  # a pre-cut sheet of two by five cards
        CardSize("letter-eighth", 101.6, 66.675),  # 4 by 2⅝ inches leave a quarter of an inch free round the sheet
    )
}

PAPER_SIZES = {
    size.name: size
    for size in (
        PaperSize("a4", 210, 297, CARD_SIZES["a7-safe"]),
        PaperSize("letter", 215.9, 279.4, CARD_SIZES["letter-eighth"], unit="inches"),
    )
}

CARD_LAYOUTS = {
    layout.name: layout
    for layout in (
        CardLayout("fold"),
        CardLayout("long-edge", mirrored="columns"),
        CardLayout("short-edge", mirrored="rows"),
    )
}


class PrintOptions(NamedTuple):
    """The choices for a print run."""

    paper: PaperSize = PAPER_SIZES["a4"]
    seed: int | None = None
    """Shuffles the quiz; None keeps the order of study."""
    layout: CardLayout = CARD_LAYOUTS["fold"]
    card: CardSize | None = None
    """None: the usual card on the paper."""
    offset_x: float = 0
    offset_y: float = 0
    """How far backs of cards are moved right and down."""
