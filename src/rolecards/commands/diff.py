"""`rolecards diff`."""

import time
from argparse import Namespace

from rolecards.commands.report import notice
from rolecards.compare import diff, diff_report
from rolecards.compare.package import read_package
from rolecards.release.released import package_lock


def run(options: Namespace) -> int:
    """Print the changes from one package to another; returns 1 if learners would miss, repeat or lose something."""
    old, new = read_package(options.old), read_package(options.new)
    locks = [package_lock(path) for path in (options.old, options.new)]
    retired = {entry.guid for entry in locks[1].entries.values() if entry.retired} if locks[1] else set()
    difference = diff.compare(old, new, retired, time.time())
    print(getattr(diff_report, f"as_{options.format}")(difference), end="")
    decks = dict.fromkeys(f"`{lock.deck.id}`" for lock in locks if lock)
    if len(decks) > 1:
        notice(f"these packages are of two decks, {' and '.join(decks)}; compare two releases of the same deck")
    elif difference.fails:
        notice(f"do not publish {options.new}; `rolecards build --after {options.old}` first corrects the lock")
    return 1 if difference.fails else 0
