"""The words by which authors label texts in notes, from the word files of their language and of English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.words import DEFAULT, read_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolecards.source.yaml import Document
    from rolecards.templates import Templates

_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_VERB = r"\s*[^\W\d_]{3,}[st]\s+\S+\s+\S"
"""What looks like a verb behind its subject in English and German, with two more words: `points to north`."""
_SIGN = r"[\s\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]*"
"""What may stand before a label, such as an emoji."""
_TELLING = 3
"""The fewest letters of a word that tells something."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Patterns for labels, and lists of words in lower case."""

    question: re.Pattern[str]
    answer: re.Pattern[str]
    gap: re.Pattern[str]
    source: re.Pattern[str]
    source_end: re.Pattern[str]
    """A link such as `[src]` at the end of a text."""
    points: re.Pattern[str]
    """In a question about the code below it."""
    reveals: re.Pattern[str]
    numbered: re.Pattern[str]
    """A whole heading such as `Question 4`."""
    commands: re.Pattern[str]
    """The start of a text such as `Explain overfitting`."""
    asks: re.Pattern[str]
    """The start of a heading that is a question."""
    announces: re.Pattern[str]
    defines: re.Pattern[str]
    dangles: re.Pattern[str]
    """The start of an explanation that refers to other text."""
    pronouns: re.Pattern[str]
    article: re.Pattern[str]
    subject: re.Pattern[str]
    """A pronoun at the start of a sentence and before its verb, which the term that it stands for can replace."""
    refers_back: re.Pattern[str]
    """A start that is unclear without the text above it."""
    words: Mapping[str, frozenset[str]]

    def has(self, name: str, text: str) -> bool:
        """Whether a text is in one of the lists, apart from case, numbers and punctuation around it."""
        return text.strip(" \t*_:.!?#()0123456789\u2013\u2014-").casefold() in self.words[name]

    def telling(self, text: str) -> int:
        """The number of words that are no function words."""
        found = _WORD.findall(text.casefold())
        return sum(len(word) >= _TELLING and word not in self.words["function_words"] for word in found)


def read_labels(templates: Templates, language: str, deck: Document | None = None) -> Labels:
    """The labels of a language, which `words.notes` of the deck file can replace."""
    trees = [read_words(templates, code, deck)[0]["notes"] for code in dict.fromkeys((language, DEFAULT))]
    words: dict[str, tuple[str, ...]] = {}
    for name in trees[-1]:
        listed = (word.strip() for tree in trees for word in str(tree[name]).split(","))
        words[name] = tuple(dict.fromkeys(word.casefold() for word in listed if word))
    with_object = rf"(?:{_any(words['commands_with_object'])})\s+(?:{_any(words['objects'])}|\d+)"
    commands = rf"{_any(words['commands'])}|{with_object}"
    dangling = _any(words["dangling"])
    return Labels(
        question=_label(words["question"]),
        answer=_label(words["answer"]),
        gap=_label(words["gap"]),
        source=_label(words["source"]),
        source_end=_pattern(rf"[\s(\[]*\b(?:{_any(words['source'])})\s?\d{{0,2}}[\s)\]]*\Z"),
        points=_pattern(rf"\b(?:{_any(words['points'])})\b"),
        reveals=_pattern(rf"\W*(?:{_any(words['reveals'])})\b[^?]*\Z"),
        numbered=_pattern(rf"\s*(?:{_any(words['question'])})(?:\s?#?\d{{1,3}})?\s*[.:)]?\s*\Z"),
        commands=_pattern(rf"(?=.*\w\W+\w)(?:{commands})\b"),
        asks=_pattern(
            rf"[\W\d_]*(?=.*\w\W+\w)(?:{_any(words['question_words'])}|{commands})\b|.*(?:{_any(words['question_parts'])})"
        ),
        announces=_pattern(rf".*\b(?:{_any(words['announcements'])})\b"),
        defines=_pattern(rf".*\b(?:{_any(words['defining'])})\b|{_VERB}"),
        dangles=_pattern(rf"(?:(?:{_any(words['defining'])})\s+)?(?:{dangling})\b|.*\b(?:{dangling})\W*\Z"),
        pronouns=_pattern(rf"\b(?:{_any(words['pronouns'])})\b"),
        article=_pattern(rf"\b(?:{_any(words['articles'])})\b\s*"),
        subject=_pattern(rf"(?P<before>)(?:{_any(words['subjects'])})(?= (?:{_any(words['verbs'])}|[^\W\d_]+[st])\b)"),
        refers_back=_pattern(rf"(?:{_any(words['back_references'])})\b"),
        words={name: frozenset(listed) for name, listed in words.items()},
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _label(words: Iterable[str]) -> re.Pattern[str]:
    """`Q:`, `Question 4.`, `Ans.`, `Answer -`, with the space after it."""
    end = r"(?::-?|(?<=\d)[.)]|(?<=\w\w)[.]|(?:(?<=\w\w)|(?<=\d))\s?[-\u2013\u2014])"
    return _pattern(rf"{_SIGN}(?:{_any(words)})(?:\s?#?\d{{1,3}})?\s?(?:\uff1a\s*|(?<=\d):(?!:)|{end}(?:\s+|\Z))")


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
