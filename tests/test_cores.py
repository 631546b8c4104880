"""Jobs on all cores: the results are the same as on one, whatever happens to the processes."""

from __future__ import annotations

import os
import shutil
import signal
import time
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from rolecards.cores import side_by_side
from rolecards.study import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Outcome

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


def test_pages_read_on_several_cores_make_the_same_cards_as_on_one(
    small: Path, run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in sorted((Path(__file__).parent / "study" / "forms").glob("*.md"))[::3]:
        shutil.copy(page, small / page.name)
        shutil.copy(page, small / f"again-{page.name}")  # its questions are asked on two pages
    (small / "picture.md").write_text("## Where is the bow?\n![the bow](bow.png)\n\nIn front.\n", encoding="utf-8")
    alone = run("check", "--cards", "content")
    monkeypatch.setattr(read, "FEWEST_BYTES", 0)
    for cores in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert run("check", "--cards", "content") == alone
    assert "Where is the bow?" in alone.out
    assert "same question as" in alone.out


def test_words_that_cannot_be_read_are_reported_for_the_first_page_on_any_number_of_cores(
    small: Path, run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "FEWEST_BYTES", 0)
    deck = small / "deck.yaml"
    deck.write_text(f"{deck.read_text(encoding='utf-8')}templates: ../own\n", encoding="utf-8")
    (small.parent / "own" / "words").mkdir(parents=True)
    for at, language in enumerate(("en", "fr", "it")):
        (small / f"{at}.md").write_text(f"---\nlang: {language}\n---\n\nQ: Where is it?\nA: Here\n", encoding="utf-8")
        if at:
            (small.parent / "own" / "words" / f"{language}.yaml").write_text("notes: {a\n", encoding="utf-8")
    for cores in (1, 2, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        outcome = run("check", "content")
        assert (outcome.status, "fr.yaml" in outcome.out, "it.yaml" in outcome.out) == (1, True, False)


def test_pages_that_cannot_be_read_are_all_reported_from_several_cores(
    small: Path, run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "FEWEST_BYTES", 0)
    for name in ("one.md", "two.md"):
        (small / name).write_text("## Tides\n<<<<<<< mine\nThe tide is **high**.\n", encoding="utf-8")
    outcome = run("check", "content")
    assert outcome.status == 1
    assert ["content/one.md:2" in outcome.out, "content/two.md:2" in outcome.out] == [True, True]
