"""Charts of one metric looked at closely: hours of the week, how times are distributed, why it moved."""

from collections.abc import Callable, Sequence
from math import log10

import plotly.graph_objects as go
import polars as pl

from data_access.closer import WeekCells
from metrics.decomposition import Decomposition
from metrics.metric import AnyMetric, Better, Quantile, Status, Unit
from reports import charts_base as base
from reports import counted, text
from reports.text import N_, _

ALL_DAYS = {1: N_("Mon"), 2: N_("Tue"), 3: N_("Wed"), 4: N_("Thu"), 5: N_("Fri"), 6: N_("Sat"), 7: N_("Sun")}
DAYS_TOGETHER = {1: N_("Mon – Fri"), 6: N_("Sat, Sun")}
FAINTEST = 0.12  # of a colour, where a value is lowest
STEPS = (5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 172_800, 604_800)
BARS = 40  # of a distribution
LEAST = 1.0  # second: an axis of logarithms has no 0
MOST_EFFECTS = 8


def heat_map(found: WeekCells, metric: AnyMetric) -> go.Figure:
    """A metric over the week; cells with too few cases stay empty."""
    cells = {(row["weekday"], row["hour"]): row for row in found.frame.iter_rows(named=True)}
    days = _days(found)
    hours = list(range(0, 24, found.hours))
    values: list[list[float | None]] = []
    hover: list[list[str]] = []
    for day, name in days.items():
        rows = [cells.get((day, hour)) for hour in hours]
        values.append([row["value"] if row and row["status"] == Status.OK else None for row in rows])
        spans = [f"<b>{name} {_span(hour, found)}</b>" for hour in hours]
        hover.append([_cell(when, row, metric) for when, row in zip(spans, rows, strict=True)])
    colour = base.colour_of(metric)
    drawn = {
        "type": "heatmap",
        "x": [hour + found.hours / 2 for hour in hours],
        "y": list(range(len(days))),
        "z": values,
        "hovertext": hover,
        "hoverinfo": "text",
        "colorscale": [[0, base.faded(colour, FAINTEST)], [1, colour]],  # weak stays near the ground of both themes
        "showscale": False,  # it would hide what shines through: the caption says from where to where
        "xgap": 1,
        "ygap": 1,
    }
    marked = list(range(0, 25, max(3, found.hours)))
    bare = {"showgrid": False, "zeroline": False}
    x = bare | {"tickvals": marked, "ticktext": [f"{hour:02d}:00" for hour in marked], "range": [0, 24]}
    y = bare | {"tickvals": list(range(len(days))), "ticktext": [f"{each} " for each in days.values()]}
    return base.figure([drawn], x=x, y=y | {"autorange": "reversed"}, height=90 + 30 * len(days))


def week_in_words(found: WeekCells) -> pl.DataFrame:
    """The cells with their days and hours as the chart names them."""
    days = _days(found)
    hours = [_span(hour, found) for hour in found.frame["hour"]]
    spoken = [days[day] for day in found.frame["weekday"]]
    return found.frame.with_columns(weekday=pl.Series(spoken, dtype=pl.String), hour=pl.Series(hours, dtype=pl.String))


def _days(found: WeekCells) -> dict[int, str]:
    return {day: _(name) for day, name in (ALL_DAYS if found.is_by_day else DAYS_TOGETHER).items()}


def _span(hour: int, found: WeekCells) -> str:
    return f"{hour:02d}:00–{hour + found.hours:02d}:00"


def _cell(when: str, row: dict | None, metric: AnyMetric) -> str:
    if row is None:
        return f"{when}<br>{_('no cases')}"
    count = counted.stands_on(metric, row["denominator"])
    few = [_("too few to judge")] if row["status"] == Status.TOO_FEW else []
    return "<br>".join([when, text.value(row["value"], metric.unit), count, *few])


def distribution(frame: pl.DataFrame, metric: Quantile, marked: Sequence[tuple[float, str]]) -> go.Figure:
    """How long contacts took, on an axis on which each step is as much longer again, with times marked on it.

    Args:
        frame: `low high contacts` in order, as `data_access.closer.read_distribution` gives it.
        marked: seconds and what stands there, in order.
    """
    joined = _joined(frame)
    share = joined["contacts"] / joined["contacts"].sum() * 100
    hover = [
        f"<b>{text.duration(low)} – {text.duration(high)}</b><br>{text.value(part, Unit.PERCENT)}"
        for low, high, part in zip(joined["low"], joined["high"], share, strict=True)
    ]
    drawn = {
        "type": "bar",
        "x": joined["low"].to_list(),
        "y": share.to_list(),
        "offset": 0,
        "width": (joined["high"] - joined["low"]).to_list(),
        "marker": {"color": base.colour_of(metric), "opacity": 0.75},
        "hovertext": hover,
        "hoverinfo": "text",
        "showlegend": False,
    }
    reach = (joined["low"][0], joined["high"][-1])
    ticks = [each for each in STEPS if reach[0] <= each <= reach[1]]
    x = {"type": "log", "tickvals": ticks, "ticktext": [text.round_time(each) for each in ticks], "showgrid": False}
    x["range"] = [_log10(each) for each in reach]
    lines = [base.upright(at, {"color": base.QUIET, "dash": "dot", "width": 1.5}) for at, _words in marked]
    return base.figure([drawn], x=x, y={"ticksuffix": "%"}, shapes=lines, annotations=_above(marked))


