"""What an entry adds to its note besides the texts: pictures, a sound, a hint, the question of a second card."""

import html
import re
from collections.abc import Iterable, Iterator
from os.path import normpath

from msgspec import UnsetType
from msgspec.structs import replace

from rolecards.content import Content
from rolecards.notes import index
from rolecards.notes.note import Note, Shown
from rolecards.problems import Problem, problem
from rolecards.schema.models import Fact, Picture
from rolecards.text.field import to_html
from rolecards.text.plain import to_plain

_TEXTS = ("text", "front", "back", "choices", "why", "context", "hint", "reverse", "reverse_answer")
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')


def with_extras(note: Note, content: Content) -> Note:
    """The note with everything that its entry adds to it, and with the files of the pictures in its texts."""
    note = _with_pictures(_with_entry(note, content), content)
    if not note.media:
        return note
    paths = dict.fromkeys(file.path for file in note.media)
    asked = [credit for path in paths if (credit := content.credits.get(path)) and credit.is_asked_for]
    return replace(note, credit="<br>".join(credit.html for credit in asked))


def _with_pictures(note: Note, content: Content) -> Note:
    """The note whose texts name pictures as the package does."""
    shown: list[Shown] = []

    def renamed(picture: re.Match[str]) -> str:
        file = content.media.get(html.unescape(picture[1]))
        if file is None:
            return picture[0]  # of a template
        shown.append(Shown(file, html.unescape(picture[2])))
        return f'<img src="{file.name}" alt="{picture[2]}">'

    texts = {key: _PICTURE.sub(renamed, text) for key in _TEXTS if "<img" in (text := getattr(note, key))}
    return replace(note, **texts, pictures=tuple(shown)) if shown else note


def _with_entry(note: Note, content: Content) -> Note:
    entry = note.written
    if entry is None:
        return note
    image, back_image = (_shown(picture, content) for picture in (entry.image, entry.back_image))
    sound = content.media[normpath(entry.sound)] if entry.sound else None
    note = replace(note, image=image, back_image=back_image, sound=sound, hint=to_html(entry.hint))
    if isinstance(entry, Fact) and (entry.reverse or entry.typed):
        typed = to_plain(note.back) if entry.typed == "yes" else entry.typed.strip()
        answer = to_html(entry.reverse_answer)
        note = replace(note, reverse=to_html(entry.reverse), reverse_answer=answer, typed=typed)
    return note


def _shown(picture: Picture | UnsetType, content: Content) -> Shown | None:
    return Shown(content.media[normpath(picture.file)], to_plain(to_html(picture.shows))) if picture else None


def extra_problems(notes: Iterable[Note], roles_by_claim: index.Index) -> Iterator[Problem]:
    """Words that cannot be typed, and questions of second cards that have several right answers."""
    for note in notes:
        fact = note.written
        if not isinstance(fact, Fact):
            continue
        if fact.typed == "yes" and " ".join(html.unescape(note.back).split()) != note.typed:
            message = "the answer has markup or several lines, which nobody can type"
            yield problem("RC124", note.place.of("typed"), message, "write the word to type after `typed:`")
        if "\n" in note.typed:
            yield problem("RC124", note.place.of("typed"), "what learners type must be one line")
        elif not note.typed.isprintable():
            yield problem("RC124", note.place.of("typed"), "what learners type contains a character without a key")
        claims = index.claims(fact.index)
        roles = index.roles_with(roles_by_claim, claims) if fact.reverse and claims else ()
        if len(roles) > 1:
            keywords = " and ".join(f"`{relation}: {value}`" for relation, value in claims)
            answers = ", ".join(f"`{role}`" for role in roles)
            message = f"the question under `reverse` has several right answers: {keywords} fits {answers}"
            yield problem("RC401", note.place.of("reverse"), message, "ask for all of them with an `ask: set` question")
