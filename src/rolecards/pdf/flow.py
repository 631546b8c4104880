"""Block layout: block elements become the strips of a column. Pillow reads the size of PNG and JPEG files."""

import re
from io import BytesIO
from math import inf

from msgspec.structs import replace

from rolecards.pdf.columns import BOX, FIRM, FOLLOW, FREE, Cell, Mark, Placed, Strip, row
from rolecards.pdf.context import Context
from rolecards.pdf.inline import HAIR
from rolecards.pdf.lines import TextLine, set_lines
from rolecards.pdf.pages import PlacedPicture
from rolecards.pdf.parse import HEADINGS, Element, Node, groups
from rolecards.pdf.style import Area
from rolecards.pdf.tables import column_edges, table_rows

MM_PER_PIXEL = 25.4 / 96
SVG_TAG = re.compile(rb"<svg\b[^>]*>")
VIEW_BOX = re.compile(rb"""viewBox\s*=\s*["']\s*(?:[\d.eE+-]+[\s,]+){2}([\d.eE+-]+)[\s,]+([\d.eE+-]+)\s*["']""")
MISSING_HINT = "name a PNG, JPEG or SVG file beside the templates"
MARKER_GAP = 0.45  # the space between the marker of a list item and its text, in multiples of the type size


class Flow:
    """Lays out the content of one column as strips. Lengths are in mm."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strips: list[Strip] = []
        self.gap = 0.0
        self.bond = FREE
        self.fresh = False
        self.frames: tuple[Cell, ...] = ()
        self.marks: list[Mark] = []
        self.marker: TextLine | None = None

    def add(self, strip: Strip) -> None:
        """Append a strip with the pending margin, bond and marks."""
        marks = tuple((0.0, mark) for mark in self.marks) if self.marks else ()
        self.strips.append(replace(
            strip, gap=self.gap, bond=max(strip.bond, self.bond), items=(*marks, *strip.items),
            frames=(*self.frames, *strip.frames), fresh=self.fresh,
        ))  # fmt: skip
        self.gap, self.bond, self.fresh = 0.0, FREE, False
        self.marks.clear()

    def finish(self, owner: Element) -> None:
        """Append the pending marks."""
        if self.marks:
            self.bond = FIRM if self.strips else FREE
            self.gap = 0
            self.add(Strip(height=0, owner=owner))

    def contents(self, parent: Element, area: Area) -> None:
        """Lay out the content of an element from top to bottom."""
        for group in groups(parent):
            if isinstance(group, Element):
                self.block(group, area)
            else:
                self.paragraph(group, parent, area)

    def block(self, element: Element, area: Area) -> None:
        """Lay out a block element. Adjacent margins collapse."""
        if element.tag == "footer":
            self.marks.append(Mark(element))
            return
        style, start = element.style, len(self.strips)
        self.gap = max(self.gap, style.margin_top)
        self.fresh = self.fresh or style.break_before == "page"
        self.bond = max(self.bond, FOLLOW if style.break_before == "avoid" else FREE)
        self.mark(element)
        outside = area.less(style.margin_left, style.margin_right)
        inside = Area(outside.x, style.span(outside.width) or outside.width)
        self._check_width(element, inside.width - outside.width)
        self._frame(element, inside)
        self._close(element, start)
        self.gap = max(self.gap, style.margin_bottom)
        self.bond = max(self.bond, FOLLOW if style.break_after == "avoid" else FREE)

    def _check_width(self, element: Element, excess: float) -> None:
        if excess > HAIR:
            self.context.report("RC705", element.at, f"`<{element.tag}>` is {excess:.1f} mm wider than its column")

    def mark(self, element: Element) -> None:
        """Mark the start of an element for links, the outline or a page limit."""
        if "id" in element.attributes or element.tag in HEADINGS or "data-max-pages" in element.attributes:
            self.marks.append(Mark(element))

    def _close(self, element: Element, start: int) -> None:
        """Apply what an element says about its strips, which are those from `start` on."""
        strips = self.strips[start:]
        if bond := FIRM if element.tag in HEADINGS else BOX if element.style.break_inside == "avoid" else FREE:
            strips[1:] = [replace(each, bond=max(each.bond, bond)) for each in strips[1:]]
        if "data-max-pages" in element.attributes and strips:
            index = max((at for at, strip in enumerate(strips) if not strip.spare), default=-1)
            last = strips[index]
            strips[index] = replace(last, items=(*last.items, (last.height, Mark(element, end=True))))
        if "data-spare" in element.attributes:
            strips = [replace(strip, spare=True) for strip in strips]
        self.strips[start:] = strips

    def _frame(self, element: Element, area: Area) -> None:
        style = element.style
        vertical = style.padding_top or style.padding_bottom or style.height
        if not (style.background or vertical or any(style.edges)):
            self.inside(element, area.inside(style))
            return
        frame = Cell(area=area, style=style)
        outer_frames, self.frames = self.frames, (*self.frames, frame)
        start = len(self.strips)
        self.add(Strip(height=style.insets["top"], owner=element, opens=frame))
        self.bond = FIRM
        self.inside(element, area.inside(style))
        # Padding takes the place of the margins at the top and bottom.
        self.gap = 0
        self.strips[start + 1 : start + 2] = [replace(each, gap=0) for each in self.strips[start + 1 : start + 2]]
        content = sum(strip.height + strip.gap for strip in self.strips[start + 1 :])
        rest = max(0, (style.height or 0) - content)
        self.add(Strip(height=style.insets["bottom"] + rest, owner=element, bond=FIRM, closes=frame))
        self.frames = outer_frames

    def inside(self, element: Element, area: Area) -> None:
        """Lay out an element inside its borders and padding."""
        if element.tag == "img":
            if placed := _picture(self.context, element, area):
                self.add(Strip(height=placed.height, owner=element, items=((0.0, placed),)))
        elif element.tag == "table":
            self.table(element, area)
        elif element.tag in ("ul", "ol"):
            self.items(element, area)
        elif element.style.display == "row":
            self.columns(element, area)
        else:
            self.contents(element, area)

    def paragraph(self, nodes: tuple[Node, ...], owner: Element, area: Area) -> None:
        """Lay out inline content. The first two lines stay together, and so do the last two."""
        lines = set_lines(self.context, nodes, owner, area)
        for number, line in enumerate(lines):
            bond = FIRM if number and number in (1, len(lines) - 1) else FREE
            items: tuple[Placed, ...] = ((0.0, line),)
            if self.marker:
                drop = max(0, line.baseline - self.marker.baseline)
                items, self.marker = ((drop, self.marker), *items), None
            self.add(Strip(height=line.height, owner=owner, items=items, bond=bond))

    def items(self, parent: Element, area: Area) -> None:
        """Lay out a list."""
        for number, child in enumerate(parent.elements, parent.number("start")):
            self.marker = self._marker(f"{number}." if parent.tag == "ol" else "•", child, area.x)
            self.block(child, area)
            self.marker = None

    def _marker(self, text: str, item: Element, x: float) -> TextLine:
        """A bullet or number to the left of x."""
        line = set_lines(self.context, (text,), item, Area(x, self.context.paper.width))[0]
        *before, last = line.runs
        width = sum(run.width + run.gap for run in line.runs)
        runs = [*before, replace(last, text=f"{last.text} ")]
        return replace(line, x=x - MARKER_GAP * item.style.em - width, width=width, align="left", runs=runs)

    def columns(self, element: Element, area: Area) -> None:
        """Lay out an element's children side by side. Those without a `width` share the rest equally."""
        if any(isinstance(child, str) and child.strip() for child in element.children):
            self.context.report("RC701", element.source, f"text cannot be directly inside the row `<{element.tag}>`")
        children = element.elements
        widths = [child.style.span(area.width) for child in children]
        margins = sum(child.style.margin_left + child.style.margin_right for child in children)
        rest = max(0.0, area.width - margins - sum(each or 0 for each in widths)) / max(1, widths.count(None))
        x, cells = area.x, []
        for child, width in zip(children, (rest if each is None else each for each in widths), strict=True):
            x += child.style.margin_left
            cells.append(self.cell(child, Area(x, width)))
            x += width + child.style.margin_right
        self._check_width(element, x - area.x - area.width)
        self.add(row(tuple(cells), element))

    def table(self, table: Element, area: Area) -> None:
        """Lay out a table. The rows of its header repeat on every page."""
        rows = table_rows(self.context, table)
        edges = column_edges(self.context, rows, area)
        header: tuple[Strip, ...] = ()
        for line, is_header, spans in rows:
            background = Cell(area=area, style=line.style)
            cells = [self.cell(cell, Area(edges[first], edges[end] - edges[first])) for cell, first, end in spans]
            strip = row((background, *cells), line)
            self.mark(line)
            if is_header:
                self.add(strip)
                self.bond = FOLLOW
                header = (*header, replace(strip, frames=self.frames))
            else:
                self.add(replace(strip, header=header))

    def cell(self, element: Element, area: Area) -> Cell:
        """Lay out one of several columns."""
        flow = Flow(self.context)
        flow.mark(element)
        flow.inside(element, area.inside(element.style))
        flow.finish(element)
        return Cell(area=area, style=element.style, strips=tuple(flow.strips))


