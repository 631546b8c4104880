"""The lock: what it refuses, what it warns of, and how branches of it come together."""

from __future__ import annotations

import itertools
import subprocess
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import EPOCH, edit
from rolecards.notes import look
from rolecards.notes.note import guid
from rolecards.notes.note_type import NoteField, note_types
from rolecards.release.lock import read_lock, write_lock


@pytest.fixture
def published(small, run):
    """The small content, published."""
    assert run("build", "--only", "apkg").status == 0
    return small


@pytest.fixture
def refused(run):
    """Builds, expects a refusal, and returns what was said."""

    def build() -> str:
        built = run("build", "--only", "apkg")
        assert built.status == 1, built.err
        return built.out

    return build


def entries(folder: Path):
    path = folder / "cards.lock"
    return read_lock(path.as_posix(), path.read_text(encoding="utf-8")).entries


def line_of(folder: Path, note_id: str) -> int:
    lines = (folder / "cards.lock").read_text(encoding="utf-8").split("\n")
    return next(at for at, line in enumerate(lines, start=1) if line.startswith(f"{note_id}\t"))


# ---------------------------------------------------------------- --locked


def test_locked_fails_with_everything_that_is_out_of_date_and_changes_nothing(published, run):
    edit(published / "roles" / "cook.yaml", "The knife", "A knife")
    edit(published / "roles" / "cook.yaml", "id: cook-learns", "id: cook-trains")
    before = {path: path.read_bytes() for path in published.parent.rglob("*") if path.is_file()}
    built = run("build", "--locked", "--only", "apkg")
    assert built.status == 1
    codes = {line.split(" ")[0]: line for line in built.out.splitlines() if "RC221" in line}
    assert list(codes) == [
        f"content/cards.lock:{line_of(published, 'cook-learns')}:1:",
        "content/roles/cook.yaml:13:3:",
        "content/roles/cook.yaml:23:3:",
    ]
    assert "run `rolecards build` and commit cards.lock" in built.out
    assert {path: path.read_bytes() for path in published.parent.rglob("*") if path.is_file()} == before


def test_a_lock_that_is_not_there_is_one_problem_at_its_path(published, run):
    (published / "cards.lock").unlink()
    built = run("build", "--locked", "--only", "apkg")
    assert built.status == 1
    (line,) = built.out.splitlines()
    assert line.startswith("content/cards.lock:1:1: error RC221 there is no lock here, so every note counts as new")
    assert not (published / "cards.lock").exists()


def test_check_says_that_there_is_no_lock(published, run):
    said = "content/cards.lock does not exist, so all notes are new"
    assert said not in run("check").err
    (published / "cards.lock").unlink()
    checked = run("check")
    assert checked.status == 0
    assert said in checked.err


def test_locked_builds_when_the_lock_is_up_to_date(published, run):
    assert run("build", "--locked", "--only", "apkg", "--out", "elsewhere").status == 0
    assert Path("elsewhere/small.apkg").read_bytes() == Path("build/small.apkg").read_bytes()


# ---------------------------------------------------------------- a lock that can't be trusted


def test_a_line_changed_by_hand_is_refused_at_its_place(published, refused):
    line = line_of(published, "cook-knife")
    edit(published / "cards.lock", "\tWhich tool does a cook sharpen every day?", "\tWhich tool is it?")
    assert refused().startswith(f"content/cards.lock:{line}:1: error RC211 this line was changed by hand or is damaged")


def test_a_merge_conflict_is_refused_at_its_mark(published, refused):
    path = published / "cards.lock"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[8:8] = ["<<<<<<< ours", "=======", ">>>>>>> theirs"]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert refused().startswith("content/cards.lock:9:1: error RC212 this is a merge conflict")


def test_a_lock_of_a_newer_format_is_refused(published, refused):
    edit(published / "cards.lock", "rolecards lock 2\n", "rolecards lock 3\n")
    assert "content/cards.lock:1:1: error RC213 a newer rolecards wrote this lock (format 3" in refused()


