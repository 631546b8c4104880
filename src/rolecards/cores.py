"""Work done side by side, on as many cores as there are."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = TypeVar("Result")


def side_by_side(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """What the jobs return, each in a process of its own that has all its parent has, where such can safely be made.

    A fork costs some milliseconds, and what a job returns is pickled: this pays where jobs take a tenth of a second.
    """
    cores = min(len(jobs), os.cpu_count() or 1)
    # Where threads run, a fork may wait for ever for a lock that one of them held.
    if cores < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return [job() for job in jobs]
    import multiprocessing  # noqa: PLC0415 - only large work needs it

    _jobs[:] = jobs
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        return pool.map(_inherited, range(len(jobs)), chunksize=1)


_jobs: list[Callable[[], Any]] = []
"""What a fork finds here it need not be sent."""


def _inherited(number: int) -> Any:  # noqa: ANN401 - whatever the jobs return
    return _jobs[number]()
