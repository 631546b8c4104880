"""Rules over the wording of one card: short, whole, one thing asked, one right answer, nothing given away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards import cloze
from rolecards.diagnostics import Severity
from rolecards.lint.draft import name_of, telling, words
from rolecards.lint.rule import Finding, rule
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.lint.draft import Deck, Draft, PlainCard
    from rolecards.lint.rule import Edit

ERROR, WARNING = Severity.ERROR, Severity.WARNING

_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_LIST_MARK = re.compile(r"(?:^|<br>|;)\s*(?:[-*\u2022\u2013]\s+|\(?\d+[.)]\s+|\(?[a-z]\)\s+)")
_BETWEEN_ITEMS = re.compile(r"\s*(?:,\s*(?:and|or)\s+|[,;]\s+|\s+(?:and|or|&)\s+|\s*/\s*)")
_ASKS_FOR_SET = re.compile(
    r"\b(?:(?:name|list|enumerate)\b.*?"
    r"|(?:which|what (?:are|were)(?: the)?)(?: main| most| other| key| common| usual)?)"
    r" [a-z]+[^\Wsui]s\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|both|pair)\b", re.IGNORECASE)
_LAST_SENTENCE = re.compile(r"(?:^|(?<=[.!?:])\s+)([^.!?]*\?)\s*$")
_BINARY = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|must|may)(?:n't)? ", re.IGNORECASE
)
_YES_OR_NO = re.compile(r"(?:yes|no|true|false)(?:[.,;:!\u2013\u2014]|$)", re.IGNORECASE)
_POINTS_BACK = re.compile(r"(?:this|it|they|these|he|she|the role|this role|this person)(?!\w)", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\bthis (?:person|role)\b|(?<=^what )(?:is|are|do|did|can|must) (?:they|these|he|she|this)\b(?! [a-z]+s\b)",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"(?:what|which|who|whose|whom|where|when|why|how)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\betc\b\.?|\band so (?:on|forth)\b|\bamong others\b|\bit depends\b|(?:\.\.\.|…)\s*$", re.IGNORECASE
)


@rule(
    "RC301",
    "long-answer",
    WARNING,
    over="note",
    reason="Short answers are recalled alike each time, long ones only in parts (Wozniak, rule 4: minimum "
    "information). "
    "The number is a convention, calibrated on two published decks.",
    bad="Q: What does a data engineer do?\nA: Builds the pipelines that bring data from where it is stored to those "
    "who "
    "train models, and collects, aggregates and monitors it on the way",
    good="Q: What does a data engineer build to bring data to those who use it?\nA: Data pipelines",
)
def long_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """An answer has at most 15 words; above 25 it is an error. What explains it goes into `why`."""
    for card in draft.cards:
        count = card.answer_words if not card.number else 0
        if count > deck.limits.answer_words:
            yield Finding(
                entry=draft.entry,
                steps=card.answer_at,
                message=f"the answer has {count} words, more than {deck.limits.answer_words}",
                hint="keep what must be recalled and move the rest to `why`, or make two cards",
                severity=ERROR if count > deck.limits.answer_words_most else None,
            )


@rule(
    "RC302",
    "long-question",
    WARNING,
    over="note",
    reason="A question is read hundreds of times; what is not needed to find the answer slows it (Wozniak, rule 12: "
    "optimise wording; Matuschak: focused).",
    bad="Q: In the lecture the speaker talks at some length about how teams are built and who is on them, and in that "
    "part, after the product manager, which role comes up as the next one in his list?\nA: The DevOps engineer",
    good="Q: Which role follows the product manager in the lecture's list?\nA: The DevOps engineer",
)
def long_question(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A question has at most 30 words; above 45 it is an error. A scenario may have 60."""
    limits = deck.limits
    scenario = isinstance(draft.written, schema.Scenario)
    most = limits.scenario_words_most if scenario else limits.question_words_most
    wanted = most if scenario else limits.question_words
    card = draft.cards[0] if draft.cards else None
    count = card.question_words if card else 0
    if card and count > wanted:
        yield Finding(
            entry=draft.entry,
            steps=card.question_at,
            message=f"the question has {count} words, more than {wanted}",
            hint="leave out what is not needed to find the answer",
            severity=ERROR if count > most else None,
        )


