"""The blocks of a page as the table of forms reads them: one for each question, answer and collapsible text."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from msgspec.structs import replace

from rolecards.source.page import LONGEST_TEXT, Page
from rolecards.study.choices import CHOICE
from rolecards.study.marks import CARD_TAG, TAGS, may_have_marks, without_marks
from rolecards.study.text_parts import is_bold_question, trimmed
from rolecards.text.parse import DEEPEST, TooDeepError, parse_page, unpinned
from rolecards.text.tree import Block, Inline, InlineKind, Nodes, cut, every, lines, moved, whole_kind, words

RULED = 2  # the level of headings that are lines above `---`
Opens = Callable[[Nodes, Nodes], bool]  # whether a line starts a separate block, given the lines above it in its block

_FOLD = re.compile(
    r"(</?details\b[^<>]*>|<summary\b[^<>]*>(?:(?!<summary\b).)*?</summary\s*>(?:\s*<br\s*/?>(?:<b>(?=\s*(?:\n|\Z)))?)*+|</?summary\b[^<>]*>)",
    re.IGNORECASE | re.DOTALL,
)
MOST_TAGS = 20  # of collapsible texts in one text
_TAG_IN_TEXT = re.compile(r"</?details\b[^<>]*>|<summary\b[^<>]*>.*?</summary\s*>", re.IGNORECASE)
_BREAKS = re.compile(r"(?:\s*<br\s*/?>(?:<b>)?)+\Z", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:summary|b|strong|i|em|h[1-6]|span|font|p|u)\b[^>]*>", re.IGNORECASE)
_HASH = re.compile(r"(#{2,6}(?=[^\W\d_][^\n]*\Z)|#(?=[^\W\d_][^?\n]*\s[^?\n]*\?\s*\Z))")
"""A heading without the space after its signs; with one sign only a question, as `#word` is a tag."""
_ANCHOR = re.compile(r"\s*\[\[[a-z0-9-]+\]\]\s*\Z")  # the id of a heading, as in books of some courses
_DASHES = re.compile(r"\s*[-\u2013\u2014]{2,}\s*")
_OPTION = re.compile(r"\(([ xX])\)\s+(?=\S)")
_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=[^?]*\w\?\s+\S)")
_SENTENCE_END = re.compile(r"[.!?:;…]\W*\Z")


def pieces(page: Page, opens: Opens) -> tuple[Block, ...]:
    """The blocks of a page; a line that starts a form is a separate block."""
    return tuple(_pieces(page, page.blocks, opens, 0)[0])


def _pieces(page: Page, blocks: Iterable[Block], opens: Opens, column: int) -> tuple[list[Block], list[Block]]:
    """The blocks of a list item whose text starts in this column, and those that belong after its list.

    Markdown adds a line that is indented less to the item only because no empty line is above it.
    """
    found: list[Block] = []
    lazy: list[Block] = []
    ruled = [each for before, block in pairwise((None, *blocks)) if block for each in _ruled(before, block)]
    unquoted = [inner for block in ruled for inner in _unquoted(block, opens)]
    unfolded = [inner for block in unquoted for inner in _with_folds(page, block)]
    for block in _joined(_folded(unfolded, page)):
        one, behind = _piece(page, block, opens)
        found += one
        for each in behind:
            (lazy if _column(page, each) < column else found).append(each)
    return found, lazy


def _ruled(before: Block | None, block: Block) -> tuple[Block, ...]:
    """A text above `---` that is no title, because it is a sentence, has several lines or is in the line below a title.

    Markdown takes it for a heading because no empty line is above the rule.
    """
    height = block.end - block.line if block.kind == "heading" and block.level == RULED else 0
    is_below = before is not None and before.kind == "heading" and before.end + 1 == block.line
    if not height or not (height > 1 or is_below or block.words.rstrip().endswith((".", ";", "!"))):
        return (block,)
    text = replace(block, kind="paragraph", level=0, end=block.end - 1)
    return (text, replace(block, kind="rule", level=0, line=block.end, nodes=(), pin=""))


def _unquoted(block: Block, opens: Opens) -> tuple[Block, ...]:
    """The blocks of a quotation that starts with a question; a quotation that is only a question becomes bold."""
    first = block.blocks[0] if block.kind == "quote" and block.blocks and not block.info else None
    if first is None or first.kind not in {"paragraph", "item"} or first.blocks or not first.nodes:
        return (block,)
    text = first.words
    if _CALLOUT.match(text):
        return (block,)
    if len(block.blocks) == 1 and text.rstrip().endswith("?") and not opens(lines(first.nodes)[0], ()):
        bold = replace(first.nodes[0], end=first.nodes[-1].end, kind="bold", text="", nodes=first.nodes)
        return (replace(first, kind="paragraph", number=-1, nodes=(bold,)),)
    if first.kind == "item":
        return (block,)
    question, *answer = lines(first.nodes)
    goes_on = words(block.blocks[-1].nodes).rstrip().endswith(":")
    end = [replace(block, kind="rule", blocks=())] if (answer or block.blocks[1:]) and not goes_on else []
    return (*block.blocks, *end) if opens(question, ()) else (block,)


def _piece(page: Page, block: Block, opens: Opens) -> tuple[list[Block], list[Block]]:
    if block.nodes and block.nodes[-1].end - block.start > LONGEST_TEXT:
        return [replace(block, kind="html", nodes=(), info="long")], []
    if block.kind == "item" and not block.nodes and block.blocks and block.blocks[0].kind == "heading":
        heading, *rest = block.blocks
        block = replace(
            block, nodes=heading.nodes, pin=heading.pin, start=heading.start, blocks=tuple(rest), info="heading"
        )
    if block.kind == "item" and (mark := _OPTION.match(words(block.nodes[:1]))):
        block = replace(block, nodes=cut(block.nodes, mark.end()), info=f"[{mark[1].strip().lower()}]")
    if block.kind == "item" and not block.nodes and [each.kind for each in block.blocks] == ["item"]:
        return _piece(page, block.blocks[0], opens)
    if block.kind == "heading" and (anchor := _ANCHOR.search(block.words)):
        block = replace(block, nodes=cut(block.nodes, 0, anchor.start()))
    column = _column(page, block) if block.kind == "item" else 0
    first, *others = _split(block.nodes, lambda row, above: opens(row, above) or _is_lazy(page, row, above, column))
    pieces = [_shown(page, _headed(_placed(page, block, part))) for part in others]
    nodes, pin = unpinned(first) if others else (first, "")
    inside, behind = _pieces(page, block.blocks, opens, column) if block.blocks else ([], [])
    if nodes is not block.nodes:
        block = replace(block, nodes=nodes, pin=pin or block.pin)
    block = _shown(page, _headed(block))
    if block.kind != "item":
        return [replace(block, blocks=tuple(inside)) if block.blocks else block, *pieces], behind
    own = [each for each in pieces if _column(page, each) >= column]
    outside = [each for each in pieces if _column(page, each) < column]
    return [replace(block, blocks=(*own, *inside)) if own or inside else block], [*outside, *behind]


def _headed(block: Block) -> Block:
    """A paragraph such as `##Basics` as a heading, and one such as `--` as a rule."""
    if block.kind == "paragraph" and _DASHES.fullmatch(block.words):
        return replace(block, kind="rule", nodes=())
    sign = _HASH.match(block.words) if block.kind == "paragraph" else None
    return replace(block, kind="heading", level=len(sign[1]), nodes=cut(block.nodes, len(sign[1]))) if sign else block


def _shown(page: Page, block: Block) -> Block:
    """The block without the marks of other programs; its tags are in `info`."""
    if not block.nodes or not may_have_marks(block):
        return block
    highlight: InlineKind = "bold" if page.front_text("highlight") == "cloze" else "mark"
    start, end = CARD_TAG.match(words(block.nodes[:1])), TAGS.search(words(block.nodes[-1:]))
    info = " ".join([block.info, *(tags[0].strip() for tags in (start, end) if tags)]).strip()
    nodes = cut(block.nodes, start.end()) if start else block.nodes
    return replace(block, nodes=without_marks(nodes, highlight), info=info)


def _is_lazy(page: Page, row: Nodes, above: Nodes, column: int) -> bool:
    """Whether a bold line is part of an item only because no empty line is above it."""
    is_bold, is_bold_above = (bool(nodes) and nodes[0].kind == "bold" for nodes in (row, above))
    starts_bold = is_bold and (is_bold_above or words(row)[:1].isupper())
    if not starts_bold and (whole_kind(row) != "bold" or words(row)[:1].islower()):
        return False
    return row[0].start - page.starts[bisect_right(page.starts, row[0].start) - 1] < column


def _column(page: Page, block: Block) -> int:
    return block.start - page.starts[block.line - 1]


def _split(nodes: Nodes, opens: Opens) -> list[Nodes]:
    """The lines of a text; a line that starts no form stays with the line above."""
    nodes = _with_breaks(nodes)
    rows = lines(nodes)
    if len(rows) == 1:
        return [nodes]
    breaks = [node for node in nodes if node.kind in {"space", "break"}]
    found: list[Nodes] = [rows[0]]
    is_broken = False  # whether a line without words is above
    for between, row in zip(breaks, rows[1:], strict=True):
        if opens(row, found[-1]):
            found.append(row)
        elif row:
            is_broken = is_broken or bool(CHOICE.match(words(row[:1])))
            found[-1] = (*found[-1], replace(between, kind="break") if is_broken else between, *row)
        is_broken = not row
    return found


def _with_breaks(nodes: Nodes) -> Nodes:
    """The text with a break before each bold question but the first (`**What?** This. **Why?** So.`)."""
    asked = [at for at, node in enumerate(nodes) if is_bold_question(node)]
    if not asked[1:] or asked[0]:
        return nodes
    starts = {at for at in asked[1:] if _SENTENCE_END.search(nodes[at - 1].text)}
    space = replace(nodes[0], kind="space", text="", nodes=())
    found: list[Inline] = []
    for at, node in enumerate(nodes):
        if at in starts:
            found[-1:] = [replace(found[-1], text=found[-1].text.rstrip()), space]
        found.append(node)
    return tuple(found)


def _placed(page: Page, block: Block, nodes: Nodes) -> Block:
    """A paragraph with these elements and their lines; an item if it is a number, a question and its answer."""
    start = nodes[0].start if nodes else block.start
    line = bisect_right(page.starts, start)
    last = bisect_right(page.starts, nodes[-1].end) if nodes else line
    rest, pin = unpinned(nodes)
    placed = Block(kind="paragraph", start=start, line=line, end=last, nodes=rest, pin=pin or block.pin)
    number = _NUMBER.match(placed.words)  # a list that does not start at 1 goes on in the text above it
    return replace(placed, kind="item", number=int(number[1]), nodes=cut(rest, number.end())) if number else placed


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, with each formula as part of the sentence around it, and quotations in the items above them."""
    found: list[Block] = []
    for block in blocks:
        before = found[-1] if found and found[-1].kind == "paragraph" and found[-1].nodes else None
        item = found[-1] if found and found[-1].kind == "item" else None
        if block.kind == "code" and block.info == "math":
            found.append(replace(block, kind="math"))
        elif item and block.kind == "quote" and not block.info and item.end + 1 == block.line:
            found[-1] = replace(item, end=block.end, blocks=(*item.blocks, block))
        elif before and block.nodes and _goes_on(before, block):
            pin = block.pin or before.pin
            found[-1] = replace(before, end=block.end, pin=pin, nodes=(*before.nodes, _space(block), *block.nodes))
        else:
            found.append(block)
    return found


