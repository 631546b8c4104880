"""The theme of all papers: its stylesheet, and the fonts of the theme and the deck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.codes import Severity
from rolecards.pdf import Family, FontSet, StyleSource, default_fonts
from rolecards.pdf.css import read
from rolecards.pdf.fonts import load
from rolecards.problems import ContentError, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rolecards.content import Content
    from rolecards.pdf.css import FontFace
    from rolecards.templates import Templates

FOLDER = "handout"
"""The folder of `templates/` with the templates of all papers and their images."""
THEME = f"{FOLDER}/theme.css"
"""The colours and the typeface of all papers."""
STYLES = {"bold": "font-weight: bold", "italic": "font-style: italic"}
"""The faces that a family needs besides its regular one, with their declarations in a stylesheet."""


def theme_sheet(templates: Templates) -> StyleSource:
    """The stylesheet that comes before those of the papers."""
    return StyleSource(templates.shown(THEME), templates.text(THEME))


def fonts(content: Content, folder: Path, templates: Templates) -> FontSet:
    """The built-in fonts or those of the theme, with the fonts of the deck for characters that they lack.

    Raises ContentError for a file that is not a font.
    """
    problems = font_problems(content, folder, templates)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    built_in, theme = default_fonts(), templates.path(THEME)
    families = {
        name: Family(**{style: theme.with_name(face.file) for style, face in faces.items()})
        for name, faces in _typefaces(templates).items()
    }
    # A custom typeface may lack our symbols, such as the diamond of the core.
    symbols = (built_in.families["sans"].regular,) if families else ()
    fallbacks = (*(folder / name for name in content.deck.fonts), *symbols)
    return FontSet(families={**built_in.families, **families}, fallbacks=fallbacks)


def font_problems(content: Content, folder: Path, templates: Templates) -> list[Problem]:
    """Fonts that cannot be used, and styles that a typeface of the theme lacks."""
    typefaces, theme = _typefaces(templates), templates.path(THEME)
    return [
        *(each for faces in typefaces.values() for each in _face_problems(faces, theme)),
        *_deck_problems(content, folder),
    ]


def _typefaces(templates: Templates) -> dict[str, dict[str, FontFace]]:
    """The faces of the theme by family and style."""
    typefaces: dict[str, dict[str, FontFace]] = {}
    for face in read(theme_sheet(templates)).faces:
        typefaces.setdefault(face.family, {})[face.style] = face
    return typefaces


def _face_problems(faces: Mapping[str, FontFace], theme: Path) -> Iterator[Problem]:
    regular = faces.get("regular")
    for face in faces.values():
        path = theme.with_name(face.file)
        message = "" if regular else f"the typeface `{face.family}` has no regular face"
        if not path.is_file():
            message = f"there is no font file `{face.file}` next to this stylesheet"
        elif unreadable := _unreadable(path, face.file):
            message = unreadable
        if message:
            yield problem("RC711", face.place, message)
    missing = [style for style in STYLES if not any(style in each for each in faces)]
    if regular and missing:
        family = regular.family
        rules = (f"`@font-face {{ font-family: {family}; {STYLES[style]}; src: … }}`" for style in missing)
        message = (
            f"the typeface `{family}` has no {' and no '.join(missing)} face, "
            f"so {' and '.join(missing)} text looks like the rest"
        )
        yield problem("RC712", regular.place, message, f"add {' and '.join(rules)}")


def _deck_problems(content: Content, folder: Path) -> Iterator[Problem]:
    for at, name in enumerate(content.deck.fonts):
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            message = f"the font `{name}` is outside the content folder"
        elif not path.is_file():
            message = f"there is no font file `{name}` in the content folder"
        else:
            message = _unreadable(folder / name, name)
        if message:
            yield problem("RC711", content.places["@deck"].of("fonts", at), message)


def _unreadable(path: Path, name: str) -> str:
    """Why a file is not a usable font; empty if it is one."""
    try:
        load(path)
    except Exception as error:  # noqa: BLE001 - broken font files raise errors of many classes
        return f"`{name}` cannot be read as a font: {error}"
    return ""
