"""Layout: `lay_out` puts a document on pages with numbers, links and footers; `fit` puts a fragment in a box."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import structs

from rolecards.pdf.columns import Column, Mark, Placed, Room, pour, stacked
from rolecards.pdf.context import Context, Setting
from rolecards.pdf.css import cascade, read
from rolecards.pdf.flow import Flow
from rolecards.pdf.inline import Run
from rolecards.pdf.lines import TextLine
from rolecards.pdf.pages import Box, Item, Layout, LinkArea, OutlineEntry, Paper, PlacedPicture, Target, TextItem
from rolecards.pdf.parse import HEADINGS, Element, parse
from rolecards.pdf.style import Area, Style
from rolecards.problems import Problem, counted, in_order

OUTLINE = {"h1": 0, "h2": 1}
PAGE_LIMIT_HINT = (
    "shorten the text, use a smaller type size or a narrower typeface, or raise `data-max-pages` in your own template"
)
SIZES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.66)  # that `fit` tries; at two thirds, 10 pt is still readable
TOO_TALL_HINT = "shorten it, or use a larger box or a narrower typeface"


def lay_out(html: str, setting: Setting, *, paper: Paper, path: str = "document.html") -> Layout:
    """Lay out a document on pages; `path` is that of problems at elements without `data-at`."""
    root, problems = parse(html, path=path, locate=setting.locate)
    styles = cascade(setting.sheet)
    styles.apply(root)
    context = Context(setting, paper, styles.page)
    flow = Flow(context)
    flow.contents(root, Area(0, context.width))
    flow.finish(root)
    columns, waiting = list[Column](), flow.strips[::-1]
    while waiting:
        columns.append(pour(waiting, Room(here=context.height, elsewhere=context.height, context=context)))
    places = Places(context, columns)
    pages = _numbered_pages(context, columns, places)
    problems = _causes((*problems, *read(setting.sheet).problems, *context.problems))
    return Layout(paper=paper, fonts=setting.fonts, pages=pages, outline=tuple(places.outline), problems=problems)


class Fitted(NamedTuple):
    """A fragment in a box, ready to be placed on pages."""

    items: tuple[Item, ...]
    height: float  # the height of its content in mm
    problems: tuple[Problem, ...]

    def at(self, x: float, y: float) -> tuple[Item, ...]:
        """Its items with the top left corner of the box at x and y, in mm."""
        return tuple(structs.replace(item, x=item.x + x, y=item.y + y) for item in self.items)


def fit(html: str, setting: Setting, *, width: float, height: float, path: str = "document.html") -> Fitted:
    """Lay out a fragment in a box, in mm, in the largest type size that fits; two thirds are the smallest."""
    root, problems = parse(html, path=path, locate=setting.locate)
    for scale in SIZES:
        context = Context(setting, Paper(width=width, height=height), Style())
        cascade(setting.sheet, scale).apply(root)
        column = _column(context, root)
        if column.y > height:
            # The place of the first content, in document order.
            place = next((each.source for each in root.within() if each.source != each.at), root.source)
            room = f"its box of {width:g} × {height:g} mm in the smallest type size"  # noqa: RUF001
            message = f"the text is {column.y - height:.1f} mm too tall for {room}"
            context.report("RC705", place, message, TOO_TALL_HINT)
        if not any(problem.code == "RC705" for problem in context.problems):
            break
    canvas = _Canvas(context, {}, {})
    canvas.add(column.placed(), 0, 0)
    problems = _causes((*problems, *read(setting.sheet).problems, *context.problems))
    return Fitted(items=tuple(canvas.items), height=column.y, problems=problems)


def _column(context: Context, element: Element) -> Column:
    """The content of an element in one column, without page breaks."""
    flow = Flow(context)
    flow.contents(element, Area(0, context.width))
    return stacked(flow.strips)


def _causes(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in order, without those of links if an element is not closed: its content has no ids."""
    ordered = in_order(problems)
    is_open = any(problem.code == "RC706" for problem in ordered)
    return tuple(problem for problem in ordered if not (is_open and problem.code == "RC707"))


