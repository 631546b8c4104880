"""What of a page becomes a card: bold terms hidden, leading terms explained, questions asked as they are written."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rolecards import cloze
from rolecards.diagnostics import Problem, Severity
from rolecards.inline import cloze_to_html, disarmed
from rolecards.source.markdown import Block, MarkdownPlace, Page, every, tag_name
from rolecards.study import pairs
from rolecards.study.draft import Draft, Skipped
from rolecards.study.markup import SHOWN, markup
from rolecards.study.phrase import Phrase, Span, read_phrase
from rolecards.study.sources import embedded, is_embed, page_source
from rolecards.study.subject import (
    Subject,
    about,
    explanation,
    lead_of,
    led_by,
    mentioning,
    starts_with_pronoun,
    subject_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolecards.diagnostics import Location
    from rolecards.study.phrase import Link
    from rolecards.study.sections import Section

MOST_HIDDEN = 3
"""Cloze deletions of one note: more are siblings that give each other away."""

LONGEST_ANSWER = 7
"""Lines of a list or text that one answer may have."""

_CLOZE = re.compile(r"\{\{c\d")
_CLAUSE_END = re.compile(r"[.;!?](?=\s)")
_TAGS = frozenset({"hint", "content-ref", "file", "embed", "page-ref", "tabs", "tab", "code", "stepper", "step"})
_REASONS = {
    "code": "code that belongs to no card",
    "math": "a formula that belongs to no card",
    "table": "a table",
    "quote": "a quotation",
    "html": "HTML",
    "admonition": "an aside",
    "footnote": "a footnote that no card refers to",
}


@dataclass(slots=True)
class Cards:
    """The cards of one page, gathered section by section."""

    page: Page
    name: str
    """The page's path inside the content folder."""
    asked: dict[str, Location]
    """What the cards of all pages so far ask, and where."""
    drafts: list[Draft] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    """The lines of blocks that stand on a card."""
    _section: Section = field(init=False)
    _summed_up: set[str] = field(default_factory=set)
    _phrases: dict[str, Phrase] = field(default_factory=dict)
    _footnotes: dict[str, Block] = field(default_factory=dict)
    _embeds: list[tuple[int, Link]] = field(default_factory=list)
    _page_source: Link | None = None

    def __post_init__(self) -> None:
        for block in every(self.page.blocks):
            if block.kind == "footnote":
                self._footnotes[block.info] = block
            if is_embed(block) and (link := embedded(block)):
                self._embeds.append((block.line, link))
        self._page_source = page_source(self.page)

    def take(self, section: Section) -> None:
        """Make the cards of a section."""
        self._section = section
        self._question_heading()
        self._blocks(section.blocks, None)

    def finish(self) -> None:
        """Put everything in the order of the page, and report the footnotes that nothing refers to."""
        for block in self._footnotes.values():
            self._skip(block, _REASONS["footnote"])
        self.drafts.sort(key=lambda draft: draft.place.block.line)
        self.skipped.sort(key=lambda skipped: skipped.line)

    def phrase(self, text: str) -> Phrase:
        """A text of the page, read once."""
        if text not in self._phrases:
            self._phrases[text] = read_phrase(text, self.page.references)
        return self._phrases[text]

    # ------------------------------------------------------------ blocks

    def _blocks(self, blocks: Sequence[Block], above: Subject | None) -> None:
        answered = False
        for block, following in pairwise([*blocks, None]):
            assert block
            answered = not answered and self._block(block, following, above)

    def _block(self, block: Block, following: Block | None, above: Subject | None) -> bool:
        """Take a block; whether the one that follows is its answer."""
        if block.kind in {"item", "paragraph"}:
            return self._text(block, following, above)
        if is_embed(block) and embedded(block):
            self.kept.add(block.line)
        elif block.kind == "tag":
            self._tag(block)
        elif block.kind in _REASONS and block.kind != "footnote":
            self._skip(block, _REASONS[block.kind])
        return False

    def _tag(self, block: Block) -> None:
        name = tag_name(block)
        if not name.startswith("end"):
            self._skip(block, f"GitBook's `{name}`")
        if name.removeprefix("end") not in _TAGS:
            location = MarkdownPlace(page=self.page, block=block).of()
            message = f"`{{% {name} %}}` is not a GitBook block that is known here, so it is left out"
            self.problems.append(Problem(location=location, code="RC162", message=message, severity=Severity.WARNING))

    def _text(self, block: Block, following: Block | None, above: Subject | None) -> bool:
        phrase = self.phrase(block.text)
        answered = self._pair(block, following)
        if answered is None and block.line not in self.kept:
            self._own_words(block, phrase, above)
        elif answered is None and block.kind == "item":
            self._terms(block, phrase, above)
        if block.kind == "item":
            self._blocks([inner for inner in block.blocks if inner.kind == "item"], subject_of(block, phrase, above))
        if block.line not in self.kept:
            self._skip(block, _why_not(phrase))
        if phrase.pictures:
            self._skip(block, "a picture", also=True)
        return bool(answered)

    def _own_words(self, block: Block, phrase: Phrase, above: Subject | None) -> None:
        """The one kind of card that this text is made for."""
        if _CLOZE.search(block.text):
            self._written_cloze(block, above)
        elif sides := pairs.front_and_back(block.text):
            self._question(block, *(self.phrase(side) for side in sides))
        elif not (self._list(block, phrase, above) or self._terms(block, phrase, above)):
            self._clue(block, phrase, above)

    # ------------------------------------------------------------ as written

    def _pair(self, block: Block, following: Block | None) -> bool | None:
        """Cards of `Q:` and `A:`; whether the answer is the block that follows, None where nothing is asked."""
        lines = pairs.parts(block.text)
        if pairs.question(lines[0]) is None:
            return None
        waiting = ""
        for line in lines:
            answer = pairs.answer(line)
            if answer is None:
                waiting = pairs.question(line) or ""
            elif waiting:
                self._question(block, self.phrase(waiting), self.phrase(answer))
                waiting = ""
        return self._answer_elsewhere(block, waiting, following) if waiting else False

    def _answer_elsewhere(self, block: Block, question: str, following: Block | None) -> bool:
        """The answer to a `Q:` is the next block's `A:`, or what stands below the bullet."""
        follows = following is not None and pairs.answer(following.text) is not None
        inside = (following,) if follows and following else block.blocks
        answer = tuple(
            replace(part, text=pairs.answer(part.text) or part.text, kind="paragraph" if at == 0 else part.kind)
            for at, part in enumerate(inside)
        )
        if answer:
            below = answer[0].blocks if answer[0].kind == "paragraph" else ()
            back = markup([answer[0], *below, *answer[1:]], self.phrase)
            self._cover(inside)
            self._add(block, words=question, front=self.phrase(question).shown(), back=back, why="")
        return follows

    def _question(self, block: Block, front: Phrase, back: Phrase) -> None:
        self._add(block, phrases=(front, back), words=front.plain, front=front.shown(), back=back.shown())

    def _written_cloze(self, block: Block, above: Subject | None) -> None:
        pieces, faults = cloze.parse(block.text)
        place = MarkdownPlace(page=self.page, block=block)
        for fault in faults:
            location = place.of(words=fault.words)
            self.problems.append(Problem(location=location, code="RC131", message=fault.message, hint=fault.hint))
        if not faults and cloze.numbers(pieces):
            text = cloze_to_html(pieces, lambda words: self.phrase(words).shown())
            words = self.phrase(cloze.reveal(pieces)).plain
            self._add(block, words=words, text=text, context=self._context(above, cloze.hidden(pieces).values()))

    def _question_heading(self) -> None:
        heading = self._section.heading
        if heading is None or not self.phrase(heading.text).plain.endswith("?"):
            return
        answer = [block for block in self._section.blocks if block.kind in SHOWN]
        lines = [block for block in every(tuple(answer)) if block.text or block.rows]
        asks = any(pairs.question(block.text) is not None or pairs.front_and_back(block.text) for block in lines)
        if not answer or len(lines) > LONGEST_ANSWER or asks:
            return
        self._cover(answer)
        question = self.phrase(heading.text)
        self._add(
            heading, phrases=(question,), words=question.plain, front=question.shown(), back=markup(answer, self.phrase)
        )

    def _list(self, block: Block, phrase: Phrase, above: Subject | None) -> bool:
        """A bullet that announces or asks for what stands below it: `Three reasons:`."""
        inside = [inner for inner in block.blocks if inner.kind == "item"]
        plain = not any(inner.blocks or self.phrase(inner.text).terms for inner in inside)
        if not phrase.plain.endswith((":", "?")) or not plain or not 0 < len(inside) <= LONGEST_ANSWER:
            return False
        front = (about(phrase, above) if above else None) or self._led(phrase, above)
        if front is phrase and above and above.term:
            front = led_by(above.term, phrase, above.chain)
        self._cover(inside)
        self._add(block, phrases=(phrase,), words=front.plain, front=front.shown(), back=markup(inside, self.phrase))
        return True

    # ------------------------------------------------------------ from bold terms

    def _terms(self, block: Block, phrase: Phrase, above: Subject | None) -> bool:
        """Hide the bold terms, and ask the other way round for one that leads."""
        bare = "".join(span.html for span in phrase.spans if not span.term)
        if not phrase.terms or not any(map(str.isalnum, bare)):
            return False
        lead = lead_of(phrase)
        if lead and self._summary_has(block, lead[1].plain):
            return True
        named = about(phrase, above) if above else None
        text = named or self._led(phrase, above)
        context = "" if text is not phrase else self._context(above, phrase.terms)
        for at, terms in enumerate(_by_sense(phrase)):
            hide = {term: number for number, term in enumerate(terms, start=1)}
            part = str(at + 1) if at else ""
            self._add(
                block, phrases=(phrase,), words=text.plain, text=text.shown(hide), context=context, part=part, ours=True
            )
        self._use(above)
        if lead and (said := explanation(phrase)):
            front = Phrase(spans=(lead[1],)).shown()
            words = f"explain {lead[1].plain}"
            self._add(
                block,
                phrases=(phrase,),
                words=words,
                front=front,
                back=said,
                context=context,
                part="explain",
                explain=True,
            )
        return True

    def _clue(self, block: Block, phrase: Phrase, above: Subject | None) -> bool:
        """A plain text below a bullet with a term says something of that term: the card asks of which."""
        if not above or not above.term or not _says_something(phrase):
            return False
        text = about(phrase, above) or mentioning(phrase, above.term) or led_by(above.term, phrase, above.chain)
        hidden = above.term.plain.casefold()
        hide = {span.plain: 1 for span in text.spans if span.term and span.plain.casefold() == hidden}
        self._use(above)
        self._add(block, phrases=(phrase,), words=text.plain, text=text.shown(hide), ours=True)
        return True

    def _led(self, phrase: Phrase, above: Subject | None) -> Phrase:
        """The text behind its subject or its heading where it starts with a pronoun: no card may."""
        if not starts_with_pronoun(phrase):
            return phrase
        if above and above.term:
            return led_by(above.term, phrase, above.chain)
        title = self._section.topic or self.page.front_text("title")
        return led_by(Span(html.escape(title, quote=False)), phrase) if title and not above else phrase

    def _summary_has(self, block: Block, term: str) -> bool:
        if self._section.sums_up:
            self._summed_up.add(term.casefold())
        elif term.casefold() in self._summed_up:
            self._skip(block, f"the summary has “{term}”")
            self.kept.add(block.line)
            return True
        return False

    def _context(self, above: Subject | None, hidden: Iterable[str]) -> str:
        """The line above a card's text: its subject, else its heading; left out where it would tell what is hidden."""
        context = above.context if above else disarmed(html.escape(self._section.topic, quote=False))
        told = context.casefold()
        return "" if any(words.casefold() in told for words in hidden) else context

    # ------------------------------------------------------------ what is kept and what is not

    def _add(
        self, block: Block, *, words: str, phrases: Sequence[Phrase] = (), why: str | None = None, **sides: object
    ) -> None:
        place = MarkdownPlace(page=self.page, block=block)
        draft = Draft(
            place=place,
            under=" ".join(f"{self.name}#{' > '.join(self._section.path)}".split()),
            words=words,
            pin=block.pin,
            why=self._why(block, phrases) if why is None else why,
            source=self._source(block, phrases),
            **sides,  # type: ignore[arg-type]
        )
        self.kept.add(block.line)
        questions = list(draft.questions())
        same = next((self.asked[question] for question in questions if question in self.asked), None)
        if same:
            self._skip(block, f"it asks the same as {same}", also=True)
            return
        self.asked |= dict.fromkeys(questions, place.of())
        self.drafts.append(draft)

    def _why(self, block: Block, phrases: Sequence[Phrase]) -> str:
        """The text, code and formulas below a bullet's own text, and its footnotes."""
        inside = [inner for inner in block.blocks if inner.kind in SHOWN - {"item"}] if block.kind == "item" else []
        names = [name for phrase in phrases for name in phrase.footnotes if name in self._footnotes]
        notes = [self._footnotes[name] for name in dict.fromkeys(names)]
        self.kept |= {inner.line for inner in (*inside, *notes)}
        return markup([*inside, *(replace(note, kind="paragraph") for note in notes)], self.phrase)

    def _source(self, block: Block, phrases: Sequence[Phrase]) -> str:
        shown = [link for line, link in self._embeds if line <= block.line][-1:]
        links = [
            *(shown or ([self._page_source] if self._page_source else [])),
            *(link for phrase in phrases for link in phrase.links),
        ]
        return "; ".join(dict.fromkeys(link.html for link in links))

    def _use(self, above: Subject | None) -> None:
        self.kept |= {block.line for block in above.blocks} if above else set()

    def _cover(self, blocks: Sequence[Block]) -> None:
        self.kept |= {block.line for block in every(tuple(blocks))}

    def _skip(self, block: Block, reason: str, *, also: bool = False) -> None:
        """Report the block, unless it stands on a card; `also` where just a part of it does not."""
        if also or block.line not in self.kept:
            end = block.end if block.kind != "item" else block.line
            place = MarkdownPlace(page=self.page, block=block)
            self.skipped.append(Skipped(place=place, line=block.line, end=end, reason=reason))


def _by_sense(phrase: Phrase) -> Iterator[list[str]]:
    """The terms by note: those of one clause together, at most three at once."""
    clauses: list[list[str]] = [[]]
    fresh = set(phrase.terms)
    for span in phrase.spans:
        if span.term and span.plain in fresh:
            fresh.remove(span.plain)
            clauses[-1].append(span.plain)
        elif not span.term:
            clauses += [[] for _ in _CLAUSE_END.finditer(span.html + " ")]
    group: list[str] = []
    for clause in clauses:
        for start in range(0, len(clause), MOST_HIDDEN):
            chunk = clause[start : start + MOST_HIDDEN]
            if len(group) + len(chunk) > MOST_HIDDEN:
                yield group
                group = []
            group = [*group, *chunk]
    yield group


def _says_something(phrase: Phrase) -> bool:
    """Whether there are words in it besides the words of links."""
    words = phrase.plain
    for link in phrase.links:
        words = words.replace(link.words, "", 1)
    return any(map(str.isalnum, words))


def _why_not(phrase: Phrase) -> str:
    if not phrase.plain:
        return "no words"
    if phrase.links and not _says_something(phrase):
        return "a link alone"
    return "a term alone" if phrase.terms else "no bold term to hide, and none above it"
