"""`python -m rolecards`."""

import sys

from rolecards.cli import main

sys.exit(main())
