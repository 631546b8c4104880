"""Content from strangers: it may be wrong in any way, but it can't hang the program, end it with a traceback, reach the
network, read outside the content folder, or put markup on a card."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

ROLE = "schema: rolecards/role@1\nid: cook2\nname: Second Cook\ngroup: core\none_line: Cooks what the first does not.\nfacts:\n"
FACT = "- id: cook2-a\n  slot: function\n  tier: seed\n  src: [book]\n"


def write(folder: Path, text: str | bytes, name: str = "bad.yaml") -> None:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def add_question(folder: Path, question: str, answer: str = "An answer") -> None:
    fact = {"id": "cook2-a", "slot": "function", "tier": "seed", "src": ["book"], "qa": {"q": question, "a": answer}}
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
    assert "content/bad.yaml:7:7: error RC124" in run("check").out


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


def test_pictures_in_text_are_neither_fetched_nor_read(small, run, anki, tmp_path):
    """A canary file and a listening socket show that nobody looks."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        (tmp_path / "canary.png").write_bytes(b"canary")
        sources = f"![a](http://127.0.0.1:{port}/x.png) ![b](../canary.png) <img src='file://{tmp_path}/canary.png'>"
        add_question(small, f"What is {sources}?")
        assert run("build").status == 0
        with pytest.raises(TimeoutError):
            server.accept()
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert "<img" not in state["cards"]["cook2-a#0"]["question"]


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
