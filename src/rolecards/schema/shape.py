"""Validates one file: returns its value, or every place that does not match the schema of its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast, get_args

import msgspec

from rolecards.problems import Problem, did_you_mean, problem
from rolecards.schema.models import SCHEMAS, SWITCHES, File, json_schema, parts
from rolecards.schema.old_form import present_form
from rolecards.source.yaml import Document, Plain, Route

if TYPE_CHECKING:
    import jsonschema_rs

_ELSEWHERE = {  # hints for keys that are right in another place, or by another name
    **dict.fromkeys(["audio", "recording"], "did you mean `sound`?"),
    **dict.fromkeys(["media", "photo", "picture", "pictures"], "did you mean `image`?"),
    **dict.fromkeys(["renames", "same_cards"], "it belongs in deck.yaml, with the note's id"),
}

_UNQUOTED = re.compile(r"\w[\w.#-]*(?:,? \w[\w.#-]*)*")  # text that needs no quotes inside a list in brackets
LONGEST_SHOWN = 60  # the most characters of a value that a message repeats


def kind(document: Document) -> str:
    """The value of the key `schema`; empty if the file has none."""
    name = document.top("schema")
    return name if isinstance(name, str) else ""


def shaped(document: Document) -> tuple[File | None, list[tuple[Route, Problem]]]:
    """The value of the file, or None with every problem and the route to the entry or value that has it."""
    if (unknown := _no_kind(document)) is not None:
        return None, [((), unknown)]
    try:
        value = msgspec.convert(_switched(document), SCHEMAS[kind(document)], strict=False)
        # msgspec also accepts `1e1` and `3.0` as integers.
        plain = all(isinstance(number, str) and number.isdecimal() for number in _numbers(document))
        return (value, []) if plain else (None, list(_misfits(document)))
    except msgspec.ValidationError as error:
        # Both validators read the same schema. If they ever disagree, the file is still rejected.
        unlike = problem("RC124", document.locate(()), f"does not match its schema: {error}")
        return None, list(_misfits(document)) or [((), unlike)]


def _switched(document: Document) -> Plain:
    """The file with `true` and `false` for `yes` and `no` under keys that are either."""
    value = cast("dict[str, Plain]", document.value)
    words = ((key, value[key]) for key in _switches(kind(document)) if key in value)
    return value | {key: SWITCHES[word] for key, word in words if isinstance(word, str) and word in SWITCHES}


@cache
def _switches(name: str) -> tuple[str, ...]:
    return tuple(each.name for each in msgspec.structs.fields(SCHEMAS[name]) if bool in get_args(each.type))


def _numbers(document: Document) -> Iterator[Plain]:
    """The integers of a file that matches its schema, as text."""
    skills, limits, prompts = map(document.top, ("skills", "limits", "practice"))
    for counted in (skills.get("ranks") if isinstance(skills, dict) else None, limits):
        yield from counted.values() if isinstance(counted, dict) else ()
    for prompt in prompts if isinstance(prompts, list) else ():
        yield from [prompt["minutes"]] if isinstance(prompt, dict) and "minutes" in prompt else ()


def _no_kind(document: Document) -> Problem | None:
    known = ", ".join(f"`{name}`" for name in SCHEMAS)
    if not isinstance(document.value, dict):
        return problem("RC120", document.locate(()), "a content file must be a mapping", "start it with `schema: …`")
    name = kind(document)
    if not name and document.top("schema"):
        return problem("RC121", document.locate(("schema",)), "`schema` must be text")
    if not name:
        hint = f"use one of {known}"
        if PurePosixPath(document.path).parent.name == "words":
            hint = "a word file must be in the folder that `templates` in deck.yaml names, as `words/LANGUAGE.yaml`"
        return problem("RC121", document.locate(()), "missing key `schema`", hint)
    if name in SCHEMAS:
        return None
    same, _, version = name.partition("@")
    if version.isdigit() and any(schema.startswith(f"{same}@") for schema in SCHEMAS):
        hint = "this file requires another version of rolecards"
    else:
        hint = did_you_mean(name, SCHEMAS) or f"use one of {known}"
    return problem("RC121", document.locate(("schema",)), f"unknown schema `{name}`", hint)


def _misfits(document: Document) -> Iterator[tuple[Route, Problem]]:
    schema, validator = _validator(kind(document))
    for error in validator.iter_errors(document.value):
        route, part = tuple(error.instance_path), cast("Any", schema)
        for step in error.schema_path[:-1]:
            part = part[step]
        yield from ((route, message) for message in _messages(document, route, part, error))


@cache
def _validator(name: str) -> tuple[dict[str, Any], jsonschema_rs.Validator]:
    """The JSON Schema of a kind, changed so that all values are text, and its validator."""
    import jsonschema_rs  # noqa: PLC0415 - needed only for files with problems

    schema = json_schema(name)
    for part in parts(schema):
        if part.get("type") == "integer":
            part["enum"] = [str(number) for number in range(part["minimum"], part["maximum"] + 1)]
            del part["type"]
        elif part.get("type") == "boolean":
            part["enum"] = ["true", "false", *SWITCHES]
            del part["type"]
    return schema, jsonschema_rs.validator_for(schema)


def _messages(
    document: Document, route: Route, part: dict[str, Any], error: jsonschema_rs.ValidationError
) -> Iterator[Problem]:
    """An error of the validator as problems at the place to correct."""
    rule, detail = error.kind.name, error.kind.value
    if rule == "required":
        unknown = [name for name in cast("dict[str, Any]", error.instance) if name not in part["properties"]]
        if not any(f"`{detail}`" in did_you_mean(name, part["properties"]) for name in unknown):  # else misspelled
            yield problem("RC122", document.locate(route), f"missing key `{detail}`")
    elif rule == "additionalProperties":
        for key in detail:
            location = document.locate((*route, key), key=True)
            old = present_form(key, document.at((*route, key)), of_source="url" in part["properties"])
            known = "known keys: " + ", ".join(f"`{name}`" for name in part["properties"])
            cut_off = "put a text with a comma into quotes" if " " in key and not document.at((*route, key)) else ""
            hint = old or _ELSEWHERE.get(key) or did_you_mean(key, part["properties"]) or cut_off or known
            yield problem("RC123", location, f"unknown key `{key}`", hint)
    elif rule == "propertyNames":
        key = str(detail.instance)
        location = document.locate((*route, key), key=True)
        yield problem("RC124", location, _misfit(key, part, detail.kind))
    else:
        hint = _right_form(error.instance, part) if rule == "type" else ""
        if hint == "" and isinstance(error.instance, dict) and [*error.instance.values()] == [""]:
            hint = "put the value in quotes"  # `{words}`
        yield problem("RC124", document.locate(route), _misfit(error.instance, part, error.kind), hint)


def _misfit(value: object, part: dict[str, Any], kind: Any) -> str:  # noqa: ANN401 - one of some forty classes
    """The message for a value that does not have the form that the schema requires."""
    rule, detail = kind.name, kind.value
    if rule == "type":
        return f"expected {_NOUNS[detail[0]]}"
    if rule == "enum" and not isinstance(value, str):
        return "expected text"
    if rule == "enum" and value:
        choices = "one of " + ", ".join(f"`{choice}`" for choice in detail)
        if detail[0].isdecimal():
            choices = f"an integer from {detail[0]} to {detail[-1]}"
        return f"`{_shown(value)}` is not {choices}"
    if rule == "pattern" and value:
        return f"`{_shown(value)}` is not valid: expected {part['patternErrorMessage']}"
    if rule == "maxLength":
        return f"this value must not be longer than {detail} characters"
    return f"this {'list' if rule == 'minItems' else 'value'} must not be empty"


def _right_form(value: object, part: dict[str, Any]) -> str:
    """The hint to write a single text as a list or a picture, or an example; empty if there is none."""
    if part.get("required"):
        return f"write `{{{', '.join(f'{key}: …' for key in part['required'])}}}`"
    texts = part.get("type") == "array" and part["items"].get("type") == "string"
    if texts and isinstance(value, str) and len(value) <= LONGEST_SHOWN and _UNQUOTED.fullmatch(value):
        return f"write `[{value}]`"
    return f"such as `{json.dumps(part['examples'][0], ensure_ascii=False)}`" if "examples" in part else ""


def _shown(value: object) -> str:
    """The value on one line, cut to a safe length."""
    line = str(value).replace("\n", "⏎")
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


_NOUNS = {"string": "text", "array": "a list", "object": "a mapping"}
