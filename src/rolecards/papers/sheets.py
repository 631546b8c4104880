"""Paper sizes, card sizes, card layouts, and where cards are on a sheet, in mm. Light to import, for `--help`."""

from typing import NamedTuple, TypeVar

from rolecards.release.choice import Choice

Row = TypeVar("Row", "CardSize", "PaperSize", "CardLayout")
UNITS = {"mm": 1.0, "inches": 25.4}  # the length of each unit in millimetres


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
    card: CardSize  # the usual card on this paper
    large_card: CardSize  # the usual card for large type
    unit: str  # the unit for card sizes where this paper is used; one of `UNITS`

    def measures(self, card: CardSize) -> str:
        """The width and height of a card in the unit of this paper."""
        unit = UNITS[self.unit]
        return f"{card.width / unit:.4g} × {card.height / unit:.4g} {self.unit}"  # noqa: RUF001 - the multiplication sign


class CardLayout(NamedTuple):
    """How a card gets its two sides."""

    name: str
    mirrored: str = ""  # what is mirrored on the back of the sheet, `columns` or `rows`; empty for cards to fold

    @property
    def double_sided(self) -> bool:
        """Whether backs are printed on the back of the sheet."""
        return bool(self.mirrored)


def _by_name(*rows: Row) -> dict[str, Row]:
    return {row.name: row for row in rows}


CARD_SIZES = _by_name(
    CardSize("a7-safe", 95, 68),
    CardSize("a7", 105, 74),  # fills A4 to its edge, where many printers cannot print
    CardSize("business", 85, 55),
    CardSize("3x5", 127, 76.2),
    CardSize("avery-5371", 88.9, 50.8),  # pre-cut sheets of two by five cards
    CardSize("letter-eighth", 101.6, 66.675),  # 4 by 2⅝ inches leave a margin of a quarter inch
    CardSize("poker", 63, 88),  # the size of playing cards, for which sleeves and boxes are sold
    CardSize("quarter", 95, 132),
)
PAPER_SIZES = _by_name(
    PaperSize("a4", 210, 297, CARD_SIZES["a7-safe"], CARD_SIZES["quarter"], unit="mm"),
    PaperSize("letter", 215.9, 279.4, CARD_SIZES["letter-eighth"], CARD_SIZES["quarter"], unit="inches"),
)
CARD_LAYOUTS = _by_name(
    CardLayout("long-edge", mirrored="columns"), CardLayout("short-edge", mirrored="rows"), CardLayout("fold")
)


class PrintOptions(NamedTuple):
    """The choices for a print run."""

    paper: PaperSize = PAPER_SIZES["a4"]
    seed: int | None = None  # shuffles the quiz; None keeps the study order
    layout: CardLayout = CARD_LAYOUTS["long-edge"]
    card: CardSize | None = None  # none for the usual card on the paper
    offset_x: float = 0
    offset_y: float = 0  # how far the backs of cards are moved to the right and down
    choice: Choice = Choice()  # the notes to print, or to put into the package
    large: bool = False  # whether body text is 14 pt and no text smaller than 11 pt
    days: int = 0  # the days until the interview, for the study plan; 0 for a week
    minutes: int = 0  # the minutes a day, for the study plan; 0 for as many as the core takes

    @property
    def card_size(self) -> CardSize:
        """The size of the cards to cut out."""
        return self.card or (self.paper.large_card if self.large else self.paper.card)


class Spot(NamedTuple):
    """The top left corner of a card on its sheet."""

    x: float
    y: float


class Grid(NamedTuple):
    """Cards edge to edge, centred on a sheet."""

    paper: PaperSize
    card: CardSize
    layout: CardLayout
    columns: int
    rows: int

    @property
    def start(self) -> Spot:
        """The top left corner of the first card."""
        width, height = self.columns * self.card.width, self.rows * self.card.height
        return Spot((self.paper.width - width) / 2, (self.paper.height - height) / 2)

    @property
    def pairs(self) -> list[tuple[Spot, Spot]]:
        """The positions of fronts and backs, in the order in which cards fill a sheet.

        With cards to fold, a back is to the right of its front. With double-sided cards, backs are mirrored as the
        printer turns the sheet, so they are behind their fronts even on a sheet that is not full.
        """
        step = 1 if self.layout.double_sided else 2
        fronts = [(column, row) for row in range(self.rows) for column in range(0, self.columns, step)]
        return [(self._spot(*front), self._spot(*self._back(*front))) for front in fronts]

    def _back(self, column: int, row: int) -> tuple[int, int]:
        if self.layout.mirrored == "columns":
            return self.columns - 1 - column, row
        return (column, self.rows - 1 - row) if self.layout.mirrored else (column + 1, row)

    def _spot(self, column: int, row: int) -> Spot:
        return Spot(self.start.x + column * self.card.width, self.start.y + row * self.card.height)


def grid(paper: PaperSize, card: CardSize, layout: CardLayout) -> Grid:
    """As many cards as fit, possibly none. Cards to fold are in pairs, in portrait format if two are too wide."""
    if not layout.double_sided and 2 * card.width > paper.width:
        card = card._replace(width=card.height, height=card.width)
    columns, rows = int(paper.width // card.width), int(paper.height // card.height)
    columns = columns if layout.double_sided else columns // 2 * 2
    return Grid(paper=paper, card=card, layout=layout, columns=columns, rows=rows)
