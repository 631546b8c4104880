"""Strips: the pieces a document can be cut between, and the columns they are poured into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from rolecards.pdf.pages import Box, Picture

if TYPE_CHECKING:
    from rolecards.pdf.context import Context
    from rolecards.pdf.lines import TextLine
    from rolecards.pdf.parse import Element
    from rolecards.pdf.style import Area, Style

FREE, BOX, FOLLOW, FIRM = range(4)
"""How firmly a strip holds to the one before: not, as part of an unbroken box, as what a heading heads,
as part of the same lines. Weaker bonds are given up first where everything together is taller than a page."""
HAIR = 1e-6


class Mark(Struct, frozen=True):
    """A point of the document: the start of an element, or the `end` of a section with a page limit."""

    element: Element
    end: bool = False


Thing: TypeAlias = "TextLine | Box | Picture | Mark"
Placed: TypeAlias = tuple[float, Thing]
"""A distance from the top of the column or strip, in mm, and the thing that is there."""


class Frame(Struct, frozen=True, kw_only=True, eq=False):
    """A box with looks round several strips."""

    area: Area
    style: Style


class Cell(Struct, frozen=True, kw_only=True, eq=False):
    """One of several columns side by side, with its own box."""

    area: Area
    style: Style
    strips: tuple[Strip, ...]


class Strip(Struct, frozen=True):
    """A full-width piece of a column that is not cut, except between the strips of its cells."""

    height: float
    owner: Element
    items: tuple[Placed, ...] = ()
    gap: float = 0
    """The space above, left out at the top of a page."""
    bond: int = FREE
    frames: tuple[Frame, ...] = ()
    opens: Frame | None = None
    closes: Frame | None = None
    page: str = ""
    """The name of the kind of page it stands on."""
    fresh: bool = False
    """Whether it starts a page."""
    cells: tuple[Cell, ...] = ()
    header: tuple[Strip, ...] = ()
    """Strips to repeat above it at the top of a page."""
    spare: bool = False
    """Whether it is left out where its page has no room for it."""


@dataclass(slots=True)
class Column:
    """Strips put below each other."""

    y: float = 0
    items: list[Placed] = field(default_factory=list)
    count: int = 0
    repeated: int = 0
    """How many of its strips are repeated headers."""
    spans: dict[Frame, list[float]] = field(default_factory=dict)
    """Where each frame starts and ends so far."""
    opened: set[Frame] = field(default_factory=set)
    closed: set[Frame] = field(default_factory=set)

    def put(self, strip: Strip) -> None:
        """Add a strip at the bottom."""
        self.y += self.gap(strip)
        for frame in strip.frames:
            self.spans.setdefault(frame, [self.y, self.y])[1] = self.y + strip.height
        if strip.opens:
            self.opened.add(strip.opens)
        if strip.closes:
            self.closed.add(strip.closes)
        self.items += [(self.y + y, thing) for y, thing in strip.items]
        self.y += strip.height
        self.count += 1

    @property
    def begun(self) -> bool:
        """Whether it has more than repeated headers."""
        return self.count > self.repeated

    def gap(self, strip: Strip) -> float:
        """The space above the strip, if it were put next."""
        return strip.gap if self.count else min(strip.gap, 0)

    def placed(self) -> tuple[Placed, ...]:
        """Everything in it, boxes before what they enclose."""
        boxes = [(top, self._box(frame, bottom - top)) for frame, (top, bottom) in self.spans.items()]
        return (*boxes, *self.items)

    def _box(self, frame: Frame, height: float) -> Box:
        top, right, bottom, left = frame.style.edges
        edges = top if frame in self.opened else None, right, bottom if frame in self.closed else None, left
        return replace(box(frame.area, height, frame.style), edges=edges)


def box(area: Area, height: float, style: Style) -> Box:
    """A style's background and edges as a box."""
    return Box(area.x, 0, area.width, height, style.background, style.edges, style.border_radius)


def stacked(strips: tuple[Strip, ...] | list[Strip]) -> Column:
    """All the strips below each other, uncut."""
    column = Column()
    for strip in strips:
        column.put(strip)
    return column


def row(cells: tuple[Cell, ...], owner: Element, columns: list[Column] | None = None) -> Strip:
    """Columns side by side as one strip, as high as the highest of them."""
    columns = columns or [stacked(cell.strips) for cell in cells]
    pairs = list(zip(cells, columns, strict=True))
    height = max((max(column.y + _insets(cell), cell.style.height or 0) for cell, column in pairs), default=0)
    items: list[Placed] = []
    for cell, column in pairs:
        drop = _drop(cell.style.vertical_align, height - column.y - _insets(cell))
        items += _cell_items(cell, column, height, drop)
    return Strip(height=height, owner=owner, items=tuple(items), cells=cells)


def _cell_items(cell: Cell, column: Column, height: float, drop: float) -> list[Placed]:
    top = cell.style.inset("top") + drop
    inner = [(top + y, thing) for y, thing in column.placed()]
    shape = box(cell.area, height, cell.style)
    seen = shape.background or any(shape.edges)
    return [(0, shape), *inner] if seen else inner


