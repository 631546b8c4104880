"""The child process of a rehearsal, which deletes the temporary folder when its parent process ends.

It waits for a line on standard input, then rehearses `old.apkg` and `new.apkg` in the folder and writes `report.json`.
Output of Anki's library goes to `errors.txt`.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from threading import Event, Thread

MOST_MEMORY = 4 * 2**30  # bytes of address space
LARGEST_FILE = 2 * 2**30  # bytes, as many as a package may unpack to


def main(folder: Path) -> None:
    """Rehearse one upgrade."""
    copied, orphaned = Event(), Event()
    follower = Thread(target=_follow_parent, args=[folder, copied, orphaned], daemon=True)
    follower.start()
    copied.wait()
    try:
        with (folder / "errors.txt").open("wb") as errors:
            for stream in (1, 2):
                os.dup2(errors.fileno(), stream)
        limit_resources()
        from rolecards.compare import learner  # noqa: PLC0415 - Anki's library loads when the folder is safe

        with (folder / "report.json").open("w", encoding="utf-8") as report:
            json.dump(learner.rehearse(folder), report)
    finally:
        if orphaned.is_set():  # the folder is being deleted, which is what failed
            follower.join()


def limit_resources() -> None:
    """Limit the memory and the size of files of this process, where the system can do so."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - does not exist on Windows

        for kind, limit in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_FSIZE, LARGEST_FILE)):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _follow_parent(folder: Path, copied: Event, orphaned: Event) -> None:
    if sys.stdin.readline():
        copied.set()
    sys.stdin.read()
    orphaned.set()
    while folder.exists():  # the main thread may still add files
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
