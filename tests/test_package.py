"""Reading Anki packages, from any program and from strangers."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from apkg_samples import LATER, RELEASED, build, cloze, question, repacked, script, zipped
from rolecards.compare import archive
from rolecards.compare.package import read_package
from rolecards.problems import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


def refused(path: Path) -> list[str]:
    """The problems that stand against the package, each placed at its path."""
    with pytest.raises(ContentError) as caught:
        read_package(path)
    assert {problem.location.path for problem in caught.value.problems} == {str(path)}
    return [f"{problem.code} {problem.message} {problem.hint}" for problem in caught.value.problems]


def sample(folder: Path) -> Path:
    return build(folder / "deck.apkg", [question("mle-tools", "What tools?"), question("de-tools", "Which?")])


def test_a_note_is_read_with_its_fields_tags_times_and_cards(tmp_path: Path) -> None:
    notes = [question("a", "What?", tags=("mle", "seed"), modified=LATER), cloze("b", "{{c1::x}} {{c3::y}}", (0, 2))]
    package = read_package(build(tmp_path / "deck.apkg", notes))
    first, second = package.notes["guid-a"], package.notes["guid-b"]
    assert first.fields == {"Id": "a", "Front": "What?", "Back": "yes", "Retired": ""}
    assert (first.tags, first.modified, second.modified) == (("mle", "seed"), LATER, RELEASED)
    assert second.cards == {0: "Roles", 2: "Roles"}


def test_a_note_type_is_read_with_its_ids_templates_and_css(tmp_path: Path) -> None:
    package = read_package(sample(tmp_path))
    (note_type,) = package.note_types.values()
    assert (note_type.name, note_type.kind) == ("RC QA", "standard")
    assert [(field.name, field.id) for field in note_type.fields][:2] == [("Id", 11), ("Front", 12)]
    assert note_type.templates[0].front == "{{^Retired}}{{Front}}{{/Retired}}"
    assert note_type.css == ".card { color: black; }"


def test_media_are_known_by_the_digest_of_their_bytes(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"picture")
    package = read_package(build(tmp_path / "deck.apkg", [question("a", '<img src="a.png">')], media=[picture]))
    assert package.media == {"a.png": hashlib.sha256(b"picture").hexdigest()}


def test_the_second_legacy_collection_is_preferred_to_the_first(tmp_path: Path) -> None:
    path, other = sample(tmp_path), build(tmp_path / "other.apkg", [question("new", "New?")])
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other) as new:
        both = {"collection.anki2": old.read("collection.anki2"), "collection.anki21": new.read("collection.anki2")}
    assert list(read_package(zipped(path, both)).notes) == ["guid-new"]


def test_a_database_left_in_wal_mode_is_read(tmp_path: Path) -> None:
    path = repacked(sample(tmp_path), script("pragma journal_mode = wal"))
    assert len(read_package(path).notes) == 2


def test_text_that_is_not_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    path = repacked(sample(tmp_path), script("update notes set tags = cast(x'20ff20' as text)"))
    assert read_package(path).notes["guid-mle-tools"].tags == ("\\xff",)


def test_a_filtered_deck_is_looked_through_to_the_cards_home(tmp_path: Path) -> None:
    path = repacked(sample(tmp_path), script("update cards set odid = did, did = 99, type = 2"))
    cards = [note.cards for note in read_package(path).notes.values()]
    assert cards == [{0: "Roles"}] * 2


def test_nothing_is_left_behind_by_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, scratch = sample(tmp_path), tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read_package(path)
    refused(repacked(path, script("drop table notes")))
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: None, "RC801 there is no such file"),
        (lambda path: path.mkdir(), "RC801 this is a folder"),
        (lambda path: path.write_bytes(b"not a zip"), "RC802 this is not an Anki package: it is not a zip file"),
        (
            lambda path: zipped(path, {"readme": b"hello"}),
            "RC805 this is not an Anki package: the zip file contains no collection",
        ),
        (
            lambda path: zipped(path, {"collection.anki2": b"", "collection.anki21b": b""}),
            "Support older Anki versions",
        ),
        (lambda path: zipped(path, {"collection.anki2": b"", "meta": b"\x08\x03"}), "RC806"),
        (
            lambda path: zipped(path, {"collection.anki2": b"no database" * 99}),
            "RC803 the package's database is damaged",
        ),
        (lambda path: zipped(path, {"collection.anki2": b""}), "RC803 the package's database is empty"),
    ],
)
def test_what_is_not_a_readable_package_is_called_by_its_name(
    tmp_path: Path, make: Callable[[Path], object], expected: str
) -> None:
    path = tmp_path / "deck.apkg"
    make(path)
    assert expected in "".join(refused(path))


def test_a_cut_off_package_is_called_damaged(tmp_path: Path) -> None:
    path = sample(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    assert "it is incomplete" in "".join(refused(path))


def test_a_package_with_wrong_bytes_inside_is_called_damaged(tmp_path: Path) -> None:
    path = sample(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[5_000:5_010] = b"XXXXXXXXXX"
    path.write_bytes(raw)
    assert "RC803 the package is damaged: `collection.anki2` can't be unpacked" in "".join(refused(path))


def test_a_package_that_unpacks_to_too_much_names_the_limit(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.apkg", {"collection.anki2": bytes(archive.HARMLESS + 1)})
    assert f"more than {archive.HIGHEST_RATIO} times its size" in "".join(refused(bomb))


def test_the_size_that_a_package_claims_counts_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.apkg"
    claim = zipfile.ZipInfo("0")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(claim, b"")
        claim.file_size = claim.compress_size = archive.LARGEST_UNPACKED + 1
    assert "unpacks to more than the limit of 2 GB" in "".join(refused(path))


def test_an_encrypted_package_is_refused(tmp_path: Path) -> None:
    path = sample(tmp_path)
    raw = path.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    assert raw != path.read_bytes()
    path.write_bytes(raw)
    assert "RC803 the package is encrypted" in "".join(refused(path))


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["drop table cards"], "RC803 the package's database has no table `cards` with the column `id`"),
        (
            ["alter table notes rename to n", "create view notes as select * from n"],
            "RC803 `n` in the package's database",
        ),
        (
            ["drop table notes", "create virtual table notes using fts5(id, guid, mid, mod, tags, flds)"],
            "RC803 `notes` in",
        ),
        (
            ["alter table notes drop column tags"],
            "RC803 the package's database has no table `notes` with the column `tags`",
        ),
        (
            ["alter table notes drop column tags", "alter table notes add column tags text as (hex(zeroblob(999)))"],
            "RC803 `notes` in the package's database is not a plain table",
        ),
        (
            ["alter table notes drop column tags", "alter table notes add column tags text default 'long'"],
            "RC803 `notes` in the package's database is not a plain table",
        ),
        (["update notes set mod = 'soon'"], "RC809 a row of the table `notes` has a value of the wrong type in `mod`"),
        (
            ["update notes set flds = x'00ff'"],
            "RC809 a row of the table `notes` has a value of the wrong type in `flds`",
        ),
        (["update cards set due = 1.5"], "RC809 a row of the table `cards` has a value of the wrong type in `due`"),
        (["delete from col"], "RC803 the package's database has no note types"),
        (["update col set models = ''"], "RC809 the package's list of note types can't be read"),
        (['update col set models = \'{"5": {"flds": 7}}\''], "RC809 the package's list of note types can't be read"),
        ([f"update col set decks = '{'[' * 100_000}'"], "RC809 the package's list of decks can't be read"),
        (["update notes set mid = 5"], "RC810 the note `guid-mle-tools` has a note type (5)"),
        (
            ["update notes set flds = 'one' where guid = 'guid-de-tools'"],
            "has 1 fields, but its note type `RC QA` has 4",
        ),
        (["update notes set guid = 'same'"], "RC811 more than one note has the GUID `same`"),
        (["update notes set guid = char(27) || '[2J'"], "RC811 more than one note has the GUID `\\u001b[2J`"),
    ],
)
def test_a_database_that_is_not_what_it_should_be_is_a_problem_and_no_traceback(
    tmp_path: Path, statements: list[str], expected: str
) -> None:
    assert expected in "".join(refused(repacked(sample(tmp_path), script(*statements))))


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (b"[]", "RC809 the package's media list can't be read"),
        (b"[" * 100_000, "RC809 the package's media list can't be read"),
        (
            json.dumps({"0": "a.png"}).encode(),
            "RC812 the package lacks 1 media file of its media list, such as `a.png`",
        ),
    ],
)
def test_a_media_list_that_cannot_be_followed_is_a_problem(tmp_path: Path, media: bytes, expected: str) -> None:
    path = sample(tmp_path)
    with zipfile.ZipFile(path) as old:
        database = old.read("collection.anki2")
    assert expected in "".join(refused(zipped(path, {"collection.anki2": database, "media": media})))


def test_all_broken_notes_are_reported_at_once(tmp_path: Path) -> None:
    path = repacked(sample(tmp_path), script("update notes set flds = 'one'"))
    assert len(refused(path)) == 2


EXPORT = """
import sys
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions
from anki.import_export_pb2 import ImportAnkiPackageRequest
package, folder = sys.argv[1:]
collection = Collection(folder + "/collection.anki2")
collection.import_anki_package(ImportAnkiPackageRequest(package_path=package))
deck = DeckIdLimit(collection.decks.id_for_name("Roles"))
for name, legacy in (("legacy.apkg", True), ("newer.apkg", False)):
    options = ExportAnkiPackageOptions(with_media=True, legacy=legacy)
    collection.export_anki_package(out_path=folder + "/" + name, options=options, limit=deck)
