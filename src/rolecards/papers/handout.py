"""The handout: a study guide with a page for each role."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rolecards.notes import index
from rolecards.papers.chapters import chapters
from rolecards.papers.plan import LONGEST, runs, study_plan
from rolecards.papers.press import FOLDER, Press
from rolecards.templates import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecards.content import Content
    from rolecards.papers.press import Printout
    from rolecards.papers.sheets import PrintOptions
    from rolecards.release.edition import Edition
    from rolecards.schema import models as schema

SHORT = 6
"""The most facts of a short profile, of which several share a page; twice as many if there is no interview loop."""


def handout(edition: Edition, options: PrintOptions) -> Printout:
    """Prints the handout. Raises ContentError for characters without a glyph, overlong text and faulty templates."""
    press = Press(edition, options)
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
    illustrated = setting._replace(images={**setting.images, "map.svg": svg})
    return press.printout(press.laid_out("handout.html.j2", illustrated, values))


# ---------------------------------------------------------------- the map


class Rank(NamedTuple):
    """A role's rank in one skill."""

    rank: int
    shared: bool
    """Whether another role has the same rank."""


def on_map(content: Content) -> list[schema.Role]:
    """The roles that lead or help in a phase of the map."""
    phases = content.map.phases if content.map else ()
    return [role for key, role in content.roles.items() if any(key in {**each.leads, **each.helps} for each in phases)]


def keywords(roles: Sequence[schema.Role], relation: str) -> dict[str, list[str]]:
    """By role id, the values that its facts have for a relation, each once; empty if no role has one."""
    values = {role.id: [each for fact in role.facts for each in fact.index.get(relation, ())] for role in roles}
    found = {key: [*{index.normal(each): each for each in some}.values()] for key, some in values.items()}
    return found if any(found.values()) else {}


def ranks(roles: Sequence[schema.Role]) -> dict[str, dict[str, Rank]]:
    """By skill and role id, the ranks."""
    by_skill: dict[str, dict[str, int]] = {}
    for role in roles:
        for skill, rank in role.skills.ranks.items() if role.skills else ():
            by_skill.setdefault(skill, {})[role.id] = rank
    counts = {skill: Counter(by_role.values()) for skill, by_role in by_skill.items()}
    return {
        skill: {key: Rank(rank, counts[skill][rank] > 1) for key, rank in by_role.items()}
        for skill, by_role in by_skill.items()
    }
