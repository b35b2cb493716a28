"""What the page of deadlines says: how things stand in a sentence, and its tables in the reader's words."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import polars as pl

from data_access.desk.deadlines import Curves, Due, Held
from metrics.desk.due import OVERDUE, steps
from metrics.desk.survival import Curve, still_open
from metrics.metric import AnyMetric, Status, Unit
from metrics.results import Estimate
from metrics.rules import DAY, HOUR, MINUTE, Rules
from metrics.scope import Period
from metrics.working_time import runs_always
from reports import text
from reports.text import N_, _

LEG_NAMES = {
    "response": N_("First response"),
    "hand_over": N_("Hand-over"),
    "department": N_("Department’s proposal"),
    "resolution": N_("Resolution"),
    "follow_up": N_("Follow-up"),
}
RUNG_NAMES = {"department": N_("Remind it"), "head": N_("Remind its head"), "leader": N_("Remind the leader")}
MARKS = (10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 8 * HOUR, DAY, 2 * DAY, 7 * DAY)  # of the number at risk
Label = Callable[[str | None], str]


def headline(due: Due, rules: Rules) -> str:
    """How things stand when the data end."""
    soon = int(due.falls_due["soon"].sum())
    said = [
        _("{moment}: {open} complaints are open, {overdue} of them past the deadline of their resolution.").format(
            moment=text.moment(due.at), open=text.number(due.open), overdue=text.number(due.overdue)
        ),
        _("{count} steps fall due within {hours}.").format(
            count=text.number(soon), hours=text.span(rules.due_soon_seconds)
        ),
    ]
    if due.reminders_owed is not None:
        said.append(_("{count} hand-overs are due a reminder.").format(count=text.number(due.reminders_owed)))
    return _sentences(said)


def _sentences(said: Sequence[str]) -> str:
    return ("" if text.language.get() == "zh" else " ").join(said)


def waiting(due: Due) -> str:
    return _(
        "{count} of the open complaints wait for the customer: the clock of their resolution stands still."
    ).format(count=text.number(due.waiting))


def step_names(rules: Rules) -> list[str]:
    """Within 4 h, within 8 h, within 24 h."""
    return [_("within {hours}").format(hours=text.span(seconds)) for seconds in steps(rules)]


def due_table(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """A row for each leg, a column for each time ahead."""
    headers = [_("Overdue"), *step_names(rules), _("Waits for the customer")]
    rows = [
        {_("Step"): _(LEG_NAMES[row["leg"]]), **dict(zip(headers, list(row.values())[1:], strict=True))}
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def bands() -> list[str]:
    """How long cases are overdue, the shortest first."""
    named = [_("{first} to {last}").format(first=_plain(first), last=_plain(last)) for first, last in pairwise(OVERDUE)]
    return [
        _("up to {time}").format(time=_plain(OVERDUE[0])),
        *named,
        _("more than {time}").format(time=_plain(OVERDUE[-1])),
    ]


def _plain(seconds: int) -> str:
    """Days from three on, hours below."""
    return _("{days} days").format(days=seconds // DAY) if seconds >= 3 * DAY else text.span(seconds)


def department_table(found: pl.DataFrame, label: Label) -> pl.DataFrame:
    """Who has not replied, and who is to be reminded now."""
    rows = [
        {
            text.dimension("responsible_department"): label(row["responsible_department"]),
            _("No reply yet"): row["open"],
            **{_(name): row[rung] for rung, name in RUNG_NAMES.items()},
            _("Longest wait"): text.duration(row["longest_seconds"]),
        }
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def ladder(rules: Rules) -> str:
    """When each rung is due."""
    return _(
        "Reminded are the department {department} after the hand-over, its head after {head}, the leader above after "
        "{leader}; a reminder on record counts as sent, and the next one is due at its own time. Cases that wait for "
        "the customer are left out."
    ).format(
        department=text.span(rules.reminder_department_seconds),
        head=text.span(rules.reminder_head_seconds),
        leader=text.span(rules.reminder_leader_seconds),
    )


def clock(rules: Rules) -> str:
    """When the clock of deadlines runs."""
    words = {
        "always": N_("The clock of deadlines runs around the clock."),
        "workdays": N_(
            "The clock of deadlines runs on Chinese working days, make-up workdays among them; that of urgent cases "
            "always."
        ),
        "office_hours": N_(
            "The clock of deadlines runs from {opens}:00 to {closes}:00 on Chinese working days, make-up workdays "
            "among them; that of urgent cases always."
        ),
    }
    return _(words[rules.deadline_clock]).format(
        opens=rules.office_opens_seconds // HOUR, closes=rules.office_closes_seconds // HOUR
    )


def attainment_table(
    frame: pl.DataFrame, metrics: Sequence[AnyMetric], severities: Sequence[str | None], label: Label
) -> pl.DataFrame:
    """A row for each leg, a column for each severity: 91.2 % (88.0 – 94.1, n = 320)."""
    cells = {(row["metric"], row["severity"]): row for row in frame.iter_rows(named=True)}
    rows = [
        {
            _("Step"): _(metric.name),
            **{label(each): _cell(cells.get((metric.id, each))) for each in severities},
        }
        for metric in metrics
    ]
    return pl.DataFrame(rows)


def _cell(row: dict | None) -> str:
    if row is None or not row["denominator"]:
        return "–"
    count = text.number(row["denominator"])
    if row["status"] == Status.TOO_FEW:
        return _("too few (n = {count})").format(count=count)
    value, low, high = (text.value(row[name], Unit.PERCENT) for name in ("value", "low", "high"))
    return f"{value} ({low} – {high}, n = {count})"


def holder(row: dict, label: Label) -> str:
    """Who held it: a department, the customer, or nobody on record."""
    return _("Waiting for the customer") if row["is_customer"] else label(row["department"])


def held_sentence(held: Held, period: Period, label: Label) -> str:
    """Where the time went."""
    first = held.holders.row(0, named=True)
    said = [
        _("Of the time that {count} complaints received in {period} took, {share} lay with: {who}.").format(
            count=text.number(held.complaints - held.without),
            period=text.period(period),
            share=text.value(first["share"], Unit.PERCENT),
            who=holder(first, label),
        )
    ]
    if held.without:
        said.append(_("{count} have no steps on record and are left out.").format(count=text.number(held.without)))
    return _sentences(said)


def held_table(held: Held, label: Label) -> pl.DataFrame:
    """The time with each holder."""
    rows = [
        {
            _("Held by"): holder(row, label),
            _("Share of the time"): text.value(row["share"], Unit.PERCENT),
            _("Time in all"): text.duration(row["seconds"]),
            _("Complaints"): row["complaints"],
            _("Median a complaint"): _median(row),
        }
        for row in held.holders.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def _median(row: dict) -> str:
    if row["low"] is None or row["high"] is None:
        return _("too few (n = {count})").format(count=text.number(row["complaints"]))
    return _interval(Estimate(row["median_seconds"], row["low"], row["high"]))


def _interval(found: Estimate) -> str:
    """4 h 10 min (3 h 50 min – 4 h 31 min); an end that is not reached is said so."""
    ends = [_time(each) for each in (found.low, found.high)]
    return f"{_time(found.value)} ({ends[0]} – {ends[1]})"


def _time(seconds: float) -> str:
    return _("not reached") if math.isinf(seconds) else text.duration(seconds)


def curves_said(rules: Rules) -> str:
    """What the curves are of, and where the deadlines are."""
    lines = _("Upright lines: the deadlines.")
    if not runs_always(rules):
        lines = _("Upright lines: deadlines that run around the clock, as these times do; the others are not drawn.")
    return text.paragraph(
        [
            _("Complaints received in the period; those still open count for as long as they have waited. Shaded: the "
              "95 % interval."),
            lines,
            _("To the resolution, the time for which the case waited for the customer is left out; nights and holidays "
              "are not."),
        ]
    )  # fmt: skip


def curve_table(curves: Curves, leg: str, rules: Rules, label: Label) -> pl.DataFrame:
    """Each severity's median and, where deadlines run around the clock as curves do, what still waits at its own."""
    known = {each: limit for each, limit in rules.deadlines.items() if runs_always(rules, each)}
    limits = {severity: getattr(limit, leg) for severity, limit in known.items()}
    rows = []
    for severity, found in curves.items():
        row = {text.dimension("severity"): label(severity)}
        if not isinstance(found, Curve):
            rows.append(row | {_("Complaints"): _("too few (n = {count})").format(count=found.values["found"])})
            continue
        row |= {_("Complaints"): text.number(found.cases), _("Still open"): text.number(found.cases - found.events)}
        row[_("Median")] = _interval(found.median)
        if severity in limits and (left := still_open(found, limits[severity])):
            share, low, high = (text.value(each, Unit.PERCENT) for each in (left.value, left.low, left.high))
            row[_("Not done at the deadline")] = f"{text.span(limits[severity])}: {share} ({low} – {high})"
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None).fill_null("–")


