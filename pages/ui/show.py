"""Showing: tiles, tables, refusals, rows behind a number and files to take along, all in one style."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Literal

import polars as pl
import streamlit as st

from data_access.compared import days_compared, read_compared, read_weeks
from data_access.numbers import Grain, read_metrics
from metrics.compare import on_target
from metrics.metric import AnyMetric, Metric, Status
from metrics.scope import Period, Preset
from pages.ui import cases, scope
from pages.ui.menu import METRIC_PAGE, METRIC_URL
from pages.ui.notices import plain, without_warehouse
from reports import counted, palette, rule_words, sentences, text
from reports.palette import INK
from reports.text import _
from reports.trend import trend

SPARKLINE_WEEKS = 26
INSTANT = "YYYY-MM-DD HH:mm"
Colour = Literal["green", "red", "blue", "gray"]
COLOURS: dict[str, Colour] = {"better": "green", "worse": "red", "changed": "blue", "unclear": "gray"}
LINES = {"better": palette.GOOD, "worse": palette.BAD, "changed": palette.QA}
TARGET_ICONS = {"yes": ":material/check_circle:", "no": ":material/cancel:", "open": ":material/help:"}


def numbers(
    metrics: Sequence[AnyMetric], period: Period, by: tuple[str, ...] = (), grain: Grain | None = None
) -> pl.DataFrame:
    """The metrics of a period in the scope's filters."""
    shown = scope.current()
    return read_metrics(shown.store, shown.viewer, metrics, period, shown.filters, by, grain)


def days_said(metric: AnyMetric) -> list[str]:
    """Which days a figure is about, where they are not those of the scope."""
    shown = scope.current()
    final, covered = shown.final_period(metric), shown.days_shown(metric)
    said = []
    if final != shown.scope.period:
        said.append(_("Latest final period: {period}").format(period=text.period(final)))
    if covered != final:
        said.append(_("Data only for {period}").format(period=text.period(covered)))
    return said


def _named(metric: AnyMetric) -> str:
    """What a tile is called: the metric, with the days of its value where they are not those of the scope."""
    shown = scope.current()
    days = shown.days_shown(metric)
    if days == shown.scope.period:
        return _(metric.name)
    return f"{_(metric.name)} :gray[{text.period(days)}]"  # on a line of its own: see styles/room.css


def compared(metrics: Sequence[AnyMetric]) -> pl.DataFrame:
    """The metrics of the scope beside those of its comparison: see `data_access.compared.read_compared`."""
    shown = scope.current()
    return read_compared(shown.store, shown.viewer, metrics, shown.scope)


def compared_days(metric: AnyMetric) -> Period | None:
    """What a metric's days are compared with; None without a comparison."""
    shown = scope.current()
    return days_compared(shown.store, metric, shown.scope)


def sparks(metrics: Sequence[AnyMetric]) -> dict[str, list[float]]:
    """The last weeks of each metric up to the scope's end, for a tile: a gap where a week has no final value."""
    shown = scope.current()
    end = shown.scope.period.end
    return read_weeks(shown.store, shown.viewer, metrics, end, SPARKLINE_WEEKS, shown.filters)


def tiles(
    metrics: Sequence[AnyMetric], result: pl.DataFrame, weeks: dict[str, list[float]], *, opens: bool = True
) -> None:
    """One tile a metric that has a value; the others are listed below with what they need."""
    rows = {row["metric"]: row for row in result.iter_rows(named=True)}
    given = [metric for metric in metrics if rows[metric.id]["status"] in {Status.OK, Status.TOO_FEW}]
    grid = st.grid("auto", min_column_width=225, border=True)
    for metric in given:
        with grid.cell():
            _tile(metric, rows[metric.id], weeks.get(metric.id, []), opens=opens)
    if any(rows[metric.id]["status"] == Status.NO_DATA for metric in metrics) and not given:
        empty()
    elif not given:
        st.info(
            _("Nothing on this page can be computed from these data yet. This is what it needs:"),
            icon=":material/info:",
        )
    refusals([metric for metric in metrics if metric not in given], rows, expanded=not given)


