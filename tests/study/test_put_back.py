"""Notes without ids that go and come back, over random releases: each text has one identity for ever."""

from __future__ import annotations

import pytest
from cards_as_text import content_of, notes_of, templates_of
from hypothesis import given
from hypothesis import strategies as st
from lecture import lecture

from rolecards.notes.look import read_looks
from rolecards.release.lock import Lock, read_lock, write_lock
from rolecards.release.release import Clock, publish
from rolecards.text.plain import to_plain

EMPTY = content_of(b"# Notes\n")
LOOKS = read_looks(templates_of(EMPTY), EMPTY.deck)
TEXTS = [f"* {bullet.text}.\n" for bullet in lecture().bullets() if "**" in bullet.text][:6]
RELEASES = st.lists(st.lists(st.sampled_from(TEXTS), unique=True), min_size=2, max_size=8)

pytestmark = pytest.mark.fuzz


def release(texts: list[str], lock: Lock, at: int):
    content = content_of(f"# Notes\n\n{''.join(texts)}".encode())
    clock = Clock(stamp=at, now=at)
    return publish(content, notes_of(content), LOOKS, lock, clock)[0]


@given(RELEASES)
def test_a_text_keeps_its_identity_however_often_it_goes_and_comes_back(releases):
    lock = Lock(path="cards.lock")
    guids: dict[str, str] = {}
    for at, texts in enumerate(releases, start=1_700_000_000):
        made = release(texts, lock, at)
        assert len(made.published) == 2 * len(texts)
        for item in made.published:
            said = to_plain(f"{item.note.text}{item.note.front} {item.note.back}")
            assert guids.setdefault(said, item.entry.guid) == item.entry.guid
            before = lock.entries.get(item.entry.id)
            assert not item.entry.retired
            assert before is None or not before.retired or item.entry.modified > before.modified
        present = {item.entry.id for item in made.published}
        assert {entry.id for entry in made.lock.entries.values() if not entry.retired} == present
        lock = read_lock("cards.lock", write_lock(made.lock))
    assert len(set(guids.values())) == len(guids)


def test_what_is_corrected_to_the_words_of_a_retired_note_stays_what_learners_have():
    first, reworded = (
        "* The **mast** carries all the sails of the ship.\n",
        "* The **mast** carries all the sails of a ship.\n",
    )
    lock = Lock(path="cards.lock")
    for at, text in enumerate((first, "* A **keel** is below.\n", reworded), start=1_700_000_000):
        lock = release([text], lock, at).lock
    known = {item.entry.guid for item in release([reworded], lock, 1_700_000_003).published}
    assert {item.entry.guid for item in release([first], lock, 1_700_000_004).published} == known
