"""The zip file of an Anki package, read in memory and within limits."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from rolecards.compare.text_diff import shortened
from rolecards.problems import ContentError, Location, Problem, problem
from rolecards.text.printable import printable

LARGEST_UNPACKED = 2 * 2**30  # bytes; 10,000 notes unpack to 6 MB, the largest shared decks to less than 1 GB
HIGHEST_RATIO = 200  # unpacked size to packed size; an Anki database shrinks about 10 times, a zip bomb 1,000 times
HARMLESS = 16 * 2**20  # bytes that may have any ratio: silence and blank pictures shrink 500 times
LARGEST_TEXT = 64 * 2**20  # bytes; a media list of 100,000 names takes 5 MB
LONGEST_MESSAGE = 300  # characters; a message may quote a text of any length from the package
CHUNK = 2**20
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
"""Everything that `zipfile` raises for members with inconsistent headers."""


def package_problem(path: Path, code: str, message: str, hint: str = "") -> Problem:
    """A problem with the package at this path; the message may quote text from the package."""
    return problem(code, Location(str(path)), shortened(" ".join(printable(message).split()), LONGEST_MESSAGE), hint)


def refusal(path: Path, code: str, message: str, hint: str = "") -> ContentError:
    """The error for a package that can't be used."""
    return ContentError([package_problem(path, code, message, hint)])


class Archive(Struct, frozen=True, kw_only=True):
    """An open zip file whose declared sizes are within the limits."""

    path: Path
    file: zipfile.ZipFile

    def __contains__(self, member: str) -> bool:
        return member in self.file.NameToInfo

    def chunks(self, member: str) -> Iterator[bytes]:
        """The member's bytes in chunks; raises ContentError if the archive is damaged."""
        try:
            with self.file.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except _DAMAGED as error:
            message = f"the package is damaged: `{member}` can't be unpacked ({error})"
            raise refusal(self.path, "RC803", message) from error

    def content(self, member: str, largest: int = LARGEST_TEXT) -> bytes:
        """All bytes of a member; raises ContentError if there are more than `largest`."""
        if self.file.getinfo(member).file_size > largest:
            limit = f"{largest // 2**20} MB"
            raise refusal(self.path, "RC803", f"`{member}` in the package is larger than the limit of {limit}")
        return b"".join(self.chunks(member))

    def copy(self, written: Mapping[str, bytes], members: Mapping[str, str], target: Path) -> None:
        """Write an uncompressed package with these new members, and media members with their names."""
        with zipfile.ZipFile(target, "w") as package:
            for name, content in {**written, "media": json.dumps(members).encode()}.items():
                package.writestr(name, content)
            for member in members:
                with package.open(member, "w", force_zip64=True) as stream:
                    stream.writelines(self.chunks(member))

    def sha256(self, member: str) -> str:
        """The hexadecimal digest of the member's bytes."""
        digest = hashlib.sha256()
        for chunk in self.chunks(member):
            digest.update(chunk)
        return digest.hexdigest()


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open the zip file at this path; raises ContentError if it is missing, damaged or too large."""
    with _open(path) as file:
        members = file.infolist()
        unpacked = sum(member.file_size for member in members)
        if unpacked > LARGEST_UNPACKED:
            limit = f"{LARGEST_UNPACKED // 2**30} GB"
            raise refusal(path, "RC803", f"the package unpacks to more than the limit of {limit}")
        if unpacked > HARMLESS and unpacked > HIGHEST_RATIO * path.stat().st_size:
            message = f"the package unpacks to more than {HIGHEST_RATIO} times its size"
            raise refusal(path, "RC803", message, "real packages unpack to about 10 times their size")
        if any(member.compress_type not in _METHODS or member.flag_bits & 1 for member in members):
            message = "the package is encrypted, or uses a compression method that Anki does not use"
            raise refusal(path, "RC803", message)
        yield Archive(path=path, file=file)


def _open(path: Path) -> zipfile.ZipFile:
    if path.exists() and not path.is_file():  # reading a device may never end, and opening a pipe may block
        message = "this is a folder" if path.is_dir() else "this is not a regular file"
        raise refusal(path, "RC801", message, "give the path of an .apkg file")
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise refusal(path, "RC801", "there is no such file") from error
    except (zipfile.BadZipFile, ValueError, OverflowError) as error:
        message = "this is not an Anki package: it is not a zip file, or it is incomplete"
        raise refusal(path, "RC802", message, "download or build it again") from error
    except (OSError, NotImplementedError) as error:
        raise refusal(path, "RC801", f"this file can't be read ({error})") from error
