"""Kinds of attack that reviewers found, each with variants."""

from __future__ import annotations

import os
from html.parser import HTMLParser

import pytest

from conftest import EPOCH
from rolecards.release.twins import one_word_apart

DECK = "schema: rolecards/deck@1\nid: notes\nname: Notes\n"


@pytest.fixture
def notes(tmp_path, monkeypatch, run):
    """Builds a deck of one page of notes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "deck.yaml").write_text(DECK, encoding="utf-8")

    def build(text):
        (tmp_path / "content" / "n.md").write_text(text, encoding="utf-8")
        return run("build", "--only", "apkg")

    return build


@pytest.mark.parametrize("page", ["Q: Which? {{#sugar}}\nA: {}\n", "Q: Which?\nA: {} {{#sugar}}\n"])
def test_an_id_at_the_end_of_a_question_or_its_answer_is_that_of_the_card(notes, page):
    assert notes(f"# H\n\n{page.format('Glucagon')}").status == 0
    built = notes(f"# Other\n\n{page.format('The insulin')}")
    assert built.status == 0
    assert "1 changed" in built.err


@pytest.mark.parametrize("word", ["glucagon", "bile", "sugar"])
def test_a_question_in_which_one_word_was_replaced_is_asked_about(notes, word):
    page = "# H\n\nQ: Which organ of the human body makes {}?\nA: The pancreas\n"
    assert notes(page.format("insulin")).status == 0
    built = notes(page.format(word))
    assert (built.status, "RC222" in built.out) == (1, True)


@pytest.mark.parametrize(
    ("before", "now"),
    [("six sides", "eight sides"), ("the first law", "the fifth law"), ("on Monday", "on Friday")],
)
def test_one_word_replaced_by_another_is_no_correction(before, now):
    assert one_word_apart(before, now)
    assert not one_word_apart("a hexagon has sides", "a hexagon has sidess")


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
@pytest.mark.parametrize("command", [["diff", "z.apkg", "z.apkg"], ["build", "--after", "z.apkg"]], ids=" ".join)
def test_a_package_that_is_not_a_regular_file_is_refused_at_once(small, run, make, command):
    make(small.parent / "z.apkg")
    refused = run(*command)
    assert refused.status in {1, 2}
    assert "z.apkg: error RC801 this is not a regular file" in refused.out


@pytest.mark.parametrize("depth", [150, 5_000])
def test_a_template_that_is_nested_too_deep_is_a_problem_of_the_template(small, run, depth):
    own = small.parent / "own" / "cards"
    own.mkdir(parents=True)
    (own / "scenario.j2").write_text(
        "{% if 1 %}" * depth + "x" + "{% endif %}" * depth + "\n---\ny\n", encoding="utf-8"
    )
    built = run("build", "--only", "apkg", "--templates", "own")
    assert built.status == 1
    assert "error RC141" in built.out


def test_a_lock_with_many_damaged_lines_names_the_first_and_counts_the_others(small, run):
    assert run("build", "--only", "apkg").status == 0
    lock = small / "cards.lock"
    lock.write_text(lock.read_text(encoding="utf-8") + "a\tb\n" * 20_000, encoding="utf-8")
    checked = run("check")
    assert checked.out.count("RC211") == 5
    assert "19,995 more" in checked.out


def test_the_cards_of_one_bullet_stay_together_or_are_asked_about(notes):
    assert notes("# Elements\n\n* **Oxygen** is element eight of the table.\n").status == 0
    built = notes("# Elements\n\n* **Oxygen** is a gas.\n* **Oxygen** is element sixteen of the table.\n")
    assert (built.status, "RC222" in built.out) == (1, True)


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[x](javascript:alert(1))",
    "[x](<data:text/html,<script>alert(1)</script>>)",
    '![x](x" onerror="alert(1))',
    "`</code><script>alert(1)</script>`",
    "$</script><script>alert(1)</script>$",
    "{{c1::<script>alert(1)</script>}}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</script>",
    '<a href="java&#115;cript:alert(1)">x</a>',
    "<b onclick=alert(1)>x</b>",
]
PAGE = """# Heading {0} of all

* **Term {0} of all** is a thing with {0} in it.
  * It has {0} below.

  ```
  {0}
  ```
* Plain {0} text with a {{{{c2::gap {1}::hint {0}}}}} here.

Q: What is {0} {1}?
A: It is {0}.
"""


class Active(HTMLParser):
    """Collects all that a browser would run."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        handlers = [name for name, _ in attrs if name.startswith("on") or name == "srcdoc"]
        addresses = [value for name, value in attrs if name in {"href", "src"} and not value.startswith("https:")]
        self.found += [tag] if handlers or addresses or tag in {"script", "iframe", "svg", "object", "base"} else []


def test_nothing_in_notes_runs_on_a_card(notes, tmp_path, anki):
    pages = [PAGE.format(payload, at) for at, payload in enumerate(PAYLOADS)]
    built = notes("\n".join(pages))
    assert built.status == 0, built.out
    state = anki(("import", tmp_path / "build" / "notes.apkg"), ("state", None))[-1]
    assert len(state["cards"]) > 3 * len(PAYLOADS)
    for card in state["cards"].values():
        parser = Active()
        parser.feed(card["question"] + card["answer"])
        assert parser.found == []
