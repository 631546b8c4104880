"""Pictures and sounds on cards and papers, hints, questions back and words to type."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image
from pypdf import PdfReader

from conftest import EPOCH, PROFILE, edit
from rolecards.problems import Location
from rolecards.release.lock import read_lock, write_lock
from rolecards.source.media import FORMATS, MediaFolder, package_name
from rolecards.source.raster import on_paper

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#c00"/>'
    '<text x="4" y="14" font-size="10">Pass</text></svg>'
)
OPUS = b"OggS" + b"\0" * 24 + b"\x13OpusHead\1\1" + b"\0" * 40


def picture(form: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (400, 200), **named) -> bytes:
    """A picture with a light left half and a dark right half."""
    image = Image.new("L", size, 230)
    image.paste(40, (size[0] // 2, 0, *size))
    file = BytesIO()
    image.convert(mode).save(file, form, **named)
    return file.getvalue()


def promised(width: int, height: int) -> bytes:
    """A small PNG whose header promises other measures."""
    data = bytearray(picture(size=(8, 8)))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def gps() -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0)})
    return exif


def animated(form: str) -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


@pytest.fixture
def shown(small: Path) -> Path:
    """The small deck, with a picture, a sound, a hint, a question back and a word to type on one fact."""
    (small / "pictures").mkdir()
    (small / "pictures" / "Größe Tool.png").write_bytes(picture())
    (small / "pictures" / "pass.svg").write_text(SVG, encoding="utf-8")
    (small / "whetstone.opus").write_bytes(OPUS)
    edit(
        small / "roles" / "cook.yaml",
        "- id: cook-knife\n",
        "- id: cook-knife\n"
        '  image: {file: pictures/Größe Tool.png, shows: A "light" & a **dark** half}\n'
        "  back_image: {file: pictures/pass.svg, shows: a red counter}\n"
        "  sound: whetstone.opus\n"
        "  hint: It is *sharp*.\n"
        "  reverse: Who sharpens it?\n"
        "  reverse_answer: The cook\n"
        "  typed: 'yes'\n",
    )
    return small


def in_package(path: str = "build/small.apkg") -> dict[str, bytes]:
    """The media files of a package by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(member) for member, name in json.loads(archive.read("media")).items()}


def test_everything_that_an_entry_shows_arrives_in_anki(shown, run, anki):
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out
    files = in_package()
    assert sorted(re.sub("[0-9a-f]{8}", "#", name) for name in files) == [
        "grosse-tool-#.png",
        "pass-#.svg",
        "whetstone-#.opus",
    ]
    log, state, studied = anki(("import", "build/small.apkg"), ("state", None), ("study", None))
    assert log["new"] == 10
    assert state["empty"] == []
    assert state["media"] == sorted(files)
    front, back = (state["cards"]["cook-knife#0"][side] for side in ("question", "answer"))
    name = next(name for name in files if name.endswith(".png"))
    assert f'<img src="{name}" alt="A &quot;light&quot; &amp; a dark half">' in front
    assert 'alt="a red counter"' not in front
    assert 'alt="a red counter"' in back
    assert "[anki:play:q:" in front
    assert "<em>sharp</em>" in front
    assert "[[type:Typed]]" in front
    assert state["notes"]["cook-knife"]["Typed"] == "The knife"
    asked, answered = (state["cards"]["cook-knife#1"][side] for side in ("question", "answer"))
    assert "Who sharpens it?" in asked
    assert name in asked
    assert "The cook" in answered
    assert studied == len(state["cards"])


def test_a_changed_picture_updates_exactly_the_notes_that_show_it(shown, run, anki, monkeypatch):
    run("build", "--only", "apkg")
    Path("build/small.apkg").rename("old.apkg")
    (shown / "pictures" / "Größe Tool.png").write_bytes(picture(size=(401, 200)))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH + 86_400))
    assert run("build", "--only", "apkg").status == 0
    first, second, state = anki(("import", "old.apkg"), ("import", "build/small.apkg"), ("state", None))
    assert first["new"] == 10
    assert {**second, "duplicate": 0} == {"new": 0, "updated": 1, "duplicate": 0, "conflicting": 0}
    (name,) = {name for name in in_package() if name.endswith(".png")}
    assert name in state["notes"]["cook-knife"]["Image"]
    report = run("diff", "old.apkg", "build/small.apkg").out
    assert f"~ {name}" in report, report


