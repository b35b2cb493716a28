"""Charts of one change: what happened beside what would have, other ways of analysing, and power before a change."""

from collections.abc import Iterable
from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl

from metrics.intervention import ChangeEffect, Family, Plan
from reports import charts_base as base
from reports import effect_sizes as sizes
from reports import planned
from reports.text import N_, _

MODELS = {
    "trend": N_("Trend"),
    "independent": N_("Trend, no memory"),
    "bend": N_("Trend with a bend"),
    "level": N_("Level only"),
    "moving_level": N_("Moving level"),
}
WINDOWS = {"all": N_("All periods"), "1_before": N_("One year before"), "2_before": N_("Two years before")}
SEASONS = {0: N_("No season"), 1: N_("One wave"), 2: N_("Two waves")}
LENGTHS = {"month": 30.4, "week": 7.0, "day": 1.0}  # days; a point stands in the middle of its period
SHADES = (base.QUIET, "#5595e2", "#4588dd", base.QA)  # of effects, the larger the darker
DASHES = ("dot", "dash", "dashdot", "solid")
ROOM = 2.0  # times the farthest point: a wide interval leaves the plot, so that the points can be told apart
NO_EFFECT = {"color": base.QUIET, "width": 1.5}


def path(found: ChangeEffect, colour: str, name: str, rolled_out: date | None) -> go.Figure:
    """Observed, fitted, and what was to be expected without the change, with its band; the change and its roll-out."""
    scale = 100.0 if found.family is Family.SHARE else 1.0
    names = ("observed", "fitted", "counterfactual", "low", "high")
    frame = found.path.with_columns(pl.col(*names) * scale)
    fitted = frame.filter(pl.col("place") != "transition")
    after = fitted.filter(pl.col("place") == "after")
    lines, words = base.marks([(found.start, name)])
    if rolled_out is not None and rolled_out > found.start:
        ends = {"x0": found.start.isoformat(), "x1": rolled_out.isoformat(), "y0": 0, "y1": 1, "yref": "y domain"}
        lines.append({"type": "rect", "fillcolor": base.faded(base.QUIET, 0.15), "line": {"width": 0}, **ends})
    first, last = _edges(frame["period"], found.grain)
    if (found.start - first) > (last - first) / 2:  # the name stands where there is room for it
        words = [each | {"xanchor": "right", "xshift": -4} for each in words]
    axis: base.Part = {"ticksuffix": "%"} if found.family is Family.SHARE else {}
    axis |= {"rangemode": "normal"} if found.family is Family.MEAN else {"range": [0, _top(frame)]}
    return base.figure(
        [
            *_band(after, found.grain),
            _line(after, "counterfactual", found.grain, _("Without the change"), {"color": base.QUIET, "dash": "dash"}),
            _line(fitted, "fitted", found.grain, _("Fitted"), {"color": colour, "width": 2}),
            _points(frame, found, colour),
        ],
        x=base.days_axis() | {"range": [first.isoformat(), last.isoformat()]},
        y=axis,
        shapes=lines,
        annotations=words,
        height=380,
    )


