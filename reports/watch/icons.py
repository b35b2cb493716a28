"""The icons of variation and assurance as people know them from “Making Data Count”, in drawings of our own.

Shape and letter say what the colour says: H and L for high and low, P, ? and F for pass, hit and miss, and fail.
"""

import base64
from dataclasses import dataclass

from metrics.spc import Assurance, Heading, Variation
from reports import charts_base as base
from reports.visible import in_html

GOOD, CONCERN, CHANGED, QUIET = base.QA, base.COMPLAINTS, "#7a4fb5", base.QUIET
SVG = 'xmlns="http://www.w3.org/2000/svg"'
WAVE = ((7, 17), (11, 13), (15, 18), (19, 13), (23, 17))  # common cause: up and down around a centre
RISING = ((6, 21), (10, 23), (14, 21), (20, 16), (25, 11))
FALLING = tuple((x, 32 - y) for x, y in RISING)
COLOURS = {
    Variation.IMPROVING: GOOD,
    Variation.WORSENING: CONCERN,
    Variation.SPECIAL: CHANGED,
    Variation.COMMON: QUIET,
    Variation.UNKNOWN: QUIET,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A small picture, and in words what it shows, for who hears it."""

    inside: str
    wide: float
    high: float
    words: str
    shown: float | None = None  # pixels, where it is shown larger than it is drawn

    def drawn(self) -> str:
        """As a part of a document."""
        return self._svg(f'role="img" aria-label="{in_html(self.words)}"')

    def image(self) -> str:
        """As an image of its own, where a page takes no drawings."""
        told = base64.b64encode(self._svg(SVG).encode()).decode()
        sized = f'{self._size()} alt="{in_html(self.words)}"'
        return f'<img src="data:image/svg+xml;base64,{told}" {sized}>'

    def _svg(self, more: str) -> str:
        return f'<svg viewBox="0 0 {self.wide:g} {self.high:g}" {self._size()} {more}>{self.inside}</svg>'

    def _size(self) -> str:
        wide = self.shown or self.wide
        return f'width="{wide:g}" height="{wide * self.high / self.wide:g}"'


def variation_icon(found: Variation, heading: Heading, words: str) -> Drawing:
    """A curve that waves, rises or falls, with H or L beside it."""
    colour = COLOURS[found]
    if found is Variation.UNKNOWN:
        return _round(colour, words, _letter("–", 16, 21, colour))
    if found is Variation.COMMON:
        return _round(colour, words, _curve(WAVE, colour, 0))
    curve = {Heading.UP: RISING, Heading.DOWN: FALLING}.get(heading, WAVE)
    letter = {Heading.UP: _letter("H", 12, 14, colour), Heading.DOWN: _letter("L", 12, 26, colour)}.get(heading, "")
    return _round(colour, words, _curve(curve, colour, 3 if letter else 0) + letter)


def assurance_icon(found: Assurance, words: str) -> Drawing:
    """A target as a dashed line, the process above it, around it or below it, and P, ? or F."""
    match found:
        case Assurance.ALWAYS:
            drawn, colour = (_target(25, GOOD) + _letter("P", 16, 20, GOOD)), GOOD
        case Assurance.NEVER:
            drawn, colour = (_target(8, CONCERN) + _letter("F", 16, 25, CONCERN)), CONCERN
        case Assurance.HIT_AND_MISS:
            drawn, colour = (_target(25, QUIET) + _letter("?", 16, 20, QUIET)), QUIET
        case _:
            return _round(QUIET, words, _letter("–", 16, 21, QUIET), is_faint=True)
    return _round(colour, words, drawn)


def _round(colour: str, words: str, inside: str, *, is_faint: bool = False) -> Drawing:
    ring = f'<circle cx="16" cy="16" r="14" fill="none" stroke="{colour}" stroke-width="2.2"'
    ring += ' stroke-dasharray="3 3"/>' if is_faint else "/>"
    return Drawing(ring + inside, 32, 32, words, 38)


def _curve(points: tuple[tuple[int, int], ...], colour: str, from_: int) -> str:
    """Points from `from_` on are those that are no chance: bigger."""
    path = " ".join(f"{x},{y}" for x, y in points)
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.2"/>'
    dots = [
        f'<circle cx="{x}" cy="{y}" r="{2.6 if from_ and place >= from_ else 1.8}" fill="{colour}"/>'
        for place, (x, y) in enumerate(points)
    ]
    return line + "".join(dots)


def _letter(letter: str, x: int, y: int, colour: str) -> str:
    style = 'font-family="sans-serif" font-size="12" font-weight="700" text-anchor="middle"'
    return f'<text x="{x}" y="{y}" fill="{colour}" {style}>{letter}</text>'


def _target(y: int, colour: str) -> str:
    return f'<line x1="6" y1="{y}" x2="26" y2="{y}" stroke="{colour}" stroke-width="1.8" stroke-dasharray="4 2"/>'
