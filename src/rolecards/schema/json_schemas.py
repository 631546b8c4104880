"""JSON Schemas of the content files, which editors use for completion and checks."""

from __future__ import annotations

import json
from typing import Any

from rolecards.schema.models import SCHEMAS, json_schema, parts

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def editor_schemas() -> dict[str, str]:
    """By file name, a JSON Schema for each kind of content file, and `content.json` for all of them."""
    files = {f"{_kind(name)}.json": _as_json(_schema(name)) for name in SCHEMAS}
    return files | {"content.json": _as_json(_any_kind())}


def _kind(name: str) -> str:
    """`role` for `rolecards/role@1`."""
    return name.rpartition("/")[2].partition("@")[0]


def _schema(name: str) -> dict[str, Any]:
    schema = json_schema(name)
    for part in parts(schema):
        # Editors read `2019` and `true` as YAML does; rolecards reads them as text.
        if part.get("type") == "string":
            part["type"] = ["string", "number", "boolean"]
    model = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    model["properties"]["schema"] |= {"description": "The kind of this file, and its version.", "default": name}
    return {"$schema": _DRAFT} | schema


def _any_kind() -> dict[str, Any]:
    """The schema of any file. It depends on the key `schema`, so editors suggest only the keys of that kind of file."""
    kinds = [
        {
            "if": {"properties": {"schema": {"const": name}}, "required": ["schema"]},
            "then": {"$ref": f"{_kind(name)}.json"},
        }
        for name in SCHEMAS
    ]
    return {
        "$schema": _DRAFT,
        "title": "A content file of rolecards",
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": {"enum": list(SCHEMAS), "description": "The kind of this file, and its version."}},
        "allOf": kinds,
    }


def _as_json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