def specifications(found: ChangeEffect) -> go.Figure:
    """The specification curve: the effect by every other way of analysing, in order, over what that way was."""
    rows = list(found.robustness.grid.iter_rows(named=True))
    clear = [base.QA if row["clear"] else base.QUIET for row in rows]
    values, lows, highs = ([sizes.as_number(found, row[name]) for row in rows] for name in ("value", "low", "high"))
    places = list(range(1, len(rows) + 1))
    ends: base.Part = {"array": [high - value for high, value in zip(highs, values, strict=True)], "symmetric": False}
    ends |= {"arrayminus": [value - low for low, value in zip(lows, values, strict=True)], "color": base.QUIET}
    symbols = ["circle" if row["clear"] else "circle-open" for row in rows]
    curve = {
        "type": "scatter", "mode": "markers", "x": places, "y": values, "error_y": ends | {"thickness": 1, "width": 0},
        "marker": {"color": clear, "symbol": symbols, "size": 7}, "hoverinfo": "text", "showlegend": False,
        "hovertext": [_way(found, row) for row in rows],
    }  # fmt: skip
    kinds = [*_labels(rows, "season", SEASONS), *_labels(rows, "window", WINDOWS), *_labels(rows, "model", MODELS)]
    dots = [(place, _(said)) for place, row in zip(places, rows, strict=True) for said in _ways(row)]
    below = {
        "type": "scatter", "mode": "markers", "x": [x for x, _name in dots], "y": [said for _x, said in dots],
        "yaxis": "y2", "marker": {"size": 5, "color": base.QUIET}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    unit: base.Part = {"ticksuffix": "%"} if found.family is Family.COUNT else {}
    far = ROOM * max(abs(each) for each in (0.1, *values))
    unit["range"] = [max(1.1 * min(0.0, *lows), -far), min(1.1 * max(0.0, *highs), far)]
    second = {"domain": [0, 0.44], "type": "category", "categoryarray": [_(each) for each in kinds], "automargin": True}
    return base.figure(
        [curve, below],
        x={"showticklabels": False, "showgrid": False, "zeroline": False, "anchor": "y2"},
        y={"domain": [0.5, 1], "zeroline": False, **unit},
        shapes=[base.level(0, NO_EFFECT)],
        height=480,
        more={"yaxis2": second | {"showgrid": False}},
    )


def placebo(found: ChangeEffect) -> go.Figure:
    """A step at every earlier date with its interval, and the change's own, by date."""
    dates = found.placebo.dates
    values = [sizes.as_number(found, each) for each in dates["value"]]
    far = ROOM * max(abs(each) for each in (0.1, *values))
    unit: base.Part = {"ticksuffix": "%"} if found.family is Family.COUNT else {}
    parts = ((False, _("Earlier dates"), base.QUIET, "circle-open"), (True, _("The change"), base.QA, "diamond"))
    drawn = [
        _steps(found, dates.filter(pl.col("is_change") == is_change), name, {"color": colour, "symbol": symbol})
        for is_change, name, colour, symbol in parts
    ]
    return base.figure(
        drawn,
        x=base.days_axis(),
        y={"zeroline": False, "range": [-far, far], **unit},
        shapes=[base.level(0, NO_EFFECT)],
        height=300,
    )


def _steps(found: ChangeEffect, dates: pl.DataFrame, name: str, marker: base.Part) -> base.Part:
    values, lows, highs = ([sizes.as_number(found, end) for end in dates[each]] for each in ("value", "low", "high"))
    ends: base.Part = {"array": [high - value for high, value in zip(highs, values, strict=True)], "symmetric": False}
    ends |= {"arrayminus": [value - low for low, value in zip(lows, values, strict=True)], "color": marker["color"]}
    said = []
    for row in dates.iter_rows(named=True):
        value, low, high = (sizes.of_check(found, row[each]) for each in ("value", "low", "high"))
        interval = _("95 % interval: {low} to {high}").format(low=low, high=high)
        said.append(f"<b>{base.grain_label(row['period'], found.grain)}</b><br>{value}<br>{interval}")
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": dates["period"].to_list(), "y": values,
        "error_y": ends | {"thickness": 1, "width": 0}, "marker": {"size": 8} | marker,
        "hoverinfo": "text", "hovertext": said,
    }  # fmt: skip


def powers(plan: Plan) -> go.Figure:
    """The chance to see a change by the time after it, one line for each size, for the time before that there is."""
    table = plan.table.filter(pl.col("before") == plan.periods)
    drawn = [
        {
            "type": "scatter", "mode": "lines+markers", "name": name,
            "x": found["after"].to_list(), "y": [each * 100 for each in found["power"]],
            "line": {"color": colour, "dash": dash, "width": 2},
            "hovertemplate": "%{x}: %{y:.0f} %<extra>" + name + "</extra>",
        }
        for effect, colour, dash in zip(plan.needed["effect"], SHADES, DASHES, strict=True)
        if (found := table.filter(pl.col("effect") == effect)).height and (name := planned.size(plan, effect))
    ]  # fmt: skip
    titles = {"month": _("Months after"), "week": _("Weeks after"), "day": _("Days after")}
    return base.figure(
        drawn,
        x={"title": {"text": titles[plan.grain]}, "rangemode": "tozero"},
        y={"ticksuffix": "%", "range": [0, 104]},
        shapes=[base.level(80, {"color": base.GOOD, "dash": "dash", "width": 1.5})],
    )


