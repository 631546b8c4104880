"""The table of problem codes: what each one requires, why, and how much a violation matters."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct


class Severity(StrEnum):
    """How much a problem matters: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


ERROR, WARNING = Severity


class Code(Struct, frozen=True):
    """A row: what one code requires of the content, of templates or of packages."""

    code: str
    """`RC` and three digits; the first digit is the chapter."""
    name: str
    severity: Severity
    requires: str
    """The requirement, in one or two sentences."""
    reason: str = ""
    """Why, and on whose authority."""
    bad: str = ""
    good: str = ""
    """An example of each; rules of `check` have them, and only these rules can be allowed."""
    english: bool = False
    """Whether the rule knows English words and is off in other languages."""
    about: Literal["text", "path", "argument"] = "text"
    """What a problem concerns: a text at a line, a whole path, or a path on the command line (wrong usage)."""

    @property
    def can_be_allowed(self) -> bool:
        """Whether the key `allow` of an entry can switch it off."""
        return bool(self.bad)


CHAPTERS = {
    "1": "Files and structure",
    "2": "Identity: review history is tied to it",
    "3": "Wording",
    "4": "Ambiguity",
    "5": "Sources",
    "6": "Typography",
    "7": "Paper and accessibility",
    "8": "Packages and rehearsals",
}
"""The title of each chapter, by the first digit of its codes."""

