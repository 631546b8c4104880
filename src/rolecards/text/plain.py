"""Writes a card field as plain text."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"</?(?:br|li|[uo]l|table|t[rhd]|pre|blockquote|p|div|hr)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]+>")


def to_plain(field: str) -> str:
    """The text of a field without markup, for comparisons and terminals."""
    if "<" not in field and "&" not in field:
        return " ".join(field.split())
    return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", field))).split())
