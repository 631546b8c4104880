"""Texts that still call a renamed role by its published name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolecards.check.deck import texts
from rolecards.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolecards.content import Content


def old_role_names(content: Content, renamed: Mapping[str, str]) -> Iterator[Problem]:
    """A warning for each text with a former role name; `renamed` leads from former names to present ones."""
    if not renamed:
        return
    former = re.compile("|".join(rf"\b{re.escape(name)}s?\b" for name in renamed), re.IGNORECASE)
    names = {name.casefold(): (name, now) for name, now in renamed.items()}
    for text in texts(content):
        if found := former.search(text.value):
            words = found[0]
            before, now = names.get(words.casefold()) or names[words.casefold().removesuffix("s")]
            message = f"this still says “{words}”; the role “{before}” is called “{now}” now"
            hint = "use the new name, or list the old one under `aliases` of the role"
            place = content.places[text.entry].of(*text.steps, words=words)
            yield problem("RC226", place, message, hint, words=words)
