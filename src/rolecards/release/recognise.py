"""Notes without ids, recognised as published notes by what they say.

Published:

    * A **type I error** is a false alarm.

Now:

    * A **type I error** rejects a null hypothesis that holds.
    * A **type II error** is a missed alarm.

The first bullet is the published one, reworded: its kind, term and headings are the same. The second is new, although
it looks more like the published text. `PASSES` are tried in order, from the same words to a similar text. A similar
text is the same note only if no other fits and the difference does not tell twins apart. If there is still a doubt, the
build asks the author to write an id.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from rolecards.notes.note import Note, digest, guid
from rolecards.problems import Location, Problem, problem
from rolecards.release import twins
from rolecards.release.lock import Entry, Lock
from rolecards.study.draft import COLUMN_END, COLUMNS, PARENT
from rolecards.text import cloze
from rolecards.text.plain import to_plain
from rolecards.text.tree import QUESTION_MARKS

Key = TypeVar("Key")
Value = TypeVar("Value")
REPLACED = 0.25  # part of the words around a gap that is not the subject; with more of them new, it is another text
NEARLY_ALL = 0.85  # similarity from which a text can be the same although it is about another term
QUESTION = 4  # words from which a question or a parent can be reworded; in a shorter one, another word is another term
_BOLD = re.compile(r"<strong>(.*?)</strong>")
LONGEST_ARTICLE = 4  # letters; a longer word before a gap is a subject
RIVALS = 20  # the most other notes that are looked at to name those that may be the same published note
RAREST, MOST_COMMON, COMPARED = 6, 100, 10  # words looked up, notes for each, notes compared


class Text(Struct, frozen=True, kw_only=True):
    """What a note or a published note says, as plain words in lower case."""

    is_cloze: bool
    under: str  # the file and the headings above it
    key: tuple[str, ...]  # the words it hides, or its question
    terms: tuple[str, ...]  # the same; of a question with bold words, only those
    rest: str  # the text around the terms, or the answer
    depends: bool = False  # whether it is a question that is unclear without its headings
    is_row: bool = False  # whether it is a row of several columns, whose label says little without its heading
    whole: str  # the whole text with nothing hidden
    typed: Hashable  # what it hides and the whole text as HTML

    @property
    def headings(self) -> str:
        """The headings without the file, and without one that is the question itself."""
        headings = self.under.partition("#")[2]
        above, between, last = headings.rpartition(" > ")
        asks = not self.is_cloze and between and PARENT not in headings and last.lower().endswith(self.key[0])
        return above if asks else headings

    @property
    def parent(self) -> str:
        """The term of the bullet above, or its text, which gives this text its meaning."""
        return self.under.partition(PARENT)[2]

    @property
    def said(self) -> Hashable:
        """What it says, wherever it is."""
        return self.is_cloze, self.parent, self.key, self.whole

    @property
    def subject(self) -> str:
        """The text before the words it hides; empty for a question."""
        return self.rest.partition("…")[0] if self.is_cloze else ""

    @property
    def around(self) -> tuple[str, str]:
        """The place and the text around the words it hides; empty if its subject is hidden, or for a question."""
        words = self.subject.split()
        has_subject = len(words) > 1 or any(len(word) > LONGEST_ARTICLE for word in words)
        is_date = self.is_cloze and any(map(str.isdigit, "".join(self.key)))
        return (self.under, self.rest) if has_subject or is_date else ("", "")

    @property
    def is_clue(self) -> bool:
        """Whether it hides the term of the bullet above, which its siblings may also hide."""
        return self.is_cloze and self.parent.lower() in self.key

    @property
    def asked(self) -> tuple[str, ...]:
        """What makes it a different card if it changes: the key, or the text of a clue."""
        return (self.rest,) if self.is_clue else self.key


class Pass(Struct, frozen=True, kw_only=True):
    """One way to recognise notes: those that agree in `by` are the same note."""

    by: Callable[[Text], Hashable]
    alone: Literal["", "left", "all"] = "left"  # it must be the only one of those not recognised yet, or of all
    retired: bool = False  # whether it looks among the retired notes, the latest first, instead of the others
    orphans: bool = False  # whether it looks only among those published without the bullet above them
    least: float = 0  # least similarity of the whole texts


PASSES = (  # in this order; what they leave is compared by similarity
    Pass(by=lambda text: (text.under, text.typed), alone=""),
    Pass(by=lambda text: (text.headings, text.typed)),
    Pass(by=lambda text: (text.is_cloze, text.under, text.key, text.whole), alone=""),
    Pass(by=lambda text: (text.is_cloze, text.headings, text.key, text.whole)),
    Pass(
        by=lambda text: (text.is_cloze, text.under.partition(PARENT)[0], text.key, text.whole), alone="", orphans=True
    ),
    Pass(by=lambda text: text.said),
    # The same words, of which others are bold now; cloze numbers follow the words.
    Pass(by=lambda text: (text.is_cloze, text.under, text.whole) if text.is_cloze else id(text), alone=""),
    # Before the retired ones: learners study the published note that says nearly the same.
    Pass(by=lambda text: (text.is_cloze, text.under, text.asked), alone="all", least=NEARLY_ALL),
    Pass(by=lambda text: (text.is_cloze, text.under, text.key, text.whole), alone="", retired=True),
    Pass(by=lambda text: text.said, alone="", retired=True),
    Pass(by=lambda text: (text.is_cloze, text.under, text.asked), alone="all"),
)


def recognised(
    notes: Sequence[Note], lock: Lock, renames: Mapping[str, str]
) -> tuple[tuple[Note, ...], Lock, list[Problem]]:
    """The notes with their ids, the lock with ids that authors wrote since, and the problems of notes in doubt."""
    lock = _with_pins(notes, lock, renames)
    written = {note.id for note in notes if not note.under} | {*renames}
    entries = {
        entry.id: entry_text(entry)
        for entry in sorted(lock.entries.values(), key=lambda entry: (-entry.retired, entry.number))
        if entry.under and entry.id not in written
    }
    search = _Search(
        notes={at: note_text(note) for at, note in enumerate(notes) if note.under and entries},
        entries=entries,
        retired={entry.id for entry in lock.entries.values() if entry.retired},
    )
    for step in PASSES:
        search.match(step)
    doubts = search.match_similar()
    search.match_slips()
    doubts += _scattered(notes, search)
    named = _with_ids(notes, search.found, {*written, *lock.entries, *renames.values()}, lock)
    return named, lock, list(_doubtful(doubts, notes, named, lock))


def note_text(note: Note) -> Text:
    """What a note says."""
    text = _text(note.text or note.front, note.back, note.under or note.pinned_under, is_cloze=bool(note.text))
    return replace(text, depends=bool(note.context) and not text.is_cloze and text.key[0].endswith(QUESTION_MARKS))


def entry_text(entry: Entry) -> Text:
    """What a published note says."""
    return _text(entry.front, entry.back, entry.under, is_cloze=bool(entry.hides))


def _text(front: str, back: str, under: str, *, is_cloze: bool) -> Text:
    is_row = False
    if is_cloze:
        pieces = cloze.parse_field(front)
        hides = cloze.hidden(pieces).values()
        key, bold = _plain(hides), []
        rest, whole = cloze.blank(pieces, None, lambda _: " … "), cloze.reveal(pieces)
        typed = (*sorted(hides), whole)
    else:
        asked, rest = _without_columns(front, back)
        is_row = asked != front
        key, bold = _plain([asked]), _BOLD.findall(front)
        whole = f"{asked} {rest}"
        typed = (front, back)
    (rest,), (whole,) = _plain([rest]), _plain([whole])
    terms = _plain(bold) if bold else key
    return Text(
        is_cloze=is_cloze,
        under=under,
        key=key,
        terms=terms,
        rest=rest,
        is_row=is_row,
        whole=whole,
        typed=(is_cloze, typed),
    )


def _without_columns(front: str, back: str) -> tuple[str, str]:
    """The front and the cells of a row of a table, without the names of the columns, which all its rows have."""
    asked, _, listed = front.rpartition("<br>")
    rows, names = [row.partition(COLUMN_END) for row in back.split("<br>")], listed.split(COLUMNS)
    if not asked or [name for name, _, _ in rows] != names:
        return front, back
    return asked, "<br>".join(cell for _, _, cell in rows)


def _plain(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(to_plain(text).lower() for text in texts))


class _Doubt(Struct, frozen=True):
    """A note that may be one of these published notes, and the other notes that may be one of them."""

    at: int
    ids: list[str]
    rivals: list[int]


class _Search(Struct, dict=True):
    """The notes without ids on one side, the published ones on the other."""

    notes: dict[int, Text]  # by position
    entries: dict[str, Text]  # by id: retired ones first, the latest of them first, then the others by card number
    retired: set[str]
    found: dict[int, str] = {}  # per position of a recognised note, the published id

    def match(self, step: Pass) -> None:
        """Recognise the notes that agree with a published note as the pass requires."""
        notes, ids = self._left(retired=step.retired)
        others = self._others() if step.alone == "all" else set()
        ids = [note_id for note_id in ids if not (step.orphans and self.entries[note_id].parent)]
        if not notes or not ids:
            return
        present = _grouped((step.by(self.notes[at]), at) for at in notes)
        published = _grouped((step.by(self.entries[note_id]), note_id) for note_id in ids)
        if step.alone == "all":
            living = (text for note_id, text in self.entries.items() if note_id not in self.retired)
            often = Counter(map(step.by, self.notes.values())) | Counter(map(step.by, living))
        for group in present.keys() & published.keys():
            alone = len(present[group]) == len(published[group]) == 1
            if (step.alone and not alone) or (step.alone == "all" and often[group] > 1):
                continue
            for at, note_id in zip(present[group], published[group], strict=False):
                now, before = self.notes[at], self.entries[note_id]
                differs = self._differs(now, before) or _is_contested(now, before, others)
                if not differs and (not step.least or twins.alike(now.whole, before.whole) >= step.least):
                    self.found[at] = note_id

    def match_similar(self) -> list[_Doubt]:
        """Recognise notes with one similar published note, which no other note is similar to; returns doubts."""
        moved = {(self.notes[at].under, self.entries[note_id].under) for at, note_id in self.found.items()}
        standing = {words for text in self.notes.values() for words in (text.rest, text.parent)}
        published = {self.entries[note_id].parent for note_id in self.entries.keys() - self.retired}
        others = self._others()
        pairs: dict[bool | None, list[tuple[int, str]]] = defaultdict(list)
        for at, note_id in self._candidates(retired=False):
            now, before = self.notes[at], self.entries[note_id]
            verdict = _same(now, before, moved, standing, published)
            if verdict:
                verdict = not (self._differs(now, before) or _is_contested(now, before, others))
            pairs[verdict].append((at, note_id))
        self.found |= _unique(pairs[True])
        ids = {verdict: _grouped(pairs[verdict]) for verdict in (True, False)}
        notes = {verdict: _grouped((note_id, at) for at, note_id in pairs[verdict]) for verdict in ids}
        taken = {*self.found.values()}
        doubts = []
        for at in self._left(retired=False)[0]:
            verdict = at in ids[True]
            free = [note_id for note_id in ids[verdict][at] if note_id not in taken]
            alike = islice((other for note_id in free for other in notes[verdict][note_id]), RIVALS)
            rivals = dict.fromkeys(other for other in alike if other != at and other not in self.found)
            if free:
                doubts.append(_Doubt(at, free, [*rivals]))
        return doubts

    def match_slips(self) -> None:
        """Recognise the retired notes that were put back with a typing error."""
        pairs = (
            (at, note_id)
            for at, note_id in self._candidates(retired=True)
            if _same(self.notes[at], self.entries[note_id], set(), set(), set())
            and twins.is_slip(self.entries[note_id].whole, self.notes[at].whole)
        )
        self.found |= _unique([*pairs])

    def _differs(self, now: Text, before: Text) -> bool:
        """Whether a note left a heading that gives it a meaning, or a word became another word of the notes.

        The heading still exists, and is the twin of the new one, or the note is unclear without it.
        """
        is_moved = before.headings != now.headings and before.headings in self.headings
        needs_heading = now.depends and before.parent == now.parent
        if is_moved and (needs_heading or twins.are_twins(before.headings, now.headings)):
            return True
        if needs_heading and before.headings != now.headings and before.rest != now.rest:
            return True
        changed = twins.mistyped(before.whole, now.whole) if now.whole != before.whole else ()
        kind = now.is_cloze
        return any(
            self.words[kind, old] and (self.words[kind, new] > 1 or self.known[kind, new]) for old, new in changed
        )

    @cached_property
    def words(self) -> Counter[tuple[bool, str]]:
        """In how many clozes and questions each word is."""
        return _counted(self.notes.values())

    @cached_property
    def known(self) -> Counter[tuple[bool, str]]:
        """In how many published clozes and questions each word is, without the retired ones."""
        return _counted(text for note_id, text in self.entries.items() if note_id not in self.retired)

    @cached_property
    def headings(self) -> set[str]:
        """The headings that have notes."""
        return {text.headings for text in self.notes.values()}

    def _others(self) -> set[Hashable]:
        """What the notes that are not recognised yet say, what is around the gaps of such entries, and their words."""
        notes, ids = self._left(retired=False)
        around: set[Hashable] = {self.entries[note_id].around for note_id in ids}
        around.discard(("", ""))
        left = {("left", word) for at in notes for word in twins.content(self.notes[at].whole)}
        lost = {("lost", word) for note_id in ids for word in twins.content(self.entries[note_id].whole)}
        had = {("lost", self.entries[note_id].said) for note_id in ids}
        texts = (self.entries[note_id] for note_id in ids)
        around |= {("rest", *twins.content(text.rest)) for text in texts if text.is_cloze}
        return {*around, *left, *lost, *had, *(self.notes[at].said for at in notes)}

    def _left(self, *, retired: bool) -> tuple[list[int], list[str]]:
        """The notes and the published ids that are not recognised yet."""
        taken = {*self.found.values()}
        ids = [note_id for note_id in self.entries if (note_id in self.retired) is retired and note_id not in taken]
        return [at for at in self.notes if at not in self.found], ids

    def _candidates(self, *, retired: bool) -> Iterator[tuple[int, str]]:
        """The notes, each with the published ones that can be similar to it."""
        notes, ids = self._left(retired=retired)
        having = by_word((each, self.entries[each]) for each in ids)
        for at in notes if having else ():
            yield from ((at, note_id) for note_id in sharing(self.notes[at], having))


def _counted(texts: Iterable[Text]) -> Counter[tuple[bool, str]]:
    """In how many clozes and questions each word is; a bullet makes one of either, and those below it repeat it."""
    tops = (text for text in texts if not text.parent)
    return Counter((text.is_cloze, word) for text in tops for word in {*twins.tokens(text.whole)})


def by_word(texts: Iterable[tuple[str, Text]]) -> dict[str, list[str]]:
    """Per word, the ids of the texts that contain it."""
    return _grouped((word, note_id) for note_id, text in texts for word in {*twins.tokens(text.whole)})


def sharing(text: Text, having: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids of the texts that share the rarest words of this one: only these can be similar to it."""
    words = {*twins.tokens(text.whole)} & having.keys()
    rarest = sorted(words, key=lambda word: (len(having[word]), word))[:RAREST]
    shared: dict[str, float] = defaultdict(float)  # by id, the weight of its words
    for word in rarest:
        for note_id in having[word][:MOST_COMMON]:
            shared[note_id] += 1 / len(having[word])
    return sorted(shared, key=lambda note_id: -shared[note_id])[:COMPARED]


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    groups: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _unique(pairs: Sequence[tuple[int, str]]) -> dict[int, str]:
    """The notes with only one candidate, which is not the candidate of another note."""
    notes, ids = Counter(at for at, _ in pairs), Counter(note_id for _, note_id in pairs)
    return {at: note_id for at, note_id in pairs if notes[at] == ids[note_id] == 1}


