"""Shaping: the glyphs of text whose letters join, change their order or carry marks, as HarfBuzz sets them."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, combining

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_SHAPED = rf"{_RIGHT_TO_LEFT}\u0900-\u109f\u1100-\u11ff\u1700-\u1cff\ua800-\uabff\U00011000-\U00011fff"
_MARKS = "\u0300-\u036f\u0483-\u0489\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
_CONTROLS = "\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\U000e0020-\U000e01ef"
_FLAGS, _TONES = "\U0001f1e6-\U0001f1ff", "\U0001f3fb-\U0001f3ff"
_LETTERS = "A-Za-z\u00c0-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u1fff\u2e80-\ua7ff\uac00-\ud7ff"
RIGHT_TO_LEFT = re.compile(f"[{_RIGHT_TO_LEFT}]")  # a letter of Hebrew, Arabic and similar scripts
SHAPED = re.compile(f"[{_SHAPED}{_MARKS}{_CONTROLS}{_FLAGS}{_TONES}]")  # a character that needs shaping
PARTS = re.compile(f"[^{_SHAPED}]*[{_LETTERS}][^{_SHAPED}]*|[^{_LETTERS}]+")  # the parts of a word, each in one script
RULED = re.compile("[\u0600-\u077f\u08a0-\u0dff\u0f00-\u109f\u1780-\u1cff\ua800-\uaaff]")  # need rules in the font
MARK = re.compile(f"[{_MARKS}]")
EMOJI_SEQUENCE = re.compile(f"[{_FLAGS}{_TONES}\u20e3\U000e0020-\U000e007f]|\u200d[\u2190-\u2bff\U0001f000-\U0001faff]")
ATTACHED = re.compile(f"[{_TONES}\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46\u0eb0\u0eb2\u0eb3\u0ec6]")
"""A tone of an emoji, or a vowel or sign of Thai or Lao that is written after its letter."""
LEADING = re.compile("[\u200d\u0e40-\u0e44\u0ec0-\u0ec4]")  # a joiner, or a vowel of Thai or Lao before its letter
FLAG_HALF = re.compile(f"[{_FLAGS}]")
ABOVE, BELOW = 230, 220  # combining classes of Unicode
GAP = 60  # the space between a letter and a mark that the font has no position for


class Glyph(NamedTuple):
    """A glyph; lengths are in thousandths of the type size."""

    number: int
    text: str  # the characters it stands for; empty if they belong to another glyph
    advance: float
    x: float = 0
    y: float = 0


class Shaper:
    """Shapes words in one font file."""

    def __init__(self, path: Path) -> None:
        import uharfbuzz  # noqa: PLC0415  # takes 10 ms, and few texts need it

        self.engine = uharfbuzz
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        self.font = uharfbuzz.Font(face)
        self.scale = 1000 / face.upem
        self.scripts = [set(tag[:3].lower()) for tag in face.get_table_script_tags("GSUB")]

    def width(self, word: str) -> int | None:
        """The width of a word; None if the font cannot set it."""
        emojis = filter(EMOJI_SEQUENCE.search, clusters(word))
        is_broken = any(sum(glyph.advance > 0 for glyph in self.glyphs(emoji)) > 1 for emoji in emojis)
        glyphs = self.glyphs(word, right_to_left=RIGHT_TO_LEFT.search(word) is not None)
        if is_broken or not all(glyph.number for glyph in glyphs):
            return None
        return round(sum(glyph.advance for glyph in glyphs))

    def glyphs(self, word: str, *, right_to_left: bool = False) -> list[Glyph]:
        """The glyphs of a word from left to right; the number is 0 where the font cannot set it."""
        parts = PARTS.findall(word)
        return [glyph for part in parts[:: -1 if right_to_left else 1] for glyph in self._part(part, right_to_left)]

    def _part(self, text: str, right_to_left: bool) -> Iterable[Glyph]:  # noqa: FBT001
        buffer = self.engine.Buffer()
        buffer.cluster_level = self.engine.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        self.engine.shape(self.font, buffer)
        if buffer.script and RULED.search(text) and not any(tag <= set(buffer.script.lower()) for tag in self.scripts):
            return [Glyph(0, text, 0)]
        step, scale = -1 if right_to_left else 1, self.scale
        infos, places = buffer.glyph_infos[::step], buffer.glyph_positions[::step]
        texts = _texts(text, [info.cluster for info in infos])
        glyphs = [
            Glyph(info.codepoint, each, place.x_advance * scale, place.x_offset * scale, place.y_offset * scale)
            for info, place, each in zip(infos, places, texts, strict=True)
        ][::step]
        return self._marked(glyphs) if MARK.search(text) else glyphs

    def _marked(self, glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
        """The glyphs; each mark that the font does not position is centred on its letter, clear of it."""
        middle = top = bottom = advance = 0.0
        for glyph in glyphs:
            box = self.font.get_glyph_extents(glyph.number)
            centre, high = (box.x_bearing + box.width / 2) * self.scale, box.y_bearing * self.scale
            low = high + box.height * self.scale
            if glyph.advance or not MARK.search(glyph.text):
                middle, top, bottom, advance = centre, high, low, glyph.advance
            elif not glyph.x:
                above, below = combining(glyph.text[0]) == ABOVE, combining(glyph.text[0]) == BELOW
                rise = max(0, top + GAP - low) if above else min(0, bottom - GAP - high) if below else 0
                glyph = glyph._replace(x=middle - advance - centre, y=rise)  # noqa: PLW2901
            top, bottom = max(top, high + glyph.y), min(bottom, low + glyph.y)
            yield glyph


def _texts(text: str, starts: list[int]) -> Iterator[str]:
    """The characters of each glyph in reading order, from where its cluster starts: one each, the last has the rest."""
    ends = dict(pairwise([*sorted(set(starts)), len(text)]))
    for start, same in groupby(starts):
        last = start + len(list(same)) - 1
        yield from (text[at : min(at + 1, ends[start])] for at in range(start, last))
        yield text[last : ends[start]]


def clusters(text: str) -> list[str]:
    """The text in parts that cannot be separated: a letter with its marks, or an emoji sequence."""
    parts: list[str] = []
    for each in text:
        if parts and _is_attached(each, parts[-1]):
            parts[-1] += each
        else:
            parts.append(each)
    return parts


def _is_attached(character: str, before: str) -> bool:
    joins = LEADING.match(before[-1]) or combining(before[-1]) == 9  # the class of viramas
    flag = len(before) == 1 and FLAG_HALF.match(before) and FLAG_HALF.match(character)
    return bool(joins or flag or category(character) in ("Mn", "Mc", "Me", "Cf") or ATTACHED.match(character))
