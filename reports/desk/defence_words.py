"""What is said of open cases that meet a trigger, and of the cases that went to a regulator."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import polars as pl

from data_access.desk.defence import OpenCases
from metrics.complaint_facts import LEVELS
from metrics.desk.back_test import ANY, EVERY
from metrics.desk.conditions import HouseRule
from metrics.desk.triggers import Trigger
from metrics.metric import AnyMetric, Status, Unit
from metrics.rules import HOUR, Rules
from reports import text
from reports.desk import condition_words
from reports.text import N_, _

Label = Callable[[str, str | None], str]
TRIGGERS: dict[str, str] = {
    Trigger.SAYS_SO: N_("Says that he will escalate"),
    Trigger.PRESSING: N_("Escalated before, strongly dissatisfied, pressing"),
    Trigger.THIRD: N_("{count} or more complaints about the same issue"),
}
REASONS: dict[str, str] = {
    Trigger.SAYS_SO: N_("says that he will escalate"),
    Trigger.PRESSING: N_("escalated before, strongly dissatisfied ({score} of 100), demands a quick reply"),
    Trigger.THIRD: N_("complaint number {count} about {issue} within {days} days"),
}
BODIES = {LEVELS[1]: N_("head office"), LEVELS[2]: N_("a regulator or the media")}


def body(level: str) -> str:
    """Where an escalation goes."""
    return _(BODIES[level])


def trigger(name: str, house: Sequence[HouseRule], rules: Rules) -> str:
    """What a trigger is called; a house rule by the name that people gave it."""
    if name == EVERY:
        return _("Every case")
    if name == ANY:
        return _("All triggers together")
    if name in TRIGGERS:
        return _(TRIGGERS[name]).format(count=text.number(rules.escalation_complaints))
    return next((each.name for each in house if each.id == name), name)


def reasons(row: Mapping, house: Sequence[HouseRule], rules: Rules, label: Label) -> str:
    """Why a case meets its triggers, in words."""
    told = []
    for name in row["reasons"]:
        if name in REASONS:
            told.append(
                _(REASONS[name]).format(
                    score=text.number(row["dissatisfaction_score"]),
                    count=text.number((row["earlier_same"] or 0) + 1),
                    issue=label("issue_type", row["issue_type"]),
                    days=text.number(rules.look_back_days),
                )
            )
        else:
            told += [
                _("house rule “{name}”: {conditions}").format(
                    name=each.name, conditions=condition_words.listed(each.conditions)
                )
                for each in house
                if each.id == name
            ]
    return text.joined(told)


def lead(found: OpenCases, house: Sequence[HouseRule], rules: Rules, label: Label) -> str:
    """The page's finding: how many open cases meet a trigger, and the one to take up first."""
    moment = text.moment(found.at)
    if not found.open:
        return _("No case is open as of {moment}.").format(moment=moment)
    if found.met.is_empty():
        return _("None of the {open} cases open as of {moment} meets a trigger.").format(
            open=text.number(found.open), moment=moment
        )
    first = found.met.row(0, named=True)
    return _(
        "{met} of the {open} cases open as of {moment} meet a trigger. Take up first: a case about {issue}, open for "
        "{time} – {reasons}."
    ).format(
        met=text.number(found.met.height),
        open=text.number(found.open),
        moment=moment,
        issue=label("issue_type", first["issue_type"]),
        time=text.duration(first["open_hours"] * HOUR),
        reasons=reasons(first, house, rules, label),
    )


