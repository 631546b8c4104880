"""The options of `rolecards build`."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rolecards.export.artifacts import ARTIFACTS
from rolecards.papers.plan import LONGEST, MOST_MINUTES, USUAL_DAYS
from rolecards.papers.sheets import CARD_LAYOUTS, CARD_SIZES, PAPER_SIZES, PrintOptions, grid
from rolecards.release.choice import Choice

LARGEST_OFFSET = 10  # of the backs of cards, in mm; no printer needs more, and the border of a card is half as wide


def add_build_options(build: argparse.ArgumentParser) -> None:
    """Add the options that only `build` has."""
    artifacts = ", ".join(f"{row.name} ({row.noun})" for row in ARTIFACTS.values())
    build.add_argument("--out", type=Path, default="build", metavar="DIR", help="output folder (default: build)")
    build.add_argument("--locked", action="store_true", help="fail if cards.lock is not up to date (for CI)")
    text = "a package that learners have, or a folder of them: first bring cards.lock up to date with it"
    build.add_argument("--after", type=Path, metavar="RELEASE", help=text)
    text = f"build only these artifacts: {artifacts}"
    build.add_argument("--only", type=_names, action="extend", default=[], metavar="NAME,…", help=text)
    of_parts = "only these parts of the deck, such as core (default: all parts; for the quiz, the core)"
    for flag, names, text in (("--role", "ID,…", "only cards and pages of these roles"), ("--part", "KEY,…", of_parts)):
        build.add_argument(flag, type=_listed, action="extend", default=[], metavar=names, help=text)
    build.add_argument("--count", type=_whole(999), default=0, metavar="N", help="at most N cards or questions")
    _paper_arguments(build)


def complete(options: argparse.Namespace) -> None:
    """Keep each choice once. Exits with a usage error if the options for cards to cut out contradict each other."""
    options.only = tuple(dict.fromkeys(options.only or ARTIFACTS))
    options.role, options.part = tuple(dict.fromkeys(options.role)), tuple(dict.fromkeys(options.part))
    layout, paper = CARD_LAYOUTS[options.layout], PAPER_SIZES[options.paper]
    if not layout.double_sided and (options.offset_x or options.offset_y):
        layouts = " or ".join(f"--layout {each.name}" for each in CARD_LAYOUTS.values() if each.double_sided)
        options.parser.error(f"--offset-x and --offset-y require double-sided cards (remove them, or add {layouts})")
    if "cards" in options.only:
        card = print_options(options).card_size
        sheet = grid(paper, card, layout)
        if not sheet.columns or not sheet.rows:
            message = f"`{card.name}` cards with the layout `{layout.name}` do not fit on `{paper.name}` paper"
            options.parser.error(message)


def print_options(options: argparse.Namespace) -> PrintOptions:
    """The print options, with the table rows that they name."""
    as_given = ("seed", "large", "days", "minutes", "offset_x", "offset_y")
    choice = Choice(roles=options.role, parts=options.part, most=options.count)
    paper, layout, card = PAPER_SIZES[options.paper], CARD_LAYOUTS[options.layout], CARD_SIZES.get(options.card_size)
    others = {name: getattr(options, name) for name in as_given}
    return PrintOptions(paper=paper, layout=layout, card=card, choice=choice, **others)


def _paper_arguments(build: argparse.ArgumentParser) -> None:
    group, default = build.add_argument_group("papers"), PrintOptions()
    text = f"paper size (default: {default.paper.name})"
    group.add_argument("--paper", type=str.lower, choices=PAPER_SIZES, default=default.paper.name, help=text)
    group.add_argument("--large", action="store_true", help="large print: body text in 14 pt, no text below 11 pt")
    for flag, most, text in (
        ("--days", LONGEST, f"days to study, for the plan (default: {USUAL_DAYS})"),
        ("--minutes", MOST_MINUTES, "minutes a day, for the plan (default: as many as the core takes)"),
    ):
        group.add_argument(flag, type=_whole(most), default=0, metavar="N", help=text)
    group.add_argument("--seed", type=int, metavar="N", help="shuffle the quiz; the same N gives the same order")
    text = "cards to fold, or double-sided cards for a printer that flips paper on its long or short edge"
    text += f" (default: {default.layout.name})"
    group.add_argument("--layout", choices=CARD_LAYOUTS, default=default.layout.name, help=text)
    usual = (f"{size.card.name} ({size.measures(size.card)}) on {size.name}" for size in PAPER_SIZES.values())
    text = f"size of the cards to cut out (default: {', '.join(usual)})"
    group.add_argument("--card-size", choices=CARD_SIZES, default="", help=text)
    for axis, direction in (("x", "to the right"), ("y", "down")):
        text = f"move the backs of double-sided cards {direction}, to correct a printer that shifts them"
        text += f" (from -{LARGEST_OFFSET} to {LARGEST_OFFSET})"
        group.add_argument(f"--offset-{axis}", type=_offset, default=0.0, metavar="MM", help=text)


def _offset(text: str) -> float:
    with suppress(ValueError):
        if abs(offset := float(text)) <= LARGEST_OFFSET:  # which `nan` is not
            return offset
    message = f"`{text}` is not a length from -{LARGEST_OFFSET} to {LARGEST_OFFSET} mm (use a number such as -1.5)"
    raise argparse.ArgumentTypeError(message)


def _whole(most: int) -> Callable[[str], int]:
    def read_number(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"`{text}` is not an integer from 1 to {most}")
        return int(text)

    return read_number


def _listed(text: str) -> list[str]:
    """The names in a list; if there are none, an empty name, which matches nothing."""
    return [name.strip() for name in text.split(",") if name.strip()] or [""]


def _names(text: str) -> list[str]:
    for name in (names := _listed(text)):
        if name not in ARTIFACTS:
            raise argparse.ArgumentTypeError(f"unknown artifact `{name}` (choose from {', '.join(ARTIFACTS)})")
    return names
