"""Pictures and sounds of the content folder: each is read once, checked, and named by its content."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from os.path import normpath, realpath
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from msgspec import Struct

from rolecards.codes import CODES, Severity
from rolecards.problems import Location, Problem, UnplacedProblem, did_you_mean, problem
from rolecards.source.folder import unfit

Kind = Literal["picture", "sound"]
LARGEST = 5 * 2**20  # bytes of a picture or sound
_LONGEST_SLUG = 60 - len("-12345678.jpeg")  # characters: Anki cuts long names, which may lose the hash


class Format(NamedTuple):
    """A format of media files, by the suffix that names it."""

    kind: Kind
    noun: str
    starts: bytes  # a pattern for how its files start


FORMATS = {  # by suffix
    ".png": Format("picture", "PNG", rb"\x89PNG\r\n\x1a\n"),
    ".jpg": Format("picture", "JPEG", rb"\xff\xd8\xff"),
    ".jpeg": Format("picture", "JPEG", rb"\xff\xd8\xff"),
    ".webp": Format("picture", "WebP", rb"RIFF....WEBP"),
    ".gif": Format("picture", "GIF", rb"GIF8[79]a"),
    ".svg": Format("picture", "SVG", rb"(?:\xef\xbb\xbf)?\s*<[?!s]"),
    ".mp3": Format("sound", "MP3", rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
    ".ogg": Format("sound", "Ogg", rb"OggS"),
    ".opus": Format("sound", "Opus", rb"OggS.{24}.OpusHead"),
    ".m4a": Format("sound", "M4A", rb"....ftyp"),
    ".wav": Format("sound", "WAV", rb"RIFF....WAVE"),
}


class MediaFile(Struct, frozen=True, kw_only=True):
    """A picture or sound that can be used."""

    path: str  # from the content folder, with slashes
    name: str  # in packages: a slug of its file name, and a hash by which equal names are equal files
    data: bytes

    @property
    def format(self) -> Format:
        """The format that its suffix names and its content confirms."""
        return FORMATS[suffix(self.path)]


class MediaFolder:
    """The pictures and sounds of a content folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, MediaFile] = {}  # the usable files that were asked for, by their paths
        self.named: list[tuple[str, Kind, Location]] = []  # the paths that texts name, with the places of these texts
        self._unusable: dict[str, list[UnplacedProblem]] = {}

    def file(
        self, path: str, kind: Kind, place: Location, *, text: str = "", alt: str | None = None
    ) -> tuple[MediaFile | None, list[Problem]]:
        """The file with this path, and its problems at the place that names it; None if it cannot be used.

        The path is relative to the folder, or to the text file with the path `text` in it. In a text file, the end of a
        path is enough for a file with a unique name, as in Obsidian. `alt` is its alternative text, if it needs one.
        Warnings about a file are reported only where it is first named.
        """
        end, path = f"/{path}", normpath(PurePosixPath("" if ":" in path else text).parent / path)
        if text and path not in self._paths:
            ends = [each for each in self._paths if f"/{each}".endswith(end)]
            path = ends[0] if len(ends) == 1 else path
        known = path in self.files or path in self._unusable
        faults = self._unusable.get(path, []) if known else self._add(path)
        file = self.files.get(path)
        if file and file.format.kind != kind:
            faults = [("RC182", f"`{path}` is not a {kind}", f"it is a {file.format.kind}")]
            file = None
        if file:
            self.named.append((path, kind, place))
        if file and alt is not None and not alt.strip():
            hint = "write what it shows, as in `![words](file)`"
            faults = [*faults, ("RC124", "the picture has no alternative text", hint)]
        return file, [problem(code, place, message, hint) for code, message, hint in faults]

    def _add(self, path: str) -> list[UnplacedProblem]:
        """Read and check a file; returns its faults."""
        data = b""
        faults = [*self._path_faults(path)]
        if not faults:
            with self._paths[path][0].open("rb") as file:
                data = file.read(LARGEST + 1)
            faults = [*_faults(path, data)]
        if any(CODES[code].severity is Severity.ERROR for code, _, _ in faults):
            self._unusable[path] = faults
        else:
            self.files[path] = MediaFile(path=path, name=package_name(path, data), data=data)
        return faults

    def _path_faults(self, path: str) -> Iterator[UnplacedProblem]:
        """Why a path does not lead to a regular file inside the folder."""
        if path.startswith(("https:/", "http:/")):
            hint = "copy the picture into the content folder, and write its path"
            yield "RC181", f"`{path.replace('/', '//', 1)}` is on the web", hint
        elif path.startswith(("/", "..")) or "\\" in path or ":" in path:
            hint = "copy the file into the content folder, and write its path with slashes"
            yield "RC181", f"`{path}` is not a path inside the content folder", hint
        elif suffix(path) not in FORMATS:
            yield "RC182", f"`{path}` is not a picture or sound", f"use one of {', '.join(FORMATS)}"
        elif path not in self._paths:
            yield "RC180", f"the content folder has no file `{path}`", did_you_mean(path, self._paths)
        elif len(self._paths[path]) > 1:
            yield "RC180", f"the content folder has several files `{path}`", "rename all but one of them"
        elif realpath(file := self._paths[path][0]) != str(self.folder.resolve() / file.relative_to(self.folder)):
            yield "RC181", f"`{path}` is reached through a link", "replace the link with a copy"
        elif unfit(file, self.folder):
            yield "RC182", f"`{path}` is not a regular file", ""

    @cached_property
    def _paths(self) -> dict[str, list[Path]]:
        """All media files of the folder, by their paths as texts spell them: Unicode has several forms of a name."""
        paths: dict[str, list[Path]] = {}
        for path in sorted(self.folder.rglob("*")):
            if suffix(path.name) in FORMATS:
                name = unicodedata.normalize("NFC", path.relative_to(self.folder).as_posix())
                paths.setdefault(name, []).append(path)
        return paths


def suffix(path: str) -> str:
    """The suffix of a path, in lower case."""
    return PurePosixPath(path).suffix.lower()


def package_name(path: str, data: bytes) -> str:
    """The name of a file in packages, which nothing has to escape: `matrix-1a2b3c4d.png`."""
    stem = unicodedata.normalize("NFKD", PurePosixPath(path).stem.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub("[^a-z0-9]+", "-", stem).strip("-")[:_LONGEST_SLUG].rstrip("-") or FORMATS[suffix(path)].kind
    return f"{slug}-{hashlib.sha256(data).hexdigest()[:8]}{suffix(path)}"


def _faults(path: str, data: bytes) -> Iterator[UnplacedProblem]:
    format_ = FORMATS[suffix(path)]
    if len(data) > LARGEST:
        yield "RC183", f"`{path}` is larger than {LARGEST // 2**20} MB", "make it smaller"
    elif not re.match(format_.starts, data, re.DOTALL):
        yield "RC182", f"`{path}` is not a {format_.noun} file", "export it again in this format"
    elif format_.noun == "SVG":
        from rolecards.source.drawing import drawing_faults  # noqa: PLC0415 - loads a parser of XML

        yield from drawing_faults(path, data)
    elif format_.kind == "picture":
        from rolecards.source.raster import raster_faults  # noqa: PLC0415 - loads Pillow

        yield from raster_faults(path, data, format_.noun)
