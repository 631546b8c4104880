"""Work on all cores: what comes of it is the same as on one, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
from functools import partial
from threading import Event, Thread

import pytest

from rolecards.cores import side_by_side

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is nothing to fork")


def test_what_the_jobs_return_comes_in_their_order() -> None:
    assert side_by_side([partial(pow, 2, number) for number in range(7)]) == [1, 2, 4, 8, 16, 32, 64]


def test_what_a_killed_process_had_to_do_is_done_all_the_same() -> None:
    parent = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert side_by_side([partial(work, number) for number in range(5)]) == [0, 1, 2, 3, 4]


def test_a_bug_in_another_process_is_seen_in_this_one() -> None:
    parent = os.getpid()

    def work() -> int:
        return 0 if os.getpid() == parent else 1 // 0

    if (os.cpu_count() or 1) > 1:
        with pytest.raises(ZeroDivisionError):
            side_by_side([work, work])


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
