"""Layout: `lay_out` puts a document on pages, `fit` puts a fragment in a box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolecards.pdf.columns import stacked
from rolecards.pdf.context import Context, Setting
from rolecards.pdf.css import read
from rolecards.pdf.flow import Flow
from rolecards.pdf.pages import Layout, Paper, moved
from rolecards.pdf.paginate import PageCanvas, Places, cut, numbered_pages
from rolecards.pdf.parse import parse
from rolecards.pdf.style import Area, PageStyle
from rolecards.problems import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecards.pdf.pages import Item
    from rolecards.pdf.parse import Element
    from rolecards.problems import Problem

SIZES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.66)
"""The type sizes that `fit` tries. At two thirds, 10 pt is still readable."""
TOO_TALL_HINT = "shorten it, or use a larger box or a narrower typeface"
BOX = PageStyle(margin_top=0, margin_right=0, margin_bottom=0, margin_left=0)
"""The page style of a box, which has no margins."""


def lay_out(html: str, setting: Setting, *, paper: Paper, path: str = "document.html") -> Layout:
    """Lay out a document on pages. Problems of the document and the style sheet are in the layout.

    `path` is the path of problems at elements without `data-at`.
    """
    root, problems = parse(html, path=path, locate=setting.locate)
    context = Context(setting, paper)
    body = context.cascade.styled(root, None)
    flow = Flow(context)
    flow.contents(body, Area(0, context.width))
    flow.finish(root)
    cuts = cut(context, flow.strips)
    places = Places(context, cuts)
    pages = numbered_pages(context, body, cuts, places)
    problems = _causes((*problems, *read(setting.sheet).problems, *context.problems))
    return Layout(paper=paper, fonts=setting.fonts, pages=pages, outline=tuple(places.outline), problems=problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fragment in a box, ready to be placed on pages."""

    items: tuple[Item, ...]
    height: float
    """The height of its content in mm."""
    problems: tuple[Problem, ...] = ()

    def at(self, x: float, y: float) -> tuple[Item, ...]:
        """Its items with the top left corner of the box at x and y, in mm."""
        return tuple(moved(item, x, y) for item in self.items)


def fit(html: str, setting: Setting, *, width: float, height: float, path: str = "document.html") -> Fitted:
    """Lay out a fragment in a box of this width and height in mm, in the largest type size that fits.

    A fragment that does not fit at two thirds of its size is a problem.
    """
    root, problems = parse(html, path=path, locate=setting.locate)
    box = Paper(width=width, height=height)
    for scale in SIZES:
        fitted = _attempt(root, Context(setting, box, scale))
        if not any(problem.code == "RC705" for problem in fitted.problems):
            break
    return replace(fitted, problems=_causes((*problems, *read(setting.sheet).problems, *fitted.problems)))


def _causes(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in order, without those of links if an element is not closed: its content has no ids."""
    ordered = in_order(problems)
    is_open = any(problem.code == "RC706" for problem in ordered)
    return tuple(problem for problem in ordered if not (is_open and problem.code == "RC707"))


def _attempt(root: Element, context: Context) -> Fitted:
    context.page = BOX
    body = context.cascade.styled(root, None)
    flow = Flow(context)
    flow.contents(body, Area(0, context.paper.width))
    column = stacked(flow.strips)
    excess = column.y - context.paper.height
    if excess > 0:
        size = f"{context.paper.width:g} × {context.paper.height:g} mm"  # noqa: RUF001
        message = f"the text is {excess:.1f} mm too tall for its box of {size} in the smallest type size"
        # The place of the first content, in document order.
        place = next((each.source for each in root.within() if each.source != each.at), root.source)
        context.report("RC705", place, message, TOO_TALL_HINT)
    canvas = PageCanvas(context, {}, {})
    canvas.add(column.placed(), 0, 0)
    return Fitted(items=tuple(canvas.items), height=column.y, problems=tuple(context.problems))
