"""Pictures: the file of an `img` element and its size. Pillow reads the size of PNG and JPEG files."""

from __future__ import annotations

import re
from io import BytesIO
from math import inf
from typing import TYPE_CHECKING

from rolecards.pdf.pages import PlacedPicture

if TYPE_CHECKING:
    from rolecards.pdf.context import Context
    from rolecards.pdf.parse import Element
    from rolecards.pdf.style import Area

MM_PER_PIXEL = 25.4 / 96
SVG_TAG = re.compile(rb"<svg\b[^>]*>")
VIEW_BOX = re.compile(rb"""viewBox\s*=\s*["']\s*(?:[\d.eE+-]+[\s,]+){2}([\d.eE+-]+)[\s,]+([\d.eE+-]+)\s*["']""")
MISSING_HINT = "name a PNG, JPEG or SVG file beside the templates"


def picture(context: Context, element: Element, area: Area) -> PlacedPicture | None:
    """The image in its style's or natural width, but not larger than the column and the page; None if it has none."""
    name, alt = element.attributes.get("src", ""), element.attributes.get("alt", "")
    style, data = element.style, context.setting.images.get(name)
    if not alt.strip():
        context.report("RC708", element.at, f"the image `{name}` has no alt text", "describe it in `alt`")
    if data is None:
        context.report("RC708", element.at, f"there is no image `{name}`", MISSING_HINT)
        return None
    size = _size(data)
    if size is None:
        context.report("RC708", element.at, f"the image `{name}` is not a PNG, a JPEG or an SVG with a `viewBox`")
        return None
    natural = size[0] if style.width is None else area.width
    width = min(natural, area.width, min(context.height, style.max_height) * size[0] / size[1])
    if width <= 0:
        context.report("RC705", element.at, "there is no room for the image")
        return None
    left = area.x + {"center": (area.width - width) / 2, "right": area.width - width}.get(style.text_align, 0)
    return PlacedPicture(left, 0, width, width * size[1] / size[0], data, alt, element.source, element)


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
