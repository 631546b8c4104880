"""Notes as papers show them: the release's numbers and texts, with what the content says around them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from rolecards import ambiguity, cloze, schema
from rolecards.generate import index_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolecards.content import Content
    from rolecards.notes import Note
    from rolecards.publish import Release

Written = schema.Fact | schema.Role | schema.Contrast | schema.Handoff | schema.Scenario | schema.Reverse
"""What an author wrote that a note is made from."""


class Cite(NamedTuple):
    """A footnote mark: the source's number on this paper, and the place in the source."""

    number: int
    code: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A note on paper. Its texts are HTML, the same as on the card."""

    note: Note
    number: int
    """The card number that Anki shows, too."""
    written: Written
    cites: tuple[Cite, ...]

    @property
    def id(self) -> str:
        """The note's id, by which problems find its place."""
        return self.note.id

    @property
    def core(self) -> bool:
        """Whether it belongs to the core deck."""
        return self.note.tier == "seed"

    @property
    def cards(self) -> int:
        """How many cards the note has."""
        return len(self.note.ordinals)

    @property
    def text(self) -> Markup:
        """A cloze note's sentence with the hidden words in bold; empty for a question."""
        return Markup(cloze.reveal(self.note.pieces, lambda words, _: f"<b>{words}</b>") if self.note.text else "")  # noqa: S704 - a field's HTML

    @property
    def question(self) -> Markup:
        """The front of a Q&A note."""
        return Markup(self.note.front)  # noqa: S704 - a field's HTML

    @property
    def answer(self) -> Markup:
        """The back of a Q&A note."""
        return Markup(self.note.back)  # noqa: S704 - a field's HTML

    @property
    def why(self) -> Markup:
        """Why it is so."""
        return Markup(self.note.why)  # noqa: S704 - a field's HTML


class Claim(NamedTuple):
    """A row of the comparison matrix: what is said, and of which roles."""

    relation: str
    value: str
    roles: tuple[str, ...]


class Standing(NamedTuple):
    """A role's place in one column of the skills chart."""

    role: schema.Role
    rank: int
    shared: bool
    """Whether another role has the same rank."""


class Day(NamedTuple):
    """What a learner meets on one day."""

    number: int
    cards: int
    notes: tuple[Printed, ...]
    """Those of which the first card comes up on this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The content together with its notes: what the templates of all papers are given."""

    content: Content
    notes: tuple[Printed, ...]
    """In the order of study."""

    def of(self, kind: str, *, role: str = "", topic: str = "", slot: str = "") -> list[Printed]:
        """The notes of a kind which belong to a role, a topic and a slot, where these are given."""
        return [
            each
            for each in self.notes
            if each.note.kind == kind
            and (not role or role in each.note.roles)
            and (not topic or topic == each.note.topic)
            and (not slot or slot == each.note.slot)
        ]

    def sources(self) -> list[tuple[int, schema.Source, list[Printed]]]:
        """The sources cited, by number, each with the notes that rest on it."""
        numbers = {cite.code: cite.number for each in self.notes for cite in each.cites}
        return [
            (numbers[code], self.content.sources[code], [n for n in self.notes if code in {c.code for c in n.cites}])
            for code in sorted(numbers, key=numbers.__getitem__)
        ]

    def claims(self) -> list[tuple[str, list[Claim]]]:
        """What the facts' `index` says, by relation; those of which most is said come first."""
        index = index_of(self.content)
        spelling = {
            ambiguity.claims({relation: [value]})[0]: value
            for role in reversed(self.content.roles.values())
            for fact in role.facts
            for relation, values in fact.index.items()
            for value in values
        }
        rows = [Claim(claim[0], spelling[claim], roles) for claim, roles in index.items()]
        groups = {relation: [row for row in rows if row.relation == relation] for relation in {r.relation: 0 for r in rows}}
        return sorted(groups.items(), key=lambda group: -len(group[1]))

    def standings(self) -> dict[str, list[Standing]]:
        """Per skill of the chart, the roles from the first to the last."""
        ranked = [role for role in self.content.roles.values() if role.skills]
        skills = dict.fromkeys(skill for role in ranked if role.skills for skill in role.skills.ranks)
        return {skill: _standings(skill, ranked) for skill in skills}

    def days(self, a_day: int) -> list[Day]:
        """The plan of study at so many new cards a day."""
        begun = list(_day_of_each(self.notes, a_day))
        total = sum(each.cards for each in self.notes)
        return [
            Day(day + 1, min(a_day, total - day * a_day), tuple(note for _, note in group))
            for day, group in groupby(begun, key=lambda pair: pair[0])
        ]


def guide(content: Content, release: Release) -> Guide:
    """The release's notes in the order in which Anki brings them up: core first, then by number."""
    written = dict(_written(content))
    order = {"seed": 0, "course": 1, "beyond": 2}
    published = sorted(release.published, key=lambda each: (order[each.note.tier], each.entry.number))
    numbers: dict[str, int] = {}
    return Guide(
        content=content,
        notes=tuple(
            Printed(
                note=each.note,
                number=each.entry.number,
                written=written[each.note.id],
                cites=_cites(getattr(written[each.note.id], "src", ()), numbers),
            )
            for each in published
        ),
    )


def _written(content: Content) -> Iterator[tuple[str, Written]]:
    """By the id of the note made from it, everything an author wrote."""
    for _, fact in content.facts():
        yield fact.id, fact
    for role in content.roles.values():
        yield f"who-{role.id}", role
    for entry in (*content.contrasts, *content.handoffs, *content.scenarios, *content.reverses):
        yield entry.id, entry


def _cites(codes: Sequence[str], numbers: dict[str, int]) -> tuple[Cite, ...]:
    """Footnote marks; a source gets the next number when it is first cited."""
    parted = [code.partition("#") for code in codes]
    found = {code: Cite(numbers.setdefault(code, len(numbers) + 1), code, place) for code, _, place in parted}
    return tuple(sorted(found.values()))


def _standings(skill: str, roles: Sequence[schema.Role]) -> list[Standing]:
    ranks: Mapping[str, int] = {role.id: role.skills.ranks[skill] for role in roles if role.skills and skill in role.skills.ranks}
    counts = list(ranks.values())
    standings = [Standing(role, ranks[role.id], counts.count(ranks[role.id]) > 1) for role in roles if role.id in ranks]
    return sorted(standings, key=lambda each: each.rank)


def _day_of_each(notes: Sequence[Printed], a_day: int) -> Iterator[tuple[int, Printed]]:
    before = 0
    for note in notes:
        yield before // a_day, note
        before += note.cards
