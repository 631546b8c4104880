"""The plot of cost against deck size, as SVG on logarithmic axes."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, HEIGHT = 760, 460
LEFT, TOP, RIGHT, BOTTOM = 70, 30, 270, 50
COLOURS = ("#0b5c8a", "#b3541e", "#3a7d44", "#7b3f98", "#8a6d0b", "#555555", "#c2185b", "#00838f", "#6d4c41")


def write_plot(path: Path, results: dict[int, dict[str, tuple[float, float, int]]]) -> None:
    """One line a measurement: seconds against notes."""
    seconds = [found[0] for each in results.values() for found in each.values()]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    sizes = list(results)

    def x(size: int) -> float:
        span = math.log10(sizes[-1] / sizes[0]) or 1
        return LEFT + math.log10(size / sizes[0]) / span * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - math.log10(value)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    ]
    parts.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    foot = HEIGHT - BOTTOM + 20
    parts += [f'<text x="{x(size):.1f}" y="{foot}" text-anchor="middle">{size:,}</text>' for size in sizes]
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">notes in the deck</text>'
    )
    for at, name in enumerate(results[sizes[0]]):
        colour = COLOURS[at % len(COLOURS)]
        points = " ".join(f"{x(size):.1f},{y(results[size][name][0]):.1f}" for size in sizes)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        key = TOP + 14 + at * 20
        parts.append(
            f'<line x1="{WIDTH - RIGHT + 14}" x2="{WIDTH - RIGHT + 34}" y1="{key - 4}" y2="{key - 4}" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(f'<text x="{WIDTH - RIGHT + 40}" y="{key}">{escape(name)}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
