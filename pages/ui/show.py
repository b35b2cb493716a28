"""Showing: tiles, tables, refusals, rows behind a number and files to take along, all in one style."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Literal

import polars as pl
import polars.selectors as cs
import streamlit as st

from data_access.numbers import Grain, read_metrics
from data_access.numbers import refusal as refused
from data_access.rows import MOST_ROWS, behind
from metrics.compare import compare, on_target
from metrics.metric import AnyMetric, Better, Quantile, Status
from metrics.metric import final_period as latest_final
from metrics.scope import Period, Preset
from pages.ui import files, load, scope
from pages.ui.notices import plain
from reports import text
from reports.codes import CODED
from reports.export import Section
from reports.text import N_, _

SPARKLINE_WEEKS = 26
INSTANT = "YYYY-MM-DD HH:mm"
Colour = Literal["green", "red", "blue", "gray"]
COLOURS: dict[str, Colour] = {"better": "green", "worse": "red", "changed": "blue", "unclear": "gray"}
VERDICTS = {
    "better": N_("better"),
    "worse": N_("worse"),
    "changed": N_("changed"),
    "unclear": N_("within chance"),
}
TARGETS = {"yes": N_("target kept"), "no": N_("target missed"), "open": N_("target: cannot tell yet")}
TARGET_ICONS = {"yes": ":material/check_circle:", "no": ":material/cancel:", "open": ":material/help:"}


def numbers(
    metrics: Sequence[AnyMetric], period: Period, by: tuple[str, ...] = (), grain: Grain | None = None
) -> pl.DataFrame:
    """The metrics of a period in the scope's filters."""
    shown = scope.current()
    return read_metrics(shown.store, shown.viewer, metrics, period, shown.filters, by, grain)


def final_period(metric: AnyMetric) -> Period:
    """The days that a metric is shown for: the scope's, or, if it looks ahead, the latest as many that are final."""
    store = scope.current().store
    return latest_final(metric, scope.current().scope.period, store.anchor, store.rules)


def compared(metrics: Sequence[AnyMetric]) -> pl.DataFrame:
    """The metrics of the scope beside those of its comparison.

    A metric that looks ahead is shown for the latest period that is final, and compared with the one that lies as far
    before it as the scope's comparison lies before the scope: `start` and `end` say which period a row is about.
    """
    shown = scope.current()
    period, against = shown.scope.period, shown.scope.comparison
    now, before = [], []
    shown_for = {metric.id: final_period(metric) for metric in metrics}
    for final in sorted(set(shown_for.values()), key=lambda each: each.start):
        chosen = [metric for metric in metrics if shown_for[metric.id] == final]
        found = numbers(chosen, final)
        shift = period.start - final.start
        now.append(found.with_columns(start=pl.lit(final.start), end=pl.lit(final.end)))
        before.append(numbers(chosen, Period(against.start - shift, against.end - shift)) if against else found.clear())
    order = {metric.id: place for place, metric in enumerate(metrics)}
    result = compare(pl.concat(now), pl.concat(before), metrics)
    return result.sort(pl.col("metric").replace_strict(order, return_dtype=pl.Int64))


def sparks(metrics: Sequence[AnyMetric]) -> dict[str, list[float]]:
    """The last weeks of each metric up to the scope's end, for a tile; weeks that are not final are left out."""
    end = scope.current().scope.period.end
    period = Period(end - timedelta(days=7 * SPARKLINE_WEEKS), end)
    weeks = numbers(metrics, period, grain=Grain.WEEK).filter(pl.col("mature") & pl.col("value").is_not_null())
    return {key[0]: group["value"].to_list() for key, group in weeks.group_by("metric", maintain_order=True)}


