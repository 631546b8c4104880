"""`python -m rolecards`, and the installed command."""

from __future__ import annotations

import gc
import sys

from rolecards.cli import main


def start() -> int:
    """Run the command line in a process of its own."""
    # One run makes many values, throws none away, and ends: looking for garbage in them took half of the time.
    gc.disable()
    return main()


if __name__ == "__main__":
    sys.exit(start())
