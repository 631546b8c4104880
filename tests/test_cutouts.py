"""Cards to cut out: every back behind its front, and what authors are told of a card that does not fit."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from pypdf import PdfReader

from conftest import edit
from paper_reading import CardNote, notes, outline, pages, squeezed, words

CARDS = Path("build/ml-team-roles-cards.pdf")
NOTES = 192
"""The notes of the shipped deck."""
SOME = 43
"""Enough for several sheets of any size, and a prime, so the last sheet has empty places."""
SMALL = Path("build/small-cards.pdf")
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
USUAL = {"a7-safe", "letter-eighth"}
"""The cards that a build prints without options, double-sided for the long edge."""
LABEL = re.compile(r"(\d+)◆?")
MARK = re.compile(r"([\d.]+) ([\d.]+) ([\d.]+) (-?[\d.]+) re f")
SAFE = 5
CLOSE = 0.2


class Side(NamedTuple):
    """One side of a card, found on a page: where its card's top left corner is, and its words."""

    x: float
    y: float
    text: str


class Product(NamedTuple):
    """A kind of sheet: the names of paper and card size, and what they come to in mm."""

    paper: str
    size: str
    card_width: float
    card_height: float
    columns: int
    rows: int

    @property
    def width(self) -> float:
        return PAPERS[self.paper][0]

    @property
    def height(self) -> float:
        return PAPERS[self.paper][1]

    def notes(self, way: str) -> int:
        """How many notes are printed: all of them once for each card, and some where only their places differ."""
        return NOTES if way == "long-edge" or self == FOLDED_ALONE else SOME

    def arguments(self, way: str) -> tuple[str, ...]:
        if way == "long-edge" and self.size in USUAL:
            return ("--paper", self.paper)
        some = () if self.notes(way) == NOTES else ("--count", str(SOME))
        return ("--only", "cards", "--layout", way, "--card-size", self.size, "--paper", self.paper, *some)

    def file(self, way: str) -> Path:
        return CARDS if self.notes(way) == NOTES else CARDS.with_stem(f"ml-team-roles-{SOME}-cards")

    def sides(self, page, move=(0, 0)) -> dict[str, Side]:
        """The sides on a page by their labels, such as `12◆`; `move` is where backs were moved to."""
        left = (self.width - self.columns * self.card_width) / 2 + move[0]
        top = (self.height - self.rows * self.card_height) / 2 + move[1]
        cells = defaultdict(list)
        for word in page:
            column, row = (word.x - left) // self.card_width, (word.y - top) // self.card_height
            corner = (left + column * self.card_width, top + row * self.card_height)
            assert corner[0] + SAFE - CLOSE <= word.x < corner[0] + self.card_width - SAFE, word
            assert corner[1] + SAFE <= word.y <= corner[1] + self.card_height - SAFE, word
            cells[corner].append(word.text)
        return {label(texts): Side(*corner, squeezed(" ".join(texts))) for corner, texts in cells.items()}


def label(texts: list[str]) -> str:
    found = next(text for text in texts if LABEL.fullmatch(text.strip()))
    return found.strip()


DOUBLE_SIDED = [
    Product("a4", "a7-safe", 95, 68, 2, 4),
    Product("a4", "a7", 105, 74, 2, 4),
    Product("a4", "business", 85, 55, 2, 5),
    Product("letter", "letter-eighth", 101.6, 66.675, 2, 4),
    Product("letter", "3x5", 127, 76.2, 1, 3),
    Product("letter", "avery-5371", 88.9, 50.8, 2, 5),
    Product("a4", "poker", 63, 88, 3, 3),
    Product("letter", "quarter", 95, 132, 2, 2),
]
FOLDED_ALONE = Product("letter", "3x5", 76.2, 127, 2, 2)
"""The card that is upright only where it is folded."""
FOLDED = [
    Product("a4", "a7-safe", 95, 68, 2, 4),
    Product("a4", "a7", 105, 74, 2, 4),
    Product("a4", "business", 85, 55, 2, 5),
    Product("letter", "letter-eighth", 101.6, 66.675, 2, 4),
    FOLDED_ALONE,
    Product("letter", "avery-5371", 88.9, 50.8, 2, 5),
]


