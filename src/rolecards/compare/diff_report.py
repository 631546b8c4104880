"""A difference as text for a terminal, as Markdown for pull requests and release notes, or as JSON."""

from __future__ import annotations

import re
from itertools import chain, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from rolecards.compare.limits import MOST_ENTRIES, MOST_TEXT, ReportSpace, limited_text, some_names
from rolecards.compare.text_diff import DiffSpan, TextChange
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolecards.compare.diff import Difference, NoteLabel, SetChange

CONTEXT = 40
"""Characters of unchanged text that are shown before and after a change."""
LONG = 20
"""Markdown sections with more entries are collapsed."""
LONGEST_NAME = 200
"""Characters."""
MOST_DETAILS = 50
"""Details of an entry, such as changed fields of a note."""
_SEARCH = "To find the corrected cards in Anki, search for"
_RED, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
_MARKS = {"removed": ("[-", "-]", _RED), "added": ("{+", "+}", _GREEN)}
_HTML_TAGS = {"removed": "del", "added": "ins"}
_MARKDOWN = re.compile(r"[\\`*_\[\]|~]")
_REFERENCE = re.compile(r"[@#](?=\w)|:(?=[\w+-]+:)")
Details: TypeAlias = tuple[tuple[str, tuple[DiffSpan, ...]], ...]
"""Labels and texts."""


class _Entry(Struct, frozen=True):
    """An entry of a section: a name, and details with labels."""

    sign: str
    name: str
    details: Details = ()


def as_text(difference: Difference, *, colour: bool) -> str:
    """The report for a terminal; changes are shown as `[-old-]` and `{+new+}`."""
    lines = [f"{printable(difference.old)} → {printable(difference.new)}: {_summary(difference)}"]
    for caution in _cautions(difference):
        lines += ["", f"! {caution}"]
    for heading, entries in _limited_sections(difference):
        lines += ["", _styled(heading, _BOLD, colour=colour)]
        lines += chain.from_iterable(_text_entry(entry, colour=colour) for entry in entries)
    if difference.search:
        lines += ["", f"{_SEARCH}: {printable(difference.search)}"]
    return "\n".join(lines) + "\n"


def as_markdown(difference: Difference) -> str:
    """The report for pull requests and release notes; long sections are collapsed, all content is escaped."""
    names = (_escaped(Path(path).name) for path in (difference.old, difference.new))
    lines = ["## " + " → ".join(names), "", _summary(difference)[0].upper() + _summary(difference)[1:] + "."]
    if difference.cautions:
        lines += ["", *(f"- ⚠️ {_escaped(caution)}" for caution in _cautions(difference))]
    for heading, entries in _limited_sections(difference):
        body = list(chain.from_iterable(map(_markdown_entry, entries)))
        if len(entries) > LONG:
            lines += ["", f"<details><summary>{heading}</summary>", "", *body, "", "</details>"]
        else:
            lines += ["", f"### {heading}", "", *body]
    if difference.search:
        lines += ["", f"{_SEARCH}: <code>{_escaped(printable(difference.search))}</code>"]
    return "\n".join(lines) + "\n"


def _summary(difference: Difference) -> str:
    """The counts in one clause, such as `1 added, 2 changed`."""
    words = ("added", "changed", "retagged", "retired", "removed")
    counts = {word: len(getattr(difference, word)) for word in words}
    notes = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return notes or ("no note changed" if _sections(difference) else "nothing changed")


def _sections(difference: Difference) -> list[tuple[str, list[_Entry]]]:
    renamed, files = difference.renamed_decks, difference.media
    media = (("+", files.added), ("~", files.changed), ("-", files.removed))
    moves = [_changed(move.note, f"card {move.card}", move.old, move.new) for move in difference.moved]
    types = ((each, (_said(clause) for clause in each.schema)) for each in difference.note_types)
    sections = [
        ("Note types changed", [_Entry("~", each.name, (*chain(*said), *_texts(each.texts))) for each, said in types]),
        ("Decks renamed", [_Entry("~", printable(new), _said(f"renamed from “{old}”")) for old, new in renamed]),
        ("Notes added", [_labelled("+", note) for note in difference.added]),
        ("Notes changed", [_Entry("~", change.note.name, _texts(change.fields)) for change in difference.changed]),
        ("Notes retagged", [_changed(each.note, "tags", *_joined(each, " ")) for each in difference.retagged]),
        ("Notes retired", [_labelled("-", note) for note in difference.retired]),
        ("Notes removed", [_labelled("-", note) for note in difference.removed]),
        ("Cards added and removed", [_changed(each.note, "card", *_joined(each, ", ")) for each in difference.cards]),
        ("Cards moved to another deck", moves),
        ("Media", [_Entry(sign, printable(name)) for sign, names in media for name in names]),
    ]
    return [(title, entries) for title, entries in sections if entries]