def _goes_on(before: Block, block: Block) -> bool:
    """Whether a formula, or the words after one, continue a sentence."""
    if block.kind == "math":
        return not _SENTENCE_END.search(before.words)
    in_text = block.kind == "paragraph" and before.nodes[-1].kind == "display"
    return in_text and len(before.nodes) > 1 and block.words[:1].islower()


def _space(block: Block, kind: InlineKind = "space") -> Inline:
    return replace(block.nodes[0], kind=kind, text="", nodes=())


# ---------------------------------------------------------------- collapsible texts and callouts


def _folded(blocks: Iterable[Block], page: Page) -> list[Block]:
    """The blocks, with `<details>` and callouts as quotations that have a title."""
    found: list[Block] = []
    opened: list[tuple[Block, list[Block]]] = []
    for token in _tokens(blocks):
        tag = token.text[:4].lower() if token.info == "tag" else ""
        if tag == "<det" and len(opened) < DEEPEST:
            opened.append((token, []))
        elif tag == "</de" and opened:
            details = _details(*opened.pop(), token.line)
            (opened[-1][1] if opened else found).append(details)
        elif tag in {"<sum", "</su"} or not tag:
            (opened[-1][1] if opened else found).append(_callout(token, page) if token.kind == "quote" else token)
    while opened:  # without its end, a collapsible text ends at the next heading
        opening, inside = opened.pop()
        end = next((at for at, block in enumerate(inside) if block.kind == "heading"), len(inside))
        (opened[-1][1] if opened else found).extend((_details(opening, inside[:end], 0), *inside[end:]))
    return [block for block in found if block.info != "tag" or _TAGS.sub("", block.text).strip()]


