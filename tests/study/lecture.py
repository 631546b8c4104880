"""Lecture notes as values that change as an author changes them: typos, other words, bullets that move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FACTS = """
The **barometer** measures the pressure of the air | It falls before a storm | This tool hangs in the chart room
The **sextant** measures the angle between sun and horizon | It needs a clear sky | Sailors shoot the sun with it
The **chronometer** keeps the time of the home port | It swings in a box of brass | Nobody may wind it but the mate
The **log line** measures how fast the ship runs | Its knots gave the unit a name | Boys used to haul it in
The **lead** tells how deep the water is | Tallow at its end picks up sand | On a coast it is cast every few minutes
The **compass** points to magnetic north | Iron nearby turns it aside | It is read from the helm
The **chart** shows depths and dangers | Pencil marks on it follow the voyage | Monsters stand in its margins
The **logbook** records what happened on each watch | The captain signs it daily | Courts of law believe what is in it
The **anchor** holds the ship to the ground | A long chain makes it hold better | Rust is its enemy
The **rudder** turns the ship | It works only with water flowing past | Chains or rods move it
The **mast** carries the sails | It is stepped on the keel | A coin lies beneath it for luck
The **capstan** raises heavy loads | Many hands push its bars | Songs set its pace
"""
NEW_WORDS = ("slowly", "always", "in winter", "at night", "as a rule", "by hand", "of old", "at sea")


@dataclass
class Bullet:
    """A bullet and what stands below it."""

    text: str
    below: list[Bullet] = field(default_factory=list)

    def lines(self, indent: str = "") -> list[str]:
        return [f"{indent}* {self.text}.", *(line for child in self.below for line in child.lines(f"{indent}  "))]


@dataclass
class Lecture:
    """Two files with two headings each; a bullet is the same object wherever it goes."""

    lists: dict[tuple[str, str], list[Bullet]]

    def files(self) -> dict[str, str]:
        texts: dict[str, list[str]] = {}
        for (name, heading), bullets in self.lists.items():
            lines = [line for bullet in bullets for line in bullet.lines()]
            texts.setdefault(name, []).extend(["", f"## {heading}", "", *lines])
        return {name: "\n".join(lines) + "\n" for name, lines in texts.items()}

    def bullets(self) -> list[Bullet]:
        tops = [bullet for bullets in self.lists.values() for bullet in bullets]
        return [each for top in tops for each in (top, *top.below)]


def lecture() -> Lecture:
    rows = [[part.strip() for part in line.split("|")] for line in FACTS.strip().splitlines()]
    bullets = [Bullet(text, [Bullet(child) for child in children]) for text, *children in rows]
    places = [("deck.md", "By day"), ("deck.md", "By night"), ("hold.md", "Forward"), ("hold.md", "Aft")]
    return Lecture({place: bullets[at * 3 : at * 3 + 3] for at, place in enumerate(places)})


def small_edit(notes: Lecture, random: Random) -> str:
    """One edit; what it was."""
    kind = random.choice(("typo", "typo", "insert", "drop", "replace", "term", "swap", "swap below", "move", "heading"))
    if kind in {"typo", "insert", "drop", "replace"}:
        _reword(random.choice(notes.bullets()), kind, random)
    elif kind == "term":
        _typo_in_term(random.choice([bullet for bullet in notes.bullets() if "**" in bullet.text]), random)
    elif kind == "heading":
        _other_heading(notes, random)
    elif kind == "move":
        source, target = random.sample(list(notes.lists.values()), 2)
        if len(source) > 1:
            target.insert(random.randrange(len(target) + 1), source.pop(random.randrange(len(source))))
    else:
        bullets = random.choice(list(notes.lists.values()))
        if kind == "swap below":
            bullets = random.choice(bullets).below
        random.shuffle(bullets)
    return kind


def _other_heading(notes: Lecture, random: Random) -> None:
    """Give one of the headings another name, which no other differs from by a number only."""
    old = random.choice(list(notes.lists))
    word = "".join(random.choice("bdfglmnprst") + random.choice("aeiou") for _ in range(5))
    new = (old[0], f"{random.choice(NEW_WORDS)} {word}")
    notes.lists = {new if place == old else place: bullets for place, bullets in notes.lists.items()}


def _reword(bullet: Bullet, kind: str, random: Random) -> None:
    """Change one word behind the bold term and the first word; only so far that the text stays recognisable."""
    head, mark, tail = bullet.text.rpartition("**")
    words = tail.split()
    at = random.randrange(0 if mark else 1, len(words))
    if kind == "typo":
        words[at] = _typo(words[at], random)
    elif kind == "insert" and len(words) < 12:
        words.insert(at, random.choice(NEW_WORDS))
    elif kind == "drop" and len(words) > 5:
        del words[at]
    elif kind == "replace" and len(words) > 4:
        words[at] = random.choice(NEW_WORDS)
    bullet.text = f"{head}{mark} {' '.join(words)}" if mark else " ".join(words)


def _typo_in_term(bullet: Bullet, random: Random) -> None:
    before, term, after = bullet.text.split("**")
    bullet.text = f"{before}**{_typo(term, random)}**{after}"


def _typo(word: str, random: Random) -> str:
    """One letter doubled; one that already is, made single."""
    at = random.randrange(len(word))
    if not word[at].isalpha():
        return word
    if at and word[at - 1] == word[at]:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]
