"""Lecture notes in the shape of a course's page on roles: six of them, two facts each, a video."""

from __future__ import annotations

import re
from pathlib import Path

from cards_as_text import content_of, notes_of

from rolecards.study.phrase import read_phrase

NOTES = (Path(__file__).parent / "constructs" / "roles.md").read_bytes()
ROLES = ("Harbour Pilot", "Chief Engineer", "Navigator", "Radio Officer", "Oceanographer", "Deckhand")
PRONOUN = re.compile(r"(this|that|it|they|he|she|its|their|the (role|person))\b", re.IGNORECASE)
VIDEO = "https://www.youtube.com/watch?v=bridge_crew"


def lines():
    return {at: line for at, line in enumerate(NOTES.decode().split("\n"), start=1) if "* " in line}


def test_every_role_is_asked_for_and_explained():
    notes = notes_of(content_of(NOTES))
    for role in ROLES:
        assert any(f"The {{{{c1::{role}}}}} is " in note.text for note in notes)
        (explained,) = [note for note in notes if note.front.endswith(f"<strong>{role}</strong>")]
        assert f"The <strong>{role}</strong> is" in explained.back


def test_every_child_fact_is_a_card_about_its_own_parent():
    by_line = {note.place.of().line: note for note in notes_of(content_of(NOTES)) if note.text}
    role = ""
    children = 0
    for at, line in lines().items():
        found = re.match(r"\* The \*\*(.+?)\*\*", line)
        if found:
            role = found[1]
            continue
        children += 1
        assert by_line[at].text.count(f"{{{{c1::{role}}}}}") == 1
        assert line.split()[-1] in by_line[at].text
    assert children == 12


def test_no_card_starts_with_a_pronoun():
    for note in notes_of(content_of(NOTES)):
        assert not PRONOUN.match(note.text or note.front)


def test_the_video_is_the_source_of_every_card_and_on_no_front():
    for note in notes_of(content_of(NOTES)):
        assert f'<a href="{VIDEO}">Crew - On the bridge</a>' in note.source
        assert VIDEO not in note.text + note.front + note.back


def test_the_outline_for_paper_keeps_levels_and_terms():
    (page,) = content_of(NOTES).study
    assert page.title == "Crew"
    assert page.description.startswith("Who works on a ship's bridge? What")
    (summary,) = page.outline
    assert summary.title == "Summary"
    assert [next(span.plain for span in read_phrase(item.nodes).spans if span.term) for item in summary.blocks] == list(
        ROLES
    )
    assert [len(item.blocks) for item in summary.blocks] == [2] * 6


def test_notes_belong_to_the_core_or_to_the_part_of_the_deck_that_their_first_lines_name():
    bullet = b"* The **collier** carries coal from Newcastle.\n"
    assert {note.part for note in notes_of(content_of(bullet))} == {"core"}
    assert {note.part for note in notes_of(content_of(b"---\npart: beyond\n---\n" + bullet))} == {"beyond"}
