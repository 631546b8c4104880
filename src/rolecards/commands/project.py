"""The content folder, templates and clock that a command works with."""

from __future__ import annotations

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

EARLIEST_EPOCH = 315_532_800
"""1980: zip files know no earlier time, and Anki's ids must lie above zero."""


def read_edition(options: Namespace) -> Edition:
    """The content folder that the options name, as an edition."""
    return edition(options.content, _templates(options), _clock())


def _templates(options: Namespace) -> Templates:
    own = options.templates
    if own and not own.is_dir():
        raise ContentError(
            [
                Problem(
                    location=Location(own.as_posix()),
                    code="RC140",
                    message="there is no templates folder here",
                )
            ]
        )
    return Templates(folders=((own.resolve(),) if own else ()) + (bundled_folder(),))


def _clock() -> Clock:
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isdecimal() and EARLIEST_EPOCH <= int(given) <= now):
        notice(f"SOURCE_DATE_EPOCH is `{given}`; it must be seconds since 1970, from {EARLIEST_EPOCH} (1980) up to now")
        raise SystemExit(2)
    return Clock(stamp=int(given) if given else now, now=now)
