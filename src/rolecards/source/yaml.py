"""YAML as plain values, and the location of each value in the file."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from operator import is_
from typing import Any

import yaml
from msgspec import Struct

from rolecards.problems import Location, Problem, problem
from rolecards.source.folder import SourceFile
from rolecards.source.text import UNSEEN, decode, place, unseen_message

Plain = str | list["Plain"] | dict[str, "Plain"]  # in a YAML file; `no`, `1.10` and dates are text
Route = tuple[str | int, ...]  # the keys and list positions from the top of a file to a value
DEEPEST = 100  # levels of nesting: content needs six, libyaml crashes at about ten thousand
_NOT_BRACKETS = re.compile(r"[^\[\]{}]+")
_DEEP_BLOCK = re.compile(rf"^(?: {{{DEEPEST * 8},}}|(?: *[-?:] ){{{DEEPEST},}})", re.MULTILINE)
_QUOTE_CLOZE = 'put a value that starts with {{ in quotes: "{{c1::…}}"'
_SYNTAX_HINTS = (  # how a line with an error may look, and what to do; the first row that matches counts
    (r"[:-]\s+\{\{c?\d*", _QUOTE_CLOZE),
    (  # in braces, a comma ends a value
        r"^[^{]*:\s+[^\"'\s|>].*:\s|[{,].*:\s+[^\"'\s|>,][^,{]*:\s",
        "put the value in quotes, because it contains a colon followed by a space",
    ),
    (
        r"[:-]\s+(?:[*&!%@`]|[|>]\s+\w|[{\[][^{}\[\]]*[}\]]\s*[^\s,}\]#])",
        "put the value in quotes, because its first character has a meaning in YAML",
    ),
    (r"^\s*\t", "indent with spaces instead of tabs"),
    ("", "check the indentation, quotes and brackets of this line and the previous one"),
)


class _Loader(yaml.CBaseLoader):
    """libyaml's parser without type detection: scalars are text."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        del value, implicit
        return _TAGS[kind]

    # These are called for every node and their results are not used, so the fastest functions will do.
    descend_resolver = staticmethod(is_)  # type: ignore[assignment]
    ascend_resolver = staticmethod(bool)  # type: ignore[assignment]


_TAGS = {yaml.ScalarNode: "!text", yaml.SequenceNode: "!list", yaml.MappingNode: "!mapping"}
_OURS = frozenset(_TAGS.values())


