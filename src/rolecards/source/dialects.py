"""Blocks that CommonMark does not have: GitBook tags, MkDocs admonitions, math, footnotes.

Each has a function in the form of a markdown-it block rule. If the block starts at the given line, the function adds
one token for it and moves on to the next line after it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

LONGEST_TAG = 8
"""Maximum number of lines of one `{% … %}`."""

OPAQUE = frozenset({"hint", "content-ref", "file"})
"""GitBook blocks whose content produces no cards."""

_TAG = re.compile(r"\{%-?\s*([\w-]+)")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)\s+[\w-]")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*(.*)")
_ENDS_PARAGRAPHS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


class TooDeepError(Exception):
    """Lists or block quotes are nested too deep; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def add_rules(parser: MarkdownIt, deepest: int) -> None:
    """Add these blocks to the parser, which then raises TooDeepError instead of leaving out what is nested too deep."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
        if state.level > 2 * deepest:
            raise TooDeepError(start)
        at = state.bMarks[start] + state.tShift[start]
        block = _BY_FIRST_CHARACTER.get(state.src[at : at + 1])
        return block is not None and block(state, start, end, silent)

    # One rule for all, because markdown-it calls each rule for each line: five rules took a tenth of the reading time.
    parser.block.ruler.before("table", "dialects", rule, _ENDS_PARAGRAPHS)


def _tag(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A GitBook tag; up to its end tag if its content produces no cards. `info` is the end that is missing."""
    line = _line(state, start)
    match = _TAG.match(line)
    if not match:
        return False
    if silent:
        return True
    last = start
    while "%}" not in line and last + 1 < min(end, start + LONGEST_TAG):
        last += 1
        line = f"{line}\n{_line(state, last)}"
    name, missing = match[1], "" if "%}" in line else "%}"
    if name in OPAQUE or name == "embed":
        closing = _closing(state, name, last, end)
        missing = missing or (f"{{% end{name} %}}" if closing is None and name != "embed" else "")
        last = last if closing is None else closing
    content = "\n".join(_line(state, at) for at in range(start, last + 1))
    return _add(state, "tag", (start, last + 1), content, info=missing)


def _closing(state: StateBlock, name: str, start: int, end: int) -> int | None:
    """The line of the end tag; None if there is none. `embed` may have none, so any tag ends its search."""
    for at in range(start + 1, end):
        match = _TAG.match(_line(state, at))
        if match and match[1] == f"end{name}":
            return at
        if match and (name == "embed" or match[1] == name):
            return None
    return None


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """`!!! note "Title"` and the indented lines below it."""
    if not _ADMONITION.match(_line(state, start)):
        return False
    if silent:
        return True
    after = _indented_to(state, start, end)
    content = "\n".join(_line(state, at) for at in range(start, after))
    return _add(state, "admonition", (start, after), content)


def _indented_to(state: StateBlock, start: int, end: int) -> int:
    """The line after those that are indented more than the line `start`; includes empty lines between them."""
    after = start + 1
    for at in range(start + 1, end):
        if state.isEmpty(at):
            continue
        if state.sCount[at] < state.sCount[start] + 4:
            break
        after = at + 1
    return after


def _math(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    r"""`$$ … $$` or `\[ … \]` on lines of its own."""
    opening = _line(state, start)
    mark = {"$$": "$$", "\\[": "\\]"}.get(opening[:2])
    if not mark:
        return False
    lines = [opening[2:]]
    last = start
    while mark not in lines[-1]:
        last += 1
        # A second opening ends the search, so that many formulas without an end take linear time.
        if last >= end or state.isEmpty(last) or (mark == "\\]" and _line(state, last).startswith("\\[")):
            return False
        lines.append(_line(state, last))
    formula, _, rest = lines[-1].partition(mark)
    if rest.strip():
        return False
    return silent or _add(state, "math", (start, last + 1), "\n".join([*lines[:-1], formula]).strip())


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """`[^name]: text`, with the indented lines that continue it."""
    match = _FOOTNOTE.match(_line(state, start))
    if not match:
        return False
    if silent:
        return True
    after = _indented_to(state, start, end)
    lines = [match[2], *(_line(state, at) for at in range(start + 1, after))]
    return _add(state, "footnote", (start, after), "\n".join(lines).strip(), info=match[1])


_BY_FIRST_CHARACTER = {
    "{": _tag,
    "!": _admonition,
    "?": _admonition,
    "$": _math,
    "\\": _math,
    "[": _footnote,
}


def _line(state: StateBlock, at: int) -> str:
    """A line without its indentation and the markers of the lists and block quotes around it."""
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]


def _add(state: StateBlock, kind: str, lines: tuple[int, int], content: str, info: str = "") -> bool:
    token = state.push(kind, "", 0)
    token.map, token.content, token.info = list(lines), content, info
    state.line = lines[1]
    return True
