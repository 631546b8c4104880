"""Notes compared with the lock: which are new, changed, renamed or retired, and what is refused to protect learners."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, islice

from msgspec import Struct
from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.content import Content
from rolecards.notes.look import Look
from rolecards.notes.note import Note, digest, guid
from rolecards.notes.note_type import FieldName, Form
from rolecards.problems import Problem, problem
from rolecards.release.lock import LOCK_NAME, DeckEntry, Entry, Lock, TypeEntry
from rolecards.release.recognise import Text, bullet_id, by_word, entry_text, recognised, sharing
from rolecards.release.renames import refused_renames, renamed
from rolecards.release.renumber import hidden_words, moved_clozes, renumbered, same_cards
from rolecards.release.twins import NEAR, alike, may_be_twins
from rolecards.schema.models import Role
from rolecards.text import cloze
from rolecards.text.plain import to_plain

LEEWAY = 3_600  # seconds that a time may lie ahead: each build that changes a note adds one, and clocks differ
RENAMED = 0.85  # similarity of question and answer from which a new note may be one that disappeared
NEARER = 0.1  # how much more similar a text is to another note's than to its own if it is clearly the other's
_CONSEQUENCES = {"RC207", "RC210"}  # effects on published cards, which are not known yet if there is an error
_NAMES: dict[Form, str] = {"qa": "a question with an answer", "cloze": "a cloze text"}
_START_OVER = "if nobody has the deck yet, delete cards.lock and build: the deck then starts over"


class Clock(Struct, frozen=True, kw_only=True):
    """The time, as far as a build may know it. Seconds since 1970."""

    stamp: int  # given to what changes: SOURCE_DATE_EPOCH or now
    now: int  # what this machine's clock says: nothing may be published from the future


class Published(Struct, frozen=True, kw_only=True):
    """A note with its entry in the lock."""

    note: Note
    entry: Entry
    fields: Mapping[FieldName, str]


class Release(Struct, frozen=True, kw_only=True):
    """What a build publishes."""

    published: tuple[Published, ...]  # by card number
    lock: Lock
    new: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]  # ids that this build retires; all retired notes are in the lock
    renamed_roles: Mapping[str, str]  # by published name, the present one; without names that are aliases now

    @property
    def modified(self) -> int:
        """When anything in it last changed."""
        notes = [entry.modified for entry in self.lock.entries.values()]
        return max(notes + [entry.modified for entry in self.lock.types.values()], default=0)


def publish(
    content: Content, notes: Sequence[Note], looks: Sequence[Look], lock: Lock, clock: Clock
) -> tuple[Release, list[Problem]]:
    """The release that brings the lock up to date with the notes, and its problems."""
    notes, lock, unclear = recognised(notes, lock, content.deck.renames)
    by_id = {note.id: note for note in notes}
    entries, problems = same_cards(content, by_id, renamed(content.deck.renames, by_id, lock))
    notes = tuple(renumbered(note, entries.get(note.id)) for note in notes)
    gone = [entry for entry in entries.values() if entry.id not in by_id and not entry.retired]
    fresh = [note for note in notes if note.id not in entries]
    published = [*_published(content.deck.id, notes, entries, clock)]
    problems += [*unclear, *_another_deck(content, lock), *_from_the_future(lock, clock)]
    owners = {entry.guid: entry for entry in entries.values()}
    for item in published:
        problems += _refused(item, entries.get(item.note.id), owners, lock, content.deck.parts)
    problems += _vanished(gone, fresh, lock)
    types, type_problems = _types(looks, lock, clock)
    retired = {entry.id: replace(entry, retired=_later(entry, clock), modified=_later(entry, clock)) for entry in gone}
    after = entries | retired | {item.entry.id: item.entry for item in published}
    deck = DeckEntry(id=content.deck.id, name=content.deck.name, numbers=_highest(after))
    before = {entry.guid: entry for entry in lock.entries.values()}
    release = Release(
        published=tuple(sorted(published, key=lambda item: item.entry.number)),
        lock=replace(lock, deck=deck, entries=after, types=types),
        new=tuple(item.note.id for item in published if item.note.id not in entries),
        changed=tuple(item.note.id for item in published if before.get(item.entry.guid, item.entry) != item.entry),
        retired=tuple(retired),
        renamed_roles=dict(_renamed_roles(published, entries)),
    )
    if lock.deck.id in ("", content.deck.id):  # else every note type differs, too
        problems += type_problems
    problems += refused_renames(content, entries, by_id.keys(), {*release.changed} & lock.entries.keys())
    problems += _said_before(release, entries, lock)
    if any(each.severity is Severity.ERROR for each in problems):
        problems = [each for each in problems if each.code not in _CONSEQUENCES]
    return release, problems


def _highest(entries: Mapping[str, Entry]) -> int:
    return max((entry.number for entry in entries.values()), default=0)


def _renamed_roles(published: Iterable[Published], entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    for item in published:
        role, before = item.note.written, entries.get(item.note.id)
        if isinstance(role, Role) and before and to_plain(item.note.back) == role.name:
            name = to_plain(before.back)
            if name not in (role.name, *role.aliases):
                yield name, role.name


def _published(deck_id: str, notes: Sequence[Note], entries: Mapping[str, Entry], clock: Clock) -> Iterator[Published]:
    numbers = count(_highest(entries) + 1)
    seconds = {entry.created for entry in entries.values()}
    fresh = sum(note.id not in entries for note in notes)
    free = (second for second in range(clock.stamp, 0, -1) if second not in seconds)
    created = sorted(islice(free, fresh), reverse=True)
    for note in notes:
        entry = entries.get(note.id)
        if not entry:
            number, second, identity = next(numbers), created.pop(), guid(deck_id, note.id)
            entry = Entry(id=note.id, note_type=note.form, number=number, created=second, guid=identity)
        fields = note.fields(entry.number)
        fingerprint = _fingerprint(fields, note.tags(deck_id))
        yield Published(note=note, entry=_brought_up(entry, note, fingerprint, clock), fields=fields)


def _brought_up(entry: Entry, note: Note, fingerprint: str, clock: Clock) -> Entry:
    """The entry with the note's present content; its time changes only if the content changed or it was retired."""
    if fingerprint == entry.fingerprint and not entry.retired:
        return entry if note.under == entry.under else replace(entry, under=note.under)
    entry = replace(entry, modified=_later(entry, clock), retired=0, under=note.under, fingerprint=fingerprint)
    hides = {**entry.hides, **hidden_words(note)}
    return replace(entry, hides=hides, front=note.text or note.front, back=note.back)