def _is_contested(now: Text, before: Text, others: AbstractSet[Hashable]) -> bool:
    """Whether a note that hides the same words is about another thing, or what either of them says is elsewhere, too.

    `The anode is **positive**.` and `The cathode is **negative**.` were published, now there is only
    `The anode is **negative**.`: either of them may have been corrected.
    """
    if now.said != before.said and (before.said in others or ("lost", now.said) in others):
        return True
    words = ("rest", *twins.content(now.rest))
    if now.is_cloze and words in others and words != ("rest", *twins.content(before.rest)):
        return True  # another text had these words around its gap
    if (now.key, now.rest) == (before.key, before.rest) and now.whole != before.whole:
        return True  # the hidden words changed places
    return now.rest != before.rest and (now.around in others or _is_about_another(now, before, others))


def _is_about_another(now: Text, before: Text, others: AbstractSet[Hashable]) -> bool:
    """Whether what stands around the hidden words can tell twins apart, if these words are not the subject.

    So can a word that another edited note has now, or that another one had.
    """
    if twins.is_other(before.subject, now.subject):
        return True
    if ("", "") in (before.around, now.around):
        return False
    texts = before.rest, now.rest
    removed, added = twins.difference(*texts)
    if {("left", word) for word in removed} & others or {("lost", word) for word in added} & others:
        return True
    return twins.is_replaced(*texts, part=REPLACED) or twins.may_be_twins(*texts) or twins.has_lookalikes(*texts)


