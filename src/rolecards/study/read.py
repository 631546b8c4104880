"""Reads all pages of study notes. A question that several pages have becomes a card of the first page only."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from rolecards.codes import Severity
from rolecards.cores import side_by_side
from rolecards.problems import ContentError, Location, Problem, counted, problem
from rolecards.schema.models import SWITCHES
from rolecards.schema.old_form import present_form
from rolecards.schema.references import unlisted
from rolecards.source.folder import SourceFile
from rolecards.source.media import MediaFolder
from rolecards.source.page import Page, read_page
from rolecards.source.yaml import Document
from rolecards.study.cards import covered_lines, left_over, page_findings
from rolecards.study.draft import NoteDraft, SkippedBlock
from rolecards.study.forms import starts_block
from rolecards.study.labels import Labels
from rolecards.study.note_problems import note_problems
from rolecards.study.page import Section, StudyPage
from rolecards.study.phrase import read_phrase
from rolecards.study.pictures import has_pictures, with_pictures
from rolecards.study.pieces import pieces
from rolecards.study.rows import question_rows, with_glossaries
from rolecards.study.sources import SOURCE_KEYS, embedded, is_embed, page_source
from rolecards.study.where import BETWEEN, Where
from rolecards.text.field import escaped
from rolecards.text.tree import Block, every

_VALUES = {
    "explain": ("|".join((*SWITCHES, *SWITCHES.values())), "`yes` or `no`"),
    "gaps": ("together", "`together`"),
    "highlight": ("cloze", "`cloze`"),
    "lang": ("[a-z]{2,3}([-_][a-z0-9]+)*", "a code such as `de`"),
}
"""By key of the front matter, the pattern of its values, and what to write."""
FRONT_KEYS = ("title", "description", "part", "tags", "lang", "gaps", "highlight", "explain", *SOURCE_KEYS)
"""The keys of the front matter that rolecards reads."""
_PART = re.compile(r"[A-Za-z][\w-]*")  # what can be the key of a part, unlike the number of a part of a course
_WORDS = re.compile(r"[^\W_]+")
FEWEST_BYTES = 100_000  # of notes that several processes read in less time than one: a fifth of a second
SHORTEST_MISSPELLED = 5
"""The fewest letters of a key that is reported as misspelled: `uri` and `path` belong to other programs."""


class DeckOfNotes(NamedTuple):
    """What the deck says about its notes."""

    parts: Sequence[str]  # the keys of its parts
    labels: Callable[[str], Labels]  # returns the labels of a language; if it is empty, of the deck's language
    explains: bool = True  # whether cards ask learners to explain a leading term


class _Notes(NamedTuple):
    """What the reading of every page needs."""

    folder: str  # the content folder
    deck: DeckOfNotes
    media: MediaFolder


Asked = dict[str, NoteDraft]  # the notes by each of their questions


def read_study(
    files: Sequence[SourceFile], folder: str, deck: DeckOfNotes, media: MediaFolder
) -> tuple[tuple[StudyPage, ...], list[Problem]]:
    """The pages of the content folder `folder`, none if one of the files cannot be read, and why not."""
    notes = _Notes(folder, deck, media)
    alone = _each_alone(files, notes)
    asked: Asked = {}
    pages: list[StudyPage] = []
    unreadable: list[Problem] = []
    for file in files:
        page, questions = alone.get(file.path, (None, {}))
        if page is None or not asked.keys().isdisjoint(questions):
            (page, faults), questions = _read(file, notes, asked), {}
            unreadable += faults
        pages += [page] if page else []
        asked |= questions
    return () if unreadable else tuple(pages), unreadable


def _each_alone(files: Sequence[SourceFile], notes: _Notes) -> dict[str, tuple[StudyPage | None, Asked]]:
    """The pages by path, each as if it were the only one, with its questions; empty if all are read quickly.

    The processes that share them cannot tell this one which pictures they name.
    """
    without_pictures = [file for file in files if not has_pictures(file.data)]
    if sum(len(file.data) for file in without_pictures) < FEWEST_BYTES:
        return {}
    notes.deck.labels("")  # loaded once here, not again in each process
    read = side_by_side([partial(_alone, file, notes) for file in without_pictures])
    return dict(zip((file.path for file in without_pictures), read, strict=True))


def _alone(file: SourceFile, notes: _Notes) -> tuple[StudyPage | None, Asked]:
    asked: Asked = {}
    with suppress(ContentError):  # it is raised again, for the first page that needs these words
        return _read(file, notes, asked)[0], asked
    return None, {}


def _read(file: SourceFile, notes: _Notes, asked: Asked) -> tuple[StudyPage | None, list[Problem]]:
    """A page; `asked` has the questions of all earlier pages, and this page adds its own."""
    page, problems = read_page(file)
    path = PurePosixPath(file.path)
    name = path.relative_to(notes.folder).as_posix() if path.is_relative_to(notes.folder) else path.name
    return _study_page(page, name, notes, asked) if page else None, problems


def _study_page(page: Page, name: str, notes: _Notes, asked: Asked) -> StudyPage:
    deck = notes.deck
    language, parts = page.front_text("lang", "language"), deck.parts
    labels = deck.labels(language)
    blocks, faults = with_pictures(pieces(page, partial(starts_block, labels)), page, name, notes.media)
    blocks = tuple(with_glossaries(blocks, labels, page.front_text("title", "name")))
    titles = [read_phrase(block.nodes).plain for block in blocks if block.kind == "heading"]
    title = page.front_text("title", "name") or _as_title(PurePosixPath(name).stem)
    shown = "" if labels.has("labels", title) else title
    where = replace(_where(page, name, blocks, labels, explains=deck.explains), title=shown)
    findings = page_findings(where, blocks)
    drafts, skipped = _unique(findings, where, asked)
    covered = covered_lines((each for each in findings if isinstance(each, NoteDraft)), skipped)
    skipped += left_over(where, blocks, covered)
    answered = {_letters(draft.words) for draft in drafts if draft.form}
    # Some pages list all their questions above the answers.
    skipped = [each for each in skipped if not (each.is_question and _letters(each.place.text) in answered)]
    skipped = sorted(
        {(each.line, each.end, each.reason): each for each in skipped}.values(), key=lambda each: each.line
    )
    return StudyPage(
        name=name,
        title=page.front_text("title", "name") or next(iter(titles), "") or title,
        description=page.front_text("description"),
        part=next((key for key in map(page.front_text, ("part", "deck")) if key in parts), ""),
        language=language,
        tags=_tags(page.front),
        source=where.source,
        packed_outline=msgspec.msgpack.encode([*_outline(blocks, drafts, labels)]),
        drafts=tuple(sorted(drafts, key=lambda draft: draft.place.line)),
        skipped=tuple(skipped),
        problems=(
            *page.problems,
            *faults,
            *note_problems(skipped, empty=not drafts),
            *_unknown_part(page.front, parts),
            *_misspelled(page.front),
            *_unknown_values(page.front),
            *_broken_front(page),
            *_cards_in_front(page.front, labels),
        ),
    )


def _where(page: Page, name: str, blocks: Sequence[Block], labels: Labels, *, explains: bool) -> Where:
    inside = list(every(page.blocks))
    explain = page.front_text("explain").casefold()
    where = Where(
        page=replace(page, blocks=()),
        name=name,
        labels=labels,
        source=page_source(page, labels["source"]),
        embeds=tuple((block.line, link) for block in inside if is_embed(block) and (link := embedded(block))),
        footnotes={block.info: block for block in every(blocks) if block.kind == "footnote"},
        summary_terms=frozenset(),
        title="",
        explains=explains and SWITCHES.get(explain, explain) != "false",
        together=page.front_text("gaps") == "together",
    )
    return replace(where, summary_terms=frozenset(_summary_terms(where, blocks)))


def _summary_terms(where: Where, blocks: Iterable[Block]) -> Iterator[str]:
    """The leading terms of the texts below a heading such as `Summary`, in lower case."""
    level = 0
    for block in blocks:
        if block.kind == "heading" and (not level or block.level <= level):
            level = block.level if where.labels.has("summary", read_phrase(block.nodes).plain) else 0
        elif level and block.kind in {"item", "paragraph"}:
            for each in every((block,)):
                lead = read_phrase(each.nodes, where.labels).lead
                yield from (lead[1].plain.casefold(),) if lead else ()


def _unique(
    findings: Iterable[NoteDraft | SkippedBlock], where: Where, asked: Asked
) -> tuple[list[NoteDraft], list[SkippedBlock]]:
    """The notes whose questions no earlier note asks, and the skipped blocks."""
    drafts: list[NoteDraft] = []
    skipped: list[SkippedBlock] = []
    parts: Counter[tuple[str, str, int]] = Counter()  # of bullets with an id
    for found in findings:
        if isinstance(found, SkippedBlock):
            skipped.append(found)
            continue
        finding, questions = found, [*found.questions()]
        if other := next((asked[question] for question in questions if question in asked), None):
            finding = _told_apart(found, where, other)
            questions = [*finding.questions()]
        if earlier := next((asked[question] for question in questions if question in asked), None):
            differs = bool(finding.form) and earlier.back != finding.back
            reason = f"same question{', with another answer,' if differs else ''} as {earlier.place.of()}"
            place = finding.place
            footnotes = {each.line for each in every(where.footnotes.values())}
            end = max(place.end, *(finding.covers - footnotes))
            skipped.append(SkippedBlock(place=place, line=place.line, end=end, reason=reason, is_question=differs))
            continue
        part = (finding.pin, finding.part, finding.place.start)
        parts[part] += bool(finding.pin)
        draft = replace(finding, part=str(parts[part])) if parts[part] > 1 else finding
        asked |= dict.fromkeys(questions, draft)
        drafts.append(draft)
    return drafts, skipped


def _told_apart(draft: NoteDraft, where: Where, earlier: NoteDraft) -> NoteDraft:
    """The note, with its page's title and all headings above it if an earlier question has another answer elsewhere."""
    if not draft.form or earlier.under == draft.under or earlier.back == draft.back:
        return draft
    path = (where.title, *draft.under.partition("#")[2].split(" > "))
    steps = dict.fromkeys(each for each in path if each and not each.endswith(draft.words))
    return replace(draft, context=BETWEEN.join(map(escaped, steps)))


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _as_title(stem: str) -> str:
    """The title for a file name: `Sailing ships` for `02-sailing_ships`."""
    words = " ".join(re.split(r"[\s_-]+", re.sub(r"^[\d\s._-]+(?=\D)", "", stem))).strip() or stem
    return words[:1].upper() + words[1:]


