"""`rolecards explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.check import explain
from rolecards.commands.report import notice

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print the explanation of a code."""
    if options.all:
        print(explain.as_markdown(), end="")
        return 0
    word = options.code or ""
    code = explain.code_of(word)
    if not code:
        similar = explain.similar(word)
        hint = f"did you mean {' or '.join(similar)}?" if similar else "`rolecards explain --all` lists all codes"
        notice(f"unknown code `{word}` ({hint})")
        return 2
    print(explain.as_text(code), end="")
    return 0
