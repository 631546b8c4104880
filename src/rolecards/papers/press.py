"""What all papers share: theme, fonts, images, the places of texts, layout, and output."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.content import Content
from rolecards.papers.guide import Guide, guide
from rolecards.papers.sheets import PrintOptions
from rolecards.pdf import Family, FontSet, Layout, Metadata, Paper, Setting, StyleSource, default_fonts, lay_out
from rolecards.pdf.css import read, variables
from rolecards.pdf.fonts import load
from rolecards.problems import ContentError, Location, Problem, counted, problem
from rolecards.release.edition import Artifact, Edition
from rolecards.source.folder import NOTES_SUFFIXES
from rolecards.study.page import StudyPage
from rolecards.templates import Templates, render
from rolecards.text.field import to_html
from rolecards.text.plain import to_plain

FOLDER = "handout"  # the folder of `templates/` with the templates of all papers and their images
THEME = f"{FOLDER}/theme.css"  # the colours and the typeface of all papers
STYLES = {"bold": "font-weight: bold", "italic": "font-style: italic"}  # faces besides the regular one
LARGER = 14 / 9.5  # the factor of large type: body text of 9.5 pt gets 14 pt, the smallest notes of 7.5 pt get 11 pt
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""The languages that are written from right to left."""
_SIZE = re.compile(r"((?:font-size|line-height): )([\d.]+)(pt|mm)")
_BODY = {"pt": 12, "mm": 5.3}  # type sizes and line heights of headings, which large type enlarges less


class Press:
    """What all papers of an edition share. `choice` is the reader's choice in words; empty for everything."""

    def __init__(self, edition: Edition, options: PrintOptions) -> None:
        self.edition = edition
        self.options = options
        self.templates = edition.templates
        self.guide = guide(edition.content, edition.release, options.choice)
        self.paper = Paper(width=options.paper.width, height=options.paper.height)
        choice, vocabulary = options.choice, self.templates.vocabulary
        parts = [vocabulary.part_heading(key) for key in choice.parts if key in vocabulary.parts]
        names = [edition.content.roles[key].name for key in choice.roles] + parts
        self.choice = ", ".join([*names, *([str(choice.most)] if choice.most else [])])

    def values(self) -> dict[str, Any]:
        """The values for the templates of all papers."""
        content = self.edition.content
        return {
            "guide": self.guide,
            "content": content,
            "deck": content.deck,
            "roles": content.roles,
            "title": content.deck.title or content.deck.name,
            "choice": self.choice,
            "large": self.options.large,
            "theme": {name.removeprefix("--"): value for name, value in variables(theme_sheet(self.templates)).items()},
        }

    def setting(self, sheet: str) -> Setting:
        """A stylesheet with the deck's fonts and images."""
        path = f"{FOLDER}/{sheet}"
        theme, text = theme_sheet(self.templates), self.templates.text(path)
        if self.options.large:
            text = f"{_SIZE.sub(_larger, text)}\n{self.templates.text(f'{FOLDER}/large.css')}"
        return Setting(
            sheet=StyleSource(self.templates.shown(path), text, theme),
            fonts=fonts(self.edition.content, self.edition.lock_path.parent, self.templates),
            images={**_images(self.templates), **self._pictures()},
            locate=_locator(self.guide),
            direction="rtl" if self.edition.content.deck.language.partition("-")[0] in RIGHT_TO_LEFT else "",
        )

    def _pictures(self) -> dict[str, bytes]:
        """The pictures as paper prints them, by their paths and by their names in packages."""
        files = [file for file in self.edition.content.media.values() if file.format.kind == "picture"]
        if not files:
            return {}
        from rolecards.source.raster import on_paper  # noqa: PLC0415 - few decks have pictures

        printed = [(file, on_paper(file.data, file.format.noun)) for file in files]
        return {name: data for file, data in printed for name in (file.path, file.name)}

    def laid_out(self, name: str, setting: Setting, values: Mapping[str, Any]) -> Layout:
        """The pages of a template, rendered with these values. Raises ContentError if the template fails."""
        html = render(self.templates.placed_environment(), f"{FOLDER}/{name}", values)
        return lay_out(html, setting, paper=self.paper, path=self.templates.shown(f"{FOLDER}/{name}"))

    def printout(self, layout: Layout) -> Artifact:
        """The layout as a PDF. Raises ContentError if one of its problems is an error."""
        from rolecards.pdf.draw import draw  # noqa: PLC0415 - only if there is something to draw

        problems = judged(layout.problems, self.edition.content)
        if any(problem.severity is Severity.ERROR for problem in problems):
            raise ContentError(problems)
        deck = self.edition.content.deck
        metadata = Metadata(
            title=": ".join(filter(None, (deck.title or deck.name, self.choice))),
            created=datetime.fromtimestamp(self.edition.release.modified, UTC),
            author=to_plain(to_html(deck.credit)),
            subject=deck.subtitle,
            language=deck.language,
            keywords=tuple(role.name for role in self.edition.content.roles.values()),
        )
        data = draw(layout, metadata)
        return Artifact(data, layout.digest(), counted(len(layout.pages), "page"), problems)


