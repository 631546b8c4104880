"""The escape for everything that is printed: names and texts may come from strangers."""

import re

# Control characters drive the terminal, direction marks reorder a line, surrogates can't be printed. GitHub runs a line
# that starts with `::`, and whatever follows `##[`, as a command.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef]"
    r"|(?<=##)\[|^[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]*:(?=:)",
    re.MULTILINE,
)


def printable(text: str) -> str:
    r"""Replace characters that a terminal or GitHub would act on by their JSON escapes, such as `\u001b`."""
    if text.isprintable() and "::" not in text and "##[" not in text:
        return text
    return _UNSAFE.sub(lambda match: f"{match[0][:-1]}\\u{ord(match[0][-1]):04x}", text)


def one_line(text: str) -> str:
    r"""The printable text with `\n` for each line break."""
    return printable(text.replace("\n", r"\n"))
