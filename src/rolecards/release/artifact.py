"""What every maker of a package or paper returns."""

from typing import NamedTuple

from rolecards.problems import Problem


class Artifact(NamedTuple):
    """A finished file for learners."""

    data: bytes
    digest: str  # the digest of what learners get from it, which is the same on every machine
    summary: str  # its size in words
    problems: tuple[Problem, ...] = ()  # warnings about study notes, which it shows all the same
