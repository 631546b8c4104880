"""Converts draft notes to notes: gives them ids, and adds the question that asks for a term."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup

from rolecards.content import Content
from rolecards.notes.note import Note
from rolecards.notes.wording import Wording
from rolecards.study.draft import NoteDraft
from rolecards.study.page import StudyPage
from rolecards.text.field import without_commands
from rolecards.words import Words

WORDS_OF_AN_ID = 6  # the most words of a note that its id contains
LONGEST_ID = 60
_ARTICLES = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_OTHER = re.compile(r"[^a-z0-9]+")


def study_notes(content: Content, wording: Wording) -> Iterator[Note]:
    """The notes of all pages in order. A note without a pinned id has `under` and a provisional id."""
    words = {language: wording.in_language(language) for language in {page.language for page in content.study}}
    for page in content.study:
        stem, part = PurePosixPath(page.name).stem, page.part or content.deck.part_keys[0]
        common = {"part": part, "topic": slug(stem), "language": page.language}
        for draft in page.drafts:
            yield _note(draft, page, stem, wording, words[page.language], **common)


def _note(draft: NoteDraft, page: StudyPage, stem: str, wording: Wording, words: Words, **common: Any) -> Note:  # noqa: ANN401
    front, back = without_commands(draft.front), without_commands(draft.back)
    if draft.explain:
        sides = {"term": Markup(front), "said": Markup(back)}  # noqa: S704 - ours
        front, back = wording.front_and_back("explain", words=words, **sides)
    return Note(
        id="-".join(filter(None, (draft.pin, draft.part))) if draft.pin else slug(stem, draft.words),
        kind="note",
        own_tags=(*page.tags, *draft.tags),
        place=draft.place,
        text=draft.text,
        front=front,
        back=back,
        why=draft.why,
        source=draft.source,
        context=draft.context,
        under="" if draft.pin else draft.under,
        pinned_under=draft.under if draft.pin else "",
        bullet_part=draft.part,
        numbered=draft.numbered,
        **common,
    )


def slug(name: str, words: str = "") -> str:
    """An id from a file name and a text: `roles-data-engineer-builds-pipelines`."""
    first = " ".join(_ARTICLES.sub("", words).split()[:WORDS_OF_AN_ID])
    plain = unicodedata.normalize("NFKD", f"{name} {first}").encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", plain)[:LONGEST_ID].strip("-") or "note"
