"""The content stream of a page: frequent operators, written without fpdf2's general methods for speed.

Only this file and tags.py use internals of fpdf2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fpdf import FPDF
    from fpdf.fonts import CoreFont, TTFFont

    from rolecards.pdf.pages import Colour, TextItem
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


class SizedFont(NamedTuple):
    """A font and size on the current page."""

    operator: str
    letters: Letters


class Stream:
    """Writes to the current page, and skips operators that would change nothing."""

    def __init__(self, pdf: FPDF, choose: Callable[[Path, float], None]) -> None:
        self.pdf = pdf
        self.choose = choose
        """Sets the font file and the size in points in fpdf2."""
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
        self.page += f"BT {chosen}{place} Td ({text.text.translate(face.letters)}) Tj ET\n".encode("latin1")

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

    def _face(self, text: TextItem) -> SizedFont:
        self.choose(text.font, text.size)
        font = self.pdf.current_font
        assert font is not None
        if text.font not in self.letters:
            self.letters[text.font] = Letters(font)
        # Also adds the font to the resources of the page, so it must be called once a page.
        operator = self.pdf._set_font_for_page(font, text.size, wrap_in_text_object=False)  # noqa: SLF001
        face = self.faces[text.font, text.size] = SizedFont(operator, self.letters[text.font])
        return face
