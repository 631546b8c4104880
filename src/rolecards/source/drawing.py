"""SVG drawings: what is wrong with them, and how paper prints them."""

import logging
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from rolecards.problems import UnplacedProblem

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_LARGEST_SIDE = 1e9  # of the `viewBox`; larger numbers make invalid PDF files
_DEEPEST = 50  # levels of elements, with those that `use` repeats; fpdf2 fails at a few hundred
_MOST_WORK = 2_000_000  # characters of paths, also repeated ones, and 50 for each element: a few seconds
_ACTIVE = {"script", "foreignObject", "handler", "animate", "animateMotion", "animateTransform", "set"}
"""Elements that run or change something."""
_ON_PAPER = {  # elements that fpdf2 draws
    *("circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "metadata", "path", "polygon"),
    *("polyline", "radialGradient", "rect", "stop", "style", "switch", "symbol", "text", "title", "tspan", "use"),
}
_OUTSIDE = re.compile(r"url\(\s*[\"']?(?!\s*[\"']?\s*(?:#|data:))|@import|\\", re.IGNORECASE)
"""A backslash can hide the other two from us, but not from browsers."""
_ELEMENT = re.compile(r"<Element '(?:\{[^}]*\})?([^']*)' at \w+>")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CLASSES = re.compile(r"\.[\w-]+(?:\s*,\s*\.[\w-]+)*")
_TYPEFACE = re.compile(r"""(\bfont-family\s*:)(?:[^"';}]|'[^']*'|"[^"]*")*""")


def drawing_faults(path: str, data: bytes) -> Iterator[UnplacedProblem]:
    """What is wrong with a drawing: neither cards nor paper run or load anything in it."""
    try:
        root: Element = fromstring(data)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        yield "RC182", f"`{path}` cannot be read as SVG: {error}", "export it again"
        return
    if root.tag != f"{_SVG}svg" or not _has_view_box(root):
        hint = 'its first element must be `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 WIDTH HEIGHT">`'
        yield "RC182", f"`{path}` is not an SVG drawing with a usable `viewBox`", hint
        return
    parts = [*root.iter()]
    ids = {f"#{part.get('id', '')}": part for part in parts}
    sheet = b"<?xml-stylesheet" in data
    if refused := "a reference to a stylesheet" if sheet else next(filter(None, map(_refused, parts)), ""):
        yield "RC184", f"`{path}` contains {refused}", "export it as a plain SVG or as a PNG"
    elif _is_too_complex(root, ids):
        yield "RC183", f"`{path}` is too complex, or nested too deeply", "simplify it, or export it as a PNG"
    elif unprintable := _unprintable(data):
        yield "RC182", f"`{path}` cannot be printed: {unprintable}", "export it again, or as a PNG"
    elif ignored := [*dict.fromkeys(what for part in parts[1:] for what in _ignored(part))]:
        yield "RC188", f"paper does not draw all of `{path}`: {', '.join(ignored)}", "export it as a PNG"


def _has_view_box(root: Element) -> bool:
    try:
        x, y, width, height = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    except ValueError:
        return False
    return min(width, height) > 0 and all(abs(number) < _LARGEST_SIDE for number in (x, y, width, height))


def _refused(element: Element) -> str:
    """What an element has that a drawing must not have; empty if there is nothing."""
    tag = element.tag if isinstance(element.tag, str) else ""
    name = tag.rpartition("}")[2]
    if name in _ACTIVE or "xhtml" in tag:
        return f"the element `{name}`, which could run something"
    for attribute, value in element.attrib.items():
        key = attribute.rpartition("}")[2].lower()
        if key.startswith("on"):
            return f"the attribute `{key}`, which could run something"
        outside = "}" not in attribute and _OUTSIDE.search(value)
        if outside or (key in ("href", "src") and tag.startswith(_SVG) and not value.startswith("#")):
            return f"a reference to something outside it: `{value[:40]}`"
    outside = name == "style" and _OUTSIDE.search("".join(element.itertext()))
    return "a reference to something outside it, or a backslash, in its style" if outside else ""


def _is_too_complex(root: Element, ids: dict[str, Element]) -> bool:
    """Whether fpdf2 would fail or take very long to draw this."""
    elements, work = [(root, 1)], 0
    while elements:
        element, depth = elements.pop()
        work += 50 + len(element.get("d", "")) + len(element.get("points", ""))
        if depth > _DEEPEST or work > _MOST_WORK:
            return True
        used = ids.get(element.get(_LINK, element.get("href", ""))) if element.tag == f"{_SVG}use" else None
        elements += [(child, depth + 1) for child in (*element, *([] if used is None else [used]))]
    return False


def _unprintable(data: bytes) -> str:
    """What fpdf2 refuses; empty if there is nothing."""
    from fpdf.svg import SVGObject  # noqa: PLC0415 - takes 0.3 s, and few decks have drawings

    logging.getLogger("fpdf").setLevel(logging.ERROR)  # `_ignored` reports what it ignores
    try:
        SVGObject(plain_drawing(data))
    except Exception as error:  # noqa: BLE001 - fpdf2 raises errors of many classes
        return _ELEMENT.sub(r"`\1`", f"{error}") or type(error).__name__
    return ""


def _ignored(element: Element) -> Iterator[str]:
    """What fpdf2 does not draw of an element."""
    name = element.tag.removeprefix(_SVG)
    if "}" not in name and name not in _ON_PAPER:
        yield f"`{name}`"
    if name == "style":
        yield from (f"`{selector}` in a style" for selector, _ in _rules(element) if not _CLASSES.fullmatch(selector))


def _rules(style: Element) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of a `style` element."""
    for rule in _COMMENT.sub("", "".join(style.itertext())).split("}"):
        selector, brace, declarations = rule.partition("{")
        if brace:
            yield selector.strip(), declarations


def plain_drawing(data: bytes) -> bytes:
    """A drawing without faults as fpdf2 needs it: it would take typeface and colour from what it drew last."""
    root: Element = fromstring(data)
    for element in root.iter():
        if element is root or element.tag == f"{_SVG}text" or "font-family" in element.attrib:
            element.set("font-family", "sans")
        element.set("style", _TYPEFACE.sub(r"\1sans", element.get("style", "")))
        if element.tag == f"{_SVG}style":
            rules = [f"{selector} {{{style}}}" for selector, style in _rules(element) if _CLASSES.fullmatch(selector)]
            element.text = _TYPEFACE.sub(r"\1sans", "\n".join(rules))
    root.attrib.setdefault("fill", "#000")
    register_namespace("", _SVG[1:-1])
    return bytes(tostring(root, encoding="utf-8"))
