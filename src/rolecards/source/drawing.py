"""SVG drawings: what is wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from rolecards.source.media_fault import MediaFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_VIEW_BOX = re.compile(r"\s*(?:[\d.eE+-]+[\s,]+){3}[\d.eE+-]+\s*")
_ACTIVE = {"script", "foreignObject", "handler", "animate", "animateMotion", "animateTransform", "set"}
"""Elements that run or change something."""
_ON_PAPER = {
    *("circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "metadata", "path", "polygon"),
    *(
        "polyline",
        "radialGradient",
        "rect",
        "stop",
        "style",
        "svg",
        "switch",
        "symbol",
        "text",
        "title",
        "tspan",
        "use",
    ),
}
"""Elements that fpdf2 draws."""
_OUTSIDE = re.compile(r"url\(\s*[\"']?(?!\s*[\"']?\s*(?:#|data:))|@import", re.IGNORECASE)


def drawing_faults(path: str, data: bytes) -> Iterator[MediaFault]:
    """What is wrong with a drawing: neither cards nor paper run or load anything in it."""
    try:
        root: Element = fromstring(data)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        yield MediaFault("RC182", f"`{path}` cannot be read as SVG: {error}", "export it again")
        return
    if root.tag != f"{_SVG}svg" or not _VIEW_BOX.fullmatch(root.get("viewBox", "")):
        hint = 'its first element must be `<svg xmlns="http://www.w3.org/2000/svg" viewBox="…">`'
        yield MediaFault("RC182", f"`{path}` is not an SVG drawing with a `viewBox`", hint)
        return
    refused = next((what for element in root.iter() if (what := _refused(element))), "")
    if b"<?xml-stylesheet" in data:
        refused = "a reference to a stylesheet"
    if refused:
        yield MediaFault("RC184", f"`{path}` contains {refused}", "export it as a plain SVG or as a PNG")
        return
    names = dict.fromkeys(element.tag.removeprefix(_SVG) for element in root.iter() if isinstance(element.tag, str))
    if undrawn := [f"`{name}`" for name in names if "}" not in name and name not in _ON_PAPER]:
        hint = "export it without them, or as a PNG"
        yield MediaFault("RC188", f"`{path}` contains elements that paper does not draw: {', '.join(undrawn)}", hint)


def _refused(element: Element) -> str:
    """What an element has that a drawing must not have; empty if there is nothing."""
    tag = element.tag if isinstance(element.tag, str) else ""
    name = tag.rpartition("}")[2]
    if name in _ACTIVE or "xhtml" in tag:
        return f"the element `{name}`, which could run something"
    for key, value in element.attrib.items():
        key = key.rpartition("}")[2].lower()  # noqa: PLW2901 - without its namespace
        if key.startswith("on"):
            return f"the attribute `{key}`, which could run something"
        if _OUTSIDE.search(value) or (key in ("href", "src") and tag.startswith(_SVG) and not value.startswith("#")):
            return f"a reference to something outside of it: `{value[:40]}`"
    return "a reference to something outside of it, in its style" if _OUTSIDE.search(element.text or "") else ""
