"""The live floor in words: what happens now, how old it is, what to do where it has stopped, and its tables."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from data_access.watch.floor import STRAINED, Floor, Freshness, Totals
from metrics.compare import on_target
from metrics.metric import Metric, Status, Unit
from metrics.rules import Rules
from reports import text
from reports.text import Label, _

MOST_SHOWN = 12  # heated contacts on the page


def headline(total: Totals, label: Label) -> str:
    """Who waits, how long, and who is free to take them."""
    ready = _("Agents ready: {count}.").format(count=text.number(total.agents_ready))
    if total.waiting == 0:
        return text.paragraph([_("Nobody is waiting."), ready])
    waiting = _("Waiting: {count}.").format(count=text.number(total.waiting))
    if total.longest_wait_seconds and total.longest_queue is not None:
        waiting = _("Waiting: {count}, the longest for {time} ({queue}).").format(
            count=text.number(total.waiting),
            time=text.duration(total.longest_wait_seconds),
            queue=label("queue", total.longest_queue),
        )
    return text.paragraph([waiting, ready])


def age(floor: Floor, now: datetime, zone: str) -> str:
    """Of when the newest figures are, by the site's clock, and how long ago that was."""
    at, today = floor.at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    told = f"{at:%H:%M:%S}" if at.date() == today else text.moment(at)
    return _("Figures of {time}, {age} old").format(time=told, age=text.duration(max(0.0, floor.age_seconds(now))))


def not_of_now(floor: Floor, now: datetime, freshness: Freshness, *, is_own: bool) -> str:
    """Why what is shown is grey, and the one thing to do about it."""
    span = text.duration(abs(floor.age_seconds(now)))
    if freshness is Freshness.AHEAD:
        return _(
            "These figures are dated {span} later than it is now: set TWINWING_LIVE_ZONE to the time zone of the live "
            "tables, or set the clocks right."
        ).format(span=span)
    if is_own:
        return _("Nothing new for {span}. Let the demo move again: python -m jobs simulate").format(span=span)
    return _("Nothing new for {span}: look after the process that writes the table live_queue.").format(span=span)


def short_time(seconds: float | None) -> str:
    """A time where there is little room: 2:05, 1:02:05."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def figures(total: Totals) -> list[tuple[str, str, str]]:
    """Name, value and column of each figure of the queues together."""
    return [
        (_("Waiting"), text.number(total.waiting), "waiting"),
        (_("Longest wait now"), short_time(total.longest_wait_seconds), "longest_wait_seconds"),
        (_("In progress"), text.number(total.in_progress), "in_progress"),
        (_("Agents ready"), text.number(total.agents_ready), "agents_ready"),
    ]


def share(row: dict, *, with_count: bool = True) -> str:
    """A share of the day with what it was counted from, or why there is none: 82.3 % (n = 130)."""
    if row["value"] is None:
        return "–"
    count = text.number(row["denominator"])
    if row["status"] == Status.TOO_FEW:
        return _("too few (n = {count})").format(count=count)
    said = text.value(row["value"], Unit.PERCENT)
    return f"{said} (n = {count})" if with_count else said


def stands_on(row: dict, metric: Metric, rules: Rules) -> list[str]:
    """The interval and the cases of a share of the day."""
    if row["value"] is None:
        return [_("no cases yet today")]
    low, high = (text.value(row[end], metric.unit) for end in ("low", "high"))
    count, counted = text.number(row["denominator"]), _(metric.under(rules).counted)
    lines = [
        _("95 % interval: {low} to {high}").format(low=low, high=high),
        _("n = {count} {counted}").format(count=count, counted=counted),
    ]
    if row["status"] == Status.TOO_FEW:
        lines.append(_("Too few to judge: at least {count} are needed").format(count=rules.min_denominator))
    return lines


def misses(row: dict, metric: Metric, target: float | None) -> bool:
    """Is a share of the day surely beyond its target?"""
    if target is None or row["status"] != Status.OK:
        return False
    return pl.DataFrame([row], infer_schema_length=None).select(on_target(target, metric.better)).item() == "no"


def queue_table(queues: pl.DataFrame, label: Label) -> pl.DataFrame:
    """A row for each queue, the one in which somebody waits longest first, the silent ones last."""
    ordered = queues.sort("is_silent", "longest_wait_seconds", descending=[False, True], nulls_last=True)
    return pl.DataFrame([_queue(row, label) for row in ordered.iter_rows(named=True)], infer_schema_length=None)


def _queue(row: dict, label: Label) -> dict:
    name = label("queue", row["queue"])
    if row["is_silent"]:
        name = _("{queue} (no news for {span})").format(queue=name, span=text.duration(row["silent_seconds"]))
    return {
        _("Queue"): name,
        _("Waiting"): row["waiting"],
        _("Longest wait now"): short_time(row["longest_wait_seconds"]),
        _("In progress"): row["in_progress"],
        _("Agents ready"): row["agents_ready"],
        _("Service level today"): share(row),
    }


def heated(floor: Floor) -> str:
    """How many contacts are heated now, and how many were today."""
    if floor.heated.is_empty():
        return _("No heated contact so far today.")
    count = text.number(floor.heated_count)
    if not floor.tells_ends:
        return _("Heated contacts so far today: {count}.").format(count=count)
    going_on = still_heated(floor)
    if not going_on:
        return _("Heated contacts so far today: {count}. None of them is still going on.").format(count=count)
    return _("Heated contacts so far today: {count}. Still going on: {now}.").format(
        now=text.number(going_on), count=count
    )


def still_heated(floor: Floor) -> int:
    """How many of them are still going on; 0 where that is not known."""
    return floor.heated["ended_at"].null_count() if floor.tells_ends else 0


def about_heated(rules: Rules) -> str:
    """What counts as heated."""
    return _("Contacts with an emotion score of {score} or more.").format(score=rules.heated_score)


def heated_table(found: pl.DataFrame, label: Label, *, named: bool, tells_ends: bool) -> pl.DataFrame:
    """The heated contacts of the day: those still going on first, then the newest."""
    going_on = found.sort(pl.col("ended_at").is_not_null(), maintain_order=True)
    rows = [
        {
            _("Began at"): f"{row['started_at']:%H:%M}",
            **({_("State"): _("In progress") if row["ended_at"] is None else _("Ended")} if tells_ends else {}),
            _("Emotion"): text.number(row["emotion_score"], 1),
            _("Queue"): label("queue", row["queue"]),
            _("Issue type"): label("issue_type", row["issue_type"]),
            **({_("Agent"): label("agent_id", row["agent_id"])} if named else {}),
        }
        for row in going_on.head(MOST_SHOWN).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def care_table(agents: pl.DataFrame, label: Label) -> pl.DataFrame:
    """Agents with heated contacts today, those with most first."""
    rows = [
        {
            _("Agent"): label("agent_id", row["agent_id"]),
            _("Team"): label("team_id", row["team_id"]),
            _("Heated today"): row["heated"],
            _("Answered today"): row["handled"],
        }
        for row in agents.head(MOST_SHOWN).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def strained(floor: Floor) -> str:
    """How many agents have had more heated contacts than anyone should, without a name."""
    if not floor.strained:
        return _("Nobody has had {least} or more heated contacts today.").format(least=STRAINED)
    if floor.strained == 1:
        return _("One agent has had {least} or more heated contacts today and may need a break.").format(least=STRAINED)
    return _("{count} agents have had {least} or more heated contacts today and may need a break.").format(
        count=text.number(floor.strained), least=STRAINED
    )
