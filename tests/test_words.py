"""The words of the program in several languages."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from functools import reduce
from pathlib import Path

import pytest
import yaml

from conftest import edit
from paper_reading import notes, outline, pages, squeezed
from rolecards.templates import Templates, bundled_folder
from rolecards.words import NOUNS, TranslatedPhrase, read_words

ROOT = Path(__file__).parents[1]
OURS = Templates(folders=(bundled_folder(),))
TEMPLATES = sorted((ROOT / "templates" / "handout").glob("*.j2"))
CARDS = sorted([*(ROOT / "templates" / "cards").glob("*.j2"), *(ROOT / "templates" / "anki").glob("*.html")])
LANGUAGES = sorted(path.stem for path in (ROOT / "templates" / "words").glob("*.yaml"))


def phrases(tree, route=()):
    for key, value in tree.items():
        yield from phrases(value, (*route, key)) if isinstance(value, dict) else [((*route, key), value)]


def in_language(small: Path, language: str) -> None:
    deck = small / "deck.yaml"
    deck.write_text(re.sub(r"(?m)^language: .*\n", "", deck.read_text()) + f"language: {language}\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_language_has_every_phrase_with_the_same_placeholders(language):
    english, problems = dict(phrases(read_words(OURS, "en")[0])), read_words(OURS, language)[1]
    file = yaml.safe_load((bundled_folder() / "words" / f"{language}.yaml").read_text(encoding="utf-8"))
    own = dict(phrases(read_words(OURS, language)[0]))
    assert problems == []
    assert {route: phrase.placeholders - NOUNS for route, phrase in own.items()} == {
        route: phrase.placeholders - NOUNS for route, phrase in english.items()
    }
    assert [
        route for route in english if route[-1] not in reduce(lambda part, key: part.get(key, {}), route[:-1], file)
    ] == []


@pytest.mark.parametrize("path", [*TEMPLATES, *CARDS], ids=lambda path: path.name)
def test_no_template_has_words_of_its_own(path):
    text = path.read_text(encoding="utf-8")
    code = r"\{#.*?#\}|\{%.*?%\}" if path.suffix == ".j2" else r"\{=.*?=\}"
    text = re.sub(rf"{code}|\{{\{{.*?\}}\}}|<style.*?</style>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]{3,}", text) == [], "move them to templates/words/en.yaml"


@pytest.mark.parametrize(
    "path", [path for path in [*TEMPLATES, *CARDS] if path.suffix == ".j2"], ids=lambda path: path.name
)
def test_no_template_has_punctuation_of_its_own(path):
    text = re.sub(r"\{#.*?#\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    code = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
    literals = (each for piece in code.findall(text) for each in re.findall(r'(?<!split\()"([^"]*)"', piece))
    said = [each for each in literals if each.strip() in set(",:;?!")]
    said += re.findall(
        r"[,:;?!]", re.sub(r"<style.*?</style>|<[^>]*>|&\w+;", " ", code.sub(" ", text), flags=re.DOTALL)
    )
    assert said == [], "move it to templates/words/en.yaml, because languages write it differently"


def test_every_phrase_is_used():
    sources = [*(ROOT / "templates").rglob("*.j2"), *(ROOT / "templates" / "anki").glob("*.html")]
    sources += (ROOT / "src" / "rolecards").rglob("*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    names = [route[-1] for route, _ in phrases(read_words(OURS, "en")[0])]
    by_layout_side_or_part = {"print_long-edge", "print_short-edge", "marks_front", "marks_back"}
    by_layout_side_or_part |= {f"{part}_about" for part in ("pairs", "cases")} | {
        f"which_{number}" for number in (1, 2, 3)
    }
    assert [name for name in names if name not in text and name not in by_layout_side_or_part] == []


def test_german_papers_say_nothing_in_english_but_the_authors_own_words(small, run):
    in_language(small, "de")
    assert run("build", "--only", "handout,quiz,cards").status == 0
    handout = outline(Path("build/small-handout.pdf"))
    assert {"Gegenüberstellungen", "Quellen"} <= handout.keys()
    assert "Fülle die Lücken" in " ".join(pages(Path("build/small-quiz.pdf")))
    assert "Karten: 10, Blätter: 2" in " ".join(pages(Path("build/small-cards.pdf")))
    english = [phrase.text for _, phrase in phrases(read_words(OURS, "en")[0]) if len(phrase.text) > 16]
    german = {phrase.text for _, phrase in phrases(read_words(OURS, "de")[0])}
    said = squeezed(" ".join(" ".join(pages(Path(f"build/small-{name}.pdf"))) for name in ("handout", "quiz", "cards")))
    assert [text for text in english if text not in german and squeezed(text) in said] == []


def test_a_language_without_a_word_file_is_a_warning_that_names_the_file(small, run):
    in_language(small, "fr")
    built = run("build", "--only", "quiz")
    assert built.status == 0
    assert "warning RC145" in built.out
    assert "words/fr.yaml" in built.out


def words_of_ones_own(content: Path, language: str, text: str) -> Path:
    """Templates beside the content, named in the deck file, with words in this language."""
    in_language(content, language)
    edit(content / "deck.yaml", "schema: rolecards/deck@1\n", "schema: rolecards/deck@1\ntemplates: ../own\n")
    file = content.parent / "own" / "words" / f"{language}.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_phrases_that_a_new_language_lacks_are_counted_in_one_warning(small, run):
    words_of_ones_own(small, "fr", "quiz: {gaps: Complétez}\n")
    built = run("build", "--only", "quiz")
    assert built.status == 0
    (warning,) = [line for line in built.out.splitlines() if "RC145" in line]
    assert warning.startswith("own/words/fr.yaml:1:1: warning RC145 ")
    assert "phrases, such as `role.one`, are English" in warning


def test_a_region_replaces_single_phrases_of_its_language_in_any_case(small, run):
    words_of_ones_own(small, "de-AT", "quiz: {gaps: Lückenfüller}\n")
    edit(small / "deck.yaml", "language: de-AT", "language: DE-at")
    built = run("build", "--only", "quiz")
    assert (built.status, "RC145" in built.out) == (0, False), built.out
    said = " ".join(pages(Path("build/small-quiz.pdf")))
    assert "Lückenfüller" in said
    assert "Antworte" in said


def test_the_colon_behind_a_name_is_that_of_the_language(small, run):
    words_of_ones_own(small, "fr", "card: {label: '{name} :', separator: ' ; '}\n")
    assert run("build", "--only", "apkg,handout,cards").status == 0
    (contrast,) = [note for note in notes(Path("build/small.apkg")) if note.id == "contrast-cook-waiter"]
    assert "Cook : In the kitchen" in " ".join(contrast.texts)
    assert "Cook : In the kitchen" in " ".join(pages(Path("build/small-handout.pdf")))


@pytest.mark.parametrize("name", ["fr.yaml", "words/fr.yml", "words/french.yaml", "words/fr_FR.yaml", "word/fr.yaml"])
def test_a_misnamed_word_file_is_reported(small, run, name):
    file = words_of_ones_own(small, "fr", "quiz: {gaps: Complétez}\n")
    (small.parent / "own" / name).parent.mkdir(exist_ok=True)
    file.rename(small.parent / "own" / name)
    built = run("build", "--only", "quiz")
    assert f"own/{name} is not read (word files are named own/words/LANGUAGE.yaml)" in built.err
    assert "(translate templates/words/en.yaml as own/words/fr.yaml)" in built.out


def test_a_word_file_among_the_content_is_reported_with_its_right_place(small, run):
    (small / "words").mkdir()
    (small / "words" / "fr.yaml").write_text("quiz: {gaps: Complétez}\n", encoding="utf-8")
    out = run("build").out
    assert "content/words/fr.yaml:1:1: error RC121 missing key `schema` (a word file must be in the folder that" in out


@pytest.mark.parametrize("folder", [".", "..", "../content"])
def test_the_content_folder_is_no_templates_folder(small, run, folder):
    edit(small / "deck.yaml", "schema: rolecards/deck@1\n", f"schema: rolecards/deck@1\ntemplates: {folder}\n")
    assert "content/deck.yaml:2:12: error RC103" in run("check", "content").out


@pytest.mark.parametrize(
    ("deck", "page", "label"), [("en", "de", "Erkläre: "), ("de", "en", "Explain: "), ("de", "fr", "Erkläre: ")]
)
def test_a_page_asks_in_its_own_language(small, run, deck, page, label):
    in_language(small, deck)
    text = f"---\nlang: {page}\n---\n# Saucen\n\n- **Velouté**: une sauce with Mehl and Brühe.\n"
    (small / "sauces.md").write_text(text, encoding="utf-8")
    assert f"{label}Velouté" in run("check", "--cards").out


def test_a_relation_without_words_is_a_warning_where_learners_would_see_its_key(small, run):
    out = run("check").out
    assert "content/reverse.yaml:5:8: warning RC173 `tool` has no heading: learners see the key" in out
    hint = out.partition("(write `")[2].partition("` in deck.yaml")[0]
    (small / "deck.yaml").write_text((small / "deck.yaml").read_text() + hint + "\n")
    built = run("check")
    assert (built.status, "RC173" in built.out) == (0, False), built.out


def test_labels_of_notes_are_those_of_the_authors_word_file(small, run):
    words_of_ones_own(small, "fr", "notes: {question: Question, answer: Réponse, gap: T}\n")
    (small / "sauces.md").write_text(
        "# Sauces\n\nQuestion: Quelle sauce est rouge ?\nRéponse: La sauce tomate\n\nT: Le [velouté] est lisse.\n",
        encoding="utf-8",
    )
    shown = run("check", "--cards").out
    assert "Quelle sauce est rouge ?\n    La sauce tomate\n" in shown
    assert "Le […] est lisse.\n    velouté\n" in shown


def test_a_templates_folder_replaces_single_phrases(small, run):
    own = small.parent / "own" / "words"
    own.mkdir(parents=True)
    (own / "en.yaml").write_text("quiz:\n  gaps: Mind the gap\n", encoding="utf-8")
    assert run("build", "--only", "quiz", "--templates", "own").status == 0
    said = " ".join(pages(Path("build/small-quiz.pdf")))
    assert "Mind the gap" in said
    assert "Answer in a few words" in said


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("quiz:\n  gasp: Gaps\n", "2:3", "there is no phrase `quiz.gasp` (did you mean `quiz.gaps`?)"),
        ("guide:\n  plan_lead: '{cout} cards'\n", "2:14", "`{cout}` has no value here"),
        ("card:\n  who: 'Which {role'\n", "2:8", "`{role` has no value here"),
        ("card:\n  who: 'A {} b'\n", "2:8", "`{}` has no value here"),
        ("card:\n  who: 'A {role.x} b'\n", "2:8", "`{role.x}` has no value here"),
        ("card:\n  choices: Choose\n", "2:12", "`card.choices` must contain `{names}`"),
        ("card:\n  scenario: {a: b}\n", "2:14", "there is no phrase `card.scenario.a`"),
        ("card:\n  scenario: [a]\n", "2:13", "`card.scenario` must be a text"),
        ("parts: {core: {a: b}}\n", "1:16", "there is no phrase `parts.core.a`"),
        ("card:\n  hint: ''\nnotes:\n  gap: ''\n", "2:9", "`card.hint` must not be empty"),
        ("role: x\n", "1:1", "`role` must contain phrases by name"),
        ("- x\n", "1:1", "`words` must contain phrases by name"),
    ],
)
def test_a_wrong_phrase_is_reported_at_its_place(small, run, text, place, message):
    own = small.parent / "own" / "words"
    own.mkdir(parents=True)
    (own / "en.yaml").write_text(text, encoding="utf-8")
    for command in ("check", "build"):
        assert f"own/words/en.yaml:{place}: error RC146 {message}" in run(command, "content", "--templates", "own").out


def test_a_wrong_phrase_of_the_deck_file_is_reported_at_its_place(small, run):
    deck = small / "deck.yaml"
    deck.write_text(deck.read_text() + "words:\n  card:\n    who: 'Which {job}?'\n")
    for command in ("check", "build"):
        assert "error RC146 `{job}` has no value here" in run(command, "content").out


def test_a_word_file_of_another_language_is_no_misnamed_template(small, run):
    in_language(small, "it")
    (small.parent / "own" / "words").mkdir(parents=True)
    (small.parent / "own" / "words" / "it.yaml").write_text("quiz: {kicker: Prova}\n")
    assert "does not replace" not in run("build", "--only", "quiz", "--templates", "own").err


def test_a_phrase_escapes_its_values_and_keeps_its_markdown():
    assert TranslatedPhrase("**{name}** & co")(name="<b>") == "<strong>&lt;b&gt;</strong> &amp; co"


def test_a_template_whose_words_depend_on_the_answer_is_reported(small, run):
    own = small.parent / "own" / "cards"
    own.mkdir(parents=True)
    asks = (
        '{{ "Which" if role.id == "cook" else "Which other" }} job?<br>{{ role.one_line | md }}\n---\n{{ role.name }}\n'
    )
    (own / "who.j2").write_text(asks, encoding="utf-8")
    checked = run("check", "content", "--templates", "own")
    assert "own/cards/who.j2:1:1: warning RC148 “Which job? …” gives away the answer “Cook”" in checked.out
    assert "RC148" not in run("check", "content").out


def test_hints_and_measures_are_in_the_language_of_the_deck(small, run):
    in_language(small, "de")
    assert run("build", "--only", "apkg,cards", "--paper", "letter", "--layout", "fold").status == 0
    assert "4 × 2,625 Zoll" in " ".join(" ".join(pages(Path("build/small-cards.pdf"))).split())
    collection = sqlite3.connect(":memory:")
    with zipfile.ZipFile("build/small.apkg") as archive:
        collection.deserialize(archive.read("collection.anki2"))
    assert "--hint: 'Hinweis'" in collection.execute("SELECT models FROM col").fetchone()[0]


@pytest.mark.parametrize("said", ["no", "false", '"no"', "yes", "true"])
def test_explain_is_switched_off_by_any_usual_word_in_the_deck_file_and_in_front_matter(small, run, said):
    note = "# Sauces\n\n- **Velouté**: a sauce of stock and flour.\n"
    deck = (small / "deck.yaml").read_text()
    for page, settings in ((f"---\nexplain: {said}\n---\n{note}", deck), (note, f"{deck}explain: {said}\n")):
        (small / "sauces.md").write_text(page, encoding="utf-8")
        (small / "deck.yaml").write_text(settings, encoding="utf-8")
        shown = run("check", "--cards").out
        assert ("Explain: Velouté" in shown) is (said in ("yes", "true")), shown


@pytest.mark.parametrize(
    ("line", "place", "hint"),
    [
        ("explain: nein", "2:10", "write `yes` or `no`"),
        ("gaps: togehter", "2:7", "write `together`"),
        ("highlight: bold", "2:12", "write `cloze`"),
        ("lang: german", "2:7", "write a code such as `de`"),
    ],
)
def test_an_unknown_value_in_front_matter_is_a_warning(small, run, line, place, hint):
    (small / "sauces.md").write_text(
        f"---\n{line}\n---\n# Sauces\n\n- **Roux**: butter with flour.\n", encoding="utf-8"
    )
    value, out = line.partition(": ")[2], run("build", "--only", "apkg").out
    assert f"content/sauces.md:{place}: warning RC124 `{value}` is not a valid value for" in out
    assert hint in out


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ("Cards: 1 · sheets: 1", "Questions: 1.")), ("de", ("Karten: 1, Blätter: 1", "Fragen: 1."))],
)
def test_a_count_of_one_reads_right(small, run, language, told):
    in_language(small, language)
    assert run("build", "--only", "quiz,cards", "--count", "1").status == 0
    text = " ".join(" ".join(pages(path)) for path in sorted(Path("build").glob("*.pdf")))
    assert all(each in text for each in told)
    assert not re.search(r"\b1 (cards|sheets|questions|Karten|Blättern|Fragen)\b[^:]", text)
