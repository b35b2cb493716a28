"""Customers after bad service beside comparable others, on the screen."""

from collections.abc import Sequence

import streamlit as st

from data_access.wings.retention import NEEDS, NEEDS_OF, Retention, lacking, read_retention, refused
from metrics.wings.retention import HORIZONS, After, Event
from pages.ui import controls, files, notices, scope, show, tables
from pages.ui.pieces import CHART
from pages.ui.shown import Shown
from pages.ui.wings import looks
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import charts_forest
from reports.wings import retention_words as words


def found() -> Retention | None:
    """What was counted in the scope; None where that is not possible, and then it is said why."""
    shown = scope.current()
    missing = lacking(shown.store)
    if missing or len(_silent()) == len(NEEDS_OF):
        notices.needed(missing or _needed())
        return None
    names = refused(shown.filters)
    if names:
        told = text.listed([text.dimension(name) for name in names])
        st.info(_("cannot be split or filtered by {dimension}").format(dimension=told), icon=":material/info:")
        return None
    with st.spinner(_("Following customers through their contacts")):
        return read_retention(shown.store, shown.viewer, shown.scope.period, shown.filters)


def _silent() -> tuple[Event, ...]:
    """What these data do not tell of."""
    return tuple(each for each in NEEDS_OF if lacking(scope.current().store, each))


def _needed() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*NEEDS, *(name for names in NEEDS_OF.values() for name in names))))


@scope.fragment
def compared() -> None:
    """The finding in a sentence, differences as a forest, the table behind it, and what it stands on."""
    told = found()
    if told is None:
        return
    if not any(each.cases or each.comparable for each in told.after):
        return  # the figures below say so, and offer a way out
    shown = scope.current()
    spoken = {days: _("{days} days").format(days=days) for days in HORIZONS}
    days = controls.segments(
        _("Heard of again within"), "by.retention", HORIZONS, HORIZONS[-1], lambda each: spoken[each], labelled=True
    )
    looks.lead([words.headline(told.after, days, shown.store.rules)])
    period = text.period(told.period)
    st.caption(
        _("What happened from {period}: for all of it {days} days are over.").format(period=period, days=HORIZONS[-1])
    )
    for heading, events in words.THEMES.items():
        _theme(_(heading), [each for each in told.after if each.event in events and each.days == days])
    _explained()
    title = _("Customers after bad service")
    files.button(title, [section(told)], key="retention")


def _theme(heading: str, chosen: Sequence[After]) -> None:
    if not chosen:
        return
    rules = scope.current().store.rules
    st.subheader(heading)
    if any(each.difference for each in chosen):
        key = f"forest_{chosen[0].event}_{chosen[0].days}"
        title = _("Points beside comparable others")
        figure = charts_forest.forest(words.rows(chosen, rules), at=0, title=title, spoken=words.states())
        st.plotly_chart(figure, key=key, config=CHART, alt=heading)
        st.caption(_("Left of the dashed line fewer customers stay than of comparable others."))
    tables.plain(words.table(chosen, rules))


def _explained() -> None:
    """How it was counted, and what it cannot tell."""
    shown = scope.current()
    rules = shown.store.rules
    silent = [words.event(each, rules) for each in _silent()]
    lines = [
        _(
            "Heard of again: the customer turned to us with another matter, or was active otherwise, from day {first} "
            "on. Contacts about the same issue within {gap} days of each other do not count: to ask again is no "
            "loyalty."
        ).format(first=rules.fcr_window_days + 1, gap=rules.fcr_gap_days),
        _(
            "Others are weighed to the same mix of customer tier, issue type and channel, and of customers who had "
            "turned to us in the {days} days before; where cases are few, of tier and issue type. Left out: cases "
            "nobody compares with."
        ).format(days=HORIZONS[-1]),
        _(
            "A coloured point stands out although {count} differences were looked at. Intervals count a customer once, "
            "however often he came. Who complains differs from others in more than this: it is association, not effect."
        ).format(count=len(NEEDS_OF) * len(HORIZONS)),
    ]
    if silent:
        lines.append(_("Not told by these data: {events}.").format(events=text.listed(silent)))
    st.caption("  \n".join(show.plain(each) for each in lines))


def sections(shown: Shown) -> list[Section]:
    """The same for the file of the whole page; nothing where it cannot be counted."""
    if lacking(shown.store) or refused(shown.filters):
        return []
    return [section(read_retention(shown.store, shown.viewer, shown.scope.period, shown.filters))]


def section(told: Retention) -> Section:
    """Every horizon, for a file."""
    names = {
        "event": _("What happened"),
        "horizon": _("Days after it happened"),
        "cases": _("Cases"),
        "comparable": _("Comparable others"),
        "customers": _("Customers"),
        "unmatched": _("Left out"),
        "share": _("Heard of again, %"),
        "share_low": _("Heard of again from, %"),
        "share_high": _("Heard of again to, %"),
        "others": _("Others at the same mix, %"),
        "others_low": _("Others from, %"),
        "others_high": _("Others to, %"),
        "p": "p",
        "stands_out": _("Stands out"),
    }
    return Section(_("Customers after bad service"), words.frame(told.after), names, period=told.period)
