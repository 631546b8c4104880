"""Tables: rows, the columns that each cell spans, and the widths of the columns."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from rolecards.pdf.inline import inline_words
from rolecards.pdf.parse import INLINE, Element, groups
from rolecards.pdf.style import Area, Styled
from rolecards.pdf.words import widest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Node

MOST_COLUMNS = 100


class CellSpan(NamedTuple):
    """A cell and the range of columns that it spans."""

    cell: Styled
    first: int
    end: int


class TableRow(NamedTuple):
    """A row with its cells and their areas."""

    line: Styled
    header: bool
    cells: list[tuple[Styled, Area]]


def table_rows(context: Context, table: Styled, area: Area) -> list[TableRow]:
    """The rows of a table in an area. Rows without cells are left out."""
    rows = [(*each, places) for each in _lines(context, table) if (places := _places(context, each[0]))]
    widths = _widths(context, [place for _, _, places in rows for place in places], area.width)
    edges = list(accumulate(widths, initial=area.x))
    return [
        TableRow(line, header, [(cell, Area(edges[at], edges[end] - edges[at])) for cell, at, end in places])
        for line, header, places in rows
    ]


def _lines(context: Context, table: Styled) -> Iterator[tuple[Styled, bool]]:
    """The lines of a table, and whether they are in its header."""
    for child in table.element.elements:
        styled = context.cascade.styled(child, table)
        if child.tag == "tr":
            yield styled, False
        else:
            yield from ((context.cascade.styled(line, styled), child.tag == "thead") for line in child.elements)


def _places(context: Context, line: Styled) -> list[CellSpan]:
    places: list[CellSpan] = []
    first = 0
    for cell in line.element.elements:
        end = first + cell.number("colspan", 1)
        if end > MOST_COLUMNS:
            context.report("RC702", cell.at, f"a table cannot have more than {MOST_COLUMNS} columns")
            break
        places.append(CellSpan(context.cascade.styled(cell, line), first, end))
        first = end
    return places


def _widths(context: Context, places: list[CellSpan], width: float) -> list[float]:
    """The width of each column in mm, from the `width` of its cells or from their content."""
    count = max((place.end for place in places), default=0)
    fixed: list[float | None] = [None] * count
    least, most = [0.0] * count, [0.0] * count
    for cell, first, end in places:
        if end - first == 1:
            fixed[first] = fixed[first] or cell.style.span(width)
            narrow, wide = _extent(context, cell)
            least[first], most[first] = max(least[first], narrow), max(most[first], wide)
    return _shared(fixed, least, most, width)


def _shared(fixed: list[float | None], least: list[float], most: list[float], width: float) -> list[float]:
    """Share a width (all in mm): fixed columns first, then narrow columns in full, the others by need.

    Example: columns that need 10 to 20, 10 to 160 and 10 to 60 mm share 120 mm. They become 20, 70 and 30 mm wide: the
    first is narrow; the others have their least 10 mm and share the remaining 80 mm as 150 : 50.
    """
    widths = [each or 0.0 for each in fixed]
    free = sorted((index for index, each in enumerate(fixed) if each is None), key=most.__getitem__)
    room = max(0.0, width - sum(widths))
    while free and sum(most[index] for index in free) > room and most[free[0]] <= room / len(free):
        widths[free[0]] = most[free[0]]
        room -= most[free.pop(0)]
    need, want = sum(least[index] for index in free), sum(most[index] for index in free)
    for index in free:
        if need <= room < want:
            widths[index] = least[index] + (room - need) * (most[index] - least[index]) / (want - need)
        else:
            part, whole = (most[index], want) if want <= room else (least[index], need)
            widths[index] = room * part / whole if whole else room / len(free)
    total = sum(widths)
    return [each * width / total for each in widths] if total > width else widths


def _extent(context: Context, block: Styled) -> tuple[float, float]:
    """The widths of a block with all possible line breaks and with none, in mm."""
    style = block.style
    sides = style.inset("left") + style.inset("right") + style.margin_left + style.margin_right
    sizes = [_group_extent(context, group, block) for group in groups(block.element)]
    narrow, wide = zip(*sizes, strict=True) if sizes else ((0,), (0,))
    return max(narrow) + sides, max(wide) + sides


def _group_extent(context: Context, group: list[Node], owner: Styled) -> tuple[float, float]:
    first = group[0]
    if isinstance(first, Element) and first.tag not in INLINE:
        return _extent(context, context.cascade.styled(first, owner))
    return widest(inline_words(context, group, owner))
