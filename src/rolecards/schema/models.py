"""The models of the content files. They validate files, and JSON Schemas are generated from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType, field
from msgspec.structs import fields

if TYPE_CHECKING:
    from collections.abc import Iterator


def _pattern(pattern: str, description: str, *, longest: int | None = None) -> Meta:
    """The metadata of a text with a pattern; messages show the description."""
    # Python's `$` also matches before a final line break; JSON Schema's `$` does not.
    strict = re.sub(r"\$$", r"(?!\\n)$", pattern)
    return Meta(pattern=strict, max_length=longest, extra_json_schema={"patternErrorMessage": description})


def _about(description: str, *examples: object, min_length: int | None = None) -> Meta:
    """The metadata of a value: what it is, and examples of it."""
    return Meta(description=description, examples=list(examples) or None, min_length=min_length)


Id = Annotated[
    str,
    _pattern(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", "lower-case letters, digits and single hyphens, such as `mle-tools`", longest=80
    ),
]
Text = Annotated[str, _pattern(r"\S", "text that is not only spaces")]
RoleId = Annotated[str, Meta(pattern=r"\S", description="The id of a role.")]
"""It has no pattern for ids: a malformed id is reported as an unknown role, with a suggestion."""
Year = Annotated[str, _pattern(r"^[12][0-9]{3}$", "a year with four digits, such as `2024`")]
Rank = Annotated[int, Meta(ge=1, le=99)]
Address = Annotated[str, _pattern(r"^(https?://\S+)?$", "an address that starts with `https://` or `http://`")]
DeckName = Annotated[str, _pattern(r"^[^:\"\s](?:[^:\"]*[^:\"\s])?$", "a deck name without colons or quotation marks")]
LanguageCode = Annotated[str, _pattern(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$", "a language code such as `en` or `pt-BR`")]
SourceCode = Annotated[str, _pattern(r"^[A-Za-z0-9-]+$", "letters, digits and hyphens, such as `C21`")]
SourceReference = Annotated[
    str, _pattern(r"^[A-Za-z0-9-]+(#.*\S)?$", "a code from `sources.yaml`, with an optional place such as `talk#L23`")
]
Sources = Annotated[tuple[SourceReference, ...], Meta(min_length=1)]
Values = Annotated[tuple[Text, ...], Meta(min_length=1)]
PartKey = Annotated[str, Meta(pattern=r"\S", description="A key of `parts` in `deck.yaml`; the default is the first.")]
SlotKey = Annotated[str, Meta(pattern=r"\S", description="A key of `slots` in `deck.yaml`: the section of the page.")]
Key = Annotated[str, _pattern(r"^[a-z0-9]+([-_][a-z0-9]+)*$", "lower-case letters, digits, hyphens and underscores")]
Claim = Annotated[str, _pattern(r"^([^{}]*\{value\}[^{}]*)?$", "text with `{value}`, such as `uses {value}`")]
Tag = Annotated[
    str, _pattern(r"^[^\s\"*]+$", "a tag without spaces and quotation marks, such as `exam::hard`", longest=80)
]
Tags = Annotated[tuple[Tag, ...], _about("Tags in Anki, below the tag of the deck.", ["exam", "hard"])]
Count = Annotated[int, Meta(ge=1, le=99)]
MediaPath = Annotated[str, _pattern(r"^\S.*$", "a path, relative to the content folder")]
Allow = Annotated[
    dict[Text, Text],
    _about(
        "Rules of `rolecards check` that do not apply here, each with the reason.",
        {"RC301": "the answer is a quotation to learn word for word"},
    ),
]
_OWNER = _about("Permanent identifier, used in tags and in other files.", "mle")
_SOURCES = _about("Codes from `sources.yaml`, each with an optional `#place`.", ["seed#L23", "N19"])
_AS_OF = _about("The year for which this is true; shown on cards and papers.", "2019")
_WHY = _about("Why the answer is right; shown below the answer.")
_SHORT_NAME = _about("The name where paper has little room, such as at the head of the map.", "Researcher")


class ContentEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all models: frozen, without unknown keys."""


