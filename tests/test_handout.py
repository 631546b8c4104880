"""The handout, read back as a file, and what authors are told when it can't be printed."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader

from conftest import edit
from paper_reading import addresses, notes, outline, pages, pages_as_drawn, shown, squeezed, words
from rolecards.papers.sheets import PAPER_SIZES
from rolecards.pdf import default_fonts
from rolecards.templates import bundled_folder

HANDOUT = Path("build/ml-team-roles-handout.pdf")
SMALL = Path("build/small-handout.pdf")
ROLES = ("ML Product Manager", "DevOps Engineer", "Data Engineer", "ML Engineer", "ML Researcher", "Data Scientist")


@pytest.fixture
def own(small) -> Path:
    """A folder for templates of an author's own."""
    folder = small.parent / "own" / "handout"
    folder.mkdir(parents=True)
    return folder


def changed(own: Path, name: str, old: str, new: str) -> None:
    """Give the author's folder a copy of our template with one change."""
    shutil.copy(bundled_folder() / "handout" / name, own / name)
    edit(own / name, old, new)


def test_what_the_guide_says_of_facts_and_handoffs_is_all_on_paper(shipped_papers):
    text = squeezed(" ".join(pages(HANDOUT)))
    for path in (*sorted(Path("content/roles").iterdir()), *sorted(Path("content/topics").iterdir())):
        for fact in content(path.relative_to("content"))["facts"]:
            for said in fact.get("row") or [fact["statement"]]:
                assert squeezed(without_emphasis(said)) in text, fact["id"]
    handoffs = content("handoffs.yaml")["handoffs"]
    assert len(handoffs) == 7
    for handoff in handoffs:
        assert squeezed(handoff["what"]) in text, handoff["id"]


def without_emphasis(said: str) -> str:
    return re.sub(r"\*+|_(?=\w)|(?<=\w)_", "", said)


def test_scenarios_contrasts_and_what_only_a_role_does_are_on_paper_too(shipped_papers):
    text = squeezed(" ".join(pages(HANDOUT)))
    roles = {path.stem: content(f"roles/{path.name}") for path in Path("content/roles").iterdir()}
    said = [role.get("thirty_seconds") for role in roles.values()]
    for year in ("", "-2026"):
        said += [scenario["text"] for scenario in content(f"scenarios{year}.yaml")["scenarios"]]
        for contrast in content(f"contrasts{year}.yaml")["contrasts"]:
            names = {side: roles[contrast[side]]["short"] for side in "ab"}
            said += [contrast["q"], *(f"{names[side]}: {contrast[f'{side}_ans']}" for side in "ab")]
    assert len(said) > 80
    for words_ in said:
        assert squeezed(words_) in text, words_