def answers(package: Path) -> dict[str, CardNote]:
    return {note.number: note for note in notes(package)}


def plain(text: str) -> str:
    """Without spaces, and without the colons behind names, which stand above their answers on paper."""
    return squeezed(text).replace(":", "")


HEADS = (r"Which role on a machine-learning team is this\?", r"Whose job is it\?")
"""What the heads of cards ask in fewer or the same words."""


def check_texts(fronts: dict[str, Side], backs: dict[str, Side], deck: dict[str, CardNote]) -> None:
    """Each side says what its card in Anki says; what the head asks is not asked again."""
    for key, front in fronts.items():
        note = deck[LABEL.fullmatch(key)[1]]
        assert plain(note.texts[-1]) in plain(backs[key].text), key
        if len(note.texts) == 2:
            assert squeezed(re.sub("|".join(HEADS), "", note.texts[0])) in front.text, key
            assert front.text.count("Whosejobisit?") <= 1, key
            assert "Whichroleona" not in front.text, key
        else:
            assert squeezed(note.texts[0]) not in front.text, key


@pytest.mark.parametrize("way", ["long-edge", "short-edge"])
@pytest.mark.parametrize("sheet", DOUBLE_SIDED)
def test_every_back_lies_behind_its_front_when_the_sheet_is_turned(shipped_as, printed, way, sheet):
    printed(*sheet.arguments(way))
    deck = answers(shipped_as() / "build" / "ml-team-roles.apkg")
    cards = sheet.file(way)
    printed = words(cards)[outline(cards)["Cards"] :]
    assert len(printed) == 2 * -(-sheet.notes(way) // (sheet.columns * sheet.rows))
    for front_page, back_page in zip(printed[::2], printed[1::2], strict=True):
        fronts, backs = sheet.sides(front_page), sheet.sides(back_page)
        assert fronts.keys() == backs.keys()
        check_texts(fronts, backs, deck)
        for key, front in fronts.items():
            turned = {
                "long-edge": (sheet.width - front.x - sheet.card_width, front.y),
                "short-edge": (front.x, sheet.height - front.y - sheet.card_height),
            }[way]
            assert backs[key][:2] == pytest.approx(turned), key


@pytest.mark.parametrize("sheet", FOLDED)
def test_to_fold_each_back_stands_to_the_right_of_its_front(shipped_as, printed, sheet):
    printed(*sheet.arguments("fold"))
    deck = answers(shipped_as() / "build" / "ml-team-roles.apkg")
    cards = sheet.file("fold")
    printed = words(cards)[outline(cards)["Cards"] :]
    assert len(printed) == -(-sheet.notes("fold") // sheet.rows)
    for page in printed:
        fronts = sheet.sides([word for word in page if word.x < sheet.width / 2])
        backs = sheet.sides([word for word in page if word.x >= sheet.width / 2])
        assert fronts.keys() == backs.keys()
        check_texts(fronts, backs, deck)
        for key, front in fronts.items():
            assert backs[key][:2] == pytest.approx((front.x + sheet.card_width, front.y))


def test_every_card_of_the_deck_is_there_once(shipped_papers):
    found = [label for page in words(CARDS)[2:] for label in map(str.strip, (word.text for word in page))]
    labels = [text for text in found if LABEL.fullmatch(text)]
    assert len(labels) == 2 * NOTES
    assert len(set(labels)) == NOTES


@pytest.mark.parametrize("way", ["fold", "long-edge"])
@pytest.mark.parametrize("sheet", DOUBLE_SIDED)
def test_crop_marks_lie_on_the_cuts_and_where_printers_print(printed, way, sheet):
    printed(*sheet.arguments(way))
    cards = sheet.file(way)
    data = PdfReader(cards).pages[outline(cards)["Cards"]].get_contents().get_data().decode("latin1")
    found = [[float(each) / 72 * 25.4 for each in mark] for mark in MARK.findall(data)]
    marks = [
        (x, x + wide, sheet.height - y - high, sheet.height - y) for x, y, wide, high in found if min(wide, high) < 0.2
    ]
    assert len(marks) > 5
    for left, right, top, bottom in marks:
        assert min(left, right) >= 4.9
        assert max(left, right) <= sheet.width - 4.9
        assert min(top, bottom) >= 4.9
        assert max(top, bottom) <= sheet.height - 4.9


def test_core_cards_bear_the_mark_of_the_core(small, run):
    run("build", "--only", "apkg,cards")
    text = " ".join(pages(SMALL)[2:])
    for note in notes(Path("build/small.apkg")):
        wanted = "◆" if "::part::core" in note.tags else ""
        assert len(re.findall(rf"(?<!\d){note.number}{wanted or '(?!◆)'}(?:\s|$)", text)) >= 2, note


def test_a_gap_on_a_card_has_its_hint_beside_it(small, run):
    run("build", "--only", "cards")
    text = " ".join(pages(SMALL))
    assert "A cook (verb) meals" in " ".join(text.split())


def test_only_the_backs_are_moved_for_a_printer_that_shifts(small, run):
    run("build", "--only", "cards", "--layout", "long-edge")
    before = words(SMALL)
    run("build", "--only", "cards", "--layout", "long-edge", "--offset-x", "1.5", "--offset-y", "-0.5")
    after = words(SMALL)
    assert after[::2] == before[::2]
    for was, now in zip(before[3], after[3], strict=True):
        assert (now.text, now.x, now.y) == (
            was.text,
            pytest.approx(was.x + 1.5, abs=0.01),
            pytest.approx(was.y - 0.5, abs=0.01),
        )


@pytest.mark.parametrize("offset", ["500", "-10.1"])
def test_an_offset_that_no_printer_needs_is_refused(small, run, offset):
    refused = run("build", "--layout", "long-edge", f"--offset-x={offset}")
    assert refused.status == 2
    assert (
        f"argument --offset-x: `{offset}` is not a length from -10 to 10 mm (use a number such as -1.5)" in refused.err
    )
    assert not Path("build").exists()


@pytest.mark.parametrize("offset", ["1,5", "nan", "inf"])
def test_an_offset_that_is_no_length_is_refused(small, run, offset):
    refused = run("build", "--layout", "long-edge", "--offset-y", offset)
    assert refused.status == 2
    assert f"`{offset}` is not a length from -10 to 10 mm (use a number such as -1.5)" in refused.err


@pytest.mark.parametrize("option", ["--offset-x", "--offset-y"])
def test_an_offset_for_cards_that_have_no_backs_to_move_is_refused(small, run, option):
    refused = run("build", "--only", "cards", "--layout", "fold", option, "1")
    assert refused.status == 2
    assert "--offset-x and --offset-y require double-sided cards" in refused.err
    assert "--layout long-edge" in refused.err
    assert not Path("build").exists()


def test_on_letter_as_many_cards_are_on_a_sheet_as_on_a4(printed):
    sizes = set()
    for paper in ("a4", "letter"):
        printed("--paper", paper)
        first = " ".join(pages(CARDS)[0].split())
        assert f"Cards: {NOTES} · sheets: 24" in first
        (size,) = re.findall(r"cut at the crosses: (.*?)\. At the head", first)
        sizes.add(size)
        assert len(pages(CARDS)) == 2 + 2 * 24
    assert sizes == {"95 × 68 mm", "4 × 2.625 inches"}


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nine_cards_of_the_size_of_playing_cards_are_on_a_sheet(printed, paper):
    printed("--only", "cards", "--layout", "long-edge", "--card-size", "poker", "--paper", paper)
    assert f"Cards: {NOTES} · sheets: 22" in pages(CARDS)[0]


def test_the_head_says_what_is_asked_and_names_no_role_that_the_answer_names(shipped_papers):
    names = ("ML Product Manager", "DevOps Engineer", "Data Engineer", "ML Engineer", "ML Researcher", "Data Scientist")
    sheet = DOUBLE_SIDED[0]
    heads = {}
    for at, page in enumerate(words(CARDS)[2::2]):
        for word in page:
            top = (sheet.height - sheet.rows * sheet.card_height) / 2
            if (word.y - top) % sheet.card_height < 10:
                column, row = word.x // (sheet.width / 2), (word.y - top) // sheet.card_height
                heads.setdefault((at, column, row), []).append(word.text)
    said = {label(texts).rstrip("◆"): " ".join(texts) for texts in heads.values()}
    deck = answers(Path("build/ml-team-roles.apkg"))
    assert said.keys() == deck.keys()
    for number, head in said.items():
        for name in names:
            assert name not in head or len(deck[number].texts) == 1 or name not in deck[number].texts[1], (number, head)
    assert "ML Engineer · Tools 23◆" in " ".join(said["23"].split())
    assert said["41"].startswith("Which role?")


def test_no_line_of_choices_starts_with_a_separator(printed):
    printed("--only", "cards", "--layout", "long-edge", "--card-size", "business")
    runs = [word for page in words(Path("build/ml-team-roles-cards.pdf")) for word in page]
    edges = {word.x for word in runs if word.text.startswith("Choices:")}
    assert len(edges) == 2
    assert not [word for word in runs if word.x in edges and word.text.startswith("·")]


def test_the_first_sheet_tries_the_printer(small, run):
    run("build", "--only", "cards", "--layout", "short-edge")
    front, back, *_ = pages(SMALL)
    assert "flipped on the short edge" in front
    assert "100 mm" in front
    assert "--offset-x" in back
    assert outline(SMALL) == {"Printer test": 0, "Cards": 2}


def test_the_first_sheet_says_how_to_cut_and_fold(small, run):
    run("build", "--only", "cards", "--layout", "fold")
    first, *_ = pages(SMALL)
    assert "Fold backwards" in first
    assert "100 mm" in first
    assert outline(SMALL) == {"Printer test": 0, "Cards": 1}


def test_a_card_with_too_much_text_is_an_error_that_names_the_card(small, run):
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", "How long does a cook learn? " * 60)
    built = run("build", "--only", "cards", "--card-size", "business")
    assert built.status == 1
    assert re.search(
        r"content/roles/cook\.yaml:23:3: error RC705 card \d+, front: the text is .* mm too tall", built.out
    )
    assert not Path("build").exists()


def test_of_many_cards_with_too_much_text_the_first_are_named_and_the_others_counted(small, run):
    facts = "".join(f"- {{id: f-{n}, src: [book], qa: {{q: Why {n}?, a: {'So it goes. ' * 90}}}}}\n" for n in range(8))
    topic = f"schema: rolecards/topic@1\nid: long\nname: Long\nfacts:\n{facts}"
    (small / "long.yaml").write_text(topic, encoding="utf-8")
    built = run("build", "--only", "cards", "--card-size", "business")
    lines = [line for line in built.out.splitlines() if "RC705" in line]
    assert [line.partition(" ")[0] for line in lines] == [f"content/long.yaml:{at}:3:" for at in range(5, 10)]
    assert [line.count("; 3 more do not fit") for line in lines] == [0, 0, 0, 0, 1]
    assert all(line.endswith("(shorten it, or choose larger cards with --card-size)") for line in lines)


def test_long_questions_and_long_words_are_set_smaller_and_stay_whole(small, run):
    question, word = "Which dish " + "and which other dish " * 19 + "is it?", "Donau" * 12
    edit(small / "roles" / "cook.yaml", "How long does a cook learn?", question)
    edit(small / "roles" / "cook.yaml", "Three years", word)
    assert run("build", "--only", "cards", "--card-size", "business").status == 0
    text = squeezed(" ".join(pages(SMALL)))
    assert squeezed(question) in text
    assert word in text


def test_the_same_content_gives_the_same_bytes(small, run):
    digests = set()
    for out in ("one", "two"):
        run("build", "--only", "cards,quiz", "--out", out)
        digests.add(tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(out).glob("*.pdf"))))
    assert len(digests) == 1
