"""Drawing: a layout becomes a PDF file."""

from __future__ import annotations

import logging
import re
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rolecards.pdf.content_stream import Stream
from rolecards.pdf.pages import Box, LinkArea, PlacedPicture, TextItem
from rolecards.pdf.shaping import SHAPED
from rolecards.problems import ContentError, Location, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from fpdf import FPDF

    from rolecards.pdf.fonts import FontSet
    from rolecards.pdf.pages import Item, Layout, Metadata, PrintedPage
    from rolecards.pdf.style import Colour, Edge

BLACK = (0, 0, 0)
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def draw(layout: Layout, metadata: Metadata) -> bytes:
    """A layout without problems as a PDF file. The same layout produces the same bytes.

    Raises `ContentError` for images that cannot be drawn.
    """
    from fpdf import FPDF  # noqa: PLC0415  # takes 0.3 s, and only papers need it
    from fpdf.enums import ResourceAccessPolicy  # noqa: PLC0415

    logging.getLogger("fpdf").setLevel(logging.ERROR)  # `check` reports what fpdf2 ignores in a drawing
    pdf = FPDF(unit="mm", format=(layout.paper.width, layout.paper.height))
    pdf.resource_access_policy = ResourceAccessPolicy.NONE
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    _describe(pdf, metadata)
    pen = _Pen(pdf, layout.fonts)
    outline = list(layout.outline[::-1])
    for number, page in enumerate(layout.pages, 1):
        pen.page(page, number)
        while outline and outline[-1].target.page == number:
            entry = outline.pop()
            pdf.set_xy(0, entry.target.y)
            pdf.start_section(entry.title, level=entry.level)
    try:
        data = b"" if pen.problems else bytes(pdf.output())
        pen.close_fonts()
    except Exception:
        pen.close_fonts(blamed=True)
        if not pen.problems:
            raise
    if pen.problems:
        raise ContentError(pen.problems)
    return data


def _describe(pdf: FPDF, metadata: Metadata) -> None:
    from fpdf.prefs import ViewerPreferences  # noqa: PLC0415

    pdf.set_title(metadata.title)
    pdf.set_author(metadata.author)
    pdf.set_subject(metadata.subject)
    pdf.set_keywords(", ".join(metadata.keywords))
    pdf.set_lang(metadata.language)
    pdf.set_creator("rolecards")
    assert metadata.created.tzinfo, "the creation time needs a time zone"
    pdf.set_creation_date(metadata.created.astimezone(UTC))
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)


class _Pen:
    def __init__(self, pdf: FPDF, fonts: FontSet) -> None:
        from rolecards.pdf.tags import Tags  # noqa: PLC0415  # loads fpdf2

        self.pdf = pdf
        self.fonts = fonts
        self.problems: list[Problem] = []
        self.shade: Colour = BLACK
        """The fill colour of the last box."""
        self.stream = Stream(pdf, fonts)
        self.tags = Tags(self.stream)
        self.drawers: dict[type[Item], Callable[[Any], None]] = {
            TextItem: self.text, Box: self.box, LinkArea: self.link, PlacedPicture: self.picture,
        }  # fmt: skip

    def page(self, page: PrintedPage, number: int) -> None:
        self.pdf.add_page()
        self.pdf.set_page_label(label_style="D", label_start=number) if number == 1 else None
        self.stream.forget()
        self.tags.marked = 0
        for item in page.items:
            self.drawers[type(item)](item)
        self.tags.close()

    def text(self, text: TextItem) -> None:
        self.tags.text(text.block)
        if text.formula:
            self.stream.formula(text, text.formula)
        else:
            self.stream.text(text)

    def box(self, box: Box) -> None:
        top, right, bottom, left = (edge.width if edge else 0 for edge in box.edges)
        x, y, width, height = box.x, box.y, box.width, box.height
        sides = (width, top), (right, height), (width, bottom), (left, height)
        corners = (x, y), (x + width - right, y), (x, y + height - bottom), (x, y)
        self.tags.artifact()
        if box.background:
            self.fill(box.background)
            self.stream.rectangle(x, y, width, height)
        for edge, corner, side in zip(box.edges, corners, sides, strict=True):
            if edge:
                self.rule(edge, *corner, *side)

    def rule(self, edge: Edge, x: float, y: float, width: float, height: float) -> None:
        if edge.style == "solid":
            self.fill(edge.colour)
            self.stream.rectangle(x, y, width, height)
            return
        self.pdf.set_draw_color(*edge.colour)
        self.pdf.set_line_width(edge.width)
        self.pdf.set_dash_pattern(dash=4 * edge.width, gap=3 * edge.width)
        middle, centre = x + edge.width / 2, y + edge.width / 2
        if width > height:
            self.pdf.line(x + edge.width, centre, x + width - edge.width, centre)
        else:
            self.pdf.line(middle, y + edge.width, middle, y + height - edge.width)
        self.pdf.set_dash_pattern()

    def fill(self, colour: Colour) -> None:
        self.shade = colour
        self.stream.fill(colour)

    def link(self, link: LinkArea) -> None:
        goal = link.goal
        place = goal if isinstance(goal, str) else self.pdf.add_link(page=goal.page, y=goal.y)
        self.pdf.link(link.x, link.y, link.width, link.height, place)

    def picture(self, picture: PlacedPicture) -> None:
        if b"<text" in picture.data and SHAPED.search(picture.data.decode("utf-8", "ignore")):
            hint = "convert the text to paths, or use a PNG file"
            self.report(picture, "the image has text that must be shaped, which images cannot", code="RC709", hint=hint)
            return
        for family, style, path in self.fonts.named():
            if _may_use(picture.data, family, style):
                self.stream.load(family, style, path)
        missing = self.missing_glyphs()
        self.tags.figure(picture.image, picture.alt)
        # SVG shapes without a fill take the current fill colour, which may be that of text.
        self.stream.fill(self.shade)
        try:
            self.pdf.image(BytesIO(picture.data), picture.x, picture.y, picture.width, picture.height)
        except Exception as error:  # noqa: BLE001  # image files break readers in ways no list of errors covers
            self.report(picture, _ADDRESS.sub("", f"the image cannot be drawn: {error}"))
        if self.missing_glyphs() > missing:
            self.report(picture, "the image has characters that no font of its family has")
        # An SVG file changes fonts and colours.
        self.stream.forget()

    def missing_glyphs(self) -> int:
        """The number of characters so far that their font lacks."""
        return sum(len(getattr(font, "missing_glyphs", ())) for font in self.pdf.fonts.values())

    def close_fonts(self, *, blamed: bool = False) -> None:
        """Close the font files, as fpdf2 leaves coloured ones open, and report those with coloured glyphs if `blamed`.

        When fpdf2 writes the file, it refuses many or unusual coloured glyphs.
        """
        from fpdf.fonts import TTFFont  # noqa: PLC0415

        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
                if blamed and font.color_font:
                    place, hint = Location(str(font.ttffile)), "use fewer than 250 emoji, or a font without colours"
                    self.problems.append(problem("RC711", place, "its coloured glyphs cannot be drawn", hint))

    def report(self, picture: PlacedPicture, message: str, *, code: str = "RC708", hint: str = "") -> None:
        self.problems.append(problem(code, picture.place, message, hint))


def _may_use(data: bytes, family: str, style: str) -> bool:
    """Whether an SVG file may use this font. Loading a font takes 20 ms."""
    bold = "B" not in style or any(word in data for word in (b"bold", b"700"))
    italic = "I" not in style or any(word in data for word in (b"italic", b"oblique"))
    return b"<text" in data and family.encode() in data and bold and italic
