"""The forms in which authors write questions: each is a row of `FORMS`, which says how it starts.

Its answer runs to the next question, the next heading of its level, a rule, or the end of its list item. To add a form,
add a row here, and an example with its cards to `tests/study/forms`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from rolecards.study.answer_keys import FEWEST, answer_keys, number_of
from rolecards.study.labels import SIGN, Labels
from rolecards.study.marks import CARD_TAGS
from rolecards.study.rows import question_rows
from rolecards.text.tree import Block, BlockKind, Inline, Nodes, cut, every, every_node, lines, words

LONGEST_AFTER_QUESTION = 25
"""The most words of an answer in the line of its question."""

DEEPEST_HEADING = 6
LONGEST_PAGE = 300
"""The most words of a page that is the answer to its only question."""
FEWEST_IN_STATEMENT = 4
"""The fewest words of a heading with a number and a full stop, which is a question."""
FEWEST_IN_TASK = 3
"""The fewest words of a text that is a task because an answer is below it."""
FEWEST_CHOICES = 3
"""The fewest items that are choices because some are marked as right."""
LONGEST_LABEL = 30
"""The most characters of a label with its number."""

_TEXTS: frozenset[BlockKind] = frozenset({"paragraph", "item"})
_ANSWERS: frozenset[BlockKind] = frozenset({"paragraph", "item", "code", "math", "table", "quote"})
_ASKING = frozenset({"question", "faq", "help", "details"})
"""The types of callouts whose titles are questions."""
_NUMBER = re.compile(
    rf"{SIGN}*+(?:(?:\d{{1,3}}(?:\.\d{{1,3}})+(?=\s)|#\d{{1,3}}(?=\s)|\(?\d{{1,3}}(?:\.\d{{1,3}})*[.):\u3001\uff0e]\)?|Q(?:[\s.-]?\d{{1,3}}[.):]?|[.):])|\d{{1,3}}Q[.):]|[a-z][.)](?=\s))(?:\s+(?=\S)|(?=[^\W\d])))?"
)
"""A sign and a number before a question."""
_LINKED = "\0"
"""Stands for a character of a link."""
_REFERENCE = re.compile(rf"\[{_LINKED}+\]")
_ENDED = re.compile(rf"(.*[\w?\uff1f.!)\]}}'\"”»%$<>*+={_LINKED}])", re.DOTALL)
_SIDES = re.compile(r":::|\s::(?=\s|\Z)|(?<=\S)::(?=\s)|(?P<tight>(?<=[\w)?.!])::(?=[\w(]|\Z))")
_PROPERTY = (
    r"(?:alias|aliases|author|authors|banner|card-[\w-]+|category|class|collapsed|course|created|date|deck|due|file|file-path|icon|id|journal|link"
    r"|links|next|parent|prev|previous|priority|public|publisher|rating|refs?|related|source|sources|status|tags?|template|title|topics?|type|up|updated|url|year)"
)
_PROPERTIES = re.compile(rf"{_PROPERTY}:: ")
"""What Logseq and Obsidian write before `::` to describe a page."""
_MEANS = re.compile(r"\s*(?::|=>|->|[=\u2013\u2014\u2192-])\s+(?=.*[^\W\d_]{2})", re.DOTALL)
_GAP = re.compile(r"\[([^\[\]]+)\](?!\()")
_QUESTION_END = re.compile(r"[?\uff1f](?:\s*\([^()]{1,40}\))?\Z")
_QUOTED = re.compile(r"[\"\u201c\u201e\u00ab](.*)[\"\u201d\u201c\u00bb]", re.DOTALL)
_CHOICE = re.compile(r"\s*\(?[A-Ha-h][.):]\s")
_FIRST_CHOICE = re.compile(r"\W*A:\s")
_SECOND_CHOICE = re.compile(r"(?:\A|\s)[Bb][.):]\s")
_QUESTION_MARK = re.compile(r"[?\uff1f]")
_QUESTION = re.compile(rf"{_QUESTION_END.pattern}|\w[?\uff1f]\s")
_LABEL_END = re.compile(r"[:.)\uff1a\u2013\u2014-]|\d\s")
_ASKED = re.compile(r"(.*[?\uff1f])\W*\Z", re.DOTALL)
_ANSWER_MARK = re.compile(r": +|\?\??\s*\Z")
_SIDES_BEHIND = re.compile(r"::(?=\s)")
_FIRST_SENTENCE = re.compile(r"[^?.!]*\w[^?.!]*\?(?=\s)")
_LEADING = re.compile(r"\s*(?:(?:[-\u2013\u2014\u2190-\u21ff]|[-=>]>|--|;;)\s+)?")
_WORD_START = re.compile(r"\w+\W+\w")
_RIGHT = re.compile(r"\s*(?:[\u2713\u2714\u2611\u2705]\ufe0f?|\((?i:correct|right|richtig)( answer)?\))\W*\Z")
"""The mark of a right choice behind it."""


class Opening(NamedTuple):
    """The start of a form."""

    question: Nodes
    answer: tuple[Block, ...] = ()
    """The part of the answer that is in the same block."""
    goes_on: bool = True
    """Whether the answer goes on behind the block."""
    labelled: bool = False
    """Whether only a text with a label such as `A:` is an answer, unless it is inside the block."""
    text: Nodes = ()
    """The text of a cloze card."""
    reason: str = ""
    """Why the block makes no card."""


class Form(Struct, frozen=True):
    """A row of the table."""

    name: str
    kinds: frozenset[BlockKind]
    """The blocks that it can start with."""
    read: Callable[[Block, str, Block | None, Labels], Opening | None]
    """What is asked in a block with this text, given the block behind it; None if it does not start this form."""
    sign: str = ""
    """What is in every text that starts it."""
    ends_answers: bool = True
    """Whether it ends the answer above it."""
    guesses: bool = False
    """Whether the text behind it may be no answer."""
    heads: bool = True
    """Whether it is a question of its own below a heading that asks."""
    shares: bool = False
    """Whether the terms in the items of its answer are asked too."""


class Claim(NamedTuple):
    """A question of a form with its answer."""

    form: Form
    block: Block
    question: Nodes
    extra: tuple[Block, ...]
    """The blocks between question and answer, which are part of the question."""
    answer: tuple[Block, ...]
    covers: tuple[Block, ...]
    """All blocks behind the question that belong to it."""
    text: Nodes = ()
    reason: str = ""
    """Why there is no card."""


def _contents(block: Block, _text: str, _following: Block | None, _labels: Labels) -> Opening | None:
    if not any(node.kind == "link" for node in block.nodes[:2]):
        return None
    inner = [_contents(each, "", None, _labels) for each in block.blocks if each.kind == "item"]
    return Opening((), goes_on=False, reason="contents") if _only_jumps(block.nodes) and all(inner) else None


def _is_residue(block: Block, labels: Labels) -> bool:
    """Whether a block of an answer is only a link within the page, one to a source or the answer, or a property."""
    text = words(block.nodes)
    if any(node.kind == "link" for node in block.nodes):
        return _only_jumps(block.nodes) or bool(labels["source"].match(text)) or labels.has("answer", text.strip(" []"))
    return _only_jumps(block.nodes) or (block.kind == "paragraph" and bool(_PROPERTIES.match(text)))


def _only_jumps(nodes: Nodes) -> bool:
    """Whether a text is only links to places in its page."""
    links = [node for node in every_node(nodes) if node.kind == "link"]
    rest = words(nodes)
    for link in links:
        rest = rest.replace(words(link.nodes), "", 1)
    return bool(links) and all(link.text.startswith("#") for link in links) and not any(map(str.isalpha, rest))


def _code_term(block: Block, text: str, _following: Block | None, _labels: Labels) -> Opening | None:
    first = block.nodes[0] if block.nodes else None
    sign = _MEANS.match(text, len(words((first,)))) if first and first.kind == "code" else None
    if sign is None or not text[sign.end() :].strip():
        return None
    answer = _paragraph(block, cut(block.nodes, sign.end()))
    return Opening(block.nodes[:1], (answer, *block.blocks), goes_on=False)


def _callout(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_asked = block.info in _ASKING or _QUESTION.search(text) or labels["asks"].match(text)
    return _titled(block, text, following, labels) if is_asked else None


def _titled(block: Block, _text: str, _following: Block | None, labels: Labels) -> Opening | None:
    if not block.info or not block.nodes or not block.blocks or labels["reveals"].match(words(block.nodes)):
        return None
    reason = "contents" if labels.has("left_out", words(block.nodes)) else ""
    question = after_label(block.nodes, labels["question"]) or block.nodes
    return Opening(question, block.blocks, goes_on=False, reason=reason)


def _labelled(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if block.kind == "heading" and len(text.strip()) == 1:
        return None  # a letter of a glossary
    if labels["numbered"].match(text):
        return Opening((), labelled=True)
    question = after_label(block.nodes, labels["question"]) or after_label(
        cut(block.nodes, _number_length(block.nodes)), labels["question"]
    )
    if question is None:
        return None
    question, rest = _whole_question(question)
    if inline := labels["inline_answer"].search(words(question)):
        question, rest = cut(question, 0, inline.start()), trimmed(cut(question, inline.end()))
    below = (*((_paragraph(block, rest),) if rest else ()), *block.blocks)
    answered = any(answer_of(each, labels) is not None for each in block.blocks)
    outside = following is not None and answer_of(following, labels) is not None
    if block.kind == "item" and below and (answered or not outside):
        return Opening(tidy(question), below, goes_on=False)
    return Opening(tidy(question), below[: len(below) - len(block.blocks)], labelled=block.kind != "heading")


def _whole_question(nodes: Nodes) -> tuple[Nodes, Nodes]:
    """The lines of a question up to one that ends in a question mark or is bold, and the lines below them."""
    rows = lines(nodes)
    ends = [at for at, row in enumerate(rows, start=1) if _QUESTION_END.search(words(row).rstrip())]
    if [node.kind for node in rows[0]] == ["bold"]:
        return rows[0][0].nodes, nodes[len(rows[0]) + 1 :]
    if nodes[0].kind == "bold" and _QUESTION_END.search(words(nodes[:1])):
        return nodes[0].nodes, trimmed(nodes[1:])
    if not ends or ends[-1] == len(rows):
        return nodes, ()
    length = sum(map(len, rows[: ends[-1]])) + ends[-1]
    return nodes[: length - 1], nodes[length:]


def _gap(block: Block, text: str, _following: Block | None, labels: Labels) -> Opening | None:
    if any(node.kind == "cloze" for node in every_node(block.nodes)):
        return Opening((), goes_on=False, text=block.nodes)
    nodes = after_label(block.nodes, labels["gap"]) if "[" in text else None
    gaps = nodes is not None and _with_gaps(nodes)
    return Opening((), goes_on=False, text=gaps) if gaps else None


def _two_sides(block: Block, _text: str, _following: Block | None, _labels: Labels) -> Opening | None:
    sides = front_and_back(block.nodes)
    if sides and re.fullmatch(_PROPERTY, words(sides[0]), re.IGNORECASE):
        return None
    return Opening(sides[0], (_paragraph(block, sides[1]), *block.blocks), goes_on=False) if sides else None


def _answer_mark(block: Block, text: str, following: Block | None, _labels: Labels) -> Opening | None:
    marked = following is not None and following.kind == "paragraph" and _ANSWER_MARK.match(words(following.nodes[:1]))
    return Opening(block.nodes, labelled=True) if marked and not _ANSWER_MARK.match(text) else None


def _tagged(block: Block, _text: str, following: Block | None, _labels: Labels) -> Opening | None:
    tagged = bool(block.nodes) and not CARD_TAGS.isdisjoint(block.info.split())
    return Opening(block.nodes, block.blocks, goes_on=not block.blocks and following is not None) if tagged else None


def _heading(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if block.kind == "item" and block.info.split()[:1] != ["heading"]:
        return None
    question = tidy(block.nodes)
    is_whole = text.rstrip().endswith((".", ":"))
    text = words(question)
    is_statement = is_whole and len(text.split()) >= FEWEST_IN_STATEMENT and _number_length(block.nodes)
    is_asked = _QUESTION.search(text) or labels["asks"].match(text) or is_statement
    if not any(map(str.isalpha, text)) or not (is_asked or _is_task(text, following, labels)):
        return None
    return Opening(question, block.blocks, goes_on=block.kind == "heading" or not block.blocks)


def _bold_question(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    number = _number_length(block.nodes)
    bold = _leading_bold(block.nodes, number)
    if not bold:
        return None
    question, rest = tidy(bold[0].nodes), trimmed(bold[1:])
    alone = not any(map(str.isalnum, words(rest)))
    if not alone and not _QUESTION_MARK.search(text):
        return None
    asked = words(question)
    command = alone and (block.kind == "paragraph" or block.blocks) and labels["asks"].match(asked)
    task = alone and number and words(bold[:1]).rstrip().endswith((".", ":")) and following and following.kind == "code"
    is_label = words(bold[:2]).rstrip()[-1:] in (":", "\uff1a") and not labels["commands"].match(asked)
    if command and not task and (is_label or labels.has("aspects", asked)):
        return None
    if not _WORD_START.search(asked) or not (_QUESTION.search(asked) or command or task):
        return None
    answer = () if alone else (_paragraph(block, rest),)
    inside = block.kind == "item" and bool(block.blocks or answer)
    return Opening(question, (*answer, *block.blocks), goes_on=not inside)


def _plain_question(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if following is None or not _QUESTION_END.search(text) or answer_of(block, labels) is not None:
        return None
    labelled = answer_of(following, labels) is not None
    return Opening(tidy(block.nodes), labelled=labelled) if labelled or _number_length(block.nodes) else None


def _sentence(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if following is None or following.kind not in _ANSWERS or not _QUESTION_END.search(text):
        return None
    is_vague = len(text.split()) < FEWEST_IN_STATEMENT or labels["pronouns"].search(text)
    return Opening(tidy(block.nodes)) if labels["asks"].match(text) and not is_vague else None


def _task(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_other = answer_of(block, labels) is not None or labels["question"].match(text)
    return Opening(tidy(block.nodes), labelled=True) if not is_other and _is_task(text, following, labels) else None


def _is_task(text: str, following: Block | None, labels: Labels) -> bool:
    """Whether a text that asks nothing is answered below it, by a label such as `Answer:`."""
    if following is None or labels["counted"].match(text) or len(text.split()) < FEWEST_IN_TASK:
        return False
    says_so = following.info != "details" or labels.has("answer", words(following.nodes))
    return says_so and answer_of(following, labels) is not None


def _leading_bold(nodes: Nodes, number: int) -> Nodes:
    """The text behind its number, from bold words on; also of `***What?***`, `*What?*` and `**1.** What?`."""
    if not nodes or nodes[0].kind == "code" or (nodes[0].kind == "text" and len(nodes[0].text) > number):
        return ()
    first, *rest = cut(nodes, number) or nodes
    if first.kind == "italic" and first.nodes[0].kind == "bold":
        first, *rest = *first.nodes, *rest
    elif (first.kind == "italic" and not rest) or (first.kind != "bold" and nodes[0].kind == "bold"):
        inner = first.nodes if first.kind == "italic" else trimmed((first, *rest))
        first, rest = replace(first, kind="bold", nodes=inner), []
    return (first, *rest) if first.kind == "bold" else ()


def _item_question(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_asked = bool(_QUESTION_MARK.search(text))
    # What is below several steps does not answer the last one.
    outside = following is not None and answer_of(following, labels) is not None and (is_asked or block.number <= 1)
    is_last = following is not None and following.kind != "item"
    has_answer = block.blocks or (is_last and (block.number >= 0 or (is_asked and outside)))
    if not text.strip() or not (is_asked or has_answer):
        return None
    inside = any(answer_of(each, labels) is not None for each in block.blocks)
    if not is_asked:  # it may be above several questions
        inside = inside and not any(labels["question"].match(words(each.nodes)) for each in block.blocks)
    if not (is_asked or inside or outside or labels["commands"].match(text[_number_length(block.nodes) :])):
        return None
    question = tidy(block.nodes)
    text = words(question)
    if has_answer and (inside or outside or _QUESTION_END.search(text) or labels["commands"].match(text)):
        return Opening(question, block.blocks, goes_on=outside or not block.blocks)
    first, match = words(lines(question)[0]), _FIRST_SENTENCE.match(text)
    if len(first) < len(text) and _QUESTION_END.search(first):
        end, longest = len(first), len(text)
    elif match and _WORD_START.search(match[0]) and "?" not in text[match.end() :] and not block.blocks:
        end, longest = match.end(), LONGEST_AFTER_QUESTION
    else:
        return None
    answer = trimmed(cut(question, end))
    said = words(answer)
    is_command = labels["commands"].match(said)
    if is_command or not any(map(str.isalpha, said)) or said[:1] == "(" or len(said.split()) > longest:
        return None
    return Opening(cut(question, 0, end), (_paragraph(block, answer), *block.blocks), goes_on=False)


FORMS = (
    Form("contents", frozenset({"item"}), _contents),
    Form("callout", frozenset({"quote"}), _callout, guesses=True),
    Form("titled-callout", frozenset({"quote"}), _titled, ends_answers=False, guesses=True),
    Form("label", _TEXTS | {"heading"}, _labelled),
    Form("gap", _TEXTS, _gap),
    Form("two-sides", _TEXTS, _two_sides, sign="::"),
    Form("answer-mark", _TEXTS, _answer_mark),
    Form("card-tag", _TEXTS | {"heading"}, _tagged),
    Form("heading", frozenset({"heading", "item"}), _heading, guesses=True, shares=True),
    Form("bold-question", _TEXTS, _bold_question, guesses=True),
    Form("plain-question", frozenset({"paragraph"}), _plain_question, guesses=True, heads=False),
    Form("task", frozenset({"paragraph"}), _task, ends_answers=False, heads=False),
    Form("sentence", frozenset({"paragraph"}), _sentence, ends_answers=False, guesses=True, heads=False),
    Form("code-term", frozenset({"item"}), _code_term, ends_answers=False),
    Form("item-question", frozenset({"item"}), _item_question, ends_answers=False, guesses=True),
)
"""In the order in which they are tried."""
_KEYED = replace(FORMS[-1], ends_answers=True)
"""An item that an answer key answers."""


def claims(blocks: Sequence[Block], labels: Labels) -> Iterator[Claim | Block]:
    """The questions of these blocks, and the other blocks; also those in the answer of a form that shares them."""
    blocks = [each for block in blocks for each in _unquoted(block, labels)]
    openings = [_opening(block, following, labels) for block, following in pairwise((*blocks, None)) if block]
    blocks, openings, answered = _without_keys(blocks, openings, labels)
    title = _title(blocks)
    is_only = sum(bool(opening and opening[0].ends_answers) for opening in openings) == 1
    is_answer = is_only and sum(len(words(block.nodes).split()) for block in every(blocks)) <= LONGEST_PAGE
    shared_to = at = 0
    while at < len(blocks):
        opening = openings[at]
        if opening is None or (at < shared_to and not (opening[0].ends_answers and _is_separate(blocks, openings, at))):
            rows = list(question_rows(blocks[at], labels)) if at >= shared_to else []
            if rows:
                yield from claims(rows, labels)
            elif at >= shared_to or blocks[at].kind in {"item", "heading"}:
                yield blocks[at]
            at += 1
            continue
        form, asked = opening
        end = stop = _end(blocks, openings, at, title, labels) if asked.goes_on else at + 1
        if is_answer and asked.goes_on and blocks[at] is title:
            end = _end(blocks, openings, at, None, labels)
        claim = _claim(form, asked, blocks[at], blocks[at + 1 : end], labels)
        if answer := answered.get(blocks[at].line):
            claim = _from_key(claim, (*asked.answer, *blocks[at + 1 : end]), answer, labels)
        names_others = blocks[at].kind == "heading" and any(
            each.kind != "heading" or each.level > blocks[at].level for each in blocks[end : end + 1]
        )
        yield claim._replace(reason="title") if names_others and not claim.answer else claim
        shared_to = stop if form.shares else shared_to
        at = at + 1 if form.shares or (asked.labelled and not claim.answer) else end


def _without_keys(
    blocks: list[Block], openings: list[tuple[Form, Opening] | None], labels: Labels
) -> tuple[list[Block], list[tuple[Form, Opening] | None], dict[int, tuple[Block, ...]]]:
    """The blocks without answer keys, their openings, and the answers by the first lines of their questions."""
    answered: dict[int, tuple[Block, ...]] = {}
    for questions, where, answers in answer_keys(blocks, labels):
        above = blocks[questions]
        opened = [
            (_KEYED, Opening(tidy(each.nodes), each.blocks))
            if each.kind == "item" and each.number in answers
            else opening
            for each, opening in zip(above, openings[questions], strict=True)
        ]
        numbers = Counter(number_of(each) for each, opening in zip(above, opened, strict=True) if opening)
        key = {number: answer for number, answer in answers.items() if numbers[number] == 1}
        if len(key) < FEWEST or any(answer_of(each, labels) is not None for each in above):
            continue
        asked = [each for each, opening in zip(above, opened, strict=True) if opening and number_of(each) in key]
        answered |= {each.line: key[number_of(each)] for each in asked}
        openings[questions] = opened
        del blocks[where], openings[where]
    return blocks, openings, answered


def _from_key(claim: Claim, behind: Sequence[Block], answer: tuple[Block, ...], labels: Labels) -> Claim:
    """The question with its answer in the key, unless it has one of its own."""
    if any(answer_of(each, labels) is not None or "[x]" in each.info for each in behind):
        return claim
    return claim._replace(extra=_without_sources(behind, labels), answer=answer, covers=(*behind, *answer))


def _unquoted(block: Block, labels: Labels) -> tuple[Block, ...]:
    """The blocks of a quotation or callout with labelled questions, between its title and its end; else the block."""
    if block.kind != "quote" or not any(labels["question"].match(words(each.nodes)) for each in block.blocks):
        return (block,)
    title = replace(block, kind="heading", level=DEEPEST_HEADING + 1, blocks=())
    return (*([title] if block.nodes else []), *block.blocks, replace(title, kind="rule", nodes=()))


def _title(blocks: Iterable[Block]) -> Block | None:
    """The first heading, if it is the only one on its level or above."""
    headings = [block for block in blocks if block.kind == "heading"]
    return headings[0] if headings and all(each.level > headings[0].level for each in headings[1:]) else None


def _is_separate(blocks: Sequence[Block], openings: Sequence[tuple[Form, Opening] | None], at: int) -> bool:
    """Whether a question, if there is one, is separate from the question in the heading above it."""
    opening = openings[at]
    return opening is not None and (opening[0].heads or blocks[at - 1].kind != "heading" or not openings[at - 1])


def _is_another(
    opened: tuple[Form, Opening] | None, opening: tuple[Form, Opening] | None, question: Block, block: Block
) -> bool:
    """Whether a question ends the answer to one above it."""
    if not opened or not opening or (not opened[1].question and not opening[0].heads):
        return False  # below `Question 4`
    return opening[0].ends_answers or question.kind == block.kind == "item" or opening[0] is opened[0]


def _opening(block: Block, following: Block | None, labels: Labels) -> tuple[Form, Opening] | None:
    text = words(block.nodes)
    for form in FORMS:
        if block.kind in form.kinds and form.sign in text and (asked := form.read(block, text, following, labels)):
            return form, asked
    return None


def _end(
    blocks: Sequence[Block],
    openings: Sequence[tuple[Form, Opening] | None],
    at: int,
    title: Block | None,
    labels: Labels,
) -> int:
    """Where the answer to the question at this position ends; that to the title of the page, at any heading."""
    question = blocks[at] if blocks[at] is not title else replace(blocks[at], level=DEEPEST_HEADING)
    opened = openings[at]
    first = at if opened and opened[1].answer else at + 1
    for end in range(at + 1, len(blocks)):
        block, opening = blocks[end], openings[end]
        if block.kind == "rule" and question.kind in {"heading", "item"} and end == at + 1:
            continue
        if _is_separate(blocks, openings, end) and _is_another(opened, opening, question, block):
            return end
        if opening and question.kind == "paragraph" and opening[1].answer and block.blocks:
            return end  # an item with its own answer
        is_answered = end > first and answer_of(blocks[end - 1], labels) != () and not _is_open(blocks[end - 1])
        if question.kind == "paragraph" and is_answered and any(question_rows(block, labels)):
            return end  # a table of questions
        if _is_behind(question, blocks[end - 1], block, labels):
            return end
    return len(blocks)


def _is_open(block: Block) -> bool:
    """Whether a text announces what is below it."""
    return words(block.nodes).rstrip().endswith(":")


def _is_behind(question: Block, before: Block, block: Block, labels: Labels) -> bool:
    """Whether a block that starts no form is behind the answer to a question."""
    match block.kind, question.kind:
        case "rule", _:
            return True
        case "heading", _:
            goes_on = answer_of(block, labels) is not None
            is_other = question.kind != "heading" or block.level <= question.level
            return not goes_on and (is_other or labels.has("left_out", words(block.nodes)))
        case "item", "item":
            answered = any(answer_of(block, labels, label) is not None for label in ("answer", "answer_letter"))
            return not answered and not starts_list(question, block)
        case "item", "paragraph":
            return before.kind == "item" and starts_list(before, block)
    return False


def starts_list(before: Block, block: Block) -> bool:
    """Whether an item behind another starts a list of its own."""
    return block.number <= before.number if block.number >= 0 <= before.number else block.number != before.number


def _without_sources(blocks: Iterable[Block], labels: Labels) -> tuple[Block, ...]:
    """The blocks above a heading such as `References`, without links such as `[Answer]` and `[src]` around texts."""
    found: list[Block] = []
    for block in blocks:
        if _is_residue(block, labels):
            continue
        if block.kind == "heading" and labels.has("left_out", words(block.nodes)):
            break
        nodes = block.nodes
        if nodes and nodes[0].kind == "link" and labels.has("answer", words(nodes[:1]).strip("[]")):
            nodes = trimmed(nodes[1:])
        while any(node.kind == "link" for node in nodes[-2:]) and (source := labels["source_end"].search(words(nodes))):
            nodes = cut(nodes, 0, source.start())
        inside = _without_sources(block.blocks, labels) if block.blocks else ()
        found.append(replace(block, nodes=nodes, blocks=inside) if block.blocks or nodes is not block.nodes else block)
    return tuple(found)


def _claim(form: Form, asked: Opening, block: Block, behind: Sequence[Block], labels: Labels) -> Claim:
    content = _without_sources((*asked.answer, *behind), labels)
    while content and content[-1].kind == "heading" and answer_of(content[-1], labels) is None:
        content = content[:-1]
    answers = [None if _goes_on(content[:at], each) else answer_of(each, labels) for at, each in enumerate(content)]
    if any(_SECOND_CHOICE.search(words(each.nodes)) for each in content):
        firsts = [bool(_FIRST_CHOICE.match(words(each.nodes))) for each in content]
        answers = [None if first else answer for first, answer in zip(firsts, answers, strict=True)]
    elif answers.count(None) == len(answers):
        answers = [answer_of(each, labels, "answer_letter") for each in content]
    labelled = [at for at, answer in enumerate(answers) if answer is not None]
    if not asked.question and not labelled and any("[x]" in each.info for each in content):
        text, *options = content  # below `Question 1`
        claim = _claim(form, Opening(text.nodes), block, options, labels)
        return claim._replace(covers=(text, *claim.covers))
    # `A: …` above a folded answer is the first of several choices.
    first = next((at for at in labelled if content[at].info == "details"), labelled[0] if labelled else 0)
    open_choices = bool(content) and not labelled and all(map(_is_open_choice, content))
    if open_choices or (asked.labelled and not labelled and (not asked.question or form.name != "label")):
        return Claim(form, block, asked.question, (), (), ())
    inside = ((each,) if answer is None else answer for each, answer in zip(content, answers, strict=True))
    answer = tuple(each for several in list(inside)[first:] for each in several)
    if not first and labels["points"].search(words(asked.question)):
        first = next((at for at, each in enumerate(answer) if each.kind != "code"), 0)
        content, answer = answer, answer[first:]
    # What has a heading of its own before the answer is not asked.
    end = next((at for at, each in enumerate(content[:first]) if each.kind == "heading"), first)
    explains = (at for at, each in enumerate(content[:end]) if labels["explanation"].match(words(each.nodes)))
    explained = content[next(explains, end) : end]
    asked_too = (each for each in content[:end] if each not in explained and not _is_about(each, labels))
    extra, answer = _choices(tuple(asked_too), (*answer, *explained))
    covers = tuple(each for each in (*asked.answer, *behind) if each not in content[end:first])
    return Claim(form, block, asked.question, extra, answer, covers, asked.text, asked.reason)


def _goes_on(before: Sequence[Block], block: Block) -> bool:
    """Whether an item goes on with a list that has no choices, so that `Solution:` in it is no label."""
    is_listed = (
        block.kind == "item" and bool(before) and before[-1].kind == "item" and not starts_list(before[-1], block)
    )
    return is_listed and not any(map(_is_choice, before))


def _is_choice(block: Block) -> bool:
    return "[]" in block.info or "[x]" in block.info or bool(_CHOICE.match(words(block.nodes)))


def _is_open_choice(block: Block) -> bool:
    """Whether a block is a choice, or several in lines, without a mark that it is right."""
    if "[]" in block.info or "[x]" in block.info:
        return "[]" in block.info
    rows = [words(row) for row in lines(block.nodes)]
    is_marked = any(node.kind == "bold" for node in every_node(block.nodes)) or any(map(_RIGHT.search, rows))
    return not is_marked and not block.blocks and all(map(_CHOICE.match, rows))


def _is_about(block: Block, labels: Labels) -> bool:
    """Whether a line between a question and its answer says something about the question, such as `Level: easy`."""
    label, colon, _ = words(block.nodes).partition(":")
    return bool(colon) and labels.has("about_questions", label)


def _choices(extra: tuple[Block, ...], answer: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The parts of question and answer, if the answer is a list of choices with the right ones ticked."""
    choices: list[tuple[bool, list[Block]]] = []
    before, others = [*extra], list[Block]()
    for block in _ticked(answer):
        if "[]" in block.info or "[x]" in block.info:
            # `- [ ] :` is above its code.
            choices.append(("[x]" in block.info, [block] if words(block.nodes).strip(" :") else list(block.blocks)))
        elif choices and not others and block.kind in {"code", "math"}:
            choices[-1][1].append(block)
        else:
            (others if choices else before).append(block)
    ticked = [choice for is_right, choice in choices if is_right]
    if not ticked or len(ticked) == len(choices):
        return extra, answer
    right = [block for choice in ticked for block in choice]
    if len(ticked) == 1 and right and right[0].kind == "item":
        right[:1] = [_paragraph(right[0], right[0].nodes), *right[0].blocks]
    # What is below a choice explains it, unless the choice goes on with code or a formula.
    explained = [each for is_right, choice in choices if not is_right for each in choice if _explained(each)]
    shown = [replace(each, blocks=()) if _explained(each) else each for _, choice in choices for each in choice]
    return (*before, *(replace(each, nodes=_without_bold(each.nodes)) for each in shown)), (*right, *explained, *others)


