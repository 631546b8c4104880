"""Edits that once moved reviews to a near twin: each is recognised, is new, or stops the build."""

from __future__ import annotations

import pytest
from test_identity import build  # noqa: F401 - a fixture

UPDATED, NEW = "updated", "new"


@pytest.fixture
def imported(build, anki):  # noqa: F811
    """Per release after the first, what its import into a studied collection does."""

    def log(*texts: str):
        packages = [build({"s.md": text})[0] for text in texts]
        first, *later = packages
        steps = [("import", first), ("study", None), *(("import", package) for package in later), ("state", None)]
        *results, state = anki(*steps)
        return results[-1], state

    return log


CASES = {
    "a definition reworded while the twin is added": (
        "* A **type I error** is a false alarm.\n",
        "* A **type I error** rejects a null hypothesis that holds.\n* A **type II error** is a missed alarm.\n",
        {UPDATED: 2, NEW: 2},
    ),
    "a question reworded while its twin is added in the old wording": (
        "Q: Which norm does L1 regularisation use?\nA: The sum of absolute values\n",
        """Q: Which norm does L2 regularisation use?\nA: The sum of squares

Q: Which norm is used by L1 regularisation?\nA: The sum of absolute values\n""",
        {UPDATED: 1, NEW: 1},
    ),
    "the twin is added above": (
        "* The **encoder** reads a sentence.\n",
        "* The **decoder** writes a sentence.\n* The **encoder** reads a sentence.\n",
        {UPDATED: 0, NEW: 2},
    ),
    "a term with a typing error put right": (
        "* The **supervsed learning** needs labels from people.\n",
        "* The **supervised learning** needs labels from people.\n",
        {UPDATED: 2, NEW: 0},
    ),
    "both answers of two twins with ids put right": (
        "* The anode is **negative** in a cell. {#anode}\n* The cathode is **positive** in a cell. {#cathode}\n",
        "* The anode is **positive** in a cell. {#anode}\n* The cathode is **negative** in a cell. {#cathode}\n",
        {UPDATED: 2, NEW: 0},
    ),
    "more words in bold": (
        "* The **keel** carries the mast of the ship.\n",
        "* The **keel** carries the **mast** of the ship.\n",
        {UPDATED: 2, NEW: 0},
    ),
}


@pytest.mark.parametrize(("before", "now", "log"), CASES.values(), ids=CASES)
def test_an_edit_beside_a_twin_keeps_each_history(imported, before, now, log):
    result, _ = imported(before, now)
    assert {kind: result[kind] for kind in log} == log


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("* A **type I error** is an alarm.\n", "* A **type II error** is an alarm.\n"),
        ("* The **L1** penalty sums up weights.\n", "* The **L2** penalty sums up weights.\n"),
        ("* An **overfitting** model follows its data.\n", "* An **underfitting** model follows its data.\n"),
        ("* A **nitrite** is a salt.\n", "* A **nitrate** is a salt.\n"),
        (
            "Q: Is a false negative an error that the test makes?\nA: Yes\n",
            "Q: Is a true negative an error that the test makes?\nA: Yes\n",
        ),
        ("Q: What is a nitrite made of?\nA: Atoms\n", "Q: What is a nitrate made of?\nA: Atoms\n"),
        ("* The **keel** lies below.\n  * It is not heavy.\n", "* The **keel** lies below.\n  * It is heavy.\n"),
        # Subjects outside the hidden words.
        ("* The anode **attracts the ions** of salt.\n", "* The cathode **attracts the ions** of salt.\n"),
        ("* The CNN **slides windows** along.\n", "* The RNN **slides windows** along.\n"),
        ("* The L1 **sums up weights** as a penalty.\n", "* The L2 **sums up weights** as a penalty.\n"),
        ("* A human cell **divides twice** in meiosis.\n", "* A human cell **divides twice** in mitosis.\n"),
    ],
)
def test_a_note_replaced_by_its_twin_stops_the_build(build, before, now):  # noqa: F811
    build({"s.md": before})
    _, printed = build({"s.md": now}, status=1)
    assert "error RC222 this may be `" in printed
    assert printed.count("RC222") == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The encoder **keeps the whole input** in memory.", "The decoder **keeps the whole input** in memory."),
        ("The encoder **keeps all of the input** in memory.", "The decoder **keeps the whole input** in memory."),
    ],
)
def test_a_twin_in_the_place_of_a_note_that_moved_to_a_twin_of_the_page_stops_the_build(build, first, second):  # noqa: F811
    build({"b.md": "# Page b\n\n* The encoder **keeps the whole input** in memory.\n"})
    _, printed = build({"b.md": f"# Page b\n\n* {second}\n", "c.md": f"# Page c\n\n* {first}\n"}, status=1)
    assert printed.count("error RC222 this may be `") == 2


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("* The encodr **keeps the input** in memory.", "* The encoder **keeps the input** in memory."),
        ("* The encoder **keeps the input** in memory.", "* In theory, an encoder **keeps the input** in its memory."),
        ("* The **encoder** keeps 5 vectors in memory.", "* An **encoder** keeps 6 vectors in memory."),
        ("* The **encoder** keeps the input.", "* In a transformer, the **encoder** keeps the whole input."),
        ("Q: What is the unit of speed?\nA: The knot", "Q: In what unit is the speed measured?\nA: The knot"),
        ("Q: Which rope pulls the sail?\nA: The sheet", "Q: Which rope pulls the sail in a calm?\nA: The sheet"),
        ("* Within **14 days** a sailor may leave.", "* Within **14 days** of signing, a sailor may leave."),
        ("* The **captain** steers by the **compass**.", "* The captain steers by the **compass**."),
    ],
)
def test_words_corrected_around_the_hidden_ones_keep_the_history(imported, before, now):
    result, _ = imported(f"{before}\n", f"{now}\n")
    assert result[NEW] == 0