def test_a_lock_from_before_the_first_release_is_refused_with_the_way_to_start_over(published, refused):
    edit(published / "cards.lock", "rolecards lock 2\n", "rolecards lock 1\n")
    said = refused()
    assert "content/cards.lock:1:1: error RC213 this lock has format 1, from before the first release" in said
    assert "delete it and build" in said


def test_a_file_that_is_no_lock_is_refused(published, refused):
    (published / "cards.lock").write_text("hello\n", encoding="utf-8")
    assert "content/cards.lock:1:1: error RC211 this is not a lock file" in refused()


def test_a_line_taken_out_is_noticed(published, refused):
    path = published / "cards.lock"
    kept = [line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith("cook-knife\t")]
    path.write_text("\n".join(kept), encoding="utf-8")
    assert "content/cards.lock:1:1: error RC214 lines are missing here: no note has the number 4" in refused()


def test_a_lock_from_the_future_is_refused(published, refused, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setattr(time, "time", lambda: EPOCH - 86_400)
    assert f"content/cards.lock:{line_of(published, 'contrast-cook-waiter')}:1: error RC215" in refused()


def test_line_ends_of_another_system_do_no_harm(published, run):
    path = published / "cards.lock"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("build", "--locked", "--only", "apkg").status == 0


# ---------------------------------------------------------------- what would hurt learners


def test_a_cloze_number_that_moves_to_other_words_is_refused_with_the_next_free_one(published, refused):
    edit(published / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c1::burns::verb}}")
    said = refused()
    assert said.startswith("content/roles/cook.yaml:11:18: error RC206 cloze 1 was published as hiding “prepares”")
    assert "use the next free number: {{c3::burns}}" in said


def test_two_cloze_numbers_that_change_places_are_refused(published, refused):
    text = "A cook {{c2::prepares::verb}} meals and {{c1::tastes::with the tongue}} them."
    edit(
        published / "roles" / "cook.yaml",
        "A cook {{c1::prepares::verb}} meals and {{c2::tastes::with the tongue}} them.",
        text,
    )
    assert refused().count("RC206") == 2


def test_a_typing_error_in_hidden_words_may_be_put_right(published, run):
    edit(published / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c1::prepare::verb}}")
    assert run("build", "--only", "apkg").status == 0


def test_a_cloze_number_once_given_up_is_never_given_to_other_words(published, run, refused):
    path = published / "roles" / "cook.yaml"
    edit(path, "{{c2::tastes::with the tongue}}", "tastes")
    built = run("build", "--only", "apkg")
    assert built.status == 0
    assert "warning RC207 cloze 2 (“tastes”) is gone" in built.out
    edit(path, "meals and", "{{c2::meals}} and")
    assert "use the next free number: {{c3::meals}}" in refused()


def test_a_question_that_becomes_a_cloze_text_is_refused(published, refused):
    old = "  qa:\n    q: How long does a cook learn?\n    a: Three years\n"
    edit(published / "roles" / "cook.yaml", old, '  cloze: "A cook learns for {{c1::three years}}."\n')
    said = refused()
    assert said.startswith("content/roles/cook.yaml:23:3: error RC205 `cook-learns` was published as a question")
    assert "give it a new id" in said


def test_a_retired_id_is_not_used_again(published, run, refused):
    path = published / "scenarios.yaml"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert run("build", "--only", "apkg").status == 0
    path.write_text(text.replace("The soup needs salt.", "The table needs a cloth."), encoding="utf-8")
    assert "error RC204 the id `scenario-soup` was retired" in refused()


def test_a_retired_id_is_not_used_again_for_the_same_text_either(published, run, refused):
    path = published / "scenarios.yaml"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert run("build", "--only", "apkg").status == 0
    path.write_text(text, encoding="utf-8")
    assert "RC204" in (said := refused())
    assert "restore the earlier lock from git to get the old card back with its reviews" in said


