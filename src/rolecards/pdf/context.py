"""The context of a layout: styles, fonts, images, the size of the page, and the problems so far."""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from rolecards.pdf.css import StyleSource
from rolecards.pdf.fonts import Font, FontSet
from rolecards.pdf.pages import Paper
from rolecards.pdf.style import Style
from rolecards.problems import Location, Problem, problem


class Setting(NamedTuple):
    """The stylesheet, fonts and images of documents."""

    sheet: StyleSource
    fonts: FontSet
    images: Mapping[str, bytes] = MappingProxyType({})  # SVG and PNG files by the name that `img` uses
    locate: Callable[[str], Location | None] = lambda _: None  # finds the place of a `data-from` key, if it is known
    direction: str = ""  # `rtl` if paragraphs with right-to-left letters may start with other letters


class Context:
    """What all steps of a layout use. `page` has the margins."""

    def __init__(self, setting: Setting, paper: Paper, page: Style) -> None:
        self.setting = setting
        self.paper = paper
        self.page = page
        self.width = paper.width - page.margin_left - page.margin_right  # between the margins of a page, in mm
        self.height = paper.height - page.margin_top - page.margin_bottom  # between the margins of a page, in mm
        self.problems: list[Problem] = []
        self.extent = cache(self._extent)  # the height of a line of a style above and below its baseline, in mm

    def report(self, code: str, location: Location, message: str, hint: str = "", words: str = "") -> None:
        """Add a problem, with the words that have it; layout goes on."""
        self.problems.append(problem(code, location, message, hint, words=words))

    def faces(self, style: Style) -> tuple[Font, ...]:
        """The fonts for text of a style, in order of preference."""
        return self.setting.fonts.faces(style.font_family, bold=style.bold, italic=style.italic)

    def _extent(self, style: Style) -> tuple[float, float]:
        font = self.faces(style)[0]
        ascent, descent = font.ascent * style.em / 1000, font.descent * style.em / 1000
        if style.display == "inline-block":
            return max(ascent, style.height or 0) + style.insets["top"] + style.insets["bottom"], descent
        leading = style.line_height * style.em - ascent - descent
        return ascent + leading / 2, descent + leading / 2
