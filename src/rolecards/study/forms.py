"""The forms in which authors write questions: each is a row of `FORMS`, which says how it starts.

To add a form, add a row here, and an example with its cards to `tests/study/forms`.
"""

import re
from collections.abc import Callable, Container
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from rolecards.study.answers import ANSWER_END, ANSWER_MARK, LABEL_NUMBER, PROPERTY, TEXTS, answer_of, only_jumps
from rolecards.study.choices import BOXES, CHOICE
from rolecards.study.labels import SIGNS, Labels
from rolecards.study.marks import CARD_TAGS
from rolecards.study.rows import TERM
from rolecards.study.text_parts import (
    COLONS,
    QUOTES,
    after_label,
    front_and_back,
    has_number,
    is_bold_question,
    number_length,
    paragraph,
    tidy,
    trimmed,
    with_gaps,
)
from rolecards.text.tree import Block, BlockKind, Nodes, cut, every_node, lines, whole_kind, words

LONGEST_AFTER_QUESTION = 25  # the most words of an answer on the same line as its question
FEWEST_IN_STATEMENT = 4  # the fewest words of a heading with a number and a full stop that counts as a question
MANY = 50  # more elements than this are a long text
SHORTEST_WORD = 3  # the fewest letters of a label that can be a term
FEWEST_IN_TASK = 3  # the fewest words of a text that counts as a task because an answer is below it
_ANSWERS: frozenset[BlockKind] = frozenset({"paragraph", "item", "code", "math", "table", "quote"})
_MEANINGS: frozenset[BlockKind] = frozenset({*TEXTS, "quote"})  # of a term in a glossary
_ASKING = frozenset({"question", "faq", "help", "details"})  # the types of callouts whose titles are questions
_QUOTATIONS = frozenset({"quote", "cite"})  # the types of callouts whose titles are sources
WHOLE_QUESTION = re.compile(r"[^.?!]*[?\uff1f]")  # one sentence
_MEANS = re.compile(r"\s*(?::|=>|->|[=\u2013\u2014\u2192-])\s+(?=.*[^\W\d_]{2})", re.DOTALL)
QUESTION_END = re.compile(r"[?\uff1f](?:\s*[(\[\uff08][^()\[\]\uff08\uff09]{1,80}[)\]\uff09])?\Z")
_VERB = re.compile(r"\s+(?=([a-z]{3,}s)\s+(\w+))")  # behind a command: `ls` lists files
_QUESTION_MARK = re.compile(r"[?\uff1f]")
_QUESTION = re.compile(rf"{QUESTION_END.pattern}|\w[?\uff1f]\s")
_FIRST_SENTENCE = re.compile(r"[^?.!]*\w[^?.!]*\?+(?=\s|//)")
_SIGN = re.compile(r"(?:\s?\([^()]{1,40}\))?\s?:|\s(?:[-=]>|-{1,3}|[=\u2013\u2014\u2190-\u21ff])\s")  # behind a term
JOINED = re.compile(r"\s*(?:[,/&+]|\w{2,4}\.?)\s*")  # between two terms or commands
_PROPERTY = re.compile(PROPERTY, re.IGNORECASE)
_QUOTED_TERM = re.compile(r"[\"\u201c\u201e\u00ab][^\"\u201d\u201c\u00bb]+[\"\u201d\u201c\u00bb]\s*[:=\u2013\u2014-]")
_SYMBOL = re.compile(r"[A-Z]\d")  # such as the quartile `Q1`
_SETTING = re.compile(r"[a-z]+(?:-[a-z]+)+:: \S+")  # such as `background-color:: blue`
_BULLET = re.compile(r"[-\u2022\u25cf\u21b3]\s+\S")  # at the start of a line
_HASHES = re.compile(r"##+[^\W\d_#]|#[^\W\d_][^?]*\s[^?]*\?\Z")  # of a heading without a space
_SIGNED = re.compile(rf"(?!\s){SIGNS.pattern}")  # a line that starts with a sign
_COLON = re.compile(r"[:\uff1a]\s+")
_ONLY_NUMBER = re.compile(r"\d{1,3}[.):]?")
_COMMAND = re.compile(r"[^.!?:]+\.\s*")  # a sentence without a question mark
SOLUTION = re.compile(r"S:(?:\s|\Z)")  # of a problem, which starts with `P:`
_WORD_START = re.compile(r"\w\W+\w")


