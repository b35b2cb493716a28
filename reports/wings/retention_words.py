"""What the page of retention says: names of what happened, the finding in a sentence, the chart and the table."""

from collections.abc import Sequence

import polars as pl

from metrics.results import Estimate
from metrics.rules import Rules
from metrics.wings.retention import After, Event, Told, worst
from reports import charts_base as base
from reports import text
from reports.text import N_, _

ROW_HEIGHT = 58
#: What happened, and beside whom it is held.
EVENTS: dict[Event, tuple[str, str]] = {
    Event.COMPLAINT: (N_("after a complaint"), N_("contacts without a complaint")),
    Event.REPEAT: (N_("after having to come back"), N_("first contacts about an issue")),
    Event.FAILED_REVIEW: (N_("after a contact that failed its review"), N_("contacts that passed")),
    Event.DISSATISFIED: (N_("after a dissatisfied answer"), N_("satisfied answers")),
    Event.LATE: (N_("after a complaint resolved past its deadline"), N_("complaints resolved in time")),
    Event.SLOW: (N_("after a complaint resolved later than {hours} h"), N_("complaints resolved within {hours} h")),
    Event.UNHAPPY_ENDING: (
        N_("after a complaint whose handling did not satisfy"),
        N_("complaints whose handling satisfied"),
    ),
}
THEMES: dict[str, tuple[Event, ...]] = {
    N_("What happened"): (Event.COMPLAINT, Event.REPEAT, Event.FAILED_REVIEW, Event.DISSATISFIED),
    N_("How the complaint was handled"): (Event.LATE, Event.SLOW, Event.UNHAPPY_ENDING),
}
TOLD = {Told.TOO_FEW: N_("too few to judge"), Told.NO_VARIATION: N_("all alike: nothing to compare")}
VERDICTS = {
    (True, True): N_("fewer stay"),
    (True, False): N_("more stay"),
    (False, True): N_("no difference can be seen"),
    (False, False): N_("no difference can be seen"),
}


def event(kind: Event, rules: Rules) -> str:
    return _(EVENTS[kind][0]).format(hours=rules.solution_seconds // 3600)


def others(kind: Event, rules: Rules) -> str:
    return _(EVENTS[kind][1]).format(hours=rules.solution_seconds // 3600)


def points(amount: float) -> str:
    return text.signed(amount, 1)


def interval(estimate: Estimate) -> str:
    return _("{low} to {high}").format(low=points(estimate.low), high=points(estimate.high))


def headline(found: Sequence[After], days: int, rules: Rules) -> str:
    """The largest loss that stands out; where none does, how much could have been seen after a complaint."""
    lost = worst(found, days)
    if lost is not None and lost.difference and lost.retained and lost.others:
        return _(
            "Customers {event}: {share} % are heard of again within {days} days with another matter, of comparable "
            "others {usual} %. That is {difference} points (95 % interval {interval}, {cases} cases). It goes along "
            "with it; whether it is the cause this does not say."
        ).format(
            event=event(lost.event, rules),
            share=text.number(lost.retained.value, 1),
            usual=text.number(lost.others.value, 1),
            difference=points(lost.difference.value),
            interval=interval(lost.difference),
            days=days,
            cases=text.number(lost.cases),
        )
    judged = [(each, each.difference) for each in found if each.days == days and each.difference]
    if not judged:
        return _("Too few cases in these days to compare anybody with others.")
    # After a complaint is what everybody asks about; without one what is told most surely.
    surest, difference = min(
        judged, key=lambda pair: (pair[0].event is not Event.COMPLAINT, pair[1].high - pair[1].low)
    )
    return _(
        "No loss of customers can be seen within {days} days: {event} the share heard of again differs by {difference} "
        "points from that of comparable others (95 % interval {interval}, {cases} cases)."
    ).format(
        days=days,
        event=event(surest.event, rules),
        difference=points(difference.value),
        interval=interval(difference),
        cases=text.number(surest.cases),
    )


def forest(found: Sequence[After], rules: Rules) -> base.go.Figure:
    """Differences with their intervals, one row an event; what stands out is coloured and filled."""
    drawn = [each for each in reversed(found) if each.difference]
    names = [base.plain(event(each.event, rules)) for each in drawn]
    differences = [each.difference for each in drawn if each.difference]
    colours = [_colour(each) for each in drawn]
    hover = [f"<b>{name}</b><br>{_hover(each, rules)}" for name, each in zip(names, drawn, strict=True)]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [each.value for each in differences],
        "y": list(range(len(drawn))),
        "text": [points(each.value) for each in differences],
        "textposition": "bottom center",
        "cliponaxis": False,
        "marker": {
            "size": 11,
            "color": colours,
            "symbol": ["circle" if each.stands_out else "circle-open" for each in drawn],
            "line": {"width": 2, "color": colours},
        },
        "error_x": _reach(differences),
        "hovertext": hover,
        "hoverinfo": "text",
        "showlegend": False,
    }
    # Names stand above their rows: beside them they would leave no room on a narrow screen.
    above = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 8, "showarrow": False}
    words = [{"text": name, "y": place, **above} for place, name in enumerate(names)]
    y = {"showticklabels": False, "range": [-0.6, len(drawn) - 0.3], "showgrid": False, "zeroline": False}
    line = base.upright(0, {"color": base.QUIET, "width": 1.5, "dash": "dot"})
    height = 60 + ROW_HEIGHT * len(drawn)
    return base.figure([trace], x={"zeroline": False}, y=y, shapes=[line], annotations=words, height=height)


