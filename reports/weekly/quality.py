"""The chapter of quality control: coverage, pass rate, quotas, calibration."""

import polars as pl

from data_access.numbers import read_metrics, refusal
from data_access.wings import calibration, quotas
from metrics.catalogue import CATALOGUE
from reports import text
from reports.document.parts import Chapter, Chart, Part, Shape
from reports.export import UNITS
from reports.text import _
from reports.weekly import pieces, results
from reports.weekly.results import Results
from reports.wings import calibration_words, quota_words

COVERAGE = CATALOGUE["qa_coverage"]
MOST_BARS = 12


def chapter(found: Results) -> Chapter | None:
    """None where nothing was reviewed."""
    if found.rows([*results.QUALITY, *results.QUOTAS]).is_empty():
        return None
    parts: list[Part] = [
        *pieces.metric_table(found, _("QA reviews"), results.QUALITY),
        *_by_team(found),
        *pieces.metric_table(found, _("Three-level quotas"), results.QUOTAS),
        *pieces.said(*_owed(found)),
        *pieces.metric_table(found, _("Agreement between reviewers"), results.CALIBRATION),
        *pieces.said(*_reviewers(found)),
    ]
    return Chapter(_("Quality control"), message(found), tuple(parts))


def message(found: Results) -> str:
    """How much was looked at, and how much of it passed."""
    rows = {row["metric"]: row for row in found.rows(results.QUALITY).iter_rows(named=True)}
    told = [
        _("{metric}: {value} ({verdict})").format(
            metric=pieces.named(rows[name], found.period),
            value=pieces.valued(rows[name]),
            verdict=pieces.verdict(rows[name]),
        )
        for name in ("qa_coverage", "qa_pass_rate")
        if name in rows
    ]
    return text.joined(told) or _("Quality control")


def _by_team(found: Results) -> list[Chart]:
    """Which team is looked at how much, the least first."""
    names = [name for name, _values in found.filters]
    if refusal(found.store, COVERAGE, [*names, "team_id"]) or "team_id" in names:
        return []
    frame = read_metrics(found.store, found.viewer, [COVERAGE], found.period, found.filters, ("team_id",))
    known = frame.drop_nulls(["value", "team_id"])
    usable = known.filter(pl.col("status") == "ok").sort("value", "team_id")
    drawn = usable.head(MOST_BARS)
    if drawn.height < 2:
        return []
    few = known.height - usable.height
    note = _("Groups with too few cases, not drawn: {count}.").format(count=text.number(few)) if few else ""
    across = text.dimension("team_id")
    spoken = [found.label("team_id", each) for each in drawn["team_id"]]
    shown = pl.DataFrame({across: spoken, "value": drawn["value"]})
    target = found.target(COVERAGE)
    lines = [] if target is None else [(text.target(target, COVERAGE), target)]
    title = _("QA coverage by team: least in {team}").format(team=spoken[0])
    name, unit = _(COVERAGE.name), _(UNITS[COVERAGE.unit])
    named = name if drawn["mature"].all() else _("{value} (not final)").format(value=name)
    return [Chart(title, Shape.BAR, shown, across, ["value"], [named], unit, lines=lines, note=note)]


def _owed(found: Results) -> list[str]:
    """What is owed of the three levels, as the data stand now."""
    store = found.store
    if not found.is_latest or quotas.missing(store):
        return []
    teams = quotas.read_owed_by_teams(store, found.viewer, found.filters)
    if teams.is_empty():
        return []
    return [quota_words.lead(teams, text.day(quotas.today(store)), found.label)]


def _reviewers(found: Results) -> list[str]:
    """Who drifts, and on what they agree least."""
    if found.store.warehouse.missing(calibration.NEEDS):
        return []
    seen = calibration.read_calibration(found.store, found.viewer, found.period, found.filters)
    return [*calibration_words.lead(seen), calibration_words.least_agreed(seen.items)]
