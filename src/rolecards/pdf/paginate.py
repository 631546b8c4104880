"""Pagination: strips become pages with page numbers, links, an outline and footers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from rolecards.pdf.columns import Mark, Room, pour, stacked
from rolecards.pdf.flow import Flow
from rolecards.pdf.lines import TextLine
from rolecards.pdf.pages import Box, Item, LinkArea, OutlineEntry, PlacedPicture, PrintedPage, Target, TextItem
from rolecards.pdf.parse import HEADINGS
from rolecards.pdf.style import Area
from rolecards.problems import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolecards.pdf.columns import Placed, Strip
    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Element
    from rolecards.pdf.style import Styled
    from rolecards.pdf.words import Run

OUTLINE = {"h1": 0, "h2": 1}
PAGE_LIMIT_HINT = (
    "shorten the text, use a smaller type size or a narrower typeface, or raise `data-max-pages` in your own template"
)


class PageCut(NamedTuple):
    """The content of a page before page numbers are known."""

    placed: tuple[Placed, ...]
    used: float
    """The height of its content, in mm."""


def cut(context: Context, strips: Iterable[Strip]) -> list[PageCut]:
    """Distribute the strips of a document over pages.

    Example: a page has room for 25 lines. Before: 40 lines. After: a cut of 25 and a cut of 15 lines.
    """
    waiting = list(strips)[::-1]
    cuts = []
    while waiting:
        column = pour(waiting, Room(here=context.height, elsewhere=context.height, context=context))
        cuts.append(PageCut(column.placed(), column.y))
    return cuts


class Places:
    """The pages and positions of marks. Sections longer than their page limit are reported."""

    def __init__(self, context: Context, cuts: list[PageCut]) -> None:
        self.context = context
        self.cuts = cuts
        self.targets: dict[str, Target] = {}
        self.outline: list[OutlineEntry] = []
        self.footers: dict[int, Element] = {}
        """The footer that starts on a page, by page number."""
        self._starts: dict[Element, int] = {}
        for number, each in enumerate(cuts, 1):
            for y, thing in each.placed:
                if isinstance(thing, Mark):
                    self._add(thing, number, y)

    def _add(self, mark: Mark, page: int, y: float) -> None:
        element = mark.element
        if mark.end:
            self._check_limit(element, page, y)
        elif element.tag == "footer":
            self.footers[page if y <= 0 else page + 1] = element
        elif element not in self._starts:
            self._starts[element] = page
            target = Target(page, self.context.page.margin_top + y)
            if "id" in element.attributes:
                self.targets[f"#{element.attributes['id']}"] = target
            if element.tag in OUTLINE and element.text():
                level = OUTLINE[element.tag] if self.outline else 0
                self.outline.append(OutlineEntry(level, element.text(), target))

    def _check_limit(self, element: Element, end: int, y: float) -> None:
        most = element.number("data-max-pages", 1)
        first = self._starts[element] + most
        if end < first:
            return
        over = self.cuts[first - 1 : end - 1]
        excess = sum(each.used for each in over) + y
        lines = sum(isinstance(thing, TextLine) for each in over for _, thing in each.placed)
        lines += sum(isinstance(thing, TextLine) and at < y for at, thing in self.cuts[end - 1].placed)
        headings = (each.text() for each in element.within() if each.tag in HEADINGS)
        name = next((f"`{heading}`" for heading in headings if heading), f"`<{element.tag}>`")
        message = f"{name} is {max(1, excess):.0f} mm ({counted(lines, 'line')}) longer than {counted(most, 'page')}"
        self.context.report("RC705", element.source, message, PAGE_LIMIT_HINT)


def numbered_pages(context: Context, body: Styled, cuts: list[PageCut], places: Places) -> tuple[PrintedPage, ...]:
    """The pages with all items in their final positions."""
    footer = None
    pages = []
    for number, each in enumerate(cuts, 1):
        footer = places.footers.get(number, footer)
        canvas = PageCanvas(context, {"page": str(number), "pages": str(len(cuts))}, places.targets)
        canvas.add(each.placed, context.page.margin_left, context.page.margin_top)
        if footer:
            canvas.footer(context.cascade.styled(footer, body))
        pages.append(PrintedPage(items=tuple(canvas.items)))
    return tuple(pages)


class PageCanvas:
    """The items of a page in their final positions."""

    def __init__(self, context: Context, numbers: Mapping[str, str], targets: Mapping[str, Target]) -> None:
        self.context = context
        self.numbers = numbers
        self.targets = targets
        self.items: list[Item] = []
        self.aside = False
        """Whether a footer is added, which is not part of the running text."""

    def footer(self, styled: Styled) -> None:
        """Add a footer below the content, with its margin between them."""
        flow = Flow(self.context)
        flow.contents(styled, Area(0, self.context.width))
        column = stacked(flow.strips)
        room = self.context.page.margin_bottom - styled.style.margin_top
        if column.y > room:
            message = f"the footer is {column.y - room:.1f} mm taller than the page margin"
            self.context.report("RC705", styled.element.source, message)
        self.aside = True
        self.add(column.placed(), self.context.page.margin_left, self.context.paper.height - room)
        self.aside = False

    def add(self, placed: Iterable[Placed], left: float, top: float) -> None:
        """Add the things of a column whose top left corner is at this position, in mm."""
        for y, thing in placed:
            if isinstance(thing, TextLine):
                self._line(thing, left, top + y)
            elif isinstance(thing, Box | PlacedPicture):
                self.items.append(replace(thing, x=left + thing.x, y=top + y + thing.y))

    def _line(self, line: TextLine, left: float, top: float) -> None:
        runs = [self._numbered(run) if run.span.counter else run for run in line.runs]
        x = left + line.x
        if line.align != "left":
            spare = line.width - sum(run.width + run.gap for run in runs)
            x += spare / 2 if line.align == "center" else spare
        for run in runs:
            self._run(run, x, top + line.baseline - run.span.rise)
            x += run.width + run.gap

    def _numbered(self, run: Run) -> Run:
        counter = run.span.counter
        target = self.targets.get(counter)
        text = str(target.page) if target else self.numbers.get(counter, "")
        space = " " if run.text.endswith(" ") else ""
        return replace(run, text=text + space, width=(run.font.width(text) or 0) * run.span.unit)

    def _run(self, run: Run, x: float, y: float) -> None:
        span, style = run.span, run.span.style
        is_box = span.boxed and not span.formula
        if is_box or style.background:
            self.items.append(_inline_box(run, x, y))
        if not is_box:
            block, to_left = None if self.aside else span.block, bool(run.level % 2)
            size = style.font_size * span.unit / (style.em / 1000) if span.formula else style.font_size
            self.items.append(TextItem(x, y, run.text, run.font.path, size, style.color, block, to_left, span.formula))
        if span.link:
            self._link(run, x, y)

    def _link(self, run: Run, x: float, y: float) -> None:
        span = run.span
        goal = self.targets.get(span.link) if span.link.startswith("#") else span.link
        if goal is None:
            self.context.report("RC707", span.place, f"no element has the id `{span.link[1:]}`")
        else:
            self.items.append(LinkArea(x, y - span.style.em, run.width, 1.25 * span.style.em, goal))


def _inline_box(run: Run, x: float, y: float) -> Box:
    """The background of text, or an inline box, a little below the baseline."""
    style, ascent, descent = run.span.style, run.font.ascent * run.span.unit, run.font.descent * run.span.unit
    if not run.span.boxed:
        return Box(x, y - 0.95 * ascent, run.width, 0.95 * ascent + descent, style.background)
    height = (style.height or 0) + style.inset("top") + style.inset("bottom")
    left, width = x + style.margin_left, run.width - style.margin_left - style.margin_right
    bottom = y + style.inset("bottom") + descent / 2
    return Box(left, bottom - height, width, height, style.background, style.edges)