def _tags(front: Document | None) -> tuple[str, ...]:
    """The tags in the front matter: a list, or one text with commas or spaces between them."""
    value = front.top("tags") if front else None
    listed = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    text = value if isinstance(value, str) else ""
    return tuple("-".join(each.split()) for each in (*listed, *re.split(r"[,\s]+", text)) if each.strip(' "*'))


def _unknown_part(front: Document | None, parts: Sequence[str]) -> Iterator[Problem]:
    if front and (old := present_form("tier", front.top("tier"), of_source=False)):
        yield problem("RC123", front.locate(("tier",), key=True), "unknown key `tier`", old)
    value = front.top("part") if front else None
    if front and parts and isinstance(value, str) and value not in parts and _PART.fullmatch(value):
        yield unlisted(front.locate(("part",)), "parts", value, parts)


def _misspelled(front: Document | None) -> Iterator[Problem]:
    """Keys of the front matter that are one letter off one of ours; all other keys belong to other programs."""
    if front is None or not isinstance(front.value, dict):
        return
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - many pages have no front matter

    for key in (key for key in front.value if key not in FRONT_KEYS and len(key) >= SHORTEST_MISSPELLED):
        near = [each for each in FRONT_KEYS if key != f"{each}s" and OSA.distance(key.casefold(), each) <= 1]
        if near:
            hint, place = f"did you mean `{near[0]}`?", front.locate((key,), key=True)
            yield problem("RC123", place, f"unknown key `{key}`", hint, severity=Severity.WARNING)


