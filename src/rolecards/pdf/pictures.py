"""Images: the file of an `img` element and its natural size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Element

MM_PER_PIXEL = 25.4 / 96
PNG = b"\x89PNG\r\n\x1a\n"
SVG_TAG = re.compile(rb"<svg\b[^>]*>")
VIEW_BOX = re.compile(rb"""viewBox\s*=\s*["']\s*[\d.eE+-]+[\s,]+[\d.eE+-]+[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)\s*["']""")


class Image(NamedTuple):
    """An image file with its natural size in mm."""

    data: bytes
    width: float
    height: float


def find(context: Context, element: Element) -> Image | None:
    """The image of an `img` element; None if there is none that can be drawn."""
    name = element.attributes.get("src", "")
    if not element.attributes.get("alt", "").strip():
        context.report("RC708", element.at, f"the image `{name}` has no alt text", "describe it in `alt`")
    data = context.images.get(name)
    if data is None:
        context.report(
            "RC708", element.at, f"there is no image `{name}`", "name a PNG or SVG file beside the templates"
        )
        return None
    size = _size(data)
    if size is None:
        context.report("RC708", element.at, f"the image `{name}` is not a PNG or an SVG with a `viewBox`")
        return None
    return Image(data, size[0] * MM_PER_PIXEL, size[1] * MM_PER_PIXEL)


def _size(data: bytes) -> tuple[float, float] | None:
    """Width and height in pixels."""
    if data.startswith(PNG) and len(data) > 24:
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        return (width, height) if width and height else None
    tag = SVG_TAG.search(data)
    box = VIEW_BOX.search(tag[0]) if tag else None
    try:
        size = (float(box[1]), float(box[2])) if box else (0, 0)
    except ValueError:
        return None
    return size if min(size) > 0 else None
