"""The course of a figure below its value on a tile: one line, drawn here, so that a page of many tiles opens at once.

Streamlit's own chart of a tile takes a browser 35 ms each, and half a second to load what draws it.
"""

import math
from collections.abc import Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

WIDE, HIGH, EDGE = 200.0, 40.0, 3.0  # as drawn: a picture is stretched to its tile, and its strokes are not
STRETCHED = "vector-effect='non-scaling-stroke' stroke-linecap='round' stroke-linejoin='round'"


def trend(values: Sequence[float | None], colour: str, words: str) -> str:
    """The values from left to right as HTML, with a gap where there is none; nothing where fewer than two are known.

    Args:
        colour: of the line, as CSS writes it; it has to be seen on light and on dark.
        words: what is told to who does not see it.
    """
    known = [(place, each) for place, each in enumerate(values) if each is not None and not math.isnan(each)]
    if len(known) < 2:
        return ""
    told = quote(_drawing(known, len(values), colour), safe=" /:=,.-'")
    return f'<img class="twinwing-trend" src="data:image/svg+xml,{told}" alt="{escape(words)}">'


def _drawing(known: Sequence[tuple[int, float]], count: int, colour: str) -> str:
    """An SVG document; values that follow each other are one line, and one by itself is a point."""
    low, high = min(value for _place, value in known), max(value for _place, value in known)
    if high == low:
        low, high = low - 1, high + 1
    lines = []
    for _run, run in groupby(enumerate(known), key=lambda each: each[1][0] - each[0]):
        points = [
            f"{WIDE * place / (count - 1):.1f},{HIGH - EDGE - (HIGH - 2 * EDGE) * (value - low) / (high - low):.1f}"
            for _order, (place, value) in run
        ]
        lines.append(f"M{'L'.join(points if len(points) > 1 else points * 2)}")
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDE:g} {HIGH:g}' preserveAspectRatio='none'>"
        f"<path d='{''.join(lines)}' fill='none' stroke='{colour}' stroke-width='2' {STRETCHED}/></svg>"
    )
