"""Contacts counted in the warehouse: which are first contacts, and which were followed by another."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import DateTime, Engine, Integer, cast, literal, select

from data_access.contacts import CUBES, DIMENSIONS, gaps, sums
from data_access.durations import times
from data_access.read import read
from data_access.warehouse import Warehouse
from metrics.rules import Rules
from tests.data_access.seed import ENGINES, contact, random_rows, seeded, without_tables

T = datetime(2024, 1, 15, 10, 0)  # a Monday
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES)


def first_contacts(
    warehouse: Warehouse,
    rules: Rules | None = None,
    start: date = date(2023, 11, 1),
    end: date = date(2024, 4, 1),
) -> tuple[int, int]:
    """(first contacts, those resolved) of a period."""
    counted = read(warehouse.engine, sums(warehouse, rules or Rules(), start, end, [()]))
    return tuple(counted.select(pl.col("first_contacts", "first_contacts_resolved").sum()).row(0))


@pytest.mark.alike(3)  # by turns: of four engines each case meets one or two
@EVERY_ENGINE
@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        pytest.param([contact("1", T)], (1, 1), id="alone"),
        pytest.param([contact("1", T), contact("2", T + WEEK)], (1, 0), id="repeat exactly at the window's end"),
        pytest.param([contact("1", T), contact("2", T + WEEK + SECOND)], (2, 2), id="one second after the window"),
        pytest.param([contact("1", T), contact("2", T)], (1, 0), id="two at the same instant"),
        pytest.param([contact("1", T, None), contact("2", T + SECOND, None)], (0, 0), id="customer not identified"),
        pytest.param(
            [contact("1", T), contact("2", T + SECOND, exclusion_reason="spam")], (1, 1), id="repeat is excluded"
        ),
        pytest.param([contact("1", T), contact("2", T + SECOND, merged_into="1")], (1, 1), id="repeat is merged"),
        pytest.param(
            [contact("1", T, exclusion_reason="test"), contact("2", T + SECOND)],
            (1, 1),
            id="the one before is excluded",
        ),
        pytest.param([contact("1", T), contact("2", T + SECOND, direction="outbound")], (1, 1), id="we called back"),
        pytest.param([contact("1", T, direction="outbound")], (0, 0), id="outbound is no first contact"),
        pytest.param([contact("1", T), contact("2", T + SECOND, direction=None)], (1, 0), id="direction not known"),
        pytest.param([contact("1", T), contact("2", T + SECOND, issue="price")], (2, 2), id="another issue"),
        pytest.param([contact("1", T), contact("2", T + SECOND, "c2")], (2, 2), id="another customer"),
        pytest.param(
            [contact("1", T, issue=None), contact("2", T + SECOND, issue=None)], (1, 0), id="both of no known issue"
        ),
        pytest.param(
            [contact("1", T), contact("2", T + timedelta(days=6)), contact("3", T + timedelta(days=12))],
            (1, 0),
            id="third within the gap of the second",
        ),
        pytest.param(
            [contact("1", T), contact("2", T + timedelta(days=6)), contact("3", T + timedelta(days=14))],
            (2, 1),
            id="third after a gap",
        ),
        pytest.param(
            [contact("1", T), contact("2", T + SECOND, "c2"), contact("3", T + 2 * SECOND)],
            (2, 1),
            id="another customer's contact in between",
        ),
        pytest.param([], (0, 0), id="no contacts"),
    ],
)
def test_first_contact_and_its_resolution(
    engine: str, contacts: list[dict], expected: tuple[int, int], tmp_path: Path
) -> None:
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": contacts}, only={"contacts": CONTACT_COLUMNS})
    assert first_contacts(warehouse) == expected


CONTACT_COLUMNS = "contact_id customer_id issue_type direction started_at exclusion_reason merged_into"


@pytest.mark.alike(3)  # by turns: of four engines each case meets one or two
@EVERY_ENGINE
@pytest.mark.parametrize(
    ("window", "gap", "expected"),
    # Contacts of one customer on 15, 17 and 25 January at 10:00 (gaps of 2 and 8 days), by hand.
    [
        (1, 1, (3, 3)),
        (2, 1, (3, 2)),  # the 15th is followed within two days
        (1, 2, (2, 2)),  # the 17th is no first contact
        (7, 7, (2, 1)),
        (8, 7, (2, 1)),  # the 17th, followed after eight days, is none
        (7, 8, (1, 0)),
        (30, 30, (1, 0)),
    ],
)
def test_window_and_gap_are_settings_of_their_own(
    engine: str, window: int, gap: int, expected: tuple[int, int], tmp_path: Path
) -> None:
    rows = [contact(str(days), T + timedelta(days=days)) for days in (0, 2, 10)]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows}, only={"contacts": CONTACT_COLUMNS})
    assert first_contacts(warehouse, Rules(fcr_window_days=window, fcr_gap_days=gap)) == expected


@pytest.mark.alike(3)  # by turns: of four engines each case meets one or two
@EVERY_ENGINE
@pytest.mark.parametrize(
    ("other", "expected"),
    # The period is the one day of T, 15 January; the contact judged is its last second or its first.
    [
        (datetime(2024, 1, 22, 23, 59, 59), (1, 0)),  # the last instant of the window of the day's last second
        (datetime(2024, 1, 23), (1, 1)),
        (datetime(2024, 1, 8, 23, 59, 59), (0, 0)),  # the first instant of its gap
        (datetime(2024, 1, 8, 23, 59, 58), (1, 1)),
    ],
)
def test_look_for_repeats_reaches_past_the_ends_of_the_period(
    engine: str, other: datetime, expected: tuple[int, int], tmp_path: Path
) -> None:
    rows = [contact("1", datetime(2024, 1, 15, 23, 59, 59)), contact("2", other)]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows}, only={"contacts": CONTACT_COLUMNS})
    assert first_contacts(warehouse, start=date(2024, 1, 15), end=date(2024, 1, 16)) == expected


@EVERY_ENGINE
def test_look_for_repeats_allows_for_a_week_in_which_the_sites_clock_changes(engine: str, tmp_path: Path) -> None:
    # London's clock goes forward on 31 March. From 24 March 23:30 to 1 April 0:15 there are 6 days, 23 h 45 min.
    rows = [contact("1", datetime(2024, 3, 24, 23, 30)), contact("2", datetime(2024, 3, 31, 23, 15))]
    zones = ("UTC", "Europe/London")
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows}, only={"contacts": CONTACT_COLUMNS}, zones=zones)
    assert first_contacts(warehouse, start=date(2024, 4, 1), end=date(2024, 4, 2)) == (0, 0)
    assert first_contacts(warehouse, start=date(2024, 3, 24), end=date(2024, 3, 25)) == (1, 0)


@EVERY_ENGINE
def test_filter_cuts_what_is_counted_and_not_the_look_for_repeats(engine: str, tmp_path: Path) -> None:
    # One customer came by phone, then by chat: by phone alone the first contact is still not resolved.
    rows = [contact("1", T, channel="phone"), contact("2", T + SECOND, channel="chat")]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows})
    for channel, expected in (("phone", (1, 0)), ("chat", (0, 0))):
        query = sums(
            warehouse, Rules(), T.date(), T.date() + timedelta(days=1), [("channel",)], [("channel", (channel,))]
        )
        counted = read(warehouse.engine, query).select("first_contacts", "first_contacts_resolved")
        assert counted.rows() == [expected]


@pytest.mark.alike(3)  # by turns: of four engines each case meets one or two
@EVERY_ENGINE
@pytest.mark.parametrize(
    ("site", "utc", "day"),
    [
        ("UTC", "2024-01-31 23:30", "2024-01-31"),
        ("Asia/Shanghai", "2024-01-31 23:30", "2024-02-01"),  # 7:30 on 1 February
        ("Asia/Shanghai", "2024-01-31 15:59", "2024-01-31"),
        ("Asia/Shanghai", "2024-01-31 16:00", "2024-02-01"),
        ("Europe/London", "2024-03-30 23:30", "2024-03-30"),  # still winter time
        ("Europe/London", "2024-03-31 23:30", "2024-04-01"),  # summer time since 1:00 that day
        ("Europe/London", "2024-10-26 23:30", "2024-10-27"),
        ("Europe/London", "2024-10-27 23:30", "2024-10-27"),  # winter time since 1:00 UTC that day
        ("America/New_York", "2024-01-01 04:59", "2023-12-31"),
    ],
)
def test_contact_late_in_the_evening_falls_on_the_sites_day(
    engine: str, site: str, utc: str, day: str, tmp_path: Path
) -> None:
    rows = [contact("1", datetime.fromisoformat(utc))]
    zones = ("UTC", site)
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows}, only={"contacts": CONTACT_COLUMNS}, zones=zones)
    its = date.fromisoformat(day)
    counted = read(warehouse.engine, sums(warehouse, Rules(), its, its + timedelta(days=1), [()]))
    assert counted.select("day", "contacts", "first_contacts").rows() == [(its, 1, 1)]
    for other in (its - timedelta(days=1), its + timedelta(days=1)):
        elsewhere = read(warehouse.engine, sums(warehouse, Rules(), other, other + timedelta(days=1), [()]))
        assert elsewhere.is_empty()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lead_that_answers_1970_means_no_next_contact(engine: str) -> None:
    # ClickHouse's lead() and lag() give 1970-01-01 for «no row» where a column cannot be null.
    never = datetime(1970, 1, 1)
    rows = [(never, never, 1, 1), (None, None, 1, 1), (never, T + SECOND, 1, 0), (T - SECOND, never, 0, 0)]
    made = without_tables(engine)
    for before, after, first, resolved in rows:
        literals = {
            "previous_at": before,
            "next_at": after,
            "chained_at": T,
            "customer_id": 1,
            "inbound": 1,
        }
        columns = (cast_to_instant(value, made).label(name) for name, value in literals.items())
        row = select(*columns).cte("row")
        flags = {name: cast(counts, Integer) for name, counts in gaps(row, Rules()).items()}
        found = read(made, select(flags["first_contacts"].label("a"), flags["first_contacts_resolved"].label("b")))
        assert found.row(0) == (first, resolved)


def cast_to_instant(value: object, engine: Engine):
    """A literal; instants as the engine stores them (text in SQLite)."""
    if isinstance(value, int):
        return literal(value)
    return literal(value, DateTime()) if engine.dialect.name == "sqlite" else cast(literal(value), DateTime())


@EVERY_ENGINE
def test_each_grain_adds_up_to_the_same_totals(engine: str, tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / f"w.{engine}", random_rows())
    counted = read(warehouse.engine, sums(warehouse, Rules(), date(2024, 1, 8), date(2024, 4, 1), [(), *CUBES]))
    names = [name for name in counted.columns if name not in {"grain", "day", *DIMENSIONS}]
    totals = counted.group_by("grain").agg(pl.col(names).sum()).select(names).unique()
    assert totals.height == 1
    assert counted["grain"].n_unique() == 1 + len(CUBES)


def test_every_engine_counts_the_same(tmp_path: Path) -> None:
    found = []
    for engine in ENGINES:
        warehouse = seeded(tmp_path / f"w.{engine}", random_rows())
        period = (date(2024, 1, 20), date(2024, 3, 1))
        counted = read(warehouse.engine, sums(warehouse, Rules(), *period, CUBES))
        bins = times(warehouse, Rules(), *period, ("team_id",))
        assert bins is not None
        histogram = read(warehouse.engine, bins)
        found.append(
            (
                sorted(map(repr, comparable(counted))),
                sorted(map(repr, histogram.select(sorted(histogram.columns)).rows())),
            )
        )
    assert found[0] == found[1] == found[2]


def comparable(frame: pl.DataFrame) -> list[tuple]:
    """Rows with every number as a float, columns in one order."""
    return frame.select(pl.col(sorted(frame.columns))).with_columns(pl.selectors.numeric().cast(pl.Float64)).rows()


@EVERY_ENGINE
def test_histogram_bins_are_two_per_cent_wide_from_one_second_on(engine: str, tmp_path: Path) -> None:
    # ln(s) / ln(1.02) by hand: 1 → 0, 2 → 35.003, 60 → 206.76, 3,600 → 413.51; below a second −1; negative ones out.
    seconds = {"0": 0, "1": 1, "2": 2, "60": 60, "3600": 3_600, "-1": -1}
    rows = [contact(name, T, talk_seconds=talk) for name, talk in seconds.items()]
    only = {"contacts": "contact_id started_at talk_seconds"}
    cut: list[dict] = [{name: row[name] for name in only["contacts"].split()} for row in rows]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": cut}, only=only)
    query = times(warehouse, Rules(), T.date(), T.date() + timedelta(days=1), ())
    assert query is not None
    counted = read(warehouse.engine, query).sort("bin")
    assert counted.select("duration", "bin", "contacts").rows() == [
        ("handle_time", number, 1) for number in (-1, 0, 35, 206, 413)
    ]


def test_warehouse_without_any_duration_has_no_histograms(tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / "w.sqlite", {}, only={"contacts": "contact_id started_at"})
    assert times(warehouse, Rules(), T.date(), T.date() + timedelta(days=1), ()) is None


def handled_and_eligible(warehouse: Warehouse) -> tuple[int, int]:
    counted = read(warehouse.engine, sums(warehouse, Rules(), T.date(), T.date() + timedelta(days=1), [()]))
    return tuple(counted.select(pl.col("handled", "eligible").sum()).row(0))


@pytest.mark.alike(3)  # by turns: of four engines each case meets one or two
@EVERY_ENGINE
@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ("answered_at talk_seconds", {"answered_at": T, "talk_seconds": 10}, (1, 1)),
        ("answered_at talk_seconds", {"answered_at": T, "talk_seconds": 9}, (1, 0)),
        ("answered_at talk_seconds wrap_seconds", {"answered_at": T, "talk_seconds": 9, "wrap_seconds": 1}, (1, 1)),
        ("answered_at talk_seconds wrap_seconds", {"answered_at": T, "talk_seconds": 9, "wrap_seconds": None}, (1, 0)),
        ("answered_at talk_seconds", {"answered_at": None, "talk_seconds": 60}, (0, 0)),
        ("answered_at talk_seconds", {"answered_at": T, "talk_seconds": None}, (1, 1)),  # length not known
        ("abandoned_at", {"abandoned_at": T}, (0, 0)),
        ("abandoned_at", {"abandoned_at": None}, (1, 1)),
        ("", {}, (1, 1)),
    ],
)
def test_handled_is_answered_and_eligible_is_not_too_short(
    engine: str, columns: str, row: dict, expected: tuple[int, int], tmp_path: Path
) -> None:
    only = {"contacts": f"contact_id started_at {columns}"}
    rows = {"contacts": [{"contact_id": "1", "started_at": T, **row}]}
    assert handled_and_eligible(seeded(tmp_path / f"w.{engine}", rows, only=only)) == expected


@pytest.mark.alike(3)  # by turns: of four engines each case meets one or two
@EVERY_ENGINE
@pytest.mark.parametrize(
    ("reopened_after_days", "resolved", "marked"),
    [(None, True, 1), (7, True, 0), (8, True, 1), (None, False, 0), (None, None, 0)],
)
def test_marked_resolved_counts_unless_reopened_within_the_window(
    engine: str, reopened_after_days: int | None, *, resolved: bool | None, marked: int, tmp_path: Path
) -> None:
    reopened = None if reopened_after_days is None else T + timedelta(days=reopened_after_days)
    rows = [contact("1", T, resolved=resolved, resolved_at=T, reopened_at=reopened, answered_at=T)]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows})
    counted = read(warehouse.engine, sums(warehouse, Rules(), T.date(), T.date() + timedelta(days=1), [()]))
    assert counted["marked_resolved"].to_list() == [marked]
