"""Blocks that note-takers write beyond CommonMark: GitBook tags, MkDocs admonitions, math, footnotes.

Each has a function in the form of a rule of markdown-it's block parser: it looks at the line that it is given, and
where that starts its kind of block, adds one token for the block and moves on behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

LONGEST_TAG = 8
"""Lines that one `{% … %}` may spread over."""

OPAQUE = frozenset({"hint", "content-ref", "file"})
"""GitBook blocks whose inside is not read for cards."""

_TAG = re.compile(r"\{%-?\s*([\w-]+)")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)\s+[\w-]")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*(.*)")
_ENDS_PARAGRAPHS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


class TooDeepError(Exception):
    """Lists or quotations nest deeper than is read; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def add_rules(parser: MarkdownIt, deepest: int) -> None:
    """Teach the parser these blocks, and to raise TooDeepError instead of leaving out what nests deeper."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
        if state.level > 2 * deepest:
            raise TooDeepError(start)
        at = state.bMarks[start] + state.tShift[start]
        block = _BY_FIRST_CHARACTER.get(state.src[at : at + 1])
        return block is not None and block(state, start, end, silent)

    # One rule, for markdown-it asks each of its rules about each line: five of them took a tenth of the reading time.
    parser.block.ruler.before("table", "dialects", rule, _ENDS_PARAGRAPHS)


def _tag(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A GitBook tag, with all up to its end tag where that is not for cards; `info` says what it lacks."""
    line = _line(state, start)
    found = _TAG.match(line)
    if not found:
        return False
    if silent:
        return True
    last = start
    while "%}" not in line and last + 1 < min(end, start + LONGEST_TAG):
        last += 1
        line = f"{line}\n{_line(state, last)}"
    name, lacks = found[1], "" if "%}" in line else "%}"
    if name in OPAQUE or name == "embed":
        closing = _closing(state, name, last, end)
        lacks = lacks or (f"{{% end{name} %}}" if closing is None and name != "embed" else "")
        last = last if closing is None else closing
    content = "\n".join(_line(state, at) for at in range(start, last + 1))
    return _add(state, "tag", (start, last + 1), content, info=lacks)


def _closing(state: StateBlock, name: str, start: int, end: int) -> int | None:
    """The line of the end tag; an `embed` may have none, so its search ends at the next tag of any kind."""
    for at in range(start + 1, end):
        found = _TAG.match(_line(state, at))
        if found and found[1] == f"end{name}":
            return at
        if found and (name == "embed" or found[1] == name):
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
    """The line behind those that stand further in than the line `start`; empty ones count where more follow."""
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
        if last >= end or state.isEmpty(last):
            return False
        lines.append(_line(state, last))
    formula, _, rest = lines[-1].partition(mark)
    if rest.strip():
        return False
    return silent or _add(state, "math", (start, last + 1), "\n".join([*lines[:-1], formula]).strip())


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """`[^name]: text`, with indented lines that go on with it."""
    found = _FOOTNOTE.match(_line(state, start))
    if not found:
        return False
    if silent:
        return True
    after = _indented_to(state, start, end)
    lines = [found[2], *(_line(state, at) for at in range(start + 1, after))]
    return _add(state, "footnote", (start, after), "\n".join(lines).strip(), info=found[1])


_BY_FIRST_CHARACTER = {
    "{": _tag,
    "!": _admonition,
    "?": _admonition,
    "$": _math,
    "\\": _math,
    "[": _footnote,
}


def _line(state: StateBlock, at: int) -> str:
    """A line without its indentation and without the marks of the lists and quotations around it."""
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]


def _add(state: StateBlock, kind: str, lines: tuple[int, int], content: str, info: str = "") -> bool:
    token = state.push(kind, "", 0)
    token.map, token.content, token.info = list(lines), content, info
    state.line = lines[1]
    return True