POLES = "* The anode is **{}**.\n* The cathode is **{}**.\n"


@pytest.mark.parametrize("now", ["* The anode is **negative**.\n", POLES.format("negative", "positive")])
def test_a_corrected_answer_that_a_neighbour_had_is_asked_about(build, now):  # noqa: F811
    build({"s.md": POLES.format("positive", "negative")})
    _, printed = build({"s.md": now}, status=1)
    assert printed.count("RC222") == now.count("\n")
    line = next(line for line in printed.splitlines() if "s.md:1:" in line)
    assert "`s-anode-is-positive" in line
    assert "`s-cathode-is-negative" in line


ASKED = "Q: What is precision? {{#{}}}\nA: {}\n\nQ: What is recall? {{#{}}}\nA: {}\n"


def test_ids_that_change_places_are_reported_even_if_both_answers_are_edited(build):  # noqa: F811
    build({"s.md": ASKED.format("p", "Right alarms", "r", "Found cases")})
    _, printed = build({"s.md": ASKED.format("r", "Share of right alarms", "p", "Share of found cases")}, status=1)
    assert printed.count("error RC216") == 2


@pytest.mark.parametrize("at", [0, 2])
def test_an_id_after_two_bullets_is_reported_wherever_the_second_is(build, at):  # noqa: F811
    bullets = ["* The anode is **positive**. {#an}\n", "* The cathode is **negative**. {#ca}\n"]
    build({"s.md": "".join(bullets)})
    bullets.insert(at, "* The electron is **charged**. {#ca}\n")
    _, printed = build({"s.md": "".join(bullets)}, status=1)
    assert "error RC201 duplicate id `ca`" in printed


def test_a_new_id_says_that_the_note_is_new(build, anki):  # noqa: F811
    first, _ = build({"s.md": "* A **type I error** is an alarm.\n"})
    build({"s.md": "* A **type II error** is an alarm.\n"}, status=1)
    second, _ = build({"s.md": "* A **type II error** is an alarm. {#type-2}\n"})
    assert anki(("import", first), ("import", second))[-1]["new"] == 2


LIGHT = "* The **lamp** is bright.\n{}* The **candle** is weak.\n{}* The **moon** is far.\n{}"
LIT = "  * Every **window** shows it."


@pytest.mark.parametrize("at", [1, 2])
def test_a_new_id_takes_over_no_note_with_the_same_words(build, anki, at):  # noqa: F811
    first, _ = build({"s.md": LIGHT.format(f"{LIT}\n", f"{LIT}\n", "")})
    children = [f"{LIT}\n", "", f"{LIT} {{#new}}\n"]
    second, _ = build({"s.md": LIGHT.format(*children) if at == 1 else LIGHT.format("", *children[1:])})
    *_, before, log, after = anki(
        ("import", first), ("study", None), ("state", None), ("import", second), ("state", None)
    )
    assert log["new"] == 1
    assert before["cards"].keys() <= after["cards"].keys()


