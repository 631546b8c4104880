"""What `diff` says about two packages, and how it shows it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from apkg_samples import LATER, QA_FIELDS, QA_TEMPLATES, Looks, Sample, build, cloze, question
from rolecards.compare.diff import SECTIONS, Difference, Entry, compare
from rolecards.compare.diff_report import LONG, as_json, as_markdown, as_text
from rolecards.compare.package import read_package

if TYPE_CHECKING:
    from pathlib import Path


class Differ:
    """Builds two packages from samples and compares them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, old: list[Sample], new: list[Sample], *, later: int = LATER, **media: list[Path]) -> Difference:
        first = build(self.folder / "old.apkg", old, media=media.get("old_media", ()))
        second = build(self.folder / "new.apkg", new, media=media.get("new_media", ()), types_modified=later)
        return compare(read_package(first), read_package(second))


@pytest.fixture
def differ(tmp_path: Path) -> Differ:
    return Differ(tmp_path)


def marked(entry: Entry) -> list[tuple[str, str]]:
    """The details of an entry: labels, and spans in one string: -removed- and +added+."""
    marks = {"same": "", "removed": "-", "added": "+"}
    return [
        (change.name, "".join(f"{marks[span.kind]}{span.text}{marks[span.kind]}" for span in change.spans))
        for change in entry.details
    ]