def test_the_old_lock_from_git_brings_a_retired_note_back(published, run):
    path, lock = published / "scenarios.yaml", published / "cards.lock"
    text, before = path.read_text(encoding="utf-8"), lock.read_bytes()
    path.unlink()
    assert run("build", "--only", "apkg").status == 0
    path.write_text(text, encoding="utf-8")
    lock.write_bytes(before)
    assert run("build", "--only", "apkg").status == 0
    assert lock.read_bytes() == before


def test_texts_that_change_places_between_ids_are_refused(published, refused):
    path = published / "roles" / "cook.yaml"
    text = path.read_text(encoding="utf-8").replace("cook-knife", "spare")
    path.write_text(text.replace("cook-learns", "cook-knife").replace("spare", "cook-learns"), encoding="utf-8")
    knife, learns = line_of(published, "cook-knife"), line_of(published, "cook-learns")
    assert [line.partition(": learners'")[0] for line in refused().splitlines()] == [
        f"content/roles/cook.yaml:13:7: error RC216 this says what `cook-knife` (content/cards.lock:{knife}:1) said",
        f"content/roles/cook.yaml:23:7: error RC216 this says what `cook-learns` (content/cards.lock:{learns}:1) said",
    ]


def test_a_text_whose_own_id_is_retired_is_not_sent_back_to_that_id(published, run, refused):
    path = published / "roles" / "cook.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("- id: cook-learns")], encoding="utf-8")
    assert run("build", "--only", "apkg").status == 0
    edit(path, "Which tool does a cook sharpen every day?", "How long does a cook learn?")
    edit(path, "a: The knife", "a: Three years")
    said = refused()
    assert "error RC216 this says what `cook-learns`" in said
    assert "reword it slightly" in said


def test_a_text_that_another_note_still_has_is_reported_once(published, refused):
    path = published / "roles" / "cook.yaml"
    edit(path, "Which tool does a cook sharpen every day?", "How long does a cook learn?")
    edit(path, "a: The knife", "a: Three years")
    assert [line.split()[2] for line in refused().splitlines()] == ["RC405"]


def test_a_changed_note_type_is_refused_with_what_learners_would_see(published, refused, monkeypatch):
    def wider(*deck):
        qa, *others = note_types(*deck)
        return (replace(qa, fields=(*qa.fields, NoteField("Extra", 1))), *others)

    monkeypatch.setattr(look, "note_types", wider)
    said = refused()
    at = line_of(published, "@note-type\tqa")
    assert f"content/cards.lock:{at}:1: error RC220 the note type “Small Deck Q&A” was published with" in said
    assert "a copy of it in every learner's collection" in said


# ---------------------------------------------------------------- renames


def test_an_id_that_vanished_beside_a_new_one_of_the_same_text_looks_renamed(published, run):
    edit(published / "roles" / "cook.yaml", "id: cook-knife", "id: cook-sharpens")
    for command in (("check",), ("build", "--only", "apkg")):
        done = run(*command)
        assert done.status == 1
        assert "content/roles/cook.yaml:13:7: error RC209 this looks like `cook-knife`" in done.out
        assert "`renames: {cook-knife: cook-sharpens}`" in done.out


def test_a_note_that_only_looks_renamed_comes_a_build_after_the_old_one_went(published, run):
    path = published / "scenarios.yaml"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert run("build", "--only", "apkg").status == 0
    path.write_text(text.replace("id: scenario-soup", "id: scenario-broth"), encoding="utf-8")
    built = run("build", "--only", "apkg")
    assert built.status == 0
    assert "content/scenarios.yaml:3:7: warning RC217 this says what `scenario-soup`" in built.out
    edit(path, "part: beyond", "part: more")
    assert "RC217" not in run("build", "--only", "apkg").out


