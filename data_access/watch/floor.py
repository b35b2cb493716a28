"""The live floor: queues now, contacts of the data's day, and heated ones, cut and masked for whoever looks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import ColumnElement, DateTime, and_, cast, func, null, select

from data_access import contacts
from data_access.masking import masked
from data_access.store import narrowed
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from data_access.watch.live_store import Live
from data_access.watch.live_tables import live_queue
from metrics.answering import ABANDONMENT_RATE, SERVICE_LEVEL
from metrics.business import HEATED_EMOTION_SHARE
from metrics.evaluation import evaluate
from metrics.metric import Metric
from metrics.rules import Rules

METRICS = (SERVICE_LEVEL, ABANDONMENT_RATE, HEATED_EMOTION_SHARE)
RECENT = timedelta(hours=1)  # a queue that was silent for longer is not in service
SHARED_SECONDS = 2  # whoever looks within them sees what was read for the first
STRAINED = 3  # heated contacts of one agent in a day. House rule: one happens to anybody, three take it out of people
MOST_HEATED = 200  # contacts that are listed
MOST_SNAPSHOTS = 20_000  # rows of the last hour
SUMMED = ("waiting", "in_progress", "agents_ready")
QUEUE = ("waiting", "longest_wait_seconds", "in_progress", "agents_ready")
HEATED = (
    "contact_id", "started_at", "ended_at", "queue", "channel", "issue_type", "agent_id", "team_id", "emotion_score",
)  # fmt: skip
GRAINS = (("queue",), ("team_id", "agent_id"))


class Freshness(StrEnum):
    """Is what is shown of now?"""

    FRESH = "fresh"
    STALE = "stale"  # nothing new has come for too long
    AHEAD = "ahead"  # stamped later than now: two clocks or time zones disagree


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """What a viewer sees of the floor at the instant of its newest figures; `day` is that instant's at the site."""

    at: datetime  # in UTC
    day: date
    queues: (
        pl.DataFrame | None
    )  # QUEUE by queue, silent_seconds, is_silent, and its service level; None: the viewer sees some teams only
    today: pl.DataFrame  # of each of METRICS that the store allows: as `evaluate` gives it
    heated: pl.DataFrame  # HEATED of the day, the newest first, at most MOST_HEATED
    heated_count: int  # all of them
    tells_ends: bool  # is it known which of them are over?
    agents: (
        pl.DataFrame | None
    )  # agent_id team_id heated handled; None: the viewer sees no names, or no scores are kept
    strained: int | None  # agents with STRAINED heated contacts or more

    def share(self, metric: Metric) -> dict | None:
        """One of METRICS of the day; None where the store does not allow it."""
        found = self.today.filter(pl.col("metric") == metric.id)
        return found.row(0, named=True) if found.height else None

    def age_seconds(self, now: datetime) -> float:
        return (now - self.at).total_seconds()

    def freshness(self, now: datetime, stale_seconds: int) -> Freshness:
        """Are the newest figures of now, as long as they may be old?"""
        age = self.age_seconds(now)
        return Freshness.STALE if age > stale_seconds else Freshness.AHEAD if age < -stale_seconds else Freshness.FRESH


@dataclass(frozen=True, slots=True)
class Totals:
    """All queues together that told of themselves lately; None where no queue tells."""

    waiting: int | None
    longest_wait_seconds: int | None
    longest_queue: str | None
    in_progress: int | None
    agents_ready: int | None  # whoever serves two queues is ready in both


def read_floor(live: Live, viewer: Viewer, rules: Rules, now: datetime) -> Floor | None:
    """The floor as the newest figures show it; None where the store holds none yet.

    Queues are shared by all teams: who sees some teams only gets the contacts of these, and no queues. Who works under
    strain is told by name to those alone who may see names.

    Args:
        now: decides only on who shares a read with whom.

    Raises:
        SourceUnavailable: the live store does not answer.
    """
    moment = int(now.timestamp()) // SHARED_SECONDS
    return live.answers.once(("floor", viewer.sight, moment), lambda: _floor(live, viewer, rules))


