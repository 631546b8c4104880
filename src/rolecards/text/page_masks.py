"""Blocks of other programs and HTML in pages of notes, replaced by Markdown or comments of the same length in bytes."""

import re

from rolecards.text.masks import CODE_OR_ESCAPE
from rolecards.text.tree import Block, BlockKind

LONGEST_TAG = 8  # maximum number of lines of one `{% … %}`
OPAQUE = frozenset({"hint", "content-ref", "file"})  # GitBook blocks whose content produces no cards
_TAG = re.compile(r"\{%-?\s*([\w-]+)")
_TITLED = r":::++[ \t]*+(?:[\w-]++(?:[ \t]++(?!\{)|\[)(?=[^\n]*\w)|[^\n]*\btitle=)"
"""The start of a Docusaurus or Pandoc admonition that has a title."""
_SPECIAL_LINE = re.compile(
    r"(?P<before>[ \t]*(?:(?:[*+-]|\d{1,9}[.)]|>)[ \t]+)*)"
    rf"(?:\{{%-?\s*(?P<tag>[\w-]+)|(?:!!!|\?\?\?\+?)\s+(?P<box>[\w-]+)|{_TITLED})"
)
_BOX = "+ <!-->"  # the start of a list item with a comment, which replaces the first line of an MkDocs admonition
_NO_LINE_END = re.compile(r"[^\n]")
_HTML_TAG = re.compile(r"(\n[ \t]+)?(<(/?)(\w+)(?:\s[^<>]*)?>)|<!--")
_BUTTON = re.compile(r"(?<!<li>)<button\b[^<>]*>[^<]*</button\s*>", re.IGNORECASE)
_BREAK = re.compile(r"^[ \t]*<br\s*/?>[ \t]*$", re.IGNORECASE | re.MULTILINE)  # a line that hides the lines below it
_BLOCKS = re.compile(
    r"article|blockquote|body|center|d[dlt]|div|fieldset|form|h[1-6r]|head|html|input|label|legend|li|main|ol|p|section|ul"
)
_INLINE = re.compile(r"a|abbr|b|big|br|code|del|em|font|i|img|ins|kbd|mark|s|small|span|strike|strong|su[bp]|u")


def starts_html(text: str) -> bool:
    """Whether a text starts with a block of HTML, or a collapsible text."""
    tag = _HTML_TAG.match(text.lstrip())
    return bool(tag and tag[4] and (_BLOCKS.fullmatch(tag[4].lower()) or tag[4].lower() == "details"))


def _blank(mark: re.Match[str], group: int = 0) -> str:
    return _NO_LINE_END.sub(lambda each: " " * len(each[0].encode()), mark[group])


def html_as_markdown(text: str) -> str:
    """HTML with simple blocks as Markdown of the same length, such as `### ` for `<h3>`; empty if it has other tags."""
    is_text = _BREAK.match(text) is not None
    text = _BREAK.sub(_blank, _BUTTON.sub(_blank, text))
    names = {(match[4] or "!--").lower() for match in _HTML_TAG.finditer(text)}
    others = {name for name in names if not _BLOCKS.fullmatch(name)}
    is_empty = names == {"li"} and not any(map(str.isalnum, _HTML_TAG.sub("", text)))
    is_simple = (
        not is_empty and (others != names or is_text) and all(map(_INLINE.fullmatch, others)) and 'href="#' not in text
    )
    return _HTML_TAG.sub(_as_markdown, text) if is_simple and (is_text or others != names) else ""


def _as_markdown(match: re.Match[str]) -> str:
    indent, tag, name = match[1] or "", match[2], match[4].lower()
    if not _BLOCKS.fullmatch(name):
        return match[0]
    size = len(tag.encode())
    box = ("- (x) " if " checked" in tag else "- ( ) ") if "checkbox" in tag or "radio" in tag else ""
    marks = {} if match[3] else {"li": "- ", "dd": ": ", "hr": "***\n", "input": box}
    mark = "#" * min(int(name[1]), size - 1) + " " if name[1:].isdigit() and not match[3] else marks.get(name, "")
    return "\n" * len(indent) + (mark.ljust(size) if mark else f"{' ' * (size - 1)}\n")


_CARD = re.compile(
    r"^(START[ \t]*\n[^\n]*\n)((?:(?!(?:START|END)[ \t]*$)[^\n]*\n)*?)"
    r"((?:Tags:[^\n]*\n)?(?:<!--ID:[^\n]*-->[ \t]*\n)?)END([ \t]*)$",
    re.MULTILINE,
)
"""What Obsidian_to_Anki writes above a card, the card, and what it writes below."""
_TARGET = re.compile(r"^TARGET DECK(?:: *|[ \t]*\n)[^\n]+$", re.MULTILINE)
_DECK_TAG = re.compile(r"^#flashcards/[^\s]+[ \t]*$", re.MULTILINE)
_CLOZE = re.compile(rf"{CODE_OR_ESCAPE}|\{{\{{cloze (?=[^{{}}\n]*\}}\}})", re.DOTALL)
_FENCE = re.compile(rf"^([ \t>]*+)(?!{_TITLED})(:::++[^\n]*)", re.MULTILINE)
"""The start of an admonition without a title, or the end of one."""
_ASKED = re.compile(r"^(:::++[ \t]*+[a-z]++[ \t]++)([^\n]*\?[ \t]*\n(?:(?!:::)[^\n]*\n)++):::(?=[ \t]*$)", re.MULTILINE)
"""An admonition whose title is a question."""
_CELL = r":::++\{grid-item-card\}(?=[ \t]*$)"
_CARDS = re.compile(rf"^(:::++\{{grid\}}.*\n+{_CELL}.*\n(?:(?!:::).*\n)++:::++[ \t]*\n+)({_CELL})", re.MULTILINE)
"""The first cell of a MyST grid, and the start of the second."""
_DIVIDER = re.compile(r"^[\u2e3a\u2e3b\u2014\u2500\u2501]+[ \t]*$", re.MULTILINE)
"""A line of dashes of three bytes each."""
_LATE_END = re.compile(r"^((?:</\w+>[ \t]*)+)(</details>)", re.MULTILINE)
_LATE_SUMMARY = re.compile(r"^([ \t]*(?:[-*+]|\d+[.)])[ \t][^\n<]*)</summary>((?:<\w+/?>){1,9})[ \t]*$", re.MULTILINE)