def _reach(differences: Sequence[Estimate]) -> base.Part:
    ends = {
        "array": [each.high - each.value for each in differences],
        "arrayminus": [each.value - each.low for each in differences],
    }
    return {"type": "data", "symmetric": False, **ends, "color": base.QUIET, "thickness": 1.5, "width": 4}


def _colour(each: After) -> str:
    if not each.stands_out or each.difference is None:
        return base.QUIET
    return base.BAD if each.difference.value < 0 else base.GOOD


def _hover(each: After, rules: Rules) -> str:
    lines = [_shares(each), others(each.event, rules)]
    if each.difference:
        lines.append(
            _("95 % interval: {low} to {high}").format(
                low=points(each.difference.low), high=points(each.difference.high)
            )
        )
    lines.append(_("{cases} cases, {others} others, {customers} customers").format(**_counts(each)))
    return "<br>".join(lines)


def _counts(each: After) -> dict[str, str]:
    return {
        "cases": text.number(each.cases),
        "others": text.number(each.comparable),
        "customers": text.number(each.customers),
    }


def _shares(each: After) -> str:
    if not (each.retained and each.others):
        return ""
    return _("{share} % beside {usual} %").format(
        share=text.number(each.retained.value, 1), usual=text.number(each.others.value, 1)
    )


def table(found: Sequence[After], rules: Rules) -> pl.DataFrame:
    """A row an event in the reader's words; a refusal stands in the place of a difference."""
    return pl.DataFrame([_row(each, rules) for each in found], infer_schema_length=None)


def _row(each: After, rules: Rules) -> dict[str, str]:
    told = each.retained and each.others and each.difference
    difference = _(TOLD.get(each.told, ""))
    if each.difference:
        difference = f"{points(each.difference.value)} ({interval(each.difference)})"
    return {
        _("Customers"): event(each.event, rules),
        _("Difference, points"): difference,
        _("Verdict"): _verdict(each) if each.difference else "–",
        "n": "{cases} / {others}".format(**_counts(each)),
        _("Heard of again, %"): _estimate(each.retained) if told else "–",
        _("Others at the same mix, %"): _estimate(each.others) if told else "–",
        _("Beside"): others(each.event, rules),
        _("Left out"): text.number(each.unmatched),
    }


def _verdict(each: After) -> str:
    return _(VERDICTS[each.stands_out, bool(each.difference and each.difference.value < 0)])


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    low, high = text.number(estimate.low, 1), text.number(estimate.high, 1)
    return f"{text.number(estimate.value, 1)} ({low} – {high})"


def frame(found: Sequence[After]) -> pl.DataFrame:
    """All of it for a file: one row an event and horizon, numbers unformatted."""
    rows = [
        {
            "event": str(each.event),
            "horizon": each.days,
            "status": str(each.told),
            "cases": each.cases,
            "comparable": each.comparable,
            "customers": each.customers,
            "unmatched": each.unmatched,
            **_ends("share", each.retained),
            **_ends("others", each.others),
            **_ends("difference", each.difference),
            "p": each.p,
            "stands_out": each.stands_out,
        }
        for each in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _ends(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
