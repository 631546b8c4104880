"""The content folder, the templates and the clock of a command, and messages that several commands share."""

import os
import re
import time
from argparse import Namespace
from pathlib import Path, PurePosixPath

from rolecards.commands.report import notice
from rolecards.problems import Problem
from rolecards.release.edition import Edition, edition
from rolecards.release.lock import EARLIEST
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder, own_templates, shown_path

_UNUSUAL = re.compile(rb"[$\\]|#(?<=[ \t]#)[^\s#]")
_WORD_FILE = re.compile(r"words/[A-Za-z]{2,3}(-[A-Za-z0-9]+)*\.yaml")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def read_edition(options: Namespace, *, after: Path | None = None) -> Edition:
    """The content folder that the options name, as an edition."""
    templates = own_templates(options.templates) if options.templates else Templates()
    made = edition(options.content, templates, clock(), after=after)
    if own := made.templates.own:
        _report_unused(own)
    return made


def _report_unused(own: Path) -> None:
    """Print a notice for each misnamed word file, and for each file that is nearly named as a built-in template."""
    ours, paths = bundled_folder(), [path for path in sorted(own.rglob("*")) if path.is_file()]
    known = [path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()]
    texts = b"".join(path.read_bytes() for path in paths if path.suffix == ".j2")
    from difflib import get_close_matches  # noqa: PLC0415 - few decks have templates of their own

    for path in paths:
        name = path.relative_to(own).as_posix()
        if name in known or _WORD_FILE.fullmatch(name) or any(f"{q}{name}{q}".encode() in texts for q in "\"'"):
            continue
        if path.suffix in (".yaml", ".yml") or name.startswith("words/"):
            wanted = shown_path(str(own / "words" / "LANGUAGE.yaml"))
            notice(f"{shown_path(str(path))} is not read (word files are named {wanted})")
            continue
        elsewhere = [each for each in known if PurePosixPath(each).name == path.name]
        if similar := (elsewhere or get_close_matches(name, known, n=1, cutoff=0.8))[:1]:
            meant = shown_path(str(own / similar[0]))
            notice(f"{shown_path(str(path))} does not replace a built-in template (did you mean {meant}?)")


def clock() -> Clock:
    """The time now, or the one in SOURCE_DATE_EPOCH. Exits with status 2 if that is not a time."""
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not (given.isdecimal() and EARLIEST <= int(given) <= now):
        notice(f"SOURCE_DATE_EPOCH is `{given}`; it must be seconds since 1970, from {EARLIEST} (1980) to now")
        raise SystemExit(2)
    return Clock(stamp=int(given) if given else now, now=now)


def text_problems(edition: Edition) -> list[Problem]:
    """Formulas and texts that cards would show broken or cut off; loads the rules only if there could be one."""
    if not any(_UNUSUAL.search(file.data) for file in edition.files):
        return []
    from rolecards.check.run import problems  # noqa: PLC0415 - few builds need it

    return problems(edition, {}, only={"RC118", "RC610"})


def font_problems(edition: Edition) -> list[Problem]:
    """Problems of the fonts for papers; does not load the page builder if there are only built-in fonts."""
    theme = _CSS_COMMENT.sub("", edition.templates.text("handout/theme.css"))
    if not edition.content.deck.fonts and "@" not in theme:
        return []
    from rolecards.papers import press as papers  # noqa: PLC0415 - loads the page builder

    return papers.font_problems(edition.content, edition.lock_path.parent, edition.templates)
