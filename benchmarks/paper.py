"""Papers against their size and against other typesetters: `make bench`, or `python benchmarks/paper.py 10 100`.

`--peers PYTHON` names an interpreter that has weasyprint, reportlab and typst; without it only our own figures are
taken. Time is that of setting and writing, without imports; every figure is the best of several runs in processes of
their own.

All of them set the same text in the same font: a list of contents with page numbers, as every study guide has one, and
then pages of a heading, paragraphs with bold words, a list and a table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from decks import WORDS, write_content

from rolecards.pdf import default_fonts

ROOT = Path(__file__).parents[1]
PAGES = (10, 30, 100)
NOTES_A_PAGE = 10
RUNS = {10: 3, 30: 3, 100: 3}

MEASURED = """
import json, resource, sys, time
from pathlib import Path
{setup}
start = time.perf_counter()
{code}
seconds = time.perf_counter() - start
print(json.dumps([seconds, pages, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

PRINTED = """
import gc; gc.disable()  # as the program does
import fpdf
from rolecards.export.artifacts import ARTIFACTS
from rolecards.papers.sheets import PrintOptions
from rolecards.release.edition import edition
from rolecards.release.release import Clock
from rolecards.templates import Templates, bundled_folder
made = edition(Path({folder!r}), Templates(folders=(bundled_folder(),)), Clock(stamp=1_700_000_000, now=1_900_000_000))
"""
PRINT = "pages = int(ARTIFACTS[{name!r}].make(made, PrintOptions()).summary.split()[0])"

TEXT = """
text = json.loads(Path({text!r}).read_text())
def html(number, part):
    head, said, points, rows = part
    cells = "".join("<tr>" + "".join(f"<td>{{cell}}</td>" for cell in row) + "</tr>" for row in rows)
    points = "".join(f"<li>{{point}}</li>" for point in points)
    said = "".join(f"<p>{{each}}</p>" for each in said)
    return f"<h1 id='p{{number}}'>{{head}}</h1>{{said}}<ul>{{points}}</ul><table>{{cells}}</table>"
def contents(counted):
    lines = (counted.format(number=number, head=part[0]) for number, part in enumerate(text))
    return "<ul>" + "".join(f"<li>{{line}}</li>" for line in lines) + "</ul>"
def document(counted):
    return contents(counted) + "".join(html(number, part) for number, part in enumerate(text))
"""

OURS = """
import gc; gc.disable()  # as the program does
import fpdf
from datetime import UTC, datetime
from rolecards.pdf import Metadata, Paper, Setting, StyleSource, default_fonts, lay_out
from rolecards.pdf.draw import draw
"""
OUR_CODE = """
sheet = StyleSource("a.css", "@page { margin: 20mm } h1 { break-before: page; font-size: 18pt }")
counted = "{head}, <a href='#p{number}' data-counter='target-page'></a>"
layout = lay_out(document(counted), Setting(sheet=sheet, fonts=default_fonts()), paper=Paper(width=210, height=297))
data = draw(layout, Metadata(title="Text", created=datetime(2026, 1, 1, tzinfo=UTC)))
pages = len(layout.pages)
"""

WEASYPRINT = "from weasyprint import HTML"
WEASYPRINT_CODE = """
style = ("@page {{ size: A4; margin: 20mm }} body {{ font: 10pt/1.35 sans; margin: 0 }} p {{ margin: 0 0 2.5mm }}"
         "h1 {{ break-before: page; font-size: 18pt; margin: 0 0 4mm; line-height: 1.2 }}"
         "ul {{ margin: 0 0 2.5mm; padding-left: 5mm }} li {{ margin: 0 0 0.8mm }}"
         "table {{ width: 100%; border-collapse: collapse }}"
         "td {{ padding: 1mm 1.5mm; border-bottom: 0.2mm solid #999; vertical-align: top }}"
         "a::after {{ content: target-counter(attr(href), page) }}"
         "@font-face {{ font-family: sans; src: url(file://{regular}) }}"
         "@font-face {{ font-family: sans; font-weight: bold; src: url(file://{bold}) }}")
counted = "{{head}}, <a href='#p{{number}}'></a>"
made = HTML(string=f"<style>{{style}}</style>" + document(counted)).render()
data, pages = made.write_pdf(), len(made.pages)
"""

REPORTLAB = """
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Table
from reportlab.platypus.tableofcontents import TableOfContents
import io
class Counted(SimpleDocTemplate):
    def afterFlowable(self, flowable):
        if getattr(flowable, "style", None) is head_style:
            self.notify("TOCEntry", (0, flowable.getPlainText(), self.page))
"""
REPORTLAB_CODE = """
pdfmetrics.registerFont(TTFont("sans", {regular!r}))
pdfmetrics.registerFont(TTFont("sans-bold", {bold!r}))
pdfmetrics.registerFontFamily("sans", normal="sans", bold="sans-bold")
body = ParagraphStyle("body", fontName="sans", fontSize=10, leading=13.5, spaceAfter=5.7)
head_style = ParagraphStyle("head", fontName="sans-bold", fontSize=18, leading=22, spaceAfter=11)
line = [("LINEBELOW", (0, 0), (-1, -1), 0.5, "grey")]
flow = [TableOfContents(levelStyles=[body])]
for head, said, points, rows in text:
    flow += [PageBreak(), Paragraph(head, head_style), *(Paragraph(each, body) for each in said)]
    flow.append(ListFlowable([Paragraph(point, body) for point in points], bulletType="bullet"))
    flow.append(Table([[Paragraph(cell, body) for cell in row] for row in rows], style=line))
margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 56.7)
document = Counted(io.BytesIO(), pagesize=A4, **margins)
document.multiBuild(flow)
pages = document.page
"""

TYPST = "import typst"
TYPST_CODE = """
setup = '#set page(paper: "a4", margin: 20mm)\\n#set text(font: "Source Sans Pro", size: 10pt)\\n'
def typst_of(part):
    head, said, points, rows = part
    cells = ", ".join(f"[{{cell}}]" for row in rows for cell in row)
    points = "\\n".join(f"- {{point}}" for point in points)
    parts = ["#pagebreak(weak: true)", f"= {{head}}", *said, points, f"#table(columns: 4, {{cells}})", ""]
    return "\\n\\n".join(parts)
source = setup + "#outline()\\n" + "".join(map(typst_of, text)).replace("<b>", "*").replace("</b>", "*")
data = typst.compile(source.encode(), font_paths=[{fonts!r}])
import re
pages = len(re.findall(rb"/Type\\s*/Page\\b", data))
"""


def measured(python: str, setup: str, code: str, runs: int) -> tuple[float, int, float]:
    """Seconds, pages and peak megabytes: the fastest of some runs."""
    script = MEASURED.format(setup=setup, code=code)
    figures = []
    for _ in range(runs):
        done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        figures.append(tuple(json.loads(done.stdout.splitlines()[-1])))
    return min(figures)


def report(name: str, size: str, figures: tuple[float, int, float]) -> None:
    seconds, pages, megabytes = figures
    each = seconds / pages * 1000
    print(f"{name:12}{size:>12}{pages:7} pages{seconds:8.2f} s{each:8.1f} ms a page{megabytes:7.0f} MB")


def papers(folder: Path, notes: int, runs: int) -> None:
    """Quiz and cards of a deck with so many notes."""
    write_content(folder / str(notes), notes)
    setup = PRINTED.format(folder=str(folder / str(notes)))
    for name in ("quiz", "cards"):
        report(name, f"{notes} notes", measured(sys.executable, setup, PRINT.format(name=name), runs))


def text(pages: int) -> list[tuple[str, list[str], list[str], list[list[str]]]]:
    """A page each: a heading, paragraphs with bold words, a list and a table."""
    return [(f"Part {page}", _said(page, 6, 45), _said(page + 3, 6, 9), _rows(page)) for page in range(pages)]


def _said(seed: int, count: int, length: int) -> list[str]:
    texts = (enumerate(_words(seed * 31 + step, length)) for step in range(count))
    return [" ".join(f"<b>{word}</b>" if at % 9 == 5 else word for at, word in words) + "." for words in texts]


def _rows(seed: int) -> list[list[str]]:
    return [[" ".join(_words(seed + row * 5 + cell, 5)) for cell in range(4)] for row in range(6)]


def _words(seed: int, length: int) -> list[str]:
    return [WORDS[(seed * 7 + step * step + step) % len(WORDS)] for step in range(length)]


def typesetters(folder: Path, pages: int, runs: int, peers: str | None) -> None:
    """The same text by each program."""
    family = default_fonts().families["sans"]
    places = {"regular": str(family.regular), "bold": str(family.bold), "fonts": str(family.regular.parent)}
    path = folder / f"text{pages}.json"
    path.write_text(json.dumps(text(pages)), encoding="utf-8")
    setup = TEXT.format(text=str(path))
    size = f"{len(path.read_text(encoding='utf-8').split())} words"
    report("rolecards", size, measured(sys.executable, OURS + setup, OUR_CODE, runs))
    others = {"typst": (TYPST, TYPST_CODE), "reportlab": (REPORTLAB, REPORTLAB_CODE)}
    others["weasyprint"] = (WEASYPRINT, WEASYPRINT_CODE)
    for name, (imports, code) in others.items() if peers else ():
        report(name, size, measured(str(peers), f"{imports}\n{setup}", code.format(**places), runs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has weasyprint, reportlab and typst")
    parser.add_argument("pages", type=int, nargs="*", default=PAGES, help="how many pages of text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for pages in options.pages:
            runs = RUNS.get(pages, 1)
            papers(Path(folder), pages * NOTES_A_PAGE, runs)
            typesetters(Path(folder), pages, runs, options.peers)


if __name__ == "__main__":
    main()
