"""The handout: a study guide with a page for each role."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from rolecards.export.chapters import chapters
from rolecards.export.figures import claims, days, standings
from rolecards.export.paper import FOLDER, Press, Printout
from rolecards.pdf.fonts import load
from rolecards.templates import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolecards.pdf import FontSet
    from rolecards.templates import Templates

FIGURES = ("handoffs.svg", "skills.svg")
"""Drawn from the content by a template each; the handout's pages show them by these names."""


def handout(press: Press) -> Printout:
    """The handout. Raises ContentError for what has no glyph, does not fit its page, or is no template."""
    content = press.guide.content
    values = press.values() | {
        "claims": claims(content),
        "standings": standings(content),
        "chapters": chapters(press.guide),
        "days": partial(days, press.guide.notes),
    }
    plain = press.setting("handout.css")
    illustrated = replace(plain, images={**plain.images, **_figures(press.templates, plain.fonts, values)})
    return press.printout(press.laid_out("handout.html.j2", illustrated, values))


def _figures(templates: Templates, fonts: FontSet, values: Mapping[str, Any]) -> dict[str, bytes]:
    """The figures as SVG files, by name."""
    environment = templates.environment()
    environment.filters["faced"] = partial(_faced, fonts)
    return {name: render(environment, f"{FOLDER}/{name}.j2", values).encode() for name in FIGURES}


def _faced(fonts: FontSet, text: str) -> Markup:
    """A text for a figure, where a character is looked up in one font: what ours lacks names the deck's font for it."""
    own = load(fonts.families["sans"].regular).widths
    further = {f"fallback{at}": load(path).widths for at, path in enumerate(fonts.fallbacks)}

    def face(character: str) -> str:
        return "" if character in own else next((name for name, font in further.items() if character in font), "")

    span = Markup('<tspan font-family="{}" font-weight="normal">{}</tspan>')
    runs = ((name, "".join(run)) for name, run in groupby(text, key=face))
    return Markup().join(span.format(name, run) if name else escape(run) for name, run in runs)
