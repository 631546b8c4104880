"""Cards to cut out: both sides of every card, fitted and put where they meet; before them a sheet to try the printer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from rolecards.diagnostics import ContentError
from rolecards.export.imposition import SIZES, USUAL, Spot, grid, pairs
from rolecards.export.paper import FOLDER
from rolecards.pdf import Layout, Page, fit
from rolecards.pdf.pages import Box, Edge, Entry, Picture, Target, moved
from rolecards.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import jinja2

    from rolecards.diagnostics import Problem
    from rolecards.export.imposition import Grid, Pair
    from rolecards.export.paper import Press, Printout
    from rolecards.export.printed import Printed
    from rolecards.pdf import Fitted, Setting
    from rolecards.pdf.pages import Item

SAFE = 5.0
"""The width of the border inside a card, in mm, that stays empty: printers and scissors are not exact."""
ARM, HAIR, FAINT = 2.0, 0.1, (150, 150, 150)
"""A crop mark's arm and line width in mm, and its colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How the cards are to be cut out."""

    way: str = "fold"
    size: str = ""
    """Empty: the usual one for the paper."""
    offset: Spot = Spot(0, 0)
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
    tests = maker.tests()
    if maker.problems:
        raise ContentError(maker.problems)
    pages = [*tests, *_sheets(cards, sheet, cut)]
    outline = (Entry(0, "Printer test", Target(1, 0)), Entry(0, "Cards", Target(len(tests) + 1, 0)))
    labelled = tuple(replace(page, label=str(number)) for number, page in enumerate(pages, 1))
    return press.printout(Layout(paper=press.paper, fonts=setting.fonts, pages=labelled, outline=outline[: len(pages)]))


# ---------------------------------------------------------------- what stands on the sheets


class _Maker:
    """Fits fragments made by the templates, and collects their problems."""

    def __init__(self, press: Press, setting: Setting, sheet: Grid, cut: Cut) -> None:
        self.press = press
        self.setting = setting
        self.sheet = sheet
        self.cut = cut
        self.environment: jinja2.Environment = press.templates.placed_environment()
        upright = "upright" if sheet.card.height > sheet.card.width else ""
        self.values = press.values() | {"paper": press.paper, "way": cut.way, "size": cut.size, "upright": upright}
        self.problems: list[Problem] = []

    def card(self, note: Printed, number: int) -> Card:
        """The card with this cloze number, or the only one of a note."""
        values = {"item": note, "number": number}
        return Card(self._side(values, "front"), self._side(values, "back"))

    def _side(self, values: Mapping[str, object], side: str) -> Fitted:
        width, height = self.sheet.card.width - 2 * SAFE, self.sheet.card.height - 2 * SAFE
        fitted = self._fitted("card.html.j2", {**values, "side": side}, width, height)
        note: Printed = values["item"]  # type: ignore[assignment]
        self.problems += [
            replace(problem, message=f"card {note.number}, {side}: {problem.message}") for problem in fitted.problems
        ]
        return fitted

    def _fitted(self, name: str, values: Mapping[str, object], width: float, height: float) -> Fitted:
        html = render(self.environment, f"{FOLDER}/{name}", {**self.values, **values})
        path = self.press.templates.shown(f"{FOLDER}/{name}")
        return fit(html, self.setting, width=width, height=height, path=path)

    def tests(self) -> list[Page]:
        """The sheet that shows how a printer shifts: its front, and its back where backs are printed."""
        front = self._test("front", Spot(0, 0))
        return [front] if self.cut.way == "fold" else [front, self._test("back", self.cut.offset)]

    def _test(self, side: str, offset: Spot) -> Page:
        paper = self.press.paper
        name = f"{FOLDER}/printer-test.svg.j2"
        svg = render(self.press.templates.environment(), name, {**self.values, "side": side}).encode()
        place = self.press.templates.shown(name)
        marks = Picture(*offset, paper.width, paper.height, svg, f"Marks of the printer test, {side}", place)
        text = self._fitted("printer-test.html.j2", {"side": side}, paper.width - 80, paper.height / 2 - 50)
        self.problems += text.problems
        return Page(items=(marks, *text.at(40, 40)))


# ---------------------------------------------------------------- sheets


def _sheets(cards: Sequence[Card], sheet: Grid, cut: Cut) -> Iterator[Page]:
    """The pages in the order in which they are printed: each sheet's fronts, then at once its backs."""
    places = pairs(sheet, cut.way)
    for start in range(0, len(cards), len(places)):
        put = list(zip(cards[start : start + len(places)], places, strict=False))
        fronts = [item for card, pair in put for item in _at(card.front, pair.front)]
        marks = [mark for _, pair in put for mark in _marks(sheet, pair, cut.way)]
        backs = [item for card, pair in put for item in _at(card.back, pair.back)]
        if cut.way == "fold":
            sides = [item for card, pair in put for item in (*_at(card.front, pair.front), *_at(card.back, pair.back))]
            yield Page(items=(*dict.fromkeys(marks), *sides))
        else:
            yield Page(items=(*dict.fromkeys(marks), *fronts))
            yield Page(items=tuple(moved(item, *cut.offset) for item in backs))


def _at(side: Fitted, spot: Spot) -> tuple[Item, ...]:
    return side.at(spot.x + SAFE, spot.y + SAFE)


def _marks(sheet: Grid, pair: Pair, way: str) -> Iterator[Box]:
    """Crosses at the corners to cut at, and the line to fold at."""
    (left, top), (width, height) = pair.front, sheet.card
    wide = 2 * width if way == "fold" else width
    for x in (left, left + wide):
        for y in (top, top + height):
            yield Box(x - ARM, y - HAIR / 2, 2 * ARM, HAIR, FAINT)
            yield Box(x - HAIR / 2, y - ARM, HAIR, 2 * ARM, FAINT)
    if way == "fold":
        yield Box(left + width, top, HAIR, height, edges=(None, None, None, Edge(HAIR, "dashed", FAINT)))
