"""A difference as text for a terminal, as Markdown for a pull request or release notes, and as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rolecards.compare.words import Span, TextChange
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolecards.compare.diff import (
        CardChange,
        Caution,
        DeckMove,
        Difference,
        MediaChange,
        NoteChange,
        NoteLabel,
        TagChange,
    )
    from rolecards.compare.note_type_diff import NoteTypeChange

CONTEXT = 40
"""Characters of unchanged text that are shown on either side of a change, cut at a word."""
LONG = 20
"""Entries from which on a section of the Markdown is folded up."""
MOST_NAMES = 10
"""Notes that a caution names; the others it counts."""

_RED, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
_MARKS = {"removed": ("[-", "-]", _RED), "added": ("{+", "+}", _GREEN)}
_HTML_TAGS = {"removed": "del", "added": "ins"}
_MARKDOWN = re.compile(r"[\\`*_\[\]|~]")
_REFERENCE = re.compile(r"[@#](?=\w)|:(?=[\w+-]+:)")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a section: what it is about, and what happened to it as texts of spans."""

    sign: str
    name: str
    details: tuple[tuple[str, tuple[Span, ...]], ...] = ()


def as_text(difference: Difference, *, colour: bool) -> str:
    """For a terminal: `[-old-]` and `{+new+}`, in red and green too where colour is asked for."""
    lines = [f"{printable(difference.old)} → {printable(difference.new)}: {summary(difference)}"]
    for caution in difference.cautions:
        lines += ["", f"! {_caution(caution)}"]
    for title, entries in _sections(difference):
        lines += ["", _styled(f"{title} ({len(entries)})", _BOLD, colour=colour)]
        lines += chain.from_iterable(_text_entry(entry, colour=colour) for entry in entries)
    return "\n".join(lines) + "\n"


def as_markdown(difference: Difference) -> str:
    """For a pull request or release notes; long sections are folded up, the content can't break the page."""
    names = (_escaped(Path(path).name) for path in (difference.old, difference.new))
    lines = ["## " + " → ".join(names), "", summary(difference)[0].upper() + summary(difference)[1:] + "."]
    if difference.cautions:
        lines += ["", *(f"- ⚠️ {_escaped(_caution(caution))}" for caution in difference.cautions)]
    for title, entries in _sections(difference):
        body = list(chain.from_iterable(map(_markdown_entry, entries)))
        lines += ["", *_markdown_section(f"{title} ({len(entries)})", body, folded=len(entries) > LONG)]
    return "\n".join(lines) + "\n"


def as_json(difference: Difference) -> str:
    """For programs: the keys are the field names of `Difference` and its parts, in their order."""
    return json.dumps(asdict(difference), indent=2) + "\n"


def summary(difference: Difference) -> str:
    """Give the counts in one clause, such as `1 added, 2 changed`."""
    counts = {
        "added": difference.added,
        "changed": difference.changed,
        "retagged": difference.retagged,
        "retired": difference.retired,
        "removed": difference.removed,
    }
    notes = ", ".join(f"{len(entries)} {word}" for word, entries in counts.items() if entries)
    return notes or ("no note changed" if _sections(difference) else "nothing changed")


def _sections(difference: Difference) -> list[tuple[str, list[_Entry]]]:
    sections = [
        ("Note types changed", [*map(_note_type, difference.note_types)]),
        ("Notes added", [_labelled("+", note) for note in difference.added]),
        ("Notes changed", [*map(_note, difference.changed)]),
        ("Notes retagged", [*map(_tags, difference.retagged)]),
        ("Notes retired", [_labelled("-", note) for note in difference.retired]),
        ("Notes removed", [_labelled("-", note) for note in difference.removed]),
        ("Cards gained and lost", [*map(_cards, difference.cards)]),
        ("Cards in another deck", [*map(_move, difference.moved)]),
        ("Media", [*_media(difference.media)]),
    ]
    return [(title, entries) for title, entries in sections if entries]


def _same(text: str) -> tuple[Span, ...]:
    return (Span("same", printable(text)),)


def _replaced(old: str, new: str) -> tuple[Span, ...]:
    spans = (Span("removed", printable(old)), Span("added", printable(new)))
    return tuple(span for span in spans if span.text)