def test_two_files_of_one_name_arrive_both_and_one_file_arrives_once(shown, run):
    (shown / "more").mkdir()
    (shown / "more" / "pass.svg").write_text(SVG.replace("#c00", "#0c0"), encoding="utf-8")
    (shown / "more" / "copy of pass.svg").write_text(SVG, encoding="utf-8")
    for note_id, path in (("cook-prepares", "more/pass.svg"), ("contrast-cook-waiter", "pictures/pass.svg")):
        file = next(path for path in shown.rglob("*.yaml") if f"id: {note_id}\n" in path.read_text(encoding="utf-8"))
        image = f"id: {note_id}\n  image: {{file: {path}, shows: a wide field}}\n"
        edit(file, f"id: {note_id}\n", image)
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out
    assert len([name for name in in_package() if name.startswith("pass-")]) == 2


def test_the_same_input_gives_the_same_bytes(shown, run):
    outputs = []
    for out in ("one", "two"):
        assert run("build", "--out", out).status == 0
        outputs.append({path.name: path.read_bytes() for path in sorted(Path(out).glob("small*"))})
    assert outputs[0] == outputs[1]


def test_a_name_in_a_package_has_60_plain_characters_at_most():
    name = package_name("pictures/" + "Überlänge " * 20 + ".JPEG", b"x")
    assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}\.jpeg", name)
    assert len(name) <= 60
    assert package_name("図.png", b"x").startswith("picture-")


