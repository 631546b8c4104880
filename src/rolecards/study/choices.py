"""Choices with the right ones ticked: all of them are part of the question, and the right ones are the answer."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile

from msgspec.structs import replace

from rolecards.study.labels import CROSS, SIGN, TICK, Labels
from rolecards.study.text_parts import paragraph, trimmed
from rolecards.text.tree import Block, Inline, Nodes, cut, every_node, lines, whole_kind, words

FEWEST_CHOICES = 3  # the fewest items that count as choices because some are marked as right
LONGEST_CHOICE = 20  # the most words of a choice that is marked as right only by bold words
BOXES = frozenset({"[]", "[x]"})  # the `info` of choices, and of those marked as right
ANSWER_LETTER = re.compile(r"[A-Ea-e]")  # the letter of a choice that is an answer
CHOICE = re.compile(r"\s*\(?[A-Ha-h](?:[.)]|\s?:)\s")
_LETTERED = re.compile(r"\W*([A-Ha-h])(?:[.)]|\s?:)\s")  # a choice at the start of a line
_NEXT_LETTER = re.compile(r"\s\(?([A-Ha-h])[.)]\s")  # further choices on the line
_STATED = re.compile(r"\W*([A-H])[.)]\s+")  # `B) because …`
LETTERS = re.compile(r"\W*[A-H](?:\W+(?:(?![A-H]\s)\w{1,3}\s)?[A-H])*\W*", re.IGNORECASE)
_LETTER = re.compile(r"\b[A-H]\b", re.IGNORECASE)
_JOINED = re.compile(r"\W*([A-H]{2,5})\W*")  # several letters
_WRONG = re.compile(rf"\s*{CROSS}\W*\Z")
_VERDICT = re.compile(rf"\s*(?:{TICK}|{CROSS})\s*")
_OTHER = re.compile(rf"(?!\s){SIGN}\s*\Z")


def is_choice(block: Block) -> bool:
    """Whether a block has a box, or a letter such as `A)` at its start."""
    return "[]" in block.info or "[x]" in block.info or bool(CHOICE.match(block.words))


def is_open_choice(block: Block, labels: Labels) -> bool:
    """Whether a block is one choice, or several on lines, with none marked as right."""
    if "[]" in block.info or "[x]" in block.info:
        return "[]" in block.info
    rows = [words(row) for row in _rows(block)] or [""]
    bold = [words(node.nodes) for node in every_node(block.nodes) if node.kind == "bold"]
    is_marked = not all(map(LETTERS.fullmatch, bold)) or any(map(labels["right_choice"].search, rows))
    is_code = bool(block.nodes) and block.nodes[0].kind == "code"
    return not (is_marked or is_code or block.blocks) and all(map(CHOICE.match, rows))


def with_choices(
    extra: tuple[Block, ...], answer: tuple[Block, ...], labels: Labels
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Question and answer, with the right choices as the answer; nothing in the question says which they are."""
    choices: list[tuple[bool, list[Block]]] = []
    before, others = [*extra], list[Block]()
    for block in with_ticks(answer, labels):
        if "[]" in block.info or "[x]" in block.info:
            # `- [ ] :` is above its code.
            choices.append(("[x]" in block.info, [block] if block.words.strip(" :") else list(block.blocks)))
        elif choices and not others and block.kind in {"code", "math"}:
            choices[-1][1].append(block)
        else:
            (others if choices else before).append(block)
    ticked = [[_unmarked(choice[0], labels), *choice[1:]] for is_right, choice in choices if is_right and choice]
    if not ticked or len(ticked) == len(choices):
        extra = _without_marks(extra, labels)
        return extra, with_named(extra, answer, labels)
    right = [block for choice in ticked for block in choice]
    if all(choice and LETTERS.fullmatch(choice[0].words) for _, choice in choices):
        letters = tuple(node for block in right for node in (*block.nodes, replace(block.nodes[0], kind="space")))
        return extra, (*with_named(extra, (*before[len(extra) :], paragraph(right[0], letters)), labels), *others)
    if len(ticked) == 1 and right and right[0].kind == "item":
        right[:1] = [paragraph(right[0], _without_bold(right[0].nodes)), *right[0].blocks]
    # What is below a choice explains it, unless the choice goes on with code or a formula.
    explained = [each for is_right, choice in choices if not is_right for each in choice if _explained(each)]
    shown = [replace(each, blocks=()) if _explained(each) else each for _, choice in choices for each in choice]
    return (*before, *(_unmarked(each, labels) for each in shown)), (*right, *explained, *others)