def open_table(rows: pl.DataFrame, house: Sequence[HouseRule], rules: Rules, label: Label) -> pl.DataFrame:
    """Open cases in the reader's words, without who they are of; with how likely each goes up, where that is known."""
    told = [
        {
            **({_("Reason"): reasons(row, house, rules, label)} if "reasons" in row else {}),
            **({_("Likely to escalate"): text.value(row["likely"], Unit.PERCENT)} if "likely" in row else {}),
            _("Open for"): text.duration(row["open_hours"] * HOUR),
            text.dimension("severity"): label("severity", row["severity"]),
            text.dimension("issue_type"): label("issue_type", row["issue_type"]),
            text.dimension("team_id"): label("team_id", row["team_id"]),
            _("Dissatisfaction"): text.number(row["dissatisfaction_score"]),
            _("Complaints before"): row["earlier"],
            _("Contacts before"): row["contacts_before"],
            text.column("received_at"): row["received_at"],
        }
        for row in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(told, infer_schema_length=None)


def spoken(rows: pl.DataFrame, house: Sequence[HouseRule], rules: Rules, label: Label) -> pl.DataFrame:
    """Listed cases with their reasons in words in front."""
    words = [reasons(row, house, rules, label) for row in rows.iter_rows(named=True)]
    hours = pl.col("open_hours").round(1)
    return rows.drop("reasons").with_columns(hours).insert_column(0, pl.Series("reasons", words, pl.String))


def missed(found: pl.DataFrame, days: str, look_back: int) -> str:
    """How many could have been foreseen, and how long before."""
    if found.is_empty():
        return _("In {days} no complaint of a known customer went to a regulator or the media.").format(days=days)
    told = found.select(
        n=pl.len(),
        contacted=(pl.col("contacts") > 0).sum(),
        filed=(pl.col("tickets") > 0).sum(),
        neither=((pl.col("contacts") == 0) & (pl.col("tickets") == 0)).sum(),
        unsolved=pl.col("was_open").sum(),
        middle=pl.col("days").median(),
    ).row(0, named=True)
    counts = {name: text.number(told[name]) for name in ("n", "contacted", "filed", "neither", "unsolved")}
    if found["contacts"].is_null().all():
        return _(
            "In {days} {n} complaints of known customers went to a regulator or the media. Within {look_back} days "
            "before, {filed} of these customers had complained, of whom {unsolved} still waited for a solution. These "
            "data do not say who had contacted us."
        ).format(days=days, look_back=text.number(look_back), **counts)
    if told["middle"] is None:
        return _(
            "In {days} {n} complaints of known customers went to a regulator or the media, and none of these customers "
            "had contacted us within {look_back} days before."
        ).format(days=days, look_back=text.number(look_back), **counts)
    return _(
        "In {days} {n} complaints of known customers went to a regulator or the media. Within {look_back} days before, "
        "{contacted} of these customers had contacted us and {filed} had complained, of whom {unsolved} still waited "
        "for a solution; {neither} had done neither. In the middle case {middle} days passed since the last of it."
    ).format(days=days, look_back=text.number(look_back), middle=text.number(told["middle"], 1), **counts)


def figure(row: Mapping, metric: AnyMetric, rules: Rules) -> list[str]:
    """What stands below a figure: its interval, its n, and why it may not be judged."""
    low, high = text.value(row["low"], metric.unit), text.value(row["high"], metric.unit)
    told = [
        _("95 % interval: {low} to {high}").format(low=low, high=high),
        _("n = {count} {counted}").format(count=text.number(row["denominator"]), counted=_(metric.counted)),
    ]
    if row["status"] == Status.TOO_FEW:
        told.append(_("Too few to judge: at least {count} are needed").format(count=rules.min_denominator))
    if not row["mature"]:
        told.append(_("not final"))
    return told


def missed_table(found: pl.DataFrame, label: Label) -> pl.DataFrame:
    """Cases that went to a regulator in the reader's words, without who they are of."""
    told = [
        {
            text.column("received_at"): row["received_at"],
            text.dimension("issue_type"): label("issue_type", row["issue_type"]),
            text.dimension("product"): label("product", row["product"]),
            _("Contacts before"): _last(row["contacts"], row["last_contact"], row["last_about"], label),
            _("Complaints before"): _last(row["tickets"], row["last_ticket"], row["last_ticket_about"], label),
            _("Was it solved?"): "–" if row["was_open"] is None else _("No") if row["was_open"] else _("Yes"),
            _("Days since the last of it"): text.number(row["days"], 1),
        }
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(told, infer_schema_length=None)


def _last(count: int | None, at: datetime | None, about: str | None, label: Label) -> str:
    """3, last 5 Jan 2026: Returns."""
    if count is None:
        return "–"
    if not count or at is None:
        return _("none")
    return _("{count}, last {day}: {issue}").format(
        count=text.number(count), day=text.day(at.date()), issue=label("issue_type", about)
    )


def headers() -> dict[str, str]:
    """Of columns in files and lists."""
    return {
        "reasons": _("Reason"), "open_hours": _("Open for, hours"), "earlier_same": _("Complaints before, same issue"),
        "earlier": _("Complaints before"), "contacts_before": _("Contacts before"), "contacts": _("Contacts before"),
        "dissatisfaction_score": _("Dissatisfaction"), "last_contact": _("Last contact"),
        "last_about": _("Last contact about"), "tickets": _("Complaints before"), "last_ticket": _("Last complaint"),
        "last_ticket_about": _("Last complaint about"), "was_open": _("Last complaint still open"),
        "days": _("Days since the last of it"), "likely": _("Likely to escalate"),
    }  # fmt: skip