WRONG = {
    "missing": (b"", "Tool.pgn", "RC182"),
    "misspelled": (None, "pictures/tool.png", "RC180"),
    "outside": (None, "../secret.png", "RC181"),
    "absolute": (None, "/etc/secret.png", "RC181"),
    "not a PNG": (picture("JPEG"), "x.png", "RC182"),
    "cut off": (picture(size=(900, 900))[:-60], "x.png", "RC182"),
    "a text": (b"hello", "x.jpg", "RC182"),
    "too many bytes": (picture() + b"\0" * (5 * 2**20), "x.png", "RC183"),
    "too many pixels": (promised(8000, 5001), "x.png", "RC183"),
    "a bomb": (promised(20_000, 20_000), "x.png", "RC183"),
    "a script": (SVG.replace("<rect", "<script>1</script><rect").encode(), "x.svg", "RC184"),
    "a handler": (SVG.replace("<rect", '<rect onclick="x()"').encode(), "x.svg", "RC184"),
    "a reference": (SVG.replace("<rect", '<image href="file:///etc/passwd"/><rect').encode(), "x.svg", "RC184"),
    "a style": (SVG.replace("<rect", "<style>@import 'x.css';</style><rect").encode(), "x.svg", "RC184"),
    "a fill from outside": (SVG.replace("#c00", "url(http://a/b#c)").encode(), "x.svg", "RC184"),
    "an entity": (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.encode(), "x.svg", "RC182"),
    "no drawing": (b"<svg/>", "x.svg", "RC182"),
    "a sound": (OPUS, "x.opus", "RC182"),
    "an import behind an element": (
        SVG.replace("<rect", '<style><g/>@import "http://a/b.css";</style><rect').encode(),
        "x.svg",
        "RC184",
    ),
    "an escaped reference": (
        SVG.replace("<rect", r"<style>.a{fill:u\72l(http://a/b)}</style><rect").encode(),
        "x.svg",
        "RC184",
    ),
    "no width": (SVG.replace("0 0 40 20", "0 0 0 20").encode(), "x.svg", "RC182"),
    "a negative height": (SVG.replace("0 0 40 20", "0 0 40 -20").encode(), "x.svg", "RC182"),
    "no number": (SVG.replace("0 0 40 20", "0 0 nan 20").encode(), "x.svg", "RC182"),
    "an endless width": (SVG.replace("0 0 40 20", "0 0 1e999 20").encode(), "x.svg", "RC182"),
    "an unknown reference": (SVG.replace("<rect", '<use href="#none"/><rect').encode(), "x.svg", "RC182"),
    "an unknown clip path": (SVG.replace("<rect", '<rect clip-path="url(#none)"').encode(), "x.svg", "RC182"),
    "a negative radius": (SVG.replace("<rect", '<rect rx="-1"').encode(), "x.svg", "RC182"),
    "deep nesting": (SVG.replace("<rect", "<g>" * 3000 + "</g>" * 3000 + "<rect").encode(), "x.svg", "RC183"),
    "a circle of references": (SVG.replace("<rect", '<g id="a"><use href="#a"/></g><rect').encode(), "x.svg", "RC183"),
    "hours of drawing": (
        SVG.replace(
            "<rect", '<path id="a" d="M0 0' + "L1 1" * 20_000 + '"/>' + '<use href="#a"/>' * 300 + "<rect"
        ).encode(),
        "x.svg",
        "RC183",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_picture_that_cannot_be_used_is_reported_where_it_is_named(shown, run, what):
    data, path, code = WRONG[what]
    if data is not None:
        (shown / path).write_bytes(data)
    cook = shown / "roles" / "cook.yaml"
    edit(cook, "pictures/pass.svg", path)
    line = next(at for at, line in enumerate(cook.read_text(encoding="utf-8").splitlines(), 1) if path in line)
    built = run("build")
    assert built.status == 1
    assert f"roles/cook.yaml:{line}:22: error {code} " in built.out, built.out
    assert not Path("build").exists()


def test_a_misspelled_file_gets_a_suggestion(shown, run):
    edit(shown / "roles" / "cook.yaml", "pictures/pass.svg", "pictures/pas.svg")
    assert "did you mean `pictures/pass.svg`?" in run("check").out


def test_a_link_to_a_picture_is_refused(shown, run, tmp_path):
    (tmp_path / "secret.svg").write_text(SVG, encoding="utf-8")
    (shown / "pictures" / "pass.svg").unlink()
    (shown / "pictures" / "pass.svg").symlink_to(tmp_path / "secret.svg")
    assert "error RC181 `pictures/pass.svg` is reached through a link" in run("check").out


def test_a_link_to_itself_is_reported(shown, run):
    (shown / "pictures" / "pass.svg").unlink()
    (shown / "pictures" / "pass.svg").symlink_to("pass.svg")
    assert "error RC182 `pictures/pass.svg` is not a regular file" in run("check").out


def test_two_files_of_one_name_in_two_forms_of_unicode_are_refused(shown, run):
    (shown / "pictures" / unicodedata.normalize("NFD", "Größe Tool.png")).write_bytes(picture(mode="L"))
    assert "error RC180 the content folder has several files `pictures/Größe Tool.png`" in run("check").out


@pytest.mark.parametrize("key", ["image: {file: ''", "back_image: {file: ''", "sound: ''"])
def test_an_empty_path_is_an_error_at_its_place(shown, run, key):
    cook = shown / "roles" / "cook.yaml"
    path = re.search(re.escape(key.removesuffix("''")) + "([^,\n]+)", cook.read_text(encoding="utf-8"))[0]
    edit(cook, path, key)
    built = run("build")
    assert built.status == 1
    assert re.search(r"roles/cook\.yaml:\d+:\d+: error RC124 this value must not be empty", built.out), built.out


def test_a_path_with_a_dot_names_the_same_file(shown, run):
    edit(shown / "roles" / "cook.yaml", "pictures/pass.svg", "./pictures/pass.svg")
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out


def test_an_empty_alternative_text_is_an_error(shown, run):
    edit(shown / "roles" / "cook.yaml", "shows: a red counter", "shows: ''")
    assert "error RC124" in run("check").out
    edit(shown / "roles" / "cook.yaml", ", shows: ''", "")
    assert "error RC122 missing key `shows`" in run("check").out


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (picture("JPEG", exif=gps()), "x.jpg", "RC185"),
        (animated("GIF"), "x.gif", "RC188"),
        (animated("WebP"), "x.webp", "RC188"),
        (SVG.replace("<rect", "<mask/><rect").encode(), "x.svg", "RC188"),
        (SVG.replace("<rect", '<svg viewBox="0 0 1 1"/><rect').encode(), "x.svg", "RC188"),
        (SVG.replace("<rect", "<pattern/><rect").encode(), "x.svg", "RC188"),
        (SVG.replace("<rect", "<style>/* */ .a, g.c>rect{fill:#f00}</style><rect").encode(), "x.svg", "RC188"),
        (picture(size=(60, 30)), "x.png", "RC189"),
    ],
)
def test_a_picture_that_can_be_used_but_should_be_better_is_a_warning(shown, run, data, name, code):
    (shown / name).write_bytes(data)
    edit(shown / "roles" / "cook.yaml", "pictures/pass.svg", name)
    report = run("check").out
    assert f"warning {code} " in report
    assert " error " not in report


def test_a_picture_must_not_give_away_the_answer(shown, run):
    assert "RC753" not in run("check").out
    edit(shown / "roles" / "cook.yaml", 'shows: A "light" & a **dark** half', "shows: a knife on a table")
    assert "warning RC753" in run("check").out
    edit(shown / "roles" / "cook.yaml", "shows: a knife on a table", "shows: a thing on a table")
    (shown / "pictures" / "Größe Tool.png").rename(shown / "pictures" / "Knife 2.png")
    edit(shown / "roles" / "cook.yaml", "Größe Tool.png", "Knife 2.png")
    assert "warning RC753" in run("check").out


