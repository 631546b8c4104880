"""Rules over the wording of one card: short, whole, one thing asked, one right answer, nothing given away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards.check.deck import name_of, telling, words
from rolecards.check.rule import Finding, rule
from rolecards.codes import ERROR, WARNING, Severity
from rolecards.schema import models as schema
from rolecards.text import cloze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.check.deck import Deck, Draft, PlainCard
    from rolecards.check.rule import Edit


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


@rule("RC301", over="note")
def long_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC302", over="note")
def long_question(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC303", over="note")
def list_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC304", over="note")
def set_without_number(draft: Draft, deck: Deck) -> Iterator[Finding]:
    if not draft.is_fact or draft.note.text:
        return
    card = draft.cards[0]
    asks = _ASKS_FOR_SET.search(card.question)
    count = max(len(_BETWEEN_ITEMS.split(card.answer)), len(_LIST_MARK.findall(draft.note.back))) if asks else 0
    if asks and count > 1 and not _NUMBER.search(card.question):
        message = "this asks for several things and doesn't say how many"
        hint = f"say that there are {count}" if count <= deck.limits.answer_items else "ask for them one by one"
        yield Finding(entry=draft.entry, steps=card.question_at, words=asks[0], message=message, hint=hint)


@rule("RC305", over="note")
def yes_no(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001 - every rule over notes is called alike
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


@rule("RC306", over="note")
def points_back(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC307", over="note")
def names_no_role(draft: Draft, deck: Deck) -> Iterator[Finding]:
    if not draft.cards or not draft.note.roles or not draft.is_fact:
        return
    card = draft.cards[0]
    if not deck.role_names.search(f"{card.question} {card.answer}"):
        name = deck.content.roles[draft.note.roles[0]].name
        message = "neither side of this card names a role"
        hint = f"say that it is about the {name}"
        yield Finding(entry=draft.entry, steps=card.question_at, message=message, hint=hint)


@rule("RC308", over="note")
def answer_in_question(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC309", over="note")
def answer_beside_cloze(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC310", over="note")
def hint_gives_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC311", over="note")
def names_the_role_asked_for(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC312", over="note")
def bare_cloze(draft: Draft, deck: Deck) -> Iterator[Finding]:
    if not draft.note.text:
        return
    for card in draft.cards:
        if len(card.asked) < deck.limits.cloze_context:
            left = ", ".join(sorted(card.asked)) or "nothing"
            message = f"with cloze {card.number} hidden too little is left to recall it from: {left}"
            yield Finding(entry=draft.entry, steps=("cloze",), message=message, hint="hide less, or say more around it")


@rule("RC313", over="note")
def guessable_end(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC314", over="note")
def long_cloze(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC315", over="note")
def many_clozes(draft: Draft, deck: Deck) -> Iterator[Finding]:
    count = len(draft.cards)
    if draft.note.text and count > deck.limits.cloze_numbers:
        message = f"this text gives {count} cards, more than {deck.limits.cloze_numbers}"
        yield Finding(entry=draft.entry, steps=("cloze",), message=message, hint="make two texts of it")


@rule("RC316", over="note")
def cloze_numbers(draft: Draft, deck: Deck) -> Iterator[Finding]:
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


@rule("RC317", over="note")
def no_reason(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    if draft.note.slot == "caveat" and not draft.note.why:
        message = "a caveat without `why` is only one more thing to believe"
        yield Finding(entry=draft.entry, message=message, hint="add `why`: one sentence that explains it")


@rule("RC318", over="note")
def no_question_mark(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    if not draft.is_fact or draft.note.text:
        return
    question = draft.cards[0].question
    if "?" not in question and (found := _QUESTION_WORD.match(question)):
        message = f"this begins with “{found[0]}” and has no question mark"
        yield Finding(entry=draft.entry, steps=("qa", "q"), start=0, words=found[0], message=message)


@rule("RC319", over="note")
def open_answer(draft: Draft, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
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
