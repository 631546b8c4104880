"""Entries in a list of questions that do not ask in words, such as `### 3. ACID properties` among questions."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from rolecards.study.answer_keys import number_of
from rolecards.study.forms import Form, Opened, Opening
from rolecards.study.labels import Labels
from rolecards.study.text_parts import has_number, paragraph, tidy
from rolecards.text.tree import QUESTION_MARKS, Block, lines, whole_kind, words

FEWEST_ASKED = 2  # the fewest questions that make other entries of their list questions
FEWEST_TELLING = 2  # the fewest content words of a line that asks
FURTHEST = 3  # the most that the number of a heading is above the one before
MANY_ASKED = 5  # the fewest questions in a list of which half may be titles that ask nothing
TOLD = 2  # the fewest questions for each entry that does not end in a question mark


def with_siblings(blocks: Sequence[Block], openings: Sequence[Opened], labels: Labels) -> list[Opened]:
    """The openings; a list of questions also opens its entries with a question mark, and at most one other in three."""
    found = [*openings]
    for entries in _lists(blocks):
        asked = {at: opening[0] for at in entries if (opening := openings[at]) and opening[0].guesses}
        others = [at for at in entries if openings[at] is None]
        told = {at for at in _told(blocks, entries, asked) if not openings[at] and _may_ask(blocks, at, labels)}
        if len(asked) >= max(FEWEST_ASKED, (1 if len(asked) >= MANY_ASKED else TOLD) * len(told)):
            form = next(iter(asked.values()))
            for at in (at for at in others if at in told or _asks(blocks[at])):
                found[at] = _opened(form, blocks[at], blocks[at + 1 : at + 2], labels)
    return found


def _asks(block: Block) -> bool:
    return block.words.rstrip().endswith(QUESTION_MARKS)


def _told(blocks: Sequence[Block], entries: Sequence[int], asked: Container[int]) -> Iterator[int]:
    """The entries that ask nothing and whose numbers go on from those of the questions before them."""
    last: int | None = None
    for at in entries:
        furthest = FURTHEST if blocks[at].kind == "heading" else 1
        goes_on = last is not None and 0 < number_of(blocks[at]) - last <= furthest
        last = number_of(blocks[at]) if goes_on or at in asked else None
        if goes_on and at not in asked and not _asks(blocks[at]):
            yield at


def _may_ask(blocks: Sequence[Block], at: int, labels: Labels) -> bool:
    """Whether an entry is not the title of a part of the page: a summary, a list of links, or several sections."""
    block, title = blocks[at], words(tidy(blocks[at].nodes))
    if labels["announces"].match(title) or any(labels.has(name, title) for name in ("left_out", "summary", "labels")):
        return False
    ahead = (blocks[below].level for below in range(at + 1, len(blocks)))
    return not 0 < block.level < next(filter(None, ahead), 0)


def _lists(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Where the entries of each list are: headings, bold lines or items with numbers, or lines with a question mark."""
    levels: list[tuple[int, int]] = []
    found = defaultdict[tuple[object, ...], list[int]](list)
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            levels = [(level, start) for level, start in levels if level < block.level]
        is_numbered = block.number >= 0
        if block.kind != "item":
            is_numbered = has_number(block.nodes)
        if is_numbered or (block.kind == "paragraph" and _asks(block)):
            found[*levels, block.kind, block.level, whole_kind(block.nodes) == "bold", is_numbered].append(at)
        if block.kind == "heading":
            levels.append((block.level, at))
    yield from found.values()


def _opened(form: Form, block: Block, below: Sequence[Block], labels: Labels) -> Opened:
    """The opening of an entry with something below it."""
    first, *rest = lines(block.nodes)
    answer = tuple(paragraph(block, row) for row in rest if row and block.kind != "heading")
    is_vague = block.kind == "paragraph" and labels.telling(words(first)) < FEWEST_TELLING
    has_text = any(not 0 < each.level <= block.level and each.kind != "rule" for each in below)
    is_open = has_text and (block.kind != "item" or below[0].kind != "item")
    if is_vague or not (answer or block.blocks or is_open):
        return None
    question = first if answer else block.nodes
    return form, Opening(tidy(question), (*answer, *block.blocks), goes_on=not (answer or block.blocks))
