"""JSON Schemas of the content files, which editors use for completion and checks."""

import json
from typing import Any

from rolecards.schema.models import SCHEMAS, SWITCHES, DeckSettings, json_schema, parts

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def editor_schemas(deck: DeckSettings | None = None) -> dict[str, str]:
    """The JSON Schemas by file name: one for each kind of content file, and `content.json` for all kinds."""
    schemas = {_kind(name): _schema(name, deck) for name in SCHEMAS} | {"content": _any_kind()}
    return {f"{kind}.json": json.dumps(each, indent=2, ensure_ascii=False) + "\n" for kind, each in schemas.items()}


def _kind(name: str) -> str:
    """`role` for `rolecards/role@1`."""
    return name.rpartition("/")[2].partition("@")[0]


def _schema(name: str, deck: DeckSettings | None) -> dict[str, Any]:
    schema = json_schema(name)
    for part in parts(schema):
        # Editors read `2019` and `true` as YAML does; rolecards reads them as text.
        if part.get("type") == "string":
            part["type"] = ["string", "number", "boolean"]
        elif part.get("type") == "boolean":
            part["enum"] = [True, False, *SWITCHES]
            del part["type"]
    model = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    model["properties"]["schema"] |= {"description": "The kind of this file, and its version.", "default": name}
    if deck:
        for part in parts(schema):
            _narrow(part.get("properties", {}), deck)
    return {"$schema": _DRAFT} | schema


def _narrow(properties: dict[str, Any], deck: DeckSettings) -> None:
    """Allow only the deck's own keys as the values of these properties."""
    for key, known in (("part", deck.part_keys), ("slot", deck.slot_keys), ("group", tuple(deck.groups))):
        if isinstance(properties.get(key), dict) and known:
            kept = {name: value for name, value in properties[key].items() if "attern" not in name}
            properties[key] = {"enum": list(known)} | kept
    for key in ("index", "of"):
        if isinstance(properties.get(key), dict) and deck.relations:
            values = properties[key]["additionalProperties"]
            properties[key] |= {"properties": dict.fromkeys(deck.relations, values), "additionalProperties": False}


def _any_kind() -> dict[str, Any]:
    """The schema of any file. It depends on the key `schema`, so editors suggest only the keys of that kind of file."""
    named = {name: {"properties": {"schema": {"const": name}}, "required": ["schema"]} for name in SCHEMAS}
    kinds = [{"if": condition, "then": {"$ref": f"{_kind(name)}.json"}} for name, condition in named.items()]
    return {
        "$schema": _DRAFT,
        "title": "A content file of rolecards",
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": {"enum": list(SCHEMAS), "description": "The kind of this file, and its version."}},
        "allOf": kinds,
    }
