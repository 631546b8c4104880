"""A content folder to start from: a small example of both kinds of file, or the whole deck that we ship."""

from __future__ import annotations

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
    return written | {folder / ".gitattributes": GIT_ATTRIBUTES}


def bundled_content() -> Path:
    """The deck that comes with the program: inside an installed package, beside `src` in a checkout."""
    installed = Path(str(files("rolecards"))) / "content"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "content"
