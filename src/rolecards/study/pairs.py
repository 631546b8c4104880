"""Questions with their answers as note-takers write them: `Q:` and `A:`, `front :: back`."""

from __future__ import annotations

import re

_MARK = r"[*_]{0,2}(?:%s)(?:\s?\d{1,3})?[*_]{0,2}:[*_]{0,2}(?:\s+|$)"
_Q = re.compile(_MARK % "Q|Question", re.IGNORECASE)
_A = re.compile(_MARK % "A|Ans|Answer", re.IGNORECASE)
_STARTS = re.compile(rf"\n(?={_Q.pattern}|{_A.pattern})", re.IGNORECASE)
_BETWEEN = re.compile(r"\s::\s")
_CODE_OR_MATH = re.compile(r"(`+).*?\1|\$[^$\n]*\$", re.DOTALL)


def question(text: str) -> str | None:
    """The words behind `Q:`, where the text starts with that."""
    found = _Q.match(text)
    return text[found.end() :].strip() if found else None


def answer(text: str) -> str | None:
    """The words behind `A:`, where the text starts with that."""
    found = _A.match(text)
    return text[found.end() :].strip() if found else None


def parts(text: str) -> list[str]:
    """A text in which each `Q:` and `A:` starts a line of its own, line by line."""
    return _STARTS.split(text)


def front_and_back(text: str) -> tuple[str, str] | None:
    """The two sides of `front :: back`; code and formulas may have `::` in them."""
    bare = _CODE_OR_MATH.sub(lambda found: "x" * len(found[0]), text)
    found = _BETWEEN.search(bare)
    if not found:
        return None
    front, back = text[: found.start()].strip(), text[found.end() :].strip()
    return (front, back) if front and back else None
