"""The content folder, templates and clock that a command works with, and what several commands say of them."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

from rolecards.commands.report import notice
from rolecards.commands.strays import say_strays
from rolecards.problems import ContentError, Location, Problem, counted, problem
from rolecards.release.edition import Edition, edition
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from rolecards.release.lock import Lock

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

EARLIEST_EPOCH = 315_532_800
"""1980: zip files know no earlier time, and Anki's ids must lie above zero."""


def read_edition(options: Namespace, *, after: Sequence[Lock] = (), keep_nodes: bool = False) -> Edition:
    """The content folder that the options name, as an edition."""
    return edition(options.content, _templates(options), _clock(), after=after, keep_nodes=keep_nodes)


def without_card(edition: Edition) -> str:
    """How much of the study notes gave no card, in words; empty where all of it did."""
    left = sum(len(page.skipped) for page in edition.content.study)
    return f"{counted(left, 'passage')} of the notes gave no card" if left else ""


def _templates(options: Namespace) -> Templates:
    own, ours = options.templates, bundled_folder()
    if not own:
        return Templates(folders=(ours,))
    if not own.is_dir():
        message = "there is no templates folder here"
        raise ContentError([problem("RC140", Location(own.as_posix()), message)])
    say_strays(own, ours)
    return Templates(folders=(own.resolve(), ours))


def _clock() -> Clock:
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isdecimal() and EARLIEST_EPOCH <= int(given) <= now):
        notice(f"SOURCE_DATE_EPOCH is `{given}`; it must be seconds since 1970, from {EARLIEST_EPOCH} (1980) up to now")
        raise SystemExit(2)
    return Clock(stamp=int(given) if given else now, now=now)


def font_problems(edition: Edition) -> list[Problem]:
    """What is wrong with the fonts named for paper; where none is, the page builder is not loaded to find that out."""
    theme = _CSS_COMMENT.sub("", edition.templates.text("handout/theme.css"))
    if not edition.content.deck.fonts and "@font-face" not in theme:
        return []
    from rolecards.papers import theme as papers  # noqa: PLC0415 - loads the page builder

    return papers.font_problems(edition.content, edition.lock_path.parent, edition.templates)