def test_another_part_of_a_note_or_name_of_the_deck_is_announced_and_loses_nothing(published, run, monkeypatch):
    edit(published / "roles" / "cook.yaml", "part: more", "part: beyond")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + 60))
    built = run("build", "--only", "apkg", "--out", "parts")
    assert "cook.yaml:25:9: warning RC230 learners who have this note keep it in “2 More”" in built.out
    assert run("diff", "build/small.apkg", "parts/small.apkg").status == 0
    edit(published / "deck.yaml", "name: Small Deck", "name: Kitchen")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + 120))
    built = run("build", "--only", "apkg", "--out", "renamed")
    assert "warning RC224 the deck was published as “Small Deck”" in built.out
    compared = run("diff", "parts/small.apkg", "renamed/small.apkg")
    assert compared.status == 0
    assert "~ Kitchen Q&A\n    renamed from “Small Deck Q&A”" in compared.out
    assert "~ Kitchen::1 Core\n    renamed from “Small Deck::1 Core”" in compared.out
    assert "moved to another deck" not in compared.out


def test_a_note_renamed_again_and_again_keeps_its_first_identity(published, run):
    ids = ["cook-knife", "cook-blade", "cook-steel"]
    deck = (published / "deck.yaml").read_text(encoding="utf-8")
    for at in (1, 2):
        edit(published / "roles" / "cook.yaml", f"id: {ids[at - 1]}", f"id: {ids[at]}")
        lines = "".join(f"  {old}: {new}\n" for old, new in itertools.pairwise(ids[: at + 1]))
        (published / "deck.yaml").write_text(f"{deck}renames:\n{lines}", encoding="utf-8")
        built = run("build", "--only", "apkg")
        assert (built.status, built.out.count("RC")) == (0, 0), built.out
    assert entries(published)["cook-steel"].guid == guid("small", "cook-knife")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  nothing: nobody", "nothing was published as `nothing`"),
        ("  cook-knife: cook-blade", "the content still has `cook-knife`"),
        ("  cook-knife: cook-knife", "`cook-knife` is renamed to itself"),
    ],
)
def test_a_rename_that_cannot_be_is_refused_at_its_line(published, refused, line, said):
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write(f"renames:\n{line}\n")
    found = refused()
    assert found.startswith("content/deck.yaml:8:3: error RC208")
    assert said in found


def test_a_rename_that_was_carried_out_stays_valid_without_the_lines_before_it(published, run):
    deck = (published / "deck.yaml").read_text(encoding="utf-8")
    for old, new in (("cook-knife", "cook-blade"), ("cook-blade", "cook-steel")):
        (published / "deck.yaml").write_text(f"{deck}renames: {{{old}: {new}}}\n", encoding="utf-8")
        edit(published / "roles" / "cook.yaml", f"id: {old}", f"id: {new}")
        assert run("build", "--only", "apkg").status == 0
        again = run("build", "--only", "apkg")
        assert (again.status, again.out.count("RC")) == (0, 0), again.out


KNIFE, LEARNS, SPARE = "cook-knife", "cook-learns", "spare"


@pytest.fixture
def rename(published, run):
    """Renames a fact of the cook, with these lines in the deck file; the build after that reports and writes nothing."""
    deck = published / "deck.yaml"
    settings = deck.read_text(encoding="utf-8")

    def build(old: str, new: str, lines: dict[str, str]) -> None:
        edit(published / "roles" / "cook.yaml", f"- id: {old}\n", f"- id: {new}\n")
        renames = "".join(f"  {before}: {after}\n" for before, after in lines.items())
        deck.write_text(f"{settings}renames:\n{renames}", encoding="utf-8")
        for notice in ("rolecards: cards.lock updated: 1 changed; commit it\n", ""):
            built = run("build", "--only", "apkg")
            assert (built.status, built.out.count("RC"), built.err) == (0, 0, notice), built.out + built.err

    return build