def _floor(live: Live, viewer: Viewer, rules: Rules) -> Floor | None:
    newest = live.read(select(func.max(live_queue.c.at).label("at"))).item()
    if newest is None:
        return None
    day = at_site(live, newest).date()
    sums = _sums(live, viewer, rules, day)
    by_agent = _by_agent(live, sums)
    scored = sums is not None and "emotions_heated" in sums.columns
    return Floor(
        at=newest.replace(tzinfo=ZoneInfo(live.tables.source_zone)).astimezone(UTC),
        day=day,
        queues=_queues(live, newest, _by_queue(live, sums, rules)) if viewer.teams is None else None,
        today=_evaluated(live, sums, rules, ()),
        heated_count=int(sums.filter(pl.col("grain") == 0)["emotions_heated"].sum()) if scored else 0,
        tells_ends=live.tables.has("contacts", "ended_at"),
        heated=heated_since(live, viewer, rules, datetime.combine(day, datetime.min.time())),
        agents=by_agent.filter(pl.col("heated") > 0) if by_agent is not None and viewer.is_cleared else None,
        strained=None if by_agent is None else by_agent.filter(pl.col("heated") >= STRAINED).height,
    )


def at_site(live: Live, instant: datetime) -> datetime:
    """An instant of the source's clock as the site's shows it."""
    return _turned(instant, live.tables.source_zone, live.tables.site_zone)


def _turned(instant: datetime, zone: str, other: str) -> datetime:
    return instant.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo(other)).replace(tzinfo=None)


def _sums(live: Live, viewer: Viewer, rules: Rules, day: date) -> pl.DataFrame | None:
    """The measures of the day's contacts by queue (grain 0) and by agent (grain 1); None without contacts."""
    if not live.tables.has("contacts"):
        return None
    cut = narrowed((), viewer)
    return live.read(contacts.sums(live.tables, rules, day, day + timedelta(days=1), GRAINS, cut))


def _evaluated(live: Live, sums: pl.DataFrame | None, rules: Rules, by: tuple[str, ...]) -> pl.DataFrame:
    known = [metric for metric in METRICS if not live.tables.missing(metric.under(rules).needs)]
    if sums is None or not known:
        return pl.DataFrame(schema={**dict.fromkeys(by, pl.String), "metric": pl.String, "value": pl.Float64})
    return evaluate(known, sums.filter(pl.col("grain") == 0), by, rules=rules)


def _by_queue(live: Live, sums: pl.DataFrame | None, rules: Rules) -> pl.DataFrame:
    """The service level of each queue: `queue value denominator status`."""
    found = _evaluated(live, sums, rules, ("queue",)).filter(pl.col("metric") == SERVICE_LEVEL.id)
    if found.is_empty():
        return pl.DataFrame(
            schema={"queue": pl.String, "value": pl.Float64, "denominator": pl.Float64, "status": pl.String}
        )
    return found.select("queue", "value", "denominator", "status")


def _by_agent(live: Live, sums: pl.DataFrame | None) -> pl.DataFrame | None:
    if sums is None or not live.tables.has("contacts", "agent_id", "emotion_score"):
        return None
    own = sums.filter(pl.col("grain") == 1, pl.col("agent_id").is_not_null())
    counted = own.group_by("agent_id").agg(
        pl.col("team_id").sort_by("handled").last(),
        heated=pl.col("emotions_heated").sum(),
        handled=pl.col("handled").sum(),
    )
    return counted.sort(pl.col("heated"), pl.col("agent_id"), descending=[True, False])


def _queues(live: Live, newest: datetime, levels: pl.DataFrame) -> pl.DataFrame:
    """The last row of each queue of the last hour, with its service level; one that fell silent is marked."""
    queue, at = live_queue.c.queue, live_queue.c.at
    last = select(queue, func.max(at).label("at")).where(at > newest - RECENT).group_by(queue).subquery()
    query = select(at, queue, *(_told(live, name) for name in QUEUE)).join(
        last, and_(last.c.queue == queue, last.c.at == at)
    )
    found = live.read(query.where(at > newest - RECENT)).unique("queue", keep="last")
    silent = (pl.lit(newest) - pl.col("at")).dt.total_seconds()
    marked = found.with_columns(silent_seconds=silent, is_silent=silent > live.stale_seconds)
    return marked.join(levels, on="queue", how="left").sort("queue")


