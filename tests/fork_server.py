"""Runs programs in forks of one process, so that what they import is loaded once.

Started with the modules to load, whose function `prepare` it calls if they have one. Reads one JSON object a line from
standard input (`arguments`, `folder`, `environment`, `input`, and optionally `script`, Python source that runs in place
of `rolecards`); answers each with the exit status, the output and the errors. A session needs no more of a process of
its own than a fork gives it: Anki's licence (AGPL) and its state stay out of the tests, and a test can kill a build.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import IO, Any

LONGEST = 120
"""Seconds after which a program that hangs is killed."""


class ForkServer:
    """The tests' end of it."""

    def __init__(self, *modules: str) -> None:
        command = [sys.executable, __file__, *modules]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, *arguments: object, script: str = "", text: str = "") -> subprocess.CompletedProcess[str]:
        """The program with these arguments, in the working folder and the environment of now.

        Output that is not UTF-8 has surrogates, which cannot be encoded.
        """
        assert self.process.stdin
        assert self.process.stdout
        names = [str(argument) for argument in arguments]
        order = {"arguments": names, "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109
        print(json.dumps(order | {"script": script, "input": text}), file=self.process.stdin, flush=True)
        status, out, errors = json.loads(self.process.stdout.readline())
        return subprocess.CompletedProcess(names, status, out, errors)

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def serve(orders: IO[str]) -> None:
    for line in orders:
        order = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as given:
            given.write(order["input"].encode())
            given.seek(0)
            child = os.fork()
            if not child:
                for number, file in enumerate((given, out, errors)):
                    os.dup2(file.fileno(), number)
                _become(order)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            texts = []
            for file in (out, errors):
                file.seek(0)
                texts.append(file.read().decode(errors="surrogateescape"))
        sys.stdout.write(f"{json.dumps([status, *texts])}\n")
        sys.stdout.flush()


def _become(order: dict[str, Any]) -> None:
    """Run the program in this process and end with its status."""
    status = 1
    try:
        signal.alarm(LONGEST)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        tempfile.tempdir = None  # the environment may name another
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["rolecards", *order["arguments"]]
        exec(order["script"] or "from rolecards.__main__ import start; start()", {"__name__": "script"})
        status = 0
    except SystemExit as stopped:
        status = stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)


if __name__ == "__main__":
    for module in map(importlib.import_module, sys.argv[1:]):
        getattr(module, "prepare", tuple)()
    serve(sys.stdin)