def test_a_note_can_be_renamed_back_whichever_lines_are_kept(published, rename):
    rename(KNIFE, SPARE, {KNIFE: SPARE})
    rename(SPARE, KNIFE, {SPARE: KNIFE})
    rename(KNIFE, "steel", {SPARE: KNIFE, KNIFE: "steel"})
    rename("steel", KNIFE, {KNIFE: "steel", "steel": KNIFE})
    rename(KNIFE, "steel", {KNIFE: "steel", "steel": KNIFE})
    rename("steel", SPARE, {"steel": SPARE, KNIFE: "steel", SPARE: KNIFE})
    assert entries(published)[SPARE].guid == guid("small", KNIFE)


@pytest.mark.parametrize("kept", [True, False])
def test_ids_change_places_by_way_of_a_third_one_with_a_build_after_each_step(published, rename, kept):
    lines: dict[str, str] = {}
    for turn in (1, 2):
        for old, new in ((KNIFE, SPARE), (LEARNS, KNIFE), (SPARE, LEARNS)):
            lines = {**(lines if kept else {}), old: new}
            rename(old, new, lines)
        now = [entries(published)[note_id].guid for note_id in (KNIFE, LEARNS)]
        assert now == [guid("small", note_id) for note_id in ((LEARNS, KNIFE) if turn == 1 else (KNIFE, LEARNS))]


def test_ids_that_change_places_in_one_build_are_refused_at_both_lines(published, refused):
    path = published / "roles" / "cook.yaml"
    for old, new in ((KNIFE, SPARE), (LEARNS, KNIFE), (SPARE, LEARNS), ("Three years", "Two to four years")):
        edit(path, old, new)
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write(f"renames:\n  {KNIFE}: {LEARNS}\n  {LEARNS}: {KNIFE}\n")
    said = [line.partition(" (")[0] for line in refused().splitlines()]
    for at in (8, 9):
        assert f"content/deck.yaml:{at}:3: error RC208 an id can't be given up and taken in the same build" in said


def test_notes_can_not_move_up_by_one_id_in_one_build(published, refused):
    path = published / "roles" / "cook.yaml"
    edit(path, LEARNS, SPARE)
    edit(path, KNIFE, LEARNS)
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write(f"renames:\n  {KNIFE}: {LEARNS}\n  {LEARNS}: {SPARE}\n")
    found = refused()
    for at in (8, 9):
        assert f"content/deck.yaml:{at}:3: error RC208 an id can't be given up and taken in the same build" in found


def test_a_line_that_joins_two_published_notes_is_refused(published, refused):
    path = published / "roles" / "cook.yaml"
    edit(path, LEARNS, SPARE)
    facts = path.read_text(encoding="utf-8").split("- id: ")
    path.write_text("- id: ".join(fact for fact in facts if not fact.startswith(KNIFE)), encoding="utf-8")
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write(f"renames:\n  {KNIFE}: {LEARNS}\n  {LEARNS}: {SPARE}\n")
    assert f"content/deck.yaml:8:3: error RC208 `{LEARNS}` was already published as another note" in refused()


def test_the_line_to_write_starts_from_the_id_that_a_note_has_now(published, rename, run):
    rename(KNIFE, SPARE, {KNIFE: SPARE})
    edit(published / "roles" / "cook.yaml", SPARE, "steel")
    edit(published / "deck.yaml", f"{KNIFE}: {SPARE}", f"{KNIFE}: steel")
    assert f"RC208 `{KNIFE}` is `{SPARE}` now (rename that id to `steel` instead)" in run("check").out


def test_a_note_can_be_renamed_more_often_than_anyone_would(published, run):
    edit(published / "roles" / "cook.yaml", KNIFE, "id-150")
    ids = [KNIFE, *(f"id-{at}" for at in range(151))]
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write("renames:\n" + "".join(f"  {old}: {new}\n" for old, new in itertools.pairwise(ids)))
    built = run("build", "--only", "apkg")
    assert (built.status, built.out.count("RC")) == (0, 0), built.out
    assert entries(published)["id-150"].guid == guid("small", KNIFE)


