"""Text that HarfBuzz shapes: marks, joined and reordered letters and emoji, in real fonts, read back from the file."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from unicodedata import normalize

import pypdfium2
import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pdf_reading import METADATA, laid, lay, texts_of
from PIL import ImageOps

from rolecards.pdf import default_fonts
from rolecards.pdf.draw import draw
from rolecards.pdf.fonts import load
from rolecards.pdf.shaping import clusters
from rolecards.problems import ContentError


def font_file(package: str, name: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0], "files", name)


HINDI = font_file("fontpkg_hind", "Hind-Regular.ttf")
THAI = font_file("fontpkg_sarabun", "Sarabun-Regular.ttf")
ARABIC = font_file("fontpkg_amiri", "Amiri-Regular.ttf")
FONTS = default_fonts((HINDI, THAI, ARABIC))
LARGE = "p { font-size: 40pt }"
SCIENTIST, FLAG, THUMB = "\U0001f469\u200d\U0001f52c", "\U0001f1e9\U0001f1ea", "\U0001f44d\U0001f3fd"
SHAPED_TEXTS = [
    "the mean x̄ and p̂ of β̂",
    "हिन्दी में मशीन लर्निंग, क्षत्रिय",
    "น้ำ ที่นี่ กำลัง ก่อนAI",
    "السلام عليكم",
]


def page(html: str, css: str = LARGE) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(draw(laid(html, css, fonts=FONTS), METADATA))[0]


def ink(html: str) -> tuple[int, int, int, int]:
    """The box around all ink of a page, in pixels of a third of a point."""
    return ImageOps.invert(page(html).render(scale=3).to_pil().convert("L")).getbbox()


@pytest.mark.parametrize("letter", ["x\u0304", "p\u0302", "β\u0302", "θ\u0302", "1\u0304", "h\u0304", "x\u0331"])
def test_a_combining_mark_stands_over_or_under_its_letter(letter: str) -> None:
    bare, marked = ink(f"<p>{letter[0]}</p>"), ink(f"<p>{letter}</p>")
    assert bare[0] - 12 < marked[0] <= marked[2] < bare[2] + 12
    assert marked[1] < bare[1] - 8 or marked[3] > bare[3] + 8
    assert load(FONTS.families["sans"].regular).width(letter) == load(FONTS.families["sans"].regular).width(letter[0])


def test_marks_of_one_letter_stand_above_each_other() -> None:
    font = load(FONTS.families["sans"].regular)
    _, hat, bar = font.shaper.glyphs("β\u0302\u0304", right_to_left=False)
    assert bar.y > hat.y > 0


@pytest.mark.parametrize("text", SHAPED_TEXTS)
def test_shaped_text_is_copied_in_its_own_order(text: str) -> None:
    assert page(f"<p>{text}</p>", "").get_textpage().get_text_range().strip() == text


def test_points_do_not_change_the_order_of_letters_that_are_copied() -> None:
    text = page("<p>مُهِمٌّ</p>", "").get_textpage().get_text_range()
    assert normalize("NFC", "".join(text.split())) == normalize("NFC", "مُهِمٌّ")


def test_letters_that_join_and_change_order_are_drawn_so() -> None:
    font = load(HINDI)
    vowel, letter = font.shaper.glyphs("कि", right_to_left=False)
    assert letter.number == font.shaper.glyphs("क", right_to_left=False)[0].number
    assert vowel.number != letter.number
    assert len(font.shaper.glyphs("क्ष", right_to_left=False)) == 1


@pytest.mark.parametrize("text", ["पद पद पद,", "นา นา นา นา นา,"])
def test_text_in_a_fallback_font_ends_where_the_next_text_starts(text: str) -> None:
    shown = page(f"<p>{text}</p>", "p { font-size: 16pt }")
    boxes = [shape.get_bounds() for shape in shown.get_objects() if shape.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
    ranges = sorted((left, right) for left, _, right, _ in boxes)
    assert all(before[1] < after[0] + 0.6 for before, after in pairwise(ranges))


def test_a_word_of_shaped_letters_that_is_too_wide_is_split_between_letters_not_before_marks() -> None:
    layout = laid(f"<p>{'ที่นี่กำ' * 30}</p>", fonts=FONTS)
    lines = [text.text for text in texts_of(layout.pages[0])]
    assert len(lines) > 1
    assert all(line[0] not in "\u0e35\u0e48\u0e33" for line in lines)
    assert "".join(lines) == "ที่นี่กำ" * 30


def test_a_zero_width_space_marks_where_a_line_of_thai_can_end() -> None:
    words = ["ที่นี่", "กำลัง", "เรียนรู้", "ผู้ใหญ่"] * 9
    texts = texts_of(laid(f"<p>{chr(0x200B).join(words)}</p>", fonts=FONTS).pages[0])
    lines: dict[float, str] = {}
    for text in texts:
        lines[text.y] = lines.get(text.y, "") + text.text
    assert len(lines) > 1
    assert "".join(lines.values()) == "".join(words)
    assert set(accumulate(map(len, lines.values()))) <= set(accumulate(map(len, words)))


def test_a_line_of_thai_ends_after_a_word() -> None:
    words = ["วัน", "นี้", "อากาศ", "ดี", "มาก", "เรา", "จะ", "ไป", "เที่ยว", "ทะเล", "ด้วย", "กัน"] * 6
    lines: dict[float, str] = {}
    for text in texts_of(laid(f"<p>{''.join(words)}</p>", fonts=FONTS).pages[0]):
        lines[text.y] = lines.get(text.y, "") + text.text
    assert len(lines) > 2
    assert "".join(lines.values()) == "".join(words)
    assert set(accumulate(map(len, lines.values()))) <= set(accumulate(map(len, words)))


def test_thai_vowels_before_and_after_a_letter_stay_with_it() -> None:
    assert clusters("เรา และ ใหญ่") == ["เรา", " ", "และ", " ", "ให", "ญ่"]


def emoji_font(path: Path, features: str, coloured: int = 0) -> Path:
    """A font with a box for each emoji, one for sequences, and some red ones from U+F0000."""
    names = {0x20: "space", 0x200D: "zwj", 0x1F469: "woman", 0x1F52C: "lens", 0x1F44D: "thumb", 0x1F3FD: "tone"}
    names |= {0x1F1E9: "d", 0x1F1EA: "e"}
    red = {0xF0000 + number: f"red{number}" for number in range(coloured)}
    names |= red
    order = [".notdef", *names.values(), "whole"]
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for place in ((50, 700), (950, 700), (950, 0)):
        pen.lineTo(place)
    pen.closePath()
    font = FontBuilder(1000)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(names)
    font.setupGlyf(dict.fromkeys(order, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(order, (1000, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Emoji", "styleName": "Regular", "psName": "Emoji"})
    font.setupOS2()
    font.setupPost()
    addOpenTypeFeaturesFromString(font.font, features)
    if red:
        font.setupCOLR({name: [("whole", 0)] for name in red.values()})
        font.setupCPAL([[(1, 0, 0, 1)]])
    font.save(path)
    return path


@pytest.mark.parametrize("emoji", [SCIENTIST, FLAG, THUMB])
def test_an_emoji_sequence_that_the_font_draws_as_several_emoji_is_a_problem(emoji: str, tmp_path: Path) -> None:
    fonts = default_fonts((emoji_font(tmp_path / "apart.ttf", ""),))
    assert lay(f"<p>a {emoji[0]} b</p>", fonts=fonts).problems == ()
    (problem,) = lay(f"<p>a {emoji} b</p>", fonts=fonts).problems
    assert problem.code == "RC704"
    assert "no font can set" in problem.message


def test_an_emoji_sequence_that_the_font_has_is_one_glyph_and_copied_whole(tmp_path: Path) -> None:
    rules = "feature ccmp { sub woman zwj lens by whole; sub d e by whole; sub thumb tone by whole; } ccmp;"
    fonts = default_fonts((emoji_font(tmp_path / "whole.ttf", rules),))
    text = f"{SCIENTIST} {FLAG} {THUMB} end"
    shown = pypdfium2.PdfDocument(draw(laid(f"<p>{text}</p>", fonts=fonts), METADATA))[0]
    assert shown.get_textpage().get_text_range().split() == text.split()


def test_more_coloured_emoji_than_a_pdf_font_can_have_are_a_problem_of_the_font(tmp_path: Path) -> None:
    fonts = default_fonts((emoji_font(tmp_path / "colour.ttf", "", coloured=300),))
    few, many = ("".join(map(chr, range(0xF0000, 0xF0000 + count))) for count in (200, 300))
    assert draw(laid(f"<p>{few}</p>", fonts=fonts), METADATA)
    with pytest.raises(ContentError) as error:
        draw(laid(f"<p>{many}</p>", fonts=fonts), METADATA)
    (problem,) = error.value.problems
    assert (problem.code, problem.location.path) == ("RC711", str(tmp_path / "colour.ttf"))
    assert "fewer than 250" in problem.hint


@pytest.mark.parametrize(("file", "word"), [(HINDI, "हिन्दी"), (ARABIC, "السلام")])
def test_a_font_with_the_letters_but_not_the_rules_of_a_script_is_a_problem(
    file: Path, word: str, tmp_path: Path
) -> None:
    with TTFont(file) as font:
        del font["GSUB"]
        font.save(tmp_path / "bare.ttf")
    (problem,) = lay(f"<p>{word}</p>", fonts=default_fonts((tmp_path / "bare.ttf",))).problems
    assert problem.code == "RC704"
    assert "no font can set" in problem.message


def test_text_that_needs_no_shaping_is_laid_out_without_harfbuzz() -> None:
    page = "<p>Naïve façade — “é” ≠ ε, 10 €</p>"
    code = f"import sys; from pdf_reading import laid; laid({page!r}); assert 'uharfbuzz' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent)
