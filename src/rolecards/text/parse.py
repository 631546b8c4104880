"""Markdown as a tree of blocks and inline elements with their places. Only this module uses the parser pyromark."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from os.path import normpath
from typing import Any, NamedTuple, cast
from urllib.parse import quote, unquote

import pyromark
from msgspec import Struct
from msgspec.structs import replace
from pyromark import Options

from rolecards.text.cloze import MOST, listed
from rolecards.text.masks import CLOSE, COLON, DEFINITION, LABEL, OPEN, OPENING, masked, original
from rolecards.text.tree import Block, BlockKind, Fault, Inline, InlineKind, Nodes, moved, words

DEEPEST = 30  # levels of lists and block quotes; the deepest notes seen have three
DEEPEST_CLOZE = 3  # the most levels of nested deletions; Anki allows eight; more than three are unreadable
REMEMBERED = 10_000
"""The number of parsed texts in the cache: a run needs each text several times, and a text takes a kilobyte."""
LONGEST_PIECE = 10_000
"""A text that has this many characters is not joined with the next: joining thousands takes quadratic time."""
EXTERNAL = ("https://", "http://", "mailto:")
_OF_TEXTS = Options.ENABLE_TABLES | Options.ENABLE_MATH
_OF_PAGES = _OF_TEXTS | Options.ENABLE_FOOTNOTES | Options.ENABLE_TASKLISTS
_FAR_IN = 10_000  # indentation of an item on the same line as the item around it, so that no other item is nested in it
NO_MARKUP = re.compile(r"(?! )[^\x00-\x1f\\`*_\[\]<>&{}$~|!]+(?<! )")  # a one-line text that has nothing to parse
_NUMBERED = re.compile(r"\s*[cC]?\s*\d")
_PIN = re.compile(r"\s*\{#([^{}\n]*?)(?:\s+(?:\.|[\w-]+=)[^{}\n]*)?\}\s*$")
"""An id at the end of a text. Pandoc allows classes and values after it, which are ignored."""
_CLOZE_IN_TEX = re.compile(r"\{\{c\d+::")
_ITEM = re.compile(rb"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
_PARAGRAPH = re.compile(rb"[^ \t\n][^\n]*(?:\n[ \t]*[^ \t\n][^\n]*)*")
_TASK = re.compile(r"(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s")
LONGEST_LINE = 200  # the most bytes of a line of HTML above a part of it that is indented
_DIGITS = re.compile(rb"\s*(\d+)")
_HTML_NAME = re.compile(r"</?\s*([A-Za-z][A-Za-z0-9]*)")
_KEPT_HTML: Mapping[str, InlineKind] = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("s", "del", "strike"), "struck"),
    "sub": "sub",
    "sup": "sup",
    "code": "code",
    "mark": "mark",
}
_DROPPED_HTML = frozenset({
    "a", "abbr", "audio", "big", "button", "center", "div", "figcaption", "figure", "font", "iframe", "img", "input",
    "ins", "kbd", "label", "nobr", "p", "picture", "small", "source", "span", "u", "video", "wbr",
})  # fmt: skip


class TooDeepError(Exception):
    """Lists or block quotes are nested too deep on this line."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"lists and block quotes are nested deeper than {DEEPEST} levels, the maximum")


class Parsed(NamedTuple):
    """A parsed text, and the mistakes in its cloze markup."""

    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...]

    @property
    def nodes(self) -> Nodes:
        """The inline elements of the first block, which is the only block of a one-line text."""
        return self.blocks[0].nodes if self.blocks else ()


