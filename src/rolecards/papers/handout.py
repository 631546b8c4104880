"""The handout: a study guide with a page for each role, and with study notes as their author arranged them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from rolecards.content import Content
from rolecards.notes import index
from rolecards.papers.guide import Guide, Printed
from rolecards.papers.plan import LONGEST, runs, study_plan
from rolecards.papers.press import FOLDER, Press, path_of
from rolecards.papers.sheets import PrintOptions
from rolecards.release.edition import Artifact, Edition
from rolecards.schema import models as schema
from rolecards.study.page import Section, StudyPage
from rolecards.study.phrase import Phrase, read_phrase
from rolecards.templates import render
from rolecards.text.paper import paper_html
from rolecards.text.plain import to_plain
from rolecards.text.tree import Block, every, words

Cards = Mapping[int, list[Printed]]  # the notes made from a file, by line
_LABEL = re.compile(r"\w{1,20}:")  # of an answer, which cards show without it
SHORT = 6  # facts of a short profile, of which several share a page; twice as many without an interview loop


def handout(edition: Edition, options: PrintOptions) -> Artifact:
    """Prints the handout. Raises ContentError for characters without a glyph, overlong text and faulty templates."""
    press = Press(edition, options)
    guide = press.guide
    alone = len(guide.roles) == 1
    short = [role for role in guide.roles if not alone and len(role.facts) <= SHORT * (1 if role.loop else 2)]
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


def on_map(content: Content) -> list[schema.Role]:
    """The roles that lead or help in a phase of the map."""
    phases = content.map.phases if content.map else ()
    return [role for key, role in content.roles.items() if any(key in {**each.leads, **each.helps} for each in phases)]


def keywords(roles: Sequence[schema.Role], relation: str) -> dict[str, list[str]]:
    """By role id, the values that its facts have for a relation, each once; empty if no role has one."""
    values = {role.id: [each for fact in role.facts for each in fact.index.get(relation, ())] for role in roles}
    found = {key: [*{index.normal(each): each for each in some}.values()] for key, some in values.items()}
    return found if any(found.values()) else {}


def ranks(roles: Sequence[schema.Role]) -> dict[str, dict[str, int]]:
    """By skill and role id, the ranks."""
    by_skill: dict[str, dict[str, int]] = defaultdict(dict)
    for role in roles:
        for skill, rank in role.skills.ranks.items() if role.skills else ():
            by_skill[skill][role.id] = rank
    return by_skill


class ChapterLine(NamedTuple):
    """A bullet or paragraph."""

    id: str  # the id with which problems find its place
    depth: int  # the number of bullets above it
    words: Markup  # the author's text, with terms in bold
    notes: list[Printed]  # the notes made from it
    as_card: bool  # whether to print its cards instead of its text, as for `Q:` and cloze markup
    cards: list[Printed]  # the notes to print with `as_card`: only the first cloze text, or all questions
    why: Markup  # the code, table or footnote below its text


class Part(NamedTuple):
    """A heading and the lines below it."""

    title: str
    level: int
    notes: list[Printed]  # the notes whose question is the heading
    answered: bool  # whether the lines contain the whole answer to the heading
    lines: list[ChapterLine]


class Chapter(NamedTuple):
    """A file of study notes."""

    page: StudyPage
    source: str  # the HTML of the page's source, which its notes have unless they name further sources
    parts: list[Part]


def chapters(guide: Guide) -> list[Chapter]:
    """The files of study notes with at least one card."""
    by_path: dict[str, dict[int, list[Printed]]] = defaultdict(lambda: defaultdict(list))
    for note in guide.of("note"):
        place = note.note.place.of()
        by_path[place.path][place.line or 1].append(note)
    pages = ((page, by_path[path_of(page, guide.content)]) for page in guide.content.study)
    return [
        Chapter(page, page.source.html if page.source else "", list(_parts(page, cards)))
        for page, cards in pages
        if cards
    ]


def _parts(page: StudyPage, cards: Cards) -> Iterator[Part]:
    """The sections in order; a heading without text on cards is printed as its card."""
    outline = page.outline
    in_text = {item.line for section in outline for item in every(section.blocks)}
    headings = {line: notes for line, notes in cards.items() if line not in in_text}
    parts = {}
    for section in outline:
        at = section.heading.line if section.heading else 0
        # A question with code or choices is printed as on its card, not as a heading.
        is_whole = any("<br>" in note.question for note in headings.get(at, ()))
        part = _part(section, page.name, cards, [] if is_whole else headings.pop(at, []))
        if is_whole:
            part = part._replace(title="", lines=[line for line in part.lines if line.notes])
        if part.notes and not part.answered:  # a link back to the top is in the section, but not in the answer
            part = part._replace(lines=[line for line in part.lines if line.notes])
        if part.notes or any(line.notes for line in part.lines):  # else it is in the answer to a heading above
            parts[section.blocks[0].line] = part
    for line, notes in headings.items():
        alone = _line(f"{page.name}:{line}", Phrase(), notes, depth=0)
        parts[line] = Part(title="", level=0, notes=[], answered=True, lines=[alone])
    yield from (parts[line] for line in sorted(parts))


def _part(section: Section, name: str, cards: Cards, notes: list[Printed]) -> Part:
    text = "".join(to_plain(read_phrase(item.nodes).shown()) for item in every(section.blocks))
    answer = _squeezed("".join(to_plain(note.answer) for note in notes))
    answered = answer in ("", _squeezed(text))
    return Part(
        title=to_plain(notes[0].question) if notes else section.title,
        level=section.heading.level if section.heading else 0,
        notes=notes,
        answered=answered,
        lines=list(_lines(section.blocks, name, cards, 0, "" if answered else answer)),
    )


def _lines(items: Iterable[Block], name: str, cards: Cards, depth: int, printed: str) -> Iterator[ChapterLine]:
    """The items and those below them, without text that is already in `printed`."""
    lines: set[int] = set()
    for item in items:
        if item.line in lines:  # the notes of a line are printed together, such as those of two tables side by side
            continue
        lines.add(item.line)
        phrase, notes = read_phrase(item.nodes), cards.get(item.line, [])
        text = _squeezed(words(item.nodes))
        is_printed = text in printed or (printed and _LABEL.sub("", text) in printed)
        if is_printed and not any(cards.get(inner.line) for inner in every((item,))):
            continue
        line = _line(f"{name}:{item.line}", phrase, notes, depth=depth)
        # The text that is printed besides its own.
        sides = [text for note in notes for text in (note.text, note.answer)] if line.as_card else []
        printed = _squeezed("".join(map(to_plain, (*sides, line.why))))
        yield line
        yield from _lines(item.blocks, name, cards, depth + 1, printed)


def _line(key: str, phrase: Phrase, notes: list[Printed], *, depth: int) -> ChapterLine:
    of_terms = any(note.text and not note.note.numbered for note in notes)
    html = "".join(f"<b>{span.html}</b>" if span.term else span.html for span in phrase.spans)
    return ChapterLine(
        id=notes[0].id if notes else key,
        depth=depth,
        words=paper_html(html),
        notes=notes,
        as_card=bool(notes) and (not of_terms or phrase.plain.endswith(":")),
        cards=[note for note in notes if note.text][:1] or notes,
        why=next((note.why for note in notes if note.why), Markup()),
    )


def _squeezed(words: str) -> str:
    return "".join(words.split())
