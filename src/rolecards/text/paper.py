r"""Writes a card field as the HTML of papers, which is the same apart from formulas."""

import re

from markupsafe import Markup

FORMULA = re.compile(r"\\\(((?:[^\\]|\\[^)])+)\\\)|\\\[((?:[^\\]|\\[^\]])+)\\\]")
"""A formula in a field; `\\\\` inside it does not start its end. Text that only looks like a formula is disarmed."""
_END = re.compile(r"(?:</(?:li|[uo]l|t[drh]|table|pre|blockquote)>)*\Z")


def paper_html(field: str) -> Markup:
    """The HTML for a template, which must not escape it again."""
    printed = FORMULA.sub(_math, field).removesuffix("<br>") if "\\" in field else field
    return Markup(printed)  # noqa: S704 - from our own writer


def marked(text: str, mark: str) -> Markup:
    """The HTML with a mark at the end of its last line, which may be in a list, a table or code."""
    return Markup(_END.sub(lambda end: f"{mark}{end[0]}", text, count=1))  # noqa: S704 - the template has escaped both


def _math(formula: re.Match[str]) -> str:
    return f"<math>{formula[1]}</math>" if formula[1] else f'<br><math class="display">{formula[2]}</math><br>'