def way(row: dict) -> list[str]:
    """Model, window and season of one way of analysing, in words."""
    return [_(said) for said in _ways(row)]


def _ways(row: dict) -> list[str]:
    return [MODELS[row["model"]], WINDOWS[row["window"]], SEASONS[row["season"]]]


def _labels(rows: list[dict], name: str, known: dict) -> Iterable[str]:
    used = {row[name] for row in rows}
    return [said for each, said in reversed(known.items()) if each in used]


def _way(found: ChangeEffect, row: dict) -> str:
    ends = [sizes.of_check(found, row[name]) for name in ("value", "low", "high")]
    interval = _("95 % interval: {low} to {high}").format(low=ends[1], high=ends[2])
    return "<br>".join([f"<b>{ends[0]}</b>", interval, *way(row)])


def _middle(days: Iterable[date], grain: str) -> list[str]:
    return [(day + timedelta(days=LENGTHS[grain] / 2)).isoformat() for day in days]


def _edges(days: pl.Series, grain: str) -> tuple[date, date]:
    """The first day drawn and the last: without them Plotly makes room for a name beside its line."""
    known = days.to_list()
    return known[0], known[-1] + timedelta(days=round(LENGTHS[grain]))


def _top(frame: pl.DataFrame) -> float:
    points = frame.select(pl.max_horizontal(pl.col("observed", "fitted", "counterfactual").max())).item()
    return 1.1 * min(frame.select(pl.max_horizontal(pl.col("high", "observed").max())).item(), ROOM * points)


def _band(after: pl.DataFrame, grain: str) -> list[base.Part]:
    x = _middle(after["period"], grain)
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        {"x": x, "y": after["low"].to_list(), **edge},
        {"x": x, "y": after["high"].to_list(), "fill": "tonexty", "fillcolor": base.faded(base.QUIET, 0.22), **edge},
    ]


def _line(frame: pl.DataFrame, column: str, grain: str, name: str, line: base.Part) -> base.Part:
    """A line that breaks where the change is: nothing lies between the last period before it and the first after."""
    x, y = _middle(frame["period"], grain), frame[column].to_list()
    first = next((place for place, side in enumerate(frame["place"]) if side == "after"), 0)
    at = {"x": [*x[:first], x[first], *x[first:]], "y": [*y[:first], None, *y[first:]]} if first else {"x": x, "y": y}
    return {"type": "scatter", "mode": "lines", "name": name, "line": {"width": 2} | line, "hoverinfo": "skip", **at}


def _points(frame: pl.DataFrame, found: ChangeEffect, colour: str) -> base.Part:
    said = []
    for row in frame.iter_rows(named=True):
        lines = [f"<b>{base.grain_label(row['period'], found.grain)}</b>", _shown(row["observed"], found)]
        if row["place"] == "after":
            values = {name: _shown(row[name], found) for name in ("counterfactual", "low", "high")}
            lines.append(_("Without the change {counterfactual} ({low} to {high})").format(**values))
        lines += [_("Not counted: the first day or the roll-out lies in it")] if row["place"] == "transition" else []
        said.append("<br>".join(lines))
    symbols = ["circle-open" if place == "transition" else "circle" for place in frame["place"]]
    at = {"x": _middle(frame["period"], found.grain), "y": frame["observed"].to_list()}
    marker = {"color": base.faded(colour, 0.65), "size": 7, "symbol": symbols}
    look = {"type": "scatter", "mode": "markers", "name": _("Observed"), "marker": marker}
    return {**look, **at, "hovertext": said, "hoverinfo": "text"}


def _shown(amount: float | None, found: ChangeEffect) -> str:
    if amount is None:
        return "–"
    return sizes.level(amount / 100 if found.family is Family.SHARE else amount, found.family)
