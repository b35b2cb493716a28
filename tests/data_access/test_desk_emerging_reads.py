"""Emerging issues on a demo: what is read of texts, by whom, and what is masked."""

from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.demo import Manifest
from data_access.desk import texts
from data_access.desk.emerging import hot_tags, open_term, read_emerging
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from metrics.desk.rising import Rising
from metrics.errors import NotAllowed
from metrics.scope import Period

Planted = tuple[Store, Manifest]
NEWCOMER = Viewer("newcomer", Role.NEWCOMER)
OWN = Viewer("leader", Role.TEAM_LEADER, ("team_08",), is_cleared=True)
NOW = datetime(2026, 11, 27, tzinfo=UTC)
ABOUT = ("contact_id", "customer_id", "agent_id")


def found_texts(*rows: tuple[str, str, int]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"complaint_id": pl.String, "text": pl.String, "print": pl.UInt32}, orient="row")
    day = pl.lit(datetime(2026, 1, 1)).cast(pl.Date).alias("day")
    return frame.with_columns(day, *(pl.lit(None, pl.String).alias(name) for name in ABOUT))


def test_masked_pieces_are_left_out_and_part_clauses():
    assert texts.words_of("安装师傅爽约，请打[phone 7k2m9qxaab]联系我") == "安装 师傅 爽约 | 请 打 | 联系 我"
    assert texts.words_of("[name 7k2m9qxaab]No refund!") == "no refund"


def test_personal_data_is_masked_before_words_are_cut(planted: Planted):
    store, _manifest = planted
    words = store.cases("texts")["words"]
    sql = "SELECT count(*) FILTER (text LIKE '%138%'), count(*) FILTER (text LIKE '%锦绣路%') FROM complaints"
    with store.warehouse.engine.connect() as connection:
        phones, addresses = connection.exec_driver_sql(sql).one()
    assert min(phones, addresses) > 0
    assert not words.str.contains(r"\d|锦绣路").any()
    assert not words.str.contains("安装 师傅").not_().all()


def test_only_texts_that_changed_are_cut_anew():
    before = pl.DataFrame(
        [("c1", datetime(2026, 1, 1).date(), "as it was", 1), ("c2", datetime(2026, 1, 1).date(), "as it was", 2)],
        schema=texts.WRITTEN, orient="row",
    )  # fmt: skip
    cut = texts.cut_up(found_texts(("c1", "退款", 1), ("c2", "王晓燕退款", 3), ("c3", "安装", 4)), before, ["王晓燕"])
    assert dict(cut.select("complaint_id", "words").rows()) == {"c1": "as it was", "c2": "退款", "c3": "安装"}


def test_what_many_wrote_alike_is_masked_for_each_who_names_a_case_of_his_own():
    rows = found_texts(("case7001", "安装慢", 1), ("case7002", "安装慢", 2), ("case7003", "case7003 安装慢", 3))
    cut = texts.cut_up(rows, pl.DataFrame(schema=texts.WRITTEN), [])
    assert dict(cut.select("complaint_id", "words").rows()) == dict.fromkeys(rows["complaint_id"], "安装 慢")


def test_texts_are_kept_while_no_complaint_changes(planted: Planted):
    store, _manifest = planted
    kept, people = store.cases("texts"), texts.names_in(store.cases("names"))
    again = texts.texts(store.warehouse, store.cases("complaints"), people, texts.Cut(kept, people, frozenset()))
    assert again.equals(kept)


def test_every_text_of_a_small_centre_is_read_and_few_of_a_busy_day(planted: Planted, monkeypatch: pytest.MonkeyPatch):
    store, _manifest = planted
    complaints = store.cases("complaints")
    last = complaints["received_at"].dt.date().max()
    counted = complaints.filter(pl.col("received_at").dt.date() > pl.lit(last) - pl.duration(days=texts.MOST_DAYS))
    assert store.cases("texts").height == counted.height
    monkeypatch.setattr(texts, "MOST_A_DAY", 1)
    few = texts.texts(store.warehouse, complaints, frozenset(), None)
    assert few["day"].is_unique().all()
    assert few.equals(texts.texts(store.warehouse, complaints.reverse(), frozenset(), None))


def test_each_viewer_is_told_of_own_teams_only(planted: Planted):
    store, _manifest = planted
    whole, own = (read_emerging(store, who, store.data_end, 8, ()) for who in (LOCAL, OWN))
    assert whole is not None
    assert own is not None
    assert whole.growth is not None
    assert own.growth is not None
    types = pl.col("subtype").is_null()
    assert 0 < own.growth.filter(types)["count"].sum() < whole.growth.filter(types)["count"].sum()
    filtered = read_emerging(store, LOCAL, store.data_end, 8, (("team_id", ("team_08",)),))
    assert filtered is not None
    assert filtered.growth is not None
    assert filtered.growth.equals(own.growth)
    with pytest.raises(NotAllowed):
        read_emerging(store, NEWCOMER, store.data_end, 8, (("agent_id", ("a1",)),))


def test_counts_of_kinds_are_those_of_the_warehouse(planted: Planted):
    store, _manifest = planted
    found = read_emerging(store, LOCAL, store.data_end, 8, ())
    assert found is not None
    assert found.growth is not None
    sql = f"""SELECT complaint_type, count(*) FROM complaints WHERE is_valid AND duplicate_of IS NULL
        AND CAST(received_at AS DATE) >= DATE '{store.data_end}' - 364 GROUP BY 1"""
    with store.warehouse.engine.connect() as connection:
        wanted = dict(tuple(row) for row in connection.exec_driver_sql(sql))
    told = found.growth.filter(pl.col("subtype").is_null())
    assert dict(told.select("issue_type", "count").rows()) == wanted


def test_examples_are_masked_by_right_and_the_look_is_written_down(planted: Planted, state: Engine):
    store, _manifest = planted
    window = Period(store.data_start, store.data_end)
    ids = store.cases("texts").filter(pl.col("words").str.contains("安装 师傅")).select("complaint_id")
    cases = ids.with_columns(term=pl.lit("安装师傅"))
    found = Rising(window, window, 1, 1, 1, pl.DataFrame(), cases)
    seen = open_term(store, state, NEWCOMER, found, "安装师傅", window, (), NOW)
    whole = open_term(store, state, LOCAL, found, "安装师傅", window, (), NOW)
    assert seen.count == whole.count > 0
    assert whole.frame["text"].str.contains("安装师傅").all()
    assert not seen.frame["text"].str.contains(r"锦绣路\d").any()
    assert set(seen.frame["complaint_id"]).isdisjoint(whole.frame["complaint_id"])
    told = [each.scope["metric"] for each in read_audit(state, LOCAL, Search(), 9)[0]]
    assert told == ["emerging_words"] * 2


def test_hot_tags_name_each_type_once(planted: Planted):
    store, _manifest = planted
    tags = hot_tags(store, LOCAL, store.data_end, ())
    types = [each.names[0] for each in tags if each.kind == "type"]
    assert len(types) == len(set(types))