def with_early_summaries(text: str) -> str:
    """The text with a blank line above each end tag of a summary that follows a list item."""
    if "</details" not in text:
        return text
    return _LATE_SUMMARY.sub(lambda end: f"{end[1]}\n\n</summary>{' ' * (len(end[0]) - len(end[1]) - 12)}", text)


def _lines_masked(text: str) -> str:
    """The page with blanks instead of lines that mark cards, collapsible texts and admonitions in other programs."""
    # The parser recognises the end of a collapsible text only at the start of a line.
    if "</details" in text:
        text = _LATE_END.sub(lambda end: end[2] + " " * len(end[1]), text)
    text = _DIVIDER.sub(lambda line: "***" * len(line[0].rstrip()) + " " * (len(line[0]) - len(line[0].rstrip())), text)
    if "{{cloze " in text:  # Logseq
        text = _CLOZE.sub(lambda mark: "{{c1::  " if mark[0][0] == "{" else mark[0], text)
    if "#flashcards/" in text:
        text = _DECK_TAG.sub(_blank, text)
    if ":::" in text:
        text = _ASKED.sub(lambda asked: f"{'Q:':<{len(asked[1])}}{asked[2]}***", text)
        text = _CARDS.sub(lambda cards: f"{cards[1]}{'?':<{len(cards[2])}}", text)
        text = _FENCE.sub(lambda fence: fence[1] + _blank(fence, 2), text)
    if "\nEND" in text:
        text = _CARD.sub(lambda card: f"***{_blank(card, 1)[3:]}{card[2]}{_blank(card, 3)}***{card[4]}", text)
    if "TARGET DECK" in text:
        text = _TARGET.sub(_blank, text)
    return text


def masked_blocks(text: str) -> tuple[str, dict[int, Block]]:
    """The page with comments and blank lines instead of blocks of other programs, and these blocks by their start."""
    blocks: dict[int, Block] = {}
    text = _lines_masked(text)
    if not any(sign in text for sign in ("{%", "!!!", "???", ":::")):
        return text, blocks
    lines = text.split("\n")
    at = byte = 0
    while at < len(lines):
        match = _SPECIAL_LINE.match(lines[at])
        size = len(lines[at].encode())
        last = at
        if match and match["box"] and size - match.end("before") >= len(_BOX):
            blocks[byte + match.end("before")] = _box(lines[at], match, byte, at + 1)
            lines[at] = match["before"] + _BOX.ljust(size - match.end("before"))
        elif match and size - match.end("before") >= len("<!---->"):
            before, missing = match["before"], ""
            last, missing = _tag_end(lines, at, match["tag"]) if match["tag"] else (at, "")
            source = "\n".join((lines[at][len(before) :], *(line.strip() for line in lines[at + 1 : last + 1]))).strip()
            kind: BlockKind = "tag" if match["tag"] else "admonition"
            start = byte + len(before)
            blocks[start] = Block(kind=kind, start=start, line=at + 1, end=last + 1, text=source, info=missing)
            lines[at] = f"{before}<!--{' ' * (size - len(before) - 7)}-->"
            lines[at + 1 : last + 1] = [" " * len(line.encode()) for line in lines[at + 1 : last + 1]]
        byte += size + 1 + sum(len(line) + 1 for line in lines[at + 1 : last + 1])
        at = last + 1
    return "\n".join(lines), blocks


def _tag_end(lines: list[str], at: int, name: str) -> tuple[int, str]:
    """The last line of a GitBook tag, or of its end tag if its content produces no cards, and any missing end."""
    last = next((line for line in range(at, min(at + LONGEST_TAG, len(lines))) if "%}" in lines[line]), -1)
    missing = "%}" if last < 0 else ""
    last = max(last, at)
    if name in OPAQUE or name == "embed":
        closing = _closing(lines, name, last)
        missing = missing or (f"{{% end{name} %}}" if closing is None and name != "embed" else "")
        last = last if closing is None else closing
    return last, missing


def _closing(lines: list[str], name: str, after: int) -> int | None:
    """The line of the end tag; None if there is none. `embed` may have none, so any other tag ends the search."""
    for at in range(after + 1, len(lines)):
        match = _TAG.match(lines[at].lstrip(" \t>")) if "{%" in lines[at] else None
        if match and match[1] == f"end{name}":
            return at
        if match and (name == "embed" or match[1] == name):
            return None
    return None


def _box(text: str, match: re.Match[str], byte: int, line: int) -> Block:
    """A quotation with the type of an MkDocs admonition, and its title as text."""
    start = byte + match.end("before")
    before, mark, title = text.rstrip().removesuffix('"').partition('"')
    at = byte + len(f"{before}{mark}".encode()) if mark and text.rstrip().endswith('"') else start
    return Block(
        kind="quote", start=at, line=line, end=line, info=match["box"].lower(), text=title if at > start else ""
    )
