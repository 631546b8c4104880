"""What each file of an output folder was made from, so that a build leaves out what would come out the same.

The ledger is believed only as far as it can be checked: a file counts as made if its bytes still have the hash noted
when it was written. A ledger that is missing, damaged or old costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sys
import sysconfig
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolecards.edition import Edition
    from rolecards.export.artifacts import Artifact, Printing

LEDGER_NAME = ".rolecards.json"
ON_PAPER = frozenset({"handout", "quiz", "cards"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One file: what it was made from, what it holds, and what was said of it."""

    file_name: str
    inputs: str
    sha256: str
    digest: str
    summary: str


def read_ledger(out: Path) -> dict[str, Record]:
    """The records by artifact name; none where there is no ledger that can be read."""
    try:
        noted = json.loads((out / LEDGER_NAME).read_bytes())
        return {name: Record(**record) for name, record in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_ledger(records: Mapping[str, Record]) -> bytes:
    """The ledger as a file."""
    return json.dumps({name: asdict(records[name]) for name in sorted(records)}, indent=1).encode()


def record(artifact: Artifact, inputs: str) -> Record:
    """What to note of a file just made."""
    return Record(
        file_name=artifact.file_name,
        inputs=inputs,
        sha256=hashlib.sha256(artifact.data).hexdigest(),
        digest=artifact.digest,
        summary=artifact.summary,
    )


def still_there(out: Path, noted: Record) -> bool:
    """Whether the file is as it was written."""
    try:
        return hashlib.sha256((out / noted.file_name).read_bytes()).hexdigest() == noted.sha256
    except OSError:
        return False


def inputs_of(name: str, made: Edition, printing: Printing) -> str:
    """A fingerprint of all that the artifact is made from: the program, the release and, for papers, every text."""
    parts = [_program(), made.lock_text.encode(), repr(made.content.deck).encode(), made.wording.description().encode()]
    if name in ON_PAPER:
        parts += [
            repr(printing).encode(),
            *(file.data for file in made.files),
            *_paper_templates(made.templates.folders),
        ]
        parts += [_bytes_of(made.lock_path.parent / font) for font in made.content.deck.fonts]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _paper_templates(folders: Iterable[Path]) -> list[bytes]:
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name.encode() + b"\0" + path.read_bytes() for path in paths]


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@cache
def _program() -> bytes:
    """This program, its Python and the packages beside it, as far as a change of them shows on the disk."""
    own = sorted(path for path in Path(__file__).parents[1].rglob("*") if path.suffix in {".py", ".css"})
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in own]
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return repr((sys.version, stats, packages)).encode()
