"""Single marks of a drawn chart: words to be set in a font, and strokes, boxes, lines, bands, whiskers as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.document.axes import Plot

INK, FAINT, GRID = "#1c2733", "#5b6876", "#e1e6ec"
DASHES = ("", "5 3", "2 2", "7 2 2 2")  # of the series of a chart one after another: told apart without colour, too
Value = float | None


@dataclass(frozen=True, slots=True)
class Words:
    """Words at a place in the picture, in points; `anchor` says whether they start, have their middle or end there."""

    x: float
    y: float  # of the line that the letters stand on
    said: str
    anchor: str
    fill: str


def stroke(x1: float, y1: float, x2: float, y2: float, colour: str, wide: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{wide:g}"{dashed}/>'


def box(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(wide, 0):.2f}" height="{max(high, 0):.2f}" fill="{fill}"/>'


def dot(x: float, y: float, colour: str, radius: float = 1.8) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{colour}"/>'


def line(across: Sequence[float], values: Sequence[Value], plot: Plot, colour: str, place: int, *, dotted: bool) -> str:
    """A line that is broken where there is no value; a value alone is a dot."""
    drawn, run = [], []
    for x, value in [*zip(across, values, strict=True), (0.0, None)]:
        if value is not None:
            run.append((x, plot.y(value)))
            continue
        if len(run) > 1:
            path = "M" + "L".join(f"{px:.2f} {py:.2f}" for px, py in run)
            dash = DASHES[place % len(DASHES)]
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            drawn.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.4"{dashed}/>')
        if dotted or len(run) == 1:
            drawn += [dot(px, py, colour) for px, py in run]
        run = []
    return "".join(drawn)


def band(across: Sequence[float], lows: Sequence[Value], highs: Sequence[Value], plot: Plot, colour: str) -> str:
    """The stretch between two ends, broken where one is missing."""
    drawn, run = [], []
    for x, low, high in [*zip(across, lows, highs, strict=True), (0.0, None, None)]:
        if low is not None and high is not None:
            run.append((x, plot.y(low), plot.y(high)))
            continue
        if len(run) > 1:
            upper = [f"{px:.2f} {top:.2f}" for px, _bottom, top in run]
            lower = [f"{px:.2f} {bottom:.2f}" for px, bottom, _top in reversed(run)]
            drawn.append(f'<path d="M{"L".join([*upper, *lower])}Z" fill="{colour}" fill-opacity="0.14"/>')
        run = []
    return "".join(drawn)


def whisker(x: float, y: float, long: float, *, lying: bool) -> str:
    """An interval from (x, y) on, with a short stroke at each end."""
    end, cap = (x + long, 2.0) if lying else (y + long, 2.0)
    if lying:
        caps = [stroke(each, y - cap, each, y + cap, INK, 0.8) for each in (x, end)]
        return stroke(x, y, end, y, INK, 0.8) + "".join(caps)
    caps = [stroke(x - cap, each, x + cap, each, INK, 0.8) for each in (y, end)]
    return stroke(x, y, x, end, INK, 0.8) + "".join(caps)