class Sourced(ContentEntry, frozen=True, kw_only=True):
    """An entry with an id and sources."""

    id: Annotated[Id, _about("Permanent identifier. Learners' review history is tied to it.", "mle-tools")]
    src: Annotated[Sources, _SOURCES]
    tags: Tags = ()


class Picture(ContentEntry, frozen=True, kw_only=True):
    """A picture on cards and papers."""

    file: Annotated[MediaPath, _about("A PNG, JPEG, WebP, GIF or SVG file.", "pictures/confusion-matrix.png")]
    shows: Annotated[
        Text,
        _about(
            "The alternative text: what the picture shows, without the answer.", "a table with two rows and two columns"
        ),
    ]


_IMAGE = _about("A picture for the question.")
_BACK_IMAGE = _about("A picture for the answer; shown on the back.")
_SOUND = _about("A recording for the question: an MP3, Ogg, Opus, M4A or WAV file.", "sounds/heartbeat.mp3")
_HINT = _about("What learners may reveal before they answer.")


class Asked(Sourced, frozen=True, kw_only=True):
    """An entry that makes a note."""

    image: Annotated[Picture | UnsetType, _IMAGE] = UNSET
    back_image: Annotated[Picture | UnsetType, _BACK_IMAGE] = UNSET
    sound: Annotated[MediaPath, _SOUND] = ""
    hint: Annotated[str, _HINT] = ""


class Question(ContentEntry, frozen=True, kw_only=True):
    """A question and its answer, both with inline Markdown."""

    q: Annotated[Text, _about("The question: the front of the card.")]
    a: Annotated[Text, _about("The answer, usually 15 words at most.")]
    why: Annotated[str, _WHY] = ""


class Fact(Asked, frozen=True, kw_only=True):
    """One fact. It becomes one note and one line of the study guide. It needs either `cloze` or `qa`."""

    part: PartKey = ""
    slot: SlotKey = ""
    src_note: Annotated[str, _about("A remark for authors, such as how sources differ; never published.")] = ""
    as_of: Annotated[Year, _AS_OF] = ""
    cloze: Annotated[
        Text,
        _about(
            "A sentence with cloze deletions: `{{c1::hidden words::hint}}`.",
            "A data engineer builds {{c1::data pipelines}}.",
        ),
    ] = ""
    qa: Annotated[Question | UnsetType, _about("A question and its answer.")] = UNSET
    why: Annotated[str, _about("With `cloze` only: the reason; shown on the back.")] = ""
    reverse: Annotated[
        str,
        _about("With `qa` only: the question of a second card, which asks back.", "Who builds data pipelines?"),
    ] = ""
    reverse_answer: Annotated[
        str, _about("The answer of the second card; the default is the question of the first.")
    ] = ""
    typed: Annotated[
        str,
        _about("With `qa` only: the word that learners type, or `yes` to type the answer.", "yes"),
    ] = ""
    statement: Annotated[
        str | UnsetType,
        _about(
            "The fact as a phrase on the role's page, with the words that the card asks for in bold. The "
            "default is the cloze text, or the question with its answer. An empty text keeps it off the page.",
            "**Trains** prediction models and also **deploys** them.",
        ),
    ] = UNSET
    row: Annotated[
        tuple[Text, ...],
        _about(
            "In a topic with `columns`: the cells of its row in the study guide. `why` fills a last column "
            "that has no cell.",
            ["In the product teams", "the **engineers who deployed it**"],
        ),
    ] = ()
    index: Annotated[
        dict[Text, Values],
        _about(
            "The fact as keywords: relation and values. Reverse questions, the comparison of roles and "
            "the search for ambiguous questions read it.",
            {"tool": ["tensorflow", "docker"]},
        ),
    ] = {}
    allow: Allow = {}


