import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from data_access.operating.health import Condition, ends_when_still, health, stale_hours
from data_access.operating.logs import JsonLines, Lines, event, pseudonym
from data_access.operating.meters import scrape_token
from data_access.seen import UNSEEN
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.errors import InvalidSettings
from tests.nasty import SHORT

SECRET = "13800138000 王小明"  # as a failed cast of a value says it


def raised() -> ValueError:
    try:
        raise ValueError(SECRET)
    except ValueError as failure:
        return failure


@pytest.mark.parametrize("form", [JsonLines(), Lines()], ids=["json", "text"])
def test_a_log_says_what_failed_and_where_but_not_what_data_said(form: logging.Formatter, caplog):
    logging.getLogger("twinwing").addHandler(caplog.handler)
    event("failed", logging.ERROR, raised(), page="agents", person=pseudonym(LOCAL), seconds=1.5)
    logging.getLogger("twinwing").removeHandler(caplog.handler)
    logging.getLogger("other").warning("cannot read %s", SECRET, exc_info=raised())
    lines = [form.format(record) for record in (caplog.records[0], caplog.records[-1])]
    assert "ValueError" in lines[0]
    assert "agents" in lines[0]
    assert [line for line in lines if SECRET in line or SECRET.split()[1] in line or LOCAL.name in line.split()] == []
    if isinstance(form, JsonLines):
        told = json.loads(lines[0])
        assert {"time", "level", "event", "page", "person", "seconds", "error", "at"} <= set(told)


def test_nothing_that_is_logged_makes_a_line_of_its_own(caplog):
    logging.getLogger("twinwing").addHandler(caplog.handler)
    event("taken", logging.WARNING, files=" ".join(SHORT))
    logging.getLogger("twinwing").removeHandler(caplog.handler)
    told, spoken = JsonLines().format(caplog.records[0]), Lines().format(caplog.records[0])
    assert "forged" in told
    assert "forged" in spoken
    assert "\n" not in told
    assert len(spoken.splitlines()) == 1
    assert UNSEEN.search(spoken) is None  # nothing moves a terminal's cursor


def test_a_state_store_that_is_gone_is_not_well(tmp_path: Path):
    state = open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")
    well = health(lambda: state, None, is_silent=False, home_is_empty=True)
    assert (well.is_healthy, well.state_store) == (True, Condition.OK)
    gone = create_engine(f"sqlite:///{tmp_path / 'no' / 'such.sqlite'}")
    ill = health(lambda: gone, None, is_silent=False, home_is_empty=True)
    assert (ill.is_healthy, ill.state_store) == (False, Condition.SILENT)
    assert not health(lambda: state, None, is_silent=False, home_is_empty=False).is_healthy  # it is starting


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        ("TWINWING_STALE_HOURS", "soon", stale_hours),
        ("TWINWING_METRICS_TOKEN", "guess-me", scrape_token),
        ("TWINWING_STANDSTILL", "restart", ends_when_still),
    ],
)
def test_a_setting_that_cannot_be_used_is_said(variable: str, value: str, read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidSettings):
        read()
