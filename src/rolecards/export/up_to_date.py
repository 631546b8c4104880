"""The up-to-date check: the ledger has the hashes of each file and its inputs. Without it, all files are made again."""

import hashlib
import sys
import sysconfig
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from rolecards.export.artifacts import ArtifactType
from rolecards.papers.sheets import PrintOptions
from rolecards.release.edition import Edition

LEDGER_NAME = ".rolecards.json"


class Record(Struct, frozen=True):
    """The ledger's entry for one file."""

    inputs: str  # the hash of all inputs
    sha256: str
    digest: str
    summary: str


def read_ledger(out: Path) -> dict[str, Record]:
    """The records by file name; empty if the ledger cannot be read."""
    try:
        return msgspec.json.decode((out / LEDGER_NAME).read_bytes(), type=dict[str, Record])
    except (OSError, ValueError, RecursionError):
        return {}


def is_up_to_date(path: Path, entry: Record | None, inputs: str) -> bool:
    """Whether the file with this record has these inputs and its bytes are unchanged."""
    if entry is None or entry.inputs != inputs:
        return False
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256
    except OSError:
        return False


def inputs_of(artifact_type: ArtifactType, edition: Edition, options: PrintOptions) -> str:
    """The hash of all inputs of an artifact: the program, the release and, on paper, every text and option."""
    deck = edition.content.deck
    parts = [_program(), edition.lock_text.encode(), repr(deck).encode(), edition.wording.description().encode()]
    parts.append(repr(options if artifact_type.on_paper else options.choice).encode())
    if artifact_type.on_paper:
        parts += [repr(edition.content.credits).encode(), *(file.data for file in edition.files)]
        parts += [file.data for file in edition.content.media.values()]
        paths = [path for folder in edition.templates.folders for path in sorted(folder.rglob("*")) if path.is_file()]
        parts += [path.name.encode() + b"\0" + path.read_bytes() for path in paths]
        fonts = (edition.lock_path.parent / font for font in deck.fonts)
        parts += [font.read_bytes() if font.is_file() else b"" for font in fonts]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@cache
def _program() -> bytes:
    """This program, its Python and the installed packages, as far as file names, sizes and times show a change."""
    own = sorted(path for path in Path(__file__).parents[1].rglob("*") if path.suffix in {".py", ".css"})
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in own]
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return repr((sys.version, stats, packages)).encode()
