"""`rolecards rehearse`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.commands.report import notice
from rolecards.compare import rehearse

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print the effect of an upgrade on a learner; returns 1 if the learner lost something, and 2 without Anki."""
    try:
        rehearsal = rehearse.rehearse(options.old, options.new)
    except rehearse.AnkiMissingError as missing:
        notice(str(missing))
        return 2
    print({"text": rehearse.as_text, "json": rehearse.as_json}[options.format](rehearsal), end="")
    return 1 if rehearsal.lost else 0
