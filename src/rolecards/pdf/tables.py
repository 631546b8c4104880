"""Table layout: column widths, and rows as strips under a header that repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rolecards.pdf.lines import widest
from rolecards.pdf.parse import INLINE, Element
from rolecards.pdf.strips import FOLLOW, Cell, Strip, row
from rolecards.pdf.style import Area, Styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.pdf.context import Context
    from rolecards.pdf.flow import Flow

MOST_COLUMNS = 100


class _Place(NamedTuple):
    """A cell and the columns it covers."""

    cell: Styled
    first: int
    end: int


class _Row(NamedTuple):
    """A row and its cells."""

    line: Styled
    header: bool
    places: tuple[_Place, ...]


def lay_out(flow: Flow, table: Styled, area: Area) -> None:
    """Add a table's rows to the flow."""
    rows = [each for each in _rows(flow.context, table) if each.places]
    widths = _widths(flow.context, rows, area.width)
    header: tuple[Strip, ...] = ()
    for each in rows:
        strip = _row_strip(flow, each, widths, area.x)
        flow.mark(each.line.element)
        if each.header:
            flow.add(strip)
            flow.bond = FOLLOW
            header = (*header, strip._replace(frames=flow.frames))
        else:
            flow.add(strip._replace(header=header))


def _elements(parent: Element) -> list[Element]:
    return [child for child in parent.children if isinstance(child, Element)]


def _rows(context: Context, table: Styled) -> Iterator[_Row]:
    for child in _elements(table.element):
        styled = context.cascade.styled(child, table)
        if child.tag == "tr":
            yield _Row(styled, header=False, places=_places(context, styled))
            continue
        for line in _elements(child):
            inner = context.cascade.styled(line, styled)
            yield _Row(inner, header=child.tag == "thead", places=_places(context, inner))


def _places(context: Context, line: Styled) -> tuple[_Place, ...]:
    places: list[_Place] = []
    first = 0
    for cell in _elements(line.element):
        end = first + cell.number("colspan", 1)
        if end > MOST_COLUMNS:
            context.report("RC702", cell.at, f"a table can't have more than {MOST_COLUMNS} columns")
            break
        places.append(_Place(context.cascade.styled(cell, line), first, end))
        first = end
    return tuple(places)


def _row_strip(flow: Flow, line: _Row, widths: list[float], x: float) -> Strip:
    starts = [x + sum(widths[:index]) for index in range(len(widths) + 1)]
    cells = [Cell(area=Area(x, sum(widths)), style=line.line.style, strips=())]
    for place in line.places:
        left, right = starts[place.first], starts[place.end]
        cells.append(flow.cell(place.cell, Area(left, right - left)))
    return row(tuple(cells), line.line.element)


def _widths(context: Context, rows: list[_Row], width: float) -> list[float]:
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
    inline = [child for child in block.element.children if isinstance(child, str) or child.tag in INLINE]
    sizes = [widest(context, inline, block)]
    sizes += [
        _extent(context, context.cascade.styled(child, block))
        for child in _elements(block.element)
        if child.tag not in INLINE
    ]
    style = block.style
    sides = style.inset("left") + style.inset("right") + style.margin_left + style.margin_right
    return max(size[0] for size in sizes) + sides, max(size[1] for size in sizes) + sides