def test_words_declared_the_same_under_an_id_from_before_two_renames_are_found(published, run):
    edit(published / "roles" / "cook.yaml", "id: cook-prepares", "id: third")
    edit(published / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c1::burns::verb}}")
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write("renames: {cook-prepares: second, second: third}\nsame_cards: {cook-prepares: {prepares: burns}}\n")
    built = run("build", "--only", "apkg")
    assert (built.status, built.out.count("RC")) == (0, 0), built.out


def test_the_old_id_of_a_renamed_note_is_not_given_to_another(published, run, refused):
    edit(published / "roles" / "cook.yaml", "id: cook-knife", "id: cook-sharpens")
    with (published / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write("renames:\n  cook-knife: cook-sharpens\n")
    assert run("build", "--only", "apkg").status == 0
    assert entries(published)["cook-sharpens"].guid == guid("small", "cook-knife")
    fact = '- id: cook-knife\n  slot: tools\n  part: beyond\n  src: [book]\n  cloze: "A {{c1::whetstone}} keeps it sharp."\n'
    with (published / "roles" / "cook.yaml").open("a", encoding="utf-8") as file:
        file.write(fact)
    assert "RC203 the id `cook-knife` is taken" in refused()


# ---------------------------------------------------------------- branches


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def branched(published):
    """The published content under git."""
    git(published, "init", "-q", "-b", "main")
    git(published, "add", ".")
    git(published, "commit", "-qm", "first")
    return published


def test_branches_that_change_different_notes_merge_without_a_conflict(branched, run):
    for name, old, new in (("one", "The knife", "A knife"), ("two", "Three years", "Two years")):
        git(branched, "checkout", "-q", "-b", name, "main")
        edit(branched / "roles" / "cook.yaml", old, new)
        assert run("build", "--only", "apkg").status == 0
        git(branched, "commit", "-qam", name)
    git(branched, "merge", "-q", "one")
    assert run("build", "--locked", "--only", "apkg").status == 0


def test_branches_that_each_add_a_note_merge_and_the_number_both_took_is_settled(branched, run):
    (branched / ".gitattributes").write_text("cards.lock merge=union\n", encoding="utf-8")
    git(branched, "add", ".")
    git(branched, "commit", "-qm", "attributes")
    for name in ("one", "two"):
        git(branched, "checkout", "-q", "-b", name, "main")
        topic = f"schema: rolecards/topic@1\nid: {name}\nname: {name}\nfacts:\n- id: {name}-a\n  slot: caveat\n  part: beyond\n"
        topic += f'  src: [book]\n  cloze: "The {name} table stands {{{{c1::by the {name} window}}}}."\n'
        (branched / f"{name}.yaml").write_text(topic, encoding="utf-8")
        assert run("build", "--only", "apkg").status == 0
        git(branched, "add", ".")
        git(branched, "commit", "-qm", name)
    assert entries(branched)["two-a"].number == 11
    git(branched, "merge", "-q", "one")
    assert run("build", "--only", "apkg").status == 0
    merged = entries(branched)
    assert sorted(entry.number for entry in merged.values()) == list(range(1, 13))
    assert len({entry.created for entry in merged.values()}) == 12
    assert {"one-a", "two-a"} <= set(merged)


def test_the_lock_does_not_depend_on_the_order_in_which_files_are_read(published):
    path = published / "cards.lock"
    text = path.read_text(encoding="utf-8")
    header, *lines = [line for line in text.split("\n") if line]
    shuffled = "\n".join([header, *reversed(lines)])
    assert write_lock(read_lock("cards.lock", shuffled)) == text


def test_a_cloze_number_keeps_its_history_if_its_words_are_declared_the_same(published, refused, run):
    edit(published / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c1::burns::verb}}")
    assert "add to deck.yaml: `same_cards: {cook-prepares: {prepares: burns}}`" in refused()
    deck = published / "deck.yaml"
    text = deck.read_text(encoding="utf-8")
    deck.write_text(text + "same_cards: {cook-prepares: {prepares: burns}}\n", encoding="utf-8")
    assert "cards.lock updated: 1 changed" in run("build", "--only", "apkg").err
    again = run("build", "--only", "apkg")
    assert (again.status, again.err) == (0, "")


