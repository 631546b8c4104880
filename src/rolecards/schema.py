"""What may stand in each kind of content file: the models that check it and describe it to editors."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(pattern=r"\S")]
Year = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}$")]
Rank = Annotated[int, Field(ge=1, le=99)]
Address = Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")]
_TAKEN = re.compile(r"collection|backup-.*|con|prn|aux|nul|com\d|lpt\d")
"""Anki takes packages of the first two names for a whole collection; Windows takes the others for devices."""


def _file_name(deck_id: str) -> str:
    if _TAKEN.fullmatch(deck_id):
        raise PydanticCustomError("taken_name", "Anki or Windows would take a file of this name for something else")
    return deck_id


DeckId = Annotated[Id, AfterValidator(_file_name)]
Sources = Annotated[tuple[Text, ...], Field(min_length=1)]
Tier = Literal["seed", "course", "beyond"]
Slot = Literal["function", "delivers", "tools", "background", "skills", "boundary", "caveat"]
Group = Literal["adjacent", "core", "analytics"]
Count = Annotated[int, Field(ge=1, le=99)]
Allow = Annotated[
    dict[Text, Text],
    Field(
        description="Rules of `rolecards check` that do not hold here, each with the reason.",
        examples=[{"RC301": "the answer is a quotation that is asked for word by word"}],
    ),
]


class Entry(BaseModel):
    """Anything an author writes: closed to unknown keys, never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Entry):
    """An entry with an id of its own and sources."""

    id: Id = Field(description="Permanent name; learners' reviews of its card hang on it.", examples=["mle-tools"])
    src: Sources = Field(description="Where it comes from: codes of sources.yaml, each with an optional #place.")


class Question(Entry):
    """A question and its answer, each in Markdown-inline."""

    q: Text = Field(description="The question, as it stands on the front.")
    a: Text = Field(description="The answer: at most 15 words.")
    why: str = Field(default="", description="Why the answer is right; shown below it, not part of it.")


class Fact(Sourced):
    """One fact: it becomes one note, and one line on paper."""

    slot: Slot = Field(description="The part of the role's page the fact belongs to.")
    tier: Tier = Field(description="seed: the core deck; course: more; beyond: from outside the course.")
    src_note: str = Field(default="", description="What the source says differently, for other authors.")
    as_of: Year | None = Field(default=None, description="The year in which it was so.")
    cloze: Text | None = Field(default=None, description="A sentence with {{c1::hidden::hint}} words.")
    qa: Question | None = Field(default=None, description="A question and its answer.")
    why: str = Field(default="", description="Why a cloze fact is so.")
    index: dict[Text, tuple[Text, ...]] = Field(
        default_factory=dict,
        description="What the fact says, as relation and values, for the comparison matrix and the ambiguity index.",
    )
    allow: Allow = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_form(self) -> Fact:
        if (self.cloze is None) == (self.qa is None):
            raise PydanticCustomError("one_form", "a fact has either `cloze` or `qa`, and just one of them")
        return self


class Skills(Entry):
    """A role's places on the skills chart, as ranks among all roles; 1 has most."""

    as_of: Year
    src: Sources
    ranks: dict[Text, Rank] = Field(min_length=1, examples=[{"ml": 2, "software": 3, "communication": 4}])


class Practice(Sourced):
    """A prompt to talk through aloud: on paper only."""

    prompt: Text
    listen_for: tuple[Text, ...] = Field(min_length=1, description="What a good answer has in it.")


class Ask(Sourced):
    """A question for the interviewer: on paper only."""

    text: Text


class Role(Entry):
    """A role of the team: `content/roles/*.yaml`."""

    schema_: Literal["rolecards/role@1"] = Field(alias="schema")
    id: Id
    name: Text = Field(description="The name on cards, singular and without an article.")
    full_name: str = ""
    aliases: tuple[Text, ...] = ()
    group: Group
    catch_all: bool = Field(default=False, description="A title that is used for the other roles as well.")
    one_line: Text = Field(description="What only this role does; becomes the card that asks for the role.")
    video: Address = Field(default="", description="Address of a lecture about the role.")
    skills: Skills | None = None
    allow: Allow = Field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    practice: tuple[Practice, ...] = ()
    ask_them: tuple[Ask, ...] = ()


class Topic(Entry):
    """Facts about the whole team rather than one role: `content/topics/*.yaml`."""

    schema_: Literal["rolecards/topic@1"] = Field(alias="schema")
    id: Id
    name: Text
    intro: str = ""
    allow: Allow = Field(default_factory=dict)
    facts: tuple[Fact, ...] = Field(min_length=1)


class Contrast(Sourced):
    """Two roles that are easily mixed up, and the question that tells them apart."""

    a: Id
    b: Id
    q: Text
    a_ans: Text
    b_ans: Text
    why: Text
    tier: Tier
    as_of: Year | None = None
    allow: Allow = Field(default_factory=dict)

    @model_validator(mode="after")
    def _two_roles(self) -> Contrast:
        if self.a == self.b:
            raise PydanticCustomError("one_role", "a contrast is between two different roles")
        return self


