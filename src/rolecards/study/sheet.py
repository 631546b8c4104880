"""A page while its cards are made: what is asked, what of the page stands on a card, what is left out."""

from __future__ import annotations

import html
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Unpack

from rolecards.source.markdown import Block, MarkdownPlace, Page, every
from rolecards.study.draft import Draft, Sides, Skipped
from rolecards.study.markup import SHOWN, markup
from rolecards.study.phrase import Phrase, read_phrase
from rolecards.study.sources import embedded, is_embed, page_source
from rolecards.text.inline import disarmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolecards.problems import Problem
    from rolecards.study.phrase import Link
    from rolecards.study.sections import Section
    from rolecards.study.subject import Subject


@dataclass(slots=True)
class Sheet:
    """The page, and all that was made of it so far."""

    page: Page
    name: str
    """The page's path inside the content folder."""
    asked: dict[str, MarkdownPlace]
    """What the cards of all pages so far ask, and where."""
    drafts: list[Draft] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    """The lines of blocks that stand on a card."""
    answers: set[int] = field(default_factory=set)
    """Those of them that answer a `Q:` and so make no card of their own."""
    summed_up: set[str] = field(default_factory=set)
    """The terms that the summary leads with, in small letters."""
    section: Section = field(init=False)
    """The section that is being read."""
    source: Link | None = field(init=False)
    """What the whole page comes from."""
    _under: str = field(init=False)
    """The file and the headings it stands under."""
    _embeds: list[tuple[int, Link]] = field(init=False)
    _footnotes: dict[str, Block] = field(init=False)
    _phrases: dict[str, Phrase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        blocks = list(every(self.page.blocks))
        self.source = page_source(self.page)
        self._embeds = [(block.line, link) for block in blocks if is_embed(block) and (link := embedded(block))]
        self._footnotes = {block.info: block for block in blocks if block.kind == "footnote"}

    def enter(self, section: Section) -> None:
        """Go on with this section."""
        self.section = section
        self._under = " ".join(f"{self.name}#{' > '.join(section.path)}".split())

    def phrase(self, text: str) -> Phrase:
        """A text of the page, read once."""
        if text not in self._phrases:
            self._phrases[text] = read_phrase(text, self.page.references)
        return self._phrases[text]

    def context(self, above: Subject | None, hidden: Iterable[str]) -> str:
        """The line above a card's text: its subject, else its heading; left out where it would tell what is hidden."""
        context = above.context if above else disarmed(html.escape(self.section.topic, quote=False))
        told = context.casefold()
        return "" if any(words.casefold() in told for words in hidden) else context

    def add(
        self,
        block: Block,
        *,
        words: str,
        phrases: Sequence[Phrase] = (),
        shows: Sequence[Block] = (),
        **sides: Unpack[Sides],
    ) -> bool:
        """Add a note made of the block, unless one of its questions is asked already; whether it was added.

        `phrases` are its texts, `shows` the blocks besides its own that its sides have.
        """
        shown = {inner.line for inner in shows}
        below = [inner for inner in self._below(block, phrases) if inner.line not in shown]
        draft = Draft(
            place=MarkdownPlace(page=self.page, block=block),
            under=self._under,
            words=words,
            pin=block.pin,
            why=markup(below, self.phrase),
            source=self._source(block, phrases),
            **sides,
        )
        self.kept.add(block.line)
        questions = list(draft.questions())
        same = next((self.asked[question] for question in questions if question in self.asked), None)
        if same:
            self.skip(block, f"it asks the same as {same.of()}", also=True)
            return False
        self.asked |= dict.fromkeys(questions, draft.place)
        self.drafts.append(draft)
        self.keep([*shows, *below])
        return True

    def _below(self, block: Block, phrases: Sequence[Phrase]) -> list[Block]:
        """The text, code and formulas below a bullet's own text that it doesn't announce, and its footnotes."""
        below = [] if any(announced(block, phrase) for phrase in phrases) else _besides_items(block)
        names = dict.fromkeys(name for phrase in phrases for name in phrase.footnotes)
        footnotes = [self._footnotes[name] for name in names if name in self._footnotes]
        return [*below, *(replace(note, kind="paragraph") for note in footnotes)]

    def _source(self, block: Block, phrases: Sequence[Phrase]) -> str:
        """The last video or page shown before the block, else the page's source; and the links in its text."""
        shown = bisect_right(self._embeds, block.line, key=lambda embed: embed[0])
        whole = self._embeds[shown - 1][1] if shown else self.source
        own = [link for phrase in phrases for link in phrase.links if link.leads_out]
        return "; ".join(dict.fromkeys(link.html for link in (whole, *own) if link))

    def keep(self, blocks: Iterable[Block]) -> None:
        """Note that the blocks stand on a card, with all inside them that a card can show."""
        self.kept |= {block.line for block in every(tuple(blocks)) if block.kind in SHOWN or block.kind == "footnote"}

    def use(self, above: Subject | None) -> None:
        """Note that the bullets above a child stand on its card."""
        self.kept |= {block.line for block in above.blocks} if above else set()

    def skip(self, block: Block, reason: str, *, also: bool = False) -> None:
        """Report the block, unless it stands on a card; `also` where just a part of it does not."""
        if also or block.line not in self.kept:
            end = block.end if block.kind != "item" else block.line + block.text.count("\n")
            left = Skipped(place=MarkdownPlace(page=self.page, block=block), line=block.line, end=end, reason=reason)
            self.skipped += [left] if not self.skipped or self.skipped[-1] != left else []

    def finish(self) -> None:
        """Put everything in the order of the page, and report the footnotes that nothing refers to."""
        for block in self._footnotes.values():
            self.skip(block, "a footnote that no card refers to")
        self.drafts.sort(key=lambda draft: draft.place.block.line)
        self.skipped.sort(key=lambda skipped: skipped.line)


def announced(block: Block, phrase: Phrase) -> list[Block]:
    """What belongs to the text itself because that ends in a colon: the formula or code below it."""
    return _besides_items(block) if phrase.plain.endswith(":") else []


def _besides_items(block: Block) -> list[Block]:
    """What a card can show of the blocks below a bullet's text, other than bullets."""
    return [inner for inner in block.blocks if inner.kind in SHOWN and inner.kind != "item"]
