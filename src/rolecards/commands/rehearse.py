"""`rolecards rehearse`."""

from argparse import Namespace

from rolecards.compare import rehearse


def run(options: Namespace) -> int:
    """Print the effect of an upgrade on a learner; returns 1 if the learner lost something."""
    rehearsal = rehearse.rehearse(options.old, options.new)
    print(rehearse.as_text(rehearsal), end="")
    return 1 if rehearsal.lost else 0
