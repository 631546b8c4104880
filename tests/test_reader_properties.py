"""Whatever stands in a file, reading it gives values with places or problems with places."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rolecards.source.folder import SourceFile
from rolecards.source.page import read_page
from rolecards.source.text import LINE_ENDS
from rolecards.source.yaml import read_yaml
from rolecards.text import cloze
from rolecards.text.field import to_html
from rolecards.text.parse import parse_text
from rolecards.text.tree import every, every_node

pytestmark = pytest.mark.fuzz

YAML_BITS = st.lists(
    st.sampled_from(
        [
            "a",
            ":",
            " ",
            "\n",
            "- ",
            "  ",
            "[",
            "]",
            "{",
            "}",
            '"',
            "'",
            "|",
            ">",
            "#",
            "&x",
            "*x",
            "!t",
            "{{c1::",
            "}}",
            "é",
            "\t",
            "?",
            ",",
            "<<",
            "%",
        ]
    ),
    max_size=60,
).map("".join)
PLAIN = st.recursive(
    st.text(alphabet="ab c:#'\"{}[]-é你\n", max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1, max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
MARKUP_BITS = st.lists(
    st.sampled_from(
        [
            "a",
            " ",
            "*",
            "**",
            "_",
            "`",
            "``",
            "[",
            "](",
            ")",
            "https://x.y",
            "<",
            ">",
            "&",
            "&lt;",
            "\\",
            "{{",
            "}}",
            "[sound:",
            "]",
            "\\(",
            "$",
            "\n",
            "é",
            '"',
        ]
    ),
    max_size=40,
).map("".join)
MASKS = [chr(code) for code in range(1, 7)]
"""Control characters that no file may have, which stand for signs while a text is parsed."""
CLOZE_BITS = st.lists(
    st.sampled_from(
        [
            "word",
            " ",
            "{{c1::",
            "{{c2::",
            "{{c1,3::",
            "{{c0::",
            "{{c::",
            "{{cx::",
            "}}",
            "::",
            ":",
            "{",
            "}",
            "\\",
            "*",
            "`",
            "<",
        ]
    ),
    max_size=25,
).map("".join)
MARKDOWN_BITS = st.lists(
    st.sampled_from(
        [
            "# A",
            "\n",
            "\n\n",
            "* ",
            "  ",
            "    ",
            "1. ",
            "> ",
            "**a**",
            "a",
            "---",
            "```",
            "$$",
            "\\[",
            "\\]",
            "{% hint %}",
            "{% endhint %}",
            "{%",
            "%}",
            "!!! note",
            "[^1]: ",
            "{#x}",
            "{#X y}",
            "<b>",
            "[a]: /b",
            "\t",
            "{{c1::",
            "}}",
            "é",
        ]
    )
    | st.just("|"),
    max_size=60,
).map("".join)
ALLOWED = {"strong", "em", "code", "a", "br", "span"}


class Tags(HTMLParser):
    """Checks that tags are known ones and close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED
        assert all(name in {"href", "title"} for name, _ in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def well_formed(markup: str) -> None:
    tags = Tags()
    tags.feed(markup)
    tags.close()
    assert tags.open == []


@given(st.text() | YAML_BITS)
def test_any_text_is_a_document_or_has_problems_with_places(text):
    document, problems = read_yaml(SourceFile(path="x.yaml", data=text.encode("utf-8", "surrogatepass")))
    assert document is not None or problems
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 2
    for problem in problems:
        assert problem.location.path == "x.yaml"
        assert 1 <= problem.location.line <= lines
        assert problem.location.column >= 1


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_have_problems(data):
    document, problems = read_yaml(SourceFile(path="x.yaml", data=data))
    assert document is not None or problems


@given(st.text() | MARKDOWN_BITS)
def test_any_markdown_is_a_page_or_has_problems_with_places(text):
    page, problems = read_page(SourceFile(path="x.md", data=text.encode("utf-8", "surrogatepass")))
    assert page is not None or problems
    for problem in problems:
        assert problem.location.path == "x.md"
        assert 1 <= problem.location.line <= len(LINE_ENDS.split(text))
        assert problem.location.column >= 1
    for block in every(page.blocks) if page else ():
        assert 1 <= block.line <= block.end <= len(page.starts)


@given(PLAIN)
def test_what_is_written_as_yaml_is_read_back_with_the_place_of_each_value(value):
    assume(value not in ("", [], {}))
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    document, problems = read_yaml(SourceFile(path="x.yaml", data=text.encode()))
    assert problems == []
    assert document is not None
    assert document.value == value
    for route, found in routes(value):
        location = document.locate(route)
        line = text.split("\n")[location.line - 1]
        first = line[location.column - 1 : location.column]
        assert first in ({'"'} if isinstance(found, str) else {'"', "-", "[", "{"})


def routes(value, route=()):
    yield route, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from routes(inner, (*route, key))


@given(CLOZE_BITS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters=MASKS)))
def test_any_cloze_text_is_taken_apart_or_has_faults_whose_words_stand_in_it(text):
    for fault in parse_text(text, cloze=True).faults:
        assert text.encode()[fault.at :].decode().startswith(fault.words)
    if not parse_text(text, cloze=True).faults:
        assert all(1 <= number <= 500 for number in numbers(text))


def is_line(text: str) -> bool:
    """Whether a text is inline, as a text of more lines may have blocks."""
    return "\n" not in text.strip("\n")


def numbers(text: str) -> list[int]:
    nodes = [node for block in every(parse_text(text, cloze=True).blocks) for node in every_node(block.nodes)]
    return sorted({number for node in nodes for number in node.numbers})


@given((MARKUP_BITS | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]))).filter(is_line))
@example("$[sound:$ and $[latex]$")
@example("$$sound:a$$ and \\[latex]\\]")
def test_inline_markdown_gives_well_formed_markup_of_few_kinds(text):
    rendered = to_html(text)
    well_formed(rendered)
    assert "{{" not in rendered
    assert not re.search(r"\[sound:|\[latex\]", rendered)
    assert bool(re.search(r"\\\(|\\\[", rendered)) <= ("$" in text or "\\" in text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\\`*_[]\n$")))
def test_text_without_markup_arrives_as_it_is(text):
    assert html.unescape(to_html(text)) == text


@given(st.lists(CLOZE_BITS, min_size=1, max_size=5))
def test_a_cloze_field_is_read_by_us_as_it_was_written(texts):
    for text in texts:
        if not parse_text(text, cloze=True).faults:
            assert list(cloze.numbers(cloze.parse_field(to_html(text, cloze=True)))) == numbers(text)


def test_anki_sees_the_same_cloze_numbers_as_we_do(anki):
    """Over texts made from all short combinations of what cloze texts are made of."""
    bits = ["a ", "{{c1::", "{{c2::x}}", "}}", "::h", "{{c1,3::y}}", "**b**", "`{{c4::z}}`"]
    texts = [f"{one}{two}{three}" for one in bits for two in bits for three in bits]
    good = [text for text in texts if not parse_text(text, cloze=True).faults and numbers(text)]
    assert len(good) > 100
    (seen,) = anki(("cloze_numbers", [to_html(text, cloze=True) for text in good]))
    assert seen == [numbers(text) for text in good]


def test_a_text_with_aliases_is_read_the_same_each_time():
    file = SourceFile(path="x.yaml", data=b"a: &a [x]\nb: *a\n")
    first, problems = read_yaml(file)
    again, others = read_yaml(file)
    assert first.value == again.value == {"a": ["x"], "b": []}
    assert problems == others
