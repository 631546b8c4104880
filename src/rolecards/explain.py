"""What every problem code means: the rules of `check` from the rules themselves, all others from the table here."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from rolecards.diagnostics import Severity
from rolecards.lint.check import FAMILIES
from rolecards.lint.rule import RULES

CHAPTERS = {
    "1": "Files and structure",
    "2": "Identity: what learners' reviews hang on",
    "3": "Wording",
    "4": "Ambiguity",
    "5": "Sources",
    "6": "Typography",
    "7": "Paper and accessibility",
    "8": "Packages and rehearsals",
}
"""What the first digit of a code stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What there is to say about one code."""

    code: str
    name: str
    wants: str
    reason: str = ""
    bad: str = ""
    good: str = ""
    severity: str = "error"
    allowed: bool = False
    """Whether an `allow` can switch it off."""


_OTHERS: dict[str, tuple[str, str]] = {
    "RC101": ("no-folder", "The content folder exists. `rolecards init` makes one to start from."),
    "RC102": ("empty-folder", "The content folder has at least one .yaml file."),
    "RC103": ("link-out", "No link in the content folder leads out of it, so that a build reads nothing else."),
    "RC104": ("not-a-file", "What ends in .yaml is a file that can be read."),
    "RC105": ("huge-file", "A content file is not larger than 64 MB."),
    "RC106": ("folder-in-use", "`rolecards init` writes into a folder of its own, so that nothing is overwritten."),
    "RC107": ("no-output-folder", "What --out names is a folder, or nothing yet."),
    "RC110": ("not-utf-8", "Files are in UTF-8."),
    "RC111": (
        "not-yaml",
        (
            "A content file is YAML. Values that start with {{ or have a colon and a space need quotes. "
            "What stands after such a mistake is read once that is mended."
        ),
    ),
    "RC112": ("too-deep", "YAML is not nested deeper than 100 levels."),
    "RC113": ("empty-file", "A content file has something in it."),
    "RC114": ("key-not-text", "A key is text. An unquoted {{c1::…}} is read as a key, so it needs quotes."),
    "RC115": ("key-twice", "A key stands once in its mapping: YAML would keep only one of the two."),
    "RC116": ("alias", "Values are written out: no anchors and aliases."),
    "RC117": ("tag", "Values carry no YAML tag: every value is text, a list or a mapping."),
    "RC120": ("not-a-mapping", "A content file is a mapping whose first line is its schema."),
    "RC121": ("unknown-schema", "The key `schema` names a kind of content file that this version knows."),
    "RC122": ("missing-key", "All keys that a kind of entry needs are there."),
    "RC123": ("unknown-key", "Only known keys stand in an entry: a misspelt one is not passed over in silence."),
    "RC124": ("wrong-value", "A value has the form that its key asks for."),
    "RC125": ("deck-file", "There is exactly one deck file."),
    "RC131": ("cloze-syntax", "Cloze markup is whole: {{c1::hidden}} or {{c1::hidden::hint}}."),
    "RC132": ("no-cloze", "A cloze text hides something; else it would give no card."),
    "RC133": ("cloze-in-question", "Cloze markup stands under `cloze:` only: in a question it does nothing."),
    "RC134": ("cloze-in-address", "A cloze deletion hides words, not a part of a link's address."),
    "RC140": ("no-template", "Template folders and files exist."),
    "RC141": ("template-fails", "A template can be rendered."),
    "RC142": ("template-sides", "A question template has a front, a line --- and a back."),
    "RC143": ("unknown-field", "A card template names fields that its note type has."),
    "RC144": ("blank-cards", "The front of a card template shows what is asked, unless the note is retired."),
    "RC150": ("no-access", "Files can be read and written."),
    "RC161": ("tag-not-closed", "A GitBook tag in study notes that needs a closing one has it."),
    "RC162": ("unknown-tag", "Tags in study notes are ones that are known; others are passed over."),
    "RC163": ("bad-pin", "The id in {#…} at the end of a line is made of small letters, digits and hyphens."),
    "RC164": ("long-paragraph", "A paragraph of study notes isn't longer than a page: empty lines part it into cards."),
    "RC201": ("id-twice", "An id is used once in the whole folder: it is the card's identity."),
    "RC202": ("unknown-role", "A role that is named exists."),
    "RC203": ("id-taken", "A new note doesn't take an id that a renamed note was published under."),
    "RC204": ("id-retired", "A retired note's id is never used again: the old card would come back as the new one."),
    "RC205": ("form-changed", "A published question stays a question and a cloze text one: Anki can't turn them."),
    "RC206": ("cloze-moved", "A published cloze number keeps its words: reviews of the one would count for the other."),
    "RC207": ("cloze-gone", "A removed cloze leaves a blank card with learners until they use Tools → Empty Cards."),
    "RC208": ("bad-rename", "A line of `renames` leads from a published id to one in the content."),
    "RC210": ("vanished", "A note that is taken out is retired at the next build, and its id is never another note's."),
    "RC209": ("looks-renamed", "A note that went while one like it came was renamed; `renames` keeps its reviews."),
    "RC211": ("broken-lock", "cards.lock is as `rolecards build` wrote it."),
    "RC212": ("lock-conflict", "cards.lock has no merge conflict in it."),
    "RC213": ("newer-lock", "cards.lock was not written by a newer rolecards."),
    "RC214": ("lock-lines-missing", "No line has gone from cards.lock: retired notes keep theirs."),
    "RC215": ("future", "No note was changed at a time that has not come yet."),
    "RC216": ("texts-moved", "A published note keeps to its text: put under another id, it would take over reviews."),
    "RC217": ("said-before", "A note that says what a retired one said is a new card to learners."),
    "RC223": ("another-deck", "The deck keeps its id: every learner's card hangs on it."),
    "RC224": ("renamed-deck", "The deck keeps its name: Anki finds it by that, and never moves a card."),
    "RC225": ("same-name", "No two roles are called alike: a card that asks for one would reject the other."),
    "RC220": ("note-type-changed", "The published note types keep their fields and card templates."),
    "RC221": ("lock-out-of-date", "With --locked, cards.lock has all that the content has: build, and commit it."),
    "RC222": ("which-note", "A study note that changed much says with {#id} which published one it is, or a new id."),
    "RC401": ("ambiguous-who", "A question for one role fits one role only, so that no right answer is refused."),
    "RC402": ("unknown-claim", "What a reverse question asks for stands in the index of some fact."),
    "RC403": ("too-many-roles", "A question asks for at most three roles at once (Wozniak, rule 9)."),
    "RC404": ("set-of-one", "A question for a set of roles has more than one as its answer."),
    "RC405": ("same-question", "No two cards ask the same."),
    "RC501": ("unknown-source", "Every source that is cited stands in sources.yaml."),
    "RC512": ("no-source-text", "A text file named in sources.yaml lies in the content folder: copying can be seen."),
    "RC701": ("unknown-element", "A handout template uses elements that the page builder knows, where they may stand."),
    "RC702": ("unknown-attribute", "An element has attributes that the page builder knows, with values they may have."),
    "RC703": ("style-sheet", "The style sheet uses selectors, properties and values that the page builder knows."),
    "RC704": ("no-glyph", "A font has every character: add one for other scripts under `fonts:` in deck.yaml."),
    "RC705": ("no-room", "Everything on a page has room there: nothing is clipped."),
    "RC706": ("not-closed", "Elements are closed in order and not nested too deep."),
    "RC707": ("bad-link", "A link on paper leads to an address or to an id that stands once in the document."),
    "RC708": ("bad-image", "An image has a text that says what it shows, and is a PNG or an SVG that can be drawn."),
    "RC709": ("right-to-left", "Texts in images run from left to right; in figures `faced` puts others in that order."),
    "RC710": ("page-count", "The page numbers of a document settle."),
    "RC711": ("bad-font", "A file under `fonts:` or in an `@font-face` is a font that can be read."),
    "RC712": ("no-style", "A typeface of one's own has a bold and an italic face: else such text looks like the rest."),
    "RC801": ("no-package", "A package that is named exists and can be read."),
    "RC802": ("not-a-zip", "A package is a whole zip file."),
    "RC803": ("damaged-member", "Everything in a package can be unpacked the way Anki would."),
    "RC804": ("too-large", "A package doesn't unpack to more than a real one would."),
    "RC805": ("no-collection", "A package has a collection in it."),
    "RC806": ("newer-package", "A package was exported in the form that older Anki versions read too."),
    "RC807": ("damaged-database", "The database of a package is whole."),
    "RC808": ("not-a-collection", "The database of a package is an Anki collection."),
    "RC809": ("unreadable-part", "Every part of a package's database has the form Anki gives it."),
    "RC810": ("loose-ends", "What a package's rows refer to is in the package."),
    "RC811": ("guid-twice", "A GUID stands for one note."),
    "RC812": ("bad-media", "A package lists its media files as Anki does."),
    "RC820": ("import-refused", "Anki imports the package."),
    "RC821": ("rehearsal-failed", "The rehearsal with Anki's own library runs to its end."),
}  # fmt: skip
"""The codes that don't come from a rule: name, and what must hold."""

