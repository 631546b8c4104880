"""The process: `python -m rolecards`, and the installed command."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys

from rolecards.signals import STOP_SIGNALS

TYPE_CHECKING = False  # `typing` takes as long to load as all the rest here
if TYPE_CHECKING:
    from types import FrameType

_received: list[int] = []


def start() -> None:
    """Run the command line, then end the process; after a stop signal with one line and status 128 + its number."""
    status = 1
    try:
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # a shell's background jobs ignore Ctrl-C
                signal.signal(number, _stop)
        status = _status()
    finally:
        for number in _received:  # even if the interrupt arrived as another exception, or not at all
            _end(128 + number, STOP_SIGNALS[number])
    os._exit(status)  # freeing every value first would take a fifth of the time


def _stop(number: int, frame: FrameType | None) -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # a second signal must not interrupt the cleanup
    _received.append(number)
    while frame:
        # An interrupted import crashes some compiled modules, and there is nothing to clean up yet.
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            _end(128 + number, STOP_SIGNALS[number])
        frame = frame.f_back
    raise KeyboardInterrupt


def _end(status: int, message: str) -> None:
    """End the process at once, whatever Python is doing."""
    try:
        if sys.stderr:  # None if it was closed before the start; its number may then be another file's
            os.write(2, f"rolecards: {message}\n".encode())
    finally:
        os._exit(status)


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
        _end(1, f"the report can't be written: {error.strerror}")
    return status


if __name__ == "__main__":
    start()
