"""Questions that give away the answer to another, and so must not be asked next to it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, product

from msgspec import Struct

from rolecards.content import Content
from rolecards.notes.note import Note
from rolecards.schema import models as schema
from rolecards.text import cloze
from rolecards.text.plain import to_plain

_WORD = re.compile(r"[^\W\d_][\w'\u2019-]{3,}")  # shorter words give nothing away
_STEM = 5  # the first letters by which words are compared, so that *deploy* and *deploys* are the same word


class Clues(Struct, frozen=True, kw_only=True):
    """What a question shows, and what it asks for."""

    roles: frozenset[str]  # the ids of the roles that it is about or that its front names
    named: frozenset[str]  # the ids of the roles that its front names
    front: frozenset[str]  # the stems of the content words that it shows
    answers: tuple[frozenset[str], ...]  # by answer, the stems that its front does not show, without names of roles
    shared: frozenset[str]  # for a question that asks for a set of roles: the stems of what they share
    sharing: frozenset[str]  # for such a question: the ids of the roles


def _clues(note: Note, names: Mapping[str, Iterable[str]], of_roles: Collection[str], stop: Collection[str]) -> Clues:
    """The clues of a note; `names` has all names of each role, `of_roles` the words in them."""
    written = note.written
    front = to_plain(cloze.blank(note.pieces, None, lambda gap: f" {gap.hint} ") if note.text else note.front)
    folded = front.casefold()
    near = [role for role, some in names.items() if any(name.casefold() in folded for name in some)]
    named = frozenset(role for role in near if any_of(tuple(names[role])).search(front))
    shown = _stems(front, stop)
    answers = cloze.hidden(note.pieces).values() if note.text else (note.back,)
    keywords = written.of.values() if isinstance(written, schema.Reverse) and note.kind == "set" else ()
    return Clues(
        roles=named | set(note.roles),
        named=named,
        front=shown,
        answers=tuple(_stems(to_plain(answer), stop, of_roles) - shown for answer in answers),
        shared=_stems(" ".join(value for values in keywords for value in values), stop),
        sharing=frozenset(note.roles) if keywords else frozenset(),
    )


def clues_of(notes: Iterable[Note], content: Content, stop: Collection[str]) -> dict[str, Clues]:
    """The clues of notes by their ids; `stop` has the words to ignore."""
    names = {role.id: role.names for role in content.roles.values()}
    of_roles = frozenset(_WORD.findall(" ".join(chain.from_iterable(names.values())).casefold()))
    return {note.id: _clues(note, names, of_roles, stop) for note in notes}


def leaks(known: Mapping[str, Clues]) -> Iterator[tuple[str, str]]:
    """Each question that gives away the answer to another, with that other one, in the order of the latter."""
    showing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, one in known.items():
        for place in product(one.roles, one.front):
            showing[place].append(name)
    for second, other in known.items():
        needed = product(filter(None, (*other.answers, other.shared)), sorted(other.roles))
        rarest = (min((showing.get((role, stem), ()) for stem in stems), key=len) for stems, role in needed)
        fronts = dict.fromkeys(chain.from_iterable(rarest))
        yield from ((first, second) for first in fronts if first != second and _gives_away(known[first], other))


def _gives_away(one: Clues, other: Clues) -> bool:
    """Whether the front of one question shows an answer of the other, which is about the same role."""
    if other.sharing:
        return len(one.named & other.sharing) > 1 and bool(other.shared) and other.shared <= one.front
    return bool(one.roles & other.roles) and any(answer and answer <= one.front for answer in other.answers)


def _stems(text: str, stop: Collection[str], names: Collection[str] = ()) -> frozenset[str]:
    words = _WORD.findall(text.casefold())
    return frozenset([word[:_STEM] for word in words if word not in stop and word not in names])


@cache
def any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the names of roles, also in the plural."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w{{3}})", re.IGNORECASE)