def test_words_whose_note_got_an_id_of_its_own_can_be_used_again(build, anki):  # noqa: F811
    first, _ = build({"s.md": LIGHT.format(f"{LIT}\n", "", "")})
    second, _ = build({"s.md": LIGHT.format(f"{LIT} {{#lit}}\n", f"{LIT}\n", "")})
    assert anki(("import", first), ("import", second))[-1]["new"] == 1


def test_both_candidates_are_named_with_their_places(build):  # noqa: F811
    build({"s.md": "* A **keel** is low.\n  * It carries coal up.\n  * It carries iron up.\n"})
    _, printed = build({"s.md": "* A **keel** is low.\n  * It carries cargo up.\n"}, status=1)
    asked = next(line for line in printed.splitlines() if "RC222" in line)
    assert asked.count("cards.lock:") == 2
    _, printed = build(
        {"s.md": "* A **keel** is low.\n  * It carries a load up.\n  * It carries cargo up.\n"}, status=1
    )
    assert "RC222" in printed


CELLS = "* The **mitosis** makes two cells.\n{}* The **meiosis** makes four cells.\n{}"
SKIN, GERM = "  * Every **body cell** can do it.\n", "  * Only **germ cells** can do it.\n"


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        (CELLS.format("", SKIN + GERM), {"body cell": "every-body-cell"}),
        (
            CELLS.format(SKIN, GERM).replace("mitosis", "x").replace("meiosis", "mitosis").replace("x", "meiosis"),
            {"two cells": "m", "body": "every-body-cell", "four cells": "m", "germ": "only-germ"},
        ),
    ],
)
def test_a_child_below_another_term_is_asked_about(build, anki, now, asked):  # noqa: F811
    first, _ = build({"s.md": CELLS.format(SKIN, GERM)})
    _, printed = build({"s.md": now}, status=1)
    lines = [line for line in printed.splitlines() if "RC222" in line]
    assert len(lines) == len(asked)
    new = now.splitlines()
    for line, (words, note_id) in zip(lines, asked.items(), strict=True):
        at = int(line.split(":")[1]) - 1
        assert words in new[at]
        assert f"end the text with `{{#s-{note_id}" in line
        new[at] += f" {{#new-{at}}}"
    assert "RC210" not in printed
    second, printed = build({"s.md": "\n".join(new)})
    before, after = anki(("import", first), ("study", None), ("state", None), ("import", second), ("state", None))[2::2]
    for card in before["cards"].keys() & after["cards"].keys():
        if "can-do-it" in card:
            assert before["cards"][card]["question"] == after["cards"][card]["question"]


CLUES = "* **{}** makes two cells.{}\n  * It keeps the number of chromosomes.\n* **{}** makes four cells.{}\n"
CLUES += "  * It halves the number of chromosomes.\n"


@pytest.mark.parametrize("pins", [("", ""), (" {#one}", " {#two}")], ids=["no ids", "new ids"])
def test_terms_swapped_above_clues_are_asked_about(build, pins):  # noqa: F811
    build({"s.md": CLUES.format("Mitosis", "", "Meiosis", "")})
    _, printed = build({"s.md": CLUES.format("Meiosis", pins[0], "Mitosis", pins[1])}, status=1)
    asked = ["2", "4"] if pins[0] else ["1", "2", "3", "4"]
    assert [line.partition("s.md:")[2][:1] for line in printed.splitlines() if "RC222" in line] == asked


def test_exchanged_explanations_of_two_terms_are_asked_about(build):  # noqa: F811
    build({"s.md": "- **Stockholm** is the capital of Sweden.\n- **Oslo** is the capital of Norway.\n"})
    now = "- **Oslo** is the capital of Sweden\n- **Stockholm** is the capital of the Norway.\n"
    _, printed = build({"s.md": now}, status=1)
    assert [line.partition("s.md:")[2][:1] for line in printed.splitlines() if "RC222" in line] == ["1", "2"]


