"""Files that are generated from the code are current."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATED = runpy.run_path(str(ROOT / "docs" / "generate.py"))["generated_files"]()


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_file_is_current(name):
    current = (ROOT / name).is_file() and (ROOT / name).read_text(encoding="utf-8") == GENERATED[name]
    assert current, f"{name} is out of date; run `make generated` and commit the result"