def _labelled(sign: str, note: NoteLabel) -> _Entry:
    return _Entry(sign, note.name, (("", _same(note.text)),) if note.text else ())


def _note(change: NoteChange) -> _Entry:
    return _Entry("~", change.note.name, tuple(map(_text_change, change.fields)))


def _text_change(change: TextChange) -> tuple[str, tuple[Span, ...]]:
    return change.name, tuple(_in_context(change.spans))


def _in_context(spans: Sequence[Span]) -> Iterator[Span]:
    """Cut long unchanged stretches down to what stands next to a change."""
    last = len(spans) - 1
    for place, span in enumerate(spans):
        if span.kind != "same" or len(span.text) <= 3 * CONTEXT:
            yield span
            continue
        start = "" if place == 0 else span.text[:CONTEXT].rpartition(" ")[0] + " "
        end = "" if place == last else " " + span.text[-CONTEXT:].partition(" ")[2]
        yield Span("same", f"{start}…{end}")


def _tags(change: TagChange) -> _Entry:
    return _Entry("~", change.note.name, (("tags", _replaced(" ".join(change.removed), " ".join(change.added))),))


def _cards(change: CardChange) -> _Entry:
    numbers = (", ".join(map(str, cards)) for cards in (change.removed, change.added))
    return _Entry("~", change.note.name, (("card", _replaced(*numbers)),))


def _move(move: DeckMove) -> _Entry:
    return _Entry("~", move.note.name, ((f"card {move.card}", _replaced(move.old, move.new)),))


def _note_type(change: NoteTypeChange) -> _Entry:
    schema = [("", _same(clause)) for clause in change.schema]
    return _Entry("~", change.name, (*schema, *map(_text_change, change.texts)))


def _media(media: MediaChange) -> Iterator[_Entry]:
    for sign, names in (("+", media.added), ("~", media.changed), ("-", media.removed)):
        yield from (_Entry(sign, printable(name)) for name in names)


def _caution(caution: Caution) -> str:
    if not caution.notes:
        return caution.message
    names = ", ".join(note.name for note in caution.notes[:MOST_NAMES])
    others = len(caution.notes) - MOST_NAMES
    return f"{caution.message} ({names}{f' and {others} more' if others > 0 else ''})"


def _text_entry(entry: _Entry, *, colour: bool) -> Iterator[str]:
    shade = {"+": _GREEN, "-": _RED}.get(entry.sign, "")
    yield _styled(f"{entry.sign} {entry.name}", shade, colour=colour)
    for name, spans in entry.details:
        shown = "".join(_text_span(span, colour=colour) for span in spans).strip("\n")
        lines = f"{name}: {shown}" if name and "\n" not in shown else f"{name}\n{shown}".strip("\n")
        yield from (f"    {line}" for line in lines.split("\n"))


def _text_span(span: Span, *, colour: bool) -> str:
    if span.kind == "same":
        return span.text
    start, end, shade = _MARKS[span.kind]
    blank = span.text[len(span.text.rstrip()) :]
    return _styled(f"{start}{span.text.rstrip()}{end}", shade, colour=colour) + blank


def _styled(text: str, shade: str, *, colour: bool) -> str:
    return f"{shade}{text}{_PLAIN}" if colour and shade else text


def _markdown_section(title: str, body: list[str], *, folded: bool) -> list[str]:
    if folded:
        return [f"<details><summary>{title}</summary>", "", *body, "", "</details>"]
    return [f"### {title}", "", *body]


def _markdown_entry(entry: _Entry) -> Iterator[str]:
    yield f"- **{_escaped(entry.name)}**"
    for name, spans in entry.details:
        label = f"{_escaped(name)}: " if name else ""
        yield f"  - {label}{''.join(map(_markdown_span, spans))}"


def _markdown_span(span: Span) -> str:
    tag = _HTML_TAGS.get(span.kind)
    return f"<{tag}>{_escaped(span.text)}</{tag}>" if tag else _escaped(span.text)


def _escaped(text: str) -> str:
    """Put the text on one line, as itself: no markup, no emoji, no one mentioned and no issue closed by it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    text = _REFERENCE.sub(r"\g<0><!-- -->", text).replace("$", "<span>$</span>")
    return re.sub(r"\s+", " ", text)