def content(name: str | Path) -> dict:
    return yaml.safe_load((Path("content") / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("paper", PAPER_SIZES)
def test_every_statement_of_a_role_is_on_the_pages_of_the_role_beside_its_number(printed, paper):
    printed("--paper", paper)
    on_page, text = outline(HANDOUT), pages(HANDOUT)
    found = {note.id: note for note in notes(Path("build/ml-team-roles.apkg"))}
    roles = {role: content(f"roles/{role}.yaml") for role in content("deck.yaml")["roles"]}
    places = [on_page[role["name"]] for role in roles.values()] + [on_page["Tell them apart"]]
    assert places == sorted(places)
    assert len(set(places[:6])) == 6
    for at, role in enumerate(roles.values()):
        page = squeezed(" ".join(text[places[at] : places[at + 1] + 1]))
        for fact in role["facts"]:
            star = "◆" if fact["part"] == "core" else r"(?!◆)"
            said = re.escape(squeezed(without_emphasis(fact["statement"])))
            assert re.search(rf"{said}(?:\(\d{{4}}\))?{found[fact['id']].number}{star}", page), fact["id"]


def test_a_role_gets_before_it_gives(shipped_papers):
    text, on_page = pages(HANDOUT), outline(HANDOUT)
    arrows = ["".join(letter for letter in text[on_page[role]] if letter in "←→") for role in ROLES]
    assert arrows == ["→", "←←→", "←→", "←←←←←→", "←←→", "←←→→"]


def test_the_contents_name_the_pages_that_the_outline_leads_to(shipped_papers):
    cover = pages(HANDOUT)[0]
    topics = {content(path.relative_to("content"))["name"] for path in Path("content/topics").iterdir()}
    for title, page in outline(HANDOUT).items():
        if page and title not in topics | {"What passes from whom to whom"}:
            assert f"{page + 1} {title}" in cover


def test_the_file_describes_itself(shipped_papers):
    reader = PdfReader(HANDOUT)
    assert reader.metadata.title == "Who does what on a machine learning team"
    assert reader.metadata.author.startswith("The six classic roles are the product manager")
    assert reader.root_object["/Lang"] == "en"
    lock = Path("content/cards.lock").read_text(encoding="utf-8")
    assert reader.metadata.creation_date.strftime("%Y-%m-%dT%H:%M:%SZ") in lock


def test_every_source_that_is_cited_is_listed_with_its_address_as_a_link(shipped_papers):
    sources = " ".join(pages(HANDOUT)[outline(HANDOUT)["Sources"] :])
    assert "FSDL 2022, lecture 8: ML Teams and Project Management" in sources
    assert "https://fullstackdeeplearning.com/course/2022/lecture-8-teams-and-pm/" in addresses(HANDOUT)


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 210, 297), ("letter", 215.9, 279.4)])
def test_no_page_is_empty_and_no_text_starts_outside_the_margins(printed, paper, width, height):
    printed("--paper", paper)
    for page in words(HANDOUT):
        assert page
        for word in page:
            assert 12.4 <= word.x < width - 12.5, word
            assert 10 < word.y < height - 5, word


def test_two_builds_are_the_same_bytes_whatever_the_hash_seed_and_the_time_zone(shipped, shipped_as):
    usual = shipped_as() / HANDOUT  # with the seed and the zone of this process
    time.sleep(1.1)  # into another second
    environment = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-m", "rolecards", "build", "--only", "handout"], env=environment, check=True)
    assert HANDOUT.read_bytes() == usual.read_bytes()


def test_code_quotes_accents_and_arrows_stay_as_written(small, run):
    said = "List<int> if a < b & c, $5 or $6: “naïve” → *not* Ünï {{ x }}"
    edit(small / "roles" / "cook.yaml", "Three years", f"'{said}'".replace("*", r"\*"))
    assert run("build", "--only", "handout").status == 0
    assert squeezed(said) in squeezed(" ".join(pages(SMALL)))


def test_a_role_with_too_much_for_its_page_is_an_error_at_the_role_and_nothing_is_written(small, run):
    facts = "".join(
        f"- {{id: cook-dish-{at}, slot: function, part: beyond, src: [book],"
        f" qa: {{q: 'Which dish is number {at} on the menu?', a: 'Dish {at}'}}}}\n"
        for at in range(300)
    )
    with (small / "roles" / "cook.yaml").open("a", encoding="utf-8") as file:
        file.write(facts)
    built = run("build")
    assert built.status == 1
    assert "content/roles/cook.yaml:1:1: error RC705" in built.out
    assert "Cook" in built.out
    assert not Path("build").exists()


def test_short_profiles_share_a_page_and_a_fuller_role_has_its_own(small, run):
    assert run("build", "--only", "handout").status == 0
    at = outline(SMALL)
    assert at["Cook"] == at["Waiter"]
    facts = "".join(
        f"- {{id: cook-dish-{number}, slot: function, src: [book], qa: {{q: 'Which dish is number {number}?', a: Soup}}}}\n"
        for number in range(13)
    )
    with (small / "roles" / "cook.yaml").open("a", encoding="utf-8") as file:
        file.write(facts)
    assert run("build", "--only", "handout").status == 0
    at = outline(SMALL)
    assert at["Cook"] < at["Waiter"]
    assert "My own examples" in pages(SMALL)[at["Cook"]]
    assert "My own examples" not in pages(SMALL)[at["Waiter"]]