@lru_cache(REMEMBERED)
def parse_text(text: str, *, cloze: bool = False) -> Parsed:
    """Parse a text of a content file, in which HTML and entities are words, and a line break stays a line break.

    Footnotes, link definitions, boxes and rules are words too. Raises TooDeepError, which `content` reports.

    A one-line text is inline: `2022. …` is not a list. With `cloze`, `{{c1::…}}` is a deletion as in Anki: numbers may
    be a list, deletions may be nested, `::` starts the hint. A misspelled opening is a fault.
    """
    if NO_MARKUP.fullmatch(text):
        nodes: Nodes = (Inline("text", 0, len(text.encode()), text),)
        return Parsed((Block(kind="paragraph", start=-len("x "), line=1, end=1, nodes=nodes),), ())
    one_line = "\n" not in text.strip("\n")
    prefix = "x " if one_line else ""
    source = masked(prefix + text.strip("\n") if one_line else DEFINITION.sub(rf"\1{LABEL}", text), cloze=cloze)
    data = source.encode()
    reader = _Reader(data=data, typed=data, starts=byte_starts(source), words=True, cloze=cloze, prefix=len(prefix))
    blocks = reader.inside(_events(source, -len(prefix), _OF_TEXTS), "")
    blanks = text[len(text.rstrip(" \t")) :] if one_line else ""
    if blanks and blocks:
        nodes = blocks[0].nodes if blanks != text else ()
        blocks = [replace(blocks[0], nodes=(*nodes, Inline("text", len(text), len(text), blanks)))]
    return Parsed(tuple(blocks), tuple(reader.faults))


def parse_page(text: str) -> Parsed:
    """Parse a page of notes. Raises TooDeepError."""
    from rolecards.text.page_masks import html_as_markdown, masked_blocks, with_early_summaries  # noqa: PLC0415

    page, others = masked_blocks(text)
    source = masked(with_early_summaries(page), cloze=True)
    reader = _Reader(
        data=source.encode(),
        typed=text.encode(),
        starts=byte_starts(page),
        cloze=None if OPEN in source else False,
        html=html_as_markdown,
        others=others,
    )
    return Parsed(tuple(reader.inside(_events(source, 0), "")), tuple(reader.faults))


def byte_starts(text: str) -> list[int]:
    """The first byte of each line."""
    return [0, *accumulate(len(line.encode()) + 1 for line in text.split("\n"))]


# ---------------------------------------------------------------- events


class _Event(Struct, gc=False):
    """An event of the parser; the start and end of an element have `+` and `-` before its name."""

    name: str
    value: Any
    start: int
    end: int


def _events(text: str, base: int, options: Options = _OF_PAGES) -> Iterator[_Event]:
    """The events of a text whose first byte has the number `base`."""
    value: Any
    for event, span in cast("Any", pyromark.events_with_range(text, options=options)):
        name, value = (event, None) if isinstance(event, str) else event.popitem()
        if name in {"Start", "End"}:
            kind, value = (value, None) if isinstance(value, str) else value.popitem()
            name = f"+{kind}" if name == "Start" else f"-{kind}"
        yield _Event(name, value, span["start"] + base, span["end"] + base)


def _up_to(events: Iterable[_Event], end: str) -> Iterator[_Event]:
    for event in events:
        if event.name == end:
            return
        yield event


_MARKS: Mapping[str, InlineKind] = {"Strong": "bold", "Emphasis": "italic", "Link": "link", "Image": "picture"}
_LEAVES = {"Text", "Code", "InlineHtml", "InlineMath", "DisplayMath", "SoftBreak", "HardBreak", "FootnoteReference"}
_INLINE = frozenset(_LEAVES | {sign + name for name in _MARKS for sign in "+-"})


# ---------------------------------------------------------------- blocks


