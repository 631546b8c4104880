"""How often the rules agree with a careful reader, on cards in the manner of decks that people published."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from fixture_decks import found_in

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DECK = "schema: rolecards/deck@1\nid: published\nname: Published\n"
SOURCES = "schema: rolecards/sources@1\nsources:\n- {code: book, title: A Book}\n"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    folder = tmp_path_factory.mktemp("published")
    text = (HERE / "calibration" / "published.yaml").read_text(encoding="utf-8")
    for name, said in {"deck.yaml": DECK, "sources.yaml": SOURCES, "topic.yaml": text}.items():
        (folder / name).write_text(said, encoding="utf-8")
    ids = [(text.count("\n", 0, at.start()) + 1, at[1]) for at in re.finditer(r"(?m)^- id: (\S+)", text)]
    flagged = {
        (next(card for line, card in reversed(ids) if line <= problem.location.line), problem.code)
        for problem in found_in(folder)
    }
    with (HERE / "calibration" / "verdicts.tsv").open(encoding="utf-8") as rows:
        wanted = {(row["id"], code) for row in csv.DictReader(rows, delimiter="\t") for code in row["verdict"].split()}
    return {"right": flagged & wanted, "false": flagged - wanted, "missed": wanted - flagged}


def test_the_counts_are_those_written_down(counted: dict[str, set[tuple[str, str]]]) -> None:
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    written = {kind: int(count) for kind, count in re.findall(r"\| (right|false|missed) \| (\d+) \|", page)}
    assert written == {kind: len(found) for kind, found in counted.items()}


def test_every_disagreement_is_written_down(counted: dict[str, set[tuple[str, str]]]) -> None:
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    for card, code in counted["false"] | counted["missed"]:
        assert re.search(rf"`{card}`[^\n]*{code}", page), (card, code)
