"""A page of study notes after reading: its draft notes, its outline for paper, and its skipped blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecards.problems import Problem
    from rolecards.study.draft import NoteDraft, SkippedBlock
    from rolecards.study.phrase import Link, TextSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineItem:
    """A bullet or paragraph for paper."""

    spans: tuple[TextSpan, ...]
    """Its text: `printed` is the HTML of a span, `term` marks what a quiz blanks out."""
    line: int
    """Its line in the file, which is also the line of its notes."""
    items: tuple[OutlineItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSection:
    """A heading and the text below it that is on cards."""

    title: str
    """The heading without markup; empty for text above the first heading."""
    level: int
    items: tuple[OutlineItem, ...]


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
    outline: tuple[OutlineSection, ...]
    """The sections with text that is on cards."""
    drafts: tuple[NoteDraft, ...]
    skipped: tuple[SkippedBlock, ...]
    problems: tuple[Problem, ...]
