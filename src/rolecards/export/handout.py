"""The handout: a study guide with a page for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.export.paper import FOLDER, Locator, Printout, fonts, images, printout, sheet
from rolecards.pdf import lay_out
from rolecards.templates import render

if TYPE_CHECKING:
    from pathlib import Path

    from rolecards.export.printed import Guide
    from rolecards.pdf import Paper
    from rolecards.templates import Templates

FIGURES = ("handoffs.svg", "skills.svg")
"""Drawn from the content by a template each; the handout's pages show them by these names."""


def handout(guide: Guide, templates: Templates, folder: Path, paper: Paper, modified: int) -> Printout:
    """The handout on this paper. Raises ContentError for what has no glyph, does not fit, or is no template."""
    values = {"guide": guide, "content": guide.content, "deck": guide.content.deck, "roles": guide.content.roles}
    deck = guide.content.deck
    layout = lay_out(
        render(templates.placed_environment(), f"{FOLDER}/handout.html.j2", values),
        sheet(templates, "handout.css"),
        paper=paper,
        fonts=fonts(guide.content, folder),
        images=images(templates) | figures(templates, values),
        locate=Locator(guide),
        path=templates.shown(f"{FOLDER}/handout.html.j2"),
    )
    return printout(layout, guide.content, modified, deck.title or deck.name)


def figures(templates: Templates, values: dict[str, object]) -> dict[str, bytes]:
    """The figures as SVG files, by name."""
    environment = templates.environment()
    return {name: render(environment, f"{FOLDER}/{name}.j2", values).encode() for name in FIGURES}
