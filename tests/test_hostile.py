"""Content from strangers: it may be wrong in any way, but it can't hang the program, end it with a traceback, reach the
network, read outside the content folder, or put markup on a card."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from rolecards.source.text import place

if TYPE_CHECKING:
    from collections.abc import Callable

ROLE = "schema: rolecards/role@1\nid: cook2\nname: Second Cook\none_line: Cooks what the first does not.\nfacts:\n"
FACT = "- id: cook2-a\n  slot: function\n  part: core\n  src: [book]\n"


def write(folder: Path, text: str | bytes, name: str = "bad.yaml") -> None:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def add_question(folder: Path, question: str, answer: str = "An answer") -> None:
    fact = {"id": "cook2-a", "slot": "function", "part": "core", "src": ["book"], "qa": {"q": question, "a": answer}}
    write(folder, ROLE + yaml.safe_dump([fact], allow_unicode=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "RC116"),
        ("[" * 200_000, "RC112"),
        ("{" * 200_000, "RC112"),
        ("- " * 200_000, "RC112"),
        ("[" * 200_000 + "]" * 200_000, "RC112"),
        ("? " * 50_000, "RC112"),
        ("\n".join(" " * at + "a:" for at in range(2_000)), "RC112"),
        (b"schema: \xff\xfe", "RC110"),
        (b"\xff\xfes\x00c\x00", "RC110"),
        ("schema: x\x00y\n", "RC111"),
        ("schema: x\x1by\n", "RC111"),
        (b"a: \xed\xa0\x80\n", "RC110"),
        ("%YAML 9.9\n---\na: b\n", "RC111"),
        ("!!python/object/apply:os.system [echo]\n", "RC117"),
        ("a: b\n---\nc: d\n", "RC111"),
        ("*nothing\n", "RC111"),
        ("? [a, b]\n: c\n", "RC114"),
    ],
)
def test_yaml_made_to_harm_is_reported_quickly(small, run, text, code):
    write(small, text)
    start = time.monotonic()
    checked = run("check")
    assert time.monotonic() - start < 20
    assert checked.status == 1
    assert "content/bad.yaml:" in checked.out
    assert code in checked.out
    assert len(checked.out) < 20_000


def test_a_scalar_of_a_hundred_megabytes_is_refused_by_the_limit_on_files(small, run):
    write(small, b"schema: " + b"x" * 100_000_000)
    checked = run("check")
    assert "content/bad.yaml:1:1: error RC105 this file is larger than 64 MB" in checked.out


def test_a_word_of_a_megabyte_is_read_and_does_not_hang(small, run):
    add_question(small, f"What is {'x' * 1_000_000}?")
    assert run("build", "--only", "apkg").status == 0


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\ufdd0", "\ufdd1"])
def test_characters_that_turn_or_fake_text_are_refused_at_their_place(small, run, character):
    add_question(small, f"Who cooks {character}here?")
    checked = run("check")
    assert checked.status == 1
    assert f"U+{ord(character):04X}" in checked.out
    assert "content/bad.yaml:10:18: error RC111" in checked.out


def test_ids_that_only_look_alike_are_refused(small, run):
    write(small, ROLE + FACT.replace("cook2-a", "сook2-a") + '  cloze: "A {{c1::b}} c."\n')
    assert "content/bad.yaml:6:7: error RC124" in run("check").out


@pytest.mark.parametrize("deck_id", ["../evil", "/abs", "a/b", "con", "collection", "backup-2024", ".hidden"])
def test_a_deck_id_that_is_no_file_name_is_refused(small, run, deck_id):
    text = (small / "deck.yaml").read_text(encoding="utf-8").replace("id: small", f"id: {deck_id}")
    (small / "deck.yaml").write_text(text, encoding="utf-8")
    built = run("build")
    assert built.status == 1
    assert built.out.startswith("content/deck.yaml:2:5: error RC124")


def test_a_folder_link_out_of_the_content_folder_is_refused(small, tmp_path, run):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "stolen.yaml").write_text("secret: canary-4711\n", encoding="utf-8")
    (small / "inside").symlink_to(outside)
    built = run("build")
    assert "canary-4711" not in built.out + built.err
    assert not any("canary" in path.read_text("latin-1") for path in Path("build").glob("*"))


def test_a_pipe_in_the_content_folder_is_refused_and_not_waited_for(small, run):
    subprocess.run(["mkfifo", small / "pipe.yaml"], check=True)
    assert "content/pipe.yaml:1:1: error RC104" in run("check").out


def test_jinja_in_content_is_text(small, run, anki):
    add_question(small, "{{ config }} {% for x in y %} {{ 7*7 }}?", "{{ self.__init__.__globals__ }}")
    assert run("build", "--only", "apkg").status == 0
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert "7*7" in state["cards"]["cook2-a#0"]["question"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "ftp://x.example",
    ],
)
def test_links_lead_to_the_web_or_to_mail_and_nowhere_else(small, run, anki, address):
    add_question(small, f"See [this]({address})?")
    assert run("build", "--only", "apkg").status == 0
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert "href" not in state["notes"]["cook2-a"]["Front"]


def test_a_source_address_that_is_not_of_the_web_is_refused(small, run):
    text = (small / "sources.yaml").read_text(encoding="utf-8")
    (small / "sources.yaml").write_text(
        text.replace("https://example.org/book", "javascript:alert(1)"), encoding="utf-8"
    )
    assert "content/sources.yaml:5:8: error RC124" in run("check").out


def test_pictures_from_elsewhere_are_neither_fetched_nor_read(small, run, anki, tmp_path):
    """A canary file and a listening socket show that nobody looks."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        (tmp_path / "canary.png").write_bytes(b"canary")
        sources = f"![a](http://127.0.0.1:{port}/x.png) ![b](../canary.png) <img src='file://{tmp_path}/canary.png'>"
        write(small, f"# Canaries\n\n**What is {sources}?**\n\nIt is a trap.\n", "canary.md")
        built = run("build")
        assert (built.status, built.out.count("warning RC181")) == (0, 2), built.out
        add_question(small, f"What is {sources}?")
        checked = run("check")
        assert (checked.status, checked.out.count("error RC181")) == (1, 2), checked.out
        with pytest.raises(TimeoutError):
            server.accept()
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    (question,) = (each["question"] for key, each in state["cards"].items() if "canar" in key)
    assert "<img" not in question