def _same(now: Text, before: Text, moved: set[tuple[str, str]], standing: set[str], published: set[str]) -> bool | None:
    """Whether one is the other after an edit: True, False (in doubt), or None if they are clearly different.

    `moved` has pairs of places of which one became the other, `standing` what is in the content now, `published` the
    published parents.
    """
    if now.is_cloze != before.is_cloze:
        return None
    rest = twins.alike(before.rest, now.rest)
    if now.is_cloze:
        likely = rest >= twins.NEAR and _same_terms(before, now)
    else:
        likely = (rest >= twins.NEAR and twins.is_slip(*before.key, *now.key)) or (
            rest >= NEARLY_ALL and (before.terms == now.terms or _reworded(*before.key, *now.key))
        )
    same_parent = before.parent == now.parent or twins.is_slip(before.parent, now.parent)
    if not same_parent and before.parent not in standing and now.parent not in published:
        is_text = min(len(twins.tokens(each.parent)) for each in (before, now)) >= QUESTION
        same_parent = is_text and twins.is_extended(before.parent, now.parent)
    stands = now.is_clue and before.rest != now.rest and before.rest in standing
    if likely and same_parent and not stands and not twins.may_be_twins(before.whole, now.whole):
        return (now.under, before.under) in moved or not twins.are_twins(before.headings, now.headings)
    leads = ("", "") == now.around == before.around  # also of questions
    is_told = leads and not (now.is_row and rest < twins.NEAR)
    if now.asked == before.asked and is_told and same_parent and (now.under, before.under) in moved:
        return True
    if now.is_cloze:
        is_kept = now.asked == before.asked and (leads or now.headings == before.headings)
    else:
        is_kept = rest >= NEARLY_ALL and twins.alike(*before.key, *now.key) >= twins.NEAR
    return False if likely or is_kept or twins.alike(before.whole, now.whole) >= NEARLY_ALL - 0.1 else None


