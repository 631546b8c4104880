"""Decks about other subjects read as if the program had been made for them, without a template of their own."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import zipfile
from dataclasses import dataclass, replace

import pytest
import yaml

from paper_reading import pages
from rolecards.cli import main
from rolecards.export.artifacts import ARTIFACTS
from rolecards.words import read_words
from subject_decks import DECKS, geography
from test_words import OURS, phrases

FOREIGN = re.compile(
    r"machine[- ]learning|\bML\b|\bcourses?\b|\blectures?\b|\binterview|\bengineer|\bdata scien|\bKurs|Vorlesung|"
    r"Maschinelles Lernen|Bewerbung|Vorstellungsgespräch",
    re.IGNORECASE,
)
DEFAULT_NOUN = re.compile(r"\b(?:roles?|Rollen?)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{2,}")
ARTICLE = r"\b(?:der|die|das|dem|den|des|kein\w*|ein|eine[rmns]?|welche[rmns]?|jede[rmns]?|diese[rmns]?|zwei|drei|zum|zur|im)\s+"


def plain(text: str) -> str:
    return " ".join(
        html.unescape(re.sub(r"<style.*?</style>|\{\{[^{}]*\}\}|<[^>]+>", " ", text, flags=re.DOTALL)).split()
    )


@dataclass(frozen=True)
class Built:
    """What a deck says to learners, and what the program says to its author."""

    fronts: tuple[str, ...]
    cards: str
    description: str
    papers: str
    reports: str = ""

    @property
    def learners(self) -> str:
        return f"{self.cards} {self.description} {self.papers}"


def built(folder) -> Built:
    out = folder / "build"
    assert main(["build", str(folder / "content"), "--out", str(out)]) == 0
    (package,) = out.glob("*.apkg")
    collection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(package) as archive:
        collection.deserialize(archive.read("collection.anki2"))
    notes = [fields.split("\x1f") for (fields,) in collection.execute("SELECT flds FROM notes")]
    models, decks = (json.loads(text) for text in collection.execute("SELECT models, decks FROM col").fetchone())
    sides = [
        side
        for model in models.values()
        for template in model["tmpls"]
        for side in (template["qfmt"], template["afmt"])
    ]
    description = [f"{deck['name']} {deck.get('desc', '')}" for deck in decks.values() if deck["id"] != 1]
    return Built(
        fronts=tuple(plain(fields[1]) for fields in notes),
        cards=plain(" ".join([*sides, *(field for fields in notes for field in fields[1:])])),
        description=plain(" ".join(description)),
        papers=" ".join(" ".join(pages(paper)) for paper in sorted(out.glob("*.pdf"))),
    )


@pytest.fixture(scope="module")
def deck_of(tmp_path_factory):
    """Builds each deck once."""
    known: dict[str, Built] = {}

    def get(name: str, capsys) -> Built:
        if name not in known:
            folder = tmp_path_factory.mktemp(name)
            DECKS[name](folder / "content")
            deck = built(folder)
            for command in (["check"], ["check", "--stats"]):
                main([*command, str(folder / "content")])
            printed = capsys.readouterr()
            known[name] = replace(deck, reports=printed.out + printed.err)
        return known[name]

    return get


@pytest.mark.parametrize("name", DECKS)
def test_no_word_of_our_own_subject_is_in_another_deck(name, deck_of, capsys):
    deck = deck_of(name, capsys)
    assert len(deck.fronts) > 170
    assert FOREIGN.findall(deck.learners) == []
    assert FOREIGN.findall(deck.reports) == []


@pytest.mark.parametrize("name", [name for name in DECKS if name != "kubernetes"])
def test_a_deck_with_a_noun_of_its_own_never_says_role(name, deck_of, capsys):
    assert DEFAULT_NOUN.findall(deck_of(name, capsys).learners) == []


@pytest.mark.parametrize(
    ("name", "fronts", "titles"),
    [
        (
            "hospital",
            [
                "Which profession in a hospital is this? Runs the ward and decides who works when.",
                "Which profession works with: MRI scanner?",
                "Who is called when a wrist may be broken? Which profession fits?",
                "Staff Nurse → Porter: what is handed over?",
                "Consultant → the family doctor: what is handed over?",
                "Staff Nurse vs Ward Sister What do they plan?",
            ],
            ["Staff Nurse", "Colours of waste", "Cases", "Which profession?"],
        ),
        (
            "geography",
            [
                "Which country in Europe is this? Has its capital in Paris, on the map of Western Europe.",
                "Which two countries speak German?",
                "Which country pays with the lek?",
                "Which two countries pay with the krone?",
            ],
            ["Austria", "Europe as a whole", "Which country?"],
        ),
        (
            "geografie",
            [
                "Land gesucht (Europa): Hat die Hauptstadt Paris und gehört zur Region Westeuropa.",
                "Länder gesucht (genau zwei): Amtssprache ist Deutsch",
                "Land gesucht: Währung: Lek",
                "Ein Zug verlässt Lyon, und bis Paris muss niemand einen Pass zeigen. Gesucht: Land",
                "Deutschland und Österreich im Vergleich Welchen Fluss nennen Atlanten zuerst?",
            ],
            ["Länder", "Österreich", "Europa als Ganzes", "Fälle", "Land gesucht", "Lösung"],
        ),
        ("kubernetes", ["Which apiVersion does a Pod have?"], ["Workloads", "Access", "Study plan", "Key"]),
    ],
)
def test_cards_and_headings_use_the_words_of_the_deck(name, fronts, titles, deck_of, capsys):
    deck = deck_of(name, capsys)
    assert [front for front in fronts if not any(each.startswith(front) for each in deck.fronts)] == []
    assert [title for title in titles if title not in deck.papers] == []


def test_the_licence_is_in_the_description_and_on_every_paper(deck_of, capsys):
    deck = deck_of("hospital", capsys)
    assert "Licence: CC0-1.0." in deck.description
    assert deck.papers.count("Licence: CC0-1.0.") == sum(row.on_paper for row in ARTIFACTS.values())
    assert "licence" in deck_of("kubernetes", capsys).reports


def said_in(language):
    """The phrases of a language by their names, without the words that authors say."""
    found = phrases(read_words(OURS, language)[0])
    return [(route, phrase.text) for route, phrase in found if route[0] != "notes"]


def words_of(texts) -> set[str]:
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def texts_in(value):
    """The texts in a file, without its keys."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(each)


