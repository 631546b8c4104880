"""Cards to cut out: a printer test, then sheets with both sides of each card."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import structs

from rolecards.codes import Severity
from rolecards.papers.guide import Printed
from rolecards.papers.press import FOLDER, LARGER, Press, judged
from rolecards.papers.sheets import Grid, PrintOptions, Spot, grid
from rolecards.pdf import Fitted, Layout, Setting, StyleSource, fit
from rolecards.pdf.pages import Box, Item, OutlineEntry, PlacedPicture, Target
from rolecards.pdf.style import Edge
from rolecards.problems import Location, Problem
from rolecards.release.edition import Artifact, Edition
from rolecards.templates import render

SAFE = 5.0  # the width of the empty border inside a card, in mm: printers and scissors are not exact
SHARES = (90, 60, 40, 25, 15)  # the widths of a picture that are tried, in percent of the width of a card
HEAD, FOOT = 6.3, 7.3  # the heights of the head of a card and of the two lines at its foot, in mm
LETTER, LINE = 1.35, 3.4  # the usual width of a letter and the height of a line at the foot, in mm
MOST_LINES = 9  # the most lines at the foot for which a card leaves room
MARGIN, TEST = 16.0, 70.0  # the margin of the test sheet, and where its marks begin, in mm from the top
ARM, HAIR, FAINT = 2.0, 0.1, (150, 150, 150)  # the arm and line width of crop marks in mm, and their colour
UNPRINTED = 5.0  # the width of the border of a sheet that printers leave empty, in mm


def cutouts(edition: Edition, options: PrintOptions) -> Artifact:
    """Prints the cards on sheets, without those of notes that do not fit. Raises ContentError for other problems."""
    press = Press(edition, options)
    fitter = _CardFitter(press)
    ways = [(note, way) for note in press.guide.notes for way in (False, True)[: 2 if note.reverse else 1]]
    cards = [card for note, way in ways if (card := fitter.card(note, asks_back=way))]
    tests = fitter.tests(len(cards))
    pages = (*tests, *_sheets(cards, fitter.grid, options))
    words = press.templates.words["cutouts"]
    starts = {words["test"]: 1, words["cards"]: len(tests) + 1}
    outline = [OutlineEntry(0, title.text, Target(page, 0)) for title, page in starts.items() if page <= len(pages)]
    fonts, problems = fitter.setting.fonts, tuple(fitter.problems)
    return press.printout(Layout(press.paper, fonts, pages, tuple(outline), problems))


class _CardFitter:
    """Fits the rendered templates into cards, and collects their problems."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.options = options = press.options
        self.grid = grid(options.paper, options.card_size, options.layout)
        self.width, self.height = self.grid.card.width - 2 * SAFE, self.grid.card.height - 2 * SAFE
        larger = LARGER if options.large else 1
        # In large type, heads and feet have more lines, too.
        taken, self.top = (HEAD + FOOT) * larger**2, TEST * larger
        self.setting = _with_room(press.setting("cards.css"), self.height - taken, LINE * larger)
        self.environment = press.templates.placed_environment()
        self.values = press.values() | {
            "paper": options.paper,
            "layout": options.layout,
            "size": options.card_size.name,
            "sheet": self.grid,
            "letters": self.width / (LETTER * larger),
        }
        self.problems: list[Problem] = []

    def card(self, note: Printed, *, asks_back: bool) -> list[Fitted]:
        """The two sides of a note, or of its second card, with all gaps at once; empty if one does not fit."""
        sides = [self._side(note, side, asks_back=asks_back) for side in ("front", "back")]
        return [] if any(problem.code == "RC705" for side in sides for problem in side.problems) else sides

    def _side(self, note: Printed, side: str, *, asks_back: bool) -> Fitted:
        for share in SHARES if note.note.pictures or note.pictures(side) else SHARES[:1]:
            values = {"item": note, "side": side, "asks_back": asks_back, "share": share}
            fitted = self._fitted("card.html.j2", values, self.width, self.height)
            if not any(problem.code == "RC705" for problem in fitted.problems):
                break
        for problem in judged(fitted.problems, self.press.edition.content):
            left_out = ", so it is left out" if problem.severity is Severity.WARNING else ""
            message = f"card {note.number}, {side}: {problem.message}{left_out}"
            hint = "shorten it, or choose larger cards with --card-size"
            # Other problems do not depend on the card.
            of_card = structs.replace(problem, message=message, hint=hint)
            self.problems.append(of_card if problem.code == "RC705" else problem)
        return fitted

    def _fitted(self, name: str, values: dict[str, Any], width: float, height: float) -> Fitted:
        html = render(self.environment, f"{FOLDER}/{name}", self.values | values)
        return fit(html, self.setting, width=width, height=height, path=name)

    def tests(self, cards: int) -> list[tuple[Item, ...]]:
        """The sheet with instructions for this number of cards, with a back if the cards are double-sided."""
        self.values |= {"cards": cards, "sheets": -(-cards // len(self.grid.pairs)), "top": self.top}
        return [self._test("front"), self._test("back")] if self.options.layout.double_sided else [self._test("front")]

    def _test(self, side: str) -> tuple[Item, ...]:
        paper, templates = self.options.paper, self.press.templates
        name = f"{FOLDER}/printer-test.svg.j2"
        svg = render(templates.environment(), name, self.values | {"side": side}).encode()
        described = templates.words["cutouts"][f"marks_{side}" if self.options.layout.double_sided else "folding"].text
        x, y = (self.options.offset_x, self.options.offset_y) if side == "back" else (0, 0)
        marks = PlacedPicture(x, y, paper.width, paper.height, svg, described, Location(templates.shown(name)))
        text = self._fitted("printer-test.html.j2", {"side": side}, paper.width - 2 * MARGIN, self.top - MARGIN)
        self.problems += text.problems
        return (marks, *text.at(MARGIN, MARGIN))


def _with_room(setting: Setting, height: float, line: float) -> Setting:
    """The setting with the height for the words of a card, in mm: `--words`, and less above a foot of many lines."""
    sheet = setting.sheet
    rules = [
        f".words.above-{lines} {{ height: {max(height - (lines - 2) * line, 0):.3f}mm }}"
        for lines in range(3, MOST_LINES + 1)
    ]
    size = StyleSource("the card size", f":root {{ --words: {height:.3f}mm }} {' '.join(rules)}", sheet.theme)
    return setting._replace(sheet=sheet._replace(theme=size))


def _sheets(cards: Sequence[list[Fitted]], sheet: Grid, options: PrintOptions) -> Iterator[tuple[Item, ...]]:
    """The pages in the order of printing: the fronts of each sheet, then its backs."""
    places = sheet.pairs
    for start in range(0, len(cards), len(places)):
        placed = list(zip(cards[start : start + len(places)], places, strict=False))
        fronts: list[Item] = list(dict.fromkeys(mark for _, (spot, _) in placed for mark in _marks(sheet, spot)))
        backs = [] if sheet.layout.double_sided else fronts
        for (front, back), (here, there) in placed:
            fronts += front.at(here.x + SAFE, here.y + SAFE)
            backs += back.at(there.x + SAFE + options.offset_x, there.y + SAFE + options.offset_y)
        yield tuple(fronts)
        if sheet.layout.double_sided:
            yield tuple(backs)


def _marks(sheet: Grid, front: Spot) -> Iterator[Box]:
    """Crosses at the corners to cut at, and the line to fold at."""
    (left, top), (_, width, height) = front, sheet.card
    is_folded = not sheet.layout.double_sided
    across, down = sheet.paper.width, sheet.paper.height
    for x in (left, left + (2 * width if is_folded else width)):
        for y in (top, top + height):
            if UNPRINTED <= y <= down - UNPRINTED:
                yield Box(_kept_in(x - ARM, across), y - HAIR / 2, 2 * ARM, HAIR, FAINT)
            if UNPRINTED <= x <= across - UNPRINTED:
                yield Box(x - HAIR / 2, _kept_in(y - ARM, down), HAIR, 2 * ARM, FAINT)
    if is_folded:
        yield Box(left + width, top, HAIR, height, edges=(None, None, None, Edge(HAIR, "dashed", FAINT)))


def _kept_in(start: float, length: float) -> float:
    """The start of an arm of a cross, moved along the cut so that a printer prints all of it."""
    return min(max(start, UNPRINTED), length - UNPRINTED - 2 * ARM)
