"""The markup that card fields may have: what our own writers produce, and plain markup of an author's templates."""

import html
import re
from collections.abc import Container

_PLAIN = ("class", "dir", "id", "lang", "title")
_ELEMENTS = """
b blockquote br code dd del div dl dt em figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt ruby s samp
small span strong sub sup table tbody td th thead tr u ul var wbr
"""
_ALLOWED = {name: {*_PLAIN} for name in _ELEMENTS.split()} | {
    "a": {*_PLAIN, "href"},
    "img": {*_PLAIN, "src", "alt"},
    "ol": {*_PLAIN, "start"},
}
"""By element, its attributes."""

_VALUE = r"""(?:"[^"<]*+"|'[^'<]*+'|[^\s"'=<>`]++)"""
_TAG = re.compile(rf"</?([A-Za-z][A-Za-z0-9-]*+)((?:\s++[A-Za-z][\w:-]*+(?:\s*+=\s*+{_VALUE})?+)*+)\s*+/?>")
_COMMENT = re.compile("<!--[^<>-]*+-->")
_TAG_START = re.compile("<[A-Za-z/!?]")
_ATTRIBUTE = re.compile(rf"([A-Za-z][\w:-]*+)(?:\s*+=\s*+({_VALUE}))?+")
_ADDRESS = re.compile("(?:https?|mailto):", re.IGNORECASE)
_MEDIA_NAME = re.compile(r"[\w-]+\.\w+")  # the name of a file in the package
COMMAND = re.compile(r"\[/?(?:sound:|anki:|latex\]|\$)", re.IGNORECASE)  # text that Anki would play, or pass to LaTeX


def foreign_markup(field: str, pictures: Container[str] = ()) -> str:
    """What in the HTML of a field could run or load something, in words; empty if there is nothing."""
    field = _COMMENT.sub("", field)
    tags = _TAG.findall(field)
    if len(tags) < len(_TAG_START.findall(field)):
        return "a tag without an end"
    for name, inside in tags:
        allowed = _ALLOWED.get(name.lower())
        if allowed is None:
            return f"the element `<{name}>`"
        for attribute, value in _ATTRIBUTE.findall(inside):
            if attribute.lower() not in allowed:
                return f"the attribute `{attribute}` of `<{name}>`"
            value = html.unescape(value.strip("\"'"))  # noqa: PLW2901 - as browsers read it
            if attribute.lower() == "href" and value and not _ADDRESS.match(value):
                return "a link that is not a web address"
            if attribute.lower() == "src" and value not in pictures and not _MEDIA_NAME.fullmatch(value):
                return "a picture that is not in the package"
    command = COMMAND.search(field)
    return f"the command `{command[0]}`" if command else ""