def _later(entry: Entry | TypeEntry, clock: Clock) -> int:
    """Anki drops an update that is not newer than what the learner has."""
    return max(clock.stamp, entry.modified + 1)


def _fingerprint(fields: Mapping[FieldName, str], tags: Iterable[str]) -> str:
    return digest(*chain.from_iterable(fields.items()), " ".join(tags))


def _types(looks: Sequence[Look], lock: Lock, clock: Clock) -> tuple[dict[str, TypeEntry], list[Problem]]:
    """The note types as published now; the time of one changes only if its name, its fields' names or its look did."""
    fresh = {entry.key: entry for entry in (_type_entry(look, clock.stamp) for look in looks)}
    types = dict(lock.types)
    for key, entry in fresh.items():
        before = types.get(key, entry)
        same = replace(before, modified=entry.modified) == entry
        types[key] = before if same else replace(entry, modified=_later(before, clock))
    message = (
        "the note type “{}” was published with another id, other fields or other card templates: "
        "Anki would make a copy of it in every learner's collection and never update a published card again"
    )
    return types, [
        problem("RC220", lock.at(f"@{key}"), message.format(entry.name), "use the rolecards that wrote this lock")
        for key, entry in lock.types.items()
        if key not in fresh or fresh[key].schema != entry.schema
    ]


def _type_entry(look: Look, stamp: int) -> TypeEntry:
    note_type = look.note_type
    return TypeEntry(
        key=note_type.key,
        id=note_type.id,
        name=note_type.name,
        form=note_type.form,
        modified=stamp,
        fields=tuple((field.name, field.id) for field in note_type.fields),
        templates=tuple((template.name, template.id) for template in note_type.templates),
        look=digest(look.css, *(side for sides in look.sides for side in sides)),
    )


def _refused(
    item: Published, entry: Entry | None, owners: Mapping[str, Entry], lock: Lock, parts: Mapping[str, str]
) -> Iterator[Problem]:
    """Why the note must not be published as `entry`; `owners` has the entries by GUID, `parts` the deck's own parts."""
    note = item.note
    if entry is None:
        if owner := owners.get(item.entry.guid):
            message = f"the id `{note.id}` is taken: `{owner.id}` was published under it ({lock.at(owner.id)})"
            yield problem("RC203", note.place.of(), message, "choose another id")
    elif entry.retired and not note.under and not note.bullet_part:
        message = f"the id `{note.id}` was retired ({lock.at(note.id)}): learners would see it as the old card"
        hint = (
            "choose another id to make it a new card; if nothing was released since it was retired, "
            "restore the earlier lock from git to get the old card back with its reviews; " + _START_OVER
        )
        yield problem("RC204", note.place.of(), message, hint)
    elif entry.form != note.form:
        was, now = _NAMES[entry.form], _NAMES[note.form]
        message = f"`{note.id}` was published as {was}; Anki can't turn it into {now}, so learners would never get it"
        yield problem("RC205", note.place.of(), message, "give it a new id; the old note is then retired")
    else:
        yield from moved_clozes(note, entry)  # even of an unchanged note: `--after` may add numbers
        yield from _other_part(item, entry, lock, parts) if item.entry.fingerprint != entry.fingerprint else ()