class Contrasts(Entry):
    """The file of contrasts."""

    schema_: Literal["rolecards/contrasts@1"] = Field(alias="schema")
    contrasts: tuple[Contrast, ...] = Field(min_length=1)


class Handoff(Sourced):
    """What one role gives to others."""

    from_: Id = Field(alias="from")
    to: tuple[Id, ...] = ()
    to_name: str = Field(default="", description="How the receivers are called where a list of roles does not say it.")
    what: Text
    why: str = ""
    tier: Tier
    as_of: Year | None = None
    allow: Allow = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_receiver(self) -> Handoff:
        if not self.to and not self.to_name:
            raise PydanticCustomError("no_receiver", "a handoff needs a receiver: `to`, `to_name` or both")
        return self


class Handoffs(Entry):
    """The file of handoffs."""

    schema_: Literal["rolecards/handoffs@1"] = Field(alias="schema")
    handoffs: tuple[Handoff, ...] = Field(min_length=1)


class Scenario(Sourced):
    """A situation that is one role's job."""

    text: Text
    role: Id
    why: Text
    tier: Tier
    allow: Allow = Field(default_factory=dict)


class Scenarios(Entry):
    """The file of scenarios."""

    schema_: Literal["rolecards/scenarios@1"] = Field(alias="schema")
    scenarios: tuple[Scenario, ...] = Field(min_length=1)


class Reverse(Sourced):
    """A question from what roles do back to the roles; its answer is counted from the `index` of all facts."""

    ask: Literal["who", "set"] = Field(
        description="who: one role fits; set: two or three do, and the question says how many."
    )
    of: dict[Text, tuple[Text, ...]] = Field(
        min_length=1, description="Relations and values; a role must have them all."
    )
    why: str = ""
    tier: Tier
    as_of: Year | None = None
    allow: Allow = Field(default_factory=dict)


class Reverses(Entry):
    """The file of reverse questions."""

    schema_: Literal["rolecards/reverse@1"] = Field(alias="schema")
    reverse: tuple[Reverse, ...] = Field(min_length=1)


class Source(Entry):
    """Where facts come from."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")]
    title: Text
    url: Address = ""
    read: str = Field(default="", description="When it was read.")
    tier: Tier
    note: str = ""
    text: str = Field(
        default="",
        description="A text file with the source's words, below the content folder; cards are held against it.",
        examples=["texts/lecture.txt"],
    )


class SourceList(Entry):
    """The file of sources."""

    schema_: Literal["rolecards/sources@1"] = Field(alias="schema")
    sources: tuple[Source, ...] = Field(min_length=1)


class Limits(Entry):
    """From where on `rolecards check` objects; left out, the numbers that were calibrated on published decks."""

    answer_words: Count = Field(default=15, description="Words of an answer; above it, a warning.")
    answer_words_most: Count = Field(default=25, description="Words of an answer; above it, an error.")
    question_words: Count = Field(default=30, description="Words of a question; above it, a warning.")
    question_words_most: Count = Field(default=45, description="Words of a question; above it, an error.")
    scenario_words_most: Count = Field(default=60, description="Words of a scenario; above it, an error.")
    answer_items: Count = Field(default=3, description="Things one answer may list.")
    cloze_words: Count = Field(default=6, description="Words one cloze may hide; above it, a warning.")
    cloze_words_most: Count = Field(default=10, description="Words one cloze may hide; above it, an error.")
    cloze_context: Count = Field(default=3, description="Telling words that must stay when a cloze is hidden.")
    cloze_numbers: Count = Field(default=3, description="Cards one cloze text may give.")
    copied_words: Count = Field(default=5, description="Words in a row as in a source; from here on, a warning.")
    copied_words_most: Count = Field(default=7, description="Words in a row as in a source; from here on, an error.")
    alike_percent: Annotated[int, Field(ge=50, le=99)] = Field(
        default=70, description="Shared words, in percent, above which questions are alike."
    )
    owner_notes: Count = Field(default=3, description="Notes a role or topic needs to be worth having.")


class DeckSettings(Entry):
    """The deck as a whole: `content/deck.yaml`."""

    schema_: Literal["rolecards/deck@1"] = Field(alias="schema")
    id: DeckId = Field(description="Permanent: names the files, and every note's identity hangs on it.")
    name: Annotated[str, StringConstraints(pattern=r"^[^:\"\s](?:[^:\"]*[^:\"\s])?$")] = Field(
        description="The deck's name in Anki; Anki finds the deck by it, so it stays."
    )
    version: Text = "1"
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    title: str = Field(default="", description="The title on paper; the deck's name where it is left out.")
    subtitle: str = ""
    credit: str = Field(default="", description="Whom the facts come from; stands in the deck's description.")
    roles: tuple[Id, ...] = Field(default=(), description="The order of the roles; by file name where it is left out.")
    fonts: tuple[Text, ...] = Field(default=(), description="Further font files, for scripts the built-in ones lack.")
    renames: dict[Id, Id] = Field(default_factory=dict, description="Old note id to new one; reviews move along.")
    limits: Limits = Field(default_factory=Limits)
    allow: Allow = Field(default_factory=dict, description="Rules that do not hold in the whole deck, with reasons.")


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
"""The first line of a content file, and what the rest of it must be."""
