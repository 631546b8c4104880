"""Rows of tables and lines of glossaries as `front :: back`."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from rolecards.study.choices import ANSWER_LETTER
from rolecards.study.labels import Labels
from rolecards.study.text_parts import QUESTION_MARKS
from rolecards.text.tree import Block, Inline, Nodes, cut, lines, whole_kind, words

_EMPTY = frozenset({"", "-", "\u2013", "\u2014", "n/a"})  # cells without a content
TERM = "term"  # the `info` of a heading in a glossary
_ENTRY = re.compile(
    r"\s*(\w[^:=\u2013\u2014]{0,60}?)(?::\s+|\s+(?:-{1,3}|[=\u2013\u2014\u2192]|->)\s+|[-\u2013]\s+(?!(?:und|oder|and|or)\b))(?=\S*[^\W\d])(?!http)"
)
"""The term of a glossary, with the sign after it."""


def question_rows(block: Block, labels: Labels) -> Iterator[Block]:
    """The rows of a table of questions or terms as `front :: back` blocks; of other tables, those that start in bold.

    A column of numbers before the terms is left out. If several columns follow, the front names them, and each cell
    has its header.
    """
    header = words(block.rows[0][0]) if block.rows else ""
    first = int(bool(block.rows) and (not any(map(str.isalpha, header)) or labels.has("row_numbers", header)))
    names = [words(cell) for cell in block.rows[0][first:]] if block.rows else []
    if not names[1:]:
        return
    is_meant = any(labels.has("meanings", name) for name in names[1:]) and not labels.has("labels", names[0])
    is_asked = is_meant or labels.has("columns", names[0])
    for at, row in enumerate(block.rows[1:], start=block.line + 2):
        front, *cells = row[first:]
        is_marked = whole_kind(front) in {"bold", "code"}
        is_key = (
            not any(map(str.isalpha, words(front))) and bool(cells) and ANSWER_LETTER.fullmatch(words(cells[0]).strip())
        )
        cells = [() if words(cell).strip() in _EMPTY else cell for cell in cells]
        is_marked = is_marked or words(front).rstrip().endswith(QUESTION_MARKS)
        if not front or not any(cells) or is_key or not (is_asked or is_marked):
            continue
        mark = Inline("text", front[0].start, front[0].start, " :: ")
        if names[2:]:
            asked = ", ".join(name for name, cell in zip(names[1:], cells, strict=False) if name and cell)
            front = (*front, replace(mark, kind="break", text=""), replace(mark, text=asked))
        back: list[Inline] = []
        for name, cell in zip(names[1:], cells, strict=False):
            if cell and names[2:]:
                back += [replace(mark, kind="break", text="")] * bool(back) + [replace(mark, text=f"{name}: ")]
            back += cell
        yield replace(block, kind="paragraph", start=mark.start, line=at, end=at, rows=(), nodes=(*front, mark, *back))


def with_glossaries(blocks: Iterable[Block], labels: Labels) -> Iterator[Block]:
    """The blocks; below a heading such as `Key terms`, lines such as `apple: der Apfel` as `front :: back`."""
    level, before = 0, ""
    for block in blocks:
        if block.kind == "heading" and (not level or block.level <= level):
            level = block.level if labels["glossary"].match(words(block.nodes)) else 0
        elif block.kind == "heading" and len(words(block.nodes).strip()) > 1:
            block = replace(block, info=TERM)  # noqa: PLW2901
        is_answer, before = before.rstrip().endswith("?"), words(block.nodes)
        is_text = level and block.kind in {"item", "paragraph"} and not block.blocks and not is_answer
        rows = [(row, _entry_of(row, labels)) for row in lines(block.nodes)] if is_text else []
        entries = [_entry(row, entry.end(1), entry.end()) for row, entry in rows if entry]
        if not entries or len(entries) < len(rows):
            yield block
            continue
        for at, nodes in enumerate(entries):
            kind, line = "paragraph" if at else block.kind, block.line + at
            yield replace(block, kind=kind, start=nodes[0].start, line=line, end=line, nodes=nodes)


def _entry_of(row: Nodes, labels: Labels) -> re.Match[str] | None:
    """Where the term and its meaning are in a line; None in a line with a label or two sides."""
    text = words(row)
    if row[1:] and row[0].kind == "italic":
        return _ENTRY.match(text)
    is_other = "::" in text or any(labels[name].match(text) for name in ("question", "answer", "source", "gap"))
    entry = None if is_other or whole_kind(row[:1]) != "text" else _ENTRY.match(words(row[:1]))
    return None if entry and labels.has("labels", entry[1]) else entry


def _entry(nodes: Nodes, front: int, back: int) -> Nodes:
    """A text whose first element has a term up to `front`, and its meaning from `back` on, as `front :: back`."""
    first, *rest = nodes
    if first.kind == "italic":
        sign = replace(first, kind="text", text=" :: ", nodes=())
        return (*first.nodes, sign, *cut(nodes, back))
    return (replace(first, text=f"{first.text[:front]} :: "), replace(first, text=first.text[back:]), *rest)
