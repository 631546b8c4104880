"""Question and answer pairs in a text: `Q:` and `A:`, `front :: back`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.text.tree import Inline, lines, without_start, words

if TYPE_CHECKING:
    from rolecards.text.tree import Nodes

_MARK = r"\s*(?:%s)(?:\s?\d{1,3})?:(?:\s+|\Z)"
_Q = re.compile(_MARK % "Q|Question", re.IGNORECASE)
_A = re.compile(_MARK % "A|Ans|Answer", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:\s|\A)::(?:\s|\Z)")
_SPACE = Inline("space", 0, 0)


def question(nodes: Nodes) -> Nodes | None:
    """The text after `Q:`; None if the text does not start with it."""
    return _after(nodes, _Q)


def answer(nodes: Nodes) -> Nodes | None:
    """The text after `A:`; None if the text does not start with it."""
    return _after(nodes, _A)


def _after(nodes: Nodes, label: re.Pattern[str]) -> Nodes | None:
    match = label.match(words(nodes[:2]))
    return without_start(nodes, match.end()) if match else None


def questions(nodes: Nodes) -> list[tuple[Nodes, Nodes]]:
    """The questions and answers of a text that starts with `Q:`; the last answer may be empty.

    Consecutive questions are joined into one question, consecutive answers into one answer.
    """
    found: list[tuple[Nodes, Nodes]] = []
    for line in lines(nodes) if question(nodes) is not None else ():
        asked, answered = question(line), answer(line)
        if asked is not None and (not found or found[-1][1]):
            found.append((asked, ()))
            continue
        front, back = found[-1]
        more = line if asked is answered is None else asked or answered or ()
        if answered is not None or (asked is None and back):
            found[-1] = (front, (*back, _SPACE, *more) if back else more)
        else:
            found[-1] = ((*front, _SPACE, *more), back)
    return found


def front_and_back(nodes: Nodes) -> tuple[Nodes, Nodes] | None:
    """The two sides of `front :: back`; a `::` in bold words, code or formulas does not count."""
    for at, node in enumerate(nodes):
        separator = _BETWEEN.search(node.text) if node.kind == "text" else None
        if separator and (separator[0][0] != ":" or (at and nodes[at - 1].kind in {"space", "break"})):
            front = (*nodes[:at], replace(node, text=node.text[: separator.start()]))
            back = (replace(node, text=node.text[separator.end() :]), *nodes[at + 1 :])
            return (front, back) if words(front).strip() and words(back).strip() else None
    return None