def test_a_picture_is_found_from_the_text_that_names_it(shown):
    folder, place = MediaFolder(shown), Location("content/notes/week.md")
    file, problems = folder.file("../pictures/pass.svg", "picture", place, text="notes/week.md")
    assert file
    assert file.path == "pictures/pass.svg"
    assert problems == []
    file, (problem,) = folder.file("../../pictures/pass.svg", "picture", place, text="notes/week.md")
    assert file is None
    assert (problem.code, problem.location) == ("RC181", place)


def test_a_lock_may_have_pictures_in_its_texts(shown, run):
    run("build", "--only", "apkg")
    text = (shown / "cards.lock").read_text(encoding="utf-8")
    lock = read_lock("cards.lock", text)
    entry = replace(lock.entries["cook-knife"], front='What? <img src="a-1a2b3c4d.png" alt="a &quot;b&quot;">')
    entries = {**lock.entries, entry.id: entry}
    assert read_lock("cards.lock", write_lock(replace(lock, entries=entries))).entries[entry.id] == entry


# ---------------------------------------------------------------- questions back, words to type


def test_a_question_back_with_several_right_answers_is_refused(shown, run):
    edit(shown / "roles" / "cook.yaml", "index: {tool: [knife, apron]}", "index: {tool: [apron]}")
    assert (
        "error RC401 the question under `reverse` has several right answers: `tool: apron` fits `cook`, `waiter`"
        in (run("check").out)
    )


def test_a_question_back_must_differ_from_all_other_questions(shown, run):
    edit(
        shown / "roles" / "cook.yaml",
        "typed: 'yes'",
        "tags: [x]\n- {id: cook-b, slot: tools, src: [book], qa: {q: Who sharpens it?, a: A cook}}\n- id: cook-c",
    )
    assert run("check").status == 1


@pytest.mark.parametrize(
    ("answer", "typed", "message"),
    [
        ("**The** knife", "'yes'", "the answer has markup or several lines"),
        ("The knife", '"a\\nb"', "what learners type must be one line"),
        ("The knife", '"a\\u200bb"', "what learners type contains a character without a key"),
        ("The knife", '"a\\u00a0b"', "what learners type contains a character without a key"),
    ],
)
def test_only_one_plain_line_can_be_typed(shown, run, answer, typed, message):
    edit(shown / "roles" / "cook.yaml", "a: The knife", f'a: "{answer}"')
    edit(shown / "roles" / "cook.yaml", "typed: 'yes'", f"typed: {typed}")
    assert f"error RC124 {message}" in run("check").out


def test_an_answer_with_two_spaces_can_be_typed(shown, run):
    edit(shown / "roles" / "cook.yaml", "a: The knife", 'a: "The  knife"')
    assert run("build", "--only", "apkg").status == 0


def test_a_question_back_that_was_given_up_is_listed_and_does_not_fail_the_diff(shown, run):
    assert run("build", "--only", "apkg").status == 0
    shutil.move("build", "before")
    edit(shown / "roles" / "cook.yaml", "  reverse: Who sharpens it?\n  reverse_answer: The cook\n", "")
    assert run("build", "--only", "apkg").status == 0
    compared = run("diff", "before/small.apkg", "build/small.apkg")
    assert compared.status == 0, compared.out
    assert "cook-knife" in compared.out
    assert "Nothing was lost" in run("rehearse", "before/small.apkg", "build/small.apkg").out


def test_a_cloze_text_has_no_question_back(small, run):
    edit(small / "roles" / "cook.yaml", "- id: cook-prepares\n", "- id: cook-prepares\n  reverse: Who?\n")
    assert "error RC124 `reverse` needs `qa`" in run("check").out


# ---------------------------------------------------------------- credits


def test_the_author_of_a_picture_is_named_where_its_licence_asks_for_it(shown, run, anki):
    (shown / "pictures.csv").write_text(
        "file,source,author,licence,changes\n"
        'pictures/Größe Tool.png,https://example.org/a?b&c,"Doe, Jane",CC BY 4.0,cropped\n'
        "pictures/pass.svg,own work,,CC0,\n",
        encoding="utf-8",
    )
    built = run("build", "--only", "apkg,handout")
    assert built.status == 0, built.out
    assert "RC187" not in built.out
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert state["notes"]["cook-knife"]["Credit"] == (
        '<a href="https://example.org/a?b&amp;c">Doe, Jane</a> · CC BY 4.0 · cropped'
    )
    words = "".join(page.extract_text() for page in PdfReader("build/small-handout.pdf").pages)
    assert "Doe, Jane · CC BY 4.0 · cropped · https://example.org/a?b&c" in words.replace("\xa0", " ")
    assert "CC0 · own work" in words