class Places:
    """The pages and positions of marks. Sections longer than their page limit are reported."""

    def __init__(self, context: Context, columns: list[Column]) -> None:
        self.context = context
        self.columns = columns
        self.targets: dict[str, Target] = {}
        self.outline: list[OutlineEntry] = []
        self.footers: dict[int, Element] = {}  # the footer that starts on a page, by page number
        self._starts: dict[Element, int] = {}
        for number, each in enumerate(columns, 1):
            for y, thing in each.placed():
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
        most = element.number("data-max-pages")
        first = self._starts[element] + most
        if end < first:
            return
        over = self.columns[first - 1 : end - 1]
        excess = sum(each.y for each in over) + y
        lines = sum(isinstance(thing, TextLine) for each in over for _, thing in each.placed())
        lines += sum(isinstance(thing, TextLine) and at < y for at, thing in self.columns[end - 1].placed())
        headings = (each.text() for each in element.within() if each.tag in HEADINGS)
        name = next((f"`{heading}`" for heading in headings if heading), f"`<{element.tag}>`")
        message = f"{name} is {max(1, excess):.0f} mm ({counted(lines, 'line')}) longer than {counted(most, 'page')}"
        self.context.report("RC705", element.source, message, PAGE_LIMIT_HINT)


def _numbered_pages(context: Context, columns: list[Column], places: Places) -> tuple[tuple[Item, ...], ...]:
    """The pages with all items in their final positions."""
    footer = None
    pages = []
    numbers = {key: str(target.page) for key, target in places.targets.items()} | {"pages": str(len(columns))}
    for number, each in enumerate(columns, 1):
        footer = places.footers.get(number, footer)
        canvas = _Canvas(context, numbers | {"page": str(number)}, places.targets)
        canvas.add(each.placed(), context.page.margin_left, context.page.margin_top)
        if footer:
            canvas.footer(footer)
        pages.append(tuple(canvas.items))
    return tuple(pages)


class _Canvas:
    """The items of a page in their final positions."""

    def __init__(self, context: Context, numbers: Mapping[str, str], targets: Mapping[str, Target]) -> None:
        self.context = context
        self.numbers = numbers  # the text of each counter
        self.targets = targets
        self.items: list[Item] = []
        self.aside = False  # whether a footer is added, which is not part of the running text

    def footer(self, footer: Element) -> None:
        """Add a footer below the content, with its margin between them."""
        column = _column(self.context, footer)
        room = self.context.page.margin_bottom - footer.style.margin_top
        if column.y > room:
            message = f"the footer is {column.y - room:.1f} mm taller than the page margin"
            self.context.report("RC705", footer.source, message)
        self.aside = True
        self.add(column.placed(), self.context.page.margin_left, self.context.paper.height - room)

    def add(self, placed: Iterable[Placed], left: float, top: float) -> None:
        """Add the things of a column whose top left corner is at this position, in mm."""
        for y, thing in placed:
            if isinstance(thing, TextLine):
                self._line(thing, left, top + y)
            elif isinstance(thing, Box | PlacedPicture):
                self.items.append(structs.replace(thing, x=left + thing.x, y=top + y + thing.y))

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
        text = self.numbers.get(run.span.counter, "")
        space = " " if run.text.endswith(" ") else ""
        return structs.replace(run, text=text + space, width=(run.font.width(text) or 0) * run.span.unit)

    def _run(self, run: Run, x: float, y: float) -> None:
        span, style = run.span, run.span.style
        is_box = span.boxed and not span.formula
        if is_box or style.background:
            self.items.append(_inline_box(run, x, y))
        if not is_box:
            block, to_left = None if self.aside else span.block, bool(run.level % 2)
            size = style.font_size * span.unit / (style.em / 1000) if span.formula else style.font_size
            self.items.append(TextItem(x, y, run.text, run.font.path, size, style.color, block, to_left, span.formula))
        goal = self.targets.get(span.link) if span.link.startswith("#") else span.link
        if goal is None:
            self.context.report("RC707", span.place, f"no element has the id `{span.link[1:]}`")
        elif goal:
            self.items.append(LinkArea(x, y - span.style.em, run.width, 1.25 * span.style.em, goal))


def _inline_box(run: Run, x: float, y: float) -> Box:
    """The background of text, or an inline box, a little below the baseline."""
    style, ascent, descent = run.span.style, run.font.ascent * run.span.unit, run.font.descent * run.span.unit
    if not run.span.boxed:
        return Box(x, y - 0.95 * ascent, run.width, 0.95 * ascent + descent, style.background)
    height = (style.height or 0) + style.insets["top"] + style.insets["bottom"]
    left, width = x + style.margin_left, run.width - style.margin_left - style.margin_right
    bottom = y + style.insets["bottom"] + descent / 2
    return Box(left, bottom - height, width, height, style.background, style.edges)
