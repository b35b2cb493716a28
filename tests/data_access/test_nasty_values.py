"""Values are bound and identifiers quoted: nothing in data, links or a mapping breaks out of a statement."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from data_access.audit import record
from data_access.audit_check import verify_audit
from data_access.audit_rows import Act
from data_access.connecting.checking import check, reach
from data_access.connecting.source_mapping import source_mapping
from data_access.home import Home
from data_access.notes import Note, pin_note, read_notes
from data_access.numbers import read_metrics
from data_access.opening import open_store
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.rules import Rules
from metrics.scope import Period
from tests.nasty import SHORT
from tests.postgresql import fresh_database

CSAT = CATALOGUE["csat"]
HEAD = """
name = "nasty"
time_zone = "UTC"
[contacts]
table = {table}
[contacts.columns]
contact_id = "id"
started_at = "begun"
{columns}
"""
WORDS_OF_CONTACTS = ("queue", "subtype", "scenario", "batch", "agent_id", "team_id", "shift", "answer_code", "text")
NAMES = [words for words in SHORT if "\x00" not in words and words.strip()]  # no engine takes these two as names


def test_every_nasty_value_as_a_filter_finds_its_own_rows(nasty: Home):
    store = open_store(nasty, Rules())
    with store.warehouse.engine.connect() as plain:  # a second engine of this process would not open the same file
        found = plain.exec_driver_sql("SELECT issue_type, count(*) FROM contacts GROUP BY 1 ORDER BY 1").all()
        counting = (
            "SELECT count(*) FROM contacts WHERE exclusion_reason IS NULL AND csat IS NOT NULL AND issue_type = ?"
        )
        counted = {name: plain.exec_driver_sql(counting, (name,)).one() for name, _count in found}
    whole = Period(store.data_start, store.data_end)
    for name, row in counted.items():
        numbers = read_metrics(store, LOCAL, [CSAT], whole, (("issue_type", (name,)),))
        assert numbers["denominator"].to_list() == [*row], name
    store.warehouse.engine.dispose()


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_every_nasty_name_of_a_table_and_a_column_is_quoted(engine: str, tmp_path: Path):
    url = f"{engine}:///{tmp_path / 'source.db'}"
    for place in range(0, len(NAMES), len(WORDS_OF_CONTACTS)):
        some = NAMES[place : place + len(WORDS_OF_CONTACTS)]
        made = create_engine(url)
        with made.begin() as connection:
            quoted = made.dialect.identifier_preparer.quote_identifier
            columns = ", ".join(f"{quoted(each)} VARCHAR(200)" for each in some)
            connection.exec_driver_sql(f"CREATE TABLE {quoted(some[0])} (id VARCHAR(9), begun TIMESTAMP, {columns})")
            values = ("1", "2026-10-01 10:00:00", *some)
            connection.exec_driver_sql(f"INSERT INTO {quoted(some[0])} VALUES ({', '.join('?' * len(values))})", values)
        made.dispose()
        told = [f"{mine} = {basic(theirs)}" for mine, theirs in zip(WORDS_OF_CONTACTS, some, strict=False)]
        mapping = source_mapping(HEAD.format(table=basic(some[0]), columns="\n".join(told)), "m.toml")
        reached, steps = reach(url)
        assert reached is not None
        found = check(reached, LOCAL, mapping, "m.toml", Rules(), steps)
        assert [each.failure for each in found.steps if each.failure] == []
        assert found.faults == ()
        assert {*found.tables[0].preview.row(0)} >= set(some)  # each column gives what stands in it
        reached.dispose()


def test_a_state_store_for_a_team_keeps_what_people_and_links_bring():
    state = open_state(fresh_database())
    now, week = datetime(2026, 10, 1, tzinfo=UTC), Period(date(2026, 9, 28), date(2026, 10, 5))
    for words in SHORT[:-1]:
        if words.strip():
            pin_note(state, LOCAL, Note(metric="csat", day=week.start, words=words[:200]), now)
            record(state, LOCAL, Act.FILE_TAKEN, {"title": words}, now)
    kept = {each.words for each in read_notes(state, LOCAL, "csat", week)}
    given = {" ".join(words[:200].replace("\x00", "").split()) for words in SHORT[:-1] if words.strip()}
    assert {" ".join(each.split()) for each in kept} == given  # PostgreSQL's manual, 8.3: no text holds the character 0
    assert verify_audit(state).fault is None
    state.dispose()


def basic(words: str) -> str:
    """As a string of TOML."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
