"""Problems in a document or a stylesheet have exact locations."""

from __future__ import annotations

import pytest
from pdf_reading import METADATA, SVG, fitted, laid, lay

from rolecards.pdf.draw import draw
from rolecards.problems import ContentError

DOCUMENT = [
    ("<p>a</p>\n  <marquee>b</marquee>", "handout.html:2:3: error RC701 unknown element `<marquee>`"),
    ("<p><div>a</div></p>", "handout.html:1:4: error RC701 `<div>` cannot be inside `<p>`"),
    ("<li>a</li>", "handout.html:1:1: error RC701 `<li>` cannot be inside `<body>`"),
    ("<ul><p>a</p></ul>", "handout.html:1:5: error RC701 `<p>` cannot be inside `<ul>`"),
    ("<ul>a<li>b</li></ul>", "handout.html:1:1: error RC701 text cannot be directly inside `<ul>`"),
    (
        '<p style="color: red">a</p>',
        "handout.html:1:1: error RC702 unknown attribute `style` of `<p>` (use a class and the stylesheet)",
    ),
    (
        "<table><tr><td rowspan=2>a</td></tr></table>",
        "handout.html:1:12: error RC702 unknown attribute `rowspan` of `<td>` (a cell cannot span rows)",
    ),
    (
        "<table><tr><td colspan=1000000>a</td></tr></table>",
        "handout.html:1:12: error RC702 `colspan` of `<td>` must be an integer from 1 to 100, not `1000000`",
    ),
    ('<p><span data-counter="words"></span>a</p>',
     "handout.html:1:4: error RC702 `data-counter` of `<span>` must be `page` or `pages`, not `words`"),
    ("<div>\n<p>a</p>", "handout.html:1:1: error RC706 `<div>` is not closed (add `</div>`)"),
    ("<div><b>a</div>", "handout.html:1:6: error RC706 `<b>` is not closed before `</div>`"),
    ("<p>a</p></div>", "handout.html:1:9: error RC706 `</div>` closes no element"),
    (
        '<p><a href="js:x">a</a></p>',
        "handout.html:1:4: error RC707 a link cannot lead to `js:x` (use an `http(s)` or `mailto` address or `#id`)",
    ),
    (
        "<p><a>a</a></p>",
        "handout.html:1:4: error RC707 a link has no `href` (use an `http(s)` or `mailto` address or `#id`)",
    ),
    (
        '<p><a href="https://example.org" data-counter="target-page"></a></p>',
        "handout.html:1:4: error RC707 `https://example.org` has no page number (only `#id` has)",
    ),
    ('<p><a href="#gone">a</a></p>', "handout.html:1:4: error RC707 no element has the id `gone`"),
    ('<p id="x">a</p><p id="x">b</p>', "handout.html:1:16: error RC707 the id `x` is used twice"),
    (
        '<img src="../etc/passwd" alt="a">',
        "handout.html:1:1: error RC708 there is no image `../etc/passwd` (name a PNG, JPEG or SVG file beside the templates)",
    ),
    ('<img src="bars">', "handout.html:1:1: error RC708 the image `bars` has no alt text (describe it in `alt`)"),
    (
        '<img src="text" alt="a">',
        "handout.html:1:1: error RC708 the image `text` is not a PNG, a JPEG or an SVG with a `viewBox`",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("html", "problem"), DOCUMENT)
def test_a_problem_of_the_document_has_its_place(html: str, problem: str) -> None:
    images = {"bars": SVG, "text": b"just text"}
    assert [str(each) for each in lay(html, images=images).problems] == [problem]


def test_a_problem_names_the_template_where_the_tag_was_written() -> None:
    (problem,) = lay('<p>a</p><blink data-at="handout/role.html.j2:12:5">b</blink>').problems
    assert str(problem.location) == "handout/role.html.j2:12:5"


def test_a_problem_of_text_names_the_content_it_came_from() -> None:
    (problem,) = lay('<div data-from="mle" data-at="role.html.j2:1:1"><p>a <b>日本</b></p></div>').problems[:1]
    assert str(problem.location) == "content/roles/mle.yaml:7:3"


def test_content_without_a_place_leaves_the_template_as_the_place() -> None:
    (problem,) = lay('<p data-from="nobody" data-at="role.html.j2:4:2">日</p>').problems
    assert str(problem.location) == "role.html.j2:4:2"


def test_a_missing_glyph_names_character_word_and_remedy() -> None:
    (problem,) = lay("<p>from\nevery日 life</p>").problems
    assert problem.code == "RC704"
    assert problem.message == "no font has the character `日` U+65E5 (CJK UNIFIED IDEOGRAPH-65E5) of `every日`"
    assert "--only apkg" in problem.hint


def test_the_missing_glyphs_of_a_word_are_one_problem() -> None:
    (problem,) = lay("<p>from\n日常日常, life</p>").problems
    assert problem.message == "no font has the 2 characters `日常` of `日常日常,`"


def test_all_problems_are_reported_at_once() -> None:
    problems = lay("<p foo=1>日</p><marquee></marquee>", "p { colour: red } q { }").problems
    assert {problem.code for problem in problems} == {"RC701", "RC702", "RC703", "RC704"}


STYLE = [
    ("\np { colour: red }", "2:5", "unknown property `colour` (did you mean `color`?)"),
    ("\np { color: reddish }", "2:5", "`color` cannot be `reddish`"),
    ("\n@page cover { margin: 0 }", "2:1", "`@page` cannot have a name"),
    ("\np { margin: 1mm 2mm x }", "2:5", "`margin` cannot be `1mm 2mm x`"),
    ("\np { width: 10px }", "2:5", "`width` cannot be `10px`"),
    ("\np { padding: -1mm }", "2:5", "`padding` cannot be `-1mm`"),
    ("\np { margin: -1mm 0 }", "2:5", "`margin` cannot be `-1mm 0`"),
    ("\np { color: red !important }", "2:5", "`!important` is not supported"),
    ("\np { color: var(--none) }", "2:12", "`--none` is not set in `:root`"),
    ("\np > b { color: red }", "2:1", "unknown selector `>` (use tags, `.classes` and descendants)"),
    ("\n#x { color: red }", "2:1", "unknown selector `#x` (use tags, `.classes` and descendants)"),
    ("\np, blink { color: red }", "2:4", "unknown selector `blink` (use tags, `.classes` and descendants)"),
    ("\n@media print { p { color: red } }", "2:1", "unknown rule `@media` (use `@page` or `@font-face`)"),
    ("\n@page { size: a4 }", "2:9", "unknown property `size`"),
    ("\n:root { color: red }", "2:9", "`:root` can only set custom properties such as `--accent`"),
    ("\np { font-family: serif }", "2:5", "`font-family` cannot be `serif`"),
]


@pytest.mark.parametrize(("css", "place", "message"), STYLE)
def test_a_problem_of_the_style_sheet_has_its_place(css: str, place: str, message: str) -> None:
    assert [str(each) for each in lay("<p>a</p>", css).problems] == [f"handout.css:{place}: error RC703 {message}"]


def test_a_custom_property_that_uses_itself_is_an_error() -> None:
    (problem,) = lay("<p>a</p>", ":root { --a: var(--a) } p { color: var(--a) }").problems
    assert problem.code == "RC703"


def test_a_section_over_its_page_limit_says_by_how_much() -> None:
    text = "<p>a</p>" * 50
    (problem,) = lay(f'<section data-max-pages="1" data-from="mle">{text}</section>').problems
    assert str(problem) == (
        "content/roles/mle.yaml:7:3: error RC705 `<section>` is 106 mm (15 lines) longer than 1 page "
        "(shorten the text, use a smaller type size or a narrower typeface, "
        "or raise `data-max-pages` in your own template)"
    )


def test_a_section_over_its_page_limit_by_a_line_says_so() -> None:
    sections = (f'<section data-max-pages="1">{"<p>a</p>" * lines}</section>' for lines in range(20, 60))
    (problem,) = next(filter(None, (lay(section).problems for section in sections)))
    assert problem.message.endswith("(1 line) longer than 1 page")


def test_a_section_within_its_page_limit_is_fine() -> None:
    laid('<section data-max-pages="1"><p>a</p></section>')
    laid('<section data-max-pages="2">' + "<p>a</p>" * 50 + "</section>")


def test_a_box_wider_than_its_column_is_an_error() -> None:
    (problem,) = lay('<p><span class="wide"></span></p>', ".wide { display: inline-block; width: 180mm }").problems
    assert problem.code == "RC705"
    assert problem.message == "a box is 10.0 mm wider than its column"


def test_text_inside_an_inline_block_is_an_error() -> None:
    (problem,) = lay("<p>a <b>c</b></p>", "b { display: inline-block; width: 9mm }").problems
    assert str(problem) == "handout.html:1:6: error RC701 text cannot be inside the inline block `<b>`"


@pytest.mark.parametrize(
    ("html", "css"),
    [
        ('<div class="x">a</div>', ".x { width: 200mm }"),
        ('<div class="x"><p>a</p><p>b</p></div>', ".x { display: row } p { width: 100mm }"),
    ],
)
def test_a_block_wider_than_its_column_is_an_error(html: str, css: str) -> None:
    assert [str(problem) for problem in lay(html, css).problems] == [
        "handout.html:1:1: error RC705 `<div>` is 30.0 mm wider than its column"
    ]


def test_a_block_without_room_is_an_error() -> None:
    html = '<p>text</p><img src="bars" alt="a"><table><tr><td>cell</td></tr></table>'
    problems = lay(f"<div>{html}</div>", "div { padding: 100mm }", images={"bars": SVG}).problems
    assert {problem.code for problem in problems} == {"RC705"}
    assert {problem.location.column for problem in problems} == {6, 17, 52}


def test_a_footer_taller_than_its_margin_is_an_error() -> None:
    (problem,) = lay("<footer>" + "<p>a</p>" * 9 + "</footer><p>b</p>").problems
    assert problem.code == "RC705"


def test_an_image_that_cannot_be_drawn_is_an_error_with_its_place() -> None:
    broken = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M banana"/></svg>'
    layout = laid('<p>a</p>\n<img src="broken" alt="a">', images={"broken": broken})
    with pytest.raises(ContentError) as raised:
        draw(layout, METADATA)
    assert str(raised.value).startswith("handout.html:2:1: error RC708 the image cannot be drawn")


def test_text_that_fits_no_box_says_by_how_much() -> None:
    card = fitted(f'<div><p data-from="mle">{"word " * 200}</p></div>')
    assert [item.size for item in card.items] == pytest.approx([6.6] * len(card.items))
    (problem,) = card.problems
    assert (str(problem.location), problem.code) == ("content/roles/mle.yaml:7:3", "RC705")
    assert "mm too tall for its box of 60 × 40 mm" in problem.message


def test_an_unclosed_element_is_reported_without_the_problems_it_causes() -> None:
    html = '<p>open<section><h1 id="there">Head</h1></section><p><a href="#there">link</a></p>'
    assert {problem.code for problem in lay(html).problems} == {"RC706"}


def test_an_invalid_custom_property_is_reported_once_where_it_is_set() -> None:
    css = "\n:root { --ink: brunette }\np { color: var(--ink) }\nh1 { border: 1mm solid var(--ink) }"
    (problem,) = lay("<p>a</p>", css).problems
    assert str(problem).endswith(":2:9: error RC703 `--ink` cannot be `brunette` where it is used")


def test_an_invalid_value_beside_a_valid_custom_property_is_reported_at_the_declaration() -> None:
    (problem,) = lay("<p>a</p>", ":root { --ink: #123 }\np { border: 1foo solid var(--ink) }").problems
    assert ":2:" in str(problem)
