"""Text in figures: the font of each character, the width of a text, and its line breaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from unicodedata import combining

from markupsafe import Markup

from rolecards.pdf.fonts import load

if TYPE_CHECKING:
    from rolecards.pdf import FontSet
    from rolecards.pdf.fonts import Font


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """The fonts of a deck's figures. Widths are in ems."""

    fonts: FontSet

    def faced(self, text: str) -> Markup:
        """A text for a figure; characters that the main font lacks get a font of the deck."""
        span = Markup('<tspan font-family="{}" font-weight="normal">{}</tspan>')
        runs = ((name, "".join(run)) for name, run in groupby(text, key=self._face))
        return Markup().join(span.format(name, run) if name else run for name, run in runs)

    def ems(self, text: str, bold: bool = False) -> float:  # noqa: FBT001, FBT002 - templates pass it by position
        """The width of a text on one line."""
        files = self.fonts.families["sans"].files(bold=bold, italic=False)
        fonts = {"": load(files[0]), **self._further()}
        return sum(fonts[self._face(character)].width(character) or 0 for character in text) / 1000

    def broken(self, text: str, most: float, bold: bool = False) -> list[str]:  # noqa: FBT001, FBT002 - as above
        """The lines of a text, at most this wide; a wider word is hyphenated."""
        lines: list[str] = []
        for word in (part for whole in text.split() for part in self._hyphenated(whole, most, bold)):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.ems(longer, bold) <= most:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _hyphenated(self, word: str, most: float, bold: bool) -> list[str]:  # noqa: FBT001 - as above
        """The parts of a word, at most this wide unless a single letter is wider."""
        ends = [end for end in range(1, len(word)) if not combining(word[end])]
        if self.ems(word, bold) <= most or not ends:
            return [word]
        fitting = [end for end in ends if self.ems(_part(word[:end]), bold) <= most]
        end = max(fitting, key=lambda end: (word[end - 1] == "-", end), default=ends[0])
        return [_part(word[:end]), *self._hyphenated(word[end:], most, bold)]

    def _face(self, character: str) -> str:
        if character in load(self.fonts.families["sans"].regular).widths:
            return ""
        return next((name for name, font in self._further().items() if character in font.widths), "")

    def _further(self) -> dict[str, Font]:
        return {f"fallback{at}": load(path) for at, path in enumerate(self.fonts.fallbacks)}


def _part(letters: str) -> str:
    return letters.removesuffix("-") + "-"
