"""Random histories with reverts, lost locks and hotfix branches, imported by learners of the real Anki in any order."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from test_after import Author
from test_releases import change_fact, remove_fact

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = {
    "ladle": "Which spoon fills a bowl of soup?",
    "oven": "Where does bread rise and brown in dry heat?",
    "whisk": "What brings air into egg whites?",
    "sieve": "Through what is flour shaken to lose its lumps?",
    "grater": "On which rough plate does cheese fall to shreds?",
    "mortar": "In what heavy bowl are spices crushed by hand?",
    "kettle": "Which pot with a spout whistles?",
    "tongs": "With what can a hot steak be turned from a distance?",
    "skewer": "On which thin rod do pieces of lamb roast over coals?",
    "scales": "How does the kitchen know that there are 200 grams?",
}
"""By tool; no two are alike."""
RELEASES = 6
RETIRED = re.compile(r"RC204 the id `(\S+)` was retired")


def facts(author: Author) -> list[str]:
    return re.findall(r"(?m)^- id: (cook-tool-\w+)", author.cook.read_text(encoding="utf-8"))


def change(author: Author, chance: random.Random, day: int) -> None:
    """One to three edits, after which anything may have been taken back."""
    if day > 1 and chance.random() < 0.5:
        author.checkout(f"commit{chance.randrange(day)}")
    if chance.random() < 0.2:
        (author.content / "cards.lock").unlink(missing_ok=True)
    for _ in range(chance.randint(1, 3)):
        known, kind = facts(author), chance.choice(("add", "reword", "remove"))
        if kind == "add" or not known:
            free = [tool for tool in QUESTIONS if f"cook-tool-{tool}" not in known]
            tool = chance.choice(free)
            author.add(f"tool-{tool}", f"The {tool}, {chance.randrange(1000)}", QUESTIONS[tool])
        elif kind == "reword":
            fact_id, number = chance.choice(known), chance.randrange(1000)
            answer = f"The {fact_id.rpartition('-')[2]}, {number}"
            change_fact(author.cook, fact_id, lambda fact, answer=answer: fact["qa"].update(a=answer))
        else:
            remove_fact(author.cook, chance.choice(known))


def release(author: Author, day: int, *options: str | Path) -> Path:
    """Build; facts with retired ids, which a revert brought back, go again."""
    while (outcome := author.build(day, *options)).status:
        retired = set(RETIRED.findall(outcome.out))
        assert retired, outcome.out
        for fact in retired:
            remove_fact(author.cook, fact)
    return author.content.parent / f"day{day}" / "small.apkg"


def texts(state: dict) -> dict[str, dict[str, str]]:
    return {name: {**note, "mod": ""} for name, note in state["notes"].items()}


@pytest.mark.parametrize("seed", range(6))
def test_with_after_no_correction_is_lost_and_no_number_given_twice(small, run, monkeypatch, anki, seed):
    chance = random.Random(seed)
    author = Author(small, run, monkeypatch)
    packages = [release(author, 0)]
    author.commit("commit0")
    for day in range(1, RELEASES):
        change(author, chance, day)
        packages.append(release(author, day, "--after", packages[-1]))
        compared = run("diff", packages[-2], packages[-1])
        assert compared.status == 0, compared.out
        author.commit(f"commit{day}")
    last = packages[-1]
    _, fresh = anki(("import", last), ("state", None))
    for _ in range(3):
        learned = [chance.choice(packages) for _ in range(4)]
        steps = [step for path in learned for step in (("import", path), ("study", None), ("state", None))]
        removal = last.parent / "small-retired.apkg"
        removed = [("import", removal), ("remove_empty_cards", None)] if removal.exists() else []
        results = anki(*steps, ("import", last), *removed, ("state", None))
        states = [result for result in results if isinstance(result, dict) and "notes" in result]
        after = states[-1]
        assert texts(after) == texts(fresh)
        numbers = [note["Number"] for note in after["notes"].values()]
        assert len(numbers) == len(set(numbers))
        for before in states[:-1]:
            for name in before["notes"].keys() & after["notes"].keys():
                assert before["notes"][name]["guid"] == after["notes"][name]["guid"]
        studied = states[len(learned) - 1]["cards"]
        for name in studied.keys() & after["cards"].keys():
            assert after["cards"][name]["scheduling"] == studied[name]["scheduling"]