def _with_folds(page: Page, block: Block) -> tuple[Block, ...]:
    """A text with collapsible texts in its lines, as blocks: `What? <details><summary>Answer</summary>This.`."""
    if block.kind not in {"item", "paragraph", "heading"} or "<details" not in block.words.lower():
        return (block,)
    text = "".join(" " * len(node.text) if node.kind == "code" else words((node,)) for node in block.nodes)
    tags, at = [*_TAG_IN_TEXT.finditer(text)], 0
    if not 0 < len(tags) <= MOST_TAGS:
        return (block,)
    found: list[Block] = []
    for tag in tags:
        found.append(_placed(page, block, trimmed(cut(block.nodes, at, tag.start()))))
        found.append(replace(_placed(page, block, cut(block.nodes, *tag.span())), kind="html", text=tag[0], nodes=()))
        at = tag.end()
    found.append(_placed(page, block, trimmed(cut(block.nodes, at))))
    inside = tuple(each for each in found[1:] if each.nodes or each.text)
    asked = replace(block, nodes=found[0].nodes)
    is_open = inside[-1].text[:2] != "</"
    if block.kind == "item" and not (is_open and not block.blocks):  # else its end is outside the item
        return (replace(asked, blocks=(*inside, *block.blocks)),)
    end = () if is_open else (replace(block, kind="rule", nodes=(), blocks=(), level=0),)  # of the answer
    return (asked, *inside, *end)


