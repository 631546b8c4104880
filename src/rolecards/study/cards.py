"""What of a page becomes a card, block by block; whatever does not is reported with its line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rolecards.problems import problem
from rolecards.source.markdown import MarkdownPlace, tag_name
from rolecards.study import pairs, terms, written
from rolecards.study.sources import embedded, is_embed
from rolecards.study.subject import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolecards.source.markdown import Block
    from rolecards.study.phrase import Phrase
    from rolecards.study.sections import Section
    from rolecards.study.sheet import Sheet
    from rolecards.study.subject import Subject

_TAGS = frozenset({"hint", "content-ref", "file", "embed", "page-ref", "tabs", "tab", "code", "stepper", "step"})
_REASONS = {
    "code": "code that belongs to no card",
    "math": "a formula that belongs to no card",
    "table": "a table",
    "quote": "a quotation",
    "html": "HTML",
    "admonition": "an aside",
}


def make_cards(sheet: Sheet, found: Iterable[Section]) -> None:
    """Make the cards of the page; the section that sums it up comes first, so that what it says is preferred."""
    for section in sorted(found, key=lambda section: not section.sums_up):
        sheet.enter(section)
        written.question_heading(sheet)
        _blocks(sheet, section.blocks, None)
    sheet.finish()


def _blocks(sheet: Sheet, blocks: Sequence[Block], above: Subject | None) -> None:
    answered = False
    for block, following in pairwise([*blocks, None]):
        assert block
        answered = not answered and _block(sheet, block, following, above)


def _block(sheet: Sheet, block: Block, following: Block | None, above: Subject | None) -> bool:
    """Take a block; whether the one that follows is its answer."""
    if block.line in sheet.answers:
        return False
    if block.kind in {"item", "paragraph"}:
        return _text(sheet, block, following, above)
    if is_embed(block) and embedded(block):
        sheet.kept.add(block.line)
    elif block.kind == "tag":
        _tag(sheet, block)
    elif block.kind in _REASONS:
        sheet.skip(block, _REASONS[block.kind])
    return False


def _tag(sheet: Sheet, block: Block) -> None:
    name = tag_name(block)
    if not name.startswith("end"):
        sheet.skip(block, f"GitBook's `{name}`")
    if name.removeprefix("end") not in _TAGS:
        location = MarkdownPlace(page=sheet.page, block=block).of()
        message = f"`{{% {name} %}}` is not a GitBook block that is known here, so it is left out"
        sheet.problems.append(problem("RC162", location, message))


def _text(sheet: Sheet, block: Block, following: Block | None, above: Subject | None) -> bool:
    """Take a bullet or paragraph and what stands below it; whether the block that follows is its answer."""
    phrase = sheet.phrase(block.text)
    answered = written.pair(sheet, block, following)
    if answered is None:
        _own_words(sheet, block, phrase, above)
    _blocks(sheet, block.blocks, subject_of(block, phrase, above))
    sheet.skip(block, _why_not(phrase))
    if phrase.pictures:
        sheet.skip(block, "a picture", also=True)
    return bool(answered)


def _own_words(sheet: Sheet, block: Block, phrase: Phrase, above: Subject | None) -> None:
    """Make the one kind of card that this text is for; where it is part of an answer already, only its terms count."""
    if block.line in sheet.kept:
        if block.kind == "item":
            terms.terms(sheet, block, phrase, above)
        return
    _ = (
        written.cloze_markup(sheet, block, above)
        or written.two_sides(sheet, block)
        or written.announced_list(sheet, block, phrase, above)
        or terms.terms(sheet, block, phrase, above)
        or terms.clue(sheet, block, phrase, above)
    )


def _why_not(phrase: Phrase) -> str:
    if not phrase.plain:
        return "no words"
    if pairs.question(phrase.plain) is not None:
        return "a question without an answer"
    if phrase.links and not terms.says_something(phrase):
        return "a link alone"
    return "a term alone" if phrase.terms else "no bold term to hide, and none above it"
