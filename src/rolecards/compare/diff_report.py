"""A difference as text for a terminal, as Markdown for pull requests and release notes, or as JSON."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from rolecards.compare.diff import SECTIONS, Difference, Entry
from rolecards.compare.text_diff import DiffSpan, some_names
from rolecards.text.printable import printable

LONG = 20  # Markdown sections with more entries are collapsed
_SEARCH = "To find the corrected cards in Anki, search for"
_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_HTML_TAGS = {"removed": "del", "added": "ins"}
_MARKDOWN = re.compile(r"[\\`*_\[\]|~]")
_REFERENCE = re.compile(r"[@#](?=\w)|:(?=[\w+-]+:)")


def as_json(difference: Difference) -> str:
    """The report for programs; for each list with entries that do not fit, a key with the suffix `_omitted`."""
    report = msgspec.to_builtins(difference)
    report |= report.pop("sections")
    for values in (report, *report["cautions"]):
        for key, section in [each for each in values.items() if isinstance(each[1], dict)]:
            values[key] = section["entries"]
            values.update({f"{key}_omitted": section["omitted"]} if section["omitted"] else {})
    return json.dumps(report, indent=2) + "\n"


def as_text(difference: Difference) -> str:
    """The report for a terminal; changes are shown as `[-old-]` and `{+new+}`."""
    lines = [f"{printable(difference.old)} → {printable(difference.new)}: {_summary(difference)}"]
    for caution in _cautions(difference):
        lines += ["", f"! {caution}"]
    for heading, entries in _sections(difference):
        lines += ["", heading, *chain.from_iterable(map(_text_entry, entries))]
    if difference.search:
        lines += ["", f"{_SEARCH}: {printable(difference.search)}"]
    return "\n".join(lines) + "\n"


def as_markdown(difference: Difference) -> str:
    """The report for pull requests and release notes; long sections are collapsed, all content is escaped."""
    names = (_escaped(Path(path).name) for path in (difference.old, difference.new))
    lines = ["## " + " → ".join(names), "", _summary(difference)[0].upper() + _summary(difference)[1:] + "."]
    if difference.cautions:
        lines += ["", *(f"- ⚠️ {_escaped(caution)}" for caution in _cautions(difference))]
    for heading, entries in _sections(difference):
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
    totals = {key: len(section.entries) + section.omitted for key, section in difference.sections.items()}
    counts = {word: totals[word] for word in ("added", "changed", "retagged", "retired", "removed")}
    notes = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return notes or ("no note changed" if any(totals.values()) else "nothing changed")


def _sections(difference: Difference) -> Iterator[tuple[str, list[Entry]]]:
    """The sections with entries, each with its heading; the last entry counts those that do not fit."""
    for key, section in difference.sections.items():
        shown, rest = section.entries, section.omitted
        more = [Entry(sign="…", name=f"and {rest} more")] if rest else []
        if shown or rest:
            yield f"{SECTIONS[key]} ({len(shown) + rest})", [*shown, *more]


def _cautions(difference: Difference) -> Iterator[str]:
    for caution in difference.cautions:
        names = some_names([note.name for note in caution.notes.entries], caution.notes.omitted)
        yield f"{caution.message} ({names})".removesuffix(" ()")


def _text_entry(entry: Entry) -> Iterator[str]:
    yield f"{entry.sign} {entry.name}"
    for change in entry.details:
        shown = "".join(map(_text_span, change.spans)).strip("\n")
        lines = f"{change.name}: {shown}" if change.name and "\n" not in shown else f"{change.name}\n{shown}"
        yield from (f"    {line}" for line in lines.strip("\n").split("\n"))


def _text_span(span: DiffSpan) -> str:
    start, end = _MARKS[span.kind]
    words = span.text.rstrip() if start else span.text
    return f"{start}{words}{end}{span.text[len(words) :]}"


def _markdown_entry(entry: Entry) -> Iterator[str]:
    yield f"- **{_escaped(entry.name)}**"
    for change in entry.details:
        label = f"{_escaped(change.name)}: " if change.name else ""
        marks = [(_HTML_TAGS.get(span.kind), _escaped(span.text)) for span in change.spans]
        yield f"  - {label}" + "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in marks)


def _escaped(text: str) -> str:
    """The text on one line, escaped so that it has no effect: markup, emoji, mentions and issue references."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    text = _REFERENCE.sub(r"\g<0><!-- -->", text).replace("$", "<span>$</span>")
    return re.sub(r"\s+", " ", text)
