"""All pages of study notes together: each question is asked once, by the page that has it first."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rolecards.study.cards import Cards
from rolecards.study.page import OutlineItem, OutlineSection, StudyPage
from rolecards.study.sections import Section, sections
from rolecards.study.sources import page_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.diagnostics import Location
    from rolecards.source.markdown import Block, Page


def read_study(pages: Iterable[Page], folder: str) -> tuple[StudyPage, ...]:
    """The pages of the content folder `folder`."""
    asked: dict[str, Location] = {}
    return tuple(_study_page(Cards(page=page, name=_inside(page.path, folder), asked=asked)) for page in pages)


def _inside(path: str, folder: str) -> str:
    whole = PurePosixPath(path)
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.name


def _study_page(cards: Cards) -> StudyPage:
    page = cards.page
    titles = (cards.phrase(block.text).plain for block in page.blocks if block.kind == "heading")
    found = list(sections(page.blocks, titles))
    for section in sorted(found, key=lambda section: not section.sums_up):
        cards.take(section)
    cards.finish()
    first = next((cards.phrase(block.text).plain for block in page.blocks if block.kind == "heading"), "")
    return StudyPage(
        name=cards.name,
        title=page.front_text("title") or first or PurePosixPath(cards.name).stem,
        description=page.front_text("description"),
        source=page_source(page),
        outline=tuple(_outline(found, cards)),
        drafts=tuple(cards.drafts),
        skipped=tuple(cards.skipped),
        problems=tuple(cards.problems),
    )


def _outline(found: Iterable[Section], cards: Cards) -> Iterator[OutlineSection]:
    for section in found:
        items = tuple(_items(section.blocks, cards))
        if items:
            title = section.path[-1] if section.heading else ""
            yield OutlineSection(title=title, level=section.heading.level if section.heading else 0, items=items)


def _items(blocks: Iterable[Block], cards: Cards) -> Iterator[OutlineItem]:
    """What stands on a card; a bullet left out hands on what stands below it."""
    for block in blocks:
        inside = tuple(_items(block.blocks, cards)) if block.kind == "item" else ()
        if block.kind in {"item", "paragraph"} and block.line in cards.kept:
            yield OutlineItem(spans=cards.phrase(block.text).spans, line=block.line, items=inside)
        else:
            yield from inside
