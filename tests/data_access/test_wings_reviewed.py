"""What is read of reviews and their items: as plain SQL has it, of the viewer's teams, masked, and written down."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.demo import Manifest
from data_access.items import ITEM, read_sections, read_verdicts
from data_access.masking import pseudonym
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.wings.calibration import read_calibration, read_reviews_of
from data_access.wings.precursors import read_complaints_after, read_precursors
from data_access.wings.reviewed import reviewed
from data_access.wings.validity import read_validity
from metrics.errors import NotAllowed
from metrics.scope import Period
from metrics.wings.leniency import Leniency
from metrics.wings.precursors import ANY

Planted = tuple[Store, Manifest]
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LAST = Period(date(2026, 10, 1), date(2026, 11, 1))
YEARS = Period(date(2024, 11, 1), date(2026, 11, 1))
LEADER = Viewer("leader", Role.TEAM_LEADER, ("team_02",), is_cleared=True)
MASKED = Viewer("newcomer", Role.NEWCOMER)
#: A contact's first review that is no practice, and whether a complaint that counts came later, or before.
FIRST = """
    WITH valid AS (
        SELECT contact_id, min(received_at) AS at FROM complaints
        WHERE contact_id IS NOT NULL AND coalesce(is_valid, true) AND duplicate_of IS NULL GROUP BY contact_id
    ), first AS (
        SELECT r.*, c.team_id FROM qa_reviews r JOIN contacts c USING (contact_id)
        WHERE c.exclusion_reason IS NULL AND c.talk_seconds >= 10
            AND r.purpose NOT IN ('calibration', 'training')
            AND r.reviewed_at >= DATE '{start}' AND r.reviewed_at < DATE '{end}'
        QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY reviewed_at, review_id) = 1
    )
    SELECT count(*) FILTER (WHERE v.at IS NULL OR v.at > f.reviewed_at) AS contacts,
        count(*) FILTER (WHERE v.at > f.reviewed_at) AS complained,
        count(*) FILTER (WHERE v.at <= f.reviewed_at) AS left_out
    FROM first f LEFT JOIN valid v USING (contact_id)
"""


def sql(store: Store, query: str) -> list[tuple]:
    with store.warehouse.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.fixture
def state(tmp_path: Path) -> Engine:
    return open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")


def test_verdicts_are_those_of_the_items(planted: Planted):
    store, _ = planted
    items = store.cases("items")
    names = [name for name in items.columns if name.startswith(ITEM)]
    counted = {name.removeprefix(ITEM): (int(items[name].count()), int(items[name].sum() or 0)) for name in names}
    wanted = sql(
        store, "SELECT item, count(*), count(*) FILTER (WHERE failed) FROM qa_items WHERE applicable GROUP BY 1"
    )
    assert counted == {item: (judged, failed) for item, judged, failed in wanted}
    assert items["review_id"].n_unique() == items.height


def test_verdicts_read_anew_for_some_days_are_as_read_anew_for_all(planted: Planted):
    warehouse = planted[0].warehouse
    items = read_sections(warehouse)["item"].to_list()
    every = read_verdicts(warehouse, items)
    made = (date(2026, 3, 2), date(2026, 3, 20))
    spoiled = every.with_columns(
        pl.when(pl.col("made_on").is_between(*made, closed="left")).then(1).otherwise(f"{ITEM}{items[0]}").cast(pl.Int8)
        .alias(f"{ITEM}{items[0]}")
    )  # fmt: skip
    assert not spoiled.equals(every)
    assert read_verdicts(warehouse, items, spoiled, made).equals(every)


def test_what_precedes_complaints_counts_as_plain_sql_does(planted: Planted):
    store, _ = planted
    found = read_precursors(store, LOCAL, LAST, ())
    days = found.period
    wanted = sql(store, FIRST.format(start=days.start, end=days.end))
    assert [(found.found.contacts, found.found.complained, found.found.left_out)] == wanted


def test_a_team_leader_gets_the_reviews_of_the_own_team_only(planted: Planted):
    store, _ = planted
    assert reviewed(store, LEADER, YEARS, ())["team_id"].unique().to_list() == ["team_02"]
    found = read_calibration(store, LEADER, LAST, ())
    assert isinstance(found.leniency, Leniency)
    own = sql(
        store,
        "SELECT count(*) FROM qa_reviews JOIN contacts c USING (contact_id) WHERE c.team_id = 'team_02' AND level <> "
        "'self' AND NOT is_automatic AND purpose <> 'training' AND exclusion_reason IS NULL AND talk_seconds >= 10 AND "
        "reviewed_at >= DATE '2025-11-01'",
    )
    assert found.leniency.reviewers["reviews"].sum() == own[0][0]


def test_reviewers_have_pseudonyms_for_who_is_not_cleared(planted: Planted):
    store, _ = planted
    plain, hidden = (read_calibration(store, viewer, LAST, ()) for viewer in (LOCAL, MASKED))
    names = {f"r{place:02d}" for place in range(1, 17)}
    frames = [hidden.pairs, hidden.against, hidden.disputes, read_validity(store, MASKED, LAST, ()).found]
    assert isinstance(plain.leniency, Leniency)
    assert isinstance(hidden.leniency, Leniency)
    assert set(plain.leniency.reviewers["reviewer_id"]) == names
    assert set(hidden.leniency.reviewers["reviewer_id"]) == {pseudonym("agent", each) for each in names}
    for frame in frames:
        words = {each for column in frame.select(pl.col(pl.String)) for each in column.drop_nulls()}
        assert not names & words


def test_people_cannot_be_picked_by_who_is_not_cleared(planted: Planted):
    for read in (read_calibration, read_precursors, read_validity):
        with pytest.raises(NotAllowed):
            read(planted[0], MASKED, LAST, (("agent_id", ("a0001",)),))


def test_the_reviews_of_a_reviewer_open_under_the_name_that_is_shown_and_are_written_down(
    planted: Planted, state: Engine
):
    store, _ = planted
    shown = pseudonym("agent", "r07")
    found = read_reviews_of(store, state, MASKED, YEARS, (), NOW, [shown])
    plain = read_reviews_of(store, state, LOCAL, YEARS, (), NOW, ["r07"])
    assert found.count == plain.count > 0
    assert set(found.frame["reviewer_id"]) == {shown}
    assert set(plain.frame["reviewer_id"]) == {"r07"}
    written, _count = read_audit(state, LOCAL, Search(), 10)
    assert {(each.who, each.scope["metric"]) for each in written} == {
        ("newcomer", "calibration"),
        ("local", "calibration"),
    }


def test_the_complaints_of_a_cell_are_as_many_as_it_says_or_more_where_a_contact_has_several(
    planted: Planted, state: Engine
):
    store, _ = planted
    found = read_precursors(store, LOCAL, LAST, ())
    cell = found.found.cells.filter(pl.col("issue_type") == ANY).sort("complained").row(-1, named=True)
    rows = read_complaints_after(store, state, LOCAL, found.period, (), NOW, cell["item"], ANY)
    assert rows.frame["contact_id"].n_unique() == cell["complained"] > 0
    team = read_complaints_after(store, state, LEADER, found.period, (), NOW, cell["item"], ANY)
    assert set(team.frame["team_id"]) <= {"team_02"}
    assert team.count < rows.count