class Skills(ContentEntry, frozen=True, kw_only=True):
    """The role's ranks on the skills chart."""

    as_of: Annotated[Year, _about("The year of the chart.", "2021")]
    src: Annotated[Sources, _SOURCES]
    ranks: Annotated[
        dict[Text, Rank],
        _about(
            "By skill, the rank among all roles; 1 is the highest.",
            {"ml": 2, "software": 3, "communication": 4},
            min_length=1,
        ),
    ]


class Practice(Sourced, frozen=True, kw_only=True):
    """An open question to answer aloud. In the study guide only."""

    prompt: Annotated[Text, _about("The question or task.")]
    listen_for: Annotated[tuple[Text, ...], _about("What a good answer mentions, in four to six points.", min_length=1)]
    tests: Annotated[str, _about("What the question tests; printed with the points.")] = ""
    weak: Annotated[str, _about("A typical weak answer; printed with the points.")] = ""
    minutes: Annotated[Count | UnsetType, _about("Minutes to speak; printed behind the prompt.")] = UNSET


class Ask(Sourced, frozen=True, kw_only=True):
    """A question to ask the interviewer. In the study guide only."""

    text: Annotated[Text, _about("The question.")]


class Round(ContentEntry, frozen=True, kw_only=True):
    """A round of the interviews for a role."""

    text: Annotated[Text, _about("What happens in the round.", "Coding, by phone or take-home")]
    src: Annotated[Sources, _SOURCES]


class Role(ContentEntry, frozen=True, kw_only=True):
    """A role of the team, one file each: `content/roles/*.yaml`."""

    schema_: Literal["rolecards/role@1"] = field(name="schema")
    id: Annotated[Id, _OWNER]
    name: Annotated[Text, _about("The name on cards: singular, without an article.", "ML Engineer")]
    one_line: Annotated[
        Text, _about("What only this role does, without its name. Becomes the question *Which role is this?*")
    ]
    full_name: Annotated[str, _about("The name written out; printed above the role's page.")] = ""
    short: Annotated[str, _SHORT_NAME] = ""
    in_text: Annotated[str, _about("The name inside a sentence.", "ML engineer")] = ""
    thirty_seconds: Annotated[
        str, _about("The role in 30 spoken seconds, at the top of its page; the default is `one_line`.")
    ] = ""
    loop: Annotated[tuple[Round, ...], _about("The rounds of the interviews, in their order.")] = ()
    aliases: Annotated[tuple[Text, ...], _about("Other names. No other role may have them.", ["MLE"])] = ()
    group: Annotated[
        str, _about("A key of `groups` in `deck.yaml`: the role's place among the roles, shown on its page.")
    ] = ""
    who_card: Annotated[bool, _about("Whether the role has a card *Which role is this?*")] = True
    video: Annotated[Address, _about("The address of a lecture about the role.")] = ""
    skills: Annotated[Skills | UnsetType, _about("Ranks for the skills chart.")] = UNSET
    image: Annotated[Picture | UnsetType, _IMAGE] = UNSET
    back_image: Annotated[Picture | UnsetType, _BACK_IMAGE] = UNSET
    sound: Annotated[MediaPath, _SOUND] = ""
    hint: Annotated[str, _HINT] = ""
    allow: Allow = {}
    tags: Tags = ()
    facts: Annotated[tuple[Fact, ...], _about("The facts about the role.")] = ()
    practice: Annotated[tuple[Practice, ...], _about("Open questions to answer aloud.")] = ()
    ask_them: Annotated[tuple[Ask, ...], _about("Questions to ask the interviewer.")] = ()


Written = Asked | Role
"""The models that produce notes. Each has an `id` that is unique in the content folder."""


