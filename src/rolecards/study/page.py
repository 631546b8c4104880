"""A page of study notes after reading: its draft notes, its sections for paper, and its skipped blocks."""

from dataclasses import dataclass

import msgspec

from rolecards.problems import Problem, counted
from rolecards.study.draft import NoteDraft, SkippedBlock
from rolecards.study.phrase import Link
from rolecards.text.tree import Block


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and the texts below it."""

    heading: Block | None
    title: str  # its heading without markup; empty for text above the first heading
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage:
    """A file of study notes."""

    name: str  # its path inside the content folder
    title: str
    description: str
    part: str  # the key of its part of the deck; empty for the first
    language: str  # the language that it names; empty for the deck's language
    tags: tuple[str, ...]
    source: Link | None
    packed_outline: bytes  # the outline as MessagePack, which is quick to send from another process
    drafts: tuple[NoteDraft, ...]
    skipped: tuple[SkippedBlock, ...]
    problems: tuple[Problem, ...]

    @property
    def outline(self) -> tuple[Section, ...]:
        """The sections with text that is on cards, without their other blocks."""
        return msgspec.msgpack.decode(self.packed_outline, type=tuple[Section, ...])

    @property
    def summary(self) -> str:
        """The numbers of questions and terms that became cards, in words."""
        questions = sum(bool(draft.form) for draft in self.drafts)
        others = counted(len(self.drafts) - questions, "note")
        return f"{counted(questions, 'question')} and {others} from terms"