class _Reader(Struct, kw_only=True):
    """Builds the tree of one text from the parser's events."""

    data: bytes
    typed: bytes  # the text before blocks were masked; code is read from it
    starts: list[int]  # the first byte of each line
    words: bool = False  # whether HTML and entities are words
    cloze: bool | None = None
    """Whether cloze marks are markup; if None, only in a text that has an opening with a number."""
    prefix: int = 0  # the number of bytes that were put before the text
    html: Callable[[str], str] | None = None  # the Markdown for a block of HTML, or empty; None inside of one
    others: Mapping[int, Block] = {}
    faults: list[Fault] = []

    def source(self, start: int, end: int) -> str:
        """A part of the text."""
        return self.data[max(0, start) + self.prefix : end + self.prefix].decode()

    def line(self, at: int) -> int:
        """The line of a byte, from 1."""
        return bisect_right(self.starts, at + self.prefix)

    def inside(self, events: Iterator[_Event], until: str, depth: int = 0, item_line: int = 0) -> list[Block]:
        """The blocks up to the event `until`, inside the item that starts at `item_line`."""
        blocks: list[Block] = []
        run: list[_Event] = []
        number = typed = -1
        for event in chain(events, (_Event("", None, 0, 0),)):
            if event.name in _INLINE:
                run.append(event)
                continue
            blocks += self.paragraphs(run)
            run = []
            if event.name == until:
                break
            if event.name == "+List":
                number, typed = -1 if event.value is None else event.value, -1
            elif event.name == "+Item":
                if number >= 0 and (digits := _DIGITS.match(self.data, event.start + self.prefix)):
                    # Markdown counts on from the first number, whatever the others are.
                    number, typed = number if int(digits[1]) == typed else int(digits[1]), int(digits[1])
                blocks.append(self.item(events, event, depth + 1, item_line, number))
                number += number >= 0
            elif event.name[:1] != "-":
                blocks += self.block(events, event, depth)
        return _nested(blocks)

    def place(self, kind: BlockKind, event: _Event, **more: Any) -> Block:  # noqa: ANN401 - fields of any type
        """A block in the lines of an event."""
        last = self.line(max(event.start, event.end - 1))
        return Block(kind=kind, line=self.line(event.start), end=last, **({"start": event.start} | more))

    def block(self, events: Iterator[_Event], event: _Event, depth: int) -> Iterator[Block]:
        """The blocks of an element that has just started."""
        kind = event.name.removeprefix("+")
        if kind in {"BlockQuote", "FootnoteDefinition"}:
            if depth == DEEPEST:
                raise TooDeepError(self.line(event.start))
            inner = tuple(self.inside(events, f"-{kind}", depth + 1))
            is_quote = kind == "BlockQuote"
            yield self.place("quote" if is_quote else "footnote", event, info=event.value or "", blocks=inner)
        elif kind in {"Heading", "CodeBlock", "HtmlBlock"}:
            yield from self.leaf(event, list(_up_to(events, f"-{kind}")), depth)
        elif kind == "Table":
            yield self.place("table", event, rows=tuple(self.rows(_up_to(events, "-Table"))))
        elif kind == "Rule" and self.words:
            yield from self.literal(event.start, event.end)
        elif kind == "Rule":
            yield self.place("rule", event)

    def leaf(self, event: _Event, run: Sequence[_Event], depth: int) -> Iterator[Block]:
        """A heading, code, HTML, or a block that was masked as a comment."""
        start, end = (run[0].start, run[-1].end) if run else (event.start, event.start)
        text = _unmasked("".join(self.source(each.start, each.end) for each in run)).strip("\n")
        if event.name == "+Heading":
            nodes, pin = unpinned(_Line(self, run).nodes())
            level = int(event.value["level"][1:])
            yield self.place("heading", event, start=start, nodes=nodes, pin=pin, level=level)
        elif event.value == "Indented":
            yield from self.indented(event.start, event.end, depth)
        elif event.name == "+CodeBlock":
            typed = (self.typed[each.start + self.prefix : each.end + self.prefix].decode() for each in run)
            text = _unmasked("".join(typed)).strip("\n")
            yield self.place("code", event, start=start, text=text, info=event.value["Fenced"].strip())
        elif other := self.others.get(event.start):
            yield other
        elif self.words:
            yield from self.literal(start, end)
        elif self.html and text and (markdown := self.html(self.source(start, end))):
            inner = replace(self, html=None)
            yield from (replace(each, indent=0) for each in inner.inside(_events(markdown, start), "", depth))
        else:
            yield self.place("html", event, text=text)

    def literal(self, start: int, end: int) -> Iterable[Block]:
        """The paragraph of this part of the text, as typed."""
        return self.paragraphs([_Event("Text", "", start, end - self.source(start, end).endswith("\n"))])

    def rows(self, events: Iterator[_Event]) -> Iterator[tuple[Nodes, ...]]:
        """The rows of a table."""
        for event in events:
            if event.name in {"+TableHead", "+TableRow"}:
                cells = (each for each in _up_to(events, f"-{event.name[1:]}") if each.name == "+TableCell")
                row, end = [], event.start
                for cell in cells:
                    row.append(_Line(self, list(_up_to(events, "-TableCell"))).nodes())
                    end = cell.end
                # The parser drops the cells beyond those of the header.
                rest = self.source(end, event.end).strip("| \t\n")
                yield (*row, (Inline("text", end, event.end, rest),)) if rest else tuple(row)

    def item(self, events: Iterator[_Event], event: _Event, depth: int, item_line: int, number: int) -> Block:
        """The item that has just started; below a tab the parser puts its start before the line."""
        source = self.data[event.start + self.prefix : event.start + self.prefix + 99]
        start = event.start + len(source) - len(source.lstrip())
        line = self.line(start)
        if depth > DEEPEST:
            raise TooDeepError(line)
        # HTML may have thousands of items in a line.
        before = self.starts[line - 1]
        text = self.data[before : min(self.starts[line], before + 400)].decode(errors="ignore").expandtabs(4)
        inside = self.inside(events, "-Item", depth, line)
        end = max([line, *(block.end for block in inside)])
        if box := self.others.get(start):
            title = [moved(each, line - 1, box.start) for each in parse_page(box.text).blocks if box.text.strip()]
            nodes, pin = unpinned(title[0].nodes) if title else ((), "")
            return replace(box, end=end, text="", nodes=nodes, pin=pin, blocks=tuple(inside[1:]))
        first = inside[0] if inside and inside[0].kind == "paragraph" else None
        return Block(
            kind="item",
            start=first.start if first else start,
            line=line,
            end=end,
            nodes=first.nodes if first else (),
            pin=first.pin if first else "",
            indent=_FAR_IN if line == item_line else len(text) - len(text.lstrip(" ")),
            number=number if number >= 0 else -1 - max(0, "-*+".find(text.lstrip()[:1])),
            blocks=tuple(inside[1:] if first else inside),
            info=f"[{task[1].strip().lower()}]" if (task := _TASK.match(text.lstrip())) else "",
        )

    def indented(self, start: int, end: int, depth: int) -> Iterator[Block]:
        """What CommonMark reads as indented code. Notes have code in fences; such text is a paragraph or list."""
        from rolecards.text.page_masks import starts_html  # noqa: PLC0415 - few texts have this

        for match in _PARAGRAPH.finditer(self.data, start + self.prefix, end + self.prefix):
            base = match.start() - self.prefix
            above = self.data[max(0, match.start() - LONGEST_LINE) : match.start()].rstrip().rpartition(b"\n")[2]
            if not self.words and above.lstrip()[:1] == b"<" and starts_html(match[0].decode()):
                run = [_Event("Html", None, base, base + len(match[0]))]
                yield from self.leaf(_Event("+HtmlBlock", None, base, run[0].end), run, depth)
            elif not self.words and all(map(_ITEM.match, match[0].split(b"\n"))):
                for row in match[0].splitlines(keepends=True):  # each by itself, because its indentation is no code
                    text = row.lstrip()
                    yield from self.inside(_events(text.decode(), base + len(row) - len(text)), "", depth + 1)
                    base += len(row)
            elif self.words or b"\n    " in match[0]:
                run = list[_Event]()
                for row in match[0].rstrip().splitlines(keepends=True):
                    start, text = base + len(row) - len(row.lstrip()), row.strip()
                    run.append(_Event("HardBreak", None, base, base))
                    run.append(_Event("Text", text.decode(), start, start + len(text)))
                    base += len(row)
                yield from self.paragraphs(run[1:])
            else:
                yield from self.inside(_events(match[0].decode(), base), "", depth + 1)

    def paragraphs(self, run: Sequence[_Event]) -> Iterable[Block]:
        """The paragraph of these inline events, or the formula if they are one; none without words."""
        if not run:
            return
        nodes = _Line(self, run).nodes()
        nodes, pin = (nodes, "") if self.words else unpinned(nodes)
        whole = _Event("", None, run[0].start, run[-1].end)
        if [node.kind for node in nodes] == ["display"]:
            yield self.place("math", whole, nodes=nodes, text=nodes[0].text, pin=pin)
        else:
            yield self.place("paragraph", whole, nodes=nodes, pin=pin)