class Topic(ContentEntry, frozen=True, kw_only=True):
    """Facts about the whole team instead of one role, one file each: `content/topics/*.yaml`."""

    schema_: Literal["rolecards/topic@1"] = field(name="schema")
    id: Annotated[Id, _OWNER]
    name: Annotated[Text, _about("The heading in the study guide.")]
    facts: Annotated[tuple[Fact, ...], _about("The facts.", min_length=1)]
    intro: Annotated[str, _about("A sentence below the heading in the study guide.")] = ""
    columns: Annotated[
        tuple[Text, ...],
        _about(
            "The heads of a table in place of a list; each fact is a row, with the cells in `row`.",
            ["ML sits", "Owner of the model", "Because"],
        ),
    ] = ()
    tags: Tags = ()
    allow: Allow = {}


class Contrast(Asked, frozen=True, kw_only=True):
    """A question that tells apart two roles that are easily confused."""

    a: Annotated[RoleId, _about("The id of the first role.")]
    b: Annotated[RoleId, _about("The id of the second role.")]
    q: Annotated[Text, _about("The question, asked for both roles.")]
    a_ans: Annotated[Text, _about("The answer for the first role.")]
    b_ans: Annotated[Text, _about("The answer for the second role.")]
    why: Annotated[Text, _WHY]
    part: PartKey = ""
    common: Annotated[
        str,
        _about(
            "What both have in common, on the pages of both roles; the default is the question without its "
            "last sentence.",
            "Both deploy.",
        ),
    ] = ""
    as_of: Annotated[Year, _AS_OF] = ""
    allow: Allow = {}


class Contrasts(ContentEntry, frozen=True, kw_only=True):
    """Pairs of roles that are easily confused: `content/contrasts.yaml`."""

    schema_: Literal["rolecards/contrasts@1"] = field(name="schema")
    contrasts: Annotated[tuple[Contrast, ...], _about("The contrasts.", min_length=1)]


class Handoff(Asked, frozen=True, kw_only=True):
    """What one role hands over to others. It needs `to`, `to_name` or both."""

    from_: Annotated[RoleId, _about("The id of the role that hands over.")] = field(name="from")
    what: Annotated[Text, _about("What is handed over: the answer of the card.")]
    part: PartKey = ""
    to: Annotated[tuple[RoleId, ...], _about("The ids of the roles that receive it.")] = ()
    to_name: Annotated[
        str, _about("The receivers in words, instead of the names of the roles.", "those who train the models")
    ] = ""
    why: Annotated[str, _WHY] = ""
    as_of: Annotated[Year, _AS_OF] = ""
    allow: Allow = {}


class Handoffs(ContentEntry, frozen=True, kw_only=True):
    """What roles hand over to each other: `content/handoffs.yaml`."""

    schema_: Literal["rolecards/handoffs@1"] = field(name="schema")
    handoffs: Annotated[tuple[Handoff, ...], _about("The handoffs.", min_length=1)]


class Scenario(Asked, frozen=True, kw_only=True):
    """A situation that is the job of one role."""

    text: Annotated[Text, _about("The situation, without the name of the role.")]
    role: Annotated[RoleId, _about("The id of the role: the answer.")]
    why: Annotated[Text, _WHY]
    part: PartKey = ""
    allow: Allow = {}


class Scenarios(ContentEntry, frozen=True, kw_only=True):
    """Situations with the question *Whose job is it?*: `content/scenarios.yaml`."""

    schema_: Literal["rolecards/scenarios@1"] = field(name="schema")
    scenarios: Annotated[tuple[Scenario, ...], _about("The scenarios.", min_length=1)]


class Reverse(Asked, frozen=True, kw_only=True):
    """A question that leads from keywords back to roles. rolecards finds the answer in the `index` of all facts."""

    ask: Annotated[
        Literal["who", "set"],
        _about(
            "`who`: exactly one role has the keywords; `set`: two or three have them, and the question says how many."
        ),
    ]
    of: Annotated[
        dict[Text, Values],
        _about(
            "The keywords: relations and values. The answer is the roles that have all of them.",
            {"tool": ["docker"]},
            min_length=1,
        ),
    ]
    part: PartKey = ""
    why: Annotated[str, _WHY] = ""
    as_of: Annotated[Year, _AS_OF] = ""
    allow: Allow = {}


