"""The page builder: lays out a strict HTML subset with a stylesheet. Its `draw` writes the pages as a PDF file."""

from rolecards.pdf.context import Setting
from rolecards.pdf.css import StyleSource
from rolecards.pdf.fonts import Family, FontSet, default_fonts
from rolecards.pdf.layout import Fitted, fit, lay_out
from rolecards.pdf.pages import Layout, Metadata, Paper

__all__ = [
    "Family", "Fitted", "FontSet", "Layout", "Metadata", "Paper", "Setting", "StyleSource",
    "default_fonts", "fit", "lay_out",
]  # fmt: skip
