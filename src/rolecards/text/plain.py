"""Writes a card field as plain text, in which pictures are their alternative texts."""

import html
import re

_BREAK = re.compile(r"</?(?:br|li|[uo]l|table|t[rhd]|pre|blockquote|p|div|hr)\b[^<>]*>")
_PICTURE = re.compile(r'<img\b[^<>]*\salt="([^"<>]*)"[^<>]*>')
_TAG = re.compile(r"<[^<>]+>")


def to_plain(field: str) -> str:
    """The text of a field without markup, for comparisons and terminals."""
    if "<" not in field and "&" not in field:
        return " ".join(field.split())
    if "<img" in field:
        field = _PICTURE.sub(r" \1 ", field)
    return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", field))).split())
