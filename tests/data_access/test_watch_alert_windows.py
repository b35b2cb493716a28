"""What a rule sees of a day: values by plain SQL, nothing of what came later, and what the data do not cover."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import duckdb
import pytest

from data_access.demo import Manifest
from data_access.desk.emerging import Tag
from data_access.numbers import Grain, read_metrics
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL, Viewer
from data_access.watch.ahead import told
from data_access.watch.control import How, read_controlled
from data_access.watch.past import read_past
from data_access.watch.past_issues import alarms
from data_access.watch.special_causes import week_told
from data_access.watch.watching import read_days, read_findings
from data_access.watch.windows import newest_end, read_growth, read_windows, told_days
from metrics.alerts.rule import AlertRule, Kind, Side
from metrics.alerts.shipped import SHIPPED
from metrics.catalogue import CATALOGUE
from metrics.errors import NotAllowed, SourceUnavailable, UnknownName
from metrics.forecast import Breach
from metrics.metric import final_period
from metrics.results import NotEstimable
from metrics.rules import Rules
from metrics.scope import Period
from metrics.spc import NHS, Heading, signal
from tests.data_access.seed import contact, seeded

FIRST = datetime(2024, 1, 1, 9)
DAY = timedelta(days=1)
FCR = CATALOGUE["first_contact_resolution"]
HEATED = CATALOGUE["heated_emotion_share"]


def rows(days: int, later: int = 0) -> list[dict]:
    """Two contacts a day, of which one comes back after two days; `later` more of everybody on the last day."""
    found = []
    for day in range(days):
        at = FIRST + day * DAY
        for customer in (f"a{day}", f"b{day}"):
            found.append(contact(f"{customer} 1", at, customer, emotion_score=90 if day % 3 == 0 else 10))
        found.append(contact(f"a{day} 2", at + 2 * DAY, f"a{day}", emotion_score=10))
    end = FIRST + (days + 1) * DAY
    return found + [contact(f"{place} later", end, f"b{place % days}", emotion_score=99) for place in range(later)]


def opened(folder: Path, contacts: list[dict], rules: Rules) -> Store:
    folder.mkdir()
    warehouse = replace(seeded(folder / "w.duckdb", {"contacts": contacts}), source_zone="UTC", site_zone="UTC")
    rollups = open_rollups(warehouse, rules, folder / "rollups")
    return Store(rollups, rollups.refresh())


def test_a_day_knows_nothing_of_what_came_later(tmp_path: Path):
    rules = Rules(fcr_window_days=3, fcr_gap_days=3, min_denominator=1)
    short, long = opened(tmp_path / "a", rows(20), rules), opened(tmp_path / "b", rows(40, later=60), rules)
    ends = tuple(date(2024, 1, 1) + place * DAY for place in range(13, 21))
    for metric in (FCR, HEATED):
        known = read_windows(short, LOCAL, metric, (), ends, 7)
        # A returning contact of day 21 or 22 is in the long data only; no window up to day 20 may see it.
        assert known.equals(read_windows(long, LOCAL, metric, (), ends, 7))
        assert known["usable"].sum() >= 4  # the first days of the data are not final: who came back is not known
        grown = read_growth(short, LOCAL, metric, (), ends, 7)
        assert grown.equals(read_growth(long, LOCAL, metric, (), ends, 7))
    for store in (short, long):
        store.warehouse.engine.dispose()


BY_HAND = """
    SELECT count(*) FILTER (emotion_score >= 80), count(emotion_score) FROM contacts
    WHERE started_at >= $end - INTERVAL 7 DAY AND started_at < $end
      AND exclusion_reason IS NULL AND merged_into IS NULL AND ($channel IS NULL OR channel = $channel)"""


@pytest.mark.parametrize("channel", [None, "phone"])
def test_a_window_is_what_plain_sql_counts(planted: tuple[Store, Manifest], tmp_path: Path, channel: str | None):
    store, _manifest = planted
    end = newest_end(store, HEATED)
    filters = (("channel", (channel,)),) if channel else ()
    ends = (end - 40 * DAY, end)
    found = read_windows(store, LOCAL, HEATED, filters, ends, 7)
    assert store.warehouse.source_zone == store.warehouse.site_zone
    file = shutil.copy(str(store.warehouse.engine.url.database), tmp_path)
    with duckdb.connect(file, read_only=True) as plain:
        for place, day in enumerate(ends):
            wanted = plain.execute(BY_HAND, {"end": day, "channel": channel}).fetchone()
            assert (found["numerator"][place], found["count"][place]) == wanted


def test_an_alert_says_the_same_number_as_the_pages(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    compared = 0
    for metric in CATALOGUE.values():
        if store.missing(metric, ()):
            continue
        end = newest_end(store, metric)
        period = told_days(store, metric, end, 7)
        assert final_period(metric, period, end, store.rules) == period  # the page shows the same days for these
        page = read_metrics(store, LOCAL, [metric], period).row(0, named=True)
        found = read_windows(store, LOCAL, metric, (), (end,), 7).row(0, named=True)
        if page["value"] is None:
            assert found["value"] is None, metric.id
            continue
        for name, other in (("value", "value"), ("low", "low"), ("high", "high"), ("count", "denominator")):
            assert found[name] == pytest.approx(page[other]), metric.id
        compared += 1
    assert compared > 80


def test_the_newest_value_is_that_of_the_days_that_are_final(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    rule = AlertRule(
        key="r", kind=Kind.THRESHOLD, about=FCR.id, side=Side.BELOW, limit=100.0, is_on=True, window_days=7
    )
    (found,) = read_findings(store, LOCAL, rule, datetime.now(UTC))
    assert found.starts
    assert found.end == store.data_end
    ends = (found.end,)
    assert read_days(store, LOCAL, rule, ends)["value"].to_list() == [found.value]
    assert not read_days(store, LOCAL, replace(rule, least=10**6), ends)["beyond"][0]  # too few to judge


@pytest.mark.parametrize("rule", [each for each in SHIPPED if each.kind is not Kind.EVALUATION], ids=lambda x: x.key)
def test_what_ships_is_judged_on_the_demo(planted: tuple[Store, Manifest], rule: AlertRule):
    store, _manifest = planted
    found = read_findings(store, LOCAL, rule, datetime.now(UTC))
    assert found or rule.kind in {Kind.EMERGING, Kind.DRIFT}  # nothing need come up
    if rule.kind not in {Kind.EMERGING, Kind.DEADLINE, Kind.DRIFT} and rule.about != "contacts_late":  # of one refresh
        past = read_past(store, LOCAL, rule)
        assert past.judged > (40 if rule.kind is Kind.CHECK else 100)  # few complaints name a contact here
        last = past.days.row(-1, named=True)
        assert last["end"] <= store.data_end


def test_data_that_have_not_arrived_are_told_by_the_clock(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    rule = next(each for each in SHIPPED if each.kind is Kind.NO_DATA)
    until = store.as_of.replace(tzinfo=UTC) - timedelta(hours=8)  # the site's clock is eight hours ahead
    (early,) = read_findings(store, LOCAL, rule, until + timedelta(hours=35))
    (late,) = read_findings(store, LOCAL, rule, until + timedelta(hours=37))
    assert (early.starts, late.starts) == (False, True)
    assert late.value == pytest.approx(37)


def test_what_cannot_be_watched_says_what_is_lacking_and_what_may_not_be_named(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    ends = (store.data_end,)
    with pytest.raises(SourceUnavailable, match="customer_tier"):
        read_windows(store, LOCAL, CATALOGUE["occupancy"], (("customer_tier", ("x",)),), ends, 7)
    with pytest.raises(NotAllowed):
        read_windows(store, Viewer("masked"), FCR, (("agent_id", ("x",)),), ends, 7)


def test_what_is_final_after_a_day_is_judged_a_day_late(planted: tuple[Store, Manifest]):
    follow_up = CATALOGUE["follow_up_rate"]
    assert follow_up.mature_days(planted[0].rules) == 1
    end = date(2026, 10, 29)
    assert told_days(planted[0], follow_up, end, 7) == Period(date(2026, 10, 21), date(2026, 10, 28))
    assert told_days(planted[0], follow_up, end, 1) == Period(date(2026, 10, 27), date(2026, 10, 28))


def test_a_special_cause_is_what_the_control_chart_says_of_the_last_final_week(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    flagged = 0
    for name, side in product(("complaint_rate", "first_contact_resolution", "first_response_time"), Side):
        rule = AlertRule(key="r", kind=Kind.SPECIAL_CAUSE, about=name, side=side, least=1)
        ends = tuple(store.data_end - place * DAY for place in range(180, -1, -5))
        days = read_days(store, LOCAL, rule, ends)
        for end, value, beyond in days.select("end", "value", "beyond").iter_rows():
            final = final_period(CATALOGUE[name], Period(end - 7 * DAY, end), end, store.rules).end
            monday = final - timedelta(days=final.weekday())  # nothing of the week that is not over
            chart = read_controlled(store, LOCAL, CATALOGUE[name], monday, (), How(Grain.WEEK, NHS)).chart
            if isinstance(chart, NotEstimable):
                assert value is None
                continue
            said = signal(chart)
            assert chart.points["period"][-1] + 7 * DAY == monday == week_told(store, CATALOGUE[name], end).end
            assert value == chart.points["value"][-1]
            heading = Heading.UP if side is Side.ABOVE else Heading.DOWN
            assert beyond == bool(said.rules and said.heading in {heading, Heading.NEITHER})
            flagged += beyond
    assert flagged > 0


def test_a_forecast_alerts_where_the_whole_interval_lies_beyond_or_the_count_alone_if_so_set():
    rule = AlertRule(key="r", kind=Kind.FORECAST, about="contacts", limit=300)
    end = date(2026, 11, 1)
    sure = Breach(date(2026, 11, 9), 370.0, 323.0, 420.0, 300, is_sure=True)
    likely = Breach(date(2026, 11, 9), 310.0, 280.0, 340.0, 300, is_sure=False)
    loose = replace(rule, is_sure=False)
    found = [told(*each, end) for each in ((sure, rule), (likely, rule), (likely, loose), (None, rule))]
    assert [(each.starts, each.is_over) for each in found] == [
        (True, False),
        (False, False),
        (True, False),
        (False, True),
    ]
    assert found[0].told == {"day": "2026-11-09"}


def test_nothing_is_foretold_of_a_few_weeks_and_nothing_found_of_a_metric_that_is_gone(tmp_path: Path):
    store = opened(tmp_path / "a", rows(20), Rules())
    with pytest.raises(SourceUnavailable, match="foretold"):
        read_findings(store, LOCAL, AlertRule(key="r", kind=Kind.FORECAST, about="contacts"), datetime.now(UTC))
    with pytest.raises(UnknownName, match="happiness"):
        read_findings(store, LOCAL, AlertRule(key="r", kind=Kind.THRESHOLD, about="happiness"), datetime.now(UTC))
    store.warehouse.engine.dispose()


def test_an_issue_of_the_past_is_one_alarm_until_it_has_not_come_up_for_two_weeks():
    first, week = date(2026, 1, 5), timedelta(days=7)
    one, other = Tag("type", (("issue_type", "refund"),), 40), Tag("words", (("", "慢"),), 9)
    seen = [[one], [one, other], [], [one], [], [], [one]]  # one week's silence ends nothing, two do
    found = alarms({first + place * week: tags for place, tags in enumerate(seen)})
    assert [(each.tag.kind, each.start, each.end) for each in found] == [
        ("type", first, first + 5 * week),
        ("words", first + week, first + 3 * week),
        ("type", first + 6 * week, None),
    ]


def test_an_alert_on_deadlines_is_over_when_nothing_is_open_any_more(tmp_path: Path):
    # One general complaint of 2 January, late from the 3rd on (24 hours), followed up and closed on the 8th.
    case = {
        "complaint_id": "1", "received_at": FIRST + DAY, "severity": "general", "first_response_at": FIRST + DAY,
        "resolved_at": FIRST + 7 * DAY, "follow_up_at": FIRST + 7 * DAY, "closed_at": FIRST + 7 * DAY,
    }  # fmt: skip
    contacts = [contact(f"k{day}", FIRST + day * DAY, f"c{day}") for day in range(14)]
    warehouse = seeded(tmp_path / "w.duckdb", {"contacts": contacts, "complaints": [case]})
    rollups = open_rollups(warehouse, Rules(), tmp_path / "rollups")
    store = Store(rollups, rollups.refresh())
    rule = AlertRule(key="r", kind=Kind.DEADLINE, about="overdue", side=Side.ABOVE, limit=1, least=1)
    days = read_days(store, LOCAL, rule, tuple(date(2024, 1, day) for day in (5, 8, 10, 12)))
    assert days.select("value", "count", "usable", "beyond", "back").rows() == [
        (1, 1, True, True, False),
        (1, 1, True, True, False),
        (0, 0, True, False, True),
        (0, 0, True, False, True),
    ]