def test_no_traceback_reaches_an_author_whatever_the_file_holds(small):
    for at, text in enumerate(
        ["schema:\n", "schema: [x]\n", "- schema\n", "schema: rolecards/role@1\n", "x", '"', "{}", "[]"]
    ):
        write(small, text, f"bad{at}.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "rolecards", "check", small], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout.count("error RC") >= 8


# ---------------------------------------------------------------- many findings in one text


MANY_FINDINGS = [
    "(",
    ") ",
    "~~",
    "<b>",
    "&amp;",
    "<br>",
    "[a](",
    "$",
    "$a_ ",
    "}}",
    "![",
    "a  b",
    "a .",
    "’a'",
    "the the ",
]


@pytest.mark.parametrize("bit", MANY_FINDINGS)
def test_ten_times_as_many_findings_take_about_ten_times_as_long(small, run, bit):
    def seconds(count: int) -> float:
        add_question(small, f"What is {bit * count}?")
        start = time.process_time()
        assert run("check").out
        return time.process_time() - start

    assert seconds(20_000) < 1 + 25 * seconds(2_000)


def test_places_in_many_long_files_are_found_without_reading_each_file_again():
    texts = ["\n" * (100_000 + at) for at in range(50)]
    start = time.process_time()
    places = [place("a.yaml", text, at) for at in range(20) for text in texts]
    assert {each.line for each in places} == {*range(1, 21)}
    assert time.process_time() - start < 5


def test_at_most_five_findings_of_a_rule_are_reported_for_a_text(small, run):
    add_question(small, "What is " + "( " * 10_000 + "?")
    lines = [line for line in run("check").out.splitlines() if "RC607" in line]
    assert len(lines) == 5
    assert lines[-1].endswith("; 9,995 more in this text")


def test_at_most_five_mistakes_in_a_cloze_text_are_reported(small, run):
    write(small, ROLE + FACT + f'  cloze: "{"}} " * 10_000} {{{{c1::x}}}}"\n')
    lines = [line for line in run("check").out.splitlines() if "RC131" in line]
    assert len(lines) == 5
    assert "; 9,995 more in this text" in lines[-1]


def test_ten_thousand_typing_errors_in_one_text_are_corrected(small, run):
    add_question(small, "What is " + "a  b " * 10_000 + "?")
    start = time.monotonic()
    run("check", "--fix")
    assert time.monotonic() - start < 60
    role = yaml.safe_load((small / "bad.yaml").read_text(encoding="utf-8"))
    assert role["facts"][0]["qa"]["q"] == "What is " + "a b " * 9_999 + "a b?"


def test_a_source_that_repeats_one_word_does_not_take_quadratic_time(small, run):
    text = (small / "sources.yaml").read_text(encoding="utf-8")
    (small / "sources.yaml").write_text(text.replace("code: book", "code: book\n  text: book.txt", 1), encoding="utf-8")
    (small / "book.txt").write_text("word " * 20_000, encoding="utf-8")
    add_question(small, "word " * 20_000)
    start = time.monotonic()
    assert "RC511 20000 words are copied from the source book" in run("check").out
    assert time.monotonic() - start < 60


# ---------------------------------------------------------------- files that are no files


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def file_outside(path: Path) -> None:
    outside = Path.cwd() / "outside.txt"
    outside.write_text("schema: canary-4711\n", encoding="utf-8")
    path.symlink_to(outside)


ODD_FILES = [link_to_itself, dangling, device, pipe, file_outside]


@pytest.fixture
def in_a_fork(program) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the program in a process of its own, with a limit of time; a traceback is a failure."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        done = program.run(*arguments)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return call


@pytest.mark.parametrize("odd", ODD_FILES)
@pytest.mark.parametrize("name", ["odd.yaml", "odd.md", "cards.lock"])
def test_a_content_file_that_is_not_a_regular_file_of_the_folder_is_refused(small, in_a_fork, odd, name):
    odd(small / name)
    for command in ("check", "build"):
        done = in_a_fork(command)
        assert done.returncode == 1
        assert re.match(rf"content/{name}:1:1: error RC10[34] ", done.stdout)
    assert not list(Path().glob("build/*.apkg"))


@pytest.mark.parametrize("suffix", [".yaml", ".md"])
@pytest.mark.parametrize(
    "command", [["check"], ["check", "--format", "json"], ["check", "--format", "sarif"], ["build"]]
)
def test_a_file_name_that_is_not_utf_8_is_refused(small, in_a_fork, suffix, command):
    (Path(os.fsdecode(os.fsencode(small) + b"/caf\xe9" + suffix.encode()))).write_text("# A\n", encoding="utf-8")
    done = in_a_fork(*command)
    assert done.returncode == 1
    assert "the name of this file is not UTF-8" in done.stdout
    assert done.stdout.encode()


@pytest.mark.parametrize("odd", ODD_FILES)
@pytest.mark.parametrize(
    "name", ["cards/who.j2", "handout/theme.css", "handout/logo.svg", "anki/style.css", ".part.j2"]
)
def test_a_template_that_is_not_a_regular_file_of_the_folder_is_refused(small, in_a_fork, odd, name):
    path = Path("own", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    odd(path)
    for command in ("check", "build"):
        done = in_a_fork(command, "--templates", "own")
        assert done.returncode == 1
        assert re.match(rf"own/{name}:1:1: error RC10[34] ", done.stdout)
    assert not Path("build").exists()


def test_a_folder_link_out_of_the_templates_folder_is_refused(small, in_a_fork, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "cards").symlink_to("../outside")
    assert in_a_fork("build", "--templates", "own").stdout.startswith("own/cards:1:1: error RC103 ")


# ---------------------------------------------------------------- templates


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__",
        "role.__init__.__globals__",
        "role['__class__']",
        "role | attr('__class__')",
        "cycler.__init__.__globals__.os.popen('touch stolen')",
        "lipsum.__globals__['os'].system('touch stolen')",
        "self.__init__.__globals__.__builtins__.open('stolen', 'w')",
        "'{0.__class__}'.format(role)",
        "range(10 ** 9) | list",
        "'a' | round",
        "role.name()",
        "[1, 2] | join(1, 2, 3, 4)",
        "1 / 0",
    ],
)
def test_a_template_cannot_leave_the_sandbox_and_a_failure_is_reported_at_its_line(small, in_a_fork, expression):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text(f"Who?\n{{{{ {expression} }}}}\n---\n{{{{ role.name }}}}\n", encoding="utf-8")
    done = in_a_fork("build", "--only", "apkg", "--templates", "own")
    assert done.stdout.startswith("own/cards/who.j2:2:1: error RC141 ")
    assert not Path("stolen").exists()