def _without_bold(nodes: Nodes) -> Nodes:
    return tuple(inner for node in nodes for inner in (node.nodes if node.kind == "bold" else (node,)))


def _explained(choice: Block) -> bool:
    return choice.kind == "item" and any(each.kind in {"paragraph", "item", "quote"} for each in choice.blocks)


def _choice_lines(block: Block) -> Iterable[Block]:
    """The lines of a paragraph as items if they are choices of which one has a mark behind it."""
    rows = lines(block.nodes) if block.kind == "paragraph" else []
    marked = any(_RIGHT.search(words(row)) for row in rows) and all(_CHOICE.match(words(row)) for row in rows)
    return [replace(block, kind="item", nodes=row) for row in rows] if marked else [block]


def _ticked(blocks: Sequence[Block]) -> Iterable[Block]:
    """The blocks; choices of which some have a mark such as `(correct)` behind them have boxes instead."""
    blocks = [each for block in blocks for each in _choice_lines(block)]
    marks = [block.kind == "item" and _RIGHT.search(words(block.nodes)) for block in blocks]
    items = [block.kind for block in blocks].count("item")
    if not 0 < sum(map(bool, marks)) < items or items < FEWEST_CHOICES:
        return blocks
    return [
        replace(block, nodes=cut(block.nodes, 0, mark.start()) if mark else block.nodes, info="[x]" if mark else "[]")
        if block.kind == "item"
        else block
        for block, mark in zip(blocks, marks, strict=True)
    ]


