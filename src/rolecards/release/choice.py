"""A choice of notes: papers and packages for one reader instead of all readers."""

from collections.abc import Iterator
from typing import NamedTuple

from rolecards.content import Content
from rolecards.problems import Location, Problem, did_you_mean, problem
from rolecards.release.release import Published, Release

ALL = "all"  # the name of all parts together


class Choice(NamedTuple):
    """What `--role`, `--part` and `--count` name; the default is everything."""

    roles: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    most: int = 0  # the most notes; 0 for all of them

    @property
    def label(self) -> str:
        """The choice as a part of a file name, such as `-mle-core-20`; empty for everything."""
        names = (*self.roles, *self.parts, *([str(self.most)] if self.most else []))
        return "".join(f"-{name}" for name in names)

    def of(self, content: Content, release: Release) -> tuple[Published, ...]:
        """The chosen notes in study order: by part, then by number."""
        parts = content.deck.part_keys
        chosen = [each for each in release.published if not self.roles or {*self.roles} & {*each.note.roles}]
        chosen = [each for each in chosen if not self.parts or {*self.parts} & {ALL, each.note.part}]
        chosen.sort(key=lambda each: (parts.index(each.note.part), each.entry.number))
        return tuple(chosen[: self.most or None])


def choice_problems(content: Content, release: Release, choice: Choice) -> Iterator[Problem]:
    """Names that do not exist, and a choice that leaves nothing."""
    asked = (("--role", choice.roles, content.roles), ("--part", choice.parts, (*content.deck.part_keys, ALL)))
    unknown = [(option, name, known) for option, names, known in asked for name in names if name not in known]
    for option, name, known in unknown:
        hint = did_you_mean(name, known) or f"choose from {', '.join(known)}"
        yield problem("RC151", Location(option), f"`{name}` does not exist", hint)
    if choice != Choice() and not unknown and not choice.of(content, release):
        parts = dict.fromkeys(item.note.part for item in Choice(roles=choice.roles).of(content, release))
        hint = f"there are notes in {', '.join(parts)}" if parts else "no note is about this role alone"
        yield problem("RC151", Location("--role, --part"), "no note fits this choice", hint)
