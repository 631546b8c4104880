"""The working state of a page while its cards are made: drafts, skipped blocks, and lines that are on cards."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Unpack

from rolecards.source.page import MarkdownPlace, Page
from rolecards.study.draft import PARENT, NoteDraft, Sides, SkippedBlock
from rolecards.study.sources import embedded, is_embed, page_source
from rolecards.text import cloze
from rolecards.text.field import back_html, escaped
from rolecards.text.plain import to_plain
from rolecards.text.tree import CARD_KINDS, Block, every

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolecards.problems import Problem
    from rolecards.study.phrase import Link, Phrase
    from rolecards.study.sections import Section
    from rolecards.study.subject import Subject


@dataclass(slots=True)
class Sheet:
    """A page and the cards made from it so far."""

    page: Page
    name: str
    """The page's path inside the content folder."""
    places: dict[str, MarkdownPlace]
    """The place of each question of all pages so far."""
    drafts: list[NoteDraft] = field(default_factory=list)
    skipped: list[SkippedBlock] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    card_lines: set[int] = field(default_factory=set)
    """The first lines of blocks that are on a card."""
    answer_lines: set[int] = field(default_factory=set)
    """Those of them that answer a `Q:`, so they produce no card of their own."""
    summary_terms: set[str] = field(default_factory=set)
    """The leading terms of the summary, in lower case."""
    section: Section = field(init=False)
    """The current section."""
    parent: str = field(init=False)
    """The subject of the current bullet: the leading term or the text of the one above; empty if there is none."""
    source: Link | None = field(init=False)
    """The source of the whole page."""
    _under: str = field(init=False)
    """The file and the headings above the current section."""
    _embeds: list[tuple[int, Link]] = field(init=False)
    _footnotes: dict[str, Block] = field(init=False)

    def __post_init__(self) -> None:
        blocks = list(every(self.page.blocks))
        self.source = page_source(self.page)
        self._embeds = [(block.line, link) for block in blocks if is_embed(block) and (link := embedded(block))]
        self._footnotes = {block.info: block for block in blocks if block.kind == "footnote"}

    def enter(self, section: Section) -> None:
        """Make this the current section."""
        self.section, self.parent = section, ""
        self._under = " ".join(f"{self.name}#{' > '.join(section.path)}".split())

    def context(self, above: Subject | None, hidden: Iterable[str]) -> str:
        """The line above the text of a card: its subject or heading; empty if it contains hidden words."""
        context = above.context if above else escaped(self.section.topic)
        return "" if any(words.casefold() in context.casefold() for words in hidden) else context

    def add(
        self,
        block: Block,
        *,
        words: str,
        phrases: Sequence[Phrase] = (),
        shows: Sequence[Block] = (),
        **sides: Unpack[Sides],
    ) -> bool:
        """Add a note made from the block; returns False if an earlier card has the same question.

        `phrases` are its parsed texts, `shows` the other blocks that its sides contain.
        """
        shown = {other.line for other in shows}
        below = [child for child in self._below(block, phrases) if child.line not in shown]
        draft = NoteDraft(
            place=MarkdownPlace(page=self.page, block=block),
            under=self._under_parent(sides),
            words=words,
            pin=block.pin,
            why=back_html(below),
            source=self._source(block, phrases),
            **sides,
        )
        self.card_lines.add(block.line)
        questions = list(draft.questions())
        duplicate = next((self.places[question] for question in questions if question in self.places), None)
        if duplicate:
            self.skip(block, f"same question as {duplicate.of()}", partly=True)
            return False
        self.places |= dict.fromkeys(questions, draft.place)
        self.drafts.append(draft)
        on_card = every((*shows, *below))
        self.card_lines |= {each.line for each in on_card if each.kind in CARD_KINDS}
        return True

    def _under_parent(self, sides: Sides) -> str:
        """The file and the headings above the card, and its subject if the card has that."""
        words = cloze.reveal(cloze.parse_field(sides.get("text", "")))
        said = to_plain(f"{sides.get('context')} {words} {sides.get('front')} {sides.get('back')}")
        return f"{self._under}{PARENT}{self.parent}" if self.parent and self.parent in said else self._under

    def _below(self, block: Block, phrases: Sequence[Phrase]) -> list[Block]:
        """The text, code and formulas below a bullet that it does not announce, and its footnotes."""
        below = [] if any(announced(block, phrase) for phrase in phrases) else _besides_items(block)
        names = dict.fromkeys(name for phrase in phrases for name in phrase.footnotes)
        return [*below, *(block for name in names if name in self._footnotes for block in self._footnotes[name].blocks)]

    def _source(self, block: Block, phrases: Sequence[Phrase]) -> str:
        """The last video or page embedded above the block, or the page's source; then the links in its text."""
        count = bisect_right(self._embeds, block.line, key=lambda embed: embed[0])
        source = self._embeds[count - 1][1] if count else self.source
        links = [link for phrase in phrases for link in phrase.links if link.is_external]
        return "; ".join(dict.fromkeys(link.html for link in (source, *links) if link))

    def use(self, above: Subject | None) -> None:
        """Record that the bullets of this subject are on a card."""
        self.card_lines |= {block.line for block in above.blocks} if above else set()

    def skip(self, block: Block, reason: str, *, partly: bool = False) -> None:
        """Report the block as skipped, unless it is on a card; with `partly`, report it in any case."""
        if partly or block.line not in self.card_lines:
            place = MarkdownPlace(page=self.page, block=block)
            own = self.page.location(block.nodes[-1].end).line if block.nodes else block.line
            end = own if block.kind == "item" else block.end
            skipped = SkippedBlock(place=place, line=block.line, end=end or block.line, reason=reason)
            self.skipped += [skipped] if not self.skipped or self.skipped[-1] != skipped else []

    def finish(self) -> None:
        """Sort everything by line, and report footnotes without a reference."""
        for block in self._footnotes.values():
            self.skip(block, "a footnote that no card refers to")
        self.drafts.sort(key=lambda draft: draft.place.block.line)
        self.skipped.sort(key=lambda skipped: skipped.line)


def announced(block: Block, phrase: Phrase) -> list[Block]:
    """The formula or code below a text that ends in a colon, which belongs to the text."""
    return _besides_items(block) if phrase.plain.endswith(":") else []


def _besides_items(block: Block) -> list[Block]:
    """The blocks below a bullet that a card can show, without its bullets."""
    return [child for child in block.blocks if child.kind in CARD_KINDS and child.kind != "item"]