def test_a_clue_that_is_written_anew_is_another_card(build, anki):  # noqa: F811
    text = "* The **keel** is low. {#keel}\n"
    first, _ = build({"s.md": f"{text}  * It carries the mast.\n"})
    second, printed = build({"s.md": f"{text}  * It rots in warm water.\n"})
    assert "RC210" in printed
    assert anki(("import", first), ("import", second))[-1]["new"] == 1


PLAIN = "* In spring, tulips bloom in the field.\n{}* In autumn, dahlias bloom in the field.\n{}"
SUN, RAIN = "  * They like **sun** a lot.\n", "  * They like **rain** a lot.\n"


@pytest.mark.parametrize(("now", "asked"), [(PLAIN.format("", SUN + RAIN), 1), (PLAIN.format(RAIN, SUN), 2)])
def test_a_child_below_another_text_is_asked_about(build, now, asked):  # noqa: F811
    build({"s.md": PLAIN.format(SUN, RAIN)})
    _, printed = build({"s.md": now}, status=1)
    assert printed.count("RC222") == asked


def test_a_text_that_is_reworded_above_its_children_moves_none(build):  # noqa: F811
    build({"s.md": PLAIN.format(SUN, RAIN)})
    _, printed = build({"s.md": PLAIN.format(SUN, RAIN).replace("tulips bloom", "the tulips will bloom")})
    assert "RC" not in printed


TYPES = "# Type I\n\n* The **cost** is money.\n{}\n# Type II\n\n* The **risk** is time.\n{}"


def test_a_note_that_moved_to_the_twin_of_its_heading_is_asked_about(build):  # noqa: F811
    build({"s.md": TYPES.format("* The **gain** is fame.\n", "")})
    _, printed = build({"s.md": TYPES.format("", "* The **gain** is fame.\n")}, status=1)
    assert printed.count("RC222") == 1
    _, printed = build({"s.md": TYPES.replace("Type II", "Fees").format("", "* The **gain** is fame.\n")})
    assert "RC" not in printed


def test_chapters_with_other_numbers_keep_their_notes(build):  # noqa: F811
    chapters = "# 1 Metals\n\n* The **cost** is money.\n\n# {} Gases\n\n* The **air** is light.\n"
    build({"s.md": chapters.format(2)})
    _, printed = build({"s.md": chapters.replace("# 1", "# 1 Acids\n\n* A **drop** is enough.\n\n# 2").format(3)})
    assert "RC" not in printed


def test_a_typing_slip_in_the_term_above_moves_no_child(build):  # noqa: F811
    build({"s.md": CELLS.format(SKIN, GERM)})
    _, printed = build({"s.md": CELLS.format(SKIN, GERM).replace("mitosis", "mittosis")})
    assert "RC" not in printed


def test_hidden_words_declared_the_same_keep_their_number(build, anki, tmp_path):  # noqa: F811
    first, _ = build({"s.md": "* The **collier** carries coal. {#coal}\n"})
    _, printed = build({"s.md": "* The **coal ship** carries coal. {#coal}\n"})
    assert "RC207 the card that asks for **collier** is gone" in printed
    (tmp_path / "content" / "cards.lock").unlink()
    first, _ = build({"s.md": "* The **collier** carries coal. {#coal}\n"})
    deck = tmp_path / "content" / "deck.yaml"
    deck.write_text(deck.read_text(encoding="utf-8") + "same_cards: {coal: {collier: coal ship}}\n", encoding="utf-8")
    second, printed = build({"s.md": "* The **coal ship** carries coal. {#coal}\n"})
    assert "RC207" not in printed
    after = anki(("import", first), ("import", second), ("state", None))[-1]
    assert after["notes"]["coal"]["Text"] == "The {{c1::coal ship}} carries coal."
    _, printed = build({"s.md": "* The **coal ship** carries coals. {#coal}\n"})
    assert "error" not in printed


def test_bold_words_that_may_be_the_published_ones_are_asked_about_in_the_notation_of_notes(build):  # noqa: F811
    build({"s.md": "* The **type I error** is an alarm. {#one}\n"})
    _, printed = build({"s.md": "* The **type II error** is an alarm. {#one}\n"}, status=1)
    assert "s.md:1:9: error RC206 **type II error** may be **type I error** in other words" in printed
    assert "same_cards: {one: {type I error: type II error}}" in printed


