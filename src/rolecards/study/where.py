"""Where a text is: its page, the headings above it, and its sources, with all that its cards take from them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Unpack

from msgspec import Struct

from rolecards.source.page import ID, Page
from rolecards.study.draft import PARENT, NoteDraft, Sides, SkippedBlock
from rolecards.study.labels import SIGN, Labels
from rolecards.study.marks import CARD_TAGS
from rolecards.study.phrase import Link, Phrase, read_phrase
from rolecards.study.subject import LONGEST_STEP, Subject, is_label
from rolecards.text import cloze
from rolecards.text.field import back_html, escaped
from rolecards.text.plain import to_plain
from rolecards.text.tree import CARD_KINDS, QUESTION_MARKS, Block, all_nodes, every, every_node

BETWEEN = " \u203a "  # separates the headings of a context
SHOWN = CARD_KINDS | {"heading", "quote"}  # the kinds of block that an answer shows
FACT = "fact"  # the `info` of a bullet that is only shown with the bullet above it
_NUMBERS = re.compile(rf"\A{SIGN}*+[\d.) ]*")
_PUNCTUATION = re.compile(r"[^\w\s-]+")
REMEMBERED = 1_000  # the number of headings in the cache: all cards below a heading need it
SHORTEST_INSIDE = 2  # the most letters of a hidden word that other words may contain
FEWEST_TELLING = 2  # the fewest content words of a question that needs no context
FEWEST_UNASKED = 8  # the fewest content words of a text that is not a question and needs no context


class Where(Struct, frozen=True, kw_only=True):
    """The surroundings of a text."""

    page: Page
    name: str  # the page's path inside the content folder
    labels: Labels
    source: Link | None  # the source of the whole page
    embeds: tuple[tuple[int, Link], ...]  # the embedded videos and pages, each with its line
    footnotes: Mapping[str, Block]
    summary_terms: frozenset[str]  # the leading terms of the summary, in lower case
    explains: bool  # whether cards ask learners to explain a leading term
    title: str  # the title of the page, for texts without a heading; empty if it says nothing
    together: bool  # whether one card hides all terms of a text
    path: tuple[str, ...] = ()  # the headings above it, without markup
    parent: str = ""  # its subject: the leading term or the text of the bullet above; empty if there is none

    @property
    def sums_up(self) -> bool:
        """Whether it is under a heading such as `Summary`."""
        return _sums_up(self.labels, self.path)

    @property
    def topic(self) -> str:
        """The nearest heading that names a subject, and the labels below it; empty if there is none."""
        return _topic(self.labels, self.path)

    def needs_context(self, question: str) -> bool:
        """Whether a question is unclear without the headings above it."""
        telling, asks = self.labels.telling(question), self.labels["asks"].match(question)
        if not telling or not (asks or question.endswith(QUESTION_MARKS)):
            return telling < FEWEST_UNASKED
        if self.labels["points_back"].search(question):
            return True
        if telling >= FEWEST_TELLING:
            return False
        is_heading = " " in question and not question.endswith(QUESTION_MARKS)  # such as `How to prevent`
        is_unclear = self.labels["pronouns"].search(question) or self.labels.has("aspects", question)
        return bool(not asks or is_heading or is_unclear)

    def context(self, above: Subject | None, hidden: Sequence[str] = ()) -> str:
        """The line above a card: headings and subject, without those that have hidden words or their singular."""
        steps = [*map(escaped, _headings(self.labels, self.path)), *(above.context if above else ())]
        if self.title and not (steps and self.labels.telling(steps[0])):
            steps.insert(0, escaped(self.title))
        names = (name for words in hidden for name in (words, words.partition(" (")[0]) if words[:1] != "(")
        forms = [form for name in map(_tidy, names) for form in (name, name.removesuffix("s")) if form]
        short = [form if len(form) > SHORTEST_INSIDE else f" {form} " for form in forms]
        shown = (each for each in steps if each and not any(words in _searched(each) for words in short))
        long = [words for words in hidden if " " in words]
        shown = (each for each in shown if not any(self.labels.gives_away(to_plain(each), words) for words in long))
        return BETWEEN.join(dict.fromkeys(shown))

    def draft(
        self,
        block: Block,
        *,
        words: str,
        phrases: Sequence[Phrase] = (),
        shows: Sequence[Block] = (),
        above: Subject | None = None,
        **sides: Unpack[Sides],
    ) -> NoteDraft:
        """A note made from the block.

        `phrases` are its parsed texts, `shows` the other blocks that its sides contain, `above` the subject they name.
        """
        shows = [other for other in shows if other.kind in SHOWN]
        lines = {other.line for other in shows}
        nodes = (*every_node(block.nodes), *all_nodes(shows)) if self.footnotes else ()
        names = [node.text for node in nodes if node.kind == "footnote"]
        below = [child for child in self._below(block, phrases, names) if child.line not in lines]
        inside = list(every((*shows, *below)))
        # An item or quotation may start with HTML, which it does not show.
        others = {each.line for each in inside if each.kind not in SHOWN}
        covered = {each.line for each in inside} - others
        said = _said(sides) if above or self.parent else ""
        named = [each for each in (above.blocks if above else ()) if self._is_named(each, said)]
        if below:
            sides["why"] = "<br>".join(filter(None, (sides.get("why"), back_html(below))))
        return NoteDraft(
            place=self.page.place(block),
            under=self._under(said),
            words=words,
            pin=block.pin if ID.fullmatch(block.pin) else "",
            source=self._source(block, phrases),
            tags=tuple(tag[1:] for tag in block.info.split() if tag[:1] == "#" and tag not in CARD_TAGS),
            covers=frozenset({block.line, *covered, *(each.line for each in named)}),
            **sides,
        )

    def skipped(self, block: Block, reason: str, *, end: int = 0, question: bool = False) -> SkippedBlock:
        """The block as one that produces no card."""
        line, end = block.line, end or max(each.end for each in (block, *block.blocks[-1:]))
        return SkippedBlock(
            place=self.page.place(block), line=line, end=end, reason=reason, section=self.topic, is_question=question
        )

    def last_line(self, block: Block) -> int:
        """The last line of a text without the blocks below it, or of a quotation with them."""
        if block.kind == "quote":
            return block.end
        return max(block.line, self.page.location(block.nodes[-1].end).line) if block.nodes else block.line

    def _under(self, said: str) -> str:
        """The file and the headings above a card that says this, and its subject if the card contains it."""
        under = " ".join(f"{self.name}#{' > '.join(self.path)}".split())
        return f"{under}{PARENT}{self.parent}" if self.parent and self.parent in said else under

    def _is_named(self, block: Block, said: str) -> bool:
        """Whether a card says what a bullet above it says, or the term of a label such as `The **bridge** crew:`."""
        phrase = read_phrase(block.nodes, self.labels)
        lead = phrase.lead if is_label(phrase) else None
        return (lead[1].plain if lead else phrase.plain.rstrip(" :\uff1a")) in said

    def _below(self, block: Block, phrases: Sequence[Phrase], names: Iterable[str]) -> list[Block]:
        """The text, code and formulas below a bullet that does not announce them, and the footnotes of these names."""
        below = [] if any(announced(block, phrase) for phrase in phrases) else besides_items(block)
        notes = (self.footnotes[name] for name in dict.fromkeys(names) if name in self.footnotes)
        return [*below, *(each for note in notes for each in note.blocks)]

    def _source(self, block: Block, phrases: Sequence[Phrase]) -> str:
        """The last video or page embedded above the block, or the page's source; then the links in its text."""
        count = bisect_right(self.embeds, block.line, key=lambda embed: embed[0])
        source = self.embeds[count - 1][1] if count else self.source
        links = [link for phrase in phrases for link in phrase.links if link.is_external]
        return "; ".join(dict.fromkeys(link.html for link in (source, *links) if link))


