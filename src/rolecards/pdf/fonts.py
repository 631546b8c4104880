"""The font files a document is set in: which characters each has, and how wide they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from rolecards.pdf.right_to_left import RIGHT_TO_LEFT, shaped_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MM_PER_POINT = 25.4 / 72
FONT_FILES = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The files of one typeface; a missing style falls back on upright, then on regular."""

    regular: Path
    bold: Path | None = None
    italic: Path | None = None
    bold_italic: Path | None = None

    def files(self, *, bold: bool, italic: bool) -> tuple[Path, ...]:
        """The files to look a character up in, the wanted style first."""
        wanted = [self.bold_italic] if bold and italic else []
        wanted += [self.bold] if bold else [self.italic] if italic else []
        return tuple(dict.fromkeys(file for file in (*wanted, self.regular) if file))


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSet:
    """The families a style sheet may name, and the files asked for characters that a family lacks."""

    families: Mapping[str, Family]
    fallbacks: tuple[Path, ...] = ()

    def named(self) -> Iterator[tuple[str, str, Path]]:
        """Each file with a family's name and style for it: "", B, I or BI, or a name of its own for a fallback."""
        for name, family in self.families.items():
            for style in ("", "B", "I", "BI"):
                yield name, style, family.files(bold="B" in style, italic="I" in style)[0]
        for number, path in enumerate(self.fallbacks):
            yield f"fallback{number}", "", path

    def files(self, family: str, *, bold: bool, italic: bool) -> tuple[Path, ...]:
        """All files to look a character up in, best first; the first family stands in for the others."""
        first = next(iter(self.families.values()))
        own = self.families.get(family, first).files(bold=bold, italic=italic)
        return tuple(dict.fromkeys((*own, *first.files(bold=bold, italic=False), *self.fallbacks)))


def default_fonts(fallbacks: tuple[Path, ...] = ()) -> FontSet:
    """Source Sans Pro as `sans` and IBM Plex Mono as `mono`."""
    sans = _folder("font_source_sans_pro")
    mono = _folder("fontpkg_ibm_plex_mono")
    families = {
        "sans": Family(
            regular=sans / "SourceSansPro-Regular.ttf",
            bold=sans / "SourceSansPro-Bold.ttf",
            italic=sans / "SourceSansPro-It.ttf",
            bold_italic=sans / "SourceSansPro-BoldIt.ttf",
        ),
        "mono": Family(
            regular=mono / "IBMPlexMono-Regular.ttf",
            bold=mono / "IBMPlexMono-Bold.ttf",
            italic=mono / "IBMPlexMono-Italic.ttf",
            bold_italic=mono / "IBMPlexMono-BoldItalic.ttf",
        ),
    }
    return FontSet(families=MappingProxyType(families), fallbacks=fallbacks)


def _folder(package: str) -> Path:
    # Importing the package would make it list its own folder; finding it is enough.
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "files"


class Widths(dict[str, int | None]):
    """Widths of words, measured when they are first asked for; None for a word with a character the font lacks."""

    def __init__(self, path: Path, characters: Mapping[str, int]) -> None:
        super().__init__()
        self.path = path
        self.characters = characters

    def __missing__(self, word: str) -> int | None:
        try:
            width: int | None = sum(map(self.characters.__getitem__, word))
        except KeyError:
            width = None
        if width is not None and not word.isascii() and RIGHT_TO_LEFT.search(word):
            width = shaped_width(self.path, word)
        self[word] = width
        return width


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """One font file's measures, in thousandths of the type size."""

    path: Path
    widths: Mapping[str, int]
    """The width of each character the font has."""
    ascent: int
    descent: int
    space: int = field(init=False)
    """The width of the space between words."""
    words: Widths = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Begin to measure words."""
        object.__setattr__(self, "words", Widths(self.path, self.widths))
        object.__setattr__(self, "space", self.widths.get(" ", 250))

    def width(self, text: str) -> int | None:
        """The text's width; None when the font lacks one of its characters."""
        return self.words[text]


def load(path: Path) -> Font:
    """Read a font file's measures. Whatever the font reader raises says that the file is no usable font."""
    found = path.stat()
    return _measures(path, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=64)
def _measures(path: Path, _: tuple[int, int, int]) -> Font:
    """The measures of the file that was last seen there."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # takes a tenth of a second, and only paper needs it

    with path.open("rb") as file:
        if file.read(4) not in FONT_FILES:
            raise ValueError("it is neither a TrueType nor an OpenType file")
    with TTFont(path, lazy=True, fontNumber=0) as read:
        scale = 1000 / read["head"].unitsPerEm
        advances = read["hmtx"].metrics
        widths = {chr(code): _rounded(advances[glyph][0] * scale) for code, glyph in read.getBestCmap().items()}
        ascent, descent = (round(each * scale) for each in (read["hhea"].ascent, -read["hhea"].descent))
    return Font(path=path, widths=widths, ascent=ascent, descent=descent)


def _rounded(width: float) -> int:
    """A width as fpdf2 writes it: half a unit is rounded up."""
    return round(width + 0.001)