def _insets(cell: Cell) -> float:
    return cell.style.inset("top") + cell.style.inset("bottom")


def _drop(align: str, room: float) -> float:
    return {"middle": room / 2, "bottom": room}.get(align, 0)


class Room(Struct, frozen=True, kw_only=True):
    """The height a column may fill here, and the height of a whole new one elsewhere."""

    here: float
    elsewhere: float
    context: Context
    must: bool = True
    """Whether something has to be put here, because there is no more room elsewhere."""


def pour(waiting: list[Strip], room: Room) -> Column:
    """Fill a column from strips, of which the last is next; what does not fit is left.

    With `must`, something is always taken, so that every document comes to an end.
    """
    column = Column()
    while waiting and not (column.begun and waiting[-1].fresh):
        if not column.count:
            _repeat_header(waiting[-1], room, column)
        if not _put_next(waiting, room, column):
            break
    return column


def _put_next(waiting: list[Strip], room: Room, column: Column) -> bool:
    """Put the next strips that hold together, or loosen them; False when the column is full."""
    first = waiting[-1]
    count, height = _bound(waiting, room, column)
    if column.y + height <= room.here + HAIR:
        return _put(waiting, count, room, column)
    if first.spare:
        waiting.pop()
        return True
    movable = column.begun or not room.must
    if movable and height + _height(first.header) <= room.elsewhere + HAIR:
        return False
    if count > 1:
        _loosen(waiting, count)
        return True
    if _is_divided(first, room):
        return _cut(waiting, room, column)
    if not movable:
        _overflow(first, column.y + height - room.here, room.context)
        column.put(waiting.pop())
    return not movable


def _put(waiting: list[Strip], count: int, room: Room, column: Column) -> bool:
    for _ in range(count - 1):
        column.put(waiting.pop())
    if _is_divided(waiting[-1], room):
        return _cut(waiting, room, column)
    column.put(waiting.pop())
    return True


def _height(strips: tuple[Strip, ...]) -> float:
    return sum(strip.height for strip in strips)


def _repeat_header(strip: Strip, room: Room, column: Column) -> None:
    if _height(strip.header) < room.elsewhere / 2:
        for each in strip.header:
            column.put(each)
        column.repeated = column.count


def _is_divided(strip: Strip, room: Room) -> bool:
    """Whether it is a row that has to be cut, because no column is high enough for it."""
    return any(cell.strips for cell in strip.cells) and strip.height + _height(strip.header) > room.elsewhere + HAIR


def _bound(waiting: list[Strip], room: Room, column: Column) -> tuple[int, float]:
    """How many of the next strips hold together, and how high they are with the gap above them."""
    count, height = 0, column.gap(waiting[-1]) - waiting[-1].gap
    while True:
        strip = waiting[-1 - count]
        divided = _is_divided(strip, room)
        height += strip.gap + (_head(strip, room) if divided else strip.height)
        count += 1
        after = waiting[-1 - count] if count < len(waiting) else None
        if divided or after is None or not after.bond or after.fresh:
            return count, height


def _head(strip: Strip, room: Room) -> float:
    """The height of the smallest first part of a row that is cut."""
    heads = [_insets(cell) + _bound(list(cell.strips[::-1]), room, Column())[1] for cell in strip.cells if cell.strips]
    return max(heads, default=0)


def _loosen(waiting: list[Strip], count: int) -> None:
    """Give up the weakest bonds among the next strips."""
    weakest = min(strip.bond for strip in waiting[-count:-1])
    for index in range(len(waiting) - count, len(waiting) - 1):
        if waiting[index].bond == weakest:
            waiting[index] = replace(waiting[index], bond=FREE)


def _cut(waiting: list[Strip], room: Room, column: Column) -> bool:
    """Put the part of a row that fits, and leave the rest; False when no part of it fits."""
    strip = waiting[-1]
    left = room.here - column.y - column.gap(strip)
    inner = replace(room, here=left, must=room.must and not column.begun)
    parts = [_cell_cut(cell, inner) for cell in strip.cells]
    if not any(taken.count for taken, _ in parts):
        return False
    waiting.pop()
    part = row(strip.cells, strip.owner, [taken for taken, _ in parts])
    if part.height > left + HAIR:
        _overflow(strip, part.height - left, room.context)
    column.put(replace(part, gap=strip.gap, frames=strip.frames))
    rest = tuple(replace(cell, strips=rest) for cell, (_, rest) in zip(strip.cells, parts, strict=True))
    if any(cell.strips for cell in rest):
        left_over = row(rest, strip.owner)
        waiting.append(replace(left_over, frames=strip.frames, fresh=True, page=strip.page, header=strip.header))
    return True


def _cell_cut(cell: Cell, room: Room) -> tuple[Column, tuple[Strip, ...]]:
    waiting = list(cell.strips[::-1])
    inset = _insets(cell)
    column = pour(waiting, replace(room, here=room.here - inset, elsewhere=room.elsewhere - inset))
    return column, tuple(waiting[::-1])


def _overflow(strip: Strip, excess: float, context: Context) -> None:
    context.report(
        "RC705", strip.owner.source, f"<{strip.owner.tag}> is {excess:.1f} mm taller than the page has room for"
    )
