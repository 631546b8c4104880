"""Reviews never move below another subject: random histories of nested notes, imported by the real Anki."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

import pytest
from nested_histories import Nested
from test_histories import BUILDS, PER_HISTORY, Publisher, imports, moved, published


@pytest.mark.fuzz
def test_no_review_belongs_to_a_text_below_another_subject(tmp_path, run, anki, monkeypatch, capsys):
    found: list[str] = []
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for seed in range(-(-BUILDS // PER_HISTORY)):
        random = Random(seed)
        notes = Nested(random)
        publisher = Publisher(tmp_path / str(seed), run, monkeypatch)
        publisher.published = {}
        packages = []
        while publisher.builds < PER_HISTORY:
            before, lock = notes.copy(), publisher.lock.read_bytes() if packages else b""
            kinds = [notes.edit() for _ in range(random.choice((1, 1, 2, 3)))] if packages else []
            package = publisher.build(notes, kinds)
            if package is None:
                notes.groups, notes.deleted = before
                publisher.lock.write_bytes(lock)
                continue
            publisher.published |= published(package)
            packages.append(package)
        steps = [
            step
            for package in imports(random, packages)
            for step in (("import", package), ("study", None), ("shown", None))
        ]
        found += [f"seed {seed}: {move}" for move in moved(anki(*steps)[2::3], [("", notes)])]
        counts.update(builds=publisher.builds, asked=publisher.stopped)
        refused += publisher.refused
    with capsys.disabled():
        lines = [f"nested: {dict(counts)}, {len(found)} moved", *(f"  refused: {line[:300]}" for line in refused)]
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert not found, "\n".join(found[:10])
    assert refused.total() <= 0.1 * counts["builds"]