def test_a_picture_without_credit_is_a_warning_if_the_deck_has_a_licence(shown, run):
    assert "RC187" not in run("check").out
    edit(shown / "deck.yaml", "id: small\n", "id: small\nlicence: CC-BY-4.0\n")
    report = run("check").out
    assert report.count("warning RC187") == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("file,author\n", 1),
        ("file,source,author,licence,changes\na,b\n", 2),
        ("file,source,author,licence,changes\na,b,c,d,\na,b,c,d,\n", 3),
    ],
)
def test_a_faulty_row_of_the_credits_is_reported_at_its_line(shown, run, text, line):
    (shown / "pictures.csv").write_text(text, encoding="utf-8")
    assert f"content/pictures.csv:{line}:1: error RC186 " in run("check").out


def test_credits_may_contain_unusual_line_ends_and_paths(shown, run):
    header = "file,source,author,licence,changes\n"
    rows = "./pictures/Größe Tool.png,me,Jane\u2028Doe,CC0,\u0085\npictures//pass.svg,me,me,CC0,\n"
    (shown / "pictures.csv").write_text(header + rows, encoding="utf-8")
    built = run("build")
    assert built.status == 0, built.out
    assert "pictures.csv" not in built.out
    (shown / "pictures.csv").write_text((header + rows).replace(",", ";"), encoding="utf-8")
    assert "error RC186 the first line does not name the columns" in run("check").out
    assert "with commas, not semicolons" in run("check").out


def test_a_row_of_the_credits_without_a_picture_is_a_warning(shown, run):
    rows = "pictures/Größe Tool.png,me,me,CC0,\npictures/pass.svg,me,me,CC0,\nold.png,me,me,CC0,\n"
    (shown / "pictures.csv").write_text("file,source,author,licence,changes\n" + rows, encoding="utf-8")
    assert "content/pictures.csv:4:1: warning RC187 nothing names the file `old.png`" in run("check").out


# ---------------------------------------------------------------- paper


def shades(pdf: str) -> set[int]:
    """The grey values of large areas on the pages of a paper."""
    with pypdfium2.PdfDocument(pdf) as document:
        counts = [page.render(scale=1).to_pil().convert("L").histogram() for page in document]
    return {shade for count in counts for shade in range(256) if count[shade] > 500}


ON_PAPER = {
    "palette": ("x.png", picture("PNG", "P")),
    "palette with alpha": ("x.png", picture("PNG", "P", transparency=0)),
    "grey with alpha": ("x.png", picture("PNG", "LA")),
    "black and white": ("x.png", picture("PNG", "1")),
    "CMYK": ("x.jpg", picture("JPEG", "CMYK")),
    "progressive": ("x.jpeg", picture("JPEG", progressive=True)),
    "WebP": ("x.webp", picture("WebP", "RGBA")),
    "GIF": ("x.gif", picture("GIF")),
    "16 bit": ("x.png", picture("PNG", "I;16")),
    "drawing": ("x.svg", SVG.encode()),
}


@pytest.mark.parametrize("form", ON_PAPER)
def test_pictures_of_every_form_are_printed_with_their_alternative_text(shown, run, form):
    name, data = ON_PAPER[form]
    (shown / name).write_bytes(data)
    edit(shown / "roles" / "cook.yaml", "pictures/pass.svg", name)
    built = run("build")
    assert built.status == 0, built.out
    for paper in ("handout", "cards"):
        pdf = Path(f"build/small-{paper}.pdf").read_bytes()
        assert b"a red counter" in pdf or "a red counter".encode("utf-16-be") in pdf, paper
    if form not in ("drawing", "palette with alpha", "black and white"):
        assert shades("build/small-cards.pdf").intersection(range(220, 240))
        assert shades("build/small-cards.pdf").intersection(range(30, 50))


DARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>'
FORMS = {
    "a comment": f'<!-- <svg viewBox="0 0 1 1"> -->{DARK}',
    "a document type": f'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:9/a.dtd">{DARK}',
    "a byte order mark": f"\ufeff{DARK}",
    "blanks": f"\n  {DARK}",
    "a prefix": DARK.replace("<", "<s:").replace("<s:/", "</s:").replace("xmlns=", "xmlns:s="),
    "an angle in an attribute": DARK.replace("<svg", '<svg aria-label="a>b"'),
    "a colour in a name": DARK.replace("<svg", '<svg data-x=" fill="'),
    "a small number": DARK.replace("0 0 40 20", "0 0 4e-2 2e-2").replace('"40"', '".04"').replace('"20"', '".02"'),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_drawing_is_printed_however_its_file_is_written(shown, run, form):
    (shown / "pictures" / "Größe Tool.png").unlink()
    (shown / "x.svg").write_text(FORMS[form], encoding="utf-8")
    edit(shown / "roles" / "cook.yaml", "pictures/Größe Tool.png", "x.svg")
    built = run("build")
    assert built.status == 0, built.out
    assert "RC708" not in built.out
    assert form == "a small number" or 0 in shades("build/small-cards.pdf")


def test_what_paper_ignores_is_reported_once_and_in_our_words(shown, run, caplog):
    data = SVG.replace("<rect", "<title>a</title><pattern/><svg/><rect")
    (shown / "pictures" / "pass.svg").write_text(data, encoding="utf-8")
    built = run("build")
    assert built.out.count("RC188") == 1
    assert "fpdf" not in caplog.text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<title id="a">b</title><use href="#a"/><rect', "use `use` references nonexistent ref id #a"),
        ('<circle r="1" fill="greenish"/><rect', "unsupported color specification greenish"),
        ('<rect stroke-width="2vh"', "2vh uses unsupported relative length vh"),
        ('<path d="M 0 L q"/><rect', "could not convert string to float"),
    ],
)
def test_check_finds_what_the_printer_refuses(shown, run, text, fault):
    (shown / "pictures" / "pass.svg").write_text(SVG.replace("<rect", text, 1), encoding="utf-8")
    report = run("check").out
    assert report.count("error RC182 `pictures/pass.svg` cannot be printed: ") == 1, report
    assert fault in report
    assert " at 0x" not in report


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the memory in use")
def test_a_large_picture_takes_little_memory(tmp_path):
    script = (
        "import sys; from pathlib import Path; from rolecards.source.raster import on_paper\n"
        "on_paper(Path(sys.argv[1]).read_bytes(), 'PNG')\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )
    (tmp_path / "x.png").write_bytes(picture("PNG", "RGBA", (6300, 6300), compress_level=1))
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "x.png"], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 500_000  # kB; the picture itself takes 160 MB


def test_a_photograph_stands_upright_on_paper(shown, run):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    (shown / "x.jpg").write_bytes(picture("JPEG", size=(600, 300), exif=exif))
    edit(shown / "roles" / "cook.yaml", "pictures/Größe Tool.png", "x.jpg")
    assert run("build", "--only", "handout").status == 0
    sizes = {image.image.size for page in PdfReader("build/small-handout.pdf").pages for image in page.images}
    assert (300, 600) in sizes
    assert b"EXIF" not in Path("build/small-handout.pdf").read_bytes().upper()


def test_a_tall_picture_is_scaled_into_a_card(shown, run):
    (shown / "x.png").write_bytes(picture(size=(700, 700)))
    edit(shown / "roles" / "cook.yaml", "pictures/Größe Tool.png", "x.png")
    built = run("build", "--only", "cards")
    assert built.status == 0, built.out


def test_a_changed_picture_is_printed_anew(shown, run):
    assert run("build", "--only", "handout").status == 0
    assert "unchanged" in run("build", "--only", "handout").out
    (shown / "pictures" / "Größe Tool.png").write_bytes(picture(size=(500, 200)))
    assert "small-handout.pdf  written" in run("build", "--only", "handout").out


def test_paper_shows_a_sign_for_a_sound(shown, run):
    assert run("build", "--only", "handout,quiz").status == 0
    for paper in ("handout", "quiz"):
        words = "".join(page.extract_text() for page in PdfReader(f"build/small-{paper}.pdf").pages)
        assert "♪" in words


def test_a_card_that_asks_back_can_be_cut_out(shown, run):
    assert run("build", "--only", "cards").status == 0
    words = " ".join(" ".join(page.extract_text() for page in PdfReader("build/small-cards.pdf").pages).split())
    assert "Who sharpens it?" in words
    assert "The cook" in words