class Reverses(ContentEntry, frozen=True, kw_only=True):
    """Questions from keywords back to roles: `content/reverse.yaml`."""

    schema_: Literal["rolecards/reverse@1"] = field(name="schema")
    reverse: Annotated[tuple[Reverse, ...], _about("The questions.", min_length=1)]


class Source(ContentEntry, frozen=True, kw_only=True):
    """A source of facts."""

    code: Annotated[SourceCode, _about("The code that `src` refers to.", "C21")]
    title: Annotated[Text, _about("The title as cards and papers cite it.")]
    short: Annotated[str, _SHORT_NAME] = ""
    url: Annotated[Address, _about("The address that the citation links to.")] = ""
    read: Annotated[str, _about("When you read it; printed in the list of sources.", "2026-11")] = ""
    note: Annotated[str, _about("A remark for authors, such as its licence; never published.")] = ""
    text: Annotated[
        str,
        _about(
            "A text file with the source's words, relative to the content folder. `check` reports cards "
            "that copy from it.",
            "texts/lecture.txt",
        ),
    ] = ""


class SourceList(ContentEntry, frozen=True, kw_only=True):
    """Where facts come from: `content/sources.yaml`."""

    schema_: Literal["rolecards/sources@1"] = field(name="schema")
    sources: Annotated[tuple[Source, ...], _about("The sources.", min_length=1)]


Cells = Annotated[dict[RoleId, Text], Meta(examples=[{"mle": "packages the model, puts it live"}])]


class Phase(ContentEntry, frozen=True, kw_only=True):
    """A phase of the work: a row of the map, and a field of the strip on each role's page."""

    id: Annotated[Id, _about("The id, for `back_to`.", "deploy")]
    name: Annotated[Text, _about("One word, also in the strip.", "Deploy")]
    out: Annotated[Text, _about("What leaves the phase.", "A packaged prediction system")]
    asks: Annotated[str, _about("The question of the phase.", "How does it go live?")] = ""
    leads: Annotated[Cells, _about("By role id, what those who lead the phase do.")] = {}
    helps: Annotated[Cells, _about("By role id, what those who help do.")] = {}
    to: Annotated[str, _about("Who receives what leaves the phase.", "DevOps")] = ""
    back_to: Annotated[tuple[str, ...], _about("The ids of phases that it sends the work back to.", ["data"])] = ()
    cards: Annotated[
        dict[RoleId, tuple[str, ...]],
        _about(
            "By role id, the ids of cards that say what its cell says; `out` has those of what leaves.",
            {"mle": ["mle-trains-and-deploys"], "out": ["handoff-mle-do"]},
        ),
    ] = {}


class PhaseMap(ContentEntry, frozen=True, kw_only=True):
    """Who leads and who helps in which phase: `content/map.yaml`."""

    schema_: Literal["rolecards/map@1"] = field(name="schema")
    phases: Annotated[tuple[Phase, ...], _about("The phases in their order, four to seven.", min_length=1)]
    rows: Annotated[
        tuple[Text, ...],
        _about("Relations of the `index` to print below the phases.", ["produces", "tool"]),
    ] = ()
    allow: Allow = {}


