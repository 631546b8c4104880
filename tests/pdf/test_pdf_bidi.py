"""Text from right to left, in real fonts: its order, its joined letters, and what is read from the file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from pdf_reading import CONTENT, SVG, laid, lay, pdf, texts_of

from rolecards.pdf import default_fonts
from rolecards.pdf.fonts import load
from rolecards.pdf.style import MM_PER_POINT
from rolecards.problems import ContentError


def font_file(package: str, name: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0], name)


ARABIC = font_file("fontpkg_amiri", "files/Amiri-Regular.ttf")
HEBREW = font_file("pylopdf_fonts_he", "NotoSansHebrew-Variable.ttf")
FONTS = default_fonts((ARABIC, HEBREW))
GREETING = "السلام عليكم"
LONG = "هذا نص طويل بالعربية مع كلمة machine learning في وسطه و 123 أرقام " * 12


def placed(html: str) -> list[str]:
    """The runs of the page's only line from left to right."""
    texts = list(texts_of(laid(html, fonts=FONTS).pages[0]))
    assert len({text.y for text in texts}) == 1
    return [text.text.strip() for text in sorted(texts, key=lambda text: text.x)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("the word שלום עולם here", ["the word", "שלום עולם", "here"]),
        ("שלום עולם in English", ["in English", "שלום עולם"]),
        ("שלום 12 עולם", ["עולם", "12", "שלום"]),
        ("a אב, גד b", ["a", "גד", ",", "אב", "b"]),
        ("a <b>אב</b> גד b", ["a", "גד", "אב", "b"]),
    ],
)
def test_words_stand_in_the_order_of_the_bidirectional_algorithm(text: str, seen: list[str]) -> None:
    assert placed(f"<p>{text}</p>") == seen


def test_a_blank_line_stands_between_the_words_around_it() -> None:
    layout = laid("<p>שלום <i></i> עולם, דג.</p>", "i { display: inline-block; width: 10mm }", fonts=FONTS)
    texts = sorted(texts_of(layout.pages[0]), key=lambda text: text.x)
    assert [text.text.strip() for text in texts] == [".", "דג", ",", "עולם", "שלום"]
    assert texts[-1].x - texts[-2].x > 10


def test_a_paragraph_that_begins_from_right_to_left_is_set_flush_right() -> None:
    layout = laid(f"<p>{LONG}</p>", fonts=FONTS)
    lines: dict[float, float] = {}
    for text in texts_of(layout.pages[0]):
        wide = (load(text.font).width(text.text.rstrip()) or 0) * text.size * MM_PER_POINT / 1000
        lines[text.y] = max(lines.get(text.y, 0), text.x + wide)
    assert len(lines) > 3
    assert all(end == pytest.approx(CONTENT.right, abs=0.01) for end in lines.values())


def test_joined_letters_are_as_wide_as_they_are_drawn() -> None:
    font = load(ARABIC)
    apart = sum(font.width(letter) or 0 for letter in "عليكم")
    assert font.width("عليكم") != apart


def test_letters_are_joined() -> None:
    reader = pdf(laid(f"<p>{GREETING}</p>", fonts=FONTS))
    (font,) = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    # Each form that a letter takes is a glyph of its own: more of them than there are letters.
    mapped = font.get_object()["/ToUnicode"].get_object().get_data().decode().upper()
    assert mapped.count("<0644>") > 1 or "06440627" in mapped


@pytest.mark.parametrize("text", [GREETING, "שלום עולם", "the word שלום עולם here", "مع كلمة machine learning هنا"])
def test_text_is_read_in_its_own_order_with_its_words_whole(text: str) -> None:
    read = pdf(laid(f"<p>{text}</p>", fonts=FONTS)).pages[0].extract_text()
    assert sorted(read.split()) == sorted(text.split())


def test_without_a_font_that_has_the_letters_they_are_missing_at_their_place() -> None:
    problems = lay("<p>a שלום b</p>").problems
    assert {problem.code for problem in problems} == {"RC704"}
    assert "`שלום`" in problems[0].message
    assert "`fonts:`" in problems[0].hint


@pytest.mark.parametrize("text", [GREETING, "हिन्दी", "x\u0304"])
def test_an_image_with_text_that_needs_shaping_is_refused_rather_than_drawn_wrong(text: str) -> None:
    svg = SVG.replace(b"</svg>", f'<text x="5" y="9">{text}</text></svg>'.encode())
    with pytest.raises(ContentError) as raised:
        pdf(laid('<img src="bars" alt="Bars">', images={"bars": svg}, fonts=FONTS))
    assert [problem.code for problem in raised.value.problems] == ["RC709"]