def test_a_role_alone_has_a_page_of_its_own_however_few_its_facts(small, run):
    for role, name in (("cook", "Cook"), ("waiter", "Waiter")):
        path = Path(f"build/small-{role}-handout.pdf")
        assert run("build", "--only", "handout", "--role", role).status == 0
        at, text = outline(path), pages(path)
        assert "My own examples" in text[at[name]]
        assert at["Tell them apart"] == at[name] + 1


def test_a_statement_takes_the_place_of_the_card_and_an_empty_one_keeps_it_off_the_page(small, run):
    cook = small / "roles" / "cook.yaml"
    edit(cook, "- id: cook-knife\n", '- id: cook-knife\n  statement: "Cuts with **the knife**."\n')
    edit(cook, "- id: cook-prepares\n", '- id: cook-prepares\n  statement: ""\n')
    assert run("build", "--only", "handout").status == 0
    page = pages(SMALL)[outline(SMALL)["Cook"]]
    assert "Cuts with the knife." in page
    assert "prepares" not in page


MAP = """\
schema: rolecards/map@1
rows: [tool]
phases:
- {id: order, name: Order, asks: What shall it be?, leads: {waiter: writes it down}, out: A slip, to: the kitchen,
   cards: {waiter: [waiter], out: [cook-knife]}}
- {id: cook, name: Cooking, leads: {cook: prepares the meal}, helps: {waiter: tells the time}, out: A meal, back_to: [order],
   cards: {cook: [cook-prepares]}}
"""


def test_the_map_says_who_leads_and_helps_and_what_leaves_each_phase(small, run):
    (small / "map.yaml").write_text(MAP, encoding="utf-8")
    assert run("build", "--only", "apkg,handout").status == 0
    numbers = {note.id: note.number for note in notes(Path("build/small.apkg"))}
    page = pages(SMALL)[outline(SMALL)["Who leads when"]]
    assert f"writes it down {numbers['who-waiter']}" in page
    assert f"▼ A slip to the kitchen {numbers['cook-knife']}" in page
    assert "▲ A meal back to Order" in page
    assert "knife" in page
    assert "Order Cooking" in pages(SMALL)[outline(SMALL)["Cook"]]


def test_without_a_map_there_is_neither_its_page_nor_a_strip(small, run):
    assert run("build", "--only", "handout").status == 0
    assert "Who leads when" not in outline(SMALL)
    assert "leads" not in pages(SMALL)[0]


def test_a_map_of_many_roles_is_a_list(small, run):
    more = [f"r{number}" for number in range(9)]
    for role in more:
        head = f"schema: rolecards/role@1\nid: {role}\nname: Role {role}\none_line: Does what {role} does.\n"
        (small / "roles" / f"{role}.yaml").write_text(head, encoding="utf-8")
    helps = ", ".join(f"{role}: helps a bit" for role in more)
    (small / "map.yaml").write_text(MAP.replace("helps: {", f"helps: {{{helps}, "), encoding="utf-8")
    assert run("build", "--only", "handout").status == 0
    page = pages(SMALL)[outline(SMALL)["Who leads when"]]
    assert "Role r8 helps helps a bit" in page


