"""The content stream of a page: frequent operators, written without fpdf2's general methods for speed.

Only this file and tags.py use internals of fpdf2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rolecards.pdf.fonts import load
from rolecards.pdf.shaping import SHAPED, Glyph

if TYPE_CHECKING:
    from pathlib import Path

    from fpdf import FPDF
    from fpdf.fonts import CoreFont, TTFFont

    from rolecards.pdf.fonts import FontSet
    from rolecards.pdf.pages import TextItem
    from rolecards.pdf.style import Colour
    from rolecards.text.formula import SetFormula


class Letters(dict[int, str]):
    """The encoding of each character in one font, computed on first use."""

    def __init__(self, font: CoreFont | TTFFont) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> str:
        operator = self.font.encode_text(chr(code))
        self[code] = encoding = operator.removeprefix("(").removesuffix(") Tj")
        return encoding

    def shaped(self, glyph: Glyph) -> tuple[str, int]:
        """The encoding of a glyph, and its width in the file in thousandths of the type size."""
        from fpdf.fonts import TTFFont  # noqa: PLC0415  # takes 0.3 s, and only papers need it

        font, number = self.font, glyph.number
        assert isinstance(font, TTFFont)
        if not number:
            return self[ord(glyph.text)], round(glyph.advance)
        name = font.ttfont.getGlyphName(number)
        width = round(font.scale * font.ttfont["hmtx"].metrics[name][0])
        used = font.subset.get_glyph(number, tuple(map(ord, glyph.text)), name, width)
        code = font.subset.pick_glyph(used)
        assert code is not None
        return font.escape_text(chr(code)), width


class SizedFont(NamedTuple):
    """A font and size on the current page."""

    operator: str
    letters: Letters


class Stream:
    """Writes to the current page, and skips operators that would change nothing."""

    def __init__(self, pdf: FPDF, fonts: FontSet) -> None:
        self.pdf = pdf
        # The first family and style of each file, so the file is loaded once.
        self.names = {path: (family, style) for family, style, path in reversed([*fonts.named()])}
        self.letters: dict[Path, Letters] = {}
        self.faces: dict[tuple[Path, float], SizedFont] = {}
        self.inks: dict[Colour, str] = {}
        """The operator for each fill colour."""
        self.scale = pdf.k
        """Points per mm."""
        self.top = pdf.h * pdf.k
        """The height of the page in points."""
        self.forget()

    def forget(self) -> None:
        """Forget font and colour, after a new page or a call to fpdf2."""
        page = self.pdf.pages[self.pdf.page].contents if self.pdf.page else bytearray()
        assert isinstance(page, bytearray)
        self.page = page
        self.faces.clear()
        self.face: SizedFont | None = None
        self.ink: Colour | None = None

    def write(self, operators: str) -> None:
        """Append operators to the page."""
        self.page += f"{operators}\n".encode("latin1")

    def fill(self, colour: Colour) -> None:
        """Set the fill colour of shapes and text."""
        if self.ink != colour:
            if colour in self.inks:
                self.write(self.inks[colour])
            else:
                self.pdf.set_fill_color(*colour)
                ink = self.pdf.fill_color
                assert ink is not None
                self.inks[colour] = ink.serialize().lower()
            self.ink = colour

    def text(self, text: TextItem) -> None:
        """Draw text."""
        face = self.faces.get((text.font, text.size)) or self._face(text)
        if self.ink != text.colour:
            self.fill(text.colour)
        chosen = "" if face is self.face else f"{face.operator} "
        self.face = face
        place = f"{text.x * self.scale:.2f} {self.top - text.y * self.scale:.2f}"
        if text.right_to_left or (not text.text.isascii() and SHAPED.search(text.text)):
            shown = _shaped(text, face.letters)
        else:
            shown = f"({text.text.translate(face.letters)}) Tj"
        self.page += f"BT {chosen}{place} Td {shown} ET\n".encode("latin1")

    def formula(self, text: TextItem, formula: SetFormula) -> None:
        """Draw a formula, with its source as invisible text of the same width, which can be found and copied."""
        from fpdf.syntax import PDFString  # noqa: PLC0415 - takes 0.3 s

        face = self._face(text)
        self.fill(text.colour)
        self.face = None
        source = "".join(each for each in text.text if each.isascii())
        unit = text.size / 1000
        stretch = 100 * formula.width * unit / (self.pdf.get_string_width(source) * self.scale or 1)
        place = f"{text.x * self.scale:.2f} {self.top - text.y * self.scale:.2f}"
        self.write(f"/Span <</Alt {PDFString(formula.spoken).serialize()}>> BDC")
        self.write(
            f"BT {face.operator} 3 Tr {stretch:.2f} Tz {place} Td ({source.translate(face.letters)}) Tj 0 Tr 100 Tz ET"
        )
        self.write(f"q {unit:.5f} 0 0 {unit:.5f} {place} cm {formula.operators} Q EMC")

    def rectangle(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle."""
        scale = self.scale
        place = f"{x * scale:.2f} {self.top - y * scale:.2f}"
        self.write(f"{place} {width * scale:.2f} {-height * scale:.2f} re f")

    def load(self, family: str, style: str, path: Path) -> None:
        """Add a font to the file."""
        if family + style not in self.pdf.fonts:
            self.pdf.add_font(family, style, path)

    def _face(self, text: TextItem) -> SizedFont:
        family, style = self.names[text.font]
        self.load(family, style, text.font)
        self.pdf.set_font(family, style, text.size)
        font = self.pdf.current_font
        assert font is not None
        if text.font not in self.letters:
            self.letters[text.font] = Letters(font)
        # Also adds the font to the resources of the page, so it must be called once a page.
        operator = self.pdf._set_font_for_page(font, text.size, wrap_in_text_object=False)  # noqa: SLF001
        face = self.faces[text.font, text.size] = SizedFont(operator, self.letters[text.font])
        return face


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