def _unmasked(text: str) -> str:
    return original(text, code=True)


def unpinned(nodes: Nodes) -> tuple[Nodes, str]:
    """A text without the id at its end, and the id."""
    last = nodes[-1] if nodes else None
    match = _PIN.search(last.text) if last and last.kind == "text" and "{#" in last.text else None
    if not match or not last:
        return nodes, ""
    rest = last.text[: match.start()]
    return (*nodes[:-1], *([replace(last, text=rest)] if rest else ())), match[1]


def _nested(blocks: list[Block]) -> list[Block]:
    """The blocks, with each item that is indented by two more columns than the previous item nested in it.

    CommonMark requires a nested list to start below the text of its item, but many editors indent by less.
    """
    if all(one.indent < two.indent + 2 for two, one in pairwise(blocks)):
        return blocks
    done: list[Block] = []
    waiting: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        while waiting and (block.kind != "item" or block.indent < waiting[-1][0].indent + 2):
            _close(waiting, done)
        if len(waiting) == DEEPEST:
            raise TooDeepError(block.line)
        if block.kind == "item":
            waiting.append((block, []))
        else:
            done.append(block)
    while waiting:
        _close(waiting, done)
    return done


def _close(waiting: list[tuple[Block, list[Block]]], done: list[Block]) -> None:
    item, below = waiting.pop()
    if below:
        item = replace(item, end=max(item.end, below[-1].end), blocks=(*item.blocks, *below))
    (waiting[-1][1] if waiting else done).append(item)


