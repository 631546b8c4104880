"""Drawing: a layout becomes a PDF file. Only this file and tags.py use internals of fpdf2, which are faster."""

import logging
import re
from collections.abc import Callable
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences
from fpdf.syntax import PDFString

from rolecards.pdf.fonts import FontSet, load
from rolecards.pdf.pages import Box, Item, Layout, LinkArea, Metadata, PlacedPicture, TextItem
from rolecards.pdf.shaping import SHAPED, Glyph
from rolecards.pdf.style import Colour, Edge
from rolecards.pdf.tags import Tags
from rolecards.problems import ContentError, Location, Problem, problem
from rolecards.text.formula import SetFormula

BLACK = (0, 0, 0)
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def draw(layout: Layout, metadata: Metadata) -> bytes:
    """A layout without problems as a PDF file, always in the same bytes. Raises ContentError for faulty images."""
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
        pen.drop_unused_tables()
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
    pdf.set_title(metadata.title)
    pdf.set_author(metadata.author)
    pdf.set_subject(metadata.subject)
    pdf.set_keywords(", ".join(metadata.keywords))
    pdf.set_lang(metadata.language)
    pdf.set_creator("rolecards")
    assert metadata.created.tzinfo, "the creation time needs a time zone"
    pdf.set_creation_date(metadata.created.astimezone(UTC))
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)


class Letters(dict[int, str]):
    """The encoding of each character in one font of fpdf2, computed on first use."""

    def __init__(self, font: Any) -> None:  # noqa: ANN401 - fpdf2 has several classes of fonts
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> str:
        operator: str = self.font.encode_text(chr(code))
        self[code] = encoding = operator.removeprefix("(").removesuffix(") Tj")
        return encoding

    def shaped(self, glyph: Glyph) -> tuple[str, int]:
        """The encoding of a glyph, and its width in the file in thousandths of the type size."""
        font, number = self.font, glyph.number
        if not number:
            return self[ord(glyph.text)], round(glyph.advance)
        name = font.ttfont.getGlyphName(number)
        width = round(font.scale * font.ttfont["hmtx"].metrics[name][0])
        used = font.subset.get_glyph(number, tuple(map(ord, glyph.text)), name, width)
        return font.escape_text(chr(font.subset.pick_glyph(used))), width


Face: TypeAlias = tuple[str, Letters]  # the operator that chooses a font and size, and the encoding of the font


