"""Random histories of nested notes: bullets below terms and below plain texts, which give them their meaning.

A text is what it says about its subject. Below another subject it is another text, with another label.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

TERMS = [
    "mitosis",
    "meiosis",
    "encoder",
    "decoder",
    "precision",
    "recall",
    "keel",
    "mast",
    "overfitting",
    "underfitting",
]
LEADS = [
    "makes two cells from one",
    "needs one round of work",
    "was found by chance long ago",
    "matters a lot in practice today",
    "is cheap to compute at scale",
    "can fail without any warning",
]
PLAIN = [
    "In spring, many tulips bloom in the fields",
    "In autumn, some dahlias bloom in the fields",
    "During the war, trade by sea came to a halt",
    "Before the war, trade by sea grew each year",
    "At night, the harbour is closed to all ships",
    "By day, the harbour is open to all ships",
]
CLUES = [
    "It keeps the number of chromosomes",
    "It halves the number of chromosomes",
    "It reads the whole input at once",
    "It writes the output word by word",
    "It grows with the size of data",
    "It shrinks with the size of data",
    "It carries the load of the ship",
    "It carries the flag of the ship",
]
BOLD = [
    "Every **body cell** does it daily",
    "Only **germ cells** do it daily",
    "Most **plants** like it a lot",
    "Most **animals** like it a lot",
    "Each **captain** signs it at noon",
    "Each **pilot** signs it at dawn",
]
INSERTED = ["usually", "mostly", "in practice", "today", "clearly"]
EDITS = [
    *("reword", "reword", "reword", "reword above", "rewrite above", "move", "move", "swap children", "swap terms"),
    *("add", "add", "add above", "delete", "delete above", "restore", "reorder", "pin"),
]


@dataclass
class Item:
    """A bullet: where its text comes from, and what it says now."""

    origin: str
    text: str
    label: int = 0
    pin: str = ""

    @property
    def parents(self) -> frozenset[int]:
        return frozenset({self.label})


@dataclass
class Group(Item):
    """A bullet with children: about a term, or a plain text."""

    term: str = ""
    below: list[Item] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        return not any(item.pin for item in (self, *self.below))


class Nested:
    """The notes of one file, and an author who edits them at random."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.groups: list[Group] = []
        self.labels: dict[tuple[str, str], int] = {}
        self.deleted: list[tuple[str, Item]] = []
        for _ in range(6):
            self.add_above()
        for _ in range(10):
            self.add()

    @property
    def parents(self) -> dict[int, frozenset[int]]:
        return {label: frozenset({label}) for label in self.labels.values()}

    def copy(self) -> tuple[list[Group], list[tuple[str, Item]]]:
        return deepcopy((self.groups, self.deleted))

    def bullets(self) -> list[Item]:
        return [item for group in self.groups for item in (group, *group.below)]

    def files(self) -> dict[str, str]:
        lines = []
        for group in self.groups:
            lines += self._lines(group, group, f"The **{group.term}** {group.text}" if group.term else group.text)
            for item in group.below:
                lines += ["  " + line for line in self._lines(group, item, item.text)]
        return {"s.md": "\n".join(lines) + "\n"}

    def _lines(self, group: Group, item: Item, text: str) -> list[str]:
        item.label = self.labels.setdefault((group.origin, item.origin), len(self.labels) + 1)
        code = [] if item is group and not group.term else ["", "  ```", f"  label-{item.label}", "  ```", ""]
        return [f"* {text}." + (f" {{#{item.pin}}}" if item.pin else ""), *code]

    def edit(self) -> str:
        kind = self.random.choice(EDITS)
        getattr(self, kind.replace(" ", "_"))()
        return kind

    def child(self) -> tuple[Group, Item]:
        return self.random.choice([(group, item) for group in self.groups for item in group.below])

    def add_above(self) -> None:
        used = {group.origin for group in self.groups}
        free = [(origin, "") for origin in PLAIN if origin not in used] if self.random.random() < 0.35 else []
        free = free or [(term, term) for term in TERMS if term not in used]
        if free:
            origin, term = self.random.choice(free)
            text = self.random.choice(LEADS) if term else origin
            at = self.random.randrange(len(self.groups) + 1)
            self.groups.insert(at, Group(origin, text, term=term))

    def add(self) -> None:
        group = self.random.choice(self.groups)
        text = self.random.choice(CLUES + BOLD if group.term else BOLD)
        self._put(group, Item(text, text))

    def _put(self, group: Group, item: Item) -> bool:
        fits = (group.term or item.origin in BOLD) and all(other.origin != item.origin for other in group.below)
        group.below += [item] if fits else []
        return bool(fits)

    def reword(self) -> None:
        self._reword(self.child()[1])

    def reword_above(self) -> None:
        self._reword(self.random.choice(self.groups))

    def _reword(self, item: Item) -> None:
        words = item.text.split()
        free = [at for at in range(1, len(words) - 1) if "*" not in words[at] and len(words[at]) > 3]
        at, kind = self.random.choice(free or [0]), self.random.choice(("insert", "replace", "drop", "double"))
        letter = self.random.randrange(1, max(2, len(words[at]) - 1))
        if kind == "insert":
            words.insert(max(at, 1), self.random.choice(INSERTED))
        elif at and kind == "replace":
            words[at] = self.random.choice(INSERTED)
        elif at:
            words[at] = words[at][: letter + (kind == "double")] + words[at][letter + (kind == "drop") :]
        item.text = " ".join(words)

    def rewrite_above(self) -> None:
        group = self.random.choice(self.groups)
        group.text = self.random.choice(LEADS) if group.term else group.text

    def move(self) -> None:
        group, item = self.child()
        other = self.random.choice(self.groups)
        if other is not group and not item.pin and self._put(other, item):
            group.below.remove(item)

    def swap_children(self) -> None:
        one, other = self.random.sample(self.groups, 2)
        if bool(one.term) == bool(other.term) and one.is_free and other.is_free:
            one.below, other.below = other.below, one.below

    def swap_terms(self) -> None:
        groups = [group for group in self.groups if group.term and group.is_free]
        if len(groups) > 1:
            one, other = self.random.sample(groups, 2)
            one.term, other.term, one.origin, other.origin = other.term, one.term, other.origin, one.origin

    def delete(self) -> None:
        group, item = self.child()
        if not item.pin and len(self.bullets()) > 8:
            group.below.remove(item)
            self.deleted.append((group.origin, item))

    def delete_above(self) -> None:
        group = self.random.choice(self.groups)
        if group.is_free and len(self.groups) > 5:
            self.groups.remove(group)

    def restore(self) -> None:
        if self.deleted:
            origin, item = self.deleted.pop(self.random.randrange(len(self.deleted)))
            for group in self.groups:
                if group.origin == origin:
                    self._put(group, item)

    def reorder(self) -> None:
        self.random.shuffle(self.groups)
        for group in self.groups:
            self.random.shuffle(group.below)

    def pin(self) -> None:
        item = self.random.choice([bullet for bullet in self.bullets() if bullet.label and not bullet.pin])
        item.pin = (
            f"own-{item.label}-{self.random.randrange(10_000)}" if "**" in item.text or item in self.groups else ""
        )