def _reworded(before: str, now: str) -> bool:
    similar = len(twins.tokens(now)) >= QUESTION and twins.alike(before, now) >= twins.NEAR
    tests = (twins.has_lookalikes, twins.one_word_apart, twins.is_replaced)
    return similar and not any(differs(before, now) for differs in tests)


def _same_terms(before: Text, now: Text) -> bool:
    """Whether the terms are the same except for typing errors, or some were added or are not hidden any more."""
    removed = [term for term in before.terms if term not in now.terms]
    added = [term for term in now.terms if term not in before.terms]
    if removed and added:
        return len(removed) == len(added) and all(map(twins.is_slip, removed, added))
    stand = all(term in now.whole for term in removed) and all(term in before.whole for term in added)
    return stand or not twins.is_other(before.whole, now.whole)


def _scattered(notes: Sequence[Note], search: _Search) -> Iterator[_Doubt]:
    """Undo recognitions that would split the notes of one bullet, or join those of several bullets.

    `**Oxygen** is element eight.` → `**Oxygen** is a gas.` and, in another bullet, `**Oxygen** is element sixteen.`:
    one would get the reviews of the sentence, the other those of the question *Explain: Oxygen*.
    """
    edited = [at for at, note_id in search.found.items() if search.notes[at].whole != search.entries[note_id].whole]
    if not edited:
        return
    homes = {at: (notes[at].place.of(), bullet_id(notes[at], note_id)) for at, note_id in search.found.items()}
    published = Counter(place for place, _ in {*homes.values()})
    present = Counter(bullet for _, bullet in {*homes.values()})
    for at in edited:
        place, bullet = homes[at]
        if published[place] > 1 or present[bullet] > 1:
            yield _Doubt(at, [search.found.pop(at)], [])


