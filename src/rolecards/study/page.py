"""A page of study notes once read: its cards to be, its outline for paper, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecards.problems import Problem
    from rolecards.schema.models import Tier
    from rolecards.study.draft import Draft, Skipped
    from rolecards.study.phrase import Link, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineItem:
    """A bullet or paragraph for paper."""

    spans: tuple[Span, ...]
    """Its stretches, bold terms among them: `Span.printed` is the HTML, `Span.term` says what a quiz blanks out."""
    line: int
    """Where it stands in the file: drafts and notes made of it stand in the same line."""
    items: tuple[OutlineItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSection:
    """A heading and what is kept of the text below it."""

    title: str
    """Bare words; empty for what stands above the first heading."""
    level: int
    items: tuple[OutlineItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage:
    """A file of study notes."""

    name: str
    """Its path inside the content folder."""
    title: str
    description: str
    tier: Tier
    source: Link | None
    outline: tuple[OutlineSection, ...]
    """Sections of which anything is kept."""
    drafts: tuple[Draft, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