# ---------------------------------------------------------------- parts of texts


def starts_block(labels: Labels, row: Nodes, above: Nodes) -> bool:
    """Whether a line starts a block of its own, given the lines above it in its block."""
    start, before = words(row[:2]), words(above).strip()
    label = row[:1] and row[0].kind == "bold" and ":" in (words(row[:1]).rstrip()[-1:], words(row[1:2])[:1])
    return (
        any(pattern.match(start) for pattern in (labels["question"], labels["answer"], labels["gap"], _ANSWER_MARK))
        or bool(_ANSWER_MARK.match(before))
        or bool(labels["answer_letter"].match(start) and labels["question"].match(before))
        or bool(labels["numbered"].match(before))
        or before.rpartition(" ")[2] in CARD_TAGS
        or ([node.kind for node in above] == ["bold"] and start[:1].isupper())
        or bool(label or front_and_back(row))
        or bool(_bold_question(Block(kind="paragraph", start=0, line=1, end=1, nodes=row), start, None, labels))
    )


def answer_of(block: Block, labels: Labels, label: str = "answer") -> tuple[Block, ...] | None:
    """The blocks of an answer without the label that it starts with; None if it has no label."""
    is_fold = block.info == "details" and not block.nodes
    if is_fold or (block.kind == "quote" and block.info and labels["reveals"].match(words(block.nodes))):
        inside = [each for each in _without_sources(block.blocks, labels) if each.kind != "html"]
        bold = next((at for at, node in enumerate(block.nodes) if node.kind == "bold"), 0)
        said = after_label(block.nodes, labels["answer"]) or (block.nodes[bold:] if bold else ())
        if words(said).strip() and not labels["reveals"].match(words(said)):
            return (_paragraph(block, said), *inside)
        first = answer_of(inside[0], labels) if inside else None
        return tuple(inside) if first is None else (*first, *inside[1:])
    if block.kind not in _TEXTS and block.kind != "heading":
        return None
    nodes = after_label(block.nodes, labels[label])
    if block.kind == "heading" and len(words(block.nodes).strip()) == 1:
        return None  # a letter of a glossary
    is_title = block.kind == "heading" or [node.kind for node in block.nodes] == ["bold"]
    if is_title and labels.has("answer", words(block.nodes)):
        nodes = ()
    if nodes is None and (mark := _ANSWER_MARK.match(words(block.nodes[:1]))):
        nodes = cut(block.nodes, mark.end())
    if nodes is None:
        return None
    return (*([_paragraph(block, nodes)] if nodes else ()), *block.blocks)


