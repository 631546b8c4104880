"""The models of the content files, which check them and describe them to editors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

if TYPE_CHECKING:
    from collections.abc import Iterator


def _formed(pattern: str, wanted: str, *, longest: int | None = None) -> Meta:
    """The metadata of a text with a pattern; `wanted` describes the pattern in messages."""
    # Python's `$` also matches before a final line break; JSON Schema's `$` does not.
    strict = re.sub(r"\$$", r"(?!\\n)$", pattern)
    return Meta(pattern=strict, max_length=longest, extra_json_schema={"patternErrorMessage": wanted})


Id = Annotated[
    str,
    _formed(r"^[a-z0-9]+(-[a-z0-9]+)*$", "small letters, digits and single hyphens, such as `mle-tools`", longest=80),
]
Text = Annotated[str, _formed(r"\S", "not only blanks")]
RoleId = Annotated[str, Meta(pattern=r"\S", description="The id of a role.")]
"""It has no pattern of its own: a malformed id is reported as an unknown role, with a suggestion."""
Year = Annotated[str, _formed(r"^[12][0-9]{3}$", "a year of four digits")]
Rank = Annotated[int, Meta(ge=1, le=99)]
Address = Annotated[str, _formed(r"^(https?://\S+)?$", "an address that starts with https:// or http://")]
DeckName = Annotated[str, _formed(r"^[^:\"\s](?:[^:\"]*[^:\"\s])?$", "a deck name without colons or quotation marks")]
LanguageCode = Annotated[str, _formed(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$", "a language code such as `en` or `pt-BR`")]
SourceCode = Annotated[str, _formed(r"^[A-Za-z0-9-]+$", "letters, digits and hyphens")]
SourceReference = Annotated[
    str, _formed(r"^[A-Za-z0-9-]+(#.*\S)?$", "a code of sources.yaml, with an optional place such as `talk#L23`")
]
Sources = Annotated[tuple[SourceReference, ...], Meta(min_length=1)]
Values = Annotated[tuple[Text, ...], Meta(min_length=1)]
Tier = Literal["seed", "course", "beyond"]
Slot = Literal["function", "delivers", "tools", "background", "skills", "boundary", "caveat"]
Group = Literal["adjacent", "core", "analytics"]
Count = Annotated[int, Meta(ge=1, le=99)]
Allow = Annotated[
    dict[Text, Text],
    Meta(
        description="Rules of `rolecards check` that do not apply here, each with the reason.",
        examples=[{"RC301": "the answer is a quotation that is asked for word by word"}],
    ),
]


class ContentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Anything that an author writes: frozen, and without unknown keys."""


class Sourced(ContentEntry, frozen=True):
    """An entry with an id and sources."""

    id: Annotated[
        Id, Meta(description="Permanent name; learners' review history is tied to it.", examples=["mle-tools"])
    ]
    src: Annotated[Sources, Meta(description="Its sources: codes of sources.yaml, each with an optional #place.")]


class Question(ContentEntry, frozen=True):
    """A question and its answer, each in Markdown-inline."""

    q: Annotated[Text, Meta(description="The question, on the front of the card.")]
    a: Annotated[Text, Meta(description="The answer: at most 15 words.")]
    why: Annotated[str, Meta(description="Why the answer is right; shown below it, not part of it.")] = ""


class Fact(Sourced, frozen=True):
    """One fact: one note, and one line on paper."""

    slot: Annotated[Slot, Meta(description="The part of the role's page the fact belongs to.")]
    tier: Annotated[Tier, Meta(description="seed: the core deck; course: more; beyond: from outside the course.")]
    src_note: Annotated[str, Meta(description="How the source differs, for other authors.")] = ""
    as_of: Annotated[Year, Meta(description="The year in which it was true.")] = ""
    cloze: Annotated[Text, Meta(description="A sentence with {{c1::hidden::hint}} words.")] = ""
    qa: Annotated[Question | UnsetType, Meta(description="A question and its answer.")] = UNSET
    why: Annotated[str, Meta(description="Why a cloze fact is true.")] = ""
    index: Annotated[
        dict[Text, Values],
        Meta(description="The claims of the fact, as relations and values, for the matrix and the ambiguity index."),
    ] = {}
    allow: Allow = {}


