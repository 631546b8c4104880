"""Problems: the place, the message and the hint."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from rolecards.codes import CODES, Severity
from rolecards.text.printable import one_line

Item = TypeVar("Item")
UnplacedProblem = tuple[str, str, str]  # code, message and hint of a problem in a file, wherever it is named
MOST_ALIKE = 5  # problems of one code that are reported for one text; a count replaces the others
MOST_LINES = 8  # the most lines that one report names
SERIES = 4  # from this many problems with the same cause on, only the first is reported, with the number of the others


class Location(Struct, frozen=True, order=True):
    """A place in a file; lines and columns count from 1, columns in characters, as in editors."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Place(Protocol):
    """The place of an author's text; the line is computed only if it is needed."""

    def of(self, *steps: str | int, key: bool = False, words: str = "") -> Location:
        """The location of a value inside it, of that value's key, or of words in it."""
        ...


class Problem(Struct, frozen=True, kw_only=True):
    """A problem that an author should fix."""

    location: Location
    code: str  # `RC` and three digits; the first digit is the chapter
    message: str  # what is wrong, in lower case and without a full stop
    hint: str = ""  # how to fix it; empty if the message already says so
    severity: Severity
    words: str = ""  # the words concerned, which start at `location`; empty for a whole entry or file

    @property
    def place(self) -> str:
        """The location as it is printed; without line and column if the problem is about a whole path."""
        is_whole = CODES[self.code].about != "text" and self.location == Location(self.location.path)
        return one_line(self.location.path if is_whole else str(self.location))

    @property
    def advice(self) -> str:
        """The hint in parentheses; empty without one."""
        return f" ({self.hint})" if self.hint else ""

    @property
    def shown(self) -> int:
        """The number of characters to mark in the line; 0 if the words are not known, or not all in it."""
        return 0 if "\n" in self.words else len(self.words)

    def __str__(self) -> str:
        return f"{self.place}: {self.severity} {self.code} {self.message}{self.advice}"


def problem(  # noqa: PLR0913 - the parts of a problem, each with its name at the call
    code: str, location: Location, message: str, hint: str = "", *, words: str = "", severity: Severity | None = None
) -> Problem:
    """A problem that can be printed; it has the severity of its code, unless another is given."""
    return Problem(
        location=location,
        code=code,
        message=one_line(message),
        hint=one_line(hint),
        words=words,
        severity=severity or CODES[code].severity,
    )


class ContentError(Exception):
    """The content cannot be used; `problems` are all problems, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 page`, `2 pages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some_of(lines: Sequence[str]) -> str:
    """Numbers of lines, at most `MOST_LINES`: `3, 5-7 and 2 more`."""
    more = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
    return ", ".join(lines[:MOST_LINES]) + more


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for a misspelled word; empty if no known word is similar."""
    import difflib  # noqa: PLC0415 - only misspelled words need it

    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems sorted by place, without duplicates."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.location, problem.code, problem.message)))


def first_of_many(
    items: Iterable[Item], cause: Callable[[Item], Hashable], others: str, *, most: int = 1
) -> Iterator[Item]:
    """The items; of `SERIES` or more with the same cause (not None), only some, with the number of the others."""
    series: dict[Hashable, list[Any]] = {}
    for at, item in enumerate(items):
        series.setdefault(at if (why := cause(item)) is None else (why,), []).append(item)
    for same in series.values():
        *shown, last = same[:most] if len(same) >= SERIES else same
        rest = len(same) - len(shown) - 1
        yield from (*shown, replace(last, message=f"{last.message}; {rest:,} more {others}") if rest else last)


def limited(items: Iterable[Item], text: Callable[[Item], Hashable] = lambda _: "") -> Iterator[Item]:
    """The items, at most `MOST_ALIKE` of each text; the last one has the number of the others."""
    return first_of_many(items, text, "in this text", most=MOST_ALIKE)
