"""`rolecards diff`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rolecards.commands.report import colour, notice
from rolecards.compare import diff, diff_report
from rolecards.compare.limits import as_limited_json
from rolecards.compare.package import read_package
from rolecards.release.released import package_lock

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable


def run(options: Namespace) -> int:
    """Print the changes from one package to another; returns 1 if learners would miss, repeat or lose something."""
    old, new = read_package(options.old), read_package(options.new)
    lock = package_lock(options.new)
    retired = {entry.guid for entry in lock.entries.values() if entry.retired} if lock else set()
    difference = diff.compare(old, new, retired, time.time())
    formats: dict[str, Callable[[diff.Difference], str]] = {
        "text": lambda difference: diff_report.as_text(difference, colour=colour()),
        "markdown": diff_report.as_markdown,
        "json": as_limited_json,
    }
    print(formats[options.format](difference), end="")
    if difference.fails:
        notice(f"do not publish {options.new}; `rolecards build --after {options.old}` first corrects the lock")
    return 1 if difference.fails else 0
