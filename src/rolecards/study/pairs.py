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


def questions(text: str) -> list[tuple[str, str]]:
    """The questions of a text that starts with `Q:`, each with its answer; the last may have none here.

    Questions in a row are one question, and answers in a row one answer.
    """
    found: list[tuple[str, str]] = []
    for line in _STARTS.split(text) if question(text) is not None else ():
        asked, said = question(line), answer(line)
        if asked is not None and (not found or found[-1][1]):
            found.append((asked, ""))
        else:
            before, after = found[-1]
            found[-1] = (f"{before}\n{asked}", "") if asked is not None else (before, f"{after}\n{said or ''}".strip())
    return found


def front_and_back(text: str) -> tuple[str, str] | None:
    """The two sides of `front :: back`; code and formulas may have `::` in them."""
    bare = _CODE_OR_MATH.sub(lambda found: "x" * len(found[0]), text)
    found = _BETWEEN.search(bare)
    if not found:
        return None
    front, back = text[: found.start()].strip(), text[found.end() :].strip()
    return (front, back) if front and back else None