def listed(difference: Difference, key: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The names and details of the entries of a section."""
    return [(entry.name, marked(entry)) for entry in difference.sections[key].entries]


def codes(difference: Difference) -> dict[str, list[str]]:
    return {caution.code: [note.name for note in caution.notes.entries] for caution in difference.cautions}


def test_equal_packages_have_no_difference(differ: Differ) -> None:
    notes = [question("a", "What?"), cloze("b", "{{c1::x}}")]
    assert as_text(differ(notes, notes)).endswith("new.apkg: nothing changed\n")


def test_notes_are_found_by_guid_whatever_their_order(differ: Differ) -> None:
    notes = [question(name, f"What {name}?") for name in "abc"]
    difference = differ(notes, [question("new", "New?"), *reversed(notes)])
    assert [name for name, _ in listed(difference, "added")] == ["new"]
    assert not listed(difference, "changed")
    assert not difference.cautions


def test_the_longest_id_is_shown_whole(differ: Differ) -> None:
    longest = "-".join(["identity"] * 9)
    assert listed(differ([question("a", "What?")], [question("a", "What?"), question(longest, "?")]), "added") == [
        (longest, [("", "?")])
    ]


def test_a_changed_field_is_shown_word_by_word_with_its_cloze_deletions(differ: Differ) -> None:
    old = [cloze("a", "An <b>ML engineer</b> {{c1::trains::verb}} models.")]
    new = [cloze("a", "An <b>ML engineer</b> {{c1::deploys::verb}} models.", modified=LATER)]
    change = ("Text", "An ML engineer {{c1::-trains-+deploys+::verb}} models.")
    assert listed(differ(old, new), "changed") == [("a", [change])]


def test_neighbouring_words_change_as_one(differ: Differ) -> None:
    old, new = "Who builds the data pipeline?", "Who keeps a clean pipeline?"
    difference = differ([question("a", old)], [question("a", new, modified=LATER)])
    assert listed(difference, "changed") == [("a", [("Front", "Who -builds the data-+keeps a clean+ pipeline?")])]


def test_a_change_of_markup_alone_is_shown_as_markup(differ: Differ) -> None:
    difference = differ([question("a", "Why <b>so</b>?")], [question("a", "Why <i>so</i>?", modified=LATER)])
    assert listed(difference, "changed") == [("a", [("Front", "Why <-b-+i+>so</-b-+i+>?")])]


def test_escaped_text_is_shown_as_it_is_read(differ: Differ) -> None:
    old = [question("a", "List&lt;int&gt; &amp; <br>more")]
    difference = differ(old, [question("a", "List&lt;str&gt; &amp; <br>more", modified=LATER)])
    assert listed(difference, "changed") == [("a", [("Front", "List<-int-+str+> & more")])]


def test_a_huge_field_is_compared_at_once(differ: Differ) -> None:
    old, new = " ".join(f"old{n}" for n in range(20_000)), " ".join(f"new{n}" for n in range(20_000))
    (change,) = differ([question("a", old)], [question("a", new, modified=LATER)]).sections["changed"].entries
    assert [span.kind for span in change.details[0].spans] == ["removed", "same"]


def test_tags_are_compared_apart_from_the_text(differ: Differ) -> None:
    old = [question("a", "What?", tags=("mle", "old"))]
    difference = differ(old, [question("a", "What?", tags=("mle", "new"), modified=LATER)])
    assert listed(difference, "retagged") == [("a", [("tags", "-old-+new+")])]
    assert not listed(difference, "changed")


def test_a_removed_note_stays_with_learners(differ: Differ) -> None:
    difference = differ([question("a", "A?"), question("b", "B?")], [question("b", "B?")])
    assert listed(difference, "removed") == [("a", [("", "A?")])]
    assert codes(difference) == {"removed": ["a"]}


def test_a_note_newly_tagged_as_retired_is_listed_as_retired(differ: Differ) -> None:
    retired = Sample("a", ("a", "A?", "yes", "retired"), tags=("deck::retired",), modified=LATER, deck="Other")
    difference = differ([question("a", "A?")], [retired])
    assert [name for name, _ in listed(difference, "retired")] == ["a"]
    assert codes(difference) == {}


def test_a_change_that_is_not_dated_later_never_reaches_learners(differ: Differ) -> None:
    assert codes(differ([question("a", "A?")], [question("a", "Changed?")])) == {"same-time": ["a"]}


def test_a_later_date_without_a_change_costs_learners_their_edits(differ: Differ) -> None:
    assert codes(differ([question("a", "A?")], [question("a", "A?", modified=LATER)])) == {"time-only": ["a"]}


def test_other_bytes_under_the_same_media_name_change_the_notes_that_show_them(differ: Differ, tmp_path: Path) -> None:
    pictures = []
    for version in ("old", "new"):
        folder = tmp_path / version
        folder.mkdir()
        pictures.append(folder / "a.png")
        pictures[-1].write_text(version)
    notes = [question("a", '<img src="a.png">'), question("b", "No picture")]
    difference = differ(notes, notes, old_media=pictures[:1], new_media=pictures[1:])
    assert [(entry.sign, entry.name) for entry in difference.sections["media"].entries] == [("~", "a.png")]
    assert codes(difference) == {"same-time": ["a"]}


def test_a_card_that_is_put_in_another_deck_does_not_move_for_learners(differ: Differ) -> None:
    rest = question("b", "B?")
    difference = differ([question("a", "A?"), rest], [question("a", "A?", deck="Roles::Seed"), rest])
    assert listed(difference, "moved") == [("a", [("card 1", "-Roles-+Roles::Seed+")])]
    assert codes(difference) == {"deck-move": ["a"]}
    assert not difference.fails


def test_a_renamed_deck_is_listed_once(differ: Differ) -> None:
    old = [question("a", "A?", deck="Old::Core"), question("b", "B?", deck="Old::Core")]
    new = [question("a", "A?", deck="New::Core"), question("b", "B?", deck="New::Core")]
    difference = differ(old, new)
    assert listed(difference, "renamed_decks") == [("New::Core", [("", "renamed from “Old::Core”")])]
    assert not listed(difference, "moved")
    assert not difference.fails
    assert "~ New::Core\n    renamed from “Old::Core”" in as_text(difference)


def test_a_lost_cloze_number_leaves_a_card_with_learners(differ: Differ) -> None:
    old = [cloze("a", "{{c1::x}} {{c2::y}}", (0, 1))]
    difference = differ(old, [cloze("a", "{{c1::x}} y {{c3::z}}", (0, 2), modified=LATER)])
    assert listed(difference, "cards") == [("a", [("card", "-2-+3+")])]
    assert codes(difference) == {"card-left-over": ["a"]}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (cloze("a", "{{c2::x}} {{c3::y}}", (1, 2), modified=LATER), "card-blank"),
        (cloze("a", "{{c1::x}} {{c2::y}}", (0, 1), modified=2**34), "future"),
        (cloze("a", "{{c1::x}} {{c2::y}}", (0, 1)), ""),
    ],
)
def test_blank_cards_and_times_to_come_must_not_be_published(tmp_path: Path, run, new: Sample, code: str) -> None:
    old = build(tmp_path / "old.apkg", [cloze("a", "{{c1::x}} {{c2::y}}", (0, 1))])
    compared = run("diff", old, build(tmp_path / "new.apkg", [new]), "--format", "json")
    assert compared.status == bool(code)
    assert [each["code"] for each in json.loads(compared.out)["cautions"] if each["fails"]] == [code] * bool(code)


@pytest.mark.parametrize("front", ["", "Question", "{{#Retired}}{{Front}}{{/Retired}}", "{{Missing}}"])
def test_a_template_that_shows_no_field_leaves_cards_blank(differ: Differ, front: str) -> None:
    looks = Looks(templates=(("Card", front, "{{Back}}"),))
    assert codes(differ([question("a", "A?")], [question("a", "A?", looks=looks)])) == {"card-blank": ["a"]}


def test_new_looks_are_shown_by_lines_and_touch_no_note(differ: Differ) -> None:
    looks = Looks(css=".card { color: navy; }", templates=(("Card", QA_TEMPLATES[0][1], "{{Front}}\n{{Back}}"),))
    difference = differ([question("a", "A?")], [question("a", "A?", looks=looks)])
    ((_, details),) = listed(difference, "note_types")
    assert [name for name, _ in details] == ["back of “Card”", "CSS"]
    assert not difference.cautions


def test_new_looks_under_the_old_date_never_reach_learners(differ: Differ) -> None:
    difference = differ([question("a", "A?")], [question("a", "A?", looks=Looks(css=""))], later=1_700_000_000)
    assert "note-type-same-time" in codes(difference)


def test_a_renamed_field_with_an_id_is_the_same_field(differ: Differ) -> None:
    looks = Looks(fields=("Id", "Question", "Back", "Retired"))
    difference = differ([question("a", "A?")], [question("a", "A?", looks=looks)])
    assert listed(difference, "note_types") == [("RC QA", [("", "field “Front” renamed to “Question”")])]
    assert "conflicting" not in codes(difference)
    assert not listed(difference, "changed")


@pytest.mark.parametrize(
    ("looks", "clause"),
    [
        (Looks(fields=(*QA_FIELDS, "More")), "field “More” added"),
        (Looks(fields=("Id", "Back", "Front", "Retired"), field_ids=(11, 13, 12, 14)), "order of fields changed"),
        (Looks(templates=(*QA_TEMPLATES, ("Second", "{{Back}}", "{{Front}}"))), "card template “Second” added"),
    ],
)
def test_a_changed_schema_is_called_a_conflict(differ: Differ, looks: Looks, clause: str) -> None:
    texts = ("a", "A?", "yes", "", "more")[: len(looks.fields)]
    difference = differ([question("a", "A?")], [Sample("a", texts, looks=looks)])
    assert listed(difference, "note_types") == [("RC QA", [("", clause)])]
    assert {"note-type-copied", "conflicting"} <= codes(difference).keys()


def test_a_note_that_changes_its_note_type_is_called_conflicting(differ: Differ) -> None:
    difference = differ([question("a", "A?")], [cloze("a", "{{c1::x}}", modified=LATER)])
    assert codes(difference)["conflicting"] == ["a"]


def test_the_terminal_report_marks_what_has_changed(differ: Differ) -> None:
    old = [question("a", "Who trains?"), question("gone", "Gone?")]
    text = as_text(differ(old, [question("a", "Who deploys?", modified=LATER), question("b", "B?")]))
    assert "~ a\n    Front: Who [-trains-]{+deploys+}?" in text
    assert "+ b\n    B?" in text
    assert "- gone\n    Gone?" in text
    assert "\x1b" not in text


def test_long_unchanged_stretches_are_left_out_of_the_reports(differ: Differ) -> None:
    long = "and so on " * 30
    old, new = question("a", f"{long}old {long}"), question("a", f"{long}new {long}", modified=LATER)
    (line,) = [line for line in as_text(differ([old], [new])).splitlines() if "Front" in line]
    assert "so on [-old-]{+new+} and so" in line
    assert line.count("…") == 2
    assert len(line) < 120


def test_the_content_cannot_drive_the_terminal(differ: Differ) -> None:
    difference = differ([question("a", "A?")], [question("\x1b[2J\u202eb", "B \x9b31m?", tags=("\x07",))])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", as_text(difference))


def test_the_content_cannot_break_the_markdown(differ: Differ) -> None:
    nasty = "</details> **b** `c` | <script>x</script> ![i](u) [l](u) @someone #12 :tada: $x$ \\ _e_ ~~s~~"
    field = nasty.replace("<", "&lt;").replace(">", "&gt;")
    difference = differ([question("a", "Who?")], [question("a", field, modified=LATER), question("n*", field)])
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(as_markdown(difference))
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "strong_open", "strong_close", "html_inline"}
    tags = {child.content for child in inline if child.type == "html_inline"}
    assert tags == {"<del>", "</del>", "<ins>", "</ins>", "<!-- -->", "<span>", "</span>"}
    shown = "".join(child.content for child in inline if child.type == "text")
    assert nasty in shown


def test_only_long_markdown_sections_are_folded(differ: Differ) -> None:
    few, many = ([question(f"n{n}", "New?") for n in range(count)] for count in (LONG, LONG + 1))
    assert "<details>" not in as_markdown(differ([question("a", "A?")], [question("a", "A?"), *few]))
    folded = as_markdown(differ([question("a", "A?")], [question("a", "A?"), *many]))
    assert f"<details><summary>Notes added ({LONG + 1})</summary>\n\n- **n0**" in folded


def test_the_json_report_has_the_keys_of_the_values(differ: Differ) -> None:
    difference = differ([question("a", "Who trains?")], [question("a", "Who deploys?", modified=LATER)])
    report = json.loads(as_json(difference))
    assert {"old", "new", "cautions", "search", *SECTIONS} == report.keys()
    (entry,) = report["changed"]
    (change,) = entry.pop("details")
    assert (entry, change["name"]) == ({"name": "a", "guid": "guid-a", "sign": "~"}, "Front")
    assert change["spans"][1] == {"kind": "removed", "text": "trains"}


def test_a_note_without_an_id_field_is_named_by_its_first_field(differ: Differ) -> None:
    looks = Looks(fields=("Question", "Front", "Back", "Retired"))
    notes = [Sample("a", ("What <b>now</b>, " + "really " * 20, "", "", ""), looks=looks)]
    (note,) = differ([question("b", "B?")], notes).sections["added"].entries
    assert note.name.startswith("What now, really")
    assert note.name.endswith("…")
    assert len(note.name) <= 60


A = question("a", "A?")


@pytest.mark.parametrize(
    ("new", "fails"),
    [
        ([A, question("b", "B?")], False),
        ([question("a", "Which?", modified=LATER)], False),
        ([question("a", "A?", modified=LATER)], False),
        ([question("a", "Which?")], True),
        ([question("a", "A?", deck="Other")], False),
        ([question("a", "A?", looks=Looks(field_ids=(11, 12, 13, 15)))], True),
        ([question("b", "A?")], True),
        ([A, question("b", "A?")], True),
        ([question("b", "B?")], True),
    ],
)
def test_a_release_fails_if_learners_would_miss_repeat_or_lose_something(
    differ: Differ, new: list[Sample], *, fails: bool
) -> None:
    assert differ([A], new).fails is fails