@pytest.mark.parametrize(
    ("first", "second", "first_now", "second_now"),
    [
        (
            "### What does L1 mean? {}\n\nIt drives weights to zero.",
            "### How would you define L2 in one line? {}\n\nIt shrinks all weights.",
            "### What does the L1 mean in practice? {}\n\nIt drives many weights to zero.",
            "### How would you define L2 in one short line? {}\n\nIt shrinks the weights evenly.",
        ),
        (
            "* The encoder **keeps order** of the words in text. {}",
            "* A queue **keeps order** of the jobs that wait. {}",
            "* The encoder **keeps order** of words in a text. {}",
            "* A queue **keeps order** of all jobs that wait. {}",
        ),
    ],
)
def test_two_notes_that_change_ids_and_are_both_corrected_stop_the_build(build, first, second, first_now, second_now):  # noqa: F811
    ids = ("{#one}", "{#two}")
    build({"s.md": "\n\n".join(text.format(note_id) for text, note_id in zip((first, second), ids, strict=True))})
    texts = [text.format(note_id) for text, note_id in zip((first_now, second_now), reversed(ids), strict=True)]
    _, printed = build({"s.md": "\n\n".join(texts)}, status=1)
    assert printed.count("error RC216 this says what `") == 2
    one_corrected = [first_now.format(ids[0]), second.format(ids[1])]
    build({"s.md": "\n\n".join(one_corrected)})


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Q: Who built the ship Argo?\nA: Argus", "Q: Who built the first Greek galley?\nA: Argus"),
        ("## How do knots become miles?\n\nBy a factor.", "## How do miles become knots?\n\nBy a factor."),
        (
            "* Water runs from the bilge to the sea by a **pump**.",
            "* Water runs from the sea to the bilge by a **pump**.",
        ),
        ("* Within **14 days** a sailor may leave.", "* Within **14 days** a captain must answer."),
        ("* When **ice** becomes **water**, heat flows.", "* When **water** becomes **ice**, heat flows."),
        ("* In **1912**, the Titanic sank.", "* In **1912**, Amundsen came home."),
        ("* The **captain** steers by the **compass**.", "* The mate steers by the **compass**."),
    ],
)
def test_another_fact_with_the_same_answer_is_asked_about(build, before, now):  # noqa: F811
    build({"s.md": f"{before}\n"})
    _, printed = build({"s.md": f"{now}\n"}, status=1)
    assert "error RC222 this may be `" in printed


PLACES = "# Hull\n\n* The **keel** is low.\n\n{}\n\n# Rig\n\n* The **mast** is high.\n\n{}\n"
WHERE = "Q: Where is it?\nA: {}"


def test_a_question_that_needs_its_heading_is_asked_about_below_another_one(build):  # noqa: F811
    build({"s.md": PLACES.format(WHERE.format("Below"), "")})
    _, printed = build({"s.md": PLACES.format("", WHERE.format("Below"))}, status=1)
    assert printed.count("error RC222") == 1
    _, printed = build({"s.md": PLACES.replace("# Hull", "# The hull").format(WHERE.format("Below"), "")})
    assert "RC" not in printed


def test_such_questions_whose_answers_change_places_are_asked_about(build):  # noqa: F811
    build({"s.md": PLACES.format(WHERE.format("Below"), WHERE.format("Above"))})
    _, printed = build({"s.md": PLACES.format(WHERE.format("Above"), WHERE.format("Below"))}, status=1)
    assert printed.count("error RC222") == 2


def test_a_word_that_becomes_another_word_of_the_notes_is_no_typing_error(build):  # noqa: F811
    build({"s.md": "* The **causal** one is studied first.\n\n* A **casual** remark is not meant.\n"})
    build(
        {"s.md": "* The **casual** one is studied first.\n\n* A **casual** remark is not meant. No causal one is.\n"},
        status=1,
    )


def test_an_id_that_moved_away_from_its_text_is_reported_with_the_place_of_the_text(build):  # noqa: F811
    build({"s.md": "* The **stack** returns the newest element. {#s}\n"})
    now = "* The **stack** returns the newest element.\n* The **queue** returns the oldest element. {#s}\n"
    _, printed = build({"s.md": now}, status=1)
    assert printed.count("s.md:2:3: error RC216 ") == 2
    assert "s.md:1:3 says what `s` said" in printed
    assert "(write `s` there, and a new id here)" in printed


