"""Fonts: their files, the characters in each, and the widths of characters and words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from rolecards.pdf.shaping import SHAPED, Shaper

FONT_FILES = (b"\0\1\0\0", b"true", b"OTTO", b"ttcf")


class Family(NamedTuple):
    """The files of a font family. Bold italic falls back to bold, and every style to regular."""

    regular: Path
    bold: Path | None = None
    italic: Path | None = None
    bold_italic: Path | None = None

    def files(self, *, bold: bool, italic: bool) -> tuple[Path, ...]:
        """The files for this style, in order of preference."""
        styles = [self.bold_italic] if bold and italic else []
        styles += [self.bold] if bold else [self.italic] if italic else []
        return tuple(dict.fromkeys(file for file in (*styles, self.regular) if file))


@dataclass(frozen=True, eq=False)
class FontSet:
    """The font families by name, and the fallback files for characters that a family lacks."""

    families: Mapping[str, Family]
    fallbacks: tuple[Path, ...] = ()

    def named(self) -> Iterator[tuple[str, str, Path]]:
        """Family, style ("", B, I or BI) and file of each font; fallbacks are families of their own."""
        for name, family in self.families.items():
            for style in ("", "B", "I", "BI"):
                yield name, style, family.files(bold="B" in style, italic="I" in style)[0]
        for number, path in enumerate(self.fallbacks):
            yield f"fallback{number}", "", path

    @lru_cache(64)  # noqa: B019 - a run has few sets
    def faces(self, family: str, *, bold: bool, italic: bool) -> tuple["Font", ...]:
        """All fonts for this family and style, in order of preference. An unknown family counts as the first one."""
        first = next(iter(self.families.values()))
        files = self.families.get(family, first).files(bold=bold, italic=italic)
        files = (*files, *first.files(bold=bold, italic=False), *self.fallbacks)
        return tuple(map(load, dict.fromkeys(files)))


def default_fonts(fallbacks: tuple[Path, ...] = ()) -> FontSet:
    """Source Sans Pro as `sans` and IBM Plex Mono as `mono`."""
    families = {
        "sans": _family("font_source_sans_pro", "SourceSansPro", "Semibold", "It"),
        "mono": _family("fontpkg_ibm_plex_mono", "IBMPlexMono", "Bold", "Italic"),
    }
    return FontSet(families=MappingProxyType(families), fallbacks=fallbacks)


def _family(package: str, stem: str, bold: str, italic: str) -> Family:
    # An import would run code of the package; only its folder is needed.
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    styles = "Regular", bold, italic, f"{bold}{italic}"
    return Family(*(Path(spec.submodule_search_locations[0], "files", f"{stem}-{style}.ttf") for style in styles))


class Font:
    """The metrics of a font file, in thousandths of the type size."""

    def __init__(self, path: Path, widths: Mapping[str, int], ascent: int, descent: int) -> None:
        self.path = path
        self.widths = widths  # the width of each character in the font
        self.ascent = ascent
        self.descent = descent
        self.space = widths.get(" ", 250)  # the width of the space between words
        self.width = cache(self._measured)  # the width of a text; None if the font cannot set it

    @cached_property
    def shaper(self) -> Shaper:
        """Shapes words in this font."""
        return Shaper(self.path)

    def _measured(self, text: str) -> int | None:
        if text.isascii() or not SHAPED.search(text):
            widths = [*map(self.widths.get, text)]
        elif " " in text:
            widths = [self.width(part) for part in re.split("( )", text) if part]
        else:
            return self.shaper.width(text)
        return None if None in widths else sum(filter(None, widths))


def load(path: Path) -> Font:
    """Read the metrics of a font file. Any exception of fontTools means that the file is not a usable font."""
    status = path.stat()
    return _metrics(path, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=64)
def _metrics(path: Path, _: tuple[int, int, int]) -> Font:
    """The metrics of the file with this identity, size and modification time."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # takes 0.1 s, and only papers need it

    with path.open("rb") as file:
        if file.read(4) not in FONT_FILES:
            raise ValueError("it is not a TrueType or OpenType file")
    with TTFont(path, lazy=True, fontNumber=0) as font:
        scale = 1000 / font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        # fpdf2 rounds half a unit up.
        widths = {chr(code): round(advances[glyph][0] * scale + 0.001) for code, glyph in font.getBestCmap().items()}
        ascent, descent = (round(each * scale) for each in (font["hhea"].ascent, -font["hhea"].descent))
    return Font(path, widths, ascent, descent)
