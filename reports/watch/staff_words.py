"""The staff that a forecast needs, in words."""

from datetime import date

import polars as pl

from data_access.watch.staff import Staff
from metrics.metric import Unit
from reports import text
from reports.rule_words import value
from reports.text import _


def lead(staff: Staff) -> str:
    """The busiest hour of the days ahead."""
    row = staff.needs.sort("agents", "day", "hour", descending=[True, False, False]).row(0, named=True)
    return _(
        "The busiest hour is {day}, {hour}: {agents} agents for {contacts} contacts ({high} at the upper end:"
        " {more} agents), {paid} on the payroll with {shrinkage} shrinkage."
    ).format(
        day=f"{text.short_day(row['day'])} {text.weekday(row['day'])}",
        hour=f"{row['hour']:02d}:00–{row['hour'] + 1:02d}:00", agents=text.number(row["agents"]),
        contacts=text.number(row["contacts"]), high=text.number(row["high"]), more=text.number(row["agents_high"]),
        paid=text.number(row["paid"]), shrinkage=value("staff_shrinkage", staff.goal.shrinkage),
    )  # fmt: skip


def about(staff: Staff) -> str:
    """What the staff is reckoned by."""
    work, goal = staff.work, staff.goal
    return _(
        "Erlang C by the hour: {level} answered within {seconds} s, agents busy at most {busy} of their time; handle"
        " time {handle} and the hours of the day as in {period}. Channels in which nobody waits are left out:"
        " {waiting} of contacts wait. Nobody is taken to give up, so this is rather more than is needed. The aims are"
        " rules of the site."
    ).format(
        level=value("staff_service_level", goal.service_level), seconds=text.number(goal.answer_seconds),
        busy=value("staff_occupancy", goal.occupancy),
        handle=text.duration(work.handle_seconds), period=text.period(work.period),
        waiting=text.value(100 * work.waiting, Unit.PERCENT),
    )  # fmt: skip


def table(days: pl.DataFrame) -> pl.DataFrame:
    """Hours of work by day.

    Args:
        days: those of data_access.watch.staff.Staff.
    """
    rows = []
    for row in days.iter_rows(named=True):
        told = {
            _("Day"): f"{text.short_day(row['day'])} {text.weekday(row['day'])}",
            _("Contacts that wait"): round(row["contacts"]),
            _("Agent hours needed"): row["agent_hours"],
            _("Paid hours needed"): row["paid_hours"],
            _("Most agents at once"): _("{agents} at {hour}").format(
                agents=text.number(row["most"]), hour=f"{row['busiest']:02d}:00"
            ),
            _("At the upper end"): row["most_high"],
        }
        if days["there"].is_not_null().any():
            told[_("Paid hours usual")] = None if row["there"] is None else round(row["there"])
        rows.append(told)
    return pl.DataFrame(rows)


def short_days(staff: Staff) -> str:
    """On which days the usual hours are not enough; nothing where they are not known."""
    if staff.days["there"].is_null().all():
        return ""
    if staff.short.is_empty():
        return _("The hours usually paid on these weekdays are enough on each of these days.")
    return _("The hours usually paid on these weekdays are not enough on: {days}.").format(
        days=text.listed([_short(row) for row in staff.short.iter_rows(named=True)])
    )


def _short(row: dict) -> str:
    day: date = row["day"]
    return _("{day} (needs {needed}, usual {usual})").format(
        day=text.short_day(day), needed=text.number(row["paid_hours"]), usual=text.number(row["there"])
    )


def headers() -> dict[str, str]:
    """Of the columns in files that have no header of their own."""
    return {
        "day": _("Day"), "hour": _("Hour"), "contacts": _("Contacts that wait"), "high": _("Contacts at the upper end"),
        "agents": _("Agents"), "agents_high": _("Agents at the upper end"), "paid": _("Paid"),
        "service_level": _("Service level, %"), "occupancy": _("Occupancy, %"),
    }  # fmt: skip