# ---------------------------------------------------------------- inline elements


class _OpenElement(Struct):
    """An element whose end has not been read yet; the kind `words` is for one that is only its words."""

    kind: InlineKind | str
    start: int
    nodes: list[Inline] = []
    hint: list[Inline] | None = None
    text: str = ""
    title: str = ""
    numbers: tuple[int, ...] = ()
    mark: str = ""

    def add(self, node: Inline) -> None:
        nodes = self.nodes if self.hint is None else self.hint
        last = nodes[-1] if nodes else None
        # Two escaped brackets are no wiki link.
        is_escaped = last and node.start > last.end and node.text[:1] in ("[", "]")
        if node.kind == "text" and last and last.kind == "text" and len(last.text) < LONGEST_PIECE and not is_escaped:
            nodes[-1] = Inline("text", last.start, node.end, last.text + node.text)
        else:
            nodes.append(node)

    def closed(self, end: int) -> list[Inline]:
        if self.kind == "words":
            return self.nodes
        if self.kind == "code":
            return [Inline("code", self.start, end, words(self.nodes))]
        hint = tuple(self.hint or ())
        kind = cast("InlineKind", self.kind)
        alt = [Inline("text", self.start, end, words(self.nodes))] if kind == "picture" and self.nodes else self.nodes
        node = Inline(kind, self.start, end, self.text, tuple(alt), self.title, self.numbers, hint)
        return [node] if self.nodes or kind in {"link", "cloze", "picture"} else []


