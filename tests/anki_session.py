"""Drives the real Anki library through the steps given as JSON on standard input; prints each step's result as JSON.

A program of its own, run by tests as a child process: Anki's licence (AGPL) stays out of the project, and its state
out of the tests.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import anki.collection  # first: anki.cards can't be imported before it
import anki.lang
from anki.cards import Card
from anki.collection import Collection
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.scheduler.v3 import CardAnswer

anki.lang.set_lang("en")


def import_package(col: Collection, path: str) -> dict[str, int]:
    """With Anki's default options."""
    request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
    log = col.import_anki_package(request).log
    return {kind: len(getattr(log, kind)) for kind in ("new", "updated", "duplicate", "conflicting")}


def study(col: Collection, _: Any) -> int:
    """Answer every new card once."""
    config = col.decks.config_dict_for_deck_id(col.decks.id("Default"))
    config["new"] |= {"perDay": 9_999, "bury": False}
    config["rev"] |= {"perDay": 9_999, "bury": False}
    col.decks.update_config(config)
    answered = 0
    for deck in col.decks.all_names_and_ids():
        col.decks.select(deck.id)
        while queued := col.sched.get_queued_cards(fetch_limit=1).cards:
            card = Card(col)
            card._load_from_backend_card(queued[0].card)
            card.start_timer()
            answer = col.sched.build_answer(card=card, states=queued[0].states, rating=CardAnswer.EASY)
            col.sched.answer_card(answer)
            answered += 1
    return answered


def edit(col: Collection, change: dict[str, str]) -> None:
    """As a learner would, now: a field, and a tag of the learner's own."""
    note = note_called(col, change["id"])
    note[change["field"]] = change["value"]
    note.add_tag("mine")
    col.update_note(note)


def note_called(col: Collection, note_id: str) -> Any:
    (found,) = [note for nid in col.find_notes("") if (note := col.get_note(nid))["Id"] == note_id]
    return found


def state(col: Collection, _: Any) -> dict[str, Any]:
    """All that a learner has."""
    col.models._clear_cache()
    notes = {note["Id"]: note for nid in col.find_notes("") if (note := col.get_note(nid))}
    return {
        "notes": {key: dict(note.items()) | {"guid": note.guid, "mod": note.mod} for key, note in notes.items()},
        "tags": {key: sorted(note.tags) for key, note in notes.items()},
        "cards": {f"{key}#{card.ord}": card_state(col, card) for key, note in notes.items() for card in note.cards()},
        "reviews": col.db.scalar("select count() from revlog"),
        "note_types": {
            model["name"]: {
                "fields": [field["name"] for field in model["flds"]],
                "css": model["css"],
                "fronts": [template["qfmt"] for template in model["tmpls"]],
            }
            for model in col.models.all()
            if col.models.use_count(model)
        },
        "empty": sorted(empty_cards(col)),
        "database": col.fix_integrity(),
        "deck": {deck["name"]: deck["desc"] for deck in col.decks.all()},
        "media": sorted(path.name for path in Path(col.media.dir()).iterdir()),
    }


def card_state(col: Collection, card: Card) -> dict[str, Any]:
    shown = card.render_output()
    return {
        "scheduling": [card.type, card.queue, card.due, card.ivl, card.factor, card.reps, card.lapses],
        "position": card.due if card.type == 0 else None,
        "deck": col.decks.name(card.did),
        "question": shown.question_text,
        "answer": shown.answer_text,
    }


def empty_cards(col: Collection) -> list[str]:
    cards = [col.get_card(card) for note in col.get_empty_cards().notes for card in note.card_ids]
    return [f"{card.note()['Id']}#{card.ord}" for card in cards]


def remove_empty_cards(col: Collection, _: Any) -> list[str]:
    """Tools, Empty Cards, Delete."""
    names = sorted(empty_cards(col))
    col.remove_cards_and_orphaned_notes([card for note in col.get_empty_cards().notes for card in note.card_ids])
    return names


def cloze_numbers(col: Collection, texts: list[str]) -> list[list[int]]:
    """Of each text, the cloze numbers that Anki sees in it."""
    found = []
    for text in texts:
        note = col.new_note(col.models.by_name("Cloze"))
        note["Text"] = text
        found.append(sorted(note.cloze_numbers_in_fields()))
    return found


def find(col: Collection, searches: list[str]) -> list[int]:
    """How many cards each search finds."""
    return [len(col.find_cards(search)) for search in searches]


def shown(col: Collection, _: Any) -> dict[str, list[Any]]:
    """Per card that has something to show, its note's fields, its ordinal and how often it was answered."""
    cards = (col.get_card(card) for card in col.find_cards(""))
    return {str(card.id): [dict(card.note().items()), card.ord, card.reps] for card in cards}


STEPS = {
    "shown": shown,
    "find": find,
    "cloze_numbers": cloze_numbers,
    "import": import_package,
    "study": study,
    "edit": edit,
    "state": state,
    "remove_empty_cards": remove_empty_cards,
}


def prepare() -> None:
    """Let forks of this process find what Anki's library works out on first use. It starts no thread."""
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(str(Path(folder) / "collection.anki2"))
        note = col.new_note(col.models.by_name("Cloze"))
        note["Text"] = "{{c1::a}}"
        col.add_note(note, col.decks.id("Default"))
        study(col, None)
        col.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(str(Path(folder) / "collection.anki2"))
        results = [STEPS[name](col, argument) for name, argument in json.load(sys.stdin)]
        col.close()
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
