"""The handout: a study guide with a page for each role."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from rolecards.papers.chapters import chapters
from rolecards.papers.figures import claims, days, runs, standings
from rolecards.papers.lettering import Lettering
from rolecards.papers.press import press_of
from rolecards.papers.theme import FOLDER
from rolecards.pdf.shaping import SHAPED
from rolecards.templates import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolecards.papers.press import Printout
    from rolecards.papers.sheets import PrintOptions
    from rolecards.pdf import FontSet
    from rolecards.release.edition import Edition
    from rolecards.templates import Templates

FIGURES = ("handoffs.svg", "skills.svg")
"""The file names of the figures in the handout's template; each figure has a template of its own."""

MOST_COMPARED = 8
"""The most roles side by side: more columns than that have no room for names, so comparisons are left out."""


def handout(edition: Edition, options: PrintOptions) -> Printout:
    """Prints the handout. Raises ContentError for characters without a glyph, overlong text and faulty templates."""
    press = press_of(edition, options.paper)
    content = press.guide.content
    compared = len(content.roles) <= MOST_COMPARED
    values = press.values() | {
        "claims": claims(content) if compared else {},
        "standings": standings(content),
        "chapters": chapters(press.guide),
        "days": partial(days, press.guide.notes),
        "runs": runs,
    }
    plain = press.setting("handout.css")
    figures = _figures(press.templates, plain.fonts, values) if compared else {}
    illustrated = replace(plain, images={**plain.images, **figures})
    return press.printout(press.laid_out("handout.html.j2", illustrated, {**values, "figures": figures}))


def _figures(templates: Templates, fonts: FontSet, values: Mapping[str, Any]) -> dict[str, bytes]:
    """The figures as SVG files, by name, without figures whose text needs shaping."""
    environment = templates.environment()
    lettering = Lettering(fonts=fonts)
    for name in ("faced", "ems", "broken"):
        environment.filters[name] = getattr(lettering, name)
    drawings = {name: render(environment, f"{FOLDER}/{name}.j2", values) for name in FIGURES}
    return {name: svg.encode() for name, svg in drawings.items() if not SHAPED.search(svg)}