class _Line:
    """Builds the inline elements of one run of events."""

    def __init__(self, reader: _Reader, run: Sequence[_Event]) -> None:
        self.reader = reader
        self.run = run
        self.stack = [_OpenElement("", 0)]
        self.cloze = reader.cloze
        if self.cloze is None:
            texts = (match for event in run if event.name == "Text" for match in OPENING.finditer(event.value))
            self.cloze = any(match[1] and _NUMBERED.match(match[1]) for match in texts)

    def nodes(self) -> Nodes:
        """The elements."""
        end = 0
        for event in self.run:
            self.take(event, end)
            end = event.end
        while len(self.stack) > 1:
            opened = self.stack.pop()
            if opened.kind == "cloze":
                self.fault(opened.mark, opened.start, f"`{opened.mark}` is not closed", "add `}}`")
                opened.numbers = ()
            self.add(*(opened.nodes if opened.mark == "<" else opened.closed(end)))
        return tuple(self.stack[0].nodes)

    def add(self, *nodes: Inline) -> None:
        for node in nodes:
            self.stack[-1].add(node)

    def take(self, event: _Event, before: int) -> None:
        name, value, start, end = event.name, event.value, event.start, event.end
        match name:
            case "Text":
                self.text(value, max(0, start), end)
            case "SoftBreak" | "HardBreak":
                self.add(Inline("break" if self.reader.words or name == "HardBreak" else "space", start, end))
            case "Code":
                self.add(Inline("code", start, end, _unmasked(value)))
            case "InlineMath" | "DisplayMath":
                self.formula("formula" if name == "InlineMath" else "display", _tex(value), start, end)
            case "FootnoteReference":
                self.add(Inline("footnote", start, end, value))
            case "InlineHtml":
                self.html(_unmasked(value), start, end)
            case "+Link" | "+Image":
                self.open_link(event)
            case "-Link" | "-Image":
                self.close_link(before, end)
            case _ if name[0] == "+":
                self.stack.append(_OpenElement(_MARKS[name[1:]], start))
            case _:
                self.close(_MARKS[name[1:]], end)

    def formula(self, kind: InlineKind, tex: str, start: int, end: int) -> None:
        self.add(Inline(kind, start, end, tex))
        if self.reader.cloze and (mark := _CLOZE_IN_TEX.search(tex)):
            hint = "put the whole formula into the deletion: `{{c1::$…$}}`"
            self.fault(mark[0], start, "a cloze deletion must not be inside a formula", hint)

    def text(self, value: str, start: int, end: int) -> None:
        """Add words and the cloze marks among them."""
        if not (self.cloze or self.reader.words):
            self.add(Inline("text", end - len(value.encode()), end, original(value)))
            return
        words, at = self.reader.source(start, end) if self.reader.words else value, 0
        for match in OPENING.finditer(words) if self.cloze else ():
            place = start + len(words[: match.start()].encode())
            self.words(words[at : match.start()], place)
            at = match.end()
            self.mark(match, place)
        self.words(words[at:], end)

    def words(self, words: str, end: int) -> None:
        at = end - len(words.encode())
        for number, line in enumerate(words.split("\n") if self.reader.words else (words,)):
            if number:
                self.add(Inline("break", at, at := at + 1))
            if line:
                self.add(Inline("text", at, at := at + len(line.encode()), original(line)))

    def mark(self, match: re.Match[str], at: int) -> None:
        """Open or close a deletion, or start its hint."""
        deletions = [opened for opened in self.stack if opened.kind == "cloze"]
        if match[1] is not None:
            mark = _unmasked(match[0])
            if len(deletions) <= DEEPEST_CLOZE:
                self.stack.append(_OpenElement("cloze", at, numbers=self.numbers(match, mark, at), mark=mark))
            for opened in deletions:
                if opened.hint is not None:
                    self.fault(mark, at, "a cloze deletion must not be inside the hint of another")
                    opened.numbers = ()
            if len(deletions) == DEEPEST_CLOZE:
                self.fault(mark, at, f"cloze deletions are nested deeper than {DEEPEST_CLOZE} levels")
        elif match[0][0] == CLOSE and deletions:
            closed = deletions[-1]
            self.close("cloze", at + 2)
            if not any(node.kind != "text" or node.text.strip() for node in closed.nodes):
                self.fault(closed.mark, closed.start, "empty cloze deletion")
        elif match[0][0] == CLOSE:
            self.fault("}}", at, "`}}` has no opening", r"write `\}}` for literal braces")
            self.words("}}", at + 2)
        elif deletions and deletions[-1].hint is None:
            again = self.folded(self.stack.index(deletions[-1]), at)
            deletions[-1].hint = []
            self.stack += again
        else:
            self.words("::", at + 2)

    def numbers(self, match: re.Match[str], mark: str, at: int) -> tuple[int, ...]:
        number = match[1]
        if number[0] == "c" and match[0].endswith(COLON * 2) and (valid := listed(number[1:])):
            return valid
        if number == "c":
            self.fault(mark, at, "missing cloze number", "write `{{c1::…}}`")
        elif number[0] == "c" and mark.endswith("::") and " " not in number:
            self.fault(mark, at, f"`{number[1:]}` is not a cloze number", f"use a number from 1 to {MOST}")
        else:
            meant = re.sub(r"[\scC]", "", number)
            self.fault(mark, at, f"`{mark}` does not open a cloze deletion", f"did you mean `{{{{c{meant}::`?")
        return ()

    def fault(self, words: str, at: int, message: str, hint: str = "") -> None:
        self.reader.faults.append(Fault(words=words, at=at, message=message, hint=hint))

    def close(self, kind: str, end: int) -> None:
        """Close the last element of a kind; those still open inside it continue after it.

        A deletion that starts inside bold words and ends after them stays one deletion; its first words are bold.
        """
        at = len(self.stack) - 1
        while at and self.stack[at].kind != kind:
            at -= 1
        if not at:
            return
        if kind != "cloze" and len(self.stack) > at + 1:
            closed, *above = self.stack[at:]
            del self.stack[at:]
            self.add(*closed.closed(above[0].start))
            for opened in above:
                opened.nodes = replace(closed, nodes=opened.nodes, start=opened.start).closed(end)
            self.stack += above
            return
        above = self.folded(at, end)
        self.add(*self.stack.pop().closed(end))
        self.stack += above

    def folded(self, at: int, end: int) -> list[_OpenElement]:
        """Close the elements inside the one at this level; returns them to be opened again."""
        above = self.stack[at + 1 :]
        if not above:
            return above
        while len(self.stack) > at + 1:
            self.add(*self.stack.pop().closed(end))
        return [_OpenElement(opened.kind, end, text=opened.text, title=opened.title) for opened in above]

    def open_link(self, event: _Event) -> None:
        """Open a link or picture; one with an address that cards must not have is only words."""
        address = _unmasked(event.value["dest_url"])
        if event.name == "+Image":
            kind, address = "picture", normpath(unquote(address))
        elif self.reader.words:
            address = quote(address, safe="%!#$&'()*+,/:;=?@-._~")
            automatic = event.value["link_type"] == "Autolink"
            valid = not automatic and (not address or address.startswith(EXTERNAL))
            sign = "<" if automatic else "[" * (not valid)
            self.words(sign, event.start + len(sign))
            kind = "link" if valid else "words"
        else:
            valid = not address.lower().startswith(("javascript:", "data:"))
            kind = "link" if valid else "words"
        self.stack.append(_OpenElement(kind, event.start, text=address, title=_unmasked(event.value["title"])))

    def close_link(self, before: int, end: int) -> None:
        kind = next(opened.kind for opened in reversed(self.stack) if opened.kind in {"link", "words", "picture"})
        if kind == "words" and self.reader.words:
            self.words(self.reader.source(before, end), end)
        self.close(kind, end)

    def html(self, tag: str, start: int, end: int) -> None:
        """Keep `<sub>` and `<sup>`, drop tags for layout; others such as `List<int>` are words."""
        match = _HTML_NAME.match(tag)
        name = match[1].lower() if match else ""
        if self.reader.words:
            self.add(Inline("text", start, end, tag))
        elif name in {"br", "hr"}:
            self.add(Inline("break", start, end))
        elif (kind := _KEPT_HTML.get(name)) and tag.startswith("</"):
            self.close(kind, end)
        elif kind:
            self.stack += [_OpenElement(kind, start, mark="<")] if len(self.stack) < DEEPEST else []
        elif name not in _DROPPED_HTML and not tag.startswith("<!--"):
            self.add(Inline("text", start, end, tag))


def _tex(value: str) -> str:
    tex = _unmasked(value.strip("\x02"))
    return " ".join((tex[1:-1] if tex[:1] == tex[-1:] == "`" else tex).split())  # GitHub has $`x`$
