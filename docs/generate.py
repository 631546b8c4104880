"""Rewrites every generated file of the project: `make generated`."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import Any

from rolecards.codes import CODES, Code
from rolecards.schema.json_schemas import editor_schemas

ROOT = Path(__file__).parents[1]
ANY_TEXT = r"\S"
"""The pattern of text that must not be blank."""

CONTENT_INTRODUCTION = """\
# Content files

This page lists every key of every content file. `make generated` writes it from the same schemas that `rolecards check`
and your editor use.

The first line of a file, such as `schema: rolecards/role@1`, names its kind. Text may contain `**bold**`, `*italic*`,
`` `code` `` and `[links](https://example.org)`. Put a value in quotes if it starts with `{` or contains a colon followed
by a space.

Pictures and sounds are files in the content folder: PNG, JPEG, WebP, GIF or SVG, and MP3, Ogg, Opus, M4A or WAV, at most
5 MB each. `![what it shows](pictures/matrix.png)` puts a picture into a text. `pictures.csv` in the content folder
credits them, with the columns `file`, `source`, `author`, `licence` and `changes`. The study guide lists these credits, and
cards show them where the licence asks for the author's name.

Markdown files (`.md`) in the content folder are notes. Their keys are in the [README](../README.md#drop-in-your-notes)."""


CHAPTERS = {
    "1": "Files and structure",
    "2": "Identity and review history",
    "3": "Wording",
    "4": "Ambiguity",
    "5": "Sources",
    "6": "Typography",
    "7": "Paper and accessibility",
    "8": "Packages and rehearsals",
}
"""The title of each chapter, by the first digit of its codes."""

RULES_INTRODUCTION = """\
# What rolecards requires

This page lists every problem code. `make generated` writes it; `rolecards explain CODE` prints one entry. A rule marked
*can be allowed* can be switched off for one entry:

```yaml
allow:
  RC301: the reason why it does not apply here
```

The same lines in `deck.yaml` switch it off for the whole deck. `check` also reports an `allow` that is not needed. You
can change the limits under `limits` in `deck.yaml`.

[Accuracy of the rules](calibration.md) says how often they are right."""


def generated_files() -> dict[str, str]:
    """By path from the project's root, the text of each generated file."""
    schemas = editor_schemas()
    pages = {"docs/rules.md": rules(), "docs/content-files.md": content_files(schemas)}
    return {f"schemas/{name}": text for name, text in schemas.items()} | pages


def rules() -> str:
    """The page of all codes: a section for each chapter."""
    parts = [RULES_INTRODUCTION]
    for chapter, rows in groupby(CODES.values(), key=lambda row: row.code[2]):
        parts += [f"## {CHAPTERS[chapter]}", *map(rule, rows)]
    return "\n\n".join(parts) + "\n"


def rule(row: Code) -> str:
    allowed = ", can be allowed" if row.can_be_allowed else ""
    parts = [f"### {row.code} {row.name}", f"*{row.severity}{allowed}*. {row.requires}"]
    parts += [f"Why: {row.reason}"] if row.reason else []
    if row.bad:
        parts.append(f"```text\nbad:\n{indent(row.bad, '  ')}\ngood:\n{indent(row.good, '  ')}\n```")
    return "\n\n".join(parts)


def content_files(schemas: dict[str, str]) -> str:
    """The reference of all keys: a chapter for each kind of file, a table for each kind of entry in it."""
    sections = [CONTENT_INTRODUCTION]
    for name, text in schemas.items():
        if name != "content.json":
            schema = json.loads(text)
            models, top = schema["$defs"], schema["$ref"].rpartition("/")[2]
            sections.append(section(f"## {models[top]['properties']['schema']['default']}", models[top]))
            sections += [section(f"### {model}", models[model]) for model in models if model != top]
    unique = dict.fromkeys(sections)  # both roles and topics contain facts
    return "\n\n".join(unique) + "\n"


def section(heading: str, model: dict[str, Any]) -> str:
    rows = ["| key | type | default | description |", "|---|---|---|---|"]
    for key, value in model["properties"].items():
        examples = "".join(f" Example: `{flow(example)}`" for example in value.get("examples", ()))
        cells = (f"`{key}`", form(value), default(model, key), value["description"] + examples)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n\n".join([heading, model["description"], "\n".join(rows)])


def default(model: dict[str, Any], key: str) -> str:
    value = model["properties"][key].get("default")
    if key in model.get("required", ()):
        return "required"
    return "optional" if value in ("", [], None) or isinstance(value, dict) else f"`{flow(value)}`"


def form(value: dict[str, Any]) -> str:
    """The type of a value in words."""
    name = value.get("$ref", "").rpartition("/")[2]
    kind = value.get("type", "model" if name else "choice")
    forms = {
        "model": lambda: f"[{name}](#{name.lower()})",
        "choice": lambda: ", ".join(f"`{flow(choice)}`" for choice in value["enum"]),
        "array": lambda: f"list: {form(value['items'])}",
        "object": lambda: f"mapping: {form(value['additionalProperties'])}",
        "integer": lambda: f"integer from {value['minimum']} to {value['maximum']}",
    }
    if isinstance(kind, str):
        return forms[kind]()
    return value["patternErrorMessage"] if value.get("pattern", ANY_TEXT) != ANY_TEXT else "text"


def flow(value: object) -> str:
    """A value as YAML on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case bool():
            return str(value).lower()
    return str(value)


def main() -> None:
    for name, text in generated_files().items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{name}  written")


if __name__ == "__main__":
    main()
