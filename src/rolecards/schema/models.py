"""The models of the content files. They validate files, and JSON Schemas are generated from them."""

# Annotations are evaluated once, in place: as texts, Python would compile and evaluate each of some 300 at every start.

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, UnsetType, field


def _pattern(pattern: str, description: str, *, longest: int | None = None) -> Meta:
    """The metadata of a text with a pattern; messages show the description."""
    # Python's `$` also matches before a final line break; JSON Schema's `$` does not.
    strict = re.sub(r"\$$", r"(?!\\n)$", pattern)
    return Meta(pattern=strict, max_length=longest, extra_json_schema={"patternErrorMessage": description})


class _Described(NamedTuple):
    """What `_about` and `_optional` put in place of a default."""

    meta: Meta
    default: Any = None  # without one, the empty value of the type


def _about(description: str, *examples: object, default: object = field(), min_length: int | None = None) -> Any:  # noqa: ANN401 - a field of any type
    """What a value is, with examples of it; without a default it is required."""
    return _Described(Meta(description=description, examples=list(examples) or None, min_length=min_length), default)


def _optional(description: str, *examples: object) -> Any:  # noqa: ANN401 - a field of any type
    """What a value is, with examples of it; the default is empty."""
    return _Described(Meta(description=description, examples=list(examples) or None))


def _empty(kind: Any) -> Any:  # noqa: ANN401 - of any type
    """The empty value of a type."""
    if UnsetType in get_args(kind):
        return UNSET
    while origin := get_origin(kind):
        kind = kind.__origin__ if origin is Annotated else origin
    return kind()


class _Describing(msgspec.StructMeta):
    """Moves the descriptions of fields into their types, where msgspec looks for them."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> "_Describing":  # noqa: ANN401
        for key, value in namespace.items():
            if isinstance(value, _Described):
                types = namespace["__annotations__"]
                default = _empty(types[key]) if value.default is None else value.default
                types[key], namespace[key] = Annotated[types[key], value.meta], default
        return super().__new__(cls, name, bases, namespace, **options)


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
Address = Annotated[str, _pattern(r"^(https?://\S+)?$", "an address that starts with `https://` or `http://`")]
DeckName = Annotated[str, _pattern(r"^[^:\"\s](?:[^:\"]*[^:\"\s])?$", "a deck name without colons or quotation marks")]
LanguageCode = Annotated[str, _pattern(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$", "a language code such as `en` or `pt-BR`")]
SourceCode = Annotated[str, _pattern(r"^[A-Za-z0-9-]+$", "letters, digits and hyphens, such as `C21`")]
SourceReference = Annotated[
    str, _pattern(r"^[A-Za-z0-9-]+(#.*\S)?$", "a code from `sources.yaml`, with an optional place such as `talk#L23`")
]
Sources = Annotated[
    tuple[SourceReference, ...],
    _about("Codes from `sources.yaml`, each with an optional `#place`.", ["seed#L23", "N19"], min_length=1).meta,
]
Values = Annotated[tuple[Text, ...], Meta(min_length=1)]
PartKey = Annotated[str, Meta(pattern=r"\S", description="A key of `parts` in `deck.yaml`; the default is the first.")]
SlotKey = Annotated[
    str, Meta(pattern=r"\S", description="A key of `slots` in `deck.yaml`: the section of the page; required in roles.")
]
Key = Annotated[str, _pattern(r"^[a-z0-9]+([-_][a-z0-9]+)*$", "lower-case letters, digits, hyphens and underscores")]
Claim = Annotated[str, _pattern(r"^([^{}]*\{value\}[^{}]*)?$", "text with `{value}`, such as `uses {value}`")]
Tag = Annotated[
    str, _pattern(r"^[^\s\"*]+$", "a tag without spaces and quotation marks, such as `exam::hard`", longest=80)
]
Tags = Annotated[tuple[Tag, ...], _about("Tags in Anki, below the tag of the deck.", ["exam", "hard"]).meta]
Count = Annotated[int, Meta(ge=1, le=99)]
MediaPath = Annotated[str, _pattern(r"^\S.*$", "a path, relative to the content folder")]
Allow = Annotated[
    dict[Text, Text],
    _about(
        "Rules of `rolecards check` that do not apply here, each with the reason.",
        {"RC301": "the answer is a quotation to learn word for word"},
    ).meta,
]
_OWNER = _about("Permanent identifier, used in tags and in other files.", "mle")
_AS_OF = _optional("The year for which this is true; shown on cards and papers.", "2019")
_WHY = "Why the answer is right; shown below the answer."
_SHORT_NAME = _optional("The name where paper has little room, such as at the head of the map.", "Researcher")


class ContentEntry(msgspec.Struct, metaclass=_Describing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all models: frozen, without unknown keys."""


