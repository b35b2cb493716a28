"""`python -m jobs spc`: a control chart of any CSV file; needs no warehouse and no state store."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jobs.formats import Format
from jobs.metrics_command import written
from jobs.series_files import read_table
from metrics.errors import InvalidScope, UnknownName, near
from metrics.spc import Chart, ControlChart, Phase, control_chart, rule_set
from metrics.spc.limits import RATIOS
from reports.text import _

PRINTED = ("period", "value", "centre", "lower", "upper", "flags")
DIVIDED = RATIOS | {Chart.XMR, Chart.RUN}  # charts that a denominator makes sense for


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says; points are counted from 1 there."""

    chart: str
    value: str
    denominator: str | None = None
    period: str | None = None
    subgroup: str | None = None
    rules: str = "nhs"
    freeze: int | None = None
    part: str | None = None
    exclude: str | None = None
    multiply: float = 1.0


def drawn(file: Path, asked: Asked) -> ControlChart:
    """The chart of the file's series.

    Raises:
        ImportFailed: the file cannot be read, lacks a column, or holds something that is no number.
        InvalidScope, UnknownName: the options do not go together, or the chart cannot show such values.
    """
    chart, rules = _chart(asked.chart), rule_set(asked.rules)
    _check(asked, chart)
    return control_chart(
        _points(file, asked, chart),
        chart,
        rules,
        phases=_phases(asked),
        excluded=[each - 1 for each in _numbers("--exclude", asked.exclude)],
        multiply=asked.multiply,
    )


def _chart(name: str) -> Chart:
    if name not in list(Chart):
        raise UnknownName("There is no chart '{name}'.", "Did you mean: {near}?", name=name, near=near(name, Chart))
    return Chart(name)


def _check(asked: Asked, chart: Chart) -> None:
    if chart in RATIOS and asked.denominator is None:
        raise InvalidScope(
            "A {chart} chart needs a denominator.", "Name its column with --denominator.", chart=str(chart)
        )
    if asked.denominator is not None and chart not in DIVIDED:
        raise InvalidScope("A {chart} chart has no denominator.", "Leave --denominator out.", chart=str(chart))
    if (chart is Chart.XBAR_S) != (asked.subgroup is not None):
        raise InvalidScope(
            "Subgroups belong to an xbar-s chart, and to no other.",
            "Name with --subgroup the column that says which values belong together, or leave it out.",
        )
    if asked.freeze is not None and asked.part is not None:
        raise InvalidScope("Limits are either frozen or made anew for each phase.", "Leave --freeze or --part out.")
    if not (math.isfinite(asked.multiply) and asked.multiply > 0):
        raise InvalidScope("--multiply is {number}.", "Choose a number above 0.", number=asked.multiply)


def _points(file: Path, asked: Asked, chart: Chart) -> pl.DataFrame:
    ratio = asked.denominator is not None
    columns = {"numerator" if ratio else "value": asked.value, "denominator": asked.denominator}
    columns |= {"label": asked.period, "subgroup": asked.subgroup}
    table = read_table(file, {name: column for name, column in columns.items() if column is not None})
    if asked.period is None:
        table = table.with_row_index("label", offset=1)
    if chart is Chart.XBAR_S:
        return _subgrouped(table, "subgroup" if asked.period is None else "label")
    if ratio and chart not in RATIOS:
        _refuse_nothing(table)
        table = table.with_columns(value=pl.col("numerator") / pl.col("denominator"))
    return table.rename({"label": "period"})


def _subgrouped(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Each value under what its subgroup is called; two that are called the same would be taken for one."""
    known = table.with_columns(pl.col(name).first().over("subgroup").alias("period"))
    twice = known.filter(pl.col("subgroup").n_unique().over("period") > 1)
    if twice.height:
        raise InvalidScope(
            "The period {period} has several subgroups.",
            "Give each a period of its own, or leave --period out.",
            period=twice["period"][0],
        )
    return known.select("period", "value")


def _refuse_nothing(table: pl.DataFrame) -> None:
    """Single values of a ratio have to be values."""
    empty = table.filter(pl.col("denominator") == 0)
    if empty.height:
        raise InvalidScope(
            "The denominator of period {period} is 0.", "Leave periods without cases out.", period=empty["label"][0]
        )


def _phases(asked: Asked) -> list[Phase]:
    starts = sorted({0, *_numbers("--part", asked.part)})
    return [Phase(start, asked.freeze) for start in starts]


def _numbers(option: str, words: str | None) -> Sequence[int]:
    """Places of points, with commas between."""
    parts = [] if words is None else [each.strip() for each in words.split(",")]
    for each in parts:
        if not (each.isascii() and each.isdecimal() and int(each) > 0):
            raise InvalidScope(
                "{option} is '{text}', which is not a list of points.",
                "Write numbers from 1 on with commas between, like 15,23.",
                option=option,
                text=words,
            )
    return [int(each) for each in parts]


def told(chart: ControlChart, kind: Format) -> str:
    """One row a point; of an x̄-s chart with the standard deviation and its limits behind."""
    rows = chart.points.select(PRINTED)
    if chart.spread is not None:
        named = chart.spread.select(pl.col(PRINTED[1:]).name.prefix("s_")).rename({"s_value": "s"})
        rows = rows.hstack(named)
    if kind is Format.CSV:
        rows = rows.with_columns(pl.col(pl.List(pl.String)).list.join(";"))
    return written(rows, kind)


def noted(chart: ControlChart) -> list[str]:
    """What somebody has to know of the limits before using them."""
    few = [phase.base for phase in chart.phases if phase.is_trial]
    if not few:
        return []
    said = _("Trial limits: they come from {count} points; from 20 on they are steady.")
    return [said.format(count=min(few))]