class Skills(ContentEntry, frozen=True):
    """The ranks of a role on the skills chart; 1 is the highest."""

    as_of: Year
    src: Sources
    ranks: Annotated[dict[Text, Rank], Meta(min_length=1, examples=[{"ml": 2, "software": 3, "communication": 4}])]


class Practice(Sourced, frozen=True):
    """A prompt to talk through aloud: on paper only."""

    prompt: Text
    listen_for: Annotated[tuple[Text, ...], Meta(min_length=1, description="What a good answer mentions.")]


class Ask(Sourced, frozen=True):
    """A question for the interviewer: on paper only."""

    text: Text


class Role(ContentEntry, frozen=True):
    """A role of the team: `content/roles/*.yaml`."""

    schema_: Literal["rolecards/role@1"] = field(name="schema")
    id: Id
    name: Annotated[Text, Meta(description="The name on cards, singular and without an article.")]
    group: Group
    one_line: Annotated[
        Text, Meta(description="What only this role does; the question of the card that asks for the role.")
    ]
    full_name: str = ""
    aliases: tuple[Text, ...] = ()
    catch_all: Annotated[bool, Meta(description="Whether the title is also used for the other roles.")] = False
    video: Annotated[Address, Meta(description="Address of a lecture about the role.")] = ""
    skills: Skills | UnsetType = UNSET
    allow: Allow = {}
    facts: tuple[Fact, ...] = ()
    practice: tuple[Practice, ...] = ()
    ask_them: tuple[Ask, ...] = ()


Written = Sourced | Role
"""What a note can be made from; each has an `id` that is unique in the content folder."""


class Topic(ContentEntry, frozen=True):
    """Facts about the whole team rather than one role: `content/topics/*.yaml`."""

    schema_: Literal["rolecards/topic@1"] = field(name="schema")
    id: Id
    name: Text
    facts: Annotated[tuple[Fact, ...], Meta(min_length=1)]
    intro: str = ""
    allow: Allow = {}


class Contrast(Sourced, frozen=True):
    """Two roles that are easily confused, and a question that distinguishes them."""

    a: RoleId
    b: RoleId
    q: Text
    a_ans: Text
    b_ans: Text
    why: Text
    tier: Tier
    as_of: Year = ""
    allow: Allow = {}


class Contrasts(ContentEntry, frozen=True):
    """The file of contrasts."""

    schema_: Literal["rolecards/contrasts@1"] = field(name="schema")
    contrasts: Annotated[tuple[Contrast, ...], Meta(min_length=1)]


class Handoff(Sourced, frozen=True):
    """What one role gives to others."""

    from_: RoleId = field(name="from")
    what: Text
    tier: Tier
    to: tuple[RoleId, ...] = ()
    to_name: Annotated[
        str, Meta(description="The name of the receivers, if the roles in `to` do not describe them.")
    ] = ""
    why: str = ""
    as_of: Year = ""
    allow: Allow = {}


class Handoffs(ContentEntry, frozen=True):
    """The file of handoffs."""

    schema_: Literal["rolecards/handoffs@1"] = field(name="schema")
    handoffs: Annotated[tuple[Handoff, ...], Meta(min_length=1)]


class Scenario(Sourced, frozen=True):
    """A situation that is one role's job."""

    text: Text
    role: RoleId
    why: Text
    tier: Tier
    allow: Allow = {}


class Scenarios(ContentEntry, frozen=True):
    """The file of scenarios."""

    schema_: Literal["rolecards/scenarios@1"] = field(name="schema")
    scenarios: Annotated[tuple[Scenario, ...], Meta(min_length=1)]


class Reverse(Sourced, frozen=True):
    """A question from claims to the roles that they are true of; the answer comes from the `index` of all facts."""

    ask: Annotated[
        Literal["who", "set"],
        Meta(description="who: one role fits; set: two or three roles fit, and the question says how many."),
    ]
    of: Annotated[
        dict[Text, Values], Meta(min_length=1, description="Relations and values; a role fits if it has all of them.")
    ]
    tier: Tier
    why: str = ""
    as_of: Year = ""
    allow: Allow = {}


class Reverses(ContentEntry, frozen=True):
    """The file of reverse questions."""

    schema_: Literal["rolecards/reverse@1"] = field(name="schema")
    reverse: Annotated[tuple[Reverse, ...], Meta(min_length=1)]


