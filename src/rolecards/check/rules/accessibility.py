"""Rules for learners who use a screen reader, cannot distinguish colours, or read on paper or a small screen."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from rolecards.check.deck import AuthorText, CheckedNote, Deck, entries, values_at
from rolecards.check.rule import Finding, rule
from rolecards.problems import counted
from rolecards.schema import models as schema
from rolecards.schema.kinds import Steps
from rolecards.text.plain import to_plain

_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\([^()\s]+\)")
_EMPTY_NAMES = frozenset({"", "here", "click here", "this", "link", "this link", "read more", "more", "see here"})
_SHOUTED = re.compile(r"(?:\b[A-Z]{4,}\b\W+){2,}\b[A-Z]{4,}\b")
_CAPITALS = re.compile("[A-Z][A-Z]{3}")
_CUES = ("above", "below", " card", "hand", "in red", "in green", "in blue", "in yellow", "in grey")
"""Every text that `_ELSEWHERE` matches contains one of these; searching for them first is much faster."""
_ELSEWHERE = re.compile(
    r"\b(?:see|as|shown|listed|mentioned|described|given) (?:above|below)\b|\b(?:previous|next|last|other) card\b"
    r"|\bon the (?:left|right)[- ]hand side\b"
    r"|\b(?:shown|marked|highlighted|printed) in (?:red|green|blue|yellow|grey)\b",
    re.IGNORECASE,
)


@rule("RC750", over="text")
def link_without_name(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for match in _LINK.finditer(text.value) if "](" in text.value else ():
        name = match[1].strip().casefold()
        if name in _EMPTY_NAMES or name.startswith(("http://", "https://", "www.")):
            message = f"the link text “{match[1]}” does not describe its target"
            yield text.finding(*match.span(), message, "describe the linked page")


@rule("RC753", over="note")
def picture_gives_answer(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    note = item.note
    answers = [deck.terms_of(card.answer) for card in item.cards] if note.media else []
    answers += [deck.terms_of(note.reverse_answer or note.front)] if note.reverse else []
    for shown in note.asked_pictures if note.media else ():
        name = re.sub(r"[\W_]+", " ", PurePosixPath(shown.file.path).stem)
        for key, seen in (("shows", deck.terms_of(shown.alt)), ("file", deck.terms_of(name))):
            steps = ("image", key) if shown is note.image else item.cards[0].question_at
            if told := next((answer for answer in answers if answer and answer <= seen), ()):
                what = "this" if shown is note.image else f"the picture `{shown.file.path}`"
                message = f"{what} contains the answer: {', '.join(sorted(told))}"
                yield Finding(item.entry, steps, message, "use other words")


@rule("RC751", over="text")
def shouted(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for match in _SHOUTED.finditer(text.prose) if _CAPITALS.search(text.prose) else ():
        yield text.finding(*match.span(), "these words are in capital letters", "use **bold** for emphasis")


@rule("RC752", over="text")
def points_elsewhere(text: AuthorText, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    folded = text.prose.casefold()
    for match in _ELSEWHERE.finditer(text.prose) if any(cue in folded for cue in _CUES) else ():
        message = f"“{match[0]}” refers to something that is not on the card"
        yield text.finding(*match.span(), message, "name it instead")


class PaperLimit(NamedTuple):
    """The room that papers have for a text or a list."""

    model: type[schema.ContentEntry]
    steps: Steps
    most: int
    unit: str = "character"  # what is counted; an `item` of a list, or something in each text that the steps lead to
    least: int = 0


ROOM = (
    PaperLimit(schema.Fact, ("statement",), 140),
    PaperLimit(schema.Role, ("thirty_seconds",), 60, "word", 35),
    PaperLimit(schema.Role, ("short",), 18),
    PaperLimit(schema.Role, ("loop",), 6, "item"),
    PaperLimit(schema.Role, ("loop", "text"), 70),
    PaperLimit(schema.Topic, ("columns",), 3, "item"),
    PaperLimit(schema.Contrast, ("common",), 60),
    PaperLimit(schema.Source, ("short",), 22),
    PaperLimit(schema.PhaseMap, ("phases",), 7, "item", 4),
    PaperLimit(schema.PhaseMap, ("phases", "name"), 10),
    PaperLimit(schema.PhaseMap, ("phases", "leads"), 45),
    PaperLimit(schema.PhaseMap, ("phases", "helps"), 45),
)


_ROOM_OF = {model: [room for room in ROOM if room.model is model] for model in {room.model for room in ROOM}}


@rule("RC754", over="deck")
def no_room_on_paper(deck: Deck) -> Iterator[Finding]:
    sources = ((f"source {code}", source) for code, source in deck.content.sources.items())
    for key, entry in (*entries(deck.content), *sources):
        for room in _ROOM_OF.get(type(entry), ()):
            listed = room.unit == "item"
            values = [(room.steps, getattr(entry, room.steps[0]))] if listed else values_at(entry, room.steps, ())
            for route, value in values:
                size = len(value if listed else to_plain(value).split() if room.unit == "word" else to_plain(value))
                if size and not room.least <= size <= room.most:
                    limit = f"more than {room.most}" if size > room.most else f"fewer than {room.least}"
                    message = f"`{room.steps[-1]}` has {counted(size, room.unit)}, {limit}"
                    yield Finding(key, route, message, words="" if listed else value)
