"""Whatever stands in a notes file, it gives cards or problems with a place, and nothing of it is lost."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from cards_as_text import DECK, content_of, notes_of
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rolecards.codes import Severity
from rolecards.problems import ContentError
from rolecards.source.folder import SourceFile
from rolecards.source.page import read_page
from rolecards.study.forms import FORMS, Opening
from rolecards.study.labels import read_labels
from rolecards.study.siblings import with_siblings
from rolecards.templates import Templates, bundled_folder
from rolecards.text.parse import DEEPEST, parse_page
from rolecards.text.tree import Block, Inline

FIXTURES = sorted((Path(__file__).parent / "constructs").glob("*.md"))
PIECES = st.sampled_from(
    [
        *("* ", "- ", "1. ", "  ", "    ", "\t", "\n", "\n\n", "# ", "## What is it?", "> ", "| a |", "---"),
        *("**", "**term**", "*", "_", "`", "```", "$", "$$", "$x^2$", r"\(", r"\)", "\\", "&amp;"),
        *(
            "[",
            "](",
            "https://a.b)",
            "![",
            "<",
            ">",
            "<b>",
            "</b>",
            "<!--",
            "-->",
            "<h3>",
            "<p>",
            '<li class="é">',
            "</li>",
            "<br>",
            "[^1]",
            "[^1]: ",
            "!!! note",
        ),
        *(
            "{{c1::",
            "}}",
            "::",
            " :: ",
            "{#id}",
            "{%",
            "%}",
            "{% hint %}",
            "{% endhint %}",
            '{% embed url="https://a.b" %}',
        ),
        *("<details>", "<summary>", "</summary>", "</details>", "<dd>", "## Key terms", "term: ", "A. ", "?"),
        *("Q: ", "A: ", "It ", "This person ", "The ", "word", "é", "日本", "\u2028"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200))


def read(text: str):
    """The content and its notes; None where it has problems, all of which have a place in the file."""
    try:
        content = content_of(text.encode("utf-8", "surrogatepass"))
    except ContentError as error:
        problems = error.problems
    else:
        return content, notes_of(content)
    lines = len(re.split(r"[\n\r\x85\u2028\u2029]", text))
    assert {problem.location.path for problem in problems} == {"content/notes.md"}
    assert all(1 <= problem.location.line <= lines for problem in problems)
    return None


@pytest.mark.fuzz
@given(TEXTS)
def test_any_text_gives_cards_or_problems_at_their_places(text):
    read(text)


@pytest.mark.fuzz
@given(TEXTS)
def test_every_note_has_a_card_and_a_name(text):
    for note in read(text)[1] if read(text) else ():
        assert note.ordinals
        assert note.id
        assert note.text.strip() or (note.front.strip() and note.back.strip())
        assert "\x1f" not in "".join(note.fields(1).values())
        assert not re.search(r"\{\{c\d+::\s*\}\}", note.text)


def items_of(text: str) -> set[int]:
    """The lines in which a CommonMark parser of its own sees items that have any text besides tags."""
    tokens = MarkdownIt("commonmark").parse(text)
    lines = {token.map[0] + 1 for token in tokens if token.type == "list_item_open" and token.map}
    source = text.split("\n")
    texts = {line: re.sub(r"\{%.*?%\}|</?\w+>", "", source[line - 1]) for line in lines}
    return {
        line for line, text in texts.items() if any(map(str.isalnum, re.sub(r"^([ \t>]|\d+[.)]|[-*+])*", "", text)))
    }


def lines_on_cards_or_left_out(content) -> set[int]:
    found: set[int] = set()
    for page in content.study:
        for left in page.skipped:
            found |= set(range(left.line, left.end + 1))
        found = found.union(*(draft.covers for draft in page.drafts))
        found |= {problem.location.line for problem in page.problems}
    return found


@pytest.mark.parametrize("notes", FIXTURES, ids=lambda path: path.stem)
def test_every_item_is_on_a_card_or_reported(notes):
    text = notes.read_text(encoding="utf-8")
    front = text.startswith("---\n")
    body = "\n" * text[: text.index("\n---\n") + 5].count("\n") + text[text.index("\n---\n") + 5 :] if front else text
    assert items_of(body) <= lines_on_cards_or_left_out(content_of(text.encode()))


@pytest.mark.fuzz
@given(TEXTS)
def test_every_item_of_any_text_is_on_a_card_or_reported(text):
    made = read(text)
    if made:
        assert items_of(re.sub("\r\n?", "\n", text)) <= lines_on_cards_or_left_out(made[0])


def problems_of(text: bytes):
    """The problems of a page, whether they refuse it or not."""
    try:
        return [problem for page in content_of(text).study for problem in page.problems]
    except ContentError as error:
        return error.problems


LINES = st.lists(
    st.tuples(
        st.sampled_from(["* ", "  * ", "    * ", "      * ", "- ", "1. ", "", "\n", "\n  ", "\n    "]),
        st.sampled_from(
            [
                *(
                    "The **term** is here {}",
                    "This person works {}",
                    "It {}",
                    "**Term{}**",
                    "The **Term{}** crew:",
                    "plain {}",
                ),
                *("What is {}?", "Reasons {}:", "**All of the reasons that there are {}:**", "a :: b {}", "⇒ so {}"),
                *(
                    "Q: why {}",
                    "A: so {}",
                    "Q: {}\nA: {}a",
                    "{{{{c1::x}}}} {}",
                    "[{}](https://a.b)",
                    "**a{}** and **b**",
                ),
            ]
        ),
    ).map("".join),
    max_size=25,
)


@pytest.mark.fuzz
@given(LINES, st.sampled_from(["", "# Heading\n\n", "## What is it?\n\n", "## Summary\n\n"]))
def test_the_words_of_every_line_stand_on_a_card_or_the_line_is_reported(lines, heading):
    text = heading + "\n".join(line.format(f"word{at}x", at) for at, line in enumerate(lines))
    content, notes = read(text)
    shown = "".join("".join(note.fields(1).values()) for note in notes)
    left = {at for page in content.study for skip in page.skipped for at in range(skip.line, skip.end + 1)}
    for at, line in enumerate(text.split("\n"), start=1):
        assert at in left or all(word in shown for word in re.findall(r"word\d+x", line)), line


HOSTILE = {
    "10,000 levels of lists": "".join(f"{'  ' * level}- a\n" for level in range(1_000)) + "* - " * 5_000 + "a",
    "10,000 levels in one line": "* - " * 5_000 + "a",
    "10,000 quotations": ">" * 10_000,
    "10,000 levels of a numbered list": "".join(f"{'  ' * (level % 1_000)}1. a\n" for level in range(2_000)),
    "100,000 brackets": "[" * 100_000,
    "100,000 stars": "* " + "*a **" * 20_000,
    "100,000 dollars": "$a " * 33_000,
    "100,000 formulas": r"\(" * 50_000,
    "100,000 back-ticks": "a " + "`" * 100_000,
    "100,000 cloze marks": "* " + "{{c1::" * 16_000,
    "a formula that never ends": "* $$\n" + "a\n" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_ends_quickly_with_problems_that_name_a_line(text):
    start = time.perf_counter()
    problems = problems_of(text.encode())
    assert time.perf_counter() - start < 20
    assert {problem.code for problem in problems} & {"RC112", "RC164"}


@pytest.mark.parametrize(("text", "size"), [("<summary>", 200_000), (r"\(", 200_000), ("a **", 1_000_000)])
def test_openings_without_an_end_are_read_in_linear_time(text, size):
    start = time.process_time()
    problems_of((text * (size // len(text))).encode())
    assert time.process_time() - start < 10


@pytest.mark.parametrize("tag", ["<b>", "<ul><li>", "<code>", "<h3>x"])
def test_many_tags_in_a_line_are_read_in_seconds(tag):
    start = time.process_time()
    parse_page(tag * (200_000 // len(tag)))
    assert time.process_time() - start < 3


def test_a_long_list_with_one_question_is_read_in_seconds():
    text = Inline("text", 0, 4, "What")
    items = [Block(kind="item", start=0, line=at, end=at, number=at, nodes=(text,)) for at in range(1, 60_000)]
    labels = read_labels(Templates(folders=(bundled_folder(),)), "en")
    start = time.process_time()
    assert with_siblings(items, [(FORMS[-1], Opening((text,))), *[None] * (len(items) - 1)], labels)
    assert time.process_time() - start < 3


def test_thirty_levels_are_read_and_thirty_one_are_not():
    for levels, readable in ((DEEPEST, True), (DEEPEST + 1, False)):
        text = "".join(f"{'  ' * level}- a\n" for level in range(levels))
        page, problems = read_page(SourceFile(path="notes.md", data=text.encode()))
        assert (page is not None) == readable
        assert (not problems) == readable


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"* a **term** is \xff", "content/notes.md:1:17: error RC110"),
        (b"* a **te\x1frm** is", "content/notes.md:1:9: warning RC168"),
        (b"* a **te\x00rm** is", "content/notes.md:1:9: error RC111"),
        (b"---\ntitle: [\n---\n* a **term** is", "content/notes.md:3:1: warning RC111"),
        (
            b"---\npart: kern\n---\n* a **term** is so",
            "content/notes.md:2:7: error RC124 `kern` is not one of the deck's parts: `core`",
        ),
        (b"---\ntitle: a\ntitle: b\n---\n", "content/notes.md:3:1: warning RC115"),
        (b"# A\n\n{% hint %}\n* a **term** is", "content/notes.md:3:1: warning RC161"),
        (b"* a **term** is so {#Not An Id}", "content/notes.md:1:20: warning RC163 invalid id `Not An Id`"),
        (b"* a **term** is so {#x .class key=value}", ""),
        (b"* a **term** is so {#NotAnId}", "content/notes.md:1:20: warning RC163"),
        (b"* a {{c1::term is so", "content/notes.md:1:5: warning RC131"),
        (b"* a {{cx::term}} is so {{c1::x}}", "content/notes.md:1:5: warning RC131"),
        (b"* a {{C1::term}} is so", "content/notes.md:1:5: warning RC131 `{{C1::` does not open a cloze deletion"),
        (
            b"* a {{c1::term::or {{c2::word}}}} is so",
            "content/notes.md:1:20: warning RC131 a cloze deletion must not be inside the hint of another",
        ),
        (b"* the **a** is\n* the **b** is {#x}\n* the **c** is {#x}", ""),
    ],
)
def test_a_mistake_is_reported_at_its_line_and_column(text, problem):
    found = [str(each) for each in problems_of(text) if each.severity is not Severity.NOTICE]
    assert "".join(found[:1]).startswith(problem)
    assert bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("front", "warnings"),
    [
        ("titel: A", ["2:1: warning RC123 unknown key `titel` (did you mean `title`?)"]),
        ("Parrt: beyond", ["2:1: warning RC123 unknown key `Parrt` (did you mean `part`?)"]),
        ("author: A\ndate: x\nlayout: y\ntags: [z]\nlinks: [u]\nuri: v", []),
    ],
)
def test_a_key_of_the_front_matter_that_is_nearly_ours_is_warned_of(front, warnings):
    (page,) = content_of(f"---\n{front}\n---\n* a **term** is so".encode()).study
    assert [str(problem).removeprefix("content/notes.md:") for problem in page.problems] == warnings


@pytest.mark.parametrize("around", ["---\n{}\n--\n", "--\n{}\n---\n", "\n---\n{}\n---\n", "---\n{}\n"])
def test_front_matter_that_is_read_as_text_is_warned_of(around):
    (page,) = content_of((around.format("part: beyond") + "* a **term** is so").encode()).study
    (warned,) = [fault for fault in page.problems if fault.code == "RC123"]
    line = around.partition("{")[0].count("\n") + 1
    assert str(warned).startswith(f"content/notes.md:{line}:1: warning RC123 `part` is read as text")


def test_front_matter_with_broken_yaml_is_warned_of_once():
    (page,) = content_of(b"---\ntitle: [Ships\n---\n* a **term** is so").study
    assert [fault.code for fault in page.problems] == ["RC111"]


def test_the_deck_of_the_tests_is_three_lines():
    assert DECK.count(b"\n") == 3
