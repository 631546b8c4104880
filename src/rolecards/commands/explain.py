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
    word = options.code or ""
    code = explain.by_name(word)
    if not code:
        near = explain.near(word)
        more = f"did you mean {' or '.join(near)}?" if near else "`rolecards explain --all` has all of them"
        notice(f"there is no code `{word}`; {more}")
        return 2
    print(explain.as_text(code), end="")
    return 0
