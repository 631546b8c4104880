"""All pages of study notes together: each question is asked once, by the page that has it first."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rolecards.codes import Severity
from rolecards.notes.note import TIER_NAMES
from rolecards.problems import Problem, problem
from rolecards.study.cards import make_cards
from rolecards.study.page import OutlineItem, OutlineSection, StudyPage
from rolecards.study.sections import Section, sections
from rolecards.study.sheet import Sheet
from rolecards.study.sources import SOURCE_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolecards.schema.models import Tier
    from rolecards.source.markdown import Block, MarkdownPlace, Page
    from rolecards.source.yaml import Document


FRONT_KEYS = ("title", "description", "tier", *SOURCE_KEYS)
"""What is read of a page's front matter."""

SHORTEST_MISSPELT = 4
"""Letters from which a key that is one letter off is a typing error: `uri` is for another program."""


def read_study(pages: Iterable[Page], folder: str) -> tuple[StudyPage, ...]:
    """The pages of the content folder `folder`."""
    asked: dict[str, MarkdownPlace] = {}
    return tuple(_study_page(Sheet(page=page, name=_inside(page.path, folder), asked=asked)) for page in pages)


def _inside(path: str, folder: str) -> str:
    whole = PurePosixPath(path)
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.name


def _study_page(sheet: Sheet) -> StudyPage:
    page = sheet.page
    titles = (sheet.phrase(block.text).plain for block in page.blocks if block.kind == "heading")
    found = list(sections(page.blocks, titles))
    make_cards(sheet, found)
    first = next((sheet.phrase(block.text).plain for block in page.blocks if block.kind == "heading"), "")
    return StudyPage(
        name=sheet.name,
        title=page.front_text("title") or first or _as_title(PurePosixPath(sheet.name).stem),
        description=page.front_text("description"),
        tier=_tier(sheet),
        source=sheet.source,
        outline=tuple(_outline(found, sheet)),
        drafts=tuple(sheet.drafts),
        skipped=tuple(sheet.skipped),
        problems=(*sheet.problems, *_misspelt(page.front)),
    )


def _as_title(stem: str) -> str:
    """A file's name as a person would write it: `sailing_ships` is `Sailing ships`."""
    words = " ".join(re.split(r"[\s_-]+", stem)).strip() or stem
    return words[:1].upper() + words[1:]


def _tier(sheet: Sheet) -> Tier:
    """What the front matter says of the part of the deck that the cards belong to; the core where it says nothing."""
    front = sheet.page.front
    said = front.top("tier") if front else None
    found = next((tier for tier in TIER_NAMES if tier == said), None)
    if front and said and not found:
        message = f"the tier is one of {', '.join(f'`{tier}`' for tier in TIER_NAMES)}"
        sheet.problems.append(problem("RC124", front.locate(("tier",)), message))
    return found or "seed"


def _misspelt(front: Document | None) -> Iterator[Problem]:
    """Keys of the front matter that are nearly ours; all others are for other programs."""
    if front is None or not isinstance(front.value, dict):
        return
    for key in [key for key in front.value if key not in FRONT_KEYS]:
        if meant := _meant(key.casefold()):
            message, hint = f"`{key}` is not a key that is read here", f"did you mean `{meant}`?"
            yield problem("RC123", front.locate((key,), key=True), message, hint, severity=Severity.WARNING)


def _meant(key: str) -> str:
    """Which of our keys it is but for one letter; empty for a plural, which other programs have."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most pages have no such key

    near = [known for known in FRONT_KEYS if key != f"{known}s" and OSA.distance(key, known) <= 1]
    return near[0] if near and len(key) >= SHORTEST_MISSPELT else ""


def _outline(found: Iterable[Section], sheet: Sheet) -> Iterator[OutlineSection]:
    for section in found:
        items = tuple(_items(section.blocks, sheet))
        if items:
            title = section.path[-1] if section.heading else ""
            yield OutlineSection(title=title, level=section.heading.level if section.heading else 0, items=items)


def _items(blocks: Iterable[Block], sheet: Sheet) -> Iterator[OutlineItem]:
    """What stands on a card; a bullet left out hands on what stands below it."""
    for block in blocks:
        text = block.kind in {"item", "paragraph"}
        inside = tuple(_items(block.blocks, sheet)) if text else ()
        if text and block.line in sheet.kept:
            yield OutlineItem(spans=sheet.phrase(block.text).spans, line=block.line, items=inside)
        else:
            yield from inside
