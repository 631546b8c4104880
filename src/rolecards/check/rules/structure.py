"""Rules over what a deck must have in it, and over the exceptions it makes."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, get_args

from rolecards.check.rule import RULES, Finding, rule
from rolecards.notes.index import normal
from rolecards.problems import did_you_mean
from rolecards.schema import models as schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from rolecards.check.deck import Deck

EXPECTED: tuple[schema.Slot, ...] = ("function", "delivers", "tools", "background")
"""Slots without which a role can't be told from the others; the order is that of the schema."""

assert set(EXPECTED) <= set(get_args(schema.Slot))

IDLE_ALLOW = "RC170"

NEARLY = 0.8
"""Likeness from which a word is taken for another one misspelt: one letter in four or five."""


@rule(IDLE_ALLOW, over="deck")
def idle_allow(deck: Deck) -> Iterator[Finding]:  # noqa: ARG001 - what is idle is known once the other rules have run
    return iter(())


def idle(allowed: AbstractSet[tuple[str, str]], used: AbstractSet[tuple[str, str]]) -> Iterator[Finding]:
    """The exceptions, each an entry and a code, that no finding met."""
    for entry, code in sorted(allowed - used):
        if code in RULES:
            message, hint = f"nothing here violates {code} ({RULES[code].row.name})", "remove this line"
        else:
            message, hint = f"`{code}` is not a rule that can be allowed", did_you_mean(code, RULES)
        yield Finding(entry=entry, steps=("allow", code), key=True, words=code, message=message, hint=hint)


@rule("RC171", over="deck")
def few_notes(deck: Deck) -> Iterator[Finding]:
    least = deck.limits.owner_notes
    for owner in deck.content.owners:
        count = len(owner.facts)
        if count < least:
            message = f"{owner.name} has {count} {'fact' if count == 1 else 'facts'}, fewer than {least}"
            yield Finding(entry=owner.id, steps=("name",), message=message, hint="write more, or move them elsewhere")


@rule("RC172", over="deck")
def hole(deck: Deck) -> Iterator[Finding]:
    for role in deck.content.roles.values():
        slots = Counter(fact.slot for fact in role.facts)
        missing = [slot for slot in EXPECTED if not slots[slot]]
        if role.facts and missing:
            message = f"{role.name} has no fact under {', '.join(missing)}"
            hint = "`rolecards check --stats` shows all holes"
            yield Finding(entry=role.id, steps=("name",), message=message, hint=hint)


@rule("RC174", over="deck")
def example_name(deck: Deck) -> Iterator[Finding]:
    settings = deck.content.deck
    for key, value, example in (("id", settings.id, "my-first-deck"), ("name", settings.name, "My First Deck")):
        if value == example:
            message, hint = f"this is the {key} of the example deck", f"change {key} before you share the deck"
            yield Finding(entry="@deck", steps=(key,), words=value, message=message, hint=hint)


@rule("RC173", over="deck")
def lone_relation(deck: Deck) -> Iterator[Finding]:
    holders: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for _, fact in deck.content.facts():
        for relation in fact.index:
            holders[normal(relation)].append((fact.id, relation))
    shared = [name for name, found in holders.items() if len(found) > 1]
    for name, [(entry, relation), *others] in holders.items():
        close = [] if others else difflib.get_close_matches(name, shared, n=1, cutoff=NEARLY)
        if close:
            message = f"no other fact has the relation `{relation}`"
            hint = f"did you mean `{close[0]}`?"
            yield Finding(entry=entry, steps=("index", relation), key=True, words=relation, message=message, hint=hint)
