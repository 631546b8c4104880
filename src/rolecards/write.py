"""Files written whole or not at all."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from errno import EISDIR
from pathlib import Path


def write_all(files: Mapping[Path, bytes | None]) -> list[Path]:
    """Write the files that differ from those on the disk, and remove those without bytes; the changed ones, in order.

    All are first written to temporary files next to them, and moved only when every one is on the disk. Raises OSError
    with the path of the file; then nothing has changed, except files that a note of the error names.
    """
    remove_leftovers({path.parent for path in files})
    for path in files:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
    due = [path for path, data in files.items() if not _has(path, data)]
    parts = {path: path.with_name(f"{_prefix()}{at}.part") for at, path in enumerate(due)}
    changed: list[Path] = []
    try:
        for path, part in parts.items():
            if (data := files[path]) is not None:
                _stage(path, part, data)
        for path, part in parts.items():
            if files[path] is None:
                path.unlink(missing_ok=True)
            else:
                part.replace(path)
            changed.append(path)
    except OSError as error:
        if changed:
            error.add_note(f"{', '.join(map(str, changed))} changed before that")
        raise
    finally:
        for part in parts.values():
            with suppress(OSError):  # its folder may be a file
                part.unlink()
    return changed


def temporary_file() -> tuple[int, Path]:
    """A new file for this process only: its descriptor and its path. Raises OSError with the folder."""
    from tempfile import gettempdir, mkstemp  # noqa: PLC0415 - not for a build that is up to date

    folder = os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - for the message only
    try:
        folder = gettempdir()
        remove_leftovers([Path(folder)])
        handle, name = mkstemp(prefix=_prefix(), suffix=".part")
    except OSError as error:
        raise OSError(error.errno, "a temporary file cannot be created here", folder) from error
    return handle, Path(name)


def _prefix() -> str:
    """What the names of temporary files begin with; from it other processes know whether the file is still used."""
    return f".rolecards-{os.getpid()}-"


def remove_leftovers(folders: Iterable[Path]) -> None:
    """Remove the temporary files that killed processes left in these folders."""
    for part in (part for folder in folders for part in folder.glob(".rolecards-*-*.part")):
        process = part.name.split("-")[1]
        with suppress(OSError):
            if process.isdecimal() and not _runs(int(process)):
                part.unlink()


def _runs(process: int) -> bool:
    """Whether another process with this id is running."""
    if process == os.getpid() or os.name == "nt":  # Windows doesn't remove files that are open
        return False
    try:
        with suppress(PermissionError):
            os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _has(path: Path, data: bytes | None) -> bool:
    if data is None:
        return not os.path.lexists(path)
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _stage(path: Path, part: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
    except OSError as error:
        # An error of a write has no path, and the author knows no temporary name.
        raise OSError(error.errno, error.strerror, str(path)) from error
