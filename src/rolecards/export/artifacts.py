"""What is made from an edition: one function a file, under the name that `--only` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.diagnostics import counted
from rolecards.edition import Edition

if TYPE_CHECKING:
    from rolecards.export.apkg import Row
    from rolecards.lock import Form
    from rolecards.look import Look
    from rolecards.papers.press import Press, Printout


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """How the papers are wanted."""

    paper: str = "a4"
    seed: int | None = None
    """Gives the quiz another order."""
    layout: str = "fold"
    """How the two sides of a card to cut out come together."""
    size: str = ""
    """That of the cards; empty for the usual one."""
    offset_x: float = 0
    offset_y: float = 0
    """By how much the backs of cards are moved, in mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file for learners."""

    file_name: str
    data: bytes
    digest: str
    """Of its content: equal on every machine, as the bytes may not be."""
    summary: str


def _deck(made: Edition, _: Printing) -> Artifact:
    from rolecards.export import apkg  # noqa: PLC0415 - loads genanki

    deck, looks = made.content.deck, _looks(made)
    oldest_first = sorted(made.release.published, key=lambda item: item.entry.created)
    rows = (apkg.row(item, deck.name, deck.id, looks[item.entry.form]) for item in oldest_first)
    return _packed(made, f"{deck.id}.apkg", made.wording.description(), rows)


def _retired(made: Edition, _: Printing) -> Artifact | None:
    """The package that takes retired notes away from learners; none while there are no such notes."""
    from rolecards.export import apkg  # noqa: PLC0415

    deck, looks = made.content.deck, _looks(made)
    gone = [entry for entry in made.release.lock.entries.values() if entry.retired]
    oldest_first = sorted(gone, key=lambda entry: entry.created)
    rows = (apkg.retired_row(entry, deck.name, deck.id, looks[entry.form]) for entry in oldest_first)
    return _packed(made, f"{deck.id}-retired.apkg", "", rows) if gone else None


def _handout(made: Edition, printing: Printing) -> Artifact:
    from rolecards.papers.handout import handout  # noqa: PLC0415 - loads the page builder

    return _printed(made, "handout", handout(_press(made, printing)))


def _quiz(made: Edition, printing: Printing) -> Artifact:
    from rolecards.papers.quiz import quiz  # noqa: PLC0415

    return _printed(made, "quiz", quiz(_press(made, printing), printing.seed))


def _cards(made: Edition, printing: Printing) -> Artifact:
    from rolecards.papers.cutouts import Cut, cutouts  # noqa: PLC0415
    from rolecards.papers.imposition import Spot  # noqa: PLC0415

    cut = Cut(way=printing.layout, size=printing.size, offset=Spot(printing.offset_x, printing.offset_y))
    return _printed(made, "cards", cutouts(_press(made, printing), cut))


def _press(made: Edition, printing: Printing) -> Press:
    from rolecards.papers.guide import guide  # noqa: PLC0415
    from rolecards.papers.press import PAPERS, Press  # noqa: PLC0415

    return Press(
        guide=guide(made.content, made.release),
        templates=made.templates,
        folder=made.lock_path.parent,
        paper=PAPERS[printing.paper],
        modified=made.release.modified,
    )


def _printed(made: Edition, name: str, printout: Printout) -> Artifact:
    return Artifact(
        file_name=f"{made.content.deck.id}-{name}.pdf",
        data=printout.data,
        digest=printout.digest,
        summary=counted(printout.pages, "page"),
    )


def _packed(made: Edition, file_name: str, description: str, rows: Iterable[Row]) -> Artifact:
    from rolecards.export import apkg  # noqa: PLC0415

    types = [(look, made.release.lock.types[form]) for form, look in _looks(made).items()]
    package = apkg.package(made.content.deck.name, description, types, rows)
    summary = f"{counted(package.notes, 'note')}, {counted(package.cards, 'card')}"
    return Artifact(file_name=file_name, data=package.data, digest=package.digest, summary=summary)


def _looks(made: Edition) -> dict[Form, Look]:
    return {"cloze" if look.note_type.is_cloze else "qa": look for look in made.looks}


Maker = Callable[[Edition, Printing], Artifact | None]

MAKERS: Mapping[str, Maker] = {
    "apkg": _deck,
    "retired": _retired,
    "handout": _handout,
    "quiz": _quiz,
    "cards": _cards,
}
"""Per name that `--only` takes, the function that makes the artifact, where there is one to make."""
