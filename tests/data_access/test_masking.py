"""Masking: pseudonyms that repeat and cannot be undone, in columns and in texts."""

import re

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access.demo import Manifest
from data_access.masking import KINDS, TEXTS, masked, masked_words, pseudonym
from data_access.rows import SHOWN
from data_access.schema import COLUMNS
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer

UNCLEARED = Viewer("new", Role.NEWCOMER)
FRAME = pl.DataFrame(
    {
        "customer_id": ["cust1", "cust2", None, "cust1"],
        "agent_id": ["a1", "a1", "a2", None],
        "reviewer_id": ["a2", None, "a1", "a1"],
        "channel": ["phone", "chat", "phone", "chat"],
        "text": ["我是cust1，打13800138000", "ask Anna Berg", None, "cust2 said +86 138 0013 8000"],
    }
)


def test_who_is_cleared_gets_the_frame_as_it_is():
    assert_frame_equal(masked(FRAME, LOCAL), FRAME)


def test_ids_become_pseudonyms_that_repeat_where_the_id_does():
    hidden = masked(FRAME, UNCLEARED, ["Anna Berg"])
    customers = hidden["customer_id"].to_list()
    assert customers[0] == customers[3] != customers[1]
    assert customers[2] is None
    assert hidden["agent_id"][0] == hidden["reviewer_id"][2]  # the same person in both columns
    assert re.fullmatch(r"[a-z2-7]{10}", customers[0])
    assert hidden["channel"].to_list() == FRAME["channel"].to_list()


def test_texts_lose_numbers_names_and_the_rows_own_ids():
    first, second, third, fourth = masked(FRAME, UNCLEARED, ["Anna Berg"])["text"].to_list()
    assert first == f"我是[customer {pseudonym('customer', 'cust1')}]，打[phone {pseudonym('phone', '+8613800138000')}]"
    assert "Anna" not in second
    assert third is None
    assert f"[phone {pseudonym('phone', '+8613800138000')}]" in fourth  # the same number, written differently


def test_ids_inside_pseudonyms_and_short_ids_are_left_alone():
    row = pl.DataFrame({"contact_id": ["2"], "customer_id": ["ab12345"], "text": ["2 calls of ab12345"]})
    hidden = masked(row, UNCLEARED)["text"][0]
    assert hidden == f"2 calls of [customer {pseudonym('customer', 'ab12345')}]"


def test_another_installation_makes_other_pseudonyms(monkeypatch: pytest.MonkeyPatch):
    here = pseudonym("customer", "c1")
    monkeypatch.setenv("TWINWING_SECRET", "another secret of thirty-two chars")
    assert pseudonym("customer", "c1") != here
    assert pseudonym("customer", "c1") == pseudonym("customer", "c1") != pseudonym("agent", "c1")


def test_an_empty_frame_keeps_its_columns():
    empty = FRAME.clear()
    assert masked(empty, UNCLEARED).schema == FRAME.schema


def test_every_column_that_is_shown_is_known_to_be_personal_or_not():
    """A column that points to a person or case, or holds words, may not be added to a table without being masked."""
    suspicious = {name for names in SHOWN.values() for name in names.split() if name.endswith("_id") or name in TEXTS}
    known = set(KINDS) | set(TEXTS) | {"team_id", "form_id"}
    assert suspicious <= known
    everywhere = {name for columns in COLUMNS.values() for _, names in columns for name in names.split()}
    assert set(KINDS) - {"reviewed_agent_id", "other_reviewer_id"} <= everywhere


def test_what_the_demo_plants_in_texts_vanishes(planted: tuple[Store, Manifest]):
    """Phone numbers, names and identity numbers of the demo's complaints, as its texts are written."""
    with planted[0].warehouse.engine.connect() as connection:
        asked = "SELECT text, customer_id FROM complaints WHERE text IS NOT NULL"
        rows = connection.exec_driver_sql(asked).fetchall()
    frame = pl.DataFrame([tuple(row) for row in rows], schema=["text", "customer_id"], orient="row")
    telling = frame.filter(pl.col("text").str.contains(r"138\d{8}|510100\d{12}|先生"))
    assert telling.height > 100
    hidden = masked(frame, UNCLEARED)
    assert hidden.filter(pl.col("text").str.contains(r"138\d{8}|510100\d{12}|[\u4e00-\u9fff]先生")).height == 0
    assert hidden.filter(pl.col("text").str.contains("phone")).height > 100


def test_who_writes_a_number_down_does_not_find_it_again_in_texts():
    text = pl.DataFrame({"text": ["call 13800138000"]})
    (written,) = masked_words(["call 13800138000"], UNCLEARED, ())
    assert written != masked(text, UNCLEARED)["text"].item()
    assert "[phone " in written
    assert "13800138000" not in written
    assert masked_words(["call 13800138000"], UNCLEARED, ()) == [written]
