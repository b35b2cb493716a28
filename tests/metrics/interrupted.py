"""Series with a change in them, for the tests of `metrics.intervention`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from metrics.intervention import ChangeEffect, Check, CheckCode, evaluate_change


def months(count: int) -> list[date]:
    """The first days of so many months from January 2022 on."""
    return [date(2022 + i // 12, i % 12 + 1, 1) for i in range(count)]


def counted(counts: Sequence[int], **columns: Sequence[float]) -> pl.DataFrame:
    """A monthly series of counts."""
    return pl.DataFrame({"period": months(len(counts)), "count": [int(count) for count in counts], **columns})


def evaluated(series: pl.DataFrame, before: int, **asked: Any) -> ChangeEffect:
    """The effect of a change after so many periods."""
    found = evaluate_change(series, series["period"].sort()[before], **asked)
    assert isinstance(found, ChangeEffect)
    return found


def check(found: ChangeEffect, code: CheckCode) -> Check:
    return next(each for each in found.checks if each.code is code)


def sicily() -> pl.DataFrame:
    """Hospital admissions for acute coronary events in Sicily, 2002 to 2006, on the age-standardised population.

    Lopez Bernal, Cummins & Gasparrini (2017), International Journal of Epidemiology 46, 348–355: their sicily.csv.
    """
    return pl.DataFrame(
        {
            "period": [date(2002 + i // 12, i % 12 + 1, 1) for i in range(len(ADMISSIONS))],
            "count": ADMISSIONS,
            "exposure": POPULATION,
        }
    )


# fmt: off
ADMISSIONS = [
    728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858,
    887, 766, 851, 769, 781, 756, 766, 752, 765, 831, 879, 928,
    914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886,
    831, 796, 833, 820, 877, 758, 767, 738, 781, 843, 850, 908,
    1021, 859, 976, 888, 962, 838, 810, 876, 843, 936, 912,
]
POPULATION = [
    379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1, 379513.3, 376295.5, 374653.2, 378485.6,
    375955.5, 378349.7, 376762.4, 379032.3, 379360.4, 376162, 377972.4, 381830.7, 379888.6, 380872.2,
    380966.9, 381240.4, 382104.9, 381802.7, 381656.3, 383680, 383504.2, 386462.9, 383783.1, 380836.8,
    383483, 380906.2, 382926.8, 384052.4, 384449.6, 383428.4, 388153.2, 388373.2, 386470.1, 386033.2,
    383686.4, 385509.3, 385901.9, 386516.6, 388436.5, 383255.2, 390148.7, 385874.9, 391613.6, 391750.4,
    394005.6, 391364.9, 391664.6, 389022.3, 391878.5, 388575.3, 392989, 390018.8, 390712.3,
]
# fmt: on
