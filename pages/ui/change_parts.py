"""What lies under the verdict on a change: gains, checks, other ways of analysing, the plan, the history."""

from datetime import date

import streamlit as st

from data_access.change_rows import Act, Change
from data_access.changes import read_change_history
from data_access.judging import Judged
from metrics.catalogue import CATALOGUE
from metrics.intervention import ChangeEffect, Check, CheckCode, CheckStatus
from pages.ui import controls, load, notices, plan_view, scope, show, tables
from pages.ui.pieces import CHART
from reports import change_tables, charts_change, evaluated, evaluated_checks, text
from reports import effect_sizes as sizes
from reports.text import N_, _

PARTS = {
    "checks": N_("Checks"),
    "placebo": N_("Earlier dates"),
    "robustness": N_("Other ways of analysing"),
    "plan": N_("How long until it can be seen?"),
    "history": N_("History"),
}
ICONS = {
    CheckStatus.OK: ":green[:material/check_circle:]",
    CheckStatus.WARNING: ":orange[:material/warning:]",
    CheckStatus.NOT_POSSIBLE: ":gray[:material/remove_circle_outline:]",
}
ACTS = {
    Act.CREATED: N_("Registered"),
    Act.EDITED: N_("Corrected"),
    Act.REMOVED: N_("Taken off the record"),
    Act.RESTORED: N_("Put back"),
}
FIELDS = {
    "name": N_("What is done differently?"),
    "kind": N_("Kind"),
    "owner": N_("Owner"),
    "hypothesis": N_("Why should it help?"),
    "expected": N_("Expected"),
    "shape": N_("How the effect comes"),
    "start": N_("First day of the new way"),
    "rolled_out": N_("In force everywhere from"),
    "metric": N_("Metric that should move"),
    "scope": N_("Scope"),
    "guardrails": N_("What must not suffer"),
    "check_dates": N_("To be checked on"),
    "cost_per_case": N_("Cost of a case"),
    "note": N_("Note"),
}


def gains(change: Change, result: ChangeEffect) -> None:
    """The effect, the cases averted to date and what they would have cost, each with its interval."""
    size = sizes.overall(result)
    with st.container(horizontal=True):
        _tile(_("Estimated effect"), size.value, size.low, size.high)
        averted = result.averted
        if averted is None or not evaluated.stands_up(result):
            return
        gained = change.expected == "increase"
        ends = (-averted.value, -averted.high, -averted.low) if gained else (averted.value, averted.low, averted.high)
        name = _("Cases gained to date") if gained else _("Cases averted to date")
        _tile(name, *(text.number(end) for end in ends))
        if change.cost_per_case is not None and not gained:
            money = [text.number(end * change.cost_per_case) for end in ends]
            _tile(_("Cost averted to date"), *money)


def _tile(name: str, value: str, low: str, high: str) -> None:
    interval = _("95 % interval: {low} to {high}").format(low=low, high=high)
    st.metric(name, value, interval, delta_color="off", delta_arrow="off", border=True, width=290)


def parts(change: Change, found: Judged) -> None:
    """One of the parts at a time: what is closed is not computed."""
    known = list(PARTS) if isinstance(found.result, ChangeEffect) else ["plan", "history"]
    spoken = {each: _(PARTS[each]) for each in known}
    part = controls.segments(_("Shown"), "part", known, known[0], lambda each: spoken[each])
    with notices.explained():
        if part == "plan":
            plan_view.answered(change, found.grain)
        elif part == "history":
            _history(change)
        elif isinstance(found.result, ChangeEffect):
            {"checks": _checks, "placebo": _placebo, "robustness": _robustness}[part](found.result)


def _checks(result: ChangeEffect) -> None:
    st.caption(show.plain(text.paragraph(evaluated_checks.model(result.model))))
    for each in sorted(result.checks, key=_order):
        question = show.plain(_(evaluated_checks.QUESTIONS[each.code]))
        st.markdown(f"{ICONS[each.status]} **{question}** {show.plain(evaluated_checks.check(result, each))}")
    st.caption(
        _("Green: nothing found. Orange: look at it before reporting the verdict. Grey: could not be looked at.")
    )


def _order(check: Check) -> int:
    return [CheckStatus.WARNING, CheckStatus.OK, CheckStatus.NOT_POSSIBLE].index(check.status)


def _placebo(result: ChangeEffect) -> None:
    """What doing nothing looks like at every earlier date, beside the change."""
    told = next(each for each in result.checks if each.code is CheckCode.PLACEBO_TIME)
    st.markdown(show.plain(evaluated_checks.check(result, told)))
    if result.placebo.rank is None:
        return
    st.plotly_chart(charts_change.placebo(result), key="placebo", config=CHART, alt=evaluated.headline(result))
    st.caption(
        _(
            "Each hollow point is the step that shows at an earlier date, from before the change alone; where nothing "
            "was done it should lie about 0. The diamond is the change."
        )
    )
    with st.expander(_("Table")):
        tables.plain(change_tables.placebo(result))


def _robustness(result: ChangeEffect) -> None:
    if result.robustness.grid.is_empty():
        st.info(_("The series allows no other way of analysing."))
        return
    robust = next(each for each in result.checks if each.code is CheckCode.ROBUSTNESS)
    st.markdown(show.plain(evaluated_checks.check(result, robust)))
    name = evaluated.headline(result)
    st.plotly_chart(charts_change.specifications(result), key="specifications", config=CHART, alt=name)
    st.caption(
        _(
            "Each point is the effect by another model, time before and season, marked below it; blue is clear by "
            "itself."
        )
    )
    with st.expander(_("Table")):
        tables.plain(change_tables.specifications(result))


def _history(change: Change) -> None:
    """Who did what to the entry, and what is different since."""
    shown = scope.current()
    people = load.unseen(shown.store, shown.viewer)
    for entry in reversed(read_change_history(load.state(), shown.viewer, change, people)):
        when = text.moment(text.at_site(entry.at, shown.store.warehouse.site_zone))
        st.markdown(f"**{show.plain(when)}** · {show.plain(text.person(entry.who))} · {_(ACTS[entry.what])}")
        before, after = entry.before or {}, entry.after or {}
        for name, label in FIELDS.items():
            if entry.what is Act.EDITED and before.get(name) != after.get(name):
                told = _("{field}: {old} → {new}").format(
                    field=_(label), old=_spoken(name, before.get(name)), new=_spoken(name, after.get(name))
                )
                st.caption(show.plain(told))


def _spoken(name: str, value: object) -> str:
    """A written field as a person reads it."""
    match value:
        case None | "" | [] | {}:
            return "–"
        case dict():
            return text.listed([*scope.current().filter_words(tuple((each, tuple(of)) for each, of in value.items()))])
        case list():
            return text.listed([_spoken(name, each) for each in value])
        case float() | int():
            return text.number(float(value), 2)
    words = str(value)
    if name in {"start", "rolled_out", "check_dates"}:
        return text.day(date.fromisoformat(words))
    return _(CATALOGUE[words].name) if words in CATALOGUE else text.code(words)
