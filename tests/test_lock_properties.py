"""The lock over random histories of a deck: identity is never lost or reused, and times never go back."""

from __future__ import annotations

import hashlib
import html
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs
from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.content import Content
from rolecards.notes.look import read_looks
from rolecards.notes.note import Note, guid
from rolecards.problems import ContentError, Location
from rolecards.release.lock import FORMAT, Lock, read_lock, write_lock
from rolecards.release.release import Clock, Release, publish
from rolecards.schema.models import DeckSettings
from rolecards.templates import Templates, bundled_folder
from rolecards.words import worded

if TYPE_CHECKING:
    from collections.abc import Iterable

START = 1_700_000_000
DECK = DeckSettings(id="deck", name="Deck")
LOOKS = read_looks(worded(Templates(folders=(bundled_folder(),)), DECK)[0], DECK)
WORDS = st.text(alphabet="abc <>&{}'\t\n:|—é你", min_size=1, max_size=12).map(html.escape)
IDS = st.sampled_from([f"note-{letter}" for letter in "abcdefghij"])

STEPS = 50
"""Of one history; each is a case like those of the other tests."""

pytestmark = pytest.mark.fuzz


class Nowhere:
    """The place of a note that stands in no file."""

    def of(self, *_steps, key=False, words=""):
        return Location("content/deck.yaml")


def content(renames: dict[str, str] | None = None) -> Content:
    deck = structs.replace(DECK, renames=renames or {})
    return Content(
        deck=deck, roles={}, topics=(), entries={}, study=(), sources={}, media={}, credits={}, map=None,
        warnings=(), places={"@deck": Nowhere()},
    )  # fmt: skip


def question(note_id: str, front: str, back: str) -> Note:
    return Note(id=note_id, kind="fact", part="core", place=Nowhere(), front=front, back=back)


def errors(problems) -> list[str]:
    return [problem.code for problem in problems if problem.severity is Severity.ERROR]


@dataclass
class Learner:
    """What a learner's Anki has: per GUID the time of the note, and the text."""

    times: dict[str, int] = field(default_factory=dict)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, release: Release) -> None:
        """As Anki imports: a note is updated if its time is newer."""
        for item in release.published:
            name = item.entry.guid
            if item.entry.modified > self.times.get(name, 0):
                self.times[name] = item.entry.modified
                self.texts[name] = (item.note.front, item.note.back)


