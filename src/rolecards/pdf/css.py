"""Style sheets: rules, pages, font faces and custom properties as values."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import tinycss2

from rolecards.pdf.parse import BLOCK, INLINE
from rolecards.pdf.properties import FACE_PROPERTIES, PAGE_PROPERTIES, PROPERTIES, Declarations, Property, Token
from rolecards.problems import Location, Problem, did_you_mean, problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEEPEST_VARIABLE = 10


@dataclass(frozen=True, slots=True)
class StyleSource:
    """The text of a style sheet, and the path that its problems name."""

    path: str
    text: str
    theme: StyleSource | None = None
    """A style sheet that is read first, as if it were at the start of this one."""


class Selector(NamedTuple):
    """A compound selector: a tag, classes or both."""

    tag: str
    classes: frozenset[str]

    def matches(self, tag: str, classes: frozenset[str]) -> bool:
        """Whether it selects an element with this tag and these classes."""
        return (not self.tag or self.tag == tag) and self.classes <= classes


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRule:
    """Declarations for elements that match the last selector, inside elements that match the others in order."""

    selectors: tuple[Selector, ...]
    declarations: Declarations

    @property
    def weight(self) -> tuple[int, int]:
        """The specificity: the number of classes, then of tags."""
        tags = sum(bool(selector.tag) for selector in self.selectors)
        return sum(len(selector.classes) for selector in self.selectors), tags


class FontFace(NamedTuple):
    """The font file for one style of a font family."""

    family: str
    bold: bool
    italic: bool
    file: str
    """The name of a file in the folder of the style sheet."""
    place: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleSheet:
    """A parsed style sheet: rules in ascending order of weight, and the declarations of `@page`."""

    rules: tuple[StyleRule, ...] = ()
    page: Declarations = field(default_factory=dict)
    faces: tuple[FontFace, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """The custom properties of `:root`, by name with its two dashes."""
    problems: tuple[Problem, ...] = ()


class Variable(NamedTuple):
    """The value of a custom property, and its location."""

    tokens: list[Token]
    place: Location


SAMPLES = [tinycss2.parse_component_value_list(text) for text in ("#000", "1mm", "1", "solid")]
"""One value of each kind that a custom property can have."""


class _StyleError(Exception):  # never leaves this module
    """A part of the style sheet is invalid and is left out."""

    def __init__(self, node: Token, message: str, hint: str = "", place: Location | None = None) -> None:
        super().__init__(message)
        self.node, self.message, self.hint, self.place = node, message, hint, place


@lru_cache(maxsize=16)
def read(sheet: StyleSource) -> StyleSheet:
    """Parse a style sheet. Invalid parts are reported as problems and left out."""
    theme = read(sheet.theme) if sheet.theme else StyleSheet()
    reader = _StyleReader(sheet.path, theme)
    nodes = tinycss2.parse_stylesheet(sheet.text, skip_comments=True, skip_whitespace=True)
    for node in nodes:
        reader.variables_of(node)
    for node in nodes:
        with reader.attempt():
            reader.rule(node)
    return StyleSheet(
        rules=tuple(sorted(reader.rules, key=lambda rule: rule.weight)),
        page=reader.page,
        faces=tuple(reader.faces),
        variables=reader.variables,
        problems=tuple(reader.problems),
    )


def variables(sheet: StyleSource) -> dict[str, str]:
    """The custom properties of a style sheet, as text."""
    return {name: _text(variable.tokens) for name, variable in read(sheet).variables.items()}


class _StyleReader:
    def __init__(self, path: str, theme: StyleSheet) -> None:
        self.path = path
        self.variables: dict[str, Variable] = {**theme.variables}
        self.rules: list[StyleRule] = [*theme.rules]
        self.page: Declarations = {**theme.page}
        self.faces: list[FontFace] = [*theme.faces]
        self.problems: list[Problem] = [*theme.problems]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        try:
            yield
        except _StyleError as error:
            self.report(error)

    def report(self, error: _StyleError) -> None:
        place = error.place or self.location(error.node)
        self.problems.append(problem("RC703", place, error.message, error.hint))

    def location(self, node: Token) -> Location:
        return Location(self.path, node.source_line, node.source_column)

    def variables_of(self, node: Token) -> None:
        if not _is_root(node):
            return
        for declaration in _declarations(node):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                self.variables[declaration.name] = Variable(declaration.value, self.location(declaration))
            else:
                self.report(_StyleError(declaration, "`:root` can only set custom properties such as `--accent`"))

    def rule(self, node: Token) -> None:
        if node.type == "error":
            raise _StyleError(node, f"syntax error in the style sheet: {node.message}")
        if node.type == "at-rule" and node.lower_at_keyword == "font-face" and node.content is not None:
            self.font_face(node)
        elif node.type == "at-rule":
            self.page_rule(node)
        elif not _is_root(node):
            declarations = self.declarations(node, PROPERTIES)
            for part in _selector_texts(node.prelude):
                with self.attempt():
                    start, words = part[0] if part else node, _text(part).split()
                    if not words:
                        raise _StyleError(start, "the selector is missing")
                    selectors = tuple(_selector(word, start) for word in words)
                    self.rules.append(StyleRule(selectors=selectors, declarations=declarations))

    def page_rule(self, node: Token) -> None:
        if node.at_keyword != "page" or node.content is None:
            raise _StyleError(node, f"unknown rule `@{node.at_keyword}`", "use `@page` or `@font-face`")
        if _text(node.prelude):
            raise _StyleError(node, "`@page` cannot have a name")
        self.page.update(self.declarations(node, PAGE_PROPERTIES))

    def font_face(self, node: Token) -> None:
        face = self.declarations(node, FACE_PROPERTIES)
        if not ("font_family" in face and "src" in face):
            raise _StyleError(node, "`@font-face` must have `font-family` and `src`")
        bold, italic = bool(face.get("bold")), bool(face.get("italic"))
        self.faces.append(FontFace(str(face["font_family"]), bold, italic, str(face["src"]), self.location(node)))

    def declarations(self, node: Token, properties: Mapping[str, Property]) -> Declarations:
        result: Declarations = {}
        for declaration in _declarations(node):
            with self.attempt():
                result.update(self.values(declaration, properties))
        return result

    def values(self, node: Token, properties: Mapping[str, Property]) -> Declarations:
        if node.type != "declaration":
            raise _StyleError(node, f"syntax error in the style sheet: {getattr(node, 'message', node.type)}")
        if node.lower_name not in properties:
            raise _StyleError(node, f"unknown property `{node.name}`", did_you_mean(node.lower_name, properties))
        if node.important:
            raise _StyleError(node, "`!important` is not supported")
        values = properties[node.lower_name](self.resolved(node.value))
        if values is None:
            raise self.value_error(node, properties[node.lower_name])
        return values

    def value_error(self, node: Token, read_value: Property) -> _StyleError:
        """The error, at the custom property if the declaration were valid with another value of it."""
        for name in sorted(name for name in self.variables if name in tinycss2.serialize(node.value)):
            variable = self.variables[name]
            for sample in SAMPLES:
                self.variables[name] = Variable(sample, variable.place)
                is_the_cause = read_value(self.resolved(node.value)) is not None
                self.variables[name] = variable
                if is_the_cause:
                    message = f"`{name}` cannot be `{_text(variable.tokens)}` where it is used"
                    return _StyleError(node, message, place=variable.place)
        return _StyleError(node, f"`{node.name}` cannot be `{_text(node.value)}`")

    def resolved(self, tokens: Sequence[Token], depth: int = 0) -> list[Token]:
        """The tokens without whitespace and comments, and with every `var(--name)` replaced by its value."""
        result: list[Token] = []
        for token in tokens:
            if token.type == "function" and token.lower_name == "var":
                name = _text(token.arguments)
                if name not in self.variables or depth > DEEPEST_VARIABLE:
                    raise _StyleError(token, f"`{name}` is not set in `:root`")
                result += self.resolved(self.variables[name].tokens, depth + 1)
            elif token.type not in ("whitespace", "comment"):
                result.append(token)
        return result


def _declarations(node: Token) -> list[Token]:
    return list(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))


def _is_root(node: Token) -> bool:
    return bool(node.type == "qualified-rule" and _text(node.prelude) == ":root")


def _selector_texts(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each selector of a list, which has commas in between."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif parts[-1] or token.type != "whitespace":
            parts[-1].append(token)
    return parts


def _selector(word: str, start: Token) -> Selector:
    tag, *classes = word.split(".")
    is_known = not tag or tag == "body" or tag in BLOCK or tag in INLINE
    if not is_known or not all(name.replace("-", "").replace("_", "").isalnum() for name in classes):
        raise _StyleError(start, f"unknown selector `{word}`", "use tags, `.classes` and descendants")
    return Selector(tag, frozenset(classes))


def _text(tokens: Sequence[Token]) -> str:
    return str(tinycss2.serialize(tokens).strip())
