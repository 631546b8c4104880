"""Columns: a document is a list of strips, and every page or cell is a column that is filled from it.

A strip is a line, an image, a table row or the border of a box. A page break can only be between strips, or inside a
row that is taller than a page. The bond of a strip says how firmly it keeps to the strip before it.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.context import Context
from rolecards.pdf.inline import HAIR
from rolecards.pdf.lines import TextLine
from rolecards.pdf.pages import Box, PlacedPicture
from rolecards.pdf.parse import Element
from rolecards.pdf.style import Area, Style

FREE, BOX, FOLLOW, FIRM = range(4)
"""Bonds to the strip before: none, inside an unbreakable box, after a heading, inside a paragraph.

If bonded strips are taller than a page together, the weakest bonds are dropped first."""


class Mark(Struct, frozen=True):
    """The position of the start of an element, or of the `end` of a section with a page limit."""

    element: Element
    end: bool = False


Thing: TypeAlias = "TextLine | Box | PlacedPicture | Mark"
Placed: TypeAlias = tuple[float, Thing]  # the distance from the top of a column or strip, in mm


class Cell(Struct, frozen=True, kw_only=True, eq=False):
    """A box with background and borders: one of several columns side by side, or a frame around several strips."""

    area: Area
    style: Style
    strips: tuple["Strip", ...] = ()

    @property
    def insets(self) -> float:
        """The height of its borders and padding, in mm."""
        return self.style.insets["top"] + self.style.insets["bottom"]

    def box(self, height: float) -> Box:
        """Its background and borders as a box of this height."""
        return Box(self.area.x, 0, self.area.width, height, self.style.background, self.style.edges)


class Strip(Struct, frozen=True):
    """A part of a column without page breaks inside, except between the strips of its cells. Lengths are in mm."""

    height: float
    owner: Element
    items: tuple[Placed, ...] = ()
    gap: float = 0  # the space above it, which is left out at the top of a page
    bond: int = FREE
    frames: tuple[Cell, ...] = ()
    opens: Cell | None = None
    closes: Cell | None = None
    fresh: bool = False  # whether it starts a new page
    cells: tuple[Cell, ...] = ()
    header: tuple["Strip", ...] = ()  # the table header to repeat above it at the top of a page
    spare: bool = False  # whether it is left out if its page has no room for it


@dataclass(slots=True)
class Column:
    """Strips from top to bottom. Lengths are in mm."""

    y: float = 0
    items: list[Placed] = field(default_factory=list)
    count: int = 0
    repeated: int = 0  # the number of strips that are repeated headers
    spans: dict[Cell, list[float]] = field(default_factory=dict)  # the top and bottom of each frame so far
    opened: set[Cell | None] = field(default_factory=set)
    closed: set[Cell | None] = field(default_factory=set)

    def put(self, strip: Strip) -> None:
        """Append a strip."""
        self.y += self.gap(strip)
        for frame in strip.frames:
            self.spans.setdefault(frame, [self.y, self.y])[1] = self.y + strip.height
        self.opened.add(strip.opens)
        self.closed.add(strip.closes)
        self.items += [(self.y + y, thing) for y, thing in strip.items]
        self.y += strip.height
        self.count += 1

    @property
    def has_content(self) -> bool:
        """Whether it has strips other than repeated headers."""
        return self.count > self.repeated

    def gap(self, strip: Strip) -> float:
        """The space above the strip if it were the next one."""
        return strip.gap if self.count else 0

    def placed(self) -> tuple[Placed, ...]:
        """All things with their positions, boxes before their content."""
        boxes: list[Placed] = []
        for frame, (start, end) in self.spans.items():
            top, right, bottom, left = frame.style.edges
            edges = top if frame in self.opened else None, right, bottom if frame in self.closed else None, left
            boxes.append((start, replace(frame.box(end - start), edges=edges)))
        return (*boxes, *self.items)


def stacked(strips: tuple[Strip, ...] | list[Strip]) -> Column:
    """All strips in one column, without page breaks."""
    column = Column()
    for strip in strips:
        column.put(strip)
    return column


def row(cells: tuple[Cell, ...], owner: Element, columns: list[Column] | None = None) -> Strip:
    """A strip of columns side by side, as tall as the tallest."""
    columns = columns or [stacked(cell.strips) for cell in cells]
    pairs = list(zip(cells, columns, strict=True))
    height = max((max(column.y + cell.insets, cell.style.height or 0) for cell, column in pairs), default=0)
    items: list[Placed] = []
    for cell, column in pairs:
        style, rest = cell.style, height - column.y - cell.insets
        if style.background or any(style.edges):
            items.append((0, cell.box(height)))
        top = style.insets["top"] + {"middle": rest / 2, "bottom": rest}.get(style.vertical_align, 0)
        items += [(top + y, thing) for y, thing in column.placed()]
    return Strip(height=height, owner=owner, items=tuple(items), cells=cells)


class Room(Struct, frozen=True, kw_only=True):
    """The available height in the current column and in a new one, in mm."""

    here: float
    elsewhere: float
    context: Context
    must: bool = True  # whether one strip must be placed even if nothing fits, so that pagination ends


def pour(waiting: list[Strip], room: Room) -> Column:
    """Fill a column with strips from the end of `waiting`; strips without room remain there.

    Example: a page has room for three lines, and a heading keeps to the line after it::

        before: waiting [d, c, heading, b, a]
        after:  column [a, b], waiting [d, c, heading]
    """
    column = Column()
    while waiting and not (column.has_content and waiting[-1].fresh):
        header = waiting[-1].header
        if not column.count and _height(header) < room.elsewhere / 2:
            for each in header:
                column.put(each)
            column.repeated = column.count
        if not _put_next(waiting, room, column):
            break
    return column


def _put_next(waiting: list[Strip], room: Room, column: Column) -> bool:
    """Place the next group of bonded strips, or drop their weakest bonds; False if the column is full."""
    first = waiting[-1]
    count, height, is_cut = _group(waiting, room, column)
    if column.y + height <= room.here + HAIR:
        for _ in range(count - is_cut):
            column.put(waiting.pop())
        return not is_cut or _cut(waiting, room, column)
    if first.spare:
        waiting.pop()
        while waiting and waiting[-1].spare and waiting[-1].bond == FIRM:
            waiting.pop()
        if waiting and waiting[-1].bond:
            # A strip that is bonded to the dropped one starts the next column.
            waiting[-1] = replace(waiting[-1], fresh=True)
        return True
    movable = column.has_content or not room.must
    if movable and height + _height(first.header) <= room.elsewhere + HAIR:
        return False
    if count > 1:
        weakest = min(strip.bond for strip in waiting[-count:-1])
        waiting[-count:-1] = [replace(each, bond=FREE) if each.bond == weakest else each for each in waiting[-count:-1]]
        return True
    if is_cut:
        return _cut(waiting, room, column)
    if not movable:
        _overflow(first, column.y + height - room.here, room.context)
        column.put(waiting.pop())
    return not movable


def _height(strips: tuple[Strip, ...]) -> float:
    return sum(strip.height for strip in strips)


def _group(waiting: list[Strip], room: Room, column: Column) -> tuple[int, float, bool]:
    """The number and height of the bonded strips at the end of `waiting`, and whether the last one must be cut."""
    count, height = 0, column.gap(waiting[-1]) - waiting[-1].gap
    while True:
        strip = waiting[-1 - count]
        above = height + strip.gap if strip.bond >= FOLLOW else 0
        is_row = any(cell.strips for cell in strip.cells)
        is_cut = is_row and above + strip.height + _height(strip.header) > room.elsewhere + HAIR
        height += strip.gap + (_first_part(strip, room) if is_cut else strip.height)
        count += 1
        after = waiting[-1 - count] if count < len(waiting) else None
        if is_cut or after is None or not after.bond or after.fresh:
            return count, height, is_cut


def _first_part(strip: Strip, room: Room) -> float:
    """The height of the smallest first part of a row that is cut, in mm."""
    parts = [cell.insets + _group(list(cell.strips[::-1]), room, Column())[1] for cell in strip.cells if cell.strips]
    return max(parts, default=0)


def _cut(waiting: list[Strip], room: Room, column: Column) -> bool:
    """Place the part of a row that fits and keep the rest in `waiting`; False if no part fits.

    Example: a row has two cells, and the column has room for two lines::

        before: waiting [row (a b c d | x y z)]
        after:  column [row (a b | x y)], waiting [row (c d | z), on a new page]
    """
    strip = waiting[-1]
    height = room.here - column.y - column.gap(strip)
    inner = replace(room, here=height, must=room.must and not column.has_content)
    parts = [_cell_cut(cell, inner) for cell in strip.cells]
    if not any(top.count for top, _ in parts):
        return False
    waiting.pop()
    part = row(strip.cells, strip.owner, [top for top, _ in parts])
    if part.height > height + HAIR:
        _overflow(strip, part.height - height, room.context)
    marks = strip.items[: len(strip.items) - len(row(strip.cells, strip.owner).items)]
    column.put(replace(part, gap=strip.gap, frames=strip.frames, items=(*marks, *part.items)))
    rest = tuple(replace(cell, strips=rest) for cell, (_, rest) in zip(strip.cells, parts, strict=True))
    if any(cell.strips for cell in rest):
        further = row(rest, strip.owner)
        waiting.append(replace(further, frames=strip.frames, fresh=True, header=strip.header))
    return True


def _cell_cut(cell: Cell, room: Room) -> tuple[Column, tuple[Strip, ...]]:
    waiting = list(cell.strips[::-1])
    column = pour(waiting, replace(room, here=room.here - cell.insets, elsewhere=room.elsewhere - cell.insets))
    return column, tuple(waiting[::-1])


def _overflow(strip: Strip, excess: float, context: Context) -> None:
    message = f"`<{strip.owner.tag}>` is {excess:.1f} mm taller than the space on the page"
    context.report("RC705", strip.owner.source, message)