def _above(marked: Sequence[tuple[float, str]]) -> list[base.Part]:
    """The words of marked times above the plot, the first to the left of its line: equal ones stay apart."""
    place = {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    sides = ["right", *(["left"] * len(marked))]
    return [
        place | {"x": _log10(at), "text": said, "xanchor": side}
        for (at, said), side in zip(marked, sides, strict=False)
    ]


def _log10(value: float) -> float:
    """Where an annotation stands on an axis of logarithms."""
    return log10(max(value, LEAST))


def _joined(frame: pl.DataFrame) -> pl.DataFrame:
    """Counts in at most BARS steps, each as much longer again; steps without a case stay empty."""
    low = max(float(frame["low"][0]), LEAST)
    high = max(float(frame["high"][-1]), low * 2)
    ratio = (high / low) ** (1 / BARS)
    middle = (pl.col("low").clip(LEAST) * pl.col("high").clip(LEAST)).sqrt()
    step = ((middle / low).log(ratio)).floor().clip(0, BARS - 1).alias("step")
    counted = frame.group_by(step).agg(pl.col("contacts").sum()).sort("step")
    edges = (pl.lit(low) * pl.lit(ratio) ** (pl.col("step") + more) for more in (0, 1))
    return counted.select(*(edge.alias(name) for edge, name in zip(edges, ("low", "high"), strict=True)), "contacts")


def waterfall(found: Decomposition, metric: AnyMetric, label: Callable[[str | None], str]) -> go.Figure:
    """From the old value to the new one, by the groups of a dimension; the smallest are taken together."""
    rows = list(found.groups.iter_rows(named=True))
    shown, rest = rows[:MOST_EFFECTS], rows[MOST_EFFECTS:]
    steps = [(base.plain(label(row[found.dimension])), row["effect"], _effects(row, metric)) for row in shown]
    if rest:
        others = sum(row["effect"] for row in rest)
        steps.append((_("{count} others").format(count=len(rest)), others, _change(others, metric)))
    names = [_("Compared period"), *(name for name, _effect, _said in steps), _("This period")]
    old, new = text.value(found.old, metric.unit), text.value(found.new, metric.unit)
    good = {Better.HIGHER: (base.GOOD, base.BAD), Better.LOWER: (base.BAD, base.GOOD)}.get(metric.better)
    up, down = good or (base.colour_of(metric), base.QUIET)
    drawn = {
        "type": "waterfall",
        "orientation": "h",
        "measure": ["absolute", *(["relative"] * len(steps)), "total"],
        "x": [found.old, *(effect for _name, effect, _said in steps), found.new],
        "y": list(range(len(names))),
        "text": [old, *(_change(effect, metric) for _name, effect, _said in steps), new],
        "textposition": "outside",
        "cliponaxis": False,  # on a phone the outermost words reach over the edge
        "hovertext": [old, *(said for _name, _effect, said in steps), new],
        "hoverinfo": "text",
        "customdata": ["", *(row[found.dimension] or "" for row in shown), *([""] * (1 + bool(rest)))],
        "increasing": {"marker": {"color": up}},
        "decreasing": {"marker": {"color": down}},
        "totals": {"marker": {"color": base.QUIET}},
        "connector": {"line": {"color": base.QUIET, "width": 1}},
        "showlegend": False,
    }
    y = {"tickvals": list(range(len(names))), "ticktext": [f"{each} " for each in names], "autorange": "reversed"}
    x = {"range": _around(found, [effect for _name, effect, _said in steps])} | base.values_axis(metric.unit)
    x.pop("rangemode")
    return base.figure([drawn], x=x, y=y | {"showgrid": False}, height=max(200, 34 * len(names) + 60))


def _around(found: Decomposition, effects: Sequence[float]) -> list[float]:
    """The stretch in which something happens: bars from 0 on would hide it."""
    reached, at = [found.old, found.new], found.old
    for effect in effects:
        at += effect
        reached.append(at)
    room = (max(reached) - min(reached)) * 0.6 or abs(found.old) * 0.05 or 1.0
    return [min(reached) - room, max(reached) + room]


def _change(effect: float, metric: AnyMetric) -> str:
    return text.change(0.0, effect, metric.unit)


def _effects(row: dict, metric: AnyMetric) -> str:
    """What stands at a step: the whole effect, and how much of it is rate and how much mix."""
    lines = [
        _change(row["effect"], metric),
        _("its own figure: {change}").format(change=_change(row["rate"], metric)),
        _("its share: {change}").format(change=_change(row["mix"], metric)),
    ]
    return "<br>".join(lines)
