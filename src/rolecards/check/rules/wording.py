"""Rules about the wording of one card: length, completeness, and a single answer that is not given away."""

import re
from collections.abc import Iterator

from rolecards.check.deck import WORD, CheckedNote, Deck, word_count
from rolecards.check.rule import Finding, rule
from rolecards.codes import ERROR, WARNING
from rolecards.notes.leak import any_of
from rolecards.schema import models as schema
from rolecards.text import cloze
from rolecards.text.plain import to_plain

_CHOICES = re.compile("<br>|</?[lou][il]>")  # what separates a question from its choices
_LIST_MARK = re.compile(r"<li>|(?:^|<br>|;)\s*(?:[-*\u2022\u2013]\s+|\(?\d+[.)]\s+|\(?[a-z]\)\s+)")
_BETWEEN_ITEMS = re.compile(r"\s*(?:,\s*(?:and|or)\s+|[,;]\s+|\s+(?:and|or|&)\s+|\s*/\s*)")
_ASKS_FOR_SET = re.compile(
    r"\b(?:(?:name|list|enumerate)\b.{0,200}?"
    r"|(?:which|what (?:are|were)(?: the)?)(?: main| most| other| key| common| usual)?)"
    r" [a-z]+[^\Wsui]s\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|both|pair)\b", re.IGNORECASE)
