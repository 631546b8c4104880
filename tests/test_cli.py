"""The program as people meet it: its commands, what it writes and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import DATA, EPOCH, ROOT, edit


def test_build_writes_the_deck_and_says_what_is_in_it(small, run):
    built = run("build", "--only", "apkg")
    assert built.status == 0
    assert built.out.startswith("build/small.apkg  written: 10 notes, 11 cards; content ")
    assert "cards.lock created: 10 new" in built.err
    assert sorted(path.name for path in Path("build").glob("[!.]*")) == ["small.apkg"]


def test_a_second_build_leaves_every_file_alone(small, run):
    run("build", "--only", "apkg")
    before = {path: path.stat().st_mtime_ns for path in (Path("build/small.apkg"), small / "cards.lock")}
    built = run("build", "--only", "apkg")
    assert "unchanged: 10 notes" in built.out
    assert built.err == ""
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_check_reports_and_writes_nothing(small, run):
    edit(small / "roles" / "cook.yaml", "part: more", "part: mroe")
    before = sorted(small.parent.rglob("*"))
    checked = run("check")
    assert checked.status == 1
    assert checked.out.startswith("content/roles/cook.yaml:")
    assert sorted(small.parent.rglob("*")) == before


def test_check_of_good_content_is_silent_and_exits_0(shipped, run):
    checked = run("check")
    assert (checked.status, checked.out) == (0, "")


def test_check_of_good_notes_ends_with_how_much_of_them_is_on_no_card(shipped, run):
    notes = "# Ships\n\n* no term here\n* The **collier** carries coal from Newcastle.\n\n```py\nx = 1\n```\n"
    (shipped / "ships.md").write_text(notes, encoding="utf-8")
    checked = run("check")
    assert checked.status == 0
    assert checked.err.splitlines() == [
        "rolecards: ships.md: 0 questions and 2 notes from terms",
        "rolecards: 2 notices",
    ]
    assert [line.partition(" no card")[0] for line in checked.out.splitlines()] == [
        "content/ships.md:3:3: notice RC166",
        "content/ships.md:7:1: notice RC166",
    ]


def test_a_question_without_answer_is_a_warning_that_strict_fails_on(shipped, run):
    (shipped / "ships.md").write_text("# Ships\n\nno term here\n\nQ: Who steers?\n", encoding="utf-8")
    assert "content/ships.md:5:1: warning RC165" in run("check").out
    assert run("check").status == 0
    assert run("check", "--strict").status == 1
    assert '"level": "note"' in run("check", "--format", "sarif").out
    assert "::notice file=content/ships.md" in run("check", "--format", "github").out
    assert '"severity": "notice"' in run("check", "--format", "json").out


def test_a_deck_without_any_note_is_warned_of(shipped, run):
    for path in shipped.rglob("*"):
        if path.suffix in {".yaml", ".lock"} and path.name != "deck.yaml":
            path.unlink()
    (shipped / "deck.yaml").write_text("schema: rolecards/deck@1\nid: empty\nname: Empty\n", encoding="utf-8")
    (shipped / "ships.md").write_text("# Ships\n\nno term here\n", encoding="utf-8")
    assert "content/deck.yaml:1:1: warning RC126 the content produces no notes" in run("build").out


def test_the_cards_of_notes_are_printed_as_text(shipped, run):
    notes = "# Ships\n\nQ: Who steers?\nA: The **helmsman**.\n\n## Cargo\n\n* The **collier** carries coal from port to port.\n"
    (shipped / "ships.md").write_text(notes, encoding="utf-8")
    assert run("check", "--cards").out.splitlines()[:4] == [
        "content/ships.md:3:1: Who steers?",
        "    The helmsman.",
        "content/ships.md:8:3: [Ships › Cargo] The […] carries coal from port to port.",
        "    collier",
    ]


def test_the_last_line_of_a_check_is_its_verdict(small, run):
    def last(*arguments: str) -> str:
        return run("check", *arguments).err.splitlines()[-1]

    warned = run("check").out.count(": warning ")
    assert warned > 1
    assert last() == f"rolecards: {warned} warnings"
    assert last("--strict", "--format", "json") == f"rolecards: {warned} errors"
    edit(small / "roles" / "cook.yaml", "part: more", "part: mroe")
    assert last() == "rolecards: 1 error; the rest is checked after these are corrected"


def test_a_check_with_errors_and_warnings_counts_both(small, run):
    edit(small / "scenarios.yaml", "text: ", f"text: {'Soup ' * 70}")
    checked = run("check")
    errors, warnings = (checked.out.count(f": {severity} ") for severity in ("error", "warning"))
    assert errors == 1
    assert checked.err.splitlines()[-1] == f"rolecards: 1 error, {warnings} warnings"


def test_a_build_that_stops_says_why_and_that_nothing_was_written(small, run):
    edit(small / "roles" / "cook.yaml", "part: more", "part: mroe")
    assert run("build").err == "rolecards: 1 error; nothing was written\n"


def test_all_problems_of_all_files_are_reported_in_one_run(small, run):
    edit(small / "roles" / "cook.yaml", "part: more", "part: mroe")
    edit(small / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c0::prepares::verb}}")
    edit(small / "roles" / "waiter.yaml", "name: Waiter", "nane: Waiter")
    edit(small / "scenarios.yaml", "role: cook", "role: coook")
    edit(small / "contrasts.yaml", "src: [book]", "src: [books]")
    (small / "extra.yaml").write_bytes(b"schema: \xff\n")
    checked = run("check")
    places = [line.partition(" ")[0] for line in checked.out.splitlines()]
    assert places == [
        "content/contrasts.yaml:11:9:",
        "content/extra.yaml:1:9:",
        "content/roles/cook.yaml:11:18:",
        "content/roles/cook.yaml:25:9:",
        "content/roles/waiter.yaml:3:1:",
        "content/scenarios.yaml:5:9:",
    ]


def test_a_file_that_is_not_utf_8_is_reported_at_its_byte(small, run):
    (small / "roles" / "cook.yaml").write_bytes("schema: rolecards/role@1\nname: Köchin\n".encode("latin-1"))
    checked = run("check")
    assert "content/roles/cook.yaml:2:8: error RC110 byte 0xf6 is not valid UTF-8" in checked.out


def test_a_missing_content_folder_is_named(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    built = run("build")
    assert built.status == 2
    assert built.out.startswith("content: error RC101 this folder does not exist")


def test_an_empty_content_folder_is_named(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    Path("notes").mkdir()
    built = run("build", "notes")
    assert built.status == 1
    assert built.out.startswith("notes: error RC102")


def test_content_without_a_deck_file_is_told_what_one_needs(small, run):
    (small / "deck.yaml").unlink()
    built = run("build")
    assert "content/deck.yaml:1:1: error RC125 missing deck file" in built.out


def test_an_output_folder_that_is_a_file_changes_nothing(small, run):
    Path("out").write_text("here first", encoding="utf-8")
    built = run("build", "--out", "out", "--only", "apkg")
    assert built.status == 2
    assert built.out.startswith("out: error RC107 this is a file (name a folder after --out")
    assert "nothing was written" in built.err
    assert not (small / "cards.lock").exists()
    assert Path("out").read_text(encoding="utf-8") == "here first"


def test_a_folder_where_a_file_goes_is_named_and_nothing_is_written(small, run):
    Path("build/small.apkg").mkdir(parents=True)
    built = run("build", "--only", "apkg,quiz")
    assert built.status == 1
    assert built.out == "build/small.apkg: error RC150 this can't be read or written: Is a directory\n"
    assert "nothing was written" in built.err
    assert not (small / "cards.lock").exists()
    assert [path.name for path in Path("build").iterdir()] == ["small.apkg"]


def test_a_template_with_an_unknown_name_is_reported_at_its_line(small, run):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text("Who is this?\n{{ role.one_lime }}\n---\n{{ role.name }}\n", encoding="utf-8")
    built = run("build", "--templates", "own")
    assert built.status == 1
    assert built.out.startswith("own/cards/who.j2:2:1: error RC141 the template fails:")
    assert "one_lime" in built.out


def test_a_template_whose_name_is_misspelt_is_mentioned(small, run):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "scenarios.j2").write_text("Whose?\n---\nHis\n", encoding="utf-8")
    built = run("build", "--only", "apkg", "--templates", "own")
    assert built.status == 0
    assert (
        "own/cards/scenarios.j2 does not replace a built-in template (did you mean own/cards/scenario.j2?)" in built.err
    )


def test_a_template_beside_the_folder_that_it_belongs_in_is_mentioned(small, run):
    Path("own").mkdir()
    shutil.copy(ROOT / "templates" / "handout" / "theme.css", "own")
    built = run("build", "--only", "apkg", "--templates", "own")
    assert "own/theme.css does not replace a built-in template (did you mean own/handout/theme.css?)" in built.err


def test_a_template_that_another_one_includes_is_not_mentioned_whatever_it_is_called(small, run):
    own = Path("own/handout")
    own.mkdir(parents=True)
    document = (ROOT / "templates" / "handout" / "handout.html.j2").read_text(encoding="utf-8")
    include = '{% include "handout/roles.html.j2" %}\n'
    (own / "handout.html.j2").write_text(document + include, encoding="utf-8")
    (own / "roles.html.j2").write_text("<p>All in all.</p>\n", encoding="utf-8")
    assert "does not replace" not in run("build", "--only", "handout", "--templates", "own").err
    (own / "handout.html.j2").unlink()
    assert "own/handout/roles.html.j2 does not replace" in run("build", "--only", "apkg", "--templates", "own").err


def test_a_template_with_broken_syntax_is_reported_at_its_line(small, run):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text("Who is this?\n{% if role %}\n---\n{{ role.name }}\n", encoding="utf-8")
    built = run("build", "--templates", "own")
    assert built.status == 1
    assert built.out.startswith("own/cards/who.j2:")
    assert "error RC141" in built.out


def test_a_template_without_a_back_is_reported(small, run):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text("Who is this?\n", encoding="utf-8")
    built = run("build", "--templates", "own")
    assert "error RC142" in built.out


@pytest.mark.parametrize("product", ["'x' * 10 ** 9", "9 ** 99999999", "[1] * 10 ** 9", "range(10 ** 9) | list"])
def test_a_template_that_would_take_all_memory_is_refused_at_its_line(small, run, product):
    own = small.parent / "own" / "cards"
    own.mkdir(parents=True)
    (own / "who.j2").write_text(f"front\n{{{{ {product} }}}}\n---\nback\n", encoding="utf-8")
    built = run("build", "--templates", "own", "--only", "apkg")
    assert built.out.startswith("own/cards/who.j2:2:1: error RC141 the template fails: ")


@pytest.mark.parametrize(
    "markup", ["<form>", "<script>x</script>", '<b style="x">', '<img src="//x.example">', "[latex]"]
)
def test_a_template_whose_markup_no_lock_may_have_is_reported_before_it_is_published(small, run, markup):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text(f"Who is this?\n---\n{{{{ role.name }}}}{markup}\n", encoding="utf-8")
    built = run("build", "--templates", "own")
    assert "cards/who.j2:1:1: error RC147 a card must not contain" in built.out
    assert not (small / "cards.lock").exists()


@pytest.mark.parametrize("given", ["0", "-5", "soon", "99999999999", "1.5"])
def test_a_source_date_that_cannot_be_is_refused(small, run, monkeypatch, given):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    built = run("build")
    assert built.status == 2
    assert f"SOURCE_DATE_EPOCH is `{given}`" in built.err
    assert not Path("build").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required"),
        (["biuld"], "; did you mean `build`?"),
        (
            ["build", "--papr", "letter"],
            "rolecards build: error: unrecognized arguments: --papr; did you mean `--paper`?",
        ),
        (["check", "--format=jsno"], "; did you mean `json`?"),
        (["build", "--only", "apk"], "unknown artifact `apk` (choose from apkg"),
        (["build", "--paper", "a5"], "invalid choice"),
        (["build", "one", "two"], "unrecognized arguments"),
        (["build", "--offset-x", "nan"], "`nan` is not a length from -10 to 10 mm"),
        (["explain", "RC999"], "unknown code `RC999` (docs/rules.md lists all codes)"),
        (["explain", "RC3011"], "unknown code `RC3011` (did you mean RC301 (long-answer)"),
        (["explain", "long-answers"], "unknown code `long-answers` (did you mean RC301 (long-answer)"),
        (["check", "--format", "xml"], "invalid choice"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_would_be_right(run, arguments, said):
    outcome = run(*arguments)
    assert outcome.status == 2
    assert said in outcome.err


def test_a_path_that_leads_to_something_else_is_wrong_usage_and_has_no_line(small, run):
    Path("file").touch()
    for arguments, said in (
        (["check", "nowhere"], "nowhere: error RC101 this folder does not exist"),
        (["check", "file"], "file: error RC101 this is a file"),
        (["check", "--templates", "nowhere"], "nowhere: error RC140 the templates folder `nowhere` does not exist"),
        (["init", "content"], "content: error RC106 this path already exists and is not an empty folder"),
        (["diff", "content", "content"], "content: error RC801 this is a folder"),
        (["rehearse", "nowhere", "content"], "nowhere: error RC801 there is no such file"),
    ):
        outcome = run(*arguments)
        assert outcome.status == 2, arguments
        assert outcome.out.startswith(said)


def test_the_json_report_has_every_part_of_a_problem(small, run):
    edit(small / "roles" / "cook.yaml", "part: more", "prat: more")
    found = json.loads(run("check", "--format", "json").out)
    assert {"path", "line", "column", "severity", "code", "message", "hint"} <= set(found[0])


def test_the_paper_is_known_in_capitals_too(small, run):
    assert run("build", "--only", "quiz", "--paper", "A4").status == 0


def test_whoever_stands_inside_the_content_folder_is_told_how_to_name_it(small, run, monkeypatch):
    monkeypatch.chdir(small)
    checked = run("check")
    assert checked.status == 2
    assert "the current folder contains deck.yaml; run `rolecards check .`" in checked.out
    assert run("check", ".").status == 0


def test_whoever_names_the_folder_above_the_content_is_told_where_the_content_is(small, run, monkeypatch):
    monkeypatch.chdir(small.parent.parent)
    for command in ("check", "build"):
        refused = run(command, small.parent.name)
        assert refused.status == 2
        assert f"name the content folder, `{small.parent.name}/content`" in refused.out


def test_without_a_deck_file_no_part_is_unknown(small, run):
    (small / "deck.yaml").unlink()
    (small / "notes.md").write_text("---\npart: more\n---\n# Notes\n\n- **Salt** is a mineral.\n")
    found = run("check").out
    assert "RC125" in found
    assert "RC124" not in found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("guide.nots", "`guide` has no `nots`; did you mean `notes`?"),
        ("guide.notes[0].questio", "`note` has no `questio`; did you mean `question`?"),
        ("roles.coook.name", "the value before it has no `coook`; did you mean `cook`?"),
        ("gide.notes", "unknown name `gide`"),
    ],
)
def test_a_template_that_asks_for_what_is_not_there_is_told_what_is(small, run, asked, said):
    own = Path("own/handout")
    own.mkdir(parents=True)
    (own / "handout.html.j2").write_text(f"<p>\n{{{{ {asked} }}}}</p>\n", encoding="utf-8")
    built = run("build", "--only", "handout", "--templates", "own")
    assert built.out == f"own/handout/handout.html.j2:2:1: error RC141 the template fails: {said}\n"


def test_a_misspelt_field_of_a_card_template_is_reported_at_its_place(small, run):
    own = Path("own/anki")
    own.mkdir(parents=True)
    front = (ROOT / "templates" / "anki" / "qa-front.html").read_text(encoding="utf-8")
    (own / "qa-front.html").write_text(f"\n\n  {{{{Frnt}}}}\n{front}", encoding="utf-8")
    built = run("build", "--templates", "own")
    assert built.out.startswith("own/anki/qa-front.html:3:3: error RC143 `{{Frnt}}` is not a field")
    assert "(did you mean `Front`?)" in built.out


def built_elsewhere(content: Path, folder: Path, umask: int, **setting: str) -> dict[str, bytes]:
    """What a build in this folder writes, in a process with these settings."""
    folder.mkdir()
    command = [sys.executable, "-m", "rolecards", "build", str(content), "--out", str(folder)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)} | setting
    done = subprocess.run(
        command, env=environment, umask=umask, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def first_build(tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    """A content folder, and what its first build wrote."""
    folder = tmp_path_factory.mktemp("built")
    content = shutil.copytree(DATA / "small", folder / "content")
    setting = {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"}
    return content, built_elsewhere(content, folder / "first folder", 0o077, **setting)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_the_same_input_gives_the_same_bytes_whatever_the_machine_is_set_to(first_build, tmp_path, zone):
    """Against a first build with another hash seed, time zone, locale, file mode, folder and second."""
    content, first = first_build
    setting = {"PYTHONHASHSEED": "2", "TZ": zone, "LC_ALL": "tr_TR.UTF-8"}
    assert built_elsewhere(content, tmp_path / "second folder", 0o002, **setting) == first


def test_the_version_is_printed_without_loading_what_a_build_needs():
    script = "import sys; from rolecards.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    for heavy in ("yaml", "jinja2", "genanki", "fpdf", "msgspec", "jsonschema_rs", "pyromark", "mathra"):
        assert f"'{heavy}'" not in loaded


def test_a_check_loads_the_page_builder_only_where_a_font_is_named(small):
    script = "import sys; from rolecards.cli import main\nmain(['check'])\nprint('rolecards.pdf' in sys.modules)"
    command = [sys.executable, "-c", script]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith("False\n")
    edit(small / "deck.yaml", "name: Small Deck", "name: Small Deck\nfonts: [missing.ttf]")
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith("True\n")


def test_a_link_out_of_the_content_folder_is_refused(small, tmp_path, run):
    (tmp_path / "secret.yaml").write_text("schema: rolecards/deck@1\n", encoding="utf-8")
    (small / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    built = run("build")
    assert built.status == 1
    assert built.out.startswith("content/link.yaml:1:1: error RC103")


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a shell, with our program as `$RC`."""
    there = os.environ | {"RC": f"{sys.executable} -m rolecards"} | environment
    return subprocess.run(["sh", "-c", command], cwd=folder, env=there, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_report_that_has_no_room_is_told_of_in_one_line(small, unbuffered):
    done = shell("$RC build --only apkg > /dev/full", small.parent, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "rolecards: the report can't be written: No space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="shells there can't close a stream")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_changes_nothing_else(small, closed):
    done = shell(f"$RC build --only apkg --out made {closed}", small.parent)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert (small.parent / "made" / "small.apkg").exists()


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes of that kind")
def test_who_reads_no_more_of_a_report_is_told_nothing_and_the_status_stays(small):
    done = shell("{ $RC check nowhere; echo $? >&2; } | true", small.parent, PYTHONUNBUFFERED="")
    assert "Traceback" not in done.stderr
    assert done.stderr.split()[-1] == "2"


def test_a_first_build_says_how_to_go_on_if_the_lock_was_lost(small, run):
    assert "if learners have the deck, restore it from git, or use --after" in run("build", "--only", "apkg").err
    assert "restore it from git" not in run("build", "--only", "apkg").err
