"""The index of claims: no reverse question has a right answer that its card rejects."""

from __future__ import annotations

import csv

from conftest import DATA, ROOT, edit
from rolecards.content import read_content
from rolecards.notes import index as ambiguity
from rolecards.notes.generate import index_of
from rolecards.source.folder import read_folder


def seed_triples() -> list[tuple[str, str, str]]:
    with (DATA / "seed-facts.tsv").open(encoding="utf-8") as file:
        return [(row["role"], row["relation"], row["value"]) for row in csv.DictReader(file, delimiter="\t")]


def index_of_triples(triples):
    claimed = [(role, ambiguity.claims({relation: [value]})) for role, relation, value in triples]
    return ambiguity.build_index((role, claim) for role, claims in claimed for claim in claims)


def test_the_first_document_has_exactly_four_collisions():
    triples = seed_triples()
    index = index_of_triples(triples)
    assert (len(triples), len(index)) == (46, 42)
    assert {claim: roles for claim, roles in index.items() if len(roles) > 1} == {
        ("works_with", "ml team"): ("pm", "de"),
        ("discipline", "software engineering"): ("do", "de"),
        ("trains", "prediction models"): ("mle", "mlr"),
        ("tool", "tensorflow"): ("mle", "mlr"),
    }


def test_the_deck_indexes_every_triple_of_the_first_document():
    index = index_of(read_content(ROOT / "content", read_folder(ROOT / "content")))
    for role, relation, value in seed_triples():
        assert role in index[relation, value], f"{role} {relation} {value}"


def test_case_and_spacing_make_no_other_claim():
    index = index_of_triples([("a", "Tool", "Big  Query"), ("b", "tool", "big query")])
    assert index == {("tool", "big query"): ("a", "b")}


def test_a_pair_of_claims_may_single_out_one_role():
    index = index_of_triples(seed_triples())
    pair = ambiguity.claims({"tool": ["TensorFlow", "Docker"]})
    assert ambiguity.roles_with(index, pair) == ("mle",)


def test_a_narrowing_claim_leaves_one_role():
    index = index_of_triples(seed_triples())
    wanted = ambiguity.claims({"tool": ["tensorflow"]})
    for role in ("mle", "mlr"):
        further = ambiguity.narrower(index, wanted, role)
        assert further is not None
        assert ambiguity.roles_with(index, [*wanted, further]) == (role,)


def test_a_set_card_counts_its_roles_and_leaves_none_out(small, run, anki):
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert state["notes"]["set-apron"]["Front"].startswith("Which two roles have “tool: apron”?")
    assert state["notes"]["set-apron"]["Back"] == "Cook · Waiter"


def test_a_role_that_comes_to_share_a_tool_changes_the_count(small, run, anki):
    edit(small / "roles" / "waiter.yaml", "tool: [apron]", "tool: [apron, knife]")
    edit(small / "reverse.yaml", "tool: [apron]", "tool: [knife]")
    run("build", "--only", "apkg")
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    assert state["notes"]["set-apron"]["Front"].startswith("Which two roles have “tool: knife”?")


def test_a_misspelled_keyword_gets_a_suggestion(small, run):
    edit(small / "reverse.yaml", "of: {tool: [apron]}", "of: {Tool: [Aprn]}")
    assert "error RC402 no role has `tool: aprn` in its `index` (did you mean `apron`?)" in run("check").out


def test_a_set_question_that_fits_one_role_is_refused(small, run):
    edit(small / "reverse.yaml", "of: {tool: [apron]}", "of: {tool: [knife]}")
    assert "error RC404 `tool: knife` fits only `cook` (use `ask: who`)" in run("check").out


def test_a_set_question_that_fits_four_roles_is_refused(small, run):
    cook = (small / "roles" / "cook.yaml").read_text(encoding="utf-8")
    for name in ("baker", "butcher"):
        text = cook.replace("cook", name).replace("Cook", name.title())
        (small / "roles" / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = run("check").out
    assert "error RC403 `tool: apron` fits 4 roles; one answer can list at most 3" in found
