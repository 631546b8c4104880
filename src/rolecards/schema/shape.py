"""One file against the schema of its kind: its value, or every place where it does not fit."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from rolecards.problems import did_you_mean, problem
from rolecards.schema.models import SCHEMAS, json_schema, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jsonschema_rs

    from rolecards.problems import Problem
    from rolecards.schema.models import File
    from rolecards.source.yaml import Document, Plain, Route


_MEDIA = frozenset({"audio", "image", "images", "img", "media", "picture", "pictures", "sound", "video"})
_NO_MEDIA = "cards have words only: say what it shows"

_UNQUOTED = re.compile(r"\w[\w.#-]*(?:,? \w[\w.#-]*)*")
"""Text that needs no quotes in a list in brackets."""

LONGEST_SHOWN = 60
"""Characters of a value that a message repeats."""


class Misfit(NamedTuple):
    """A place in a file that does not fit its schema."""

    route: Route
    """The route to the entry or value."""
    problem: Problem


def kind(document: Document) -> str:
    """The value of the key `schema`; empty if the file has none."""
    name = document.top("schema")
    return name if isinstance(name, str) else ""


def shaped(document: Document) -> tuple[File | None, list[Misfit]]:
    """The value of the file, or None with every place where it does not fit its schema."""
    if (unknown := _no_kind(document)) is not None:
        return None, [Misfit((), unknown)]
    try:
        value = msgspec.convert(document.value, SCHEMAS[kind(document)], strict=False)
        # msgspec reads `1e1` and `3.0` as whole numbers too.
        plain = all(isinstance(number, str) and number.isdecimal() for number in _numbers(document))
        return (value, []) if plain else (None, list(_misfits(document)))
    except msgspec.ValidationError as error:
        # Both validators read the same schema. If they ever disagree, the file is refused all the same.
        return None, list(_misfits(document)) or [
            Misfit((), problem("RC124", document.locate(()), f"this does not keep to its schema: {error}"))
        ]


def _numbers(document: Document) -> Iterator[Plain]:
    """The integers of a file that fits its schema, as they are written."""
    skills, limits = document.top("skills"), document.top("limits")
    for counted in (skills.get("ranks") if isinstance(skills, dict) else None, limits):
        yield from counted.values() if isinstance(counted, dict) else ()


def _no_kind(document: Document) -> Problem | None:
    known = ", ".join(SCHEMAS)
    if not isinstance(document.value, dict):
        return problem("RC120", document.locate(()), "a content file is a mapping", "its first line is `schema: …`")
    name = kind(document)
    if not name and document.top("schema"):
        return problem("RC121", document.locate(("schema",)), "the kind of the file must stand here as text")
    if not name:
        return problem("RC121", document.locate(()), "the key `schema` is missing", f"it is one of {known}")
    if name in SCHEMAS:
        return None
    same, _, version = name.partition("@")
    if version.isdigit() and any(schema.startswith(f"{same}@") for schema in SCHEMAS):
        hint = "this file was written for another version of rolecards"
    else:
        hint = did_you_mean(name, SCHEMAS) or f"it is one of {known}"
    return problem("RC121", document.locate(("schema",)), f"`{name}` is not a kind of content file", hint)


def _misfits(document: Document) -> Iterator[Misfit]:
    schema, validator = _validator(kind(document))
    for error in validator.iter_errors(document.value):
        route, part = tuple(error.instance_path), _part(schema, error.schema_path[:-1])
        for message in _messages(document, route, part, error):
            yield Misfit(route, message)


@cache
def _validator(name: str) -> tuple[dict[str, Any], jsonschema_rs.Validator]:
    """The JSON Schema of a kind for values that are all text, and its validator."""
    import jsonschema_rs  # noqa: PLC0415 - needed only for files with problems

    schema = json_schema(name)
    for part in parts(schema):
        if part.get("type") == "integer":
            numbers = range(part["minimum"], part["maximum"] + 1)
            part["enum"] = [str(number) for number in numbers]
            del part["type"]
        elif part.get("type") == "boolean":
            part["enum"] = ["true", "false"]
            del part["type"]
    return schema, jsonschema_rs.validator_for(schema)


def _part(schema: Any, path: list[str | int]) -> dict[str, Any]:  # noqa: ANN401 - JSON is whatever it is
    for step in path:
        schema = schema[step]
    part: dict[str, Any] = schema
    return part


def _messages(
    document: Document, route: Route, part: dict[str, Any], error: jsonschema_rs.ValidationError
) -> Iterator[Problem]:
    """An error of the validator as problems, in an author's words and at the place to correct."""
    rule, wanted = error.kind.name, error.kind.value
    if rule == "required" and not _is_misspelt(wanted, error.instance, part):
        yield problem("RC122", document.locate(route), f"the key `{wanted}` is missing here")
    elif rule == "additionalProperties":
        for key in wanted:
            location = document.locate((*route, key), key=True)
            message = f"`{key}` is not a key that may stand here"
            hint = _NO_MEDIA if key in _MEDIA else did_you_mean(key, part["properties"])
            yield problem("RC123", location, message, hint)
    elif rule == "propertyNames":
        key = str(wanted.instance)
        location = document.locate((*route, key), key=True)
        yield problem("RC124", location, _misfit(key, part, wanted.kind))
    elif rule != "required":
        hint = _as_list(error.instance, part) if rule == "type" else ""
        yield problem("RC124", document.locate(route), _misfit(error.instance, part, error.kind), hint)


def _is_misspelt(key: str, entry: object, part: dict[str, Any]) -> bool:
    """Whether a missing key is there with a misspelled name, which is reported instead."""
    known = part["properties"]
    unknown = [name for name in entry if name not in known] if isinstance(entry, dict) else []
    return any(f"`{key}`" in did_you_mean(name, known) for name in unknown)


def _misfit(value: object, part: dict[str, Any], broken: Any) -> str:  # noqa: ANN401 - one of some forty classes
    """The message for a value that does not have the form that the schema requires."""
    rule, wanted = broken.name, broken.value
    if rule == "type":
        return f"{_NOUNS[wanted[0]]} must stand here"
    if rule == "enum" and not isinstance(value, str):
        return "text must stand here"
    if rule == "enum" and value:
        return f"`{_shown(value)}` is not {_choice(wanted)}"
    if rule == "pattern" and value:
        return f"`{_shown(value)}` does not have the form it must have here: {part['patternErrorMessage']}"
    if rule == "maxLength":
        return f"this is longer than {wanted} characters"
    return "this list is empty" if rule == "minItems" else "this is empty"


def _as_list(value: object, part: dict[str, Any]) -> str:
    """How to write a single text as a list; empty if it would need quotes there."""
    texts = part.get("type") == "array" and part["items"].get("type") == "string"
    lone = isinstance(value, str) and len(value) <= LONGEST_SHOWN and _UNQUOTED.fullmatch(value)
    return f"write [{value}]" if texts and lone else ""


def _shown(value: object) -> str:
    """The value on one line, cut to a safe length."""
    line = str(value).replace("\n", "⏎")
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def _choice(choices: list[str]) -> str:
    if choices[0].isdecimal():
        return f"a whole number from {choices[0]} to {choices[-1]}"
    return f"one of {', '.join(f'`{choice}`' for choice in choices)}"


_NOUNS = {"string": "text", "array": "a list", "object": "a mapping with keys"}
