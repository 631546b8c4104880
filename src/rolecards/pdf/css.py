"""The style sheet: which selectors and properties it may use, and what it says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import tinycss2

from rolecards.diagnostics import Location, Problem
from rolecards.pdf.parse import BLOCK, INLINE
from rolecards.pdf.properties import FACE_PROPERTIES, PAGE_PROPERTIES, PROPERTIES, Declarations, Property, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DEEPEST_VARIABLE = 10


@dataclass(frozen=True, slots=True)
class StyleSource:
    """A style sheet's text and the path its problems are reported at."""

    path: str
    text: str
    theme: StyleSource | None = None
    """A sheet that is read before it: what that says holds here too."""


class Selector(NamedTuple):
    """One compound selector: a tag, classes or both."""

    tag: str
    classes: frozenset[str]

    def matches(self, tag: str, classes: frozenset[str]) -> bool:
        """Whether an element has the tag and all the classes."""
        return (not self.tag or self.tag == tag) and self.classes <= classes


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRule:
    """Declarations for elements matching the last selector inside elements matching the ones before."""

    selectors: tuple[Selector, ...]
    declarations: Declarations

    @property
    def weight(self) -> tuple[int, int]:
        """Its specificity: classes count first, then tags."""
        tags = sum(bool(selector.tag) for selector in self.selectors)
        return sum(len(selector.classes) for selector in self.selectors), tags


