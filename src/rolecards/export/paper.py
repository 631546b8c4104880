"""What all papers share: the deck's fonts and images, where their text was written, and the way into a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rolecards.diagnostics import ContentError, Location, Problem
from rolecards.export.chapters import path_of
from rolecards.inline import to_html, to_plain
from rolecards.pdf import A4, LETTER, Family, FontSet, Metadata, Setting, Sheet, default_fonts, draw, lay_out
from rolecards.pdf.css import read, variables
from rolecards.pdf.fonts import load
from rolecards.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rolecards.content import Content
    from rolecards.export.printed import Guide
    from rolecards.pdf import Layout, Paper
    from rolecards.pdf.css import Face
    from rolecards.templates import Templates

PAPERS: dict[str, Paper] = {"a4": A4, "letter": LETTER}
FOLDER = "handout"
"""The templates of all papers, and the images these may name, stand in this folder of `templates/`."""
THEME = "theme.css"
"""The colours and the typeface of all papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printout:
    """A finished paper."""

    data: bytes
    digest: str
    """Of its text, outline and number of pages."""
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What all papers of a release are printed from."""

    guide: Guide
    templates: Templates
    folder: Path
    """The content folder, in which the deck's own fonts lie."""
    paper: Paper
    modified: int
    """When the release last changed, in seconds since 1970: the date of the files."""

    def values(self) -> dict[str, Any]:
        """What every paper's templates are given."""
        content = self.guide.content
        theme = {name.removeprefix("--"): value for name, value in variables(self._sheet(THEME)).items()}
        return {"guide": self.guide, "content": content, "deck": content.deck, "roles": content.roles, "theme": theme}

    def _sheet(self, name: str, theme: Sheet | None = None) -> Sheet:
        path = f"{FOLDER}/{name}"
        return Sheet(self.templates.shown(path), self.templates.text(path), theme)

    def setting(self, sheet: str) -> Setting:
        """What papers of this deck are set with. Raises ContentError for fonts that can't be used."""
        theme = self._sheet(THEME)
        return Setting(
            sheet=self._sheet(sheet, theme),
            fonts=_fonts(self, read(theme).faces),
            images=_images(self.templates),
            locate=_Locator(self.guide),
        )

    def laid_out(self, name: str, setting: Setting, values: Mapping[str, Any]) -> Layout:
        """A template with these values on pages. Raises ContentError where the template fails."""
        html = render(self.templates.placed_environment(), f"{FOLDER}/{name}", values)
        return lay_out(html, setting, paper=self.paper, path=self.templates.shown(f"{FOLDER}/{name}"))

    def printout(self, layout: Layout) -> Printout:
        """The layout as a file. Raises ContentError with the layout's problems."""
        if layout.problems:
            raise ContentError(layout.problems)
        data = draw(layout, _metadata(self.guide.content, self.modified))
        return Printout(data=data, digest=layout.digest(), pages=len(layout.pages))


def _metadata(content: Content, modified: int) -> Metadata:
    deck = content.deck
    return Metadata(
        title=deck.title or deck.name,
        created=datetime.fromtimestamp(modified, UTC),
        author=to_plain(to_html(deck.credit)),
        subject=deck.subtitle,
        language=deck.language,
        keywords=tuple(role.name for role in content.roles.values()),
    )


def _images(templates: Templates) -> dict[str, bytes]:
    """The pictures that lie beside the templates, by file name; an author's own come before ours."""
    found: dict[str, bytes] = {}
    for folder in reversed(templates.folders):
        for path in sorted((folder / FOLDER).glob("*")):
            if path.suffix in (".png", ".svg"):
                found[path.name] = path.read_bytes()
    return found


def _fonts(press: Press, faces: Iterable[Face]) -> FontSet:
    """The built-in fonts or the theme's, and the deck's own for what they lack.

    Raises ContentError for a file that is no font.
    """
    content, folder = press.guide.content, press.folder
    own = {face: press.templates.path(f"{FOLDER}/{THEME}").with_name(face.file) for face in faces}
    problems = [*_face_problems(own), *_font_problems(content, folder)]
    if problems:
        raise ContentError(problems)
    built_in = default_fonts()
    families = _families(own)
    # A typeface of one's own may lack our marks, such as the diamond of the core.
    ours = (built_in.families["sans"].regular,) if families else ()
    fallbacks = (*(folder / name for name in content.deck.fonts), *ours)
    return FontSet(families={**built_in.families, **families}, fallbacks=fallbacks)


def _families(faces: Mapping[Face, Path]) -> dict[str, Family]:
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


def _face_problems(faces: Mapping[Face, Path]) -> Iterator[Problem]:
    upright = {face.family for face in faces if not face.bold and not face.italic}
    for face, path in faces.items():
        message = _unreadable(path, face.file) if path.is_file() else f"there is no font file {face.file} beside it"
        if message or face.family not in upright:
            message = message or f"the typeface {face.family} has no face that is neither bold nor italic"
            yield Problem(location=face.place, code="RC711", message=message)


def _font_problems(content: Content, folder: Path) -> Iterator[Problem]:
    for at, name in enumerate(content.deck.fonts):
        message = _font_problem(folder, name)
        if message:
            yield Problem(location=content.places["@deck"].of("fonts", at), code="RC711", message=message)


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


class _Locator:
    """Finds where the text under a `data-from` was written, by the id it names."""

    def __init__(self, guide: Guide) -> None:
        self._places = {**guide.content.places, **{each.id: each.note.place for each in guide.notes}}
        self._pages = {page.name: path_of(page, guide.content) for page in guide.content.study}

    def __call__(self, key: str) -> Location | None:
        """The place, that of a line where the key is a file of study notes and a line; None for what nothing has."""
        name, _, line = key.rpartition(":")
        if name in self._pages:
            return Location(self._pages[name], int(line))
        return self._places[key].of() if key in self._places else None