def test_points_stand_apart_from_their_prompts_under_the_same_number(shipped_papers):
    at, text = outline(HANDOUT), pages(HANDOUT)
    page, answers = text[at["ML Engineer"]], " ".join(text[at["What a good answer mentions"] :])
    assert re.search(r"T13 page \d+ Latency doubled after your release. Talk through the first hour.", page)
    assert "rolls back or diverts traffic now" not in " ".join(text[: at["What a good answer mentions"]])
    assert "T13 Sense in an incident. ☐ rolls back or diverts traffic now ☐ then the timeline" in answers


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_each_prompt_and_each_pair_of_a_profile_names_the_page_on_which_it_goes_on(printed, paper):
    printed("--paper", paper)
    text = pages(HANDOUT)
    before = " ".join(text[: outline(HANDOUT)["Tell them apart"]])
    prompts = re.findall(r"☐ T(\d+) (?:(?!☐).)*?page (\d+)", before)
    assert sorted(int(number) for number, _ in prompts) == list(range(1, 33))
    for number, page in prompts:
        assert re.search(rf"(?<!☐ )T{number} (?!page)[^☐]+☐", text[int(page) - 1]), number
    pairs = re.findall(r" (\d+)◆? \(page (\d+)\)", before)
    assert len(pairs) > 8
    for number, page in pairs:
        assert re.search(rf"\? (\(\d+\) )?{number}◆? ", text[int(page) - 1]), number


def test_points_have_a_line_each_in_as_many_columns_as_there_is_text_for(printed):
    for options, name, columns in (
        ((), "", 3),
        (("--large",), "", 1),
        (("--only", "handout", "--role", "mle"), "-mle", 2),
    ):
        printed(*options)
        path = Path(f"build/ml-team-roles{name}-handout.pdf")
        first, last = outline(path)["What a good answer mentions"], outline(path)["Sources"]
        ticks = [word.x for page in words(path)[first : last + 1] for word in page if word.text.startswith("☐")]
        assert len(ticks) > 20
        assert len({round(x) for x in ticks}) == columns, options


def test_sources_whose_titles_and_addresses_start_alike_share_a_paragraph_with_all_links(shipped_papers):
    start = "huyenchip.com/ml-interviews-book/contents/"
    sources = " ".join(pages(HANDOUT)[outline(HANDOUT)["Sources"] :])
    assert sources.count(start) == 1
    assert "1.1.2.2, …/1.1.2.2-research-scientist-vs.-research-engineer.html. 82" in sources
    assert len({address for address in addresses(HANDOUT) if start in address}) > 10


def test_the_rows_of_a_topic_with_columns_are_a_table_whose_last_column_may_be_the_reason(small, run):
    (small / "topic.yaml").write_text(
        "schema: rolecards/topic@1\nid: places\nname: Places\ncolumns: [Where, Who, Why there]\nfacts:\n"
        "- {id: place-kitchen, src: [book], row: [In the kitchen, '**the cook**'],"
        " qa: {q: Who is in the kitchen?, a: The cook, why: The stove is there.}}\n",
        encoding="utf-8",
    )
    assert run("build", "--only", "handout").status == 0
    page = pages(SMALL)[outline(SMALL)["Places"]]
    assert re.search(r"Where Who Why there In the kitchen the cook \d+◆ The stove is there\.", page)
    assert "Who is in the kitchen?" not in page


def test_a_role_without_facts_has_a_page_all_the_same(small, run):
    (small / "reverse.yaml").unlink()
    waiter = small / "roles" / "waiter.yaml"
    waiter.write_text(waiter.read_text(encoding="utf-8").partition("facts:")[0], encoding="utf-8")
    assert run("build", "--only", "handout").status == 0
    assert "Takes the orders" in pages(SMALL)[outline(SMALL)["Waiter"]]


@pytest.mark.parametrize(
    "left_out",
    [("contrasts",), ("scenarios",), ("reverse",), ("contrasts", "reverse", "scenarios", "roles/waiter")],
    ids=" ".join,
)
def test_whatever_kinds_of_content_are_left_out_the_papers_are_printed(small, run, left_out):
    for name in left_out:
        (small / f"{name}.yaml").unlink()
    edit(small / "deck.yaml", "roles: [cook, waiter]", "")
    assert run("build").status == 0
    titles = outline(SMALL)
    assert ("Cases" in titles) == (not {"reverse", "scenarios"} <= {*left_out})
    assert ("Waiter" in titles) == ("roles/waiter" not in left_out)