def _tile(metric: AnyMetric, row: dict, weeks: list[float], *, opens: bool) -> None:
    few = row["status"] == Status.TOO_FEW
    verdict = None if few else row["verdict"]
    delta = None
    if row["difference"] is not None:
        delta = text.moved(row["old"], row["value"], metric.unit)
    st.metric(
        _named(metric),
        f":gray[{text.value(row['value'], metric.unit)}]" if few else text.value(row["value"], metric.unit),
        delta=delta,
        delta_color=COLOURS.get(verdict or "", "gray"),
        delta_arrow="off" if delta is None or delta.startswith("±") else "up" if row["difference"] > 0 else "down",
        help=card(metric),
    )
    if len(weeks) > 1:  # of the first and the last of them the value is known
        first, last = (text.value(weeks[place], metric.unit) for place in (0, -1))
        words = _("Its last {count} weeks: from {first} to {last}").format(count=len(weeks), first=first, last=last)
        st.html(trend(weeks, LINES.get(verdict or "", INK), words))
    lines = [] if verdict is None else [_("Compared: {verdict}").format(verdict=_(sentences.VERDICTS[verdict]))]
    lines += [
        text.joined([sentences.interval(row, metric.unit), *sentences.coverage(row)]),
        _("n = {count} {counted}").format(count=counted.amount(metric, row["denominator"]), counted=_counted(metric)),
    ]
    if few:
        lines.append(
            _("Too few to judge: at least {count} are needed").format(count=scope.current().store.rules.min_denominator)
        )
    if row["old_status"] == Status.TOO_FEW and not few:
        lines.append(_("Before: {value}, too few to compare").format(value=text.value(row["old"], metric.unit)))
    lines += days_said(metric)
    target = scope.current().target(metric)
    if target is not None and not few:
        lines.append(target_line(metric, row, target))
    st.caption("  \n".join(lines))
    with st.container(horizontal=True, gap="xsmall"):  # both in one row on the narrowest tile
        look = f"open_{metric.id}"
        if opens and st.button(_("Look closer"), key=look, icon=":material/query_stats:", type="tertiary"):
            scope.look_closer(METRIC_URL, {"metric": metric.id})
            st.switch_page(METRIC_PAGE, query_params=scope.here())
        cases.button(metric, f"tile_{metric.id}", quiet=True)


def target_line(metric: AnyMetric, row: dict, target: float) -> str:
    """Is a value on its target, as far as its interval tells?"""
    answer = pl.DataFrame([row], infer_schema_length=None).select(on_target(target, metric.better)).item()
    words = text.target(target, metric)
    colour = {"yes": "green", "no": "red", "open": "gray"}[answer]
    return f":{colour}[{TARGET_ICONS[answer]} {words} – {_(sentences.TARGETS[answer])}]"


@contextmanager
def section(title: str) -> Generator[None]:
    """A part of a page under a heading; one that cannot be read now says so, and the others are there."""
    with st.container(), without_warehouse():
        st.subheader(title)
        yield


def refusals(metrics: Sequence[AnyMetric], rows: dict[str, dict], *, expanded: bool = False) -> None:
    """Metrics without a value, each with the reason."""
    if not metrics:
        return
    title = _("Not shown: {count} metrics").format(count=len(metrics))
    with st.expander(title, icon=":material/block:", expanded=expanded):
        for metric in metrics:
            row = rows[metric.id]
            st.markdown(f"**{_(metric.name)}** – {refusal(row)}")


def refusal(row: dict) -> str:
    """Why there is no value, as Markdown that holds no markup."""
    return plain(sentences.refusal(row))


def card(metric: AnyMetric, row: dict | None = None) -> str:
    """A metric's definition in force, for the help of its figure; with a row the formula has its numbers filled in."""
    rules, target = scope.current().store.rules, scope.current().target(metric)
    facts = [
        *([] if target is None else [text.target(target, metric)]),
        _("Counted by: {basis}").format(basis=_(metric.basis)),
        *([_("Final after {days} days").format(days=days)] if (days := metric.mature_days(rules)) else []),
        *([_("Looks {days} days back").format(days=days)] if (days := metric.look_back_days(rules)) else []),
        _("Version {version} of the definition").format(version=metric.version),
        sentences.covers(metric.under(rules)),
    ]
    lines = [
        f"**{_(metric.name)}** `{metric.id}`",
        plain(text.definition(metric, rules)),
        " · ".join(facts),
        *counted.left_out(metric),
        _("Source: {source}").format(source=plain(_(metric.under(rules).source))),
    ]
    if isinstance(metric, Metric) and metric.chosen_by:
        formula = rule_words.choice(metric.chosen_by, getattr(rules, metric.chosen_by))
        lines.insert(2, _("Formula chosen for this site: {formula}").format(formula=plain(formula)))
    if row and row["numerator"] is not None and row["value"] is not None:
        lines.insert(1, _formula(metric, row))
    return "\n\n".join(lines)


def empty() -> None:
    """Nothing in this scope: says so, and offers the way out."""
    st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
    with st.container(horizontal=True):
        st.button(_("Show the last quarter"), on_click=scope.widen, args=(Preset.LAST_QUARTER,), key="widen_quarter")
        st.button(_("Show the last complete week"), on_click=scope.widen, args=(Preset.LAST_WEEK,), key="widen_week")


def _counted(metric: AnyMetric) -> str:
    """What the denominator counts under the rules in force."""
    return counted.of_what(metric, scope.current().store.rules)


def _formula(metric: AnyMetric, row: dict) -> str:
    """38 of 50 first contacts = 76.0 %."""
    return _("{numerator} out of {denominator} {counted}: {value}").format(
        numerator=counted.amount(metric, row["numerator"]),
        denominator=counted.amount(metric, row["denominator"]),
        counted=_counted(metric),
        value=text.value(row["value"], metric.unit),
    )
