"""The action, the hooks and the workflow that other repositories and this one run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader

from rolecards.cli import main
from test_releases import remove_fact

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

GH = """#!/bin/sh
# Stands for GitHub: one release, whose files are in $RELEASED; every call is written down.
echo "$@" >> "$CALLS"
case "$*" in
  "release list "*) [ ! -d "$RELEASED" ] || echo v0 ;;
  "release view v0 --json assets "*) ls "$RELEASED" ;;
  "release download v0 "*) cp "$RELEASED"/*.apkg "$7" ;;
  "release view "*) exit 1 ;;
esac
"""


def steps() -> dict[str, dict[str, object]]:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return {step["name"]: step for step in action["runs"]["steps"] if "run" in step}


@pytest.fixture
def runner(small, tmp_path):
    """Runs a step of the action with bash, as GitHub does, in a repository with the content of `small`."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tools}:{BIN}:{os.environ['PATH']}",
        "CONTENT": "content",
        "OUT": "build",
        "STRICT": "false",
        "PAPER": "a4",
        "TEMPLATES": "",
        "CALLS": str(tmp_path / "calls"),
        "RELEASED": str(tmp_path / "released"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_REF_NAME": "v1",
        "LAST": "",
    }

    def step(name: str, **variables: str) -> subprocess.CompletedProcess[str]:
        script = str(steps()[name]["run"])
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=small.parent, env=environment | variables, capture_output=True, text=True, check=False
        )

    return step


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", ".github/workflows/check.yml"),
    ],
)
def test_the_files_are_what_github_reads(schema, file):
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, ROOT / file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_inputs_reach_the_shell_through_variables_alone():
    assert all("${{" not in str(step["run"]) for step in steps().values())


def test_a_fault_in_the_content_becomes_an_annotation_and_fails_the_step(runner, small):
    cook = small / "roles" / "cook.yaml"
    cook.write_text(cook.read_text(encoding="utf-8").replace("part: more", "part: mroe"), encoding="utf-8")
    done = runner("Check")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=content/roles/cook.yaml,line=")


def test_warnings_fail_the_step_only_where_strict_is_asked_for(runner):
    assert runner("Check").returncode == 0
    assert runner("Check", STRICT="true").returncode == 1


def test_a_build_fails_where_the_lock_was_not_committed(runner):
    done = runner("Build")
    assert done.returncode == 1
    assert "RC221" in done.stdout


def test_a_deck_with_wordings_and_paper_of_its_own_passes_check_and_build(runner, small):
    own = small.parent / "own"
    (own / "cards").mkdir(parents=True)
    (own / "cards" / "who.j2").write_text("Who?<br>{{ role.one_line }}\n---\n{{ role.name }}\n", encoding="utf-8")
    main(["build", "--only", "apkg", "--templates", "own"])
    assert runner("Build").returncode == 1
    chosen = {"TEMPLATES": "own", "PAPER": "letter"}
    assert [runner(name, **chosen).returncode for name in ("Check", "Build")] == [0, 0]
    width = PdfReader(small.parent / "build" / "small-handout.pdf").pages[0].mediabox.width
    assert width == pytest.approx(8.5 * 72)


def test_the_readmes_snippets_name_hooks_and_inputs_that_there_are(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    snippets = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(repos:.*?|on:.*?)```", readme, re.DOTALL)]
    config, workflow = snippets
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in config["repos"][0]["hooks"]} <= {hook["id"] for hook in hooks}
    used = next(step for step in workflow["jobs"]["deck"]["steps"] if step["uses"].startswith("OWNER/rolecards@"))
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(used["with"]) <= set(action["inputs"])
    file = tmp_path / "deck.yml"
    file.write_text(re.findall(r"```yaml\n(on:.*?)```", readme, re.DOTALL)[0], encoding="utf-8")
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_first_release_says_so_and_carries_deck_papers_and_changelog(runner, small, tmp_path):
    main(["build"])
    assert [runner(name).returncode for name in ("Build", "List the changes", "Release")] == [0, 0, 0]
    assert (tmp_path / "summary").read_text(encoding="utf-8") == "The first release.\n"
    assert (tmp_path / "output").read_text(encoding="utf-8") == "changelog=build/changelog.md\n"
    upload = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()[-1]
    assert upload.startswith("release upload v1 build/small.apkg build/small-")
    assert upload.endswith(".pdf build/changelog.md --clobber")


@pytest.fixture
def released(small, tmp_path):
    """The content as it stands, released."""
    main(["build", "--only", "apkg"])
    (tmp_path / "released").mkdir()
    (small.parent / "build" / "small.apkg").rename(tmp_path / "released" / "small.apkg")


def last(runner, tmp_path) -> str:
    """The folder with the last release, fetched as the action does."""
    assert runner("Fetch the last release").returncode == 0
    return (tmp_path / "output").read_text(encoding="utf-8").strip().removeprefix("folder=")


@pytest.mark.usefixtures("released")
def test_a_later_release_tells_what_changed(runner, small, tmp_path):
    cook = small / "roles" / "cook.yaml"
    cook.write_text(cook.read_text(encoding="utf-8").replace("meal", "dinner"), encoding="utf-8")
    main(["build"])
    folder = last(runner, tmp_path)
    assert runner("Build", LAST=folder).returncode == 0
    assert runner("List the changes", LAST=folder).returncode == 0
    assert "dinner" in (tmp_path / "summary").read_text(encoding="utf-8")


@pytest.mark.usefixtures("released")
def test_a_lock_that_was_lost_stops_the_build_and_a_package_built_from_it_the_release(runner, small, tmp_path):
    folder = last(runner, tmp_path)
    (small / "cards.lock").unlink()
    cook = small / "roles" / "cook.yaml"
    cook.write_text(cook.read_text(encoding="utf-8").replace("meal", "dinner"), encoding="utf-8")
    remove_fact(cook, "cook-learns")
    main(["build"])
    built = runner("Build", LAST=folder)
    assert built.returncode == 1
    assert "RC227" in built.stdout
    listed = runner("List the changes", LAST=folder)
    assert listed.returncode == 1
    assert "::error::" in listed.stdout
    assert "cook-learns" in (tmp_path / "summary").read_text(encoding="utf-8")


def test_a_release_without_a_deck_counts_as_none(runner, tmp_path):
    (tmp_path / "released").mkdir()
    (tmp_path / "released" / "program.zip").write_bytes(b"")
    assert runner("Fetch the last release").returncode == 0
    assert not (tmp_path / "output").exists()


def test_pre_commit_runs_both_hooks_in_a_repository(small, tmp_path):
    repository = small.parent
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    local = [hook | {"language": "system", "entry": f"{BIN}/{hook['entry']}"} for hook in hooks]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    cook = small / "roles" / "cook.yaml"
    cook.write_text(cook.read_text(encoding="utf-8").replace("one_line: ", 'one_line: "  ', 1).replace(
        "\nfacts:", '"\nfacts:', 1), encoding="utf-8")  # fmt: skip
    environment = os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(command, cwd=repository, check=True)
    run = [BIN / "pre-commit", "run", "--all-files", "--color=never"]
    first = subprocess.run(run, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert "check the cards" in first.stdout
    assert "files were modified by this hook" in first.stdout
    second = subprocess.run(run, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert second.stdout.count("Passed") == 2, second.stdout
