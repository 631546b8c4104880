"""Files of an author's own templates folder that seem meant to replace one of ours, and do not."""

from __future__ import annotations

import difflib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rolecards.commands.report import notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def say_strays(own: Path, ours: Path) -> None:
    """Mention them, each with the name that it should have."""
    known = [path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()]
    for path in sorted(path for path in own.rglob("*") if path.is_file()):
        name = path.relative_to(own).as_posix()
        meant = "" if name in known else _meant(name, known)
        if meant and not _included(name, own):
            notice(f"{path} replaces none of our templates; did you mean {own / meant}?")


def _meant(name: str, known: Sequence[str]) -> str:
    """The template of the same name in another folder, or of nearly the same; empty where there is none."""
    elsewhere = [each for each in known if PurePosixPath(each).name == PurePosixPath(name).name]
    return next(iter(elsewhere or difflib.get_close_matches(name, known, n=1, cutoff=0.8)), "")


def _included(name: str, own: Path) -> bool:
    """Whether an author's template asks for this one: a part of their own, whatever it is called."""
    asked = re.compile(rb"[\"']" + re.escape(name).encode() + rb"[\"']")
    return any(asked.search(path.read_bytes()) for path in own.rglob("*.j2") if path.is_file())
