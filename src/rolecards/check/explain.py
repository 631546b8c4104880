"""What `rolecards explain` says about a code, and the page of all codes."""

from __future__ import annotations

import difflib
from itertools import groupby

from rolecards.codes import CHAPTERS, CODES, Code

_INTRODUCTION = """\
# What rolecards requires

This page lists every problem code. `make generated` writes it; `rolecards explain CODE` prints one entry. A rule marked
*can be allowed* can be switched off for one entry:

```yaml
allow:
  RC301: the reason why it does not apply here
```

The same lines in `deck.yaml` switch it off for the whole deck. `check` also reports an `allow` that is not needed. You
can change the limits under `limits` in `deck.yaml`.

[Accuracy of the rules](calibration.md) says how often they are right."""


def as_text(code: str) -> str:
    """The text that `rolecards explain CODE` prints."""
    row = CODES[code]
    kind = f"{row.severity}, can be allowed" if row.can_be_allowed else row.severity
    parts = [f"{row.code} {row.name} ({kind})", row.requires]
    parts += [f"Why: {row.reason}"] if row.reason else []
    parts += [f"Bad:\n{_indented(row.bad)}", f"Good:\n{_indented(row.good)}"] if row.bad else []
    return "\n\n".join(parts) + "\n"


def as_markdown() -> str:
    """The page of all codes."""
    parts = [_INTRODUCTION]
    for chapter, rows in groupby(CODES.values(), key=lambda row: row.code[2]):
        parts += [f"## {CHAPTERS[chapter]}", *map(_entry, rows)]
    return "\n\n".join(parts) + "\n"


def code_of(word: str) -> str:
    """The code for a code in any case or for a rule's name; empty if it is neither."""
    by_name = {row.name: row.code for row in CODES.values()}
    return word.upper() if word.upper() in CODES else by_name.get(word.casefold(), "")


def similar(word: str) -> list[str]:
    """The codes that a misspelled code or name could mean, each with its name."""
    names = {code: row.name for code, row in CODES.items()}
    close = {*difflib.get_close_matches(word.upper(), names, cutoff=0.8)}
    close |= {*difflib.get_close_matches(word.casefold(), names.values())}
    return [f"{code} ({name})" for code, name in names.items() if close & {code, name}]


def _entry(row: Code) -> str:
    allowed = ", can be allowed" if row.can_be_allowed else ""
    parts = [f"### {row.code} {row.name}", f"*{row.severity}{allowed}*. {row.requires}"]
    parts += [f"Why: {row.reason}"] if row.reason else []
    if row.bad:
        parts.append(f"```text\nbad:\n{_indented(row.bad)}\ngood:\n{_indented(row.good)}\n```")
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
