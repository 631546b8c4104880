"""Finds texts that share most of their words, without comparing every pair."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, combinations
from math import ceil

FEWEST_WORDS = 4  # texts with fewer words are not compared: they share words by chance
LEAST_PERCENT = 50  # with it and `FEWEST_WORDS`, two similar texts share two words, as the search requires
MOST_COMPARED = 5  # previous texts with the same two rare words that a text is compared with


def alike(texts: Sequence[frozenset[str]], percent: int) -> Iterator[tuple[int, int]]:
    """Pairs of positions, in order, whose texts share more than `percent` of their words (Jaccard).

    Two such texts share two of their rarest words, so only texts that do are compared: the prefix filter of set
    similarity joins, with pairs of words instead of single ones. If many texts have the same pattern, each is compared
    with the last five before it, so the time is not quadratic.
    """
    assert percent >= LEAST_PERCENT
    frequency = Counter(chain.from_iterable(texts))
    rarity = {word: rank for rank, word in enumerate(sorted(frequency, key=lambda word: (frequency[word], word)))}
    by_rare_pair: dict[tuple[str, ...], list[int]] = {}
    for at, text in enumerate(texts):
        if len(text) < FEWEST_WORDS:
            continue
        rarest = sorted(text, key=rarity.__getitem__)[: len(text) - ceil(len(text) * percent / 100) + 2]
        pairs = list(combinations(rarest, 2))
        near = sorted(set(chain.from_iterable(by_rare_pair[pair] for pair in pairs if pair in by_rare_pair)))
        for other in near:
            shared = len(texts[other] & text)
            if shared * 100 > (len(texts[other]) + len(text) - shared) * percent:
                yield other, at
        for pair in pairs:
            last = by_rare_pair.setdefault(pair, [])
            last.append(at)
            del last[:-MOST_COMPARED]