def tiles(metrics: Sequence[AnyMetric], result: pl.DataFrame, weeks: dict[str, list[float]]) -> None:
    """One tile a metric that has a value; the others are listed below with what they need."""
    rows = {row["metric"]: row for row in result.iter_rows(named=True)}
    given = [metric for metric in metrics if rows[metric.id]["status"] in {Status.OK, Status.TOO_FEW}]
    grid = st.grid("auto", min_column_width=225, border=True)
    for metric in given:
        with grid.cell():
            _tile(metric, rows[metric.id], weeks.get(metric.id, []))
    if any(rows[metric.id]["status"] == Status.NO_DATA for metric in metrics) and not given:
        empty()
    elif not given:
        st.info(
            _("Nothing on this page can be computed from these data yet. This is what it needs:"),
            icon=":material/info:",
        )
    refusals([metric for metric in metrics if metric not in given], rows, expanded=not given)


def _tile(metric: AnyMetric, row: dict, weeks: list[float]) -> None:
    few = row["status"] == Status.TOO_FEW
    verdict = None if few else row["verdict"]
    delta = None
    if row["old"] is not None and not few:
        delta = text.change(row["old"], row["value"], metric.unit)
    st.metric(
        _(metric.name),
        f":gray[{text.value(row['value'], metric.unit)}]" if few else text.value(row["value"], metric.unit),
        delta=delta,
        delta_color=COLOURS.get(verdict or "", "gray"),
        delta_arrow="off" if delta is None or delta.startswith("±") else "up" if row["difference"] > 0 else "down",
        delta_description=_(VERDICTS[verdict]) if verdict else None,
        chart_data=weeks if len(weeks) > 1 else None,
        help=card(metric),
    )
    low, high = text.value(row["low"], metric.unit), text.value(row["high"], metric.unit)
    lines = [
        _("95 % interval: {low} to {high}").format(low=low, high=high),
        _("n = {count} {counted}").format(count=text.number(row["denominator"]), counted=_(metric.counted)),
    ]
    if few:
        lines.append(
            _("Too few to judge: at least {count} are needed").format(count=scope.current().store.rules.min_denominator)
        )
    if row["start"] != scope.current().scope.period.start:
        lines.append(_("Latest final period: {period}").format(period=text.period(Period(row["start"], row["end"]))))
    if metric.target is not None and not few:
        lines.append(_target(metric, row))
    st.caption("  \n".join(lines))
    rows_button(metric, f"tile_{metric.id}", quiet=True)


def _target(metric: AnyMetric, row: dict) -> str:
    answer = pl.DataFrame([row], infer_schema_length=None).select(on_target(metric.target or 0.0, metric.better)).item()
    sign = "≥" if metric.better is Better.HIGHER else "≤"
    words = _("Target {value}").format(value=f"{sign} {text.value(metric.target, metric.unit)}")
    colour = {"yes": "green", "no": "red", "open": "gray"}[answer]
    return f":{colour}[{TARGET_ICONS[answer]} {words} – {_(TARGETS[answer])}]"


def wide(frame: pl.DataFrame, metrics: Sequence[AnyMetric], dimension: str) -> None:
    """A table with a row for each value of a dimension and a column for each metric, values with their n."""
    shown = scope.current()
    scale = {metric.id: metric for metric in metrics}
    rows: dict[str | None, dict[str, str]] = {}
    for row in frame.filter(pl.col("denominator") > 0).iter_rows(named=True):
        metric = scale[row["metric"]]
        cases = f"{text.number(row['numerator'])}/{text.number(row['denominator'])}"
        rows.setdefault(row[dimension], {})[_(metric.name)] = f"{text.value(row['value'], metric.unit)} ({cases})"
    table = [{text.dimension(dimension): shown.label(dimension, code), **cells} for code, cells in rows.items()]
    st.dataframe(pl.DataFrame(table, infer_schema_length=None), hide_index=True)


