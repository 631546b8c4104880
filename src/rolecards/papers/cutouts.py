"""Cards to cut out: both sides of every card, fitted and put where they meet, after a sheet to try the printer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from rolecards.diagnostics import ContentError, Location
from rolecards.papers.imposition import SIZES, USUAL, Spot, grid, pairs
from rolecards.papers.theme import FOLDER
from rolecards.pdf import Layout, Page, fit
from rolecards.pdf.pages import Box, Edge, Entry, Picture, Target, moved
from rolecards.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.diagnostics import Problem
    from rolecards.papers.guide import Printed
    from rolecards.papers.imposition import Grid, Pair
    from rolecards.papers.press import Press, Printout
    from rolecards.pdf import Fitted, Setting
    from rolecards.pdf.pages import Item

SAFE = 5.0
"""The width of the border inside a card, in mm, that stays empty: printers and scissors are not exact."""
ARM, HAIR, FAINT = 2.0, 0.1, (150, 150, 150)
"""A crop mark's arm and line width in mm, and its colour."""
UNPRINTED = 5.0
"""The width of the border of a sheet, in mm, that printers leave empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How the cards are to be cut out."""

    way: str
    size: str
    """Empty: the usual one for the paper."""
    offset: Spot
    """By how much backs are moved right and down, in mm, for a printer that shifts them."""


class Card(NamedTuple):
    """A card's two sides."""

    front: Fitted
    back: Fitted


def cutouts(press: Press, cut: Cut) -> Printout:
    """All cards of the deck on sheets. Raises ContentError for a card whose text does not fit."""
    cut = replace(cut, size=cut.size or USUAL[press.paper.name])
    setting = press.setting("cards.css")
    sheet = grid(press.paper, SIZES[cut.size], cut.way)
    maker = _Maker(press, setting, sheet, cut)
    cards = [maker.card(note, ordinal + 1) for note in press.guide.notes for ordinal in note.note.ordinals]
    tests = maker.tests(len(cards))
    if maker.problems:
        raise ContentError(maker.problems)
    pages = [*tests, *_sheets(cards, sheet, cut)]
    starts = {"Cut out and fold" if cut.way == "fold" else "Printer test": 1, "Cards": len(tests) + 1}
    outline = tuple(Entry(0, title, Target(page, 0)) for title, page in starts.items() if page <= len(pages))
    return press.printout(Layout(paper=press.paper, fonts=setting.fonts, pages=tuple(pages), outline=outline))


# ---------------------------------------------------------------- what stands on the sheets


class _Maker:
    """Fits fragments made by the templates, and collects their problems."""

    def __init__(self, press: Press, setting: Setting, sheet: Grid, cut: Cut) -> None:
        self.press = press
        self.setting = setting
        self.sheet = sheet
        self.cut = cut
        self.environment = press.templates.placed_environment()
        upright = "upright" if sheet.card.height > sheet.card.width else ""
        self.values = press.values() | {"paper": press.paper, "way": cut.way, "size": cut.size, "upright": upright}
        self.problems: list[Problem] = []

    def card(self, note: Printed, number: int) -> Card:
        """The card with this cloze number, or the only one of a note."""
        return Card(self._side(note, number, "front"), self._side(note, number, "back"))

    def _side(self, note: Printed, number: int, side: str) -> Fitted:
        values = {"item": note, "number": number, "side": side}
        width, height = self.sheet.card.width - 2 * SAFE, self.sheet.card.height - 2 * SAFE
        fitted = self._fitted("card.html.j2", values, width, height)
        self.problems += [
            problem
            if problem.code != "RC705"  # all else is the text's or the template's, on whichever card it shows
            else structs.replace(problem, message=f"card {note.number}, {side}: {problem.message}")
            for problem in fitted.problems
        ]
        return fitted

    def _fitted(self, name: str, values: dict[str, Any], width: float, height: float) -> Fitted:
        html = render(self.environment, f"{FOLDER}/{name}", self.values | values)
        return fit(html, self.setting, width=width, height=height, path=name)

    def tests(self, cards: int) -> list[Page]:
        """The sheet that says what to do with so many cards and shows how a printer shifts them.

        Its front, and its back where backs are printed.
        """
        self.values |= {"cards": cards, "sheet": self.sheet}
        front = self._test("front", Spot(0, 0))
        return [front] if self.cut.way == "fold" else [front, self._test("back", self.cut.offset)]

    def _test(self, side: str, offset: Spot) -> Page:
        paper = self.press.paper
        name = f"{FOLDER}/printer-test.svg.j2"
        svg = render(self.press.templates.environment(), name, self.values | {"side": side}).encode()
        place = Location(self.press.templates.shown(name))
        fold = "A sheet, a piece cut out of it, and the piece folded; a bar of 100 mm"
        shown = fold if self.cut.way == "fold" else f"Marks of the printer test, {side}"
        marks = Picture(*offset, paper.width, paper.height, svg, shown, place)
        text = self._fitted("printer-test.html.j2", {"side": side}, paper.width - 80, paper.height / 2 - 50)
        self.problems += text.problems
        return Page(items=(marks, *text.at(40, 40)))


# ---------------------------------------------------------------- sheets


def _sheets(cards: Sequence[Card], sheet: Grid, cut: Cut) -> Iterator[Page]:
    """The pages in the order in which they are printed: each sheet's fronts, then at once its backs."""
    places = pairs(sheet, cut.way)
    for start in range(0, len(cards), len(places)):
        put = list(zip(cards[start : start + len(places)], places, strict=False))
        marks = tuple(dict.fromkeys(mark for _, pair in put for mark in _marks(sheet, pair, cut.way)))
        if cut.way == "fold":
            sides = [item for card, pair in put for item in (*_at(card.front, pair.front), *_at(card.back, pair.back))]
            yield Page(items=(*marks, *sides))
            continue
        yield Page(items=(*marks, *(item for card, pair in put for item in _at(card.front, pair.front))))
        backs = (item for card, pair in put for item in _at(card.back, pair.back))
        yield Page(items=tuple(moved(item, *cut.offset) for item in backs))


def _at(side: Fitted, spot: Spot) -> tuple[Item, ...]:
    return side.at(spot.x + SAFE, spot.y + SAFE)


def _marks(sheet: Grid, pair: Pair, way: str) -> Iterator[Box]:
    """Crosses at the corners to cut at, and the line to fold at."""
    (left, top), (width, height) = pair.front, sheet.card
    wide = 2 * width if way == "fold" else width
    across, down = sheet.paper.width, sheet.paper.height
    for x in (left, left + wide):
        for y in (top, top + height):
            if _is_printed(y, down):
                yield Box(_kept_in(x - ARM, across), y - HAIR / 2, 2 * ARM, HAIR, FAINT)
            if _is_printed(x, across):
                yield Box(x - HAIR / 2, _kept_in(y - ARM, down), HAIR, 2 * ARM, FAINT)
    if way == "fold":
        yield Box(left + width, top, HAIR, height, edges=(None, None, None, Edge(HAIR, "dashed", FAINT)))


def _is_printed(at: float, length: float) -> bool:
    return UNPRINTED <= at <= length - UNPRINTED


def _kept_in(start: float, length: float) -> float:
    """Where the arms of a cross begin so that a printer prints them whole; they still lie on the cut."""
    return min(max(start, UNPRINTED), length - UNPRINTED - 2 * ARM)
