"""Notes without ids keep their reviews through edits, seen in the real Anki with its default options."""

from __future__ import annotations

import re
import shutil
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from lecture import lecture, small_edit

from conftest import EPOCH, PROFILE, ROOT

DECK = "schema: rolecards/deck@1\nid: notes\nname: Notes\n"
COAL = "* The **{}** carries coal from Newcastle to London.\n"
TWO = f"# Ships\n\n{COAL}* The **{{}}** carries tea from Canton to London.\n"


@pytest.fixture
def build(tmp_path, run, monkeypatch):
    """Builds notes files as one release after the other, an hour apart; returns the package and what was printed."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
    releases = iter(range(10_000))

    def release(files: dict[str, str], status: int = 0):
        for old in folder.glob("*.md"):
            old.unlink()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        at = next(releases)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + at * 3600))
        built = run("build", folder, "--out", tmp_path / str(at), "--only", "apkg,retired")
        assert built.status == status, built.out
        return tmp_path / str(at) / "notes.apkg", built.out

    return release


def guids(state, bullets):
    """Per bullet, the GUIDs of the notes that say what it says, whatever stands for its first two words."""
    found = []
    for bullet in bullets:
        said = " ".join(bullet.text.replace("**", "").split()[2:])
        said = said if "**" not in bullet.text else bullet.text.rpartition("**")[2].strip()
        notes = [fields["guid"] for fields in state["notes"].values() if said in fields.get("Text", fields.get("Back"))]
        found.append(sorted(notes))
    return found


def reviews(state):
    return {card: value["scheduling"] for card, value in state["cards"].items()}


PRONOUN = re.compile(r"\b(?:it|its|this)\b", re.IGNORECASE)
EDITS = 100 if PROFILE == "long" else 33


@pytest.mark.fuzz
@pytest.mark.parametrize(("seed", "at_once"), [(1, 1), (2, 1), (3, 3)])
def test_many_small_edits_in_a_row_lose_no_review(build, anki, seed, at_once):
    random = Random(seed)
    notes = lecture()
    bullets = notes.bullets()
    bullets_before = deepcopy(bullets)
    first, _ = build(notes.files())
    packages = []
    for _ in range(EDITS // at_once):
        for _ in range(at_once):
            small_edit(notes, random)
        packages.append(build(notes.files())[0])
    imported = [("import", package) for package in packages]
    before_all = [("import", first), ("study", None), ("state", None)]
    _, answered, before, *_, after = anki(*before_all, *imported, ("state", None))
    assert answered == len(before["cards"]) == 48
    assert reviews(after) == reviews(before)
    assert after["empty"] == []
    assert after["reviews"] == before["reviews"]
    assert all(guids(before, bullets_before))
    explained = {note["guid"] for note in before["notes"].values() if note["Id"].endswith("-explain")}
    for bullet, now, then in zip(bullets, guids(after, bullets), guids(before, bullets_before), strict=True):
        assert set(now) <= set(then)
        # An edit may leave a text that says nothing about the term above it, whose card is retired.
        if "**" in bullet.text or PRONOUN.search(bullet.text):
            # After many edits, a text may no longer define its term, so its explanation is retired.
            assert set(then) - set(now) <= (explained if EDITS == 100 else set())


def test_swapped_bullets_swap_no_history(build, anki):
    notes = TWO.format("collier", "clipper")
    head, coal, tea = notes.rpartition("\n\n")[0], *notes.rpartition("\n\n")[2].splitlines()
    first, _ = build({"ships.md": notes})
    second, _ = build({"ships.md": f"{head}\n\n{tea}\n{coal}\n"})
    assert second.read_bytes() == first.read_bytes()
    *_, before = anki(("import", first), ("study", None), ("state", None))
    *_, after = anki(("import", first), ("study", None), ("import", second), ("state", None))
    assert after["notes"] == before["notes"]


def test_bullets_that_are_swapped_and_edited_keep_their_own_history(build, anki):
    first, _ = build({"ships.md": TWO.format("collier", "clipper")})
    edited = "# Ships\n\n* The **clipper** carries fine tea from Canton to London.\n"
    edited += "* The **collier** carries coals from Newcastle to London.\n"
    second, _ = build({"ships.md": edited})
    _, before, _, after = anki(("import", first), ("state", None), ("import", second), ("state", None))
    for ship in ("collier", "clipper"):
        (old,) = [note["guid"] for note in before["notes"].values() if f"::{ship}" in note.get("Text", "")]
        (new,) = [note["guid"] for note in after["notes"].values() if f"::{ship}" in note.get("Text", "")]
        assert new == old
    assert len(after["notes"]) == 4


def test_a_note_moved_to_another_file_keeps_its_history_and_the_author_is_told_nothing(build, anki):
    ships = TWO.format("collier", "clipper")
    first, _ = build({"ships.md": ships})
    *rest, moved = ships.splitlines()
    second, printed = build({"ships.md": "\n".join(rest), "harbour.md": f"# Harbour\n\n{moved}\n"})
    assert "warning" not in printed
    _, before, log, after = anki(("import", first), ("state", None), ("import", second), ("state", None))
    assert log["new"] == 0
    assert {note["guid"] for note in after["notes"].values()} == {note["guid"] for note in before["notes"].values()}


def test_two_files_made_one_keep_their_history(build, anki):
    notes = lecture()
    first, _ = build(notes.files())
    second, printed = build({"all.md": "\n".join(notes.files().values())})
    assert "warning" not in printed
    _, before, log, after = anki(("import", first), ("state", None), ("import", second), ("state", None))
    assert log["new"] == 0
    assert {note["guid"] for note in after["notes"].values()} == {note["guid"] for note in before["notes"].values()}


def test_a_heading_renamed_over_bullets_corrected_and_reordered_keeps_their_history(build, anki):
    first, _ = build({"ships.md": TWO.format("collier", "clipper")})
    coal, tea = TWO.format("colier", "clipper").splitlines()[2:]
    second, printed = build({"ships.md": f"# Vessels of old\n\n{tea.replace('Canton', 'Cantton')}\n{coal}\n"})
    assert "warning" not in printed
    assert anki(("import", first), ("import", second))[-1] == {"new": 0, "updated": 4, "duplicate": 0, "conflicting": 0}


def test_cloze_numbers_follow_the_hidden_words_and_new_words_get_the_next(build, anki):
    first, _ = build({"n.md": "* Masts: **fore**, **main** and nothing else at all.\n"})
    second, _ = build({"n.md": "* Masts: **mizzen**, **main**, **fore** and nothing else at all.\n"})
    (note,) = anki(("import", first), ("import", second), ("state", None))[-1]["notes"].values()
    assert note["Text"] == "Masts: {{c3::mizzen}}, {{c2::main}}, {{c1::fore}} and nothing else at all."


def test_a_new_bullet_in_the_place_of_a_removed_one_is_a_new_note(build, anki):
    first, _ = build({"ships.md": TWO.format("collier", "clipper")})
    *kept, _ = TWO.format("collier", "clipper").splitlines()
    second, _ = build({"ships.md": "\n".join([*kept, "* The **dredger** deepens harbours and canals."])})
    _, log = anki(("import", first), ("import", second))
    assert log["new"] == 2


def test_a_retired_note_put_back_word_for_word_is_that_note_again(build, anki):
    ships = TWO.format("collier", "clipper")
    *rest, tea = ships.splitlines()
    first, _ = build({"ships.md": ships})
    second, printed = build({"ships.md": "\n".join(rest)})
    assert "(if you removed it by mistake, restore the exact text)" in printed
    third, printed = build({"ships.md": "\n".join(rest), "harbour.md": f"# Harbour\n\n{tea}\n"})
    assert "warning" not in printed
    assert not third.with_name("notes-retired.apkg").exists()
    studied = [("import", first), ("study", None), ("state", None)]
    retired = [("import", second), ("import", second.with_name("notes-retired.apkg")), ("state", None)]
    _, _, before, _, log, without, back, after = anki(*studied, *retired, ("import", third), ("state", None))
    assert log["updated"] == len(without["empty"]) == 2
    assert back["new"] == 0
    assert after["notes"].keys() == before["notes"].keys()
    assert {name: note["guid"] for name, note in after["notes"].items()} == {
        name: note["guid"] for name, note in before["notes"].items()
    }
    assert reviews(after) == reviews(before)
    assert after["empty"] == []
    assert {note["Retired"] for note in after["notes"].values()} == {""}
    assert "notes::retired" not in {tag for tags in after["tags"].values() for tag in tags}


def test_a_retired_note_put_back_in_other_words_is_a_new_one(build, anki):
    ships = TWO.format("collier", "clipper")
    *rest, tea = ships.splitlines()
    first, _ = build({"ships.md": ships})
    build({"ships.md": "\n".join(rest)})
    third, _ = build({"ships.md": "\n".join([*rest, tea.replace("tea", "silk")])})
    assert anki(("import", first), ("import", third))[-1]["new"] == 2


def test_a_retired_note_put_back_with_a_typing_error_is_that_note_again(build, anki):
    ships = TWO.format("collier", "clipper")
    first, _ = build({"ships.md": ships})
    build({"ships.md": "\n".join(ships.splitlines()[:-1])})
    third, printed = build({"ships.md": ships.replace("from Canton", "form Canton")})
    assert "RC" not in printed
    log = anki(("import", first), ("import", third))[-1]
    assert (log["new"], log["updated"]) == (0, 2)


def test_a_retired_id_that_is_pinned_again_is_refused_as_in_yaml(build):
    build({"s.md": "* The **collier** was a ship. {#ship}\n* The **clipper** was fast.\n"})
    build({"s.md": "* The **clipper** was fast.\n"})
    _, printed = build({"s.md": "* The **collier** was a ship. {#ship}\n* The **clipper** was fast.\n"}, status=1)
    assert "content/s.md:1:3: error RC204 the id `ship` was retired" in printed


def test_where_two_published_notes_fit_as_well_the_author_is_asked_to_pin_one(build):
    collier = "* The **collier** was a ship.\n"
    build({"s.md": f"{collier}  * It carried coal up the river.\n  * It carried iron up the river.\n"})
    doubtful = f"{collier}  * It carried cargo up the river.\n"
    _, printed = build({"s.md": doubtful}, status=1)
    assert "content/s.md:2:5: error RC222" in printed
    asked = printed.partition("{#")[2].partition("}")[0]
    build({"s.md": doubtful.replace("river.", f"river. {{#{asked}}}")})


SHOE = "* The **{side} shoe** is for the {side} foot of a person who walks.{pin}\n"


def test_all_cards_of_a_bullet_follow_the_one_pin_that_was_asked_for(build, anki):
    first, _ = build({"s.md": "".join(SHOE.format(side=side, pin="") for side in ("left", "right"))})
    _, printed = build({"s.md": SHOE.format(side="odd", pin="")}, status=1)
    assert printed.count("RC222") == 1
    pin = " {#" + printed.partition("{#")[2].partition("}")[0] + "}"
    second, printed = build({"s.md": SHOE.format(side="odd", pin=pin)})
    assert "RC222" not in printed
    assert anki(("import", first), ("import", second))[-1] == {"new": 0, "updated": 2, "duplicate": 0, "conflicting": 0}


def test_an_id_pinned_to_a_published_note_keeps_its_history(build, anki):
    first, _ = build({"ships.md": TWO.format("collier", "clipper")})
    pinned = TWO.format("collier", "clipper").replace("Newcastle to London.", "Newcastle to London. {#coal}")
    second, printed = build({"ships.md": pinned})
    assert "warning" not in printed
    third, _ = build({"ships.md": pinned.replace("carries coal from Newcastle to London", "is a ship")})
    *_, before, _, _, after = anki(
        ("import", first), ("study", None), ("state", None), ("import", second), ("import", third), ("state", None)
    )
    (old,) = [note["guid"] for note in before["notes"].values() if "{{c1::collier" in note.get("Text", "")]
    assert after["notes"]["coal"]["guid"] == old
    assert len(after["notes"]) == len(before["notes"])


def test_a_pin_that_was_taken_off_is_asked_for_again(build):
    text = "* The **clipper** carried tea from Canton to London.\n"
    build({"s.md": text.replace(".\n", ". {#tea}\n")})
    _, printed = build({"s.md": text}, status=1)
    assert "content/s.md:1:3: error RC209 this looks like `tea`" in printed
    assert "end the text with `{#tea}`" in printed


def test_the_authors_file_is_never_written_to(build, tmp_path):
    build({"ships.md": TWO.format("collier", "clipper")})
    assert (tmp_path / "content" / "ships.md").read_text(encoding="utf-8") == TWO.format("collier", "clipper")
    assert sorted(path.name for path in (tmp_path / "content").iterdir()) == ["cards.lock", "deck.yaml", "ships.md"]


def test_the_same_notes_in_another_folder_give_the_same_lock(build, tmp_path, run):
    build({"ships.md": TWO.format("collier", "clipper")})
    lock = (tmp_path / "content" / "cards.lock").read_bytes()
    (tmp_path / "content").rename(tmp_path / "elsewhere")
    assert run("build", tmp_path / "elsewhere", "--out", tmp_path / "x", "--only", "apkg", "--locked").status == 0
    assert (tmp_path / "elsewhere" / "cards.lock").read_bytes() == lock


def test_notes_published_before_the_lock_knew_the_bullets_above_them_stay_the_same(tmp_path, run, monkeypatch):
    shutil.copytree(ROOT / "tests" / "data" / "published" / "notes", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    ids = {line.partition("\t")[0] for line in Path("content/cards.lock").read_text("utf-8").splitlines()}
    built = run("build", "--only", "apkg")
    assert built.status == 0
    assert "cards.lock updated: 7 changed, 1 retired;" in built.err
    assert {line.partition("\t")[0] for line in Path("content/cards.lock").read_text("utf-8").splitlines()} == ids


def test_a_line_about_the_id_of_a_bullet_is_about_all_its_notes_even_if_it_is_edited(build):
    build({"s.md": "* **Overfitting** is a low error on training data. {#over}\n"})
    edited = "* **Overfitting** happens if a model learns each example by heart. {#overfitting}\n"
    _, said = build({"s.md": edited, "deck.yaml": f"{DECK}\nrenames: {{over: overfitting}}\n"})
    assert "RC" not in said


def test_a_lock_written_from_any_form_is_read_again(build):
    """The next build refuses a field that rolecards would never write."""
    forms = (ROOT / "tests" / "study").glob("*/*.md")
    files = {path.name: path.read_text(encoding="utf-8") for path in forms}
    files["links.md"] = "# What is a rope?\n\nMany fibres, [laid]() together. [](gone) [#knots]()\n"
    build(files)
    _, printed = build(files)
    assert "cards.lock" not in printed


def test_a_term_whose_short_name_is_hidden_too_stays_the_card_it_was(build):
    eta = "**Estimated Time of Arrival (ETA)**"
    build({"n.md": f"* {eta}: the hour at which a ship is expected in port, which its crew tells the agent there.\n"})
    ask = "* {}: the hour of the ETA at which a ship is expected in port, which its crew tells the agent there.\n"
    _, printed = build({"n.md": ask.format(eta)})
    assert "RC206" not in printed
    assert "RC207" not in printed
