"""`rolecards diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.commands.report import colour
from rolecards.compare import diff, diff_report
from rolecards.compare.package import read_package

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable


def run(options: Namespace) -> int:
    """Print the changes from one package to another; returns the exit status."""
    difference = diff.compare(read_package(options.old), read_package(options.new))
    forms: dict[str, Callable[[diff.Difference], str]] = {
        "text": lambda difference: diff_report.as_text(difference, colour=colour()),
        "markdown": diff_report.as_markdown,
        "json": diff_report.as_json,
    }
    print(forms[options.format](difference), end="")
    return 0
