"""The files of a content folder, read as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.problems import ContentError, Location, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTES_SUFFIXES = (".md", ".markdown")
"""Of study notes."""

CONTENT_SUFFIXES = frozenset({".yaml", ".yml", *NOTES_SUFFIXES})
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. A hundred times the largest hand-written file seen; past it a file is a mistake or an attack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of the content folder."""

    path: str
    """As the author would type it: the folder's own name in front."""
    data: bytes


def read_folder(folder: Path) -> tuple[SourceFile, ...]:
    """Every content file below `folder`, in the order of their paths.

    Raises ContentError where the folder is missing or empty, or a file leads out of it or can't be read.
    """
    paths = sorted(_content_paths(folder)) if folder.is_dir() else []
    if not paths:
        raise ContentError([_nothing_to_read(folder)])
    problems = [problem for path in paths if (problem := _unfit(path, folder))]
    if problems:
        raise ContentError(problems)
    return tuple(SourceFile(path=path.as_posix(), data=path.read_bytes()) for path in paths)


def _nothing_to_read(folder: Path) -> Problem:
    if folder.is_file():
        return problem("RC101", Location(folder.as_posix()), "this is a file", "name the folder that it is in")
    if not folder.is_dir():
        hint = "rolecards init makes one to start from"
        if (folder.parent / "deck.yaml").is_file():
            hint = "deck.yaml lies right here, so name this folder itself: `rolecards check .`"
        return problem("RC101", Location(folder.as_posix()), "there is no content folder here", hint)
    message = "the content folder has no .yaml and no .md file"
    return problem("RC102", Location(folder.as_posix()), message, "rolecards init shows what one looks like")


def _content_paths(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in CONTENT_SUFFIXES and not hidden and not path.is_dir():
            yield path


def _unfit(path: Path, folder: Path) -> Problem | None:
    if not path.resolve().is_relative_to(folder.resolve()):
        return problem(
            "RC103",
            Location(path.as_posix()),
            "this link leads out of the content folder",
            "copy the file into the folder instead",
        )
    if not path.is_file():
        return problem(
            "RC104",
            Location(path.as_posix()),
            "this is not a file that can be read",
            "remove it or replace it by the file it stands for",
        )
    if path.stat().st_size > LARGEST_FILE:
        return problem(
            "RC105",
            Location(path.as_posix()),
            f"this file is larger than {LARGEST_FILE // 2**20} MB, the most that is read",
            "split it",
        )
    return None


def read_text(path: Path) -> str | None:
    """A file of the content folder that may be missing, as text; None for a missing one.

    Raises ContentError where it is not UTF-8, or unfit as a content file would be.
    """
    if not path.is_symlink() and not path.exists():
        return None
    if unfit := _unfit(path, path.parent):
        raise ContentError([unfit])
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(
            [problem("RC110", Location(path.as_posix()), "this file is not UTF-8", "take it back from git")]
        ) from error
