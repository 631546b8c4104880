"""The zip round an Anki package: opened, measured and read under limits, never unpacked by name."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolecards.problems import ContentError, Location, Problem, problem
from rolecards.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_UNPACKED = 2 * 2**30
"""Bytes; a deck of 10,000 notes unpacks to 6 MB, the largest shared decks with sound stay under 1 GB."""
HIGHEST_RATIO = 200
"""Unpacked to packed; an Anki database shrinks some 10 times, what is made to fill a disk 1,000 times."""
HARMLESS = 16 * 2**20
"""Bytes; an archive that unpacks to less may have any ratio (silence and blank pictures shrink 500 times)."""
LARGEST_TEXT = 64 * 2**20
"""Bytes; the most that is held in memory at once. A media list of 100,000 names takes 5 MB."""
CHUNK = 2**20

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
"""All that `zipfile` raises for members whose headers don't hold together."""


def package_problem(path: Path, code: str, message: str, hint: str = "") -> Problem:
    """Make a problem of the package at this path; the message may quote what strangers wrote."""
    return problem(code, Location(str(path)), printable(message), hint)


def refusal(path: Path, code: str, message: str, hint: str = "") -> ContentError:
    """Make the error that says why the package at this path can't be used."""
    return ContentError([package_problem(path, code, message, hint)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An open zip whose claims about its sizes have been checked; reading more than claimed is an error."""

    path: Path
    file: zipfile.ZipFile

    def __contains__(self, member: str) -> bool:
        return member in self.file.NameToInfo

    def chunks(self, member: str) -> Iterator[bytes]:
        """Give the member's bytes in pieces; raises ContentError where the archive is damaged."""
        try:
            with self.file.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except _DAMAGED as error:
            raise refusal(
                self.path, "RC803", f"the package is damaged: `{member}` can't be unpacked ({error})"
            ) from error

    def text(self, member: str) -> bytes:
        """Read a small member whole; raises ContentError where it is larger than `LARGEST_TEXT`."""
        if self.file.getinfo(member).file_size > LARGEST_TEXT:
            limit = f"{LARGEST_TEXT // 2**20} MB"
            raise refusal(
                self.path, "RC803", f"`{member}` in the package is larger than {limit}, the most that is read"
            )
        return b"".join(self.chunks(member))

    def sha256(self, member: str) -> str:
        """Give the hexadecimal digest of the member's bytes."""
        digest = hashlib.sha256()
        for chunk in self.chunks(member):
            digest.update(chunk)
        return digest.hexdigest()


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open the zip at this path; raises ContentError where there is none or it is too large."""
    file = _open(path)
    with file:
        _refuse_too_large(path, file)
        yield Archive(path=path, file=file)


def _open(path: Path) -> zipfile.ZipFile:
    if path.is_dir():
        raise refusal(path, "RC801", "this is a folder", "name the .apkg file that is in it")
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise refusal(path, "RC801", "there is no such file") from error
    except (zipfile.BadZipFile, ValueError, OverflowError) as error:
        message = "this is not an Anki package: it is not a zip file, or its end is missing"
        raise refusal(path, "RC802", message, "download or build it again") from error
    except (OSError, NotImplementedError) as error:
        raise refusal(path, "RC801", f"this file can't be read ({error})") from error


def _refuse_too_large(path: Path, file: zipfile.ZipFile) -> None:
    members = file.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED:
        limit = f"{LARGEST_UNPACKED // 2**30} GB"
        raise refusal(path, "RC803", f"the package unpacks to more than {limit}, the most that is read")
    if unpacked > HARMLESS and unpacked > HIGHEST_RATIO * path.stat().st_size:
        message = f"the package unpacks to more than {HIGHEST_RATIO} times its size, the most that is read"
        raise refusal(path, "RC803", message, "a real package shrinks some 10 times; don't trust where it came from")
    if any(member.compress_type not in _METHODS or member.flag_bits & 1 for member in members):
        raise refusal(path, "RC803", "the package is encrypted or packed in a way that Anki does not use")
