"""Parts of a text: the number that it starts with, its label, its two sides, and its gaps."""

import re

from msgspec.structs import replace

from rolecards.study.labels import SIGN
from rolecards.text.tree import QUESTION_MARKS, Block, Inline, Nodes, cut, words

COLONS = (":", "\uff1a")
QUOTES = '"\u201c\u201e\u00ab'  # what opens a quotation
LONGEST_LABEL = 30  # the maximum length of a label with its number
_NUMBER = re.compile(
    rf"{SIGN}*+(?:(?:\d{{1,3}}(?:\.\d{{1,3}})+(?=\s)|#\d{{1,3}}(?=\s)|\(?\d{{1,3}}(?:\.\d{{1,3}})*[.):\u3001\uff0e]\)?|Q(?:[\s.-]?\d{{1,3}}[.):]?|[.):])|\d{{1,3}}Q[.):]|\d{{1,3}}(?:-(?=\s)|(?=\s[^\W\d_a-z][^.!?]*\?\s*\Z))|[a-z][.)](?=\s))(?:\s+(?=\S)|(?=[^\W\d])))?"
)
"""A sign and a number before a question."""
_LINKED = "\0"  # replaces each character of a link
_REFERENCE = re.compile(rf"\[{_LINKED}+\]")
_ENDED = re.compile(rf"(.*[\w?\uff1f.!)\uff09\]}}'\"”“»」』%$<>*+={_LINKED}])", re.DOTALL)
_SIDES = re.compile(r":::|\s::(?=\s|\Z)|(?<=\S)::(?=\s)|(?P<tight>(?<=[\w)?.!])::(?=[\w(]|\Z))")
_GAP = re.compile(r"\[([^\[\]]+)\](?!\()")
_QUOTED = re.compile(r"[\"\u201c\u201e\u00ab](.*)[\"\u201d\u201c\u00bb]", re.DOTALL)
_LABEL_END = re.compile(r"[:.)>\uff1a\u2013\u2014-]|\d\s|\b[A-H]\W?\Z")
_ASKED = re.compile(r"(.*[?\uff1f])\W*\Z", re.DOTALL)
_RATIO = re.compile(r"[^:]+[^\W\d_](?::| : )[^\W\d_][^:]*")  # `Sails:Ship` in `Sails:Ship :: Wings:Plane`
_SIDES_BEHIND = re.compile(r"::(?=\s)")
_TIGHT = re.compile(r":::?(?=[\s\w(])")
_LEADING = re.compile(r"\s*(?:(?:[-\u2013\u2014\u2190-\u21ff]|[-=>]>|--|//|;;)\s+)?")


def after_label(nodes: Nodes, label: re.Pattern[str]) -> Nodes | None:
    """The text after a label such as `Q:`; None if it does not start with one."""
    start = words(nodes[:2]) if nodes and nodes[0].kind != "code" else ""
    match = label.match(start) if _LABEL_END.search(start, 0, LONGEST_LABEL) else None
    rest = trimmed(cut(nodes, match.end())) if match else None
    return rest[0].nodes if rest and len(rest) == 1 and rest[0].kind == "bold" else rest


def front_and_back(nodes: Nodes) -> tuple[Nodes, Nodes] | None:
    """The two sides of `front :: back`; a `::` in bold words, code or formulas does not count.

    `std::map` is a name, unless both sides are single words or a phrase and a new sentence.
    """
    for at, node in enumerate(nodes):
        text = node.text if node.kind == "text" else ""
        behind = _SIDES_BEHIND if at and nodes[at - 1].kind not in {"bold", "link"} else _TIGHT
        match = (_SIDES.search(text) or (at and behind.match(text))) if "::" in text else None
        if match:
            front = trimmed((*nodes[:at], replace(node, text=text[: match.start()])))
            back = trimmed((replace(node, text=text[match.end() :]), *nodes[at + 1 :]))
            before, after = words(front), words(back)
            asked = before.endswith("?") or (" " in before and not after[:1].islower())
            whole = asked or " " not in before + after
            is_ratio = _RATIO.fullmatch(before) and _RATIO.fullmatch(after)
            is_card = before.strip() and after.strip() and not is_ratio and (whole or not match.lastgroup)
            return (front, back) if is_card else None
    return None


def with_gaps(nodes: Nodes) -> Nodes:
    """The text with `[…]` as deletions; empty if it has none."""
    text = "".join(node.text if node.kind == "text" else " " * len(words((node,))) for node in nodes)
    found: list[Inline] = []
    at = 0
    for number, gap in enumerate(_GAP.finditer(text), start=1):
        inner = cut(nodes, gap.start(1), gap.end(1))
        deletion = replace(inner[0], kind="cloze", text="", nodes=inner, numbers=(number,))
        found += (*cut(nodes, at, gap.start()), deletion)
        at = gap.end()
    return (*found, *cut(nodes, at)) if found else ()


def tidy(nodes: Nodes) -> Nodes:
    """A question without its number, and without links, signs and emoji after it."""
    nodes = cut(nodes, number_length(nodes))
    if quoted := _QUOTED.fullmatch(words(nodes).strip()):
        nodes = cut(nodes, quoted.start(1), quoted.end(1))
    if nodes and nodes[-1].kind == "text" and (nodes[-1].text[-1:] == "?" or nodes[-1].text[-1:].isalnum()):
        return nodes
    shown = "".join(_LINKED * len(words((node,))) if node.kind == "link" else words((node,)) for node in nodes)
    shown = _REFERENCE.sub(lambda link: " " * len(link[0]), shown)
    asked = _ASKED.match(shown) or _ENDED.match(shown)
    return cut(nodes, 0, asked.end(1)) if asked else nodes


def number_length(nodes: Nodes) -> int:
    """The characters of the number that a text starts with."""
    match = _NUMBER.match(words(nodes[:2])) if nodes else None
    return match.end() if match else 0


def has_number(nodes: Nodes) -> bool:
    """Whether a text starts with a number, unlike a letter or a sign alone."""
    return any(map(str.isdigit, words(nodes[:2])[: number_length(nodes)]))


def is_bold_question(node: Inline) -> bool:
    """Whether bold words end in a question mark."""
    return node.kind == "bold" and words(node.nodes).rstrip().endswith(QUESTION_MARKS)


def trimmed(nodes: Nodes) -> Nodes:
    """The text without line breaks, spaces and a dash or arrow at its start."""
    while nodes and (nodes[0].kind in {"space", "break"} or (nodes[0].kind == "text" and not nodes[0].text.strip())):
        nodes = nodes[1:]
    if nodes and nodes[0].kind == "text" and (start := _LEADING.match(nodes[0].text)):
        nodes = (replace(nodes[0], text=nodes[0].text[start.end() :]), *nodes[1:])
    return nodes


def paragraph(block: Block, nodes: Nodes) -> Block:
    """A part of a block as a paragraph."""
    return replace(block, kind="paragraph", nodes=nodes, blocks=(), number=-1)
