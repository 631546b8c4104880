"""What can be wrong with a picture or sound."""

from __future__ import annotations

from typing import NamedTuple


class MediaFault(NamedTuple):
    """What is wrong with a file, wherever it is named."""

    code: str
    message: str
    hint: str = ""