def _told(live: Live, name: str) -> ColumnElement:
    column = live_queue.c[name]
    return column if live.tables.has("live_queue", name) else cast(null(), column.type).label(name)


def totals(queues: pl.DataFrame) -> Totals:
    """The queues together; the longest wait is that of the queue in which somebody waits longest."""
    told = queues.filter(~pl.col("is_silent"))
    sums = {name: int(told[name].sum()) if told[name].count() else None for name in SUMMED}
    longest = told.drop_nulls("longest_wait_seconds").sort("longest_wait_seconds", "queue", descending=[True, False])
    first = longest.row(0, named=True) if longest.height else {"longest_wait_seconds": None, "queue": None}
    return Totals(longest_wait_seconds=first["longest_wait_seconds"], longest_queue=first["queue"], **sums)


def read_last_hour(live: Live, viewer: Viewer, now: datetime) -> pl.DataFrame:
    """The queues together in each minute of the last hour of the data: `minute`, QUEUE; for who sees every team.

    A queue counts in a minute with the last that it told in it.

    Args:
        now: read anew every minute.
    """
    if viewer.teams is not None:
        return pl.DataFrame(schema={"minute": pl.Datetime("us"), **dict.fromkeys(QUEUE, pl.Int64)})
    return live.answers.once(("last hour", int(now.timestamp()) // 60), lambda: _last_hour(live))


def _last_hour(live: Live) -> pl.DataFrame:
    at = live_queue.c.at
    query = select(at, live_queue.c.queue, *(_told(live, name) for name in QUEUE))
    rows = live.read(query.order_by(at.desc()).limit(MOST_SNAPSHOTS))
    minute = pl.col("at").dt.truncate("1m").alias("minute")
    recent = rows.filter(pl.col("at") > pl.col("at").max() - RECENT).sort("at")
    last = recent.group_by(minute, "queue").agg(pl.col(name).last() for name in QUEUE)
    together = [
        pl.col(name).max()
        if name == "longest_wait_seconds"
        else pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())
        for name in QUEUE
    ]
    return last.group_by("minute").agg(together).sort("minute")


def heated_since(live: Live, viewer: Viewer, rules: Rules, since: datetime) -> pl.DataFrame:
    """Contacts with a heated emotion (`Rules.heated_score` or more) that began at an instant or later: HEATED.

    The newest first, at most MOST_HEATED, of the teams that the viewer sees; ids are pseudonyms for who is not cleared.
    A score may come minutes after a contact began: whoever watches asks again with a `since` in the past, and knows
    what was told already by `contact_id`.

    Args:
        since: on the site's clock, as all instants that are given back.

    Raises:
        SourceUnavailable: the live store does not answer.
    """
    tables = live.tables
    if not tables.has("contacts", "emotion_score"):
        return pl.DataFrame(schema={name: HEATED_TYPES.get(name, pl.String) for name in HEATED})
    started = tables.column("contacts", "started_at")
    from_then = started >= _turned(since, tables.site_zone, tables.source_zone)
    hot = tables.column("contacts", "emotion_score") >= rules.heated_score
    own = [tables.column("contacts", name).in_(kept) for name, kept in narrowed((), viewer)]
    query = select(*(_shown(tables, name) for name in HEATED)).where(from_then, hot, contacts.exclusions(tables), *own)
    found = live.read(query.order_by(started.desc(), tables.column("contacts", "contact_id")).limit(MOST_HEATED))
    return masked(found, viewer)


HEATED_TYPES = {**dict.fromkeys(("started_at", "ended_at"), pl.Datetime("us")), "emotion_score": pl.Float64}


def _shown(tables: Warehouse, name: str) -> ColumnElement:
    column = tables.column("contacts", name)
    return (tables.site(column) if isinstance(column.type, DateTime) else column).label(name)
