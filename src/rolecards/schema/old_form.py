"""Keys from before decks named their own parts, and their present form."""

from __future__ import annotations

import re

from rolecards.source.folder import SourceFile
from rolecards.source.yaml import Plain, read_yaml

_PARTS = {"seed": "core", "course": "more", "beyond": "beyond"}
"""By the old value of `tier`, the value of `part`."""

_DROPPED = "remove this line"
_TIER = re.compile(r"\btier:([ \t]*)(seed|course|beyond)\b")
_LINE = re.compile(r"^[ \t]*(?:tier|catch_all):[^\n]*\n", re.MULTILINE)


def present_form(key: str, value: object, *, of_source: bool) -> str:
    """What to do with an old key: the line to write; empty for a key that was never valid."""
    if key == "catch_all" or (key == "tier" and of_source):
        return _DROPPED
    part = _PARTS.get(value) if key == "tier" and isinstance(value, str) else None
    return f"write `part: {part}`" if part else ""


def rewritten(file: SourceFile) -> bytes | None:
    """The file in the present form; None if it has no old key, or if the new text would mean anything else."""
    before, problems = read_yaml(file)
    if before is None or problems:
        return None
    of_source = before.top("sources") is not None
    text = before.text if of_source else _TIER.sub(lambda old: f"part:{old[1]}{_PARTS[old[2]]}", before.text)
    text = _LINE.sub("", text)
    after, _ = read_yaml(SourceFile(path=file.path, data=text.encode()))
    same = after is not None and text != before.text and after.value == _value(before.value, of_source=of_source)
    return text.encode() if same else None


def _value(value: Plain, *, of_source: bool) -> Plain:
    if isinstance(value, list):
        return [_value(each, of_source=of_source) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if key != "catch_all" and not (key == "tier" and of_source)}
    return {
        "part" if key == "tier" else key: _PARTS.get(str(each), str(each))
        if key == "tier"
        else _value(each, of_source=of_source)
        for key, each in kept.items()
    }
