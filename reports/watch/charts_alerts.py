"""What a rule saw in the past half year or year: the value with its interval, the limit, and the alarms."""

from datetime import timedelta

import plotly.graph_objects as go

from data_access.watch.past import Past
from metrics.alerts.judging import Episode, Hindsight
from metrics.alerts.rule import AlertRule, Kind
from metrics.metric import Unit
from reports import charts_base as base
from reports import text
from reports.text import _
from reports.watch import alert_words as words
from reports.watch.rule_details import hindsight

DAY = timedelta(days=1)
LIMIT_LINE = {"color": base.BAD, "dash": "dash", "width": 1.5}
SYMBOLS = {Hindsight.LASTED: "triangle-down", Hindsight.PASSED: "x", Hindsight.UNKNOWN: "circle-open"}
COLOURS = {Hindsight.LASTED: base.BAD, Hindsight.PASSED: base.QUIET, Hindsight.UNKNOWN: base.QUIET}


def past(found: Past, rule: AlertRule) -> go.Figure:
    """A day that cannot be judged leaves a gap; alarms stand on the line, by what came after each of them."""
    days = [each - DAY for each in found.days["end"]]
    usable = found.days["usable"].to_list()
    values, low, high = (
        [value if is_usable else None for value, is_usable in zip(found.days[name], usable, strict=True)]
        for name in ("value", "low", "high")
    )
    colour = _colour(rule)
    said = [f"<b>{text.day(day)}</b><br>{words.amount(rule, value)}" for day, value in zip(days, values, strict=True)]
    line: base.Part = {"type": "scatter", "x": days, "y": values, "mode": "lines", "hovertext": said}
    line |= {"line": {"color": colour, "width": 2}, "hoverinfo": "text", "showlegend": False}
    edge: base.Part = {"type": "scatter", "x": days, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    edge |= {"showlegend": False}
    band = [edge | {"y": high}, edge | {"y": low, "fill": "tonexty", "fillcolor": base.faded(colour, 0.15)}]
    calendar = base.calendar(days)
    marks = [_marks([each for each in found.episodes if each.hindsight is kind], kind, rule) for kind in Hindsight]
    limit = {"text": f"╌ {_('Limit {limit}').format(limit=words.amount(rule, rule.level))}"}
    has_limit = rule.kind is not Kind.SPECIAL_CAUSE  # those of its control chart are the band
    return base.figure(
        [*(band if any(each is not None for each in low) else []), line, *(each for each in marks if each["x"])],
        x=base.days_axis(calendar.rows),
        y=base.values_axis(_unit(rule)),
        shapes=[*calendar.shapes, *([base.level(rule.level, LIMIT_LINE)] if has_limit else [])],
        annotations=[*calendar.words, *([limit | {"showarrow": False} | base.CORNER] if has_limit else [])],
    )


def _colour(rule: AlertRule) -> str:
    """Orange for what comes from complaints, blue for the rest."""
    if rule.metric:
        return base.colour_of(rule.metric)
    return base.QA if rule.about == "contacts" else base.COMPLAINTS


def _unit(rule: AlertRule) -> Unit | None:
    return Unit.PERCENT if rule.kind is Kind.GROWTH else rule.unit


def _marks(found: list[Episode], kind: Hindsight, rule: AlertRule) -> base.Part:
    name = hindsight(rule, kind)
    said = [f"<b>{text.day(each.start - DAY)}</b><br>{words.amount(rule, each.value)}<br>{name}" for each in found]
    marker = {"symbol": SYMBOLS[kind], "color": COLOURS[kind], "size": 11, "line": {"width": 2}}
    return {
        "type": "scatter", "mode": "markers", "x": [each.start - DAY for each in found],
        "y": [each.value for each in found], "marker": marker, "name": name, "hovertext": said, "hoverinfo": "text",
        "showlegend": True,
    }  # fmt: skip
