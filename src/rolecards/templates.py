"""Template files, and a Jinja environment that reports errors at their place in the template."""

import re
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup
from msgspec import Struct, field

from rolecards import __version__
from rolecards.problems import ContentError, Location, did_you_mean, problem
from rolecards.schema.models import DeckSettings
from rolecards.source.folder import beside, unfit
from rolecards.source.yaml import Document
from rolecards.text.field import to_html
from rolecards.text.paper import marked, paper_html
from rolecards.text.plain import to_plain

_CSS_ENDS = re.compile(r"['\"\\\n]")
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
_LARGEST = 1_000_000  # the largest number, or the most characters or items, that `*` and `**` may produce
_LARGEST_POWER = 20
_OPENING_TAG = re.compile(r"<([a-z][a-z0-9]*)(?=[\s/>])")


def bundled_folder() -> Path:
    """The built-in templates: inside an installed package, or next to `src` in a checkout."""
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "templates"


class Templates(Struct, frozen=True, kw_only=True):
    """Template folders; the author's own folder comes before the built-in one."""

    folders: tuple[Path, ...] = field(default_factory=lambda: (bundled_folder(),))
    words: Mapping[str, Any] = {}  # the phrases of the deck's language, which templates reach as `words`
    vocabulary: Any = None  # the deck's own words, which templates reach as `vocabulary`

    @property
    def own(self) -> Path | None:
        """The author's own folder."""
        return self.folders[0] if len(self.folders) > 1 else None

    def path(self, name: str) -> Path:
        """The first file of this name in the folders; each name that we use is one of a built-in file."""
        return next(folder / name for folder in self.folders if (folder / name).is_file())

    def text(self, name: str) -> str:
        """The text of a file that is not a Jinja template. Raises ContentError if it is not UTF-8."""
        path = self.path(name)
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(shown_path(str(path))) from error

    def shown(self, name: str) -> str:
        """The path of a template for messages."""
        return shown_path(str(self.path(name)))

    def environment(self, kind: "type[_Sandbox] | None" = None) -> jinja2.Environment:
        """A Jinja sandbox: HTML is escaped, unknown names are errors, and the filter `md` renders inline Markdown."""
        environment = (kind or _Sandbox)(
            loader=jinja2.FileSystemLoader([str(folder) for folder in self.folders]),
            autoescape=True,
            undefined=_Unknown,
            bytecode_cache=_compiled((kind or _Sandbox).__name__),
            auto_reload=False,
            optimized=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {"words": self.words, "vocabulary": self.vocabulary}
        environment.filters["date"] = lambda text: (
            self.words["guide"]["day_of"](**found.groupdict()) if (found := _DATE.fullmatch(text)) else text
        )
        environment.filters["md"] = lambda text: Markup(to_html(str(text)))  # noqa: S704 - to_html escapes
        return environment

    def card_environment(self) -> jinja2.Environment:
        """The environment for Anki's card templates, with `{= … =}` because Anki has `{{`; `in_css` escapes for CSS."""
        environment = self.environment()
        environment.filters["in_css"] = lambda phrase: _CSS_ENDS.sub(
            lambda found: f"\\{ord(found[0]):x} ", to_plain(phrase())
        )
        return environment.overlay(
            variable_start_string="{=",
            variable_end_string="=}",
            block_start_string="{=%",
            block_end_string="%=}",
            comment_start_string="{=#",
            comment_end_string="#=}",
            bytecode_cache=_compiled("card"),
        )

    def placed_environment(self) -> jinja2.Environment:
        """The environment for papers, with the place of every opening tag in its attribute `data-at`."""
        environment = self.environment(_Placed)
        environment.filters["md"] = lambda text: paper_html(to_html(str(text)))
        environment.filters["marked"] = marked
        return environment


class _Sandbox(SandboxedEnvironment):
    """A sandbox in which no product or power uses up memory or time."""

    intercepted_binops = frozenset({"*", "**"})

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that a template reaches, in one mapping: Jinja copies it for every card."""
        return {**self.globals, **(d or {})}

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """The product or power. Raises SecurityError if it may be larger than `_LARGEST`."""
        sizes = [abs(side) if isinstance(side, int | float) else len(side) for side in (left, right)]
        if max(sizes) > _LARGEST or sizes[0] * sizes[1] > _LARGEST or (operator == "**" and sizes[1] > _LARGEST_POWER):
            raise SecurityError(f"the result of `{operator}` is too large")
        return super().call_binop(context, operator, left, right)


def of_deck_file(given: Templates, folder: Path, deck: DeckSettings, file: Document) -> Templates:
    """The templates that the deck file names, if the command names none. Raises ContentError like `own_templates`."""
    if not deck.templates or given.own:
        return given
    place = file.locate(("templates",))
    return own_templates(beside(folder, deck.templates, place), place)


def own_templates(folder: Path, place: Location | None = None) -> Templates:
    """The author's templates, then the built-in ones. Raises ContentError, at `place`, if the folder cannot be used."""
    if not folder.is_dir():
        message = f"the templates folder `{folder.as_posix()}` does not exist"
        if place:
            raise ContentError([problem("RC124", place, message, "create it, or correct `templates`")])
        raise ContentError([problem("RC140", Location(folder.as_posix()), message)])
    paths = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    if faults := [fault for path in paths if (fault := unfit(path, folder))]:
        raise ContentError(faults)
    return Templates(folders=(folder.resolve(), bundled_folder()))


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Compiled templates that outlive the process, in the folder that Jinja has for this user and trusts."""

    def __init__(self, environment: str) -> None:
        made_by = f"{__version__}_{Path(__file__).stat().st_mtime_ns}_{environment}"
        super().__init__(pattern=f"__rolecards_{made_by}_%s.cache")

    def get_bucket(self, environment: jinja2.Environment, name: str, filename: str | None, source: str) -> Bucket:
        """What is compiled is the source as `_Placed` changes it."""
        return super().get_bucket(environment, name, filename, environment.preprocess(source, name, filename))

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a damaged file can raise whatever `pickle` raises, and is written anew
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled(environment: str) -> _Compiled | None:
    """No templates are kept where there is no folder that only this user can write to."""
    try:
        return _Compiled(environment)
    except (OSError, RuntimeError):
        return None


class _Unknown(jinja2.StrictUndefined):
    """An unknown name, with a message that suggests a known one."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, str(self._undefined_name)
        if self._undefined_hint or owner is jinja2.utils.missing:
            return self._undefined_hint or f"unknown name `{name}`"
        known = owner if isinstance(owner, Mapping) else dir(owner)
        hint = did_you_mean(name, [each for each in map(str, known) if not each.startswith("_")])
        kind = type(owner).__name__
        usual = {"DeckSettings": "deck", "Printed": "note"}.get(kind, kind.lower())
        shown = f"`{usual}`" if type(owner).__module__.startswith("rolecards.") else "the value before it"
        return f"{shown} has no `{name}`" + (f"; {hint}" if hint else "")


class _Placed(_Sandbox):
    """Adds the places before Jinja compiles the template, so that they survive includes, loops and macros."""

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        lines = source.split("\n")
        shown = shown_path(filename) if filename else name
        return "\n".join(
            _OPENING_TAG.sub(lambda tag, at=at: f'<{tag[1]} data-at="{shown}:{at}:{tag.start() + 1}"', line)  # type: ignore[misc]
            for at, line in enumerate(lines, start=1)
        )


def render(environment: jinja2.Environment, name: str, values: Mapping[str, Any]) -> str:
    """Render a template. Raises ContentError at the line of the template that fails."""
    try:
        template = environment.get_template(name)
    except (RecursionError, SyntaxError, MemoryError) as error:  # Jinja compiles to Python, which has limits
        raise _problem(Location(name), f"too deeply nested ({error})") from error
    except Exception as error:
        raise as_content_error(error, environment) from error
    try:
        return template.render(values)
    except Exception as error:
        raise as_content_error(error, environment) from error


def as_content_error(error: Exception, environment: jinja2.Environment) -> Exception:
    """An error in a template as a ContentError at its line; any other error is a bug and stays as it is."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        location = Location(shown_path(error.filename or str(error.name)), error.lineno)
        return _problem(location, error.message or "syntax error")
    if isinstance(error, UnicodeDecodeError):
        return _not_utf8("templates")
    assert isinstance(environment.loader, jinja2.FileSystemLoader)
    folders = tuple(environment.loader.searchpath)
    calls = traceback.extract_tb(error.__traceback__)
    program = str(Path(__file__).parent)
    ours = [call for call in calls if call.filename.startswith((*folders, program)) and call.filename != __file__]
    deepest = ours[-1] if ours else calls[-1]
    missing = error.name if isinstance(error, jinja2.TemplateNotFound) else ""
    message = f"there is no template `{missing}`" if missing else str(error)
    if not deepest.filename.startswith(folders):
        return _problem(Location(str(missing)), message) if missing else error
    return _problem(Location(shown_path(deepest.filename), deepest.lineno or 1), message or type(error).__name__)


def _not_utf8(path: str) -> ContentError:
    hint = "save it as UTF-8 in your editor"
    return ContentError([problem("RC110", Location(path), "this template is not UTF-8", hint)])


def _problem(location: Location, message: str) -> ContentError:
    return ContentError([problem("RC141", location, f"the template fails: {message}")])


def shown_path(filename: str) -> str:
    """A path relative to the working folder, or to the built-in templates."""
    path = Path(filename)
    for base, prefix in ((Path.cwd(), Path()), (bundled_folder(), Path("templates"))):
        if path.is_relative_to(base):
            return (prefix / path.relative_to(base)).as_posix()
    return path.as_posix()