class Opening(NamedTuple):
    """The start of a form."""

    question: Nodes
    answer: tuple[Block, ...] = ()  # the part of the answer that is in the same block
    goes_on: bool = True  # whether the answer continues after the block
    labelled: bool = False  # whether a text after the block is an answer only if it has a label such as `A:`
    text: Nodes = ()  # the text of a cloze card
    reason: str = ""  # why the block makes no card
    blocks: int = 0  # the number of blocks after it that are the answer, if it does not depend on them


class Form(Struct, frozen=True):
    """A row of the table."""

    name: str
    kinds: frozenset[BlockKind]  # the blocks that it can start with
    read: Callable[[Block, str, Block | None, Labels], Opening | None]
    """The opening in a block with this text, given the next block; None if it does not start this form."""
    sign: str = ""  # a substring of every text that starts it
    ends_answers: bool = True  # whether it ends the answer above it
    guesses: bool = False  # whether the text after it might not be an answer
    only_lists: bool = False  # whether texts below it are not part of the answer
    exact: bool = False  # whether a text in one block is the whole answer as it is, without labels and choices in it
    heads: bool = True  # whether it is a separate question directly below a heading that asks


def _contents(block: Block, _text: str, _following: Block | None, _labels: Labels) -> Opening | None:
    if not any(node.kind == "link" for node in block.nodes[:2]):
        return None
    inner = [each.kind == "item" and _contents(each, "", None, _labels) for each in block.blocks]
    return Opening((), goes_on=False, reason="contents") if only_jumps(block.nodes) and all(inner) else None


def _code_term(block: Block, text: str, _following: Block | None, labels: Labels) -> Opening | None:
    first = block.nodes[0] if block.nodes else None
    if not first or "code" not in {first.kind, whole_kind(first.nodes)}:
        return None
    size = len(words((first,)))
    sign, verb = _MEANS.match(text, size), _VERB.match(text, size)
    # `` `class` names are … `` and `` `for` loops repeat code `` do not say what the command does.
    has_object = (
        verb
        and not labels.has("code_nouns", verb[1])
        and (labels["article"].match(verb[2]) or not labels.has("function_words", verb[2]))
    )
    end = sign or (verb if has_object and not _QUESTION_MARK.search(text) else None)
    if end is None or not text[end.end() :].strip():
        return None
    answer = paragraph(block, cut(block.nodes, end.end()))
    return Opening(block.nodes[:1], (answer, *block.blocks), goes_on=False)


def _heading_term(block: Block, text: str, _following: Block | None, labels: Labels) -> Opening | None:
    first, *rest = block.nodes or (None,)
    term = words((first,)).strip() if first and first.kind == "bold" else ""
    sign = _COLON.match(f"{term[-1:]} " if term.endswith(COLONS) else words(rest))
    if not (first and term and sign) or _QUESTION_MARK.search(text):
        return None
    said = trimmed(tuple(rest) if term.endswith(COLONS) else cut(tuple(rest), sign.end()))
    name = cut(first.nodes, 0, len(term.rstrip(":\uff1a")))
    is_said = words(said)[:1].islower() or labels.is_sentence(words(said))
    return Opening(name, (paragraph(block, said),)) if is_said and not labels.is_label(term) else None


