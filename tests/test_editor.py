"""The JSON Schemas for editors: current, valid, and of one mind with the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from rolecards.schema.json_schemas import editor_schemas

ROOT = Path(__file__).parents[1]
SCHEMAS = {name: json.loads(text) for name, text in editor_schemas().items()}
REGISTRY: Registry = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)
ANY_FILE = Draft202012Validator(SCHEMAS["content.json"], registry=REGISTRY)


def test_no_other_schema_is_committed():
    assert {path.name for path in (ROOT / "schemas").iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("path", sorted((ROOT / "content").rglob("*.yaml")), ids=lambda path: path.name)
def test_an_editor_finds_no_fault_with_our_content(path):
    ANY_FILE.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema: rolecards/deck@1\nid: d\nname: D\nnmae: D\n", "'nmae' was unexpected"),
        ("schema: rolecards/deck@1\nid: D d\nname: D\n", "does not match"),
        ("schema: rolecards/role@1\nid: x\nname: X\none_line: Y\ngruop: odd\n", "was unexpected"),
        ("schema: rolecards/rule@1\n", "is not one of"),
        ("id: x\n", "'schema' is a required property"),
    ],
)
def test_an_editor_sees_what_check_would_refuse(text, said):
    messages = [error.message for error in ANY_FILE.iter_errors(yaml.safe_load(text))]
    assert any(said in message for message in messages), messages


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "content.json"])
def test_every_key_is_described_for_completion(name):
    for model in SCHEMAS[name]["$defs"].values():
        assert [key for key, value in model["properties"].items() if not value.get("description")] == []
