"""Template files: where they are found, and Jinja set up so that a mistake in one is reported at its line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from markupsafe import Markup

from rolecards.problems import ContentError, Location, did_you_mean, problem
from rolecards.text.inline import to_html

_OPENING_TAG = re.compile(r"<([a-z][a-z0-9]*)(?=[\s/>])")


def bundled_folder() -> Path:
    """The templates that come with the program: inside an installed package, beside `src` in a checkout."""
    installed = Path(str(files("rolecards"))) / "templates"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Template folders, the author's own before the bundled one."""

    folders: tuple[Path, ...]
    words: Mapping[str, Any] = field(default_factory=dict)
    """The phrases of the deck's language, which templates reach as `words`."""

    def path(self, name: str) -> Path:
        """The file that `name` stands for; raises ContentError where no folder has it."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        missing = (self.folders[0] / name).as_posix()
        raise ContentError([problem("RC140", Location(missing), "this template is missing")])

    def text(self, name: str) -> str:
        """A template taken as it stands, such as Anki's own with their `{{Field}}`."""
        path = self.path(name)
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(shown_path(str(path))) from error

    def shown(self, name: str) -> str:
        """The path of the file that `name` stands for, as a person would type it."""
        return shown_path(str(self.path(name)))

    def environment(self) -> jinja2.Environment:
        """Jinja over these folders: everything escaped, an unknown name is an error, `md` renders inline Markdown."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=_Unknown,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["words"] = self.words
        environment.filters["md"] = lambda text: Markup(to_html(str(text)))  # noqa: S704 - to_html escapes
        return environment

    def placed_environment(self) -> jinja2.Environment:
        """The same, with every opening tag of a template carrying its own place in `data-at`."""
        environment = self.environment()
        environment.add_extension(_Places)
        return environment


class _Unknown(jinja2.StrictUndefined):
    """An unknown name, told in an author's words instead of Python's."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, str(self._undefined_name)
        if self._undefined_hint or owner is jinja2.utils.missing:
            return self._undefined_hint or f"there is no `{name}` here"
        known = owner if isinstance(owner, Mapping) else dir(owner)
        hint = did_you_mean(name, [each for each in map(str, known) if not each.startswith("_")])
        return f"{_called(type(owner))} has no `{name}`" + (f"; {hint}" if hint else "")


def _called(kind: type) -> str:
    """What templates call a value of this class."""
    if not kind.__module__.startswith("rolecards."):
        return "the value before it"
    name = {"DeckSettings": "deck", "Printed": "note"}.get(kind.__name__, kind.__name__.lower())
    return f"`{name}`"


class _Places(Extension):
    """Marks tags before Jinja reads the template, so that a place survives includes, loops and macros."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        lines = source.split("\n")
        shown = shown_path(filename) if filename else name
        return "\n".join(
            _OPENING_TAG.sub(lambda tag, at=at: f'<{tag[1]} data-at="{shown}:{at}:{tag.start() + 1}"', line)  # type: ignore[misc]
            for at, line in enumerate(lines, start=1)
        )


def render(environment: jinja2.Environment, name: str, values: Mapping[str, Any]) -> str:
    """The template with the values; raises ContentError at the template's line where that fails."""
    try:
        return environment.get_template(name).render(values)
    except Exception as error:
        raise as_content_error(error, environment) from error


def as_content_error(error: Exception, environment: jinja2.Environment) -> Exception:
    """A failure inside a template as a problem at its line; any other failure as it is, for it is a bug."""
    if isinstance(error, jinja2.TemplateNotFound):
        return _problem(Location(str(error.name)), f"the template {error.name} is missing")
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _problem(
            Location(shown_path(error.filename or str(error.name)), error.lineno), error.message or "syntax error"
        )
    if isinstance(error, UnicodeDecodeError):
        return _not_utf8("templates")
    assert isinstance(environment.loader, jinja2.FileSystemLoader)
    folders = tuple(environment.loader.searchpath)
    called = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in called if frame.filename.startswith(folders)]
    failed_deeper = not isinstance(error, jinja2.TemplateRuntimeError) and called[-1] not in frames
    if not frames or failed_deeper:
        return error
    return _problem(Location(shown_path(frames[-1].filename), frames[-1].lineno or 1), str(error))


def _not_utf8(path: str) -> ContentError:
    hint = "save it as UTF-8 in your editor"
    return ContentError([problem("RC110", Location(path), "this template is not UTF-8", hint)])


def _problem(location: Location, message: str) -> ContentError:
    return ContentError([problem("RC141", location, f"this template fails: {message}")])


def shown_path(filename: str) -> str:
    """A path as a person would type it: from the working folder where it lies below, else from the templates folder."""
    path = Path(filename)
    for base, prefix in ((Path.cwd(), Path()), (bundled_folder(), Path("templates"))):
        if path.is_relative_to(base):
            return (prefix / path.relative_to(base)).as_posix()
    return path.as_posix()
