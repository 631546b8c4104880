"""The table of kinds: it agrees with the models, and every stage that does something for each kind knows all of them."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest

from paper_reading import notes, outline, pages, shown, squeezed
from rolecards.export.artifacts import ARTIFACTS
from rolecards.notes.generate import GENERATORS
from rolecards.papers.sheets import PrintOptions
from rolecards.problems import ContentError
from rolecards.release.edition import edition
from rolecards.release.release import Clock
from rolecards.schema import models
from rolecards.schema.kinds import KINDS, LISTS, NoteKind
from rolecards.schema.models import SCHEMAS, Asked, Role, Sourced, json_schema
from rolecards.templates import Templates, bundled_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_WORDS = {("src_note",), ("part",), ("slot",)}
"""Texts that learners do not read, and keys of the deck's vocabulary."""

EXAMPLES: dict[str, dict[str, Any]] = {
    "facts": {"slot": "tools", "qa": {"q": "What does a cook sharpen?", "a": "?"}, "index": {"tool": ["the ladle"]}},
    "practice": {"prompt": "?", "listen_for": ["A reason"]},
    "ask_them": {"text": "?"},
    "contrasts": {"a": "cook", "b": "waiter", "q": "Where do they work?", "a_ans": "?", "b_ans": "There", "why": "So"},
    "handoffs": {"from": "cook", "to": ["waiter"], "what": "?"},
    "scenarios": {"text": "?", "role": "cook", "why": "It is the pot."},
    "reverse": {"ask": "who", "of": {"tool": ["the ladle"]}, "why": "?"},
}
"""By list key, an entry. The text `?` becomes `Marked  KEY`, with the double space that `check` reports."""


@pytest.fixture(params=LISTS)
def key(request) -> str:
    """Each list key of the table."""
    assert request.param in EXAMPLES, f"write an example of `{request.param}` here"
    return request.param


@pytest.fixture
def every_kind(tmp_path, monkeypatch) -> Path:
    """A content folder with one entry of each kind, each entry on a line of its own."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "content"
    (folder / "roles").mkdir(parents=True)
    (folder / "deck.yaml").write_text("schema: rolecards/deck@1\nid: all\nname: All\n", encoding="utf-8")
    source = "schema: rolecards/sources@1\nsources: [{code: book, title: A Book}]\n"
    (folder / "sources.yaml").write_text(source, encoding="utf-8")
    head = "schema: rolecards/role@1\nid: {0}\nname: The {0}\none_line: Does what a {0} does\n"
    (folder / "roles" / "waiter.yaml").write_text(head.format("waiter"), encoding="utf-8")
    files = {folder / "roles" / "cook.yaml": head.format("cook")}
    for key_, example in EXAMPLES.items():
        part = {} if key_ in {"practice", "ask_them"} else {"part": "core"}
        entry = json.dumps({"id": f"x-{key_}".replace("_", "-"), "src": ["book"]} | part | example)
        path = folder / ("roles/cook.yaml" if key_ in Role.__struct_fields__ else f"{key_}.yaml")
        files.setdefault(path, f"schema: {schema_of(key_)}\n")
        marked = entry.replace('"?"', f'"Marked  {key_}"')
        files[path] += f"{key_}:\n- {marked}\n"
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return folder


def schema_of(key: str) -> str:
    return next(name for name, model in SCHEMAS.items() if key in model.__struct_fields__)


def read(path: str) -> str:
    """The words of a paper, without spaces."""
    return "".join("".join(pages(Path("build") / path)).split())


def texts(model: type) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The steps to each text of a model that an author words freely, and whether it is the id of a role."""
    defs = msgspec.json.schema(model)["$defs"]
    stack = [((), model.__name__)]
    for steps, part in stack:
        types = {each.encode_name: each.type for each in msgspec.structs.fields(getattr(models, part))}
        for name, value in defs[part]["properties"].items():
            item = value.get("items", value)
            for each in item.get("anyOf", (item,)):
                if "$ref" in each:
                    stack.append(((*steps, name), each["$ref"].rpartition("/")[2]))
                elif each.get("type") == "string" and each.get("pattern", r"\S") == r"\S":
                    yield (*steps, name), holds_role_id(types[name])


def holds_role_id(kind: Any) -> bool:
    """Whether a type is `RoleId`, with a description of its own, or contains it."""
    return models.RoleId.__metadata__[0] in getattr(kind, "__metadata__", ()) or any(map(holds_role_id, get_args(kind)))


def test_every_kind_of_entry_has_a_row():
    lists = {
        (key, definition["items"]["$ref"].rpartition("/")[2])
        for name, model in SCHEMAS.items()
        for key, definition in json_schema(name)["$defs"][model.__name__]["properties"].items()
        if "$ref" in definition.get("items", ())
    }
    sourced = {
        (key, model)
        for key, model in lists
        if model in {each.__name__ for each in (*Sourced.__subclasses__(), *Asked.__subclasses__())}
    }
    rows = {(key, kind.model.__name__) for key, kind in LISTS.items()}
    assert sourced == rows, (
        "KINDS in schema/kinds.py and File in schema/models.py differ: add the row or the file model"
    )


def with_notes() -> list[type]:
    return [kind.model for kind in KINDS if kind.notes]


def test_every_kind_that_makes_notes_has_a_generator():
    kinds, made = ({model.__name__ for model in models} for models in (with_notes(), GENERATORS))
    assert kinds == made, f"write a function in notes/generate.py and add it to GENERATORS, for {kinds ^ made}"


def test_every_kind_of_note_is_made_from_a_kind_of_entry_or_from_study_notes():
    names = {note for kind in KINDS for note in kind.notes}
    assert names == set(get_args(NoteKind)) - {"note"}, "NoteKind in schema/kinds.py and `notes` in its rows differ"


