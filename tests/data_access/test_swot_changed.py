"""What the board says of changes: the size of counts, shares and means, for whom it is news, and as of when."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from data_access.change_rows import Change
from data_access.change_rows import Kind as ChangeKind
from data_access.judging import Judged
from data_access.numbers import Grain, read_metrics
from data_access.swot import ahead, changed
from data_access.swot.asked import Asked, Known, Reason
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.intervention import evaluate_change
from metrics.metric import Better
from metrics.scope import WEEK, Period
from metrics.swot.evidence import Evidence, Kind, Quadrant, SizeUnit
from metrics.swot.ranking import arrange
from reports import text
from reports.swot.words import sentence

FCR = CATALOGUE["first_contact_resolution"]
MONTH = 365.25 / 12
MONTHS = [date(2024 + each // 12, each % 12 + 1, 1) for each in range(24)]


def verdict(asked: Asked, metric: str, series: pl.DataFrame, told: pl.DataFrame, **own: object) -> list[Evidence]:
    """What is said of a change in January 2025, of which this is the metric's series."""
    change = Change(name="x", kind=ChangeKind.SCRIPT, start=MONTHS[12], metric=metric, id="x", **own)
    wanted = "increase" if CATALOGUE[metric].better is Better.HIGHER else "decrease"
    found = evaluate_change(told, change.start, expected=wanted, shape="step", grain="month")
    judged_ = Judged(CATALOGUE[metric], Grain.MONTH, series, found, has_own_exposure=False)
    return changed.evidence_of(asked, changed.Told(change, judged_, found, asked.complaints))


def effect(asked: Asked, factor: float, scope: tuple, cost: float | None = None) -> list[Evidence]:
    """What is said of a change after which 100 complaints a month became so many times as many."""
    counts = [
        round(each * (factor if place >= 12 else 1)) for place, each in enumerate([100, 94, 106, 106, 94, 100] * 4)
    ]
    series = pl.DataFrame({"period": MONTHS, "numerator": counts, "denominator": [5000.0] * 24})
    told = series.select("period", pl.col("numerator").alias("count"), pl.col("denominator").alias("exposure"))
    return verdict(asked, "complaint_rate", series, told, scope=scope, cost_per_case=cost)


def test_a_change_that_did_harm_is_told_with_what_it_brought(asked: Asked):
    (found,) = effect(asked, 2.0, (("issue_type", ("returns",)),))
    assert found.kind is Kind.CHANGE_HARMED
    assert found.estimate.low < 100 < found.estimate.high  # injected: twice as many
    assert found.size == pytest.approx(100, rel=0.15)


def test_a_change_that_worked_in_a_team_is_proven_for_the_others_and_counts_in_money(asked: Asked):
    worked, elsewhere = effect(asked, 0.5, (("team_id", ("team_01",)),), cost=20.0)
    assert (worked.kind, elsewhere.kind) == (Kind.CHANGE_WORKED, Kind.PROVEN_ELSEWHERE)
    assert worked.size == pytest.approx(50 * 20, rel=0.15)  # injected: half of 100 a month, at 20 each
    assert arrange([elsewhere]).entries[Quadrant.OPPORTUNITY][0].evidence.values["teams"] > 1


def test_what_a_share_would_bring_elsewhere_is_its_points_of_the_others_cases(asked: Asked):
    # Injected: 400 of 1,000 solved a month, then 600: twenty points.
    solved = [each + (200 if place >= 12 else 0) for place, each in enumerate([400, 394, 406, 406, 394, 400] * 4)]
    series = pl.DataFrame({"period": MONTHS, "numerator": solved, "denominator": [1000] * 24})
    _worked, elsewhere = verdict(asked, FCR.id, series, series, scope=(("team_id", ("team_01",)),))
    final = Period(asked.period.start - WEEK, asked.period.end - WEEK)  # a customer may come back for a week
    others = read_metrics(asked.store, LOCAL, [FCR], final, (), ("team_id",))
    cases = others.filter(pl.col("team_id") != "team_01")["denominator"].sum()
    assert elsewhere.size == pytest.approx(0.2 * cases * MONTH / 91, rel=0.1)


def test_a_mean_that_moved_is_told_by_what_its_cases_are_worth(asked: Asked):
    # Injected: customers give 4.0 of 5 on 500 surveys a month, then 4.4: a tenth of what 500 surveys say.
    means = [each + (0.4 if place >= 12 else 0) for place, each in enumerate([4.0, 3.97, 4.03, 4.03, 3.97, 4.0] * 4)]
    series = pl.DataFrame({"period": MONTHS, "numerator": [500 * each for each in means], "denominator": [500.0] * 24})
    told = pl.DataFrame({"period": MONTHS, "value": means})
    worked, elsewhere = verdict(asked, "csat_mean", series, told, scope=(("team_id", ("team_01",)),), cost_per_case=9.0)
    assert (worked.size, worked.size_unit) == (pytest.approx(50, rel=0.1), SizeUnit.WORTH)
    assert elsewhere.size_unit is SizeUnit.WORTH


def test_teams_that_a_later_change_reached_have_it_already(asked: Asked):
    later = Change(name="y", kind=ChangeKind.SCRIPT, start=date(2025, 6, 1), metric="complaint_rate", id="y")
    some = replace(later, scope=(("team_id", ("team_02", "team_03")),))
    of_one_issue = replace(later, scope=(("issue_type", ("returns",)),))
    counted = {}
    for name, known in (("none", ()), ("some", (some,)), ("issue", (of_one_issue,)), ("all", (later,))):
        found = effect(replace(asked, known=Known(changes=known)), 0.5, (("team_id", ("team_01",)),))
        counted[name] = [each.values["teams"] for each in found if each.kind is Kind.PROVEN_ELSEWHERE]
    (every,) = counted.pop("none")
    assert counted == {"some": [every - 2], "issue": [every], "all": []}


def test_a_change_of_a_team_is_told_with_what_was_counted(asked: Asked):
    (of_team, elsewhere), (of_issue,) = (effect(asked, 0.5, ((name, (code,)),)) for name, code in
                                         (("team_id", "team_01"), ("issue_type", "returns")))  # fmt: skip
    with text.speaking("en"):
        assert "cases of team_01 (Complaint rate) a month" in sentence(of_team)
        assert "fewer cases than without it (Complaint rate" in sentence(elsewhere)
        assert "complaints about Returns" in sentence(of_issue)


def test_a_board_of_the_past_judges_changes_by_what_was_known_then(asked: Asked):
    returns = next(each for each in asked.known.changes if dict(each.scope).get("issue_type") == ("returns",))
    assert Kind.CHANGE_WORKED in {each.kind for each in changed.found(asked).evidence}
    weeks = Period(returns.start - 11 * WEEK, returns.start + 2 * WEEK)  # too early for any verdict
    then = replace(asked, period=weeks)
    assert returns.id not in {each.values["change"] for each in changed.found(then).evidence}
    told = (*ahead.seasons_ahead(then).not_looked_at, *ahead.breaches(then).not_looked_at)
    assert [each.reason for each in told] == [Reason.PAST, Reason.PAST]