def test_a_role_alone_with_neither_facts_nor_sources_has_its_papers(small, run):
    for name in ("contrasts", "scenarios", "reverse", "sources", "roles/waiter"):
        (small / f"{name}.yaml").unlink()
    cook = small / "roles" / "cook.yaml"
    cook.write_text(cook.read_text(encoding="utf-8").partition("facts:")[0], encoding="utf-8")
    edit(small / "deck.yaml", "roles: [cook, waiter]", "")
    assert run("build").status == 0
    assert list(outline(SMALL)) == ["Cook"]


def test_a_roles_lecture_is_a_link_whose_address_can_be_read(small, run):
    edit(small / "roles" / "cook.yaml", "facts:", "video: https://www.example.org/watch?v=knives\nfacts:")
    assert run("build", "--only", "handout").status == 0
    assert "https://www.example.org/watch?v=knives" in addresses(SMALL)
    assert "Video: example.org/watch?v=knives" in pages(SMALL)[outline(SMALL)["Cook"]]


def test_the_decks_name_is_the_title_where_there_is_no_other(small, run):
    run("build", "--only", "handout")
    assert PdfReader(SMALL).metadata.title == "Small Deck"
    assert "Small Deck" in pages(SMALL)[0]


def test_a_title_of_a_hundred_characters_is_printed_whole(small, run):
    title = " ".join(["All that goes on in a restaurant"] * 4)[:100]
    edit(small / "deck.yaml", "name: Small Deck", f"name: {title}")
    assert run("build").status == 0
    assert squeezed(title) in squeezed(pages(SMALL)[0])
    assert squeezed(title) in squeezed(pages(Path("build/small-quiz.pdf"))[0])


def test_a_long_question_and_a_long_word_are_printed_whole(small, run):
    question, word = "Which dish " + "and which other dish " * 19 + "is it?", "Donau" * 12
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", question)
    edit(small / "roles" / "cook.yaml", "Three years", word)
    assert run("build", "--only", "handout").status == 0
    text = squeezed(" ".join(pages(SMALL)))
    assert squeezed(question) in text
    assert word in text


# ---------------------------------------------------------------- fonts


@pytest.mark.parametrize(("words_", "said"), [("厨师", "the 2 characters `厨师`"), ("🍲", "the character `🍲`")])
def test_a_character_that_no_font_has_is_an_error_at_the_entry_that_uses_it(small, run, words_, said):
    edit(small / "roles" / "cook.yaml", "Three years", words_)
    built = run("build", "--only", "handout")
    assert built.status == 1
    assert f"content/roles/cook.yaml:29:8: error RC704 no font has {said}" in built.out
    assert "`fonts:` in deck.yaml" in built.out
    assert "--only apkg" in built.out


@pytest.mark.parametrize("paper", ["handout", "quiz"])
def test_a_title_that_no_font_has_is_an_error_in_the_deck_file(small, run, paper):
    edit(small / "deck.yaml", "name: Small Deck", "name: 厨师")
    (error,) = run("build", "--only", paper).out.splitlines()
    assert error.startswith("content/deck.yaml:3:7: error RC704")


@pytest.mark.parametrize(("package", "name", "text"), [
    ("fontpkg_amiri", "files/Amiri-Regular.ttf", "الطبخ في المطبخ"),
    ("pylopdf_fonts_he", "NotoSansHebrew-Variable.ttf", "טבח במטבח"),
])  # fmt: skip
def test_text_from_right_to_left_is_printed_in_a_font_that_the_author_names(small, run, package, name, text):
    edit(small / "roles" / "cook.yaml", "Three years", text)
    refused = run("build", "--only", "handout")
    assert "content/roles/cook.yaml:29:8: error RC704" in refused.out
    (folder,) = find_spec(package).submodule_search_locations
    shutil.copy(Path(folder, name), small / "further.ttf")
    edit(small / "deck.yaml", "name: Small Deck", "name: Small Deck\nfonts: [further.ttf]")
    assert run("build", "--only", "handout,quiz,cards", "--part", "all").status == 0
    for paper in ("handout", "quiz", "cards"):
        assert text in " ".join(pages_as_drawn(Path(f"build/small-all-{paper}.pdf"))), paper