def _picture(context: Context, element: Element, area: Area) -> PlacedPicture | None:
    """The image in its style's or natural width, but not larger than the column and the page; None if it has none."""
    name, alt = element.attributes.get("src", ""), element.attributes.get("alt", "")
    style, data = element.style, context.setting.images.get(name)
    if not alt.strip():
        context.report("RC708", element.at, f"the image `{name}` has no alt text", "describe it in `alt`")
    if data is None:
        context.report("RC708", element.at, f"there is no image `{name}`", MISSING_HINT)
        return None
    size = _size(data)
    if size is None:
        context.report("RC708", element.at, f"the image `{name}` is not a PNG, a JPEG or an SVG with a `viewBox`")
        return None
    natural = size[0] if style.width is None else area.width
    width = min(natural, area.width, min(context.height, style.max_height) * size[0] / size[1])
    if width <= 0:
        context.report("RC705", element.at, "there is no room for the image")
        return None
    left = area.x + {"center": (area.width - width) / 2, "right": area.width - width}.get(style.text_align, 0)
    return PlacedPicture(left, 0, width, width * size[1] / size[0], data, alt, element.source, element)


def _size(data: bytes) -> tuple[float, float] | None:
    """Width and height in mm; 96 pixels are an inch unless the file says otherwise."""
    try:
        if tag := SVG_TAG.search(data):
            box = VIEW_BOX.search(tag[0])
            size = (float(box[1]) * MM_PER_PIXEL, float(box[2]) * MM_PER_PIXEL) if box else (0, 0)
            return size if min(size) > 0 and max(size) < inf else None
        from PIL import Image as Raster  # noqa: PLC0415 - most papers have only drawings

        with Raster.open(BytesIO(data), formats=["PNG", "JPEG"]) as raster:
            per_inch = raster.info.get("dpi", (0, 0))[0] or 25.4 / MM_PER_PIXEL
            return raster.width * 25.4 / per_inch, raster.height * 25.4 / per_inch
    except Exception:  # noqa: BLE001 - damaged images raise errors of many classes
        return None
