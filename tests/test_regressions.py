"""What a hard look at the deck and its lock once found, each as the case that showed it."""

from __future__ import annotations

import html
import re
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from conftest import EPOCH, edit
from rolecards.release.lock import read_lock
from test_releases import remove_fact

BUILD = ("build", "--only", "apkg,retired")


def lock_of(folder: Path):
    return read_lock("cards.lock", (folder / "cards.lock").read_text(encoding="utf-8"))


def union(*versions: Path | str, base: str) -> str:
    """What git makes of two versions with `merge=union`."""
    names = []
    for at, text in enumerate((versions[0], base, versions[1])):
        Path(f"version{at}").write_text(str(text), encoding="utf-8")
        names.append(f"version{at}")
    command = ["git", "merge-file", "--union", "-p", *names]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def at_day(monkeypatch):
    def set_day(day: int) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + day * 86_400))

    return set_day


def test_a_note_renamed_in_one_branch_and_corrected_in_another_stays_one_note(small, run, at_day, anki):
    assert run(*BUILD, "--out", "first").status == 0
    lock, cook, deck = small / "cards.lock", small / "roles" / "cook.yaml", small / "deck.yaml"
    base, deck_before = lock.read_text(encoding="utf-8"), deck.read_text(encoding="utf-8")
    at_day(1)
    edit(cook, "id: cook-knife", "id: cook-blade")
    deck.write_text(f"{deck_before}renames:\n  cook-knife: cook-blade\n", encoding="utf-8")
    assert run(*BUILD).status == 0
    renamed = lock.read_text(encoding="utf-8")
    at_day(2)
    lock.write_text(base, encoding="utf-8")
    deck.write_text(deck_before, encoding="utf-8")
    edit(cook, "id: cook-blade", "id: cook-knife")
    edit(cook, "The knife", "A knife")
    assert run(*BUILD).status == 0
    corrected = lock.read_text(encoding="utf-8")
    at_day(3)
    lock.write_text(union(renamed, corrected, base=base), encoding="utf-8")
    edit(cook, "id: cook-knife", "id: cook-blade")
    deck.write_text(f"{deck_before}renames:\n  cook-knife: cook-blade\n", encoding="utf-8")
    assert run(*BUILD, "--out", "last").status == 0
    assert not Path("last/small-retired.apkg").exists()
    _, _, before, log, after = anki(
        ("import", "first/small.apkg"), ("study", None), ("state", None), ("import", "last/small.apkg"), ("state", None)
    )
    assert log == {"new": 0, "updated": 1, "duplicate": 9, "conflicting": 0}
    assert after["notes"]["cook-blade"]["Back"] == "A knife"
    assert after["cards"]["cook-blade#0"]["scheduling"] == before["cards"]["cook-knife#0"]["scheduling"]


@pytest.mark.parametrize("last", ["deleted", "corrected"])
def test_a_note_deleted_in_one_branch_and_corrected_in_another_is_corrected(small, run, at_day, anki, last):
    assert run(*BUILD, "--out", "first").status == 0
    lock, waiter = small / "cards.lock", small / "roles" / "waiter.yaml"
    base, text = lock.read_text(encoding="utf-8"), waiter.read_text(encoding="utf-8")
    at_day(1 + (last == "deleted"))
    remove_fact(waiter, "waiter-pad")
    assert run(*BUILD, "--out", "deleted").status == 0
    deleted = lock.read_text(encoding="utf-8")
    at_day(1 + (last == "corrected"))
    lock.write_text(base, encoding="utf-8")
    waiter.write_text(text, encoding="utf-8")
    edit(waiter, "A pad", "A notepad")
    assert run(*BUILD).status == 0
    lock.write_text(union(deleted, lock.read_text(encoding="utf-8"), base=base), encoding="utf-8")
    at_day(3)
    assert run(*BUILD, "--out", "last").status == 0
    retired, merged = "deleted/small-retired.apkg", "last/small.apkg"
    _, _, log, state = anki(("import", "first/small.apkg"), ("import", retired), ("import", merged), ("state", None))
    assert (log["new"], log["updated"], state["notes"]["waiter-pad"]["Back"]) == (0, 1, "A notepad")


def test_a_retired_package_goes_when_nothing_is_retired_any_more(small, run):
    assert run(*BUILD).status == 0
    scenarios, lock = small / "scenarios.yaml", small / "cards.lock"
    text, locked = scenarios.read_text(encoding="utf-8"), lock.read_text(encoding="utf-8")
    scenarios.unlink()
    assert "RC210 `scenario-soup` is no longer in the content: the build retires card 10 for good" in run(*BUILD).out
    assert Path("build/small-retired.apkg").exists()
    scenarios.write_text(text, encoding="utf-8")
    lock.write_text(locked, encoding="utf-8")
    assert run(*BUILD).status == 0
    assert not Path("build/small-retired.apkg").exists()