def test_a_name_that_no_font_has_is_reported_where_it_is_written(small, run):
    edit(small / "roles" / "cook.yaml", "name: Cook", "name: Cook 厨")
    built = run("build", "--only", "handout,quiz,cards")
    assert {line.split(" error ")[0] for line in built.out.splitlines()} == {"content/roles/cook.yaml:3:12:"}


def test_many_words_in_a_script_that_no_font_has_are_one_error(small, run):
    edit(small / "roles" / "cook.yaml", "name: Cook", "name: טבח")
    edit(small / "roles" / "waiter.yaml", "name: Waiter", "name: מלצר")
    edit(small / "roles" / "cook.yaml", "Three years", "שלוש שנים")
    (error,) = run("build", "--only", "handout,quiz,cards").out.splitlines()
    assert re.search(r"RC704 no font has .* \d+ more words in this script \(add a font", error)


def test_the_papers_of_a_language_from_right_to_left_keep_its_order_behind_our_letters_and_numbers(small, run):
    (folder,) = find_spec("pylopdf_fonts_he").submodule_search_locations
    shutil.copy(Path(folder, "NotoSansHebrew-Variable.ttf"), small / "further.ttf")
    settings = "name: Small Deck\nlanguage: he\nfonts: [further.ttf]"
    edit(small / "deck.yaml", "name: Small Deck", settings)
    edit(small / "roles" / "cook.yaml", "name: Cook", "name: טבח")
    edit(small / "roles" / "waiter.yaml", "name: Waiter", "name: מלצר")
    assert run("build", "--only", "quiz", "--part", "all").status == 0
    runs = {(round(each.y), each.text.strip()): each.x for each in words(Path("build/small-all-quiz.pdf"))[0]}
    rows = {height for height, text in runs if text == "טבח"} & {height for height, text in runs if text == "a"}
    assert len(rows) == 2  # the names to choose from, and the key
    assert all(runs[height, "a"] > runs[height, "טבח"] for height in rows)


def test_a_font_that_the_author_names_is_used_for_what_ours_lack(small, run):
    edit(small / "roles" / "cook.yaml", "Three years", "Kitchen ↔ table")
    assert "U+2194" in run("build", "--only", "handout").out
    shutil.copy(default_fonts().families["mono"].regular, small / "further.ttf")
    edit(small / "deck.yaml", "name: Small Deck", "name: Small Deck\nfonts: [further.ttf]")
    assert run("build", "--only", "handout").status == 0
    assert squeezed("Kitchen ↔ table") in squeezed(" ".join(pages(SMALL)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../further.ttf", "is outside the content folder"),
        ("/etc/hostname", "is outside the content folder"),
        ("missing.ttf", "there is no font file `missing.ttf`"),
        ("sources.yaml", "`sources.yaml` cannot be read as a font"),
    ],
)
def test_an_unfit_font_is_an_error_at_its_place_in_the_deck_file(small, run, name, said):
    edit(small / "deck.yaml", "name: Small Deck", f"name: Small Deck\nfonts: [{name}]")
    built = run("build", "--only", "handout")
    assert built.status == 1
    assert "content/deck.yaml:4:9: error RC711" in built.out
    assert said in built.out
    assert said in run("check").out