class FontFace(NamedTuple):
    """One face of a typeface: the font file that text of a family, bold or slanted, is set in."""

    family: str
    bold: bool
    italic: bool
    file: str
    """Its name; files lie beside the style sheet."""
    place: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleSheet:
    """What a style sheet says: rules in the order of their weight, declarations of pages by name."""

    rules: tuple[StyleRule, ...] = ()
    pages: Mapping[str, Declarations] = field(default_factory=dict)
    faces: tuple[FontFace, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """What `:root` sets, by name with its two dashes."""
    problems: tuple[Problem, ...] = ()


class Variable(NamedTuple):
    """What a custom property stands for, and where that is written."""

    tokens: list[Token]
    place: Location


SAMPLES = [tinycss2.parse_component_value_list(text) for text in ("#000", "1mm", "1", "solid")]
"""A value of each kind that a custom property may stand for."""


class _StyleError(Exception):  # never leaves this module
    """A part of the style sheet that is left out, and where it stands."""

    def __init__(self, node: Token, message: str, hint: str = "", place: Location | None = None) -> None:
        super().__init__(message)
        self.node, self.message, self.hint, self.place = node, message, hint, place


@lru_cache(maxsize=16)
def read(sheet: StyleSource) -> StyleSheet:
    """Read a style sheet; what its problems name is left out."""
    theme = read(sheet.theme) if sheet.theme else StyleSheet()
    reader = _StyleReader(sheet.path, theme)
    nodes = tinycss2.parse_stylesheet(sheet.text, skip_comments=True, skip_whitespace=True)
    for node in nodes:
        reader.attempt(reader.variables_of, node)
    for node in nodes:
        reader.attempt(reader.rule, node)
    reader.check_pages()
    return StyleSheet(
        rules=tuple(sorted(reader.rules, key=lambda rule: rule.weight)),
        pages=reader.pages,
        faces=tuple(reader.faces),
        variables=reader.variables,
        problems=tuple(reader.problems),
    )


def variables(sheet: StyleSource) -> dict[str, str]:
    """What a style sheet's `:root` sets, as it is written there."""
    return {name: tinycss2.serialize(said.tokens).strip() for name, said in read(sheet).variables.items()}


class _StyleReader:
    def __init__(self, path: str, theme: StyleSheet) -> None:
        self.path = path
        self.variables: dict[str, Variable] = {**theme.variables}
        self.rules: list[StyleRule] = [*theme.rules]
        self.pages: dict[str, Declarations] = {name: {**said} for name, said in theme.pages.items()}
        self.faces: list[FontFace] = [*theme.faces]
        self.named: list[tuple[str, Token]] = []
        """The kinds of pages that declarations name."""
        self.problems: list[Problem] = [*theme.problems]

    def attempt(self, read_part: Callable[[Token], None], node: Token) -> None:
        try:
            read_part(node)
        except _StyleError as wrong:
            self.note(wrong)

    def note(self, wrong: _StyleError) -> None:
        place = wrong.place or Location(self.path, wrong.node.source_line, wrong.node.source_column)
        self.problems.append(Problem(location=place, code="RC703", message=wrong.message, hint=wrong.hint))

    def variables_of(self, node: Token) -> None:
        if not _is_root(node):
            return
        for declaration in _declarations(node):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                place = Location(self.path, declaration.source_line, declaration.source_column)
                self.variables[declaration.name] = Variable(declaration.value, place)

    def rule(self, node: Token) -> None:
        if node.type == "error":
            raise _StyleError(node, f"the style sheet can't be read here: {node.message}")
        if node.type == "at-rule" and node.lower_at_keyword == "font-face" and node.content is not None:
            self.font_face(node)
        elif node.type == "at-rule":
            self.page_rule(node)
        elif _is_root(node):
            for declaration in _declarations(node):
                self.attempt(_only_variables, declaration)
        else:
            self.plain_rule(node)

    def page_rule(self, node: Token) -> None:
        names = [token for token in node.prelude if token.type != "whitespace"]
        if node.at_keyword != "page" or node.content is None:
            raise _StyleError(node, f"unknown rule @{node.at_keyword}", "@page and @font-face are known")
        if len(names) > 1 or any(name.type != "ident" for name in names):
            raise _StyleError(node, "a page rule is written @page or @page name")
        name = names[0].value if names else ""
        self.pages.setdefault(name, {}).update(self.declared(node, PAGE_PROPERTIES))

    def font_face(self, node: Token) -> None:
        said = self.declared(node, FACE_PROPERTIES)
        if not ("font_family" in said and "src" in said):
            raise _StyleError(node, "a font face needs a font-family and a src")
        bold, italic = bool(said.get("bold")), bool(said.get("italic"))
        place = Location(self.path, node.source_line, node.source_column)
        self.faces.append(FontFace(str(said["font_family"]), bold, italic, str(said["src"]), place))

    def plain_rule(self, node: Token) -> None:
        declared = self.declared(node, PROPERTIES)
        for part in _split(node.prelude, ","):
            self.attempt(lambda part: self.rules.append(_rule(part, declared)), _SelectorText(part, node))

    def declared(self, node: Token, known: Mapping[str, Property]) -> Declarations:
        declared: Declarations = {}
        for declaration in _declarations(node):
            self.attempt(lambda each: declared.update(self.values(each, known)), declaration)
        return declared

    def values(self, node: Token, known: Mapping[str, Property]) -> Declarations:
        if node.type != "declaration":
            raise _StyleError(node, f"the style sheet can't be read here: {getattr(node, 'message', node.type)}")
        if node.lower_name not in known:
            raise _StyleError(node, f"unknown property {node.name}", _similar(node.lower_name, known))
        if node.important:
            raise _StyleError(node, "!important is not supported")
        values = known[node.lower_name](self.meant(node.value))
        if values is None:
            raise self.wrong_value(node, known[node.lower_name])
        if "page" in values:
            self.named.append((str(values["page"]), node))
        return values

    def wrong_value(self, node: Token, read_value: Property) -> _StyleError:
        """The fault of a custom property, if with another value of it the declaration could be read, or its own."""
        for name in sorted(name for name in self.variables if name in tinycss2.serialize(node.value)):
            said = self.variables[name]
            for sample in SAMPLES:
                self.variables[name] = Variable(sample, said.place)
                is_the_cause = read_value(self.meant(node.value)) is not None
                self.variables[name] = said
                if is_the_cause:
                    text = tinycss2.serialize(said.tokens).strip()
                    return _StyleError(node, f"{name} can't be {text or 'empty'} where it is used", place=said.place)
        text = tinycss2.serialize(node.value).strip()
        return _StyleError(node, f"{node.name} can't be {text or 'empty'}")

    def meant(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens of a value that say something, custom properties resolved."""
        return [token for token in self.resolved(tokens, 0) if token.type not in ("whitespace", "comment")]

    def check_pages(self) -> None:
        for name, node in self.named:
            if name not in self.pages:
                self.note(_StyleError(node, f"there is no @page {name}", _similar(name, self.pages)))

    def resolved(self, tokens: Sequence[Token], depth: int) -> list[Token]:
        """The tokens with every `var(--name)` replaced by what the name stands for."""
        result: list[Token] = []
        for token in tokens:
            if token.type == "function" and token.lower_name == "var":
                name = tinycss2.serialize(token.arguments).strip()
                if name not in self.variables or depth > DEEPEST_VARIABLE:
                    raise _StyleError(token, f"{name} is not set in :root")
                result += self.resolved(self.variables[name].tokens, depth + 1)
            else:
                result.append(token)
        return result


class _SelectorText(NamedTuple):
    """One selector of a list, with its place."""

    tokens: list[Token]
    node: Token

    @property
    def source_line(self) -> int:
        return int((self.tokens[0] if self.tokens else self.node).source_line)

    @property
    def source_column(self) -> int:
        return int((self.tokens[0] if self.tokens else self.node).source_column)


def _declarations(node: Token) -> list[Token]:
    nodes = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    return list(nodes)


def _is_root(node: Token) -> bool:
    return bool(node.type == "qualified-rule" and tinycss2.serialize(node.prelude).strip() == ":root")


def _only_variables(node: Token) -> None:
    if node.type != "declaration" or not node.name.startswith("--"):
        raise _StyleError(node, ":root is only for custom properties such as --accent")


def _split(tokens: Sequence[Token], separator: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == separator:
            parts.append([])
        elif parts[-1] or token.type != "whitespace":
            parts[-1].append(token)
    return parts


def _rule(part: _SelectorText, declared: Declarations) -> StyleRule:
    text = tinycss2.serialize(part.tokens).strip()
    selectors = tuple(_selector(word, part) for word in text.split())
    if not selectors:
        raise _StyleError(part, "a selector is missing")
    return StyleRule(selectors=selectors, declarations=declared)


def _selector(word: str, part: _SelectorText) -> Selector:
    tag, *classes = word.split(".")
    if not all(name.replace("-", "").replace("_", "").isalnum() for name in classes):
        raise _StyleError(part, f"unknown selector {word}", "tags, .classes and descendants are known")
    if tag and tag != "body" and tag not in BLOCK and tag not in INLINE:
        raise _StyleError(part, f"unknown selector {word}", "tags, .classes and descendants are known")
    return Selector(tag, frozenset(classes))


def _similar(name: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only for mistakes

    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else ""
