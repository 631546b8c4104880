"""Keys from before decks named their own parts, and their present form."""

from collections.abc import Iterator

import yaml

from rolecards.source.folder import SourceFile
from rolecards.source.yaml import Plain, read_yaml

_PARTS = {"seed": "core", "course": "more", "beyond": "beyond"}  # by the old value of `tier`, the value of `part`


def present_form(key: str, value: object, *, of_source: bool) -> str:
    """What to do with an old key: the line to write; empty for a key that was never valid."""
    part = _part(key, value, of_source=of_source)
    return f"write `part: {part}`" if part else "remove this line" if part is not None else ""


def _part(key: str, value: object, *, of_source: bool) -> str | None:
    """The value of `part` that replaces an old key; empty if the key is removed, None if it is not an old one."""
    if key == "catch_all" or (key == "tier" and of_source):
        return ""
    return _PARTS.get(value) if key == "tier" and isinstance(value, str) else None


def rewritten(file: SourceFile) -> bytes | None:
    """The file in the present form; None if it has no old key, or if the new text would mean something else."""
    before, problems = read_yaml(file)
    if before is None or problems:
        return None
    of_source, text = before.top("sources") is not None, before.text
    for start, end, instead in sorted(_edits(before.root, text, of_source=of_source), reverse=True):
        text = text[:start] + instead + text[end:]
    after, _ = read_yaml(SourceFile(path=file.path, data=text.encode()))
    same = after is not None and text != before.text and after.value == _value(before.value, of_source=of_source)
    return text.encode() if same else None


def _edits(node: yaml.Node, text: str, *, of_source: bool) -> Iterator[tuple[int, int, str]]:
    """Start and end of each piece of the text that has an old key, and its replacement."""
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _edits(each, text, of_source=of_source)
    if not isinstance(node, yaml.MappingNode):
        return
    for at, (key, value) in enumerate(node.value):
        part = _part(key.value, value.value, of_source=of_source)
        if part is None:
            yield from _edits(value, text, of_source=of_source)
        elif not part:
            yield _entry(node, at, text)
        for old, new in ((key, "part"), (value, part)) if part else ():
            start, end = old.start_mark.index, old.end_mark.index
            yield start, end, text[start:end].replace(old.value, new)


def _entry(mapping: yaml.MappingNode, at: int, text: str) -> tuple[int, int, str]:
    """The piece of the text that has an entry: up to the next if it is the first, else its lines, or from its comma."""
    start, end = (mark.index for mark in (mapping.value[at][0].start_mark, mapping.value[at][1].end_mark))
    if at == 0 and len(mapping.value) > 1:
        return start, mapping.value[1][0].start_mark.index, ""
    if mapping.flow_style:
        return mapping.value[at - 1][1].end_mark.index, end, ""
    return text.rfind("\n", 0, start) + 1, text.find("\n", end) + 1 or len(text), ""


def _value(value: Plain, *, of_source: bool) -> Plain:
    if isinstance(value, list):
        return [_value(each, of_source=of_source) for each in value]
    if not isinstance(value, dict):
        return value
    parts = {key: _part(key, each, of_source=of_source) for key, each in value.items()}
    kept = [(key, part) for key, part in parts.items() if part != ""]
    return {"part" if part else key: part or _value(value[key], of_source=of_source) for key, part in kept}