def risk_table(curves: Curves, label: Label) -> pl.DataFrame:
    """How many cases are under observation after each time."""
    known = {severity: found for severity, found in curves.items() if isinstance(found, Curve)}
    marks = [mark for mark in MARKS if any(each.at_risk([mark])[0] for each in known.values())]
    rows = [
        {
            text.dimension("severity"): label(severity),
            **{_plain(mark): each for mark, each in zip(marks, found.at_risk(marks), strict=True)},
        }
        for severity, found in known.items()
    ]
    return pl.DataFrame(rows)


def names() -> dict[str, str]:
    """Headers of the lists of cases."""
    return {
        "due_at": _("Due at"),
        "left": _("Time left"),
        "owed": _("Remind now"),
        "handed_over_at": _("Handed over"),
        "waited": _("Since the hand-over"),
        "sent": _("Reminders sent"),
        "last_reminded_at": _("Last reminder"),
        "next_at": _("Next reminder"),
        "held": _("Time held"),
    }


def spoken(frame: pl.DataFrame) -> pl.DataFrame:
    """A list of cases with times and rungs as a person reads them."""
    times = {"seconds_left": "left", "waited_seconds": "waited", "held_seconds": "held"}
    shown = frame
    for name, header in times.items():
        if name in frame.columns:
            words = [_left(each) if name == "seconds_left" else text.duration(each) for each in frame[name]]
            shown = shown.with_columns(pl.Series(name, words, pl.String)).rename({name: header})
    if "owed" in frame.columns:
        rungs = [_(RUNG_NAMES[each]) if each else "" for each in frame["owed"]]
        shown = shown.with_columns(pl.Series("owed", rungs, pl.String))
    return shown


def _left(seconds: int | None) -> str:
    if seconds is None:
        return _("stands still")
    if seconds < 0:
        return _("{time} overdue").format(time=text.duration(-seconds))
    return text.duration(seconds)
