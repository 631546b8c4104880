"""Images: the file of an `img` element and its natural size. Pillow reads the size of PNG and JPEG files."""

from __future__ import annotations

import re
from io import BytesIO
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Element

MM_PER_PIXEL = 25.4 / 96
SVG_TAG = re.compile(rb"<svg\b[^>]*>")
VIEW_BOX = re.compile(rb"""viewBox\s*=\s*["']\s*(?:[\d.eE+-]+[\s,]+){2}([\d.eE+-]+)[\s,]+([\d.eE+-]+)\s*["']""")


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
            "RC708", element.at, f"there is no image `{name}`", "name a PNG, JPEG or SVG file beside the templates"
        )
        return None
    size = _size(data)
    if size is None:
        context.report("RC708", element.at, f"the image `{name}` is not a PNG, a JPEG or an SVG with a `viewBox`")
        return None
    return Image(data, *size)


def _size(data: bytes) -> tuple[float, float] | None:
    """Width and height in mm; 96 pixels are an inch unless the file says otherwise."""
    try:
        if tag := SVG_TAG.search(data):
            box = VIEW_BOX.search(tag[0])
            size = (float(box[1]) * MM_PER_PIXEL, float(box[2]) * MM_PER_PIXEL) if box else (0, 0)
            return size if min(size) > 0 and max(size) < inf else None
        from PIL import Image as Raster  # noqa: PLC0415 - most papers have only drawings

        with Raster.open(BytesIO(data), formats=["PNG", "JPEG"]) as raster:
            per_inch = raster.info.get("dpi", (0, 0))[0] or 25.4 / MM_PER_PIXEL
            return raster.width * 25.4 / per_inch, raster.height * 25.4 / per_inch
    except Exception:  # noqa: BLE001 - damaged images raise errors of many classes
        return None
