"""The README and docs/appearance.md are true: commands run, examples work, and everything that they name exists."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader

from conftest import ROOT, edit
from rolecards.export.artifacts import ARTIFACTS
from rolecards.pdf import default_fonts
from rolecards.release.lock import read_lock
from rolecards.schema.kinds import LISTS
from rolecards.schema.models import SCHEMAS
from rolecards.text.cloze import blank, parse_field
from rolecards.text.plain import to_plain

README = (ROOT / "README.md").read_text(encoding="utf-8")
APPEARANCE = (ROOT / "docs" / "appearance.md").read_text(encoding="utf-8")


def examples(language: str, text: str) -> list[str]:
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return found


SHELL = [line for block in examples("sh", README + APPEARANCE) for line in block.splitlines()]
IN_TABLE = [found.replace(" [CONTENT]", "") for found in re.findall(r"^\| `(rolecards .+?)` \|", README, re.MULTILINE)]
OURS = sorted(
    {line.removeprefix(".venv/bin/").removeprefix("uv run --no-sync ") for line in SHELL if "rolecards" in line}
    | set(IN_TABLE)
)
READ_BY_OTHERS = (
    "rolecards build",
    "rolecards build --large",
    "rolecards build --paper letter",
    "rolecards build --only cards --layout long-edge --card-size poker",
)
"""Commands whose papers other tests read."""


@pytest.mark.parametrize("command", [line for line in OURS if line.startswith("rolecards ")])
def test_every_command_runs(command, shipped, run, shipped_as):
    arguments = shlex.split(command)[1:]
    if command in READ_BY_OTHERS:
        shipped_as(*arguments[1:])
        return
    shutil.copytree(shipped_as() / "build", "build")  # as after the first command
    if "OLD.apkg" in arguments:
        assert run("build", "--only", "apkg", "--out", ".").status == 0
        Path("ml-team-roles.apkg").rename("OLD.apkg")
        Path("NEW.apkg").write_bytes(Path("OLD.apkg").read_bytes())
    if "my-deck/content" in arguments:
        assert run("init", "my-deck").status == 0
    if "own" in arguments:
        Path("own").mkdir()
    assert run(*arguments).status == 0


def test_the_commands_without_make_are_those_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in makefile
    assert "--no-deps --no-build-isolation -e ." in makefile
    assert "make" in SHELL
    for line in SHELL:
        assert line.split()[0] in {"make", "python3", "uv", "rolecards", ".venv/bin/pip", ".venv/bin/rolecards"}, line


def test_the_links_to_the_release_name_the_files_that_a_build_writes(shipped_papers):
    linked = re.findall(r"\(\.\./\.\./releases/latest/download/([^)]+)\)", README)
    assert sorted(linked) == sorted(
        path.name for path in Path("build").iterdir() if re.search(r"(?<!-retired)\.(apkg|pdf)$", path.name)
    )


def test_the_searches_and_numbers_are_those_of_the_deck(shipped, run, anki):
    assert run("build", "--only", "apkg").status == 0
    searches = re.findall(r"`((?:tag|deck|Number):.*?)`", README)
    _, deck, core, found, roles = anki(
        ("import", Path("build/ml-team-roles.apkg").absolute()),
        ("find", ['deck:"ML Team Roles"']),
        ("find", ['deck:"ML Team Roles::1 Core"']),
        ("find", [search.replace(" rated:10:1", "") for search in searches]),
        ("find", [f"tag:ml-team-roles::role::{path.stem}" for path in (ROOT / "content" / "roles").iterdir()]),
    )
    assert len(searches) >= 4
    assert all(found + roles)
    assert f"{deck[0]} cards in three subdecks" in README
    assert f"only *1 Core*: {core[0]} cards" in README.replace("\n   ", " ")
    assert 9 * 20 < deck[0] <= 10 * 20  # “in ten days” with 20 new cards a day


def test_the_role_the_topic_and_the_notes_fit_into_the_deck_that_init_writes(shipped, run):
    assert run("init", "my-deck").status == 0
    files = re.findall(r"`(my-deck/content/\S+\.yaml)`:\n\n```yaml\n(.*?)```", README, re.DOTALL)
    assert len(files) == 2
    for name, example in files:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(example, encoding="utf-8")
    notes, front_matter = examples("markdown", README)
    Path("my-deck/content/notes/overfitting.md").write_text(f"{front_matter}\n{notes}", encoding="utf-8")
    assert (run("check", "my-deck/content", "--strict").out, run("build", "my-deck/content").status) == ("", 0)
    guide = "".join(page.extract_text() for page in PdfReader("build/my-deck-handout.pdf").pages)
    for printed in ("Analytics Engineer", "On-call duty", "Notes on lecture 4", "https://example.org/lecture-4"):
        assert printed in guide


def test_the_examples_of_generated_questions_fit_the_deck(shipped, run):
    entries = re.findall(r"^# (content/\S+), (\w+): .*\n((?:.+\n)+?)(?=\n|```)", README, re.MULTILINE)
    assert {key for _, key, _ in entries} == set(LISTS) - {"facts", "ask_them"}, "add an example of each kind"
    for path, key, entry in entries:
        if not Path(path).exists():
            (name,) = (name for name, model in SCHEMAS.items() if key in model.__struct_fields__)
            Path(path).write_text(f"schema: {name}\n{key}:\n", encoding="utf-8")
        edit(Path(path), f"\n{key}:\n", f"\n{key}:\n{entry}")
    assert (run("check", "--strict").out, run("build").status) == ("", 0)
    ids = {yaml.safe_load(entry)[0]["id"]: key for _, key, entry in entries}
    lock = read_lock("cards.lock", (shipped / "cards.lock").read_text(encoding="utf-8"))
    assert [note_id for note_id in ids if note_id in lock.entries] == [
        note_id for note_id, key in ids.items() if LISTS[key].notes
    ]
    guide = "".join(page.extract_text() for page in PdfReader("build/ml-team-roles-handout.pdf").pages)
    assert "You inherit a model" in guide


def test_every_option_it_names_is_one_that_the_program_knows(run):
    helps = "".join(run(command, "--help").out for command in ("build", "check", "diff", "rehearse", "init"))
    style = (ROOT / "templates" / "handout" / "handout.css").read_text(encoding="utf-8")
    for option in set(re.findall(r"`(--[a-z][a-z-]+)", README + APPEARANCE)) - set(re.findall(r"(--[a-z-]+):", style)):
        assert option in helps, option


def test_every_file_picture_and_section_it_names_exists():
    named = re.findall(r'src="([^"]+)"', README) + re.findall(
        r"`((?:templates|content|docs)/[\w/.-]*)`", README + APPEARANCE
    )
    linked = re.findall(r"\]\(([^):]+?)\)", re.sub(r"`[^`\n]+`", "", README))
    for name in named + [link for link in linked if not link.startswith(("#", "../../releases/"))]:
        assert (ROOT / name).exists(), name
    sections = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    assert {link[1:] for link in linked if link.startswith("#")} <= sections


def test_the_example_of_notes_gives_the_cards_beside_it(small, run):
    example = re.search(r"```markdown\n(.*?)```", README, re.DOTALL)
    assert example is not None
    beside = README[example.end() :].partition("</table>")[0]
    for path in small.iterdir():
        if path.name != "deck.yaml":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (small / "deck.yaml").write_text("schema: rolecards/deck@1\nid: small\nname: Small\n", encoding="utf-8")
    (small / "notes.md").write_text(example[1], encoding="utf-8")
    assert run("build", "--only", "apkg").status == 0
    lock = read_lock("cards.lock", (small / "cards.lock").read_text(encoding="utf-8"))
    asked = {
        to_plain(blank(parse_field(entry.front), None, lambda _: "[…]") if entry.form == "cloze" else entry.front)
        for entry in lock.entries.values()
    }
    assert asked == {line.removeprefix("- ").replace("**", "") for line in beside.splitlines() if line.startswith("- ")}


CSS = examples("css", APPEARANCE)
HTML = examples("html", APPEARANCE)
OURS_IN_PDF, OWN_IN_PDF = b"0.0431 0.3098 0.3608 rg", b"0.4784 0.1216 0.2392 rg"


def own_copy(name: str) -> Path:
    path = Path("own/handout", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "templates" / "handout" / name, path)
    return path


def drawn(path: Path) -> bytes:
    contents = (page.get_contents() for page in PdfReader(path).pages)
    return b"".join(each.get_data() for each in contents if each is not None)


def test_a_colour_changed_in_one_place_is_changed_in_all_papers_and_figures(shipped, run):
    theme = own_copy("theme.css")
    theme.write_text(re.sub(r" +--accent: .*?;\n?", CSS[0], theme.read_text("utf-8"), count=1), "utf-8")
    assert run("build", "--templates", "own").status == 0
    for name in (row.name for row in ARTIFACTS.values() if row.on_paper):
        contents = drawn(Path(f"build/ml-team-roles-{name}.pdf"))
        assert OURS_IN_PDF not in contents, name
        assert OWN_IN_PDF in contents, name


def test_the_typeface_is_that_of_the_files_named_in_the_theme(small, run):
    edit(small / "roles" / "cook.yaml", "facts:\n", "ask_them: [{id: cook-ask, text: Why?, src: [book]}]\nfacts:\n")
    theme = own_copy("theme.css")
    theme.write_text(theme.read_text("utf-8") + CSS[1], "utf-8")
    files = default_fonts().families["mono"]
    shutil.copy(files.regular, theme.with_name("Body-Regular.ttf"))
    shutil.copy(files.bold, theme.with_name("Body-Bold.ttf"))
    shutil.copy(files.italic, theme.with_name("Body-Italic.ttf"))
    built = run("build", "--templates", "own", "--only", "handout")
    assert built.status == 0
    assert "RC712" not in built.out
    fonts = {
        font.get_object()["/BaseFont"]
        for page in PdfReader("build/small-handout.pdf").pages
        for font in page["/Resources"]["/Font"].values()
    }
    names = {font.partition("+")[2] for font in fonts}
    assert {"IBMPlexMono", "IBMPlexMonoBold", "IBMPlexMonoItalic"} <= names
    # For the marks that it lacks.
    assert {name for name in names if "Mono" not in name} == {"SourceSansPro"}


def test_a_script_that_our_typeface_lacks_is_set_in_the_font_named_in_the_deck_file(small, run):
    (example,) = examples("yaml", APPEARANCE)
    edit(small / "roles" / "cook.yaml", "Three years", "Three years ↔ kitchens")
    assert "error RC704" in run("build", "--only", "handout").out
    shutil.copy(default_fonts().families["mono"].regular, small / example.partition("[")[2].partition("]")[0])
    with (small / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write(example)
    assert run("build", "--only", "handout").status == 0


def test_a_section_of_ones_own_is_printed_and_stands_in_the_outline(small, run):
    section = own_copy("handout.html.j2").with_name("thanks.html.j2")
    section.write_text(HTML[0], "utf-8")
    document = section.with_name("handout.html.j2")
    document.write_text(document.read_text("utf-8") + HTML[1], "utf-8")
    assert run("build", "--templates", "own", "--only", "handout").status == 0
    reader = PdfReader("build/small-handout.pdf")
    assert "To everyone who asked me these" in reader.pages[-1].extract_text()
    assert "Thanks" in str(reader.outline)


def test_a_role_with_many_facts_takes_the_pages_that_its_template_allows(small, run):
    head = "  slot: function\n  part: core\n  src: [book]\n"
    many = "".join(
        f"- id: cook-{number}\n{head}  qa: {{q: What does the cook do in case {number}?, a: Stirs pot {number}}}\n"
        for number in range(120)
    )
    edit(small / "roles" / "cook.yaml", "facts:\n", f"facts:\n{many}")
    refused = run("build", "--only", "handout").out
    assert "RC705 `Cook` is " in refused
    own = own_copy("role.html.j2")
    own.write_text(re.sub(r"{% set most_pages = .* %}\n", HTML[2], own.read_text("utf-8")), "utf-8")
    assert run("build", "--templates", "own", "--only", "handout").status == 0