class Deck(RuleBasedStateMachine):
    """An author edits, moves, adds, removes and renames notes, with builds in between; a learner imports some of them."""

    @initialize()
    def start(self):
        self.notes: dict[str, Note] = {}
        self.lock = Lock(path="cards.lock")
        self.now = START
        self.renames: dict[str, str] = {}
        self.used: set[str] = set()
        self.learner = Learner()

    @rule(note_id=IDS, front=WORDS, back=WORDS)
    def write(self, note_id, front, back):
        known = set(self.lock.entries) | set(self.renames)
        if note_id in self.notes or note_id not in known:
            self.notes[note_id] = question(note_id, front, back)

    @precondition(lambda self: self.notes)
    @rule(data=st.data())
    def remove(self, data):
        del self.notes[data.draw(st.sampled_from(sorted(self.notes)))]

    @precondition(lambda self: self.notes)
    @rule(data=st.data())
    def rename(self, data):
        old = data.draw(st.sampled_from(sorted(self.notes)))
        new = f"{old}-x"
        if old in self.lock.entries and new not in self.lock.entries and new not in self.notes:
            self.notes[new] = replace(self.notes.pop(old), id=new)
            self.renames[old] = new
            self.build(0, imported=False)

    @precondition(lambda self: self.notes)
    @rule(data=st.data())
    def reorder(self, data):
        order = data.draw(st.permutations(sorted(self.notes)))
        self.notes = {note_id: self.notes[note_id] for note_id in order}

    @rule(seconds=st.integers(-5, 1000), imported=st.booleans())
    def build(self, seconds, imported):
        """`seconds` may be negative: SOURCE_DATE_EPOCH can lie before the last build."""
        self.now += max(seconds, 1)
        clock = Clock(stamp=self.now + min(seconds, 0), now=self.now + 1000)
        before = self.lock.entries
        release, problems = publish(content(self.renames), list(self.notes.values()), LOOKS, self.lock, clock)
        if "RC216" in errors(problems):
            return  # a new id has the text that another note gives up in the same build
        if errors(problems):
            # The author is asked if a note goes in the same build in which a similar one comes.
            assert set(errors(problems)) == {"RC209"}
            assert {entry.id for entry in before.values() if not entry.retired} - self.notes.keys()
            assert self.notes.keys() - before.keys()
            return
        self.lock = read_lock("cards.lock", write_lock(release.lock))
        assert {key: entry.modified for key, entry in self.lock.entries.items()} == {
            key: entry.modified for key, entry in release.lock.entries.items()
        }
        self.times_only_grow(before)
        if imported:
            self.learner.take(release)
            for item in release.published:
                text = self.learner.texts[item.entry.guid]
                assert text == (item.note.front, item.note.back), "a correction did not arrive"

    def times_only_grow(self, before):
        after = {entry.guid: entry for entry in self.lock.entries.values()}
        for entry in before.values():
            now = after[entry.guid]
            assert now.modified >= entry.modified
            assert (now.number, now.created) == (entry.number, entry.created)
            if now.fingerprint != entry.fingerprint or bool(now.retired) != bool(entry.retired):
                assert now.modified > entry.modified

    @invariant()
    def no_identity_is_lost_or_shared(self):
        if not hasattr(self, "lock"):
            return
        guids = [entry.guid for entry in self.lock.entries.values()]
        assert len(set(guids)) == len(guids)
        assert self.used <= set(guids)
        self.used |= set(guids)
        assert sorted(entry.number for entry in self.lock.entries.values()) == list(range(1, len(guids) + 1))