def _tokens(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with each tag of a collapsible text as a separate HTML block."""
    for block in blocks:
        if block.kind != "html" or not _FOLD.search(block.text):
            yield block
            continue
        here = block
        for at, part in enumerate(_FOLD.split(block.text)):
            if at % 2:
                yield replace(here, text=part, info="tag", end=here.line)
            elif part.strip():
                parsed = _parsed(part.replace("\n    ", "\n"), here)
                # `<br><b>` after a summary is a paragraph of line breaks.
                yield from (each for each in parsed if each.kind != "paragraph" or each.words.strip())
            here = moved(here, part.count("\n"), len(part.encode()))


def _parsed(text: str, place: Block) -> Iterator[Block]:
    """The blocks of Markdown inside HTML; the HTML itself if it is nested too deep."""
    try:
        inner = parse_page(text).blocks
    except TooDeepError:
        yield replace(place, text=text)
    else:
        yield from (moved(each, place.line - 1, place.start) for each in inner)


def _details(opening: Block, inside: list[Block], end: int) -> Block:
    """A collapsible text with its summary as title."""
    start, *stop = [at for at, block in enumerate(inside) if block.info == "tag"] or [-1]
    summary = _TAGS.sub("", _BREAKS.sub("", inside[start].text)).strip() if start >= 0 else ""
    titles: Iterable[Block] = _parsed(summary, inside[start]) if start >= 0 else ()
    if stop:  # a summary with blank lines
        titles, inside = inside[start + 1 : stop[0]], inside[stop[0] :]
    title = tuple(node for each in every(titles) if each.nodes for node in (_space(each, "break"), *each.nodes))[1:]
    blocks = tuple(block for block in inside if block.info != "tag")
    end = max(end, opening.line, *(block.end for block in blocks))
    return replace(opening, kind="quote", info="details", end=end, text="", nodes=title, blocks=blocks)


def _callout(quote: Block, page: Page) -> Block:
    """A quotation that starts with `[!question] Title`, with its title as `nodes`."""
    first, *behind = [each for block in quote.blocks[:1] for each in _ruled(None, block)] or (None,)
    match = _CALLOUT.match(words(first.nodes[:1])) if first and first.kind == "paragraph" and first.nodes else None
    if not match or not first:
        return quote
    nodes = cut(first.nodes, match.end())
    breaks = (at for at, each in enumerate(nodes) if each.kind in {"space", "break"})
    end = next((at for at in breaks if not page.text.startswith(b"<", nodes[at].start)), len(nodes))  # not at `<br>`
    body = [_placed(page, first, nodes[end + 1 :])] if nodes[end + 1 :] else []
    return replace(quote, info=match[1].lower(), nodes=nodes[:end], blocks=(*body, *behind, *quote.blocks[1:]))
