"""Right-to-left text: where it is, and how wide it is as its letters join."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""A letter of a script that is written from right to left, such as Hebrew or Arabic."""


def shaped_width(path: Path, text: str) -> int:
    """The width of a right-to-left word with its letters joined, in thousandths of the type size."""
    import uharfbuzz  # noqa: PLC0415  # needed only for right-to-left text

    font = _font(path.resolve())
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl"
    uharfbuzz.shape(font, buffer)
    advance: int = sum(each.x_advance for each in buffer.glyph_positions)
    units: int = font.face.upem
    return round(advance * 1000 / units)


@lru_cache(maxsize=16)
def _font(path: Path) -> Any:  # noqa: ANN401  # uharfbuzz has no types
    import uharfbuzz  # noqa: PLC0415

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
