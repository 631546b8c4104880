"""Formulas from YAML and notes to cards and papers."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from conftest import PROFILE, edit
from paper_reading import pages, squeezed
from rolecards.text.field import to_html
from rolecards.text.formula import NOT_IN_ANKI, FormulaError, set_formula
from rolecards.text.paper import paper_html
from rolecards.text.parse import parse_page
from rolecards.text.tree import all_nodes

FORMULAS = (Path(__file__).parent / "data" / "formulas.txt").read_text(encoding="utf-8").splitlines()


IN_ANKI = (Path(__file__).parent / "data" / "formulas-in-anki.txt").read_text(encoding="utf-8").splitlines()
"""What the MathJax of Anki 26.9.3 said about each formula."""


def formulas_in_notes(text: str) -> list[str]:
    return [node.text for node in all_nodes(parse_page(text).blocks) if node.kind in {"formula", "display"}]


@pytest.mark.parametrize(
    "formula", ["$0$", "$1/n$", "$0.5x$", "$2*k*3$", r"$10\%$", "$2n - 1$", "$x$", r"$\frac{a}{b}$", r"\(x_1\)"]
)
def test_a_formula_is_one_in_yaml_and_in_notes(formula):
    tex = formula.strip("$").removeprefix(r"\(").removesuffix(r"\)")
    assert to_html(f"so {formula} it is") == rf"so \({tex}\) it is"
    assert formulas_in_notes(f"so {formula} it is") == [tex]


@pytest.mark.parametrize(
    "text",
    [
        "$5 or $6",
        "$5-$10",
        "$20/user",
        "from $20/user to $30/user",
        "$HOME/bin:$PATH",
        r"\$x\$",
        "US$a_b$",
        "`$x$`",
        r"\(etc\)",
    ],
)
def test_money_paths_and_code_are_no_formulas(text):
    assert r"\(" not in to_html(f"so {text} it is")
    assert formulas_in_notes(f"so {text} it is") == []


def test_nothing_inside_a_formula_or_code_is_markup():
    assert to_html(r"{{c1::$\sqrt{\frac{a}{b}}$}} and {{c2::`std::map`}}", cloze=True) == (
        r"{{c1::\(\sqrt&#123;\frac&#123;a&#125;&#123;b&#125; &#125;\)}} and {{c2::<code>std:&#58;map</code>}}"
    )
    assert to_html("$a*b*c < d$") == r"\(a*b*c &lt; d\)"
    assert to_html("`{{c1::x}}` {{c2::y}}", cloze=True) == "<code>&#123;&#123;c1::x&#125;&#125;</code> {{c2::y}}"


def test_a_term_in_a_formula_is_not_hidden(small, run, anki):
    notes = "# Loss\n\n* **Loss** is made small.\n  * $Loss = 3$ is a *loss*.\n"
    (small / "loss.md").write_text(notes, encoding="utf-8")
    assert run("build").status == 0
    _, state = anki(("import", "build/small.apkg"), ("state", None))
    texts = [note.get("Text", "") for note in state["notes"].values()]
    assert r"\(Loss = 3\) is a <em>{{c1::loss}}</em>." in texts


def test_a_formula_reaches_cards_and_all_papers(small, run):
    edit(small / "roles" / "waiter.yaml", "a: A pad", r"a: '$F_1 = 2 \cdot \frac{P R}{P + R}$'")
    (small / "loss.md").write_text("# Loss\n\n* The **gradient** is\n  $$\\nabla L$$\n  at first.\n", encoding="utf-8")
    assert run("build").status == 0
    for paper in ("handout", "quiz", "cards"):
        text = squeezed("".join(pages(Path(f"build/small-{paper}.pdf"))))
        assert squeezed(r"\frac{P R}{P + R}") in text
        assert squeezed(r"\nabla L") in text
        drawn = b"".join(page.get_contents().get_data() for page in PdfReader(f"build/small-{paper}.pdf").pages)
        assert b"/Span <</Alt" in drawn


def test_a_broken_formula_is_an_error_in_yaml_and_a_warning_in_notes(small, run):
    edit(small / "roles" / "waiter.yaml", "a: A pad", r"a: 'A pad of $\frac{a}$'")
    (small / "loss.md").write_text("# Loss\n\n* The **gradient** is $\\nosuch$ at first.\n", encoding="utf-8")
    found = run("check").out
    assert "roles/waiter.yaml:19:18: error RC610 this formula cannot be set: column 9: missing argument" in found
    assert "loss.md:3:24: warning RC610 this formula cannot be set: column 1: unsupported command" in found
    edit(small / "roles" / "waiter.yaml", r"\frac{a}", r"\frac{a}{b}")
    assert run("build").status == 0


@pytest.mark.parametrize("tex", [r"x \) y", r"\(x\)", r"\text{a \(b\) c}", r"\frac{1"])
def test_build_stops_at_a_broken_formula_in_yaml_and_warns_about_one_in_notes(tex, small, run):
    (small / "loss.md").write_text(f"# Loss\n\n* The **gradient** is ${tex}$ at first.\n", encoding="utf-8")
    built = run("build", "--only", "apkg")
    assert built.status == 0
    assert "loss.md:3:" in built.out + built.err
    assert "warning RC610 this formula cannot be set" in built.out + built.err
    edit(small / "roles" / "waiter.yaml", "a: A pad", f"a: '${tex}$'")
    built = run("build")
    assert "roles/waiter.yaml:19:9: error RC610 this formula cannot be set" in built.out
    assert built.status == 1


def test_a_pair_of_backslashes_is_no_half_of_the_end_of_a_formula():
    assert to_html(r"$(a\\)+b$ and \(a_1\\)+b\)") == r"\((a\\)+b\) and \(a_1\\)+b\)"
    assert paper_html(r"\((a\\)+b\) and \[c\\]d\]") == (
        r'<math>(a\\)+b</math> and <br><math class="display">c\\]d</math>'
    )


def test_text_in_a_formula_may_have_formulas_and_colons():
    assert to_html(r"so $\text{a $b$ c}$ it is") == r"so \(\text{a $b$ c}\) it is"
    assert set_formula(r"\text{a $b$ c}").spoken == "a b c"
    assert to_html(r"$\text{a::b}$") == r"\(\text{a::b}\)"
    assert to_html(r"{{c1::$\text{a::b}$}}", cloze=True) == r"{{c1::\(\text&#123;a:&#58;b&#125;\)}}"


def test_a_deletion_inside_a_formula_is_reported_as_one(small, run):
    edit(small / "roles" / "waiter.yaml", "A waiter {{c1::brings}}", "A waiter $h = {{c1::a_i::term}}$ brings")
    message = "error RC131 a cloze deletion must not be inside a formula"
    hint = "put the whole formula into the deletion: `{{c1::$…$}}`"
    found = run("check").out
    assert f"{message} ({hint})" in found
    assert "RC132" not in found


@pytest.mark.parametrize("tex", FORMULAS)
def test_every_formula_of_the_list_is_set(tex):
    formula = set_formula(tex, display=True)
    assert formula.width > 0
    assert formula.above + formula.below > 0
    assert formula.spoken


@pytest.mark.parametrize("tex", FORMULAS)
def test_half_a_formula_is_refused_or_set(tex):
    refused = []
    for end in range(1, len(tex)):
        try:
            set_formula(tex[:end])
        except FormulaError as error:
            refused.append(str(error))
    assert all(message.startswith("column ") for message in refused)


PARTS_OF_TEX = r"""
{ } ^ _ & \\ $ % ' \frac \left( \right \middle| \sqrt[ \text{ \mathbb{ \operatorname{ \hline \limits \substack{
\begin{matrix} \end{matrix} \begin{array}{cc| \color{red} \textcolor{#ff \href{x}{ \input{/etc/passwd} \char \overset
\def\a{\a}\a \newcommand{\x}[1]{#1\x{#1}}\x{1} \hspace{1e9em} \rule{9999em}{1em} \verb| \not </script>
"""
DEEP = ["{" * 300, r"\frac{" * 300, r"\sqrt{" * 30, "^{" * 300]


@st.composite
def broken_formulas(draw: st.DrawFn) -> str:
    """A formula of the list, cut and with parts of TeX at any place."""
    tex = draw(st.sampled_from(FORMULAS))
    parts = st.one_of(st.sampled_from([*PARTS_OF_TEX.split(), *DEEP]), st.text(max_size=2))
    for part in draw(st.lists(parts, min_size=1, max_size=6)):
        start = draw(st.integers(0, len(tex)))
        tex = tex[:start] + part + tex[start + draw(st.integers(0, 5)) :]
    return tex


@pytest.mark.fuzz
@settings(max_examples=500 if PROFILE == "quick" else 50_000)
@given(broken_formulas())
def test_a_broken_formula_is_set_or_refused_at_a_column(tex):
    try:
        message, formula = "", set_formula(tex)
    except FormulaError as error:
        message, formula = str(error), None
    assert formula.operators if formula else re.match(r"column [1-9]", message)


@pytest.mark.parametrize("row", IN_ANKI)
def test_a_formula_is_right_on_paper_if_it_is_right_on_cards(row):
    said, tex = row.split(" ", 1)
    try:
        set_formula(tex)
        broken = bool(NOT_IN_ANKI.search(tex))
    except FormulaError:
        broken = True
    assert broken == (said == "broken")


def test_a_thousand_formulas_take_less_than_two_seconds():
    start = time.process_time()
    for at in range(1_000):
        set_formula(f"{FORMULAS[at % len(FORMULAS)]} + {at}")
    assert time.process_time() - start < 2


def test_a_deck_without_formulas_or_code_loads_no_library_for_them(small):
    script = "import sys; from rolecards.cli import main\nmain(['build'])\nprint([name in sys.modules for name in ('mathra', 'pygments')])"
    built = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert built.stdout.endswith("[False, False]\n")


def test_a_formula_wider_than_its_column_is_an_error_in_yaml_and_printed_smaller_in_notes(small, run):
    wide = f"${' + '.join(f'x_{{{at}}}' for at in range(40))}$"
    (small / "page.md").write_text(f"# Sums\n\n**What is the sum?**\n\n{wide}\n", encoding="utf-8")
    built = run("build", "--only", "handout")
    assert built.status == 0, built.out
    assert "page.md:3:1: warning RC705 " in built.out, built.out
    edit(small / "roles" / "cook.yaml", "a: The knife", f"a: {wide}")
    built = run("build", "--only", "handout")
    assert built.status == 1
    assert "roles/cook.yaml:20:9: error RC705 " in built.out, built.out
