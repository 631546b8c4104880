"""Rewrites the pictures of the README from the current deck and study guide: `make pictures`.

It needs Chromium, and the anki library and pypdfium2, which are test dependencies.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
CARD = "mle-docker#0"
HANDOUT_PAGE = 6
PAGE = """<!doctype html><html class="{html}"><head><meta charset="utf-8"><style>
body {{ margin: 20px; }} .nightMode body, body.nightMode {{ background: #1b1f24; }}
{css}</style></head><body class="card card1 {body}"><div id="qa">{side}</div></body></html>"""
VIEWS = {
    "card-answer": ("answer", "mobile", "", "390,330"),
    "card-night": ("answer", "mobile night-mode", "nightMode night_mode", "390,330"),
}


def deck_state(package: Path) -> dict:
    steps = json.dumps([["import", str(package)], ["state", None]])
    script = ROOT / "tests" / "anki_session.py"
    done = subprocess.run([sys.executable, script], input=steps, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)[1]


def screenshot(page: Path, picture: Path, size: str) -> None:
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-quic"]
    command += ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={page.parent / 'profile'}", "--force-device-scale-factor=2"]
    subprocess.run(
        [*command, f"--window-size={size}", f"--screenshot={picture}", page.as_uri()], check=True, capture_output=True
    )


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = [sys.executable, "-m", "rolecards", "build", "content", "--out", str(folder), "--locked"]
        subprocess.run(build, cwd=ROOT, check=True)
        state = deck_state(folder / "ml-team-roles.apkg")
        css = state["note_types"]["ML Team Roles Q&A"]["css"]
        for view, (side, html, body, size) in VIEWS.items():
            page = folder / f"{view}.html"
            page.write_text(
                PAGE.format(html=html, body=body, css=css, side=state["cards"][CARD][side]), encoding="utf-8"
            )
            screenshot(page, PICTURES / f"{view}.png", size)
        handout = folder / "ml-team-roles-handout.pdf"
        with pypdfium2.PdfDocument(handout) as document:
            document[HANDOUT_PAGE - 1].render(scale=90 / 72).to_pil().save(PICTURES / "handout-page.png")


if __name__ == "__main__":
    main()
