"""Lists, tables, quotations and code in YAML texts of several lines."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from conftest import edit
from paper_reading import pages, squeezed
from rolecards.text.field import nodes_html, to_html
from rolecards.text.parse import parse_page
from rolecards.text.tree import all_nodes

ANSWER = """a: |
      It has two parts:

      3. one
      4. two with `x`

      - a bullet
        - below it

      | a | b |
      |---|---|
      | **c** | $d_1$ |

      ```python
      def f(): return "{{c1::x}}"  # why
      ```

      > said
"""


@pytest.mark.parametrize("text", ["2022. The year", "# words", "> words", "- words", "| a | b |", "```x```"])
def test_a_text_of_one_line_is_only_words(text):
    assert not any(tag in to_html(text) for tag in ("<ol", "<ul", "<table", "<pre", "<blockquote", "<strong"))


def test_a_line_break_stays_one_and_an_empty_line_parts_paragraphs():
    assert to_html("one\ntwo\n\nthree") == "one<br>two<br><br>three"


def test_a_deletion_may_hold_markup_and_stand_in_items():
    assert to_html("- {{c1::a **b**}}\n- c {{c2::d}}", cloze=True) == (
        "<ul><li>{{c1::a <strong>b</strong>}}</li><li>c {{c2::d}}</li></ul>"
    )


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a **b {{c1::c** d}} e", "a <strong>b </strong>{{c1::<strong>c</strong> d}} e"),
        ("{{c1::a **b}} c**", "{{c1::a <strong>b</strong>}}<strong> c</strong>"),
        ("{{c1::a **b::c**}} d", "{{c1::a <strong>b</strong>::<strong>c</strong>}} d"),
        ("x<sub>a {{c1::b</sub> c}}", "x<sub>a </sub>{{c1::<sub>b</sub> c}}"),
        ("{{c1::a<sup>b}} c</sup>", "{{c1::a<sup>b</sup>}}<sup> c</sup>"),
    ],
)
def test_a_deletion_that_ends_in_other_markup_than_it_starts_in_stays_one(text, field):
    assert nodes_html(parse_page(text).nodes) == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("x\n\n[^1]: note text", "x<br><br>[^1]: note text"),
        ("x[^1]\n\n[^1]: note", "x[^1]<br><br>[^1]: note"),
        ("See here\n\n[r]: http://x", "See here<br><br>[r]: http://x"),
        ("> [a\\]b]: x", "&gt; [a]b]: x"),
        ("- [a]: x\n- b", "<ul><li>[a]: x</li><li>b</li></ul>"),
        ("- [x] = 1\n- [ ] b", "<ul><li>[x] = 1</li><li>[ ] b</li></ul>"),
        ("1. a\n2. b\n7. c", '<ol><li>a</li><li>b</li></ol><ol start="7"><li>c</li></ol>'),
        ("1. a\n1. b", "<ol><li>a</li><li>b</li></ol>"),
        ("0. a\n1. b", '<ol start="0"><li>a</li><li>b</li></ol>'),
        ("a\n\n***\n\nb", "a<br><br>***<br><br>b"),
    ],
)
def test_a_text_of_several_lines_keeps_what_is_no_markup_in_it(text, field):
    assert to_html(text) == field


@pytest.mark.parametrize("mark", ["- ", "> "])
def test_a_text_nested_too_deep_is_reported_at_its_place(mark, small, run):
    deep = "".join(f"\n      {'  ' * level if mark == '- ' else mark * level}{mark}x" for level in range(40))
    edit(small / "roles" / "waiter.yaml", "a: A pad", f"a: |{deep}")
    message = "error RC112 lists and block quotes are nested deeper than 30 levels, the maximum"
    assert f"roles/waiter.yaml:19:8: {message}" in run("build").out


def test_a_text_of_thousands_of_html_lines_is_words():
    assert to_html("\n<div>" * 2000).count("&lt;div&gt;<br>") == 1999


def test_blocks_of_an_answer_reach_anki_and_all_papers(small, run, anki):
    edit(small / "roles" / "waiter.yaml", "a: A pad\n", ANSWER)
    assert run("build").status == 0
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    back = state["notes"]["waiter-pad"]["Back"]
    assert '<ol start="3"><li>one</li><li>two with <code>x</code></li></ol>' in back
    assert "<ul><li>a bullet<ul><li>below it</li></ul></li></ul>" in back
    assert r"<table><tr><th>a</th><th>b</th></tr><tr><td><strong>c</strong></td><td>\(d_1\)</td></tr></table>" in back
    assert '<span class="k">def</span>' in back
    assert "{{c1" not in back
    assert "<blockquote>said</blockquote>" in back
    for paper in ("handout", "quiz", "cards"):
        text = squeezed("".join(pages(Path(f"build/small-{paper}.pdf"))))
        assert text.index("twoparts") < text.index("twowith") < text.index("belowit") < text.index("return")


@pytest.mark.parametrize(
    "ending",
    [
        "- a grip\n      - a blade",
        "| a | b |\n      |---|---|\n      | edge | a blade |",
        "```\n      a blade\n      ```",
    ],
)
def test_the_marks_behind_an_answer_stand_in_its_last_line(small, run, ending):
    edit(small / "roles" / "cook.yaml", "a: The knife", f"a: |\n      The parts:\n\n      {ending}")
    assert run("build", "--only", "handout").status == 0
    with pypdfium2.PdfDocument("build/small-handout.pdf") as document:
        rows = [row for page in document for row in page.get_textpage().get_text_range().splitlines()]
    (last,) = (row for row in rows if "a blade" in row)
    assert re.search(r"a blade\W+2020", last), rows


def test_check_accepts_the_lock_and_leaves_code_tables_and_nested_lists_as_written(small, run):
    edit(small / "roles" / "waiter.yaml", "a: A pad\n", ANSWER.replace("f():", "f():   ").replace("| a |", "| a   |"))
    assert run("build").status == 0
    before = (small / "roles" / "waiter.yaml").read_bytes()
    checked = run("check", "--fix").out
    assert "RC211" not in checked
    assert "RC601" not in checked
    assert (small / "roles" / "waiter.yaml").read_bytes() == before


@pytest.mark.parametrize("text", ["A {{c1::keel **is** below", "* One {{c1::a **b**\n* two", "a\n\n    words {{c1::b"])
def test_a_deletion_that_is_not_closed_keeps_its_words(text):
    words = "".join(node.text for node in all_nodes(parse_page(text).blocks))
    assert words.replace(" ", "") == re.sub(r"[\s*]|\{\{c1::", "", text)
