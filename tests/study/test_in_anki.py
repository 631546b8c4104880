"""Cards of notes in the real Anki: what learners see is what the notes say."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest

from conftest import EPOCH
from rolecards.cli import main

CONSTRUCTS = Path(__file__).parent / "constructs"
DECK = "schema: rolecards/deck@1\nid: notes\nname: Notes\n"


@pytest.fixture(scope="module")
def learner(tmp_path_factory, anki):
    """What a learner has who imported the deck of all notes files."""
    folder = tmp_path_factory.mktemp("notes")
    shutil.copytree(CONSTRUCTS, folder / "content", ignore=shutil.ignore_patterns("*.cards"))
    (folder / "content" / "deck.yaml").write_text(DECK, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
        assert main(["build", str(folder / "content"), "--out", str(folder), "--only", "apkg"]) == 0
    return anki(("import", folder / "notes.apkg"), ("state", None))


def read(card: str) -> str:
    """The words of a card, as on the screen."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", card, flags=re.DOTALL)).split())


def test_nothing_is_wrong_with_the_collection(learner):
    log, state = learner
    assert log["new"] == len(state["notes"]) > 100
    assert log["conflicting"] == log["duplicate"] == 0
    assert state["empty"] == []
    assert state["database"][1], state["database"]


def test_every_card_asks_something_and_shows_it_answered_on_its_back(learner):
    for name, card in learner[1]["cards"].items():
        assert any(map(str.isalnum, read(card["question"]))), name
        assert read(card["question"]) != read(card["answer"]), name
    clozes = [card for card in learner[1]["cards"].values() if 'class="cloze"' in card["question"]]
    assert clozes
    assert all("[...]" in card["question"] or "[where?]" in card["question"] for card in clozes)


def test_no_link_or_video_stands_on_a_front(learner):
    fronts = [card["question"] for card in learner[1]["cards"].values()]
    assert not [front for front in fronts if "<a " in front or "http" in front]


AS_WRITTEN = (
    "List<int>",
    "H2O",
    "costs $5 or $6, and $7 in port",
    "* is not _stressed_, nor (bracketed) nor [listed]",
    "In a {{template}} the flag is List<int> or [sound:horn.mp3].",
    "The colons a::b and x::y}} stay as typed.",
    '& the &amp; and < and < > "quotes"',
    "“Curly” quotes’ stay — and so do dashes–.",
    r"is \(1.34\sqrt{L}\) in knots",
    r"\[L = \tfrac{1}{2}\rho v^2 S\]",
    "if the {{c1::markup}} is code",
)


def test_text_reaches_the_learner_as_it_is_written(learner):
    backs = [read(card["answer"]) for card in learner[1]["cards"].values()]
    assert [words for words in AS_WRITTEN if not any(words in back for back in backs)] == []
