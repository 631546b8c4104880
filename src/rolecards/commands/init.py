"""`rolecards init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecards.commands.report import notice
from rolecards.init import new_folder
from rolecards.text.printable import one_line
from rolecards.write import write_all

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Write a content folder to start from."""
    written = write_all(new_folder(options.folder, full=options.full))
    print("".join(f"{one_line(str(path))}\n" for path in written), end="")
    notice(f"now try: rolecards build {options.folder}")
    return 0
