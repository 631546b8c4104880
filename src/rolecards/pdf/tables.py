"""Tables: rows, the columns that each cell spans, and the widths of the columns."""

from collections.abc import Iterator
from itertools import accumulate

from rolecards.pdf.context import Context
from rolecards.pdf.inline import inline_words, widest
from rolecards.pdf.parse import Element, groups
from rolecards.pdf.style import Area

MOST_COLUMNS = 100


TableRow = tuple[Element, bool, list[tuple[Element, int, int]]]
"""A row, whether it belongs to the header, and its cells with the range of columns that they span."""


def table_rows(context: Context, table: Element) -> list[TableRow]:
    """The rows of a table. Rows without cells are left out."""
    parts = [(child.tag == "thead", [child] if child.tag == "tr" else child.elements) for child in table.elements]
    rows = [(line, is_header, [*_cells(context, line)]) for is_header, lines in parts for line in lines]
    return [row for row in rows if row[2]]


def _cells(context: Context, line: Element) -> Iterator[tuple[Element, int, int]]:
    first = 0
    for cell in line.elements:
        end = first + cell.number("colspan")
        if end > MOST_COLUMNS:
            context.report("RC702", cell.at, f"a table cannot have more than {MOST_COLUMNS} columns")
            break
        yield cell, first, end
        first = end


def column_edges(context: Context, rows: list[TableRow], area: Area) -> list[float]:
    """Where each column starts and the last ends, in mm, by the `width` of its cells or by their content."""
    cells = [each for *_, cells in rows for each in cells]
    count = max((end for _, _, end in cells), default=0)
    fixed: list[float | None] = [None] * count
    least, most = [0.0] * count, [0.0] * count
    for cell, first, end in cells:
        if end - first == 1:
            fixed[first] = fixed[first] or cell.style.span(area.width)
            narrow, wide = _extent(context, cell)
            least[first], most[first] = max(least[first], narrow), max(most[first], wide)
    return list(accumulate(_shared(fixed, least, most, area.width), initial=area.x))


def _shared(fixed: list[float | None], least: list[float], most: list[float], width: float) -> list[float]:
    """Share a width (all in mm): fixed columns first, then narrow columns in full, the others by need.

    A column that would split a word takes what it needs from the others, if they have it to spare.

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
    widths = [each * width / total for each in widths] if total > width else widths
    lack = [max(0.0, word - each) for each, word in zip(widths, least, strict=True)]
    spare = [max(0.0, each - word) for each, word in zip(widths, least, strict=True)]
    share = sum(lack) / sum(spare) if sum(lack) <= sum(spare) and any(spare) else 0.0
    return [each + (more if share else 0) - share * less for each, more, less in zip(widths, lack, spare, strict=True)]


def _extent(context: Context, block: Element) -> tuple[float, float]:
    """The widths of a block with all possible line breaks and with none, in mm."""
    narrow = wide = 0.0
    for group in groups(block):
        sizes = _extent(context, group) if isinstance(group, Element) else widest(inline_words(context, group, block))
        narrow, wide = max(narrow, sizes[0]), max(wide, sizes[1])
    style = block.style
    sides = style.insets["left"] + style.insets["right"] + style.margin_left + style.margin_right
    return narrow + sides, wide + sides