@rule(
    "RC303",
    "list-answer",
    WARNING,
    over="note",
    reason="Sets and enumerations are the hardest thing to keep in memory (Wozniak, rules 9 and 10).",
    bad="Q: What are the tools of a data scientist?\nA: SQL, Excel, Jupyter, Pandas, scikit-learn and TensorFlow",
    good="Q: Which spreadsheet is in the data scientist's tool list?\nA: Excel",
)
def list_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """An answer lists at most three things. With list marks before them more is an error, with commas a warning."""
    most = deck.limits.answer_items
    marks = len(_LIST_MARK.findall(draft.note.back)) if "<br>" in draft.note.back or ";" in draft.note.back else 0
    if marks > most and not isinstance(draft.written, schema.Contrast):
        yield _list_finding(draft, draft.cards[0], marks, ERROR)
        return
    for card in draft.cards:
        count = len(_items(card.answer))
        if count > most:
            yield _list_finding(draft, card, count, WARNING)


def _list_finding(draft: Draft, card: PlainCard, count: int, severity: Severity) -> Finding:
    return Finding(
        entry=draft.entry,
        steps=card.answer_at,
        message=f"the answer lists {count} things",
        hint="ask for them one by one, each from a question of its own, or hide them one by one in a cloze text",
        severity=severity,
    )


def _items(answer: str) -> list[str]:
    """The things an answer lists; clauses with commas between them are not a list."""
    if "," not in answer and ";" not in answer and "/" not in answer:
        return []
    items = _BETWEEN_ITEMS.split(answer)
    return items if all(len(item.split()) <= 4 for item in items) else []


