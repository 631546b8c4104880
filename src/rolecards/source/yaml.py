"""YAML text as plain values, and the way back from each value to its place in the file."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from operator import is_
from typing import TYPE_CHECKING

import yaml

from rolecards.problems import Location, Problem, problem
from rolecards.source.text import UNSEEN, decode, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolecards.source.folder import SourceFile

Plain = str | list["Plain"] | dict[str, "Plain"]
"""What a YAML file holds once read: text, lists and mappings. Scalars stay text: `no`, `1.10`, a date."""

Route = tuple[str | int, ...]
"""The keys and list positions that lead from the top of a file to a value."""

DEEPEST = 100
"""Levels of nesting. Content needs six; libyaml's own recursion ends the program at some ten thousand."""

_NOT_BRACKETS = re.compile(r"[^\[\]{}]+")
_DEEP_BLOCK = re.compile(rf"^(?: {{{DEEPEST * 8},}}|(?: *[-?:] ){{{DEEPEST},}})", re.MULTILINE)
_CLOZE_UNQUOTED = re.compile(r"[:-]\s+\{\{c?\d*")
_COLON_IN_VALUE = re.compile(r":\s+[^\"'\s|>].*:\s")


class _Loader(yaml.CBaseLoader):
    """libyaml's parser without PyYAML's guesses at types: scalars stay text."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        del value, implicit
        return _TAGS[kind]

    # No path decides a type here. Both are called for every node and asked for nothing: builtins do that fastest.
    descend_resolver = staticmethod(is_)  # type: ignore[assignment]
    ascend_resolver = staticmethod(bool)  # type: ignore[assignment]


_TAGS = {yaml.ScalarNode: "!text", yaml.SequenceNode: "!list", yaml.MappingNode: "!mapping"}
_OURS = frozenset(_TAGS.values())


@dataclass(frozen=True, kw_only=True)
class Document:
    """One YAML file: its text, its value, and the way from one to the other."""

    path: str
    text: str
    value: Plain
    kept: yaml.Node | None = None
    """The nodes that know where everything stands. They take ten times the room of the text: kept only when asked."""

    @cached_property
    def root(self) -> yaml.Node:
        """The nodes, made again if they were not kept."""
        root = self.kept or yaml.compose(self.text, Loader=_Loader)
        assert root, "it was read before"
        return root

    def top(self, key: str) -> Plain | None:
        """What stands under a key at the top of the file."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def node(self, route: Route) -> yaml.Node:
        """The node of the value at `route`, or of the last value that exists on it."""
        return _follow(self.root, route)[0]

    def locate(self, route: Route, *, key: bool = False, words: str = "", nth: int = 0) -> Location:
        """The place of the value at `route`, of its key, or of `words` inside it, after `nth` others like them.

        A route that leads nowhere (a missing key, say) gives the place of the last value that exists on it.
        """
        node, key_node = _follow(self.root, route)
        found = key_node if key and key_node is not None else node
        inside = self.text[found.start_mark.index : found.end_mark.index].split(words, nth + 1) if words else []
        if len(inside) == nth + 2:
            return place(self.path, self.text, found.end_mark.index - len(inside[-1]) - len(words))
        return Location(self.path, found.start_mark.line + 1, found.start_mark.column + 1)


def read_yaml(file: SourceFile, *, keep_nodes: bool = False) -> tuple[Document | None, list[Problem]]:
    """The file as a document, or what keeps it from being one; with its nodes where many places will be asked for."""
    text, problems = decode(file)
    if problems or (problems := _too_deep(file.path, text)):
        return None, problems
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return None, [_syntax_problem(file.path, text, error)]
    if root is None:
        return None, [problem("RC113", Location(file.path), "this file is empty", "remove it")]
    reader = _Reader(file.path, has_aliases="*" in text)
    value = reader.plain(root)
    kept = root if keep_nodes else None
    return Document(path=file.path, text=text, value=value, kept=kept), reader.problems