def bullet_id(note: Note, note_id: str) -> str:
    """The id to write after the bullet so that this one of its notes gets `note_id`."""
    return note_id.removesuffix(f"-{note.bullet_part}") if note.bullet_part else note_id


def _with_pins(notes: Iterable[Note], lock: Lock, renames: Mapping[str, str]) -> Lock:
    """The lock with published notes under the ids that authors have since written after the same text.

    A text that is still there without an id is not the one that got an id, nor is one below another term.
    """
    entries, lines = dict(lock.entries), dict(lock.lines)
    known = {note.id for note in notes} | {*renames}
    pinned = {note_text(note).said: note.id for note in notes if note.pinned_under and note.id not in entries}
    standing = {PASSES[0].by(note_text(note)) for note in notes if note.under} if pinned else set()
    for entry in lock.entries.values() if pinned else ():
        text = entry_text(entry)
        if entry.under and not entry.retired and entry.id not in known and PASSES[0].by(text) not in standing:
            new = pinned.pop(text.said, None)
            if new:
                entries[new] = replace(entries.pop(entry.id), id=new)
                lines[new] = lines.pop(entry.id, 1)
    return replace(lock, entries=entries, lines=lines)


def _with_ids(notes: Sequence[Note], found: Mapping[int, str], taken: set[str], lock: Lock) -> tuple[Note, ...]:
    """The notes with their ids: the published ones, and for new notes ids that no note ever had."""
    guids = {entry.guid for entry in lock.entries.values()}
    numbers: Counter[str] = Counter()
    bullets: dict[Location, str] = {}
    named: list[Note] = []
    for at, note in enumerate(notes):
        place = note.place.of() if note.under else None
        note_id = found.get(at, "") if place else note.id
        if not note_id:
            # The digest keeps apart the ids that two branches give to different notes, or a lost lock would give again.
            proposal = f"{note.id}-{digest(note.text, note.front, note.back)[:5]}"
            note_id = proposal = f"{bullets[place]}-{note.bullet_part}" if place in bullets else proposal
            while note_id in taken or (guids and guid(lock.deck.id, note_id) in guids):
                numbers[proposal] += 1
                note_id = f"{proposal}-{numbers[proposal] + 1}"
            taken.add(note_id)
        if place:
            bullets.setdefault(place, bullet_id(note, note_id))
        named.append(note if note.id == note_id else replace(note, id=note_id))
    return tuple(named)


def _doubtful(doubts: Iterable[_Doubt], notes: Sequence[Note], named: Sequence[Note], lock: Lock) -> Iterable[Problem]:
    by_place: dict[Location, _Doubt] = {}
    for doubt in doubts:
        by_place.setdefault(notes[doubt.at].place.of(), doubt)
    firsts = [note for note in reversed(named) if note.under and not note.bullet_part] if by_place else []
    bullets = {note.place.of(): note.id for note in firsts}
    for place, doubt in by_place.items():
        note = notes[doubt.at]
        ids = " or ".join(f"`{note_id}` ({lock.at(note_id)})" for note_id in doubt.ids)
        rivals = sorted({notes[at].place.of() for at in doubt.rivals} - {place})
        others = f", as may {' and '.join(map(str, rivals))}" if rivals else ""
        message = f"this may be {ids}, edited{others}, or a new note: review history depends on which it is"
        first = bullets.get(place, "")
        pin = first if note.bullet_part and first in lock.entries else bullet_id(note, doubt.ids[0])
        hint = f"end the text with `{{#{pin}}}` if it is the same note, or with a new id of your own if it is new"
        yield problem("RC222", place, message, hint)