_LAST_SENTENCE = re.compile(r"(?:^|(?<=[.!?:])\s+)([^.!?]*\?)\s*$")
_BINARY = re.compile(
    r"(?!\w+ you (?:please )?(?:describe|elaborate|explain|give|list|name|outline|show|summari[sz]e|talk|tell|walk)\b)"
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|must|may)(?:n't)? ",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"(?:yes|no|true|false)(?:[.,;:!\u2013\u2014]|$)", re.IGNORECASE)
_POINTS_BACK = re.compile(r"(?:this|it|they|these|he|she|the role|this role|this person)(?!\w)", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:this (?:person|role)\b|(?<=^what )(?:is|are|do|did|can|must) (?:they|these|he|she|this)\b(?! [a-z]+s\b))",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"(?:what|which|who|whose|whom|where|when|why|how)\b", re.IGNORECASE)
_LOWER_CASE = re.compile(r"(?<=\s)[a-z][\w'\u2019-]*")  # what sentences of one pattern have in common
_VAGUE = re.compile(
    r"(?<!/)\b(?:(?-i:[Ee]tc)\b\.?|(?:and so (?:on|forth)|among others|it depends)\b)|(?:\.\.\.|…)\s*$", re.IGNORECASE
)


def _is_choice(item: CheckedNote) -> bool:
    """Whether the answer, or its first line, is one of the choices in the question."""
    answer = item.note.back.partition("<br>")[0]
    return bool(answer) and answer in _CHOICES.split(item.note.front)[1:]


@rule("RC301", over="note")
def long_answer(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    for card in item.cards if not item.note.text else ():
        count = word_count(card.answer)
        if count > deck.limits.answer_words:
            message = f"the answer has {count} words, more than {deck.limits.answer_words}"
            hint = ("move what need not be recalled to `why`" if item.kind else "shorten it") + ", or make two cards"
            severity = ERROR if count > deck.limits.answer_words_most else None
            yield Finding(item.entry, card.answer_at, message, hint, severity=severity)


@rule("RC302", over="note")
def long_question(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    wanted, most = deck.limits.question_words, deck.limits.question_words_most
    if isinstance(item.note.written, schema.Scenario):
        wanted = most = deck.limits.scenario_words_most
    for card in item.cards[:1]:
        count = word_count(to_plain(_CHOICES.split(item.note.front)[0]) if _is_choice(item) else card.question)
        if count > wanted:
            message = f"the question has {count} words, more than {wanted}"
            hint = "remove what is not needed to find the answer"
            yield Finding(item.entry, card.question_at, message, hint, severity=ERROR if count > most else None)


@rule("RC303", over="note")
def list_answer(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    most = deck.limits.answer_items
    marks = len(_LIST_MARK.findall(item.note.back)) if "<" in item.note.back or ";" in item.note.back else 0
    marked = marks > most and not isinstance(item.note.written, schema.Contrast)
    for card in item.cards[:1] if marked else item.cards:
        items = _BETWEEN_ITEMS.split(card.answer) if re.search("[,;/]", card.answer) else []
        # Clauses that are separated by commas are not a list.
        count = marks if marked else len(items) if all(len(each.split()) <= 4 for each in items) else 0
        if count > most:
            message = f"the answer lists {count} items"
            hint = "ask for each item in a separate question, or hide them one by one in a cloze text"
            yield Finding(item.entry, card.answer_at, message, hint, severity=ERROR if marked else WARNING)


@rule("RC304", over="question")
def set_without_number(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    card = item.cards[0]
    asks = _ASKS_FOR_SET.search(card.question)
    count = max(len(_BETWEEN_ITEMS.split(card.answer)), len(_LIST_MARK.findall(item.note.back))) if asks else 0
    if asks and count > 1 and not _NUMBER.search(card.question):
        message = "the question asks for several items but does not say how many"
        hint = f"add the number, {count}" if count <= deck.limits.answer_items else "ask for each item separately"
        yield Finding(item.entry, card.question_at, message, hint, words=asks[0])


@rule("RC305", over="note")
def yes_no(item: CheckedNote, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001 - as for all notes
    if item.note.text or not (item.is_fact or item.note.kind == "contrast"):
        return
    hint = "ask what, which, where or why, so that learners must recall the answer"
    for card in item.cards:
        question = item.note.written.q if isinstance(item.note.written, schema.Contrast) else card.question
        last = _LAST_SENTENCE.search(question)
        if answer := _YES_OR_NO.match(card.answer):
            yield Finding(item.entry, card.answer_at, "learners can guess yes or no", hint, words=answer[0])
        elif binary := _BINARY.match(last[1] if last else question):
            message = "the answer is yes or no, or one of two words in the question"
            yield Finding(item.entry, card.question_at, message, hint, words=binary[0].strip())


@rule("RC306", over="fact")
def points_back(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    card = item.cards[0]
    text = item.cloze or card.question
    match = _POINTS_BACK.match(text) or _SOMEBODY.search(text)
    if match and not deck.role_names.search(text):
        message = f"“{match[0]}” refers to something that is not on the card"
        yield Finding(item.entry, card.question_at, message, "name the person or thing", words=match[0])


@rule("RC307", over="fact")
def names_no_role(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    card = item.cards[0]
    if item.note.roles and not deck.role_names.search(f"{card.question} {card.answer}"):
        name = deck.content.roles[item.note.roles[0]].name
        message = "neither side of the card names a role"
        yield Finding(item.entry, card.question_at, message, f"mention the {name}")


@rule("RC308", over="question")
def answer_in_question(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    card = item.cards[0]
    answer = deck.terms_of(card.answer) - _role_words(item, deck)
    shared = answer & deck.terms_of(card.question)
    if answer and not _is_choice(item) and (shared == answer or len(shared) >= max(2, len(answer) / 2)):
        part = "the whole answer" if shared == answer else "half of the answer"
        message = f"the question contains {part}: {', '.join(sorted(shared))}"
        hint = "use other words in the question"
        word = next((word for word in WORD.findall(card.question) if deck.terms_of(word) & shared), "")
        severity = ERROR if shared == answer else None
        yield Finding(item.entry, card.question_at, message, hint, words=word, severity=severity)


@rule("RC309", over="cloze")
def answer_beside_cloze(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    for card in item.cards:
        answer = deck.terms_of(card.answer) - _role_words(item, deck)
        if answer and answer <= deck.terms_of(card.question):
            hides = rf"\{{\{{c(?:\d+,)*{card.number}(?:,\d+)*::.*?\}}\}}"
            shown = re.sub(hides, lambda match: "\0" * len(match[0]), item.cloze, flags=re.DOTALL)
            places = ((word.start(), word[0]) for word in WORD.finditer(shown) if deck.terms_of(word[0]) & answer)
            start, word = next(places, (-1, ""))
            message = f"cloze {card.number} hides “{card.answer}”, which is visible elsewhere in the text"
            hint = "reword the rest, or hide both places with the same number"
            yield Finding(item.entry, ("cloze",), message, hint, start=start, words=word)


@rule("RC310", over="cloze")
def hint_gives_answer(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    for deletion in cloze.deletions(item.note.pieces):
        answer = deck.terms_of(cloze.reveal(deletion.content)) - _role_words(item, deck)
        if answer and answer <= deck.terms_of(deletion.hint):
            message = f"the hint contains the answer: {', '.join(sorted(answer))}"
            hint = "describe the answer by its kind instead"
            yield Finding(item.entry, ("cloze",), message, hint, words=f"::{deletion.hint}")


@rule("RC311", over="note")
def names_the_role_asked_for(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    text = item.kind.asks_for_role(item.note.written, item.note.kind) if item.kind and item.note.written else ""
    for name in deck.content.roles[item.note.roles[0]].names if deck.role_names.search(text) else ():
        if match := any_of((name,)).search(text):
            message = f"the text contains the role that the card asks for: “{match[0]}”"
            yield Finding(item.entry, item.cards[0].question_at, message, start=match.start(), words=match[0])


@rule("RC312", over="cloze")
def bare_cloze(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    for card in item.cards:
        if len(deck.terms_of(card.question)) < deck.limits.cloze_context:
            visible = ", ".join(sorted(deck.terms_of(card.question))) or "nothing"
            message = f"too little is visible while cloze {card.number} is hidden: {visible}"
            pattern = frozenset(_LOWER_CASE.findall(card.question)) - _role_words(item, deck)
            yield Finding(item.entry, ("cloze",), message, "hide less, or add context", series=pattern)


@rule("RC313", over="note")
def guessable_end(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    if len(item.cards) != 1 or not isinstance(item.note.written, schema.Fact) or not item.note.written.cloze:
        return
    relations = {relation.casefold() for relation in item.note.written.index}
    holders = {role for (relation, _), roles in deck.index.items() if relation in relations for role in roles}
    pieces = item.note.pieces
    last = pieces[-2] if isinstance(pieces[-1], str) and not pieces[-1].strip(" .!") else pieces[-1]
    short = isinstance(last, cloze.Deletion) and not last.hint and word_count(item.cards[0].answer) <= 2
    if short and len(holders) > 1:
        message = "the only gap is at the end of the sentence, and other roles have facts of the same relation"
        hint = f"add a hint: {{{{c{item.cards[0].number}::{item.cards[0].answer}::…}}}}, or move the gap"
        series = frozenset(relations)
        yield Finding(item.entry, ("cloze",), message, hint, words=item.cards[0].answer, series=series)


@rule("RC314", over="cloze")
def long_cloze(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    for card in item.cards:
        for part in card.answer.split(" … "):
            count = word_count(part)
            if count > deck.limits.cloze_words:
                message = f"cloze {card.number} hides {count} words, more than {deck.limits.cloze_words}"
                severity = ERROR if count > deck.limits.cloze_words_most else None
                yield Finding(item.entry, ("cloze",), message, "hide fewer words", words=part, severity=severity)


@rule("RC315", over="cloze")
def many_clozes(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    count = len(item.cards)
    if count > deck.limits.cloze_numbers:
        message = f"the text produces {count} cards, more than {deck.limits.cloze_numbers}"
        yield Finding(item.entry, ("cloze",), message, "split it into two texts")


@rule("RC316", over="cloze")
def cloze_numbers(item: CheckedNote, deck: Deck) -> Iterator[Finding]:
    if not item.note.written or item.note.id not in deck.unpublished:
        return
    numbers = [card.number for card in item.cards]
    for free, wrong in [(at, number) for at, number in enumerate(numbers, start=1) if number != at][:1]:
        message = f"the cloze numbers are {', '.join(map(str, numbers))}; {free} is missing"
        hint = "`rolecards check --fix` changes them to 1, 2, 3 …"
        new = {str(number): str(at) for at, number in enumerate(numbers, start=1)}
        marks = re.finditer(r"(?<!\\)\{\{c([\d,]+)::", item.cloze)
        edits = tuple((*mark.span(1), ",".join(new.get(each, each) for each in mark[1].split(","))) for mark in marks)
        yield Finding(item.entry, ("cloze",), message, hint, words=f"{{{{c{wrong}::", edits=edits)


@rule("RC317", over="note")
def no_reason(item: CheckedNote, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    if item.note.slot == "caveat" and not item.note.why:
        yield Finding(item.entry, (), "a caveat needs `why`", "add `why:` with one sentence that explains it")


@rule("RC318", over="question")
def no_question_mark(item: CheckedNote, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    question = item.cards[0].question
    match = _QUESTION_WORD.match(question)
    if "?" not in question and match and not match[0].isupper():  # `WHERE` is a keyword of SQL
        message = f"the question begins with “{match[0]}” but has no question mark"
        yield Finding(item.entry, ("qa", "q"), message, start=0, words=match[0])


@rule("RC319", over="note")
def open_answer(item: CheckedNote, deck: Deck) -> Iterator[Finding]:  # noqa: ARG001
    for card in item.cards:
        if match := _VAGUE.search(card.answer):
            message = f"“{match[0]}” makes the answer incomplete"
            hint = "list everything that learners must recall, and nothing else"
            yield Finding(item.entry, card.answer_at, message, hint, words=match[0])


def _role_words(item: CheckedNote, deck: Deck) -> frozenset[str]:
    return frozenset().union(*(deck.role_words[role] for role in item.note.roles))