def _said(sides: Sides) -> str:
    """The words of a card and of the line above it."""
    text = cloze.reveal(cloze.parse_field(sides.get("text", "")))
    return to_plain(f"{sides.get('context')} {text} {sides.get('front')} {sides.get('back')}")


@lru_cache(REMEMBERED)
def _searched(step: str) -> str:
    """The words of a step in lower case, with single spaces between and around them."""
    return f" {_tidy(to_plain(step))} "


def _tidy(words: str) -> str:
    return " ".join(_PUNCTUATION.sub(" ", words.casefold()).split())


@lru_cache
def _sums_up(labels: Labels, path: tuple[str, ...]) -> bool:
    return any(labels.has("summary", title) for title in path)


@lru_cache
def without_questions(labels: Labels, path: tuple[str, ...]) -> tuple[str, ...]:
    """The headings that ask nothing."""
    return tuple(title for title in path if labels["recap"].match(title) or not labels["asks"].match(title))


@lru_cache
def _headings(labels: Labels, path: tuple[str, ...]) -> tuple[str, ...]:
    """The title of the page and the nearest heading that names a subject, with the labels below it."""
    nearest = tuple(_topic(labels, path).split(BETWEEN)) if path else ()
    title = path[0] if path else ""
    names_page = labels.telling(title) and not labels["counted"].fullmatch(title) and len(title.split()) <= LONGEST_STEP
    return (title, *nearest) if names_page and title not in nearest and not labels["asks"].match(title) else nearest


@lru_cache
def _topic(labels: Labels, path: tuple[str, ...]) -> str:
    found: list[str] = []
    for title, above in zip(reversed(path), (*reversed(path[:-1]), ""), strict=False):
        if len(title) > 1 and not any(labels.has(name, title) for name in ("summary", "answer")):
            asked = _NUMBERS.sub("", title) if labels["asks"].match(title) else title
            label = labels["question"].match(asked)
            found.insert(0, asked[label.end() :] if label else asked)
            # A heading below a question is about the question.
            is_detail = (
                labels.has("aspects", title) or labels["asks"].match(above) or labels["counted"].fullmatch(title)
            )
            if not is_detail and labels.telling(title):
                break
    return BETWEEN.join(found)


def announced(block: Block, phrase: Phrase) -> list[Block]:
    """The formula or code below a text that ends in a colon, which belongs to the text."""
    return besides_items(block) if phrase.plain.endswith(":") else []


def besides_items(block: Block) -> list[Block]:
    """The blocks below a bullet that a card can show, without the bullets that have cards of their own."""
    return [
        child for child in block.blocks if child.kind in CARD_KINDS and (child.kind != "item" or child.info == FACT)
    ]
