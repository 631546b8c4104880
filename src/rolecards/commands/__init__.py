"""The commands: each reads its options, calls the parts that do the work, and prints the results."""

from argparse import Namespace
from importlib import import_module

from rolecards.commands.report import notice, report, verdict
from rolecards.problems import ContentError, Location, problem


def run(options: Namespace) -> int:
    """Run the command that `options.command` names; returns the exit status. A bug keeps its traceback."""
    written = ""
    try:
        return int(import_module(f"rolecards.commands.{options.command}").run(options))
    except BrokenPipeError:
        return 0
    except ContentError as error:
        problems = error.problems
    except OSError as error:
        message = f"this can't be read or written: {error.strerror or error}"
        problems = (problem("RC150", Location(str(error.filename2 or error.filename or ".")), message),)
        written = "; ".join(getattr(error, "__notes__", ()))
    status = report(problems)
    if options.command == "build":
        written = written or "nothing was written"
    notice("; ".join(filter(None, (verdict(problems), written))))
    return status
