r"""Writes a text as the HTML of a card field.

Text that Anki would interpret is disarmed: braces, `[sound:…]`, `[latex]`, `\(…\)` (rslib: cloze.rs, latex.rs).
Formulas are what Anki's MathJax typesets, with nothing inside them but TeX.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from rolecards.text.allowed import COMMAND
from rolecards.text.parse import EXTERNAL, NO_MARKUP, REMEMBERED, parse_text
from rolecards.text.tree import Block, Inline, InlineKind, Nodes, words

_TAGS: dict[InlineKind, str] = {
    "bold": "strong", "italic": "em", "sub": "sub", "sup": "sup", "mark": "mark", "struck": "del"
}  # fmt: skip
_FIXED: dict[InlineKind, str] = {"space": " ", "break": "<br>", "footnote": ""}
_COMMAND_START = re.compile(rf"(?={COMMAND.pattern})\[", re.IGNORECASE)
_INTERPRETED = re.compile(rf"\{{\{{|\}}\}}|{_COMMAND_START.pattern}|\\(?=[()\[\]])", re.IGNORECASE)
_PLAIN = re.compile(r"[^\\`*_\[\]\n]*")
_SPECIAL = re.compile(r"[&<>{}\[\\]")
_PERHAPS_INTERPRETED = re.compile(r"[{}\[\\]")
_LAST_COLON = re.compile(r"(?<!:):(?=\{\{c|\Z)")
_CLOZE_MARK = re.compile(r"\{\{c[\d,]+::|\}\}")
_BRACKET = re.compile(r"(?<!\\)\[")  # not the start of a formula
_CLOZE_SIGN = re.compile(r"[{}]|(?<=:):")
_BLOCK_STARTS = frozenset({"<ul", "<ol", "<pr", "<ta", "<bl", "<hr"})
"""The first characters of HTML that starts on a line of its own."""


@lru_cache(REMEMBERED)
def to_html(text: str, *, cloze: bool = False) -> str:
    """The HTML of a card field for a text of a content file; with `cloze`, its deletions in Anki's markup."""
    if NO_MARKUP.fullmatch(text):
        return text
    # Published fields of texts with markup have entities for quotation marks, and must stay the same.
    keeps = '"' not in text or _PLAIN.fullmatch(text)
    safe = str if keeps else lambda rendered: rendered.replace('"', "&quot;")
    return _Writer(safe).blocks(parse_text(text, cloze=cloze).blocks)


def nodes_html(nodes: Iterable[Inline]) -> str:
    """The HTML of inline elements."""
    return _FIELD.nodes(nodes)


def back_html(blocks: Sequence[Block]) -> str:
    """The HTML of blocks on a side without gaps, without those that a card cannot show."""
    return _BACK.blocks(blocks) if blocks else ""


def disarmed(rendered: str) -> str:
    """HTML that looks the same, without anything that Anki would interpret."""
    return _INTERPRETED.sub(_entities, rendered) if _PERHAPS_INTERPRETED.search(rendered) else rendered


def attribute(text: str) -> str:
    """The value of an attribute of HTML, without anything that Anki would interpret."""
    return _INTERPRETED.sub(lambda mark: _references(mark[0]), html.escape(text))


def without_commands(field: str) -> str:
    """A finished field whose words, also those around and inside cloze marks, are no command of Anki."""
    if "[" in field and (COMMAND.search(field) or COMMAND.search(_CLOZE_MARK.sub("", field))):
        return _BRACKET.sub("&#91;", field)
    return field


def escaped(text: str) -> str:
    """The HTML of plain text."""
    return disarmed(html.escape(text, quote=False)) if _SPECIAL.search(text) else text


def inert(rendered: str) -> str:
    """HTML inside a deletion, escaped so that Anki cannot read it as the end of the deletion or as a hint."""
    return _CLOZE_SIGN.sub(lambda sign: f"&#{ord(sign[0])};", rendered)


def formula_html(tex: str, *, display: bool = False) -> str:
    r"""A formula for Anki; a space separates what Anki would read as cloze markup or, after `\[`, as a command."""
    separated = re.sub(r"(?<=\{)(?=\{)|(?<=\})(?=\})", " ", tex)
    shown = _COMMAND_START.sub("&#91;", html.escape(separated, quote=False))
    start, end = (r"\[", r"\]") if display else (r"\(", r"\)")
    space = " " if COMMAND.match(start[-1] + shown) else ""
    return f"{start}{space}{shown}{end}"


def tags(kind: InlineKind) -> tuple[str, str]:
    """The tags around words that look different."""
    return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"


def _entities(match: re.Match[str]) -> str:
    """The characters as entities; an empty element separates a backslash from its bracket."""
    mark = match[0]
    return "\\<span></span>" if mark == "\\" else _references(mark)


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