@pytest.mark.parametrize("kept", [0, 3, -2])
def test_a_lock_cut_short_is_refused(small, run, kept):
    assert run(*BUILD).status == 0
    lines = (small / "cards.lock").read_text(encoding="utf-8").split("\n")
    by_number = sorted(
        (line for line in lines if "\tqa\t" in line and not line.startswith("@")),
        key=lambda line: int(line.split("\t")[2]),
    )
    cut = [line for line in lines if line != by_number[-1]] if kept < 0 else lines[:kept]
    (small / "cards.lock").write_text("\n".join(cut), encoding="utf-8")
    built = run(*BUILD)
    assert built.status == 1
    assert "error RC21" in built.out


def test_another_deck_id_is_refused_and_another_name_is_warned_of(small, run):
    assert run(*BUILD).status == 0
    edit(small / "deck.yaml", "id: small", "id: tiny")
    assert run(*BUILD).out.startswith("content/deck.yaml:2:5: error RC223 the deck was published as `small`")
    edit(small / "deck.yaml", "id: tiny", "id: small")
    edit(small / "deck.yaml", "name: Small Deck", "name: Tiny Deck")
    assert run(*BUILD).out.startswith("content/deck.yaml:3:7: warning RC224")


@pytest.mark.parametrize("escape", [r"\x1f", r"\0", r"\u202e", r"\uFDD0", r"\x07"])
def test_a_character_nobody_sees_is_refused_also_where_it_is_escaped(small, run, escape):
    edit(small / "roles" / "cook.yaml", "a: The knife", f'a: "The{escape}knife"')
    built = run(*BUILD)
    assert built.status == 1
    assert "error RC111" in built.out


@pytest.mark.parametrize(
    "text",
    [
        "A waiter {{c1::brings}} [the meals](https://e.org/{{c2::menu}})",
        "A waiter [brings](https://e.org/{{c1::menu::hint}}) {{c1::the meals}}",
        "A waiter [brings](https://e.org/{{c1::) the meals}}",
    ],
    ids=["whole", "whole, its number elsewhere too", "its beginning"],
)
def test_a_cloze_in_the_address_of_a_link_is_refused(small, run, text):
    edit(small / "roles" / "waiter.yaml", "A waiter {{c1::brings}} the meals", text)
    assert "error RC134" in run(*BUILD).out


@pytest.mark.parametrize(
    ("cloze", "sides"),
    [
        (r"A path {{c1::ends\\\\}} so.", ["A path [...] so.", "A path ends\\\\ so."]),
        (r"A set {{c1::{1\}}} is small.", ["A set [...] is small.", "A set {1} is small."]),
        (r"A mark {{c1::a\:::hint}} stands.", ["A mark [hint] stands.", "A mark a: stands."]),
        (r"A mark {{c1::a::hint \}}} stands.", ["A mark [hint }] stands.", "A mark a stands."]),
    ],
)
def test_escapes_in_cloze_texts_hold_for_anki_too(small, run, anki, cloze, sides):
    fact = f"- id: waiter-escape\n  slot: caveat\n  part: beyond\n  src: [book]\n  cloze: '{cloze}'\n"
    with (small / "roles" / "waiter.yaml").open("a", encoding="utf-8") as file:
        file.write(fact)
    assert run(*BUILD).status == 0
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    card = state["cards"]["waiter-escape#0"]
    head = "Waiter · Caveats11 "
    assert plain(card["question"]) == head + sides[0]
    assert plain(card["answer"]).startswith(head + sides[1])


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def test_of_two_times_of_a_note_type_the_later_one_counts(small, run, at_day):
    assert run(*BUILD).status == 0
    base = (small / "cards.lock").read_text(encoding="utf-8")
    versions = []
    for day, size in ((1, 24), (2, 26)):
        at_day(day)
        (small / "cards.lock").write_text(base, encoding="utf-8")
        style(size)
        assert run(*BUILD, "--templates", "own").status == 0
        versions.append((small / "cards.lock").read_text(encoding="utf-8"))
    (small / "cards.lock").write_text(union(*reversed(versions), base=base), encoding="utf-8")
    at_day(2)
    style(24)
    assert run(*BUILD, "--templates", "own").status == 0
    assert lock_of(small).types["qa"].modified > EPOCH + 2 * 86_400


def style(size: int) -> None:
    folder = Path("own/anki")
    folder.mkdir(parents=True, exist_ok=True)
    ours = (Path(__file__).parents[1] / "templates" / "anki" / "style.css").read_text(encoding="utf-8")
    (folder / "style.css").write_text(ours.replace("font-size: 22px", f"font-size: {size}px"), encoding="utf-8")


