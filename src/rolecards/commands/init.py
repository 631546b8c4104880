"""`rolecards init`: creates a deck to start from, with a small example, or copies the whole shipped deck."""

import re
import shlex
import unicodedata
from argparse import Namespace
from importlib.resources import files
from pathlib import Path

import msgspec

from rolecards.commands.report import notice
from rolecards.problems import ContentError, Location, problem
from rolecards.schema.json_schemas import editor_schemas
from rolecards.schema.models import DeckSettings
from rolecards.source.folder import SourceFile
from rolecards.source.yaml import read_yaml
from rolecards.text.printable import one_line
from rolecards.write import write_all

_SCHEMAS_LINE = re.compile(r"\nschemas: .*\n")
GIT_ATTRIBUTES = b"cards.lock merge=union text eol=lf\n"
"""Makes git merge the locks of two branches line by line; the lock resolves duplicates when it is read."""


def run(options: Namespace) -> int:
    """Write a new folder: the content, and what is beside it."""
    content = options.folder if options.bare or options.full else options.folder / "content"
    paths = write_all(_new_files(options.folder, content, full=options.full))
    print("".join(f"{one_line(str(path))}\n" for path in paths), end="")
    notice(f"next, run: rolecards build {shlex.quote(str(content))}")
    return 0


def _new_files(folder: Path, content: Path, *, full: bool) -> dict[Path, bytes]:
    """The files of a new folder, by path. Raises ContentError if the folder is a file or not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "this path already exists and is not an empty folder"
        raise ContentError([problem("RC106", Location(folder.as_posix()), message, "choose a new folder")])
    package = Path(str(files("rolecards")))
    attributes = {content / ".gitattributes": GIT_ATTRIBUTES}
    if full:  # the shipped deck is inside an installed package, but next to `src` in a clone
        shipped = package / "content"
        return _copies(shipped if shipped.is_dir() else package.parents[1] / "content", folder) | attributes
    copies = _copies(package / "examples" / ("content" if content == folder else ""), folder) | attributes
    deck = _with_own_name(copies[content / "deck.yaml"].decode(), content)
    if content == folder:
        return copies | {content / "deck.yaml": _SCHEMAS_LINE.sub("", deck).encode()}
    document, _ = read_yaml(SourceFile(path="deck.yaml", data=deck.encode()))
    assert document
    texts = editor_schemas(msgspec.convert(document.value, DeckSettings))
    schemas = {folder / "schemas" / name: text.encode() for name, text in texts.items()}
    return copies | schemas | {content / "deck.yaml": deck.encode()}


def _copies(origin: Path, folder: Path) -> dict[Path, bytes]:
    paths = (path for path in sorted(origin.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {folder / path.relative_to(origin): path.read_bytes() for path in paths}


def _with_own_name(deck: str, folder: Path) -> str:
    """The deck file with the id and name from the folder's name, as far as it has letters for them."""
    folder = folder.resolve()
    name = unicodedata.normalize("NFC", folder.parent.name if folder.name == "content" else folder.name)
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    first, *others = re.findall(r"\w[\w'\u2019]*", name.replace("_", " ")) or [""]
    shown = " ".join([first.capitalize() if first.islower() else first, *others])  # `iPhone` stays as typed
    deck_id = "-".join(re.findall("[a-z0-9]+", latin))[:80].strip("-")
    for key, value in (("id", deck_id), ("name", shown)):
        deck = re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", deck) if value else deck
    return deck