def table(frame: pl.DataFrame) -> None:
    """A frame with headers in the reader's language, codes by their names, dates as dates."""
    shown = scope.current()
    # Polars may run a Python function in a thread of its own, where the reader's language is not known.
    named = {name: {each: shown.label(name, each) for each in frame[name].unique()} for name in _coded(frame)}
    spoken = frame.with_columns(pl.col(name).replace_strict(known) for name, known in named.items())
    if "text" in frame.columns:
        words = [None if each is None else text.pseudonyms(each) for each in frame["text"]]
        spoken = spoken.with_columns(pl.Series("text", words, pl.String))
    spoken = spoken.rename({name: text.column(name) for name in frame.columns if text.column(name) != name})
    day, instant = st.column_config.DateColumn(format="YYYY-MM-DD"), st.column_config.DatetimeColumn(format=INSTANT)
    config = {
        **dict.fromkeys(spoken.select(cs.date()).columns, day),
        **dict.fromkeys(spoken.select(cs.datetime()).columns, instant),
        **dict.fromkeys(spoken.select(cs.float()).columns, st.column_config.NumberColumn(format="%.2f")),
        **dict.fromkeys(spoken.select(cs.integer()).columns, st.column_config.NumberColumn(format="localized")),
    }
    st.dataframe(spoken, hide_index=True, column_config=config, height="auto", placeholder="–")


def plain_table(frame: pl.DataFrame, height: int | Literal["auto"] = "auto") -> None:
    """A frame whose headers and cells are in the reader's words already."""
    instant = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss")
    number = st.column_config.NumberColumn(format="localized", width="small")
    config = {
        **dict.fromkeys(frame.select(cs.datetime()).columns, instant),
        **dict.fromkeys(frame.select(cs.integer()).columns, number),
    }
    st.dataframe(frame, hide_index=True, column_config=config, height=height)


@contextmanager
def section(title: str) -> Generator[None]:
    """A part of a page under a heading."""
    with st.container():
        st.subheader(title)
        yield


def _coded(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name in CODED and frame.schema[name] == pl.String]


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
    """Why there is no value."""
    if row["status"] == Status.NOT_AVAILABLE:
        return _("not available: needs {columns}").format(columns=plain(row["needs"]))
    if row["status"] == Status.NOT_SPLIT:
        names = ", ".join(text.dimension(name) for name in row["needs"].split(", "))
        return _("cannot be split or filtered by {dimension}").format(dimension=names)
    return _("no cases in this period and filter")


def card(metric: AnyMetric) -> str:
    """A metric's definition in force, for the help of its figure."""
    rules = scope.current().store.rules
    lines = [
        f"**{_(metric.name)}** `{metric.id}`",
        plain(text.definition(metric, rules)),
        _("Counted by: {basis}").format(basis=_(metric.basis)),
        _("Source: {source}").format(source=plain(_(metric.source))),
    ]
    return "\n\n".join(lines)


def empty() -> None:
    """Nothing in this scope: says so, and offers the way out."""
    st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
    with st.container(horizontal=True):
        st.button(_("Show the last quarter"), on_click=scope.widen, args=(Preset.LAST_QUARTER,), key="widen_quarter")
        st.button(_("Show the last complete week"), on_click=scope.widen, args=(Preset.LAST_WEEK,), key="widen_week")


def rows_button(metric: AnyMetric, key: str, *, quiet: bool = False) -> None:
    """A button that opens the cases behind a number; nothing is read before it is pressed."""
    shown = scope.current()
    if refused(shown.store, metric, [name for name, _values in shown.filters]):
        return
    words = _("Show the cases")
    if st.button(words, key=f"rows_{key}", icon=":material/table_rows:", type="tertiary" if quiet else "secondary"):
        _rows_dialog(metric)


def _rows_dialog(metric: AnyMetric) -> None:
    @st.dialog(_("Cases behind: {metric}").format(metric=_(metric.name)), width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        period = final_period(metric)
        now = datetime.now(UTC)
        found = behind(shown.store, load.state(), shown.viewer, metric, period, shown.filters, now)
        words = _("{count} cases").format(count=text.number(found.count))
        if found.count > MOST_ROWS:
            words = _("The newest {shown} of {count} cases").format(
                shown=text.number(MOST_ROWS), count=text.number(found.count)
            )
        st.caption(f"{words} · {text.period(period)}")
        if not isinstance(metric, Quantile):
            st.caption(_("Column counted: 1 where the case is in the numerator."))
        title = _("Cases behind: {metric}").format(metric=_(metric.name))
        files.button(title, [Section(title, found.frame, period=period)], [metric], key=f"cases_{metric.id}")
        table(found.frame)

    opened()
