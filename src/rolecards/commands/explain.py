"""`rolecards explain`."""

import difflib
from argparse import Namespace
from textwrap import indent

from rolecards.codes import CODES
from rolecards.commands.report import notice


def run(options: Namespace) -> int:
    """Print the explanation of a code."""
    by_name = {row.name: row.code for row in CODES.values()}
    code = options.code.upper() if options.code.upper() in CODES else by_name.get(options.code.casefold(), "")
    if not code:
        names = {code: row.name for code, row in CODES.items()}
        close = {*difflib.get_close_matches(options.code.upper(), names, cutoff=0.8)}
        close |= {*difflib.get_close_matches(options.code.casefold(), names.values())}
        similar = [f"{code} ({name})" for code, name in names.items() if close & {code, name}]
        hint = f"did you mean {' or '.join(similar)}?" if similar else "docs/rules.md lists all codes"
        notice(f"unknown code `{options.code}` ({hint})")
        return 2
    row = CODES[code]
    kind = f"{row.severity}, can be allowed" if row.can_be_allowed else row.severity
    parts = [f"{row.code} {row.name} ({kind})", row.requires]
    parts += [f"Why: {row.reason}"] if row.reason else []
    parts += [f"Bad:\n{indent(row.bad, '  ')}", f"Good:\n{indent(row.good, '  ')}"] if row.bad else []
    print("\n\n".join(parts))
    return 0