_WARNINGS = frozenset({"RC207", "RC210", "RC217", "RC224", "RC712"})
"""Those of them that a build goes on after."""


def codes() -> tuple[str, ...]:
    """Every code the program can emit, in order."""
    assert FAMILIES
    return tuple(sorted({*RULES, *_OTHERS}))


def explanation(code: str) -> Explanation:
    """What a code means; raises KeyError where there is no such code."""
    if code in _OTHERS:
        name, wants = _OTHERS[code]
        severity = Severity.WARNING if code in _WARNINGS else Severity.ERROR
        return Explanation(code=code, name=name, wants=wants, severity=severity.value)
    rule = RULES[code]
    return Explanation(
        code=code,
        name=rule.name,
        wants=rule.wants,
        reason=rule.reason,
        bad=rule.bad,
        good=rule.good,
        severity=rule.severity.value,
        allowed=True,
    )


def as_text(code: str) -> str:
    """What `rolecards explain` prints."""
    told = explanation(code)
    kind = f"{told.severity}, unless allowed" if told.allowed else told.severity
    parts = [f"{told.code} {told.name} ({kind})", told.wants]
    parts += [f"Why: {told.reason}"] if told.reason else []
    parts += [f"Not so:\n{_indented(told.bad)}"] if told.bad else []
    parts += [f"But so:\n{_indented(told.good)}"] if told.good else []
    return "\n\n".join(parts) + "\n"