def test_every_kind_that_makes_notes_says_where_their_sides_are_written():
    assert [kind.model.__name__ for kind in KINDS if bool(kind.sides) != bool(kind.notes)] == [], "set `sides`"


def test_a_question_that_authors_write_is_compared_with_others():
    asked = {kind.model.__name__ for kind in KINDS if any(question in kind.texts for question, _ in kind.sides)}
    compared = {kind.model.__name__ for kind in KINDS if kind.compared}
    # Most words of these questions are those of a template or the names of roles, so they are all alike.
    assert asked - compared == {"Role", "Contrast"}, "set `compared` in schema/kinds.py, or add the kind here"
    assert compared <= asked


def test_check_reads_every_text_of_an_entry(key):
    kind = LISTS[key]
    free = {steps for steps, role in texts(kind.model) if not role} - NO_WORDS
    assert set(kind.texts) == free, "`texts` in schema/kinds.py must have all texts that learners read"


def test_the_sides_of_a_card_are_where_its_question_and_answer_were_written(every_kind, key):
    made = edition(every_kind, Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9))
    kind, roles = LISTS[key], made.content.roles
    for note in (each.note for each in made.release.published if isinstance(each.note.written, kind.model)):
        whole = [field_words(note.front), field_words(note.back)]
        written = [
            tuple(reduce(getattr, steps, note.written) if steps else "" for steps in sides) for sides in kind.sides
        ]
        unchanged = any([field_words(str(side)) for side in sides] == whole for sides in written)
        assert kind.verbatim == unchanged, "`verbatim` says whether the sides are the author's text, unchanged"
        for sides in kind.sides:
            for steps, side in zip(sides, whole, strict=True):
                value = reduce(getattr, steps, note.written) if steps else ""
                if isinstance(value, str):
                    assert field_words(roles[value].name if steps[:1] in kind_roles(key) else value) in side, steps
        answer_is_a_role = whole[1] in {field_words(role.name) for role in roles.values()}
        assert (note.kind in kind.whose) == answer_is_a_role, "`whose` names the notes whose answer is one role"


def kind_roles(key: str) -> set[tuple[str, ...]]:
    return {(role_key,) for role_key in LISTS[key].role_keys}


def field_words(field: str) -> str:
    """The words of a field, without spaces."""
    return squeezed(shown(field))


def test_every_key_that_names_a_role_is_a_role_key(key):
    kind = LISTS[key]
    roles = {steps[0] for steps, role in texts(kind.model) if role}
    assert set(kind.role_keys) == roles, "`role_keys` must have all keys whose values are `RoleId`"


def test_check_finds_a_slip_in_an_entry_of_every_kind(every_kind, run, key):
    problems = json.loads(run("check", "--format", "json").out)
    lines = [Path(each["path"]).read_text(encoding="utf-8").splitlines()[each["line"] - 1] for each in problems]
    assert [
        line for line, each in zip(lines, problems, strict=True) if f"Marked  {key}" in line and each["code"] == "RC601"
    ]


def test_an_unknown_role_or_source_is_reported_in_an_entry_of_every_kind(every_kind, run, key):
    for path in every_kind.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"book"', '"bok"').replace('"cook"', '"cok"'), encoding="utf-8")
    reported = run("check").out
    path = next(path for path in every_kind.rglob("*.yaml") if f"Marked  {key}" in path.read_text(encoding="utf-8"))
    line = next(
        at for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if f"Marked  {key}" in line
    )
    wanted = ["RC501"] + ["RC202"] * bool(LISTS[key].role_keys)
    for code in wanted:
        assert any(f"{path.name}:{line}:" in row and code in row for row in reported.splitlines()), reported


def test_an_entry_of_every_kind_is_on_paper(every_kind, run, key):
    built = run("build", "--only", "handout,quiz")
    assert built.status == 0, built.out
    assert f"Marked{key}" in read("all-handout.pdf")
    assert key not in outline(Path("build/all-handout.pdf")), (
        "add a heading for the list to `guide` in templates/words/en.yaml"
    )


def test_a_note_of_every_kind_is_in_the_deck_and_the_quiz(every_kind, run, key):
    run("build", "--only", "apkg,quiz")
    if LISTS[key].notes:
        note = next(note for note in notes(Path("build/all.apkg")) if note.id == f"x-{key}")
        assert any(f"::kind::{kind} " in f"{note.tags} " for kind in LISTS[key].notes)
        assert f" {note.number} " in f" {' '.join(pages(Path('build/all-quiz.pdf')))} "


@pytest.mark.parametrize("paper", [row.name for row in ARTIFACTS.values() if row.on_paper])
def test_a_character_that_no_font_has_is_reported_at_its_entry_on_every_paper(every_kind, paper):
    for path in every_kind.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("Does what", f"Does {chr(0x10400 + len(EXAMPLES))} what")
        for at, key in enumerate(EXAMPLES):  # each with a letter of its own, of the Deseret script
            text = text.replace(f"Marked  {key}", f"Marked {chr(0x10400 + at)}")
        path.write_text(text, encoding="utf-8")
    made = edition(every_kind, Templates(folders=(bundled_folder(),)), Clock(stamp=10**9, now=10**9))
    with pytest.raises(ContentError) as refused:
        ARTIFACTS[paper].make(made, PrintOptions())
    places = [str(each.location) for each in refused.value.problems if each.code == "RC704"]
    assert places
    assert [place for place in places if not place.startswith(every_kind.as_posix())] == [], (
        'write data-from="ID" on the element of each note in these templates'
    )
