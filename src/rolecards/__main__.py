"""`python -m rolecards`, and the installed command."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from typing import NoReturn

from rolecards.cli import main


def start() -> NoReturn:
    """Run the command line in a process of its own."""
    # One run makes many values, throws none away, and ends: looking for garbage in them took half of the time, and
    # taking them apart again at the end would take a fifth of what is left.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a deck
    status = main()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    start()
