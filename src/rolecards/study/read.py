"""Reads all pages of study notes. A question that several pages have becomes a card of the first page only."""

from __future__ import annotations

import re
from dataclasses import replace as with_fields
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.problems import Location, Problem, problem
from rolecards.schema.old_form import present_form
from rolecards.schema.references import unlisted
from rolecards.study.cards import make_cards
from rolecards.study.page import StudyPage
from rolecards.study.sections import sections
from rolecards.study.sheet import Sheet
from rolecards.study.sources import SOURCE_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolecards.source.page import MarkdownPlace, Page
    from rolecards.source.yaml import Document
    from rolecards.text.tree import Block


FRONT_KEYS = ("title", "description", "part", "tags", *SOURCE_KEYS)
"""The keys of the front matter that rolecards reads."""

SHORTEST_MISSPELLED = 5
"""The fewest letters of a key that can be misspelled: `uri` and `path` belong to other programs."""


def read_study(pages: Iterable[Page], folder: str, parts: Sequence[str]) -> tuple[StudyPage, ...]:
    """The pages of the content folder `folder`, for a deck with these parts; any, if it names none."""
    places: dict[str, MarkdownPlace] = {}
    study_pages: list[StudyPage] = []
    for page in pages:
        path = PurePosixPath(page.path)
        name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        study_pages.append(_study_page(Sheet(page=page, name=name, places=places), parts))
    return tuple(study_pages)


def _study_page(sheet: Sheet, parts: Sequence[str]) -> StudyPage:
    page = sheet.page
    all_sections = list(sections(page.blocks))
    titles = (section.title for section in all_sections if section.heading)
    make_cards(sheet, all_sections)
    kept = ((section, tuple(_on_cards(section.blocks, sheet))) for section in all_sections)
    return StudyPage(
        name=sheet.name,
        title=page.front_text("title") or next(titles, "") or _as_title(PurePosixPath(sheet.name).stem),
        description=page.front_text("description"),
        part=page.front_text("part"),
        tags=_tags(page.front),
        source=sheet.source,
        outline=tuple(with_fields(section, blocks=blocks) for section, blocks in kept if blocks),
        drafts=tuple(sheet.drafts),
        skipped=tuple(sheet.skipped),
        problems=(*sheet.problems, *_unknown_part(page.front, parts), *_misspelled(page.front), *_broken_front(page)),
    )


def _as_title(stem: str) -> str:
    """The title for a file name: `Sailing ships` for `sailing_ships`."""
    words = " ".join(re.split(r"[\s_-]+", stem)).strip() or stem
    return words[:1].upper() + words[1:]


def _tags(front: Document | None) -> tuple[str, ...]:
    """The tags in the front matter: a list, or one text with commas or spaces between them."""
    value = front.top("tags") if front else None
    listed = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    text = value if isinstance(value, str) else ""
    return tuple("-".join(each.split()) for each in (*listed, *re.split(r"[,\s]+", text)) if each.strip(' "*'))


def _unknown_part(front: Document | None, parts: Sequence[str]) -> Iterator[Problem]:
    if front and (old := present_form("tier", front.top("tier"), of_source=False)):
        yield problem("RC123", front.locate(("tier",), key=True), "unknown key `tier`", old)
    value = front.top("part") if front else None
    if front and parts and isinstance(value, str) and value not in parts:
        yield unlisted(front.locate(("part",)), "parts", value, parts)


def _misspelled(front: Document | None) -> Iterator[Problem]:
    """Keys of the front matter that are one letter off a key of ours; all other keys belong to other programs."""
    if front is None or not isinstance(front.value, dict):
        return
    for key in [key for key in front.value if key not in FRONT_KEYS]:
        if correct := _correct_key(key.casefold()):
            message, hint = f"unknown key `{key}`", f"did you mean `{correct}`?"
            yield problem("RC123", front.locate((key,), key=True), message, hint, severity=Severity.WARNING)


def _broken_front(page: Page) -> Iterator[Problem]:
    """Front matter that is read as text, because a line of hyphens around it is missing or wrong."""
    start = page.text.decode().splitlines()[: len(FRONT_KEYS) + 2]
    if page.front is None and any(line.strip() and not line.strip("- \t") for line in start):
        keys = ((at, line.partition(":")[0]) for at, line in enumerate(start, start=1) if ":" in line)
        for at, key in [each for each in keys if each[1] in FRONT_KEYS][:1]:
            message, hint = (
                f"`{key}` is read as text",
                "begin the file with the line `---`, and end front matter with another",
            )
            yield problem("RC123", Location(page.path, at), message, hint, severity=Severity.WARNING)


def _correct_key(key: str) -> str:
    """The key of ours that differs in one letter; empty for a plural, which other programs use."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most pages have no such key

    near = [known for known in FRONT_KEYS if key != f"{known}s" and OSA.distance(key, known) <= 1]
    return near[0] if near and len(key) >= SHORTEST_MISSPELLED else ""


def _on_cards(blocks: Iterable[Block], sheet: Sheet) -> Iterator[Block]:
    """The texts that are on a card; the children of a skipped bullet take its place."""
    for block in blocks:
        below = tuple(_on_cards(block.blocks, sheet)) if block.kind in {"item", "paragraph"} else ()
        on_card = block.kind in {"item", "paragraph"} and block.line in sheet.card_lines
        yield from [replace(block, blocks=below)] if on_card else below