def test_lines_of_same_cards_that_were_carried_out_or_undone_change_nothing(published, run):
    path, deck = published / "roles" / "cook.yaml", published / "deck.yaml"
    settings, now = deck.read_text(encoding="utf-8"), "prepares"
    for words, lines in (
        ("prepares", "prepares: burns"),
        ("burns", "prepares: burns"),
        ("chars", "prepares: burns, burns: chars"),
        ("chars", "burns: chars, prepares: burns"),
        ("prepares", "chars: prepares, prepares: burns, burns: chars"),
    ):
        edit(path, f"{{{{c1::{now}::verb}}}}", f"{{{{c1::{words}::verb}}}}")
        now = words
        deck.write_text(f"{settings}same_cards: {{cook-prepares: {{{lines}}}}}\n", encoding="utf-8")
        for _ in range(2):
            assert run("build", "--only", "apkg").status == 0


def test_a_key_of_the_deck_file_on_a_fact_is_sent_there(published, refused):
    edit(published / "roles" / "cook.yaml", "  as_of: 2020\n", "  same_cards: {a: b}\n")
    assert "RC123 unknown key `same_cards` (it belongs in deck.yaml, with the note's id)" in refused()


def test_a_chain_of_renames_takes_time_in_proportion_to_its_length(published, refused):
    deck = published / "deck.yaml"
    lines = "".join(f"  old-{at}: old-{at + 1}\n" for at in range(30_000))
    deck.write_text(f"{deck.read_text(encoding='utf-8')}renames:\n{lines}", encoding="utf-8")
    start = time.process_time()
    assert "nothing was published as `old-0`" in refused()
    assert time.process_time() - start < 15


def test_a_new_note_can_not_take_the_text_of_one_that_goes_on_with_another(published, refused):
    path = published / "roles" / "cook.yaml"
    fact = path.read_text(encoding="utf-8").split("- id: ")[2]
    edit(path, "The knife", "The spoon")
    path.write_text(
        f"{path.read_text(encoding='utf-8').rstrip()}\n- id: cook-other{fact.removeprefix('cook-knife')}",
        encoding="utf-8",
    )
    assert "error RC216 this says what `cook-knife`" in refused()


def test_a_twin_in_a_cloze_number_is_no_correction(published, refused, run):
    path = published / "roles" / "cook.yaml"
    edit(path, "{{c1::prepares::verb}}", "{{c3::makes nitrite}}")
    assert run("build", "--only", "apkg").status == 0
    edit(path, "{{c3::makes nitrite}}", "{{c3::makes nitrate}}")
    assert "error RC206 cloze 3 was published as hiding “makes nitrite”" in refused()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("same_cards: {nobody: {a: b}}", "nothing was published as `nobody`"),
        (
            "same_cards: {cook-prepare: {a: b}}",
            "nothing was published as `cook-prepare` (did you mean `cook-prepares`?)",
        ),
    ],
)
def test_a_line_of_same_cards_that_fits_no_note_is_refused(published, refused, line, message):
    deck = published / "deck.yaml"
    deck.write_text(f"{deck.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    assert f"error RC208 {message}" in refused()


def test_texts_that_still_use_the_old_name_of_a_role_are_named(published, run):
    path = published / "roles" / "cook.yaml"
    edit(path, "name: Cook", "name: Chef")
    printed = run("check").out
    assert (
        "content/roles/cook.yaml:11:13: warning RC226 this still says “cook”; the role “Cook” is called “Chef” now"
        in printed
    )
    edit(path, "name: Chef", "name: Chef\naliases: [Cook]")
    assert "RC226" not in run("check").out
