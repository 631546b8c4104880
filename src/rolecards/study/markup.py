"""Blocks of a page as HTML for the back of a card: paragraphs, lists, highlighted code, tables and formulas."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from rolecards.study.phrase import field_html, formula

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rolecards.source.markdown import Block
    from rolecards.study.phrase import Phrase

    Reader = Callable[[str], Phrase]

CARD_KINDS = frozenset({"paragraph", "item", "code", "math", "table"})
"""The kinds of block that a card can show."""

_BLOCK_STARTS = frozenset({"<ul", "<ol", "<pr", "<ta"})
"""The first characters of HTML that starts on a line of its own."""


def markup(blocks: Iterable[Block], read: Reader) -> str:
    """The blocks as the HTML of a field, without those that a card cannot show; `read` parses inline text."""
    parts: list[str] = []
    items: list[Block] = []
    for block in _flat(blocks):
        if block.kind == "item":
            items.append(block)
            continue
        parts += _list(items, read)
        items = []
        parts += [part for part in [_one(block, read)] if part]
    parts += _list(items, read)
    return "".join(
        part if at == 0 or part[:3] in _BLOCK_STARTS or parts[at - 1][:3] in _BLOCK_STARTS else f"<br><br>{part}"
        for at, part in enumerate(parts)
    )


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with each list after the paragraph that announces it."""
    for block in blocks:
        yield block
        if block.kind == "paragraph":
            yield from block.blocks


def _one(block: Block, read: Reader) -> str:
    match block.kind:
        case "paragraph":
            return read(block.text).shown()
        case "code":
            return code(block.text, block.info)
        case "math":
            return field_html(formula(block.text, display=True))
        case "table":
            return _table(block.rows, read)
        case _:
            return ""


def _list(items: Sequence[Block], read: Reader) -> list[str]:
    if not items:
        return []
    name = "ol" if items[0].ordered else "ul"
    lines = (f"<li>{read(item.text).shown()}{_below(item, read)}</li>" for item in items)
    return [f"<{name}>{''.join(lines)}</{name}>"]


def _below(item: Block, read: Reader) -> str:
    inner = markup(item.blocks, read)
    return inner if inner[:3] in _BLOCK_STARTS or not inner else f"<br>{inner}"


def _table(rows: Sequence[Sequence[str]], read: Reader) -> str:
    def row(cells: Sequence[str], name: str) -> str:
        return f"<tr>{''.join(f'<{name}>{read(cell).shown()}</{name}>' for cell in cells)}</tr>"

    head, *body = rows
    return f"<table>{row(head, 'th')}{''.join(row(cells, 'td') for cells in body)}</table>"


def code(text: str, language: str) -> str:
    """Code with the classes of Pygments; plain if the language is missing or unknown."""
    from pygments import highlight  # noqa: PLC0415 - only notes with code need it
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name(language.partition(" ")[0].strip("{.}").lower(), stripnl=False)
        highlighted = highlight(text, lexer, HtmlFormatter(nowrap=True))
    except ClassNotFound:
        highlighted = html.escape(text, quote=False)
    return f'<pre class="code">{field_html(highlighted.rstrip()).replace(chr(10), "<br>")}</pre>'