def after_label(nodes: Nodes, label: re.Pattern[str]) -> Nodes | None:
    """The text after a label such as `Q:`; None if it does not start with one."""
    start = words(nodes[:2])
    match = label.match(start) if _LABEL_END.search(start, 0, LONGEST_LABEL) else None
    rest = trimmed(cut(nodes, match.end())) if match else None
    return rest[0].nodes if rest and len(rest) == 1 and rest[0].kind == "bold" else rest


def front_and_back(nodes: Nodes) -> tuple[Nodes, Nodes] | None:
    """The two sides of `front :: back`; a `::` in bold words, code or formulas does not count.

    `std::map` is a name, unless both sides are single words or a phrase and a new sentence.
    """
    for at, node in enumerate(nodes):
        text = node.text if node.kind == "text" else ""
        match = (_SIDES.search(text) or (at and _SIDES_BEHIND.match(text))) if "::" in text else None
        if match:
            front = trimmed((*nodes[:at], replace(node, text=text[: match.start()])))
            back = trimmed((replace(node, text=text[match.end() :]), *nodes[at + 1 :]))
            before, after = words(front), words(back)
            asked = before.endswith("?") or (" " in before and not after[:1].islower())
            whole = asked or " " not in before + after
            return (front, back) if before.strip() and after.strip() and (whole or not match.lastgroup) else None
    return None