def without_mark(answer: tuple[Block, ...], labels: Labels) -> tuple[Block, ...]:
    """An answer without a mark such as `(correct)` at the start or end of its first text."""
    first = answer[0] if answer and answer[0].kind == "paragraph" and answer[0].nodes else None
    is_one = len(_VERDICT.findall(" ".join(each.words for each in answer))) <= 1
    nodes, box = _marked(first.nodes, labels) if first and is_one else ((), None)
    return (replace(first, nodes=nodes), *answer[1:]) if first and nodes and box == "[x]" else answer


def _unmarked(choice: Block, labels: Labels) -> Block:
    """A choice as part of a question, without the marks that tell whether it is right."""
    return replace(choice, nodes=_without_bold(_marked(choice.nodes, labels)[0])) if choice.nodes else choice


def with_named(extra: Iterable[Block], answer: tuple[Block, ...], labels: Labels) -> tuple[Block, ...]:
    """The answer, with the choices themselves if it names them only by letters."""
    if not answer or answer[0].kind != "paragraph":
        return answer
    first, *rest = lines(answer[0].nodes)
    if rest and LETTERS.fullmatch(words(first)) and not LETTERS.fullmatch(answer[0].words):
        behind = cut(answer[0].nodes, len(words(first)) + 1)
        answer = (replace(answer[0], nodes=first), replace(answer[0], nodes=behind), *answer[1:])
    nodes, text = answer[0].nodes, answer[0].words
    stated = _STATED.match(text)
    reason = labels["right_letter"].match(text) or stated
    joined, letters = _JOINED.fullmatch(text), next(filter(None, reason.groups())) if reason else text
    if not (joined or LETTERS.fullmatch(letters)):
        return answer
    choices = dict(choice for block in extra for row in _whole_rows(block) for choice in lettered(row))
    named = [choices.get(letter.upper(), ()) for letter in (joined[1] if joined else _LETTER.findall(letters))]
    if not all(named) or (stated and words(named[0])[2:].strip().casefold() in text.casefold()):
        return answer
    between = replace(nodes[0], kind="break", text="", nodes=())
    shown = replace(answer[0], nodes=tuple(node for nodes in named for node in (between, *nodes))[1:])
    why = trimmed(cut(nodes, reason.end())) if reason else ()
    why = () if words(why) and shown.words.endswith(words(why).strip(" ().")) else why  # `B - a tanker`, `B (a tanker)`
    return (shown, *([paragraph(answer[0], why)] if why else ()), *answer[1:])


def _without_marks(extra: tuple[Block, ...], labels: Labels) -> tuple[Block, ...]:
    """The parts of a question, in which no choice is marked as right by its box, a sign or bold words."""
    items = [each for each in extra if each.kind == "item"]
    bold = [each for each in items if whole_kind(each.nodes) == "bold"]
    hidden = bold if len(bold) == 1 and items[1:] else []
    return tuple(_unmarked(each, labels) if "[" in each.info or each in hidden else each for each in extra)


def lettered(row: Nodes) -> Iterator[tuple[str, Nodes]]:
    """The choices on a line by letter: `A) one B) two`."""
    text = words(row)
    starts = [(mark[1].upper(), mark.start(1)) for mark in (_LETTERED.match(text),) if mark]
    for mark in _NEXT_LETTER.finditer(text):
        if mark[1].upper() == (chr(ord(starts[-1][0]) + 1) if starts else "A"):
            starts.append((mark[1].upper(), mark.start(1)))
    for (letter, start), (_, end) in pairwise((*starts, ("", len(text)))):
        yield letter, cut(row, start, len(text[:end].rstrip(" |;,(" if end < len(text) else None)))


