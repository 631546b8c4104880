"""The words by which authors label texts in notes, from the word files of their language and of English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rolecards.source.yaml import Document
from rolecards.templates import Templates
from rolecards.words import DEFAULT, read_words

_PART_OF_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_VERB = r"\s*[^\W\d_]{3,}[st]\s+\S+\s+\S"
"""What looks like a verb after its subject in English and German, with two more words: `points to north`."""
SIGN = r"(?:[\s\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]|[\d#*]\ufe0f?\u20e3)"
"""What may be before a label, such as a space or an emoji."""
CROSS = r"[\u2610\u2612\u2716\u2717\u2718\u274c\u2b55]\ufe0f?"
TICK = r"[\u2713\u2714\u2611\u2705]\ufe0f?"
_LABEL_END = (
    r"(?:(?:\s?#?|[.-])\d{1,3})?(?:(?<=\w\w)\s\([^()]{1,20}\))?\s?(?:\uff1a\s*|(?<=\d):(?!:)|(?<=\w\w\w):(?=[^\W\d_])|(?<=\w\w):-\s*|(?:(?<=[.-]\d)|(?<=[.-]\d\d))(?=\s)\s*"
    r"|(?::-?|(?<=\d)[.)]|(?<=\w\w)[.)]|(?:(?<=\w\w)|(?<=\d))\s?(?:[-=]>|[-\u2013\u2014]))(?:\s+|\Z))"
)
_LABEL = rf"{SIGN}*+(?:%s){_LABEL_END}"
"""`Q:`, `Question 4.`, `Ans.`, `Answer -`, with the space after it."""
_ANSWERS = r"(?:[^\W\d_]+\s?/\s?)?(?:<answer>)|(?:[^\W\d_](?:[^\W\d_]|-){2,}\s){1,2}(?:<answer_nouns>)"
_RIGHT_LETTER = r"\W*(?:(?:<counted>)\s)?([A-H])\b\W*\s(?:<is_right>)\b"
_LETTER = r"\s?(?:[:=\u2192]|(?:<defining>)\b)\s?(?=\(?(?:(?:<counted>)\s)?[A-H]\b(?:\W*\Z|[).:]))"
"""What is behind a label and before the letter of a choice: `Correct: B`, `(Answer = B)`, `The answer is B.`"""
_INCOMPLETE = r"_{2,}|\b(?:<function_words>)\s*(?:\u2026|\.{3})?\s*\Z"
SIGNS = re.compile(rf"{SIGN}+")
_COMMANDS = r"<commands>|(?:<commands_with_object>)\s+(?:<objects>|\d+)"
_PATTERNS = {  # `<name>` stands for the words of a list
    "question": rf"{_LABEL % '<question>'}|:p\s+|{SIGN}*+(?:Q\)\s*|(?:Q[.]|(?:<question>)\s?\d{{1,3}}(?=[^?]*\?))\s+)",
    "answer": (
        rf"{SIGN}*+(?P<open>[(\[]|(?:<articles>)\s)?(?:(?:{_ANSWERS})(?:(?(open)(?!)|{_LABEL_END})|{_LETTER})"
        rf"|(?:=|[-=]>|\u2192)\s?(?=\(?(?-i:[A-H])\b\W*\Z)|[-=]>\s?(?=\(?[a-h]\)?\s*\Z)|(?:<right>){_LETTER}|(?:<reasons_of_choice>)\s+(?={_RIGHT_LETTER}))"
    ),
    "right_letter": (
        rf"{_RIGHT_LETTER}(?:\s*[:?.,\u2013\u2014-]+\s*|\s+|\Z)|\W*(?:<counted>)\s([A-H])\W*\Z"
        r"|\W*([A-H])(?:\s?[\u2013\u2014-]\s+|\s(?=\([^)]*[^\W\d_]{4}))"
    ),
    # What explains a choice: `Why not TCP?`, `Why B (UDP)?`
    "refutes": (
        r"\W*(?:(?:<refuting>)\b|(?:<reasons_of_choice>)\s+(?:(?:\w+\s+){0,2}\(?"
        r"(?:(?-i:[A-H])\b(?!['\u2019])|[A-H]\s?[()?])|(?P<name>[^?]{2,40})\?))"
    ),
    # An answer in the line of its question.
    "inline_answer": r"(?<=[?\uff1f])\s+(?:[-|\u2013\u2014]\s+)?(?:<answer>)\s?[:\uff1a]\s*(?=\S)",
    # An answer, unless it is the first of several choices.
    "answer_letter": rf"{SIGN}*+A(?:[.]\s+|\)\s*)|{_LABEL % '<hints>'}",
    # An answer below choices.
    "ticked": rf"{TICK}\s*(?=\(?[A-H]\b)",
    "explanation": _LABEL % "<explanation>",
    # What is written instead of an answer: `(see slide 4)`, `See Starboard.`, `True | False`.
    "no_answer": (
        r"\W*(?:<referring>):?\s+(?-i:[A-Z\xc4\xd6\xdc])[^.:;!?]{1,40}[.)]?\s*\Z|"
        r"\W*(?:<referring>)\s(?:\S+\s){0,5}?(?:<places>)\b[^.]{0,20}\W*\Z"
        r"|\W*(?:<verdicts>)(?:\s*[|/\u2610-\u2b55]\W*|\s(?:<joining>)\s)(?:<verdicts>)\W*\Z"
    ),
    # A text that says where an answer is: `Read the detailed answer on …`.
    "elsewhere": r"\W*(?:<elsewhere>)\b(?:[^.!?]|[.!?](?=\S))*[.!?]?\s*\Z",
    # The mark after a right choice, such as a tick or `(correct)`.
    "right_label": r"\W*(?:<right>)\s?[:\uff1a]\s*",
    "right_choice": (
        rf"(?:\s[\u2013\u2014-])?\s*(?:{TICK}(?:\s(?:<right>))?|[\u2190\u2b05]\ufe0f?"
        r"|(?:[*]?[(\[]|(?:<?-{1,2}|[\u2013\u2014\u2190])\s)(?:<right>)\b[)\]]?)\W*\Z|(?<=[^\W\d_]{2}) x\s*\Z"
    ),
    "wrong_choice": rf"\s*(?:[(\[]|{CROSS}\s)(?:<wrong>)[)\]]?\W*\Z",
    # A sentence that a choice completes; a question with choices; one with several right choices.
    "incomplete": _INCOMPLETE,
    "chooses": rf"{_INCOMPLETE}|\b(?:<chooses>|<chooses_one>|<chooses_several>)\b",
    "chooses_several": r"\b(?:<chooses_several>)\b",
    "tells_to_choose": r"\b(?:<chooses_one>|<chooses_several>)\b",
    # A question that a whole list answers.
    "asks_for_list": r"\b(?:<asks_for_list>)\b(?!\s+(?:<pronouns>)\b)[^.?!]*+\W*+\Z",
    "follow_ups": rf"{SIGN}*+(?:<follow_ups>)(?:\s?\d{{1,2}})?\s*(?:[:\uff1a]|\Z)",
    "gap": _LABEL % "<gap>",
    # The start of a numbered statement with a name, such as `Definition 2.1 (Metric).`
    "statement": r"(?P<kind><statements>)(?:\s\d+(?:\.\d+)*)?\.?\s*(?P<name>\([^()]{2,60}\))[.:]?\s*",
    "source": _LABEL % "<source>",
    # A link such as `[src]` at the end of a text.
    "source_end": r"[\s(\[]*\b(?:<source>)\s?\d{0,2}[\s)\]]*\Z",
    # The points for the answer that was given: `0 out of 1 points`.
    "score": r"\W*(?P<points>\d+(?:[.,]\d+)?) \w+(?: \w+)? (?P<most>\d+(?:[.,]\d+)?) (?:<scores>)\W*\Z",
    # In a question about the code below it.
    "points": r"\b(?:<points>|<shows>)\b",
    "shows": r"\b(?:<shows>)\b",
    "shows_table": r"\b(?:<shows_table>)\b",
    "reveals": r"\W*(?:<reveals>)\b[^?]*\Z|[^?]*(?:<reveals_at_end>)\W*\Z",
    # A heading that only seems to ask, above terms with their meanings.
    "recap": r"[\W\d_]*(?:<recaps>)\b",
    # A whole heading such as `Question 4`.
    "numbered": r"\s*(?:<question>)(?:\s?#?\d{1,3}(?:\s?(?:/|\w{2,3}\s)\s?\d{1,3})?)?\s*[.:)]?\s*(?:\([^()]*\)\s*)?\Z",
    # The start of a text such as `Explain overfitting`.
    "commands": rf"(?=.*\w\W+\w)(?:{_COMMANDS})\b",
    # A command that a list completes: `Write code for the following:`
    "sets_task": r"\W*(?:<task_verbs>)\b.*\b(?:<points>)\b",
    # The start of a heading that is a question.
    "asks": rf"[\W\d_]*(?=.*\w\W+\w)(?:<question_words>|{_COMMANDS})\b|.*(?:<question_parts>)",
    "asks_fully": r"[\W\d_]*(?:<question_words>)\s+(?:<asking_verbs>)\b",
    # A heading such as `Key terms`.
    "glossary": r".*\b(?:<glossaries>)\W*\Z|\W*(?:<glossaries>)\s+(?:of|for|der|des|von)\b",
    # The term of a glossary, with the sign after it.
    "entry": (
        r"\s*(\w(?:[^:\u2013\u2014]{0,60}?(?=\s(?:\.{3}|\u2026)\s)|[^:=\u2013\u2014]{0,60}?))"
        r"(?::\s+|\s+(?:\.{3}|\u2026|-{1,3}|[=\u2013\u2014\u2192]|->)\s+|[-\u2013]\s+(?!(?:<joining>)\b))"
        r"(?=\S*[^\W\d])(?!http)"
    ),
    "counted": r"(?:<counted>)\s?[#-]?\d[\w.]{0,4}(?!\w)",
    # HTML whose next words are examples: `fruit such as `, or `fruit such as <strong>figs</strong> and `; or `See `.
    "exemplifies": (
        r".*(?:\w[,;(\s]+(?:<examples>)\b|\b(?:<one_of_several>)\b[^.:;]*\b(?:<defining>)\b|\b(?:<lists_of_examples>)\b[^.:]*:)[\s.,:(]*(?:(?:<articles>)\s+)?"
        r"(?:<[s]trong>[^<]*</strong>[\s,/]*(?:\w{1,4}\s+(?:(?:<articles>)\s+)?)?)*\Z"
        r"|(?:.*[.;:(]\s*|\s*)(?:<referring>)[.:]?\s+\Z"
    ),
    # A question whose answer can be a number, unlike one with the number of a page behind it.
    "asks_number": r".*\b(?:<asks_number>)\b",
    "advises": r"(?:<advice>)\b|(?:<instructions>)\s+(?:<function_words>)\b",
    # `Example: Toddler`, `Example toddler`, or `Further examples`.
    "names_example": r"\A(?:<lists_of_examples>)\s|\b(?:<lists_of_examples>)\W*\Z",
    # `main` in `Main function`.
    "modifiers": r"(?:(?:<modifiers>)\s+)+",
    # A label such as `Purpose of a mask`, or `The output format`.
    "label_noun": (
        r"(?:.*\s)?(?=\S+(?:\s\S+){0,2}\Z)(?:<label_nouns>)\Z"
        r"|(?:(?:<label_nouns>)\s(?:of|for|in|von|der|des|für)|<label_starts>)\s"
    ),
    "announces": r"(?:.*\W)?(?:<announcements>)\b|\W*(?:<about_page>)\b",
    "legend": r"\W*(?:<legends>)\s*(?:\([^()]*\))?\W*\Z",
    # A text above questions that the reader is to answer.
    "exercises": r"\W*(?:\w+\s+){0,3}(?:<exercises>)(?:\s\w+){0,2}\W*\Z",
    # What is before a term in italics: `is called `.
    "names": r"\b(?:<naming>)\s+(?:(?:<articles>)\s+)?[\"\u201c\u201e]?\Z",
    # What follows a term at the start of its definition: ` is`, `s (or cells) are`, ` H0 is`.
    "defines_at_once": r"(?:s|es)?(?:\s+\S{1,2}(?=\s))?\s*(?:\([^()]*\)\s*)?(?:<defining>)\b",
    "defines": rf".*?\b(?:<defining>)\b|{_VERB}",
    # The start of an analogy behind a term: ` is like a`.
    "likens": r"\s*(?:<defining>)\s+(?:<likening>)\b",
    # The start of an explanation that refers to other text.
    "dangles": r"(?:(?:<defining>)\s+)?(?:<dangling>)\b|(?:.*\W)?(?:<dangling>)\W*\Z",
    # A word for what the text above a question is about.
    "points_back": r"\b(?:<pointing_back>)\b",
    "demonstrates": r"(?<!\bof )(?<!\bvon )\b(?:<demonstratives>)\s+[^\W\d_]{2}",
    "pronouns": r"\b(?:<pronouns>)\b",
    "article": r"\b(?:<articles>)\b\s*",
    # A pronoun at the start of a sentence and before its verb, which the term that it stands for can replace.
    "subject": r"(?P<before>)(?:<subjects>)(?= (?:<verbs>|[^\W\d_]+[st])\b)",
    # A start that is unclear without the text above it.
    "refers_back": r"(?:<back_references>)\b",
    # The start of a sentence that is unclear without the one before it: `Since these books`.
    "continues": r"(?:\w+,?\s+)?(?:<pronouns>)\b|(?:<dangling>)\b",
}
_LIST = re.compile(r"(?<!\?P)<(\w+)>")
LONGEST_ENDING = 5  # the most letters of the ending of a word
SHORTEST_SHARED = 3  # the fewest letters that two such words share
SHORTEST_STEM = 6  # the fewest letters before two different endings
FEWEST_IN_SENTENCE = 4  # the fewest words of a sentence in a heading
_TELLING = 3  # the fewest letters of a word with a meaning of its own


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Patterns for labels, and lists of words in lower case."""

    patterns: Mapping[str, re.Pattern[str]]
    words: Mapping[str, frozenset[str]]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """The pattern of this name."""
        return self.patterns[name]

    def has(self, name: str, text: str) -> bool:
        """Whether a text is in this list, ignoring case, numbers, punctuation and words such as `main`."""
        signs = SIGNS.match(text)
        text, words = (
            text[signs.end() if signs else 0 :].strip(" \t*_:.!?#()0123456789\u2013\u2014-").casefold(),
            self.words[name],
        )
        return text in words or ((start := self["modifiers"].match(text)) is not None and text[start.end() :] in words)

    def is_aspect(self, text: str) -> bool:
        """Whether a text is a label such as `Advantages`, which names an aspect of its heading."""
        return (
            self.has("aspects", text)
            or self.has("colon_labels", text)
            or bool(self["label_noun"].match(text.strip(" *_:.")))
        )

    def is_label(self, text: str) -> bool:
        """Whether a text is a label, an aspect, or a word with a number such as `Step 2`."""
        return self.has("any_label", text) or self.is_aspect(text) or self["counted"].match(text) is not None

    def telling(self, text: str) -> int:
        """The number of words that are not function words."""
        found = _WORD.findall(text.casefold())
        return sum(len(word) >= _TELLING and word not in self.words["function_words"] for word in found)

    def is_sentence(self, text: str) -> bool:
        """Whether a text is no title: it has four words, and one in lower case that is no function word."""
        found = _WORD.findall(text)
        in_lower_case = (word for word in found if word[:1].islower() and word not in self.words["function_words"])
        return len(found) >= FEWEST_IN_SENTENCE and any(in_lower_case)

    def counts(self, text: str) -> bool:
        """Whether a text starts with a number in words, as `Three parts of a ship`."""
        first, *others = text.casefold().split() or [""]
        return bool(others) and any(each.split()[0] == first for each in self.words["list_lengths"])

    def gives_away(self, shown: str, hidden: str) -> bool:
        """Whether all words of a hidden text are shown, perhaps with other endings: `Training` by `to train it`."""
        shown = shown.casefold()
        wanted = {*_PART_OF_WORD.findall(hidden.casefold())} - self.words["function_words"]
        if not wanted or not all(word[:SHORTEST_SHARED] in shown for word in wanted):
            return False
        seen = _PART_OF_WORD.findall(shown)
        return all(any(_is_akin(word, other) for other in seen) for word in wanted)