class _Writer(Struct, frozen=True):
    """Writes inline elements and blocks."""

    safe: Callable[[str], str] = str  # changes the HTML of words, such as inside a deletion
    gaps: bool = True  # whether deletions are written as cloze markup, not as their words

    def nodes(self, nodes: Iterable[Inline]) -> str:
        return "".join(map(self.node, nodes))

    def node(self, node: Inline) -> str:
        if node.kind == "text":
            return self.safe(escaped(node.text))
        if node.kind in _TAGS:
            return self.nodes(node.nodes).join(tags(node.kind))
        if node.kind in {"link", "picture"}:
            return self.addressed(node)
        if node.kind == "cloze":
            return self.deletion(node) if self.gaps else self.nodes(node.nodes)
        if node.kind in {"formula", "display"}:
            return self.safe(formula_html(node.text, display=node.kind == "display"))
        text = self.safe(escaped(node.text))
        return f"<code>{text}</code>" if node.kind == "code" else _FIXED.get(node.kind, text)

    def addressed(self, node: Inline) -> str:
        """A link or picture; a link to a place in the notes is its words."""
        values = (node.text, node.title, words(node.nodes))
        address, title, alt = (self.safe(attribute(value)) for value in values)
        if node.kind == "picture":
            return f'<img src="{address}" alt="{alt}">'
        if node.text and not node.text.startswith(EXTERNAL):
            return self.nodes(node.nodes)
        title = f' title="{title}"' if title else ""
        return f'<a href="{address}"{title}>{self.nodes(node.nodes)}</a>'

    def deletion(self, node: Inline) -> str:
        inside = _Writer(lambda words: inert(self.safe(words)))
        parts = [_LAST_COLON.sub("&#58;", inside.nodes(nodes)) for nodes in (node.nodes, node.hint) if nodes]
        return f"{{{{c{','.join(map(str, node.numbers))}::{'::'.join(parts)}}}}}"

    def blocks(self, blocks: Iterable[Block]) -> str:
        parts = [part for part in self.parts(blocks) if part]
        return "".join(
            part if at == 0 or part[:3] in _BLOCK_STARTS or parts[at - 1][:3] in _BLOCK_STARTS else f"<br><br>{part}"
            for at, part in enumerate(parts)
        )

    def parts(self, blocks: Iterable[Block]) -> Iterator[str]:
        for (is_list, _), group in groupby(enumerate(_flat(blocks)), key=_list_of):
            several = [block for _, block in group]
            if is_list:
                number = several[0].number
                lines = "".join(f"<li>{self.nodes(item.nodes)}{self.below(item)}</li>" for item in several)
                start = f' start="{number}"' if number != 1 else ""
                yield f"<ul>{lines}</ul>" if number < 0 else f"<ol{start}>{lines}</ol>"
            else:
                yield from map(self.block, several)

    def below(self, item: Block) -> str:
        inner = self.blocks(item.blocks)
        return inner if inner[:3] in _BLOCK_STARTS or not inner else f"<br>{inner}"

    def block(self, block: Block) -> str:
        match block.kind:
            case "paragraph":
                return self.nodes(block.nodes)
            case "heading":
                return f"<strong>{self.nodes(block.nodes)}</strong>"
            case "code":
                return code_html(block.text, block.info)
            case "math":
                return formula_html(block.text, display=True)
            case "quote":
                title = [replace(block, kind="heading", blocks=())] if block.nodes else []
                return f"<blockquote>{self.blocks((*title, *block.blocks))}</blockquote>"
        rows = "".join(self.row(cells, "td" if at else "th") for at, cells in enumerate(block.rows))
        return f"<table>{rows}</table>" if rows else ""

    def row(self, cells: Iterable[Nodes], name: str) -> str:
        return f"<tr>{''.join(f'<{name}>{self.nodes(cell)}</{name}>' for cell in cells)}</tr>"


_FIELD, _BACK = _Writer(), _Writer(gaps=False)


def _list_of(numbered: tuple[int, Block]) -> tuple[bool, int]:
    """Whether the block is an item, and what is the same for all items of its list."""
    at, block = numbered
    return block.kind == "item", block.number - at if block.kind == "item" and block.number >= 0 else -1


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with each list after the paragraph that announces it."""
    for block in blocks:
        yield block
        if block.kind == "paragraph":
            yield from block.blocks


def code_html(text: str, language: str) -> str:
    """Code with the classes of Pygments; plain if the language is missing or unknown."""
    from pygments import highlight  # noqa: PLC0415 - only texts with code need it
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name(language.partition(" ")[0].strip("{.}").lower(), stripnl=False)
        highlighted = highlight(text, lexer, HtmlFormatter(nowrap=True))
    except ClassNotFound:
        highlighted = html.escape(text, quote=False)
    return f'<pre class="code">{disarmed(highlighted.rstrip()).replace(chr(10), "<br>")}</pre>'
