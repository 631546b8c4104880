"""Jobs on all cores: the results are the same as on one, whatever happens to the processes."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from rolecards.cores import side_by_side

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is nothing to fork")


def test_the_results_are_in_the_order_of_the_jobs() -> None:
    assert side_by_side([partial(pow, 2, number) for number in range(7)]) == [1, 2, 4, 8, 16, 32, 64]


def test_the_jobs_of_a_killed_process_are_done_all_the_same() -> None:
    parent = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert side_by_side([partial(work, number) for number in range(5)]) == [0, 1, 2, 3, 4]


def test_what_fails_only_in_another_process_is_done_in_this_one() -> None:
    parent = os.getpid()

    def work() -> int:
        if os.getpid() != parent:
            raise MemoryError
        return 1

    assert side_by_side([work, work]) == [1, 1]


def test_a_bug_in_a_job_of_another_process_is_seen_in_this_one() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side([int, lambda: 1 // 0])


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


def test_no_process_is_left_after_an_error_in_this_one() -> None:
    before = children()
    with pytest.raises(ZeroDivisionError):
        side_by_side([lambda: 1 // 0, partial(time.sleep, 60)])
    assert children() == before


def test_no_process_is_forked_while_a_thread_runs() -> None:
    end = Event()
    thread = Thread(target=end.wait)
    thread.start()
    try:
        assert set(side_by_side([os.getpid] * 4)) == {os.getpid()}
    finally:
        end.set()
        thread.join()
    if (os.cpu_count() or 1) > 1:
        assert len(set(side_by_side([os.getpid] * 4))) > 1