def _other_part(item: Published, entry: Entry, lock: Lock, parts: Mapping[str, str]) -> Iterator[Problem]:
    """A note of which only the part changed; in the lock, only the fingerprint depends on it."""
    note, fields = item.note, item.note.fields(entry.number)
    if _fingerprint(fields, note.tags(lock.deck.id)) != entry.fingerprint:
        for part, name in lock.deck.parts.items():
            before = _fingerprint(fields, replace(note, part=part).tags(lock.deck.id))
            if parts.get(note.part) != name and before == entry.fingerprint:
                message = f"learners who have this note keep it in “{name}”; only new learners get it in the new part"
                yield problem("RC230", note.place.of("part"), message)


def _another_deck(content: Content, lock: Lock) -> Iterator[Problem]:
    deck, place = lock.deck, content.places["@deck"]
    if deck.id not in ("", content.deck.id):
        message = f"the deck was published as `{deck.id}`: under another id every card is new to learners"
        yield problem("RC223", place.of("id"), message, f"restore that id; {_START_OVER}")
    elif deck.id and deck.name != content.deck.name:
        message = (
            f"the deck was published as “{deck.name}”: Anki finds decks by name, "
            "so the cards that learners have stay in the old deck and new ones go to another"
        )
        yield problem("RC224", place.of("name"), message, _START_OVER)


def _from_the_future(lock: Lock, clock: Clock) -> Iterator[Problem]:
    times = [(f"@{each.key}", f"the note type “{each.name}”", each.modified) for each in lock.types.values()]
    notes = lock.entries.values()
    times += [(each.id, f"`{each.id}`", max(each.modified, each.created, each.retired)) for each in notes]
    for name, shown, time in times:
        if time > clock.now + LEEWAY:
            loss = ": until then, learners' own edits of it would be lost" if name in lock.entries else ""
            hint = "check this machine's clock; if it is right, restore the line from git"
            yield problem("RC215", lock.at(name), f"the time of {shown} is in the future{loss}", hint)


def _vanished(gone: Sequence[Entry], fresh: Sequence[Note], lock: Lock) -> Iterator[Problem]:
    """Notes that were removed: each is retired, unless a new note with nearly the same text may be the same note.

    The author must decide: once the lock has both, learners who got the new card cannot get the old one back.
    """
    said = [(note, _all_of(note.text or note.front, note.back)) for note in fresh if gone]
    for entry in gone:
        at = lock.at(entry.id)
        if new := _renamed_to(entry, said):
            message = f"this looks like `{entry.id}` ({at}) with a new id: learners would lose their reviews of it"
            in_notes = new.kind == "note"
            same = f"add to deck.yaml: `renames: {{{entry.id}: {new.id}}}`"
            if in_notes and (new.under or entry.under):
                same = f"end the text with `{{#{bullet_id(new, entry.id)}}}`"
            # An id that the author wrote says that the note is new; it may have been written in an edit of the old one.
            severity = Severity.WARNING if in_notes and entry.under else None
            other = "" if severity else "; if it is a different card, build once without the new one"
            yield problem("RC209", new.place.of("id"), message, f"if it is the same, {same}{other}", severity=severity)
        else:
            message = f"`{entry.id}` is no longer in the content: the build retires card {entry.number}"
            for_good = ("", "") if entry.under else (" for good", f"; after a build, {LOCK_NAME} from git too")
            hint = "if you removed it by mistake, restore the exact text"
            yield problem("RC210", at, message + for_good[0], hint + for_good[1])