class _Pen:
    """Writes pages, and skips operators that would change nothing."""

    def __init__(self, pdf: FPDF, fonts: FontSet) -> None:
        self.pdf = pdf
        self.fonts = fonts
        self.tags = Tags(pdf, self.write)
        self.problems: list[Problem] = []
        self.shade: Colour = BLACK  # the fill colour of the last box
        # The first family and style of each file, so the file is loaded once.
        self.names = {path: (family, style) for family, style, path in reversed([*fonts.named()])}
        self.letters: dict[Path, Letters] = {}
        self.faces: dict[tuple[Path, float], Face] = {}
        self.inks: dict[Colour, str] = {}  # the operator for each fill colour
        self.scale = pdf.k  # points per mm
        self.top = pdf.h * pdf.k  # the height of the page in points
        self.drawers: dict[type[Item], Callable[[Any], None]] = {
            TextItem: self.text, Box: self.box, LinkArea: self.link, PlacedPicture: self.picture,
        }  # fmt: skip
        self.forget()

    def page(self, page: tuple[Item, ...], number: int) -> None:
        self.pdf.add_page()
        self.pdf.set_page_label(label_style="D", label_start=number) if number == 1 else None
        self.forget()
        self.tags.marked = 0
        for item in page:
            self.drawers[type(item)](item)
        self.tags.close()

    def box(self, box: Box) -> None:
        top, right, bottom, left = (edge.width if edge else 0 for edge in box.edges)
        x, y, width, height = box.x, box.y, box.width, box.height
        sides = (width, top), (right, height), (width, bottom), (left, height)
        corners = (x, y), (x + width - right, y), (x, y + height - bottom), (x, y)
        self.tags.artifact()
        if box.background:
            self.shade = box.background
            self.fill(self.shade)
            self.pdf.rect(x, y, width, height, style="F")
        for edge, corner, side in zip(box.edges, corners, sides, strict=True):
            if edge:
                self.rule(edge, *corner, *side)

    def rule(self, edge: Edge, x: float, y: float, width: float, height: float) -> None:
        if edge.style == "solid":
            self.shade = edge.colour
            self.fill(self.shade)
            self.pdf.rect(x, y, width, height, style="F")
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
                self.load(family, style, path)
        missing = self.missing_glyphs()
        self.tags.figure(picture.image, picture.alt)
        # SVG shapes without a fill take the current fill colour, which may be that of text.
        self.fill(self.shade)
        try:
            self.pdf.image(BytesIO(picture.data), picture.x, picture.y, picture.width, picture.height)
        except Exception as error:  # noqa: BLE001  # image files break readers in ways no list of errors covers
            self.report(picture, _ADDRESS.sub("", f"the image cannot be drawn: {error}"))
        if self.missing_glyphs() > missing:
            self.report(picture, "the image has characters that no font of its family has")
        # An SVG file changes fonts and colours.
        self.forget()

    def missing_glyphs(self) -> int:
        """The number of characters so far that their font lacks."""
        return sum(len(getattr(font, "missing_glyphs", ())) for font in self.pdf.fonts.values())

    def drop_unused_tables(self) -> None:
        """Remove the tables for shaping. fpdf2 does not write them either, but has them parsed first."""
        fonts: list[Any] = [font for font in self.pdf.fonts.values() if isinstance(font, TTFFont)]
        for file, tag in ((font.ttfont, tag) for font in fonts for tag in ("GDEF", "GPOS", "GSUB")):
            if tag in file:
                del file[tag]

    def close_fonts(self, *, blamed: bool = False) -> None:
        """Close all font files, as fpdf2 does not; if `blamed`, report coloured fonts, which it may refuse to write."""
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
                if blamed and font.color_font:
                    place, hint = Location(str(font.ttffile)), "use fewer than 250 emoji, or a font without colours"
                    self.problems.append(problem("RC711", place, "its coloured glyphs cannot be drawn", hint))

    def report(self, picture: PlacedPicture, message: str, *, code: str = "RC708", hint: str = "") -> None:
        self.problems.append(problem(code, picture.place, message, hint))

    def forget(self) -> None:
        """Forget font and colour, after a new page or a call to fpdf2."""
        self.content: Any = self.pdf.pages[self.pdf.page].contents if self.pdf.page else bytearray()
        self.faces.clear()
        self.face: Face | None = None
        self.ink: Colour | None = None

    def write(self, operators: str) -> None:
        """Append operators to the page."""
        self.content += f"{operators}\n".encode("latin1")

    def fill(self, colour: Colour) -> None:
        """Set the fill colour of shapes and text."""
        if self.ink != colour:
            if colour in self.inks:
                self.write(self.inks[colour])
            else:
                self.pdf.set_fill_color(*colour)
                assert self.pdf.fill_color
                self.inks[colour] = self.pdf.fill_color.serialize().lower()
            self.ink = colour

    def text(self, text: TextItem) -> None:
        self.tags.text(text.block)
        if text.formula:
            self.formula(text, text.formula)
            return
        face = operator, letters = self.faces.get((text.font, text.size)) or self._face(text)
        self.fill(text.colour)
        chosen = "" if face is self.face else f"{operator} "
        self.face = face
        place = f"{text.x * self.scale:.2f} {self.top - text.y * self.scale:.2f}"
        if text.right_to_left or (not text.text.isascii() and SHAPED.search(text.text)):
            shown = _shaped(text, letters)
        else:
            shown = f"({text.text.translate(letters)}) Tj"
        self.content += f"BT {chosen}{place} Td {shown} ET\n".encode("latin1")

    def formula(self, text: TextItem, formula: SetFormula) -> None:
        """Draw a formula, with its source as invisible text of the same width, which can be found and copied."""
        operator, letters = self._face(text)
        self.fill(text.colour)
        self.face = None
        source = "".join(each for each in text.text if each.isascii())
        unit = text.size / 1000
        stretch = 100 * formula.width * unit / (self.pdf.get_string_width(source) * self.scale or 1)
        place = f"{text.x * self.scale:.2f} {self.top - text.y * self.scale:.2f}"
        self.write(f"/Span <</Alt {PDFString(formula.spoken).serialize()}>> BDC")
        self.write(f"BT {operator} 3 Tr {stretch:.2f} Tz {place} Td ({source.translate(letters)}) Tj 0 Tr 100 Tz ET")
        self.write(f"q {unit:.5f} 0 0 {unit:.5f} {place} cm {formula.operators} Q EMC")

    def load(self, family: str, style: str, path: Path) -> None:
        """Add a font to the file."""
        if family + style not in self.pdf.fonts:
            self.pdf.add_font(family, style, path)

    def _face(self, text: TextItem) -> Face:
        family, style = self.names[text.font]
        self.load(family, style, text.font)
        self.pdf.set_font(family, style, text.size)
        font = self.pdf.current_font
        assert font is not None
        if text.font not in self.letters:
            self.letters[text.font] = Letters(font)
        # Also adds the font to the resources of the page, so it must be called once a page.
        operator = self.pdf._set_font_for_page(font, text.size, wrap_in_text_object=False)  # noqa: SLF001
        face = self.faces[text.font, text.size] = operator, self.letters[text.font]
        return face


def _may_use(data: bytes, family: str, style: str) -> bool:
    """Whether an SVG file may use this font. Loading a font takes 20 ms."""
    bold = "B" not in style or any(word in data for word in (b"bold", b"700"))
    italic = "I" not in style or any(word in data for word in (b"italic", b"oblique"))
    return b"<text" in data and family.encode() in data and bold and italic


def _shaped(text: TextItem, letters: Letters) -> str:
    """The operators that show text as HarfBuzz shapes it, word by word, as it was measured."""
    font, back = load(text.font), text.right_to_left
    words = text.text.rstrip(" ").split(" ")[::-1] if back else text.text.split(" ")
    space = Glyph(0, " ", font.space)
    shown, height, pen, goal = "[", 0, 0, 0.0
    for glyph in [glyph for word in words for glyph in (space, *font.shaper.glyphs(word, right_to_left=back))][1:]:
        if height != round(glyph.y):
            height = round(glyph.y)
            shown += f"] TJ {height * text.size / 1000:.3f} Ts ["
        shift = round(goal + glyph.x) - pen
        code, width = letters.shaped(glyph)
        shown += f"{-shift}({code})" if shift else f"({code})"
        pen += shift + width
        goal += glyph.advance
    operators = f"{shown}] TJ{' 0 Ts' if height else ''}".replace(")(", "")
    if back or max(text.text) > "\uffff":
        # Readers turn the actual text of right-to-left letters round, and leave characters beyond U+FFFF out.
        return operators
    return f"/Span <</ActualText <FEFF{text.text.encode('utf-16-be').hex()}>>> BDC {operators} EMC"
