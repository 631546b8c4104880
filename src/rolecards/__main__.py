"""`python -m rolecards`, and the installed command."""

from __future__ import annotations

import gc
import io
import sys

from rolecards.cli import main


def start() -> int:
    """Run the command line in a process of its own."""
    # One run makes many values, throws none away, and ends: looking for garbage in them took half of the time.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a deck
    return main()


if __name__ == "__main__":
    sys.exit(start())
