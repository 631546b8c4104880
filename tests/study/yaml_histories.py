"""Random histories of YAML facts made of near twins. Each card carries a label that the program never reads.

The labels are in `why`, as `2-label-17`: the card of cloze number 2 (0 for a question) shows the text 17. A card may
only ever show the label that it was published with.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from histories import INSERTED, ROWS

if TYPE_CHECKING:
    from random import Random

DOUBTFUL = {"swap ids", "swap texts", "renumber", "rename alone", "other words", "reuse", "same words", "restore"}
DOUBTFUL |= {"replace", "revert", "merge"}
"""What contradicts what was published, so that the build must ask."""
ORDINARY = (
    *("add", "add", "reword", "reword", "typo", "typo", "typo", "reorder", "move", "delete", "restore anew", "rename"),
    *("said same", "hide", "show", "twin", "twin"),
)
"""What authors do day by day, as the README says it is done."""
HOSTILE = (
    *(kind for kind in ORDINARY if kind != "restore anew"),
    *("restore", "rename alone", "swap ids", "swap texts", "renumber", "other words", "same words", "reuse", "replace"),
)


@dataclass
class Hidden:
    """Hidden words with their cloze number."""

    label: int
    words: str
    number: int


@dataclass
class Fact:
    """A fact; `words` of a cloze text are visible words and hidden ones."""

    label: int
    id: str
    term: str
    family: int
    words: list[str | Hidden]
    is_cloze: bool

    def hidden(self) -> list[Hidden]:
        return [word for word in self.words if isinstance(word, Hidden)]

    def cards(self) -> dict[int, int]:
        """Per cloze number the label; 0 for a question."""
        return {each.number: each.label for each in self.hidden()} if self.is_cloze else {0: self.label}

    def lines(self) -> list[str]:
        text = " ".join(w if isinstance(w, str) else f"{{{{c{w.number}::{w.words}}}}}" for w in self.words)
        why = json.dumps(" ".join(f"{number}-label-{label}" for number, label in self.cards().items()))
        question = json.dumps(f"What can you say about {self.term}?")
        said = [f"  cloze: {json.dumps(text)}", f"  why: {why}"]
        asked = ["  qa:", f"    q: {question}", f"    a: {json.dumps(text)}", f"    why: {why}"]
        return [
            f"- id: {self.id}",
            "  slot: function",
            "  part: core",
            "  src: [book]",
            *(said if self.is_cloze else asked),
        ]


@dataclass
class Deck:
    """The files, and what the deck file says about ids and hidden words."""

    files: dict[str, list[Fact]]
    deleted: list[Fact] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    same_cards: dict[str, dict[str, str]] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        texts = {
            f"topics/{name}.yaml": "\n".join(
                [
                    f"schema: rolecards/topic@1\nid: {name}\nname: Topic {name}\nfacts:",
                    *(line for fact in facts for line in fact.lines()),
                ]
            )
            for name, facts in self.files.items()
        }
        settings = f"renames: {json.dumps(self.renames)}\nsame_cards: {json.dumps(self.same_cards)}\n"
        texts["deck.yaml"] = f"schema: rolecards/deck@1\nid: facts\nname: Facts\n{settings}"
        texts["sources.yaml"] = "schema: rolecards/sources@1\nsources: [{code: book, title: Book}]\n"
        return texts

    def facts(self) -> list[Fact]:
        return [fact for facts in self.files.values() for fact in facts]

    def remove(self, fact: Fact) -> None:
        for facts in self.files.values():
            facts[:] = [each for each in facts if each is not fact]


class Author:
    """Edits facts at random; most edits touch a fact whose twin is there too."""

    def __init__(self, random: Random, *, hostile: bool) -> None:
        self.random, self.kinds = random, HOSTILE if hostile else ORDINARY
        self.labels: dict[tuple[object, ...], int] = {}
        self.edits: Counter[str] = Counter()
        self.twins: Counter[bool] = Counter()

    def first(self) -> Deck:
        deck = Deck({"a": [], "b": []})
        for _ in range(12):
            self.add(deck)
        return deck

    def edit(self, deck: Deck) -> str:
        kind = self.random.choice(self.kinds)
        families = Counter(fact.family for fact in deck.facts())
        paired = [fact for fact in deck.facts() if families[fact.family] > 1]
        fact = self.random.choice(paired if paired and self.random.random() < 0.8 else deck.facts())
        if not getattr(self, kind.replace(" ", "_"))(deck, fact):
            return ""
        self.edits[kind] += 1
        self.twins[families[fact.family] > 1] += 1
        return kind

    def label(self, *text: object) -> int:
        """The same text again has the same label."""
        return self.labels.setdefault(text, len(self.labels) + 1)

    def add(self, deck: Deck, _: Fact | None = None, *, like: Fact | None = None) -> bool:
        used = {(fact.term, fact.is_cloze) for fact in [*deck.facts(), *deck.deleted]}
        free = [
            (at // 2, row, is_cloze)
            for at, row in enumerate(ROWS)
            for is_cloze in (True, False)
            if (row[0], is_cloze) not in used
        ]
        free = [each for each in free if not like or (each[0], each[2]) == (like.family, like.is_cloze)]
        if not free:
            return False
        family, (term, *texts), is_cloze = self.random.choice(free)
        plain = [w if isinstance(w, str) else w.words for w in like.words] if like else None
        start = ["The", term]
        if plain and is_cloze:
            plain = plain[2:]
        visible = plain or self.random.choice(texts).split()
        label = self.label(term, is_cloze)
        words: list[str | Hidden] = [*visible]
        if is_cloze:
            words = [start[0], Hidden(self.label(label, term), term, 1), *visible]
            words[-1] = Hidden(self.label(label, visible[-1]), visible[-1], 2)
        note_id = re.sub("[^a-z0-9]+", "-", term.lower()) + ("" if is_cloze else "-asked")
        taken = {fact.id for fact in [*deck.facts(), *deck.deleted]} | {*deck.renames}
        fact = Fact(
            label, note_id if note_id not in taken else f"{note_id}-{len(taken)}", term, family, words, is_cloze
        )
        into = self.random.choice([*deck.files.values()])
        into.insert(self.random.randrange(len(into) + 1), fact)
        return True

    def visible(self, fact: Fact) -> int:
        """The place of a visible word after the term."""
        return self.random.choice([at for at, word in enumerate(fact.words) if isinstance(word, str) and at > 1])

    def reword(self, _: Deck, fact: Fact) -> bool:
        at = self.visible(fact)
        if len(fact.words) < 14 and self.random.random() < 0.5:
            fact.words.insert(at, self.random.choice(INSERTED))
        else:
            fact.words[at] = self.random.choice(INSERTED)
        return True

    def typo(self, _: Deck, fact: Fact) -> bool:
        hidden = self.random.choice(fact.hidden()) if fact.is_cloze and self.random.random() < 0.4 else None
        at = self.visible(fact)
        words = (hidden.words if hidden else str(fact.words[at])).split()
        which = self.random.randrange(len(words))
        word = words[which]
        if len(word) < 4:
            return False
        letter = self.random.randrange(1, len(word) - 1)
        words[which] = (
            word[:letter] + self.random.choice((word[letter], "")) + word[letter + self.random.randrange(2) :]
        )
        if hidden:
            hidden.words = " ".join(words)
        else:
            fact.words[at] = " ".join(words)
        return words[which] != word

    def reorder(self, deck: Deck, fact: Fact) -> bool:
        for facts in deck.files.values():
            self.random.shuffle(facts)
        return True

    def move(self, deck: Deck, fact: Fact) -> bool:
        if min(map(len, deck.files.values())) < 2:
            return False
        deck.remove(fact)
        self.random.choice([*deck.files.values()]).append(fact)
        return True

    def delete(self, deck: Deck, fact: Fact) -> bool:
        if len(deck.facts()) < 8 or min(map(len, deck.files.values())) < 2:
            return False
        deck.remove(fact)
        deck.deleted.append(fact)
        return True

    def restore(self, deck: Deck, _: Fact, again: str = "") -> bool:
        if deck.deleted:
            fact = deck.deleted.pop(self.random.randrange(len(deck.deleted)))
            fact.id += again
            self.random.choice([*deck.files.values()]).append(fact)
            return True
        return False

    def restore_anew(self, deck: Deck, fact: Fact) -> bool:
        """The id of a deleted fact is retired, so it comes back under a new one."""
        return self.restore(deck, fact, f"-{self.edits.total()}")

    def rename(self, deck: Deck, fact: Fact) -> bool:
        old = fact.id
        if self.rename_alone(deck, fact):
            deck.renames[old] = fact.id
        return fact.id != old

    def rename_alone(self, deck: Deck, fact: Fact) -> bool:
        if old := fact.id in deck.renames:
            return False
        fact.id = f"{fact.id.removesuffix('-x')}-{'xyz'[self.random.randrange(3)]}"
        taken = [each.id for each in [*deck.facts(), *deck.deleted]].count(fact.id) > 1 or fact.id in deck.renames
        if taken:
            fact.id += f"-{self.random.randrange(1000)}"
        return not old

    def swap_ids(self, deck: Deck, fact: Fact) -> bool:
        others = [each for each in deck.facts() if each is not fact and each.is_cloze == fact.is_cloze]
        if not others:
            return False
        twins = [each for each in others if each.family == fact.family]
        other = self.random.choice(twins or others)
        fact.id, other.id = other.id, fact.id
        return True

    def swap_texts(self, deck: Deck, fact: Fact) -> bool:
        """A twin gets the id of a fact, which goes on under a new one."""
        known = {id(each) for each in deck.facts()}
        if not self.add(deck, like=fact):
            return False
        (other,) = [each for each in deck.facts() if id(each) not in known]
        fact.id, other.id = other.id, fact.id
        return True

    def renumber(self, _: Deck, fact: Fact) -> bool:
        if len(fact.hidden()) < 2:
            return False
        one, other = self.random.sample(fact.hidden(), 2)
        one.number, other.number = other.number, one.number
        return True

    def other_words(self, _: Deck, fact: Fact) -> bool:
        """Other words are hidden under a published number."""
        at = self.visible(fact)
        old = next((each for each in fact.hidden()[1:]), None)
        if not old:
            return False
        word = str(fact.words[at])
        fact.words[fact.words.index(old)] = old.words
        fact.words[at] = Hidden(self.label(fact.label, word), word, old.number)
        return True

    def same_words(self, deck: Deck, fact: Fact) -> bool:
        """Hidden words are put differently; the author means the same card."""
        if len(fact.hidden()) < 2:
            return False
        hidden = fact.hidden()[-1]
        hidden.words = f"{self.random.choice(INSERTED)} {hidden.words.split()[-1]}"
        return True

    def said_same(self, deck: Deck, fact: Fact) -> bool:
        before = fact.hidden()[-1].words if fact.hidden() else ""
        if not self.same_words(deck, fact) or fact.hidden()[-1].words == before:
            return False
        deck.same_cards.setdefault(fact.id, {})[before] = fact.hidden()[-1].words
        return True

    def hide(self, deck: Deck, fact: Fact) -> bool:
        """A number that no words have now, nor had so far as the author knows."""
        return self.reuse(deck, fact, free=10)

    def reuse(self, _: Deck, fact: Fact, free: int = 1) -> bool:
        if not fact.is_cloze or len(fact.hidden()) > 3:
            return False
        at = self.visible(fact)
        word = str(fact.words[at])
        numbers = {each.number for each in fact.hidden()}
        number = max(numbers) + free if free > 1 else min({1, 2, 3, 4, 5} - numbers)
        fact.words[at] = Hidden(self.label(fact.label, word), word, number)
        return True

    def show(self, _: Deck, fact: Fact) -> bool:
        if len(fact.hidden()) < 2:
            return False
        hidden = self.random.choice(fact.hidden())
        fact.words[fact.words.index(hidden)] = hidden.words
        return True

    def twin(self, deck: Deck, fact: Fact) -> bool:
        """A twin comes with the words of a fact, which is reworded in the same build."""
        return self.add(deck, like=fact) and self.reword(deck, fact)

    def replace(self, deck: Deck, fact: Fact) -> bool:
        """A twin comes with the words of a fact, which is removed in the same build."""
        return self.add(deck, like=fact) and self.delete(deck, fact)


def merged(ours: Deck, base: Deck, theirs: Deck) -> Deck:
    """What a merge of two branches has: all that one of them changed, ours where both did."""
    olds, news, mine = ({fact.label: fact for fact in deck.facts()} for deck in (base, theirs, ours))
    for facts in ours.files.values():
        facts[:] = [fact for fact in facts if fact.label in news or fact.label not in olds]
        facts[:] = [news.get(fact.label, fact) if fact == olds.get(fact.label) else fact for fact in facts]
    ids = {fact.id for fact in ours.facts()}
    new = [fact for label, fact in news.items() if label not in olds and label not in mine and fact.id not in ids]
    next(iter(ours.files.values())).extend(new)
    ours.renames |= theirs.renames
    for note_id, words in theirs.same_cards.items():
        ours.same_cards.setdefault(note_id, {}).update(words)
    return ours