@pytest.mark.parametrize("rule", ["@font-face", "@FONT-FACE", r"@font-f\61 ce"])
def test_check_knows_of_a_font_of_the_theme_that_is_not_there(own, run, rule):
    changed(own, "theme.css", "/* Another", f"{rule} {{ font-family: sans; src: url(no.ttf) }} /*")
    checked = run("check", "--templates", "own")
    assert checked.status == 1
    assert (
        "own/handout/theme.css:12:1: error RC711 there is no font file `no.ttf` next to this stylesheet" in checked.out
    )


# ---------------------------------------------------------------- templates


def test_an_author_changes_wording_by_a_template_of_the_same_name(own, run):
    changed(
        own, "pairs.html.j2", "{{ words.guide.pairs_lead_list if large else words.guide.pairs_lead }}", "A closer look"
    )
    assert run("build", "--only", "handout", "--templates", "own").status == 0
    assert "A closer look" in pages(SMALL)[outline(SMALL)["Tell them apart"]]


MISTAKES = [
    ("cover.html.j2", '<p class="name">', '<centre class="name">', "cover.html.j2:10:7: error RC701"),
    ("cover.html.j2", '<p class="name">', '<p style="color: red">', "cover.html.j2:10:7: error RC702"),
    ("cover.html.j2", "deck.subtitle", "deck.subtitel", "cover.html.j2:11:1: error RC141"),
    ("cover.html.j2", "{{ deck.subtitle }}", "{{ deck.subtitle | nicely }}", "cover.html.j2:11:1: error RC141"),
    ("handout.css", ".row { display: row }", ".row { disply: row }", "handout.css:8:8: error RC703"),
    ("theme.css", "/* Another", "@font-face { src: url(a.ttf) } /* Another", "theme.css:12:1: error RC703"),
    ("theme.css", "/* Another", "@font-face { font-family: sans; src: url(no.ttf) } /*", "theme.css:12:1: error RC711"),
    (
        "theme.css",
        "/* Another",
        '@font-face { font-family: sans; src: url("no.ttf") } /*',
        "theme.css:12:1: error RC711",
    ),
    (
        "theme.css",
        "/* Another",
        "@font-face { font-family: sans; src: url(../a.ttf) } /*",
        "theme.css:12:33: error RC703",
    ),
    ("map.svg.j2", "{% for phase in phases %}", "{% for phase in phasse %}", "map.svg.j2:4:1: error RC141"),
]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_template_is_an_error_at_its_place(own, run, mistake):
    *change, problem = mistake
    changed(own, *change)
    built = run("build", "--only", "handout", "--templates", "own")
    assert built.status == 1
    assert f"own/handout/{problem}" in built.out


@pytest.mark.parametrize(
    ("given", "missing"),
    [((), "no bold and no italic"), (("bold",), "no italic"), (("italic",), "no bold"), (("bold", "italic"), "")],
    ids=str,
)
def test_a_typeface_that_lacks_a_style_is_a_warning_at_every_build(own, run, given, missing):
    face = "@font-face {{ font-family: sans; {}src: url({}.ttf) }}\n"
    faces = {"bold": "font-weight: bold; ", "italic": "font-style: italic; "}
    sheet = face.format("", "regular") + "".join(face.format(faces[style], style) for style in given)
    changed(own, "theme.css", "/* Another", f"{sheet}/* Another")
    for style in ("regular", *given):
        shutil.copy(getattr(default_fonts().families["mono"], style), own / f"{style}.ttf")
    for _ in range(2):
        built = run("build", "--only", "quiz", "--templates", "own")
        assert built.status == 0
        warned = f"own/handout/theme.css:12:1: warning RC712 the typeface `sans` has {missing} face"
        assert (warned in built.out) == bool(missing)
        assert ("RC712" in built.out) == bool(missing)
    assert "RC712" not in run("build", "--only", "apkg", "--templates", "own").out


