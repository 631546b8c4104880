"""Words that carry no content of their own, by language."""

from __future__ import annotations

import re

FUNCTION_WORDS = {
    "en": frozenset(
        re.findall(
            r"\w+",
            "a an and are as at be been being but by can could did do does for from had has have he her here his how "
            "if in into is it its may might must of on or other own she should so some such than that the their them "
            "then there these they this those to too was we what when where which while who whom whose why will with "
            "would you your",
        )
    )
}