def test_a_template_cannot_include_a_file_outside_its_folder(small, in_a_fork, tmp_path):
    (tmp_path / "canary.j2").write_text("canary-4711", encoding="utf-8")
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text("Who?{% include '../canary.j2' %}\n---\n{{ role.name }}\n", encoding="utf-8")
    done = in_a_fork("build", "--only", "apkg", "--templates", "own")
    assert done.returncode == 1
    assert "canary-4711" not in done.stdout


# ---------------------------------------------------------------- names that a terminal or GitHub would act on


ESCAPES = "\x1b[2J\r\x9b31m"
COMMANDS = "\n::error::stolen ##[error]stolen"
FORMS = ["text", "json", "github", "sarif"]


def assert_harmless(*outputs: str) -> None:
    for output in outputs:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", output), output
        assert "##[" not in output
        commands = [line for line in output.split("\n") if line.strip().startswith("::")]
        assert all(re.match("::(error|warning) file=", line) for line in commands), output


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("roles/cook.yaml", "schema: rolecards/role@1", 'schema: "x{}"'),
        ("roles/cook.yaml", "name: Cook", 'name: "Cook{}"'),
        ("roles/cook.yaml", "name: Cook", 'name: Cook\n"key{}": 1'),
        ("roles/cook.yaml", "one_line: ", 'x: "{}"\none_line: '),
        ("deck.yaml", "id: small", 'id: "small{}"'),
        ("deck.yaml", "id: small", 'id: small\nallow: {{"RC{}": "{}"}}'),
        ("deck.yaml", "id: small", 'id: small\nfonts: ["{}.ttf"]'),
        ("sources.yaml", "code: book", 'code: "book{}"'),
        ("sources.yaml", "code: book", 'code: book\n  text: "{}.txt"'),
    ],
)
def test_a_name_in_a_file_cannot_print_a_command(small, run, form, file, old, new):  # noqa: PLR0913, PLR0917
    path = small / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    name = COMMANDS.replace("\n", "\\n")
    path.write_text(
        text.replace(old, new.replace("{}", name).replace("{{", "{").replace("}}", "}"), 1), encoding="utf-8"
    )
    checked, built = run("check", "--format", form), run("build", "--only", "apkg")
    assert_harmless(checked.out, checked.err, built.out, built.err)
    if form == "text":
        statistics = run("check", "--stats")
        assert_harmless(statistics.out, statistics.err)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_name_cannot_print_a_command(small, run, monkeypatch, form):
    for name in ("a\n::error::b.yaml", "::error::stolen.yaml", "##[error]stolen.yaml", f"{ESCAPES}.yaml", "x\u202e.md"):
        (small / name).write_text("schema: [\n", encoding="utf-8")
    checked = run("check", "--format", form)
    assert checked.status == 1
    assert_harmless(checked.out, checked.err)
    monkeypatch.chdir(small)
    checked = run("check", ".", "--format", form)
    assert "stolen" in checked.out
    assert_harmless(checked.out, checked.err)


@pytest.mark.parametrize("name", ["::error::stolen", "a\n::error::stolen", "##[error]stolen", ESCAPES])
def test_an_argument_cannot_print_a_command(small, run, name):
    Path(name).mkdir()
    Path(name, "whoo.j2").touch()
    for arguments in (
        ("check", f"{name}x"),
        ("check", "--templates", f"{name}x"),
        ("check", "--templates", name),
        ("check", "--format", name),
        ("check", f"--{name}"),
        ("build", "--only", "apkg", "--out", name),
        ("build", "--only", name),
        ("explain", name),
        ("init", f"{name}2"),
        ("diff", name, name),
        ("rehearse", name, name),
    ):
        outcome = run(*arguments)
        assert_harmless(outcome.out, outcome.err)


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_name_in_a_package_cannot_print_a_command(small, run, form):
    run("build", "--only", "apkg", "--out", "old")
    add_question(small, f"What is\n\n::error::stolen ##[error]stolen {COMMANDS}?", COMMANDS)
    run("build", "--only", "apkg", "--out", "::error::new")
    changes = run("diff", "old/small.apkg", "::error::new/small.apkg", "--format", form)
    assert "stolen" in changes.out
    assert_harmless(changes.out, changes.err)
