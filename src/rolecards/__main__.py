"""`python -m rolecards`, and the installed command."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from typing import NoReturn

from rolecards.cli import main

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


def start() -> NoReturn:
    """Run the command line in a process of its own."""
    # One run makes many values, throws none away, and ends: looking for garbage in them took half of the time, and
    # taking them apart again at the end would take a fifth of what is left.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a deck
    os._exit(_status())


def _status() -> int:
    """The exit status, once all that was said is out."""
    status = 1
    try:
        status = main()
        for stream in (sys.stdout, sys.stderr):
            if stream:  # one that was closed before we started is none
                stream.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return status
    except OSError as error:
        with suppress(OSError):
            sys.stderr.write(f"rolecards: the report can't be written: {error.strerror}\n")
        return 1
    return status


if __name__ == "__main__":
    start()
