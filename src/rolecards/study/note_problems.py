"""What authors are told about a page: questions without a card, and each cause of text without a card."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rolecards.problems import Problem, counted, problem, some_of
from rolecards.study.draft import SkippedBlock
from rolecards.study.phrase import MOST_WORDS

NO_TERM = "no bold term in it or in the bullet above it"
EMPHASIS = f"more than {MOST_WORDS} bold words in a row, which are no term"
NOT_A_TERM = "no term to hide: the bold words are a label, advice, a comparison, a quotation or a number"
TOO_FEW = "too few words beside the term"
NO_ANSWER = "a question without an answer"
TICKED = "a ticked box that answers no question"
QUESTIONS_BELOW = "a question with another question directly below it"
ROW = "a row of a table without a term and its meaning"
_HINTS = {
    NO_TERM: "mark the words to learn in bold, or write questions",
    NOT_A_TERM: "mark the words to learn in bold, or write a question",
    EMPHASIS: "mark only the words to learn in bold",
    NO_ANSWER: "write its answer in the lines below it",
    QUESTIONS_BELOW: "write its answer below it, or a title instead",
    "a heading that says something": "write it below the heading, with the words to learn in bold",
    TICKED: "write its question in the line above the boxes, with a question mark at its end",
    "only a term": "write what the term means",
    "only a link": "write what is worth knowing about it",
    "broken cloze markup": "write `{{c1::words}}`",
    "a picture that belongs to no card": "put it below a bullet with a bold term, or below a question",
    "code that belongs to no card": "put it below a bullet with a bold term, or below a question",
    "a formula that belongs to no card": "put it below a bullet with a bold term, or below a question",
    "a table": "put it below a question",
    ROW: "write a term in bold in its first cell, and its meaning in the next",
    "a quotation": "write it as a bullet with a bold term, or as a question",
    TOO_FEW: "write a whole sentence about the term",
}
"""How to make a card from a passage, by the reason why it has none."""


def note_problems(skipped: Sequence[SkippedBlock], *, empty: bool) -> Iterator[Problem]:
    """The problems of a page, which is `empty` if it has no card at all."""
    for lost in (each for each in skipped if each.is_question):
        yield problem("RC165", lost.place.of(), f"no card: {lost.reason}", _HINTS.get(lost.reason, ""))

    def cause(each: SkippedBlock) -> tuple[str, str]:
        # A page without any card has one cause, not one for each section.
        return ("" if empty and each.reason == NO_TERM else each.section, each.reason)

    rest = sorted((each for each in skipped if not each.is_question), key=cause)
    for (section, reason), several in groupby(rest, key=cause):
        yield _grouped(section, reason, sorted(several, key=lambda each: each.line))


def _grouped(section: str, reason: str, skipped: Sequence[SkippedBlock]) -> Problem:
    lines = [str(each.line) if each.line == each.end else f"{each.line}-{each.end}" for each in skipped]
    where = f" in “{section}”" if section else ""
    count = counted(len(skipped), "passage")
    message = f"no card from {count}{where} ({some_of(lines)}): {reason}"
    return problem("RC166", skipped[0].place.of(), message, _HINTS.get(reason, ""))