def judged(problems: Iterable[Problem], content: Content) -> tuple[Problem, ...]:
    """The problems of a paper at their words; those of study notes are warnings, one for each kind of fault."""
    problems = tuple(problems)
    entries = {place.of(): place for place in content.places.values()} if problems else {}
    found: dict[tuple[str, str], Problem] = {}
    for each in problems:
        if each.location.path.lower().endswith(NOTES_SUFFIXES):
            warning = replace(each, severity=Severity.WARNING, words="")
            found.setdefault((each.code, each.message), warning)
            continue
        # Words that are not in an entry itself are those of a role or of the deck.
        others = (content.places[key] for key in ("@deck", *content.roles))
        places = (place for place in chain((entries.get(each.location),), others) if place and each.words)
        at = next((at for place in places if (at := place.of(words=each.words)) != place.of()), each.location)
        found[str(at), each.message] = replace(each, location=at)
    return tuple(found.values())


def _larger(size: re.Match[str]) -> str:
    name, value, unit = size[1], float(size[2]), size[3]
    return f"{name}{max(min(value, _BODY[unit]) * LARGER, value):.4g}{unit}"


def _images(templates: Templates) -> dict[str, bytes]:
    """The images next to the templates, by file name; an author's images replace ours."""
    images: dict[str, bytes] = {}
    for folder in reversed(templates.folders):
        for path in sorted((folder / FOLDER).glob("*")):
            if path.suffix in (".png", ".svg"):
                images[path.name] = path.read_bytes()
    return images


def path_of(page: StudyPage, content: Content) -> str:
    """The path of a page's file, as problems show it."""
    return (PurePosixPath(content.places["@deck"].document.path).parent / page.name).as_posix()


def _locator(guide: Guide) -> Callable[[str], Location | None]:
    """Finds the place of an id, or of a line if the key is `file:line` of study notes."""
    places = {**guide.content.places, **{each.id: each.note.place for each in guide.notes}}
    pages = {page.name: path_of(page, guide.content) for page in guide.content.study}

    def locate(key: str) -> Location | None:
        name, _, line = key.rpartition(":")
        if name in pages:
            return Location(pages[name], int(line))
        return places[key].of() if key in places else None

    return locate


def theme_sheet(templates: Templates) -> StyleSource:
    """The stylesheet that comes before those of the papers."""
    return StyleSource(templates.shown(THEME), templates.text(THEME))


def fonts(content: Content, folder: Path, templates: Templates) -> FontSet:
    """The built-in fonts or those of the theme, then those of the deck; `font_problems` has found no unusable file."""
    built_in, theme = default_fonts(), templates.path(THEME)
    families = {
        name: Family(**{style: theme.with_name(file) for style, (file, _) in faces.items()})
        for name, faces in read(theme_sheet(templates)).typefaces.items()
    }
    # A custom typeface may lack our symbols, such as the diamond of the core.
    symbols = (built_in.families["sans"].regular,) if families else ()
    fallbacks = (*(folder / name for name in content.deck.fonts), *symbols)
    return FontSet(families={**built_in.families, **families}, fallbacks=fallbacks)


def font_problems(content: Content, folder: Path, templates: Templates) -> list[Problem]:
    """Fonts that cannot be used, and styles that a typeface of the theme lacks."""
    found, theme = list[Problem](), templates.path(THEME)
    for family, faces in read(theme_sheet(templates)).typefaces.items():
        for file, place in faces.values():
            message = "" if "regular" in faces else f"the typeface `{family}` has no regular face"
            if message := _unusable(theme.with_name(file), file, "next to this stylesheet") or message:
                found.append(problem("RC711", place, message))
        missing = [style for style in STYLES if not any(style in each for each in faces)]
        if missing and "regular" in faces:
            rules = (f"`@font-face {{ font-family: {family}; {STYLES[style]}; src: … }}`" for style in missing)
            message = f"the typeface `{family}` has no {' and no '.join(missing)} face, "
            message += f"so {' and '.join(missing)} text looks like the rest"
            found.append(problem("RC712", faces["regular"][1], message, f"add {' and '.join(rules)}"))
    for at, name in enumerate(content.deck.fonts):
        message = _unusable(folder / name, name, "in the content folder")
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            message = f"the font `{name}` is outside the content folder"
        if message:
            found.append(problem("RC711", content.places["@deck"].of("fonts", at), message))
    return found


def _unusable(path: Path, name: str, where: str) -> str:
    """Why a file is not a usable font; empty if it is one."""
    if not path.is_file():
        return f"there is no font file `{name}` {where}"
    try:
        load(path)
    except Exception as error:  # noqa: BLE001 - broken font files raise errors of many classes
        return f"`{name}` cannot be read as a font: {error}"
    return ""
