"""Makes the notes: facts with their authors' text, and questions generated from all other entries."""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from os.path import normpath
from typing import Any

from msgspec import UnsetType
from msgspec.structs import replace

from rolecards.content import Content
from rolecards.notes import index
from rolecards.notes.index import Claim, Index
from rolecards.notes.note import Note, Shown
from rolecards.notes.wording import Wording
from rolecards.problems import Problem, did_you_mean, problem
from rolecards.schema import models as schema
from rolecards.schema.kinds import BY_MODEL, KINDS
from rolecards.schema.references import YamlPlace
from rolecards.source.media import MediaFile
from rolecards.text.field import to_html, without_commands
from rolecards.text.plain import to_plain

Generator = Callable[[Content, Wording, list[Problem]], Iterator[Note]]
_WORD = re.compile(r"\w+|[^\w\s.,;:!?…\u200b\u00ad]+")
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')
_TEXTS = ("text", "front", "back", "choices", "why", "context", "hint", "reverse", "reverse_answer")
_IN_ADDRESS = re.compile(r"\]\([^)\s]*\{\{c")
LONGEST_SET = 3  # the most names in one answer; longer lists are hard to remember as one card (Wozniak, rule 9)


def generate(content: Content, wording: Wording) -> tuple[tuple[Note, ...], list[Problem]]:
    """All notes in study order, and their problems."""
    problems: list[Problem] = []
    generators = [GENERATORS[kind.model] for kind in KINDS if kind.notes]
    made = (note for generator in generators for note in generator(content, wording, problems))
    notes = [replace(note, head=wording.head(note)) for note in made]
    if content.study:
        from rolecards.notes.from_study import study_notes  # noqa: PLC0415 - only decks with study notes need it

        notes += study_notes(content, wording)
    notes = [_without_commands(note) for note in notes]
    notes = [_with_pictures(note, content) for note in notes] if content.media else notes
    problems += _second_card_problems(notes, index_of(content) if any(note.reverse for note in notes) else {})
    problems += [*content.warnings, *(fault for page in content.study for fault in page.problems)]
    problems += [*_same_id(notes), *_same_question(notes), *_telling_frames(notes, wording)]
    return _study_order(notes, content.deck.part_keys, tuple(content.roles)), problems


def _without_commands(note: Note) -> Note:
    """The note, in which no text is a command of Anki, such as one in the name of a topic or across a link."""
    texts = {key: getattr(note, key) for key in (*_TEXTS, "head", "source")}
    changed = {key: clean for key, text in texts.items() if (clean := without_commands(text)) is not text}
    return replace(note, **changed) if changed else note


def index_of(content: Content) -> Index:
    """The claims that the facts make about each role."""
    facts = [(role.id, fact) for role in content.roles.values() for fact in role.facts]
    return index.build_index((role, claim) for role, fact in facts for claim in index.claims(fact.index))


def _fact_notes(content: Content, wording: Wording, problems: list[Problem]) -> Iterator[Note]:
    for owner, fact in content.facts():
        place = content.places[fact.id]
        if _IN_ADDRESS.search(fact.cloze):
            message = "a cloze deletion must not be in the address of a link"
            problems.append(problem("RC134", place.of("cloze"), message, "move it to the words of the link"))
        question = fact.qa
        sides = (to_html(question.q), to_html(question.a)) if question else ("", "")
        roles, topic = ((), owner.id) if isinstance(owner, schema.Topic) else ((owner.id,), "")
        tags, text = (*owner.tags, *fact.tags), to_html(fact.cloze, cloze=True)
        why = to_html(question.why if question else fact.why)
        typed = to_plain(sides[1]) if fact.typed == "yes" else fact.typed.strip()
        asked = {"reverse": to_html(fact.reverse), "reverse_answer": to_html(fact.reverse_answer), "typed": typed}
        filed = {"own_tags": tags, "topic": topic, "slot": fact.slot}
        yield _note(wording, fact, sides, roles, text=text, why=why, **filed, **asked)


def _who_notes(content: Content, wording: Wording, _: list[Problem]) -> Iterator[Note]:
    for role in content.roles.values():
        if not (content.deck.who_cards and role.who_card):
            continue
        sides = wording.front_and_back("who", role=role)
        place = content.places[role.id]
        part = min(map(content.part, role.facts), key=content.deck.part_keys.index, default=content.deck.part_keys[0])
        facts = [fact for fact in role.facts if content.part(fact) == part]
        src = tuple(dict.fromkeys(code.partition("#")[0] for fact in facts for code in fact.src))
        name, choices = f"who-{role.id}", wording.choices
        place = YamlPlace(document=place.document, route=(*place.route, "one_line"))
        yield _note(wording, role, sides, (role.id,), id=name, part=part, src=src, place=place, choices=choices)


