"""Random histories of notes made of near twins. Every text carries a label that the recogniser never reads.

The label is in a code block below the bullet: it reaches the field *Why* of each card of the bullet, and no lock.
A card may only ever show the label that it was published with, or one that descends from it by a split or a merge.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FAMILIES = """
type I error | is a false alarm raised by the test | rejects a null hypothesis that holds in truth
type II error | is a real effect missed by the test | keeps a null hypothesis that fails in truth
L1 penalty | adds the absolute weights to the loss | sets many weights to exactly nothing
L2 penalty | adds the squared weights to the loss | keeps all the weights small and smooth
supervised learning | learns a mapping from labelled examples | needs people who label the data
unsupervised learning | finds some structure in unlabelled examples | gets along with raw data
overfitting | means the model follows noise in its training data | shows as a gap between two error curves
underfitting | means the model misses structure in its training data | shows as a large error on both curves
encoder | turns a sentence into a list of vectors | reads the whole input at once
decoder | turns a list of vectors into a sentence | writes the output word by word
true positive | is a sick patient whom the test finds | counts for the test and its makers
false positive | is a healthy patient whom the test finds | counts against the test and its makers
precision | is the share of reported cases that are real | suffers from careless alarms
recall | is the share of real cases that are reported | suffers from sleepy guards
nitrite | is a salt that cures meat and keeps it red | becomes the other salt in air
nitrate | is a salt that feeds plants and keeps them green | becomes the other salt in soil
left shoe | fits the foot on the side of the heart | wears out at the outer heel
right shoe | fits the foot on the side of the liver | wears out at the inner heel
group 1 | holds the metals that react with water | forms ions that carry a single charge
group 2 | holds the metals that react with acids | forms ions that carry a double charge
"""
ROWS = [[part.strip() for part in row.split("|")] for row in FAMILIES.strip().splitlines()]
INSERTED = ("usually", "mostly", "by design", "in practice", "today", "quite", "clearly", "of course")
EDITS = ("reword", "reword", "rewrite", "typo", "typo", "typo", "reorder", "move", "heading", "split", "merge")
EDITS += ("add", "add", "delete", "restore", "reword", "twin")
TOLD = 3  # words that a text hides which hides what it tells, not its term
HEADINGS = ("Basics", "Terms", "Details", "Warnings", "Background", "Summary of terms", "Practice")


@dataclass
class Bullet:
    """A bullet, and the label of what it says."""

    label: int
    parents: frozenset[int]
    """The labels that it descends from, its own included."""
    family: int
    form: str
    term: str
    text: str
    first_term: str
    """The term before any typing error."""
    pin: str = ""

    def lines(self) -> list[str]:
        pin = f" {{#{self.pin}}}" if self.pin else ""
        match self.form:
            case "lead":
                first = f"* The **{self.term}** {self.text}.{pin}"
            case "question":
                first = f"* Q: What can you say about {self.term}?\n  A: It {self.text}.{pin}"
            case "told":
                words = self.text.split()
                first = f"* The {self.term} **{' '.join(words[:TOLD])}** {' '.join(words[TOLD:])}.{pin}"
            case _:
                *start, last = self.text.split()
                first = f"* The **{self.term}** {' '.join(start)} **{last}**.{pin}"
        return [*first.split("\n"), "", "  ```", f"  label-{self.label}", "  ```", ""]


@dataclass
class Notes:
    """The files: sections of bullets, what was deleted, and how often each kind of edit was made."""

    sections: dict[tuple[str, str], list[Bullet]]
    deleted: list[Bullet] = field(default_factory=list)
    parents: dict[int, frozenset[int]] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        lines: dict[str, list[str]] = {}
        for (name, heading), bullets in self.sections.items():
            inside = [line for bullet in bullets for line in bullet.lines()]
            lines.setdefault(name, []).extend(["", f"## {heading}", "", *inside])
        return {name: "\n".join(some) + "\n" for name, some in lines.items()}

    def bullets(self) -> list[Bullet]:
        return [bullet for bullets in self.sections.values() for bullet in bullets]

    def section(self, bullet: Bullet) -> list[Bullet]:
        return next(bullets for bullets in self.sections.values() if any(each is bullet for each in bullets))


class Author:
    """Edits notes at random; most edits touch a note whose twin is there too."""

    def __init__(self, random: Random, *, pins: bool) -> None:
        self.random, self.pins, self.labels = random, pins, 0
        self.rows = [(at // 2, *row) for at, row in enumerate(ROWS)]
        self.known: dict[tuple[str, str, bool], tuple[int, frozenset[int]]] = {}
        self.merged: set[str] = set()
        """The terms of bullets that became part of others: in the same place, such a term would be the same note."""
        self.edits: Counter[str] = Counter()
        self.twins: Counter[bool] = Counter()

    def first(self) -> Notes:
        places = [("a.md", "Basics"), ("a.md", "Terms"), ("b.md", "Details"), ("b.md", "Practice")]
        notes = Notes({place: [] for place in places})
        for _ in range(14):
            self.add(notes)
        return notes

    def edit(self, notes: Notes) -> str:
        kind = self.random.choice([*EDITS, *["pin"] * self.pins])
        bullet = self.with_twin(notes)
        terms = Counter(each.family for each in notes.bullets())
        if (
            getattr(self, kind)(notes)
            if kind in {"add", "restore", "heading", "reorder"}
            else self.one(kind, notes, bullet)
        ):
            self.edits[kind] += 1
            self.twins[terms[self.touched.family] > 1] += 1
            return kind
        return ""

    def one(self, kind: str, notes: Notes, bullet: Bullet) -> bool:
        self.touched = bullet
        return bool(getattr(self, kind)(notes, bullet))

    def with_twin(self, notes: Notes) -> Bullet:
        families = Counter(bullet.family for bullet in notes.bullets())
        paired = [bullet for bullet in notes.bullets() if families[bullet.family] > 1]
        return self.random.choice(paired if paired and self.random.random() < 0.8 else notes.bullets())

    def label(self, notes: Notes, *parents: Bullet) -> tuple[int, frozenset[int]]:
        self.labels += 1
        before = frozenset().union(*(parent.parents for parent in parents))
        notes.parents[self.labels] = before | {self.labels}
        return self.labels, notes.parents[self.labels]

    def text(self, notes: Notes, words: tuple[str, str, bool], *parents: Bullet) -> tuple[int, frozenset[int]]:
        """The label of these words: the same words again are the same text."""
        if words not in self.known:
            self.known[words] = self.label(notes, *parents)
        notes.parents[self.known[words][0]] = self.known[words][1]
        return self.known[words]

    def add(self, notes: Notes) -> bool:
        used = {
            (bullet.family, bullet.first_term, bullet.form == "question")
            for bullet in [*notes.bullets(), *notes.deleted]
        }
        forms = ("lead", "question", "two", "told")
        free = [(row, form) for row in self.rows for form in forms if (*row[:2], form == "question") not in used]
        if not free:
            return False
        (family, term, *texts), form = self.random.choice(free)
        text = self.random.choice(texts)
        label, parents = self.text(notes, (term, text, form == "question"))
        self.touched = Bullet(label, parents, family, form, term, text, term)
        into = self.random.choice(list(notes.sections.values()))
        into.insert(self.random.randrange(len(into) + 1), self.touched)
        return True

    def reword(self, notes: Notes, bullet: Bullet) -> bool:
        words = bullet.text.split()
        at = self.random.randrange(TOLD if bullet.form == "told" else 1, len(words) - (bullet.form == "two"))
        if self.random.random() < 0.5 and len(words) < 14:
            words.insert(at, self.random.choice(INSERTED))
        elif len(words) > 5:
            words[at] = self.random.choice(INSERTED)
        bullet.text = " ".join(words)
        return True

    def rewrite(self, notes: Notes, bullet: Bullet) -> bool:
        """Say something else about the same term."""
        texts = next((texts for _, term, *texts in self.rows if term == bullet.first_term), [])
        others = [text for text in texts if text != bullet.text]
        if bullet.form != "lead" or not others:
            return False
        bullet.text = self.random.choice(others)
        return True

    def typo(self, notes: Notes, bullet: Bullet) -> bool:
        in_term = self.random.random() < 0.2
        words = (bullet.term if in_term else bullet.text).split()
        at = self.random.randrange(len(words))
        word = words[at]
        if len(word) < 4:
            return False
        letter = self.random.randrange(1, len(word) - 1)
        match self.random.choice(("double", "drop", "swap", "other") if not in_term else ("double", "drop", "swap")):
            case "double":
                words[at] = word[:letter] + word[letter] + word[letter:]
            case "drop":
                words[at] = word[:letter] + word[letter + 1 :]
            case "swap":
                words[at] = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
            case _:
                words[at] = word[:letter] + self.random.choice("aeiou") + word[letter + 1 :]
        if in_term:
            bullet.term = " ".join(words)
        else:
            bullet.text = " ".join(words)
        return True

    def reorder(self, notes: Notes) -> bool:
        bullets = self.random.choice([some for some in notes.sections.values() if some] or [[]])
        self.random.shuffle(bullets)
        self.touched = bullets[0] if bullets else self.touched
        return bool(bullets)

    def move(self, notes: Notes, bullet: Bullet) -> bool:
        here = notes.section(bullet)
        there = self.random.choice(list(notes.sections.values()))
        here[:] = [each for each in here if each is not bullet]
        there.insert(self.random.randrange(len(there) + 1), bullet)
        return True

    def delete(self, notes: Notes, bullet: Bullet) -> bool:
        if len(notes.bullets()) < 8:
            return False
        here = notes.section(bullet)
        here[:] = [each for each in here if each is not bullet]
        if not bullet.pin:
            notes.deleted.append(bullet)
        return True

    def restore(self, notes: Notes) -> bool:
        living = {(bullet.first_term, bullet.form == "question") for bullet in notes.bullets()}
        back = [bullet for bullet in notes.deleted if (bullet.first_term, bullet.form == "question") not in living]
        if not back:
            return False
        self.touched = self.random.choice(back)
        notes.deleted = [each for each in notes.deleted if each is not self.touched]
        self.random.choice(list(notes.sections.values())).append(self.touched)
        return True

    def heading(self, notes: Notes) -> bool:
        old = self.random.choice(list(notes.sections))
        name = self.random.choice(HEADINGS)
        if any(heading == name for _, heading in notes.sections) or not notes.sections[old]:
            return False
        self.touched = notes.sections[old][0]
        notes.sections = {(old[0], name) if place == old else place: some for place, some in notes.sections.items()}
        return True

    def split(self, notes: Notes, bullet: Bullet) -> bool:
        """The second half of a bullet becomes a bullet of its own."""
        words = bullet.text.split()
        if bullet.form != "lead" or len(words) < 8:
            return False
        asked = [each for each in [*notes.bullets(), *notes.deleted] if each.form == "question"]
        if any(each.first_term == bullet.first_term for each in asked):
            return False
        rest = " ".join(words[5:])
        label, parents = self.text(notes, (bullet.term, rest, True), bullet)
        half = Bullet(label, parents, bullet.family, "question", bullet.term, rest, bullet.first_term)
        here = notes.section(bullet)
        bullet.text = " ".join(words[:5])
        here.append(half)
        return True

    def merge(self, notes: Notes, bullet: Bullet) -> bool:
        """Two bullets of a section become one."""
        here = notes.section(bullet)
        others = [each for each in here if each is not bullet and each.form == "lead" and not each.pin]
        if bullet.form != "lead" or not others or len(bullet.text.split()) > 12:
            return False
        other = self.random.choice(others)
        self.merged.add(other.first_term)
        bullet.text += f", while the {other.term} {other.text}"
        bullet.label, bullet.parents = self.label(notes, bullet, other)
        here[:] = [each for each in here if each is not other]
        return True

    def twin(self, notes: Notes, bullet: Bullet) -> bool:
        """A twin comes with the words of a bullet, which is reworded or removed in the same build."""
        taken = {(each.first_term, each.form == "question") for each in [*notes.bullets(), *notes.deleted]}
        is_question = bullet.form == "question"
        family = [row[1] for row in self.rows if row[0] == bullet.family]
        terms = [term for term in family if (term, is_question) not in taken and term not in self.merged]
        if not terms:
            return False
        term, here = self.random.choice(terms), notes.section(bullet)
        label, parents = self.text(notes, (term, bullet.text, is_question))
        twin = Bullet(label, parents, bullet.family, bullet.form, term, bullet.text, term)
        at = next(at for at, each in enumerate(here) if each is bullet)
        if self.random.random() < 0.5:
            here[at] = twin
            notes.deleted += [] if bullet.pin else [bullet]
        else:
            self.reword(notes, bullet)
            here.insert(at, twin)
        return True

    def pin(self, notes: Notes, bullet: Bullet) -> bool:
        if bullet.pin:
            return False
        bullet.pin = f"own-{bullet.label}-{self.random.randrange(10_000)}"
        return True


def merged(ours: Notes, base: Notes, theirs: Notes) -> Notes:
    """What a merge of two branches has: all that one of them changed, ours where both did."""
    result = deepcopy(ours)
    base_of = {bullet.label: bullet for bullet in base.bullets()}
    here = {bullet.label for bullet in ours.bullets()}
    their_labels = {bullet.label for bullet in theirs.bullets()}
    places = list(result.sections.values())
    for at, bullets in enumerate(theirs.sections.values()):
        new = [deepcopy(bullet) for bullet in bullets if bullet.label not in here and bullet.label not in base_of]
        places[at % len(places)].extend(
            bullet
            for bullet in new
            if all(each.term != bullet.term or each.form != bullet.form for each in result.bullets())
        )
    for bullets in places:
        bullets[:] = [each for each in bullets if each.label in their_labels or each.label not in base_of]
    result.parents |= theirs.parents
    return result
