"""A page's content stream: the operators that are too many to go through fpdf2's general calls.

fpdf2's internals are used here and in the tags, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fpdf import FPDF
    from fpdf.fonts import CoreFont, TTFFont

    from rolecards.pdf.pages import Colour, TextItem


class Letters(dict[int, str]):
    """What stands for each character in strings of one font, found when it is first used."""

    def __init__(self, font: CoreFont | TTFFont) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> str:
        operator = self.font.encode_text(chr(code))
        self[code] = written = operator.removeprefix("(").removesuffix(") Tj")
        return written


class SizedFont(NamedTuple):
    """A font and size, ready to be used on the page in hand."""

    operator: str
    letters: Letters


class Stream:
    """Writes on the page in hand, and knows what is set there already."""

    def __init__(self, pdf: FPDF, choose: Callable[[Path, float], None]) -> None:
        self.pdf = pdf
        self.choose = choose
        """Makes a font file and size in points fpdf2's own."""
        self.letters: dict[Path, Letters] = {}
        self.faces: dict[tuple[Path, float], SizedFont] = {}
        self.inks: dict[Colour, str] = {}
        """What sets each colour."""
        self.scale = pdf.k
        """Points in a millimetre."""
        self.top = pdf.h * pdf.k
        """The height of the page in points."""
        self.forget()

    def forget(self) -> None:
        """Set everything anew: the page is another one, or something else was drawn on it."""
        page = self.pdf.pages[self.pdf.page].contents if self.pdf.page else bytearray()
        assert isinstance(page, bytearray)
        self.page = page
        self.faces.clear()
        self.face: SizedFont | None = None
        self.ink: Colour | None = None

    def write(self, operators: str) -> None:
        """Add to the page, without the checks that fpdf2 makes each time."""
        self.page += f"{operators}\n".encode("latin1")

    def fill(self, colour: Colour) -> None:
        """What is drawn next, be it a shape or text, has this colour."""
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
        """Draw a run of text."""
        face = self.faces.get((text.font, text.size)) or self._face(text)
        if self.ink != text.colour:
            self.fill(text.colour)
        chosen = "" if face is self.face else f"{face.operator} "
        self.face = face
        place = f"{text.x * self.scale:.2f} {self.top - text.y * self.scale:.2f}"
        self.page += f"BT {chosen}{place} Td ({text.text.translate(face.letters)}) Tj ET\n".encode("latin1")

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
        # Each page lists the fonts it uses: that is done here, once a page.
        operator = self.pdf._set_font_for_page(font, text.size, wrap_in_text_object=False)  # noqa: SLF001
        face = self.faces[text.font, text.size] = SizedFont(operator, self.letters[text.font])
        return face