def topic(name: str, facts: int) -> str:
    head = f"schema: rolecards/topic@1\nid: {name}\nname: {name}\nfacts:\n"
    fact = '- id: {0}-{1}\n  slot: caveat\n  part: beyond\n  src: [book]\n  cloze: "Table {1} of {0} stands {{{{c1::at window {1}}}}}."\n'
    return head + "".join(fact.format(name, at) for at in range(facts))


def test_many_notes_added_twice_within_a_minute_lie_in_the_past(small, run):
    for name in ("one", "two"):
        (small / f"{name}.yaml").write_text(topic(name, 150), encoding="utf-8")
        assert run(*BUILD).status == 0
    assert max(entry.created for entry in lock_of(small).entries.values()) <= EPOCH
    assert run(*BUILD).status == 0


def test_notes_that_two_branches_added_in_another_order_are_settled(small, run):
    assert run(*BUILD).status == 0
    lock = small / "cards.lock"
    base = lock.read_text(encoding="utf-8")
    versions = []
    for order in (("one", "two"), ("two", "one")):
        lock.write_text(base, encoding="utf-8")
        for at, name in enumerate(order):
            (small / f"{name}.yaml").write_text(topic(name, 1), encoding="utf-8")
            (small / f"{name}.yaml").rename(small / f"{at}-{name}.yaml")
            assert run(*BUILD).status == 0
        versions.append(lock.read_text(encoding="utf-8"))
        for path in small.glob("[01]-*.yaml"):
            path.unlink()
    lock.write_text(union(*versions, base=base), encoding="utf-8")
    for name in ("one", "two"):
        (small / f"{name}.yaml").write_text(topic(name, 1), encoding="utf-8")
    built = run(*BUILD)
    assert built.status == 0, built.out
    assert sorted(entry.number for entry in lock_of(small).entries.values()) == list(range(1, 13))


def test_hidden_words_that_change_places_nearly_unchanged_are_refused(small, run):
    path = small / "roles" / "cook.yaml"
    edit(
        path,
        "{{c1::prepares::verb}} meals and {{c2::tastes::with the tongue}}",
        "{{c1::warms plates}} and {{c2::warms pans}}",
    )
    (small / "cards.lock").unlink(missing_ok=True)
    assert run(*BUILD).status == 0
    edit(path, "{{c1::warms plates}} and {{c2::warms pans}}", "{{c1::warm pans}} and {{c2::warm plates}}")
    assert run(*BUILD).out.count("error RC206") == 2


def test_an_opposite_is_no_correction(small, run):
    edit(small / "roles" / "waiter.yaml", "{{c1::brings}}", "{{c1::increases}}")
    assert run(*BUILD).status == 0
    edit(small / "roles" / "waiter.yaml", "{{c1::increases}}", "{{c1::decreases}}")
    assert "error RC206" in run(*BUILD).out


def test_a_changed_wording_that_a_paper_uses_makes_the_paper_anew(shipped, run):
    own = Path("own/cards")
    own.mkdir(parents=True)
    ours = (Path(__file__).parents[1] / "templates" / "cards" / "set.j2").read_text(encoding="utf-8")
    assert run("build", "--only", "handout", "--templates", "own").status == 0
    (own / "set.j2").write_text(ours + "{# changed #}\n", encoding="utf-8")
    first = Path("build/.rolecards.json").read_bytes()
    assert run("build", "--only", "handout", "--templates", "own").status == 0
    assert Path("build/.rolecards.json").read_bytes() != first


def test_cloze_numbers_end_where_ankis_do(small, run):
    edit(small / "roles" / "waiter.yaml", "{{c1::brings}}", "{{c501::brings}}")
    assert "use a number from 1 to 500" in run(*BUILD).out


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("{{^Retired}}{{Spare 1}}{{/Retired}}", "1:1: error RC144"),
        ("{{Front}}", "1:1: error RC144"),
        ("{{^Retired}}{{Front}}{{Missing}}{{/Retired}}", "1:22: error RC143"),
        ("{{^Retired}}{{Front}}{{#Hint}}{{/Retired}}", "1:1: error RC143"),
    ],
)
def test_a_card_template_that_would_blank_or_break_cards_is_refused(small, run, front, said):
    Path("own/anki").mkdir(parents=True)
    Path("own/anki/qa-front.html").write_text(front, encoding="utf-8")
    built = run(*BUILD, "--templates", "own")
    assert built.status == 1
    assert built.out.startswith(f"own/anki/qa-front.html:{said}")


