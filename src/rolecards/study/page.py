"""A page of study notes after reading: its draft notes, its sections for paper, and its skipped blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecards.problems import Problem
    from rolecards.study.draft import NoteDraft, SkippedBlock
    from rolecards.study.phrase import Link
    from rolecards.study.sections import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage:
    """A file of study notes."""

    name: str
    """Its path inside the content folder."""
    title: str
    description: str
    part: str
    """The key of its part of the deck; empty for the first."""
    tags: tuple[str, ...]
    source: Link | None
    outline: tuple[Section, ...]
    """The sections with text that is on cards, without all other blocks."""
    drafts: tuple[NoteDraft, ...]
    skipped: tuple[SkippedBlock, ...]
    problems: tuple[Problem, ...]
