"""Block layout: block elements become the strips of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.pdf import pictures
from rolecards.pdf.columns import BOX, FIRM, FOLLOW, FREE, Cell, Frame, Mark, Placed, Strip, row
from rolecards.pdf.inline import plain_span
from rolecards.pdf.lines import TextLine, set_lines
from rolecards.pdf.pages import PlacedPicture
from rolecards.pdf.parse import HEADINGS, INLINE, Element, groups
from rolecards.pdf.style import Area, Styled
from rolecards.pdf.tables import table_rows
from rolecards.pdf.words import HAIR, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Node
    from rolecards.pdf.style import Style
    from rolecards.pdf.tables import TableRow

MARKER_GAP = 0.45
"""The space between the marker of a list item and its text, in multiples of the type size."""


class Flow:
    """Lays out the content of one column as strips. Lengths are in mm."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strips: list[Strip] = []
        self.gap = 0.0
        self.bond = FREE
        self.fresh = False
        self.frames: tuple[Frame, ...] = ()
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

    def space(self, margin: float) -> None:
        """Add a margin; adjacent margins collapse."""
        self.gap = max(self.gap, margin)

    def finish(self, owner: Element) -> None:
        """Append the pending marks."""
        if self.marks:
            self.bond = FIRM if self.strips else FREE
            self.gap = 0
            self.add(Strip(height=0, owner=owner))

    def contents(self, parent: Styled, area: Area) -> None:
        """Lay out the content of an element from top to bottom."""
        for group in groups(parent.element):
            first = group[0]
            if isinstance(first, Element) and first.tag not in INLINE:
                self.block(self.context.cascade.styled(first, parent), area)
            else:
                self.paragraph(group, parent, area)

    def block(self, styled: Styled, area: Area) -> None:
        """Lay out a block element."""
        element, style = styled.element, styled.style
        if element.tag == "footer":
            self.marks.append(Mark(element))
            return
        self.space(style.margin_top)
        self.fresh = self.fresh or style.break_before == "page"
        self.bond = max(self.bond, FOLLOW if style.break_before == "avoid" else FREE)
        self.mark(element)
        start = len(self.strips)
        outside = area.less(style.margin_left, style.margin_right)
        inside = Area(outside.x, style.span(outside.width) or outside.width)
        self._check_width(element, inside.width - outside.width)
        self._frame(styled, inside)
        self._close(element, style, start)

    def _check_width(self, element: Element, excess: float) -> None:
        if excess > HAIR:
            self.context.report("RC705", element.at, f"`<{element.tag}>` is {excess:.1f} mm wider than its column")

    def mark(self, element: Element) -> None:
        """Mark the start of an element for links, the outline or a page limit."""
        if "id" in element.attributes or element.tag in HEADINGS or "data-max-pages" in element.attributes:
            self.marks.append(Mark(element))

    def _close(self, element: Element, style: Style, start: int) -> None:
        if bond := FIRM if element.tag in HEADINGS else BOX if style.break_inside == "avoid" else FREE:
            self.strips[start + 1 :] = [replace(each, bond=max(each.bond, bond)) for each in self.strips[start + 1 :]]
        if "data-max-pages" in element.attributes and len(self.strips) > start:
            index = max((at for at in range(start, len(self.strips)) if not self.strips[at].spare), default=-1)
            last = self.strips[index]
            self.strips[index] = replace(last, items=(*last.items, (last.height, Mark(element, end=True))))
        if "data-spare" in element.attributes:
            self.strips[start:] = [replace(strip, spare=True) for strip in self.strips[start:]]
        self.space(style.margin_bottom)
        self.bond = max(self.bond, FOLLOW if style.break_after == "avoid" else FREE)

    def _frame(self, styled: Styled, area: Area) -> None:
        element, style = styled.element, styled.style
        vertical = style.padding_top or style.padding_bottom or style.height
        if not (style.background or vertical or any(style.edges)):
            self.inside(styled, area.inside(style))
            return
        frame = Frame(area=area, style=style)
        outer_frames, self.frames = self.frames, (*self.frames, frame)
        start = len(self.strips)
        self.add(Strip(height=style.inset("top"), owner=element, opens=frame))
        self.bond = FIRM
        self.inside(styled, area.inside(style))
        # Padding takes the place of the margins at the top and bottom.
        self.gap = 0
        self.strips[start + 1 : start + 2] = [replace(each, gap=0) for each in self.strips[start + 1 : start + 2]]
        content = sum(strip.height + strip.gap for strip in self.strips[start + 1 :])
        rest = max(0, (style.height or 0) - content)
        self.add(Strip(height=style.inset("bottom") + rest, owner=element, bond=FIRM, closes=frame))
        self.frames = outer_frames

    def inside(self, styled: Styled, area: Area) -> None:
        """Lay out an element inside its borders and padding."""
        if styled.element.tag == "img":
            self.picture(styled, area)
        elif styled.element.tag == "table":
            self.table(table_rows(self.context, styled, area), area)
        elif styled.element.tag in ("ul", "ol"):
            self.items(styled, area)
        elif styled.style.display == "row":
            self.columns(styled, area)
        else:
            self.contents(styled, area)

    def paragraph(self, nodes: Sequence[Node], owner: Styled, area: Area) -> None:
        """Lay out inline content. The first two lines stay together, and so do the last two."""
        lines = set_lines(self.context, nodes, owner, area)
        for number, line in enumerate(lines):
            bond = FIRM if number and number in (1, len(lines) - 1) else FREE
            items: tuple[Placed, ...] = ((0.0, line),)
            if self.marker:
                drop = max(0, line.baseline - self.marker.baseline)
                items, self.marker = ((drop, self.marker), *items), None
            self.add(Strip(height=line.height, owner=owner.element, items=items, bond=bond))

    def items(self, parent: Styled, area: Area) -> None:
        """Lay out a list."""
        is_numbered = parent.element.tag == "ol"
        for number, child in enumerate(parent.element.elements, parent.element.number("start", 1)):
            styled = self.context.cascade.styled(child, parent)
            self.marker = self._marker(f"{number}." if is_numbered else "•", styled, area.x)
            self.block(styled, area)
            self.marker = None

    def _marker(self, text: str, item: Styled, x: float) -> TextLine:
        """A bullet or number to the left of x."""
        style = item.style
        span = plain_span(self.context, item)
        font = next((font for font in span.fonts if font.width(text) is not None), span.fonts[0])
        width = (font.width(text) or 0) * span.unit
        height = style.line_height * style.em
        baseline = (height + (font.ascent - font.descent) * span.unit) / 2
        run = Run(text + " ", width, 0, span, font)
        return TextLine(x - MARKER_GAP * style.em - width, width, "left", height, baseline, (run,))

    def columns(self, parent: Styled, area: Area) -> None:
        """Lay out an element's children side by side."""
        element = parent.element
        if any(isinstance(child, str) and child.strip() for child in element.children):
            self.context.report("RC701", element.source, f"text cannot be directly inside the row `<{element.tag}>`")
        children = [self.context.cascade.styled(child, parent) for child in element.elements]
        x, cells = area.x, []
        for child, width in zip(children, _column_widths(children, area.width), strict=True):
            x += child.style.margin_left
            cells.append(self.cell(child, Area(x, width)))
            x += width + child.style.margin_right
        self._check_width(element, x - area.x - area.width)
        self.add(row(tuple(cells), element))

    def table(self, rows: list[TableRow], area: Area) -> None:
        """Lay out the rows of a table. Those of its header repeat on every page."""
        header: tuple[Strip, ...] = ()
        for line, is_header, cells in rows:
            background = Cell(area=area, style=line.style, strips=())
            strip = row((background, *(self.cell(*each) for each in cells)), line.element)
            self.mark(line.element)
            if is_header:
                self.add(strip)
                self.bond = FOLLOW
                header = (*header, replace(strip, frames=self.frames))
            else:
                self.add(replace(strip, header=header))

    def cell(self, styled: Styled, area: Area) -> Cell:
        """Lay out one of several columns."""
        flow = Flow(self.context)
        flow.mark(styled.element)
        flow.inside(styled, area.inside(styled.style))
        flow.finish(styled.element)
        return Cell(area=area, style=styled.style, strips=tuple(flow.strips))

    def picture(self, styled: Styled, area: Area) -> None:
        """Lay out an image in its style's or natural width, but not larger than the column and the page."""
        element, style = styled.element, styled.style
        image = pictures.find(self.context, element)
        if image is None:
            return
        tallest = min(self.context.height, style.max_height)
        natural = image.width if style.width is None else area.width
        width = min(natural, area.width, tallest * image.width / image.height)
        if width <= 0:
            self.context.report("RC705", element.at, "there is no room for the image")
            return
        height = width * image.height / image.width
        left = area.x + {"center": (area.width - width) / 2, "right": area.width - width}.get(style.text_align, 0)
        alt, place = element.attributes.get("alt", ""), element.source
        picture = PlacedPicture(left, 0, width, height, image.data, alt, place, element)
        self.add(Strip(height=height, owner=element, items=((0.0, picture),)))


def _column_widths(children: list[Styled], width: float) -> list[float]:
    """The widths of columns side by side. Columns without a `width` share the rest equally."""
    widths = [child.style.span(width) for child in children]
    margins = sum(child.style.margin_left + child.style.margin_right for child in children)
    free = max(0.0, width - margins - sum(each or 0 for each in widths)) / max(1, widths.count(None))
    return [free if each is None else each for each in widths]
