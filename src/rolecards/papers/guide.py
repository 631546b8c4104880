"""Notes as papers show them, with their numbers in the release and their entries."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from rolecards.schema.kinds import LISTS
from rolecards.text import cloze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rolecards.content import Content
    from rolecards.notes.note import Note, Shown
    from rolecards.release.release import Release
    from rolecards.schema import models as schema
    from rolecards.source.credits import Credit

_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]")
"""Math in a field: Anki typesets it, papers print its TeX source."""

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
    """The number of the note, as in Anki."""
    cites: tuple[Cite, ...]
    core: bool
    """Whether it belongs to the first part of the deck."""

    @property
    def id(self) -> str:
        """The id of the note, with which problems find its place."""
        return self.note.id

    @property
    def written(self) -> schema.Written | None:
        """The entry of the note; None for a note from study notes."""
        return self.note.written

    @property
    def cards(self) -> int:
        """The number of cards of the note."""
        return len(self.note.ordinals)

    @property
    def text(self) -> Markup:
        """The text of a cloze note with all hidden words in bold; empty for a Q&A note."""
        return self.revealed(None) if self.note.text else _safe("")

    def revealed(self, number: int | None) -> Markup:
        """The text of a cloze note with the hidden words in bold, of one card or of all cards."""

        def shown(words: str, deletion: cloze.Deletion) -> str:
            return f"<b>{words}</b>" if number is None or number in deletion.numbers else words

        return _safe(cloze.reveal(self.note.pieces, shown))

    def gapped(self, gap: Callable[[str], str], number: int | None = None) -> Markup:
        """The text of a cloze note with the gaps of one card or all cards; `gap` renders a gap from its hint."""
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
    def reverse(self) -> Markup:
        """The question of the second card of a Q&A note; empty if it has none."""
        return _safe(self.note.reverse)

    @property
    def reverse_answer(self) -> Markup:
        """The answer of the second card."""
        return _safe(self.note.reverse_answer or self.note.front)

    def pictures(self, side: str = "") -> list[Shown]:
        """The pictures of the question (`front`), of the answer (`back`), or of both."""
        sides = {"front": self.note.image, "back": self.note.back_image}
        return [shown for name, shown in sides.items() if shown and side in ("", name)]

    @property
    def why(self) -> Markup:
        """The reason or further text below the answer."""
        return _safe(self.note.why)

    @property
    def context(self) -> Markup:
        """The subject of a note from study notes, if its text does not name it."""
        return _safe(self.note.context)

    @property
    def source(self) -> Markup:
        """The line that cites its sources on the card, with links."""
        return _safe(self.note.source)


def _safe(field_html: str) -> Markup:
    """The HTML of a field, which templates must not escape again."""
    printed = _FORMULA.sub(lambda match: f"<em>{match[1] or match[2]}</em>", field_html)
    return Markup(well_nested(printed))  # noqa: S704 - from our own Markdown reader


def well_nested(html: str) -> str:
    """The HTML with its elements closed in order. An unclosed `<sub>` is harmless on a card, but not on a page."""
    if "<su" not in html and "</su" not in html:
        return html
    open_names: list[str] = []

    def closed_tag(tag: re.Match[str]) -> str:
        end, name = tag.groups()
        if not end:
            open_names.extend([name] if name != "br" else [])
            return tag[0]
        ends: list[str] = []
        while name in open_names and (not ends or ends[-1] != f"</{name}>"):
            ends.append(f"</{open_names.pop()}>")
        return "".join(ends)

    closed = _TAG.sub(closed_tag, html)
    return closed + "".join(f"</{name}>" for name in reversed(open_names))


class Guide:
    """The content and its notes, for the templates of all papers."""

    def __init__(self, content: Content, notes: Sequence[Printed]) -> None:
        self.content = content
        self.notes = notes
        """In study order."""
        self._by_entry = {note.written.id: note for note in notes if note.written}
        self._by_kind: dict[str, list[Printed]] = defaultdict(list)
        for note in notes:
            self._by_kind[note.note.kind].append(note)

    def note(self, entry_id: str) -> Printed | None:
        """The note that was made from the entry with this id; None if it has none."""
        return self._by_entry.get(entry_id)

    @property
    def listed(self) -> dict[str, list[Printed]]:
        """By list key, the notes of the kinds of entry without a layout of their own in the study guide."""
        keys = [key for key, kind in LISTS.items() if kind.notes and kind.listed and self.content.entries[key]]
        return {key: [self._by_entry[entry.id] for entry in self.content.entries[key]] for key in keys}

    def of(self, kind: str, *, role: str = "", topic: str = "", slot: str = "") -> list[Printed]:
        """The notes of a kind; only those of a role, topic or slot if one is named."""
        return [
            each
            for each in self._by_kind[kind]
            if (not role or role in each.note.roles)
            and (not topic or topic == each.note.topic)
            and (not slot or slot == each.note.slot)
        ]

    def credits(self) -> list[tuple[Credit, list[Printed]]]:
        """The credits of pictures and sounds, each with the notes that show them, in the order of the notes."""
        by_path: dict[str, list[Printed]] = defaultdict(list)
        for note in self.notes:
            for path in dict.fromkeys(file.path for file in note.note.media):
                by_path[path].append(note)
        listed = self.content.credits
        return [(listed[path], notes) for path, notes in by_path.items() if path in listed]

    def sources(self) -> list[tuple[int, schema.Source, list[Printed]]]:
        """The cited sources in the order of their numbers, each with the notes that cite it."""
        citing: dict[tuple[int, str], list[Printed]] = defaultdict(list)
        for note in self.notes:
            for cite in note.cites:
                citing[cite.number, cite.code].append(note)
        return [(number, self.content.sources[code], notes) for (number, code), notes in sorted(citing.items())]


def guide(content: Content, release: Release) -> Guide:
    """The notes of the release in the order in which Anki shows them: by part, then by number."""
    parts = content.deck.part_keys
    published = sorted(release.published, key=lambda each: (parts.index(each.note.part), each.entry.number))
    numbers: dict[str, int] = {}
    notes = tuple(
        Printed(
            note=each.note,
            number=each.entry.number,
            cites=_cites(getattr(each.note.written, "src", ()), numbers),
            core=each.note.part == parts[0],
        )
        for each in published
    )
    return Guide(content, notes)


def _cites(codes: Sequence[str], numbers: dict[str, int]) -> tuple[Cite, ...]:
    """One footnote mark for each source; a source gets the next number when it is first cited."""
    references = [code.partition("#") for code in codes]
    cites: Mapping[str, Cite] = {
        code: Cite(numbers.setdefault(code, len(numbers) + 1), code, place) for code, _, place in references
    }
    return tuple(sorted(cites.values()))