@rule(
    "RC304",
    "set-without-number",
    ERROR,
    over="note",
    english=True,
    reason="Who doesn't know how many are asked for can't know when the answer is complete (Wozniak, rule 9; "
    "Matuschak: precise).",
    bad="Q: Which tools does the course give the DevOps engineer?\nA: AWS and GCP",
    good="Q: Which two cloud tools does the course give the DevOps engineer?\nA: AWS and GCP",
)
def set_without_number(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A question that asks for several things says how many."""
    if not draft.is_fact or draft.note.text:
        return
    card = draft.cards[0]
    asks = _ASKS_FOR_SET.search(card.question)
    count = max(len(_BETWEEN_ITEMS.split(card.answer)), len(_LIST_MARK.findall(draft.note.back))) if asks else 0
    if asks and count > 1 and not _NUMBER.search(card.question):
        message = "this asks for several things and doesn't say how many"
        hint = f"say that there are {count}" if count <= deck.limits.answer_items else "ask for them one by one"
        yield Finding(entry=draft.entry, steps=card.question_at, words=asks[0], message=message, hint=hint)


@rule(
    "RC305",
    "yes-no",
    ERROR,
    over="note",
    english=True,
    reason="A guess is right half of the time, and recognising is weaker practice than recalling (Matuschak: no binary "
    "prompts; Rowland 2014).",
    bad="Q: Does a DevOps engineer train models?\nA: No",
    good="Q: What does a DevOps engineer deploy?\nA: Production systems",
)
def yes_no(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001 - every rule over notes is called alike
    """A question can't be answered with yes or no, nor by picking one of two words in it."""
    if draft.note.text or not (draft.is_fact or draft.note.kind == "contrast"):
        return
    hint = "ask what, which, where or why, so that the answer has to be recalled"
    for card in draft.cards:
        question = draft.written.q if isinstance(draft.written, schema.Contrast) else card.question
        last = _LAST_SENTENCE.search(question)
        binary = _BINARY.match(last[1] if last else question)
        said = _YES_OR_NO.match(card.answer)
        if said:
            message = "yes or no can be guessed"
            yield Finding(entry=draft.entry, steps=card.answer_at, words=said[0], message=message, hint=hint)
        elif binary:
            message = "this question can be answered by yes or no, or by one of two words in it"
            word = binary[0].strip()
            yield Finding(entry=draft.entry, steps=card.question_at, words=word, message=message, hint=hint)


@rule(
    "RC306",
    "points-back",
    ERROR,
    over="note",
    english=True,
    reason="Cards come up alone and shuffled: there is nothing before them that a word could point back to (Wozniak, "
    "rule 12; Matuschak: precise).",
    bad="Cloze: They also {{c1::deploy}} prediction models.",
    good="Cloze: ML engineers also {{c1::deploy}} prediction models.",
)
def points_back(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A question or cloze text doesn't start with a word such as *it* or *they*, and names the role it is about."""
    if not draft.cards or not draft.is_fact:
        return
    card = draft.cards[0]
    text = draft.cloze or card.question
    found = _POINTS_BACK.match(text) or _SOMEBODY.search(text)
    if found and not deck.role_names.search(text):
        message = f"“{found[0]}” points back to something that is not on the card"
        yield Finding(
            entry=draft.entry, steps=card.question_at, words=found[0], message=message, hint="name who or what is meant"
        )


@rule(
    "RC307",
    "names-no-role",
    WARNING,
    over="note",
    reason="A fact that names nobody fits anybody (Matuschak: precise).",
    bad="Cloze: Reports on experiments are written {{c1::besides building models}}.",
    good="Cloze: Besides building models, an ML researcher writes {{c1::reports}} on experiments.",
)
def names_no_role(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A fact under a role names a role, in the question or in the answer."""
    if not draft.cards or not draft.note.roles or not draft.is_fact:
        return
    card = draft.cards[0]
    if not deck.role_names.search(f"{card.question} {card.answer}"):
        name = deck.content.roles[draft.note.roles[0]].name
        message = "neither side of this card names a role"
        hint = f"say that it is about the {name}"
        yield Finding(entry=draft.entry, steps=card.question_at, message=message, hint=hint)


@rule(
    "RC308",
    "answer-in-question",
    WARNING,
    over="note",
    english=True,
    reason="An answer that can be read off the question isn't recalled (Matuschak: effortful).",
    bad="Q: Which data pipelines does a data engineer build?\nA: Data pipelines",
    good="Q: What does a data engineer build to move data?\nA: Pipelines",
)
def answer_in_question(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """The answer's words are not in the question: all of them is an error, at least two and half of them a warning.

    The names of the role don't count.
    """
    if draft.note.text or not draft.is_fact:
        return
    card = draft.cards[0]
    answer = card.answered - _role_words(draft, deck)
    shared = answer & card.asked
    if answer and (shared == answer or len(shared) >= max(2, len(answer) / 2)):
        part = "the whole answer" if shared == answer else "half of the answer"
        yield Finding(
            entry=draft.entry,
            steps=card.question_at,
            words=_first_in(card.question, shared),
            message=f"{part} stands in the question: {', '.join(sorted(shared))}",
            hint="use other words in the question",
            severity=ERROR if shared == answer else None,
        )


@rule(
    "RC309",
    "answer-beside-cloze",
    ERROR,
    over="note",
    english=True,
    reason="One card of a note must not give away another, or itself (Matuschak: effortful). Burying siblings is an "
    "option "
    "that learners may have turned off.",
    bad="Cloze: An ML engineer trains models and {{c1::deploys}} models; whoever deploys them keeps them running.",
    good="Cloze: An ML engineer trains models and {{c1::deploys}} them.",
)
def answer_beside_cloze(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """What a cloze hides doesn't stand elsewhere in the same text."""
    if not draft.note.text:
        return
    names = _role_words(draft, deck)
    for card in draft.cards:
        answer = card.answered - names
        if answer and answer <= card.asked:
            start, word = _outside(draft, card, answer)
            yield Finding(
                entry=draft.entry,
                steps=("cloze",),
                start=start,
                words=word,
                message=f"cloze {card.number} hides “{card.answer}”, which can be read elsewhere in the same text",
                hint="reword the rest, or hide both places under the same number",
            )


def _outside(draft: Draft, card: PlainCard, answer: frozenset[str]) -> tuple[int, str]:
    """Where a word of the answer stands unhidden in the cloze text, and the word."""
    text = draft.cloze
    hides = rf"\{{\{{c(?:\d+,)*{card.number}(?:,\d+)*::.*?\}}\}}"
    shown = re.sub(hides, lambda found: "\0" * len(found[0]), text, flags=re.DOTALL)
    found = (word for word in _WORD.finditer(shown) if telling(word[0]) & answer)
    return next(((word.start(), word[0]) for word in found), (-1, ""))


@rule(
    "RC310",
    "hint-gives-answer",
    ERROR,
    over="note",
    english=True,
    reason="A hint narrows the answer down; one that says it leaves nothing to recall (Matuschak: effortful).",
    bad="Cloze: The course gives the ML engineer {{c1::Docker::Docker or AWS}} to package models.",
    good="Cloze: The course gives the ML engineer {{c1::Docker::container tool}} to package models.",
)
def hint_gives_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A cloze's hint doesn't have the answer's words in it."""
    if not draft.note.text:
        return
    names = _role_words(draft, deck)
    for deletion in cloze.deletions(draft.note.pieces):
        answer = telling(cloze.reveal(deletion.content)) - names if deletion.hint else frozenset()
        if answer and answer <= telling(deletion.hint):
            message = f"the hint says the answer: {', '.join(sorted(answer))}"
            hint = "say what kind of thing is meant, or which of several"
            words_ = f"::{deletion.hint}"
            yield Finding(entry=draft.entry, steps=("cloze",), words=words_, message=message, hint=hint)


@rule(
    "RC311",
    "names-the-role-asked-for",
    ERROR,
    over="note",
    reason="The question asks for the role, so its name is the answer (Matuschak: effortful).",
    bad="one_line: The ML engineer brings models into production.",
    good="one_line: Brings models into production and keeps them there.",
)
def names_the_role_asked_for(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A role's `one_line` and a scenario's text don't have the role's name in them."""
    if not isinstance(draft.written, schema.Role | schema.Scenario):
        return
    role = deck.content.roles[draft.note.roles[0]]
    text = draft.written.one_line if isinstance(draft.written, schema.Role) else draft.written.text
    for name in name_of(role):
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w{{3}})", text, re.IGNORECASE)
        if found:
            steps = draft.cards[0].question_at
            message = f"this names the role that the card asks for: “{found[0]}”"
            yield Finding(entry=draft.entry, steps=steps, start=found.start(), words=found[0], message=message)


@rule(
    "RC312",
    "bare-cloze",
    ERROR,
    over="note",
    english=True,
    reason="With hardly a word left there is nothing to recall from (Matuschak: precise).",
    bad="Cloze: {{c1::A DevOps engineer deploys production systems.}}",
    good="Cloze: A DevOps engineer deploys {{c1::production systems}} and watches over them.",
)
def bare_cloze(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """When a cloze is hidden, at least three telling words stay in view."""
    if not draft.note.text:
        return
    for card in draft.cards:
        if len(card.asked) < deck.limits.cloze_context:
            left = ", ".join(sorted(card.asked)) or "nothing"
            message = f"with cloze {card.number} hidden too little is left to recall it from: {left}"
            yield Finding(entry=draft.entry, steps=("cloze",), message=message, hint="hide less, or say more around it")


@rule(
    "RC313",
    "guessable-end",
    WARNING,
    over="note",
    reason="A gap at the end of a sentence that could go on for several roles is filled by the sentence's look, not by "
    "knowledge (Matuschak: clozes invite pattern matching).",
    bad="Cloze: One tool in the course's list for the ML engineer is {{c1::Docker}}.",
    good="Cloze: One tool in the course's list for the ML engineer is {{c1::Docker::for packaging}}.",
)
def guessable_end(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """Where the only cloze is the last word or two, and other roles have such a fact too, it has a hint."""
    if len(draft.cards) != 1 or not isinstance(draft.written, schema.Fact) or not draft.written.cloze:
        return
    if not deck.shared_relations & {relation.casefold() for relation in draft.written.index}:
        return
    pieces = cloze.parse(draft.written.cloze.rstrip(" .!"))[0]
    last = pieces[-1]
    if isinstance(last, cloze.Deletion) and not last.hint and draft.cards[0].answer_words <= 2:
        message = "the only gap is the end of the sentence, and other roles have such a fact too"
        hint = f"add a hint: {{{{c{draft.cards[0].number}::{draft.cards[0].answer}::…}}}}, or move the gap"
        yield Finding(entry=draft.entry, steps=("cloze",), words=draft.cards[0].answer, message=message, hint=hint)


@rule(
    "RC314",
    "long-cloze",
    WARNING,
    over="note",
    reason="What is hidden has to be recalled word by word, so it is short (Wozniak, rules 4 and 5).",
    bad="Cloze: An ML researcher {{c1::trains models that are often not critical to production}}.",
    good="Cloze: The models that an ML researcher trains are often not critical to {{c1::production}}.",
)
def long_cloze(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """A cloze hides at most six words; above ten it is an error."""
    if not draft.note.text:
        return
    for card in draft.cards:
        for part in card.answer.split(" … "):
            count = len(words(part))
            if count > deck.limits.cloze_words:
                message = f"cloze {card.number} hides {count} words, more than {deck.limits.cloze_words}"
                severity = ERROR if count > deck.limits.cloze_words_most else None
                yield Finding(
                    entry=draft.entry,
                    steps=("cloze",),
                    words=part,
                    message=message,
                    hint="hide less",
                    severity=severity,
                )


@rule(
    "RC315",
    "many-clozes",
    ERROR,
    over="note",
    reason="Many gaps in one sentence are a list in disguise (Wozniak, rules 5, 9 and 10).",
    bad="Cloze: {{c1::SQL}}, {{c2::Excel}}, {{c3::Pandas}} and {{c4::Jupyter}} are the data scientist's tools by "
    "the list.",
    good="Cloze: For work outside Python the data scientist's tool list has {{c1::SQL}} and {{c2::Excel}}.",
)
def many_clozes(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """One cloze text gives at most three cards."""
    count = len(draft.cards)
    if draft.note.text and count > deck.limits.cloze_numbers:
        message = f"this text gives {count} cards, more than {deck.limits.cloze_numbers}"
        yield Finding(entry=draft.entry, steps=("cloze",), message=message, hint="make two texts of it")


@rule(
    "RC316",
    "cloze-numbers",
    WARNING,
    over="note",
    reason="Anki makes one card a number; a number left out is a slip, or a card that was never written (Anki "
    "manual, cloze "
    "deletion).",
    bad="Cloze: {{c1::AWS}} in 2019 and {{c3::GCP}} in 2021 are the DevOps engineer's tools.",
    good="Cloze: {{c1::AWS}} in 2019 and {{c2::GCP}} in 2021 are the DevOps engineer's tools.",
)
def cloze_numbers(draft: Draft, deck: Deck) -> Iterator[Finding]:
    """In a note that is not published yet, cloze numbers run 1, 2, 3. Published numbers stay as they are."""
    if not draft.note.text or not draft.written or draft.note.id not in deck.unpublished:
        return
    numbers = [card.number for card in draft.cards]
    if numbers == list(range(1, len(numbers) + 1)):
        return
    free, wrong = next((at, number) for at, number in enumerate(numbers, start=1) if number != at)
    yield Finding(
        entry=draft.entry,
        steps=("cloze",),
        words=f"{{{{c{wrong}::",
        message=f"the cloze numbers are {', '.join(map(str, numbers))}; {free} is left out",
        hint="`rolecards check --fix` numbers them 1, 2, 3 …",
        edits=tuple(_renumbered(draft.cloze, numbers)),
    )


def _renumbered(text: str, numbers: Sequence[int]) -> Iterator[Edit]:
    """The edits that give the numbers in use, in their order, the numbers from 1."""
    new = {str(number): str(at) for at, number in enumerate(numbers, start=1)}
    for mark in re.finditer(r"(?<!\\)\{\{c([\d,]+)::", text):
        yield *mark.span(1), ",".join(new.get(number, number) for number in mark[1].split(","))


@rule(
    "RC317",
    "no-reason",
    WARNING,
    over="note",
    reason="An explanation on the answer side helps to use what was learnt elsewhere (Butler 2013), and feedback makes "
    "practice work (Rowland 2014).",
    bad="slot: caveat\nQ: How much ML do many data scientists need, in Chip Huyen's view?\nA: None at all",
    good="The same with  why: Insight can come from plain statistics and queries.",
)
def no_reason(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    """A caveat says why it is so; contrasts and scenarios can't be written without saying it."""
    if draft.note.slot == "caveat" and not draft.note.why:
        message = "a caveat without `why` is only one more thing to believe"
        yield Finding(entry=draft.entry, message=message, hint="add `why`: one sentence that explains it")


@rule(
    "RC318",
    "no-question-mark",
    WARNING,
    over="note",
    english=True,
    reason="Cards of one deck look alike, so that the eye finds what is asked (Wozniak, rule 12: optimise wording).",
    bad="Q: What does a DevOps engineer monitor\nA: Production systems",
    good="Q: What does a DevOps engineer monitor?\nA: Production systems",
)
def no_question_mark(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    """A question that begins with a question word has a question mark."""
    if not draft.is_fact or draft.note.text:
        return
    question = draft.cards[0].question
    if "?" not in question and (found := _QUESTION_WORD.match(question)):
        message = f"this begins with “{found[0]}” and has no question mark"
        yield Finding(entry=draft.entry, steps=("qa", "q"), start=0, words=found[0], message=message)


@rule(
    "RC319",
    "open-answer",
    WARNING,
    over="note",
    english=True,
    reason="Who can't tell whether an answer is complete can't grade it (Matuschak: precise, consistent).",
    bad="Q: Which tools does a data engineer use?\nA: Hadoop, Kafka, etc.",
    good="Q: Which event streaming tool is in the data engineer's list?\nA: Kafka",
)
def open_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    """An answer has an end: no *etc.*, no *and so on*, no *it depends*."""
    for card in draft.cards:
        found = _VAGUE.search(card.answer)
        if found:
            message = f"“{found[0]}” leaves open what the answer is"
            hint = "say all that must be recalled, and no more"
            yield Finding(entry=draft.entry, steps=card.answer_at, words=found[0], message=message, hint=hint)


def _role_words(draft: Draft, deck: Deck) -> frozenset[str]:
    return frozenset().union(*(deck.role_words[role] for role in draft.note.roles))


def _first_in(text: str, wanted: frozenset[str]) -> str:
    """The first word of the text that is one of these, as it is written there."""
    return next((word for word in _WORD.findall(text) if telling(word) & wanted), "")