TestDeck = Deck.TestCase
TestDeck.settings = settings(max_examples=max(25, settings().max_examples // STEPS), stateful_step_count=STEPS)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abcdef")), max_size=12), st.booleans())
def test_lines_of_renames_stay_valid_in_whatever_order_notes_were_renamed(moves, kept):
    texts = ("Who prunes the apple trees?", "What does a ferry carry?", "Why do bells ring at noon?")
    ids, lock, renames, now = ["a", "b", "c"], Lock(path="cards.lock"), dict[str, str](), START
    for at, new in [(0, "a"), *moves]:
        if new not in ids:
            renames = {**(renames if kept else {}), ids[at]: new}
            ids[at] = new
        for _ in range(2):
            now += 1
            notes = [question(note_id, text, text.upper()) for note_id, text in zip(ids, texts, strict=True)]
            release, problems = publish(content(renames), notes, LOOKS, lock, Clock(stamp=now, now=now))
            assert not problems, renames
            before, lock = lock, release.lock
        assert before.entries == lock.entries
        assert [lock.entries[note_id].guid for note_id in ids] == [guid("deck", first) for first in "abc"]


def test_a_note_can_change_in_a_hundred_builds_a_minute_and_each_change_is_newer_by_a_second():
    lock = Lock(path="cards.lock")
    for at in range(100):
        notes = [question("note-a", "What does a ferry carry?", f"{at} cars")]
        release, problems = publish(content(), notes, LOOKS, lock, Clock(stamp=START, now=START))
        assert not problems
        lock = read_lock("cards.lock", write_lock(release.lock))
    assert lock.entries["note-a"].modified == START + 99


@given(st.dictionaries(IDS, st.tuples(WORDS, WORDS), min_size=1), st.randoms())
def test_what_is_written_is_read_back_whatever_order_its_lines_are_in(texts, random):
    made = [question(note_id, *text) for note_id, text in texts.items()]
    release, _ = publish(content(), made, LOOKS, Lock(path="cards.lock"), Clock(stamp=START, now=START))
    text = write_lock(release.lock)
    first, *lines = text.split("\n")
    random.shuffle(lines)
    assert write_lock(read_lock("cards.lock", "\n".join([first, *lines]))) == text


@given(st.dictionaries(IDS, st.tuples(WORDS, WORDS), min_size=2), st.data())
def test_changes_of_two_branches_to_different_notes_merge_line_by_line(texts, data):
    base = [question(note_id, *text) for note_id, text in texts.items()]
    first, _ = publish(content(), base, LOOKS, Lock(path="cards.lock"), Clock(stamp=START, now=START))
    ours_id, theirs_id = data.draw(st.permutations(sorted(texts)))[:2]
    branches = [
        publish(content(), _changed(base, note_id), LOOKS, first.lock, Clock(stamp=START + 9, now=START + 9))[0].lock
        for note_id in (ours_id, theirs_id)
    ]
    both = _changed(_changed(base, ours_id), theirs_id)
    wanted, _ = publish(content(), both, LOOKS, first.lock, Clock(stamp=START + 9, now=START + 9))
    assert _merged(*map(write_lock, (branches[0], first.lock, branches[1]))) == write_lock(wanted.lock)


def _changed(made: list[Note], note_id: str) -> list[Note]:
    return [replace(note, back=f"{note.back} changed") if note.id == note_id else note for note in made]


def _merged(ours: str, base: str, theirs: str) -> str:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_text(text, encoding="utf-8")
        command = ["git", "merge-file", "-p", *map(str, paths)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout


LINES = (
    'note-a\tcloze\t1\t2023-11-14T22:13:20Z\t2023-11-14T22:13:20Z\t-\t0123456789abcdef\t-\t-\tabc\t{"1": "x"}\t{{c1::front}}\tback',
    '@note-type\tqa\t5\tQ&A\tqa\t2023-11-14T22:13:20Z\t[["Id", 1]]\t[["Card", 2]]\tdef',
    '@note-type\tcloze\t6\tCloze\tcloze\t2023-11-14T22:13:20Z\t[["Id", 1]]\t[["Card", 3]]\tdef',
    "@deck\tdeck\tDeck\t1",
)
COLUMN = st.one_of(
    st.text(max_size=12),
    st.integers(-5, 10**20).map(str),
    st.sampled_from(
        ["qa", "note-b", "-", "\u0663", "1e9", "2023-11-14T22:13:20Z", "2023-11-14", "0001-01-01", "9999-12-31"]
    ),
    st.sampled_from(["{}", "[1]", '{"1": [2]}', '{"x": "y"}', "null", "1e999", "[" * 9_999]),
)


@st.composite
def _changed_lines(draw) -> list[str]:
    lines = []
    for line in LINES:
        columns = line.split("\t")
        for at in draw(st.sets(st.integers(0, len(columns) - 1), max_size=1)):
            columns[at] = draw(COLUMN)
        lines.append("\t".join(columns))
    return lines


def _with(at: int, column: int, value: str) -> list[str]:
    columns = LINES[at].split("\t")
    columns[column] = value
    return [*LINES[:at], "\t".join(columns), *LINES[at + 1 :]]


def test_the_lines_that_are_changed_below_are_a_lock():
    assert read(LINES).entries.keys() == {"note-a"}


@example(_with(0, 10, "[1]"))
@example(_with(0, 10, "null"))
@example(_with(0, 10, "[" * 9_999))
@example(_with(3, 3, str(10**18)))
@given(_changed_lines())
def test_lines_that_check_but_say_anything_are_entries_or_problems(bodies):
    with suppress(ContentError):
        assert write_lock(read(bodies))


def read(bodies: Iterable[str]) -> Lock:
    checked = [f"{body}\t{hashlib.sha256(body.encode(errors='replace')).hexdigest()[:6]}" for body in bodies]
    return read_lock("cards.lock", "\n".join([f"rolecards lock {FORMAT}", *checked]))


@given(st.text(max_size=400))
def test_no_text_whatever_breaks_the_reader(text):
    for start in ("", f"rolecards lock {FORMAT}\n"):
        with suppress(ContentError):
            assert read_lock("cards.lock", start + text).entries == {}
