"""How a column of a file writes its dates: recognised from its values, and asked where they leave two readings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import polars as pl

from data_access.imports.convert import instant
from data_access.imports.missing import MISSING_WORDS

#: Year first before day first before month first; of the readings that fit all values the first is proposed.
DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d",
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y",
    "%B %d, %Y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y", "%d.%m.%y", "%y-%m-%d", "%y/%m/%d",
)  # fmt: skip
CLOCKS = (
    "%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%p%I:%M:%S", "%p%I:%M", "%I:%M:%S %p", "%I:%M %p", "%H时%M分%S秒", "%H时%M分",
)  # fmt: skip
BETWEEN = (" ", "T", ", ", "")
ZONES = ("", "%z", " %z")
EPOCH_DAY = "2000-01-01 "  # before a clock time that stands alone
LETTERS = {"%p": "[AaPp上下]", "%b": "[A-Za-z]{3}", "%B": "[A-Za-z]{3}", "%z": r"Z$|Z\n|[+-]\d\d:?\d\d", "%.f": r"\.\d"}
ENOUGH = 0.9  # the share of values that a format fits, to be proposed
TRIED_WITH = 40  # values with which formats are sorted out before all are looked at


@dataclass(frozen=True, slots=True)
class DateForms:
    """The formats proposed for a column, of which the first that fits counts; `others` read the values differently.

    `share` of the values fits. With `others` the values alone do not tell which is meant.
    """

    forms: tuple[str, ...]
    others: tuple[str, ...] = ()
    share: float = 1.0

    @property
    def is_asked(self) -> bool:
        return bool(self.others)

    @property
    def has_clock(self) -> bool:
        return any("%H" in form or "%I" in form for form in self.forms)


def date_forms(values: Sequence[str]) -> DateForms | None:
    """The formats of a column of dates or times; None where they are none."""
    written = dict.fromkeys(each.strip() for each in values)
    told = pl.Series("v", [each for each in written if each and each not in MISSING_WORDS], pl.String)
    if not told.len():
        return None
    few = told.head(TRIED_WITH)
    possible = [form for form in _forms() if _may_fit(form, "\n".join(few))]
    tried = _read(few, possible)
    likely = [form for form in possible if tried[form].is_not_null().any()]
    read = _read(told, likely).to_dict()
    whole = [form for form in likely if read[form].is_not_null().all()]
    if whole:
        first = read[whole[0]]
        others = tuple(form for form in whole[1:] if not (read[form] == first).all())
        return DateForms((whole[0],), others)
    return _several(told, read)


def _several(told: pl.Series, read: dict[str, pl.Series]) -> DateForms | None:
    """Up to three formats that together fit most values, the most frequent first."""
    chosen: list[str] = []
    others: tuple[str, ...] = ()
    left = pl.Series([True] * told.len())
    while read and len(chosen) < 3:
        fits = {form: (times.is_not_null() & left) for form, times in read.items()}
        best = max(read, key=lambda form: fits[form].sum())
        if not fits[best].any():
            break
        if not chosen:  # as many values are read otherwise by another: they do not tell which is meant
            alike = [form for form in read if (fits[form] == fits[best]).all()]
            others = tuple(form for form in alike if (read[form] != read[best]).filter(fits[best]).any())
        chosen.append(best)
        left = left & read.pop(best).is_null()
    share = 1 - int(left.sum()) / told.len()
    return DateForms(tuple(chosen), others, share) if share >= ENOUGH else None


def clock_form(values: Sequence[str]) -> str | None:
    """The format of a column of clock times without a date; None where it is none."""
    told = pl.Series("v", [EPOCH_DAY + each.strip() for each in values if each.strip()], pl.String)
    if not told.len():
        return None
    read = _read(told, [f"%Y-%m-%d {form}" for form in CLOCKS])
    return next((form for form, times in zip(CLOCKS, read, strict=True) if times.is_not_null().all()), None)


def _may_fit(form: str, words: str) -> bool:
    """Do the letters that a format is made of occur at all? Spares the reading of most formats."""
    between = re.sub(r"%\.f|%.", "", form).replace(" ", "")
    parts = {part for part, letters in LETTERS.items() if part in form and not re.search(letters, words)}
    return not parts and all(letter in words for letter in between)


def _read(told: pl.Series, forms: Sequence[str]) -> pl.DataFrame:
    """A column of times for each format."""
    return told.to_frame("v").select(instant((form,), pl.col("v"), "UTC").alias(form) for form in forms)


@cache
def _forms() -> tuple[str, ...]:
    clocked = [
        f"{day}{between}{clock}{zone}"
        for zone, day, between, clock in product(ZONES, DAYS, BETWEEN, CLOCKS)
        if between == " " or (between == ", " and not zone) or (day.startswith("%Y") and zone != " %z")
    ]
    return (*DAYS, *clocked)