class Document(Struct, frozen=True, kw_only=True, dict=True):
    """One YAML file: its text, its value, and the locations of both."""

    path: str
    text: str
    value: Plain

    @cached_property
    def root(self) -> yaml.Node:
        """The top node, parsed again if the file is not one of the last."""
        root = _composed(self.text)
        assert root, "read_yaml has parsed this text"
        return root

    def top(self, key: str) -> Plain | None:
        """The value of a key at the top of the file."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def at(self, route: Route) -> Any:  # noqa: ANN401 - a YAML value
        """The value at `route`, which exists."""
        value: Any = self.value
        for step in route:
            value = value[step]
        return value

    def node(self, route: Route) -> yaml.Node:
        """The node of the value at `route`, or of the last value that exists on it."""
        return _follow(self.root, route)[0]

    def locate(self, route: Route, *, key: bool = False, words: str = "", nth: int = 0) -> Location:
        """The location of the value at `route`, of its key, or of occurrence `nth` (from 0) of `words` inside it.

        If a part of the route does not exist, this is the location of the last value that exists on it.
        """
        node, key_node = _follow(self.root, route)
        target = key_node if key and key_node is not None else node
        inside = self.text[target.start_mark.index : target.end_mark.index].split(words, nth + 1) if words else []
        if len(inside) == nth + 2:
            return place(self.path, self.text, target.end_mark.index - len(inside[-1]) - len(words))
        return Location(self.path, target.start_mark.line + 1, target.start_mark.column + 1)


@lru_cache(8)
def _composed(text: str) -> yaml.Node | None:
    """The top node of a text. Only the last ones are kept: each takes ten times the memory of its text."""
    return yaml.compose(text, Loader=_Loader)


def read_yaml(file: SourceFile) -> tuple[Document | None, list[Problem]]:
    """The file as a document, None if it is not YAML, and its problems."""
    text, problems = decode(file)
    if problems or (problems := _too_deep(file.path, text)):
        return None, problems
    try:
        root = _composed(text)
    except yaml.YAMLError as error:
        return None, [_syntax_problem(file.path, text, error)]
    if root is None:
        return None, [problem("RC113", Location(file.path), "this file is empty", "remove it")]
    reader = _ValueReader(file.path, has_aliases="*" in text)
    return Document(path=file.path, text=text, value=reader.plain(root)), reader.problems


def _too_deep(path: str, text: str) -> list[Problem]:
    """The problem that brackets or list markers nest deeper than `DEEPEST`; removes the inner pairs level by level."""
    brackets = _NOT_BRACKETS.sub("", text)
    for _ in range(DEEPEST):
        folded = brackets.replace("[]", "").replace("{}", "")
        if len(folded) == len(brackets):
            break
        brackets = folded
    deep_block = _DEEP_BLOCK.search(text)
    if not deep_block and brackets.count("[") + brackets.count("{") <= DEEPEST:
        return []
    location = place(path, text, deep_block.start()) if deep_block else Location(path)
    return [problem("RC112", location, f"this is nested deeper than {DEEPEST} levels, the maximum")]


def _syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    assert isinstance(error, yaml.MarkedYAMLError)
    mark = error.problem_mark or error.context_mark
    location = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
    lines = text.splitlines()
    line = lines[min(location.line, len(lines)) - 1] if lines else ""
    opened = _open_quote(text, error)
    quote = f", or close the quote that line {opened} opens" if opened not in {0, location.line} else ""
    advice = next(hint for pattern, hint in _SYNTAX_HINTS if re.search(pattern, line))
    start = error.context_mark.line if error.context_mark and "flow" in str(error.context) else len(lines)
    if start < location.line - 1 and _indent(line) <= _indent(lines[start]):
        advice = f"close the bracket that line {start + 1} opens"
    hint = f"{advice}{quote}; the rest of the file is checked after that"
    return problem("RC111", location, f"invalid YAML: {error.problem}", hint)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _open_quote(text: str, error: yaml.MarkedYAMLError) -> int:
    """The line where a quoted value starts that extends over several lines up to the error; 0 if there is none.

    If its closing quote is missing, the opening quote of a later value has closed it.
    """
    if error.context == "while scanning a quoted scalar" and error.context_mark:
        return int(error.context_mark.line) + 1
    quoted = None
    with suppress(yaml.YAMLError):
        for token in yaml.scan(text, Loader=_Loader):
            if error.problem_mark and token.end_mark.index > error.problem_mark.index:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                quoted = token
    if quoted is None or error.problem_mark is None or quoted.end_mark.line < error.problem_mark.line - 1:
        return 0
    return int(quoted.start_mark.line) + 1 if quoted.start_mark.line < quoted.end_mark.line else 0


class _ValueReader:
    def __init__(self, path: str, *, has_aliases: bool) -> None:
        self.path = path
        self.has_aliases = has_aliases  # whether the text contains a `*`; most files do not, and need not be searched
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def plain(self, node: yaml.Node) -> Plain:
        if self.has_aliases:
            if id(node) in self._seen:
                message = "anchors and aliases (`&name`, `*name`) are not supported"
                self._note(node, "RC116", message, "repeat the value")
                return {} if isinstance(node, yaml.MappingNode) else type(node.value)()  # `_composed` keeps the node
            self._seen.add(id(node))
        if node.tag not in _OURS:
            self._note(node, "RC117", f"the tag `{node.tag}` is not allowed", "remove it")
        if isinstance(node, yaml.ScalarNode):
            if node.style == '"' and (unseen := UNSEEN.search(node.value)):
                self._note(node, "RC111", unseen_message(unseen[0]), "remove the escape sequence")
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        assert isinstance(node, yaml.MappingNode)
        return dict(self._entries(node))

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, Plain]]:
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                braces = isinstance(key, yaml.MappingNode) and any("::" in str(inner.value) for inner, _ in key.value)
                self._note(key, "RC114", "a key must be text", _QUOTE_CLOZE if braces else "")
            elif key.value in first:
                earlier = first[key.value].start_mark.line + 1
                self._note(key, "RC115", f"duplicate key `{key.value}`", f"it is also in line {earlier}; keep one")
            else:
                first[key.value] = key
                yield key.value, self.plain(value)

    def _note(self, node: yaml.Node, code: str, message: str, hint: str) -> None:
        location = Location(self.path, node.start_mark.line + 1, node.start_mark.column + 1)
        self.problems.append(problem(code, location, message, hint))


@lru_cache(64)
def _by_key(mapping: yaml.MappingNode) -> dict[object, tuple[yaml.Node, yaml.Node]]:
    """The entries of a mapping by the text of their keys; of duplicate keys the first."""
    return {key.value: (key, value) for key, value in reversed(mapping.value) if isinstance(key, yaml.ScalarNode)}


def _follow(node: yaml.Node, route: Route) -> tuple[yaml.Node, yaml.Node | None]:
    """The last node that exists on the route, and its key."""
    key_node = None
    for step in route:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node, key_node = node.value[step], None
            continue
        entry = _by_key(node).get(step) if isinstance(node, yaml.MappingNode) else None
        if entry is None:
            return node, None
        key_node, node = entry
    return node, key_node