class Limits(ContentEntry, frozen=True, kw_only=True):
    """The limits of `rolecards check`. The defaults were calibrated on published decks."""

    answer_words: Annotated[Count, _about("Maximum words of an answer; more cause a warning.")] = 15
    answer_words_most: Annotated[Count, _about("Maximum words of an answer; more cause an error.")] = 25
    question_words: Annotated[Count, _about("Maximum words of a question; more cause a warning.")] = 30
    question_words_most: Annotated[Count, _about("Maximum words of a question; more cause an error.")] = 45
    scenario_words_most: Annotated[Count, _about("Maximum words of a scenario; more cause an error.")] = 60
    answer_items: Annotated[Count, _about("Maximum items of a list in an answer.")] = 3
    cloze_words: Annotated[Count, _about("Maximum words of a cloze deletion; more cause a warning.")] = 6
    cloze_words_most: Annotated[Count, _about("Maximum words of a cloze deletion; more cause an error.")] = 10
    cloze_context: Annotated[Count, _about("Minimum content words outside a cloze deletion.")] = 3
    cloze_numbers: Annotated[Count, _about("Maximum cards of a cloze text.")] = 3
    copied_words: Annotated[Count, _about("Consecutive words copied from a source; this many cause a warning.")] = 5
    copied_words_most: Annotated[Count, _about("Consecutive words copied from a source; this many cause an error.")] = 7
    alike_percent: Annotated[
        int,
        Meta(ge=50, le=99, description="Maximum shared words in percent; above it, two questions are near-duplicates."),
    ] = 70
    owner_notes: Annotated[Count, _about("Minimum notes of a role or topic; fewer cause a warning.")] = 3


class Noun(ContentEntry, frozen=True, kw_only=True):
    """A noun for one and for several."""

    one: Annotated[Text, _about("The noun for one.", "country")]
    many: Annotated[Text, _about("The noun for several.", "countries")]


class Relation(ContentEntry, frozen=True, kw_only=True):
    """A relation of the facts' `index`: its heading, and how questions ask for it."""

    heading: Annotated[Text, _about("Its heading in comparisons of the roles.", "Tools")]
    one: Annotated[Claim, _about("What is true of one role, with `{value}`; ends a question.", "uses {value}")] = ""
    many: Annotated[Claim, _about("What is true of several roles, with `{value}`.", "use {value}")] = ""


DEFAULT_PARTS = ("core", "more", "beyond")
DEFAULT_SLOTS = ("function", "delivers", "tools", "background", "skills", "boundary", "caveat")
"""The keys of a deck that names none. Their headings are phrases of the deck's language."""


