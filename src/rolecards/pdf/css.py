"""Stylesheets: rules, pages, font faces and custom properties as values, and the cascade that applies the rules."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import tinycss2

from rolecards.pdf.parse import BLOCK, INLINE, Element
from rolecards.pdf.style import FACE_PROPERTIES, PAGE_PROPERTIES, PROPERTIES, Declarations, Style, Token, declared
from rolecards.problems import Location, Problem, did_you_mean, problem


class StyleSource(NamedTuple):
    """The text of a stylesheet, and the path that its problems name."""

    path: str
    text: str
    theme: "StyleSource | None" = None  # a stylesheet that is read first, as if it were at the start of this one


Selector: TypeAlias = tuple[str, frozenset[str]]  # a tag, or an empty one for every element, and classes
SELECTOR = re.compile(r"([^.]*)((?:\.(?=[-_]*[^\W_])[\w-]++)*)")
TAGS = BLOCK | INLINE | {"", "body"}


class StyleRule(NamedTuple):
    """Declarations for elements that match the last selector, inside elements that match the others in order."""

    selectors: tuple[Selector, ...]
    declarations: Declarations

    @property
    def weight(self) -> tuple[int, int]:
        """The specificity: the number of classes, then of tags."""
        return sum(len(classes) for _, classes in self.selectors), sum(bool(tag) for tag, _ in self.selectors)

    def matches_around(self, element: Element) -> bool:
        """Whether the selectors before the last match ancestors of the element."""
        around = element.parent
        for tag, classes in reversed(self.selectors[:-1]):
            while around and not (tag in ("", around.tag) and classes <= around.classes):
                around = around.parent
            if around is None:
                return False
            around = around.parent
        return True


class Cascade:
    """Gives elements their style from the default and the given stylesheet. `scale` applies to type sizes in mm."""

    def __init__(self, source: StyleSource, scale: float = 1) -> None:
        sheet, base = read(source), read(StyleSource("base.css", (files(__package__) / "base.css").read_text("utf-8")))
        self.rules = [(*rule.selectors[-1], rule) for rule in (*base.rules, *sheet.rules)]
        self.scale = scale
        self.initial = Style()
        self.page = self.initial.child({**base.page, **sheet.page}, 1)  # the margins of pages

    def apply(self, element: Element, parent: Style | None = None) -> None:
        """Set the style of an element and its descendants. Only the root element has no parent."""
        around = parent or self.initial
        key = element.tag, element.attributes.get("class", "")
        style = around.children.get(key)
        if style is None:
            declarations: Declarations = {}
            for tag, classes, rule in self.rules:
                if tag in ("", element.tag) and classes <= element.classes and rule.matches_around(element):
                    declarations.update(rule.declarations)
            style = around.children[key] = around.child(declarations, self.scale)
        element.style = style
        for child in element.elements:
            self.apply(child, style)


cascade = lru_cache(maxsize=64)(Cascade)  # it is cached, as it caches the styles of elements
SAMPLES = [tinycss2.parse_component_value_list(text) for text in ("#000", "1mm", "1", "solid")]
"""One value of each kind that a custom property can have."""


class StyleSheet:
    """A parsed stylesheet. Invalid parts are reported as problems and left out."""

    def __init__(self, source: StyleSource) -> None:
        self.rules: list[StyleRule] = []  # in ascending order of weight
        self.page: Declarations = {}  # the declarations of `@page`
        self.typefaces: dict[str, dict[str, tuple[str, Location]]] = {}
        """By family and style, such as `bold_italic`, the font file beside the stylesheet, and where it is named."""
        self.variables: dict[str, tuple[list[Token], Location]] = {}
        """By name with its two dashes, the value of a custom property of `:root`, and its place."""
        self.problems: list[Problem] = []
        self._add(source)
        self.rules.sort(key=lambda rule: rule.weight)

    def _add(self, source: StyleSource) -> None:
        """Read a source after its theme."""
        if source.theme:
            self._add(source.theme)
        self.path = source.path
        nodes = tinycss2.parse_stylesheet(source.text, skip_comments=True, skip_whitespace=True)
        roots = [node for node in nodes if node.type == "qualified-rule" and _text(node.prelude) == ":root"]
        for node in roots:
            self._root(node)
        for node in nodes:
            if node not in roots:
                self._rule(node)

    def _report(self, node: Token, message: str, hint: str = "", *, place: Location | None = None) -> None:
        self.problems.append(problem("RC703", place or self._location(node), message, hint))

    def _location(self, node: Token) -> Location:
        return Location(self.path, node.source_line, node.source_column)

    def _root(self, node: Token) -> None:
        for declaration in _declarations(node):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                self.variables[declaration.name] = declaration.value, self._location(declaration)
            else:
                self._report(declaration, "`:root` can only set custom properties such as `--accent`")

    def _rule(self, node: Token) -> None:
        if node.type == "error":
            self._report(node, f"syntax error in the stylesheet: {node.message}")
        elif node.type == "qualified-rule":
            self._style_rules(node)
        elif node.content is None or node.lower_at_keyword not in ("page", "font-face"):
            self._report(node, f"unknown rule `@{node.at_keyword}`", "use `@page` or `@font-face`")
        elif node.lower_at_keyword == "font-face":
            self._font_face(node)
        elif _text(node.prelude):
            self._report(node, "`@page` cannot have a name")
        else:
            self.page.update(self._declarations(node, PAGE_PROPERTIES))

    def _style_rules(self, node: Token) -> None:
        declarations = self._declarations(node, PROPERTIES)
        commas = [at for at, each in enumerate(node.prelude) if each == ","]
        for before, end in pairwise((-1, *commas, len(node.prelude))):
            tokens = node.prelude[before + 1 : end]
            start = next((token for token in tokens if token.type != "whitespace"), node)
            words = _text(tokens).split()
            parts = [(word, SELECTOR.fullmatch(word)) for word in words]
            selectors = [(part[1], frozenset(part[2].split(".")[1:])) for _, part in parts if part and part[1] in TAGS]
            unknown = next((word for word, part in parts if not part or part[1] not in TAGS), "")
            if unknown or not words:
                message = f"unknown selector `{unknown}`" if unknown else "the selector is missing"
                self._report(start, message, "use tags, `.classes` and descendants")
            else:
                self.rules.append(StyleRule(tuple(selectors), declarations))

    def _font_face(self, node: Token) -> None:
        face = self._declarations(node, FACE_PROPERTIES)
        if "font_family" in face and "src" in face:
            style = "_".join(name for name in ("bold", "italic") if face.get(name)) or "regular"
            faces = self.typefaces.setdefault(face["font_family"], {})
            faces[style] = face["src"], self._location(node)
        else:
            self._report(node, "`@font-face` must have `font-family` and `src`")

    def _declarations(self, node: Token, properties: Collection[str]) -> Declarations:
        result: Declarations = {}
        for each in _declarations(node):
            if each.type != "declaration":
                self._report(each, f"syntax error in the stylesheet: {getattr(each, 'message', each.type)}")
            elif each.lower_name not in properties:
                self._report(each, f"unknown property `{each.name}`", did_you_mean(each.lower_name, properties))
            elif each.important:
                self._report(each, "`!important` is not supported")
            else:
                result.update(self._values(each))
        return result

    def _values(self, node: Token) -> Declarations:
        """The values of a declaration. If the value of a custom property makes it invalid, that one is reported."""
        used = [token for token in node.value if token.type == "function" and token.lower_name == "var"]
        unknown = next((token for token in used if _text(token.arguments) not in self.variables), None)
        if unknown:
            self._report(unknown, f"`{_text(unknown.arguments)}` is not set in `:root`")
            return {}
        known = {name: self.variables[name][0] for name in map(_text, (token.arguments for token in used))}
        values = declared(node.lower_name, _resolved(node.value, known))
        if values is None:
            for name, tokens in known.items():
                trials = (_resolved(node.value, known | {name: sample}) for sample in SAMPLES)
                if any(declared(node.lower_name, trial) is not None for trial in trials):
                    message = f"`{name}` cannot be `{_text(tokens)}` where it is used"
                    self._report(node, message, place=self.variables[name][1])
                    return {}
            self._report(node, f"`{node.name}` cannot be `{_text(node.value)}`")
        return values or {}


read = lru_cache(maxsize=16)(StyleSheet)  # parses a stylesheet, or returns it if it is among the last


def variables(source: StyleSource) -> dict[str, str]:
    """The custom properties of a stylesheet, as text."""
    return {name: _text(tokens) for name, (tokens, _) in read(source).variables.items()}


def _declarations(node: Token) -> list[Token]:
    return list(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))


def _resolved(tokens: list[Token], variables: Mapping[str, list[Token]]) -> list[Token]:
    """The tokens without whitespace and comments, and with every `var(--name)` replaced by its value."""
    result = []
    for token in tokens:
        is_variable = token.type == "function" and token.lower_name == "var"
        result += variables[_text(token.arguments)] if is_variable else [token]
    return [token for token in result if token.type not in ("whitespace", "comment")]


def _text(tokens: list[Token]) -> str:
    return str(tinycss2.serialize(tokens).strip())
