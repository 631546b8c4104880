"""The process: `python -m rolecards`, and the installed command."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from contextlib import suppress

STOP_SIGNALS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
"""The signals that end a command, and the word for each."""

_received: list[int] = []


def start() -> None:
    """Run the command line, then end the process; after a stop signal with one line and status 128 + its number."""
    status = 1
    try:
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # a shell's background jobs ignore Ctrl-C
                signal.signal(number, _stop)
        sys.unraisablehook = _end_or_report
        status = _status()
    finally:
        # The interrupt may arrive as another exception, or not at all: Python 3.11 wraps it in a RuntimeError if it
        # comes while a class is created.
        if _received:
            _end()
    os._exit(status)  # freeing every value first would take a fifth of the time


def _stop(number: int, _: object) -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # a second signal must not interrupt the cleanup
    _received.append(number)
    raise KeyboardInterrupt


def _end_or_report(error: sys.UnraisableHookArgs) -> None:
    """Python drops an exception that is raised in a callback; an interrupt must end the process all the same."""
    if _received:
        _end()
    sys.__unraisablehook__(error)


def _end() -> None:
    number = signal.Signals(_received[0])
    with suppress(OSError):
        os.write(2, f"rolecards: {STOP_SIGNALS[number]}\n".encode())
    os._exit(128 + number)


def _status() -> int:
    """The exit status, after all output is flushed."""
    gc.disable()  # one run creates many values and frees none: the search for garbage took half of the time
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a deck
    status = 1
    try:
        from rolecards.cli import main  # noqa: PLC0415 - an interrupt may already arrive during this import

        status = main()
        for stream in (sys.stdout, sys.stderr):
            if stream:  # None if it was closed before the start
                stream.flush()
    except BrokenPipeError:
        return status
    except OSError as error:
        with suppress(OSError):
            sys.stderr.write(f"rolecards: the report can't be written: {error.strerror}\n")
        return 1
    return status


if __name__ == "__main__":
    start()