class Source(ContentEntry, frozen=True):
    """A source of facts."""

    code: SourceCode
    title: Text
    tier: Tier
    url: Address = ""
    read: Annotated[str, Meta(description="The date on which it was read.")] = ""
    note: str = ""
    text: Annotated[
        str,
        Meta(
            description="A file in the content folder with the text of the source; `check` compares cards with it.",
            examples=["texts/lecture.txt"],
        ),
    ] = ""


class SourceList(ContentEntry, frozen=True):
    """The file of sources."""

    schema_: Literal["rolecards/sources@1"] = field(name="schema")
    sources: Annotated[tuple[Source, ...], Meta(min_length=1)]


class Limits(ContentEntry, frozen=True):
    """The limits of `rolecards check`; the defaults are calibrated on published decks."""

    answer_words: Annotated[Count, Meta(description="Words of an answer; above it, a warning.")] = 15
    answer_words_most: Annotated[Count, Meta(description="Words of an answer; above it, an error.")] = 25
    question_words: Annotated[Count, Meta(description="Words of a question; above it, a warning.")] = 30
    question_words_most: Annotated[Count, Meta(description="Words of a question; above it, an error.")] = 45
    scenario_words_most: Annotated[Count, Meta(description="Words of a scenario; above it, an error.")] = 60
    answer_items: Annotated[Count, Meta(description="Items that one answer may list.")] = 3
    cloze_words: Annotated[Count, Meta(description="Words that one cloze deletion may hide; above it, a warning.")] = 6
    cloze_words_most: Annotated[
        Count, Meta(description="Words that one cloze deletion may hide; above it, an error.")
    ] = 10
    cloze_context: Annotated[
        Count, Meta(description="Content words that must stay visible when a cloze deletion is hidden.")
    ] = 3
    cloze_numbers: Annotated[Count, Meta(description="Cards that one cloze text may produce.")] = 3
    copied_words: Annotated[
        Count, Meta(description="Consecutive words copied from a source; from this number on, a warning.")
    ] = 5
    copied_words_most: Annotated[
        Count, Meta(description="Consecutive words copied from a source; from this number on, an error.")
    ] = 7
    alike_percent: Annotated[
        int, Meta(ge=50, le=99, description="Shared words, in percent, above which two questions are similar.")
    ] = 70
    owner_notes: Annotated[Count, Meta(description="Facts that a role or topic needs; below it, a warning.")] = 3


class DeckSettings(ContentEntry, frozen=True):
    """The deck as a whole: `content/deck.yaml`."""

    schema_: Literal["rolecards/deck@1"] = field(name="schema")
    id: Annotated[Id, Meta(description="Permanent: it names the files, and the identity of every note is tied to it.")]
    name: Annotated[DeckName, Meta(description="Permanent: the deck's name in Anki, which finds the deck by it.")]
    version: Text = "1"
    language: LanguageCode = "en"
    title: Annotated[str, Meta(description="The title on paper; the default is the name of the deck.")] = ""
    subtitle: str = ""
    credit: Annotated[str, Meta(description="The authors of the facts; part of the deck's description.")] = ""
    roles: Annotated[tuple[RoleId, ...], Meta(description="The order of the roles; the default is by file name.")] = ()
    fonts: Annotated[
        tuple[Text, ...], Meta(description="More font files, for scripts that the built-in fonts lack.")
    ] = ()
    renames: Annotated[dict[Id, Id], Meta(description="Old note ids to new ones; the review history moves too.")] = {}
    limits: Limits = Limits()
    allow: Annotated[Allow, Meta(description="Rules that do not apply to the whole deck, each with the reason.")] = {}


File = Role | Topic | Contrasts | Handoffs | Scenarios | Reverses | SourceList | DeckSettings

SCHEMAS: dict[str, type[File]] = {
    "rolecards/deck@1": DeckSettings,
    "rolecards/role@1": Role,
    "rolecards/topic@1": Topic,
    "rolecards/contrasts@1": Contrasts,
    "rolecards/handoffs@1": Handoffs,
    "rolecards/scenarios@1": Scenarios,
    "rolecards/reverse@1": Reverses,
    "rolecards/sources@1": SourceList,
}
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