class DeckSettings(ContentEntry, frozen=True, kw_only=True):
    """The deck as a whole: `content/deck.yaml`."""

    schema_: Literal["rolecards/deck@1"] = field(name="schema")
    id: Annotated[Id, _about("Permanent identifier: names the files, and identifies every note in Anki.")]
    name: Annotated[DeckName, _about("The deck's name in Anki. Permanent: Anki recognises the deck by its name.")]
    version: Annotated[Text, _about("The version, shown in Anki and on the study guide.")] = "1"
    language: Annotated[
        LanguageCode,
        _about("The language of the papers: `en`, `de`, or one with a file in `words/` of your templates."),
    ] = "en"
    title: Annotated[str, _about("The title on papers; the default is `name`.")] = ""
    subtitle: Annotated[str, _about("The line below the title of the study guide.")] = ""
    credit: Annotated[
        str, _about("Who the facts come from; shown in the deck's description and on the study guide.")
    ] = ""
    licence: Annotated[
        str,
        _about(
            "The licence of the content, as an SPDX identifier or a sentence; shown in the deck's "
            "description and on papers.",
            "CC-BY-4.0",
        ),
    ] = ""
    subject: Annotated[
        str,
        _about(
            "What the roles belong to; used in questions, without inflection: in German in the nominative, as "
            "`Stadttheater` in *Beruf gesucht (Stadttheater)*.",
            "a hospital ward",
        ),
    ] = ""
    role: Annotated[
        Noun | UnsetType,
        _about(
            "The noun for a role of this deck; the default is *role*, *roles*.", {"one": "country", "many": "countries"}
        ),
    ] = UNSET
    parts: Annotated[
        dict[Key, DeckName],
        _about(
            "The parts in the order of study, by key: the name of the subdeck, which is permanent. The "
            "first part is the core. The default has the keys `core`, `more` and `beyond`.",
            {"core": "1 Core", "more": "2 More"},
        ),
    ] = {}
    slots: Annotated[
        dict[Key, Text],
        _about(
            "The sections of a role's page in their order, by key: the heading. The default has the keys "
            "`function`, `delivers`, `tools`, `background`, `skills`, `boundary` and `caveat`.",
            {"capital": "Capital", "border": "Borders"},
        ),
    ] = {}
    groups: Annotated[
        dict[Key, Text], _about("The groups of roles, by key: the heading.", {"north": "Northern Europe"})
    ] = {}
    relations: Annotated[
        dict[Key, Relation],
        _about(
            "The relations of the facts' `index`, by key. If there are any, `index` may contain no others.",
            {"tool": {"heading": "Tools", "one": "uses {value}", "many": "use {value}"}},
        ),
    ] = {}
    skills: Annotated[
        dict[Text, Text], _about("The skills of the roles' `ranks`, by key: the heading.", {"ml": "Machine learning"})
    ] = {}
    who_cards: Annotated[bool, _about("Whether roles have a card *Which role is this?*")] = True
    explain: Annotated[bool, _about("Whether notes have cards that ask to explain a bold term.")] = True
    words: Annotated[
        dict[Text, dict[Text, Text]],
        _about(
            "Phrases that replace ours on cards and papers, by section and name as in `words/en.yaml` of "
            "the built-in templates.",
            {"card": {"scenario": "Who takes care of it?"}},
        ),
    ] = {}
    templates: Annotated[
        str,
        _about(
            "A folder with your own templates, relative to this file; inside the content folder or next to it.",
            "../templates",
        ),
    ] = ""
    schemas: Annotated[
        str,
        _about(
            "A folder to which `build` writes JSON Schemas with the keys of this deck, for editors; "
            "relative to this file, inside the content folder or next to it.",
            "../schemas",
        ),
    ] = ""
    roles: Annotated[tuple[RoleId, ...], _about("The order of the roles; the default is the order of file names.")] = ()
    fonts: Annotated[
        tuple[Text, ...],
        _about(
            "Font files in the content folder, for characters that the built-in typeface lacks.",
            ["NotoSansHebrew-Regular.ttf"],
        ),
    ] = ()
    renames: Annotated[
        dict[Id, Id],
        _about("Old note ids and their new ones. The review history moves to the new id.", {"mle-tool": "mle-tools"}),
    ] = {}
    same_cards: Annotated[
        dict[Id, dict[Text, Text]],
        _about(
            "Per note id, hidden words as published and as they are now. The card keeps its reviews.",
            {"mle-tools": {"metrics": "offline metrics"}},
        ),
    ] = {}
    limits: Annotated[Limits, _about("The limits of `rolecards check`.")] = Limits()
    allow: Annotated[
        Allow, _about("Rules of `rolecards check` that do not apply in the whole deck, each with the reason.")
    ] = {}

    @property
    def part_keys(self) -> tuple[str, ...]:
        """The keys of the parts in the order of study; the first part is the core."""
        return tuple(self.parts) or DEFAULT_PARTS

    @property
    def slot_keys(self) -> tuple[str, ...]:
        """The keys of the slots in the order of a role's page."""
        return tuple(self.slots) or DEFAULT_SLOTS


File = DeckSettings | Role | Topic | Contrasts | Handoffs | Scenarios | Reverses | SourceList | PhaseMap

SCHEMAS: dict[str, type[File]] = {get_args(fields(model)[0].type)[0]: model for model in get_args(File)}
"""By the value of `schema:`, the model of the file."""


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the files with `schema: NAME`."""
    return msgspec.json.schema(SCHEMAS[name])


def parts(schema: object) -> Iterator[dict[str, Any]]:
    """Every mapping in a JSON Schema, outer mappings first; callers may change each mapping."""
    if isinstance(schema, dict):
        yield schema
        schema = list(schema.values())
    for part in schema if isinstance(schema, list | tuple) else ():
        yield from parts(part)
