"""`check --stats`: the deck in numbers."""

from __future__ import annotations

from conftest import edit


def test_notes_cards_and_days_come_first_of_the_numbers(small, run):
    out = run("check", "--stats").out
    assert "\n10 notes, 11 cards, 1 day to see them all at 20 new cards a day\n" in out


def test_a_slot_without_facts_is_marked(small, run):
    matrix = run("check", "--stats").out.split("Facts by role and slot; · is a missing slot\n")[1].splitlines()
    slots = ["function", "delivers", "tools", "background", "skills", "boundary", "caveat"]
    assert matrix[0].split() == slots
    assert any("·" in row for row in matrix[1:])


def test_the_bars_of_a_table_grow_with_the_cards(small, run):
    out = run("check", "--stats").out
    rows = [line.split() for line in out.split("By kind (notes, cards)\n")[1].split("\n\n")[0].splitlines()]
    bars = sorted((int(row[2]), len(row[3])) for row in rows)
    assert [bar for _, bar in bars] == sorted(bar for _, bar in bars)
    assert bars[-1][1] == 30


def test_problems_stand_above_the_numbers_and_decide_the_status(small, run):
    edit(small / "roles" / "cook.yaml", "\nfacts:", "\naliases: [X]\nfacts:")
    edit(small / "roles" / "cook.yaml", "one_line: ", "one_line: X ")
    checked = run("check", "--stats")
    assert checked.status == 1
    assert checked.out.index("RC311") < checked.out.index("10 notes")


def test_numbers_are_for_people(small, run):
    assert run("check", "--stats", "--format", "json").status == 2
