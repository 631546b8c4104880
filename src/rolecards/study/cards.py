"""Cards from the blocks of a page: the questions of all forms, then announced lists and bold terms in the rest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise, takewhile

from msgspec.structs import replace

from rolecards.source.page import LONGEST_TEXT, tag_name
from rolecards.study.answer_keys import DEEPEST_HEADING
from rolecards.study.claims import claims
from rolecards.study.draft import NoteDraft, Sides, SkippedBlock
from rolecards.study.ends import starts_list
from rolecards.study.forms import JOINED, QUESTION_END, WHOLE_QUESTION
from rolecards.study.labels import FEWEST_IN_SENTENCE, Labels
from rolecards.study.note_problems import (
    EMPHASIS,
    NO_ANSWER,
    NO_TERM,
    NOT_A_TERM,
    QUESTIONS_BELOW,
    ROW,
    TICKED,
    TOO_FEW,
)
from rolecards.study.phrase import MOST_WORDS, Phrase, read_phrase
from rolecards.study.question import Claim
from rolecards.study.sources import embedded, is_embed
from rolecards.study.subject import (
    Subject,
    is_label,
    prepend_lead,
    replace_pronoun,
    subject_of,
    without_repetition,
)
from rolecards.study.terms import (
    MOST_LISTED,
    bare_list,
    can_be_hidden,
    clue,
    has_words,
    is_bare_term,
    is_clue,
    is_emphasised,
    is_term_alone,
    name_subject,
    terms,
)
from rolecards.study.text_parts import COLONS, has_number
from rolecards.study.where import FACT, Where, besides_items, without_questions
from rolecards.text.field import back_html, escaped, nodes_html
from rolecards.text.plain import to_plain
from rolecards.text.tree import Block, Nodes, every, every_node, has_question_mark, lines, whole_kind, words

Finding = NoteDraft | SkippedBlock

REASONS = {
    "code": "code that belongs to no card",
    "math": "a formula that belongs to no card",
    "table": "a table",
    "quote": "a quotation",
    "html": "HTML",
    "admonition": "an admonition",
    "footnote": "a footnote that no card refers to",
}
"""The reason to report for a block of each kind that is on no card."""

MOST_IN_LABEL = 5  # the most words of a label such as `Advantages of tests:`
LONGEST_ANNOUNCING = 16  # the most words of a text that asks for the list below it
_CELLS = re.compile(r"\|.*|[^|:]{1,40}:[^|]*(?:\|[^|:]{1,40}:[^|]*)+")
"""A row of a table without a header, or a line about the page such as `Level: 4 | Next: Ships`."""
_ASIDE = re.compile(r"\s*\([^()]{1,40}\)\s*")
_AFTER_LABEL = re.compile(r":|(?<=>)\s*[\u2013\u2014-]\s")
_PROPERTY = re.compile(r"[^:]{1,30}:\s*(?:\S+\s*){1,6}")
_TAG_ENDS = re.compile(r"\A(?:</\w+>)+")
_TOO_LONG = f"a text of more than {LONGEST_TEXT:,} characters"
LEFT_OUT = "a list of contents, plans or links"
ABOUT_PAGE = "data about the page"


def page_findings(where: Where, blocks: Sequence[Block]) -> list[Finding]:
    """The cards of a page, and what was skipped on purpose. Summaries come first, so that they replace duplicates."""
    found: list[tuple[bool, list[Finding]]] = []
    run: list[Block] = []
    levels: list[tuple[int, str]] = []
    here = where
    for part in [*claims(blocks, where.labels), None]:
        if isinstance(part, Block) and not part.level:
            run.append(part)
            continue
        if run:
            found.append((here.sums_up, list(_section(here, run))))
            run = []
        block = part.block if isinstance(part, Claim) else part
        if block and block.level:  # a heading, or the end of a callout with a title
            levels = [(level, title) for level, title in levels if level < block.level]
            levels += [(block.level, read_phrase(block.nodes).plain)] * (block.kind == "heading")
            here = replace(where, path=tuple(title for _, title in levels))
        if isinstance(part, Claim):
            found.append((here.sums_up, list(_asked(here, part, None))))
    return [each for _, several in sorted(found, key=lambda pair: not pair[0]) for each in several]


def _section(where: Where, blocks: Sequence[Block]) -> Iterator[Finding]:
    """The cards of the blocks below a heading that are not part of a question."""
    title = where.path[-1] if where.path else ""
    may_start = not (where.path[1:] or where.labels["glossary"].match(title))
    about = [*takewhile(_is_about_page, blocks)] if may_start else []
    rest = blocks[len(about) :]
    if about[1:] and rest and rest[0].kind == "rule" and not any(map(_is_about_page, rest)):
        yield from (where.skipped(block, ABOUT_PAGE) for block in about)
        blocks = rest
    marked = [block for block in blocks if whole_kind(block.nodes[:1]) == "bold" and not _has_links(block)]
    has_terms = where.labels.has("contents", title) and len(marked) * 2 > len(blocks)
    is_left_out = where.labels.has("left_out", title) and not has_terms
    if is_left_out or any(where.labels[name].match(title) for name in ("announces", "legend")):
        yield from (where.skipped(block, LEFT_OUT) for block in blocks)
    else:
        yield from _free(where, _nested(blocks), None)


def _has_links(block: Block) -> bool:
    return any(node.kind == "link" for node in every_node(block.nodes))


def _is_about_page(block: Block) -> bool:
    """Whether a line above the first rule says something about the page, such as `**Course:** Biology`."""
    said = _PROPERTY.fullmatch(block.words)
    return block.kind == "paragraph" and whole_kind(block.nodes[:1]) == "bold" and said is not None


def _nested(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with each list in the paragraph that announces it, and the text below a bold line in that line."""
    announcing: Block | None = None
    items: list[Block] = []
    for above, block in pairwise((None, *_rejoined(blocks), None)):
        if block and _is_announced(block, announcing, items):
            items.append(block)
            continue
        yield from [replace(announcing, blocks=tuple(items))] if announcing else items
        text = block if block and block.kind == "paragraph" else None
        is_of_item = text and above and above.kind == "item" and whole_kind(text.nodes) == "code"
        announcing = text if text and not is_of_item and _announces(text) else None
        items = [block] if block and block.kind == "item" else []
        if block and not announcing and not items:
            yield block


