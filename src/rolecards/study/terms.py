"""Cards from bold terms: hidden terms, explanations of a leading term, and clues below a bullet with a term."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from rolecards.study.draft import NoteDraft, Sides
from rolecards.study.labels import Labels
from rolecards.study.phrase import Phrase, TextSpan, read_phrase
from rolecards.study.subject import (
    Subject,
    asks_something,
    explanation,
    mark_term,
    prepend_lead,
    replace_pronoun,
    starts_with_pronoun,
)
from rolecards.study.text_parts import COLONS
from rolecards.study.where import Where, announced
from rolecards.text.cloze import blank, parse_field
from rolecards.text.field import back_html, escaped
from rolecards.text.plain import to_plain
from rolecards.text.tree import Block

MOST_HIDDEN = 3  # the most cloze deletions in one note: with more, its cards give each other away
MOST_LISTED = 7  # the most items in a list that is one answer, or a list of bare terms
LONGEST_TEXT = 30
"""The most words of a cloze text that is shown whole; a longer one shows only the sentences with the terms."""
LONGEST_SHARED = 60  # the most words of a cloze text with terms of several sentences
FEWEST_LEFT = 2  # the fewest content words besides a gap, including those of the context
FEWEST_WORDS = 4  # the fewest words of any kind besides a gap, if there are fewer content words
MANY_WORDS = 8  # more words than this around bold terms are always enough to answer
MOST_GAPS = 3  # the most gaps for one term that has an explanation besides
FEWEST_IN_HEADLINE = 5  # the fewest words of a leading term that is rather a headline
DEFINING_WORDS = 8  # the fewest words of a text that explains a term without a word such as `is`
_ASIDE = re.compile(r"\s*:?\s*\([^()]{1,30}\)\W*")
_BEFORE_QUOTE = re.compile(r"\w+[\s:]*[\"\u201c\u201e\u00ab]")
_CLAUSE = re.compile(r"<strong>(?:[^<\s]+\s+){2,}[^<\s]+</strong>(?![.!?])")  # in bold, and no sentence
_TWO_NAMES = re.compile(r"([^()<>&]+?)\s*\(([A-Z][^()<>&]*)\)")
_EXPANSION = re.compile(r"\s*\(([^()]*)\)")  # behind an abbreviation
_CAPITALISED = re.compile(r"\b[A-Z]\w+")
_IN_PARENTHESES = re.compile(r"\([^()]*\)\W*")
_TIME = re.compile(r"\[?\b\d\d?:\d\d(?::\d\d)?\]?")
_SHOWS = re.compile("<(?:img|pre|table|[ou]l)")  # what a card can show besides words
_CLAUSE_END = re.compile(r"[.;!?](?=\s)")


def terms(where: Where, block: Block, phrase: Phrase, above: Subject | None) -> Iterator[NoteDraft]:
    """Cards that hide the bold terms, and one that explains a leading term."""
    announces = announced(block, phrase)
    below = back_html(announces)
    lead = phrase.lead
    named = (replace_pronoun(phrase, above) if above else None) or name_subject(where, phrase, above)
    around = above if named is phrase else None
    is_titled = not above and named is not phrase
    context = "" if is_titled else where.context(around, phrase.terms)
    back = explanation(phrase) or below if lead and where.explains else ""
    defined = lead[1] if lead and back and (below or _defines(where, phrase, lead[1], back)) else None
    # Nobody can guess a headline, so it is only explained.
    is_long = defined and len(defined.plain.split()) >= FEWEST_IN_HEADLINE and len(back) < len(phrase.shown())
    for at, group in enumerate([[*phrase.terms]] if where.together else _notes(phrase)):
        text, why = _sentences(named, group)
        text = _with_mentions(text, group)
        explained = {defined.plain} & {*group} if defined else set[str]()
        given = _given_away(where, text, group if is_titled else explained)
        hidden = [term for term in group if term not in (explained if is_long else given)]
        numbers = {term: 1 if where.together else number for number, term in enumerate(hidden, start=1)}
        field = text.shown(numbers) + below
        sides = Sides(text=field, context=context, part=str(at + 1) if at else "", numbered=False, why=why)
        if hidden and _has_clues(where, text, field, context):
            yield where.draft(block, phrases=(phrase,), words=named.plain, shows=announces, above=above, **sides)
    if defined:
        back += "" if back == below else below
        front = Phrase(spans=(defined,)).shown()
        context = "" if is_titled else where.context(around, [] if where.path else [defined.plain])
        sides = Sides(back=back, context=context, front=front, part="explain", explain=True)
        words = f"explain {defined.plain}"
        yield where.draft(block, phrases=(phrase,), words=words, shows=announces, above=above, **sides)


def _with_mentions(text: Phrase, group: Sequence[str]) -> Phrase:
    """The text with all mentions of these terms marked."""
    for term in [span for span in text.spans if span.term and span.plain in group and len(span.plain) > 2]:
        for name in _names(term):
            text = mark_term(text, name) or text
    return text


def _given_away(where: Where, text: Phrase, names: Collection[str]) -> set[str]:
    """Those of these terms that other words of the text say, or that would be so many gaps that no sentence is left."""
    shown = {term: [span.plain for span in text.spans if (span.mentions or span.plain) != term] for term in names}
    many = {term for term in names if len(text.spans) - len(shown[term]) > MOST_GAPS}
    many |= {term for term in names if _is_abbreviation(text, term)}
    return many | {term for term in names if where.labels.gives_away(" ".join(shown[term]), term)}


def _is_abbreviation(text: Phrase, term: str) -> bool:
    """Whether the words in parentheses behind a term start with its letters."""
    behind = next((after.plain for span, after in pairwise(text.spans) if span.term and span.plain == term), "")
    words = _EXPANSION.match(behind)
    return words is not None and "".join(word[0] for word in _CAPITALISED.findall(words[1])) == term


def _names(term: TextSpan) -> tuple[TextSpan, ...]:
    """The term, and both of its names if it is one such as `Estimated Time of Arrival (ETA)`."""
    names = _TWO_NAMES.fullmatch(term.html)
    return (term, *(TextSpan(name, mentions=term.plain) for name in (names.groups() if names else ())))


def can_be_hidden(block: Block, phrase: Phrase) -> bool:
    """Whether a text has terms, and something besides them."""
    shown = bool(back_html(announced(block, phrase)))
    items = any(child.kind == "item" for child in block.blocks)
    points = phrase.labels is not None and phrase.labels["points"].search(phrase.plain)
    announces = (phrase.plain.endswith(COLONS) and (items or (points and not block.blocks))) or (items and points)
    is_said = asks_something(phrase) and not (announces or _says_nothing(phrase) or phrase.plain.endswith("?"))
    return bool(phrase.terms) and (shown or (is_said and has_words(phrase))) and not is_emphasised(phrase)


def is_emphasised(phrase: Phrase) -> bool:
    """Whether the bold words of a text only stress what it says, because some of them are a clause."""
    return phrase.lead is None and any(_CLAUSE.search(span.html) for span in phrase.spans if not span.term)


def _says_nothing(phrase: Phrase) -> bool:
    """Whether a text explains its leading term only by an analogy, a reference or words in parentheses."""
    said = to_plain(explanation(phrase)) if phrase.labels and phrase.lead else ""
    rest = phrase.plain.partition(phrase.terms[0])[2] if phrase.terms and said else ""
    if phrase.labels and phrase.labels["likens"].match(rest):
        return True
    is_aside = _IN_PARENTHESES.fullmatch(said) and len(said.split()) < DEFINING_WORDS
    return bool(is_aside or (phrase.labels and phrase.labels["no_answer"].match(said)))


def _has_clues(where: Where, text: Phrase, field: str, context: str) -> bool:
    """Whether the words besides the gaps, with the context, are enough to answer."""
    if sum(len(span.html.split()) for span in text.spans if not span.term) > MANY_WORDS:
        return True
    if _has_aside(text) and where.labels.telling(text.spans[1].plain) < FEWEST_LEFT:
        return False
    left = _TIME.sub("", to_plain(blank(parse_field(field), None, lambda _: " ")))
    telling = where.labels.telling(left) + sum(map(str.isdigit, left)) + field.count("\\(")
    if len(left.split()) >= FEWEST_WORDS or _SHOWS.search(field):
        return True
    return bool(telling) and telling + where.labels.telling(to_plain(context)) >= FEWEST_LEFT


def _defines(where: Where, phrase: Phrase, term: TextSpan, text: str) -> bool:
    """Whether an explanation says what the leading term is."""
    rest = phrase.plain.partition(term.plain)[2]
    if _IN_PARENTHESES.fullmatch(rest.strip()):
        return False
    text = to_plain(text)
    separated = len(text) < len(rest)
    is_sentence = separated and rest.startswith(".") and len(text.split()) >= DEFINING_WORDS  # `**X**. This is …`
    if not is_sentence and where.labels["dangles"].match(text if separated else rest.strip()):
        return False
    return separated or bool(where.labels["defines"].match(rest)) or len(text.split()) >= DEFINING_WORDS


def is_clue(phrase: Phrase, above: Subject) -> bool:
    """Whether a text is about the term above it: it mentions the term, or a pronoun refers to it.

    Below a term alone, a pronoun after other words may refer to these or to another text of the list.
    """
    assert above.term
    assert phrase.labels
    labels, pronouns = phrase.labels, phrase.labels["pronouns"]
    rest = phrase.plain.replace(above.term.plain, "").replace(above.term.plain.lower(), "")
    if " " not in above.term.plain and labels.gives_away(rest, above.term.plain):
        return False
    alone = is_term_alone(read_phrase(above.blocks[-1].nodes))
    if alone and _is_about_another(phrase, above.term, labels):
        return False
    refers = pronouns.match if alone else pronouns.search
    return bool(refers(phrase.plain) or replace_pronoun(phrase, above) or mark_term(phrase, above.term))


def _is_about_another(phrase: Phrase, term: TextSpan, labels: Labels) -> bool:
    """Whether a text such as `This mast is …` or, below a singular, `They …` is about another text of its list."""
    start = labels["dangles"].match(phrase.plain)
    is_plural = labels.has("plurals", phrase.plain.partition(" ")[0]) and not term.plain.rstrip(")").endswith("s")
    return is_plural or (start is not None and not labels["defines_at_once"].match(phrase.plain, start.end()))


def clue(where: Where, block: Block, phrase: Phrase, above: Subject) -> NoteDraft:
    """A plain text below a bullet with a term, as a clue that asks for the term."""
    assert above.term
    text = replace_pronoun(phrase, above)
    if not text:
        mention = mark_term(phrase, above.term)
        text = mention if mention and not above.chain else prepend_lead(above.lead, mention or phrase, above.chain)
    answer = above.term.plain.casefold()
    spans = [span.mentions or span.plain for span in text.spans if span.term]
    hide = {words: 1 for words in spans if words.casefold() == answer}
    sides = Sides(text=text.shown(hide), context=where.context(None, spans), numbered=False)
    return where.draft(block, phrases=(phrase,), words=text.plain, above=above, **sides)


def bare_list(where: Where, items: Sequence[Block], lead: Block | None, above: Subject | None) -> NoteDraft | None:
    """A list of bare terms as one note with a card for each; in an ordered list, only the terms before it are shown."""
    title = read_phrase(lead.nodes, where.labels).shown() if lead else ""
    if not (title or where.topic) or not 1 < len(items) <= MOST_LISTED or any(item.blocks for item in items):
        return None
    phrases = [read_phrase(item.nodes, where.labels) for item in items]
    if not all(is_bare_term(phrase) or _has_aside(phrase) for phrase in phrases):
        return None
    is_ordered = items[0].number >= 0
    lines = []
    for at, phrase in enumerate(phrases, start=1):
        numbers = ",".join(map(str, range(1, at + 1) if is_ordered else (at,)))
        (term,) = (span for span in phrase.spans if span.term)
        aside = phrase.spans[1].html if _has_aside(phrase) else ""
        lines.append(f"<li>{{{{c{numbers}::{term.inert}}}}}{aside}</li>")
    tag = "ol" if is_ordered else "ul"
    block = lead or items[0]
    return where.draft(
        block,
        words=to_plain(title or where.topic),
        text=f"{title}<{tag}>{''.join(lines)}</{tag}>",
        context=where.context(above, [term for phrase in phrases for term in phrase.terms]),
        numbered=False,
        shows=items,
    )


def is_bare_term(phrase: Phrase) -> bool:
    """Whether a text is one bold term and nothing else."""
    rest = "".join(span.plain for span in phrase.spans if not span.term)
    return len(phrase.terms) == 1 and not any(map(str.isalnum, rest))


def is_term_alone(phrase: Phrase) -> bool:
    """Whether a text is one bold term, perhaps with words in parentheses, or in quotation marks behind a word."""
    quoted = [each.plain for each in phrase.spans if not each.term] if len(phrase.terms) == 1 else []
    is_quoted = len(quoted) == 2 and bool(_BEFORE_QUOTE.fullmatch(quoted[0])) and not any(map(str.isalnum, quoted[1]))
    return is_bare_term(phrase) or _has_aside(phrase) or is_quoted


def _has_aside(phrase: Phrase) -> bool:
    """Whether a text is one bold term and some words in parentheses."""
    return [span.term for span in phrase.spans] == [True, False] and bool(_ASIDE.fullmatch(phrase.spans[1].plain))


def name_subject(where: Where, phrase: Phrase, above: Subject | None) -> Phrase:
    """The text after its subject or heading if it starts with a pronoun, which would be unclear on a card."""
    if not starts_with_pronoun(phrase):
        return phrase
    if above and above.term:
        return prepend_lead(above.lead, phrase, above.chain)
    title = where.topic or where.page.front_text("title")
    return prepend_lead((TextSpan(escaped(title)),), phrase) if title and not above else phrase


def has_words(phrase: Phrase) -> bool:
    """Whether the text contains words outside its links."""
    words = phrase.plain
    for link in phrase.links:
        words = words.replace(link.words, "", 1)
    return any(map(str.isalnum, words))


def _sentences(phrase: Phrase, group: Sequence[str]) -> tuple[Phrase, str]:
    """The sentences of a long text that have these terms, and the HTML of the whole text if they are not all."""
    if len(phrase.plain.split()) <= LONGEST_TEXT:
        return phrase, ""
    sentences = phrase.sentences()
    wanted = [at for at, each in enumerate(sentences) if {*each.terms} & {*group}]
    if not wanted or len(sentences) == len(wanted):
        return phrase, ""
    goes_on = wanted[0] and phrase.labels and phrase.labels["continues"].match(sentences[wanted[0]].plain)
    shown = sentences[wanted[0] - bool(goes_on) : wanted[-1] + 1]
    spans = tuple(span for each in shown for span in each.spans)
    text = Phrase(spans=spans)
    return (text, phrase.shown()) if len(spans) < len(phrase.spans) or text.plain != phrase.plain else (phrase, "")


def _notes(phrase: Phrase) -> Iterator[list[str]]:
    """The terms of each note; those of one sentence only, if the sentences from the first term to the last are long."""
    for group in _groups(phrase):
        shown, _ = _sentences(phrase, group)
        together = len(shown.plain.split()) <= LONGEST_SHARED
        rest = dict.fromkeys(group)
        for sentence in () if together else shown.sentences():
            if found := [term for term in rest if term in sentence.terms]:
                yield found
                rest = {term: None for term in rest if term not in found}
        if rest:
            yield [*rest]


def _groups(phrase: Phrase) -> Iterator[list[str]]:
    """The terms of the whole text in groups: terms of one clause stay together if possible."""
    group: list[str] = []
    for clause in _clauses(phrase):
        for start in range(0, len(clause), MOST_HIDDEN):
            chunk = clause[start : start + MOST_HIDDEN]
            if len(group) + len(chunk) > MOST_HIDDEN:
                yield group
                group = []
            group = [*group, *chunk]
    yield group


def _clauses(phrase: Phrase) -> list[list[str]]:
    """The terms of each clause; a repeated term counts only at its first position."""
    clauses: list[list[str]] = [[]]
    fresh = set(phrase.terms)
    for span in phrase.spans:
        if not span.term:
            clauses += [[] for _ in _CLAUSE_END.finditer(f"{span.html} ")]
        elif span.plain in fresh:
            fresh.remove(span.plain)
            clauses[-1].append(span.plain)
    return clauses
