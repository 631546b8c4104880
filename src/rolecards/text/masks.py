r"""Marks that CommonMark does not know, replaced before parsing by marks of the same length in bytes.

Money, cloze markup and TeX's brackets become control characters, which no text may contain. So the parser reports the
right places, and asterisks next to a cloze mark are markup.
"""

import re

LONGEST_FORMULA = 5_000  # maximum number of characters in which the end of a formula is searched for
DOLLAR, BRACKET, OPEN, CLOSE, COLON, LABEL = "\x01\x02\x03\x04\x05\x06"
OPENING = re.compile(rf"{OPEN}{OPEN}([^{OPEN}{COLON}]*){COLON}{COLON}?|{CLOSE}{CLOSE}|{COLON}{COLON}")
"""A cloze mark in masked text."""
_ORIGINAL = str.maketrans({DOLLAR: "$", OPEN: "{", CLOSE: "}", COLON: ":", LABEL: "["})
CODE_OR_ESCAPE = r"(?<!`)(`++).*?(?<!`)\1(?!`)|\\[^(\[]"
_FORMULA_MARK = r"\$\$?|\\[(\[]"
_CLOZE_MARK = r"\{\{(c[^:{}\s]*)(?P<a>::)|\{\{(\s*(?:[cC]\s*)?\d+(?:,\d+)*\s*)(?P<b>::?)|\}\}|::"
_MARK = re.compile(f"{CODE_OR_ESCAPE}|{_FORMULA_MARK}", re.DOTALL)
_MARK_OR_CLOZE = re.compile(f"{CODE_OR_ESCAPE}|{_FORMULA_MARK}|{_CLOZE_MARK}", re.DOTALL)
_END = {
    "$": re.compile(r"(?:\\(?:text|mbox)\{[^{}]*\}|[^$]|(?<=\\)\$)*+(\$)"),
    "$$": re.compile(r".*?(\$\$)", re.DOTALL),
    "\\(": re.compile(r"(?:[^\\]|\\[^)])*+(\\\))"),
    "\\[": re.compile(r"(?:[^\\]|\\[^\]])*+(\\\])"),
}
"""By the mark that starts a formula, the rest of the formula; the group is its end mark."""
DEFINITION = re.compile(r"^([ \t>*+\-\d.)]*)\[(?=(?:\\.|[^\[\]\\])+\]:)", re.MULTILINE | re.DOTALL)
"""The start of a link definition, which the parser would drop from a text."""
_SIGN = re.compile(r"\\[A-Za-z]|[\^={}+<>]|(?<!\\)_")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_OPERATORS = "-/,:;("
_WORDS = re.compile(r"[A-Za-z]{2}|[-/,:;(]\Z")


def masked(text: str, *, cloze: bool) -> str:
    """The text with money, TeX's brackets and, on request, cloze markup masked."""
    pattern = _MARK_OR_CLOZE if cloze and ("}}" in text or "{{" in text) else _MARK
    if pattern is _MARK and "$" not in text and "\\(" not in text and "\\[" not in text:
        return text
    parts: list[str] = []
    at = 0
    while match := pattern.search(text, at):
        start, mark = match.start(), match[0]
        parts.append(text[at:start])
        at = match.end()
        if mark in _END:
            parts.append(_formula(text, start, mark) or mark.replace("$", DOLLAR))
            at = start + len(parts[-1])
        elif mark[:2] == "{{":
            inner, colons = match[2] or match[4], match["a"] or match["b"]
            parts.append(OPEN * 2 + inner + COLON * len(colons))
        else:
            parts.append(mark if mark[0] in "\\`" else mark.replace("}", CLOSE).replace(":", COLON))
    return "".join((*parts, text[at:]))


def original(text: str, *, code: bool = False) -> str:
    r"""Masked text as the author wrote it; in words, unlike code, `\(` is an escaped parenthesis."""
    if text.isprintable():
        return text
    opening, closing = ("\\(", "\\)") if code else ("(", ")")
    return text.translate(_ORIGINAL).replace(f"${BRACKET}", opening).replace(f"{BRACKET}$", closing)


def _formula(text: str, start: int, mark: str) -> str:
    r"""The formula that starts here, in dollars; empty if there is none.

    Text that starts with a digit and contains words is money, as in `$20/user`; `$HOME/bin:$PATH` is a path. Text in
    `\(…\)` and `\[…\]` must contain a mathematical sign, because GitBook writes plain brackets in this way.
    """
    limit, closing = start + LONGEST_FORMULA, {"\\(": "\\)", "\\[": "\\]"}.get(mark, mark)
    is_closed = text.find(closing, start + len(mark), limit) >= 0
    end = _END[mark].match(text, start + len(mark), limit) if is_closed else None
    tex = text[start + len(mark) : end.start(1)] if end else ""
    if not end or not tex.strip() or "\n\n" in tex or (tex[0] == "]" and tex[-2:] == "[/"):  # [$]…[/$] is Anki's
        return ""
    if tex.count("{") != tex.count("}") and ("{{" in tex or "}}" in tex):
        return ""  # two signs in two deletions
    sign = _SIGN.search(tex)
    # The parser accepts no formula with unbalanced braces, but `check` must report it.
    inner = tex.replace("{", OPEN).replace("}", CLOSE).replace("$", DOLLAR)
    if mark[0] == "\\":
        if start and text[start - 1] == "_":
            return ""  # an escaped bracket in an address
        before, after = ("$$", "$$") if mark == "\\[" else (f"${BRACKET}", f"{BRACKET}$")
        return f"{before}{inner}{after}" if "$" not in tex and (sign or (tex[0] == "\n" and mark == "\\[")) else ""
    follows = _ALNUM.match(text, end.end())
    is_money = (tex[0].isdigit() or follows) and _WORDS.search(tex) and not sign
    if mark == "$" and (
        tex != tex.strip()
        or is_money
        or (start and _ALNUM.match(text, start - 1))
        or (follows and (follows[0].isdigit() or tex[-1] in _OPERATORS))
    ):
        return ""
    return f"{mark}{inner}{mark}"