def _reverse_notes(content: Content, wording: Wording, problems: list[Problem]) -> Iterator[Note]:
    roles_by_claim = index_of(content)
    for reverse in content.of(schema.Reverse):
        claims = index.claims(reverse.of)
        roles = index.roles_with(roles_by_claim, claims)
        faults = list(_reverse_problems(reverse, roles, claims, roles_by_claim, content.places[reverse.id]))
        problems += faults
        if not faults:
            named = [content.roles[role] for role in roles]
            as_written = [(relation, value) for relation, values in reverse.of.items() for value in values]
            sides = wording.front_and_back("set", roles=named, claims=as_written)
            yield _note(wording, reverse, sides, roles, kind=reverse.ask, choices=wording.choices)


def _contrast_notes(content: Content, wording: Wording, _: list[Problem]) -> Iterator[Note]:
    for contrast in content.of(schema.Contrast):
        a, b = content.roles[contrast.a], content.roles[contrast.b]
        sides = wording.front_and_back("contrast", contrast=contrast, a=a, b=b)
        yield _note(wording, contrast, sides, (a.id, b.id))


def _handoff_notes(content: Content, wording: Wording, _: list[Problem]) -> Iterator[Note]:
    for handoff in content.of(schema.Handoff):
        giver, receivers = content.roles[handoff.from_], [content.roles[role] for role in handoff.to]
        sides = wording.front_and_back("handoff", handoff=handoff, giver=giver, receivers=receivers)
        yield _note(wording, handoff, sides, tuple(dict.fromkeys((handoff.from_, *handoff.to))))


def _scenario_notes(content: Content, wording: Wording, _: list[Problem]) -> Iterator[Note]:
    for scenario in content.of(schema.Scenario):
        sides = wording.front_and_back("scenario", scenario=scenario, role=content.roles[scenario.role])
        yield _note(wording, scenario, sides, (scenario.role,), choices=wording.choices)


def _note(
    wording: Wording, entry: schema.Written, sides: tuple[str, str], roles: tuple[str, ...], **others: object
) -> Note:
    """The note of an entry: what all kinds of entries have in common, and the other values."""
    media = wording.content.media
    values: dict[str, Any] = {
        "id": entry.id,
        "kind": BY_MODEL[type(entry)].notes[0],
        "part": wording.content.part(entry),
        "own_tags": entry.tags,
        "place": wording.content.places[entry.id],
        "why": to_html(getattr(entry, "why", "")),
        "src": getattr(entry, "src", ()),
        "as_of": getattr(entry, "as_of", ""),
        "image": _picture(entry.image, media),
        "back_image": _picture(entry.back_image, media),
        "sound": media[normpath(entry.sound)] if entry.sound else None,
        "hint": to_html(entry.hint),
        **others,
    }
    source = wording.source(values["src"])
    return Note(**values, written=entry, roles=roles, front=sides[0], back=sides[1], source=source)


def _picture(picture: schema.Picture | UnsetType, media: Mapping[str, MediaFile]) -> Shown | None:
    return Shown(media[normpath(picture.file)], to_plain(to_html(picture.shows))) if picture else None


GENERATORS: Mapping[type[schema.ContentEntry], Generator] = {  # they add to the problems
    schema.Fact: _fact_notes,
    schema.Role: _who_notes,
    schema.Reverse: _reverse_notes,
    schema.Contrast: _contrast_notes,
    schema.Handoff: _handoff_notes,
    schema.Scenario: _scenario_notes,
}


def _with_pictures(note: Note, content: Content) -> Note:
    """The note whose texts name pictures as the package does, with the credits that its pictures and sounds need."""
    shown: list[Shown] = []

    def renamed(picture: re.Match[str]) -> str:
        file = content.media.get(html.unescape(picture[1]))
        if file is None:
            return picture[0]  # of a template
        shown.append(Shown(file, html.unescape(picture[2])))
        return f'<img src="{file.name}" alt="{picture[2]}">'

    texts = {key: _PICTURE.sub(renamed, text) for key in _TEXTS if "<img" in (text := getattr(note, key))}
    note = replace(note, **texts, pictures=tuple(shown)) if shown else note
    credits_by_path = {file.path: content.credits.get(file.path) for file in note.media}
    asked = [credit.html for credit in credits_by_path.values() if credit and credit.is_asked_for]
    return replace(note, credit="<br>".join(asked)) if asked else note


def _reverse_problems(
    reverse: schema.Reverse, roles: tuple[str, ...], claims: list[Claim], roles_by_claim: Index, place: YamlPlace
) -> Iterator[Problem]:
    keywords = " and ".join(f"`{relation}: {value}`" for relation, value in claims)
    location = place.of("of")
    if not roles:
        values = [value for relation, value in roles_by_claim if relation in dict(claims)]
        meant = [hint for _, value in claims if value not in values and (hint := did_you_mean(value, values))]
        yield problem("RC402", location, f"no role has {keywords} in its `index`", (*meant, "check the spelling")[0])
    elif len(roles) > LONGEST_SET:
        message = f"{keywords} fits {len(roles)} roles; one answer can list at most {LONGEST_SET}"
        yield problem("RC403", location, message)
    elif reverse.ask == "who" and len(roles) > 1:
        message = f"{keywords} fits several roles: {', '.join(f'`{role}`' for role in roles)}"
        further = [(role, index.narrower(roles_by_claim, claims, role)) for role in roles]
        examples = [f"`{claim[0]}: [{claim[1]}]` for `{role}`" for role, claim in further if claim]
        narrow = f"add a keyword, such as {' or '.join(examples)}, " if examples else ""
        yield problem("RC401", location, message, f"use `ask: set`, {narrow}or write a contrast")
    elif reverse.ask == "set" and len(roles) == 1:
        yield problem("RC404", location, f"{keywords} fits only `{roles[0]}`", "use `ask: who`")


