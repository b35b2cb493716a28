"""The page of the live floor on the demo: figures, stale figures, none at all, and the wall screen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text

from data_access.home import Home
from data_access.watch.feed import open_own
from data_access.watch.live_tables import live_contacts, live_queue
from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said


@pytest.fixture
def floor(on_demo: Home) -> Iterator[Home]:
    yield on_demo
    for path in on_demo.folder.glob("live.*"):
        path.unlink()


def planted(home: Home, age: timedelta) -> None:
    """Three wait in a queue of that name, and one heated contact is going on."""
    at = (datetime.now(UTC) - age).astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    engine = open_own(home)
    figures = {"waiting": 3, "longest_wait_seconds": 95, "in_progress": 8, "agents_ready": 2}
    heated = {
        "contact_id": "c1", "queue": "phone_service", "channel": "phone", "started_at": at, "answered_at": at,
        "agent_id": "a0001", "team_id": "team_01", "emotion_score": 91.5,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(live_queue), [{"at": at, "queue": "phone_<b>service", **figures}])
        connection.execute(insert(live_contacts), [heated])
    engine.dispose()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_floor_shows_its_figures_in_both_languages(floor: Home, language: str):
    planted(floor, timedelta())
    app = opened("floor", language)
    assert broken(app) == []
    shown = {each.label: each.value for each in app.metric}
    with speaking(language):
        assert (shown[_("Waiting")], shown[_("In progress")], shown[_("Agents ready")]) == ("3", "8", "2")
        assert _("Heated contacts so far today: {count}. Still going on: {now}.").format(now=1, count=1) in said(app)
    assert not app.warning


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_store_that_does_not_tell_when_contacts_end_says_nothing_of_it(floor: Home, language: str):
    planted(floor, timedelta())
    engine = open_own(floor)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE contacts DROP COLUMN ended_at"))
    engine.dispose()
    app = opened("floor", language)
    assert broken(app) == []
    with speaking(language):
        assert _("Heated contacts so far today: {count}.").format(count=1) in said(app)
        tables = [list(each.value.columns) for each in app.dataframe]
        assert any(_("Emotion") in each for each in tables)
        assert all(_("State") not in each for each in tables)


def test_figures_that_have_stopped_say_what_to_do(floor: Home):
    planted(floor, timedelta(minutes=3))
    app = opened("floor")
    assert "Nothing new for 3 min 0" in app.warning[0].value.replace("\\", "")
    assert "python -m jobs simulate" in app.warning[0].value.replace("\\", "")
    assert app.metric


def test_without_figures_the_page_offers_the_command(floor: Home):
    app = opened("floor")
    assert app.code[0].value == ".venv/bin/python -m jobs simulate"
    assert not app.metric


def test_the_wall_has_big_figures_no_names_and_text_from_data_as_text(floor: Home):
    planted(floor, timedelta())
    app = opened("floor", wall="1")
    assert broken(app) == []
    (wall,) = [each.proto.body for each in app.get("html") if 'class="wall' in each.proto.body]
    assert "<b>1:35</b>" in wall  # 95 seconds
    assert "phone_&lt;b&gt;service" in wall
    names = opened("floor").dataframe[-1].value  # the care list of who looks after people names the agent
    assert names.iloc[0, 0] not in wall
    assert app.query_params["wall"] == "1"
