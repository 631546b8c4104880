"""Runs all rules over a deck, and finds texts that call a renamed role by its published name."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter

from msgspec.structs import replace

from rolecards.check.deck import AuthorText, CheckedNote, Deck, entries, read_deck
from rolecards.check.deck import texts as author_texts
from rolecards.check.place import located
from rolecards.check.rule import RULES, Finding, Over
from rolecards.check.rules import accessibility, confusion, sources, structure, typography, wording
from rolecards.codes import CODES, Severity
from rolecards.content import Content
from rolecards.problems import Problem, first_of_many, limited, problem
from rolecards.release.edition import Edition

Codes = Collection[str]
FAMILIES = (structure, wording, confusion, sources, typography, accessibility)  # their import registers the rules


def problems(edition: Edition, texts: Mapping[str, str], only: Codes = ()) -> list[Problem]:
    """The violations as problems, at most `MOST_ALIKE` of a rule in one text; in study notes, only as warnings."""
    of_pages = {item.note.id: item.note.place for item in edition.release.published if item.note.kind == "note"}
    found = []
    for finding in limited(lint(edition, texts, only), attrgetter("code", "entry", "steps")):
        place = edition.content.places.get(finding.entry) or of_pages[finding.entry]
        severity = Severity.WARNING if finding.entry in of_pages else finding.severity
        found.append(located(replace(finding, severity=severity), place))
    return found


def lint(edition: Edition, texts: Mapping[str, str], only: Codes = ()) -> list[Finding]:
    """All violations that no `allow` permits, and unused `allow`s; or only the violations of some codes."""
    deck = read_deck(edition, texts)
    allowed = {(key, code) for key, entry in entries(edition.content) for code in getattr(entry, "allow", ())}
    used: set[tuple[str, str]] = set()
    kept: list[Finding] = []
    for finding in _violations(deck, only or RULES):
        passes = {(finding.entry, finding.code), ("@deck", finding.code)} & allowed
        used |= passes
        kept += [] if passes else [finding]
    if not only:
        kept += (replace(each, code=structure.UNUSED_ALLOW) for each in structure.unused(allowed, used))
    return [*first_of_many(kept, attrgetter("series"), "have this pattern")]


def _violations(deck: Deck, codes: Codes) -> Iterator[Finding]:
    subjects: dict[Over, Iterable[AuthorText | CheckedNote | Deck]] = {
        "text": deck.texts,
        "note": deck.notes,
        "fact": (item for item in deck.notes if item.is_fact and item.cards),
        "cloze": (item for item in deck.notes if item.note.text),
        "question": (item for item in deck.notes if item.is_fact and not item.note.text),
        "deck": (deck,),
        "exceptions": (),
    }
    read = {over: [*subjects[over]] for over in {RULES[code][0] for code in codes}}
    english = {over: [each for each in some if _is_english(each, deck)] for over, some in read.items()}
    for code, (over, check) in RULES.items():
        for subject in (english if CODES[code].english else read)[over] if code in codes else ():
            for finding in check(deck) if subject is deck else check(subject, deck):
                yield replace(finding, code=code, series=None if finding.series is None else (code, finding.series))


def _is_english(subject: AuthorText | CheckedNote | Deck, deck: Deck) -> bool:
    """Whether the rules that depend on English words apply to a text, a note or the deck."""
    language = subject.note.language if isinstance(subject, CheckedNote) else ""
    return (language or deck.content.deck.language).partition("-")[0].casefold() == "en"


def old_role_names(content: Content, renamed: Mapping[str, str]) -> Iterator[Problem]:
    """A warning for each text with a former role name; `renamed` leads from former names to present ones."""
    names = {name.casefold(): (name, now) for name, now in renamed.items()}
    former = re.compile("|".join(rf"\b{re.escape(name)}s?\b" for name in renamed), re.IGNORECASE)
    for text in author_texts(content) if renamed else ():
        if found := former.search(text.value):
            words = found[0]
            before, now = names.get(words.casefold()) or names[words.casefold().removesuffix("s")]
            message = f"this still says “{words}”; the role “{before}” is called “{now}” now"
            hint = "use the new name, or list the old one under `aliases` of the role"
            place = content.places[text.entry].of(*text.steps, words=words)
            yield problem("RC226", place, message, hint, words=words)