def _is_akin(one: str, other: str) -> bool:
    """Whether two words differ at most in their endings."""
    short, long = sorted((one.removesuffix("s"), other.removesuffix("s")), key=len)
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    is_stem = same >= min(len(short), max(SHORTEST_STEM, len(short) - 2)) >= SHORTEST_SHARED
    is_part = len(short) >= SHORTEST_STEM and short in long  # of a compound
    return short == long or is_part or (is_stem and len(long) - same <= min(LONGEST_ENDING, same - 1))


def read_labels(templates: Templates, language: str, deck: Document | None = None) -> Labels:
    """The labels of a language, which `words.notes` of the deck file can replace."""
    trees = [read_words(templates, code, deck)[0]["notes"] for code in dict.fromkeys((language, DEFAULT))]
    return _labels(tuple((name, ",".join(str(tree[name]) for tree in trees)) for name in trees[-1]))


@lru_cache(8)  # to compile the patterns takes as long as to read many pages
def _labels(lists: tuple[tuple[str, str], ...]) -> Labels:
    words = {name: {word.strip().casefold() for word in listed.split(",")} - {""} for name, listed in lists}
    kinds = ("labels", "aspects", "question", "answer", "explanation")
    words["left_out"] |= words["contents"]
    words["any_label"] = {word for name in kinds for word in words[name]}

    def any_of(name: re.Match[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words[name[1]], key=lambda word: (-len(word), word)))

    patterns = {name: re.compile(_LIST.sub(any_of, each), re.IGNORECASE) for name, each in _PATTERNS.items()}
    return Labels(patterns, {name: frozenset(listed) for name, listed in words.items()})
