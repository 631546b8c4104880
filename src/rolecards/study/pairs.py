"""Question and answer pairs in plain text: `Q:` and `A:`, `front :: back`."""

from __future__ import annotations

import re

_MARK = r"[*_]{0,2}(?:%s)(?:\s?\d{1,3})?[*_]{0,2}:[*_]{0,2}(?:\s+|$)"
_Q = re.compile(_MARK % "Q|Question", re.IGNORECASE)
_A = re.compile(_MARK % "A|Ans|Answer", re.IGNORECASE)
_STARTS = re.compile(rf"\n(?={_Q.pattern}|{_A.pattern})", re.IGNORECASE)
_BETWEEN = re.compile(r"\s::\s")
_CODE_OR_MATH = re.compile(r"(`+).*?\1|\$[^$\n]*\$", re.DOTALL)


def question(text: str) -> str | None:
    """The words after `Q:`; None if the text does not start with it."""
    match = _Q.match(text)
    return text[match.end() :].strip() if match else None


def answer(text: str) -> str | None:
    """The words after `A:`; None if the text does not start with it."""
    match = _A.match(text)
    return text[match.end() :].strip() if match else None


def questions(text: str) -> list[tuple[str, str]]:
    """The questions and answers of a text that starts with `Q:`; the last answer may be empty.

    Consecutive questions are joined into one question, consecutive answers into one answer.
    """
    found: list[tuple[str, str]] = []
    for line in _STARTS.split(text) if question(text) is not None else ():
        words = question(line)
        if words is not None and (not found or found[-1][1]):
            found.append((words, ""))
        else:
            front, back = found[-1]
            found[-1] = (front, f"{back}\n{answer(line) or ''}".strip()) if words is None else (f"{front}\n{words}", "")
    return found


def front_and_back(text: str) -> tuple[str, str] | None:
    """The two sides of `front :: back`; a `::` in code or formulas does not count."""
    separator = _BETWEEN.search(_CODE_OR_MATH.sub(lambda match: "x" * len(match[0]), text))
    if not separator:
        return None
    front, back = text[: separator.start()].strip(), text[separator.end() :].strip()
    return (front, back) if front and back else None
