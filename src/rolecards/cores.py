"""Work done side by side, on as many cores as there are."""

from __future__ import annotations

import os
import threading
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = TypeVar("Result")


def side_by_side(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """What the jobs return; where processes can safely be forked, they are dealt out to this one and to its forks.

    A fork has all that its parent has, and what it returns is pickled: it pays for work that takes a tenth of a second.
    """
    cores = min(len(jobs), os.cpu_count() or 1)
    # Where threads run, a fork may wait for ever for a lock that one of them held.
    if cores < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return [job() for job in jobs]
    _hands[:] = [jobs[first::cores] for first in range(cores)]
    nothing = object()
    return [
        result for result in chain.from_iterable(zip_longest(*_all_done(), fillvalue=nothing)) if result is not nothing
    ]


_hands: list[Sequence[Callable[[], Any]]] = []
"""The jobs of each process; what a fork finds here it need not be sent."""


def _all_done() -> list[list[Any]]:
    # Only large work needs these; a `multiprocessing.Pool` would wait for ever for a fork that was killed.
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    others = range(1, len(_hands))
    with ProcessPoolExecutor(len(others), mp_context=get_context("fork")) as forks:
        returned = forks.map(_done_by, others)
        done = [_done_by(0)]
        try:
            return [*done, *returned]
        except BrokenProcessPool:
            # Such as where memory is short for two.
            return [*done, *map(_done_by, others)]


def _done_by(hand: int) -> list[Any]:
    return [job() for job in _hands[hand]]