def _with_gaps(nodes: Nodes) -> Nodes:
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
    """A question without its number, and without links, signs and emoji behind it."""
    nodes = cut(nodes, _number_length(nodes))
    if quoted := _QUOTED.fullmatch(words(nodes).strip()):
        nodes = cut(nodes, quoted.start(1), quoted.end(1))
    if nodes and nodes[-1].kind == "text" and (nodes[-1].text[-1:] == "?" or nodes[-1].text[-1:].isalnum()):
        return nodes
    shown = "".join(_LINKED * len(words((node,))) if node.kind == "link" else words((node,)) for node in nodes)
    shown = _REFERENCE.sub(lambda link: " " * len(link[0]), shown)
    asked = _ASKED.match(shown) or _ENDED.match(shown)
    return cut(nodes, 0, asked.end(1)) if asked else nodes


def _number_length(nodes: Nodes) -> int:
    """The characters of the number that a text starts with."""
    match = _NUMBER.match(words(nodes[:2])) if nodes else None
    return match.end() if match else 0


def trimmed(nodes: Nodes) -> Nodes:
    """The text without line breaks, spaces and a dash or arrow at its start."""
    while nodes and (nodes[0].kind in {"space", "break"} or (nodes[0].kind == "text" and not nodes[0].text.strip())):
        nodes = nodes[1:]
    if nodes and nodes[0].kind == "text" and (start := _LEADING.match(nodes[0].text)):
        nodes = (replace(nodes[0], text=nodes[0].text[start.end() :]), *nodes[1:])
    return nodes


def _paragraph(block: Block, nodes: Nodes) -> Block:
    return replace(block, kind="paragraph", nodes=nodes, blocks=(), number=-1)
