"""The content folder, templates and clock that a command works with."""

from __future__ import annotations

import difflib
import os
import re
import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rolecards.commands.report import notice
from rolecards.diagnostics import ContentError, Location, Problem
from rolecards.edition import Edition, edition
from rolecards.publish import Clock
from rolecards.templates import Templates, bundled_folder

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from pathlib import Path

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

EARLIEST_EPOCH = 315_532_800
"""1980: zip files know no earlier time, and Anki's ids must lie above zero."""


def read_edition(options: Namespace, *, keep_nodes: bool = False) -> Edition:
    """The content folder that the options name, as an edition."""
    return edition(options.content, _templates(options), _clock(), keep_nodes=keep_nodes)


def without_card(made: Edition) -> str:
    """How much of the study notes gave no card, in words; empty where all of it did."""
    left = sum(len(page.skipped) for page in made.content.study)
    return f"{left} {'passage' if left == 1 else 'passages'} of the notes gave no card" if left else ""


def _templates(options: Namespace) -> Templates:
    own, ours = options.templates, bundled_folder()
    if not own:
        return Templates(folders=(ours,))
    if not own.is_dir():
        message = "there is no templates folder here"
        raise ContentError([Problem(location=Location(own.as_posix()), code="RC140", message=message)])
    _say_strays(own, ours)
    return Templates(folders=(own.resolve(), ours))


def _say_strays(own: Path, ours: Path) -> None:
    """Mention files that seem meant to replace one of our templates, by their names, and do not."""
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


def _clock() -> Clock:
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isdecimal() and EARLIEST_EPOCH <= int(given) <= now):
        notice(f"SOURCE_DATE_EPOCH is `{given}`; it must be seconds since 1970, from {EARLIEST_EPOCH} (1980) up to now")
        raise SystemExit(2)
    return Clock(stamp=int(given) if given else now, now=now)


def font_problems(made: Edition) -> list[Problem]:
    """What is wrong with the fonts named for paper; where none is, the page builder is not loaded to find that out."""
    theme = _CSS_COMMENT.sub("", made.templates.text("handout/theme.css"))
    if not made.content.deck.fonts and "@font-face" not in theme:
        return []
    from rolecards.export import theme as papers  # noqa: PLC0415 - loads the page builder

    return papers.font_problems(made.content, made.lock_path.parent, made.templates)