def test_a_german_deck_contains_no_english_word_of_ours(deck_of, capsys, tmp_path):
    deck = deck_of("geografie", capsys)
    english, german = ([text for _, text in said_in(code)] for code in ("en", "de"))
    geography(tmp_path, "de")
    authors = [text for path in tmp_path.rglob("*.yaml") for text in texts_in(yaml.safe_load(path.read_text("utf-8")))]
    foreign = words_of(english) - words_of(german) - words_of(authors)
    assert len(foreign) > 200
    assert words_of([deck.learners]) & foreign == set()
    # Whatever else learners read comes from the word file or from the author, except the name of a note type.
    assert words_of([deck.learners]) - words_of(german) - words_of(authors) == {"cloze"}
    in_reports = [text for text in english if " " in text.strip() and text not in german and text in deck.reports]
    assert in_reports == []


@pytest.mark.parametrize(
    "noun",
    [
        {"one": "Staat", "many": "Staaten"},
        {"one": "Nation", "many": "Nationen"},
        {"one": "Reiseziel", "many": "Reiseziele"},
        {"one": "Benelux-Staaten", "many": "Benelux-Staaten"},
        {"one": "Ausland", "many": "Ausland"},
    ],
    ids=["masculine", "feminine", "neuter", "plural", "mass noun"],
)
def test_german_phrases_fit_every_noun(noun, tmp_path):
    geography(tmp_path / "content", "de", noun)
    deck = built(tmp_path)
    assert any(
        front.startswith(f"{noun['many']} gesucht (genau zwei): Amtssprache ist Deutsch") for front in deck.fronts
    )
    assert any(front.startswith(f"{noun['one']} gesucht: Währung: Lek") for front in deck.fronts)
    assert noun["many"] in deck.papers
    inflected = rf"{ARTICLE}(?:{noun['one']}|{noun['many']})\b"
    assert re.findall(inflected, deck.learners, re.IGNORECASE) == []


def test_no_german_phrase_has_an_article_before_a_noun_of_the_deck():
    german = [phrase.text for _, phrase in phrases(read_words(OURS, "de")[0])]
    assert [text for text in german if re.search(ARTICLE + r"\{(?:roles?|subject|core)\}", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_phrase_names_the_default_noun(language):
    texts = [(".".join(route), text) for route, text in said_in(language) if route[0] != "role"]
    assert [(name, text) for name, text in texts if DEFAULT_NOUN.search(re.sub(r"\{\w+\}", "", text))] == []
    assert [(name, text) for name, text in texts if FOREIGN.search(text)] == []


def test_a_series_of_alike_questions_is_reported_once(deck_of, capsys):
    reported = [line for line in deck_of("geography", capsys).reports.splitlines() if "RC413" in line]
    line = next(line for line in reported if "“sofia”" in line)
    assert "the question of `bg` contains this answer, “sofia” (" in line
    assert line.count("bg.yaml:") == 2
    assert "; 4 more have this pattern" in line
    assert not any("“warsaw”" in line for line in reported)
    assert len(set(reported)) < 12