def _without_bold(nodes: Nodes) -> Nodes:
    bold = (node.nodes if whole_kind((node,)) == "bold" else () for node in nodes)
    return tuple(each for node, inner in zip(nodes, bold, strict=True) for each in _without_bold(inner) or (node,))


def _explained(choice: Block) -> bool:
    return choice.kind == "item" and any(each.kind in {"paragraph", "item", "quote"} for each in choice.blocks)


def _rows(block: Block) -> list[Nodes]:
    """The lines of a text or of code, or the rows of a table below its header."""
    space = Inline("text", block.start, block.start, " ")
    if block.kind == "code":
        rows = filter(str.strip, block.text.splitlines())
        return [(replace(space, start=block.start + at, text=row),) for at, row in enumerate(rows)]
    cells = (tuple(node for cell in row for node in (space, *cell))[1:] for row in block.rows[1:])
    return [*cells] if block.rows else lines(block.nodes)


def _whole_rows(block: Block) -> list[Nodes]:
    """The lines of a text, with those that go on with a choice in its line."""
    found: list[Nodes] = []
    for row in _rows(block):
        if found and row and CHOICE.match(words(found[-1])) and not CHOICE.match(words(row)):
            found[-1] = (*found[-1], replace(row[0], kind="space", text="", nodes=()), *row)
        else:
            found.append(row)
    return found


def _lines(block: Block) -> Iterable[Block]:
    """The lines of a text, or the rows of a table, as items if all are choices or have a verdict such as a tick."""
    for at in range(1, len(block.rows[0]) if block.rows else 0):
        if block.rows[1:] and all(_VERDICT.fullmatch(words(row[at])) for row in block.rows[1:]):
            return _judged(block, at)
    rows = _rows(block) if block.kind in {"paragraph", "code", "table"} else []
    texts = [words(row) for row in rows]
    rows = rows if all(map(CHOICE.match, texts)) or all(map(_VERDICT.match, texts)) else []
    return [replace(block, kind="item", nodes=row, start=row[0].start, rows=()) for row in rows] or [block]


def _judged(table: Block, at: int) -> Iterator[Block]:
    """The rows of a table as items: the verdict in this column, what is before it, and the reasons below."""
    rows = [(row[at], *row[:at]) for row in table.rows]
    for line, (nodes, row) in enumerate(zip(_rows(replace(table, rows=rows)), table.rows[1:], strict=True), table.line):
        item = replace(table, kind="item", line=line + 2, end=line + 2, start=nodes[0].start, nodes=nodes, rows=())
        yield replace(item, blocks=tuple(paragraph(item, cell) for cell in row[at + 1 :] if cell))


def with_ticks(blocks: Sequence[Block], labels: Labels, question: str | None = None) -> Sequence[Block]:
    """The blocks, with ticked boxes instead of marks such as `(correct)`, or of bold choices below a question."""
    several = [each for block in blocks for each in _lines(block)]
    before = [*takewhile(lambda each: each.kind != "item", several)]
    items = [each for each in takewhile(lambda each: each.kind == "item", several[len(before) :]) if each.nodes]
    marked = _boxes(items, labels)
    asked = " ".join((question or "", *(each.words for each in before))) if items else ""
    if question is not None and {box for _, box in marked.values()} == {"[]"}:
        is_answer = any(labels["answer"].match(each.words) for each in before)
        right = [] if is_answer else _bold_choices(items, asked, labels)
        marked = {each.start: (each.nodes, "[x]" if each in right else "[]") for each in items}
    ticks = [box for _, box in marked.values()]
    is_other = any(each.info.startswith("[") for each in items) or None in ticks
    is_known = "[x]" in ticks or any(labels["wrong_choice"].search(each.words) for each in items)
    are_all = ticks.count("[x]") == len(items) and not labels["chooses"].search(asked)
    if is_other or not is_known or are_all:
        return blocks
    has_label = any(labels["right_label"].match(words(each.nodes[:2])) for each in items)
    is_quiz = question == "" or has_label or labels["chooses"].search(asked)
    is_lettered = all(LETTERS.fullmatch(words(nodes)) or CHOICE.match(words(nodes)) for nodes, _ in marked.values())
    is_judged = any(_VERDICT.match(each.words) for each in items)  # may be good and bad habits
    is_numbered = items[0].number >= 0 and not is_judged
    is_sure = bool(is_quiz or is_lettered or is_numbered) or (ticks.count("[x]") == 1 and len(items) >= FEWEST_CHOICES)
    if len(items) < FEWEST_CHOICES - is_sure or (is_judged and not is_sure):
        return blocks
    return [
        replace(each, nodes=marked[each.start][0], info=marked[each.start][1]) if each.start in marked else each
        for each in several
    ]