def test_short_texts_whose_ids_change_places_are_reported(build):  # noqa: F811
    build({"s.md": "Q: What is a stack? {#a}\nA: A pile\n\nQ: What is a queue? {#c}\nA: A line\n"})
    now = "Q: What does stack mean? {#c}\nA: A pile\n\nQ: What does queue mean? {#a}\nA: A line\n"
    _, printed = build({"s.md": now}, status=1)
    assert printed.count("error RC216 this says what `") == 2


SWAPPED = "* When **ice** becomes **water**, heat flows.\n{}* When **water** becomes **ice**, heat flows.\n"


def test_sentences_with_the_same_hidden_words_in_another_order_keep_their_histories(build, anki):  # noqa: F811
    first, _ = build({"s.md": SWAPPED.format("")})
    lines = SWAPPED.format("").splitlines(keepends=True)
    second, printed = build({"s.md": "".join(reversed(lines))})
    assert "RC" not in printed
    before, *_, after = anki(("import", first), ("state", None), ("import", second), ("state", None))[1:]
    texts = [{guid: fields.get("Text") for guid, fields in state["notes"].items()} for state in (before, after)]
    assert len(texts[0]) == 2
    assert texts[0] == texts[1]


PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="{}" height="5"/></svg>'


def test_pictures_tell_questions_apart(build, anki):  # noqa: F811
    question = "Q: Is the curve {} convex? ![curve]({}.svg)\nA: Yes\n\n"
    pictures = {f"{name}.svg": PICTURE.format(size) for name, size in (("a", 1), ("b", 2))}
    first, _ = build({"s.md": question.format("here", "a") + question.format("there", "b"), **pictures})
    second, _ = build({"s.md": question.format("there", "b"), **pictures})
    before, *_, after = anki(("import", first), ("state", None), ("import", second), ("state", None))[1:]
    assert before["notes"] == after["notes"]


@pytest.mark.parametrize("count", [120, 250])
def test_any_number_of_notes_of_one_pattern_are_corrected_at_once(build, count):  # noqa: F811
    build({"s.md": "".join(f"Q: What is the capital of Land{at}?\nA: City{at}\n\n" for at in range(count))})
    _, printed = build(
        {"s.md": "".join(f"Q: What is the capital of Land{at} today?\nA: City{at}\n\n" for at in range(count))}
    )
    assert "RC" not in printed


def test_an_id_in_a_list_below_a_question_is_not_the_id_of_the_question(build):  # noqa: F811
    wall = "* The wall of an artery is **thick** in all bodies. {#wall}\n"
    build({"s.md": f"Q: Where does a vein lead?\nA: To the heart\n\n{wall}"})
    _, printed = build(
        {"s.md": f"Q: Where does a vein lead?\nA: To the heart\n\nQ: What is a comet?\nA: Ice\n\n{wall}"}
    )
    assert "error" not in printed


def test_words_that_look_alike_and_change_places_are_asked_about(build):  # noqa: F811
    asked = "Q: What does {} mean in law?\nA: By chance\n\nQ: What is a {} link?\nA: A cause\n"
    build({"s.md": asked.format("casual", "causal")})
    build({"s.md": asked.format("causal", "casual")}, status=1)


def test_a_term_below_a_renamed_heading_is_kept_or_asked_about(build):  # noqa: F811
    build({"s.md": "## Caves\n\n* **Stalactite**: dripstone that hangs from above.\n"})
    _, printed = build({"s.md": "## Caves and stones\n\n* **Stalactite**: limestone which points down.\n"}, status=1)
    assert "RC222" in printed


def test_answers_of_pinned_questions_that_change_both_are_corrections(build):  # noqa: F811
    asked = "Q: Does Norway use the euro today? {{#no}}\nA: {}\n\nQ: Does Malta use the euro today? {{#mt}}\nA: {}\n"
    build({"s.md": asked.format("Yes", "No")})
    _, printed = build({"s.md": asked.format("No", "Yes")})
    assert "RC216" not in printed


LECTURES = "# B\n\n## Part 1\n\nQ: What is the main idea of the lecture?\nA: {}\n\n## Part 2\n\nQ: What is the main idea of the lecture?\nA: {}\n"


