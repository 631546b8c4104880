"""Tables: their rows, the columns that each cell covers, and how wide the columns are."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from rolecards.pdf.inline import measured
from rolecards.pdf.parse import INLINE, Element, groups
from rolecards.pdf.style import Area, Styled
from rolecards.pdf.words import widest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Node

MOST_COLUMNS = 100


class CellSpan(NamedTuple):
    """A cell and the columns it covers."""

    cell: Styled
    first: int
    end: int


class TableRow(NamedTuple):
    """A row and its cells."""

    line: Styled
    header: bool
    places: tuple[CellSpan, ...]


class Table(NamedTuple):
    """A table's rows, and where its columns start and end, in mm from the left margin."""

    rows: list[TableRow]
    edges: list[float]

    def area(self, place: CellSpan) -> Area:
        """Where a cell stands."""
        return Area(self.edges[place.first], self.edges[place.end] - self.edges[place.first])


def table(context: Context, styled: Styled, area: Area) -> Table:
    """A table that fills an area; rows without cells are left out."""
    rows = [each for each in _rows(context, styled) if each.places]
    return Table(rows, list(accumulate(_widths(context, rows, area.width), initial=area.x)))


def _elements(parent: Element) -> list[Element]:
    return [child for child in parent.children if isinstance(child, Element)]


def _rows(context: Context, table: Styled) -> Iterator[TableRow]:
    for child in _elements(table.element):
        styled = context.cascade.styled(child, table)
        if child.tag == "tr":
            yield TableRow(styled, header=False, places=_places(context, styled))
            continue
        for line in _elements(child):
            inner = context.cascade.styled(line, styled)
            yield TableRow(inner, header=child.tag == "thead", places=_places(context, inner))


def _places(context: Context, line: Styled) -> tuple[CellSpan, ...]:
    places: list[CellSpan] = []
    first = 0
    for cell in _elements(line.element):
        end = first + cell.number("colspan", 1)
        if end > MOST_COLUMNS:
            context.report("RC702", cell.at, f"a table can't have more than {MOST_COLUMNS} columns")
            break
        places.append(CellSpan(context.cascade.styled(cell, line), first, end))
        first = end
    return tuple(places)


def _widths(context: Context, rows: list[TableRow], width: float) -> list[float]:
    """The width of each column: as its cells say, else by what is in it."""
    count = max((place.end for each in rows for place in each.places), default=0)
    said: list[float | None] = [None] * count
    least, most = [0.0] * count, [0.0] * count
    for cell, first, end in (place for each in rows for place in each.places):
        if end - first == 1:
            said[first] = said[first] or cell.style.span(width)
            narrow, wide = _extent(context, cell)
            least[first], most[first] = max(least[first], narrow), max(most[first], wide)
    return _shared(said, least, most, width)


def _shared(said: list[float | None], least: list[float], most: list[float], width: float) -> list[float]:
    """Share a width out: what is said first, then all that small columns want, then by need."""
    widths = [each or 0.0 for each in said]
    free = sorted((index for index, each in enumerate(said) if each is None), key=most.__getitem__)
    left = max(0.0, width - sum(widths))
    while free and sum(most[index] for index in free) > left and most[free[0]] <= left / len(free):
        widths[free[0]] = most[free[0]]
        left -= most[free.pop(0)]
    need, want = sum(least[index] for index in free), sum(most[index] for index in free)
    for index in free:
        if need <= left < want:
            widths[index] = least[index] + (left - need) * (most[index] - least[index]) / (want - need)
        else:
            part, total = (most[index], want) if want <= left else (least[index], need)
            widths[index] = left * part / total if total else left / len(free)
    over = sum(widths)
    return [each * width / over for each in widths] if over > width else widths


def _extent(context: Context, block: Styled) -> tuple[float, float]:
    """The least and the greatest width a block asks for."""
    style = block.style
    if style.display == "none":
        return 0, 0
    sides = style.inset("left") + style.inset("right") + style.margin_left + style.margin_right
    sizes = [_group_extent(context, group, block) for group in groups(block.element)]
    narrow, wide = zip(*sizes, strict=True) if sizes else ((0,), (0,))
    return max(narrow) + sides, max(wide) + sides


def _group_extent(context: Context, group: list[Node], owner: Styled) -> tuple[float, float]:
    first = group[0]
    if isinstance(first, Element) and first.tag not in INLINE:
        return _extent(context, context.cascade.styled(first, owner))
    return widest(measured(context, group, owner))