def _limited_sections(difference: Difference) -> Iterator[tuple[str, list[_Entry]]]:
    """The sections with as many entries as fit into a report, and the number of the rest."""
    space = ReportSpace()
    for title, entries in _sections(difference):
        limited = map(_limited_entry, entries[:MOST_ENTRIES])
        shown = list(takewhile(lambda entry: space.takes(str(entry)), limited))
        rest = len(entries) - len(shown)
        yield f"{title} ({len(entries)})", [*shown, _Entry("…", f"and {rest} more")] if rest else shown


def _limited_entry(entry: _Entry) -> _Entry:
    shown = entry.details[:MOST_DETAILS]
    details = tuple((limited_text(name, LONGEST_NAME), _limited_spans(spans)) for name, spans in shown)
    more = _said(f"… and {len(entry.details) - MOST_DETAILS} more" if len(entry.details) > MOST_DETAILS else "")
    name = limited_text(" ".join(entry.name.split()), LONGEST_NAME)
    return _Entry(entry.sign, name, (*details, *more))


def _limited_spans(spans: Sequence[DiffSpan]) -> tuple[DiffSpan, ...]:
    space = MOST_TEXT
    shown = []
    for span in spans:
        shown += [DiffSpan(span.kind, span.text[:space])] if space > 0 else []
        space -= len(span.text)
    return (*shown, *([DiffSpan("same", f"… ({-space} more characters)")] if space < 0 else []))


def _said(text: str) -> Details:
    return (("", (DiffSpan("same", printable(text)),)),) if text else ()


def _changed(note: NoteLabel, what: str, old: str, new: str) -> _Entry:
    spans = (DiffSpan("removed", printable(old)), DiffSpan("added", printable(new)))
    return _Entry("~", note.name, ((what, tuple(span for span in spans if span.text)),))


def _labelled(sign: str, note: NoteLabel) -> _Entry:
    return _Entry(sign, note.name, _said(note.text))


def _texts(changes: Iterable[TextChange]) -> Details:
    return tuple((change.name, tuple(_in_context(change.spans))) for change in changes)


def _in_context(spans: Sequence[DiffSpan]) -> Iterator[DiffSpan]:
    """Shorten long unchanged spans to the text next to a change."""
    last = len(spans) - 1
    for place, span in enumerate(spans):
        if span.kind != "same" or len(span.text) <= 3 * CONTEXT:
            yield span
            continue
        start = "" if place == 0 else span.text[:CONTEXT].rpartition(" ")[0] + " "
        end = "" if place == last else " " + span.text[-CONTEXT:].partition(" ")[2]
        yield DiffSpan("same", f"{start}…{end}")


def _joined(change: SetChange, separator: str) -> Iterator[str]:
    return (separator.join(map(str, items)) for items in (change.removed, change.added))


def _cautions(difference: Difference) -> Iterator[str]:
    for caution in difference.cautions[:MOST_ENTRIES]:
        names = some_names([note.name for note in caution.notes])
        yield limited_text(" ".join(f"{caution.message} ({names})".removesuffix(" ()").split()))
    if len(difference.cautions) > MOST_ENTRIES:
        yield f"{len(difference.cautions) - MOST_ENTRIES} more"


def _text_entry(entry: _Entry, *, colour: bool) -> Iterator[str]:
    shade = {"+": _GREEN, "-": _RED}.get(entry.sign, "")
    yield _styled(f"{entry.sign} {entry.name}", shade, colour=colour)
    for name, spans in entry.details:
        shown = "".join(_text_span(span, colour=colour) for span in spans).strip("\n")
        lines = f"{name}: {shown}" if name and "\n" not in shown else f"{name}\n{shown}".strip("\n")
        yield from (f"    {line}" for line in lines.split("\n"))


def _text_span(span: DiffSpan, *, colour: bool) -> str:
    if span.kind == "same":
        return span.text
    start, end, shade = _MARKS[span.kind]
    words = span.text.rstrip()
    return _styled(f"{start}{words}{end}", shade, colour=colour) + span.text[len(words) :]


def _styled(text: str, shade: str, *, colour: bool) -> str:
    return f"{shade}{text}{_PLAIN}" if colour and shade else text


def _markdown_entry(entry: _Entry) -> Iterator[str]:
    yield f"- **{_escaped(entry.name)}**"
    for name, spans in entry.details:
        label = f"{_escaped(name)}: " if name else ""
        marks = [(_HTML_TAGS.get(span.kind), _escaped(span.text)) for span in spans]
        yield f"  - {label}" + "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in marks)


def _escaped(text: str) -> str:
    """The text on one line, escaped so that it has no effect: markup, emoji, mentions and issue references."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    text = _REFERENCE.sub(r"\g<0><!-- -->", text).replace("$", "<span>$</span>")
    return re.sub(r"\s+", " ", text)