def _rejoined(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, with the items whose numbers go on below a text directly below the announced list above it."""
    found: list[Block] = []
    end = 0  # where the last announced list ends; 0 if no item can belong to it
    for block in blocks:
        if end and block.kind == "item" and block.number > found[end - 1].number:
            found.insert(end, block)
            end += 1
        elif block.kind == "item":
            may_go_on = bool(found) and block.number > 0 and _announces(found[-1])
            end = len(found) + 1 if may_go_on else 0
            found.append(block)
        else:
            end = 0 if block.kind != "paragraph" or _announces(block) else end
            found.append(block)
    return found


def _is_announced(block: Block, announcing: Block | None, above: Sequence[Block]) -> bool:
    """Whether a block continues the list above it, or is the text below a bold line."""
    if block.kind == "item":
        return not (announcing and above and starts_list(above[-1], block))
    if announcing is None or above:
        return False
    if block.kind in {"code", "math"}:  # which a text with a colon announces
        return not _is_marked(announcing)
    is_text = block.kind == "paragraph" and not _announces(block) and not has_number(block.nodes)
    return _is_marked(announcing) and is_text


def _announces(block: Block) -> bool:
    """Whether a text ends in a colon, or is entirely bold or code."""
    return block.words.rstrip().endswith(COLONS) or _is_marked(block)


def _is_marked(block: Block) -> bool:
    is_sign = block.nodes[1:] and block.nodes[0].kind == "text" and not any(map(str.isalnum, block.nodes[0].text))
    nodes = block.nodes[1:] if is_sign else block.nodes
    nodes = nodes[:1] if nodes[1:] and _ASIDE.fullmatch(words(nodes[1:])) else nodes
    if nodes[2:] and all(node.kind == ("text" if at % 2 else "code") for at, node in enumerate(nodes)):
        nodes = nodes[:1] if all(JOINED.fullmatch(node.text) for node in nodes[1::2]) else nodes
    return whole_kind(nodes) == "code" or (whole_kind(nodes) == "bold" and words(nodes).rstrip()[-1:] not in ".!")


def _texts(where: Where, parts: Iterable[Claim | Block], above: Subject | None) -> Iterator[Finding]:
    """The cards of the blocks below a bullet or in a quotation."""
    run: list[Block] = []
    for part in [*parts, None]:
        if isinstance(part, Block):
            run.append(part)
            continue
        yield from _free(where, _nested(run), above)
        yield from _asked(where, part, above) if part else ()
        run = []


def _free(where: Where, blocks: Iterable[Block], above: Subject | None) -> Iterator[Finding]:
    for is_item, group in groupby(blocks, key=lambda block: block.kind == "item"):
        several = list(group)
        if is_item and not above and (bare := bare_list(where, several, None, None)):
            yield bare
            continue
        for block in several:
            if block.kind in {"item", "paragraph"}:
                yield from _text(where, block, above)
            elif block.kind == "quote":
                yield from _texts(where, claims(block.blocks, where.labels), above)


def _text(where: Where, block: Block, above: Subject | None) -> Iterator[Finding]:
    """The cards of a bullet or paragraph and the blocks below it."""
    phrase = without_repetition(read_phrase(block.nodes, where.labels))
    has_items = any(child.kind == "item" for child in block.blocks)
    is_cells = phrase.terms and _CELLS.fullmatch(phrase.plain)
    is_apparatus = is_cells or any(where.labels[name].match(phrase.plain) for name in ("announces", "legend"))
    if is_apparatus and (has_items or phrase.terms):
        yield where.skipped(block, LEFT_OUT)
    elif block.blocks:
        yield from _with_children(where, block, phrase, above)
    else:
        yield from _alone(_below(where, above), block, phrase, above)


def _below(where: Where, above: Subject | None) -> Where:
    return replace(where, parent=above.name) if above else where


def _alone(where: Where, block: Block, phrase: Phrase, above: Subject | None) -> Iterator[Finding]:
    """The cards of a text, by the first heuristic that fits."""
    if aspect := _aspect(where, block, phrase, above):
        yield aspect
    elif can_be_hidden(block, phrase):
        lead = phrase.lead
        if lead and lead[1].plain.casefold() in where.summary_terms and not where.sums_up:
            yield where.skipped(block, f"the summary already has “{phrase.terms[0]}”")
        else:
            yield from terms(where, block, phrase, above)
    elif above and above.term and has_words(phrase) and is_clue(phrase, above):
        yield clue(where, block, phrase, above)


def _with_children(where: Where, block: Block, phrase: Phrase, above: Subject | None) -> Iterator[Finding]:
    """The cards of a text, and of the blocks below it."""
    here, labels = _below(where, above), where.labels
    others, items = (tuple(each for each in block.blocks if (each.kind == "item") is it) for it in (False, True))
    if items[1:] and is_bare_term(phrase) and all(map(_has_italic_term, items)):
        items = tuple(replace(each, nodes=(replace(each.nodes[0], kind="bold"), *each.nodes[1:])) for each in items)
        block = replace(block, blocks=(*others, *items))
    if labels["exercises"].match(phrase.plain) and items and all(map(_asks_at_end, items)):
        yield from _texts(where, claims(block.blocks, labels), above)
        return
    is_named = is_term_alone(phrase) or not phrase.terms
    if items and is_named and (bare := bare_list(here, items, block, above)):
        yield bare
        subject = subject_of(replace(block, blocks=others), phrase, above)
        yield from _texts(where, claims(others, labels), subject)
        return
    subject, parts = subject_of(block, phrase, above), list(claims(block.blocks, labels))
    facts = {part.start for part in parts if isinstance(part, Block) and _is_fact(where, part, subject)}
    shown = (replace(each, info=FACT) if each.start in facts else each for each in block.blocks)
    block = replace(block, blocks=tuple(shown))
    is_clear = here.context(above) or not labels.is_aspect(phrase.plain)
    if not (facts and is_clear and _names_list(block, phrase, len(facts))):
        yield from _alone(here, block, phrase, above)
    elif labels["sets_task"].match(phrase.plain):
        yield here.skipped(block, NO_ANSWER, question=True)
    else:
        listed = (replace(each, info=FACT) if each.kind == "item" else each for each in block.blocks)
        yield _announced(here, replace(block, blocks=tuple(listed)), phrase, above)
    yield from _texts(where, [part for part in parts if isinstance(part, Claim) or part.start not in facts], subject)


def _has_italic_term(item: Block) -> bool:
    """Whether a bullet is an italic term and its meaning: `*Debt*: …`."""
    term, meaning = words(item.nodes[:1]).rstrip(), words(item.nodes[1:]).strip()
    is_italic = [each.kind for each in item.nodes[:1]] == ["italic"]
    return is_italic and (term.endswith(COLONS) or meaning.startswith(COLONS)) and any(map(str.isalnum, meaning))


def _is_fact(where: Where, block: Block, subject: Subject | None) -> bool:
    """Whether a text has no card of its own, so that it is shown with the bullet above it."""
    phrase = read_phrase(block.nodes, where.labels)
    asks = block.kind == "item" and subject and subject.term and is_clue(phrase, subject)
    if block.kind not in {"item", "paragraph"} or asks or (block.blocks and _announces(block)):
        return False
    label, colon, _ = phrase.plain.partition(":")
    is_label = (colon and where.labels.is_aspect(label)) or where.labels.has("quizzes", phrase.plain)
    return has_words(phrase) and not (
        is_label or any(read_phrase(each.nodes, where.labels).terms for each in every((block,)))
    )


# ---------------------------------------------------------------- questions


def _asked(where: Where, claim: Claim, above: Subject | None) -> Iterator[Finding]:
    """The card of a question."""
    block = claim.block
    if claim.reason:
        if claim.reason != "title":
            yield where.skipped(block, LEFT_OUT)
        elif has_question_mark(block.words):
            yield where.skipped(block, QUESTIONS_BELOW, end=block.line)
        return
    if claim.text:
        yield from _cloze(where, claim, above)
        return
    phrase = read_phrase(claim.question)
    extra, back = back_html(claim.extra), back_html(claim.answer)
    front = "<br>".join(filter(None, (phrase.shown(), extra)))
    said = to_plain(back).strip()
    names = ("no_answer", "elsewhere")
    is_said = said and not (
        where.labels.has("placeholders", said) or any(where.labels[name].match(said) for name in names)
    )
    is_empty = not (is_said or "<img" in back)
    if not front or is_empty or _repeats(claim, phrase, where.labels):
        if front:
            end = max([where.last_line(block), *(each.end for each in claim.answer if is_empty)])
            yield where.skipped(block, NO_ANSWER, end=end, question=True)
        return
    # A heading below a question is about it; other questions below one are their own.
    path = where.path[:-1] if block.kind == "heading" else without_questions(where.labels, where.path)
    around = replace(where, path=path)
    asked = (read_phrase(lines(claim.question)[0]) if claim.form.exact else phrase).plain or to_plain(extra)
    points = path and "<br>" not in front and where.labels["demonstrates"].search(asked)
    is_unclear = points or around.needs_context(asked)
    sides = Sides(front=front, back=back, context=around.context(above) if is_unclear else "")
    pins = [each.pin for each in (block, *claim.answer) if each.pin and (each.kind != "item" or not claim.answer[1:])]
    draft = where.draft(replace(block, blocks=()), phrases=(phrase,), words=asked, shows=claim.covers, **sides)
    yield replace(draft, pin=pins[0] if pins else "", form=claim.form.name)


def _repeats(claim: Claim, question: Phrase, labels: Labels) -> bool:
    """Whether an answer is only a link or further questions, or repeats its question."""
    if not claim.form.guesses or any(block.kind not in {"paragraph", "item"} or block.blocks for block in claim.answer):
        return False
    answers = [block.nodes for block in claim.answer]
    # A list of commands may be an answer: `1. Describe the bug.`
    is_command = labels["commands"].match(question.plain) and all(block.kind == "paragraph" for block in claim.answer)
    may_ask = is_command or any(read_phrase(nodes).plain.endswith("?") for nodes in answers)
    if may_ask and all(_asks(nodes, labels) for nodes in answers):
        return True
    again = read_phrase(answers[0]).plain.casefold().rstrip("?. ") == question.plain.casefold().rstrip("?. ")
    says = any(has_words(phrase) or phrase.pictures for phrase in map(read_phrase, answers))
    return not says or (len(answers) == 1 and again)


def _asks(nodes: Nodes, labels: Labels) -> bool:
    """Whether a text is a question, or a command such as `Explain tides`."""
    text = read_phrase(nodes).plain
    return text.endswith("?") or labels["commands"].match(text) is not None


def _cloze(where: Where, claim: Claim, above: Subject | None) -> Iterator[Finding]:
    """The card of a text with cloze markup."""
    block = claim.block
    deletions = [node for node in every_node(claim.text) if node.kind == "cloze"]
    if not all(node.numbers and node.nodes for node in deletions):
        yield where.skipped(block, "broken cloze markup")
        return
    hidden = [to_plain(nodes_html(node.nodes)) for node in deletions]
    text, phrase = nodes_html(claim.text).strip(), read_phrase(claim.text, where.labels)
    draft = where.draft(block, words=phrase.plain, phrases=(phrase,), text=text, context=where.context(above, hidden))
    yield replace(draft, form=claim.form.name)
    yield from _texts(where, claims(block.blocks, where.labels), subject_of(block, phrase, above))


# ---------------------------------------------------------------- announced lists and labels


def _names_list(block: Block, phrase: Phrase, length: int) -> bool:
    """Whether a text only names what is below it, such as `Three reasons:` or a bold term alone."""
    labels = phrase.labels
    is_step = block.number > 1 and labels and labels.has("answer", phrase.plain)  # `3. Answer:`
    others = ("answer", "explanation", "labels", "closing")
    if not is_step and labels and any(labels.has(name, phrase.plain) for name in others):
        return False
    number = labels["counted"].match(phrase.plain) if labels else None
    if number and labels and labels.has("answer", phrase.plain[number.end() :]):  # `Question 5 Answer:`
        return False
    if is_label(phrase) or is_term_alone(phrase):
        return True
    is_short = len(phrase.plain.split()) <= LONGEST_ANNOUNCING and len(phrase.sentences()) == 1
    is_asked = (is_short and _announces(block)) or phrase.plain.endswith("?")
    return is_asked and not phrase.lead and length <= MOST_LISTED


def _announced(where: Where, block: Block, phrase: Phrase, above: Subject | None) -> NoteDraft:
    front = (replace_pronoun(phrase, above) if above else None) or name_subject(where, phrase, above)
    if front is phrase and above and above.term:
        front = prepend_lead(above.lead, phrase, above.chain)
    listed = besides_items(block)
    return where.draft(
        block,
        phrases=(phrase,),
        words=front.plain,
        front=front.shown(),
        back=back_html(listed),
        context=where.context(above if front is phrase else None),
        shows=listed,
        above=above,
    )


def _aspect(where: Where, block: Block, phrase: Phrase, above: Subject | None) -> NoteDraft | None:
    """A text such as `Advantages: fast` as a question about its subject."""
    label, *said = _AFTER_LABEL.split(phrase.shown(), 1)
    name, back = to_plain(label) if said else "", _TAG_ENDS.sub("", "".join(said)).strip()
    labels = where.labels
    is_other = labels["names_example"].search(name) or any(labels.has(each, name) for each in ("closing", "answer"))
    is_other = is_other or (labels.has("labels", name) and not labels.has("aspects", name))
    is_asked = not is_other and labels.is_aspect(name) and len(name.split()) <= MOST_IN_LABEL
    answer = to_plain(back).rstrip()
    is_other = is_other or bool(WHOLE_QUESTION.fullmatch(answer) or labels["commands"].match(answer))
    if not name or back[:1] in ("", ":") or is_other or not is_asked or not (context := where.context(above)):
        return None
    sides = Sides(front=escaped(name), back=back, context=context)
    return where.draft(block, phrases=(phrase,), words=name, above=above, **sides)


# ---------------------------------------------------------------- the rest


def left_over(where: Where, blocks: Iterable[Block], covered: frozenset[int]) -> Iterator[SkippedBlock]:
    """The blocks that are on no card, each with the reason."""
    topic = where
    for block, following in pairwise((*blocks, None)):
        assert block
        if block.kind == "heading":  # not a line or the title of a box, which is one inside a section
            topic = replace(where, path=(read_phrase(block.nodes).plain,)) if block.level <= DEEPEST_HEADING else topic
            yield from _said_in_heading(topic, block, covered)
        elif block.kind in {"item", "paragraph"}:
            if block.line not in covered and ((phrase := read_phrase(block.nodes)).plain or phrase.pictures):
                is_open = block.kind == "item" or not following or following.kind in {"heading", "rule", "html"}
                is_open = is_open or (following is not None and _asks(following.nodes, where.labels))
                asks = is_open and QUESTION_END.search(phrase.plain) and where.labels["asks"].match(phrase.plain)
                reason = NO_ANSWER if asks else _reason(where, block)
                yield topic.skipped(block, reason, end=where.last_line(block), question=bool(asks))
            yield from left_over(topic, block.blocks, covered)
        elif block.kind == "quote" and any(each.line in covered or _asks_at_end(each) for each in every(block.blocks)):
            yield from _title_left_over(topic, block, covered)
            yield from left_over(topic, block.blocks, covered)
        elif block.kind == "tag":
            is_end = tag_name(block).startswith("end") and block.text.rstrip().endswith("%}")
            if not is_end and not (is_embed(block) and embedded(block)):
                yield topic.skipped(block, f"the GitBook tag `{tag_name(block)}`")
        elif block.kind == "table" and _is_covered(block, covered):
            yield from (topic.skipped(row, ROW) for row in _other_rows(block, covered))
        elif not _is_covered(block, covered) and block.kind in REASONS and not (is_embed(block) and embedded(block)):
            yield topic.skipped(block, _TOO_LONG if block.info == "long" else REASONS[block.kind])


def _said_in_heading(where: Where, heading: Block, covered: frozenset[int]) -> Iterator[SkippedBlock]:
    """A heading on no card that is more than a title: a sentence, or a marked term with its meaning."""
    text, term = heading.words.rstrip(), words(heading.nodes[:1]).rstrip(" :")
    is_marked = bool(heading.nodes[1:]) and heading.nodes[0].kind in {"bold", "code"} and text[len(term) :][:1] == ":"
    is_sentence = text.endswith(".") and len(text.split()) >= FEWEST_IN_SENTENCE
    if heading.line not in covered and (is_marked or is_sentence):
        yield where.skipped(heading, "a heading that says something", end=heading.line)


def _asks_at_end(block: Block) -> bool:
    return QUESTION_END.search(block.words.rstrip()) is not None


def _is_covered(block: Block, covered: frozenset[int]) -> bool:
    """Whether a line of a block is on a card."""
    return not covered.isdisjoint(range(block.line, block.end + 1))


def _title_left_over(where: Where, block: Block, covered: frozenset[int]) -> Iterator[SkippedBlock]:
    """The title of a callout or collapsible text whose content is on cards, unless it only announces an answer."""
    title = block.words.strip()
    if title and block.line not in covered and not where.labels.has("answer", title):
        yield where.skipped(replace(block, blocks=()), "the title of a box", end=block.line)


def _other_rows(block: Block, covered: frozenset[int]) -> Iterator[Block]:
    """The rows of a table that are on no card while other rows are; none if the whole table is on a card."""
    for line, row in enumerate(() if block.line in covered else block.rows[1:], start=block.line + 2):
        first = next((node for cell in row for node in cell), None)
        if first and line not in covered:
            yield replace(block, start=first.start, line=line, end=line)


def _reason(where: Where, block: Block) -> str:
    """Why a text produces no card."""
    phrase = read_phrase(block.nodes, where.labels)
    if not phrase.plain:
        return "a picture that belongs to no card"
    if phrase.links and not has_words(phrase):
        return "only a link"
    if "[x]" in block.info:
        return TICKED
    bold = [words(node.nodes).split() for node in every_node(block.nodes) if node.kind == "bold"]
    reason = EMPHASIS if any(len(each) > MOST_WORDS for each in bold) else NOT_A_TERM if bold else NO_TERM
    return "only a term" if is_bare_term(phrase) else TOO_FEW if phrase.terms and not is_emphasised(phrase) else reason


def covered_lines(drafts: Iterable[NoteDraft], skipped: Iterable[SkippedBlock]) -> frozenset[int]:
    """The first lines of the blocks that are on a card or reported."""
    reported = {line for each in skipped for line in range(each.line, each.end + 1)}
    return frozenset(reported.union(*(draft.covers for draft in drafts)))
