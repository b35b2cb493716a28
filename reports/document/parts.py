"""What a document is made of before it is a file: every writer shows the same parts, from the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
    """Key figures side by side, a handful: more belong into a table."""

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
    colours: Sequence[str] = ()  # of the series, where they are not those of the palette in its order
    note: str = ""  # below it: what is not drawn, and why

    @property
    def interval(self) -> tuple[str, str] | None:
        """The columns of the first series' interval, where there are both."""
        return (self.low, self.high) if self.low and self.high else None


Part = Paragraph | Points | Figures | Table | Chart


@dataclass(frozen=True, slots=True, eq=False)
class Chapter:
    """One subject: `message` is what it comes to in one sentence, the title of its slide; without one, `title` is.

    `definitions` are names and meanings of what it shows: a speaker's notes, and the end of the document.
    """

    title: str
    message: str
    parts: tuple[Part, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A whole document. `facts` say what it is about: scope, data time, product, and more; words, not numbers to hash.

    `as_of` is the moment of the newest data at the site's clock, which files give as the time of their making: made
    again from the same data they are the same to the byte.
    """

    title: str
    lead: tuple[str, ...]  # the headline, in sentences
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()  # beside those of the chapters
    as_of: datetime = datetime(2000, 1, 1)


def meanings(document: Document) -> list[tuple[str, str]]:
    """All definitions of a document, each once, in their order."""
    told = [*document.definitions, *(each for chapter in document.chapters for each in chapter.definitions)]
    return list(dict.fromkeys(told))
