"""Finding alike texts without holding each against each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolecards.check.likeness import FEWEST_WORDS, alike

words = st.frozensets(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=9)


@given(st.lists(words, max_size=6), st.integers(50, 95))
def test_a_few_texts_give_the_pairs_that_comparing_all_gives(texts: list[frozenset[str]], percent: int) -> None:
    pairs = [(one, other) for other in range(len(texts)) for one in range(other)]
    wanted = [
        (one, other)
        for one, other in pairs
        if min(len(texts[one]), len(texts[other])) >= FEWEST_WORDS
        and len(texts[one] & texts[other]) * 100 > len(texts[one] | texts[other]) * percent
    ]
    assert list(alike(texts, percent)) == wanted


def test_each_text_of_a_large_family_is_found_alike_to_another() -> None:
    texts = [frozenset(f"one pattern for all of them with number {number}".split()) for number in range(400)]
    found = list(alike(texts, 70))
    assert {second for _, second in found} == set(range(1, 400))
    assert len(found) < 400 * 60
