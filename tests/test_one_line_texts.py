"""The HTML of texts of one line stays the same, because a changed field updates the note of every learner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rolecards.text.field import to_html

ROWS = json.loads((Path(__file__).parent / "data" / "one-line-texts.json").read_text(encoding="utf-8"))


def test_there_are_some_hundred_texts():
    assert len(ROWS) > 450


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_a_text_of_one_line_gives_the_html_that_learners_have(row):
    assert to_html(row.get("text", row.get("cloze")), cloze="cloze" in row) == row["html"]
