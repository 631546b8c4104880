"""Near twins: texts that differ little but mean different things, such as *type I error* and *type II error*."""

import re
from collections import Counter
from itertools import permutations, takewhile

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # of scripts without spaces, each character counts as a word
_PROSE = r"\w\s.,;:!?()\[\]{}\"'‘’‚“”„«»‹›…–—*/\\`\u00ad\u200b-\u200f\u2060\ufeff-"  # noqa: RUF001 - printed text
"""All characters that are not signs with a meaning of their own, such as `→` or `%`."""
FEW = 5  # the most words that change in a text in which typing errors are corrected
NEAR = 0.5  # similarity from which a text can be an edited text about the same term
_TOKEN = rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*|[^{_PROSE}]|(?<!\w)-"  # noqa: RUF001 - an apostrophe
"""A word or sign; compiled only if texts are compared."""
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_ENDING = re.compile("(?<=..)(?:ing|e[dns]?|[dns])$")  # of an inflected word
_NOT = re.compile("n['’]t$")  # noqa: RUF001 - the apostrophe of printed text
_ARTICLES = frozenset(
    {"a", "an", "the", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines"}
    | {"le", "la", "les", "un", "une", "el", "los", "las", "una", "il", "lo", "gli", "os", "um", "uma"}
)
_FUNCTION_WORDS = _ARTICLES | frozenset(
    {"is", "are", "was", "were", "be", "been", "do", "does", "did", "can", "may", "must", "will", "has", "have", "had"}
    | {"it", "its", "they", "their", "this", "that", "these", "those", "which", "what", "who", "when", "where", "why"}
    | {"how", "of", "in", "on", "at", "to", "for", "from", "with", "by", "as", "into", "about", "if", "and", "or"}
    | {"ist", "sind", "war", "wird", "werden", "kann", "er", "sie", "es", "wer", "wie", "wo", "wann", "warum", "welche"}
    | {"welcher", "welches", "von", "im", "am", "zu", "für", "mit", "bei", "auf", "aus", "als", "wenn", "und", "oder"}
    | {"est", "sont", "de", "du", "que", "qui", "quoi", "quel", "quelle", "dans", "par", "pour", "avec", "et", "ou"}
    | {"son", "está", "en", "con", "por", "para", "y", "o", "qué", "cuál", "cómo"}
)
_NEGATIONS = frozenset(
    {"not", "no", "non", "nor", "never", "none", "neither", "without", "cannot"}
    | {"nicht", "kein", "keine", "nie", "ohne", "pas", "sans", "sin", "nunca"}
    | {"не", "нет", "без", "不", "没", "无", "無", "非"}
)
_GREEK = frozenset({"alpha", "beta", "gamma", "delta", "epsilon", "theta", "kappa", "lambda", "sigma", "omega"})
_PREFIXES = (
    "||un|non|in|im|il|ir|dis|de|en|em|ex|out|over|under|pre|post|sub|super|hyper|hypo|anti|pro|counter|inter|intra|extra"
    "|macro|micro|mono|bi|tri|multi|poly|uni|homo|hetero|semi|self|mis|re|a|ab|ad|eu|exo|endo|iso|up|down|fore|back"
    "|left|right|maxi|mini|max|min|ante|trans|cis|"
)
_OPPOSITES = (
    "|true false|left right|up down|high low|higher lower|upper lower|first last|first second|second third|more less"
    "|more fewer|most least|positive negative|before after|always never|all none|with without|precision recall"
    "|train test|training test|bias variance|mean median|row column|rows columns|rises falls|lossy lossless"
    "|early late|large small|larger smaller|greater less|and or|cause effect|push pull|open closed|sender receiver"
    "|左 右|上 下|大 小|高 低|正 负|阴 阳|前 后|内 外|多 少|"
)


def tokens(text: str) -> list[str]:
    """The words and signs of a text, in lower case."""
    return re.findall(_TOKEN, text.lower())


def content(text: str) -> list[str]:
    """The words and signs of a text without function words."""
    return [word for word in tokens(text) if word not in _FUNCTION_WORDS]


def alike(one: str, other: str) -> float:
    """Similarity of two texts from 0 to 1: half by letters, half by words."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most builds have no two texts to compare

    words = Indel.normalized_similarity(tokens(one), tokens(other))
    return (Indel.normalized_similarity(one.lower(), other.lower()) + words) / 2


def may_be_twins(before: str, now: str) -> bool:
    """Whether the texts differ by a number, letter, sign, negation, prefix or opposite, and so in meaning."""
    old, new = tokens(before), tokens(now)
    if [word for word in old if _tells_apart(word)] != [word for word in new if _tells_apart(word)]:
        return True
    removed, added = difference(before, now)
    return any(_opposite(one, other) for one in {*removed} for other in {*added})


def difference(before: str, now: str) -> tuple[list[str], list[str]]:
    """The words that only one of the texts has."""
    old, new = Counter(tokens(before)), Counter(tokens(now))
    return [*(old - new).elements()], [*(new - old).elements()]


def are_twins(before: str, now: str) -> bool:
    """Whether this is the only difference between the texts."""
    rest, others = ([word for word in words if not _tells_apart(word)] for words in difference(before, now))
    paired = len(rest) == len(others) and all(any(_opposite(word, other) for other in others) for word in rest)
    return paired and may_be_twins(before, now)


def is_extended(before: str, now: str) -> bool:
    """Whether one text is the other with a few more words, none of which distinguishes twins."""
    removed, added = difference(before, now)
    return not (removed and added) and not may_be_twins(before, now) and alike(before, now) >= NEAR


def is_other(before: str, now: str) -> bool:
    """Whether words were replaced, other than articles and typing errors: *the anode* and *the cathode*."""
    removed, added = ({*words} - _FUNCTION_WORDS for words in difference(before, now))
    return bool(removed and added) and not is_slip(before, now)


def is_replaced(before: str, now: str, part: float = 0) -> bool:
    """Whether more than this part of the content words was replaced, or only their order: *A to B* and *B to A*."""
    if sorted(tokens(before)) == sorted(tokens(now)):
        return tokens(before) != tokens(now)
    old, new = ([_ENDING.sub("", word) for word in content(text)] for text in (before, now))
    removed, added = ((one - other).total() for one, other in permutations(map(Counter, (old, new))))
    return removed > part * len(old) and added > part * len(new) and not is_slip(before, now)


def has_lookalikes(before: str, now: str) -> bool:
    """Whether a word was replaced by one that differs in a letter or two: *nitrite* and *nitrate*."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - see `alike`

    removed, added = difference(before, now)
    pairs = [(one, other) for one in removed for other in added if min(len(one), len(other)) > 3]
    return any(OSA.distance(one, other) < 3 and not _mistyped(one, other) for one, other in pairs)


def one_word_apart(before: str, now: str) -> bool:
    """Whether exactly one word differs, not by a typing error: *makes insulin* and *makes glucagon*."""
    removed, added = (content(" ".join(words)) for words in difference(before, now))
    is_one = len(removed) == len(added) == 1 and not _mistyped(removed[0], added[0])
    return is_one and _ENDING.sub("", removed[0]) != _ENDING.sub("", added[0])


def is_slip(before: str, now: str) -> bool:
    """Whether the only difference is a typing error. A replaced letter is none: *alkane* and *alkene*."""
    if may_be_twins(before, now):
        return False
    old, new = ([word for word in tokens(text) if word not in _ARTICLES] for text in (before, now))
    same_words = len(old) == len(new) and all(
        one == other or _mistyped(one, other) for one, other in zip(old, new, strict=True)
    )
    return same_words or "".join(old) == "".join(new)


def mistyped(before: str, now: str) -> list[tuple[str, str]]:
    """The words that became others that differ by a typing error and are not their plurals, if little else changed."""
    removed, added = difference(before, now)
    pairs = [] if max(len(removed), len(added)) > FEW else [(old, new) for old in removed for new in added]
    return [(old, new) for old, new in pairs if _mistyped(old, new) and f"{old}s" != new and f"{new}s" != old]


def _tells_apart(word: str) -> bool:
    """Whether this word alone can distinguish twins, where the other text has none or another."""
    short = (len(word) == 1 and word != "a" and word < _CJK[0]) or _ROMAN.fullmatch(word)
    listed = word in _NEGATIONS or word in _GREEK or _NOT.search(word)
    return bool(short or listed) or any(character.isnumeric() for character in word)


def _opposite(one: str, other: str) -> bool:
    if f"|{one} {other}|" in _OPPOSITES or f"|{other} {one}|" in _OPPOSITES:
        return True
    if one == other[0] + other or other == one[0] + one:
        return False  # a doubled first letter, not the prefix a-
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one[::-1], other[::-1], strict=False)))
    ends = range(3, stem + 1)
    return any(f"|{one[:-end]}|" in _PREFIXES and f"|{other[:-end]}|" in _PREFIXES for end in ends)


def _mistyped(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - see `alike`

    replaced = len(one) == len(other) and sorted(one) != sorted(other)
    return min(len(one), len(other)) > 3 and OSA.distance(one, other) == 1 and not replaced
