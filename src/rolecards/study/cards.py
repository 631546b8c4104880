"""Cards from the blocks of a page. Each block becomes a card, is part of one, or is reported as skipped."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rolecards.problems import problem
from rolecards.source.page import MarkdownPlace, tag_name
from rolecards.study import pairs, questions, terms
from rolecards.study.phrase import read_phrase
from rolecards.study.sources import embedded, is_embed
from rolecards.study.subject import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolecards.study.phrase import Phrase
    from rolecards.study.sections import Section
    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject
    from rolecards.text.tree import Block

_TAGS = frozenset({"hint", "content-ref", "file", "embed", "page-ref", "tabs", "tab", "code", "stepper", "step"})
_REASONS = {
    "code": "code that belongs to no card",
    "math": "a formula that belongs to no card",
    "table": "a table",
    "quote": "a quotation",
    "html": "HTML",
    "admonition": "an admonition",
}


def make_cards(sheet: Sheet, sections: Iterable[Section]) -> None:
    """Add the cards of these sections to the sheet. Summaries come first, so that their cards replace duplicates."""
    for section in sorted(sections, key=lambda section: not section.sums_up):
        sheet.enter(section)
        questions.question_heading(sheet)
        _blocks(sheet, section.blocks, None)
    sheet.finish()


def _blocks(sheet: Sheet, blocks: Sequence[Block], above: Subject | None) -> None:
    is_answer = False
    for block, following in pairwise([*blocks, None]):
        assert block
        is_answer = not is_answer and _block(sheet, block, following, above)


def _block(sheet: Sheet, block: Block, following: Block | None, above: Subject | None) -> bool:
    """Process one block; returns whether the block after it is its answer."""
    if block.line in sheet.answer_lines:
        return False
    if block.kind in {"item", "paragraph"}:
        return _text(sheet, block, following, above)
    if is_embed(block) and embedded(block):
        sheet.card_lines.add(block.line)
    elif block.kind == "tag":
        _tag(sheet, block)
    elif block.kind in _REASONS:
        sheet.skip(block, _REASONS[block.kind])
    return False


def _tag(sheet: Sheet, block: Block) -> None:
    name = tag_name(block)
    if not name.startswith("end"):
        sheet.skip(block, f"the GitBook tag `{name}`")
    if name.removeprefix("end") not in _TAGS:
        location = MarkdownPlace(page=sheet.page, block=block).of()
        sheet.problems.append(problem("RC162", location, f"unknown GitBook tag `{{% {name} %}}`, which is skipped"))


def _text(sheet: Sheet, block: Block, following: Block | None, above: Subject | None) -> bool:
    """Process a bullet or paragraph and the blocks below it; returns whether the block after it is its answer."""
    sheet.parent = above.name if above else ""
    phrase = read_phrase(block.nodes)
    answer_follows = questions.pair(sheet, block, following)
    if answer_follows is None:
        _card(sheet, block, phrase, above)
    _blocks(sheet, block.blocks, subject_of(block, phrase, above))
    sheet.skip(block, _reason(block, phrase))
    if phrase.pictures:
        sheet.skip(block, "a picture", partly=True)
    return bool(answer_follows)


def _card(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> None:
    """Make a card of the first form that fits the text. If it is part of another card, only its terms are asked."""
    if block.line in sheet.card_lines:
        if block.kind == "item":
            terms.terms(sheet, block, phrase, above)
        return
    _ = (
        questions.cloze_markup(sheet, block, above)
        or questions.two_sides(sheet, block)
        or questions.announced_list(sheet, block, phrase, above)
        or terms.terms(sheet, block, phrase, above)
        or terms.clue(sheet, block, phrase, above)
    )


def _reason(block: Block, phrase: Phrase) -> str:
    """Why a text produces no card."""
    if not phrase.plain:
        return "no words"
    if pairs.question(block.nodes) is not None:
        return "a question without an answer"
    if phrase.links and not terms.has_words(phrase):
        return "only a link"
    return "only a term" if phrase.terms else "no bold term to hide, and none above it"
