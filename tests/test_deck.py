"""The deck as the real Anki takes it."""

from __future__ import annotations

import csv
import html
import json
import re
import sqlite3
import zipfile
from collections import Counter
from pathlib import Path

import yaml

from conftest import DATA, EPOCH, ROOT, edit
from rolecards.text import cloze


def rows(package: Path, query: str) -> list[tuple]:
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(package) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def visible(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def revealed(fields: dict[str, str]) -> str:
    words = f"{fields.get('Front', '')} {fields.get('Back', '')} {fields.get('Text', '')}"
    return visible(re.sub(r"\{\{c\d+::(.*?)(::.*?)?\}\}", r"\1", words)).casefold()


def test_our_deck_goes_into_anki_whole_and_every_card_of_it_can_be_studied(shipped, run, anki):
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out
    (counts,) = re.findall(r"(\d+) notes, (\d+) cards", built.out)
    notes, cards = map(int, counts)
    log, state, studied = anki(("import", "build/ml-team-roles.apkg"), ("state", None), ("study", None))
    assert log == {"new": notes, "updated": 0, "duplicate": 0, "conflicting": 0}
    assert studied == cards
    assert 180 <= notes <= 210
    assert state["empty"] == []
    assert state["database"] == ["Database rebuilt and optimized.", True]
    for name, card in state["cards"].items():
        question, answer = visible(card["question"]), visible(card["answer"])
        assert question, f"{name} asks nothing"
        assert answer != question, f"{name} answers nothing"
        assert "{{" not in question + answer, f"{name} shows raw markup"


def test_the_core_deck_has_40_to_45_notes(shipped, run):
    run("build", "--only", "apkg")
    package = Path("build/ml-team-roles.apkg")
    decks = json.loads(rows(package, "SELECT decks FROM col")[0][0])
    (core,) = [int(key) for key, deck in decks.items() if deck["name"] == "ML Team Roles::1 Core"]
    ((notes,),) = rows(package, f"SELECT count(DISTINCT nid) FROM cards WHERE did = {core}")
    assert 40 <= notes <= 45


def test_every_fact_of_the_first_document_is_on_a_card(shipped, run, anki):
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/ml-team-roles.apkg"), ("state", None))
    texts = {note_id: revealed(fields) for note_id, fields in state["notes"].items()}
    with (DATA / "seed-coverage.tsv").open(encoding="utf-8") as file:
        coverage = list(csv.DictReader(file, delimiter="\t"))
    assert len({line["seed_id"] for line in coverage}) == 46
    for line in coverage:
        assert line["words"].casefold() in texts[line["note_id"]], f"{line['seed_id']} is not on {line['note_id']}"


def test_a_card_shows_its_answer_reason_source_and_number_on_the_back_only(small, run, anki):
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    card = state["cards"]["cook-knife#0"]
    assert (
        visible(card["question"])
        == f"Cook · Tools {state['notes']['cook-knife']['Number']} Which tool does a cook sharpen every day?"
    )
    back = visible(card["answer"])
    for words in ("The knife", "A blunt one slips.", "A Book About Restaurants , p2", "as of 2020", "cook-knife"):
        assert words in back
    assert f"card {state['notes']['cook-knife']['Number']}" in back


def test_tags_name_role_slot_part_and_kind(small, run, anki):
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert state["tags"]["cook-knife"] == [
        "small::kind::fact",
        "small::part::core",
        "small::role::cook",
        "small::slot::tools",
    ]


def test_new_cards_come_core_first_and_take_turns_between_roles(small, run, anki):
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    first_cards = {name: card for name, card in state["cards"].items() if name.endswith("#0")}
    order = sorted(first_cards, key=lambda name: first_cards[name]["position"])
    assert [first_cards[name]["position"] for name in order] == list(range(1, 11))
    parts = [first_cards[name]["deck"] for name in order]
    assert parts == sorted(parts)
    assert [name.partition("#")[0] for name in order[:4]] == [
        "cook-prepares",
        "waiter-brings",
        "set-apron",
        "cook-knife",
    ]


def test_the_description_tells_version_credit_and_how_to_update(shipped, run, anki):
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/ml-team-roles.apkg"), ("state", None))
    settings = yaml.safe_load(Path("content/deck.yaml").read_text(encoding="utf-8"))
    description = state["deck"]["ML Team Roles"]
    assert f"version {settings['version']}" in description
    assert "To update" in description
    assert "Full Stack Deep Learning" in settings["credit"]
    assert "Full Stack Deep Learning" in visible(description)


def test_text_reaches_the_card_exactly_as_written(small, run, anki):
    texts = {
        "angles": "A List<int> holds a < b & c > d",
        "money": "It costs $5 or $6, \"quoted\" and 'quoted'",
        "accents": "Žluťoučký kůň → café 😀 你好，世界",
        "braces": "A template says {{Field}} and {{{x}}}",
        "sound": "Write [sound:bell.mp3] or [latex]x[/latex] or [$]y[/$]",
        "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "jinja": "{{ 7 * 7 }} and {% raw %} and {# no #}",
        "entity": "&lt; stays and &amp;nbsp; too",
    }
    facts = [
        {
            "id": f"cook-{key}",
            "slot": "caveat",
            "part": "more",
            "src": ["book"],
            "qa": {"q": f"{key}: {text}?", "a": text},
        }
        for key, text in texts.items()
    ]
    path = small / "roles" / "cook.yaml"
    role = yaml.safe_load(path.read_text(encoding="utf-8"))
    role["facts"] += facts
    path.write_text(yaml.safe_dump(role, allow_unicode=True), encoding="utf-8")
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    for key, text in texts.items():
        question = html.unescape(
            re.sub(
                r'<div class="head">.*?</div>|</?div[^>]*>|<span></span>',
                "",
                state["cards"][f"cook-{key}#0"]["question"],
            )
        )
        assert question.strip() == f"{key}: {text}?"


def test_every_form_of_cloze_gets_its_cards(small, run, anki):
    clozes = {
        "gap": ("Number {{c1::one}} and {{c3::three}} are used.", [0, 2]),
        "same": ("Both {{c1::here}} and {{c1::there}} at once.", [0]),
        "adjacent": ("Side by side {{c1::left}}{{c2::right}} they stand.", [0, 1]),
        "nested": ("An {{c1::outer {{c2::inner}} part}} of it.", [0, 1]),
        "list": ("One {{c1,2::shared}} and {{c2::own}} blank.", [0, 1]),
        "hint": ("A {{c1::word::what?}} with a hint.", [0]),
        "marked": ("Some **{{c1::bold}}** and {{c2::`code<x>`}} here.", [0, 1]),
        "colons": (r"Call {{c1::std\::sort::function}} on it.", [0]),
    }
    path = small / "roles" / "cook.yaml"
    role = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, (text, _) in clozes.items():
        role["facts"].append({"id": f"cook-{key}", "slot": "caveat", "part": "more", "src": ["book"], "cloze": text})
    path.write_text(yaml.safe_dump(role, allow_unicode=True), encoding="utf-8")
    built = run("build", "--only", "apkg")
    assert built.status == 0, built.out
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    for key, (_, ordinals) in clozes.items():
        assert [n for n in range(9) if f"cook-{key}#{n}" in state["cards"]] == ordinals
    assert "std::sort" in visible(state["cards"]["cook-colons#0"]["answer"])
    assert "[function]" in visible(state["cards"]["cook-colons#0"]["question"])
    assert "[...]" in visible(state["cards"]["cook-nested#0"]["question"])
    assert "outer [...] part" in visible(state["cards"]["cook-nested#1"]["question"])
    assert state["empty"] == []
    assert state["database"] == ["Database rebuilt and optimized.", True]


def test_a_deletion_inside_a_hint_is_refused_as_anki_would_make_a_card_of_it(small, run):
    edit(small / "roles" / "cook.yaml", "{{c1::prepares::verb}}", "{{c1::prepares::verb {{c3::here}}}}")
    refused = run("build", "--only", "apkg")
    message = "content/roles/cook.yaml:11:39: error RC131 a cloze deletion must not be inside the hint of another"
    assert (refused.status, message in refused.out) == (1, True), refused.out
    assert cloze.numbers(cloze.parse_field("A {{c1::word::hint {{c3::here}}}}.")) == (1, 3)


def test_ids_of_note_types_fields_and_templates_are_the_published_ones(small, run):
    run("build", "--only", "apkg")
    models = json.loads(rows(Path("build/small.apkg"), "SELECT models FROM col")[0][0])
    frozen = json.loads((DATA / "note-types.json").read_text(encoding="utf-8"))
    found = {
        key: {
            "name": model["name"],
            "fields": {field["name"]: field["id"] for field in model["flds"]},
            "templates": {template["name"]: template["id"] for template in model["tmpls"]},
        }
        for key, model in models.items()
    }
    assert found == frozen


def test_no_clock_shows_in_the_package(small, run):
    run("build", "--only", "apkg")
    with zipfile.ZipFile("build/small.apkg") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(entry.compress_type == zipfile.ZIP_DEFLATED for entry in archive.infolist())
    assert rows(Path("build/small.apkg"), "SELECT DISTINCT mod FROM notes") == [(EPOCH,)]


def test_note_and_card_ids_are_distinct_and_lie_in_the_past(shipped, run):
    run("build", "--only", "apkg")
    package = Path("build/ml-team-roles.apkg")
    created = max(number for (number,) in rows(package, "SELECT id FROM notes"))
    assert 0 < created < 2_000_000_000_000
    assert Counter(rows(package, "SELECT id FROM cards")).most_common(1)[0][1] == 1


def test_the_content_we_ship_is_published_as_its_lock_says(shipped, run):
    built = run("build", "--locked", "--only", "apkg")
    assert built.status == 0, built.out


def test_a_template_of_the_author_replaces_ours_one_by_one(small, run, anki):
    own = Path("own/cards")
    own.mkdir(parents=True)
    (own / "who.j2").write_text("Wer ist das? {{ role.one_line | md }}\n---\n{{ role.name | md }}\n", encoding="utf-8")
    assert run("build", "--only", "apkg", "--templates", "own").status == 0
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert state["notes"]["who-cook"]["Front"] == (
        'Wer ist das? Prepares the meals that a restaurant serves.<div class="choices">Choices: Cook · Waiter</div>'
    )
    assert state["notes"]["scenario-soup"]["Front"].startswith("The soup needs salt.<br>Which role fits?<div")


def test_the_style_sheet_has_enough_contrast_by_day_and_by_night():
    css = (ROOT / "templates" / "anki" / "style.css").read_text(encoding="utf-8")
    themes = re.findall(
        r"--ink: (#\w+);\s+--ground: (#\w+);\s+--quiet: (#\w+);\s+--accent: (#\w+);\s+--rule: #\w+;\s+--panel: (#\w+);"
        r"\s+--string: (#\w+);\s+--number: (#\w+);",
        css,
    )
    assert len(themes) == 2
    for ink, ground, quiet, accent, panel, *code in themes:
        in_panel = [(colour, panel) for colour in (ink, accent, quiet, *code)]
        for text, behind in ((ink, ground), (quiet, ground), (accent, ground), *in_panel):
            assert contrast(text, behind) >= 4.5, f"{text} on {behind}"


def test_the_softer_text_of_the_guide_has_a_contrast_of_7_on_white_and_on_the_ground_of_boxes():
    theme = (ROOT / "templates" / "handout" / "theme.css").read_text(encoding="utf-8")
    prose, tint = (re.search(rf"--{name}: (#\w+);", theme)[1] for name in ("prose", "tint"))
    assert contrast(prose, "#ffffff") > contrast(prose, tint) > 7


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