class Sourced(ContentEntry, frozen=True, kw_only=True):
    """An entry with an id and sources."""

    id: Id = _about("Permanent identifier. Learners' review history is tied to it.", "mle-tools")
    src: Sources
    tags: Tags = ()


class Picture(ContentEntry, frozen=True, kw_only=True):
    """A picture on cards and papers."""

    file: MediaPath = _about("A PNG, JPEG, WebP, GIF or SVG file.", "pictures/confusion-matrix.png")
    shows: Text = _about(
        "The alternative text: what the picture shows, without the answer.", "a table with two rows and two columns"
    )


_IMAGE = _optional("A picture for the question.")
_BACK_IMAGE = _optional("A picture for the answer; shown on the back.")
_SOUND = _optional("A recording for the question: an MP3, Ogg, Opus, M4A or WAV file.", "sounds/heartbeat.mp3")
_HINT = _optional("What learners may reveal before they answer.")


class Asked(Sourced, frozen=True, kw_only=True):
    """An entry that makes a note."""

    image: Picture | UnsetType = _IMAGE
    back_image: Picture | UnsetType = _BACK_IMAGE
    sound: MediaPath = _SOUND
    hint: str = _HINT
    part: PartKey = ""
    allow: Allow = {}


class Question(ContentEntry, frozen=True, kw_only=True):
    """A question and its answer, both with inline Markdown."""

    q: Text = _about("The question: the front of the card.")
    a: Text = _about("The answer, usually 15 words at most.")
    why: str = _optional(_WHY)


class Fact(Asked, frozen=True, kw_only=True):
    """One fact. It becomes one note and one line of the study guide. It needs either `cloze` or `qa`."""

    slot: SlotKey = ""
    src_note: str = _optional("A remark for authors, such as how sources differ; never published.")
    as_of: Year = _AS_OF
    cloze: Text = _optional(
        "A sentence with cloze deletions: `{{c1::hidden words::hint}}`.",
        "A data engineer builds {{c1::data pipelines}}.",
    )
    qa: Question | UnsetType = _optional("A question and its answer.")
    why: str = _optional("With `cloze` only: the reason; shown on the back.")
    reverse: str = _optional(
        "With `qa` only: the question of a second card, which asks in reverse.", "Who builds data pipelines?"
    )
    reverse_answer: str = _optional("The answer of the second card; the default is the question of the first.")
    typed: str = _optional("With `qa` only: the word that learners type, or `yes` to type the answer.", "yes")
    statement: str | UnsetType = _optional(
        "The fact as a phrase on the role's page, with the words that the card asks for in bold. The "
        "default is the cloze text, or the question with its answer. An empty text keeps it off the page.",
        "**Trains** prediction models and also **deploys** them.",
    )
    row: tuple[Text, ...] = _optional(
        "In a topic with `columns`: the cells of its row in the study guide. `why` fills a last column "
        "that has no cell.",
        ["In the product teams", "the **engineers who deployed it**"],
    )
    index: dict[Text, Values] = _optional(
        "The fact as keywords: relation and values. Reverse questions, the comparison of roles and "
        "the search for ambiguous questions read it.",
        {"tool": ["tensorflow", "docker"]},
    )