def _unknown_values(front: Document | None) -> Iterator[Problem]:
    for key, (pattern, wanted) in _VALUES.items():
        value = front.top(key) if front else None
        if front and isinstance(value, str) and not re.fullmatch(pattern, value, re.IGNORECASE):
            message, hint = f"`{value}` is not a valid value for `{key}`", f"write {wanted}, or remove this line"
            yield problem("RC124", front.locate((key,)), message, hint, severity=Severity.WARNING)


def _broken_front(page: Page) -> Iterator[Problem]:
    """Front matter that is read as text, because a line of hyphens around it is missing or wrong."""
    start = page.text.decode().splitlines()[: len(FRONT_KEYS) + 2]
    is_yaml = any(fault.code == "RC111" for fault in page.problems)  # between two lines of hyphens, but broken
    if page.front is None and not is_yaml and any(line.strip() and not line.strip("- \t") for line in start):
        keys = ((at, line.partition(":")[0]) for at, line in enumerate(start, start=1) if ":" in line)
        for at, key in [each for each in keys if each[1] in FRONT_KEYS][:1]:
            hint = "begin the file with the line `---`, and end the front matter with another"
            place = Location(page.path, at)
            yield problem("RC123", place, f"`{key}` is read as text", hint, severity=Severity.WARNING)


def _cards_in_front(front: Document | None, labels: Labels) -> Iterator[Problem]:
    """Lists of questions with answers, as some programs keep them in the front matter."""
    for key, value in (front.value if front and isinstance(front.value, dict) else {}).items():
        entries = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
        asked = [each for each in entries if any(labels.has("question", str(name)) for name in each if each[name])]
        if front and asked:
            message = f"no card from {counted(len(asked), 'question')} in the front matter"
            place = front.locate((key,), key=True)
            yield problem("RC165", place, message, "write them below it, as `Q:` and `A:`")


def _outline(blocks: Sequence[Block], drafts: Iterable[NoteDraft], labels: Labels) -> Iterator[Section]:
    """The texts that are on cards by heading, without the answers that are printed with their questions."""
    asking = {draft.place.line for draft in drafts}
    headings = {block.line for block in blocks if block.kind == "heading"}
    answers = {line for draft in drafts if draft.form and draft.place.line not in headings for line in draft.covers}
    lines = frozenset().union(*(draft.covers for draft in drafts)) - (answers - asking)
    heading: Block | None = None
    texts: list[Block] = []
    for block in [*blocks, None]:
        if block and block.kind != "heading":
            texts += _on_cards((*question_rows(block, labels), block), lines)
            continue
        if texts:
            title = read_phrase(heading.nodes).plain if heading else ""
            yield Section(heading=heading, title=title, blocks=tuple(texts))
        heading, texts = block, []


def _on_cards(blocks: Iterable[Block], lines: frozenset[int]) -> Iterator[Block]:
    """The texts in these lines; the children of a skipped bullet take its place."""
    for block in blocks:
        is_text = block.kind in {"item", "paragraph"}
        below = tuple(_on_cards(block.blocks, lines)) if is_text else ()
        yield from [replace(block, blocks=below)] if is_text and block.line in lines else below
