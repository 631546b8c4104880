"""The handout: a study guide with a page for each role."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolecards.papers.chapters import chapters
from rolecards.papers.figures import keywords, on_map, ranks
from rolecards.papers.plan import LONGEST, runs, study_plan
from rolecards.papers.press import press_of
from rolecards.papers.theme import FOLDER
from rolecards.templates import render

if TYPE_CHECKING:
    from rolecards.papers.press import Printout
    from rolecards.papers.sheets import PrintOptions
    from rolecards.release.edition import Edition

SHORT = 6
"""The most facts of a short profile, of which several share a page; twice as many if there is no interview loop."""


def handout(edition: Edition, options: PrintOptions) -> Printout:
    """Prints the handout. Raises ContentError for characters without a glyph, overlong text and faulty templates."""
    press = press_of(edition, options)
    guide = press.guide
    short = [role for role in guide.roles if len(role.facts) <= SHORT * (1 if role.loop else 2)]
    full = [role for role in guide.roles if role not in short]
    mapped = on_map(guide.content)
    parts = {
        "map": bool(mapped),
        **{f"role-{role.id}": True for role in (*full, *short[:1])},
        "team": bool(guide.of("handoff") or [note for note in guide.of("fact") if note.note.topic]),
        "pairs": bool(guide.of("contrast")),
        "cases": bool(guide.of("scenario") or guide.listed),
    }
    headings = [name for name, there in parts.items() if there]
    values = press.values() | {
        "parts": headings,
        "full": full,
        "short": short,
        "mapped": mapped,
        "keywords": keywords,
        "ranks": ranks(mapped),
        "chapters": chapters(guide),
        "plan": study_plan(guide, min(options.days, LONGEST), options.minutes, headings),
        "runs": runs,
    }
    setting = press.setting("handout.css")
    svg = render(press.templates.environment(), f"{FOLDER}/map.svg.j2", values).encode()
    illustrated = replace(setting, images={**setting.images, "map.svg": svg})
    return press.printout(press.laid_out("handout.html.j2", illustrated, values))
