"""Marks of other programs in a text: wiki links, tags, comments, shortcodes, block names, highlights, emoji, stars."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from rolecards.text.tree import Block, Inline, InlineKind, Nodes, whole_kind, words

_STYLED = r"\]\{(?:[.#]|\w+=)[^{}]*\}"  # the end of words in brackets, and their class
_MARK = re.compile(
    r"(?P<picture>!\[\[[^\[\]\n]+\]\])|\[\[(?:[^\[\]|\n]*\||#+)?(?P<link>[^\[\]|\n]+)\]\]"
    rf"|(?<!\w)\[(?P<styled>[^\[\]]+){_STYLED}"
    r"|\A\{[.#][\w\s.#-]*\}|[ \t]\{(?:\.[\w\s.-]*|-)\}\s*\Z"
    r"|(?:\A|(?<=\s))\{%[^%{}]*%\}[ \t]*|\{%[^%{}]*%\}|%%.*?%%"
    r"|\{\{[<%](?:[^\"<>%]*\"(?P<shortcode>[^\"]+)\")?.*?[%>]\}\}"
    r"|\{\{\s?\w+\(\s*(?P<sign>[\"'])(?P<macro>(?:(?!(?P=sign))[^{}])+)(?P=sign)\s*\)\s?\}\}"
    r"|(?:\A|[ \t]*)\{:[^{}\n]*\}|(?:\A|[ \t])(?<![\w:]):[a-z][a-z0-9_+-]*[a-z0-9]:(?![\w:])|[ \t]\^[\w-]+\s*\Z"
    r"|(?<![=!<>])==(?P<mark>[^=\s](?:[^=]*[^=\s])?)==(?!=)|~~(?P<struck>[^~\s](?:[^~]*[^~\s])?)~~"
    r"|\*\*\s?(?P<bold>[^*\s](?:[^*]*[^*\s])?)(?P<blank>\s?)\*\*"
    # References to sources and missing footnotes, unlike `[^abc]` and `[@Override]`.
    r"|(?<=\S)\[\^[\w.-]+\]|[ \t]\[\^(?:\d{1,3}|[A-Za-z]\w*\d)\]"
    r"|(?<=\S)[ \t]?\[-?@[\w-]*[\d:][\w:.-]*(?:[;,]\s[^\[\]]*)?\]"
    r"|\A\*\*(?=\d{1,3}[.)]\s|[A-Z])(?!.*\*\*)"  # bold without its end
)
_STYLE = re.compile(_STYLED)
_SIZE = re.compile(r"[\dx]*")
TAGS = re.compile(r"(?:(?:\A|[ \t]+)(?:#[A-Za-z][\w/-]*|\[\[card\]\]))+\s*\Z")  # the tags at the end of a text
_SIGNS = re.compile(r"\[\[|\]\{|\{[{%.#-]|\{:|\[-?@|%%|==|~~|\*\*|#[A-Za-z]|\^|:[a-z]")
CARD_TAGS = frozenset({"#card", "[[card]]", "#card-reverse", "#card/reverse", "#flashcard", "#flashcards"})
CARD_TAG = re.compile(r"#(?:flash)?cards?\s+(?=\S)")  # the tag of a card at the start of a text, as in Logseq


def may_have_marks(block: Block) -> bool:
    """Whether a text may have such marks."""
    return bool(_SIGNS.search(block.words)) or any(node.kind == "sup" for node in block.nodes)


def without_marks(nodes: Nodes, highlight: InlineKind) -> Nodes:
    """The text as these programs show it, with `==words==` as elements of this kind."""
    nodes = _unwrapped(nodes)
    *others, last = nodes
    if last.kind == "text" and (tags := TAGS.search(last.text)):
        nodes = (*others, replace(last, text=last.text[: tags.start()]))
    return tuple(each for node in nodes if not _is_footnote(node) for each in _shown(node, highlight))


def _is_footnote(node: Inline) -> bool:
    """Whether a text is a raised number that is a link."""
    return node.kind == "sup" and whole_kind(node.nodes) == "link" and words(node.nodes).strip("[]").isdigit()


def _unwrapped(nodes: Nodes) -> Nodes:
    """The text without `==`, `~~`, or `[` and `]{.class}` around bold words, which are marked enough."""
    found = [*nodes]
    for at, node in enumerate(nodes[1:-1], start=1):
        before, after = found[at - 1].text, nodes[at + 1].text
        style = _STYLE.match(after) if before[-1:] == "[" else None
        if node.kind == "bold" and style:
            found[at - 1] = replace(found[at - 1], text=before[:-1])
            found[at + 1] = replace(found[at + 1], text=after[style.end() :])
        elif node.kind == "bold" and before[-2:] in ("==", "~~") and after[:2] == before[-2:]:
            found[at - 1] = replace(found[at - 1], text=before[:-2])
            found[at + 1] = replace(found[at + 1], text=after[2:])
    return tuple(node for node in found if node.kind != "text" or node.text)


def _shown(node: Inline, highlight: InlineKind) -> Iterator[Inline]:
    if node.kind != "text":
        inside = without_marks(node.nodes, highlight) if node.nodes and node.kind != "picture" else node.nodes
        yield from [replace(node, nodes=inside)] if inside or not node.nodes or node.kind == "link" else []
        return
    at = 0
    for match in _MARK.finditer(node.text):
        if before := node.text[at : match.start()]:
            yield replace(node, text=before)
        at = match.end()
        kinds: dict[str, InlineKind] = {"mark": highlight, "struck": "struck", "bold": "bold"}
        for name, kind in kinds.items():
            if match[name]:
                yield Inline(kind, node.start, node.end, "", (replace(node, text=match[name]),))
        if match["picture"]:
            path, _, alt = match[0][3:-2].partition("|")
            start = node.start + len(node.text[: match.start()].encode())
            nodes = () if _SIZE.fullmatch(alt) else (replace(node, text=alt),)
            yield Inline("picture", start, node.end, path, nodes)
        if match["link"] and "#" in match["link"]:  # a place in another page
            yield Inline("link", node.start, node.end, "#", (replace(node, text=match["link"]),))
        elif shown := match["link"] or match["macro"] or match["shortcode"] or match["styled"] or match["blank"]:
            yield replace(node, text=shown)
    if rest := node.text[at:]:
        yield replace(node, text=rest) if at else node
