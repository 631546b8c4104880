"""Jobs divided among processes, one for each core."""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any, NoReturn, TypeVar

from rolecards.signals import STOP_SIGNALS, held

Result = TypeVar("Result")


def side_by_side(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of the jobs, in order; where forks are safe, this process and its forks share the jobs.

    A fork has all values of its parent, and its results are pickled: it pays for work that takes a tenth of a second.
    """
    cores = min(len(jobs), os.cpu_count() or 1)
    # While other threads run, a fork may wait for ever for a lock that one of them held.
    if cores < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return [job() for job in jobs]
    results: list[Any] = [None] * len(jobs)
    workers: list[tuple[int, int]] = []
    lifeline = os.pipe()
    try:
        with suppress(OSError):  # too little memory, or too many processes
            workers.extend(_fork(jobs[first::cores], lifeline) for first in range(1, cores))
        results[::cores] = [job() for job in jobs[::cores]]
        for first, worker in zip_longest(range(1, cores), workers):
            # A worker that fails sends nothing: its jobs are done here, where a bug shows its traceback.
            results[first::cores] = (worker and _received(worker[1])) or [job() for job in jobs[first::cores]]
    finally:
        for process, _ in workers:
            os.kill(process, signal.SIGTERM)  # which waits until a temporary file of a worker has no name
            os.waitpid(process, 0)
        for end in (*lifeline, *(pipe for _, pipe in workers)):
            os.close(end)
    return results


def _fork(jobs: Sequence[Callable[[], Any]], lifeline: tuple[int, int]) -> tuple[int, int]:
    """A new worker that does the jobs, and the pipe for its results. Raises OSError if no process can be started."""
    results, sender = os.pipe()
    try:
        with held():  # until a worker has its own handlers
            process = os.fork()
            if not process:
                _work(jobs, lifeline, sender)
    finally:
        os.close(sender)
    return process, results


def _work(jobs: Sequence[Callable[[], Any]], lifeline: tuple[int, int], sender: int) -> NoReturn:
    """Send the results of the jobs and end; silently if that fails, because the parent reports it."""
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        os.close(lifeline[1])
        threading.Thread(target=_end_with_parent, args=(lifeline[0],), daemon=True).start()
        data = pickle.dumps([job() for job in jobs])
        with open(sender, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)


def _end_with_parent(lifeline: int) -> None:
    """End this worker when its parent ends for any reason: only the parent has the other end of the pipe open."""
    os.read(lifeline, 1)
    os._exit(1)


def _received(results: int) -> list[Any] | None:
    """The results of a worker; None if it ended without them."""
    try:
        with open(results, "rb", closefd=False) as pipe:
            return pickle.load(pipe)  # type: ignore[no-any-return]  # noqa: S301 - sent by our own fork
    except (EOFError, pickle.UnpicklingError):
        return None
