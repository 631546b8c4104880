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
THEME = "theme.css"
"""The colours and the typeface of all papers."""
STYLES = {"bold": "font-weight: bold", "italic": "font-style: italic"}
"""The faces that a family needs besides its regular one, with their declarations in a stylesheet."""


def theme_sheet(templates: Templates) -> StyleSource:
    """The stylesheet that comes before those of the papers."""
    path = f"{FOLDER}/{THEME}"
    return StyleSource(templates.shown(path), templates.text(path))


def fonts(content: Content, folder: Path, templates: Templates) -> FontSet:
    """The built-in fonts or those of the theme, with the fonts of the deck for characters that they lack.

    Raises ContentError for a file that is not a font.
    """
    faces = _faces(templates)
    problems = font_problems(content, folder, templates)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    built_in = default_fonts()
    families = _families(faces)
    # A custom typeface may lack our symbols, such as the diamond of the core.
    symbols = (built_in.families["sans"].regular,) if families else ()
    fallbacks = (*(folder / name for name in content.deck.fonts), *symbols)
    return FontSet(families={**built_in.families, **families}, fallbacks=fallbacks)


def font_problems(content: Content, folder: Path, templates: Templates) -> list[Problem]:
    """Fonts that cannot be used, and styles that a typeface of the theme lacks."""
    faces = _faces(templates)
    return [
        *_face_problems(faces),
        *_font_problems(content, folder),
        *_missing_styles(faces),
    ]


def _missing_styles(faces: Mapping[FontFace, Path]) -> list[Problem]:
    styled = {(face.family, style) for face in faces for style in STYLES if getattr(face, style)}
    regular = [face for face in faces if not face.bold and not face.italic]
    missing = {face: [style for style in STYLES if (face.family, style) not in styled] for face in regular}
    return [_style_problem(face, styles) for face, styles in missing.items() if styles]


def _style_problem(face: FontFace, styles: list[str]) -> Problem:
    return problem(
        "RC712",
        face.place,
        f"the typeface `{face.family}` has no {' and no '.join(styles)} face, "
        f"so {' and '.join(styles)} text looks like the rest",
        "add "
        + " and ".join(f"`@font-face {{ font-family: {face.family}; {STYLES[style]}; src: … }}`" for style in styles),
    )


def _faces(templates: Templates) -> dict[FontFace, Path]:
    path = templates.path(f"{FOLDER}/{THEME}")
    return {face: path.with_name(face.file) for face in read(theme_sheet(templates)).faces}


def _families(faces: Mapping[FontFace, Path]) -> dict[str, Family]:
    paths = {(face.family, face.bold, face.italic): path for face, path in faces.items()}
    return {
        name: Family(
            regular=paths[name, False, False],
            bold=paths.get((name, True, False)),
            italic=paths.get((name, False, True)),
            bold_italic=paths.get((name, True, True)),
        )
        for name, bold, italic in paths
        if not bold and not italic
    }


def _face_problems(faces: Mapping[FontFace, Path]) -> Iterator[Problem]:
    upright = {face.family for face in faces if not face.bold and not face.italic}
    for face, path in faces.items():
        message = (
            _unreadable(path, face.file)
            if path.is_file()
            else f"there is no font file `{face.file}` next to this stylesheet"
        )
        if message or face.family not in upright:
            message = message or f"the typeface `{face.family}` has no regular face"
            yield problem("RC711", face.place, message)


def _font_problems(content: Content, folder: Path) -> Iterator[Problem]:
    for at, name in enumerate(content.deck.fonts):
        message = _font_problem(folder, name)
        if message:
            yield problem("RC711", content.places["@deck"].of("fonts", at), message)


def _font_problem(folder: Path, name: str) -> str:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        return f"the font `{name}` is outside the content folder"
    if not path.is_file():
        return f"there is no font file `{name}` in the content folder"
    return _unreadable(folder / name, name)


def _unreadable(path: Path, name: str) -> str:
    try:
        load(path)
    except Exception as error:  # noqa: BLE001 - broken font files raise errors of many classes
        return f"`{name}` cannot be read as a font: {error}"
    return ""
