"""Text in drawings that know of no direction: the order of its characters, and the forms of its letters."""

from __future__ import annotations

import unicodedata

import pytest

from rolecards.pdf.right_to_left import drawn


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Data Engineer (2)", "Data Engineer (2)"),
        ("שלום", "םולש"),
        ("מדען נתונים (2)", "(2) םינותנ ןעדמ"),
        ("ML שלום team", "ML םולש team"),
        ("א", "א"),
    ],
)
def test_characters_come_in_the_order_in_which_they_stand(text: str, seen: str) -> None:
    assert drawn(text) == seen


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("بيت", ["initial", "medial", "final"]),
        ("دار", ["isolated", "isolated", "isolated"]),
        ("باب", ["initial", "final", "isolated"]),
        ("سلام", ["initial", "final", "isolated"]),
        ("بِيت", ["initial", "", "medial", "final"]),
    ],
)
def test_letters_take_the_form_that_joins_them_to_their_neighbours(text: str, kinds: list[str]) -> None:
    said = drawn(text)[::-1]
    assert [unicodedata.decomposition(character).partition(">")[0].strip("<") for character in said] == kinds
    assert unicodedata.normalize("NFKC", said) == text