def near(word: str) -> list[str]:
    """The codes that were perhaps meant by a code or a rule's name, each with its name."""
    names = {code: explanation(code).name for code in codes()}
    found = {*difflib.get_close_matches(word.upper(), names, cutoff=0.8)}
    found |= {*difflib.get_close_matches(word.casefold(), names.values())}
    return [f"{code} ({name})" for code, name in names.items() if found & {code, name}]


def by_name(word: str) -> str:
    """The code for a code in any case or a rule's name; empty where it is neither."""
    names = {explanation(code).name: code for code in codes()}
    return word.upper() if word.upper() in codes() else names.get(word.casefold(), "")


def as_markdown() -> str:
    """All codes as a page of the documentation."""
    parts = [_INTRODUCTION]
    for digit, title in CHAPTERS.items():
        parts.append(f"## RC{digit}xx: {title}")
        parts += [_entry(explanation(code)) for code in codes() if code[2] == digit]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """\
# What `rolecards check` looks for

This page is made from the rules themselves (`rolecards explain --all > docs/rules.md`); what one of them says is shown
by `rolecards explain CODE` as well. A rule marked *can be allowed* is switched off for one entry with

```yaml
allow:
  RC301: the reason why it doesn't hold here
```

and for the whole deck with the same lines in `deck.yaml`. An `allow` that nothing needs is reported itself. The numbers
can be changed in `deck.yaml` under `limits:`. How often the rules are right was counted: see
[calibration](calibration.md)."""


def _entry(told: Explanation) -> str:
    allowed = ", can be allowed" if told.allowed else ""
    parts = [f"### {told.code} {told.name}", f"*{told.severity}{allowed}*. {told.wants}"]
    parts += [f"Why: {told.reason}"] if told.reason else []
    if told.bad:
        parts.append(f"```text\nnot so:\n{_indented(told.bad)}\nbut so:\n{_indented(told.good)}\n```")
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