def _too_deep(path: str, text: str) -> list[Problem]:
    """Whether brackets or list markers nest past `DEEPEST`; pairs are folded away level by level, at native speed."""
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
    return [problem("RC112", location, f"this is nested deeper than {DEEPEST} levels, the most that is read")]


def _syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    assert isinstance(error, yaml.MarkedYAMLError)
    mark = error.problem_mark or error.context_mark
    location = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
    lines = text.splitlines()
    line = lines[min(location.line, len(lines)) - 1] if lines else ""
    opened = _open_quote(text, error)
    quote = f", or a quote that was opened in line {opened} is never closed" if opened not in {0, location.line} else ""
    hint = f"{_syntax_hint(line)}{quote}; the rest of the file is read once this is mended"
    return problem("RC111", location, f"this is not YAML: {error.problem}", hint)


def _syntax_hint(line: str) -> str:
    if _CLOZE_UNQUOTED.search(line):
        return 'a value that starts with {{ must stand in quotes: "{{c1::…}}"'
    if _COLON_IN_VALUE.search(line):
        return "a value with a colon and a space in it must stand in quotes"
    if line.startswith("\t") or "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not with tabs"
    return "check the indentation, quotes and brackets of this line and the one before"


def _open_quote(text: str, error: yaml.MarkedYAMLError) -> int:
    """The line in which the quoted value starts that runs over lines to where the error is; 0 where none does.

    Where its closing quote was forgotten, the opening one of a later value has closed it.
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


class _Reader:
    """Turns nodes into plain values and notes what content may not use."""

    def __init__(self, path: str, *, has_aliases: bool) -> None:
        self.path = path
        self.has_aliases = has_aliases
        """Whether it has a sign that may be one: most files have not, and need not be looked through."""
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def plain(self, node: yaml.Node) -> Plain:
        if self.has_aliases:
            self._refuse_alias(node)
        if node.tag not in _OURS:
            self._note(
                node,
                "RC117",
                f"the tag {node.tag} may not stand here",
                "remove it: every value is text, a list or a mapping",
            )
        if isinstance(node, yaml.ScalarNode):
            if node.style == '"' and (unseen := UNSEEN.search(node.value)):
                message = f"the character U+{ord(unseen[0]):04X} may not stand here: unseen, it changes what is shown"
                self._note(node, "RC111", message, "remove its escape")
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        assert isinstance(node, yaml.MappingNode)
        return dict(self._entries(node))

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, Plain]]:
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._note(key, "RC114", "a key must be text", _key_hint(key))
            elif key.value in first:
                earlier = first[key.value].start_mark.line + 1
                self._note(
                    key,
                    "RC115",
                    f"the key `{key.value}` stands here twice",
                    f"it is also in line {earlier}; keep one",
                )
            else:
                first[key.value] = key
                yield key.value, self.plain(value)

    def _refuse_alias(self, node: yaml.Node) -> None:
        if id(node) in self._seen:
            self._note(
                node,
                "RC116",
                "anchors and aliases (`&name`, `*name`) are not used here",
                "write the value out",
            )
            node.value = type(node.value)()
        self._seen.add(id(node))

    def _note(self, node: yaml.Node, code: str, message: str, hint: str) -> None:
        location = Location(self.path, node.start_mark.line + 1, node.start_mark.column + 1)
        self.problems.append(problem(code, location, message, hint))


def _key_hint(key: yaml.Node) -> str:
    braces = isinstance(key, yaml.MappingNode) and any("::" in str(inner.value) for inner, _ in key.value)
    return 'a value that starts with {{ must stand in quotes: "{{c1::…}}"' if braces else ""


def _follow(node: yaml.Node, route: Route) -> tuple[yaml.Node, yaml.Node | None]:
    """The node at the end of the route, or the last one on it, and the key it stands under."""
    key_node = None
    for step in route:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node, key_node = node.value[step], None
            continue
        entries = node.value if isinstance(node, yaml.MappingNode) else ()
        found = next(((key, value) for key, value in entries if key.value == step), None)
        if found is None:
            return node, None
        key_node, node = found
    return node, key_node