@pytest.mark.parametrize("name", ["anki/style.css", "cards/who.j2"])
def test_a_template_that_is_not_utf_8_is_reported(small, run, name):
    path = Path("own", name)
    path.parent.mkdir(parents=True)
    path.write_bytes("für\n---\n".encode("latin-1"))
    assert "error RC110 this template is not UTF-8" in run(*BUILD, "--templates", "own").out


@pytest.mark.parametrize(
    "other", ["How long does a cook learn", "How long does a cook learn ?", "How long does a cook\u200b learn?"]
)
def test_a_question_mark_more_or_less_makes_no_other_question(small, run, other):
    fact = f"- id: cook-again\n  slot: background\n  part: beyond\n  src: [book]\n  qa:\n    q: {other}\n    a: Four years\n"
    with (small / "roles" / "cook.yaml").open("a", encoding="utf-8") as file:
        file.write(fact)
    assert "error RC405" in run(*BUILD).out


def test_what_anki_acts_on_is_disarmed_in_names_and_titles_too(small, run):
    edit(small / "sources.yaml", "title: A Book About Restaurants", r"title: A Book [sound:a.mp3] \(y\)")
    edit(small / "roles" / "cook.yaml", "name: Cook", "name: Cook [sound:x.mp3]")
    assert run(*BUILD).status == 0
    lock = (small / "cards.lock").read_text(encoding="utf-8")
    assert "[sound:" not in lock


SPLIT_COMMANDS = [
    "cloze: 'The price is [{{c1::$5}}] and many other things.'",
    "cloze: 'A [{{c1::la}}tex] is {{c1::[}}latex] here too.'",
    """qa: {q: 'Which [a](https://e.org "$ z {{b}} C++::x") is here?', a: This one}""",
    "qa: {q: Which address is here?, a: 'This [a](https://e.org/[latex])'}",
]
NOTES_WITH_COMMANDS = r"""# Commands

Q: What is the [{{c1::latex}}] x pod?
A: See [[[/latex]]] now, and [%%x%%latex], and <https://e.org/\(x> it

* The **[[[/latex]]]** is a strange thing with words.

## Others

* The [**latex**] is a nice thing with words.
"""


def test_what_markup_joins_to_a_command_is_disarmed_in_every_field_and_the_lock_is_read_again(small, run):
    edit(small / "sources.yaml", "https://example.org/book", "https://example.org/[latex]")
    facts = "".join(f"  - id: f{at}\n    src: [book]\n    {text}\n" for at, text in enumerate(SPLIT_COMMANDS))
    topic = "schema: rolecards/topic@1\nid: t\nname: 'Top [latex] and [sound:x]'\nfacts:\n"
    (small / "topics").mkdir()
    (small / "topics" / "t.yaml").write_text(topic + facts, encoding="utf-8")
    (small / "notes").mkdir()
    (small / "notes" / "p.md").write_text(NOTES_WITH_COMMANDS, encoding="utf-8")
    for _ in range(2):
        built = run(*BUILD)
        assert built.status == 0, built.out
    with zipfile.ZipFile("build/small.apkg") as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        fields = [text for (text,) in connection.execute("select flds from notes")]
    assert any("&#91;latex]" in text for text in fields)
    assert not [text for text in fields if re.search(r"\[/?(?:sound:|anki:|latex\]|\$)|[\x01-\x08]", text)]
    assert any('href="https://e.org/&#92;(x"' in text for text in fields)


def test_a_folder_in_the_place_of_a_file_stops_the_build_before_the_lock_is_written(small, run):
    Path("build/small.apkg").mkdir(parents=True)
    built = run(*BUILD)
    assert built.out.startswith("build/small.apkg: error RC150")
    assert not (small / "cards.lock").exists()


def test_lecture_notes_are_edited_by_warnings_only(small, run):
    """Nobody wrote them as cards, and a rule can't be allowed there."""
    (small / "notes.md").write_text(
        "# Notes\n\n* A **stove top** is where the cook puts every stove top pan.\n", encoding="utf-8"
    )
    checked = run("check")
    assert checked.status == 0
    assert "warning RC" in checked.out


LOOK_ALIKES = """Q: What is the first letter of the greek alphabet called?
A: alpha

Q: What is the second letter of the greek alphabet called?
A: beta

* The **churn** rate is what all customers who left make of all customers.
* The **churn** rate is what all the customers who left make of all customers.
"""


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_study_notes_that_look_alike_are_warned_of_at_their_lines(small, run, form):
    (small / "letters.md").write_text(LOOK_ALIKES, encoding="utf-8")
    checked = run("check", "--format", form)
    assert checked.status == 0
    assert "RC412" in checked.out
    if form == "text":
        assert "content/letters.md:4:1: warning RC412" in checked.out
        assert "(content/letters.md:1:1)" in checked.out
