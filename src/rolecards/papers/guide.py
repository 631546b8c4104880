"""Notes as papers show them, with their numbers in the release and their entries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from rolecards.content import Content
from rolecards.notes.note import Note, Shown
from rolecards.release.choice import Choice
from rolecards.release.release import Release
from rolecards.schema import models as schema
from rolecards.schema.kinds import LISTS
from rolecards.source.credits import Credit
from rolecards.text import cloze
from rolecards.text.paper import paper_html


class Cited(NamedTuple):
    """A source, and everything on paper that cites it."""

    source: schema.Source
    notes: list["Printed"]
    prompts: list[int]  # the numbers of the prompts
    roles: list[schema.Role]  # the roles for whose interviews, questions or ranks it is cited


def _on_paper(field: str) -> Any:  # noqa: ANN401 - a property
    """A field of the note as the HTML of papers."""
    return property(lambda printed: paper_html(getattr(printed.note, field)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Printed:
    """A note on paper, compared by identity. Its texts are HTML, the same as on the card."""

    note: Note
    number: int  # the number of the note, as in Anki
    cards: int  # how many cards it has
    core: bool  # whether it belongs to the first part of the deck
    chosen: bool  # whether it is in the reader's choice; other notes only provide their numbers

    question = _on_paper("front")
    answer = _on_paper("back")
    reverse = _on_paper("reverse")
    choices = _on_paper("choices")
    why = _on_paper("why")
    context = _on_paper("context")
    head = _on_paper("head")
    source = _on_paper("source")

    @property
    def id(self) -> str:
        """The id of the note, with which problems find its place."""
        return self.note.id

    @property
    def written(self) -> schema.Written | None:
        """The entry of the note; None for a note from study notes."""
        return self.note.written

    @property
    def reverse_answer(self) -> Markup:
        """The answer of the second card."""
        return paper_html(self.note.reverse_answer or self.note.front)

    @property
    def text(self) -> Markup:
        """The text of a cloze note with its hidden words in bold; empty for a Q&A note."""
        return paper_html(cloze.reveal(self.note.pieces, lambda words, _: f"<b>{words}</b>"))

    def gapped(self, gap: Callable[[str], str]) -> Markup:
        """The text of a cloze note with all its gaps; `gap` renders a gap from its hint."""
        return paper_html(cloze.blank(self.note.pieces, None, lambda deletion: str(gap(paper_html(deletion.hint)))))

    @property
    def hidden(self) -> list[Markup]:
        """The words that a cloze note hides, in the order of the gaps."""
        pieces = self.note.pieces
        return [paper_html(cloze.reveal(piece.content)) for piece in pieces if isinstance(piece, cloze.Deletion)]

    @property
    def has_blocks(self) -> bool:
        """Whether the answer has a list, table, code or picture, which cannot be bold as a whole."""
        return any(tag in self.note.back for tag in ("<ul", "<ol", "<table", "<pre", "<blockquote", "<img"))

    def pictures(self, side: str = "") -> list[Shown]:
        """The pictures of the question (`front`), of the answer (`back`), or of both."""
        sides = {"front": self.note.image, "back": self.note.back_image}
        return [shown for name, shown in sides.items() if shown and side in ("", name)]


_ON_ROLE_PAGE = frozenset({"fact", "contrast", "handoff", "who"})  # the kinds of note that the page of a role prints


class Guide:
    """The content and its notes, for the templates of all papers."""

    def __init__(self, content: Content, everything: Sequence[Printed], choice: Choice) -> None:
        self.content = content
        self.choice = choice
        self.notes = [note for note in everything if note.chosen]  # in study order
        self.roles = [role for key, role in content.roles.items() if not choice.roles or key in choice.roles]
        """The roles that have pages."""
        prompts = (prompt.id for role in content.roles.values() for prompt in role.practice)
        numbers = {prompt: number for number, prompt in enumerate(prompts, start=1)}
        self.prompts = {prompt.id: numbers[prompt.id] for role in self.roles for prompt in role.practice}
        """The numbers of the printed prompts, which are the same as when all prompts are printed."""
        self._by_entry = {note.written.id: note for note in everything if note.written}
        self._by_kind: dict[str, list[Printed]] = defaultdict(list)
        for note in self.notes:
            self._by_kind[note.note.kind].append(note)

    def note(self, entry_id: str) -> Printed | None:
        """The note that was made from the entry with this id, chosen or not; None if it has none."""
        return self._by_entry.get(entry_id)

    @property
    def listed(self) -> dict[str, list[Printed]]:
        """By list key, the notes of the kinds of entry without a layout of their own in the study guide."""
        kinds = {key: kind.model for key, kind in LISTS.items() if kind.notes and kind.listed}
        listed = {key: [note for note in self.notes if isinstance(note.written, kinds[key])] for key in kinds}
        return {key: notes for key, notes in listed.items() if notes}

    def of(self, kind: str, *, role: str = "", topic: str = "", slot: str = "") -> list[Printed]:
        """The notes of a kind; only those of a role, topic or slot if one is named."""
        notes = (each for each in self._by_kind[kind] if role in ("", *each.note.roles))
        return [each for each in notes if topic in ("", each.note.topic) and slot in ("", each.note.slot)]

    def credits(self) -> list[tuple[Credit, list[Printed]]]:
        """The credits of pictures and sounds, each with the notes that show them, in the order of the notes."""
        by_path: dict[str, list[Printed]] = defaultdict(list)
        for note in self.notes:
            for path in dict.fromkeys(file.path for file in note.note.media):
                by_path[path].append(note)
        listed = self.content.credits
        return [(listed[path], notes) for path, notes in by_path.items() if path in listed]

    def sources(self, role: str = "") -> list[Cited]:
        """What cites each source, on all papers or on the page of a role."""
        cited: dict[str, Cited] = {code: Cited(each, [], [], []) for code, each in self.content.sources.items()}
        for note in self.notes:
            if not role or (role in note.note.roles and note.note.kind in _ON_ROLE_PAGE):
                for code in _codes(note.note.src):
                    cited[code].notes.append(note)
        for each in self.roles if not role else [self.content.roles[role]]:
            for prompt in each.practice:
                for code in _codes(prompt.src):
                    cited[code].prompts.append(self.prompts[prompt.id])
            for code in _codes(code for part in (*each.loop, *each.ask_them, each.skills) if part for code in part.src):
                cited[code].roles.append(each)
        return [each for each in cited.values() if each.notes or each.prompts or each.roles]


def guide(content: Content, release: Release, choice: Choice) -> Guide:
    """The notes of the release in study order, with the chosen ones marked for printing."""
    chosen = {item.note.id for item in choice.of(content, release)}
    core = content.deck.part_keys[0]
    everything = [
        Printed(note=note, number=number, cards=len(note.ordinals), core=note.part == core, chosen=note.id in chosen)
        for note, number in ((each.note, each.entry.number) for each in Choice().of(content, release))
    ]
    return Guide(content, everything, choice)


def _codes(references: Iterable[str]) -> dict[str, None]:
    """The codes of the sources, each once."""
    return dict.fromkeys(reference.partition("#")[0] for reference in references)
