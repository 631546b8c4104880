"""The page builder's two verbs: lay a document out on pages, and fit a fragment into a box."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rolecards.diagnostics import in_order
from rolecards.pdf.columns import stacked
from rolecards.pdf.context import Context, without_collection
from rolecards.pdf.css import read
from rolecards.pdf.flow import Flow
from rolecards.pdf.pages import Layout, Paper, moved
from rolecards.pdf.paginate import PageCanvas, Places, cut, finished
from rolecards.pdf.parse import parse
from rolecards.pdf.properties import SIDES
from rolecards.pdf.style import Area, cascade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rolecards.diagnostics import Location, Problem
    from rolecards.pdf.css import StyleSource
    from rolecards.pdf.fonts import FontSet
    from rolecards.pdf.pages import Item
    from rolecards.pdf.parse import Element
    from rolecards.pdf.properties import Declarations

SIZES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.66)
"""The steps in which type is made smaller to fit; at two thirds, 10 pt are still readable."""
TOO_TALL = "shorten it, or give it a larger box; a wide typeface takes more room"
BOX: Mapping[str, Declarations] = {"": {f"margin_{side}": 0.0 for side in SIDES}}
"""A box is a page without margins."""


def nowhere(_: str) -> Location | None:
    """Locate nothing: problems then name the place in the template or the document."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What documents are set with."""

    sheet: StyleSource
    fonts: FontSet
    images: Mapping[str, bytes] = field(default_factory=dict)
    """The SVG and PNG files that `img` may name."""
    locate: Callable[[str], Location | None] = nowhere
    """Where the content under `data-from` was written; None when that is not known."""


@without_collection()
def lay_out(html: str, setting: Setting, *, paper: Paper, path: str = "document.html") -> Layout:
    """Lay a document out on pages. The layout's problems say what is wrong with document and style sheet.

    `path` is what problems call the document where `data-at` says nothing else.
    """
    root, problems = parse(html, path=path, locate=setting.locate)
    looks = read(setting.sheet)
    context = _context(setting, paper, 1)
    body = context.cascade.styled(root, None)
    flow = Flow(context)
    flow.contents(body, Area(0, context.page_width("")))
    flow.finish(root)
    cuts = cut(context, flow.strips)
    places = Places(context, cuts)
    pages = finished(context, body, cuts, places)
    problems = _causes((*problems, *looks.problems, *context.problems))
    return Layout(paper=paper, fonts=setting.fonts, pages=pages, outline=tuple(places.outline), problems=problems)


def _context(setting: Setting, paper: Paper, scale: float) -> Context:
    return Context(
        paper=paper,
        pages=read(setting.sheet).pages,
        cascade=cascade(setting.sheet, scale),
        fonts=setting.fonts,
        images=setting.images,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fragment laid out in a box, to be put on pages."""

    items: tuple[Item, ...]
    height: float
    """The height of its content in mm."""
    scale: float
    """How much its type was made smaller: 1 is full size."""
    problems: tuple[Problem, ...] = ()

    def at(self, x: float, y: float) -> tuple[Item, ...]:
        """What to draw when the box's top left corner is at x and y of a page."""
        return tuple(moved(item, x, y) for item in self.items)


def fit(html: str, setting: Setting, *, width: float, height: float, path: str = "document.html") -> Fitted:
    """Lay a fragment out in a box of a width and height in mm, with smaller type where it needs that.

    What does not fit at two thirds of the size either is a problem that says by how much.
    """
    root, problems = parse(html, path=path, locate=setting.locate)
    box = Paper(name="box", width=width, height=height)
    for scale in SIZES:
        fitted = _attempt(root, _context(setting, box, scale), scale)
        if not any(problem.code == "RC705" for problem in fitted.problems):
            break
    return replace(fitted, problems=_causes((*problems, *read(setting.sheet).problems, *fitted.problems)))


def _causes(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems; links lead nowhere where elements are not closed, for what stands in these has been left out."""
    found = in_order(problems)
    is_open = any(problem.code == "RC706" for problem in found)
    return tuple(problem for problem in found if not (is_open and problem.code == "RC707"))


def _attempt(root: Element, context: Context, scale: float) -> Fitted:
    context.pages = BOX
    body = context.cascade.styled(root, None)
    flow = Flow(context)
    flow.contents(body, Area(0, context.paper.width))
    column = stacked(flow.strips)
    excess = column.y - context.paper.height
    if excess > 0:
        size = f"{context.paper.width:g} × {context.paper.height:g} mm"  # noqa: RUF001
        message = f"the text is {excess:.1f} mm too tall for its box of {size}, however small its type"
        context.report("RC705", _source(root), message, TOO_TALL)
    final = PageCanvas(context, {}, {})
    final.add(column.placed(), 0, 0)
    return Fitted(items=tuple(final.items), height=column.y, scale=scale, problems=tuple(context.problems))


def _source(root: Element) -> Location:
    """Where a fragment comes from: the first element that names content."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.source != element.at:
            return element.source
        waiting += [child for child in element.children[::-1] if not isinstance(child, str)]
    return root.source
