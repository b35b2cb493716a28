"""What a document is made of before it is a file: every writer shows the same parts, from the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from reports.export import Section


class Shape(StrEnum):
    """How the numbers of a chart are drawn."""

    LINE = "line"
    BAR = "bar"  # lying, one for each group
    COLUMN = "column"  # standing, one for each period
    STACKED = "stacked"  # columns of several series upon each other


class Tone(StrEnum):
    """Whether a figure's message is good news; always told by a sign or a word as well, never by colour alone."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One sentence or several, in the reader's language."""

    words: str


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences that stand below each other as a list."""

    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure as a page's tile shows it: all words are in the reader's language."""

    name: str
    value: str
    change: str = ""
    target: str = ""
    note: str = ""  # interval, n, maturity, or why there is no value
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table; a file that people read on paper or on a slide shows `most` rows, and says how many there are."""

    section: Section
    most: int = 30


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Numbers to draw: `across` is a column of days, periods or groups; the others hold numbers in one unit.

    `title` is the message that the chart proves. Null values leave a gap.
    """

    title: str
    shape: Shape
    frame: pl.DataFrame
    across: str
    values: Sequence[str]  # columns
    names: Sequence[str]  # of the series, in the reader's language
    unit: str  # written at the axis
    low: str | None = None  # columns of the interval of the first series
    high: str | None = None
    lines: Sequence[tuple[str, float]] = ()  # named levels: a target, a limit


Part = Paragraph | Points | Figures | Table | Chart


@dataclass(frozen=True, slots=True, eq=False)
class Chapter:
    """One subject: `message` is what it comes to in one sentence, the title of its slide."""

    title: str
    message: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A whole document. `facts` say what it is about: scope, data time, definitions, product, and more."""

    title: str
    lead: tuple[str, ...]  # the headline, in sentences
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...] = field(default=())
