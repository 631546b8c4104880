"""Rules about the facts that a deck must have, and about its exceptions."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache

import yaml

from rolecards.check.deck import AuthorText, Deck
from rolecards.check.rule import RULES, Finding, rule
from rolecards.codes import CODES
from rolecards.problems import counted, did_you_mean
from rolecards.schema.models import Reverse
from rolecards.source.yaml import Route

EXPECTED = ("function", "delivers", "tools", "background")  # slots that every role must have, if the deck has them
UNUSED_ALLOW = "RC170"
_COMMENT = re.compile(r"[ \t]+#[^\s#].*")
_has_comment = cache(re.compile(r"#(?<=[ \t]#)[^\s#]").search)  # in files without one, no text is cut off


@rule(UNUSED_ALLOW, over="exceptions")
def unused(allowed: AbstractSet[tuple[str, str]], used: AbstractSet[tuple[str, str]]) -> Iterator[Finding]:
    """The exceptions that no finding used; an exception is the key of an entry and a code."""
    for entry, code in sorted(allowed - used):
        if code in RULES:
            message, hint = f"nothing here violates {code} ({CODES[code].name})", "remove this line"
        else:
            message, hint = f"`{code}` is not a rule that can be allowed", did_you_mean(code, RULES)
        yield Finding(entry, ("allow", code), message, hint, key=True, words=code)


@rule("RC118", over="text")
def cut_off_text(text: AuthorText, deck: Deck) -> Iterator[Finding]:
    place = deck.content.places[text.entry]
    if not _has_comment(place.document.text):
        return
    node = place.document.node((*place.route, *text.steps))
    comment = _COMMENT.match(place.document.text, node.end_mark.index)
    if comment and isinstance(node, yaml.ScalarNode) and not node.style:
        message = f"YAML drops `{comment[0].strip()}` as a comment"
        yield Finding(text.entry, text.steps, message, "put the value in quotes")


@rule("RC171", over="deck")
def few_notes(deck: Deck) -> Iterator[Finding]:
    for owner in deck.content.owners:
        if len(owner.facts) < deck.limits.owner_notes:
            facts, hint = counted(len(owner.facts), "fact"), "add facts, or move these to a related topic"
            message = f"“{owner.name}” has {facts}, fewer than {deck.limits.owner_notes}"
            yield Finding(owner.id, ("name",), message, hint, series=facts)


@rule("RC172", over="deck")
def missing_slot(deck: Deck) -> Iterator[Finding]:
    for role in deck.content.roles.values():
        slots = {fact.slot for fact in role.facts}
        missing = [slot for slot in deck.content.deck.slot_keys if slot in EXPECTED and slot not in slots]
        if role.facts and missing:
            message = f"{role.name} has no fact in the slots {', '.join(missing)}"
            hint = "`rolecards check --stats` lists missing slots"
            yield Finding(role.id, ("name",), message, hint, series=tuple(missing))


@rule("RC175", over="deck")
def unsupported_cell(deck: Deck) -> Iterator[Finding]:
    for at, phase in enumerate(deck.content.map.phases if deck.content.map else ()):
        for key, cells in (("leads", phase.leads), ("helps", phase.helps)):
            for role, text in cells.items():
                if not phase.cards.get(role):
                    message = "no card says this"
                    hint = f"name one under `cards`, as `{role}: [card-id]`"
                    yield Finding("@map", ("phases", at, key, role), message, hint, words=text)


@rule("RC174", over="deck")
def example_name(deck: Deck) -> Iterator[Finding]:
    settings = deck.content.deck
    for key, value, example in (("id", settings.id, "my-first-deck"), ("name", settings.name, "My First Deck")):
        if value == example:
            message, hint = f"this is the {key} of the example deck", f"change {key} before you share the deck"
            yield Finding("@deck", (key,), message, hint, words=value)


@rule("RC173", over="deck")
def unnamed_relation(deck: Deck) -> Iterator[Finding]:
    content, named = deck.content, deck.content.deck.relations
    reverse, rows = content.of(Reverse), content.map.rows if content.map else ()
    asked: list[tuple[str, str, Route]] = [(key, each.id, ("of", key)) for each in reverse for key in each.of]
    asked += [(key, "@map", ("rows", at)) for at, key in enumerate(rows)]
    for key, entry, steps in [each for each in asked if each[0] not in named][:1]:
        known = dict.fromkeys((key, *(other for _, fact in content.facts() for other in fact.index)))
        words = ", ".join(f'{each}: {{heading: {each.capitalize()}, one: "has {{value}}"}}' for each in known)
        hint = f"write `relations: {{{words}}}` in deck.yaml"
        yield Finding(entry, steps, f"`{key}` has no heading: learners see the key", hint, key=True, words=key)