def _said_before(release: Release, entries: Mapping[str, Entry], lock: Lock) -> Iterator[Problem]:
    """Notes that now say or ask what another one was published with; without an id of the author's, it is that one."""
    touched = {*release.new, *release.changed}
    if not touched:
        return
    texts, askers = {_said(entry): entry.id for entry in entries.values()}, _askers(entries.values())
    now = {item.note.id: item.entry for item in release.published}
    living = (entry for entry in entries.values() if not entry.retired)
    lost = [entry for entry in living if entry.id not in now or _said(now[entry.id]) != _said(entry)]
    having = by_word((entry.id, entry_text(entry)) for entry in lost)
    standing = {_said(item.entry): item for item in release.published if item.note.under}
    for item in release.published:
        note, entry, before = item.note, item.entry, entries.get(item.note.id)
        if note.id not in touched or note.under or (before and _said(before) == _said(entry)):
            continue
        owner = texts.get(_said(entry), "")
        if before and not before.retired and (other := standing.get(_said(before))):
            message = (
                f"{other.note.place.of()} says what `{note.id}` said: learners' reviews would count for another text"
            )
            hint = f"write `{note.id}` there, and a new id here"
            yield problem("RC216", note.place.of("id"), message, hint)
            continue
        if not owner or (owner in now and _said(now[owner]) == _said(entry)):
            # With an id in the notes, other hidden words in the same sentence are a correction.
            corrected = note.pinned_under and note.text and before and entry_text(before).rest == entry_text(entry).rest
            owner = "" if corrected else _asker(entry, askers, entries, now) or _nearer(entry, entries, having)
        said = f"this says what `{owner}` ({lock.at(owner)}) said"
        if owner and not before and entries[owner].retired:
            hint = f"if nothing has been released since, restore the earlier lock from git, and use the id `{owner}`"
            message = f"{said}, which is retired: to learners it is a new card"
            yield problem("RC217", note.place.of("id"), message, hint)
        elif owner and (before or owner in now):
            hint = "give each text its old id back; if both are corrected, build after each correction"
            if entries[owner].retired:
                hint = "that id is retired: if this is a correction, reword it slightly; otherwise give it a new id"
            message = f"{said}: learners' reviews would count for another text"
            yield problem("RC216", note.place.of("id"), message, hint)


def _asker(entry: Entry, askers: Mapping[str, str], entries: Mapping[str, Entry], now: Mapping[str, Entry]) -> str:
    """The id of the note that asked for what this one asks for instead of its own, and that no longer does."""
    before = entries.get(entry.id)
    asks, asked = _asks(entry), _asks(before) if before else set()
    for words in sorted(asks - asked):
        owner = askers.get(words)
        lost = owner and (owner not in now or words not in _asks(now[owner]))
        if owner and lost and (not asked <= asks if before else _asks(entries[owner]) <= asks):
            return owner
    return ""


def _nearer(entry: Entry, entries: Mapping[str, Entry], having: Mapping[str, Sequence[str]]) -> str:
    """The id of a note that lost its text, if this one is clearly closer to that than to its own.

    `having` has the ids of such notes by word.
    """
    if entry.id not in entries:
        return ""
    now = entry_text(entry)
    own = _likeness(entry_text(entries[entry.id]), now)
    others = (entries[note_id] for note_id in sharing(now, having) if note_id != entry.id)
    near = ((_likeness(entry_text(other), now), other.id) for other in others if other.form == entry.form)
    likeness, other_id = max(near, default=(0.0, ""))
    return other_id if likeness >= max(NEAR, own + NEARER) else ""


def _likeness(before: Text, now: Text) -> float:
    """The similarity of the texts; 0 if their difference tells twins apart."""
    if before.rest == now.rest if now.is_cloze else before.key == now.key:
        return 1
    old, new = (text.whole if text.is_cloze else text.key[0] for text in (before, now))
    return 0 if may_be_twins(old, new) else alike(old, new)


def _askers(entries: Iterable[Entry]) -> dict[str, str]:
    """By what only one living note asks for, its id; empty for what several ask for."""
    askers: dict[str, str] = {}
    for entry in entries:
        for words in () if entry.retired else _asks(entry):
            askers[words] = "" if words in askers else entry.id
    return askers


def _asks(entry: Entry) -> set[str]:
    return {to_plain(words) for words in cloze.hidden(cloze.parse_field(entry.front)).values()} or {entry.front}


def _said(entry: Entry) -> tuple[str, str]:
    return " ".join(entry.front.split()), " ".join(entry.back.split())


def _renamed_to(entry: Entry, said: Iterable[tuple[Note, str]]) -> Note | None:
    """The new note that says nearly what the entry says, in the same form."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most builds have no two texts to compare

    # A note and an entry both without an id of their author's were compared before.
    alike = [(note, text) for note, text in said if note.form == entry.form and not (note.under and entry.under)]
    texts = [text for _, text in alike]
    wanted = _all_of(entry.front, entry.back)
    found = process.extractOne(wanted, texts, scorer=fuzz.ratio, score_cutoff=RENAMED * 100)
    return alike[found[2]][0] if found else None


def _all_of(front: str, back: str) -> str:
    """All words of a note, including those that it hides."""
    return to_plain(f"{cloze.reveal(cloze.parse_field(front))} {back}")
