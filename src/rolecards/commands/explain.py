"""`rolecards explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards import explain
from rolecards.commands.report import notice

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print what a code means."""
    if options.all:
        print(explain.as_markdown(), end="")
        return 0
    code = explain.by_name(options.code or "")
    if not code:
        near = explain.closest(options.code or "")
        notice(f"there is no code `{options.code or ''}`" + (f"; did you mean {near}?" if near else ""))
        return 2
    print(explain.as_text(code), end="")
    return 0