collection.close()
"""


@pytest.mark.skipif(importlib.util.find_spec("anki") is None, reason="the anki library is not installed")
def test_ankis_own_legacy_export_is_read_and_its_newer_one_refused(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"picture")
    notes = [question("a", '<img src="a.png">', tags=("mle",)), cloze("b", "{{c1::x}} {{c2::y}}", (0, 1))]
    shipped = build(tmp_path / "deck.apkg", notes, media=[picture])
    subprocess.run([sys.executable, "-c", EXPORT, shipped, tmp_path], check=True, capture_output=True)
    ours, theirs = read_package(shipped), read_package(tmp_path / "legacy.apkg")
    assert (theirs.notes, theirs.media) == (ours.notes, ours.media)
    assert theirs.note_types.keys() == ours.note_types.keys()
    assert "RC806" in "".join(refused(tmp_path / "newer.apkg"))


def cut_short(raw: bytes) -> Iterable[bytes]:
    return (raw[:length] for length in range(0, len(raw), len(raw) // 50))


def test_a_database_cut_short_anywhere_is_never_a_traceback(tmp_path: Path) -> None:
    path = sample(tmp_path)
    with zipfile.ZipFile(path) as old:
        database = old.read("collection.anki2")
    for short in cut_short(database):
        refused(zipped(path, {"collection.anki2": short}))


def test_a_schema_that_is_not_utf_8_is_never_a_traceback(tmp_path: Path) -> None:
    path = sample(tmp_path)
    with zipfile.ZipFile(path) as old:
        database = old.read("collection.anki2")
    broken = database.replace(b"CREATE TABLE notes", b"CREATE TABLE not\xff\xff")
    assert "RC803 the package's database is damaged" in "".join(refused(zipped(path, {"collection.anki2": broken})))