def test_an_answer_that_moves_to_the_next_numbered_heading_is_asked_about(build):  # noqa: F811
    build({"s.md": LECTURES.format("cells", "genes")})
    build({"s.md": LECTURES.format("genes", "species")}, status=1)
    _, printed = build({"s.md": LECTURES.format("small cells", "genes")})
    assert "RC" not in printed


def test_a_corrected_answer_below_a_renamed_heading_keeps_its_question(imported):
    page = "## {}\n\nQ: Which mite threatens colonies?\nA: {}\n\nQ: What do bees collect in spring?\nA: Pollen\n"
    result, _ = imported(page.format("Pests", "Varroa"), page.format("Parasites and pests", "Acarapis woodi"))
    assert result[NEW] == 0


def test_a_row_of_a_table_moves_to_another_section(imported):
    page = "## A\n\n* The **keel** is low.\n\n{0}\n\n## B\n\n* The **mast** is high.\n\n{1}\n"
    row = "| Term | Meaning |\n|---|---|\n| Swarm | half of a colony that leaves |"
    result, _ = imported(page.format(row, ""), page.format("", row))
    assert result[NEW] == 0


def test_questions_of_a_family_that_are_reworded_while_an_answer_is_corrected_are_no_exchange(build):  # noqa: F811
    asked = "Q: Is Python {0} {{{{#py}}}}\nA: Yes\n\nQ: Is Java {0} {{{{#java}}}}\nA: {1}\n"
    build({"s.md": asked.format("a compiled language?", "No").replace("{{", "{").replace("}}", "}")})
    now = asked.format("a language that is compiled?", "Yes").replace("{{", "{").replace("}}", "}")
    _, printed = build({"s.md": now})
    assert "RC216" not in printed


TABLE = "# Cells\n\n## {0}\n\n| Feature | {1} |\n|---|---|---|\n| Purpose | {2} |\n| Divisions | {3} |\n"


def test_columns_of_a_comparison_are_added_and_change_places(imported):
    first = TABLE.format("Kinds", "Mitosis | Meiosis", "growth and repair | sexual reproduction", "one | two")
    swapped = TABLE.format("Kinds", "Meiosis | Mitosis", "sexual reproduction | growth and repair", "two | one")
    added = first.replace("Meiosis |", "Meiosis | Fission |").replace("---|\n", "---|---|\n")
    added = added.replace("reproduction |", "reproduction | the only way of bacteria |").replace("two |", "two | one |")
    for now in (swapped, added):
        result, _ = imported(first, now)
        assert {kind: result[kind] for kind in (UPDATED, NEW)} == {UPDATED: 2, NEW: 0}


def test_a_row_with_other_cells_below_another_heading_is_another_card(imported):
    first = TABLE.format("TCP", "Header | Setup", "large | slow", "one | two")
    result, _ = imported(first, TABLE.format("Bluetooth", "Header | Setup", "tiny | manual", "nine | seven"))
    assert result[NEW] == 2


def test_a_section_that_replaces_another_takes_only_its_equal_rows(imported):
    first = TABLE.format("Second bridge", "Summer | Winter", "long | long", "the city | the state")
    now = TABLE.format("Lower canal", "Summer | Winter", "long | long", "a private company | nobody at all")
    result, _ = imported(first, now)
    assert result[NEW] == 1


def test_an_id_in_a_cell_of_a_table_is_the_id_of_its_row(imported):
    first = TABLE.format("Kinds", "Mitosis | Meiosis", "growth | offspring {#why}", "one | two")
    now = first.replace("Purpose", "What a body needs it for").replace("growth | offspring", "to heal | to have young")
    result, state = imported(first, now)
    assert {kind: result[kind] for kind in (UPDATED, NEW)} == {UPDATED: 1, NEW: 0}
    assert "{#why}" not in str(state)


def test_an_answer_that_moves_to_another_heading_while_headings_get_labels_is_asked_about(build):  # noqa: F811
    heading, label = "### What is its colour?\n\n{}", "Q: What is its colour?\nA: {}"
    page = "# Port\n\n## West pier\n\n{}\n\n## First bridge\n\n{}\n"
    build({"s.md": page.format(heading.format("Red paint."), heading.format("Green moss."))})
    _, printed = build({"s.md": page.format(label.format("Blue tiles."), label.format("Red paint."))}, status=1)
    assert "RC222" in printed
