"""Rows of tables and lines of glossaries as `front :: back`."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from msgspec.structs import replace

from rolecards.study.answer_keys import DEEPEST_HEADING
from rolecards.study.choices import ANSWER_LETTER, CHOICE, FEWEST_CHOICES
from rolecards.study.draft import COLUMN_END, COLUMNS
from rolecards.study.labels import Labels
from rolecards.study.text_parts import COLONS, tidy
from rolecards.text.parse import unpinned
from rolecards.text.tree import (
    QUESTION_MARKS,
    Block,
    Inline,
    Nodes,
    all_nodes,
    cut,
    every_node,
    lines,
    whole_kind,
    words,
)

_EMPTY = frozenset({"", "-", "\u2013", "\u2014", "n/a"})  # cells without a content
_NUMBER = re.compile(r"\W*(\d{1,3})\W*")
TERM = "term"  # the `info` of a heading in a glossary
FEWEST_ENTRIES = 3  # the fewest entries in a row that are a glossary without a title
FEWEST_IN_LEAD_IN = 2  # the fewest content words of a line that says what the entries below it are
MOST_IN_LEAD_IN = 12  # the most words of such a line
FEWEST_IN_MEANING = 3  # the fewest words after the colon of such an entry; one less if another entry is in the row
MOST_IN_TERM = 4  # the most words before it
_SURE_SIGNS = ":-\u2013\u2014"
FEWEST_FENCED = 2  # the fewest lines of a code block that are cards
_PLAIN = frozenset({"", "text", "txt", "md", "markdown"})  # the languages of code blocks that may contain cards
_TWO_SIDES = re.compile(r"\s*\S.*?(?:\s::\s|:::).*\S|\s*#[\w/-]+\s*\Z")  # or a tag
_CHOICE_NAME = re.compile(r"(?:\w+[\s_-])?([A-Ha-h])")  # the header of a column of choices, such as `option_a`
_RIGHT = ("answer", "right")  # the lists of words for the header of the column with the right choice
_ASIDE = re.compile(r"\([^()]*\)")
_ASKS = re.compile(r"[?\uff1f](?!\S)")
_SIGN = re.compile(r"[:=\u2013\u2014\u2026\u2192-]|\.{3}")  # between a term and its meaning
_ARROWS = ("->", "\u2192")


def question_rows(block: Block, labels: Labels) -> Iterator[Block]:
    """The rows of a table of questions or terms as `front :: back` blocks; of other tables, rows that start in bold.

    A column of numbers before the terms is left out, or moved behind them if its header says what they mean. If several
    columns follow, the front names them, and each cell has its header.
    """
    yield from _fenced(block) if block.kind == "code" and block.info in _PLAIN else ()
    rows = _without_numbers(block, labels) if block.rows else ()
    names = [words(cell) for cell in rows[0]] if rows else []
    if not names[1:] or all(CHOICE.match(words(row[0])) and "?" not in words(row[0]) for row in rows[1:]):
        return  # also for a table of choices
    half = len(names) // 2
    if half > 1 and names[:half] == names[half:]:  # two tables side by side
        for part in (slice(half), slice(half, None)):
            yield from question_rows(replace(block, rows=tuple(row[part] for row in rows)), labels)
        return
    is_meant = _is_meant(names, labels)
    compares = not names[0] and bool(names[2:])
    name = _ASIDE.sub("", names[0]).strip()
    is_named = any(labels.has("columns", each) for each in (name, name.removesuffix("s")))
    is_asked = is_meant or compares or is_named or _has_terms(block, rows, labels) or _has_commands(rows)
    for at, row in enumerate(rows[1:], start=block.line + 2):
        if len(row) > len(names) or not any(any(map(str.isalnum, words(cell))) for cell in row):
            continue
        unpinned_cells = [unpinned(cell) for cell in row]
        front, *cells = [cell for cell, _ in unpinned_cells]
        pinned = replace(block, pin=next((pin for _, pin in unpinned_cells if pin), ""))
        is_aside = not words(front[1:]).strip() or _ASIDE.fullmatch(words(front[1:]).strip()) is not None
        is_marked = whole_kind(front[:1] if is_aside else front) in {"bold", "code"}
        is_key = (
            not any(map(str.isalpha, words(front))) and bool(cells) and ANSWER_LETTER.fullmatch(words(cells[0]).strip())
        )
        cells = [() if words(cell).strip() in _EMPTY else cell for cell in cells]
        is_marked = is_marked or words(front).rstrip().endswith(QUESTION_MARKS)
        if quiz := _quiz_row(pinned, at, [front, *cells], names, labels):
            yield quiz
        elif front and any(cells) and not is_key and (is_asked or is_marked):
            yield _term_row(pinned, at, front, [*zip(names[1:], cells, strict=False)])


def _term_row(table: Block, line: int, front: Nodes, columns: Sequence[tuple[str, Nodes]]) -> Block:
    """A row with a term and what is behind it, as `front :: back`; several columns have their names."""
    mark, filled = _between(front), [(name, cell) for name, cell in columns if cell]
    if not columns[1:]:
        return _row(table, line, (*front, mark, *filled[0][1]))
    new_line = replace(mark, kind="break", text="")
    asked = replace(mark, text=COLUMNS.join(name for name, _ in filled if name))
    back = [(new_line, replace(mark, text=f"{name}{COLUMN_END}"), *cell) for name, cell in filled]
    return _row(table, line, (*front, new_line, asked, mark, *back[0][1:], *chain.from_iterable(back[1:])))


def _between(front: Nodes) -> Inline:
    """What separates a front from its back."""
    return Inline("text", front[0].start, front[0].start, " :: ")


def _row(table: Block, line: int, nodes: Nodes) -> Block:
    return replace(table, kind="paragraph", start=nodes[0].start, line=line, end=line, rows=(), nodes=nodes)


def _quiz_row(table: Block, line: int, row: Sequence[Nodes], names: Sequence[str], labels: Labels) -> Block | None:
    """A row with a question, its choices and the right one, as `front :: back`; None if the header names no choices."""
    letters = {at: match[1].upper() for at, name in enumerate(names) if (match := _CHOICE_NAME.fullmatch(name.strip()))}
    right = (at for at, name in enumerate(names) if any(labels.has(key, name.replace("_", " ")) for key in _RIGHT))
    answer = next(right, 0)
    if len(letters) < FEWEST_CHOICES - 1 or not (answer and row[0] and row[answer]):
        return None
    mark = _between(row[0])
    choices = [
        (replace(mark, kind="break", text=""), replace(mark, text=f"{letters[at]}) "), *row[at]) for at in letters
    ]
    nodes = (*row[0], *chain.from_iterable(choices), mark, *row[answer])
    return _row(table, line, nodes)


def _without_numbers(table: Block, labels: Labels) -> tuple[tuple[Nodes, ...], ...]:
    """The rows of a table whose first column says something."""
    header, *cells = [words(row[0]) for row in table.rows]
    is_named = any(map(str.isalpha, header)) or (not header and any(map(str.isalpha, "".join(cells))))
    if not is_named or labels.has("row_numbers", header):
        return tuple(row[1:] for row in table.rows)
    found = [_NUMBER.fullmatch(cell) for cell in cells]
    steps = {int(after[1]) - int(before[1]) for before, after in pairwise(found) if before and after}
    names = [words(cell) for cell in table.rows[0][1:]]
    if names[1:] and all(found) and all(_NUMBER.fullmatch(words(row[1])) for row in table.rows[1:]):
        return ()  # the numbers have a meaning only together
    if not (names[1:] and all(found) and steps in ({1}, {-1})):
        return table.rows
    return tuple((row[1], row[0], *row[2:]) for row in table.rows) if _is_meant(names, labels) else ()


def _is_meant(names: Sequence[str], labels: Labels) -> bool:
    """Whether one of the columns behind the first says what its words mean."""
    return any(labels.has("meanings", name) for name in names[1:]) and not labels.has("labels", names[0])


def _has_terms(table: Block, rows: Sequence[Sequence[Nodes]], labels: Labels) -> bool:
    """Whether a table of two columns without headers has terms and their meanings."""
    header, *pairs = [[words(cell).strip() for cell in row] for row in rows]
    terms, meanings = ([row[at] for row in pairs if any(row)] for at in (0, 1))
    if header != ["", ""] or table.info == TERM:
        return header == ["", ""]
    are_names = all(term[:1].isalpha() and not labels.has("any_label", term) for term in terms)
    are_short = len(terms) >= FEWEST_ENTRIES and all(len(term.split()) <= MOST_IN_TERM for term in terms)
    long = sum(len(meaning.split()) >= FEWEST_IN_MEANING for meaning in meanings)
    return are_names and are_short and all(meanings) and long * 2 >= len(terms)


def _has_commands(rows: Sequence[Sequence[Nodes]]) -> bool:
    """Whether a table of two columns says in words what each command in the second column does."""
    pairs = [row for row in rows[1:] if any(row)]
    found = sum([*map(whole_kind, row)] == ["text", "code"] for row in pairs)
    are_words = all(any(map(str.isalpha, words(row[0]))) for row in pairs)
    return are_words and found > 1 and found * 2 >= len(pairs)


def _fenced(block: Block) -> Iterator[Block]:
    """The lines of a code block if all have two sides, such as `bow :: the front`, or are tags."""
    rows = block.text.splitlines(keepends=True)
    if sum("::" in row for row in rows) < FEWEST_FENCED or not all(map(_TWO_SIDES.match, filter(str.strip, rows))):
        return
    start = block.start
    for line, row in enumerate(rows, start=block.line + 1):
        nodes = (Inline("text", start, start + len(row.encode()), row.strip()),)
        if "::" in row:
            yield replace(block, kind="paragraph", start=start, line=line, end=line, text="", info="", nodes=nodes)
        start += len(row.encode())


def with_glossaries(blocks: Sequence[Block], labels: Labels, title: str) -> Iterator[Block]:
    """The blocks; lines such as `apple: der Apfel` are `front :: back` below `Key terms` or if several are in a row.

    `title` is the page's own, outside its blocks.
    """
    listed = _listed(blocks, labels)
    sections = [*_with_sections(_with_lead_ins(blocks, listed, labels), labels, title), None]
    above: Block | None = None
    for section, following in pairwise(sections):
        assert section
        (block, is_glossary), below = section, following[0] if following else None
        may_list = (is_glossary or block.start in listed) and not (above and _asks_or_answers(above, labels))
        rows = _entries(block, labels) if may_list else []
        if rows[1:] or (rows and not _is_whole_meaning(above, block, below)):
            yield from _rows(block, rows)
        else:
            tag = "" if not is_glossary else TERM if block.rows else "#card" if _is_term_above(block, labels) else ""
            yield replace(block, info=f"{block.info} {tag}".strip()) if tag else block
        above = block


def _with_sections(blocks: Iterable[Block], labels: Labels, title: str) -> Iterator[tuple[Block, bool]]:
    """The blocks, and whether each is in a section of terms; the headings in such a section are marked as terms."""
    level = int(labels["glossary"].match(title) is not None)
    for block in blocks:
        heading = block.words.strip() if block.kind == "heading" else ""
        is_term = len(heading) > 1 and bool(level) and block.level > level  # not a letter
        if len(heading) > 1 and not is_term:
            level = block.level if labels["glossary"].match(heading) else 0
        yield replace(block, info=TERM) if is_term else block, bool(level)


def _asks_or_answers(block: Block, labels: Labels) -> bool:
    return block.words.rstrip().endswith("?") or labels["answer"].match(block.words) is not None


def _is_whole_meaning(above: Block | None, block: Block, below: Block | None) -> bool:
    """Whether a paragraph is all that is below a term, as `A guard: it …`."""
    is_last = below is None or below.kind in {"heading", "rule"}
    return above is not None and above.info == TERM and block.kind == "paragraph" and is_last


def _rows(block: Block, rows: Iterable[tuple[Nodes, re.Match[str]]]) -> Iterator[Block]:
    for at, (row, entry) in enumerate(rows):
        nodes = _entry(row, entry.end(1), entry.end())
        kind, line = "paragraph" if at else block.kind, block.line + at
        yield replace(block, kind=kind, start=nodes[0].start, line=line, end=line, nodes=nodes)


def _with_lead_ins(blocks: Sequence[Block], listed: Container[int], labels: Labels) -> Iterator[Block]:
    """The blocks; a line such as `Parts of a ship:` above a glossary is a heading that ends with its entries."""
    title: Block | None = None
    for block, below in zip(blocks, (*blocks[1:], None), strict=False):
        if title and block.start not in listed:
            yield replace(title, kind="rule", nodes=())
            title = None
        is_open = block.kind == "paragraph" and below is not None and below.start in listed
        text = block.words.rstrip()
        is_short = len(text.split()) <= MOST_IN_LEAD_IN
        if is_open and is_short and text.endswith(COLONS) and labels.telling(text) >= FEWEST_IN_LEAD_IN:
            nodes = cut(block.nodes, 0, len(text) - 1)
            title = replace(block, kind="heading", level=DEEPEST_HEADING + 1, nodes=nodes, blocks=())
        yield title if title and title.start == block.start else block
    if title:
        yield replace(title, kind="rule", nodes=())


def _is_term_above(block: Block, labels: Labels) -> bool:
    """Whether a bullet is a term whose meaning is below it."""
    text = block.words.strip()
    is_short = 0 < len(text.split()) <= MOST_IN_TERM and text[-1] not in ":?." and not labels.has("any_label", text)
    is_plain = all(node.kind != "bold" for node in (*every_node(block.nodes), *all_nodes(block.blocks)))
    return block.kind == "item" and bool(block.blocks) and is_short and is_plain


def _entries(block: Block, labels: Labels) -> list[tuple[Nodes, re.Match[str]]]:
    """The lines of a text with their terms and meanings; none if a line is something else."""
    below = [node for node in all_nodes(block.blocks) if node.kind == "bold"]  # terms of their own
    rows = lines(block.nodes) if block.kind in {"item", "paragraph"} and not below else []
    found = [(row, entry) for row in rows if (entry := _entry_of(row, labels))]
    if block.kind == "item" and len(found) == 1 < len(rows) and found[0][0] is rows[0]:  # its other lines go on
        return [(block.nodes, found[0][1])]
    return found if len(found) == len(rows) and not (rows[1:] and block.blocks) else []


def _listed(blocks: Sequence[Block], labels: Labels) -> set[int]:
    """Where texts start that are a glossary without a title, in sections that ask nothing."""
    found: set[int] = set()
    lines_of = [_entries(block, labels) for block in blocks]
    if not any(lines_of):
        return found
    runs: list[dict[int, list[re.Match[str]]]] = [{}]  # of entries, between which are items that are none
    asked = 0  # the level of the heading that asks; more than that of any heading if another text asks
    is_announced = False  # whether the list here is that of the text above it, because its first item is no entry
    for (above, block), rows in zip(pairwise((None, *blocks, None)), (*lines_of, []), strict=True):
        entries = [entry for _, entry in rows] if not asked else []
        if block and not is_announced and entries and all(_is_sure(block, entry, labels) for entry in entries):
            runs[-1][block.start] = entries
            continue
        if block and runs != [{}] and block.kind == "item" and not _ASKS.search(block.words):
            runs.append({})
            continue
        is_first = above is not None and above.kind == "paragraph" and above.words.rstrip().endswith(COLONS)
        is_announced = block is not None and block.kind == "item" and (is_announced or is_first)
        whole = {start: several for run in runs for start, several in run.items()}
        is_whole = len(whole) >= FEWEST_ENTRIES * (len(runs) - 1) and _is_glossary(whole)
        found.update(*([whole] if is_whole else filter(_is_glossary, runs)))
        runs, text, level = [{}], words(tidy(block.nodes)) if block else "", block.level if block else 0
        names = ("question", "commands", "asks") if level else ("question", "commands")
        if _ASKS.search(text) or any(labels[name].match(text) for name in names):
            asked = level or asked or DEEPEST_HEADING + 1
        elif 0 < level <= asked:
            asked = 0
    return found


def _is_glossary(run: Mapping[int, Sequence[re.Match[str]]]) -> bool:
    """Whether these entries are enough, and each has a term of its own."""
    entries = [entry for several in run.values() for entry in several]
    colons = (entry for entry in entries if entry[0].rstrip().endswith(":"))
    short = any(len(_meaning(entry).split()) < FEWEST_IN_MEANING for entry in colons)
    is_long = len(entries) >= FEWEST_ENTRIES + short
    return is_long and len({entry[1].casefold() for entry in entries}) == len(entries)


def _meaning(entry: re.Match[str]) -> str:
    return entry.string[entry.end() :]


def _is_sure(block: Block, entry: re.Match[str], labels: Labels) -> bool:
    """Whether a line is an entry of a glossary even without a title above it."""
    term, meaning = entry[1], _meaning(entry)
    if entry.string[entry.end(1) : entry.end()].strip() in _ARROWS:
        return block.number < 0 and not any(arrow in meaning for arrow in _ARROWS)
    is_prose = any(labels.has("function_words", word) and not labels.has("joining", word) for word in term.split())
    is_name = block.nodes[0].kind == "code" or not (is_prose or labels.is_label(term))
    fewest = FEWEST_IN_MEANING - (entry[0].rstrip()[-1] == ":")
    is_short = len(term.split()) <= MOST_IN_TERM and len(meaning.split()) >= fewest
    is_text = block.kind == "paragraph" or block.number < 0 or labels["article"].match(meaning) is not None
    return is_text and entry[0].rstrip()[-1] in _SURE_SIGNS and is_short and is_name


def _entry_of(row: Nodes, labels: Labels) -> re.Match[str] | None:
    """Where the term and its meaning are in a line; None in a line with a label or two sides."""
    text = words(row)
    entry = labels["entry"].match(text) if _SIGN.search(text) and "::" not in text else None
    if not entry:
        return None
    first = words(row[:1])
    if row[1:] and row[0].kind in {"italic", "code"}:
        return entry if entry[1].strip() == first.strip() else None
    is_other = text.rstrip().endswith("?") or any(
        labels[name].match(text) for name in ("question", "answer", "source", "gap")
    )
    is_marked = is_other or whole_kind(row[:1]) != "text" or entry.end() > len(first)
    return None if is_marked or labels.has("labels", entry[1]) else entry


def _entry(nodes: Nodes, front: int, back: int) -> Nodes:
    """A text whose first element has a term up to `front`, and its meaning from `back` on, as `front :: back`."""
    first, *rest = nodes
    if first.kind in {"italic", "code"}:
        sign = replace(first, kind="text", text=" :: ", nodes=())
        return (*(first.nodes or (first,)), sign, *cut(nodes, back))
    return (replace(first, text=f"{first.text[:front]} :: "), replace(first, text=first.text[back:]), *rest)