def test_a_deck_without_pictures_loads_no_reader_of_pictures(small):
    script = (
        "import sys; from rolecards.cli import main; assert main(['build', '--only', 'apkg']) == 0\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('PIL', 'defusedxml')"
        " or name in ('rolecards.source.raster', 'rolecards.source.credits')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]", done


# ---------------------------------------------------------------- pictures in texts

FACTS = """- id: cook-block
  slot: tools
  src: [book]
  qa:
    q: |-
      Which half of the cook's tool is dark?

      ![A light & a dark half](<pictures/Größe Tool.png>)
    a: The right half ![of a counter](pictures/pass.svg)
- id: cook-line
  slot: tools
  src: [book]
  cloze: 'A **cook ![A long "knife"](pictures/Größe%20Tool.png) has** {{c1::iron}} and {{c2::![red](./pictures/pass.svg)}}.'
"""
NOTES = """# Counters

![in no card](../pictures/tall.png)

- The **counter** ![of wood](../pictures/pass.svg) separates the kitchen from the people who eat.

**What does a finished counter look like?**

![[pass.svg|a red field with words]]
"""


@pytest.fixture
def illustrated(shown: Path) -> Path:
    """A deck with the pictures of `shown`, and a tall one, in YAML texts and notes."""
    (shown / "pictures" / "tall.png").write_bytes(picture(size=(700, 2100)))
    (shown / "notes").mkdir()
    (shown / "notes" / "counters.md").write_text(NOTES, encoding="utf-8")
    edit(shown / "roles" / "cook.yaml", "- id: cook-knife\n", f"{FACTS}- id: cook-knife\n")
    return shown


def test_pictures_in_texts_and_notes_arrive_in_anki_once_each(illustrated, run, anki):
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out
    files = in_package()
    tool, counter = (next(name for name in files if name.startswith(start)) for start in ("grosse-tool", "pass"))
    assert len(files) == 3, files
    _, state, studied = anki(("import", "build/small.apkg"), ("state", None), ("study", None))
    assert state["media"] == sorted(files)
    assert (state["empty"], studied) == ([], len(state["cards"]))
    notes = state["notes"]
    assert f'<br><br><img src="{tool}" alt="A light &amp; a dark half">' in notes["cook-block"]["Front"]
    assert notes["cook-block"]["Back"] == f'The right half <img src="{counter}" alt="of a counter">'
    assert f'<strong>cook <img src="{tool}" alt="A long &quot;knife&quot;"> has</strong>' in notes["cook-line"]["Text"]
    assert f'src="{counter}"' not in state["cards"]["cook-line#1"]["question"]
    assert f'<img src="{counter}" alt="red">' in state["cards"]["cook-line#1"]["answer"]
    (looks,) = (note for note in notes.values() if "look like" in note.get("Front", ""))
    assert looks["Back"] == f'<img src="{counter}" alt="a red field with words">'
    (hidden,) = (note for note in notes.values() if "{{c1::counter}}" in note.get("Text", ""))
    assert f'<img src="{counter}" alt="of wood">' in hidden["Text"]


def test_a_picture_in_a_text_is_its_alternative_text_where_there_are_only_words(illustrated, run):
    report = run("check", "--cards").out
    assert "What does a finished counter look like?\n    a red field with words\n" in report
    assert (
        "counters.md:3:1: notice RC166 no card from 1 passage in “Counters” (3): a picture that belongs to no card"
        in report
    )
    assert " error " not in report


def test_pictures_in_texts_are_printed_at_their_place(illustrated, run):
    built = run("build")
    assert built.status == 0, built.out
    assert "RC70" not in built.out
    for paper in ("handout", "cards", "quiz"):
        pdf = Path(f"build/small-{paper}.pdf").read_bytes()
        for words in ("A light & a dark half", "a red field with words", "of wood"):
            assert words.encode() in pdf or words.encode("utf-16-be") in pdf, (paper, words)


def test_a_tall_picture_in_a_text_is_scaled_into_a_card(illustrated, run):
    edit(illustrated / "roles" / "cook.yaml", "<pictures/Größe Tool.png>", "pictures/tall.png")
    built = run("build", "--only", "cards")
    assert built.status == 0, built.out
    assert "RC705" not in built.out


def test_the_author_of_a_picture_in_a_text_is_named_on_card_and_paper(illustrated, run, anki):
    rows = "pictures/Größe Tool.png,me,me,CC0,\npictures/pass.svg,me,Jane Doe,CC BY 4.0,\n"
    (illustrated / "pictures.csv").write_text("file,source,author,licence,changes\n" + rows, encoding="utf-8")
    built = run("build", "--only", "apkg,handout")
    assert built.status == 0, built.out
    assert "counters.md:3:1: warning RC187 `pictures/tall.png` has no row" in run("check").out
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert state["notes"]["cook-block"]["Credit"] == "Jane Doe · CC BY 4.0"
    (looks,) = (note for note in state["notes"].values() if "look like" in note.get("Front", ""))
    assert looks["Credit"] == "Jane Doe · CC BY 4.0"
    assert "Jane Doe" in "".join(page.extract_text() for page in PdfReader("build/small-handout.pdf").pages)


@pytest.mark.parametrize(
    ("picture_", "code"),
    [
        ("![x](pictures/pas.svg)", "RC180"),
        ("![x](../secret.png)", "RC181"),
        ("![x](https://example.org/a.png)", "RC181"),
        ("![x](whetstone.opus)", "RC182"),
        ("![x](large.png)", "RC183"),
        ("![](pictures/pass.svg)", "RC124"),
    ],
)
def test_a_faulty_picture_is_an_error_in_yaml_and_a_warning_in_notes(illustrated, run, picture_, code):
    (illustrated / "large.png").write_bytes(picture() + b"\0" * (5 * 2**20))
    page = illustrated / "notes" / "counters.md"
    note = picture_.replace("](", "](../") if "://" not in picture_ else picture_
    edit(page, "![of wood](../pictures/pass.svg)", note)
    built = run("build", "--only", "apkg,cards")
    assert built.status == 0, built.out
    assert f"content/notes/counters.md:5:19: warning {code} " in built.out, built.out
    cook = illustrated / "roles" / "cook.yaml"
    edit(cook, "![of a counter](pictures/pass.svg)", picture_)
    line = next(at for at, line in enumerate(cook.read_text(encoding="utf-8").splitlines(), 1) if picture_ in line)
    built = run("build")
    assert built.status == 1
    assert f"content/roles/cook.yaml:{line}:23: error {code} " in built.out, built.out


def test_a_question_of_notes_whose_only_answer_is_a_missing_picture_has_no_card(illustrated, run):
    edit(illustrated / "notes" / "counters.md", "![[pass.svg|", "![[gone.svg|")
    report = run("check", "--cards").out
    assert "counters.md:9:1: warning RC180 the content folder has no file `notes/gone.svg`" in report
    assert "counters.md:7:1: warning RC165 no card: a question without an answer" in report


def test_a_picture_in_a_text_must_not_give_away_the_answer(illustrated, run):
    assert "RC753" not in run("check").out
    edit(illustrated / "notes" / "counters.md", "of wood", "a counter")
    report = run("check").out
    assert "counters.md:5:3: warning RC753 the picture `pictures/pass.svg` contains the answer: counter" in report


def test_cards_that_differ_only_in_the_picture_of_their_question_are_no_duplicates(small, run):
    (small / "a.png").write_bytes(picture())
    (small / "b.png").write_bytes(picture(mode="L"))
    (small / "page.md").write_text(
        "# Signs\n\nQ: Which sign is it? ![a sign](a.png)\n\nA: Stop\n\nQ: Which sign is it? ![a sign](b.png)\n\nA: Go\n",
        encoding="utf-8",
    )
    assert "page.md: 2 questions" in run("check").err


# ---------------------------------------------------------------- broken files

SEEDS = {
    ".png": picture(size=(60, 30)),
    ".jpg": picture("JPEG", size=(60, 30), exif=gps()),
    ".gif": animated("GIF"),
    ".webp": animated("WebP"),
    ".svg": SVG.encode(),
}


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, bytes]:
    suffix = draw(st.sampled_from(sorted(SEEDS)))
    data = bytearray(SEEDS[suffix])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        action = draw(st.sampled_from(["flip", "cut", "number", "double"]))
        if action == "flip":
            data[at] ^= draw(st.integers(1, 255))
        elif action == "cut":
            del data[at + 1 : at + 1 + draw(st.integers(1, 40))]
        elif action == "number":
            data[at : at + 4] = struct.pack(">I", draw(st.sampled_from([0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF])))
        else:
            data[at:at] = data[at : at + 60]
    return suffix, bytes(data)


@pytest.mark.fuzz
@settings(max_examples=500 if PROFILE == "quick" else 50_000)
@given(broken())
def test_a_broken_picture_is_a_fault_or_can_be_printed(tmp_path_factory, case):
    suffix, data = case
    folder = tmp_path_factory.getbasetemp() / "broken"
    folder.mkdir(exist_ok=True)
    (folder / f"x{suffix}").write_bytes(data)
    file, problems = MediaFolder(folder).file(f"x{suffix}", "picture", Location("x.yaml"))
    assert (file is None) == any(problem.severity == "error" for problem in problems)
    if file:
        assert on_paper(file.data, FORMATS[suffix].noun)
