"""A content folder to start from: a small example of both kinds of file, or the whole deck that we ship."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files
from pathlib import Path

from rolecards.problems import ContentError, Location, problem

GIT_ATTRIBUTES = b"cards.lock merge=union text eol=lf\n"
"""Lets git merge the locks of two branches by keeping the lines of both: what both took is settled when it is read."""


def new_folder(folder: Path, *, full: bool) -> dict[Path, bytes]:
    """The files of a new content folder, by the path that each is to be written to.

    Raises ContentError where `folder` is a file, or has something in it already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "name a folder that does not exist yet"
        message = "there is something here already, and nothing of it is overwritten"
        raise ContentError([problem("RC106", Location(folder.as_posix()), message, hint)])
    origin = bundled_content() if full else Path(str(files("rolecards"))) / "examples"
    paths = (path for path in sorted(origin.rglob("*")) if path.is_file() and not path.name.startswith("."))
    written = {folder / path.relative_to(origin): path.read_bytes() for path in paths}
    if not full:
        written[folder / "deck.yaml"] = _with_own_name(written[folder / "deck.yaml"].decode(), folder).encode()
    return written | {folder / ".gitattributes": GIT_ATTRIBUTES}


def _with_own_name(deck: str, folder: Path) -> str:
    """`deck.yaml` with the id and name from the folder's name, as far as that has letters for them."""
    folder = folder.resolve()
    name = unicodedata.normalize("NFC", folder.parent.name if folder.name == "content" else folder.name)
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"\w[\w'\u2019]*", name.replace("_", " "))
    values = {
        "id": "-".join(re.findall("[a-z0-9]+", latin))[:80].strip("-"),
        "name": " ".join(word[0].upper() + word[1:] for word in words),
    }
    for key, value in values.items():
        deck = re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", deck) if value else deck
    return deck


def bundled_content() -> Path:
    """The deck that comes with the program: inside an installed package, beside `src` in a checkout."""
    installed = Path(str(files("rolecards"))) / "content"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "content"
