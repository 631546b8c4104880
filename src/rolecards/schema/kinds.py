"""The kinds of entries: one row for each kind, with everything that other modules need to know about it."""

from functools import reduce
from typing import Literal

from msgspec import Struct

from rolecards.schema import models as schema

NoteKind = Literal["fact", "who", "set", "contrast", "handoff", "scenario", "note"]
"""A kind of note, with the name that tags and templates use; `note` is a note from study notes."""
Steps = tuple[str, ...]  # the keys from an entry to a value inside it


class EntryKind(Struct, frozen=True, kw_only=True):
    """A kind of entry. If notes are made from it, `generate.GENERATORS` has a function for it."""

    model: type[schema.ContentEntry]
    list_key: str = ""  # the key of the lists that hold its entries; empty if each entry is a file of its own
    role_keys: tuple[str, ...] = ()  # the keys whose values are role ids or lists of role ids
    texts: tuple[Steps, ...]  # what learners read and `check` checks; each value of a list or a mapping
    notes: tuple[NoteKind, ...] = ()  # the kinds of note that it produces; none if it is only printed
    whose: tuple[NoteKind, ...] = ()  # those whose answer is the name of one role; a section of the quiz
    sides: tuple[tuple[Steps, Steps], ...] = ()  # question and answer; several if each role has an answer
    verbatim: bool = False  # whether both sides of its card are the author's text, unchanged
    compared: bool = False  # whether `check` compares its question with the questions of other notes
    listed: bool = False  # whether the study guide lists its notes, without a layout of their own

    def asks_for_role(self, entry: schema.Written, note: NoteKind) -> str:
        """The author's text in the question of a note whose answer is one role; empty for other notes."""
        steps = next((question for question, _ in self.sides if question in self.texts), ())
        return str(reduce(getattr, steps, entry)) if steps and note in self.whose else ""


_SHOWN = " image.shows back_image.shows hint"  # the texts of the pictures and the hint of every entry that makes a note


def _steps(paths: str) -> tuple[Steps, ...]:
    """The steps of each path: `qa.q` leads to the key `q` in `qa`."""
    return tuple(tuple(path.split(".")) for path in paths.split())


KINDS: tuple[EntryKind, ...] = (  # in the order in which the notes of a role are studied
    EntryKind(model=schema.DeckSettings, texts=_steps("title subtitle credit")),
    EntryKind(model=schema.Topic, texts=_steps("intro columns")),
    EntryKind(
        model=schema.PhaseMap,
        texts=_steps("phases.name phases.asks phases.leads phases.helps phases.out phases.to"),
    ),
    EntryKind(
        model=schema.Fact,
        list_key="facts",
        texts=_steps("cloze why qa.q qa.a qa.why reverse reverse_answer typed statement row" + _SHOWN),
        notes=("fact",),
        sides=((("qa", "q"), ("qa", "a")),),
        verbatim=True,
        compared=True,
    ),
    EntryKind(
        model=schema.Role,
        texts=_steps("one_line thirty_seconds loop.text" + _SHOWN),
        notes=("who",),
        whose=("who",),
        sides=((("one_line",), ("name",)),),
    ),
    EntryKind(
        model=schema.Reverse,
        list_key="reverse",
        listed=True,
        texts=_steps("why" + _SHOWN),
        notes=("who", "set"),
        whose=("who",),
        sides=((("of",), ("of",)),),
    ),
    EntryKind(
        model=schema.Contrast,
        list_key="contrasts",
        role_keys=("a", "b"),
        texts=_steps("q a_ans b_ans why common" + _SHOWN),
        notes=("contrast",),
        sides=((("q",), ("a_ans",)), (("q",), ("b_ans",))),
    ),
    EntryKind(
        model=schema.Handoff,
        list_key="handoffs",
        role_keys=("from", "to"),
        texts=_steps("to_name what why" + _SHOWN),
        notes=("handoff",),
        sides=(((), ("what",)),),
    ),
    EntryKind(
        model=schema.Scenario,
        list_key="scenarios",
        role_keys=("role",),
        texts=_steps("text why" + _SHOWN),
        notes=("scenario",),
        whose=("scenario",),
        sides=((("text",), ("role",)),),
        compared=True,
    ),
    EntryKind(model=schema.Practice, list_key="practice", texts=_steps("prompt listen_for tests weak")),
    EntryKind(model=schema.Ask, list_key="ask_them", texts=_steps("text")),
)

BY_MODEL: dict[type, EntryKind] = {kind.model: kind for kind in KINDS}
LISTS: dict[str, EntryKind] = {kind.list_key: kind for kind in KINDS if kind.list_key}
"""By list key, the kinds whose entries are in lists. Each entry has an id and sources."""
