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

    from rolecards.pdf.pages import Colour, Text


class Letters(dict[int, str]):
    """What stands for each character in strings of one font, found when it is first used."""

    def __init__(self, font: CoreFont | TTFFont) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> str:
        operator = self.font.encode_text(chr(code))
        self[code] = written = operator.removeprefix("(").removesuffix(") Tj")
        return written


class Face(NamedTuple):
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
        self.faces: dict[tuple[Path, float], Face] = {}
        self.forget()

    def forget(self) -> None:
        """Set everything anew: the page is another one, or something else was drawn on it."""
        self.faces.clear()
        self.face: Face | None = None
        self.ink: Colour | None = None

    def write(self, operators: str) -> None:
        """Add to the page."""
        self.pdf._out(operators)  # noqa: SLF001

    def fill(self, colour: Colour) -> None:
        """What is drawn next, be it a shape or text, has this colour."""
        if self.ink != colour:
            self.pdf.set_fill_color(*colour)
            self.ink = colour

    def text(self, text: Text) -> None:
        """Draw a run of text."""
        face = self.faces.get((text.font, text.size)) or self._face(text)
        if face is not self.face:
            self.write(face.operator)
            self.face = face
        self.fill(text.colour)
        pdf = self.pdf
        place = f"{text.x * pdf.k:.2f} {(pdf.h - text.y) * pdf.k:.2f}"
        self.write(f"BT {place} Td ({text.text.translate(face.letters)}) Tj ET")

    def _face(self, text: Text) -> Face:
        self.choose(text.font, text.size)
        font = self.pdf.current_font
        assert font is not None
        if text.font not in self.letters:
            self.letters[text.font] = Letters(font)
        # Each page lists the fonts it uses: that is done here, once a page.
        operator = self.pdf._set_font_for_page(font, text.size)  # noqa: SLF001
        face = self.faces[text.font, text.size] = Face(operator, self.letters[text.font])
        return face