@pytest.mark.parametrize("src", ["../../content/secret.png", "/etc/passwd", "https://example.org/a.png", "missing.png"])
def test_an_image_is_only_ever_taken_from_beside_the_templates(own, run, src):
    Path("content/secret.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    changed(own, "cover.html.j2", '<div class="titles">', f'<div class="titles"><img src="{src}" alt="A picture">')
    built = run("build", "--only", "handout", "--templates", "own")
    assert built.status == 1
    assert f"own/handout/cover.html.j2:9:25: error RC708 there is no image `{src}`" in built.out


def test_an_image_beside_an_authors_templates_is_shown(own, run):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    (own / "logo.svg").write_text(svg, encoding="utf-8")
    changed(own, "cover.html.j2", '<div class="titles">', '<div class="titles"><img src="logo.svg" alt="Our logo">')
    assert run("build", "--only", "handout", "--templates", "own").status == 0


def test_shown_is_what_a_reader_sees():
    assert shown("A {{c1::b &amp; <b>c</b>::hint}}<br>d") == "A b & c d"


def test_a_deck_of_topics_has_no_headings_for_handoffs_practice_and_prompts(small, run):
    for name in ("contrasts", "scenarios", "reverse", "roles/cook", "roles/waiter"):
        (small / f"{name}.yaml").unlink()
    edit(small / "deck.yaml", "roles: [cook, waiter]", "credit: By the chef.\nlicence: CC0-1.0")
    edit(small / "sources.yaml", "  url:", "  read: 2026-01\n  url:")
    with (small / "sources.yaml").open("a") as file:
        file.write("- {code: talk, title: A Talk}\n")
    (small / "topic.yaml").write_text(
        "schema: rolecards/topic@1\nid: salt\nname: Salt\nfacts:\n"
        '- {id: brine, src: [book, talk], qa: {q: "What is brine?", a: Salt water}}\n'
    )
    assert run("build", "--only", "handout").status == 0
    said = " ".join(" ".join(pages(SMALL)).split())
    assert "Topics" in outline(SMALL)
    assert "By the chef. · Licence: CC0-1.0." in said
    assert "read 2026-01" in said
    for absent in ("Working together", "What passes", "Practice", "prompts", "All sources"):
        assert absent not in said


def test_a_single_prompt_is_announced_as_one(small, run):
    edit(small / "sources.yaml", "  url:", "  read: 2026-01\n  url:")
    edit(
        small / "roles" / "cook.yaml",
        "facts:",
        "practice:\n- {id: t, src: [book], prompt: Plan a menu., listen_for: [the season]}\nfacts:",
    )
    assert run("build", "--only", "handout").status == 0
    said = " ".join(" ".join(pages(SMALL)).split())
    assert "The points for T1." in said
    assert "Numbers are cards. T marks prompts. All sources were read 2026-01." in said


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_guide_has_at_most_16_pages_and_no_point_of_an_answer_stands_alone(printed, paper):
    printed("--paper", paper)
    found = words(HANDOUT)
    assert len(found) <= 16
    first, last = outline(HANDOUT)["What a good answer mentions"], outline(HANDOUT)["Sources"]
    edges = [next(word.x for word in found[first] if re.match(rf"T{number}\b", word.text)) for number in (1, 2, 3)]
    for page, edge in itertools.product(found[first : last + 1], edges):
        starts = sorted((word.y, word.text[0]) for word in page if abs(word.x - edge) < 1 and word.text[0] in "T☐W")
        marks = "".join(mark for _, mark in starts)
        assert not re.search(r"T☐?$", marks), marks
        assert not marks.startswith("W"), marks


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_longest_plan_leaves_the_cover_on_one_page(shipped, run, paper):
    run("build", "--only", "handout", "--paper", paper, "--days", "21", "--minutes", "15")
    assert outline(HANDOUT)["Who leads when"] == 1
    assert "Day 21" in pages(HANDOUT)[0]


def test_lines_to_write_examples_on_have_a_label_above_them(printed):
    for paper in ("a4", "letter"):
        printed("--paper", paper)
        assert all("My own examples" in page for page in pages(HANDOUT)[2:8])