class Skills(ContentEntry, frozen=True, kw_only=True):
    """The role's ranks on the skills chart."""

    as_of: Year = _about("The year of the chart.", "2021")
    src: Sources
    ranks: dict[Text, Count] = _about(
        "By skill, the rank among all roles; 1 is the highest.",
        {"ml": 2, "software": 3, "communication": 4},
        min_length=1,
    )


class Practice(Sourced, frozen=True, kw_only=True):
    """An open question to answer aloud. In the study guide only."""

    prompt: Text = _about("The question or task.")
    listen_for: tuple[Text, ...] = _about("What a good answer mentions, in four to six points.", min_length=1)
    tests: str = _optional("What the question tests; printed with the points.")
    weak: str = _optional("A typical weak answer; printed with the points.")
    minutes: Count | UnsetType = _optional("Minutes to speak; printed after the prompt.")


class Ask(Sourced, frozen=True, kw_only=True):
    """A question to ask the interviewer. In the study guide only."""

    text: Text = _about("The question.")


class Round(ContentEntry, frozen=True, kw_only=True):
    """A round of the interviews for a role."""

    text: Text = _about("What happens in the round.", "Coding, by phone or take-home")
    src: Sources


class Role(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/role@1"):
    """A role of the team, one file each: `content/roles/*.yaml`."""

    id: Id = _OWNER
    name: Text = _about("The name on cards: singular, without an article.", "ML Engineer")
    one_line: Text = _about("What only this role does, without its name. Becomes the question *Which role is this?*")
    full_name: str = _optional("The name written out; printed above the role's page.")
    short: str = _SHORT_NAME
    in_text: str = _optional("The name inside a sentence.", "ML engineer")
    thirty_seconds: str = _optional("The role in 30 spoken seconds, at the top of its page; the default is `one_line`.")
    loop: tuple[Round, ...] = _optional("The rounds of the interviews, in their order.")
    aliases: tuple[Text, ...] = _optional("Other names. No other role may have them.", ["MLE"])
    group: str = _optional("A key of `groups` in `deck.yaml`: the role's place among the roles, shown on its page.")
    who_card: bool = _about("Whether the role has a card *Which role is this?*", default=True)
    video: Address = _optional("The address of a lecture about the role.")
    skills: Skills | UnsetType = _optional("Ranks for the skills chart.")
    image: Picture | UnsetType = _IMAGE
    back_image: Picture | UnsetType = _BACK_IMAGE
    sound: MediaPath = _SOUND
    hint: str = _HINT
    allow: Allow = {}
    tags: Tags = ()
    facts: tuple[Fact, ...] = _optional("The facts about the role.")
    practice: tuple[Practice, ...] = _optional("Open questions to answer aloud.")
    ask_them: tuple[Ask, ...] = _optional("Questions to ask the interviewer.")

    @property
    def names(self) -> tuple[str, ...]:
        """All its names."""
        return tuple(name for name in (self.name, self.full_name, *self.aliases) if name)


Written = Asked | Role  # the models that produce notes; each has an `id` that is unique in the content folder


class Topic(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/topic@1"):
    """Facts about the whole team instead of one role, one file each: `content/topics/*.yaml`."""

    id: Id = _OWNER
    name: Text = _about("The heading in the study guide.")
    facts: tuple[Fact, ...] = _about("The facts.", min_length=1)
    intro: str = _optional("A sentence below the heading in the study guide.")
    columns: tuple[Text, ...] = _optional(
        "The column headings of a table that replaces the list; each fact is a row, with the cells in `row`.",
        ["ML sits", "Owner of the model", "Because"],
    )
    tags: Tags = ()
    allow: Allow = {}


class Contrast(Asked, frozen=True, kw_only=True):
    """A question that distinguishes two roles that are easily confused."""

    a: RoleId = _about("The id of the first role.")
    b: RoleId = _about("The id of the second role.")
    q: Text = _about("The question, asked for both roles.")
    a_ans: Text = _about("The answer for the first role.")
    b_ans: Text = _about("The answer for the second role.")
    why: Text = _about(_WHY)
    common: str = _optional(
        "What both have in common, on the pages of both roles; the default is the question without its last sentence.",
        "Both deploy.",
    )
    as_of: Year = _AS_OF


class Contrasts(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/contrasts@1"):
    """Pairs of roles that are easily confused: `content/contrasts.yaml`."""

    contrasts: tuple[Contrast, ...] = _about("The contrasts.", min_length=1)


class Handoff(Asked, frozen=True, kw_only=True):
    """What one role hands over to others. It needs `to`, `to_name` or both."""

    from_: RoleId = _about("The id of the role that hands over.", default=field(name="from"))
    what: Text = _about("What the role hands over: the answer of the card.")
    to: tuple[RoleId, ...] = _optional("The ids of the roles that receive it.")
    to_name: str = _optional("The receivers in words, instead of the names of the roles.", "those who train the models")
    why: str = _optional(_WHY)
    as_of: Year = _AS_OF


class Handoffs(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/handoffs@1"):
    """What roles hand over to each other: `content/handoffs.yaml`."""

    handoffs: tuple[Handoff, ...] = _about("The handoffs.", min_length=1)


class Scenario(Asked, frozen=True, kw_only=True):
    """A situation that is the job of one role."""

    text: Text = _about("The situation, without the name of the role.")
    role: RoleId = _about("The id of the role: the answer.")
    why: Text = _about(_WHY)


class Scenarios(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/scenarios@1"):
    """Situations with the question *Whose job is it?*: `content/scenarios.yaml`."""

    scenarios: tuple[Scenario, ...] = _about("The scenarios.", min_length=1)


class Reverse(Asked, frozen=True, kw_only=True):
    """A question that leads from keywords back to roles. rolecards finds the answer in the `index` of all facts."""

    ask: Literal["who", "set"] = _about(
        "`who`: exactly one role has the keywords; `set`: two or three have them, and the question says how many."
    )
    of: dict[Text, Values] = _about(
        "The keywords: relations and values. The answer is the roles that have all of them.",
        {"tool": ["docker"]},
        min_length=1,
    )
    why: str = _optional(_WHY)
    as_of: Year = _AS_OF


class Reverses(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/reverse@1"):
    """Questions from keywords back to roles: `content/reverse.yaml`."""

    reverse: tuple[Reverse, ...] = _about("The questions.", min_length=1)


class Source(ContentEntry, frozen=True, kw_only=True):
    """A source of facts."""

    code: SourceCode = _about("The code that `src` refers to.", "C21")
    title: Text = _about("The title as cards and papers cite it.")
    short: str = _SHORT_NAME
    url: Address = _optional("The address that the citation links to.")
    read: str = _optional("When you read it; printed in the list of sources.", "2026-11")
    note: str = _optional("A remark for authors, such as its licence; never published.")
    text: str = _optional(
        "A text file with the source's words, relative to the content folder. `check` reports cards that copy from it.",
        "texts/lecture.txt",
    )


class SourceList(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/sources@1"):
    """Where facts come from: `content/sources.yaml`."""

    sources: tuple[Source, ...] = _about("The sources.", min_length=1)


Cells = Annotated[dict[RoleId, Text], Meta(examples=[{"mle": "packages the model, puts it live"}])]


class Phase(ContentEntry, frozen=True, kw_only=True):
    """A phase of the work: a row of the map, and a field of the strip on each role's page."""

    id: Id = _about("The id, for `back_to`.", "deploy")
    name: Text = _about("One word; also printed in the strip.", "Deploy")
    out: Text = _about("What leaves the phase.", "A packaged prediction system")
    asks: str = _optional("The question of the phase.", "How does it go live?")
    leads: Cells = _optional("By role id, what those who lead the phase do.")
    helps: Cells = _optional("By role id, what those who help do.")
    to: str = _optional("Who receives what leaves the phase.", "DevOps")
    back_to: tuple[str, ...] = _optional("The ids of phases that it sends the work back to.", ["data"])
    cards: dict[RoleId, tuple[str, ...]] = _optional(
        "By role id, the ids of cards that support its cell; under `out`, those that support what leaves the phase.",
        {"mle": ["mle-trains-and-deploys"], "out": ["handoff-mle-do"]},
    )


class PhaseMap(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/map@1"):
    """Who leads and who helps in which phase: `content/map.yaml`."""

    phases: tuple[Phase, ...] = _about("The phases in their order, four to seven.", min_length=1)
    rows: tuple[Text, ...] = _optional("Relations of the `index` to print below the phases.", ["produces", "tool"])
    allow: Allow = {}


class Limits(ContentEntry, frozen=True, kw_only=True):
    """The limits of `rolecards check`. The defaults were calibrated on published decks."""

    answer_words: Count = _about("Maximum words in an answer; more cause a warning.", default=15)
    answer_words_most: Count = _about("Maximum words in an answer; more cause an error.", default=25)
    question_words: Count = _about("Maximum words in a question; more cause a warning.", default=30)
    question_words_most: Count = _about("Maximum words in a question; more cause an error.", default=45)
    scenario_words_most: Count = _about("Maximum words in a scenario; more cause an error.", default=60)
    answer_items: Count = _about("Maximum items in an answer that is a list.", default=3)
    cloze_words: Count = _about("Maximum words in a cloze deletion; more cause a warning.", default=6)
    cloze_words_most: Count = _about("Maximum words in a cloze deletion; more cause an error.", default=10)
    cloze_context: Count = _about("Minimum content words outside a cloze deletion.", default=3)
    cloze_numbers: Count = _about("Maximum cards per cloze text.", default=3)
    copied_words: Count = _about("Consecutive words copied from a source; this many cause a warning.", default=5)
    copied_words_most: Count = _about("Consecutive words copied from a source; this many cause an error.", default=7)
    alike_percent: Annotated[int, Meta(ge=50, le=99)] = _about(
        "Maximum shared words in percent; with more, two questions are near-duplicates.", default=70
    )
    owner_notes: Count = _about("Minimum notes per role or topic; fewer cause a warning.", default=3)


class Noun(ContentEntry, frozen=True, kw_only=True):
    """A noun for one and for several."""

    one: Text = _about("The noun for one.", "country")
    many: Text = _about("The noun for several.", "countries")


class Relation(ContentEntry, frozen=True, kw_only=True):
    """A relation of the facts' `index`: its heading, and how questions ask for it."""

    heading: Text = _about("Its heading in comparisons of the roles.", "Tools")
    one: Claim = _optional("What is true of one role, with `{value}`; ends a question.", "uses {value}")
    many: Claim = _optional("What is true of several roles, with `{value}`.", "use {value}")


SWITCHES = {"yes": "true", "no": "false"}  # the words that mean `true` and `false` under a key that is either

DEFAULT_PARTS = ("core", "more", "beyond")
DEFAULT_SLOTS = ("function", "delivers", "tools", "background", "skills", "boundary", "caveat")
"""The keys of a deck that names none. Their headings are phrases of the deck's language."""


class DeckSettings(ContentEntry, frozen=True, kw_only=True, tag_field="schema", tag="rolecards/deck@1"):
    """The deck as a whole: `content/deck.yaml`."""

    id: Id = _about("Permanent identifier: names the files, and identifies every note in Anki.")
    name: DeckName = _about("The deck's name in Anki. Permanent: Anki recognises the deck by its name.")
    version: Text = _about("The version, shown in Anki and on the study guide.", default="1")
    language: LanguageCode = _about(
        "The language of the papers: `en`, `de`, or one with a file in `words/` of your templates.", default="en"
    )
    title: str = _optional("The title on papers; the default is `name`.")
    subtitle: str = _optional("The line below the title of the study guide.")
    credit: str = _optional("Who the facts come from; shown in the deck's description and on the study guide.")
    licence: str = _optional(
        "The licence of the content, as an SPDX identifier or a sentence; shown in the deck's "
        "description and on papers.",
        "CC-BY-4.0",
    )
    subject: str = _optional(
        "What the roles belong to; questions use it as it is. In German, write the nominative, such as "
        "`Stadttheater` for *Beruf gesucht (Stadttheater)*.",
        "a hospital ward",
    )
    role: Noun | UnsetType = _optional(
        "The noun for a role of this deck; the default is *role*, *roles*.", {"one": "country", "many": "countries"}
    )
    parts: dict[Key, DeckName] = _about(
        "The parts in the order of study, by key: the name of the subdeck, which is permanent. The "
        "first part is the core. The default has the keys `core`, `more` and `beyond`.",
        {"core": "1 Core", "more": "2 More"},
        default={},
        min_length=1,
    )
    slots: dict[Key, Text] = _about(
        "The sections of a role's page in their order, by key: the heading. The default has the keys "
        "`function`, `delivers`, `tools`, `background`, `skills`, `boundary` and `caveat`.",
        {"capital": "Capital", "border": "Borders"},
        default={},
        min_length=1,
    )
    groups: dict[Key, Text] = _optional("The groups of roles, by key: the heading.", {"north": "Northern Europe"})
    relations: dict[Key, Relation] = _optional(
        "The relations of the facts' `index`, by key. If there are any, `index` must not contain others.",
        {"tool": {"heading": "Tools", "one": "uses {value}", "many": "use {value}"}},
    )
    skills: dict[Text, Text] = _optional(
        "The skills of the roles' `ranks`, by key: the heading.", {"ml": "Machine learning"}
    )
    who_cards: bool = _about("Whether roles have a card *Which role is this?*", default=True)
    explain: bool = _about("Whether notes have cards that ask to explain a bold term.", default=True)
    words: dict[Text, dict[Text, Text]] = _optional(
        "Phrases that replace the built-in ones on cards and papers, by section and name as in `words/en.yaml` of "
        "the built-in templates.",
        {"card": {"scenario": "Who takes care of it?"}},
    )
    templates: str = _optional(
        "A folder with your own templates, relative to this file; inside the content folder or next to it.",
        "../templates",
    )
    schemas: str = _optional(
        "A folder to which `build` writes JSON Schemas with the keys of this deck, for editors; "
        "relative to this file, inside the content folder or next to it.",
        "../schemas",
    )
    roles: tuple[RoleId, ...] = _optional("The order of the roles; the default is the order of file names.")
    fonts: tuple[Text, ...] = _optional(
        "Font files in the content folder, for characters that the built-in typeface lacks.",
        ["NotoSansHebrew-Regular.ttf"],
    )
    renames: dict[Id, Id] = _optional(
        "Old note ids and their new ones. The review history moves to the new id.", {"mle-tool": "mle-tools"}
    )
    same_cards: dict[Id, dict[Text, Text]] = _optional(
        "Per note id, hidden words as published and as they are now. The card keeps its reviews.",
        {"mle-tools": {"metrics": "offline metrics"}},
    )
    limits: Limits = _about("The limits of `rolecards check`.", default=Limits())
    allow: Allow = _optional("Rules of `rolecards check` that do not apply in the whole deck, each with the reason.")

    @property
    def part_keys(self) -> tuple[str, ...]:
        """The keys of the parts in the order of study; the first part is the core."""
        return tuple(self.parts) or DEFAULT_PARTS

    @property
    def slot_keys(self) -> tuple[str, ...]:
        """The keys of the slots in the order of a role's page."""
        return tuple(self.slots) or DEFAULT_SLOTS


File = DeckSettings | Role | Topic | Contrasts | Handoffs | Scenarios | Reverses | SourceList | PhaseMap

SCHEMAS: dict[str, type[File]] = {model.__struct_config__.tag: model for model in get_args(File)}
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
