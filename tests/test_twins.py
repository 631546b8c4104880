"""What may part near twins, and what is only a typing error."""

from __future__ import annotations

import pytest

from rolecards.release.twins import are_twins, is_slip, may_be_twins

TWINS = """
type I error | type II error
L1 penalty | L2 penalty
vitamin B | vitamin C
supervised | unsupervised
overfitting | underfitting
encoder | decoder
internal | external
symmetric | asymmetric
true positive | false positive
the left shoe | the right shoe
it is big | it isn't big
grows with depth | grows without depth
x > 0 | x < 0
C | C++
type I is rarer than type II | type II is rarer than type I
第一型 | 第二型
有监督学习 | 无监督学习
A → B | A ← B
5 % salt | 5 ‰ salt
f | f′
"""
SLIPS = """
barometer | barrometer
barometer | baromter
barometer | baroemter
apple | aapple
data set | dataset
a keel | the keel
type I error | type I errors
"""
OTHERS = """
nitrite | nitrate
alkane | alkene
absorption | adsorption
gradient descent | stochastic gradient descent
ion | iron
Maße | Masse
collier | clipper
"""


def rows(text):
    return [tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("one", "other"), rows(TWINS))
def test_twins_are_told_apart_in_both_directions(one, other):
    for before, now in ((one, other), (other, one)):
        assert may_be_twins(before, now)
        assert not is_slip(before, now)


@pytest.mark.parametrize(("one", "other"), rows(SLIPS))
def test_a_typing_error_parts_no_twins(one, other):
    for before, now in ((one, other), (other, one)):
        assert is_slip(before, now)
        assert not may_be_twins(before, now)


@pytest.mark.parametrize(("one", "other"), rows(OTHERS))
def test_another_word_is_no_typing_error(one, other):
    assert not is_slip(one, other)
    assert not is_slip(other, one)


def test_twins_differ_by_nothing_else():
    assert are_twins("supervised learning 1", "unsupervised learning 2")
    assert may_be_twins("in winter 2 899", "of old 3 120")
    assert not are_twins("in winter 2 899", "of old 3 120")
