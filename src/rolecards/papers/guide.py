"""Notes as papers show them: the release's texts and numbers, beside what their authors wrote."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from rolecards.notes.note import TIER_DECKS
from rolecards.schema.kinds import LISTS
from rolecards.text import cloze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rolecards.content import Content
    from rolecards.notes.note import Note
    from rolecards.release.release import Release
    from rolecards.schema import models as schema

_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]")
"""Math in a field: Anki typesets it, and paper shows its TeX."""

_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")


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
    """The card number, which Anki shows too."""
    cites: tuple[Cite, ...]

    @property
    def id(self) -> str:
        """The note's id, by which problems find its place."""
        return self.note.id

    @property
    def written(self) -> schema.Written | None:
        """The entry that it was made from; None if it comes from study notes."""
        return self.note.written

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
        """A cloze note's sentence with all hidden words in bold; empty for a question."""
        return self.revealed(None) if self.note.text else _safe("")

    def revealed(self, number: int | None) -> Markup:
        """A cloze note's sentence with the words in bold that one card hides, or those of all cards."""

        def shown(words: str, deletion: cloze.Deletion) -> str:
            return f"<b>{words}</b>" if number is None or number in deletion.numbers else words

        return _safe(cloze.reveal(self.note.pieces, shown))

    def gapped(self, gap: Callable[[str], str], number: int | None = None) -> Markup:
        """A cloze note's sentence with gaps, all of them or those of one card; `gap` makes one from its hint."""
        return _safe(cloze.blank(self.note.pieces, number, lambda deletion: str(gap(_safe(deletion.hint)))))

    @property
    def hidden(self) -> list[Markup]:
        """The words that a cloze note hides, in the order of the gaps."""
        pieces = self.note.pieces
        return [_safe(cloze.reveal(piece.content)) for piece in pieces if isinstance(piece, cloze.Deletion)]

    @property
    def question(self) -> Markup:
        """The front of a Q&A note."""
        return _safe(self.note.front)

    @property
    def answer(self) -> Markup:
        """The back of a Q&A note."""
        return _safe(self.note.back)

    @property
    def why(self) -> Markup:
        """Why it is so."""
        return _safe(self.note.why)

    @property
    def context(self) -> Markup:
        """What a note from study notes is about, where its text does not say it."""
        return _safe(self.note.context)

    @property
    def source(self) -> Markup:
        """The line that names its source on the card, with links."""
        return _safe(self.note.source)


def _safe(field_html: str) -> Markup:
    """A field's HTML, which templates need not escape again."""
    shown = _FORMULA.sub(lambda found: f"<em>{found[1] or found[2]}</em>", field_html)
    return Markup(well_nested(shown))  # noqa: S704 - made by our own Markdown reader


def well_nested(html: str) -> str:
    """The HTML with its elements closed in order: a note-taker's lone `<sub>` breaks no card, but would a page."""
    if "<su" not in html and "</su" not in html:
        return html
    inside: list[str] = []

    def mended(tag: re.Match[str]) -> str:
        end, name = tag.groups()
        if not end:
            inside.extend([name] if name != "br" else [])
            return tag[0]
        ends: list[str] = []
        while name in inside and (not ends or ends[-1] != f"</{name}>"):
            ends.append(f"</{inside.pop()}>")
        return "".join(ends)

    closed = _TAG.sub(mended, html)
    return closed + "".join(f"</{name}>" for name in reversed(inside))


class Guide:
    """The content together with its notes: what the templates of all papers are given."""

    def __init__(self, content: Content, notes: Sequence[Printed]) -> None:
        self.content = content
        self.notes = notes
        """In the order of study."""
        self._by_entry = {note.written.id: note for note in notes if note.written}
        self._by_kind: dict[str, list[Printed]] = defaultdict(list)
        for note in notes:
            self._by_kind[note.note.kind].append(note)

    def note(self, entry_id: str) -> Printed:
        """The note that was made from the entry with this id."""
        return self._by_entry[entry_id]

    @property
    def listed(self) -> dict[str, list[Printed]]:
        """By list key, the notes of the kinds of entry that no part of the study guide has a place for."""
        keys = [key for key, kind in LISTS.items() if kind.notes and kind.listed and self.content.entries[key]]
        return {key: [self.note(entry.id) for entry in self.content.entries[key]] for key in keys}

    def of(self, kind: str, *, role: str = "", topic: str = "", slot: str = "") -> list[Printed]:
        """The notes of a kind which belong to a role, a topic and a slot, where these are given."""
        return [
            each
            for each in self._by_kind[kind]
            if (not role or role in each.note.roles)
            and (not topic or topic == each.note.topic)
            and (not slot or slot == each.note.slot)
        ]

    def sources(self) -> list[tuple[int, schema.Source, list[Printed]]]:
        """The sources cited, by number, each with the notes that rest on it."""
        citing: dict[tuple[int, str], list[Printed]] = defaultdict(list)
        for note in self.notes:
            for cite in note.cites:
                citing[cite.number, cite.code].append(note)
        return [(number, self.content.sources[code], notes) for (number, code), notes in sorted(citing.items())]


def guide(content: Content, release: Release) -> Guide:
    """The release's notes in the order in which Anki brings them up: by tier, then by number."""
    tiers = list(TIER_DECKS)
    published = sorted(release.published, key=lambda each: (tiers.index(each.note.tier), each.entry.number))
    numbers: dict[str, int] = {}
    notes = tuple(
        Printed(
            note=each.note,
            number=each.entry.number,
            cites=_cites(getattr(each.note.written, "src", ()), numbers),
        )
        for each in published
    )
    return Guide(content, notes)


def _cites(codes: Sequence[str], numbers: dict[str, int]) -> tuple[Cite, ...]:
    """Footnote marks, one a source; a source gets the next number when it is first cited."""
    parted = [code.partition("#") for code in codes]
    found: Mapping[str, Cite] = {
        code: Cite(numbers.setdefault(code, len(numbers) + 1), code, place) for code, _, place in parted
    }
    return tuple(sorted(found.values()))
