"""Answers that have a label such as `A:` or are collapsible, and blocks that are not part of any answer."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from rolecards.study.choices import LETTERS
from rolecards.study.labels import Labels
from rolecards.study.text_parts import COLONS, after_label, paragraph, trimmed
from rolecards.text.tree import Block, BlockKind, Inline, Nodes, cut, every_node, whole_kind, words

TEXTS: frozenset[BlockKind] = frozenset({"paragraph", "item"})
PROPERTY = (
    r"(?:alias|aliases|author|authors|banner|card-[\w-]+|category|class|collapsed|course|created|date|deck|due|file|file-path|heading|icon|id|journal|link"
    r"|links|next|parent|prev|previous|priority|public|publisher|rating|refs?|related|source|sources|status|tags?|template|title|topics?|type|up|updated|url|year)"
)
_PROPERTIES = re.compile(rf"{PROPERTY}:: ")  # what Logseq and Obsidian write before `::` to describe a page
LABEL_NUMBER = re.compile(r"\W*[^\W\d_]+[\s_#-]{0,2}(\d{1,3})\b")  # of a label such as `Answer 2`
_ADDRESS = re.compile(r"\s*https?://\S+\s*")
_SITE = re.compile(r"\S+\s+\S*\w\.[a-z]{2,}\S*\s*")  # behind a label
_DATA = {"", "json", "yaml", "yml", "text"}  # the languages of code that may be an answer key
_FIELD = re.compile(r"""(?<![\w"'])["']?(\w{3,30})["']?\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|([^"{}\n]*))""")
"""A key with its value in JSON or YAML."""
_BETWEEN_WORDS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")
_SECTION = re.compile(r"\s*A\s:")
ANSWER_MARK = re.compile(r": +|(?:\?\?x?|\?|%)\s*\Z")  # for `??x`, the end is `x??`
ANSWER_END = "x??"


def _is_residue(block: Block, labels: Labels) -> bool:
    """Whether a block of an answer is only a property, or a link to a place in the page, a source or the answer."""
    text = block.words
    if text.strip() == ANSWER_END:
        return True
    if any(node.kind == "link" for node in every_node(block.nodes)):
        is_label = labels.has("labels", text) or labels.has("answer", text.strip(" []"))  # `Back to top`
        return is_label or only_jumps(block.nodes) or bool(labels["source"].match(text))
    return only_jumps(block.nodes) or (block.kind == "paragraph" and bool(_PROPERTIES.match(text)))


def _says_where(block: Block, labels: Labels) -> bool:
    """Whether a text says only where an answer is or comes from: `Read the answer on …`, `Source: example.org`."""
    text = block.words if block.kind == "paragraph" else " ".join(each.words for each in block.blocks)
    return bool(labels["elsewhere"].match(text) or (labels["source"].match(text) and _SITE.fullmatch(text)))


def only_jumps(nodes: Nodes) -> bool:
    """Whether a text is only links, at least one of them to a place in its page, or to none as in `[#tag]()`."""
    links = [node for node in every_node(nodes) if node.kind == "link"]
    rest = words(nodes)
    for link in links:
        rest = rest.replace(words(link.nodes), "", 1)
    targets = (link.text or words(link.nodes).strip() or "#" for link in links)
    return any(target.startswith("#") for target in targets) and not any(map(str.isalpha, rest))


def without_sources(blocks: Iterable[Block], labels: Labels) -> tuple[Block, ...]:
    """The blocks above a heading such as `References`, without links such as `[Answer]` and `[src]` around texts."""
    found: list[Block] = []
    for block in blocks:
        is_last = found and found[-1].kind != block.kind and not found[-1].words.rstrip().endswith(COLONS)
        may_say = bool(found) or labels["source"].match(block.words) is not None
        says_where = may_say and block.kind in {"paragraph", "quote"} and _says_where(block, labels)
        if says_where or _is_residue(block, labels) or (is_last and _ADDRESS.fullmatch(block.words)):
            continue
        if block.kind == "heading" and labels.has("left_out", block.words):
            break
        nodes = block.nodes
        if nodes and nodes[0].kind == "link" and labels.has("answer", words(nodes[:1]).strip("[]")):
            nodes = trimmed(nodes[1:])
        while any(node.kind == "link" for node in nodes[-2:]) and (source := labels["source_end"].search(words(nodes))):
            nodes = cut(nodes, 0, source.start())
        inside = without_sources(block.blocks, labels) if block.blocks else ()
        found.append(replace(block, nodes=nodes, blocks=inside) if block.blocks or nodes is not block.nodes else block)
    return tuple(found)


def is_about(block: Block, labels: Labels) -> bool:
    """Whether a line between a question and its answer says something about the question, such as `Level: easy`."""
    text = block.words
    label, colon, _ = text.partition(":")
    is_label = bool(colon) and (labels.has("about_questions", label) or bool(labels["source"].match(text)))
    return is_label or bool(labels["announces"].match(text) or labels["score"].match(text))


def answer_of(block: Block, labels: Labels, label: str = "answer") -> tuple[Block, ...] | None:
    """The blocks of an answer without the label that it starts with; None if it has no label."""
    is_fold = block.info == "details" and not block.nodes
    if is_fold or (block.kind == "quote" and block.info and labels["reveals"].match(block.words)):
        inside = [each for each in without_sources(block.blocks, labels) if each.kind not in {"html", "rule"}]
        bold = next((at for at, node in enumerate(block.nodes) if node.kind == "bold"), 0)
        said = after_label(block.nodes, labels["answer"]) or (block.nodes[bold:] if bold else ())
        if words(said).strip() and not labels["reveals"].match(words(said)):
            return (paragraph(block, said), *inside)
        is_letter = bool(inside) and len(inside[0].words.strip()) == 1  # of the right choice
        first = answer_of(inside[0], labels) if inside and not is_letter else None
        return tuple(inside) if first is None else (*first, *inside[1:])
    if block.kind not in TEXTS and block.kind != "heading":
        is_data = block.kind == "code" and block.info in _DATA and label == "answer"
        return _in_data(block, labels) if is_data else None
    nodes = after_label(block.nodes, labels[label])
    if block.kind == "heading" and (len(block.words.strip()) == 1 or _SECTION.match(block.words)):
        return None  # a letter of a glossary, or a section
    is_title = block.kind == "heading" or whole_kind(block.nodes) == "bold"
    if is_title and label == "answer" and labels.has("answer", block.words):
        nodes = ()
    if nodes is None and (mark := ANSWER_MARK.match(words(block.nodes[:1]))):
        nodes = cut(block.nodes, mark.end())
    if nodes is None:
        return None
    return (*([paragraph(block, nodes)] if nodes else ()), *block.blocks)


def _in_data(code: Block, labels: Labels) -> tuple[Block, ...] | None:
    """The letters of choices after a key such as `answer` in JSON or YAML, and the explanation."""
    fields = [
        (_BETWEEN_WORDS.sub(" ", key), quoted.replace('\\"', '"') or bare.strip(" ,[]\r"))
        for key, quoted, bare in _FIELD.findall(code.text)
    ]
    answers = [value for key, value in fields if labels.has("answer", key) or labels.has("right", key)]
    if len(answers) != 1 or not LETTERS.fullmatch(answers[0]):
        return None
    said = (*answers, *(value for key, value in fields if labels.has("explanation", key)))
    return tuple(paragraph(code, (Inline("text", code.start, code.start, each),)) for each in said)
