"""The content folder, templates and clock that a command works with."""

from __future__ import annotations

import difflib
import os
import time
from typing import TYPE_CHECKING

from rolecards.commands.report import notice
from rolecards.diagnostics import ContentError, Location, Problem
from rolecards.edition import Edition, edition
from rolecards.publish import Clock
from rolecards.templates import Templates, bundled_folder

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

EARLIEST_EPOCH = 315_532_800
"""1980: zip files know no earlier time, and Anki's ids must lie above zero."""


def read_edition(options: Namespace, *, keep_nodes: bool = False) -> Edition:
    """The content folder that the options name, as an edition."""
    return edition(options.content, _templates(options), _clock(), keep_nodes=keep_nodes)


def _templates(options: Namespace) -> Templates:
    own, ours = options.templates, bundled_folder()
    if not own:
        return Templates(folders=(ours,))
    if not own.is_dir():
        message = "there is no templates folder here"
        raise ContentError([Problem(location=Location(own.as_posix()), code="RC140", message=message)])
    _say_strays(own, ours)
    return Templates(folders=(own.resolve(), ours))


def _say_strays(own: Path, ours: Path) -> None:
    """Mention files whose names are nearly those of our templates: they would replace nothing."""
    known = [path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()]
    for path in sorted(path for path in own.rglob("*") if path.is_file()):
        name = path.relative_to(own).as_posix()
        close = [] if name in known else difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if close:
            notice(f"{path} replaces none of our templates; did you mean {own / close[0]}?")


def _clock() -> Clock:
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isdecimal() and EARLIEST_EPOCH <= int(given) <= now):
        notice(f"SOURCE_DATE_EPOCH is `{given}`; it must be seconds since 1970, from {EARLIEST_EPOCH} (1980) up to now")
        raise SystemExit(2)
    return Clock(stamp=int(given) if given else now, now=now)