_ROWS = (
    # ------------------------------------------------------------ 1: files and structure
    Code("RC101", "no-folder", ERROR, "The content folder must exist. `rolecards init` creates one.", about="argument"),
    Code("RC102", "empty-folder", ERROR, "The content folder must contain at least one `.yaml` file.", about="path"),
    Code(
        "RC103",
        "link-outside",
        ERROR,
        "A link in the content folder must not lead outside it; otherwise a build would read files that are not content.",
    ),
    Code("RC104", "not-a-file", ERROR, "A path that ends in `.yaml` must be a regular file that can be read."),
    Code("RC105", "huge-file", ERROR, "A content file must not be larger than 64 MB."),
    Code(
        "RC106",
        "folder-in-use",
        ERROR,
        "The folder that `rolecards init` writes to must be new or empty, so that no file is overwritten.",
        about="argument",
    ),
    Code(
        "RC107",
        "no-output-folder",
        ERROR,
        "The path after `--out` must be a folder or must not exist yet.",
        about="argument",
    ),
    Code("RC110", "not-utf-8", ERROR, "A content file must be encoded in UTF-8."),
    Code(
        "RC111",
        "not-yaml",
        ERROR,
        "A content file must be valid YAML. Put a value in quotes if it starts with `{{` or contains a colon followed by "
        "a space. The text after the mistake is checked once the mistake is corrected.",
    ),
    Code("RC112", "too-deep", ERROR, "YAML must not be nested deeper than 100 levels."),
    Code("RC113", "empty-file", ERROR, "A content file must not be empty."),
    Code(
        "RC114",
        "key-not-text",
        ERROR,
        "A key must be text. YAML reads an unquoted {{c1::…}} as a key, so it needs quotes.",
    ),
    Code(
        "RC115", "duplicate-key", ERROR, "A key must be unique in its mapping; YAML would keep only one of the values."
    ),
    Code("RC116", "alias", ERROR, "Values must be written out; anchors and aliases are not supported."),
    Code("RC117", "tag", ERROR, "A value must not have a YAML tag: every value is text, a list or a mapping."),
    Code("RC120", "not-a-mapping", ERROR, "A content file must be a mapping whose first key is `schema`."),
    Code(
        "RC121",
        "unknown-schema",
        ERROR,
        "The key `schema` must name a kind of content file that this version supports.",
    ),
    Code("RC122", "missing-key", ERROR, "An entry must have all required keys."),
    Code("RC123", "unknown-key", ERROR, "An entry must not have unknown keys; a misspelled key would be ignored."),
    Code("RC124", "wrong-value", ERROR, "A value must have the type and form that its key requires."),
    Code("RC125", "deck-file", ERROR, "The content folder must contain exactly one deck file."),
    Code("RC131", "cloze-syntax", ERROR, "A cloze deletion must be complete: {{c1::hidden}} or {{c1::hidden::hint}}."),
    Code("RC132", "no-cloze", ERROR, "A cloze text must contain a cloze deletion; otherwise it produces no card."),
    Code(
        "RC133",
        "cloze-in-question",
        ERROR,
        "Cloze deletions must be in a value under `cloze`; in a question they have no effect.",
    ),
    Code("RC134", "cloze-in-address", ERROR, "A cloze deletion must hide words, not a part of a link's address."),
    Code("RC140", "no-template", ERROR, "A templates folder or template file must exist.", about="argument"),
    Code("RC141", "template-fails", ERROR, "A template must render without an error."),
    Code("RC142", "template-sides", ERROR, "A question template must have a front, a line `---` and a back."),
    Code("RC143", "unknown-field", ERROR, "A card template must only use fields of its note type."),
    Code(
        "RC144",
        "blank-cards",
        ERROR,
        "The front of a card template must show the question unless the note is retired; otherwise cards are blank.",
    ),
    Code(
        "RC145",
        "no-words",
        WARNING,
        "The language of the deck must have a word file, `words/LANGUAGE.yaml`; otherwise cards and papers use English.",
    ),
    Code("RC146", "unknown-phrase", ERROR, "A word file must only have phrases and placeholders that templates use."),
    Code(
        "RC150",
        "no-access",
        ERROR,
        "Files and folders must be readable, and writable where rolecards writes.",
        about="path",
    ),
    Code("RC161", "tag-not-closed", ERROR, "A GitBook tag in notes that needs a closing tag must have one."),
    Code("RC162", "unknown-tag", WARNING, "GitBook tags in notes must be known ones; other tags are skipped."),
    Code(
        "RC163",
        "invalid-id",
        ERROR,
        "The id in `{#…}` at the end of a line must consist of lower-case letters, digits and hyphens.",
    ),
    Code(
        "RC164",
        "long-paragraph",
        ERROR,
        "A paragraph of notes must not be longer than a page. Separate paragraphs with empty lines.",
    ),
    Code(
        "RC170",
        "unused-allow",
        WARNING,
        "An `allow` must name a rule that would otherwise report something there.",
        "An exception that is no longer needed hides the next mistake.",
        'allow: {RC301: "a quotation"}  on a note whose answer has three words',
        "The line removed.",
    ),
    Code(
        "RC171",
        "few-notes",
        WARNING,
        "A role or a topic must have at least three facts.",
        "One or two cards on a subject are hard to remember; from about five on they support each other (Nielsen: no "
        "orphan questions).",
        "A role with a single fact.",
        "Three facts or more, or the fact moved to a related topic.",
    ),
    Code(
        "RC172",
        "missing-slot",
        WARNING,
        "A role must have facts on its function, its deliverables, its tools and its background.",
        "These are what distinguishes a role (Wozniak, rule 2: see the whole before the parts). If no source has such a "
        "fact, say so in an `allow`.",
        "A role without any fact under slot: tools.",
        'A fact under slot: tools, or  allow: {RC172: "the course names no tool for this role"}',
    ),
    Code(
        "RC173",
        "unusual-relation",
        WARNING,
        "A relation that only one fact has must not be nearly identical to a relation that several facts have.",
        "Facts under a misspelled relation are not found when a question is checked against all roles that fit it.",
        "index: {toool: [docker]}  where other facts have tool",
        "index: {tool: [docker]}",
    ),
    # ------------------------------------------------------------ 2: identity
    Code("RC201", "duplicate-id", ERROR, "An id must be unique in the content folder: it is the card's identity."),
    Code("RC202", "unknown-role", ERROR, "A role that is referred to must exist."),
    Code("RC203", "id-taken", ERROR, "A new note must not use an id that a renamed note was published under."),
    Code(
        "RC204",
        "id-retired",
        ERROR,
        "The id of a retired note must not be used again; otherwise learners' old card would return as the new one.",
    ),
    Code(
        "RC205",
        "form-changed",
        ERROR,
        "A published question must stay a question, and a cloze text a cloze text. Anki cannot convert their notes.",
    ),
    Code(
        "RC206",
        "cloze-reused",
        ERROR,
        "A published cloze number must keep its words; otherwise reviews of the old words would count for the new ones.",
    ),
    Code(
        "RC207",
        "cloze-removed",
        WARNING,
        "If a published cloze deletion is removed, learners have a blank card until they use *Tools → Empty Cards*.",
    ),
    Code(
        "RC208",
        "invalid-rename",
        ERROR,
        "A line under `renames` must lead from a published id to an id in the content.",
    ),
    Code(
        "RC209",
        "looks-renamed",
        ERROR,
        "If a note disappears and a similar one appears, `renames` must say whether it is the same note; otherwise its "
        "review history would be lost.",
    ),
    Code(
        "RC210",
        "note-removed",
        WARNING,
        "A note that is removed from the content is retired by the next build. No other note can use its id.",
    ),
    Code("RC211", "broken-lock", ERROR, "`cards.lock` must be as `rolecards build` wrote it."),
    Code("RC212", "lock-conflict", ERROR, "`cards.lock` must not contain merge conflicts."),
    Code("RC213", "lock-format", ERROR, "`cards.lock` must have the format of this version of rolecards."),
    Code(
        "RC214", "lock-lines-missing", ERROR, "No line of `cards.lock` may be deleted; retired notes keep their lines."
    ),
    Code("RC215", "future", ERROR, "The time of a change in `cards.lock` must not be in the future."),
    Code(
        "RC216",
        "swapped-texts",
        ERROR,
        "A published text must keep its id; under another id it would take over the reviews of another card.",
    ),
    Code(
        "RC217",
        "repeats-retired",
        WARNING,
        "A new note should not repeat the text of a retired note: learners get it as a new card, without its reviews.",
    ),
    Code(
        "RC220",
        "note-type-changed",
        ERROR,
        "A published note type must keep its fields and card templates; otherwise Anki no longer updates its notes.",
    ),
    Code(
        "RC221",
        "lock-out-of-date",
        ERROR,
        "With `--locked`, `cards.lock` must be up to date with the content. Run `rolecards build` and commit the lock.",
    ),
    Code(
        "RC222",
        "ambiguous-note",
        ERROR,
        "If an edited note could be more than one published note, an id `{#…}` must say which one it is, or that it is "
        "new.",
    ),
    Code(
        "RC223", "another-deck", ERROR, "A published deck must keep its id: the identity of every card depends on it."
    ),
    Code("RC224", "renamed-deck", WARNING, "A published deck should keep its name: Anki finds the deck by its name."),
    Code(
        "RC225", "duplicate-name", ERROR, "Role names must be unique; otherwise a card could mark the right role wrong."
    ),
    # ------------------------------------------------------------ 3: wording
    Code(
        "RC301",
        "long-answer",
        WARNING,
        "An answer must have at most 15 words; more than 25 are an error. Move explanations to `why`.",
        "Short answers are recalled in the same way each time, long ones only in parts (Wozniak, rule 4: minimum "
        "information). The limit is a convention, calibrated on two published decks.",
        "Q: What does a data engineer do?\n"
        "A: Builds the pipelines that bring data from where it is stored to those who train models, and collects, "
        "aggregates and monitors it on the way",
        "Q: What does a data engineer build to bring data to those who use it?\nA: Data pipelines",
    ),
    Code(
        "RC302",
        "long-question",
        WARNING,
        "A question must have at most 30 words; more than 45 are an error. A scenario may have 60.",
        "A question is read hundreds of times; words that are not needed slow it down (Wozniak, rule 12: optimise "
        "wording; Matuschak: focused).",
        "Q: In the lecture the speaker talks at some length about how teams are built and who is on them, and in that "
        "part, after the product manager, which role comes up as the next one in his list?\nA: The DevOps engineer",
        "Q: Which role follows the product manager in the lecture's list?\nA: The DevOps engineer",
    ),
    Code(
        "RC303",
        "list-answer",
        WARNING,
        "An answer must list at most three things. More are an error in a marked list and a warning between commas.",
        "Sets and enumerations are the hardest things to keep in memory (Wozniak, rules 9 and 10).",
        "Q: What are the tools of a data scientist?\nA: SQL, Excel, Jupyter, Pandas, scikit-learn and TensorFlow",
        "Q: Which spreadsheet is in the data scientist's tool list?\nA: Excel",
    ),
    Code(
        "RC304",
        "set-without-number",
        ERROR,
        "A question that asks for several things must say how many.",
        "Otherwise learners cannot know when their answer is complete (Wozniak, rule 9; Matuschak: precise).",
        "Q: Which tools does the course give the DevOps engineer?\nA: AWS and GCP",
        "Q: Which two cloud tools does the course give the DevOps engineer?\nA: AWS and GCP",
        english=True,
    ),
    Code(
        "RC305",
        "yes-no",
        ERROR,
        "A question must not be answerable with yes or no, or with one of two words in the question.",
        "A guess is right half of the time, and recognition is weaker practice than recall (Matuschak: no binary "
        "prompts; Rowland 2014).",
        "Q: Does a DevOps engineer train models?\nA: No",
        "Q: What does a DevOps engineer deploy?\nA: Production systems",
        english=True,
    ),
    Code(
        "RC306",
        "unclear-pronoun",
        ERROR,
        "A question or cloze text must not start with a pronoun such as *it* or *they*. Name the role.",
        "Cards come up alone and in random order, so a pronoun has nothing to refer to (Wozniak, rule 12; Matuschak: "
        "precise).",
        "Cloze: They also {{c1::deploy}} prediction models.",
        "Cloze: ML engineers also {{c1::deploy}} prediction models.",
        english=True,
    ),
    Code(
        "RC307",
        "no-role-named",
        WARNING,
        "A fact under a role must name a role, in the question or in the answer.",
        "A fact that names no role fits any role (Matuschak: precise).",
        "Cloze: Reports on experiments are written {{c1::besides building models}}.",
        "Cloze: Besides building models, an ML researcher writes {{c1::reports}} on experiments.",
    ),
    Code(
        "RC308",
        "answer-in-question",
        WARNING,
        "The question must not contain the words of the answer. All of them are an error; at least two, and half of "
        "them, a warning. Names of roles do not count.",
        "An answer that can be read in the question is not recalled (Matuschak: effortful).",
        "Q: Which data pipelines does a data engineer build?\nA: Data pipelines",
        "Q: What does a data engineer build to move data?\nA: Pipelines",
        english=True,
    ),
    Code(
        "RC309",
        "answer-beside-cloze",
        ERROR,
        "Words that a cloze deletion hides must not appear elsewhere in the same text.",
        "A card must not give away its own answer or a sibling's (Matuschak: effortful). Learners may have turned off "
        "the option that buries siblings.",
        "Cloze: An ML engineer trains models and {{c1::deploys}} models; whoever deploys them keeps them running.",
        "Cloze: An ML engineer trains models and {{c1::deploys}} them.",
        english=True,
    ),
    Code(
        "RC310",
        "hint-gives-answer",
        ERROR,
        "The hint of a cloze deletion must not contain words of the answer.",
        "A hint narrows the answer down; a hint that contains it leaves nothing to recall (Matuschak: effortful).",
        "Cloze: The course gives the ML engineer {{c1::Docker::Docker or AWS}} to package models.",
        "Cloze: The course gives the ML engineer {{c1::Docker::container tool}} to package models.",
        english=True,
    ),
    Code(
        "RC311",
        "answer-role-named",
        ERROR,
        "A role's `one_line` and the text of a scenario must not contain the name of the role.",
        "The card asks for the role, so its name is the answer (Matuschak: effortful).",
        "one_line: The ML engineer brings models into production.",
        "one_line: Brings models into production and keeps them there.",
    ),
    Code(
        "RC312",
        "bare-cloze",
        ERROR,
        "At least three meaningful words of a cloze text must stay visible.",
        "With hardly a word left, there is nothing to recall from (Matuschak: precise).",
        "Cloze: {{c1::A DevOps engineer deploys production systems.}}",
        "Cloze: A DevOps engineer deploys {{c1::production systems}} and watches over them.",
        english=True,
    ),
    Code(
        "RC313",
        "guessable-end",
        WARNING,
        "If the only cloze deletion is at the end of its sentence, and other roles have such a fact too, it needs a hint.",
        "Learners complete such a sentence from its shape, not from knowledge (Matuschak: clozes invite pattern "
        "matching).",
        "Cloze: One tool in the course's list for the ML engineer is {{c1::Docker}}.",
        "Cloze: One tool in the course's list for the ML engineer is {{c1::Docker::for packaging}}.",
    ),
    Code(
        "RC314",
        "long-cloze",
        WARNING,
        "A cloze deletion must hide at most six words; more than ten are an error.",
        "Hidden words have to be recalled one by one, so they must be few (Wozniak, rules 4 and 5).",
        "Cloze: An ML researcher {{c1::trains models that are often not critical to production}}.",
        "Cloze: The models that an ML researcher trains are often not critical to {{c1::production}}.",
    ),
    Code(
        "RC315",
        "many-clozes",
        ERROR,
        "One cloze text must produce at most three cards.",
        "Many gaps in one sentence are a list in disguise (Wozniak, rules 5, 9 and 10).",
        "Cloze: {{c1::SQL}}, {{c2::Excel}}, {{c3::Pandas}} and {{c4::Jupyter}} are the data scientist's tools by the "
        "list.",
        "Cloze: For work outside Python the data scientist's tool list has {{c1::SQL}} and {{c2::Excel}}.",
    ),
    Code(
        "RC316",
        "cloze-numbers",
        WARNING,
        "In an unpublished note, cloze numbers must run 1, 2, 3. Published numbers stay as they are.",
        "Anki makes one card for each number; a missing number is a typing error or a missing card (Anki manual, cloze "
        "deletion).",
        "Cloze: {{c1::AWS}} in 2019 and {{c3::GCP}} in 2021 are the DevOps engineer's tools.",
        "Cloze: {{c1::AWS}} in 2019 and {{c2::GCP}} in 2021 are the DevOps engineer's tools.",
    ),
    Code(
        "RC317",
        "no-reason",
        WARNING,
        "A caveat must say why it is so. For contrasts and scenarios, the schema requires a reason.",
        "An explanation with the answer helps learners to apply what they learned (Butler 2013), and feedback makes "
        "practice effective (Rowland 2014).",
        "slot: caveat\nQ: How much ML do many data scientists need, in Chip Huyen's view?\nA: None at all",
        "The same with  why: Insight can come from plain statistics and queries.",
    ),
    Code(
        "RC318",
        "no-question-mark",
        WARNING,
        "A question that begins with a question word must end with a question mark.",
        "Uniform cards let the eye find what is asked (Wozniak, rule 12: optimise wording).",
        "Q: What does a DevOps engineer monitor\nA: Production systems",
        "Q: What does a DevOps engineer monitor?\nA: Production systems",
        english=True,
    ),
    Code(
        "RC319",
        "open-answer",
        WARNING,
        "An answer must be complete: no *etc.*, no *and so on*, no *it depends*.",
        "Learners who cannot tell whether their answer is complete cannot grade it (Matuschak: precise, consistent).",
        "Q: Which tools does a data engineer use?\nA: Hadoop, Kafka, etc.",
        "Q: Which event streaming tool is in the data engineer's list?\nA: Kafka",
        english=True,
    ),
    # ------------------------------------------------------------ 4: ambiguity
    Code(
        "RC401",
        "ambiguous-who",
        ERROR,
        "A question for one role must fit only one role; otherwise the card rejects a right answer.",
    ),
    Code(
        "RC402",
        "unknown-claim",
        ERROR,
        "A reverse question must ask for something that the `index` of a fact contains.",
    ),
    Code("RC403", "too-many-roles", ERROR, "A question must ask for at most three roles at once (Wozniak, rule 9)."),
    Code("RC404", "set-of-one", ERROR, "A question for a set of roles must have more than one role as its answer."),
    Code("RC405", "duplicate-question", ERROR, "No two cards may ask the same question."),
    Code(
        "RC410",
        "near-duplicate",
        WARNING,
        "Questions with the same answer must not share more than 70 % of their words.",
        "Two cards for one fact cost reviews and diverge when only one is corrected (Anki manual: its own duplicate "
        "check compares only first fields).",
        "Q: Which tool packages models for the ML engineer?\nA: Docker\n"
        "Q: Which tool packages the models for an ML engineer?\nA: Docker",
        "One of the two.",
    ),
    Code(
        "RC411",
        "no-contrast",
        WARNING,
        "Two roles that share a value in the index need a contrast, or one question that asks for both.",
        "Similar things are best learned side by side (Brunmair & Richter 2019), and roles are confused where they share "
        "a fact.",
        "tool: [tensorflow] in the index of two roles, and no card that has both roles in it",
        "A contrast between the two roles, or a reverse question with `ask: set` for the fact they share.",
    ),
    Code(
        "RC412",
        "interference",
        WARNING,
        "If two questions share more than 70 % of their words but not the answer, their roles need a contrast. Series "
        "that differ only in numbers are exempt.",
        "Similar questions with different answers interfere in memory (Wozniak, rule 11; the Anki manual names it as a "
        "cause of leeches).",
        "Q: What does the engineer on the team deploy first?\nA: Systems\n"
        "Q: What does the engineer on the team deploy last?\nA: Models",
        "The two reworded so that they differ from the first words on, or a contrast that asks for both at once.",
    ),
    # ------------------------------------------------------------ 5: sources
    Code("RC501", "unknown-source", ERROR, "A source that is cited must be listed in `sources.yaml`."),
    Code(
        "RC510",
        "no-date",
        WARNING,
        "A fact beyond the core that names tools or figures must have `as_of`, or a year in its text.",
        "Tools and figures go out of date; with a year, the card stays true (Wozniak, rule 19: date stamping).",
        "slot: tools\nCloze: The course lists {{c1::AWS::cloud}} for the DevOps engineer.",
        "The same with  as_of: 2019",
    ),
    Code(
        "RC511",
        "copied-text",
        WARNING,
        "A text must not share five words in a row with a source; seven or more are an error. Sources with `text` in "
        "`sources.yaml` are compared.",
        "Facts are free, sentences belong to their authors. Independent texts on the same roles share at most three "
        "words in a row with the seed; editions of one course share 27 (measured).",
        "Five, six, seven words in a row as the source has them.",
        "The fact in words of your own.",
    ),
    Code(
        "RC512",
        "no-source-text",
        WARNING,
        "A text file named in `sources.yaml` must be in the content folder; otherwise copied text cannot be found.",
    ),
    Code(
        "RC513",
        "unused-source",
        WARNING,
        "Every source must be cited by an entry.",
        "A source that no entry cites is unused, or a citation is missing (Wozniak, rule 18: provide sources).",
        "A source X in sources.yaml, and no `src: [X]` anywhere.",
        "The source cited where its facts are, or removed.",
    ),
    # ------------------------------------------------------------ 6: typography
    Code(
        "RC601",
        "extra-spaces",
        WARNING,
        "Words must be separated by one space, without spaces at either end. `--fix` corrects it.",
        "Anki shows two spaces as one and paper may not; extra spaces also make equal texts different (Anki manual: "
        "fields are HTML).",
        '"A  DevOps engineer "',
        '"A DevOps engineer"',
    ),
    Code(
        "RC602",
        "invisible-character",
        WARNING,
        "A text must not contain zero-width, soft-hyphen, separator or control characters. `--fix` removes them.",
        "Nobody sees them, and they break search, comparison and line breaking; a line separator breaks card scripts.",
        "DevOps, with a zero-width space after Dev",
        "DevOps",
    ),
    Code(
        "RC603",
        "three-dots",
        WARNING,
        "An ellipsis must be one character. `--fix` corrects it.",
        "Three full stops can be split at the end of a line and differ from the ellipsis that marks gaps.",
        "collects, aggregates...",
        "collects, aggregates…",
    ),
    Code(
        "RC604",
        "double-hyphen",
        WARNING,
        "Use a dash instead of two hyphens. `--fix` corrects it.",
        "Two hyphens are a typewriter's dash.",
        "the model -- and its report",
        "the model – and its report",
    ),
    Code(
        "RC605",
        "space-before-punctuation",
        WARNING,
        "Punctuation must follow its word without a space. `--fix` corrects it.",
        "English has no space before a comma, a full stop, a colon or a question mark.",
        "What does it build ?",
        "What does it build?",
        english=True,
    ),
    Code(
        "RC606",
        "mixed-apostrophes",
        WARNING,
        "All apostrophes within words must be the same character; the rarer one is reported. `--fix` corrects it.",
        "A search for one kind of apostrophe does not find the other.",
        "the course's table, the engineer’s job",
        "the course's table, the engineer's job",
    ),
    Code(
        "RC607",
        "unpaired-bracket",
        WARNING,
        "Brackets and curly quotation marks must be in pairs.",
        "A bracket without its partner is a typing error, or half a sentence is missing.",
        "three hiring groups (adjacent, core and analytics",
        "three hiring groups (adjacent, core and analytics)",
    ),
    Code(
        "RC608",
        "raw-markup",
        WARNING,
        "A text must not contain HTML tags, entities, pictures, formulas, template markup or unpaired stars, except in "
        "`code`.",
        "Texts support the bold, italic, code and links of Markdown; other markup is shown to learners literally.",
        "It <b>deploys</b> models.",
        "It **deploys** models.",
    ),
    Code(
        "RC609",
        "repeated-word",
        WARNING,
        "A word must not appear twice in a row, except in *had had* and *that that*.",
        "Readers skip the second word, so the mistake stays.",
        "What does the the data engineer build?",
        "What does the data engineer build?",
    ),
    # ------------------------------------------------------------ 7: paper and accessibility
    Code(
        "RC701",
        "unknown-element",
        ERROR,
        "A paper template must use elements that the page builder supports, in places where they are allowed.",
    ),
    Code(
        "RC702",
        "unknown-attribute",
        ERROR,
        "An element must have attributes and values that the page builder supports.",
    ),
    Code(
        "RC703",
        "stylesheet",
        ERROR,
        "A stylesheet must use selectors, properties and values that the page builder supports.",
    ),
    Code(
        "RC704",
        "no-glyph",
        ERROR,
        "A font must contain every character. Name fonts for other scripts under `fonts` in `deck.yaml`.",
    ),
    Code("RC705", "no-room", ERROR, "Everything on a page must fit; nothing is clipped."),
    Code("RC706", "not-closed", ERROR, "Elements must be closed in order and must not be nested too deep."),
    Code(
        "RC707",
        "bad-link",
        ERROR,
        "A link on paper must lead to an address, or to an id that is unique in the document.",
    ),
    Code(
        "RC708",
        "bad-image",
        ERROR,
        "An image must have an alternative text, and must be a PNG or SVG that can be drawn.",
    ),
    Code(
        "RC709",
        "right-to-left",
        ERROR,
        "Text in an image must run from left to right. A figure of the handout with other names is left out.",
    ),
    Code("RC711", "bad-font", ERROR, "A file under `fonts` or in an `@font-face` must be a font that can be read."),
    Code(
        "RC712",
        "no-style",
        WARNING,
        "A typeface of your own needs a bold and an italic file; otherwise such text looks like the rest.",
    ),
    Code(
        "RC750",
        "link-without-name",
        WARNING,
        "The words of a link must say where it leads: not *here*, and not the address.",
        "A screen reader lists links by their words alone, and paper shows nothing else (WCAG 2.4.4: link purpose).",
        "The chart is [here](https://example.org/chart).",
        "The chart is in [the lecture's notes](https://example.org/chart).",
    ),
    Code(
        "RC751",
        "all-capitals",
        WARNING,
        "Three long words in a row must not be in capitals. Abbreviations are exempt.",
        "Capitals are slower to read, and screen readers may spell them out.",
        "WHICH ROLE BUILDS PIPELINES?",
        "Which role builds pipelines?",
    ),
    Code(
        "RC752",
        "refers-elsewhere",
        WARNING,
        "A text must not refer to something above or below it, to another card, or to a colour.",
        "A card is shown alone or read aloud: position and colour mean nothing then (WCAG 1.3.3: sensory "
        "characteristics; 1.4.1: use of colour).",
        "As shown above, what does the role build?",
        "What does a data engineer build?",
        english=True,
    ),
    # ------------------------------------------------------------ 8: packages and rehearsals
    Code("RC801", "no-package", ERROR, "A package must exist and be readable.", about="argument"),
    Code("RC802", "not-a-zip", ERROR, "A package must be a complete zip file."),
    Code(
        "RC803",
        "damaged-package",
        ERROR,
        "A package must unpack to an intact Anki collection, and not to more than a real package would.",
    ),
    Code("RC805", "no-collection", ERROR, "A package must contain a collection."),
    Code(
        "RC806",
        "newer-package",
        ERROR,
        "A package must be exported in the format that older Anki versions read too.",
    ),
    Code(
        "RC809",
        "unreadable-part",
        ERROR,
        "Every part of the database of a package must have the form that Anki gives it.",
    ),
    Code("RC810", "missing-reference", ERROR, "Everything that the rows of a package refer to must be in the package."),
    Code("RC811", "duplicate-guid", ERROR, "A GUID must be unique in its package."),
    Code("RC812", "bad-media", ERROR, "A package must list its media files as Anki does."),
    Code("RC820", "import-refused", ERROR, "Anki must be able to import the package."),
    Code("RC821", "rehearsal-failed", ERROR, "The rehearsal with Anki's own library must finish."),
)

CODES = {row.code: row for row in _ROWS}
"""Every code that the program reports, in order."""
