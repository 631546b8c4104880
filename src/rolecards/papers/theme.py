"""The theme of all papers: its style sheet, and the fonts that it and the deck name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.codes import Severity
from rolecards.papers.figures import figures_left_out
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
"""The templates of all papers, and the images these may name, stand in this folder of `templates/`."""
THEME = "theme.css"
"""The colours and the typeface of all papers."""
STYLES = {"bold": "font-weight: bold", "italic": "font-style: italic"}
"""What a family should have beside its plain face, and how a style sheet asks for it."""


def theme_sheet(templates: Templates) -> StyleSource:
    """The style sheet that is read before those of the papers."""
    path = f"{FOLDER}/{THEME}"
    return StyleSource(templates.shown(path), templates.text(path))


def fonts(content: Content, folder: Path, templates: Templates) -> FontSet:
    """The built-in fonts or the theme's, and the deck's own, which lie in its folder, for what they lack.

    Raises ContentError for a file that is no font.
    """
    own = _faces(templates)
    problems = font_problems(content, folder, templates)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems)
    built_in = default_fonts()
    families = _families(own)
    # A typeface of one's own may lack our marks, such as the diamond of the core.
    ours = (built_in.families["sans"].regular,) if families else ()
    fallbacks = (*(folder / name for name in content.deck.fonts), *ours)
    return FontSet(families={**built_in.families, **families}, fallbacks=fallbacks)


def font_problems(content: Content, folder: Path, templates: Templates) -> list[Problem]:
    """Fonts that cannot be used, styles that a typeface of the theme lacks, and right-to-left text in figures."""
    own = _faces(templates)
    return [*_face_problems(own), *_font_problems(content, folder), *_styles_missing(own), *figures_left_out(content)]


def _styles_missing(own: Mapping[FontFace, Path]) -> list[Problem]:
    there = {(face.family, style) for face in own for style in STYLES if getattr(face, style)}
    plain = [face for face in own if not face.bold and not face.italic]
    missing = {face: [style for style in STYLES if (face.family, style) not in there] for face in plain}
    return [_style_problem(face, styles) for face, styles in missing.items() if styles]


def _style_problem(face: FontFace, styles: list[str]) -> Problem:
    return problem(
        "RC712",
        face.place,
        f"the typeface {face.family} has no {' and no '.join(styles)} face, "
        f"so {' and '.join(styles)} text looks like the rest",
        " ".join(f"@font-face {{ font-family: {face.family}; {STYLES[style]}; src: … }}" for style in styles),
    )


def _faces(templates: Templates) -> dict[FontFace, Path]:
    path = templates.path(f"{FOLDER}/{THEME}")
    return {face: path.with_name(face.file) for face in read(theme_sheet(templates)).faces}


def _families(faces: Mapping[FontFace, Path]) -> dict[str, Family]:
    found = {(face.family, face.bold, face.italic): path for face, path in faces.items()}
    return {
        name: Family(
            regular=found[name, False, False],
            bold=found.get((name, True, False)),
            italic=found.get((name, False, True)),
            bold_italic=found.get((name, True, True)),
        )
        for name, bold, italic in found
        if not bold and not italic
    }


def _face_problems(faces: Mapping[FontFace, Path]) -> Iterator[Problem]:
    upright = {face.family for face in faces if not face.bold and not face.italic}
    for face, path in faces.items():
        message = _unreadable(path, face.file) if path.is_file() else f"there is no font file {face.file} beside it"
        if message or face.family not in upright:
            message = message or f"the typeface {face.family} has no face that is neither bold nor italic"
            yield problem("RC711", face.place, message)


def _font_problems(content: Content, folder: Path) -> Iterator[Problem]:
    for at, name in enumerate(content.deck.fonts):
        message = _font_problem(folder, name)
        if message:
            yield problem("RC711", content.places["@deck"].of("fonts", at), message)


def _font_problem(folder: Path, name: str) -> str:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        return f"the font {name} lies outside the content folder"
    if not path.is_file():
        return f"there is no font file {name} in the content folder"
    return _unreadable(folder / name, name)


def _unreadable(path: Path, name: str) -> str:
    try:
        load(path)
    except Exception as error:  # noqa: BLE001 - font files break readers in ways no list of errors covers
        return f"{name} can't be read as a font: {error}"
    return ""