def _second_card_problems(notes: Iterable[Note], roles_by_claim: Index) -> Iterator[Problem]:
    """Words that cannot be typed, and questions of second cards that have several right answers."""
    for note in notes:
        fact = note.written
        if not isinstance(fact, schema.Fact):
            continue
        if fact.typed == "yes" and " ".join(html.unescape(note.back).split()) != note.typed:
            message = "the answer has markup or several lines, which nobody can type"
            yield problem("RC124", note.place.of("typed"), message, "write the word to type after `typed:`")
        if "\n" in note.typed:
            yield problem("RC124", note.place.of("typed"), "what learners type must be one line")
        elif not note.typed.isprintable():
            yield problem("RC124", note.place.of("typed"), "what learners type contains a character without a key")
        claims = index.claims(fact.index)
        roles = index.roles_with(roles_by_claim, claims) if fact.reverse and claims else ()
        if len(roles) > 1:
            keywords = " and ".join(f"`{relation}: {value}`" for relation, value in claims)
            answers = ", ".join(f"`{role}`" for role in roles)
            message = f"the question under `reverse` has several right answers: {keywords} fits {answers}"
            yield problem("RC401", note.place.of("reverse"), message, "ask for all of them with an `ask: set` question")


def _same_id(notes: Iterable[Note]) -> Iterator[Problem]:
    first: dict[str, Note] = {}
    for note in notes:
        if not note.under and (other := first.setdefault(note.id, note)) is not note:
            hint = f"also used by the note made from {other.place.of()}; choose another id"
            yield problem("RC201", note.place.of(), f"duplicate id `{note.id}`", hint)


def _telling_frames(notes: Iterable[Note], wording: Wording) -> Iterator[Problem]:
    """Words of a template around the author's question that only one of several answers has."""
    answers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for note in notes:
        if note.written and (asked := BY_MODEL[type(note.written)].asks_for_role(note.written, note.kind)):
            answers[note.kind][note.front.replace(to_html(asked), "…")].add(note.back)
    for kind, frames in answers.items():
        for frame, backs in frames.items() if len(frames) > 1 else ():
            if len(backs) == 1:
                message = f"“{to_plain(frame)}” gives away the answer “{to_plain(min(backs))}”"
                yield problem("RC148", wording.place(kind), message, "use the same words for every answer")


def _same_question(notes: Sequence[Note]) -> Iterator[Problem]:
    """Cards with the same question. They are duplicates, or each would reject the answer of the other."""
    first: dict[str, tuple[Note, str]] = {}
    for note, question, back in _questions(notes) if any(note.kind != "note" for note in notes) else ():
        other, other_back = first.setdefault(question, (note, back))
        if other is note or note.kind == other.kind == "note":  # the reader of notes leaves out the same question
            continue
        answer, other_answer = (to_plain(each).casefold() for each in (back, other_back))
        outcome = "the same answer" if answer == other_answer else f"another answer: “{other_answer}”"
        message = f"same question as card `{other.id}` ({other.place.of()}), with {outcome}"
        yield problem("RC405", note.place.of(), message, "reword or remove one of them")


def _questions(notes: Iterable[Note]) -> Iterator[tuple[Note, str, str]]:
    """For each card, its note, its question without markup, and its answer as in the field."""
    for note in notes:
        sides = [side for _, *side in note.cards(lambda deletion: f" _gap_ {deletion.hint} ")]
        sides += [[note.reverse, note.reverse_answer or note.front]] if note.reverse else []
        shown = _shown(note)
        for question, answer in sides:
            yield note, _words(f"{note.context} {shown} {question}"), answer


def _shown(note: Note) -> str:
    """The names of its pictures and sound: cards that differ in them ask different questions."""
    return " ".join(file.name for file in (*(each.file for each in note.asked_pictures), note.sound) if file)


def _words(field: str) -> str:
    """The words only: punctuation and spaces do not make another question."""
    return " ".join(_WORD.findall(to_plain(field).casefold()))


def _study_order(notes: Iterable[Note], parts: Iterable[str], roles: Sequence[str]) -> tuple[Note, ...]:
    """The notes sorted by part. Within a part, roles alternate, because interleaving helps to tell them apart."""
    by_part: dict[str, dict[str, list[Note]]] = {part: defaultdict(list) for part in parts}
    for note in notes:
        by_part[note.part][note.roles[0] if len(note.roles) == 1 else note.topic or note.kind].append(note)
    order = {role: at for at, role in enumerate(roles)}
    ordered: list[Note] = []
    for groups in by_part.values():
        queues = [groups[name] for name in sorted(groups, key=lambda name: (order.get(name, len(order)), name))]
        ordered += [note for note in chain.from_iterable(zip_longest(*queues)) if note is not None]
    return tuple(ordered)