def _boxes(items: Sequence[Block], labels: Labels) -> dict[int, tuple[Nodes, str | None]]:
    """Per item, the choice without its mark, and its box; no box for `Correct: B) …` below the choice B."""
    marked = {each.start: _marked(each.nodes, labels) for each in items}
    letters = {start: next(lettered(nodes), ("", ()))[0] for start, (nodes, _) in marked.items()}
    often = Counter(filter(None, letters.values()))
    return {start: (nodes, box if often[letters[start]] < 2 else None) for start, (nodes, box) in marked.items()}


def _bold_choices(items: Sequence[Block], question: str, labels: Labels) -> list[Block]:
    """The bold items if they are the right choices: one, or several if the question says so."""
    bold = [each for each in items if any(node.kind == "bold" for node in every_node(each.nodes))]
    letters = [CHOICE.match(each.words) for each in bold]
    parts = [cut(each.nodes, mark.end() if mark else 0) for each, mark in zip(bold, letters, strict=True)]
    parts = [part[_is_initial(part) :] for part in parts]
    is_whole = all("bold" in {whole_kind(part), whole_kind(each.nodes)} for each, part in zip(bold, parts, strict=True))
    is_list = any(each.blocks or len(each.words.split()) > LONGEST_CHOICE for each in items)
    is_asked = "?" in question or labels["chooses"].search(question)
    lengths = [each.split()[-1] for each in labels.words["list_lengths"] if each.split()[0] in question.split()]
    asks_for_list = labels["asks_for_list"].search(question) and (not lengths or str(len(items)) in lengths)
    is_one = len(bold) == 1 and is_asked and not asks_for_list
    are_several = labels["chooses" if len(bold) == len(items) else "chooses_several"].search(question)
    are_right = is_whole and not is_list and (is_one or are_several)
    return bold if are_right else []


def _is_initial(nodes: Nodes) -> bool:
    """Whether all of the first word but its first letter is bold: `C**hoice**`."""
    return len(nodes) > 1 and nodes[1].kind == "bold" and len(words(nodes[:1])) == 1


def _marked(nodes: Nodes, labels: Labels) -> tuple[Nodes, str | None]:
    """A choice without the mark after it, and its box; no box if another sign is there."""
    verdict = _VERDICT.match(words(nodes[:3]))
    if mark := labels["right_label"].match(words(nodes[:2])) or verdict:
        choice = trimmed(cut(nodes, mark.end()))
        is_wrong = verdict and _WRONG.match(verdict[0])
        return (nodes, None) if LETTERS.fullmatch(words(choice)) else (choice, "[]" if is_wrong else "[x]")
    last = words(nodes[-1:]) if nodes[-1].kind in {"text", "bold"} else ""
    right, wrong = labels["right_choice"].search(last), _WRONG.search(last) or labels["wrong_choice"].search(last)
    if mark := right or wrong:
        end = len(words(nodes)[: mark.start() - len(last)].rstrip())
        return cut(nodes, 0, end), "[x]" if right else "[]"
    return nodes, None if _OTHER.search(last) else "[]"
