"""Shaping: how wide text is whose letters change with their neighbours, as those of Arabic do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Letters that are written from right to left."""


def shaped_width(path: Path, text: str) -> int:
    """The width of right-to-left text as one piece, in thousandths of the type size."""
    import uharfbuzz  # noqa: PLC0415  # only for such text

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
def _font(path: Path) -> Any:  # noqa: ANN401  # the library's types are its own
    import uharfbuzz  # noqa: PLC0415

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