def _callout(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_asked = block.info in _ASKING or _QUESTION.search(text) or labels["asks"].match(text)
    opening = _titled(block, text, following, labels) if is_asked else None
    if opening is None or block.blocks:
        return opening
    is_answered = following is not None and answer_of(following, labels) is not None
    return opening._replace(labelled=True, blocks=int(is_answered))


def _titled(block: Block, title: str, _following: Block | None, labels: Labels) -> Opening | None:
    is_open = block.info in _ASKING  # its answer may be behind it
    if not block.info or not block.nodes or not (block.blocks or is_open) or labels["reveals"].match(title):
        return None
    if block.info in _QUOTATIONS or labels.has("labels", title):
        return None
    reason = "contents" if labels.has("left_out", title) else ""
    question = after_label(block.nodes, labels["question"]) or tidy(block.nodes)
    return Opening(question, block.blocks, goes_on=False, reason=reason)


def _labelled(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if block.kind == "heading" and len(text.strip()) == 1:
        return None  # a letter of a glossary
    is_number = _ONLY_NUMBER.fullmatch(text.strip()) and (block.kind == "heading" or whole_kind(block.nodes) == "bold")
    if labels["numbered"].match(text) or is_number:
        return Opening((), block.blocks, labelled=True)
    question = after_label(block.nodes, labels["question"]) or after_label(
        cut(block.nodes, number_length(block.nodes)), labels["question"]
    )
    if not question:
        return None if question is None else Opening((), labelled=True)
    answered = any(answer_of(each, labels) is not None for each in block.blocks)
    outside = following is not None and answer_of(following, labels) is not None
    if not (answered or outside) and _is_term(block.nodes, question, labels):
        return None
    question, rest = _whole_question(question)
    if inline := labels["inline_answer"].search(words(question)):
        question, rest = cut(question, 0, inline.start()), trimmed(cut(question, inline.end()))
    inside = (*((paragraph(block, rest),) if rest else ()), *block.blocks)
    if block.kind == "item" and inside and (answered or not outside):
        return Opening(tidy(question), inside, goes_on=False)
    return Opening(tidy(question), inside[: len(inside) - len(block.blocks)], labelled=block.kind != "heading")


def _is_term(nodes: Nodes, question: Nodes, labels: Labels) -> bool:
    """Whether a label such as `**Domanda:**` is a word that the text behind it explains."""
    text, label = words(question), words(nodes[:1]).strip(" :\uff1a")
    asks = "?" in text or labels["inline_answer"].search(text) or labels["asks"].match(text)
    is_word = (label.isalpha() and len(label) >= SHORTEST_WORD) or _SYMBOL.fullmatch(label)
    return nodes[0].kind == "bold" and bool(is_word) and not asks


def _follow_up(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    question = after_label(block.nodes, labels["follow_ups"])
    is_answered = following is not None and answer_of(following, labels) is not None
    return Opening(tidy(question), labelled=True) if question and is_answered and QUESTION_END.search(text) else None


def _whole_question(nodes: Nodes) -> tuple[Nodes, Nodes]:
    """The lines of a question up to one that ends in a question mark or is bold, and the lines below them."""
    rows = lines(nodes)
    ends = [at for at, row in enumerate(rows, start=1) if QUESTION_END.search(words(row).rstrip())]
    if whole_kind(rows[0]) == "bold":
        return rows[0][0].nodes, nodes[len(rows[0]) + 1 :]
    if nodes[0].kind == "bold" and QUESTION_END.search(words(nodes[:1])):
        return nodes[0].nodes, trimmed(nodes[1:])
    if not ends or ends[-1] == len(rows):
        return nodes, ()
    length = sum(map(len, rows[: ends[-1]])) + ends[-1]
    return nodes[: length - 1], nodes[length:]


def _gap(block: Block, text: str, _following: Block | None, labels: Labels) -> Opening | None:
    if any(node.kind == "cloze" for node in every_node(block.nodes)):
        return Opening((), goes_on=False, text=block.nodes)
    nodes = after_label(block.nodes, labels["gap"]) if "[" in text else None
    gaps = nodes is not None and with_gaps(nodes)
    return Opening((), goes_on=False, text=gaps) if gaps else None


def _two_sides(block: Block, text: str, _following: Block | None, _labels: Labels) -> Opening | None:
    sides = front_and_back(block.nodes)
    if sides and (_PROPERTY.fullmatch(words(sides[0])) or _SETTING.fullmatch(text.strip())):
        return None
    return Opening(sides[0], (paragraph(block, sides[1]), *block.blocks), goes_on=False) if sides else None


def _statement(block: Block, _text: str, _following: Block | None, labels: Labels) -> Opening | None:
    is_quoted = block.kind == "quote" and not block.info
    inner, *others = block.blocks if is_quoted and block.blocks else (block,)
    match = labels["statement"].match(inner.words)
    if not match or inner.nodes[0].kind != "bold":
        return None
    nodes = tuple(each for node in inner.nodes for each in (node.nodes if node.kind == "bold" else (node,)))
    space = replace(nodes[0], kind="space", text="", nodes=())
    name = (*cut(nodes, *match.span("kind")), space, *cut(nodes, *match.span("name")))
    said = trimmed(cut(nodes, match.end()))
    return Opening(name, (*([paragraph(inner, said)] if said else ()), *others), goes_on=not is_quoted)


def _answer_mark(block: Block, text: str, following: Block | None, _labels: Labels) -> Opening | None:
    marked = following is not None and following.kind == "paragraph" and ANSWER_MARK.match(words(following.nodes[:1]))
    return Opening(block.nodes, labelled=True) if marked and not ANSWER_MARK.match(text) else None


def _tagged(block: Block, _text: str, following: Block | None, _labels: Labels) -> Opening | None:
    tagged = bool(block.nodes) and not CARD_TAGS.isdisjoint(block.info.split())
    return Opening(block.nodes, block.blocks, goes_on=not block.blocks and following is not None) if tagged else None


def _heading(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if block.kind == "item" and block.info.split()[:1] != ["heading"]:
        return None
    question = tidy(block.nodes)
    is_whole, text = text.rstrip().endswith((".", ":")), words(question)
    is_whole = is_whole or text.endswith(".")
    is_statement = is_whole and has_number(block.nodes) and len(text.split()) >= FEWEST_IN_STATEMENT
    is_explained = following is not None and not _QUOTED_TERM.match(following.words)
    is_term = block.info == TERM and is_explained and following is not None and _is_meaning(following, _MEANINGS)
    is_counted = following is not None and labels.counts(text) and _is_meaning(following, {"item"})
    is_asked = _QUESTION.search(text) or labels["asks"].match(text) or is_statement or is_term or is_counted
    is_plan = labels["announces"].match(text) and not _QUESTION.search(text)
    is_full = _QUESTION.search(text) or labels["asks_fully"].match(text) or labels["commands"].match(text)
    is_recap = labels["recap"].match(text) and following and following.words.rstrip().endswith(COLONS)
    is_list = following is not None and following.number < 0 and _is_paired(following)
    is_title = is_list and (labels["recap"].match(text) or not (is_full or is_term))
    if labels.has("summary", text) or is_recap or is_title:
        return None
    if is_plan or not any(map(str.isalpha, text)) or not (is_asked or _is_task(text, following, labels)):
        return None
    return Opening(question, block.blocks, goes_on=block.kind == "heading" or not block.blocks)


def _is_paired(block: Block) -> bool:
    """Whether a block is an item that starts with a bold label or code, or a table of these."""
    firsts = [row[0] for row in block.rows[1:]] or [block.nodes if block.kind == "item" else ()]
    return all(first and first[0].kind in {"bold", "code"} for first in firsts)


def _definition(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if following is None or not _is_meaning(following, TEXTS):
        return None
    term, said = (each.casefold().replace("-", " ").strip() for each in (words(tidy(block.nodes)), following.words))
    said = said[article.end() :] if (article := labels["article"].match(said)) else said
    is_whole = not said.rstrip().endswith(COLONS)
    is_defined = is_whole and said.startswith(term) and labels["defines_at_once"].match(said[len(term) :])
    return Opening(tidy(block.nodes), blocks=1) if text.strip() and term and is_defined else None


def _is_meaning(block: Block, kinds: Container[BlockKind] = ("paragraph",)) -> bool:
    """Whether a block below a term is text that asks nothing and in which no other term is marked."""
    asks = QUESTION_END.search(block.words.rstrip())
    return block.kind in kinds and not asks and not any(node.kind == "bold" for node in block.nodes)


def _bold_question(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    number = number_length(block.nodes)
    bold = _leading_bold(block.nodes, number)
    if not bold:
        return None
    question, rest = tidy(bold[0].nodes), trimmed(bold[1:])
    alone = not any(map(str.isalnum, words(rest)))
    asked = words(question)
    if mark := _COLON.match(words(rest)):
        rest = cut(rest, mark.end())
    is_whole = _QUESTION_MARK.search(text) or (mark and labels["asks_fully"].match(asked))
    if not alone and (not is_whole or any(map(is_bold_question, rest))):
        return None
    is_title = block.kind == "paragraph" or block.blocks or (block.number >= 0 and following and following.number < 0)
    command = (is_title if alone else is_whole) and labels["asks"].match(asked)
    task = alone and number and words(bold[:1]).rstrip().endswith((".", ":")) and following and following.kind == "code"
    is_label = words(bold[:2]).rstrip()[-1:] in COLONS and not labels["commands"].match(asked)
    if command and not task and not labels["asks_fully"].match(asked) and (is_label or labels.has("aspects", asked)):
        return None
    if not _WORD_START.search(asked) or not (_QUESTION.search(asked) or command or task):
        return None
    answer = () if alone else (paragraph(block, rest),)
    inside = block.kind == "item" and bool(block.blocks or answer)
    reason = "contents" if labels.has("own_answers", asked) else ""
    return Opening(question, (*answer, *block.blocks), goes_on=not inside, reason=reason)


def _plain_question(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    if following is None or not QUESTION_END.search(text) or answer_of(block, labels) is not None:
        return None
    labelled = answer_of(following, labels) is not None
    return Opening(tidy(block.nodes), labelled=labelled) if labelled or number_length(block.nodes) else None


def _sentence(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    first, *rest = lines(block.nodes)
    has_term = any(node.kind == "bold" for node in first[1:])
    question = words(first).rstrip()
    if rest and WHOLE_QUESTION.fullmatch(question) and not _QUESTION_MARK.search(text, len(question)):
        answer = trimmed(cut(block.nodes, len(question)))
        is_clear = _asks_cold(question, labels, names_subject=has_term)
        return Opening(tidy(first), (paragraph(block, answer),)) if is_clear else None
    if following is None or following.kind not in _ANSWERS:
        return None
    is_task = has_term and following.kind != "paragraph" and _COMMAND.fullmatch(text) and labels["commands"].match(text)
    is_asked = (is_task or QUESTION_END.search(text)) and _asks_cold(text, labels, names_subject=has_term)
    return Opening(tidy(block.nodes)) if is_asked else None


def _asks_cold(text: str, labels: Labels, *, names_subject: bool = False) -> bool:
    """Whether a question can be understood without the text above it."""
    is_whole = len(text.split()) >= FEWEST_IN_STATEMENT or labels["asks_fully"].match(text)
    is_clear = names_subject or not labels["pronouns"].search(text)
    return bool(is_whole and labels["asks"].match(text) and is_clear)


def _task(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_other = answer_of(block, labels) is not None or labels["question"].match(text)
    return Opening(tidy(block.nodes), labelled=True) if not is_other and _is_task(text, following, labels) else None


def _numbered_task(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_open = has_number(block.nodes) and following is not None and following.kind != "heading"
    return _task(block, text, following, labels) if is_open else None


def _is_task(text: str, following: Block | None, labels: Labels) -> bool:
    """Whether a text that is not a question is answered below it, after a label such as `Answer:`."""
    if following is None or labels["counted"].match(text) or len(text.split()) < FEWEST_IN_TASK:
        return False
    if following.kind == "heading" and LABEL_NUMBER.match(following.words):
        return False
    says_so = following.info != "details" or any(labels.has(name, following.words) for name in ("answer", "reveals"))
    return says_so and answer_of(following, labels) is not None


def _leading_bold(nodes: Nodes, number: int) -> Nodes:
    """The text after its number, if it starts in bold; also for `***What?***`, `*What?*` and `**1.** What?`."""
    if not nodes or nodes[0].kind == "code" or (nodes[0].kind == "text" and len(nodes[0].text) > number):
        return ()
    first, *rest = cut(nodes, number) or nodes
    if first.kind == "italic" and first.nodes[0].kind == "bold":
        first, *rest = *first.nodes, *rest
    elif (first.kind == "italic" and not rest) or (first.kind != "bold" and nodes[0].kind == "bold"):
        inner = first.nodes if first.kind == "italic" else trimmed((first, *rest))
        first, rest = replace(first, kind="bold", nodes=inner), []
    return (first, *rest) if first.kind == "bold" else ()


def _ticked(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    below = (*block.blocks, following)[0]
    if below is None or below.info not in BOXES or block.info in BOXES or labels["tells_to_choose"].match(text):
        return None
    asks = _QUESTION_MARK.search(text) or labels["asks"].match(text) or labels["chooses"].search(text)
    is_asked = asks and answer_of(block, labels) is None
    return Opening(cut(block.nodes, number_length(block.nodes)), block.blocks) if is_asked else None


def _item_question(block: Block, text: str, following: Block | None, labels: Labels) -> Opening | None:
    is_asked = bool(_QUESTION_MARK.search(text))
    # What is below several steps does not answer the last one.
    is_one = is_asked or block.number <= 1 or any(CHOICE.match(words(row)) for row in lines(block.nodes)[1:])
    is_lead = bool(block.blocks) and text.rstrip().endswith(COLONS)  # of a list, as is the next item
    outside = following is not None and answer_of(following, labels) is not None and is_one and not is_lead
    is_whole = bool(QUESTION_END.search(text) or (is_asked and labels["tells_to_choose"].search(text)))
    is_above = block.number >= 0 and is_whole and following is not None and following.number < 0
    is_last = following is not None and (following.kind != "item" or is_above)
    is_about_code = is_asked and following is not None and following.kind == "code"
    has_answer = block.blocks or (is_last and (block.number >= 0 or is_about_code or (is_asked and outside)))
    if not text.strip() or not has_answer:
        return None
    inside = any(answer_of(each, labels) is not None for each in block.blocks)
    asks_fully = bool(block.number >= 0 and not is_asked and labels["asks_fully"].match(text))
    if not is_asked:  # it may be above several questions
        inside = inside and not any(labels["question"].match(each.words) for each in block.blocks)
    is_bold = [whole_kind(each.nodes) == "bold" for each in block.blocks]  # a choice that is marked as right
    is_stem = block.number >= 0 and is_bold[1:] and is_bold.count(True) == 1 and labels["incomplete"].search(text)
    is_command = labels["commands"].match(text[number_length(block.nodes) :])
    if not (inside or outside or asks_fully or is_command or is_whole or is_stem):
        return None
    question = _asked_in(block)
    task, rest = _command_line(question) if is_command and not (inside or outside) else (question, ())
    below = (*((paragraph(block, rest),) if rest else ()), *block.blocks)
    return Opening(task, below, goes_on=outside or not block.blocks)


def _asked_in(item: Block) -> Nodes:
    """The text of an item without its number, and without links and signs behind it if it is one line."""
    return tidy(item.nodes) if len(lines(item.nodes)) == 1 else cut(item.nodes, number_length(item.nodes))


def _answered_line(block: Block, text: str, _following: Block | None, labels: Labels) -> Opening | None:
    if not (text.strip() and _QUESTION_MARK.search(text)):
        return None
    if block.nodes[0].kind == "bold" and _SIGN.match(words(block.nodes[1:2]) or words(block.nodes[:1])[-1:]):
        return None  # it explains a term
    question = _asked_in(block)
    text, first = words(question), words(lines(question)[0]).rstrip()
    match = _FIRST_SENTENCE.match(text) if text[:1] not in QUOTES else None
    # `Big companies?` is rhetorical.
    is_clear = match and (len(match[0].split()) >= FEWEST_IN_STATEMENT or labels["asks"].match(match[0]))
    if len(first) < len(text) and QUESTION_END.search(first):
        end, longest = len(first), len(text)
    elif match and is_clear and "?" not in text[match.end() :] and not block.blocks:
        end, longest = match.end(), LONGEST_AFTER_QUESTION
    else:
        return None
    answer = trimmed(cut(question, end))
    said = words(answer)
    asks_on = labels["commands"].match(said.casefold().removeprefix("and ")) or QUESTION_END.search(said)
    is_number = not any(map(str.isalpha, said)) and not (labels["asks_number"].match(text) and said[:1].isdigit())
    if asks_on or is_number or said[:1] == "(" or len(said.split()) > longest:
        return None
    asked = question if len(lines(question)) == 1 else tidy(cut(question, 0, end))
    return Opening(cut(asked, 0, end), (paragraph(block, answer), *block.blocks), goes_on=False)


def _command_line(nodes: Nodes) -> tuple[Nodes, Nodes]:
    """The first line of a command that is a whole sentence, and the text below it, unless that is choices."""
    first, *rest = lines(nodes)
    is_whole = not _COMMAND.fullmatch(words(first)) or any(CHOICE.match(words(row)) for row in rest)
    return (nodes, ()) if is_whole else (first, trimmed(cut(nodes, len(words(first)))))


Opened = tuple[Form, Opening] | None  # what a block starts

FORMS = (
    Form("follow-up", frozenset({"paragraph"}), _follow_up),
    Form("contents", frozenset({"item"}), _contents),
    Form("callout", frozenset({"quote"}), _callout, guesses=True),
    Form("titled-callout", frozenset({"quote"}), _titled, ends_answers=False, guesses=True),
    Form("label", TEXTS | {"heading"}, _labelled),
    Form("gap", TEXTS, _gap),
    Form("two-sides", TEXTS, _two_sides, sign="::", exact=True),
    Form("statement", frozenset({"paragraph", "quote"}), _statement, only_lists=True),
    Form("answer-mark", TEXTS, _answer_mark, heads=False),
    Form("card-tag", TEXTS | {"heading"}, _tagged),
    Form("heading-term", frozenset({"heading"}), _heading_term),
    Form("heading", frozenset({"heading", "item"}), _heading, guesses=True),
    Form("definition", frozenset({"heading"}), _definition, ends_answers=False),
    Form("bold-question", TEXTS, _bold_question, guesses=True),
    Form("ticked", TEXTS, _ticked, heads=False),
    Form("plain-question", frozenset({"paragraph"}), _plain_question, guesses=True, heads=False),
    Form("numbered-task", frozenset({"paragraph"}), _numbered_task, heads=False),
    Form("task", frozenset({"paragraph"}), _task, ends_answers=False, heads=False),
    Form("sentence", frozenset({"paragraph"}), _sentence, ends_answers=False, guesses=True, heads=False),
    Form("code-term", frozenset({"item"}), _code_term, ends_answers=False),
    Form("item-question", frozenset({"item"}), _item_question, ends_answers=False, guesses=True),
    Form("answered-line", frozenset({"item"}), _answered_line, ends_answers=False, guesses=True),
)
"""In the order in which they are tried; the first is the only one for a text that starts with its label."""


def opening_of(block: Block, following: Block | None, labels: Labels) -> Opened:
    """The first form that a block starts, given the next block; None if it starts none."""
    text = block.words
    # Without an answer, it is only what might be asked next.
    is_next = block.kind == "paragraph" and labels["follow_ups"].match(text)
    for form in FORMS[:1] if is_next else FORMS[1:]:
        if block.kind in form.kinds and form.sign in text and (asked := form.read(block, text, following, labels)):
            return form, asked
    return None


def _is_numbered_question(row: Nodes, labels: Labels) -> bool:
    at, text = number_length(row), words(row).rstrip()
    return has_number(row) and (_QUESTION.search(text) is not None or labels["commands"].match(text[at:]) is not None)


def starts_block(labels: Labels, row: Nodes, above: Nodes) -> bool:
    """Whether a line starts a separate block, given the lines above it in its block."""
    # A long text above is no label, so only its end counts.
    start, before = words(row[:2]), words(above if len(above) <= MANY else above[-2:]).strip()
    is_definition = labels["article"].match(start) is not None
    is_marked = row[1:] and row[0].kind == "text" and SIGNS.fullmatch(row[0].text)
    shown = row[1:] if is_marked else row  # behind a sign such as a tick
    is_pair = shown[2:] and shown[0].kind == shown[2].kind == "bold" and JOINED.fullmatch(words(shown[1:2]))
    term, sign = (words(shown[at : at + 1]) for at in ((2, 3) if is_pair else (0, 1)))
    label = shown[:1] and shown[0].kind == "bold" and (term.rstrip()[-1:] == ":" or _SIGN.match(sign))
    return (
        any(pattern.match(start) for pattern in (labels["question"], labels["answer"], labels["gap"], ANSWER_MARK))
        or bool(ANSWER_MARK.match(before))
        or bool(start[:1] != "a" and labels["answer_letter"].match(start) and labels["question"].match(before))
        or bool(labels["numbered"].match(before) or (before.startswith("P: ") and SOLUTION.match(start)))
        or before.rpartition(" ")[2] in CARD_TAGS
        or start.strip() == ANSWER_END
        or (_SIGNED.match(start) and _SIGNED.match(words(above[:1])) is not None)
        or bool(_BULLET.match(start) or _HASHES.match(start) or _HASHES.match(before))
        or _is_numbered_question(row, labels)
        or (whole_kind(above) == "bold" and (start[:1].isupper() or before[-1] in ".?:" or is_definition))
        or bool(label or front_and_back(row))
        or bool(_bold_question(Block(kind="paragraph", start=0, line=1, end=1, nodes=row), start, None, labels))
    )
