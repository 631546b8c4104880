"""The files of a content folder, read as bytes."""

from pathlib import Path

from msgspec import Struct

from rolecards.problems import ContentError, Location, Problem, problem

NOTES_SUFFIXES = (".md", ".markdown")  # suffixes of study notes
NO_NOTES = frozenset({"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE.md", "CODE_OF_CONDUCT.md"})
"""Files about a repository."""
NO_CONTENT = frozenset({"node_modules", "build", "dist", "venv", "__pycache__"})  # folders of other programs
CONTENT_SUFFIXES = frozenset({".yaml", ".yml", *NOTES_SUFFIXES})
LARGEST_FILE = 64 * 1024 * 1024  # bytes, a hundred times the size of the largest hand-written file seen


class SourceFile(Struct, frozen=True, kw_only=True):
    """One file of the content folder."""

    path: str  # as the author would type it: it starts with the content folder
    data: bytes


def read_folder(folder: Path) -> tuple[SourceFile, ...]:
    """Every content file below `folder`, by path. Raises ContentError if there is none, or one must not be read."""
    paths = sorted(path for path in folder.rglob("*") if _is_content(path, folder)) if folder.is_dir() else []
    if not paths:
        raise ContentError([_nothing_to_read(folder)])
    problems = [fault for path in paths if (fault := unfit(path, folder))]
    if folder / "content" / "deck.yaml" in paths and folder / "deck.yaml" not in paths:
        hint = f"name the content folder, `{(folder / 'content').as_posix()}`"
        problems = [problem("RC101", Location(folder.as_posix()), "this is the folder above the content", hint)]
    if problems:
        raise ContentError(problems)
    return tuple(SourceFile(path=path.as_posix(), data=path.read_bytes()) for path in paths)


def _nothing_to_read(folder: Path) -> Problem:
    location = Location(folder.as_posix())
    if folder.is_file():
        return problem("RC101", location, "this is a file", "name the folder that contains it")
    if folder.is_dir():
        message = "the folder contains no .yaml or .md file"
        return problem("RC102", location, message, "`rolecards init` creates an example")
    hint = "`rolecards init` creates one"
    if (folder.parent / "deck.yaml").is_file():
        hint = "the current folder contains deck.yaml; run `rolecards check .`"
    return problem("RC101", location, "this folder does not exist", hint)


def _is_content(path: Path, folder: Path) -> bool:
    *folders, name = path.relative_to(folder).parts
    left_out = name in NO_NOTES or any(part.startswith(".") or part in NO_CONTENT for part in folders)
    return path.suffix.lower() in CONTENT_SUFFIXES and name[0] != "." and not left_out and not path.is_dir()


def unfit(path: Path, folder: Path) -> Problem | None:
    """Why a file below `folder` must not be read: its name, its type, its size, or a link out of the folder."""
    location = Location(path.as_posix())
    try:
        path.as_posix().encode()
        target = path.resolve(strict=True)
    except UnicodeEncodeError:
        return problem("RC104", location, "the name of this file is not UTF-8", "rename the file")
    except (OSError, RuntimeError):  # Python 3.11 raises RuntimeError for a link to itself
        return problem(
            "RC104", location, "this file does not exist or cannot be read", "remove the symbolic link to it"
        )
    if not target.is_relative_to(folder.resolve()):
        return problem("RC103", location, "this link leads out of its folder", "replace it with a copy of the file")
    if not target.is_file():
        return problem("RC104", location, "this is not a regular file", "remove it or replace it with a file")
    if target.stat().st_size > LARGEST_FILE:
        message = f"this file is larger than {LARGEST_FILE // 2**20} MB, the maximum"
        return problem("RC105", location, message, "split it")
    return None


def beside(folder: Path, relative: str, place: Location) -> Path:
    """A folder that the deck file names, inside the content folder or next to it. Raises ContentError for any other."""
    path = folder / relative
    around = folder.resolve().parent
    if not path.resolve().is_relative_to(around) or path.resolve() in (around, folder.resolve()):
        message = f"`{relative}` is neither inside the content folder nor next to it"
        raise ContentError([problem("RC103", place, message, "name a folder such as `../templates`")])
    return path


def read_text(path: Path) -> str | None:
    """The text of a file; None if there is no such file. Raises ContentError if the file is unfit or not UTF-8."""
    if not path.exists() and not path.is_symlink():
        return None
    if fault := unfit(path, path.parent):
        raise ContentError([fault])
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        location = Location(path.as_posix())
        raise ContentError([problem("RC110", location, "this file is not UTF-8", "restore it from git")]) from error
